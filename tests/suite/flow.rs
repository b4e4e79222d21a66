//! Programs as documentation: each says in comments what leaves where. A missing and an extra flow fail alike.
//!
//! `// expect: SINK CATEGORY ... [-> RECIPIENT]` stands on the line of the call. Further files of a program start with
//! `//# path`; a program without such a line is one file, `src/main.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pdlint::catalog::Catalog;
use pdlint::catalog::model::Effects;
use pdlint::facts::extract::extract;
use pdlint::flow::{Channel, Endpoint, Flows, Perimeter, solve};
use pdlint::index::Symbol;
use pdlint::lang::{FileName, Input, frontend_for};
use pdlint::link::{Program, Schema};
use pdlint::source::SourceFile;

fn files(program: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in program.lines() {
        match line.trim().strip_prefix("//# ") {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => {
                if files.is_empty() {
                    files.push(("src/main.rs".to_owned(), String::new()));
                }
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    files.sort();
    files
}

pub(crate) struct Solved {
    pub(crate) sources: Vec<SourceFile>,
    pub(crate) flows: Flows,
    catalog: Arc<Catalog>,
}

fn solved(program: &str) -> Solved {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    let mut sources = Vec::new();
    let mut facts = Vec::new();
    for (path, text) in files(program) {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let extension = name.rsplit('.').next().unwrap_or_default();
        let frontend = frontend_for(&FileName { name, extension, interpreter: "" }).expect("a front end claims the file");
        facts.push(Arc::new(extract(&catalog, frontend, &Input { path: &path, text: &text })));
        sources.push(SourceFile::new(&path, text, Symbol::new(frontend.name()), false));
    }
    let schema = Schema::fold(&catalog, &sources, &facts);
    let linked = Program::new(&catalog, &sources, &facts, &schema);
    let perimeter = Perimeter { internal_hosts: vec!["idocument.kz".to_owned()] };
    let flows = solve(&catalog, &linked, &perimeter);
    Solved { sources, flows, catalog }
}

impl Solved {
    /// Flows by file and line: `sink categories -> recipient`.
    fn found(&self) -> BTreeMap<(String, u32), BTreeSet<String>> {
        let mut found: BTreeMap<(String, u32), BTreeSet<String>> = BTreeMap::new();
        for flow in &self.flows.flows {
            let source = &self.sources[flow.site.file.index()];
            let line = source.line_column(flow.site.span.start).line;
            let mut categories: Vec<&str> =
                flow.carried.iter().map(|carried| self.catalog.categories.name(carried.category)).collect();
            categories.dedup();
            let to = match &flow.endpoint {
                Endpoint::None | Endpoint::Unknown => String::new(),
                Endpoint::Recipient(id, _) => {
                    format!(" -> {}", self.catalog.recipients.get(*id).map_or("?", |one| one.id.as_str()))
                }
                Endpoint::Host(host) => format!(" -> {host}"),
                Endpoint::Generic(name) => format!(" -> {name}"),
            };
            let text = format!("{} {}{to}", flow.sink.as_str(), categories.join(" "));
            found.entry((source.path.as_str().to_owned(), line)).or_default().insert(text);
        }
        found
    }
}

#[track_caller]
pub(crate) fn check(program: &str) -> Solved {
    let solved = solved(program);
    let mut expected: BTreeMap<(String, u32), BTreeSet<String>> = BTreeMap::new();
    for (path, text) in files(program) {
        for (line, number) in text.lines().zip(1u32..) {
            for wanted in line.split("expect: ").skip(1) {
                let wanted = wanted.trim_end_matches(['/', ' ']).trim().to_owned();
                expected.entry((path.clone(), number)).or_default().insert(wanted);
            }
        }
    }
    let found = solved.found();
    assert_eq!(found, expected, "flows found (left) and expected (right)");
    solved
}

const USER: &str = "
pub struct User { pub id: u64, pub email: String, pub phone_number: String, pub iin: String, pub active: bool }
";

/// A program that knows `User`.
#[track_caller]
fn with_user(program: &str) -> Solved {
    check(&format!("{USER}{program}"))
}

#[test]
fn a_declared_field_is_a_source_and_standard_output_a_log() {
    with_user(
        r#"
fn f(user: &User) {
    println!("{}", user.email); // expect: log user.contact.email
    println!("{}", user.active);
    println!("sent an email to somebody");
}
"#,
    );
}

#[test]
fn a_macro_that_an_import_renames_is_that_macro() {
    check(
        r#"
//# src/main.rs
use tracing::warn as complain;
use crate::say::{note, tell as remark};
mod say;
pub struct User { pub email: String }
fn f(user: &User) {
    complain!("{}", user.email); // expect: log user.contact.email
    note!(user.email); // expect: log user.contact.email
    remark!(user.email); // expect: log user.contact.email
}
//# src/say.rs
macro_rules! note { ($what:expr) => { println!("{}", $what) } }
macro_rules! tell { ($what:expr) => { println!("{}", $what) } }
"#,
    );
}

#[test]
fn every_log_of_a_long_function_is_found() {
    let lines = "    println!(\"{}\", user.email); // expect: log user.contact.email\n".repeat(150);
    let solved = with_user(&format!("fn f(user: &User) {{\n{lines}}}\n"));
    assert!(solved.flows.limits_hit.is_empty());
}

#[test]
fn a_function_with_more_parameters_than_a_byte_counts_is_followed_as_far_as_it_goes() {
    let parameters: String = (0..300).map(|at| format!("p{at}: &User, ")).collect();
    with_user(&format!(
        "fn f({parameters}) {{\n    println!(\"{{}}\", p0.email); // expect: log user.contact.email\n    println!(\"{{}}\", p299.iin); // expect: log user.government_id.iin\n}}\n"
    ));
}

#[test]
fn tuples_named_in_tuples_cost_no_more_than_they_are_long() {
    let mut program = String::from("type T0 = (User, User);\n");
    for at in 1..8 {
        program.push_str(&format!("type T{at} = ({});\n", format!("T{}, ", at - 1).repeat(100)));
    }
    with_user(&format!("{program}fn f(all: T7) {{ let more: T7 = all; }}\n"));
}

#[test]
fn a_call_that_may_go_to_either_of_two_recipients_goes_to_both() {
    with_user(
        r#"
async fn f(client: &reqwest::Client, user: &User, local: bool) {
    let url = if local { "https://smsc.kz/sys/send.php" } else { "https://api.twilio.com/2010-04-01" };
    client.post(url).json(&user.phone_number).send().await; // expect: sms user.contact.phone_number -> kz-smsc expect: sms user.contact.phone_number -> twilio
}
"#,
    );
}

#[test]
fn an_internal_default_in_clear_text_says_nothing_of_the_address_that_is_set() {
    let solved = with_user(
        r#"
async fn f(client: &reqwest::Client, user: &User, local: bool) {
    let url = if local { "http://localhost:8080/send" } else { "https://smsc.kz/sys/send.php" };
    client.post(url).json(&user.phone_number).send().await; // expect: sms user.contact.phone_number -> kz-smsc
}
"#,
    );
    assert_eq!(solved.flows.flows.iter().map(|flow| flow.cleartext).collect::<Vec<_>>(), [Some(false)]);
}

#[test]
fn a_host_of_which_only_the_top_level_domain_is_known_is_not_the_operators() {
    with_user(
        r#"
async fn f(client: &reqwest::Client, user: &User, company: &str) {
    client.post(format!("https://{company}.kz/leads")).json(&user.iin).send().await; // expect: network user.government_id.iin
}
"#,
    );
}

#[test]
fn inline_captures_and_key_values_are_carried() {
    with_user(
        r#"
fn f(user: &User) {
    let address = &user.email;
    tracing::info!("to {address}"); // expect: log user.contact.email
    tracing::info!(email = %user.email, "registered"); // expect: log user.contact.email
    tracing::info!(active = user.active, "registered");
}
"#,
    );
}

#[test]
fn lengths_and_comparisons_tell_nothing() {
    with_user(
        r#"
fn f(user: &User, other: &User) {
    println!("{}", user.email.len());
    println!("{}", user.email == other.email);
    println!("{}", user.email.contains('@'));
    let email = user.email.is_empty();
    println!("{email}");
}
"#,
    );
}

#[test]
fn a_log_through_a_wrapper_stands_where_the_wrapper_is_called() {
    with_user(
        r#"
fn note(text: &str) { log::info!("note: {text}"); }
fn twice(line: &str) { note(line); }
fn f(user: &User) {
    note(&user.email); // expect: log user.contact.email
    note("nothing");
    twice(&format!("for {}", user.iin)); // expect: log user.government_id.iin
}
"#,
    );
}

#[test]
fn a_log_through_a_macro_of_the_program_stands_where_it_is_used() {
    with_user(
        r#"
macro_rules! fail {
    ($message:expr) => {{ let message = $message; log::error!("{message}"); return; }};
}
fn f(user: &User) {
    fail!(format!("no such user: {}", user.email)) // expect: log user.contact.email
}
fn g() { fail!("constant") }
"#,
    );
}

#[test]
fn a_function_that_chooses_what_to_log_is_no_wrapper() {
    with_user(
        r#"
fn report(user: &User) {
    log::info!("{}", user.email); // expect: log user.contact.email
}
fn f(user: &User) { report(user); }
"#,
    );
}

#[test]
fn results_of_functions_carry_what_they_return() {
    with_user(
        r#"
fn address(user: &User) -> String { format!("<{}>", user.email) }
fn first(a: String, b: String) -> String { let _ = b; a }
fn f(user: &User) {
    println!("{}", address(user)); // expect: log user.contact.email
    println!("{}", first("x".to_owned(), user.email.clone()));
    println!("{}", first(user.email.clone(), "x".to_owned())); // expect: log user.contact.email
}
"#,
    );
}

#[test]
fn fields_are_told_apart() {
    with_user(
        r#"
struct Parcel { to: String, colour: String }
fn f(user: &User) {
    let parcel = Parcel { to: user.email.clone(), colour: "blue".to_owned() };
    println!("{}", parcel.colour);
    println!("{}", parcel.to); // expect: log user.contact.email
}
"#,
    );
}

#[test]
fn a_whole_object_carries_its_declared_fields() {
    check(
        r#"
#[derive(Debug)]
struct Person { first_name: String, email: String }
fn f(person: &Person) {
    println!("{person:?}"); // expect: log user.contact.email user.name.first
}
"#,
    );
}

#[test]
fn an_own_formatter_decides_what_is_shown() {
    check(
        r#"
struct Person { first_name: String, email: String }
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "Person") }
}
struct Contact { email: String, note: u8 }
impl std::fmt::Display for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{}", self.email) }
}
fn f(person: &Person, contact: &Contact) {
    println!("{person:?}");
    println!("{contact}"); // expect: log user.contact.email
}
"#,
    );
}

