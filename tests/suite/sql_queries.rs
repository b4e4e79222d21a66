//! Queries in strings of code: what they give, and which columns placeholders go into.

use std::fmt::Write as _;

use pdlint::ir::TypeShape;
use pdlint::ir::schema::{ColumnRef, QueryBind, SchemaStep};
use pdlint::lang::sql::{read_ddl, read_query};

use crate::effort;

fn column(column: &ColumnRef) -> String {
    column.table.map_or_else(|| column.column.to_string(), |table| format!("{table}.{}", column.column))
}

fn query(text: &str) -> String {
    let Some(query) = read_query(text) else { return "no query\n".to_owned() };
    let mut out = format!("{:?} {:?}\n", query.kind, query.tables);
    for (name, columns) in &query.outputs {
        let _ = writeln!(out, "  gives {name}: {}", columns.iter().map(column).collect::<Vec<_>>().join(" + "));
    }
    for bind in &query.binds {
        let name = bind.name.map(|name| format!(" ({name})")).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {}{name} {} {}",
            if bind.position == QueryBind::NO_POSITION { "slot".to_owned() } else { bind.position.to_string() },
            if bind.stored { "stored in" } else { "compared with" },
            column(&bind.column)
        );
    }
    out
}

#[test]
fn selects() {
    let texts = [
        "SELECT id, email, phone AS tel FROM users WHERE iin = $1 AND (city = $2 OR lower(name) LIKE $3)",
        "select u.email, o.total from users u join orders as o on o.user_id = u.id where o.id in (?, ?) and u.age between ? and ? limit ?",
        "SELECT * FROM users",
        "SELECT u.*, count(*) AS n FROM users u, visits v WHERE u.id = v.user_id AND v.ip = :ip GROUP BY u.id",
        "SELECT (SELECT max(at) FROM visits v WHERE v.user_id = u.id AND v.kind = ?) AS seen, coalesce(u.nick, u.email) who FROM users u",
        "WITH found AS (SELECT id, email AS mail FROM users WHERE phone = $2) SELECT mail FROM found WHERE id > $1",
        "SELECT x.mail FROM (SELECT email AS mail FROM users) x",
        r#"SELECT id as "id: Uuid", email as "email!" FROM users WHERE ? = token"#,
        "SELECT name::text, created_at::date FROM public.users WHERE id = ANY($1::uuid[])",
        "SELECT email FROM {} WHERE {} = {value}",
        "SELECT first_name FROM a UNION SELECT last_name FROM b WHERE c = ?",
        "SELECT email FROM users WHERE EXISTS (SELECT 1 FROM roles WHERE roles.user_id = users.id AND roles.name = ?)",
        "SELECT email FROM users WHERE name = %s AND city = %(city)s",
    ];
    insta::assert_snapshot!(texts.iter().map(|text| format!("{text}\n{}\n", query(text))).collect::<String>());
}

#[test]
fn writes() {
    let texts = [
        "INSERT INTO users (email, phone) VALUES ($1, lower($2)) RETURNING id, email",
        "INSERT INTO users (uuid, email) VALUES (?, ?) ON CONFLICT (uuid) DO UPDATE SET email = excluded.email, name = ?",
        "INSERT INTO `users` SET `email` = :email, name = :name ON DUPLICATE KEY UPDATE name = :name",
        "INSERT INTO log (who, what) SELECT email, ? FROM users WHERE id = ?",
        "INSERT INTO users VALUES (?, ?)",
        "REPLACE INTO t (a, b) VALUES (?1, ?2), (?3, ?4)",
        "UPDATE users AS u SET email = $1, visits = visits + 1, (first, last) = ($2, $3) FROM roles r WHERE r.id = u.role AND u.iin = $4 RETURNING u.*",
        "update users set name = coalesce(?, name) where id = (select user_id from sessions where token = ?)",
        "DELETE FROM sessions WHERE user_email = ? AND expires < now() RETURNING token",
        "DELETE FROM a USING b WHERE a.id = b.id AND b.phone = $1",
        "MERGE INTO users AS u USING staged s ON u.id = s.id AND s.batch = ? WHEN MATCHED THEN UPDATE SET email = s.email, phone = ? WHEN NOT MATCHED THEN INSERT (id, email, name) VALUES (s.id, s.email, ?)",
        "INSERT INTO users (email, phone) ",
        "INSERT INTO users (email, phone) VALUES {}",
        "UPDATE users SET phone = CASE WHEN phone IS NULL THEN ? ELSE phone END WHERE id = ?",
    ];
    insta::assert_snapshot!(texts.iter().map(|text| format!("{text}\n{}\n", query(text))).collect::<String>());
}

