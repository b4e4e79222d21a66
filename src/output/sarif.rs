//! SARIF 2.1.0, the exchange format of static analysis results (OASIS, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, CodeFlow, Invocation, Location as SarifLocation, Message, MultiformatMessageString, Notification,
    PhysicalLocation, PropertyBag, Region, ReportingConfiguration, ReportingDescriptor, ReportingDescriptorReference,
    Result as SarifResult, ResultLevel, Run, Sarif as Log, Suppression, ThreadFlow, ThreadFlowLocation, Tool, ToolComponent,
};

use super::render::escape::visible;
use super::render::json as writer;
use super::{Format, Style, View};
use crate::catalog::{Catalog, CheckPage};
use crate::report::{ClauseCitation, Finding, Location, Notice, Report, Severity};

/// `--format sarif`.
#[derive(Debug)]
pub(super) struct Sarif;

/// Version of the fingerprint's recipe: results of different versions are not compared.
const FINGERPRINT: &str = "pdlint/v1";

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn supports(&self, view: View) -> bool {
        view == View::Check
    }

    fn write(&self, report: &Report, catalog: &Catalog, _view: View, _style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        writer::write(out, &log(report, catalog))
    }
}

fn log(report: &Report, catalog: &Catalog) -> Log {
    let rules = rules(report, catalog);
    // Once one result says whether it is suppressed, all must (section 3.27.23).
    let suppressing = report.findings.iter().any(|finding| finding.suppressed.is_some());
    let results: Vec<_> = report.findings.iter().map(|finding| result(finding, &rules, suppressing)).collect();
    let notifications: Vec<_> = report.notices.iter().map(notification).collect();
    let invocation = Invocation::builder().execution_successful(true).tool_execution_notifications(notifications).build();
    let driver = ToolComponent::builder()
        .name("pdlint")
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .short_description(message_string(
            "Holds what a repository does with personal data against what its privacy Policy declares",
        ))
        .rules(rules)
        .notifications(notification_descriptors(&report.notices, catalog))
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![invocation])
        .results(results)
        .build();
    Log::builder().schema("https://json.schemastore.org/sarif-2.1.0.json").version(json!("2.1.0")).runs(vec![run]).build()
}

/// Every check that has a page, and any that a finding names besides, sorted by code.
fn rules(report: &Report, catalog: &Catalog) -> Vec<ReportingDescriptor> {
    let mut rules: BTreeMap<&str, ReportingDescriptor> = BTreeMap::new();
    for page in catalog.checks.iter() {
        rules.insert(&page.code, descriptor(page));
    }
    for finding in &report.findings {
        rules.entry(finding.code).or_insert_with(|| {
            ReportingDescriptor::builder()
                .id(finding.code)
                .name(finding.name)
                .default_configuration(configuration(finding.severity))
                .build()
        });
    }
    rules.into_values().collect()
}

/// The severity that a page gives its check; what is no check but a notice about the scan is a note.
fn severity_of(page: &CheckPage) -> Severity {
    match page.severity.as_str() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Note,
    }
}

fn descriptor(page: &CheckPage) -> ReportingDescriptor {
    let help = MultiformatMessageString::builder().text(page.text.clone()).markdown(page.text.clone()).build();
    ReportingDescriptor::builder()
        .id(page.code.clone())
        .name(page.name.clone())
        .short_description(message_string(&page.summary))
        .full_description(message_string(&opening(page)))
        .help(help)
        .default_configuration(configuration(severity_of(page)))
        .properties(bag([("tags", json!(["privacy"]))]))
        .build()
}

/// The first paragraph of a page that is no heading.
fn opening(page: &CheckPage) -> String {
    let first = page.text.split("\n\n").map(str::trim).find(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#'));
    first.unwrap_or(&page.summary).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn configuration(severity: Severity) -> ReportingConfiguration {
    ReportingConfiguration::builder().level(json!(severity.as_str())).build()
}

fn notification_descriptors(notices: &[Notice], catalog: &Catalog) -> Vec<ReportingDescriptor> {
    let codes: std::collections::BTreeSet<&str> = notices.iter().map(|notice| notice.code).collect();
    let describe = |code: &str| match catalog.checks.find(code) {
        Some(page) => descriptor(page),
        None => ReportingDescriptor::builder().id(code).build(),
    };
    codes.into_iter().map(describe).collect()
}

fn result(finding: &Finding, rules: &[ReportingDescriptor], suppressing: bool) -> SarifResult {
    let mut result = SarifResult::builder()
        .rule_id(finding.code)
        .level(match finding.severity {
            Severity::Error => ResultLevel::Error,
            Severity::Warning => ResultLevel::Warning,
            Severity::Note => ResultLevel::Note,
        })
        .message(message(&finding.message))
        .locations(vec![location(&finding.location, Some(&finding.label))])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), finding.fingerprint.clone())]))
        .properties(properties(finding))
        .build();
    result.rule_index = rules.iter().position(|rule| rule.id == finding.code).and_then(|at| i64::try_from(at).ok());
    if !finding.path.is_empty() {
        let steps = finding
            .path
            .iter()
            .map(|step| ThreadFlowLocation::builder().location(location(&step.location, Some(&step.what))).build());
        let flow = ThreadFlow::builder().locations(steps.collect::<Vec<_>>()).build();
        result.code_flows = Some(vec![CodeFlow::builder().thread_flows(vec![flow]).build()]);
    }
    let cited: Vec<_> = finding.clauses.iter().filter_map(clause).collect();
    if !cited.is_empty() {
        result.related_locations = Some(cited);
    }
    if suppressing {
        let suppressions = finding.suppressed.iter().map(|by| {
            Suppression::builder()
                .kind(json!("inSource"))
                .justification(visible(&by.reason).into_owned())
                .location(location(&by.location, None))
                .build()
        });
        result.suppressions = Some(suppressions.collect());
    }
    result
}

