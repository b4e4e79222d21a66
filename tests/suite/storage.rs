//! What ends, copies and protects stored data: facts of each dialect, through the inventory; and findings on them.

use std::fs;

use pdlint::report::Report;
use pdlint::session::{Session, SessionOptions};
use proptest::prelude::*;

use crate::effort;

const POLICY: &str = r#"
schema = 1
[policy]
title = "Privacy policy"
operator = { name = "Example LLP", id = "770440000002", country = "KZ" }
revision = "2026-01-15"
[[collect]]
clause = "3.1(1)"
categories = ["user"]
[[retention]]
clause = "5.3"
categories = ["user"]
period = "1y"
[[right]]
clause = "7.3.1"
right = "erasure"
"#;

fn scan(files: &[(&str, &str)]) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files.iter().chain(&[("pdlint.policy.toml", POLICY)]) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let options = SessionOptions { paths: vec![folder.path().to_owned()], use_policy: true, ..SessionOptions::default() };
    let analysis = Session::open(options).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error))).analyze();
    let report = &analysis.report;
    Report { findings: report.findings.clone(), tables: report.tables.clone(), ..Report::default() }
}

/// The facts of a table, each as `kind`, `kind:column`, with `->other` and `=period`.
fn facts_of(report: &Report, table: &str) -> Vec<String> {
    let tables = report.tables.iter().filter(|one| one.name == *table);
    let facts = tables.flat_map(|one| &one.facts).map(|fact| {
        let column = fact.column.map(|column| format!(":{column}")).unwrap_or_default();
        let other = fact.other.map(|other| format!("->{other}")).unwrap_or_default();
        let period = fact.period.as_ref().map(|period| format!("={period}")).unwrap_or_default();
        format!("{}{column}{other}{period}", fact.kind)
    });
    facts.collect()
}

fn facts(sql: &str, table: &str) -> Vec<String> {
    facts_of(&scan(&[("db/schema.sql", sql)]), table)
}

fn codes(report: &Report, table: &str) -> Vec<&'static str> {
    let of_table = format!("`{table}`");
    let ours = ["PD402", "PD403", "PD404", "PD601"];
    let found = report.findings.iter().filter(|one| ours.contains(&one.code) && one.message.contains(&of_table));
    found.map(|one| one.code).collect()
}

#[test]
fn expiries_of_every_dialect_are_read_with_their_period() {
    let people = "CREATE TABLE people (id int, email varchar(99), created_at timestamp);\n";
    let with = |rest: &str| format!("{people}{rest}");
    for (sql, expected) in [
        ("CREATE TABLE people (d Date, email String) ENGINE = MergeTree ORDER BY d TTL d + INTERVAL 90 DAY;".to_owned(), "expiry=90d"),
        ("CREATE TABLE people (d Date, email String) ENGINE = MergeTree ORDER BY d TTL d + toIntervalMonth(6) DELETE SETTINGS x = 1;".to_owned(), "expiry=180d"),
        ("CREATE TABLE people (d Date, email String TTL d + INTERVAL 1 WEEK) ENGINE = MergeTree ORDER BY d;".to_owned(), "expiry:email=7d"),
        (with("ALTER TABLE people MODIFY TTL created_at + INTERVAL 2 MONTH;"), "expiry=60d"),
        (
            with(
                "ALTER TABLE people MODIFY TTL created_at + INTERVAL 7 DAY TO VOLUME 'cold', \
                 created_at + INTERVAL 90 DAY DELETE WHERE id > 1;",
            ),
            "expiry=90d",
        ),
        ("CREATE TABLE people (id uuid PRIMARY KEY, email text) WITH default_time_to_live = 864000;".to_owned(), "expiry=10d"),
        ("CREATE TABLE people (id INT PRIMARY KEY, email STRING) WITH (ttl_expire_after = '30 days');".to_owned(), "expiry=30d"),
        ("CREATE TABLE people (email STRING, d DATE) PARTITION BY d OPTIONS (partition_expiration_days = 45);".to_owned(), "partition-expiry=45d"),
        (with("ALTER TABLE people SET OPTIONS (partition_expiration_days = 5);"), "partition-expiry=5d"),
        (with("SELECT add_retention_policy('people', INTERVAL '90 days');"), "expiry=90d"),
        (with("SELECT add_retention_policy('public.people', drop_after => INTERVAL '3 months');"), "expiry=90d"),
        (with("INSERT INTO partman.part_config (parent_table, control, retention) VALUES ('public.people', 'created_at', '6 months');"), "partition-expiry=180d"),
        (with("UPDATE partman.part_config SET retention = '12 months', retention_keep_table = false WHERE parent_table = 'public.people';"), "partition-expiry=360d"),
        ("CREATE TABLE people (id int, email text) DATA_RETENTION_TIME_IN_DAYS = 14;".to_owned(), "time-travel=14d"),
        (with("SELECT cron.schedule('0 3 * * *', $$DELETE FROM people WHERE created_at < now() - interval '1 year'$$);"), "scheduled-delete=365d"),
        (with("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM people WHERE created_at < NOW() - INTERVAL 30 DAY;"), "scheduled-delete=30d"),
        (with("EXEC msdb.dbo.sp_add_jobstep @job_name = N'purge', @command = N'DELETE FROM people WHERE created_at < DATEADD(day, -60, GETDATE())';"), "scheduled-delete=60d"),
        (with("BEGIN DBMS_SCHEDULER.CREATE_JOB(job_name => 'PURGE', job_action => 'BEGIN DELETE FROM people WHERE created_at < SYSDATE - 45; END;'); END;\n/\n"), "scheduled-delete=45d"),
        (with("CREATE PROCEDURE purge() LANGUAGE SQL AS $$ DELETE FROM people WHERE created_at < now() - interval '2 years'; $$;"), "delete=730d"),
        (with("ALTER TABLE people DELETE WHERE created_at < now() - INTERVAL 1 YEAR;"), "delete=365d"),
    ] {
        assert_eq!(facts(&sql, "people"), [expected], "{sql}");
    }
}

