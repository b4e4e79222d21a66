//! pdlint: which personal data a repository holds, where they go, and whether the operator's privacy Policy says so.
//!
//! Modules are layered; each imports only from layers below it (`tests/suite/tidy.rs` reads the `use` lines):
//! `index` < `source` < `toml_reader` < `catalog`, `ir` < `lang`, `classify`, `policy` < `facts`, `report` < `link`, `config` < `flow`
//! < `judge` < `session` < `output` < `cli`.

pub mod catalog;
pub mod classify;
pub mod cli;
pub mod config;
pub mod facts;
pub mod flow;
pub mod index;
pub mod ir;
pub mod judge;
pub mod lang;
pub mod link;
pub mod output;
pub mod policy;
pub mod report;
pub mod session;
pub mod source;
pub mod toml_reader;
