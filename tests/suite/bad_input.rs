//! Inputs that nobody wished for: one bad file is said and skipped, and the rest is read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::fmt::Write as _;
use std::fs;

use crate::program::{
    POLICY, SCHEMA, SERVICE, code, elements, findings, folder, inventory, json, notices, pdlint, service, stderr, stdout, write,
};

/// The elements of [`service`].
const OF_SERVICE: [&str; 4] = [
    "db/001_users.sql: users.full_name",
    "db/001_users.sql: users.email",
    "db/001_users.sql: users.iin",
    "src/greet.rs: User.email",
];

// --- Folders -------------------------------------------------------------------------------------------------------------------

#[test]
fn an_empty_repository_is_clean() {
    let empty = tempfile::tempdir().unwrap();
    let output = pdlint(empty.path(), &["check"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("no findings"));
    assert_eq!(inventory(empty.path())["elements"].as_array().unwrap().len(), 0);
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
    let alone = pdlint(service.path(), &["check", "private"]);
    fs::set_permissions(&private, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(findings(&report).contains(&"PD501 error".to_owned()));
    if all_powerful {
        assert_eq!(notices(&report), [""; 0]);
    } else {
        assert_eq!(notices(&report), ["PD001 private"]);
        crate::program::assert_refused(&alone, "pdlint::scan::unreadable_path");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_in_a_loop_or_out_of_the_root() {
    use std::os::unix::fs::symlink;
    let service = service();
    let elsewhere = folder(&[("secret.sql", SCHEMA)]);
    symlink("..", service.path().join("src/up")).unwrap();
    symlink("itself", service.path().join("src/itself")).unwrap();
    symlink("nowhere", service.path().join("src/dangling.sql")).unwrap();
    symlink(elsewhere.path(), service.path().join("outside")).unwrap();
    symlink(elsewhere.path().join("secret.sql"), service.path().join("db/outside.sql")).unwrap();
    let inventory = inventory(service.path());
    assert_eq!(elements(&inventory), OF_SERVICE);
    assert_eq!(notices(&inventory), [""; 0]);
}

#[test]
fn hidden_and_vendored_folders_are_left_out_and_counted() {
    let service = service();
    for path in [".cache/a.sql", "node_modules/x/b.sql", "web/node_modules/c.sql", "vendor/d.sql"] {
        write(service.path(), path, SCHEMA.as_bytes());
    }
    let inventory = inventory(service.path());
    assert_eq!(elements(&inventory), OF_SERVICE);
    assert_eq!(inventory["summary"]["skipped_folders"], 4);
    let output = pdlint(service.path(), &["check"]);
    let said = stdout(&output).lines().any(|line| line.contains("4 ") && line.contains("folders"));
    assert!(said, "the summary says how many: {}", stdout(&output));
    // A folder that is asked for by name is read whatever it is called.
    let asked = json(&pdlint(service.path(), &["inventory", "--format", "json", "vendor"]));
    assert_eq!(elements(&asked), ["d.sql: users.full_name", "d.sql: users.email", "d.sql: users.iin"]);
}

#[test]
fn ignore_files_are_honoured() {
    let service = service();
    write(service.path(), ".gitignore", b"/build/\n*.local.sql\n");
    write(service.path(), ".ignore", b"drafts\n");
    write(service.path(), "nested/.gitignore", b"own.sql\n");
    for path in ["build/a.sql", "db/b.local.sql", "drafts/c.sql", "nested/own.sql"] {
        write(service.path(), path, SCHEMA.as_bytes());
    }
    assert_eq!(elements(&inventory(service.path())), OF_SERVICE);
}

#[test]
fn include_and_exclude_of_the_configuration_hold() {
    let service = service();
    write(service.path(), "old/users.sql", SCHEMA.as_bytes());
    let with = |configuration: &str| {
        write(service.path(), "pdlint.toml", configuration.as_bytes());
        elements(&inventory(service.path()))
    };
    assert_eq!(with("exclude = [\"old/**\"]\n"), OF_SERVICE);
    assert_eq!(with("include = [\"src/**\", \"db/*.sql\"]\n"), OF_SERVICE);
    assert_eq!(with("include = [\"**/*.sql\"]\nexclude = [\"old/**\"]\n"), OF_SERVICE[..3]);
    write(service.path(), "pdlint.toml", b"exclude = [\"old/[\"]\n");
    crate::program::assert_refused(&pdlint(service.path(), &["check"]), "pdlint::config");
}

// --- Bytes ---------------------------------------------------------------------------------------------------------------------

#[test]
fn a_binary_file_by_the_name_of_sql_is_a_notice_and_the_rest_is_read() {
    let service = service();
    write(service.path(), "db/dump.sql", &[0, 159, 146, 150, 0, 0, 1, 2, 255, 254, 0, 7]);
    let report = json(&pdlint(service.path(), &["check", "--format", "json"]));
    assert_eq!(notices(&report), ["PD005 db/dump.sql"]);
    assert!(findings(&report).contains(&"PD501 error".to_owned()));
}

#[test]
fn invalid_utf8_is_read_as_far_as_it_goes() {
    let folder = folder(&[]);
    write(folder.path(), "001.sql", b"-- caf\xE9 \xFF\nCREATE TABLE users (id bigint, email text, iin char(12));\n");
    assert_eq!(elements(&inventory(folder.path())), ["001.sql: users.email", "001.sql: users.iin"]);
}

#[test]
fn cyrillic_in_a_single_byte_encoding_is_read() {
    let text = "-- Таблица клиентов портала, выгрузка из старой системы\nCREATE TABLE клиенты (\n  код int,\n  фамилия varchar(50),\n  телефон varchar(20)\n);\n";
    let (bytes, _, lossy) = encoding_rs::WINDOWS_1251.encode(text);
    assert!(!lossy);
    let folder = folder(&[]);
    write(folder.path(), "001.sql", &bytes);
    let inventory = inventory(folder.path());
    assert_eq!(elements(&inventory), ["001.sql: клиенты.фамилия", "001.sql: клиенты.телефон"]);
    assert_eq!(inventory["elements"][1]["category"], "user.contact.phone_number");
    assert_eq!((&inventory["elements"][0]["line"], &inventory["elements"][0]["column"]), (&4.into(), &3.into()));
}

#[test]
fn line_ends_and_byte_order_marks_move_no_place() {
    let places = |prefix: &[u8], text: &str| {
        let folder = folder(&[]);
        write(folder.path(), "001.sql", &[prefix, text.as_bytes()].concat());
        let inventory = inventory(folder.path());
        let elements = inventory["elements"].as_array().unwrap();
        elements.iter().map(|one| (one["line"].clone(), one["column"].clone(), one["field"].clone())).collect::<Vec<_>>()
    };
    let plain = places(b"", SCHEMA);
    assert_eq!(plain.len(), 3);
    let windows = SCHEMA.replace('\n', "\r\n");
    assert_eq!(plain, places(b"", &windows));
    assert_eq!(plain, places(b"\xEF\xBB\xBF", SCHEMA));
    assert_eq!(plain, places(b"\xEF\xBB\xBF", &windows));
    assert_eq!(plain, places(b"\xEF\xBB\xBF", &SCHEMA.replace("CREATE TABLE users (\n", "CREATE TABLE users (\r\n")));
    let utf16: Vec<u8> = SCHEMA.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        plain,
        places(b"\xFF\xFE", "").into_iter().chain(plain.clone()).collect::<Vec<_>>(),
        "a mark alone is an empty file"
    );
    let folder = folder(&[]);
    write(folder.path(), "001.sql", &[b"\xFF\xFE".as_slice(), &utf16].concat());
    assert_eq!(inventory(folder.path())["elements"].as_array().unwrap().len(), 3, "UTF-16");
}

// --- Syntax --------------------------------------------------------------------------------------------------------------------

#[test]
fn code_with_syntax_errors_is_read_as_far_as_it_goes_and_said_to_be() {
    let service = service();
    let broken = "pub struct Client { pub phone_number: String }\nfn half( {\n";
    write(service.path(), "src/broken.rs", broken.as_bytes());
    write(
        service.path(),
        "db/broken.sql",
        b"CREATE TABLE orders (id int, phone text;\nCREATE TABLE clients (birth_date date);\n",
    );
    let inventory = inventory(service.path());
    let elements = elements(&inventory);
    assert!(elements.contains(&"src/broken.rs: Client.phone_number".to_owned()), "{elements:?}");
    assert!(elements.contains(&"db/broken.sql: clients.birth_date".to_owned()), "{elements:?}");
    assert!(notices(&inventory).contains(&"PD002 src/broken.rs".to_owned()), "{:?}", notices(&inventory));
    assert!(notices(&inventory).contains(&"PD002 db/broken.sql".to_owned()), "{:?}", notices(&inventory));
    for expected in OF_SERVICE {
        assert!(elements.contains(&expected.to_owned()), "{expected} is lost: {elements:?}");
    }
}

#[test]
fn nesting_without_end_ends() {
    let n = 20_000;
    let service = service();
    let deep = |open: &str, middle: &str, close: &str| format!("{}{middle}{}", open.repeat(n), close.repeat(n));
    write(service.path(), "src/parentheses.rs", format!("fn f() {{ let x = {}; }}", deep("(", "1", ")")).as_bytes());
    write(service.path(), "src/blocks.rs", format!("fn f() {}", deep("{", "", "}")).as_bytes());
    write(
        service.path(),
        "db/select.sql",
        format!("SELECT {};\n{SCHEMA}", deep("(SELECT ", "1", ")")).replace("users", "nested").as_bytes(),
    );
    write(service.path(), "config/deep.json", deep("[", "", "]").as_bytes());
    write(service.path(), "config/deep.yaml", deep("[", "", "]").as_bytes());
    write(service.path(), "config/deep.toml", format!("a = {}", deep("[", "", "]")).as_bytes());
    let inventory = inventory(service.path());
    let elements = elements(&inventory);
    for expected in OF_SERVICE {
        assert!(elements.contains(&expected.to_owned()), "{expected} is lost: {elements:?}");
    }
    assert!(elements.contains(&"db/select.sql: nested.email".to_owned()), "{elements:?}");
    assert_eq!(code(&pdlint(service.path(), &["check", "--fail-on", "never"])), 0);
}

// --- Size ----------------------------------------------------------------------------------------------------------------------

/// Rows as `mysqldump` and `pg_dump --inserts` write them, after the table they are for.
fn dump(bytes: usize) -> String {
    let mut dump = String::with_capacity(bytes + 4096);
    dump.push_str(SCHEMA);
    let mut row = 0;
    while dump.len() < bytes {
        dump.push_str("INSERT INTO users (id, full_name, email) VALUES ");
        for _ in 0..200 {
            row += 1;
            write!(dump, "({row}, 'Person {row}', 'person{row}@example.com'), ").unwrap();
        }
        row += 1;
        writeln!(dump, "({row}, 'Person {row}', NULL);").unwrap();
    }
    dump
}

#[test]
fn a_file_over_the_limit_is_a_notice_and_changes_no_exit_code() {
    let folder = folder(&[("001.sql", SCHEMA), ("pdlint.toml", "max-file-size = \"1KB\"\n"), ("pdlint.policy.toml", POLICY)]);
    let before = code(&pdlint(folder.path(), &["check", "--fail-on", "error"]));
    write(folder.path(), "002.sql", dump(4096).replace("users", "guests").as_bytes());
    let output = pdlint(folder.path(), &["check", "--fail-on", "error", "--format", "json"]);
    assert_eq!(code(&output), before);
    assert_eq!(notices(&json(&output)), ["PD005 002.sql"]);
    assert_eq!(elements(&inventory(folder.path())), ["001.sql: users.full_name", "001.sql: users.email", "001.sql: users.iin"]);
    let clean = crate::program::folder(&[("pdlint.toml", "max-file-size = 10\n"), ("001.sql", SCHEMA)]);
    assert_eq!(code(&pdlint(clean.path(), &["check"])), 0);
}

#[test]
fn a_dump_of_20_megabytes_is_a_notice_or_is_read_whole_but_never_half() {
    let folder = folder(&[("001.sql", "CREATE TABLE clients (phone text);\n")]);
    write(folder.path(), "dump.sql", dump(20 << 20).as_bytes());
    let whole = inventory(folder.path());
    assert_eq!(notices(&whole), [""; 0]);
    let columns: Vec<_> = whole["elements"].as_array().unwrap().iter().filter(|one| one["kind"] == "column").collect();
    assert_eq!(columns.len(), 4, "{columns:?}");
    write(folder.path(), "pdlint.toml", b"max-file-size = \"1MB\"\n");
    let small = inventory(folder.path());
    assert_eq!(elements(&small), ["001.sql: clients.phone"]);
    assert_eq!(notices(&small), ["PD005 dump.sql"]);
}

#[test]
fn a_line_of_five_megabytes_is_a_line() {
    let folder = folder(&[("pdlint.toml", "max-file-size = \"8MB\"\n"), ("src/greet.rs", SERVICE)]);
    write(folder.path(), "db/one_line.sql", dump(5 << 20).replace('\n', " ").as_bytes());
    write(folder.path(), "src/one_line.rs", format!("pub static TABLE: &[u32] = &[{}];", "7,".repeat(20_000)).as_bytes());
    write(folder.path(), "src/blob.rs", format!("pub static BLOB: &str = \"{}\";", "abc ".repeat(5 << 18)).as_bytes());
    write(folder.path(), "config/one_line.json", format!("[{}0]", "1,".repeat(5 << 19)).as_bytes());
    let output = pdlint(folder.path(), &["check", "--fail-on", "never"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("PD501"));
    assert!(stdout(&output).lines().all(|line| line.len() < 4096), "no excerpt shows a line of megabytes");
    let inventory = inventory(folder.path());
    assert!(elements(&inventory).contains(&"db/one_line.sql: users.email".to_owned()), "{:?}", elements(&inventory));
}
