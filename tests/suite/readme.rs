//! The README says what is true: its output blocks are real, its table of checks is complete, its TOML loads.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use assert_cmd::Command;
use pdlint::catalog::Catalog;
use pdlint::policy::Policy;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the document exists")
}

/// Fenced blocks that follow a line with `marker`.
fn blocks<'t>(text: &'t str, marker: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(marker) {
        let after = text[at..].find("\n```").map(|start| at + start + 1).expect("a fenced block follows the marker");
        let body = text[after..].find('\n').map(|end| after + end + 1).expect("a fence line");
        let end = text[body..].find("\n```").expect("the fence is closed");
        found.push(&text[body..body + end]);
    }
    found
}

#[test]
fn output_blocks_are_real_output() {
    let readme = read("README.md");
    let output = Command::cargo_bin("pdlint")
        .expect("the binary is built")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["check", "fixtures/idocument"])
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(1), "the fixture holds violations");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let shown = blocks(&readme, "<!-- output: check fixtures/idocument -->");
    assert_eq!(shown.len(), 2);
    for block in shown {
        assert!(printed.contains(block), "not in the output of `pdlint check fixtures/idocument`:\n{block}");
    }
}

#[test]
fn the_table_of_checks_is_complete() {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    let mut table = String::from("| code | name | reports |\n|---|---|---|\n");
    for page in catalog.checks.iter() {
        writeln!(table, "| [{0}](rules/checks/{0}.md) | {1} | {2} |", page.code, page.name, page.summary)
            .expect("writing to a string");
    }
    assert!(read("README.md").contains(&table), "README.md should hold this table:\n{table}");
}

#[test]
fn policies_shown_in_the_documents_load() {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    let readme = read("README.md");
    let example = blocks(&readme, "### Writing a Policy file");
    // The wording that `text` names is the reader's own; everything else must hold.
    let text: Arc<str> = example[0].lines().filter(|line| !line.starts_with("text ")).collect::<Vec<_>>().join("\n").into();
    let policy = Policy::parse(Path::new("README.md"), &text, &catalog).expect("the Policy in the README loads");
    assert_eq!(policy.recipients.len(), 1);
}
