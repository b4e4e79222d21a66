//! What Rust becomes in the IR. Each snapshot shows a small program beside its lowering.

use pdlint::ir::{self, Block, Operand, Rvalue, Stmt, Unit, printer};
use pdlint::lang::rust::Rust;
use pdlint::lang::{Frontend, Input, Lowered};
use pdlint::source::Span;
use proptest::prelude::*;

fn lower(text: &str) -> Lowered {
    Rust.lower(&Input { path: "src/app.rs", text })
}

/// The program and its IR, for a snapshot.
fn shown(text: &str) -> String {
    format!("{}\n---\n{}", text.trim(), printer::print(&lower(text).unit))
}

#[test]
fn types_keep_fields_names_and_formatting() {
    insta::assert_snapshot!(shown(
        r#"
/// A person with an account.
#[derive(Debug, Clone, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User<'a> {
    pub id: Uuid,
    /// Where invoices go.
    pub billing_email: Option<String>,
    #[serde(rename = "tel")]
    pub phone: &'a str,
    #[serde(skip_serializing)]
    password_hash: Vec<u8>,
    logins: HashMap<IpAddr, DateTime<Utc>>,
    tags: Vec<Arc<Mutex<Tag>>>,
    extra: serde_json::Value,
    balance: Decimal,
    r#type: bool,
}
pub enum Contact { Mail(String), Post { street: String, flat: Option<u32> }, None }
pub struct Iin(pub String);
struct Pair(f64, char);
union Raw { number: u64, bytes: [u8; 8] }
type Users = Vec<User<'static>>;
trait Notify: Send + Sync { fn send(&self, text: &str) -> Result<(), Error>; }
impl Notify for User<'_> {}
"#
    ));
}

#[test]
fn a_diesel_table_is_a_table() {
    insta::assert_snapshot!(shown(
        r#"
diesel::table! {
    use diesel::sql_types::*;
    /// Clients of the service.
    auth.clients (id, realm) {
        id -> Int4,
        realm -> Text,
        /// As in the identity card.
        #[max_length = 12]
        iin -> Varchar,
        #[sql_name = "e-mail"]
        email -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}
"#
    ));
}

#[test]
fn imports_resolve_crate_self_and_super() {
    insta::assert_snapshot!(shown(
        r#"
use std::fmt::{self, Display as Show, Write as _};
use crate::{db::users, mail::*};
use self::inner::send;
mod inner {
    use super::config::URL;
    pub fn send() { crate::log::note(super::config::HOST, self::helper()) }
}
"#
    ));
}

#[test]
fn functions_have_roles_receivers_and_destructured_parameters() {
    insta::assert_snapshot!(shown(
        r#"
impl User {
    const LIMIT: u32 = 3;
    pub fn new(email: String) -> Self { Self { email, ..Default::default() } }
    fn parse(text: &str) -> Result<User, Error> { todo!() }
    fn find(id: Uuid) -> Option<Self> { None }
    async fn mail(&self) -> &str { &self.email }
}
impl std::fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{} <{}>", self.name, self.email) }
}
impl From<Row> for User { fn from(row: Row) -> Self { User { email: row.email } } }
#[post("/login", data = "<data>")]
async fn login(Json(data): Json<Login>, State(app): State<App>, (a, _, b): (u8, u8, u8), mut n: impl Into<String>) {}
fn generic<T: AsRef<str>, F>(name: T, then: F) -> impl Future<Output = Vec<u8>> where F: Fn(&str) { then(name.as_ref()) }
"#
    ));
}

#[test]
fn expressions_get_temporaries() {
    insta::assert_snapshot!(shown(
        r#"
const HOST: &str = "https://api.example.kz";
fn run(user: &User, list: Vec<User>, mut total: u32) -> Result<String> {
    let email = user.contact.email.trim().to_lowercase();
    let url = HOST.to_string() + "/users/" + &email;
    let first = &list[0].name;
    let any = list[total as usize].name.clone();
    let known = map["email"];
    let count = 1 + total * 2 - list.len() as u32;
    let ok = user.is_admin && !list.is_empty() || total == 0;
    let pair = (email.clone(), count);
    let both = [pair.0, pair.1.to_string()];
    let sum: u64 = list.iter().map(|user| user.age as u64).sum::<u64>();
    let wrapped = Some(Box::new(Payment::Card(email)));
    let (name, Point { x, y: why }) = compute()?;
    user.profile.address.city = name;
    (total, _) = (1, 2);
    total += 5;
    text += &any;
    send(url).await?.error_for_status()?;
    (user.hook)(ok);
    Ok(format!("{first}"))
}
"#
    ));
}