#[test]
fn prose_is_no_query() {
    let prose = [
        "Select a file from the list",
        "Update your profile to set a new password",
        "Delete item from cart",
        "Insert coin",
        "Insert into the slot (left), then turn the key",
        "insert into the list the names (first and last) of all users",
        "Merge the branch using the button",
        "Select a user from the list",
        "select a user from the list",
        "Delete from the menu",
        "update the user and set the flag",
        "With love",
        "select",
        "SELECT",
        "SELECT 1",
        "selected from users",
        "",
        "SET x = 1",
        "https://example.kz/select/from",
    ];
    for text in prose {
        assert!(read_query(text).is_none(), "{text}");
    }
}

/// Every string of a program is looked at: an ordinary one costs no more than a copy of it and a look at each of its letters.
#[test]
fn ordinary_strings_are_rejected_at_once() {
    let text = "could not open the file: no such file or directory";
    let copy = || {
        for _ in 0..100_000 {
            let letters = std::hint::black_box(text).to_ascii_uppercase();
            std::hint::black_box(letters.bytes().filter(u8::is_ascii_alphabetic).count());
        }
    };
    let read = || {
        for _ in 0..100_000 {
            assert!(read_query(text).is_none());
        }
    };
    effort::at_most(6, text, copy, read);
}

/// What the grammar's tree adds to a pass over the tokens.
#[test]
fn trees() {
    let texts = [
        "WITH found (who, mail) AS (SELECT id, email FROM users WHERE phone = $1) SELECT f.mail, o.total FROM found f JOIN orders o ON o.user_id = f.who WHERE f.mail = $2",
        "SELECT x.mail FROM (SELECT u.id, u.email FROM users u) AS x (id, mail)",
        "SELECT mail, total FROM (SELECT email AS mail FROM users) x, orders WHERE total > ? AND mail = ?",
        "WITH RECURSIVE tree AS (SELECT id, name FROM people WHERE id = ? UNION ALL SELECT p.id, tree.name FROM people p JOIN tree ON p.parent = tree.id) SELECT name FROM tree",
        "SELECT email FROM users UNION SELECT mail FROM staff UNION ALL (SELECT address FROM letters WHERE sent = ?)",
        "SELECT row_number() OVER (PARTITION BY u.email ORDER BY u.phone) AS n, first_value(u.name) OVER (PARTITION BY u.city) AS first FROM users u",
        "SELECT u.*, o.total FROM users u JOIN orders o ON o.user_id = u.id WHERE o.id = ?",
        "SELECT CASE WHEN u.iin = ? THEN u.phone ELSE u.email END AS contact, u.iin IS NOT NULL AS known FROM users u",
        "SELECT email FROM users WHERE (first, last) = (?, ?) OR (city, street) IN ((?, ?))",
        "SELECT email FROM users WHERE ? IN (SELECT phone FROM phones WHERE user_id = users.id AND kind = ?)",
        "SELECT user.email FROM user WHERE user.phone IN %s AND id IN :ids",
        "SELECT a.email, b.total FROM {schema}.users a {join} WHERE a.city = {city} {filter}",
        "UPDATE u SET u.email = ?, u.seen = getdate() FROM users u WHERE u.iin = ?",
        "INSERT INTO archive (mail, reason) SELECT u.email, ? FROM users u WHERE u.id IN (SELECT user_id FROM gone WHERE day < ?) RETURNING mail",
        "SELECT p.name, t.n FROM people p LEFT JOIN LATERAL (SELECT count(*) AS n FROM visits WHERE visits.iin = p.iin AND visits.ip = $1) t ON true",
    ];
    insta::assert_snapshot!(texts.iter().map(|text| format!("{text}\n{}\n", query(text))).collect::<String>());
}

