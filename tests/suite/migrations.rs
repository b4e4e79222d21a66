//! Migrations of every tool, folded: each folder of `fixtures/migrations` is a small repository as the tool lays it out, and its
//! `expected.txt` says which columns stand in the end, where, and who introduced them. What a tool undoes, drops or renames away
//! is not there: every folder is its own silent twin.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use pdlint::link::{Column, Table};
use pdlint::session::{Analysis, Session, SessionOptions};
use pdlint::source::Site;

use crate::program::{code, folder, inventory, pdlint, stderr, stdout};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/migrations")
}

fn analyze(folder: &Path) -> std::sync::Arc<Analysis> {
    let options = SessionOptions { paths: vec![folder.to_owned()], ..SessionOptions::default() };
    Session::open(options).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error))).analyze()
}

fn place(analysis: &Analysis, site: &Site) -> String {
    let source = &analysis.sources[site.file.index()];
    format!("{}:{}", source.path, source.line_column(site.span.start).line)
}

fn column(analysis: &Analysis, column: &Column) -> String {
    let now = Site { file: column.file, span: column.field.span };
    let history = &column.history;
    let mut line = format!("    {} {} @ {}", column.field.name, column.field.ty.text, place(analysis, &now));
    if let Some(migration) = history.introduced.migration {
        let _ = write!(line, " by {migration}");
        if history.introduced.site != now {
            let _ = write!(line, " ({})", place(analysis, &history.introduced.site));
        }
    }
    for former in &history.former {
        let until = former.until.migration.map_or("?", |name| name.as_str());
        let _ = write!(line, ", was {} until {until}", former.name);
    }
    for retyped in &history.retyped {
        let _ = write!(line, ", was of type {} until {}", retyped.from, retyped.at.migration.map_or("?", |name| name.as_str()));
    }
    for also in &history.also {
        let _ = write!(line, ", also {}", place(analysis, also));
    }
    line
}

fn table(analysis: &Analysis, table: &Table) -> String {
    let mut text = format!("{:?} {} [{}]", table.kind, table.name, table.database);
    for name in &table.former_names {
        let _ = write!(text, ", was {name}");
    }
    if table.temporary {
        text.push_str(", temporary");
    }
    for (path, origin) in &table.loads {
        let _ = write!(text, ", loaded from {path} at {}", place(analysis, &origin.site));
    }
    text.push('\n');
    for one in &table.columns {
        text.push_str(&column(analysis, one));
        text.push('\n');
    }
    text
}

/// The schema as it stands.
fn stands(analysis: &Analysis) -> String {
    analysis.schema.tables.iter().map(|one| table(analysis, one)).collect()
}

#[test]
fn every_tool_leaves_the_schema_that_its_oracle_says() {
    let mut tools: Vec<PathBuf> = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path()).collect();
    tools.sort();
    assert!(tools.len() >= 23, "{tools:?}");
    let mut wrong = String::new();
    for tool in tools {
        let analysis = analyze(&tool);
        let expected = fs::read_to_string(tool.join("expected.txt")).unwrap_or_default();
        let stands = stands(&analysis);
        if stands != expected {
            let _ = writeln!(wrong, "=== {}\n{stands}", tool.file_name().unwrap().to_string_lossy());
        }
        assert!(analysis.report.notices.is_empty(), "{}: {:?}", tool.display(), analysis.report.notices);
    }
    assert!(wrong.is_empty(), "these differ from their expected.txt; they stand as:\n{wrong}");
}

#[test]
fn what_was_dropped_or_undone_is_nowhere() {
    for tool in fs::read_dir(fixtures()).unwrap() {
        let expected = fs::read_to_string(tool.unwrap().path().join("expected.txt")).unwrap();
        for gone in [" fax ", " mail ", "callbacks", "_migrations "] {
            assert!(
                !expected.lines().any(|line| line.contains(gone)
                    && !line.contains(&format!("was{gone}"))
                    && !line.contains("schema_migrations")),
                "{gone}: {expected}"
            );
        }
    }
}

#[test]
fn the_inventory_tells_who_introduced_a_column() {
    let folder = folder(&[
        ("db/V1__init.sql", "CREATE TABLE users (id int, mail text, note text);\n"),
        ("db/V2__rename.sql", "-- why\nALTER TABLE users RENAME COLUMN mail TO email;\nCREATE TEMP TABLE batch (phone text);\n"),
        ("other/plain.sql", "CREATE TABLE people (email text);\n"),
    ]);
    let inventory = inventory(folder.path());
    let elements = inventory["elements"].as_array().unwrap();
    assert_eq!(elements.len(), 2, "the temporary table keeps nothing: {elements:?}");
    let renamed = &elements[0];
    assert_eq!((renamed["file"].as_str(), renamed["line"].as_u64()), (Some("db/V2__rename.sql"), Some(2)));
    let introduced = &renamed["introduced"];
    assert_eq!(introduced["migration"], "V1__init");
    assert_eq!((introduced["file"].as_str(), introduced["line"].as_u64()), (Some("db/V1__init.sql"), Some(1)));
    assert_eq!(renamed["former_names"], serde_json::json!(["mail"]));
    let plain = &elements[1];
    assert!(["introduced", "former_names", "also"].iter().all(|key| plain.get(key).is_none()), "no migration made it: {plain}");

    let table = pdlint(folder.path(), &["inventory"]);
    assert!(stdout(&table).contains("users.email (was mail)"), "{}", stdout(&table));
    let csv = pdlint(folder.path(), &["inventory", "--format", "csv"]);
    assert!(stdout(&csv).lines().next().unwrap().ends_with("path,migration,introduced,former_names,also"), "{}", stdout(&csv));
    assert!(stdout(&csv).contains(",V1__init,db/V1__init.sql:1:29,mail,"), "{}", stdout(&csv));
    let markdown = pdlint(folder.path(), &["inventory", "--format", "markdown"]);
    assert!(
        stdout(&markdown).contains("| introduced by |") && stdout(&markdown).contains("| `V1__init` |"),
        "{}",
        stdout(&markdown)
    );
}

