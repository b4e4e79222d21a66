//! The command line: exit codes, diagnostics, what goes to which stream, and inputs that nobody wished for.
// Tests run the program itself and cargo.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const SCHEMA: &str = "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  full_name text NOT NULL,\n  email varchar(255) NOT NULL,\n  iin char(12)\n);\n";

const SERVICE: &str = "use tracing::info;\n\npub struct User {\n    pub email: String,\n}\n\npub fn greet(user: &User) {\n    info!(\"hello {}\", user.email);\n}\n";

/// Declares nothing to anyone.
const POLICY: &str = "schema = 1\n\n[policy]\ntitle = \"Privacy Policy\"\noperator = { name = \"Sample LLP\" }\nrevision = \"2026-01-31\"\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text.as_bytes());
    }
    folder
}

fn write(folder: &Path, path: &str, bytes: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn service() -> TempDir {
    folder(&[("db/001_users.sql", SCHEMA), ("src/greet.rs", SERVICE), ("pdlint.policy.toml", POLICY)])
}

/// Runs `pdlint` in a folder, away from the colours and settings of whoever runs the tests.
fn pdlint(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("pdlint").unwrap();
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("no signal ended it")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Asserts that the run could not be made: code 2, nothing on standard output, a diagnostic with this code and a help on the other.
fn assert_refused(output: &Output, diagnostic: &str) {
    assert_eq!(code(output), 2, "{}", stderr(output));
    assert_eq!(stdout(output), "");
    assert!(stderr(output).contains(diagnostic), "{}", stderr(output));
    assert!(stderr(output).contains("help:"), "{}", stderr(output));
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

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
fn the_inventory_exits_with_0_and_needs_no_policy() {
    let folder = folder(&[("001_users.sql", SCHEMA)]);
    let output = pdlint(folder.path(), &["inventory", "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let inventory = json(&output);
    let fields: Vec<_> = inventory["elements"].as_array().unwrap().iter().map(|element| element["field"].as_str().unwrap()).collect();
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
    assert_refused(&output, "pdlint::");
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
    assert_refused(&pdlint(service.path(), &["rules", "--format", "sarif"]), "pdlint::cli::unknown_format");
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

// --- Odd repositories ----------------------------------------------------------------------------------------------------------

#[test]
fn an_empty_repository_is_clean() {
    let empty = tempfile::tempdir().unwrap();
    let output = pdlint(empty.path(), &["check"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("no findings"));
    assert_eq!(code(&pdlint(empty.path(), &["inventory"])), 0);
}

#[test]
fn a_binary_file_by_the_name_of_sql_is_a_notice_and_the_rest_is_read() {
    let service = service();
    write(service.path(), "db/dump.sql", &[0, 159, 146, 150, 0, 0, 1, 2, 255, 254, 0, 7]);
    let report = json(&pdlint(service.path(), &["check", "--format", "json"]));
    let noticed = report["notices"].as_array().unwrap().iter().any(|notice| notice["file"] == "db/dump.sql");
    assert!(noticed, "{}", report["notices"]);
    assert!(report["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "PD501"));
}

#[test]
fn invalid_utf8_is_read_as_far_as_it_goes() {
    let folder = folder(&[]);
    write(folder.path(), "001.sql", b"-- caf\xE9 \xFF\nCREATE TABLE users (id bigint, email text, iin char(12));\n");
    let inventory = json(&pdlint(folder.path(), &["inventory", "--format", "json"]));
    assert!(inventory["elements"].as_array().unwrap().iter().any(|element| element["field"] == "email"), "{inventory}");
}

#[test]
fn code_with_syntax_errors_is_read_as_far_as_it_goes() {
    let service = service();
    write(service.path(), "src/broken.rs", b"pub struct Client { pub phone_number: String }\nfn half( {\n");
    let inventory = json(&pdlint(service.path(), &["inventory", "--format", "json"]));
    assert!(inventory["elements"].as_array().unwrap().iter().any(|element| element["field"] == "phone_number"), "{inventory}");
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder_is_a_notice_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let service = service();
    write(service.path(), "private/secret.sql", SCHEMA.as_bytes());
    let private = service.path().join("private");
    fs::set_permissions(&private, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything (root) is not stopped by permissions.
    let all_powerful = fs::read_dir(&private).is_ok();
    let report = json(&pdlint(service.path(), &["check", "--format", "json"]));
    fs::set_permissions(&private, fs::Permissions::from_mode(0o755)).unwrap();
    let noticed = report["notices"].as_array().unwrap().iter().any(|notice| notice["file"].as_str().unwrap().starts_with("private"));
    assert_eq!(noticed, !all_powerful, "{}", report["notices"]);
    assert!(report["findings"].as_array().unwrap().iter().any(|finding| finding["code"] == "PD501"));
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_ends() {
    let service = service();
    std::os::unix::fs::symlink("..", service.path().join("src/up")).unwrap();
    let output = pdlint(service.path(), &["check"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
}

// --- Output --------------------------------------------------------------------------------------------------------------------

#[test]
fn output_is_byte_identical_for_any_number_of_threads() {
    let service = service();
    for number in 0..40 {
        write(service.path(), &format!("db/1{number:02}.sql"), SCHEMA.replace("users", &format!("users_{number}")).as_bytes());
        write(service.path(), &format!("src/m{number}.rs"), SERVICE.replace("greet", &format!("greet_{number}")).as_bytes());
    }
    for arguments in [&["check"][..], &["check", "--format", "sarif"], &["check", "--format", "json"], &["inventory", "--format", "csv"]] {
        let with = |threads: &str| pdlint(service.path(), &[arguments, &["--threads", threads]].concat()).stdout;
        let one = with("1");
        assert!(!one.is_empty());
        assert_eq!(one, with("2"), "{arguments:?}");
        assert_eq!(one, with("2"), "{arguments:?}, again");
    }
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
        let output = Command::cargo_bin("pdlint").unwrap().current_dir(service.path()).args(["check", "--color", color]).env(name, "1").output().unwrap();
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
    assert!(stdout(&normal).contains("judged against Privacy Policy") && stderr(&normal).contains("files in"));
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
    let strays: Vec<_> = fs::read_dir(service.path()).unwrap().map(|entry| entry.unwrap().file_name()).filter(|name| name.to_string_lossy().ends_with(".tmp")).collect();
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

#[test]
fn paths_are_relative_to_the_scanned_folder_whatever_the_current_one() {
    let service = service();
    let here = tempfile::tempdir().unwrap();
    let from_outside = pdlint(here.path(), &["inventory", "--format", "json", service.path().to_str().unwrap()]);
    let from_inside = pdlint(service.path(), &["inventory", "--format", "json", "."]);
    assert_eq!(json(&from_outside)["elements"], json(&from_inside)["elements"]);
    assert_eq!(json(&from_inside)["elements"][0]["file"], "db/001_users.sql");
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