#[test]
fn branches_and_loops_assign_one_result() {
    insta::assert_snapshot!(shown(
        r#"
fn run(user: Option<User>, contact: Contact, users: Vec<User>) -> String {
    let Some(user) = user else { return String::new() };
    let name = if user.named { user.name } else if let Some(alias) = user.alias { alias } else { "nobody".into() };
    let text = match contact {
        Contact::Mail(address) | Contact::Old(_, address) if user.consent => address,
        Contact::Post { street, flat: Some(flat), .. } => format!("{street} {flat}"),
        whole @ Contact::Phone(..) => whole.to_string(),
        Contact::Many([first, .., last]) => first + last,
        Err(error) => error.to_string(),
        _ => return name,
    };
    if let Ok(found) = find(&text) && found.active { note(found) }
    for (at, User { email, .. }) in users.iter().enumerate() { log(at, email); }
    while let Some(next) = queue.pop() { if next.done { continue; } work(next) }
    let code = 'outer: loop { loop { break 'outer next.code; } };
    let block = { let inner = code; unsafe { inner.raw } };
    tokio::spawn(async move { send(block).await });
    code
}
"#
    ));
}

#[test]
fn closures_and_nested_functions_share_locals() {
    insta::assert_snapshot!(shown(
        r#"
fn run(prefix: String, users: Vec<User>) {
    users.iter().filter(|u| u.active).for_each(move |User { email, .. }| note(&prefix, email));
    let twice = |x: u32, (a, _)| -> u32 { if x > 1 { return a; } x * 2 };
    twice(1, pair);
    fn note(prefix: &str, text: &str) -> String { format!("{prefix}{text}") }
}
"#
    ));
}

