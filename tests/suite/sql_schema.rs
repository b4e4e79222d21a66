//! The schema as it stands: migrations folded in the order of their tools, other files each on their own.

use std::fmt::Write as _;
use std::sync::Arc;

use pdlint::catalog::Catalog;
use pdlint::facts::FileFacts;
use pdlint::index::Symbol;
use pdlint::lang::{Frontend, Input, sql::Sql};
use pdlint::link::Schema;
use pdlint::source::SourceFile;

use crate::effort;

fn fold(files: &[(&str, &str)]) -> (Vec<SourceFile>, Schema) {
    let mut files = files.to_vec();
    files.sort_unstable();
    let (mut sources, mut facts) = (Vec::new(), Vec::new());
    for (path, text) in files {
        let lowered = Sql.lower(&Input { path, text });
        sources.push(SourceFile::new(path, text, Symbol::new("sql"), false));
        facts.push(Arc::new(FileFacts { is_schema: true, schema: lowered.schema, ..FileFacts::default() }));
    }
    let catalog = Catalog::builtin().expect("the rules load");
    let schema = Schema::fold(&catalog, &sources, &facts);
    (sources, schema)
}

/// Tables with their columns, each with its type, labels and the place it stands at.
fn stands(files: &[(&str, &str)]) -> String {
    let (sources, schema) = fold(files);
    let mut out = String::new();
    for table in &schema.tables {
        let comment = table.comment.map(|text| format!("  -- {text}")).unwrap_or_default();
        let _ = writeln!(out, "[{}] {:?} {}{comment}", table.database, table.kind, table.name);
        for column in &table.columns {
            let source = &sources[column.file.index()];
            let line = source.line_column(column.field.span.start).line;
            assert_eq!(column.field.span.text(&source.text), column.field.name.as_str(), "the span is the present name's place");
            let labels = if column.field.labels.is_empty() { String::new() } else { format!(" {:?}", column.field.labels) };
            let _ = writeln!(out, "    {} {}{labels} at {}:{line}", column.field.name, column.field.ty.text, source.path);
        }
    }
    out
}

#[test]
fn diesel_folds_each_dialect_and_ignores_what_undoes() {
    insta::assert_snapshot!(stands(&[
        ("migrations/postgres/2024-01-01-000000_users/up.sql", "CREATE TABLE users (id uuid, mail text, icq text);"),
        ("migrations/postgres/2024-01-01-000000_users/down.sql", "DROP TABLE users;"),
        (
            "migrations/postgres/2024-02-01-000000_rename/up.sql",
            "ALTER TABLE users RENAME COLUMN mail TO email;\nALTER TABLE users DROP icq;"
        ),
        ("migrations/postgres/2024-02-01-000000_rename/down.sql", "ALTER TABLE users RENAME COLUMN email TO mail;"),
        ("migrations/mysql/2024-01-01-000000_users/up.sql", "CREATE TABLE users (id char(36), mail text);"),
    ]));
}

#[test]
fn flyway_orders_by_number_and_skips_undo() {
    insta::assert_snapshot!(stands(&[
        ("db/V10__drop.sql", "ALTER TABLE people DROP COLUMN phone;"),
        ("db/V2__phone.sql", "ALTER TABLE people ADD phone text, ADD email text;"),
        ("db/V1__init.sql", "CREATE TABLE people (id int);"),
        ("db/U10__drop.sql", "ALTER TABLE people ADD phone text;"),
        ("db/R__comments.sql", "COMMENT ON COLUMN people.email IS 'where we write to';\nCOMMENT ON TABLE people IS 'clients';"),
    ]));
}

#[test]
fn other_conventions() {
    insta::assert_snapshot!(stands(&[
        ("a/1_init.up.sql", "CREATE TABLE t (a text, b text);"),
        ("a/1_init.down.sql", "DROP TABLE t;"),
        ("a/2_more.up.sql", "ALTER TABLE t DROP COLUMN b;"),
        ("p/20240101_init/migration.sql", "CREATE TABLE \"User\" (\"eMail\" TEXT);"),
        ("p/20240201_phone/migration.sql", "ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;"),
        ("g/001_init.sql", "-- +goose Up\nCREATE TABLE t (a text);\n-- +goose Down\nDROP TABLE t;"),
        ("o/001.do.init.sql", "CREATE TABLE t (a text);"),
        ("o/001.undo.init.sql", "DROP TABLE t;"),
    ]));
}

