//! What each stage costs, on made-up programs and schemas of a given size. Compare the ratios within one run.
//!
//! `cargo bench` runs all; `cargo bench -- lower` one group. For instruction counts that do not depend on the machine's mood:
//! `valgrind --tool=callgrind target/release/deps/stages-* --bench lower`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a benchmark is no library")]

use std::fmt::Write as _;
use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use pdlint::catalog::Catalog;
use pdlint::classify::{Classifier, NamedValue};
use pdlint::facts::{FileFacts, extract};
use pdlint::flow::{Perimeter, solve};
use pdlint::index::Symbol;
use pdlint::lang::{Frontend, Input, frontend_named};
use pdlint::link::{Program, Schema};
use pdlint::output::{FORMATS, Style, View};
use pdlint::session::{Session, SessionOptions};
use pdlint::source::SourceFile;

fn main() {
    divan::main();
}

/// A module of a made-up service: a record, a helper that logs, a client call, a chain of callers.
fn module(number: usize) -> String {
    format!(
        r#"
use tracing::info;

/// A client of the service.
#[derive(Debug, Clone)]
pub struct Client{number} {{
    pub id: i64,
    pub iin: String,
    pub email: Option<String>,
    pub phone: String,
    pub visits: u32,
}}

pub struct Gateway{number} {{
    http: reqwest::Client,
    base_url: String,
}}

impl Gateway{number} {{
    pub fn new() -> Self {{
        Self {{ http: reqwest::Client::new(), base_url: "https://gateway{number}.test.kz".to_owned() }}
    }}

    pub async fn send(&self, client: &Client{number}, text: &str) -> Result<(), reqwest::Error> {{
        let url = format!("{{}}/v1/send", self.base_url);
        self.http.post(url).json(&serde_json::json!({{ "to": client.phone, "text": text }})).send().await?;
        Ok(())
    }}
}}

fn describe{number}(client: &Client{number}) -> String {{
    let contact = client.email.clone().unwrap_or_else(|| client.phone.clone());
    format!("{{}} ({{contact}})", client.id)
}}

fn note{number}(text: &str) {{
    info!("{{text}}");
}}

pub async fn handle{number}(gateway: &Gateway{number}, clients: Vec<Client{number}>) -> Result<usize, reqwest::Error> {{
    let mut sent = 0;
    for client in clients.iter().filter(|client| client.visits > 3) {{
        note{number}(&describe{number}(client));
        if client.visits % 2 == 0 {{
            gateway.send(client, "hello").await?;
            sent += 1;
        }}
    }}
    Ok(sent)
}}
"#
    )
}

fn program_text(modules: usize) -> String {
    (0..modules).map(module).collect()
}

fn schema_text(tables: usize) -> String {
    let mut text = String::new();
    for number in 0..tables {
        writeln!(
            text,
            "CREATE TABLE client_{number} (\n    id bigserial PRIMARY KEY,\n    iin char(12) NOT NULL,\n    email varchar(255),\n    \
             phone text,\n    created_at timestamptz NOT NULL DEFAULT now(),\n    status smallint\n);\n\
             COMMENT ON COLUMN client_{number}.iin IS 'identification number';"
        )
        .expect("writing to a string");
    }
    text
}

fn frontend(name: &str) -> &'static dyn Frontend {
    frontend_named(name).expect("a registered front end")
}

/// Parsing alone: what lowering is held against.
#[divan::bench(args = [20, 200])]
fn parse_rust(bencher: Bencher, modules: usize) {
    let text = program_text(modules);
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&tree_sitter_rust::LANGUAGE.into()).expect("the grammar fits");
        parser.parse(black_box(text.as_str()), None)
    });
}

#[divan::bench(args = [20, 200])]
fn lower_rust(bencher: Bencher, modules: usize) {
    let text = program_text(modules);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| frontend("rust").lower(&Input { path: "src/lib.rs", text: black_box(&text) }));
}

#[divan::bench(args = [100, 10_000])]
fn lower_sql(bencher: Bencher, tables: usize) {
    let text = schema_text(tables);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| frontend("sql").lower(&Input { path: "schema.sql", text: black_box(&text) }));
}

/// How a dump holds its rows.
#[derive(Debug, Clone, Copy)]
enum Dump {
    /// `mysqldump`: a thousand rows to a statement.
    Extended,
    /// `pg_dump --inserts`: a statement to each row.
    Inserts,
    /// `pg_dump`.
    Copy,
    /// Pictures and documents as strings and hexadecimal numbers.
    Blobs,
}

