//! Data in files: `INSERT`, `MERGE`, `COPY` of every dialect, tables of text; findings and elements by column.

use crate::program::{code, folder, json, pdlint, stderr, stdout};
use serde_json::Value;

/// Valid numbers of people born on the first of January 1900 with low serial numbers, of whom none are alive.
fn iins(count: usize) -> Vec<String> {
    let valid = |serial: usize| {
        let digits = format!("0001013{serial:04}");
        let sum = |first: usize| {
            digits.bytes().enumerate().map(|(at, digit)| usize::from(digit - b'0') * ((first + at - 1) % 11 + 1)).sum::<usize>()
                % 11
        };
        match (sum(1), sum(3)) {
            (10, 10) => None,
            (10, check) | (check, _) => Some(format!("{digits}{check}")),
        }
    };
    (0..).filter_map(valid).take(count).collect()
}

/// As [`iins`], each with a wrong check digit.
fn invalid(count: usize) -> Vec<String> {
    iins(count)
        .into_iter()
        .map(|number| {
            let last = number.as_bytes()[11] - b'0';
            format!("{}{}", &number[..11], (last + 1) % 10)
        })
        .collect()
}

fn mails(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("aigerim.no{at}@mail.kz")).collect()
}

/// The findings of PD504: file, line, message.
fn literals(files: &[(&str, &str)]) -> Vec<(String, u64, String)> {
    let folder = folder(files);
    let report = json(&pdlint(folder.path(), &["check", "--format", "json"]));
    let all = report["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == "PD504");
    all.map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        (text("file"), finding["line"].as_u64().unwrap(), text("message"))
    })
    .collect()
}

/// The messages of PD504 of one SQL file.
fn messages(sql: &str) -> Vec<String> {
    literals(&[("db/seed.sql", sql)]).into_iter().map(|(_, _, message)| message).collect()
}

fn elements(files: &[(&str, &str)]) -> Vec<Value> {
    let folder = folder(files);
    let report = json(&pdlint(folder.path(), &["inventory", "--format", "json"]));
    report["elements"].as_array().unwrap().iter().filter(|element| element["kind"] == "column").cloned().collect()
}

/// `table.column category confidence` of the columns.
fn columns(files: &[(&str, &str)]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |element: &Value| {
        format!(
            "{}.{} {} {}",
            text(&element["container"]),
            text(&element["field"]),
            text(&element["category"]),
            text(&element["confidence"])
        )
    };
    elements(files).iter().map(one).collect()
}

#[test]
fn a_column_is_one_finding_with_a_count_at_its_first_value() {
    let (iins, mails) = (iins(37), mails(37));
    let rows: Vec<String> =
        iins.iter().zip(&mails).enumerate().map(|(at, (iin, mail))| format!("({at}, '{iin}', '{mail}')")).collect();
    let sql = format!(
        "CREATE TABLE clients (\n  id int,\n  iin char(12),\n  email text\n);\n-- data\nINSERT INTO clients (id, iin, email) VALUES\n{};\n",
        rows.join(",\n")
    );
    let found = literals(&[("db/seed.sql", &sql)]);
    assert_eq!(found.len(), 2, "{found:?}");
    for (file, line, message) in &found {
        assert_eq!((file.as_str(), *line), ("db/seed.sql", 8));
        assert!(message.contains(" holds 37 "), "{message}");
    }
    assert!(
        found
            .iter()
            .any(|(.., message)| message.starts_with("`clients.iin` holds 37 IINs that look real; the first is `00********"))
    );
    assert!(found.iter().any(|(.., message)| message.starts_with("`clients.email` holds 37 e-mail addresses that look real")));
}

