//! SQL in the strings of code: what is bound goes into columns, what is selected comes out of them.

use crate::flow::{Solved, check};

const SCHEMA: &str = "
//# migrations/001.sql
CREATE TABLE clients (
    id bigint primary key,
    x1 varchar(200), -- e-mail of the client
    email text not null,
    phone varchar(20),
    iin char(12),
    ordinal integer,
    created_at timestamptz
);
COMMENT ON COLUMN clients.x1 IS 'E-mail';
";

/// A program with a table `clients`.
#[track_caller]
fn with_table(program: &str) -> Solved {
    check(&format!("{SCHEMA}\n//# src/main.rs\n{program}"))
}

/// Line and column of everything stored.
fn stored(solved: &Solved) -> Vec<String> {
    let mut all: Vec<String> = solved
        .flows
        .flows
        .iter()
        .filter(|flow| flow.sink.as_str() == "storage")
        .map(|flow| flow.column.map_or_else(|| "?".to_owned(), |column| column.to_string()))
        .collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn sqlx_binds_and_rows() {
    let solved = with_table(
        r#"
async fn f(db: &sqlx::PgPool, a: &str, b: i64) -> sqlx::Result<()> {
    let row = sqlx::query("SELECT id, x1, iin AS code FROM clients WHERE id = $1").bind(b).fetch_one(db).await?;
    let first: String = row.get("x1");
    println!("{first}"); // expect: log user.contact.email
    let second: String = row.try_get(2)?;
    println!("{second}"); // expect: log user.government_id.iin
    let third: i64 = row.get(0);
    println!("{third}");
    for row in sqlx::query("SELECT phone AS z, ordinal AS email FROM clients").fetch_all(db).await? {
        println!("{}", row.get::<String, _>("z")); // expect: log user.contact.phone_number
        println!("{}", row.get::<i32, _>("email"));
    }
    let value: String = sqlx::query_scalar("SELECT x1 FROM clients LIMIT 1").fetch_one(db).await?;
    println!("{value}"); // expect: log user.contact.email
    let email: i64 = sqlx::query_scalar("SELECT count(*) FROM clients").fetch_one(db).await?;
    println!("{email}");
    Ok(())
}

async fn g(db: &sqlx::PgPool, user: User) -> sqlx::Result<()> {
    sqlx::query("INSERT INTO clients (x1, phone, ordinal) VALUES ($1, $2, $3)")
        .bind(&user.email)
        .bind(user.phone)
        .bind(1)
        .execute(db) // expect: storage user.contact.email // expect: storage user.contact.phone_number
        .await?;
    sqlx::query("SELECT id FROM clients WHERE x1 = $1").bind(&user.email).fetch_one(db).await?;
    sqlx::query!("UPDATE clients SET ordinal = $2 WHERE email = $1", user.email, 5).execute(db).await?;
    Ok(())
}
struct User { email: String, phone: String }
"#,
    );
    assert_eq!(stored(&solved), ["clients.phone", "clients.x1"]);
}

#[test]
fn rows_of_declared_types_and_tuples_carry_what_was_selected_into_them() {
    with_table(
        r#"
#[derive(sqlx::FromRow)]
struct Line { a: String, b: i32 }
async fn f(db: &sqlx::PgPool) -> sqlx::Result<()> {
    let line = sqlx::query_as::<_, Line>("SELECT x1 AS a, ordinal AS b FROM clients").fetch_one(db).await?;
    println!("{}", line.b);
    println!("{}", line.a); // expect: log user.contact.email
    let lines: Vec<Line> = sqlx::query_as!(Line, "SELECT iin AS a, ordinal AS b FROM clients").fetch_all(db).await?;
    for line in &lines {
        println!("{}", line.b);
        println!("{}", line.a); // expect: log user.government_id.iin
    }
    let (one, two) = sqlx::query_as::<_, (String, i32)>("SELECT phone, ordinal FROM clients").fetch_one(db).await?;
    println!("{two}");
    println!("{one}"); // expect: log user.contact.phone_number
    Ok(())
}
"#,
    );
}

#[test]
fn everything_selected_is_every_column_of_the_table() {
    with_table(
        r#"
async fn f(db: &sqlx::PgPool) -> sqlx::Result<()> {
    let row = sqlx::query("SELECT c.*, 1 AS one FROM clients c JOIN others o ON o.id = c.id").fetch_one(db).await?;
    println!("{}", row.get::<String, _>("x1")); // expect: log user.contact.email
    println!("{}", row.get::<String, _>(4)); // expect: log user.government_id.iin
    println!("{}", row.get::<i64, _>("ordinal"));
    println!("{}", row.get::<i64, _>("one"));
    println!("{:?}", row); // expect: log user.contact.email user.contact.phone_number user.government_id.iin
    Ok(())
}
"#,
    );
}

#[test]
fn rusqlite_takes_lists_names_and_closures() {
    let solved = with_table(
        r#"
use rusqlite::{params, named_params, Connection};
struct User { email: String, phone: String }
fn f(db: &Connection, user: &User) -> rusqlite::Result<()> {
    db.execute("INSERT INTO clients (id, x1) VALUES (?1, ?2)", params![1, user.email])?; // expect: storage user.contact.email
    db.execute("UPDATE clients SET phone = :tel WHERE x1 = :mail", named_params! { ":mail": user.email, ":tel": user.phone })?; // expect: storage user.contact.phone_number
    db.execute("UPDATE clients SET ordinal = ?2 WHERE x1 = ?1", (&user.email, 7))?;
    db.execute("UPDATE clients SET iin = ?2 WHERE id = ?1", [&user.phone, &user.email])?; // expect: storage user.contact.email
    let found = db.query_row("SELECT x1, ordinal FROM clients WHERE id = ?1", [1], |row| row.get::<_, String>(0))?;
    println!("{found}"); // expect: log user.contact.email
    let count = db.query_row("SELECT x1, ordinal FROM clients WHERE id = ?1", [1], |row| row.get::<_, i64>(1))?;
    println!("{count}");
    let mut statement = db.prepare("SELECT iin, phone FROM clients WHERE x1 = ?")?;
    let rows = statement.query_map(params![user.email], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for row in rows {
        let (left, right): (String, String) = row?;
        println!("{left}"); // expect: log user.government_id.iin
        println!("{right}"); // expect: log user.contact.phone_number
    }
    let mut insert = db.prepare("INSERT INTO clients (id, phone) VALUES (?, ?)")?;
    insert.execute(params![5, user.phone])?; // expect: storage user.contact.phone_number
    Ok(())
}
"#,
    );
    assert_eq!(stored(&solved), ["clients.iin", "clients.phone", "clients.x1"]);
}

#[test]
fn postgres_and_mysql_take_values_beside_the_statement() {
    let solved = with_table(
        r#"
struct User { email: String, phone: String }
async fn f(client: &tokio_postgres::Client, user: &User) -> Result<(), Error> {
    client.execute("INSERT INTO clients (x1, ordinal) VALUES ($1, $2)", &[&user.email, &3]).await?; // expect: storage user.contact.email
    let rows = client.query("SELECT x1, ordinal FROM clients WHERE phone = $1", &[&user.phone]).await?;
    for row in &rows {
        let one: &str = row.get(0);
        println!("{one}"); // expect: log user.contact.email
        let two: i32 = row.get("ordinal");
        println!("{two}");
    }
    let statement = client.prepare("UPDATE clients SET phone = $1 WHERE id = $2").await?;
    client.execute(&statement, &[&user.phone, &1i64]).await?; // expect: storage user.contact.phone_number
    Ok(())
}
fn g(conn: &mut mysql::Conn, user: &User) {
    conn.exec_drop("INSERT INTO clients (x1, phone) VALUES (:mail, :tel)", params! { "mail" => &user.email, "tel" => &user.phone }); // expect: storage user.contact.email // expect: storage user.contact.phone_number
    let all = conn.exec_map("SELECT iin, ordinal FROM clients", (), |(a, b): (String, u32)| a);
    println!("{:?}", all); // expect: log user.government_id.iin
}
"#,
    );
    assert_eq!(stored(&solved), ["clients.phone", "clients.x1"]);
}

#[test]
fn statements_of_several_pieces() {
    let solved = with_table(
        r#"
mod names { pub const COLUMNS: &str = "x1, phone"; pub const FIND: &str = "SELECT x1 AS a \
    FROM clients"; }
struct User { email: String, phone: String }
async fn f(db: &sqlx::PgPool, user: &User, prefix: &str) -> sqlx::Result<()> {
    let sql = format!("INSERT INTO {prefix}clients ({}) VALUES ($1, $2)", names::COLUMNS);
    sqlx::query(&sql).bind(&user.email).bind(&user.phone).execute(db).await?; // expect: storage user.contact.email // expect: storage user.contact.phone_number
    let row = sqlx::query(names::FIND).fetch_one(db).await?;
    println!("{}", row.get::<String, _>("a")); // expect: log user.contact.email
    let row = sqlx::query(concat!("SELECT iin AS b ", "FROM clients")).fetch_one(db).await?;
    println!("{}", row.get::<String, _>("b")); // expect: log user.government_id.iin
    let mut text = String::from("SELECT phone AS c FROM clients");
    text.push_str(" WHERE id = ");
    text += "1";
    let row = sqlx::query(&text).fetch_one(db).await?;
    println!("{}", row.get::<String, _>("c")); // expect: log user.contact.phone_number
    let mut builder = sqlx::QueryBuilder::new("UPDATE clients SET ");
    builder.push("x1 = ").push_bind(&user.email);
    builder.push(" WHERE id = ");
    builder.push_bind(1);
    builder.build().execute(db).await?; // expect: storage user.contact.email
    let mut many = sqlx::QueryBuilder::new("INSERT INTO clients (id, x1) ");
    many.push_values(users(), |mut row, user: User| { row.push_bind(1).push_bind(user.email); });
    many.build().execute(db).await?; // expect: storage user.contact.email
    Ok(())
}
"#,
    );
    assert_eq!(stored(&solved), ["clients.x1", "{}clients.phone", "{}clients.x1"]);
}

#[test]
fn other_ways_to_run_a_statement() {
    with_table(
        r#"
struct User { email: String, phone: String }
async fn f(db: &DatabaseConnection, conn: &mut PgConnection, user: &User) {
    let insert = sea_orm::Statement::from_sql_and_values(Backend::Postgres, "INSERT INTO clients (x1, id) VALUES ($1, $2)", [user.email.into(), 1.into()]);
    db.execute(insert).await; // expect: storage user.contact.email
    diesel::sql_query("UPDATE clients SET phone = $1 WHERE x1 = $2").bind::<Text, _>(&user.phone).bind::<Text, _>(&user.email).execute(conn); // expect: storage user.contact.phone_number
    conn.execute(sqlx::query("UPDATE clients SET x1 = $1").bind(&user.email)).await; // expect: storage user.contact.email
}
"#,
    );
}

#[test]
fn what_is_no_statement_runs_nothing() {
    with_table(
        r#"
struct User { email: String }
fn f(runner: &Runner, user: &User) {
    runner.execute("Select a client from the list", &[&user.email]);
    runner.query("update your settings", &[&user.email]);
    let row = table.row(3);
    let ordinal: i64 = row.get("ordinal");
    println!("{ordinal}");
}
"#,
    );
}

#[test]
fn columns_of_a_query_builder_are_assigned() {
    let solved = with_table(
        r#"
use diesel::prelude::*;
use crate::schema::clients;
use crate::schema::clients::dsl::*;
struct User { email: String, phone: String, ordinal: i32 }
#[derive(Insertable)]
struct NewClient { phone: String, ordinal: i32 }
fn f(conn: &mut PgConnection, user: &User, new: &NewClient) {
    diesel::insert_into(clients::table).values((x1.eq(&user.email), ordinal.eq(5))).execute(conn); // expect: storage user.contact.email
    diesel::insert_into(clients::table).values(new).execute(conn); // expect: storage user.contact.phone_number
    diesel::update(clients::table).set(clients::iin.eq(&user.phone)).execute(conn); // expect: storage user.contact.phone_number
    let found = clients::table.filter(x1.eq(&user.email)).first(conn);
    println!("{:?}", found);
    println!("{}", user.email.eq(&new.phone));
}
"#,
    );
    assert_eq!(stored(&solved), ["clients.iin", "clients.phone", "clients.x1"]);
}
