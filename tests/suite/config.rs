//! `pdlint.toml`: what loads, where it is looked for, what every mistake looks like.

#![allow(clippy::expect_used)]

use std::path::Path;
use std::sync::Arc;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use pdlint::classify::Confidence;
use pdlint::config::{Config, ConfigError, FailOn, template};
use pdlint::index::Symbol;
use pdlint::report::Severity;
use proptest::prelude::*;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("service/pdlint.toml"), &Arc::from(text))
}

fn render(diagnostic: &dyn Diagnostic) -> String {
    let mut out = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(110)
        .render_report(&mut out, diagnostic)
        .expect("a diagnostic renders");
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_key_is_read() {
    let config = parse(
        r#"
policy = "law/pdlint.policy.toml"
include = ["src/**"]
exclude = ["src/generated/**"]
fail-on = "warning"
min-confidence = "high"
internal-hosts = ["*.Corp.example", "example.kz"]
include-tests = true
max-file-size = "2MB"

[severity]
PD401 = "note"
PD501 = "off"

[purposes]
"src/**" = "contact"
"src/marketing/**" = "newsletter"

[dialects]
"db/**" = "mysql"
"db/warehouse/**" = "snowflake"

[[override]]
paths = ["src/legacy/**", "*.sql"]
severity = { PD401 = "error" }
"#,
    )
    .unwrap_or_else(|error| panic!("{}", render(&error)));
    assert_eq!(config.policy.as_deref(), Some(Path::new("service/law/pdlint.policy.toml")));
    assert!(config.scans("src/a.rs") && !config.scans("src/generated/a.rs") && !config.scans("db/a.sql"));
    assert_eq!(config.fail_on, Some(FailOn::Severity(Severity::Warning)));
    assert_eq!((config.min_confidence, config.include_tests), (Some(Confidence::High), true));
    assert_eq!(config.internal_hosts, ["corp.example", "example.kz"]);
    assert_eq!(config.max_file_size, Some(2 << 20));
    let dialects = ["db/a.sql", "db/warehouse/b.sql", "c.sql"].map(|path| config.dialect_of(path));
    assert_eq!(dialects, [Some("mysql"), Some("snowflake"), None]);

    assert_eq!(config.severity("PD501", "src/main.rs"), Some(None), "off");
    assert_eq!(config.severity("PD401", "src/main.rs"), Some(Some(Severity::Note)));
    assert_eq!(config.severity("PD401", "src/legacy/a/b.rs"), Some(Some(Severity::Error)), "the override wins");
    assert_eq!(config.severity("PD501", "src/legacy/a/b.rs"), Some(None), "what it does not name stays");
    assert_eq!(config.severity("PD401", "db/x.sql"), Some(Some(Severity::Note)), "`*` stays within a folder");
    assert_eq!(config.severity("PD101", "src/main.rs"), None);

    let purpose = |path: &str| config.purpose_of(path).map(|one| one.purpose);
    assert_eq!(purpose("src/marketing/send.rs"), Some(Symbol::new("newsletter")), "the longer glob wins");
    assert_eq!(purpose("src/main.rs"), Some(Symbol::new("contact")));
    assert_eq!(purpose("db/main.sql"), None);
}

#[test]
fn an_empty_file_sets_nothing() {
    let config = parse("# defaults\n").expect("an empty file is fine");
    assert!(config.policy.is_none() && config.scans("any/file") && config.fail_on.is_none() && !config.include_tests);
}

#[test]
fn mistakes_are_pointed_at_with_a_suggestion() {
    let cases = [
        ("unknown key", "failon = \"error\"\n"),
        ("unknown table", "[severities]\nPD501 = \"note\"\n"),
        ("unknown level", "fail-on = \"warnings\"\n"),
        ("unknown severity", "[severity]\nPD501 = \"ignore\"\n"),
        ("a name for a code", "[severity]\npersonal-data-in-log = \"note\"\n"),
        ("a code that no check has", "[severity]\nPD509 = \"note\"\n"),
        ("a severity for a notice", "[severity]\nPD002 = \"error\"\nPD005 = \"off\"\n"),
        ("a glob that is none", "exclude = [\"src/[a\"]\n"),
        ("a glob that is none, for a purpose", "[purposes]\n\"src/{a\" = \"contact\"\n"),
        ("a purpose that is no text", "[purposes]\n\"src/**\" = 1\n"),
        ("a URL for a host", "internal-hosts = [\"https://example.kz\"]\n"),
        ("a size that is none", "max-file-size = \"a lot\"\n"),
        ("a negative size", "max-file-size = -1\n"),
        ("no such folder", "rules = [\"no-such-rules\"]\n"),
        ("an override of nothing", "[[override]]\n"),
        ("not TOML", "include = [\"src/**\"\nexclude = []\n"),
        ("a list for a word", "min-confidence = [\"high\"]\n"),
    ];
    let mut out = String::new();
    for (title, text) in cases {
        let error = parse(text).err().unwrap_or_else(|| panic!("{title}: loads"));
        out.push_str(&format!("### {title}\n{}\n\n", render(&error)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn the_nearest_file_up_to_the_repositorys_root_is_found() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let path = home.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below home")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    write("pdlint.toml", "fail-on = \"never\"\n");
    write("repo/.git/HEAD", "");
    write("repo/service/src/main.rs", "");
    write("plain/src/main.rs", "");
    let level = |root: &str| Config::discover(&home.path().join(root)).expect("readable").map(|config| config.fail_on);

    assert_eq!(level("repo/service"), None, "a file above the repository is not the repository's");
    write("repo/pdlint.toml", "fail-on = \"note\"\n");
    assert_eq!(level("repo/service/src"), Some(Some(FailOn::Severity(Severity::Note))));
    assert_eq!(level("repo/service/src/main.rs"), Some(Some(FailOn::Severity(Severity::Note))), "also for a single file");
    write("repo/service/pdlint.toml", "fail-on = \"warning\"\n");
    assert_eq!(level("repo/service/src"), Some(Some(FailOn::Severity(Severity::Warning))), "the nearest");
    assert_eq!(level("plain/src"), None, "outside a repository only the root counts");

    write("repo/service/pdlint.toml", "fail-on = 1\n");
    assert!(Config::discover(&home.path().join("repo/service")).is_err(), "a broken file is no missing file");

    write("repo/pdlint.policy.toml", "");
    let config = Config::load(&home.path().join("repo/pdlint.toml")).expect("loads");
    let policy = config.policy_file(&home.path().join("repo/service"));
    assert_eq!(policy, Some(home.path().join("repo/pdlint.policy.toml")), "beside the settings");
    write("repo/service/pdlint.policy.toml", "");
    let policy = config.policy_file(&home.path().join("repo/service"));
    assert_eq!(policy, Some(home.path().join("repo/service/pdlint.policy.toml")), "that of what is scanned comes first");
}

#[test]
fn a_settings_file_that_is_no_text_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("pdlint.toml");
    assert!(matches!(Config::load(&file), Err(ConfigError::Unreadable { .. })));
    std::fs::write(&file, b"policy = \"\xff\"").expect("written");
    let error = Config::load(&file).expect_err("not UTF-8");
    assert_eq!(error.mistakes().first().map(|one| one.kind()), Some("pdlint::config::not_utf8"));
    std::fs::write(&file, vec![b' '; 2 << 20]).expect("written");
    assert!(matches!(Config::load(&file), Err(ConfigError::TooLarge { .. })));
}

#[test]
fn the_starting_file_loads_and_so_do_its_examples() {
    let text = template();
    let config = parse(text).unwrap_or_else(|error| panic!("{text}\n{}", render(&error)));
    assert!(config.scans("any/file") && config.severities.is_empty());
    let example =
        |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.trim_end().contains(' '));
    // `rules` names a folder that a test does not have.
    let uncommented: Vec<&str> = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|rest| example(rest) && !rest.starts_with("rules")).unwrap_or(line))
        .collect();
    let config = parse(&uncommented.join("\n")).unwrap_or_else(|error| panic!("{}\n{}", uncommented.join("\n"), render(&error)));
    assert_eq!((config.severities.len(), config.purposes.len(), config.overrides.len()), (1, 1, 1));
}