#[test]
fn macros_format_log_and_build() {
    insta::assert_snapshot!(shown(
        r##"
fn run(user: User, log: Logger, f: &mut Formatter) {
    println!("signed in: {} {:?} {name} {0:>8} {{kept}}", user.email, user, name = user.name);
    let text = format!("{user:#?} \u{2014} {missing}");
    info!(email = %user.email, ?user, id = user.id, target: "audit", "signed in {}", user.phone);
    tracing::warn!(%user.email, "failed");
    log::error!(target: "app", key:? = user.key; "no {}", "luck");
    slog::info!(log, "sent"; "to" => %user.email);
    writeln!(f, r#"<{}>"#, user.email)?;
    assert!(user.age > 17, "too young: {}", user.age);
    let found = sqlx::query_as!(User, "SELECT * FROM users WHERE email = $1 AND data = '{}'", user.email).fetch_one(db).await?;
    let body = json!({ "to": user.phone, "meta": { "ids": [1, user.id], "none": null }, KEY: f(|a, b| a) });
    let list = vec![user.email.clone(); 3];
    let yes = matches!(user.kind, Kind::A | Kind::B if user.active);
    ensure!(yes, "not {user}");
    bail!("unknown {}", user.email);
    audit!("user {} left", user.iin);
    run_on! { db: mysql { save(user.email) } sqlite { store(user.iin) } }
    odd!(@ user => [ ~ "text" ]);
    tokio::select! {
        Some(mail) = inbox.recv() => { deliver(mail) }
        _ = stop.changed(), if running => close(user),
    }
}
"##
    ));
}

#[test]
fn project_macros_are_functions_of_their_metavariables() {
    insta::assert_snapshot!(shown(
        r#"
macro_rules! fail {
    ($message:expr) => {{
        let message = $message;
        error!("{message}");
        return Err($crate::error::Error::new(message));
    }};
    ($message:expr, $($argument:tt)*) => { warn!($message, $($argument)*) };
    ($($name:ident),+; $value:literal) => { $( $name($value); )+ };
}
"#
    ));
}

#[test]
fn items_in_a_macro_are_items() {
    insta::assert_snapshot!(shown(
        r#"
lazy_static! { static ref SMS_URL: String = env::var("SMS_URL").unwrap_or("http://sms.example".to_owned()); }
db_object! {
    #[derive(Queryable)]
    pub struct Device { pub push_token: Option<String> }
}
"#
    ));
}

#[test]
fn tests_are_marked() {
    let text = r#"
fn live() {}
#[cfg(test)]
mod checks {
    struct Fixture { email: String }
    #[tokio::test]
    async fn works() { let iin = "not one"; }
}
#[cfg(not(test))]
fn also_live() {}
"#;
    let unit = lower(text).unit;
    let tests: Vec<(&str, bool)> = unit.functions.iter().map(|function| (function.name.as_str(), function.in_test)).collect();
    assert_eq!(tests, [("live", false), ("works", true), ("also_live", false)]);
    assert!(unit.types.iter().all(|declaration| declaration.in_test));
    assert!(unit.strings.iter().all(|string| string.in_test));
}

#[test]
fn strings_know_their_name_and_the_place_of_their_content() {
    let text = r##"
const URL: &str = r#"https://a"b"#;
fn f() { let phone = "+7\t1".to_string(); g(User { iin: Some("x".into()), city: "y" }); u.mail = "z".into(); info!(key = "w"); json!({"k": "v"}) }
"##;
    let unit = lower(text).unit;
    let strings: Vec<(&str, &str, Option<&str>)> = unit
        .strings
        .iter()
        .map(|string| (string.text.as_str(), string.span.text(text), string.name.map(|name| name.as_str())))
        .collect();
    assert_eq!(
        strings,
        [
            ("https://a\"b", "https://a\"b", Some("URL")),
            ("+7\t1", "+7\\t1", Some("phone")),
            ("x", "x", Some("iin")),
            ("y", "y", Some("city")),
            ("z", "z", Some("mail")),
            ("w", "w", Some("key")),
            ("k", "k", None),
            ("v", "v", Some("k")),
        ]
    );
}

#[test]
fn spans_point_at_what_is_called_inside_macros_too() {
    let text = "fn f(u: User) { info!(mail = %u.mail(), \"a {} {b}\", mask(&u.phone, json!({\"k\": hide(u.iin)}))); }";
    let unit = lower(text).unit;
    let mut seen = Vec::new();
    each(&unit, &mut |stmt| {
        if let Stmt::Assign { value: Rvalue::Call(call), .. } = stmt {
            seen.push((call.name_span.text(text), call.span.text(text)));
        }
    });
    assert_eq!(seen[0], ("mail", "u.mail()"));
    assert_eq!(seen[1], ("hide", "hide(u.iin)"));
    assert_eq!(seen[2], ("mask", "mask(&u.phone, json!({\"k\": hide(u.iin)}))"));
    assert_eq!(seen[3].0, "info");
}

#[test]
fn comments_are_found_and_text_that_looks_like_one_is_not() {
    let text = "let a = \"// no\"; // yes\n/* two\nlines */\nlet b = '\"'; /* c */ let c = r#\"/* no */\"#; // end";
    let comments: Vec<(&str, bool)> =
        lower(text).comments.iter().map(|comment| (comment.span.text(text), comment.alone)).collect();
    assert_eq!(comments, [("// yes", false), ("/* two\nlines */", true), ("/* c */", false), ("// end", false)]);
}

#[test]
fn damage_is_told_and_the_rest_is_read() {
    let text = "struct Ok { email: String }\nfn broken( { let = ; }\nfn fine(u: User) { send(u.email) }\n";
    let lowered = lower(text);
    assert!(!lowered.damage.is_empty());
    assert!(lowered.unit.types.iter().any(|declaration| declaration.name == "Ok"));
    assert!(lower("odd! { = > < struct ] }").damage.len() <= 5);
    assert!(lower("fn f() { odd!(=> ~ <); }").damage.is_empty());
}

/// Nesting far beyond what people write, on a thread with the usual stack: it is cut, and what is in it is kept.
#[test]
fn deep_nesting_is_cut_not_followed() {
    let n = 3000;
    let cases = [
        format!("fn f(x: u8) {{ let y = {}x{}; }}", "(".repeat(n), ")".repeat(n)),
        format!("fn f(x: u8) {{ {}x{} }}", "{".repeat(n), "}".repeat(n)),
        format!("fn f(x: u8) {{ g(x){} }}", ".h()".repeat(n)),
        format!("fn f(x: u8) {{ let y = 1{}; }}", " + x".repeat(n)),
        format!("fn f(x: u8) {{ {}x{} }}", "if x { ".repeat(n), "}".repeat(n)),
        format!("fn f(x: u8) {{ if x {{}} {} }}", "else if x {}".repeat(n)),
        format!("fn f(x: u8) {{ {}x{} }}", "g!(".repeat(n), ")".repeat(n)),
        format!("fn f(x: u8) {{ {}x{} }}", "g!{{".repeat(n), "}}".repeat(n)),
        format!("fn f(x: u8) {{ {}x{} }}", "json!({\"a\":".repeat(n), "})".repeat(n)),
        format!("fn f(x: u8) {{ json!({}x{}) }}", "[".repeat(n), "]".repeat(n)),
        format!("fn f(x: {}u8{}) {{}}", "Vec<".repeat(n), ">".repeat(n)),
        format!("fn f(x: u8) {{ match x {{ {}y{} => 1 }} }}", "(".repeat(n), ",)".repeat(n)),
        format!("fn f(x: u8) {{ {}x }}", "|a| ".repeat(n)),
        format!("{}fn f(){{}}{}", "mod m {".repeat(n), "}".repeat(n)),
        format!("{}{}", "fn f() {".repeat(n), "}".repeat(n)),
        format!("use {}x{};", "a::{".repeat(n), "}".repeat(n)),
        format!("use {}x;", "super::".repeat(n)),
        format!("{}struct S{{a:u8}}{}", "m!{".repeat(n), "}".repeat(n)),
        format!("fn f() {{ {}x = 1 }}", "(a,".repeat(n)),
    ];
    for case in cases {
        let lowered = lower(&case);
        check_spans(&lowered, &case);
    }
}

// ------------------------------------------------------------------------------------------------------------------ laws

fn each(unit: &Unit, visit: &mut dyn FnMut(&Stmt)) {
    for function in &unit.functions {
        each_block(&function.body, visit);
        function.closures.iter().for_each(|closure| each_block(&closure.body, visit));
    }
}

fn each_block(block: &Block, visit: &mut dyn FnMut(&Stmt)) {
    for stmt in &block.0 {
        visit(stmt);
        match stmt {
            Stmt::Branch { arms, .. } => arms.iter().for_each(|arm| each_block(arm, visit)),
            Stmt::Loop { body, .. } => each_block(body, visit),
            _ => {}
        }
    }
}

/// Every span lies in the text, on character boundaries, and every local and closure that is named exists.
fn check_spans(lowered: &Lowered, text: &str) {
    let inside = |span: Span| {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} does not lie in {text:?}");
    };
    let unit = &lowered.unit;
    lowered.comments.iter().for_each(|comment| inside(comment.span));
    lowered.damage.iter().for_each(|damage| inside(damage.span));
    unit.strings.iter().for_each(|string| inside(string.span));
    unit.imports.iter().for_each(|import| inside(import.span));
    for declaration in &unit.types {
        inside(declaration.span);
        inside(declaration.extent);
        declaration.fields.iter().for_each(|field| inside(field.span));
    }
    for function in &unit.functions {
        inside(function.span);
        inside(function.extent);
        function.locals.iter().for_each(|local| inside(local.span));
    }
    each(unit, &mut |stmt| {
        if let Stmt::Assign { value, span, .. } = stmt {
            inside(*span);
            match value {
                Rvalue::Use(operand) => inside(operand.span()),
                Rvalue::Call(call) => {
                    inside(call.span);
                    inside(call.name_span);
                    call.arguments.iter().for_each(|argument| inside(argument.value.span()));
                }
                Rvalue::Format(parts) => parts.iter().for_each(|part| {
                    if let ir::TextPart::Value(operand, _) = part {
                        inside(operand.span());
                    }
                }),
                Rvalue::Opaque { operands, .. } => operands.iter().map(Operand::span).for_each(inside),
                _ => {}
            }
        }
    });
    // The printer reads everything.
    let _ = printer::print(unit);
}

