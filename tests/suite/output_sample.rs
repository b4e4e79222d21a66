//! The sample report that every format is shown with: invented, and touching every shape that a finding can take.

use std::sync::Arc;

use pdlint::classify::Confidence;
use pdlint::index::Symbol;
use pdlint::policy::Verdict;
use pdlint::report::{
    ClauseCitation, Element, Excerpt, Finding, Location, Notice, PolicyTitle, Report, Severity, SqlStatements, Step,
    StoredColumn, StoredFact, StoredTable, Summary, SuppressedBy, Transfer,
};
use pdlint::source::LineIndex;

pub(super) const SMS: &str = "use reqwest::Client;\n\n\
    pub async fn notify(client: &Client, text: &str, order: &Order) -> Result<()> {\n    \
    let body = json!({ \"to\": order.phone, \"text\": text });\n    \
    client.post(SMS_URL).json(&body).send().await?;\n    \
    tracing::info!(\"told {}\", order.phone);\n    Ok(())\n}\n";

pub(super) const ORDER: &str =
    "pub fn ship(order: Order) {\n    notify(&CLIENT, \"sent\", &order);\n    tracing::debug!(?order);\n}\n";

/// Nobody's: the check digit is right, and the date of birth lies in the future (2095).
pub(super) const IIN: &str = "951010500007";

pub(super) const SEED: &str = "-- demo data\nINSERT INTO users (iin, note) VALUES ('951010500007', 'demo');\n";

pub(super) const SCHEMA: &str =
    "CREATE TABLE users (\n  id bigint,\n  iin char(12) NOT NULL,\n  blood_type text,\n  allergies text\n);\n";

pub(super) const POLICY: &str = "schema = 1\n\n[policy]\ntitle = \"Privacy Policy\"\n\n[[transfer]]\nclause = \"5.9(2)\"\n\
    to = \"third-party\"\ncondition = \"service\"\n\n[[collect]]\nclause = \"3.1(1)\"\ncategories = [\"user.name\"]\n";

