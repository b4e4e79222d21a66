//! SQL files, statement by statement: what the reader makes of each dialect, and that no text, however broken, costs a table.

use std::fmt::Write as _;

use pdlint::ir::Field;
use pdlint::ir::schema::{ColumnRef, SchemaStep};
use pdlint::lang::sql::split::{PieceKind, Splitter};
use pdlint::lang::sql::{Dialect, Sql, read_ddl};
use pdlint::lang::{FileName, Frontend, Input, Lowered};
use proptest::prelude::*;

use crate::effort;

pub(crate) fn lower(text: &str) -> Lowered {
    Sql.lower(&Input { path: "db/schema.sql", text })
}

/// A field as a line: name, type, shape and whatever else is known of it.
pub(crate) fn field(field: &Field) -> String {
    let mut line = format!("{}: {} = {:?}", field.name, field.ty.text, field.ty.shape);
    let mut mark = |shown: bool, text: String| {
        if shown {
            let _ = write!(line, ", {text}");
        }
    };
    mark(field.primary_key, "primary key".to_owned());
    mark(field.required && !field.primary_key, "required".to_owned());
    mark(field.references.is_some(), format!("-> {}", field.references.unwrap_or_default()));
    mark(field.default.is_some(), format!("default {:?}", field.default.unwrap_or_default()));
    mark(!field.labels.is_empty(), format!("labels {:?}", field.labels));
    line
}

fn sources(columns: &[ColumnRef]) -> String {
    let one = |column: &ColumnRef| match column.table {
        Some(table) => format!("{table}.{}", column.column),
        None => column.column.to_string(),
    };
    columns.iter().map(one).collect::<Vec<_>>().join(" + ")
}

/// The steps of a file, one a line, columns indented.
fn steps(text: &str) -> String {
    shown(text, &lower(text))
}

/// What was read of a text, one step a line, columns indented.
pub(crate) fn shown(text: &str, lowered: &Lowered) -> String {
    let mut out = String::new();
    for step in &lowered.schema {
        let line = match step {
            SchemaStep::Create { table, lineage, copies, .. } => {
                let mut block = format!("create {:?} {}", table.kind, table.name);
                if let Some(doc) = table.doc {
                    let _ = write!(block, "  -- {doc}");
                }
                if !copies.is_empty() {
                    let _ = write!(block, " like {copies:?}");
                }
                for (at, column) in table.fields.iter().enumerate() {
                    let _ = write!(block, "\n    {}", field(column));
                    if let Some(from) = lineage.get(at).filter(|from| !from.is_empty()) {
                        let _ = write!(block, ", from {}", sources(from));
                    }
                    at_its_name(text, column);
                }
                block
            }
            SchemaStep::DropTable { table, .. } => format!("drop {table}"),
            SchemaStep::RenameTable { from, to, .. } => format!("rename {from} to {to}"),
            SchemaStep::AddColumn { table, column } => {
                at_its_name(text, column);
                format!("add {table}.{}", field(column))
            }
            SchemaStep::DropColumn { table, column, .. } => format!("drop {table}.{column}"),
            SchemaStep::RenameColumn { table, from, to, span } => {
                format!("rename {table}.{from} to {to} at {:?}", span.text(text))
            }
            SchemaStep::AlterType { table, column, ty, .. } => format!("retype {table}.{column} to {} = {:?}", ty.text, ty.shape),
            SchemaStep::Comment { table, column, text, .. } => match column {
                Some(column) => format!("comment {table}.{column}: {text}"),
                None => format!("comment {table}: {text}"),
            },
            SchemaStep::Key { table, columns, references, .. } => format!("key {table}{columns:?} -> {references:?}"),
            SchemaStep::Copy { table, columns, outputs, from, .. } => {
                format!("copy into {table} {columns:?} of {outputs:?} from {from:?}")
            }
            SchemaStep::NameType { name, ty } => format!("type {name} = {:?}", ty.shape),
            SchemaStep::Require { table, column, required, .. } => {
                format!("require {table}.{column}: {}", if *required { "a value" } else { "nothing" })
            }
            SchemaStep::Use { namespace } => format!("use {}", namespace.map_or("the default", |name| name.as_str())),
            SchemaStep::Section { name } => format!("section {name}"),
            SchemaStep::Include { .. } | SchemaStep::Property { .. } | SchemaStep::Load { .. } => {
                "only changelogs do that".to_owned()
            }
        };
        let _ = writeln!(out, "{line}");
    }
    for damage in &lowered.damage {
        let _ = writeln!(out, "damage {:?}: {}", damage.span.text(text), damage.message);
    }
    out
}