#[test]
fn what_looks_like_an_expiry_and_is_none_gives_no_fact() {
    for sql in [
        "CREATE TABLE people (ttl int, email text, interval_days int DEFAULT 30);",
        "CREATE TABLE people (d Date, email String) ENGINE = MergeTree ORDER BY d TTL d + INTERVAL 1 DAY TO VOLUME 'cold';",
        "CREATE TABLE people (d Date, email String);\nALTER TABLE people MODIFY TTL d + INTERVAL 1 DAY;\nALTER TABLE people REMOVE TTL;",
        "CREATE TABLE people (id int, email text);\nINSERT INTO people VALUES (1, 'delete from people');",
        "CREATE TABLE people (id int, email text);\nCREATE TRIGGER t AFTER DELETE OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION f();",
        "CREATE TABLE people (id int, email text);\nCREATE TABLE other (id int);\nDELETE FROM other WHERE id = $1;",
    ] {
        assert!(facts(sql, "people").is_empty(), "{sql}: {:?}", facts(sql, "people"));
    }
}

#[test]
fn copies_grants_and_protections_are_facts_of_their_table() {
    let people = "CREATE TABLE people (id int, email varchar(99), phone varchar(20));\n";
    let with = |rest: &str| format!("{people}{rest}");
    for (sql, expected) in [
        (with("CREATE TABLE people_history (id int, email varchar(99), phone varchar(20));"), vec![]),
        (with("GRANT SELECT, UPDATE (email) ON TABLE people TO app, PUBLIC;"), vec!["grant->PUBLIC", "grant->app"]),
        (with("GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO anon;"), vec!["grant->anon"]),
        (with("GRANT SELECT ON shop.* TO 'report'@'%';"), vec!["grant->report"]),
        (with("GRANT USAGE ON SCHEMA public TO app;"), vec![]),
        (
            with("ALTER TABLE people ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON people USING (id = 1);"),
            vec!["row-security", "row-security"],
        ),
        (with("CREATE SECURITY POLICY f ADD FILTER PREDICATE dbo.fn(id) ON dbo.people WITH (STATE = ON);"), vec!["row-security"]),
        ("CREATE TABLE people (email nvarchar(99) MASKED WITH (FUNCTION = 'email()'), id int);".to_owned(), vec!["masked:email"]),
        ("CREATE TABLE people (email varchar WITH MASKING POLICY mail_mask, id int);".to_owned(), vec!["masked:email"]),
        ("CREATE TABLE people (id INT64, email STRING OPTIONS (policy_tags = '[\"x\"]'));".to_owned(), vec!["masked:email"]),
        (
            "CREATE TABLE people (id int, email varchar(9) ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = k));".to_owned(),
            vec!["encrypted:email"],
        ),
        ("CREATE TABLE people (id int, email_encrypted bytea, phone text);".to_owned(), vec!["encrypted:email_encrypted"]),
        (
            with(
                "CREATE FUNCTION f(e text) RETURNS void AS $$ INSERT INTO people (id, email) VALUES (1, pgp_sym_encrypt(e, 'k')); $$ LANGUAGE sql;",
            ),
            vec!["encrypted:email"],
        ),
        (with("CREATE PROCEDURE p() UPDATE people SET phone = AES_ENCRYPT(phone, @k);"), vec!["encrypted:phone"]),
        ("CREATE TABLE people (id int, email text, deleted_at timestamp);".to_owned(), vec!["soft-delete:deleted_at"]),
        (with("COPY people TO '/backup/people.csv' CSV;"), vec!["export"]),
        ("CREATE TABLE people (id int, email text) WITH SYSTEM VERSIONING;".to_owned(), vec!["versions"]),
        (with("UPDATE people SET email = NULL, phone = '' WHERE id = $1;"), vec!["anonymise"]),
        (with("UPDATE people SET email = $1 WHERE id = $2;"), vec![]),
        (with("DELETE FROM people WHERE email = 'x@y.kz';"), vec!["one-off-delete"]),
    ] {
        assert_eq!(facts(&sql, "people"), expected, "{sql}");
    }
}