#[test]
fn dumps_side_by_side_are_databases_of_their_own() {
    insta::assert_snapshot!(stands(&[
        ("sql/schema_mysql.sql", "CREATE TABLE `users` (`mail` text);"),
        ("sql/schema_pg.sql", "CREATE TABLE users (mail text);\nDROP TABLE IF EXISTS old;"),
        ("sql/cleanup.sql", "DROP TABLE users;"),
        ("sql/comments.sql", "COMMENT ON COLUMN users.mail IS 'почта';"),
        ("sql/update_2.sql", "ALTER TABLE users ADD COLUMN phone text;"),
    ]));
}

#[test]
fn sqlite_rebuilds_a_table_to_change_it() {
    insta::assert_snapshot!(stands(&[
        ("m/1_init.sql", "CREATE TABLE users (id INTEGER, mail TEXT, fax TEXT);"),
        (
            "m/2_rebuild.sql",
            "CREATE TABLE users_new (id INTEGER, mail TEXT NOT NULL);\nINSERT INTO users_new SELECT id, mail FROM users;\n\
             DROP TABLE users;\nALTER TABLE users_new RENAME TO users;\nALTER TABLE users ADD phone TEXT;"
        ),
        (
            "m/3_other_way.sql",
            "ALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (id INTEGER, tel TEXT);\nDROP TABLE users_old;"
        ),
    ]));
}

#[test]
fn a_table_declared_twice_is_kept_at_both_places() {
    insta::assert_snapshot!(stands(&[(
        "all.sql",
        "CREATE TABLE IF NOT EXISTS t (a text);\nCREATE TABLE IF NOT EXISTS t (a text, b text);\nALTER TABLE t DROP COLUMN a;"
    )]));
}

#[test]
fn schemas_tell_tables_apart_and_default_schemas_do_not() {
    insta::assert_snapshot!(stands(&[(
        "s.sql",
        "CREATE TABLE auth.users (a text);\nCREATE TABLE public.users (b text);\n\
         ALTER TABLE users ADD c text;\nALTER TABLE auth.users ADD d text;\nALTER TABLE \"Users\" DROP b;"
    )]));
}

#[test]
fn columns_are_found_as_queries_name_them() {
    let (_, schema) = fold(&[(
        "s.sql",
        "CREATE TYPE state AS ENUM ('a');\nCREATE TABLE public.\"Users\" (\"eMail\" text, s state);\n\
         CREATE TABLE users_2024 PARTITION OF \"Users\" DEFAULT;\nCREATE VIEW v AS SELECT * FROM \"Users\";\nCREATE VIEW w AS SELECT \"eMail\" AS c FROM v;",
    )]);
    for table in ["users", "\"Users\"", "public.users", "PUBLIC.USERS", "users_2024", "v"] {
        assert!(schema.column(table, "`EMAIL`").is_some(), "{table}");
    }
    assert!(schema.column("users", "phone").is_none() && schema.column("auth.nobody", "email").is_none());
    assert_eq!(schema.table("USERS").map(|table| table.columns.len()), Some(2));
    let state = schema.column("users", "s").map(|column| format!("{:?}", column.field.ty.shape));
    assert_eq!(state.as_deref(), Some("Enumeration"));
}

#[test]
fn many_tables_and_changes_fold_in_linear_time() {
    let text = |size: usize| {
        let mut text = String::new();
        for table in 0..size {
            let _ = writeln!(
                text,
                "CREATE TABLE t{table} (a text, b text);\nALTER TABLE t{table} DROP a;\nCOMMENT ON COLUMN t{table}.b IS 'x y';"
            );
        }
        for column in 0..size {
            let _ = writeln!(text, "ALTER TABLE t0 ADD c{column} text;\nALTER TABLE t0 DROP c{column};");
        }
        text
    };
    let (small, large) = (text(250), text(4_000));
    let columns = |text: &str| fold(&[("big.sql", text)]).1.tables.iter().map(|table| table.columns.len()).sum::<usize>();
    assert_eq!(columns(&large), 4_000);
    // Sixteen times as much; what is quadratic takes 256 times as long.
    effort::at_most(60, "4000 tables", || assert_eq!(columns(&small), 250), || assert_eq!(columns(&large), 4_000));
}
