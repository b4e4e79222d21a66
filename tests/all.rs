//! All integration tests in one binary: linking it once is most of what a test run costs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a failed assumption is a failed test")]

#[path = "suite/bad_input.rs"]
mod bad_input;
#[path = "suite/checks.rs"]
mod checks;
#[path = "suite/classify.rs"]
mod classify;
#[path = "suite/classify_vocabularies.rs"]
mod classify_vocabularies;
#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/config.rs"]
mod config;
#[path = "suite/csharp_frontend.rs"]
mod csharp_frontend;
#[path = "suite/effort.rs"]
mod effort;
#[path = "suite/embedded_sql.rs"]
mod embedded_sql;
#[path = "suite/flow.rs"]
mod flow;
#[path = "suite/go_frontend.rs"]
mod go_frontend;
#[path = "suite/idocument.rs"]
mod idocument;
#[path = "suite/inventory_contract.rs"]
mod inventory_contract;
#[path = "suite/java_frontend.rs"]
mod java_frontend;
#[path = "suite/javascript_flows.rs"]
mod javascript_flows;
#[path = "suite/javascript_frontend.rs"]
mod javascript_frontend;
#[path = "suite/judge.rs"]
mod judge;
#[path = "suite/kotlin_frontend.rs"]
mod kotlin_frontend;
#[path = "suite/language_matrix.rs"]
mod language_matrix;
#[path = "suite/markdown_sql.rs"]
mod markdown_sql;
#[path = "suite/migrations.rs"]
mod migrations;
#[path = "suite/migrations_model.rs"]
mod migrations_model;
#[path = "suite/output.rs"]
mod output;
#[path = "suite/php_frontend.rs"]
mod php_frontend;
#[path = "suite/policy.rs"]
mod policy;
#[path = "suite/privacy.rs"]
mod privacy;
#[path = "suite/program.rs"]
mod program;
#[path = "suite/python_frontend.rs"]
mod python_frontend;
#[path = "suite/readme.rs"]
mod readme;
#[path = "suite/ruby_frontend.rs"]
mod ruby_frontend;
#[path = "suite/rust_frontend.rs"]
mod rust_frontend;
#[path = "suite/scan.rs"]
mod scan;
#[path = "suite/seeds.rs"]
mod seeds;
#[path = "suite/sql.rs"]
mod sql;
#[path = "suite/sql_copies.rs"]
mod sql_copies;
#[path = "suite/sql_dialects.rs"]
mod sql_dialects;
#[path = "suite/sql_files.rs"]
mod sql_files;
#[path = "suite/sql_queries.rs"]
mod sql_queries;
#[path = "suite/sql_schema.rs"]
mod sql_schema;
#[path = "suite/storage.rs"]
mod storage;
#[path = "suite/tidy.rs"]
mod tidy;
