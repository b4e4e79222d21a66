//! All integration tests in one binary: linking it once is most of what a test run costs.

#[path = "suite/rust_frontend.rs"]
mod rust_frontend;