#[test]
fn skipped_fields_are_not_serialised() {
    check(
        r#"
#[derive(serde::Serialize)]
struct Person { first_name: String, #[serde(skip)] email: String }
async fn f(person: &Person) {
    let http = reqwest::Client::new();
    http.post("https://crm.example.org/people").json(person).send().await; // expect: third-party user.name.first -> crm.example.org
}
"#,
    );
}

#[test]
fn closures_get_elements_and_give_results() {
    with_user(
        r#"
fn f(users: &[User]) {
    users.iter().for_each(|user| println!("{}", user.email)); // expect: log user.contact.email
    let all: Vec<String> = users.iter().map(|one| one.email.clone()).collect();
    println!("{}", all.join(", ")); // expect: log user.contact.email
    println!("{}", users.iter().filter(|one| one.email.is_empty()).count());
    for user in users {
        println!("{}", user.iin); // expect: log user.government_id.iin
    }
}
"#,
    );
}

#[test]
fn a_closure_given_to_a_function_of_the_program_runs_with_what_it_gives() {
    with_user(
        r#"
fn each(users: &[User], run: impl Fn(&User)) { for user in users { run(user); } }
fn f(users: &[User]) {
    each(users, |one| println!("{}", one.email)); // expect: log user.contact.email
}
"#,
    );
}

#[test]
fn what_is_written_after_the_sink_does_not_count() {
    with_user(
        r#"
fn f(user: &User) {
    let mut line = String::new();
    println!("{line}");
    line.push_str(&user.email);
    println!("{line}"); // expect: log user.contact.email
    line = String::new();
    println!("{line}");
}
"#,
    );
}

#[test]
fn arms_join_and_left_arms_do_not() {
    with_user(
        r#"
fn f(user: &User, full: bool) {
    let shown = if full { user.email.clone() } else { "hidden".to_owned() };
    println!("{shown}"); // expect: log user.contact.email
    let mut other = String::new();
    if full { other = user.email.clone(); return; }
    println!("{other}");
}
"#,
    );
}

#[test]
fn writing_into_a_parameter_reaches_the_caller() {
    with_user(
        r#"
fn fill(line: &mut String, user: &User) { line.push_str(&user.email); }
fn f(user: &User) {
    let mut line = String::new();
    fill(&mut line, user);
    println!("{line}"); // expect: log user.contact.email
}
"#,
    );
}

#[test]
fn errors_carry_nothing() {
    with_user(
        r#"
fn f(user: &User) {
    match send(&user.email) {
        Ok(_) => println!("sent"),
        Err(e) => println!("not sent: {e}"),
    }
}
"#,
    );
}

#[test]
fn constant_keys_of_maps_are_told_apart() {
    with_user(
        r#"
use std::collections::HashMap;
fn f(user: &User) {
    let mut form = HashMap::new();
    form.insert("to", user.email.clone());
    form.insert("grant", "password".to_owned());
    println!("{:?}", form.get("grant"));
    println!("{:?}", form.get("to")); // expect: log user.contact.email
}
"#,
    );
}

#[test]
fn recursion_ends() {
    with_user(
        r#"
fn a(text: &str, left: u8) { if left > 0 { b(text, left - 1); } else { println!("{text}"); } }
fn b(text: &str, left: u8) { a(text, left); }
fn f(user: &User) { a(&user.email, 3); } // expect: log user.contact.email
"#,
    );
}

#[test]
fn a_request_goes_to_the_host_of_its_address() {
    let solved = with_user(
        r#"
const BASE: &str = "https://api.sms.example.org";
async fn send(url: &str, body: String) -> Result<(), reqwest::Error> {
    reqwest::Client::new().post(url).body(body).send().await?; // expect: third-party user.contact.phone_number -> api.sms.example.org
    Ok(())
}
async fn f(user: &User) {
    send(&format!("{BASE}/v1/send"), user.phone_number.clone()).await;
}
"#,
    );
    let flow = &solved.flows.flows[0];
    let steps: Vec<&str> = flow.carried[0].witness.iter().map(|step| step.what.as_str()).collect();
    assert_eq!(
        steps,
        ["read from User.phone_number", "passed to send() as body", "leaves through reqwest::RequestBuilder::send"]
    );
    assert_eq!(flow.cleartext, Some(false));
}

#[test]
fn the_base_address_comes_from_the_constructor() {
    check(
        r#"
//# src/client.rs
pub struct Gateway { base_url: String, http: reqwest::Client }
impl Gateway {
    pub fn new(base_url: &str) -> Self { Self { base_url: base_url.to_owned(), http: reqwest::Client::new() } }
    pub async fn send(&self, text: &str) {
        self.http.get(format!("{}/send", self.base_url)).query(&[("text", text)]).send().await; // expect: third-party user.contact.email -> gateway.example.net
    }
}
//# src/main.rs
mod client;
use client::Gateway;
struct User { email: String }
async fn f(user: &User) {
    let gateway = Gateway::new("http://gateway.example.net");
    gateway.send(&user.email).await;
}
"#,
    );
}

#[test]
fn defaults_of_settings_give_the_host() {
    with_user(
        r#"
async fn f(user: &User) {
    let base = std::env::var("CRM_URL").unwrap_or_else(|_| "https://crm.example.org".into());
    let url = url::Url::parse(&base).unwrap().join("/contacts").unwrap();
    reqwest::Client::new().post(url).json(&user.email).send().await; // expect: third-party user.contact.email -> crm.example.org
}
"#,
    );
}

#[test]
fn the_operators_own_hosts_receive_nothing_from_it() {
    with_user(
        r#"
async fn f(user: &User) {
    let http = reqwest::Client::new();
    http.post("https://internal.idocument.kz/x").json(&user.email).send().await;
    http.post("http://localhost:8080/x").json(&user.email).send().await;
    http.post("http://notidocument.kz/x").json(&user.email).send().await; // expect: third-party user.contact.email -> notidocument.kz
}
"#,
    );
}

#[test]
fn a_value_in_the_address_is_told_from_one_in_the_body() {
    let solved = with_user(
        r#"
async fn f(user: &User) {
    let url = format!("https://api.example.org/people/{}", user.iin);
    reqwest::get(url).await; // expect: third-party user.government_id.iin -> api.example.org
}
"#,
    );
    assert_eq!(solved.flows.flows[0].carried[0].channel, Channel::Url);
}

#[test]
fn hashes_and_masks_leave_their_mark() {
    let solved = with_user(
        r#"
use sha2::{Digest, Sha256};
fn mask_iin(iin: &str) -> String { format!("{}****", &iin[..4]) }
fn f(user: &User) {
    println!("{:x}", Sha256::digest(user.email.as_bytes())); // expect: log user.contact.email
    println!("{}", mask_iin(&user.iin)); // expect: log user.government_id.iin
}
"#,
    );
    let effects: Vec<Effects> = solved.flows.flows.iter().map(|flow| flow.carried[0].effects).collect();
    assert_eq!(effects, [Effects::PSEUDONYMISED, Effects::MASKED]);
}

#[test]
fn the_least_sanitised_value_decides() {
    let solved = with_user(
        r#"
use sha2::{Digest, Sha256};
fn f(user: &User, raw: bool) {
    let shown = if raw { user.email.clone() } else { hex::encode(Sha256::digest(user.email.as_bytes())) };
    println!("{shown}"); // expect: log user.contact.email
}
"#,
    );
    assert_eq!(solved.flows.flows[0].carried[0].effects, Effects::empty());
}

#[test]
fn mail_goes_to_the_relay() {
    let solved = with_user(
        r#"
use lettre::{Message, SmtpTransport, Transport};
fn deliver(user: &User, text: String) {
    let message = Message::builder().to(user.email.parse().unwrap()).subject("Hello").body(text).unwrap();
    let relay = SmtpTransport::builder_dangerous("mx.example.net").build();
    relay.send(&message); // expect: mail user.contact.email -> mx.example.net
}
"#,
    );
    assert_eq!(solved.flows.flows[0].cleartext, Some(true));
}

#[test]
fn an_sdk_is_reported_where_it_is_fed() {
    with_user(
        r#"
fn f(user: &User) {
    sentry::configure_scope(|scope| {
        scope.set_user(Some(sentry::User { email: Some(user.email.clone()), ..Default::default() })); // expect: third-party user.contact.email -> sentry
        scope.set_tag("mode", "batch");
    });
}
"#,
    );
}

#[test]
fn rows_carry_what_their_columns_hold() {
    check(
        r#"
//# migrations/001.sql
CREATE TABLE clients (id bigint primary key, email text not null, iin char(12), created_at timestamptz);
//# src/main.rs
async fn f(db: &sqlx::PgPool) {
    let row = sqlx::query!("SELECT email, created_at FROM clients WHERE id = $1", 1).fetch_one(db).await.unwrap();
    println!("{}", row.created_at);
    println!("{}", row.email); // expect: log user.contact.email
}
"#,
    );
}

#[test]
fn a_consent_read_guards_what_it_controls() {
    let solved = check(
        r#"
struct User { email: String, marketing_consent: bool }
async fn guarded(user: &User) {
    if user.marketing_consent { send(user).await; }
}
async fn early(user: &User) {
    if !user.marketing_consent { return; }
    reqwest::Client::new().post("https://ads.example.org").json(&user.email).send().await; // expect: third-party user.contact.email -> ads.example.org
}
async fn send(user: &User) {
    reqwest::Client::new().post("https://news.example.org").json(&user.email).send().await; // expect: third-party user.contact.email -> news.example.org
}
async fn free(user: &User) {
    reqwest::Client::new().post("https://free.example.org").json(&user.email).send().await; // expect: third-party user.contact.email -> free.example.org
}
"#,
    );
    let checked: Vec<bool> = solved.flows.flows.iter().map(|flow| flow.consent_checked).collect();
    assert_eq!(checked, [true, true, false]);
}

#[test]
fn the_operators_configuration_is_nobodys_data() {
    check(
        r#"
struct Smtp { username: String, password: String }
struct Config { smtp: Smtp, admin_email: String }
fn f(config: &Config) {
    println!("{} {}", config.smtp.username, config.admin_email);
}
"#,
    );
}

#[test]
fn a_wrapper_of_a_library_around_a_declared_type_is_that_type() {
    check(
        r#"
use std::sync::Arc;
use axum::extract::State;
struct Sms { login: String, password: String }
struct Config { sms: Sms }
struct App { config: Config }
struct Form { email: String }
async fn handler(State(app): State<Arc<App>>, axum::Json(form): axum::Json<Form>) {
    send(&app).await;
    println!("{}", form.email); // expect: log user.contact.email
}
async fn send(app: &App) {
    let sms = &app.config.sms;
    reqwest::Client::new().post("https://sms.example.org").form(&[("psw", sms.password.as_str())]).send().await;
}
"#,
    );
}

#[test]
fn names_tell_what_no_declaration_does() {
    check(
        r#"
fn f(email: &str, template_id: u32) {
    println!("{email}"); // expect: log user.contact.email
    println!("{template_id}");
    let phone_number = lookup();
    println!("{phone_number}"); // expect: log user.contact.phone_number
}
"#,
    );
}

#[test]
fn the_same_program_gives_the_same_flows() {
    let program = "struct User { email: String }\nfn a(u: &User) { b(&u.email); }\nfn b(x: &str) { log::info!(\"{x}\"); }\n";
    let one = format!("{:?}", solved(program).flows);
    for _ in 0..4 {
        assert_eq!(format!("{:?}", solved(program).flows), one);
    }
}

#[test]
fn what_an_unknown_call_makes_of_an_object_is_not_the_object() {
    with_user(
        r#"
fn f(user: &User) { g(user); }
fn g(user: &User) {
    let answer = exchange(user);
    println!("{:?}", answer);
}
fn h(text: &str) { let answer = exchange(text); println!("{answer}"); }
fn i(user: &User) { h(&user.email); } // expect: log user.contact.email
"#,
    );
}
