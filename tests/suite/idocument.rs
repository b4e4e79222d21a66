//! The service that ships with pdlint: what its README says there is to find is found, and its clean twins are silent.
//!
//! [`FOUND`] is the oracle; the snapshots beside it record how it is shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use pdlint::classify::Confidence;
use pdlint::output::{self, Detail, Style, View};
use pdlint::report::{Element, Finding, Report};
use pdlint::session::{Analysis, Session, SessionOptions};

static SESSION: LazyLock<Session> = LazyLock::new(|| {
    let options = SessionOptions { paths: vec![fixture()], use_policy: true, ..SessionOptions::default() };
    Session::open(options).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
});

static ANALYSIS: LazyLock<Arc<Analysis>> = LazyLock::new(|| SESSION.analyze());

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/idocument")
}

fn report() -> &'static Report {
    &ANALYSIS.report
}

/// A finding that there must be: its code, its file, the function (in SQL and TOML: words of the line) it stands in, and what it
/// is about: categories, then `>` and the recipient, where there is one.
struct Expected(&'static str, &'static str, &'static str, &'static str);

/// In the order of the README's table, which says of each what happens and where its clean twin is.
const FOUND: &[Expected] = &[
    Expected("PD101", "migrations/20250609140000_client_profile.up.sql", "birth_date date", "user.demographic.date_of_birth"),
    Expected("PD101", "migrations/20250609140000_client_profile.up.sql", "lauazym text", "user.job_title"),
    Expected("PD101", "migrations/20250203101500_sessions.up.sql", "device_id", "user.device.device_id"),
    Expected(
        "PD201",
        "src/support.rs",
        "send_to_chat",
        "user.contact.phone_number user.name.first user.name.last user.name.patronymic > telegram",
    ),
    Expected("PD201", "src/support.rs", "draft_answer", "user.content.private > openai"),
    Expected("PD202", "src/billing.rs", "start", "user.contact.email user.government_id.iin > kz-halyk-epay"),
    Expected("PD203", "src/newsletter.rs", "come_back", "user.contact.email > unisender"),
    Expected("PD204", "src/analytics.rs", "searched", "user.behavior.search_history > yandex-metrica"),
    Expected(
        "PD205",
        "src/export.rs",
        "send_respondents",
        "user.contact.email user.demographic.date_of_birth user.government_id.iin > edoc-research",
    ),
    Expected("PD301", "src/newsletter.rs", "partner_offer", "user.contact.email"),
    Expected("PD401", "migrations/20250110090000_clients.up.sql", "name      text NOT NULL", "organization.name"),
    Expected("PD401", "migrations/20250110090000_clients.up.sql", "bin       char(12)", "organization.bin"),
    Expected("PD501", "src/registration.rs", "register", "user.government_id.iin"),
    Expected(
        "PD501",
        "src/registration.rs",
        "register",
        "user.contact.email user.contact.phone_number user.device.device_id user.government_id.iin user.name.first user.name.last user.name.patronymic",
    ),
    Expected("PD502", "src/accounts.rs", "import_old_account", "user.authorization.password"),
    Expected("PD503", "src/registry.rs", "has_certificate", "user.government_id.iin > kz-nca"),
    Expected("PD504", "migrations/20250701070000_pilot_client.up.sql", "Тестов", "user.government_id.iin"),
    Expected("PD504", "migrations/20250701070000_pilot_client.up.sql", "Тестов", "user.contact.email"),
    Expected("PD505", "src/notification.rs", "send_sms", "user.contact.phone_number > kz-smsc"),
    // What the Policy itself gives.
    Expected("PD701", "pdlint.policy.toml", "3.1(2)", "user.behavior.browsing_history user.device.cookie user.telemetry"),
    Expected("PD702", "pdlint.policy.toml", "3.1(5)", ""),
    Expected("PD702", "pdlint.policy.toml", "3.1(7)", ""),
    Expected("PD702", "pdlint.policy.toml", "preamble(2)", ""),
    Expected("PD702", "pdlint.policy.toml", "4.1(11)", ""),
    Expected("PD703", "pdlint.policy.toml", "5.3", ""),
    Expected("PD703", "pdlint.policy.toml", "5.7", ""),
    Expected("PD705", "pdlint.policy.toml", "5.8", ""),
    Expected("PD706", "pdlint.policy.toml", "3.1(1)", ""),
    Expected("PD707", "pdlint.policy.toml", "7.1.2", ""),
    Expected("PD707", "pdlint.policy.toml", "preamble(3)", ""),
];

/// Functions and lines that look like the ones above and are right as they are: file, function or words, code that must not stand
/// there.
const SILENT: &[(&str, &str, &str)] = &[
    ("migrations/20250110090000_clients.up.sql", "id_number", "PD101"),
    ("migrations/20250110090000_clients.up.sql", "fax", "PD101"),
    ("migrations/20250203101500_sessions.up.sql", "user_agent", "PD101"),
    ("src/support.rs", "tell_drafts", "PD201"),
    ("src/billing.rs", "charge_again", "PD202"),
    ("src/newsletter.rs", "news", "PD203"),
    ("src/analytics.rs", "results_shown", "PD204"),
    ("src/export.rs", "send_counts", "PD205"),
    ("src/newsletter.rs", "news", "PD301"),
    ("migrations/20250110090000_clients.up.sql", "id_number", "PD401"),
    ("src/signing.rs", "accept", "PD501"),
    ("src/accounts.rs", "set_pin", "PD502"),
    ("src/registry.rs", "confirm_owner", "PD503"),
    ("migrations/20250701070000_pilot_client.up.sql", "Фамилия", "PD504"),
    ("src/errors.rs", "report", "PD201"),
    ("src/signing.rs", "archive", "PD204"),
];