#[test]
fn the_settings_of_idocument_load_and_name_purposes_of_its_policy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/idocument");
    let config = Config::load(&folder.join("pdlint.toml")).unwrap_or_else(|error| panic!("{}", render(&error)));
    let catalog = pdlint::catalog::Catalog::builtin().expect("the built-in rules load");
    let policy = pdlint::policy::Policy::load(&config.policy_file(&folder).expect("named"), &catalog).expect("loads");
    assert_eq!(config.purposes.len(), 4);
    for one in &config.purposes {
        assert!(policy.purpose(one.purpose.as_str()).is_some(), "{}: {}", one.glob, one.purpose);
    }
}

proptest! {
    /// Whatever stands in the file: an answer, never a panic.
    #[test]
    fn no_text_breaks_the_reader(text in "((policy|include|exclude|fail-on|rules|max-file-size|internal-hosts|include-tests|x) = \
        (1|true|\"[a-zё*\\[{/]{0,8}\"|\\[(\"[a-z*\\[{!]{0,6}\",?){0,3}\\]|\"|)\n|\\[{1,2}(severity|purposes|override|x)\\]{1,2}\n|PD501 = \"[a-z]{0,5}\"\n|\\PC{0,10}\n){0,15}") {
        let _ = parse(&text);
    }
}

#[test]
fn a_dialect_nobody_knows_is_a_mistake_with_its_place() {
    let error = parse("[dialects]\n\"db/**\" = \"postgress\"\n").expect_err("no dialect");
    insta::assert_snapshot!(render(&error));
}