fn clause(clause: &ClauseCitation) -> Option<SarifLocation> {
    let mut text = format!("clause {} {}", clause.id, clause.role);
    if let Some(words) = &clause.text {
        let _ = write!(text, ": “{words}”");
    }
    clause.location.as_ref().map(|at| location(at, Some(&text)))
}

fn properties(finding: &Finding) -> PropertyBag {
    let symbol = |symbol: Option<crate::index::Symbol>| symbol.map(|symbol| json!(symbol.as_str()));
    let clauses: Vec<_> = finding.clauses.iter().map(|clause| clause.id.as_str()).collect();
    let optional = [
        ("recipient", symbol(finding.recipient)),
        ("recipientName", finding.recipient_name.as_ref().map(|name| json!(name))),
        ("country", symbol(finding.country)),
        ("sink", finding.sink.map(|sink| json!(sink))),
        ("verdict", finding.verdict.map(|verdict| json!(verdict))),
        ("clause", clauses.first().map(|clause| json!(clause))),
        ("declaration", finding.declaration.as_ref().map(|toml| json!(toml))),
    ];
    let always = [
        ("categories", json!(finding.categories.iter().map(|category| category.as_str()).collect::<Vec<_>>())),
        ("confidence", json!(finding.confidence)),
        ("clauses", json!(clauses)),
        ("evidence", json!(finding.evidence)),
        ("help", json!(finding.help)),
    ];
    bag(always.into_iter().chain(optional.into_iter().filter_map(|(name, value)| Some((name, value?)))))
}

fn bag(properties: impl IntoIterator<Item = (&'static str, Value)>) -> PropertyBag {
    let mut additional: BTreeMap<String, Value> = properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let tags = additional.remove("tags").and_then(|tags| serde_json::from_value::<Vec<String>>(tags).ok());
    let mut bag = PropertyBag::builder().additional_properties(additional).build();
    bag.tags = tags;
    bag
}

fn notification(notice: &Notice) -> Notification {
    let descriptor = ReportingDescriptorReference::builder().id(notice.code).build();
    let mut notification =
        Notification::builder().descriptor(descriptor).level(json!("warning")).message(message(&notice.message)).build();
    notification.locations = match &notice.location {
        Some(at) => Some(vec![location(at, None)]),
        None if notice.file.is_empty() => None,
        None => {
            let place = PhysicalLocation::builder().artifact_location(artifact(notice.file.as_str())).build();
            Some(vec![SarifLocation::builder().physical_location(place).build()])
        }
    };
    notification
}

fn location(at: &Location, what: Option<&str>) -> SarifLocation {
    let region = Region::builder()
        .start_line(at.line)
        .start_column(at.column)
        .end_line(at.end_line.max(at.line))
        .end_column(at.end_column.max(if at.end_line > at.line { 1 } else { at.column }))
        .build();
    let place = PhysicalLocation::builder().artifact_location(artifact(at.file.as_str())).region(region).build();
    let mut location = SarifLocation::builder().physical_location(place).build();
    location.message = what.filter(|text| !text.is_empty()).map(message);
    location
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation::builder().uri(uri(path)).build()
}

/// A path as a URI reference: relative ones stay relative to the scanned root.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        // Unreserved characters and the separator (RFC 3986, 2.3); a colon in a first segment would read as a scheme.
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn message(text: &str) -> Message {
    Message::builder().text(plain(text)).build()
}

fn message_string(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(plain(text)).build()
}

/// Plain text of a message: `[words](target)` in it would be an embedded link (section 3.11.6), so its brackets are escaped.
fn plain(text: &str) -> String {
    let shown = visible(text);
    if shown.contains("](") { shown.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") } else { shown.into_owned() }
}