/// Pieces of Rust, so that random texts get past the first token.
fn fragments() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "fn f",
        "struct S",
        "enum E",
        "impl T for S",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        ";",
        ",",
        ":",
        "::",
        "=",
        "=>",
        "->",
        "|",
        "&",
        "let x",
        "match x",
        "if let Some(y)",
        "else",
        "for i in",
        "loop",
        "x.y",
        ".await",
        "?",
        "vec!",
        "json!(",
        "info!(",
        "println!(\"{}\"",
        "\"{x:?}\"",
        "\"\\u{",
        "r#\"",
        "\"#",
        "'a",
        "'\\''",
        "// c\n",
        "/* c",
        "*/",
        "%x",
        "?x",
        "target:",
        "#[derive(Debug)]",
        "///d\n",
        "macro_rules! m",
        "($a:expr, $($b:tt)*)",
        "$a",
        "$(",
        ")*",
        "table!",
        "a (id) { b -> Text, }",
        "select!",
        "пол",
        "é",
        "🦀",
        "0x1",
        "1.5",
        "use a::{b, c as d}",
        "mod m",
        "async move",
        "return",
        "break 'a",
        "..",
        "@",
        "_",
        "self",
        "Self",
        "crate",
        "super",
        "const X: u8",
    ]);
    prop::collection::vec((piece, prop::bool::ANY), 0..60).prop_map(|pieces| {
        pieces.into_iter().map(|(piece, space)| if space { format!("{piece} ") } else { piece.to_owned() }).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_lowered(text in "\\PC{0,200}") {
        check_spans(&lower(&text), &text);
    }

    #[test]
    fn any_mix_of_rust_is_lowered(text in fragments()) {
        check_spans(&lower(&text), &text);
        let body = format!("fn f(x: X) {{ {text} }}");
        check_spans(&lower(&body), &body);
        let call = format!("fn f(x: X) {{ m!({text}); }}");
        check_spans(&lower(&call), &call);
    }
}