/// The place of the `nth` (from zero) occurrence of `needle`.
pub(super) fn at(file: &str, text: &str, needle: &str, nth: usize) -> Location {
    let (offset, _) = text.match_indices(needle).nth(nth).unwrap();
    let index = LineIndex::new(text);
    let start = index.line_column(text, u32::try_from(offset).unwrap());
    let end = index.line_column(text, u32::try_from(offset + needle.len()).unwrap());
    Location {
        file: Symbol::new(file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        offset: u32::try_from(offset).unwrap(),
        length: u32::try_from(needle.len()).unwrap(),
    }
}

fn step(file: &str, text: &str, needle: &str, nth: usize, what: &str) -> Step {
    Step { location: at(file, text, needle, nth), what: what.to_owned() }
}

fn symbols(ids: &[&str]) -> Vec<Symbol> {
    ids.iter().map(|id| Symbol::new(id)).collect()
}

fn clause(id: &str, role: &str, text: Option<&str>) -> ClauseCitation {
    let location = at("pdlint.policy.toml", POLICY, &format!("\"{id}\""), 0);
    ClauseCitation { id: Symbol::new(id), location: Some(location), text: text.map(str::to_owned), role: role.to_owned() }
}

/// A finding with what every one has.
pub(super) fn finding(code: &'static str, name: &'static str, severity: Severity, message: &str, location: Location) -> Finding {
    Finding {
        code,
        name,
        severity,
        message: message.to_owned(),
        location,
        label: String::new(),
        categories: Vec::new(),
        recipient: None,
        recipient_name: None,
        country: None,
        sink: None,
        verdict: None,
        clauses: Vec::new(),
        path: Vec::new(),
        evidence: Vec::new(),
        confidence: Confidence::High,
        help: Vec::new(),
        declaration: None,
        fingerprint: "0123456789abcdef".to_owned(),
        suppressed: None,
    }
}

fn transfer_path() -> Vec<Step> {
    vec![
        step("src/order.rs", ORDER, "order", 1, "passed to notify() as order"),
        step("src/sms.rs", SMS, "order.phone", 0, "read from Order.phone"),
        step("src/sms.rs", SMS, "send", 0, "sent to smsc.kz"),
    ]
}

fn recipient() -> Finding {
    Finding {
        label: "sends phone number to SMSC".to_owned(),
        categories: symbols(&["user.contact.phone_number"]),
        recipient: Some(Symbol::new("kz-smsc")),
        recipient_name: Some("SMSC".to_owned()),
        country: Some(Symbol::new("KZ")),
        sink: Some("third-party"),
        verdict: Some(Verdict::Vague),
        clauses: vec![
            clause(
                "5.9(2)",
                "allows third parties but names no recipient",
                Some("data may be given to third parties where the service needs it"),
            ),
            clause("3.1(1)", "declares the category", None),
        ],
        path: transfer_path(),
        evidence: vec!["the host smsc.kz belongs to SMSC".to_owned()],
        help: vec![
            "change the code: send only what the message needs, or send it through a recipient that the Policy names".to_owned(),
            "or declare it: add the entry below to pdlint.policy.toml, once the Policy's text says so".to_owned(),
        ],
        declaration: Some(
            "[[recipient]]\nid = \"kz-smsc\"\nclause = \"5.9(2)\"\ncategories = [\"user.contact.phone_number\"]\n".to_owned(),
        ),
        ..finding(
            "PD201",
            "undeclared-recipient",
            Severity::Error,
            "phone number goes to SMSC (KZ), which the Policy does not name",
            at("src/sms.rs", SMS, "send", 0),
        )
    }
}

fn logs() -> [Finding; 2] {
    let log = |message: &str, location: Location, path: Vec<Step>| Finding {
        label: "logged here".to_owned(),
        categories: symbols(&["user.contact.phone_number"]),
        sink: Some("log"),
        path,
        help: vec!["log the id of the order instead".to_owned()],
        ..finding("PD501", "personal-data-in-log", Severity::Error, message, location)
    };
    let whole = log(
        "phone number is written to a log within a whole order",
        at("src/order.rs", ORDER, "tracing::debug!", 0),
        vec![step("src/order.rs", ORDER, "?order", 0, "printed whole, Order.phone with it")],
    );
    let field = log(
        "phone number is written to a log",
        at("src/sms.rs", SMS, "tracing::info!", 0),
        vec![
            step("src/sms.rs", SMS, "order.phone", 1, "read from Order.phone"),
            step("src/sms.rs", SMS, "tracing::info!", 0, "logged"),
        ],
    );
    [whole, field]
}

fn collections() -> [Finding; 2] {
    let column = |name: &str| Finding {
        label: "no clause declares user.health_and_medical".to_owned(),
        categories: symbols(&["user.health_and_medical"]),
        verdict: Some(Verdict::Omitted),
        clauses: vec![clause("3.1(1)", "comes nearest", None)],
        evidence: vec![format!("the words of `{name}` name health"), "the table `users` holds persons".to_owned()],
        confidence: Confidence::Medium,
        help: vec![
            "change the code: drop the column if it is not needed".to_owned(),
            "or declare it: add the entry below to pdlint.policy.toml, once the Policy's text says so".to_owned(),
        ],
        declaration: Some("[[collect]]\nclause = \"3.1(1)\"\ncategories = [\"user.health_and_medical\"]\n".to_owned()),
        ..finding(
            "PD101",
            "undeclared-collection",
            Severity::Warning,
            &format!("column `users.{name}` holds health data, which no clause declares"),
            at("db/001.sql", SCHEMA, name, 0),
        )
    };
    [column("blood_type"), column("allergies")]
}

fn literals() -> [Finding; 2] {
    let literal = |severity| Finding {
        label: "an IIN: 9510••••••••".to_owned(),
        categories: symbols(&["user.government_id.iin"]),
        evidence: vec!["12 digits with a right date and check digit".to_owned()],
        help: vec!["put an invented value here".to_owned()],
        ..finding(
            "PD504",
            "personal-data-literal",
            severity,
            "a valid IIN stands in the repository",
            at("db/seed.sql", SEED, IIN, 0),
        )
    };
    let suppressed = Finding {
        suppressed: Some(SuppressedBy {
            location: at("db/seed.sql", SEED, "-- demo data", 0),
            reason: "the demonstration account".to_owned(),
        }),
        ..literal(Severity::Warning)
    };
    [literal(Severity::Note), suppressed]
}

fn element(field: &str, ty: &str, category: &str, declared: bool) -> Element {
    Element {
        location: at("db/001.sql", SCHEMA, field, 0),
        language: Symbol::new("sql"),
        kind: "column",
        container: Symbol::new("users"),
        field: Symbol::new(field),
        ty: Symbol::new(ty),
        category: Symbol::new(category),
        confidence: Confidence::High,
        evidence: vec![Symbol::new("the words of the name")],
        declared: Some(declared),
        clauses: if declared { symbols(&["3.1(1)"]) } else { Vec::new() },
        purposes: if declared { symbols(&["identification", "contact"]) } else { Vec::new() },
        retention: declared.then(|| "unlimited".to_owned()),
        source: None,
        required: declared,
        in_test: false,
        introduced: None,
        former_names: Vec::new(),
        also: Vec::new(),
    }
}

/// The sample.
fn stored_table() -> StoredTable {
    let fact = |kind, line, column: Option<&str>, other: Option<&str>, detail: &str, period: Option<&str>| StoredFact {
        kind,
        file: Symbol::new("db/jobs.sql"),
        line,
        column: column.map(Symbol::new),
        other: other.map(Symbol::new),
        detail: Symbol::new(detail),
        period: period.map(str::to_owned),
    };
    StoredTable {
        name: Symbol::new("users"),
        database: Symbol::new("db/001.sql"),
        file: Symbol::new("db/001.sql"),
        line: 1,
        columns: vec![StoredColumn { name: Symbol::new("iin"), categories: symbols(&["user.government_id.iin"]) }],
        facts: vec![
            fact(
                "scheduled-delete",
                4,
                None,
                None,
                "DELETE FROM users WHERE seen < now() - interval '1 year' | \u{202e}x",
                Some("365d"),
            ),
            fact("cascade", 9, Some("company_id"), Some("companies"), "ON DELETE CASCADE", None),
            fact("grant", 12, None, Some("PUBLIC"), "SELECT to PUBLIC", None),
        ],
    }
}

pub(super) fn report() -> Report {
    let mut findings = Vec::new();
    findings.extend(collections());
    findings.extend(literals());
    let [whole, field] = logs();
    findings.push(whole);
    findings.push(recipient());
    findings.push(field);
    let excerpt = |file: &str, text: &str| Excerpt { file: Symbol::new(file), text: Arc::from(text) };
    Report {
        findings,
        elements: vec![
            element("iin", "char(12)", "user.government_id.iin", true),
            element("blood_type", "text", "user.health_and_medical", false),
            element("allergies", "text", "user.health_and_medical", false),
        ],
        tables: vec![stored_table()],
        transfers: vec![Transfer {
            location: at("src/sms.rs", SMS, "send", 0),
            sink: "third-party",
            recipient: Some(Symbol::new("kz-smsc")),
            recipient_name: Some("SMSC".to_owned()),
            country: Some(Symbol::new("KZ")),
            effects: std::collections::BTreeMap::new(),
            categories: symbols(&["user.contact.phone_number"]),
            path: transfer_path(),
            call: "reqwest::RequestBuilder::send".to_owned(),
            in_test: false,
        }],
        notices: vec![
            Notice {
                code: "PD001",
                message: "not read: permission denied".to_owned(),
                location: None,
                file: Symbol::new("db/private dump.sql"),
            },
            Notice {
                code: "PD002",
                message: "a statement could not be read".to_owned(),
                location: Some(at("db/seed.sql", SEED, "INSERT", 0)),
                file: Symbol::new("db/seed.sql"),
            },
        ],
        summary: Summary {
            files: 4,
            lines: 24,
            languages: vec![(Symbol::new("rust"), 2), (Symbol::new("sql"), 2)],
            skipped_folders: 1,
            other_files: 3,
            expressions: 1000,
            opaque: 13,
            limits_hit: 0,
            sql: SqlStatements { statements: 12, partly: 1, lost: 0 },
        },
        excerpts: vec![
            excerpt("db/001.sql", SCHEMA),
            excerpt("db/seed.sql", SEED),
            excerpt("pdlint.policy.toml", POLICY),
            excerpt("src/order.rs", ORDER),
            excerpt("src/sms.rs", SMS),
        ],
        policy: Some(PolicyTitle {
            file: "pdlint.policy.toml".to_owned(),
            title: "Privacy Policy".to_owned(),
            operator: "Sample LLP".to_owned(),
            revision: None,
        }),
    }
}
