//! The `pdlint` binary.

fn main() {}
