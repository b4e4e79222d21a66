//! The command line: exit codes, diagnostics, what goes to which stream.
// Tests run the program itself and cargo.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fs;

use assert_cmd::Command;

use crate::program::{
    FORMATS, POLICY, SCHEMA, SERVICE, assert_refused, code, findings, folder, json, pdlint, service, stderr, stdout, write,
};

// --- Exit codes ----------------------------------------------------------------------------------------------------------------

#[test]
fn findings_exit_with_1_and_the_report_is_on_standard_output() {
    let output = pdlint(service().path(), &["check"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("PD501 personal-data-in-log"), "{}", stdout(&output));
    assert!(stdout(&output).contains("src/greet.rs:8:"));
    assert!(!stderr(&output).contains("PD501"));
}

#[test]
fn fail_on_says_which_severity_exits_with_1() {
    let service = service();
    assert_eq!(code(&pdlint(service.path(), &["check", "--fail-on", "never"])), 0);
    assert_eq!(code(&pdlint(service.path(), &["check", "--fail-on", "note"])), 1);
    write(service.path(), "pdlint.toml", b"fail-on = \"never\"\n");
    assert_eq!(code(&pdlint(service.path(), &["check"])), 0);
    assert_eq!(code(&pdlint(service.path(), &["check", "--fail-on", "error"])), 1, "the flag beats the file");
}

#[test]
fn every_severity_can_be_the_least_that_fails() {
    for (severity, expected) in [("error", [1, 1, 1, 0]), ("warning", [0, 1, 1, 0]), ("note", [0, 0, 1, 0])] {
        let folder = folder(&[("src/greet.rs", SERVICE)]);
        write(folder.path(), "pdlint.toml", format!("[severity]\nPD501 = \"{severity}\"\n").as_bytes());
        let codes =
            ["error", "warning", "note", "never"].map(|least| code(&pdlint(folder.path(), &["check", "--fail-on", least])));
        assert_eq!(codes, expected, "a finding of severity {severity}");
    }
}

#[test]
fn severities_and_overrides_of_the_configuration_hold() {
    let folder = folder(&[("src/greet.rs", SERVICE), ("legacy/greet.rs", SERVICE)]);
    let judged = |configuration: &str| {
        write(folder.path(), "pdlint.toml", configuration.as_bytes());
        findings(&json(&pdlint(folder.path(), &["check", "--format", "json"])))
    };
    let legacy = |severity: &str| format!("[[override]]\npaths = [\"legacy/**\"]\nseverity = {{ PD501 = \"{severity}\" }}\n");
    assert_eq!(judged(""), ["PD501 error", "PD501 error"]);
    assert_eq!(judged("[severity]\nPD501 = \"warning\"\n"), ["PD501 warning", "PD501 warning"]);
    assert_eq!(judged(&legacy("note")), ["PD501 note", "PD501 error"], "legacy/ comes first");
    assert_eq!(judged(&legacy("off")), ["PD501 error"]);
    assert_eq!(judged(&format!("[severity]\nPD501 = \"off\"\n{}", legacy("warning"))), ["PD501 warning"]);
    assert!(judged("[severity]\nPD501 = \"off\"\n").is_empty());
}

#[test]
fn the_inventory_exits_with_0_and_needs_no_policy() {
    let folder = folder(&[("001_users.sql", SCHEMA)]);
    let output = pdlint(folder.path(), &["inventory", "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let inventory = json(&output);
    let fields: Vec<_> =
        inventory["elements"].as_array().unwrap().iter().map(|element| element["field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"email") && fields.contains(&"iin"), "{fields:?}");
    assert!(inventory["elements"][0]["declared"].is_null());
}

#[test]
fn check_without_a_policy_says_so_and_runs_the_checks_that_need_none() {
    let folder = folder(&[("src/greet.rs", SERVICE)]);
    let output = pdlint(folder.path(), &["check"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("PD501"));
    assert!(!stdout(&output).contains("PD101"));
    assert!(stderr(&output).contains("no Policy file found") && stderr(&output).contains("pdlint init"), "{}", stderr(&output));
}

#[test]
fn help_and_version_exit_with_0_on_standard_output() {
    let here = tempfile::tempdir().unwrap();
    for argument in ["--help", "--version"] {
        let output = pdlint(here.path(), &[argument]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("pdlint"));
    }
}

// --- Mistakes of the user ------------------------------------------------------------------------------------------------------

#[test]
fn a_path_that_does_not_exist_is_refused() {
    let output = pdlint(service().path(), &["check", "no/such/folder"]);
    assert_refused(&output, "pdlint::scan::no_such_path");
    assert!(stderr(&output).contains("no/such/folder"));
}

#[test]
fn a_flag_or_command_that_does_not_exist_is_refused() {
    let service = service();
    for arguments in [&["check", "--no-such-flag"][..], &["chek"], &["check", "--threads", "0"], &["check", "-q", "-v"], &[]] {
        let output = pdlint(service.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains("--help") || stderr(&output).contains("Usage"), "{}", stderr(&output));
    }
}

#[test]
fn a_format_that_the_command_lacks_is_refused_with_those_it_has() {
    let service = service();
    let output = pdlint(service.path(), &["check", "--format", "csv"]);
    assert_refused(&output, "pdlint::cli::unknown_format");
    assert!(stderr(&output).contains("human, json, sarif, github, markdown"), "{}", stderr(&output));
    let output = pdlint(service.path(), &["inventory", "--format", "jsn"]);
    assert_refused(&output, "did you mean `json`?");
    for arguments in
        [&["rules", "--format", "sarif"][..], &["explain", "PD501", "--format", "json"], &["init", "--format", "json"]]
    {
        assert_refused(&pdlint(service.path(), arguments), "pdlint::cli::unknown_format");
    }
}

#[test]
fn a_malformed_policy_is_refused_with_its_place() {
    let service = service();
    write(service.path(), "pdlint.policy.toml", b"schema = 1\n[policy\n");
    let output = pdlint(service.path(), &["check"]);
    assert_refused(&output, "pdlint::policy");
    assert!(stderr(&output).contains("pdlint.policy.toml:2"), "{}", stderr(&output));
}

#[test]
fn a_malformed_configuration_is_refused_with_its_place() {
    let service = service();
    write(service.path(), "pdlint.toml", b"fail-onn = \"error\"\n");
    let output = pdlint(service.path(), &["check"]);
    assert_refused(&output, "pdlint::config");
    assert!(stderr(&output).contains("fail-on") && stderr(&output).contains("pdlint.toml:1"), "{}", stderr(&output));
}

#[test]
fn an_unknown_category_in_the_policy_is_refused_with_its_place_and_a_suggestion() {
    let service = service();
    let policy = format!("{POLICY}\n[[collect]]\nclause = \"3.1(1)\"\ncategories = [\"user.contact.emial\"]\n");
    write(service.path(), "pdlint.policy.toml", policy.as_bytes());
    let output = pdlint(service.path(), &["check"]);
    assert_refused(&output, "pdlint::policy");
    assert!(stderr(&output).contains("did you mean `user.contact.email`?"), "{}", stderr(&output));
}

#[test]
fn a_clause_declared_twice_is_refused_with_both_places() {
    let service = service();
    let entry = "\n[[collect]]\nclause = \"3.1(7)\"\ncatch-all = true\n";
    write(service.path(), "pdlint.policy.toml", format!("{POLICY}{entry}{entry}").as_bytes());
    let output = pdlint(service.path(), &["check"]);
    assert_refused(&output, "pdlint::policy");
    let (first, second) = (stderr(&output).find("9 │"), stderr(&output).find("13 │"));
    assert!(first.is_some() && second.is_some() && stderr(&output).contains("3.1(7)"), "{}", stderr(&output));
}

#[test]
fn a_policy_or_configuration_that_is_named_must_exist() {
    let service = service();
    assert_refused(&pdlint(service.path(), &["check", "--policy", "none.toml"]), "none.toml");
    assert_refused(&pdlint(service.path(), &["check", "--config", "none.toml"]), "none.toml");
}

#[test]
fn terminal_escapes_in_a_quoted_policy_do_not_reach_the_terminal() {
    let service = service();
    write(service.path(), "pdlint.policy.toml", "schema = 1\n[policy]\ntitle = \"\u{1b}[2J\u{9b}31m\"\n".as_bytes());
    let output = pdlint(service.path(), &["check"]);
    assert_eq!(code(&output), 2);
    assert!(!stderr(&output).contains(['\u{1b}', '\u{9b}']), "{:?}", stderr(&output));
}

// --- Output --------------------------------------------------------------------------------------------------------------------

#[test]
fn output_is_byte_identical_for_any_number_of_threads() {
    let service = service();
    for number in 0..8 {
        write(service.path(), &format!("db/1{number:02}.sql"), SCHEMA.replace("users", &format!("users_{number}")).as_bytes());
        write(service.path(), &format!("src/m{number}.rs"), SERVICE.replace("greet", &format!("greet_{number}")).as_bytes());
    }
    for (command, formats) in FORMATS {
        for format in *formats {
            let with = |threads: &str| pdlint(service.path(), &[command, "--format", format, "--threads", threads]).stdout;
            let one = with("1");
            assert!(!one.is_empty());
            assert_eq!(one, with("2"), "{command} --format {format}");
        }
    }
    let again = || pdlint(service.path(), &["check", "--threads", "2"]).stdout;
    assert_eq!(again(), again());
}

#[test]
fn output_is_byte_identical_for_any_working_directory() {
    let service = service();
    let here = tempfile::tempdir().unwrap();
    let absolute = service.path().to_str().unwrap();
    for (command, formats) in FORMATS {
        for format in *formats {
            let inside = pdlint(service.path(), &[command, "--format", format]);
            let outside = pdlint(here.path(), &[command, "--format", format, absolute]);
            assert_eq!(stdout(&inside), stdout(&outside), "{command} --format {format}");
            assert_eq!(code(&inside), code(&outside));
            assert!(!stdout(&inside).contains(absolute), "{command} --format {format} tells where the folder is");
        }
    }
    let from_below = pdlint(&service.path().join("src"), &["check", ".."]);
    assert_eq!(stdout(&from_below), stdout(&pdlint(service.path(), &["check", "."])));
}

#[test]
fn two_paths_are_one_scan_and_a_file_is_a_path() {
    let service = service();
    write(service.path(), "other/more.sql", SCHEMA.as_bytes());
    let files = |paths: &[&str]| {
        let output = pdlint(service.path(), &[&["inventory", "--format", "json"], paths].concat());
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let inventory = json(&output);
        let mut files: Vec<_> = inventory["elements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|element| element["file"].as_str().unwrap().to_owned())
            .collect();
        files.dedup();
        files
    };
    assert_eq!(files(&["db", "src"]), ["db/001_users.sql", "src/greet.rs"]);
    assert_eq!(files(&["src", "db"]), ["db/001_users.sql", "src/greet.rs"]);
    assert_eq!(files(&["db", "db"]), ["db/001_users.sql"]);
    assert_eq!(files(&["db", "db/001_users.sql"]), ["db/001_users.sql"], "what lies in both is read once");
    assert_eq!(files(&["db/001_users.sql"]), ["001_users.sql"]);
    let both = pdlint(service.path(), &["check", "src", "no/such/folder"]);
    assert_refused(&both, "pdlint::scan::no_such_path");
}

#[test]
fn a_pipe_gets_no_colours_unless_they_are_asked_for() {
    let service = service();
    for arguments in [&["check"][..], &["inventory"], &["rules"], &["explain", "PD501"], &["check", "nowhere"]] {
        let output = pdlint(service.path(), arguments);
        assert!(!stdout(&output).contains('\u{1b}') && !stderr(&output).contains('\u{1b}'), "{arguments:?}");
    }
    assert!(stdout(&pdlint(service.path(), &["check", "--color", "always"])).contains('\u{1b}'));
    let forced = |name: &str, color: &str| {
        let output = Command::cargo_bin("pdlint")
            .unwrap()
            .current_dir(service.path())
            .args(["check", "--color", color])
            .env(name, "1")
            .output()
            .unwrap();
        stdout(&output).contains('\u{1b}')
    };
    assert!(forced("CLICOLOR_FORCE", "auto"));
    assert!(!forced("CLICOLOR_FORCE", "never"));
    assert!(!forced("NO_COLOR", "auto"));
}

#[test]
fn quiet_leaves_findings_alone_and_verbose_adds_their_evidence() {
    let service = service();
    let quiet = pdlint(service.path(), &["check", "-q"]);
    assert_eq!(stderr(&quiet), "");
    assert!(stdout(&quiet).contains("PD501") && !stdout(&quiet).contains("judged against"));
    let normal = pdlint(service.path(), &["check"]);
    assert!(stdout(&normal).contains("judged against Privacy Policy") && stderr(&normal).contains("2 files in"));
    assert!(!stdout(&normal).contains("confidence:"));
    assert!(stdout(&pdlint(service.path(), &["check", "-v"])).contains("confidence:"));
}

#[test]
fn a_result_goes_to_the_file_that_output_names_whole_or_not_at_all() {
    let service = service();
    let direct = pdlint(service.path(), &["check", "--format", "sarif"]);
    let filed = pdlint(service.path(), &["check", "--format", "sarif", "--output", "report.sarif"]);
    assert_eq!(code(&filed), 1);
    assert_eq!(stdout(&filed), "");
    assert_eq!(fs::read(service.path().join("report.sarif")).unwrap(), direct.stdout);
    let strays: Vec<_> = fs::read_dir(service.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().ends_with(".tmp"))
        .collect();
    assert!(strays.is_empty(), "{strays:?}");
    assert_refused(&pdlint(service.path(), &["check", "--output", "no/such/folder/report.txt"]), "pdlint::cli::output");
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let service = service();
    for number in 0..200 {
        write(service.path(), &format!("src/m{number}.rs"), SERVICE.replace("greet", &format!("greet_{number}")).as_bytes());
    }
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("pdlint"))
        .current_dir(service.path())
        .args(["inventory", "--format", "json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
}

// --- explain, rules, init ------------------------------------------------------------------------------------------------------

#[test]
fn explain_prints_the_page_of_a_check_by_code_or_name() {
    let here = tempfile::tempdir().unwrap();
    let by_code = pdlint(here.path(), &["explain", "pd201"]);
    let by_name = pdlint(here.path(), &["explain", "undeclared-recipient"]);
    assert_eq!(code(&by_code), 0, "{}", stderr(&by_code));
    assert!(stdout(&by_code).contains("PD201") && stdout(&by_code).contains("## What to do"));
    assert_eq!(by_code.stdout, by_name.stdout);
    assert_refused(&pdlint(here.path(), &["explain", "undeclared-recipent"]), "did you mean `undeclared-recipient`?");
}

#[test]
fn explain_says_what_was_decided_about_a_line() {
    let service = service();
    let output = pdlint(service.path(), &["explain", "db/001_users.sql:4"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("email") && stdout(&output).contains("user.contact.email"), "{}", stdout(&output));
    // From a folder within, the place is given as it is seen from there.
    let within = pdlint(&service.path().join("db"), &["explain", "001_users.sql:4", ".."]);
    assert!(stdout(&within).contains("user.contact.email"), "{}", stderr(&within));
    assert_refused(&pdlint(service.path(), &["explain", "db/001_users.sql:400"]), "pdlint::cli::explain_line");
    assert_refused(&pdlint(service.path(), &["explain", "db/none.sql:4"]), "pdlint::cli::explain_unreadable");
    write(service.path(), "notes.xyz", b"nothing\n");
    assert_refused(&pdlint(service.path(), &["explain", "notes.xyz:1"]), "pdlint::cli::explain_unscanned");
}

#[test]
fn rules_lists_categories_recipients_and_checks() {
    let here = tempfile::tempdir().unwrap();
    let rules = json(&pdlint(here.path(), &["rules", "--format", "json"]));
    let has = |list: &str, key: &str, value: &str| rules[list].as_array().unwrap().iter().any(|row| row[key] == value);
    assert!(has("categories", "id", "user.contact.email"));
    assert!(has("checks", "code", "PD201"));
    assert!(has("laws", "id", "kz-94v"));
    assert!(!rules["recipients"].as_array().unwrap().is_empty());
    assert!(!rules["models"].as_array().unwrap().is_empty());
    let one = json(&pdlint(here.path(), &["rules", "checks", "--format", "json"]));
    assert!(one["categories"].is_null() && one["checks"].is_array());
    assert!(stdout(&pdlint(here.path(), &["rules", "categories"])).contains("user.government_id.iin"));
}

#[test]
fn init_writes_files_that_load_and_replaces_none() {
    let folder = folder(&[("db/001_users.sql", SCHEMA)]);
    let output = pdlint(folder.path(), &["init"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    let check = pdlint(folder.path(), &["check", "--fail-on", "never"]);
    assert_eq!(code(&check), 0, "{}", stderr(&check));
    assert!(stdout(&check).contains("PD101"), "a Policy that declares nothing: {}", stdout(&check));

    write(folder.path(), "pdlint.policy.toml", b"mine");
    fs::remove_file(folder.path().join("pdlint.toml")).unwrap();
    assert_refused(&pdlint(folder.path(), &["init"]), "pdlint::cli::init_exists");
    assert!(!folder.path().join("pdlint.toml").exists(), "nothing is written when one file exists");
    assert_eq!(fs::read(folder.path().join("pdlint.policy.toml")).unwrap(), b"mine");
    assert_eq!(code(&pdlint(folder.path(), &["init", "--force"])), 0);
    assert_ne!(fs::read(folder.path().join("pdlint.policy.toml")).unwrap(), b"mine");
    assert_refused(&pdlint(folder.path(), &["init", "no/such/folder"]), "pdlint::cli::init");
}
