//! Queries in strings of code: what they give, and which columns placeholders go into.

use std::fmt::Write as _;

use pdlint::ir::schema::ColumnRef;
use pdlint::lang::sql::read_query;

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
            bind.position,
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

/// Every string of a program is looked at: a million ordinary ones take no time worth naming.
#[test]
fn ordinary_strings_are_rejected_at_once() {
    let start = std::time::Instant::now();
    for _ in 0..100_000 {
        assert!(read_query("could not open the file: no such file or directory").is_none());
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(5));
}
