//! The fold against a simple model: a random history of a few tables leaves what a map of names would hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use pdlint::catalog::Catalog;
use pdlint::facts::FileFacts;
use pdlint::index::Symbol;
use pdlint::lang::{Frontend, Input, sql::Sql};
use pdlint::link::Schema;
use pdlint::source::SourceFile;
use proptest::prelude::*;

use crate::effort;

/// One step of a history, over a handful of names.
#[derive(Debug, Clone)]
enum Step {
    Create(u8),
    DropTable(u8),
    RenameTable(u8, u8),
    Add(u8, u8),
    Drop(u8, u8),
    Rename(u8, u8, u8),
    Retype(u8, u8),
}

fn step() -> impl Strategy<Value = Step> {
    let (table, column) = (0..4u8, 0..5u8);
    prop_oneof![
        table.clone().prop_map(Step::Create),
        table.clone().prop_map(Step::DropTable),
        (table.clone(), table.clone()).prop_map(|(a, b)| Step::RenameTable(a, b)),
        (table.clone(), column.clone()).prop_map(|(a, b)| Step::Add(a, b)),
        (table.clone(), column.clone()).prop_map(|(a, b)| Step::Drop(a, b)),
        (table.clone(), column.clone(), column.clone()).prop_map(|(a, b, c)| Step::Rename(a, b, c)),
        (table, column).prop_map(|(a, b)| Step::Retype(a, b)),
    ]
}

/// Column to the migration that introduced it and its type.
type Columns = BTreeMap<String, (usize, &'static str)>;

#[derive(Default)]
struct Model {
    tables: BTreeMap<String, Columns>,
}

impl Model {
    /// Takes a step if a database would; its SQL in that case.
    fn take(&mut self, step: &Step, at: usize) -> Option<String> {
        let table = |number: &u8| format!("t{number}");
        let column = |number: &u8| format!("c{number}");
        Some(match step {
            Step::Create(a) => {
                if self.tables.contains_key(&table(a)) {
                    return None;
                }
                self.tables.insert(table(a), [("c0".to_owned(), (at, "text"))].into());
                format!("CREATE TABLE {} (c0 text);", table(a))
            }
            Step::DropTable(a) => {
                self.tables.remove(&table(a))?;
                format!("DROP TABLE {};", table(a))
            }
            Step::RenameTable(a, b) => {
                if self.tables.contains_key(&table(b)) {
                    return None;
                }
                let columns = self.tables.remove(&table(a))?;
                self.tables.insert(table(b), columns);
                format!("ALTER TABLE {} RENAME TO {};", table(a), table(b))
            }
            Step::Add(a, c) => {
                let columns = self.tables.get_mut(&table(a))?;
                if columns.contains_key(&column(c)) {
                    return None;
                }
                columns.insert(column(c), (at, "text"));
                format!("ALTER TABLE {} ADD COLUMN {} text;", table(a), column(c))
            }
            Step::Drop(a, c) => {
                self.tables.get_mut(&table(a))?.remove(&column(c))?;
                format!("ALTER TABLE {} DROP COLUMN {};", table(a), column(c))
            }
            Step::Rename(a, c, d) => {
                let columns = self.tables.get_mut(&table(a))?;
                if columns.contains_key(&column(d)) {
                    return None;
                }
                let found = columns.remove(&column(c))?;
                columns.insert(column(d), found);
                format!("ALTER TABLE {} RENAME COLUMN {} TO {};", table(a), column(c), column(d))
            }
            Step::Retype(a, c) => {
                self.tables.get_mut(&table(a))?.get_mut(&column(c))?.1 = "integer";
                format!("ALTER TABLE {} ALTER COLUMN {} TYPE integer;", table(a), column(c))
            }
        })
    }
}

fn fold(catalog: &Catalog, files: &[(String, String)]) -> Schema {
    let (mut sources, mut facts) = (Vec::new(), Vec::new());
    for (path, text) in files {
        let lowered = Sql.lower(&Input { path, text });
        sources.push(SourceFile::new(path, text.as_str(), Symbol::new("sql"), false));
        facts.push(Arc::new(FileFacts { is_schema: true, schema: lowered.schema, ..FileFacts::default() }));
    }
    Schema::fold(catalog, &sources, &facts)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_random_history_leaves_what_a_model_holds(steps in prop::collection::vec(step(), 1..60)) {
        let catalog = Catalog::builtin().expect("the rules load");
        let mut model = Model::default();
        let mut files = Vec::new();
        for step in &steps {
            let at = files.len();
            if let Some(sql) = model.take(step, at) {
                files.push((format!("migrations/{at:03}_m.sql"), sql));
            }
        }
        let schema = fold(&catalog, &files);
        let mut found: BTreeMap<String, Columns> = BTreeMap::new();
        for table in &schema.tables {
            let columns = table.columns.iter().map(|column| {
                let ty = if column.field.ty.text == "integer" { "integer" } else { "text" };
                (column.field.name.to_string(), (column.history.introduced.site.file.index(), ty))
            });
            let twice = found.insert(table.name.to_string(), columns.collect());
            prop_assert!(twice.is_none(), "{} stands twice", table.name);
        }
        prop_assert_eq!(found, model.tables);
    }

    /// A changelog of any bytes is read without a crash.
    #[test]
    fn any_text_is_a_changelog_without_a_crash(text in "(<databaseChangeLog>|databaseChangeLog:\n  - )?[<>/=\"a-z{}:,\\[\\] \n!&;$-]{0,120}") {
        use pdlint::lang::liquibase::Liquibase;
        for path in ["a.xml", "a.yaml", "a.json"] {
            let lowered = Liquibase.lower(&Input { path, text: &text });
            for damage in &lowered.damage {
                prop_assert!(damage.span.end as usize <= text.len());
            }
        }
    }
}

#[test]
fn deep_nesting_ends() {
    use pdlint::lang::liquibase::Liquibase;
    let xml = format!("<databaseChangeLog>{}", "<a>".repeat(200_000));
    let closed = format!("<databaseChangeLog>{}{}</databaseChangeLog>", "<a>".repeat(50_000), "</a>".repeat(50_000));
    let yaml = format!("databaseChangeLog: {}", "[".repeat(100_000));
    let json = "{\"databaseChangeLog\":".repeat(100_000);
    let rows = format!("<databaseChangeLog>{}", "<changeSet id=\"".repeat(50_000));
    for (path, text) in [("a.xml", &xml), ("c.xml", &closed), ("a.yaml", &yaml), ("a.json", &json), ("b.xml", &rows)] {
        let read = |text: &str| drop(Liquibase.lower(&Input { path, text }));
        let ordinary = format!("<databaseChangeLog>{}</databaseChangeLog>", "<a></a>".repeat(text.len() / 7));
        effort::at_most(20, path, || drop(Liquibase.lower(&Input { path: "o.xml", text: &ordinary })), || read(text));
    }
}
