//! Scans as people set them up: a part of a tree under the settings of the whole, Policies that stand elsewhere, rules of one's own.

use crate::program::{
    POLICY, SCHEMA, SERVICE, assert_refused, code, elements, findings, folder, inventory, json, notices, pdlint, stderr, stdout,
    write,
};

/// A repository with one service, and settings at its root.
fn monorepo(settings: &str) -> tempfile::TempDir {
    folder(&[
        (".git/HEAD", ""),
        ("pdlint.toml", settings),
        ("svc/db/001.sql", SCHEMA),
        ("svc/gen/002.sql", &SCHEMA.replace("users", "copies")),
        ("svc/src/greet.rs", SERVICE),
    ])
}

#[test]
fn globs_hold_from_the_folder_of_the_settings_on_whatever_part_is_scanned() {
    let repo = monorepo("exclude = [\"svc/gen/**\"]\n[[override]]\npaths = [\"svc/src/**\"]\nseverity = { PD501 = \"note\" }\n");
    for (scanned, prefix) in [(".", "svc/"), ("svc", "")] {
        let found = elements(&inventory(&repo.path().join(scanned)));
        assert!(found.contains(&format!("{prefix}db/001.sql: users.email")), "{found:?}");
        assert!(!found.iter().any(|one| one.contains("copies")), "{scanned}: {found:?}");
        let report = json(&pdlint(repo.path(), &["check", "--format", "json", scanned]));
        assert_eq!(findings(&report), ["PD501 note"], "{scanned}");
    }
}

#[test]
fn a_star_stays_within_a_folder() {
    let repo = folder(&[("pdlint.toml", "include = [\"db/*\"]\n"), ("db/001.sql", SCHEMA)]);
    write(repo.path(), "db/old/002.sql", SCHEMA.replace("users", "copies").as_bytes());
    let found = elements(&inventory(repo.path()));
    assert_eq!(found, ["db/001.sql: users.full_name", "db/001.sql: users.email", "db/001.sql: users.iin"]);
}

#[test]
fn the_policy_beside_the_settings_is_found_from_a_part_of_the_tree() {
    let repo = monorepo("");
    write(repo.path(), "pdlint.policy.toml", format!("{POLICY}\n[[collect]]\nclause = \"9\"\ncatch-all = true\n").as_bytes());
    let output = pdlint(repo.path(), &["check", "svc"]);
    assert!(stdout(&output).contains("judged against Privacy Policy"), "{}", stdout(&output));
    assert!(stdout(&output).contains("../pdlint.policy.toml"), "{}", stdout(&output));
}

#[test]
fn a_policy_outside_the_scan_is_not_taken_for_a_file_of_the_same_name_within() {
    let repo = monorepo("");
    let catch_all = "\n[[collect]]\nclause = \"3.7\"\ncatch-all = true\n";
    write(repo.path(), "pdlint.policy.toml", format!("{POLICY}{catch_all}").as_bytes());
    // A file of the scan at the path by which the Policy is named from here, with other lines.
    write(repo.path(), "svc/pdlint.policy.toml", "# another file\n".repeat(40).as_bytes());
    let output = pdlint(repo.path(), &["check", "svc", "--policy", "pdlint.policy.toml"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("PD702"), "{}", stdout(&output));
    assert!(!stdout(&output).contains("# another file"), "{}", stdout(&output));
}

#[test]
fn a_byte_order_mark_moves_no_place_in_a_policy() {
    let places = |mark: &str| {
        let catch_all = "\n[[collect]]\nclause = \"3.7\"\ncatch-all = true\n";
        let folder = folder(&[("config/policy.toml", &format!("{mark}{POLICY}{catch_all}"))]);
        let output = pdlint(folder.path(), &["check", "--policy", "config/policy.toml"]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    assert!(places("").contains("PD702"));
    assert_eq!(places(""), places("\u{FEFF}"));
}

#[test]
fn notices_can_be_turned_off() {
    let broken = folder(&[("db/001.sql", SCHEMA), ("db/002.sql", "CREATE TABLE ((( ;\n")]);
    assert_eq!(notices(&inventory(broken.path())), ["PD002 db/002.sql"]);
    write(broken.path(), "pdlint.toml", b"[severity]\nPD002 = \"off\"\n");
    assert_eq!(notices(&inventory(broken.path())), [""; 0]);
    write(broken.path(), "pdlint.toml", b"[[override]]\npaths = [\"db/**\"]\nseverity = { PD002 = \"off\" }\n");
    assert_eq!(notices(&inventory(broken.path())), [""; 0]);
}

#[test]
fn a_script_is_told_by_its_interpreter() {
    let repo = folder(&[("tool", &format!("#!/usr/bin/env rust-script\n{SERVICE}")), ("notes", "#!/bin/sh\necho\n")]);
    assert_eq!(elements(&inventory(repo.path())), ["tool: User.email"]);
}

// --- Rule folders --------------------------------------------------------------------------------------------------------------

#[test]
fn a_rule_folder_adds_to_what_is_known() {
    let repo = folder(&[
        ("pdlint.toml", "rules = [\"privacy/rules\"]\n"),
        ("privacy/rules/README.md", "Notes for people.\n"),
        ("privacy/rules/discovery.toml", "source = \"our layout\"\nvendored = [\"imported\"]\n"),
        ("imported/001.sql", SCHEMA),
    ]);
    let listed = inventory(repo.path());
    assert_eq!(elements(&listed), [""; 0]);
    assert_eq!(listed["summary"]["skipped_folders"], 1);
}

#[test]
fn a_rule_that_nothing_would_read_is_refused() {
    let recipient = "about = \"Ours.\"\nsource = \"https://{host}/\"\n[[recipient]]\nid = \"own\"\nname = \"Own\"\npurpose = \"payment\"\nhosts = [\"own.example\"]\n";
    let repo = folder(&[("pdlint.toml", "rules = [\"ours\"]\n"), ("ours/recipients.toml", recipient)]);
    let refused = pdlint(repo.path(), &["rules"]);
    assert_refused(&refused, "pdlint::rules::misplaced");
    assert!(stderr(&refused).contains("ours/recipients.toml"), "{}", stderr(&refused));
}

#[test]
fn a_model_that_says_nothing_is_refused() {
    let model = |rest: &str| {
        format!(
            "language = \"rust\"\n[[call]]\ncalls = [\"own::Client::tell\"]\nsource = \"https://own.example/\"\nexamples = [\"own::Client::tell\"]\n{rest}\n"
        )
    };
    let with = |rest: &str| {
        let repo = folder(&[("pdlint.toml", "rules = [\"ours\"]\n"), ("ours/models/rust/own.toml", &model(rest))]);
        pdlint(repo.path(), &["rules", "models"])
    };
    assert_eq!(code(&with("sink = \"third-party\"\nbody = [\"args\"]")), 0);
    assert_refused(&with("body = [\"args\"]"), "nothing leaves in a call without `sink`");
    assert_refused(&with("categories = [\"user.contact.emial\"]"), "unknown category `user.contact.emial`");
}