#[test]
fn a_line_is_explained_by_what_became_of_it() {
    let folder = folder(&[
        ("db/V1__init.sql", "CREATE TABLE users (\n  mail varchar(50)\n);\n"),
        ("db/V2__rename.sql", "ALTER TABLE users RENAME COLUMN mail TO email;\n"),
        ("db/V3__widen.sql", "ALTER TABLE users ALTER COLUMN email TYPE text;\n"),
        ("schema.sql", "CREATE TABLE users (email text);\n"),
    ]);
    let explain = |place: &str| {
        let output = pdlint(folder.path(), &["explain", place]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output).to_owned()
    };
    let now = explain("db/V2__rename.sql:1");
    for line in [
        "introduced by V1__init (db/V1__init.sql:2)",
        "called `mail` until V2__rename (db/V2__rename.sql:1)",
        "of type `varchar(50)` until V3__widen (db/V3__widen.sql:1)",
        "also shown at schema.sql:1",
    ] {
        assert!(now.contains(line), "{line}: {now}");
    }
    for earlier in ["db/V1__init.sql:2", "schema.sql:1"] {
        assert!(explain(earlier).contains("stands at db/V2__rename.sql:1 now"), "{earlier}: {}", explain(earlier));
    }
}

#[test]
fn a_broken_changelog_gives_one_notice_and_the_rest_is_read() {
    let change_set = |id: &str, column: &str| {
        format!(
            "<changeSet id=\"{id}\" author=\"a\"><addColumn tableName=\"users\"><column name=\"{column}\" type=\"text\"/></addColumn></changeSet>\n"
        )
    };
    let xml = format!(
        "<databaseChangeLog>\n{}<changeSet id=\"2\" author=\"a\"><addColumn tableName=\"users\"><column name=\"lost\" type=\"text\"></addColumn></changeSet>\n{}",
        change_set("1", "email"),
        change_set("3", "phone")
    );
    let yaml = "databaseChangeLog:\n  - changeSet:\n      id: 1\n      author: a\n      changes:\n        - createTable:\n            \
                tableName: people\n            columns:\n              - column: {name: email, type: text}\n  - changeSet: [\n";
    let folder =
        folder(&[("db/broken.xml", &xml), ("db/broken.yaml", yaml), ("db/whole.sql", "CREATE TABLE t (passport text);")]);
    let report = inventory(folder.path());
    let fields: Vec<_> =
        report["elements"].as_array().unwrap().iter().map(|element| element["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["email", "phone", "email", "passport"]);
    let notices = report["notices"].as_array().unwrap();
    let found: Vec<_> =
        notices.iter().map(|notice| (notice["code"].as_str().unwrap(), notice["file"].as_str().unwrap())).collect();
    assert_eq!(found, [("PD002", "db/broken.xml"), ("PD002", "db/broken.yaml")]);
    assert!(notices.iter().all(|notice| notice["location"]["line"].as_u64().is_some()), "each has a place: {notices:?}");
    assert_eq!(notices[0]["location"]["line"], 3, "{}", notices[0]);
}

#[test]
fn other_xml_is_not_read_at_all() {
    let folder = folder(&[
        ("pom.xml", "<project><email>someone</email>"),
        ("big.xml", &format!("<data>{}</data>", "x".repeat(5 << 20))),
        ("settings.yaml", "liquibase:\n  changelog: databaseChangeLog\n"),
        ("model.json", "{\"$ref\": \"x: databaseChangeLog\"}"),
    ]);
    let report = inventory(folder.path());
    assert_eq!(report["notices"], serde_json::json!([]), "what is no changelog is nobody's business");
    assert_eq!(report["summary"]["languages"], serde_json::json!({"config": 2}));
}

#[test]
fn a_thousand_migrations_and_changelogs_in_circles_end() {
    let mut files: Vec<(String, String)> = Vec::new();
    for at in 0..1000 {
        let sql = match at {
            0 => "CREATE TABLE users (email text);".to_owned(),
            at => format!("ALTER TABLE users ADD c{at} text;\nALTER TABLE users RENAME c{at} TO d{at};\n"),
        };
        files.push((format!("migrations/{at:04}_m.sql"), sql));
        let next = (at + 1) % 1000;
        files.push((
            format!("changelog/{at}.xml"),
            format!(
                "<databaseChangeLog><include file=\"{next}.xml\" relativeToChangelogFile=\"true\"/><changeSet id=\"{at}\" author=\"a\">\
                 <createTable tableName=\"t{at}\"><column name=\"phone\" type=\"text\"/></createTable></changeSet></databaseChangeLog>"
            ),
        ));
    }
    let folder = folder(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
    let analysis = analyze(folder.path());
    let tables = &analysis.schema.tables;
    assert_eq!(tables.len(), 1001);
    let users = analysis.schema.table("users").unwrap();
    assert_eq!(users.columns.len(), 1000);
    let databases: std::collections::BTreeSet<_> = tables.iter().map(|table| table.database).collect();
    assert_eq!(databases.len(), 2, "the circle is one database");
}