/// A made-up dump of so many rows.
fn dump_text(dump: Dump, rows: usize) -> String {
    let mut text = String::from("CREATE TABLE users (id int, name text, email text, phone text, login text, note text);\n");
    if matches!(dump, Dump::Copy) {
        text.push_str("COPY users (id, name, email, phone, login, note) FROM stdin;\n");
    }
    for number in 0..rows {
        let values = format!(
            "({number}, 'Person {number}', 'person.no{number}@mail.test', '+7701{number:07}', 'login{number}', 'some words, it\'\'s a note')"
        );
        match dump {
            Dump::Extended => {
                text.push_str(if number % 1000 == 0 { "INSERT INTO `users` VALUES " } else { "," });
                text.push_str(&values);
                text.push_str(if number % 1000 == 999 || number + 1 == rows { ";\n" } else { "" });
            }
            Dump::Inserts => {
                writeln!(text, "INSERT INTO public.users (id, name, email, phone, login, note) VALUES {values};")
                    .expect("writing to a string");
            }
            Dump::Copy => {
                text.push_str(&values[1..values.len() - 1].replace(", ", "\t").replace('\'', ""));
                text.push('\n');
            }
            Dump::Blobs => {
                let (bytes, hexadecimal) = ("\\0\\'abc(;".repeat(200), "ab12".repeat(500));
                writeln!(text, "INSERT INTO `users` VALUES ({number}, _binary '{bytes}', 0x{hexadecimal});")
                    .expect("writing to a string");
            }
        }
    }
    if matches!(dump, Dump::Copy) {
        text.push_str("\\.\n");
    }
    text
}

#[divan::bench(args = [Dump::Extended, Dump::Inserts, Dump::Copy, Dump::Blobs])]
fn lower_dump(bencher: Bencher, dump: Dump) {
    let text = dump_text(dump, if matches!(dump, Dump::Blobs) { 2000 } else { 100_000 });
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| frontend("sql").lower(&Input { path: "dump.sql", text: black_box(&text) }));
}

/// With what the values are judged to be.
#[divan::bench(args = [Dump::Extended, Dump::Copy])]
fn facts_of_dump(bencher: Bencher, dump: Dump) {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    let text = dump_text(dump, 100_000);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench_local(|| extract::extract(&catalog, frontend("sql"), &Input { path: "dump.sql", text: black_box(&text) }));
}

/// The built-in rules are kept once loaded; a further folder, though it is empty, makes them load anew.
#[divan::bench]
fn load_catalog(bencher: Bencher) {
    let empty = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-rules");
    std::fs::create_dir_all(&empty).expect("the folder for tests is writable");
    bencher.bench_local(|| Catalog::load(std::slice::from_ref(&empty)).expect("the built-in rules load"));
}

#[divan::bench]
fn classify_names(bencher: Bencher) {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    let classifier = Classifier::new(&catalog);
    let names =
        ["client_iin", "email", "isEmailVerified", "created_at", "shippingAddress", "user_name", "retry_count", "telefon"];
    bencher.counter(ItemsCount::new(names.len())).bench_local(|| {
        for name in names {
            black_box(classifier.named_value(&NamedValue { name, container: Some("client"), ty: None, bare: false }));
        }
    });
}

fn facts_of(catalog: &Catalog, modules: usize) -> (Vec<SourceFile>, Vec<Arc<FileFacts>>) {
    (0..modules)
        .map(|number| {
            let (path, text) = (format!("src/m{number:05}.rs"), module(number));
            let facts = extract::extract(catalog, frontend("rust"), &Input { path: &path, text: &text });
            (SourceFile::new(&path, text, Symbol::new("rust"), false), Arc::new(facts))
        })
        .unzip()
}

#[divan::bench(args = [20, 200])]
fn link_and_solve(bencher: Bencher, modules: usize) {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    let (sources, facts) = facts_of(&catalog, modules);
    let functions: usize = facts.iter().map(|fact| fact.unit.functions.len()).sum();
    bencher.counter(ItemsCount::new(functions)).bench_local(|| {
        let schema = Schema::fold(&catalog, &sources, &facts);
        let program = Program::new(&catalog, &sources, &facts, &schema);
        solve(&catalog, &program, &Perimeter::default())
    });
}

/// The whole main job on the shipped fixture, and each format of its report.
#[divan::bench]
fn check_fixture(bencher: Bencher) {
    let session = open_fixture();
    bencher.bench_local(|| session.analyze());
}

#[divan::bench(args = ["human", "json", "sarif", "markdown"])]
fn render(bencher: Bencher, format: &str) {
    let session = open_fixture();
    let analysis = session.analyze();
    let format = FORMATS.iter().find(|one| one.name() == format).expect("a registered format");
    bencher.bench_local(|| {
        let mut out = Vec::new();
        format.write(&analysis.report, session.catalog(), View::Check, Style::default(), &mut out).expect("writing to memory");
        out
    });
}

fn open_fixture() -> Session {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/idocument");
    Session::open(SessionOptions { paths: vec![root.into()], use_policy: true, threads: Some(1), ..SessionOptions::default() })
        .expect("the fixture opens")
}