#[test]
fn values_of_every_dialect_are_found() {
    let iin = &iins(1)[0];
    for (dialect, sql) in [
        (
            "mysqldump",
            format!("INSERT INTO `c` (`id`,`iin`) VALUES (1,'{iin}'),(2,NULL);\n/*!40000 ALTER TABLE `c` ENABLE KEYS */;\n"),
        ),
        ("replace", format!("REPLACE INTO c (iin) VALUES ('{iin}');\n")),
        ("pg_dump --inserts", format!("INSERT INTO public.c (iin) VALUES ('{iin}');\n")),
        ("pg_dump", format!("COPY public.c (id, iin) FROM stdin;\n1\t{iin}\n2\t\\N\n\\.\n\nSELECT 1;\n")),
        ("pg_dump cut short", format!("COPY public.c (id, iin) FROM stdin;\n1\t{iin}\n2\t\\N\n")),
        ("COPY as CSV", format!("COPY c (id, iin) FROM STDIN WITH (FORMAT csv, HEADER true);\nid,iin\n1,\"{iin}\"\n\\.\n")),
        (
            "SQL Server",
            format!("SET IDENTITY_INSERT [dbo].[C] ON\nGO\nINSERT [dbo].[C] ([Id], [Iin]) VALUES (1, N'{iin}')\nGO\n"),
        ),
        ("SELECT", format!("INSERT INTO c (id, iin)\nSELECT 1, '{iin}' UNION ALL\nSELECT 2, '';\n")),
        (
            "Oracle",
            format!(
                "INSERT ALL\n INTO a (x) VALUES (to_date('2001-01-01', 'YYYY-MM-DD'))\n INTO c (iin) VALUES (q'[{iin}]')\nSELECT 1 FROM dual;\n"
            ),
        ),
        (
            "MERGE",
            format!(
                "MERGE INTO c AS t USING (VALUES (1, '{iin}'), (2, '')) AS s (id, iin) ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, iin) VALUES (s.id, s.iin);\n"
            ),
        ),
        (
            "sqlite .dump",
            format!(
                "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE c (id int, iin text);\nINSERT INTO c VALUES(1,'{iin}');\nCOMMIT;\n"
            ),
        ),
        ("hexadecimal escapes", format!("INSERT INTO c (iin) VALUES (E'\\x30{}');\n", &iin[1..])),
        ("number", format!("INSERT INTO c (iin) VALUES (CAST(N'2008-01-01' AS Date)); INSERT INTO c (iin) VALUES ({iin});\n")),
        ("after a string with quotes", format!("INSERT INTO c (name, iin) VALUES ('O''Brien, (Jr)', '{iin}');\n")),
    ] {
        let found = messages(&sql);
        assert_eq!(found.len(), 1, "{dialect}: {found:?}");
        assert!(found[0].to_lowercase().contains("c.iin"), "{dialect}: {found:?}");
    }
}

#[test]
fn obviously_made_up_values_are_silent() {
    let sql = "INSERT INTO users (id, email, phone, card, login) VALUES\n\
        (1, 'user1@example.com', '+1 (212) 555-0101', '4242424242424242', 'user1@corp.test'),\n\
        (2, 'ivan@test.kz', '+77001234567', '4111 1111 1111 1111', 'buyer-a@shop.kz'),\n\
        (3, 'admin@shop.kz', '+77777777777', '5555 5555 5555 4444', 'demo_user@shop.kz'),\n\
        (4, 'petr@localhost', '123456789012', '0000000000000000', 'lorem ipsum');\n";
    assert!(messages(sql).is_empty(), "{:?}", messages(sql));
}

#[test]
fn numbers_that_pass_a_check_by_chance_are_silent() {
    let (valid, wrong) = (iins(1), invalid(9));
    let rows = |column: &str, numbers: &[&String]| {
        let rows: Vec<String> = numbers.iter().map(|number| format!("({number})")).collect();
        format!("CREATE TABLE t ({column} bigint);\nINSERT INTO t ({column}) VALUES {};\n", rows.join(", "))
    };
    let one_of_ten: Vec<&String> = wrong.iter().chain(&valid).collect();
    assert!(messages(&rows("id", &one_of_ten)).is_empty());
    assert!(messages(&rows("iin", &one_of_ten)).is_empty(), "made-up numbers, of which one passes the check");
    assert!(messages(&rows("id", &[&valid[0]])).is_empty(), "one lucky id");
    assert_eq!(messages(&rows("iin", &[&valid[0]])).len(), 1);
    // Sixteen-digit ids that pass Luhn's check with a scheme's first digits, one among many.
    let ids: Vec<String> = (0..50).map(|at| format!("(453957876362{at:04})")).collect();
    assert!(messages(&format!("INSERT INTO t (order_id) VALUES {};\n", ids.join(","))).is_empty());
}

#[test]
fn a_company_s_address_is_nobody_s() {
    let sql = |table: &str| {
        format!(
            "CREATE TABLE {table} (id int, name text, email text);\nINSERT INTO {table} (id, name, email) VALUES (1, 'x', 'almaty.branch@firma.kz');\n"
        )
    };
    assert_eq!(messages(&sql("clients")).len(), 1);
    assert!(messages(&sql("companies")).is_empty());
}

