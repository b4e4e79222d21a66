//! What leaves in JavaScript and TypeScript beside what the matrix shows of every language, and input that nobody wished for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use serde_json::Value;

use crate::program::{folder, json, pdlint, write};

/// Findings about flows as `code file:line`.
fn flows(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().expect("findings").iter();
    let about = all.filter(|one| one["code"].as_str().is_some_and(|code| code.starts_with("PD2") || code.starts_with("PD50")));
    let shown = |one: &Value| format!("{} {}:{}", one["code"].as_str().unwrap(), one["file"].as_str().unwrap(), one["line"]);
    let mut found: Vec<String> = about.map(shown).collect();
    found.sort();
    found
}

fn check(files: &[(&str, &str)]) -> Value {
    json(&pdlint(folder(files).path(), &["check", "--format", "json"]))
}

#[test]
fn what_the_browser_keeps_is_stored() {
    let report = check(&[(
        "src/login.js",
        r#"
export function remember(user) {
  localStorage.secret = user.password;
  window.sessionStorage["secret"] = user.password;
  document.cookie = "secret=" + user.password;
  state.secret = user.password;
  localStorage.theme = "dark";
  document.title = user.password;
}
"#,
    )]);
    assert_eq!(flows(&report), ["PD502 src/login.js:3", "PD502 src/login.js:4", "PD502 src/login.js:5"]);
}

#[test]
fn what_is_called_a_logger_is_one() {
    let report = check(&[(
        "src/orders.ts",
        r#"
export class Orders {
  place(user: User, request: any) {
    this.logger.info("placed", user.email);
    request.log.warn({ to: user.email }, "late");
    auditLogger.child({ to: user.email });
    this.toast.info(user.email);
    menu.warn(user.email);
  }
}
"#,
    )]);
    assert_eq!(flows(&report), ["PD501 src/orders.ts:4", "PD501 src/orders.ts:5", "PD501 src/orders.ts:6"]);
}

#[test]
fn replaced_characters_are_masked() {
    let report = check(&[(
        "src/mask.js",
        r#"
export function show(user) {
  console.log(user.phone.replace(/\d(?=\d{4})/g, "*"));
  console.log(user.phone.replace(new RegExp(".", "g"), "x"));
  console.log(user.phone.replace(/\s/g, ""));
  console.log(user.phone.replace(/./, "*"));
}
"#,
    )]);
    assert_eq!(flows(&report), ["PD501 src/mask.js:5", "PD501 src/mask.js:6"]);
}

#[test]
fn holes_of_a_pattern_are_places() {
    let report = check(&[(
        "src/parts.js",
        r#"
export function show(user) {
  const [first, , third] = [user.level, user.email, user.kind];
  console.log(first, third);
  const [, second] = [user.level, user.email, user.kind];
  console.log(second);
}
"#,
    )]);
    assert_eq!(flows(&report), ["PD501 src/parts.js:6"]);
}

#[test]
fn rows_are_not_what_they_are_looked_up_by() {
    let report = check(&[(
        "src/find.ts",
        r#"
export async function show(email: string) {
  const order = await prisma.order.findUnique({ where: { email } });
  console.log(order.number);
  console.log(email);
}
"#,
    )]);
    assert_eq!(flows(&report), ["PD501 src/find.ts:5"]);
}

#[test]
fn bad_input_costs_a_notice_at_most() {
    let good = "export function show(user) {\n  console.log(user.email);\n}\n";
    let deep = format!("const x = {}1{};\n", "[".repeat(20_000), "]".repeat(20_000));
    let long: String = (0..20_000).map(|at| format!("export const c{at} = f({at});\n")).collect();
    let bundle = "!function(e){var t={};t.email=e.email;console.log(t.email)}(window);".repeat(3_000);
    let flow = "// @flow\ntype Props = {| +email: string |};\nexport const a = (x: any): ?string => ((x: any): string);\n";
    let mixed = "const a = 1;\r\nfunction f(user) {\r  console.log(user.level);\n}\r\n";
    let root = folder(&[
        ("src/good.js", good),
        ("src/deep.js", &deep),
        ("src/long.ts", &long),
        ("static/app.js", &bundle),
        ("src/flow.js", flow),
        ("src/mixed.js", mixed),
        ("src/cut.tsx", "export function A() { return <div><p>{user.em"),
        ("src/empty.ts", ""),
    ]);
    // The start of a video stream: a sync byte every 188 bytes.
    let mut stream = vec![0_u8; 188 * 20];
    stream.iter_mut().step_by(188).for_each(|byte| *byte = 0x47);
    write(root.path(), "media/part1.ts", &stream);
    let output = pdlint(root.path(), &["check", "--format", "json"]);
    let report = json(&output);
    assert_eq!(flows(&report), ["PD501 src/good.js:2"]);
    for notice in report["notices"].as_array().unwrap() {
        assert!(notice["file"] != "src/good.js", "{notice}");
    }
}
