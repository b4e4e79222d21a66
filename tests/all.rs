//! All integration tests in one binary: linking it once is most of what a test run costs.

#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/output.rs"]
mod output;
#[path = "suite/tidy.rs"]
mod tidy;
