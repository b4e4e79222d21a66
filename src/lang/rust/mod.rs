//! Front end.

use super::{FileName, Frontend, Input, Lowered};

/// The front end.
#[derive(Debug)]
pub struct Rust;

impl Frontend for Rust {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn claims(&self, _file: &FileName<'_>) -> bool {
        false
    }

    fn lower(&self, _input: &Input<'_>) -> Lowered {
        Lowered::default()
    }
}