#[test]
fn a_copy_is_told_by_name_by_trigger_and_by_temporal_history() {
    let people = "CREATE TABLE people (id int, email varchar(99), phone varchar(20));\n";
    let history = format!("{people}CREATE TABLE people_history (id int, email varchar(99), phone varchar(20));");
    assert_eq!(facts(&history, "people_history"), ["copy-of->people"]);
    let trigger = format!(
        "{people}CREATE TABLE gone (id int, email varchar(99), phone varchar(20));\n\
         CREATE TRIGGER t ON people AFTER DELETE AS INSERT INTO gone SELECT id, email, phone FROM deleted;"
    );
    assert_eq!(facts(&trigger, "gone"), ["copy-of->people"]);
    let temporal = "CREATE TABLE dbo.people (id int PRIMARY KEY, email nvarchar(99), a datetime2, b datetime2, PERIOD FOR SYSTEM_TIME (a, b))\n\
                    WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.people_kept, HISTORY_RETENTION_PERIOD = 6 MONTHS));";
    assert_eq!(facts(temporal, "dbo.people"), ["copied-to->dbo.people_kept", "versions"]);
    assert_eq!(codes(&scan(&[("db/schema.sql", temporal)]), "dbo.people_kept"), ["PD404"]);
    let unlike = format!("{people}CREATE TABLE people_old (id int, colour text);");
    assert!(facts(&unlike, "people_old").is_empty());
}

#[test]
fn rows_go_with_their_parent_only_where_the_parent_goes() {
    let sql = "CREATE TABLE people (id int PRIMARY KEY, email varchar(99));\n\
               CREATE TABLE phones (person_id int REFERENCES people (id) ON DELETE CASCADE, phone varchar(20));\n\
               CREATE TABLE notes (phone varchar(20), person_id int,\n\
               CONSTRAINT fk FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE SET NULL);\n\
               CREATE TABLE payments (person_id int REFERENCES people (id) ON DELETE SET NULL, card_last4 char(4), card_token text);\n";
    let report = scan(&[("db/schema.sql", sql)]);
    assert_eq!(facts_of(&report, "phones"), ["cascade:person_id->people"]);
    assert_eq!(facts_of(&report, "notes"), ["set-null:person_id->people"]);
    assert_eq!(codes(&report, "phones"), ["PD402", "PD601"]);
    assert_eq!(codes(&report, "payments"), ["PD402", "PD601"]);
    let code = r#"pub async fn gone(db: &sqlx::PgPool, id: i32) { sqlx::query!("DELETE FROM people WHERE id = $1", id).execute(db).await; }"#;
    let report = scan(&[("db/schema.sql", sql), ("src/main.rs", code)]);
    assert!(codes(&report, "people").is_empty() && codes(&report, "phones").is_empty());
    // Without the person, a token and four digits are nobody's.
    assert!(codes(&report, "payments").is_empty());
    assert_eq!(codes(&report, "notes"), ["PD402", "PD601"]);
}

#[test]
fn code_that_deletes_through_a_model_keeps_the_absence_from_being_claimed() {
    let sql = "CREATE TABLE people (id int PRIMARY KEY, email varchar(99));\nCREATE TABLE clients (id int PRIMARY KEY, email varchar(99));\n";
    let silent = [
        "pub fn f(c: &mut C) { diesel::delete(people::table.filter(people::id.eq(1))).execute(c); }",
        "pub fn f(person: People, c: &C) { person.delete(c); }",
        "impl People { pub fn delete(self, c: &C) { run(c, self.id) } }",
        "pub fn delete_people_by_id(c: &C, id: i32) { run(c, id) }",
        r#"pub fn f(c: &C, table: &str) { c.execute(&format!("DELETE FROM {table} WHERE id = 1")); }"#,
    ];
    for code in silent {
        let report = scan(&[("db/schema.sql", sql), ("src/main.rs", code)]);
        assert!(codes(&report, "people").is_empty(), "{code}: {:?}", codes(&report, "people"));
    }
    let firing = [
        "pub fn f(client: &Client, base: &str) { client.delete(format!(\"{base}/people/1\")); }",
        "pub fn f(c: &mut C) { diesel::delete(letters::table).execute(c); }",
        "pub fn f() { tracing::info!(\"Delete people from the list\"); }",
        "pub fn f(people: &mut Vec<u8>) { people.remove(0); }",
        r#"#[cfg(test)] mod tests { fn f(c: &C) { c.execute("DELETE FROM people"); } }"#,
    ];
    for code in firing {
        let report = scan(&[("db/schema.sql", sql), ("src/main.rs", code)]);
        assert_eq!(codes(&report, "people"), ["PD402", "PD601"], "{code}");
        assert_eq!(codes(&report, "clients"), ["PD402", "PD601"], "{code}");
    }
}

