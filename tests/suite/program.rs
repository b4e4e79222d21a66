//! Runs the program itself, on folders made for one test and away from the settings of whoever runs the tests.
// Tests run the program itself.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const SCHEMA: &str = "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  full_name text NOT NULL,\n  email varchar(255) NOT NULL,\n  iin char(12)\n);\n";

pub(crate) const SERVICE: &str = "use tracing::info;\n\npub struct User {\n    pub email: String,\n}\n\npub fn greet(user: &User) {\n    info!(\"hello {}\", user.email);\n}\n";

/// Declares nothing to anyone.
pub(crate) const POLICY: &str =
    "schema = 1\n\n[policy]\ntitle = \"Privacy Policy\"\noperator = { name = \"Sample LLP\" }\nrevision = \"2026-01-31\"\n";

/// Every format of a command.
pub(crate) const FORMATS: &[(&str, &[&str])] = &[
    ("check", &["human", "json", "sarif", "github", "markdown"]),
    ("inventory", &["human", "table", "json", "csv", "markdown"]),
];

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text.as_bytes());
    }
    folder
}

pub(crate) fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A table, a service that logs an address (PD501), and a Policy.
pub(crate) fn service() -> TempDir {
    folder(&[("db/001_users.sql", SCHEMA), ("src/greet.rs", SERVICE), ("pdlint.policy.toml", POLICY)])
}

/// Runs `pdlint` in a folder.
pub(crate) fn pdlint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("pdlint").unwrap();
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments).output().unwrap()
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal ended it")
}

pub(crate) fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Asserts that the run could not be made: code 2, nothing on standard output, a diagnostic with this code and a help on the other.
pub(crate) fn assert_refused(output: &Output, diagnostic: &str) {
    assert_eq!(code(output), 2, "{}", stderr(output));
    assert_eq!(stdout(output), "");
    assert!(stderr(output).contains(diagnostic), "{}", stderr(output));
    assert!(stderr(output).contains("help:"), "{}", stderr(output));
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

/// The inventory of a folder, and that the run was a success.
pub(crate) fn inventory(folder: &Path) -> Value {
    let output = pdlint(folder, &["inventory", "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    json(&output)
}

/// `file: container.field`, sorted as reported.
pub(crate) fn elements(inventory: &Value) -> Vec<String> {
    let text = |element: &Value, key: &str| element[key].as_str().unwrap().to_owned();
    let all = inventory["elements"].as_array().unwrap().iter();
    all.map(|one| format!("{}: {}.{}", text(one, "file"), text(one, "container"), text(one, "field"))).collect()
}

/// `code file` of every notice.
pub(crate) fn notices(report: &Value) -> Vec<String> {
    let all = report["notices"].as_array().unwrap().iter();
    all.map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["file"].as_str().unwrap())).collect()
}

/// `code severity` of every finding.
pub(crate) fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap().iter();
    all.map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["severity"].as_str().unwrap())).collect()
}