/// The span of a column is the place of its name; of a part of a record, the last part of its path. Quotes that are doubled in
/// the name stand twice there.
fn at_its_name(text: &str, column: &Field) {
    let there = column.span.text(text).replace("``", "`").replace("]]", "]");
    assert!(column.name.as_str().ends_with(&there) && !there.is_empty(), "{} stands at {there:?}", column.name);
}

fn column_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for step in lower(text).schema {
        if let SchemaStep::Create { table, .. } = step {
            names.extend(table.fields.iter().map(|field| format!("{}.{}", table.name, field.name)));
        }
    }
    names
}

#[test]
fn postgres_says_it_in_types_comments_and_constraints() {
    insta::assert_snapshot!(steps(
        r#"
CREATE TYPE status AS ENUM ('new', 'blocked');
CREATE UNLOGGED TABLE IF NOT EXISTS "public"."clients" (
    id bigserial PRIMARY KEY,
    -- taxpayer's number
    iin character(12) NOT NULL CHECK (iin ~ '^[0-9]{12}$'),
    "e-mail" citext UNIQUE,          -- for notifications
    seen_at timestamp(6) without time zone DEFAULT now() NOT NULL,
    peers inet[],
    state status DEFAULT 'new'::status,
    office_id uuid REFERENCES offices (id) ON DELETE CASCADE,
    full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED,
    CONSTRAINT clients_office FOREIGN KEY (office_id) REFERENCES public.offices (id),
    EXCLUDE USING gist (peers WITH &&)
) INHERITS (parties);
COMMENT ON TABLE clients IS 'Клиенты';
COMMENT ON COLUMN public.clients.iin IS 'ИИН клиента';
ALTER TABLE ONLY clients ADD CONSTRAINT pk PRIMARY KEY (id), ADD COLUMN IF NOT EXISTS phone varchar(20), DROP COLUMN peers CASCADE,
    ALTER COLUMN iin TYPE varchar(12), RENAME COLUMN "e-mail" TO email;
CREATE TABLE clients_2024 PARTITION OF clients FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"#
    ));
}

#[test]
fn mysql_keeps_comments_in_the_definition() {
    insta::assert_snapshot!(steps(
        r"
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `users`, `old_users`;
CREATE TABLE `users` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT COMMENT 'the row''s own; number',
  `gender` enum('m','f','it''s, complicated') DEFAULT NULL,
  `key` varchar(32) CHARACTER SET ascii NOT NULL,
  `active` tinyint(1) NOT NULL DEFAULT '1',
  key varchar(10),
  PRIMARY KEY (`id`),
  UNIQUE KEY `by_key` (`key`),
  KEY name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8 COMMENT='people who log in';
# a comment; with a semicolon
ALTER TABLE `users` ADD `phone` varchar(20) AFTER `id`, CHANGE `key` `token` varchar(64) COMMENT 'session token', MODIFY active bit(1), ADD INDEX (phone);
RENAME TABLE users TO people, a.b TO a.c;
DELIMITER $$
CREATE PROCEDURE p() BEGIN CREATE TABLE inside (a int); END$$
DELIMITER ;
CREATE TABLE after_all (email varchar(100));
"
    ));
}

