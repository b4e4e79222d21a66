//! Front end.

use super::{FileName, Frontend, Input, Lowered};

/// The front end.
#[derive(Debug)]
pub struct ConfigFile;

impl Frontend for ConfigFile {
    fn name(&self) -> &'static str {
        "config"
    }

    fn claims(&self, _file: &FileName<'_>) -> bool {
        false
    }

    fn lower(&self, _input: &Input<'_>) -> Lowered {
        Lowered::default()
    }
}