#[test]
fn nothing_is_claimed_where_there_is_no_database() {
    let report = scan(&[("src/main.rs", "pub struct Person { pub email: String }\npub fn f(p: Person) { store(p.email); }")]);
    assert!(report.findings.iter().all(|one| !["PD402", "PD601"].contains(&one.code)));
}

#[test]
fn variants_of_one_schema_are_one_finding() {
    let sql = "CREATE TABLE people (id int PRIMARY KEY, email varchar(99), phone varchar(20));";
    let report = scan(&[("db/mysql/001_a.sql", sql), ("db/postgres/001_a.sql", sql), ("src/main.rs", "pub fn f() { g(); }")]);
    assert_eq!(codes(&report, "people"), ["PD402", "PD601"]);
    let finding = report.findings.iter().find(|one| one.code == "PD601").expect("the finding");
    assert_eq!(finding.categories.len(), 2);
    assert_eq!(finding.location.file, "db/mysql/001_a.sql");
}

#[test]
fn the_words_of_a_statement_show_no_personal_value() {
    let sql = "CREATE TABLE people (id int PRIMARY KEY, email varchar(99));\nDELETE FROM people WHERE email = 'aigerim.testova@mail.kz';";
    let report = scan(&[("db/schema.sql", sql)]);
    let details: Vec<_> = report.tables.iter().flat_map(|table| &table.facts).map(|fact| fact.detail.as_str()).collect();
    assert!(!details.is_empty() && details.iter().all(|detail| !detail.contains("testova")), "{details:?}");
}

proptest! {
    #[test]
    fn any_text_of_words_is_read_without_a_mistake(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let text: String = words.iter().map(|at| format!("{} ", WORDS[*at])).collect();
        for fact in pdlint::lang::sql::read_storage(&text) {
            prop_assert!(text.get(fact.span.start as usize..fact.span.end as usize).is_some(), "{fact:?}");
            prop_assert!(fact.days.is_none_or(|days| days > 0));
        }
    }

    #[test]
    fn a_period_is_read_back_whatever_its_unit(count in 1u32..400, unit in 0usize..4) {
        let (name, days) = [("day", 1), ("week", 7), ("month", 30), ("year", 365)][unit];
        let text = format!("DELETE FROM people WHERE seen < now() - interval '{count} {name}s'");
        let facts = pdlint::lang::sql::read_storage(&text);
        prop_assert_eq!(facts.iter().map(|fact| fact.days).collect::<Vec<_>>(), vec![Some(count * days)]);
    }
}

const WORDS: &[&str] = &[
    "DELETE",
    "FROM",
    "UPDATE",
    "SET",
    "INSERT",
    "INTO",
    "SELECT",
    "VALUES",
    "CREATE TABLE",
    "ALTER TABLE",
    "TTL",
    "INTERVAL",
    "GRANT",
    "ON",
    "TO",
    "people",
    "a.b",
    "(",
    ")",
    ",",
    ";",
    "=",
    "'90 days'",
    "'DELETE FROM x'",
    "$1",
    "?",
    "30",
    "DAY",
    "DATEADD(",
    "SYSDATE -",
    "REFERENCES",
    "CASCADE",
    "$$",
    "'",
    "\"",
    "\n",
    "é",
    "TRIGGER",
    "FUNCTION",
    "AS",
    "BEGIN",
    "END",
    "part_config",
    "WHERE",
    "NULL",
    "OLD.",
    "@x",
];

#[test]
fn odd_statements_cost_no_more_than_their_length() {
    for unit in
        ["DELETE\n", "(DELETE FROM a ", "UPDATE a SET ", "GRANT a, ON ", "ON DELETE CASCADE REFERENCES ", "SELECT f('", "TTL "]
    {
        let body = unit.repeat(60_000 / unit.len());
        for head in ["", "CREATE FUNCTION f() AS ", "CREATE TABLE t (email text, "] {
            let text = format!("{head}{body}");
            let ordinary = "ALTER TABLE t ADD x int;\n".repeat(text.len() / 25 + 1);
            let scan = |text: &str| drop(scan(&[("db/schema.sql", text)]));
            // A run of `TTL` behind a column costs more than its length, some sixty times the ordinary: to be brought down.
            effort::at_most_in_pool(20, &format!("{head}{unit}"), || scan(&ordinary), || scan(&text));
        }
    }
}