#[test]
fn sql_server_needs_no_semicolons() {
    insta::assert_snapshot!(steps(
        r"
SET ANSI_NULLS ON
GO
IF NOT EXISTS (SELECT * FROM sys.tables WHERE name = 'Person')
BEGIN
    CREATE TABLE [dbo].[Person] (
        [Id] UNIQUEIDENTIFIER NOT NULL DEFAULT (newid()),
        [Full Name] [nvarchar](max) COLLATE Cyrillic_General_CI_AS NULL,
        [Age] AS (datediff(year, [BirthDate], getdate())),
        [IsBlocked] bit CONSTRAINT [DF_Blocked] DEFAULT ((0)),
        CONSTRAINT [PK_Person] PRIMARY KEY CLUSTERED ([Id] ASC)
    )
END
GO
IF COL_LENGTH('[dbo].[Person]', 'Email') IS NULL
    ALTER TABLE [dbo].[Person] ADD [Email] NVARCHAR(256) NULL, [Phone] NVARCHAR(50)
GO
CREATE PROCEDURE [dbo].[Person_Read] AS
BEGIN
    SET NOCOUNT ON;
    CREATE TABLE #found (Id int);
END
GO
EXEC sp_rename 'dbo.Person.Phone', 'Mobile', 'COLUMN'
EXEC sys.sp_addextendedproperty @name=N'MS_Description', @value=N'мобильный', @level0type=N'SCHEMA', @level0name=N'dbo',
    @level1type=N'TABLE', @level1name=N'Person', @level2type=N'COLUMN', @level2name=N'Mobile'
ALTER TABLE dbo.Person WITH CHECK ADD CONSTRAINT FK_Office FOREIGN KEY([OfficeId]) REFERENCES dbo.Office ([Id])
ALTER TABLE dbo.Person ALTER COLUMN Mobile varchar(30) NOT NULL
ALTER TABLE dbo.Person DROP COLUMN Age
"
    ));
}

#[test]
fn oracle_scripts_hold_client_lines_and_slashes() {
    insta::assert_snapshot!(steps(
        r"
SET DEFINE OFF
PROMPT Creating the staff's tables
CREATE GLOBAL TEMPORARY TABLE hr.staff (
    id NUMBER(10) GENERATED BY DEFAULT AS IDENTITY,
    last_name VARCHAR2(50 CHAR) DEFAULT 'n/a' NOT NULL ENABLE,
    photo LONG RAW,
    hired TIMESTAMP WITH LOCAL TIME ZONE
) ON COMMIT DELETE ROWS
/
CREATE OR REPLACE TRIGGER t BEFORE INSERT ON hr.staff FOR EACH ROW
DECLARE
    n NUMBER;
BEGIN
    SELECT 1 INTO n FROM dual;
END;
/
ALTER TABLE hr.staff ADD (passport VARCHAR2(20), issued DATE);
ALTER TABLE hr.staff MODIFY (passport VARCHAR2(30));
ALTER TABLE hr.staff DROP (photo, hired);
COMMENT ON COLUMN hr.staff.passport IS 'passport''s number';
"
    ));
}

#[test]
fn sqlite_clickhouse_and_warehouses() {
    insta::assert_snapshot!(steps(
        r#"
PRAGMA foreign_keys=OFF;
CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, anything, 'quoted' TEXT, [bracketed name] TEXT);
CREATE VIRTUAL TABLE search USING fts5(title, body, tokenize = 'porter');
CREATE TABLE visits ON CLUSTER main (ip Nullable(IPv4), agent LowCardinality(String) CODEC(ZSTD), tags Array(String), INDEX i ip TYPE minmax)
    ENGINE = MergeTree ORDER BY tuple();
CREATE OR REPLACE TABLE warehouse.people (name STRING OPTIONS(description="full name"), address STRUCT<street STRING, city STRING>);
CREATE EXTERNAL TABLE hive_log (msisdn STRING COMMENT 'phone') PARTITIONED BY (day STRING);
"#
    ));
}

#[test]
fn templates_stand_where_names_do() {
    insta::assert_snapshot!(steps(
        r"
CREATE TABLE {prefix}users (login varchar(50));
CREATE TABLE `#__members` (`mail` text);
CREATE TABLE @owner@.people (iin varchar(12));
CREATE TABLE ${schema}.orders (buyer varchar(50));
CREATE TABLE {{ target.schema }}.events (ip inet);
CREATE TABLE %db_prefix%log (who text);
"
    ));
}

#[test]
fn views_and_tables_from_queries_say_where_columns_come_from() {
    insta::assert_snapshot!(steps(
        r"
CREATE OR REPLACE VIEW contacts (who, mail) AS SELECT c.first || ' ' || c.last, lower(c.email) FROM clients c;
CREATE MATERIALIZED VIEW v AS
    WITH latest AS (SELECT client_id, max(at) AS at FROM visits GROUP BY client_id)
    SELECT c.*, l.at seen, count(c.phone) AS phones, CASE WHEN c.iin IS NULL THEN 'none' ELSE c.city END place
    FROM clients c LEFT JOIN latest l ON l.client_id = c.id
    UNION ALL SELECT d.*, d.at, 0, d.town FROM deleted d;
CREATE TABLE copy AS SELECT email AS address FROM clients;
"
    ));
}