/// Whatever the grammar's parser would do with these, the process stays, and soon goes on: on the 2 MB stack of this thread.
#[test]
fn hostile_queries_are_refused_at_once() {
    let select = |expression: String| format!("SELECT {expression} AS x FROM t");
    let chains = [
        "1+",
        "a AND ",
        "NOT ",
        "- ",
        "a || ",
        "a::",
        "INTERVAL ",
        "a COLLATE ",
        "PRIOR ",
        "a IS NOT NULL = ",
        "f(1,2)+",
        "a,b+",
        "~",
    ];
    let groups = [
        ("(", ")"),
        ("f(", ")"),
        ("CASE WHEN ", " THEN 1 END"),
        ("ARRAY[", "]"),
        ("(SELECT ", ")"),
        ("a IN (", ")"),
        ("CAST(", " AS int)"),
        ("{", "}"),
        ("EXISTS (SELECT ", ")"),
        ("a -> (", ")"),
        ("CASE ", ""),
        ("a[", "]"),
        ("ROW(", ")"),
        ("(1, ", ")"),
    ];
    let mut texts = Vec::new();
    for n in [30, 60, 480, 5_000, 40_000] {
        texts.extend(chains.iter().map(|chain| select(format!("{}1", chain.repeat(n)))));
        texts.extend(groups.iter().map(|(open, close)| select(format!("{}1{}", open.repeat(n), close.repeat(n)))));
        texts.push(format!("SELECT a FROM {}t{}", "(".repeat(n), ")".repeat(n)));
        texts.push(format!("SELECT a FROM {}t{}", "(SELECT a FROM ".repeat(n), ") x".repeat(n)));
        texts.push(format!("{}SELECT a FROM t{}", "(".repeat(n), ")".repeat(n)));
        texts.push(format!("SELECT a FROM {}t", "t JOIN ".repeat(n)));
        texts.push(format!("SELECT a FROM t{}", " CROSS JOIN t".repeat(n)));
        texts.push(format!("SELECT a FROM t WHERE {}b = ?", "a = ? OR ".repeat(n)));
        texts.push(format!("SELECT a FROM t{}", " x".repeat(n)));
        texts.push(format!("{}SELECT a FROM t", "WITH a AS (".repeat(n)));
        texts.push(format!("SELECT a FROM t{}", " UNION SELECT a, b FROM t".repeat(n)));
    }
    texts.push(format!("SELECT a FROM t{}", " UNION SELECT a FROM t".repeat(200_000)));
    for text in &texts {
        let read = |text: &str| {
            let _ = read_query(text);
            let _ = pdlint::lang::sql::read_ddl(&format!("CREATE VIEW v AS {text}"));
        };
        let ordinary = format!("SELECT a FROM t WHERE b IN ({}1)", "12, ".repeat(text.len() / 4));
        let head: String = text.chars().take(48).collect();
        effort::at_most(20, &head, || read(&ordinary), || read(text));
    }
}

/// Deep but allowed: read, on the thread with the big stack where this one's would not do.
#[test]
fn what_the_limits_allow_is_read() {
    let long = format!("WITH c (mail) AS (SELECT email FROM users) SELECT mail FROM c WHERE {} id = 1", "id = 1 OR ".repeat(200));
    assert!(query(&long).contains("gives mail: users.email"), "{}", query(&long));
    let deep =
        format!("WITH c (mail) AS (SELECT email FROM users) SELECT {}mail{} AS m FROM c", "lower(".repeat(40), ")".repeat(40));
    assert!(query(&deep).contains("gives m: users.email"), "{}", query(&deep));
}

fn shape_of(written: &str) -> TypeShape {
    let text = format!("CREATE TABLE t (c {written} NOT NULL)");
    let steps = read_ddl(&text);
    let SchemaStep::Create { table, .. } = &steps[0] else { panic!("{steps:?}") };
    assert_eq!(table.fields.len(), 1, "{written}");
    table.fields[0].ty.shape.clone()
}

/// Types that only the grammar knows, and names that are nobody's: these are the schema's own.
#[test]
fn the_grammar_knows_types_of_vendors() {
    for (written, shape) in [
        ("HUGEINT", TypeShape::Integer),
        ("UBIGINT", TypeShape::Integer),
        ("UINTEGER", TypeShape::Named(vec!["uinteger".into()], Vec::new())),
        ("BIGDECIMAL(10, 2)", TypeShape::Decimal),
        ("UNION(num INT, str TEXT)", TypeShape::Document),
        ("tsvector", TypeShape::Text),
        ("mood", TypeShape::Named(vec!["mood".into()], Vec::new())),
        ("app.phone", TypeShape::Named(vec!["phone".into()], Vec::new())),
    ] {
        assert_eq!(shape_of(written), shape, "{written}");
    }
}

proptest::proptest! {
    /// Whatever stands where a type should, it is read or left alone.
    #[test]
    fn no_type_breaks_the_reader(written in "[a-zA-Z(<\\[,0-9 '\")>\\]]{0,80}") {
        let _ = read_ddl(&format!("CREATE TABLE t (c {written}, d int)"));
    }

    /// A query of odd pieces is read or left alone.
    #[test]
    fn no_query_breaks_the_reader(text in "(select|insert into t|merge into t|using s|on|values|when matched|then|update|set|delete|from|where|\\(|\\)|,|=|\\?|:a|\\{\\}|x|\\.|\\*| |'|;){0,60}") {
        let _ = read_query(&text);
    }
}