/// The function around a line of Rust: the nearest `fn` above it.
fn function(lines: &[&str], line: usize) -> String {
    let name = lines[..line].iter().rev().find_map(|text| text.split_once("fn ").map(|(_, rest)| rest));
    name.map_or_else(String::new, |rest| rest.split(['(', '<']).next().unwrap_or_default().to_owned())
}

/// What [`Expected`] names of a finding's place.
fn place(finding: &Finding) -> String {
    let text = fs::read_to_string(fixture().join(finding.location.file.as_str())).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let line = finding.location.line as usize;
    if finding.location.file.as_str().ends_with(".rs") {
        return function(&lines, line);
    }
    // In the Policy file, the entry's clause stands below its header.
    let entry = lines[line - 1..].iter().find(|text| text.starts_with("clause")).copied();
    finding.clauses.first().map_or_else(|| entry.unwrap_or(lines[line - 1]).to_owned(), |clause| clause.id.to_string())
        + " "
        + lines[line - 1]
}

fn about(finding: &Finding) -> String {
    let mut categories: Vec<_> = finding.categories.iter().map(|category| category.as_str()).collect();
    categories.sort_unstable();
    match finding.recipient {
        Some(recipient) => format!("{} > {recipient}", categories.join(" ")),
        None => categories.join(" "),
    }
}

fn is(finding: &Finding, Expected(code, file, within, data): &Expected) -> bool {
    let place = place(finding);
    let here = if file.ends_with(".rs") { place == **within } else { place.contains(within) };
    finding.code == *code && finding.location.file == **file && here && (data.is_empty() || about(finding) == **data)
}

#[test]
fn what_its_readme_says_is_found_and_nothing_else() {
    let findings: Vec<_> = report().findings.iter().filter(|finding| finding.suppressed.is_none()).collect();
    // One finding each: a second one at the same place is as wrong as none.
    let missing: Vec<_> = FOUND
        .iter()
        .filter(|expected| findings.iter().filter(|finding| is(finding, expected)).count() != 1)
        .map(|Expected(code, file, within, data)| format!("- {code} {file} {within}: {data}"))
        .collect();
    let extra: Vec<_> = findings
        .iter()
        .filter(|finding| !FOUND.iter().any(|expected| is(finding, expected)))
        .map(|finding| format!("+ {} {} {}: {}", finding.code, finding.location.file, place(finding), about(finding)))
        .collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing or found twice (-) and extra (+):\n{}\n{}",
        missing.join("\n"),
        extra.join("\n")
    );
}

#[test]
fn every_clean_twin_is_silent() {
    for (file, within, code) in SILENT {
        let text = fs::read_to_string(fixture().join(file)).unwrap();
        let named = if file.ends_with(".rs") { format!("fn {within}(") } else { (*within).to_owned() };
        assert!(text.contains(&named), "{file} has no {within}");
        let here = report().findings.iter().filter(|finding| finding.code == *code && finding.location.file == **file);
        let loud: Vec<_> = here
            .filter(|finding| if file.ends_with(".rs") { place(finding) == *within } else { place(finding).contains(within) })
            .collect();
        assert!(loud.is_empty(), "{code} at {file} {within}: {}", loud[0].message);
    }
}

#[test]
fn the_table_of_its_readme_names_every_code() {
    let readme = fs::read_to_string(fixture().join("README.md")).unwrap();
    let named: BTreeSet<_> = readme.match_indices("PD").filter_map(|(at, _)| readme.get(at..at + 5)).collect();
    let expected: BTreeSet<_> = FOUND.iter().map(|Expected(code, ..)| *code).collect();
    assert_eq!(named, expected);
}

#[test]
fn the_suppression_in_its_profile_covers_one_finding_and_no_file_is_read_in_part() {
    let suppressed: Vec<_> = report().findings.iter().filter(|finding| finding.suppressed.is_some()).collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!((suppressed[0].code, suppressed[0].location.file.as_str()), ("PD501", "src/profile.rs"));
    assert!(report().notices.is_empty(), "{:?}", report().notices);
}

fn rendered(format: &str, view: View, width: usize) -> String {
    let mut out = Vec::new();
    let style = Style { color: false, width: Some(width), detail: Detail::Normal };
    let whole = report();
    // Of the elements, the columns that are judged: the types that mirror them tell nothing more.
    let judged = |element: &&Element| element.kind == "column" && element.confidence >= Confidence::Medium;
    let report = Report {
        findings: whole.findings.clone(),
        elements: whole.elements.iter().filter(judged).cloned().collect(),
        transfers: whole.transfers.clone(),
        tables: whole.tables.clone(),
        summary: whole.summary.clone(),
        excerpts: whole.excerpts.clone(),
        policy: whole.policy.clone(),
        notices: whole.notices.clone(),
    };
    output::find(format, view).expect("a format").write(&report, SESSION.catalog(), view, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn how_it_is_shown_to_people() {
    insta::assert_snapshot!("idocument_check_human", rendered("human", View::Check, 100));
    insta::assert_snapshot!("idocument_inventory_table", rendered("table", View::Inventory, 240));
}