#[test]
fn values_tell_what_a_column_holds_whatever_its_name() {
    let rows: Vec<String> =
        iins(5).iter().zip(mails(5)).map(|(iin, mail)| format!("('{iin}', '{mail}', '{mail}', 'x{iin}')")).collect();
    let schema = "CREATE TABLE accounts (f17 varchar(20), attr text, login varchar(80), code varchar(20));\n";
    let data = format!("INSERT INTO accounts (f17, attr, login, code) VALUES {};\n", rows.join(",\n"));
    let found = columns(&[("db/001_schema.sql", schema), ("db/seeds.sql", &data)]);
    for expected in [
        "accounts.f17 user.government_id.iin high",
        "accounts.attr user.contact.email medium",
        "accounts.login user.contact.email",
    ] {
        assert!(found.iter().any(|one| one.starts_with(expected)), "{expected} is missing: {found:?}");
    }
    assert!(!found.iter().any(|one| one.contains(".code")), "{found:?}");
    // The same without names in the data.
    let data = format!("INSERT INTO accounts VALUES {};\n", rows.join(",\n"));
    let unnamed = columns(&[("db/001_schema.sql", schema), ("db/seeds.sql", &data)]);
    assert_eq!(unnamed, found);
    // The clean twins: too few, too mixed, another table, of another width.
    let silent = |data: &str| {
        let found = columns(&[("db/001_schema.sql", schema), ("db/seeds.sql", data)]);
        assert!(!found.iter().any(|one| one.contains(".f17") || one.contains(".attr")), "{data}: {found:?}");
    };
    silent(&format!("INSERT INTO accounts (f17, attr, login, code) VALUES {};\n", rows[..2].join(",\n")));
    silent(&data.replace("accounts", "archive"));
    silent(&data.replace("'x", "0, 'x"));
    let mixed: Vec<String> =
        mails(3).into_iter().chain((0..3).map(|at| format!("word {at}"))).map(|value| format!("('{value}')")).collect();
    silent(&format!("INSERT INTO accounts (attr) VALUES {};\n", mixed.join(",")));
}

#[test]
fn versions_and_dates_are_no_addresses_of_networks() {
    let file = |values: &[&str]| {
        let rows: Vec<String> = values.iter().map(|value| format!("('{value}')")).collect();
        let sql = format!("CREATE TABLE visits (f1 text);\nINSERT INTO visits (f1) VALUES {};\n", rows.join(","));
        let folder = folder(&[("a.sql", &sql)]);
        let report = json(&pdlint(folder.path(), &["inventory", "--format", "json", "--min-confidence", "low"]));
        report["elements"].as_array().unwrap().iter().filter(|element| element["category"] == "user.device.ip_address").count()
    };
    assert_eq!(file(&["203.0.113.7", "198.51.100.23", "2001:db8::17:5"]), 1);
    assert_eq!(file(&["1.2.3.4", "10.0.0.1", "3.14.1.5"]), 0);
    assert_eq!(file(&["12:30:45", "11:10:09", "08:00:01"]), 0);
}

#[test]
fn explain_tells_the_evidence_of_values_masked() {
    let mails = mails(4);
    let rows: Vec<String> = mails.iter().map(|mail| format!("('{mail}')")).collect();
    let sql = format!("CREATE TABLE t (\n  attr text\n);\nINSERT INTO t (attr) VALUES {};\n", rows.join(", "));
    let folder = folder(&[("a.sql", &sql)]);
    let explained = stdout(&pdlint(folder.path(), &["explain", "a.sql:2"])).to_owned();
    assert!(explained.contains("4 of 4 sampled values are valid e-mail addresses"), "{explained}");
    assert!(explained.contains("a.sql:4"), "{explained}");
    assert!(!mails.iter().any(|mail| explained.contains(mail.as_str())), "{explained}");
    let finding = stdout(&pdlint(folder.path(), &["explain", "a.sql:4"])).to_owned();
    assert!(finding.contains("4 of 4 sampled values") && !mails.iter().any(|mail| finding.contains(mail.as_str())), "{finding}");
}