#[test]
fn blocks_and_routines_are_looked_into() {
    insta::assert_snapshot!(steps(
        r"
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE column_name = 'phone') THEN
        ALTER TABLE users ADD COLUMN phone text; -- why not
    END IF;
END $$;
CREATE FUNCTION f() RETURNS void AS $body$ BEGIN
    CREATE TABLE perhaps (a int); DROP TABLE users; CREATE TEMP TABLE never (a int);
    EXECUTE 'ALTER TABLE users ADD fax text DEFAULT ''none''';
    RAISE NOTICE 'CREATE TABLE told (a int)';
END $body$ LANGUAGE plpgsql;
CREATE TRIGGER t AFTER INSERT ON users BEGIN UPDATE users SET n = CASE WHEN 1 THEN 2 END; DELETE FROM x; END;
CREATE TABLE after_them (a int);
"
    ));
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_read() {
    insta::assert_snapshot!(steps(
        r"
CREATE TABLE first (a int, b text DEFAULT 'oops);
CREATE TABLE second (c int
    d varchar(10),, e text,
);
CREATE TABLE ;
CREATE TABLE third (f int, g text
CREATE TABLE fourth (h text);
ALTER TABLE ;
"
    ));
}

#[test]
fn sections_that_undo_a_migration_count_for_nothing() {
    let goose = "-- +goose Up\nCREATE TABLE a (x int);\n-- +goose Down\nDROP TABLE a;\nCREATE TABLE b (y int);\n";
    assert_eq!(steps(goose), "create Table a\n    x: int = Integer\n");
    let unended =
        "-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE a (x int)\n-- +goose StatementEnd\n-- +goose Down\nDROP TABLE a\n";
    assert_eq!(steps(unended), "create Table a\n    x: int = Integer\n");
    let dbmate = "-- migrate:up\nCREATE TABLE a (x int);\n\n-- migrate:down\nDROP TABLE a;\n";
    assert_eq!(steps(dbmate), "create Table a\n    x: int = Integer\n");
}

#[test]
fn copied_rows_are_no_statements() {
    let text = "COPY public.people (id, email) FROM stdin;\n1\tasel@example.kz\n2\tCREATE TABLE it's; (\n\\.\n\nCREATE TABLE t (a int);\n";
    assert_eq!(column_names(text), ["t.a"]);
    assert_eq!(values(text)[0], ("id".to_owned(), "1".to_owned()));
    assert_eq!(values(text)[2], ("email".to_owned(), "asel@example.kz".to_owned()));
}

/// The values kept of a text with the columns that they stand in; those too short to tell anything as `1`.
fn values(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for column in lower(text).rows {
        let name = column.column.map_or_else(String::new, |name| name.as_str().to_owned());
        found.extend((0..column.other).map(|_| (name.clone(), "1".to_owned())));
        found.extend(column.values.iter().map(|value| (name.clone(), value.text(text).into_owned())));
    }
    found
}

#[test]
fn values_of_rows_know_their_columns() {
    let text = "CREATE TABLE people (id int, iin text, name text);\nINSERT INTO people VALUES (1, '000000000000', N'it''s; me'), (2, upper('nested'), 'second');";
    let found = values(text);
    let found: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(found, [("id", "1"), ("id", "1"), ("iin", "000000000000"), ("name", "it's; me"), ("name", "second")]);
}

#[test]
fn comments_are_kept_for_suppressions() {
    let text = "-- one\nCREATE TABLE a ( -- two\n  b int /* three */\n);\n/* four\n */\n";
    let lowered = lower(text);
    let found: Vec<_> = lowered.comments.iter().map(|comment| (comment.span.text(text), comment.alone)).collect();
    assert_eq!(found, [("-- one", true), ("-- two", false), ("/* three */", false), ("/* four\n */", true)]);
}

#[test]
fn ddl_in_strings_of_code_is_read_and_prose_is_not() {
    assert_eq!(read_ddl("ALTER TABLE users ADD email text").len(), 1);
    assert_eq!(read_ddl("\n  create table if not exists t (a int); create table u (b int)").len(), 2);
    assert_eq!(read_ddl("PRAGMA foreign_keys = ON; CREATE TABLE t (a int);").len(), 1);
    for prose in ["Create table of contents", "Drop us a line", "create", "CREATE", "Comment on this", "Alter ego", ""] {
        assert!(read_ddl(prose).is_empty(), "{prose}");
    }
}

#[test]
fn sql_files_are_known_by_their_names() {
    let claims = |name: &str, extension: &str| Sql.claims(&FileName { name, extension, interpreter: "" });
    assert!(claims("a.sql", "sql") && claims("b.pks", "pks") && claims("c.sql.in", "in") && claims("d.hql", "hql"));
    assert!(!claims("a.rs", "rs") && !claims("sql", ""));
}

#[test]
fn text_from_a_cyrillic_code_page_reads_like_any_other() {
    let (text, _, _) = encoding_rs::WINDOWS_1251
        .decode(b"CREATE TABLE \xEB\xFE\xE4\xE8 (\xC8\xC8\xCD char(12) -- \xEA\xEE\xE4\n, \xF2\xE5\xEB text);");
    assert_eq!(column_names(&text), ["люди.ИИН", "люди.тел"]);
}

/// Texts that would make a careless reader quadratic or deep.
#[test]
fn time_and_stack_are_bounded_whatever_the_text() {
    let n = 60_000;
    let texts = [
        format!("SELECT {}1", "(".repeat(n)),
        format!("CREATE VIEW v AS SELECT {}", "(SELECT ".repeat(n)),
        format!("CREATE TABLE t (a int DEFAULT {});", "1+".repeat(n)),
        format!("CREATE TABLE t (a {});", "(".repeat(n)),
        "'\\".repeat(n),
        "$a$ $b$".repeat(n),
        "/* /* */ ".repeat(n),
        "/**/".repeat(n),
        "\"".repeat(n * 2 + 1),
        "`[".repeat(n),
        "{{".repeat(n),
        "CREATE TABLE ".repeat(n),
        "ALTER TABLE t ADD x int;\n".repeat(n / 4),
        "CREATE TABLE /* \n".repeat(n / 4),
        format!("BEGIN {}", "ALTER TABLE ".repeat(n / 2)),
        "DO $$ ".repeat(n),
        format!("CREATE TABLE t ({});", "a int, ".repeat(n)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(n)),
        format!("CREATE VIEW v AS SELECT 1{}", " UNION SELECT 1".repeat(n)),
        format!("INSERT INTO t VALUES ({})", "'abcdef',".repeat(n * 3)),
        "DELIMITER x\n".repeat(n),
        "GRANT\n".repeat(n),
    ];
    let read = |text: &str| {
        let _ = lower(text);
        let _ = pdlint::lang::sql::read_query(text);
        let _ = read_ddl(text);
    };
    for text in &texts {
        let head: String = text.chars().take(24).collect();
        let ordinary = "ALTER TABLE t ADD x int;\n".repeat(text.len() / 25 + 1);
        effort::at_most(20, &head, || read(&ordinary), || read(text));
    }
}

#[test]
fn a_dump_is_sampled_not_loaded() {
    let mut dump = String::from("CREATE TABLE t (id int, mail text);\n");
    for row in 0..40_000 {
        let _ = writeln!(dump, "INSERT INTO t VALUES ({row}, 'row{row}@example.kz');");
    }
    let lowered = lower(&dump);
    assert_eq!(lowered.schema.len(), 1);
    let kept: Vec<_> = lowered.rows.iter().map(|column| (column.sampled(), column.total)).collect();
    assert_eq!(kept, [(1000, 40_000), (1000, 40_000)]);
}

/// Views are read by a grammar where one takes them: renamed columns of common tables, unions, windows, casts of every dialect.
#[test]
fn lineage_of_views() {
    let text = "
CREATE VIEW contacts AS WITH found (who, mail) AS (SELECT id, email FROM users) SELECT f.mail AS address, o.total FROM found f JOIN orders o ON o.user_id = f.who;
CREATE VIEW named (a, b) AS SELECT x.mail, x.phone FROM (SELECT u.email, u.phone FROM users u) AS x (mail, phone);
CREATE MATERIALIZED VIEW all_mail AS SELECT email FROM users UNION ALL SELECT mail FROM staff WITH NO DATA;
CREATE VIEW ranked AS SELECT u.name, rank() OVER (PARTITION BY u.email ORDER BY u.born) AS place, u.born > '1990-01-01' AS young FROM users u;
CREATE VIEW wide AS SELECT u.*, (p.city || ', '::text) || p.street AS place FROM (users u JOIN places p ON ((p.user_id = u.id)));
CREATE TABLE copied AS SELECT CASE WHEN iin IS NULL THEN phone ELSE email END AS contact FROM public.users WHERE phone LIKE '+7%';
";
    insta::assert_snapshot!(steps(text));
}

pub(crate) fn pieces_cover(text: &str, dialect: Dialect) {
    let mut at = 0;
    for piece in Splitter::new(text, dialect) {
        assert_eq!(piece.start, at, "pieces tile the text");
        assert!(piece.end > piece.start, "a piece is never empty");
        assert!(piece.start <= piece.head && piece.head <= piece.body && piece.body <= piece.end);
        assert!(text.is_char_boundary(piece.head) && text.is_char_boundary(piece.body) && text.is_char_boundary(piece.end));
        at = piece.end;
    }
    assert_eq!(at, text.len(), "pieces end with the text");
}

const DIALECTS: [Dialect; 10] = [
    Dialect::Generic,
    Dialect::Postgres,
    Dialect::MySql,
    Dialect::Sqlite,
    Dialect::MsSql,
    Dialect::Oracle,
    Dialect::ClickHouse,
    Dialect::BigQuery,
    Dialect::Snowflake,
    Dialect::Hive,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_split_without_loss(text in "\\PC{0,200}") {
        for dialect in DIALECTS {
            pieces_cover(&text, dialect);
        }
        let _ = lower(&text);
    }

    #[test]
    fn scraps_of_sql_are_read_without_panic(scraps in proptest::collection::vec(prop_oneof![
        Just("CREATE TABLE "), Just("\nCREATE TABLE t ("), Just("ALTER TABLE a "), Just("ADD COLUMN "), Just("name "), Just("varchar(10)"),
        Just(", "), Just(")"), Just("("), Just(";"), Just("\n"), Just("'"), Just("\""), Just("`"), Just("["), Just("]"), Just("$$"), Just("$x$"),
        Just("--"), Just("/*"), Just("*/"), Just("/*!40000 "), Just("\\."), Just("COPY t FROM stdin;\n"), Just("DELIMITER //\n"), Just("//"),
        Just("\nGO\n"), Just("\n/\n"), Just("BEGIN "), Just("END"), Just("DO "), Just("INSERT INTO t VALUES "), Just("ИИН "), Just("{{ x }}"),
        Just("CREATE VIEW v AS "), Just("SELECT "), Just("FROM t "), Just("WITH a AS "), Just("UNION "), Just("?"), Just("$1 "), Just(":n "),
        Just("= "), Just("RENAME TO "), Just("COMMENT ON COLUMN "), Just(" IS "), Just("DEFAULT "), Just("LIKE "), Just("EXEC sp_rename "), Just("."),
        Just("CASE "), Just("<"), Just(">"), Just("#"), Just("\\"), Just("E'"), Just("N'"), Just("UPDATE t SET "), Just("RETURNING "), Just("*"),
    ], 0..60)) {
        let text: String = scraps.concat();
        for dialect in DIALECTS {
            pieces_cover(&text, dialect);
        }
        let lowered = lower(&text);
        for step in &lowered.schema {
            if let SchemaStep::Create { table, .. } = step {
                for field in &table.fields {
                    prop_assert!(!field.span.text(&text).is_empty(), "the span of {:?} lies in the text", field.name);
                }
            }
        }
        let _ = pdlint::lang::sql::read_query(&text);
        let _ = read_ddl(&text);
    }

    #[test]
    fn a_table_survives_whatever_stands_before_it(before in "[a-z '\"(;,$/*-]{0,80}") {
        // An open comment hides what follows; anything else does not.
        prop_assume!(!before.contains("/*"));
        let text = format!("{before}\nCREATE TABLE people (iin text, phone text);\n");
        prop_assert!(column_names(&text).ends_with(&["people.iin".to_owned(), "people.phone".to_owned()]), "{:?}", column_names(&text));
    }
}

#[test]
fn kinds_of_pieces() {
    let text = "\\connect db\nSELECT 1;\nCOPY t FROM stdin;\n1\n\\.\n-- end\n";
    let kinds: Vec<_> = Splitter::new(text, Dialect::Postgres).map(|piece| piece.kind).collect();
    assert!(matches!(kinds[0], PieceKind::Directive));
    assert!(kinds.contains(&PieceKind::Data) && kinds.last() == Some(&PieceKind::Blank), "{kinds:?}");
}
