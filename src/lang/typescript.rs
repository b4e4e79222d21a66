//! The TypeScript front end, with TSX. The table and the hooks are JavaScript's: it is a part of the same grammar.

use super::{FileName, Frontend, Input, Lowered, javascript};

/// The front end.
#[derive(Debug)]
pub struct TypeScript;

impl Frontend for TypeScript {
    fn name(&self) -> &'static str {
        "typescript"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        // A video stream ends in `.ts` too, but is no text.
        matches!(file.extension, "ts" | "tsx" | "mts" | "cts")
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        javascript::lower_typescript(input)
    }
}
