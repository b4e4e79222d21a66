//! The `pdlint` binary: runs the command line and turns what came of it into an exit code.

use std::process::ExitCode;

use pdlint::cli::{self, Outcome};

fn main() -> ExitCode {
    match cli::run(std::env::args_os()) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            cli::show_error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