#[test]
fn rows_without_quotes_show_nobody() {
    let copy = "CREATE TABLE clients (id int, name text, email text);\nCOPY clients (id, name, email) FROM stdin;\n1\tIvanova Maria\taigerim.s@mail.kz\n\\.\n";
    let csv = "id,name,email\n1,Ivanova Maria,aigerim.s@mail.kz\n2,Petrova Anna,\"b.alieva@mail.kz\"\n";
    let folder = folder(&[("db/dump.sql", copy), ("data/clients.csv", csv)]);
    let output = pdlint(folder.path(), &["check"]);
    assert!(stdout(&output).contains("db/dump.sql") && stdout(&output).contains("data/clients.csv"), "{}", stdout(&output));
    for value in ["Ivanova", "Maria", "aigerim.s", "alieva"] {
        assert!(!stdout(&output).contains(value), "{value}: {}", stdout(&output));
    }
}

#[test]
fn tables_of_text_are_read_by_column() {
    let iins = iins(4);
    let table = |delimiter: &str, header: &str| {
        let rows: Vec<String> =
            iins.iter().enumerate().map(|(at, iin)| [at.to_string().as_str(), iin, "text, \"no\""].join(delimiter)).collect();
        format!("{header}{}\n", rows.join("\n"))
    };
    for (file, text) in [
        ("people.csv", table(",", "id,iin,note\n").replace("text, \"no\"", "\"text, \"\"no\"\"\"")),
        ("people.tsv", table("\t", "id\tiin\tnote\n")),
        ("people.csv", table(";", "id;iin;note\r\n")),
    ] {
        let found = literals(&[(file, &text)]);
        assert_eq!(found.len(), 1, "{file}: {found:?}");
        assert!(found[0].1 == 2 && found[0].2.starts_with("`people.iin` holds 4 IINs"), "{found:?}");
    }
    // Without a record of names the first record is data, and none of it is shown as a name.
    let found = literals(&[("people.csv", &table(",", ""))]);
    assert!(found.len() == 1 && found[0].2.starts_with("`people, column 2` holds 4 IINs"), "{found:?}");
    assert!(literals(&[("codes.csv", "id,code\n1,100001\n2,100002\n")]).is_empty());
}

#[test]
fn broken_and_odd_dumps_are_read_as_far_as_they_go() {
    let iin = &iins(1)[0];
    let good = format!("INSERT INTO c (iin) VALUES ('{iin}');\n");
    let wide: String = (0..100_000).map(|at| format!("c{at},")).collect();
    let long = "(1, 'x'),".repeat(100_000);
    for (what, sql) in [
        (
            "an unterminated quote",
            format!("{good}INSERT INTO c (iin) VALUES ('never closed);\nINSERT INTO c (iin) VALUES ('x');\n"),
        ),
        (
            "the same before more of it",
            format!("INSERT INTO c (iin) VALUES ('never closed);\n{good}INSERT INTO c (x) VALUES ('it''s');\n"),
        ),
        ("a hundred thousand columns", format!("{good}INSERT INTO w ({wide}z) VALUES (1);\n")),
        ("a long line", format!("INSERT INTO w (a, b) VALUES {long}(2, 'y');\n{good}")),
        ("bytes", format!("INSERT INTO `b` (a) VALUES (_binary '\\0\\'(,);'),(0xDEADBEEF),(x'00');\n{good}")),
        ("rows that stop in the middle", format!("{good}INSERT INTO c (iin) VALUES ('1'), ('2")),
        ("many COPY without an end", format!("{good}{}", "COPY d (x) FROM stdin;\n1\n\n".repeat(2000))),
    ] {
        let folder = folder(&[("d.sql", &sql)]);
        let output = pdlint(folder.path(), &["check", "--format", "json"]);
        assert!(code(&output) < 2, "{what}: {}", stderr(&output));
        let found = json(&output)["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == "PD504").count();
        assert_eq!(found, 1, "{what}");
    }
}

#[test]
fn a_quote_that_is_never_closed_loses_no_table() {
    let sql = "INSERT INTO a (x) VALUES ('never closed);\nCREATE TABLE clients (id int, email text);\nINSERT INTO a (x) VALUES ('y');\n";
    assert_eq!(columns(&[("a.sql", sql)]), ["clients.email user.contact.email high"]);
    // A script kept as a value stays one.
    let sql = "INSERT INTO a (x) VALUES ('SELECT 1;\nCREATE TABLE clients (id int, email text);\n'), ('y');\n";
    assert!(columns(&[("a.sql", sql)]).is_empty());
}
