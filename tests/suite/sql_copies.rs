//! `INSERT ... SELECT`: rows of some tables copied into another, and what the columns they land in hold.

use std::sync::Arc;

use pdlint::catalog::Catalog;
use pdlint::facts::extract::extract;
use pdlint::index::Symbol;
use pdlint::ir::schema::SchemaStep;
use pdlint::lang::{Frontend, Input, sql::Sql};
use pdlint::link::Schema;
use pdlint::source::SourceFile;

fn list(names: &[Symbol]) -> String {
    names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ")
}

/// Target, source tables, and each given column with what it comes from.
fn copies(text: &str) -> Vec<String> {
    let steps = Sql.lower(&Input { path: "a.sql", text }).schema;
    steps
        .iter()
        .filter_map(|step| match step {
            SchemaStep::Copy { table, columns, outputs, from, span } => {
                assert!(span.text(text).to_ascii_uppercase().starts_with("INSERT"), "{:?}", span.text(text));
                let given: Vec<String> = outputs.iter().map(|(name, sources)| format!("{name}<{}", sources.len())).collect();
                Some(format!("{table}({}) from {}: {}", list(columns), list(from), given.join(" ")))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn copies_between_tables_are_steps() {
    let text = "
INSERT INTO archive (x1, x2) SELECT u.email, o.total FROM users u JOIN orders o ON o.user_id = u.id WHERE u.gone;
INSERT INTO users_backup SELECT * FROM users;
INSERT INTO t (a) WITH old AS (SELECT phone AS p FROM users) SELECT p FROM old ON CONFLICT DO NOTHING;
INSERT INTO users (email) VALUES ('someone');
INSERT INTO counters (n) SELECT 1;
";
    assert_eq!(
        copies(text),
        ["archive(x1 x2) from users orders: email<1 total<1", "users_backup() from users: *<1", "t(a) from users: p<1",]
    );
}

#[test]
fn columns_that_tell_nothing_hold_what_is_copied_into_them() {
    let text = "
CREATE TABLE users (id int, email text, iin char(12), note text);
CREATE TABLE store (k1 int, k2 text, k3 text, k4 text);
INSERT INTO store (k2, k3) SELECT email, note FROM users;
INSERT INTO store SELECT id, note, note, iin FROM users;
";
    let catalog = Catalog::builtin().expect("the rules load");
    let facts = Arc::new(extract(&catalog, &Sql, &Input { path: "a.sql", text }));
    let sources = [SourceFile::new("a.sql", text, Symbol::new("sql"), false)];
    let schema = Schema::fold(&catalog, &sources, &[facts]);
    let store = schema.table("store").expect("the table stands");
    let held: Vec<Option<&str>> = store
        .columns
        .iter()
        .map(|column| column.verdict.as_ref().map(|verdict| catalog.categories.name(verdict.categories[0])))
        .collect();
    assert_eq!(held, [None, Some("user.contact.email"), None, Some("user.government_id.iin")]);
}
