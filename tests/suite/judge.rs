//! Checks on cases made by hand: what the whole pipeline cannot easily be brought to produce.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::path::Path;
use std::sync::Arc;

use pdlint::catalog::model::{Effects, SinkKind};
use pdlint::catalog::{Catalog, CategoryId};
use pdlint::classify::Confidence;
use pdlint::classify::values::ValueHit;
use pdlint::config::Config;
use pdlint::facts::{FileFacts, LiteralFact, Suppression};
use pdlint::flow::{Carried, Channel, Endpoint, Flow, FlowStep, Flows};
use pdlint::index::Symbol;
use pdlint::judge::{Case, FunctionIndex, judge};
use pdlint::link::Schema;
use pdlint::policy::{Policy, Verdict};
use pdlint::report::{Finding, Notice, Severity};
use pdlint::source::{FileId, Site, SourceFile, Span};

const HEAD: &str = "schema = 1\n[policy]\ntitle = \"Privacy policy\"\noperator = { name = \"Example LLP\", id = \"770440000002\", country = \"KZ\" }\nrevision = \"2026-01-15\"\n";
const TRANSFER: &str = "[[transfer]]\nclause = \"5.9(2)\"\nto = \"third-party\"\ncondition = \"service\"\n";
const CODE: &str = "fn one() {\n    let a = client\n        .post(url)\n        .send();\n}\nfn two() { send(); }\n";

/// A program of one file, and what was found in it.
struct World {
    catalog: Arc<Catalog>,
    config: Config,
    policy: Option<Policy>,
    sources: Vec<SourceFile>,
    facts: FileFacts,
    flows: Vec<Flow>,
}

impl World {
    fn new(policy: Option<&str>) -> Self {
        let catalog = Catalog::builtin().expect("the built-in rules load");
        let policy = policy.map(|rest| parse(&catalog, rest));
        let sources = vec![SourceFile::new("src/a.rs", CODE, Symbol::new("rust"), false)];
        Self { catalog, config: Config::default(), policy, sources, facts: FileFacts::default(), flows: Vec::new() }
    }

    fn category(&self, id: &str) -> CategoryId {
        self.catalog.categories.find(id).unwrap_or_else(|| panic!("no category {id}"))
    }

    /// The flow's place is the `at`-th `send` of the code.
    fn flow(&mut self, sink: SinkKind, endpoint: Endpoint, at: usize, carried: &[(&str, Effects)]) -> &mut Flow {
        let (start, name) = CODE.match_indices("send").nth(at).expect("a call");
        let site = Site { file: FileId::from_index(0), span: Span::new(start, start + name.len()) };
        let carried = carried.iter().map(|(id, effects)| Carried {
            category: self.category(id),
            effects: *effects,
            channel: Channel::Body,
            confidence: Confidence::High,
            witness: vec![FlowStep { site, what: "read from users.email".to_owned() }],
        });
        let carried = carried.collect();
        let call = "library::send".to_owned();
        self.flows.push(Flow {
            sink,
            site,
            call,
            endpoint,
            carried,
            consent_checked: false,
            cleartext: None,
            column: None,
            in_test: false,
        });
        self.flows.last_mut().expect("just pushed")
    }

    fn recipient(&self, id: &str) -> Endpoint {
        Endpoint::Recipient(self.catalog.recipients.find(id).unwrap_or_else(|| panic!("no recipient {id}")), None)
    }

    fn judge(self) -> (Vec<Finding>, Vec<Notice>) {
        let facts = [Arc::new(self.facts)];
        let flows = Flows { flows: self.flows, limits_hit: Vec::new() };
        let schema = Schema::default();
        judge(&Case {
            catalog: &self.catalog,
            config: &self.config,
            policy: self.policy.as_ref(),
            sources: &self.sources,
            facts: &facts,
            functions: &FunctionIndex::new(&facts),
            schema: &schema,
            flows: &flows,
            elements: &[],
        })
    }

    /// The codes found in the code itself, in order.
    fn codes(self) -> Vec<&'static str> {
        self.judge().0.iter().filter(|finding| finding.location.file == "src/a.rs").map(|finding| finding.code).collect()
    }
}

fn parse(catalog: &Catalog, rest: &str) -> Policy {
    let text: Arc<str> = format!("{HEAD}{rest}").into();
    Policy::parse(Path::new("pdlint.policy.toml"), &text, catalog)
        .unwrap_or_else(|error| panic!("{:?}\n{text}", miette::Report::new(error)))
}

const RAW: Effects = Effects::empty();
const EMAIL: &str = "user.contact.email";

#[test]
fn without_a_policy_only_protection_is_judged() {
    let mut world = World::new(None);
    let twilio = world.recipient("twilio");
    world.flow(SinkKind::ThirdParty, twilio, 0, &[(EMAIL, RAW)]).cleartext = Some(true);
    world.flow(SinkKind::Log, Endpoint::None, 1, &[(EMAIL, RAW)]);
    assert_eq!(world.codes(), ["PD505", "PD501"]);
}

#[test]
fn a_policy_that_names_nobody_leaves_every_transfer_undeclared() {
    let mut world = World::new(Some(""));
    let twilio = world.recipient("twilio");
    world.flow(SinkKind::ThirdParty, twilio, 0, &[(EMAIL, RAW), ("user.name", RAW)]);
    let (findings, _) = world.judge();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.code, finding.location.line, finding.location.column), ("PD201", 4, 10));
    assert_eq!(finding.recipient, Some(Symbol::new("twilio")));
    assert_eq!(finding.sink, Some("third-party"));
    assert_eq!(finding.verdict, Some(Verdict::Omitted));
    assert_eq!(finding.categories, [Symbol::new("user.contact.email"), Symbol::new("user.name")]);
    assert!(finding.message.contains("Twilio (US)"), "{}", finding.message);
    assert_eq!(finding.fingerprint.len(), 16);
}

#[test]
fn hosts_relays_and_unknown_peers_are_undeclared_too_but_internal_ones_are_not() {
    let endpoints = [
        (Endpoint::Host(Symbol::new("collect.example.org")), 1),
        (Endpoint::Generic(Symbol::new("smtp")), 1),
        (Endpoint::Unknown, 1),
        (Endpoint::Host(Symbol::new("api.own.kz")), 0),
        (Endpoint::Host(Symbol::new("10.0.0.7:8080")), 0),
        (Endpoint::None, 0),
    ];
    for (endpoint, expected) in endpoints {
        let mut world = World::new(Some(""));
        world.config.internal_hosts = vec!["own.kz".to_owned()];
        world.flow(SinkKind::Network, endpoint.clone(), 0, &[(EMAIL, RAW)]);
        assert_eq!(world.codes().len(), expected, "{endpoint:?}");
    }
}

#[test]
fn a_bare_id_raises_nothing() {
    let mut world = World::new(Some(""));
    let twilio = world.recipient("twilio");
    world.flow(SinkKind::ThirdParty, twilio, 0, &[("user.unique_id", RAW)]);
    world.flow(SinkKind::Log, Endpoint::None, 1, &[("user.unique_id", RAW)]);
    assert!(world.codes().is_empty());
}

#[test]
fn the_check_decides_what_an_effect_is_worth() {
    let sent = |effects| {
        let mut world = World::new(Some(""));
        let twilio = world.recipient("twilio");
        world.flow(SinkKind::ThirdParty, twilio, 0, &[(EMAIL, effects)]);
        world.flow(SinkKind::Log, Endpoint::None, 1, &[(EMAIL, effects)]);
        world.codes()
    };
    assert_eq!(sent(RAW), ["PD201", "PD501"]);
    assert_eq!(sent(Effects::PSEUDONYMISED), ["PD201"]);
    assert!(sent(Effects::MASKED).is_empty());
    assert!(sent(Effects::ENCRYPTED).is_empty());
}

#[test]
fn conditions_and_countries_are_judged_where_the_recipient_is_named() {
    let judged = |condition: &str, country: &str, categories: &str, consent: bool| {
        let policy = format!(
            "[[transfer]]\nclause = \"5.9\"\nto = \"third-party\"\ncondition = \"{condition}\"\n[[recipient]]\nid = \"twilio\"\nclause = \"5.9\"\n{country}categories = [\"{categories}\"]\n"
        );
        let mut world = World::new(Some(&policy));
        let twilio = world.recipient("twilio");
        world.flow(SinkKind::ThirdParty, twilio, 0, &[(EMAIL, RAW)]).consent_checked = consent;
        world.codes()
    };
    let us = "country = \"US\"\n";
    assert!(judged("service", us, "user.contact", false).is_empty());
    assert_eq!(judged("service", us, "user.name", false), ["PD202"]);
    assert_eq!(judged("service", "", "user.contact", false), ["PD204"]);
    assert_eq!(judged("consent", us, "user.contact", false), ["PD203"]);
    assert!(judged("consent", us, "user.contact", true).is_empty());
    assert_eq!(judged("anonymised", us, "user.contact", false), ["PD205"]);
}

#[test]
fn every_declaration_offered_parses_and_settles_its_finding() {
    let policies = [
        String::new(),
        TRANSFER.to_owned(),
        format!("{TRANSFER}[[recipient]]\nid = \"twilio\"\nclause = \"5.9(2)\"\ncategories = [\"user.name\"]\n"),
    ];
    for policy in policies {
        for endpoint in ["twilio", "host", "smtp"] {
            let mut declared = policy.clone();
            // Each round settles one finding; a category and a country may both be missing.
            for round in 0.. {
                assert!(round < 4, "no end of findings for {endpoint}:\n{declared}");
                let mut world = World::new(Some(&declared));
                let to = match endpoint {
                    "host" => Endpoint::Host(Symbol::new("intake.example.org")),
                    "smtp" => Endpoint::Generic(Symbol::new("smtp")),
                    id => world.recipient(id),
                };
                world.flow(SinkKind::ThirdParty, to, 0, &[(EMAIL, RAW)]);
                let (findings, _) = world.judge();
                let Some(finding) = findings.iter().find(|finding| finding.location.file == "src/a.rs") else { break };
                let toml = finding.declaration.as_deref().unwrap_or_else(|| panic!("{} offers nothing", finding.code));
                // An entry that replaces the present one says so.
                if toml.starts_with("# in place of") {
                    let at = declared.find("[[recipient]]").expect("the present entry");
                    declared.truncate(at);
                }
                declared = format!("{declared}\n{toml}");
            }
        }
    }
}

#[test]
fn fingerprints_survive_moved_lines_and_tell_alike_findings_apart() {
    let prints = |before: &str| {
        let mut world = World::new(Some(""));
        let twilio = world.recipient("twilio");
        for at in 0..2 {
            world.flow(SinkKind::ThirdParty, twilio.clone(), at, &[(EMAIL, RAW)]);
        }
        let moved = u32::try_from(before.len()).expect("short");
        world.sources = vec![SourceFile::new("src/a.rs", format!("{before}{CODE}"), Symbol::new("rust"), false)];
        for flow in &mut world.flows {
            flow.site.span = Span { start: flow.site.span.start + moved, end: flow.site.span.end + moved };
        }
        world.judge().0.into_iter().map(|finding| finding.fingerprint).collect::<Vec<_>>()
    };
    let here = prints("");
    assert_eq!(here.len(), 2);
    assert_ne!(here[0], here[1]);
    assert_eq!(here, prints("// a comment\n\n"));
}

fn suppression(codes: &[&str], reason: Option<&str>, line: u32) -> Suppression {
    let codes = codes.iter().map(|code| Symbol::new(code)).collect();
    Suppression { codes, reason: reason.map(str::to_owned), span: Span::new(0, 5), line }
}

#[test]
fn suppressions_mark_findings_and_are_judged_themselves() {
    let judged = |suppression: Suppression| {
        let mut world = World::new(None);
        world.flow(SinkKind::Log, Endpoint::None, 1, &[(EMAIL, RAW)]);
        world.facts.suppressions = vec![suppression];
        let (findings, notices) = world.judge();
        (findings[0].suppressed.clone().map(|by| by.reason), notices.iter().map(|notice| notice.code).collect::<Vec<_>>())
    };
    let because = || Some("support asked".to_owned());
    assert_eq!(judged(suppression(&["PD501"], Some("support asked"), 6)), (because(), vec![]));
    assert_eq!(judged(suppression(&["personal-data-in-log"], Some("support asked"), 6)), (because(), vec![]));
    assert_eq!(judged(suppression(&[], Some("support asked"), 6)), (because(), vec![]));
    assert_eq!(judged(suppression(&["PD501"], None, 6)), (Some(String::new()), vec!["PD004"]));
    assert_eq!(judged(suppression(&["PD501"], Some("support asked"), 2)), (None, vec!["PD003"]));
    assert_eq!(judged(suppression(&["PD503"], Some("support asked"), 6)), (None, vec!["PD003"]));
    assert_eq!(judged(suppression(&["PD999"], Some("support asked"), 6)), (None, vec!["PD003"]));
    // A check that did not run says nothing about its suppressions.
    assert_eq!(judged(suppression(&["PD501", "PD201"], Some("support asked"), 6)), (because(), vec![]));
}

#[test]
fn severities_are_configured_by_code() {
    let judged = |key: &str, severity| {
        let mut world = World::new(None);
        world.flow(SinkKind::Log, Endpoint::None, 1, &[(EMAIL, RAW)]);
        world.config.severities = vec![(Symbol::new(key), severity)];
        world.judge().0.iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(judged("PD501", Some(Severity::Note)), [Severity::Note]);
    assert_eq!(judged("PD503", Some(Severity::Note)), [Severity::Error]);
    assert!(judged("PD501", None).is_empty());
}

#[test]
fn an_override_sets_severities_for_its_paths_and_beats_the_rest() {
    let judged = |text: &str| {
        let mut world = World::new(None);
        world.flow(SinkKind::Log, Endpoint::None, 1, &[(EMAIL, RAW)]);
        world.config = Config::parse(Path::new("pdlint.toml"), &Arc::from(text)).expect("a configuration");
        world.judge().0.iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    let here = "[[override]]\npaths = [\"src/**\"]\n";
    let elsewhere = "[[override]]\npaths = [\"legacy/**\"]\n";
    assert_eq!(judged(&format!("{here}severity = {{ PD501 = \"note\" }}\n")), [Severity::Note]);
    assert_eq!(judged(&format!("{elsewhere}severity = {{ PD501 = \"note\" }}\n")), [Severity::Error]);
    assert!(judged(&format!("{here}severity = {{ PD501 = \"off\" }}\n")).is_empty());
    let off = "[severity]\nPD501 = \"off\"\n";
    assert!(judged(off).is_empty());
    assert_eq!(judged(&format!("{off}{here}severity = {{ PD501 = \"warning\" }}\n")), [Severity::Warning], "on again here");
    assert!(judged(&format!("{off}{elsewhere}severity = {{ PD501 = \"warning\" }}\n")).is_empty());
}

#[test]
fn a_suppression_of_a_check_that_is_off_at_its_file_is_not_unused() {
    let notices = |text: &str| {
        let mut world = World::new(None);
        world.facts.suppressions = vec![suppression(&["PD501"], Some("support asked"), 6)];
        world.config = Config::parse(Path::new("pdlint.toml"), &Arc::from(text)).expect("a configuration");
        world.judge().1.iter().map(|notice| notice.code).collect::<Vec<_>>()
    };
    assert_eq!(notices(""), ["PD003"]);
    assert!(notices("[[override]]\npaths = [\"src/**\"]\nseverity = { PD501 = \"off\" }\n").is_empty());
    assert!(notices("[[override]]\npaths = [\"src/**\"]\nseverity = { PD003 = \"off\" }\n").is_empty());
}

#[test]
fn a_message_about_several_categories_is_in_the_plural() {
    let said = |carried: &[(&str, Effects)]| {
        let mut world = World::new(Some(""));
        let twilio = world.recipient("twilio");
        world.flow(SinkKind::ThirdParty, twilio, 0, carried);
        let (findings, _) = world.judge();
        findings[0].message.clone()
    };
    let (name, phone) = ("user.name", "user.contact.phone_number");
    assert!(said(&[(EMAIL, RAW)]).contains(" is sent to "), "{}", said(&[(EMAIL, RAW)]));
    assert!(said(&[(EMAIL, RAW), (name, RAW)]).contains(" are sent to "));
    assert!(said(&[(EMAIL, RAW), (name, RAW), (phone, RAW)]).contains(" are sent to "));
}

#[test]
fn test_code_is_judged_on_demand() {
    let judged = |include_tests| {
        let mut world = World::new(None);
        world.config.include_tests = include_tests;
        world.flow(SinkKind::Log, Endpoint::None, 1, &[(EMAIL, RAW)]).in_test = true;
        world.codes().len()
    };
    assert_eq!((judged(false), judged(true)), (0, 1));
}

#[test]
fn thousands_of_literals_in_one_file_are_a_few_findings() {
    let mut world = World::new(None);
    let category = world.category("user.government_id.iin");
    let hit = ValueHit { category, what: "IIN", masked: "01**********".to_owned(), start: 0, end: 12 };
    let literal = LiteralFact { hit, span: Span::new(0, 12), name: None, in_test: true, column: None };
    world.facts.literals = vec![literal; 5000];
    let (findings, _) = world.judge();
    assert_eq!(findings.len(), 21);
    assert!(findings.iter().any(|finding| finding.message.contains("4979 further ones")));
}

#[test]
fn organisations_are_judged_where_the_policy_speaks_of_them() {
    let judged = |policy: &str| {
        let mut world = World::new(Some(policy));
        let twilio = world.recipient("twilio");
        world.flow(SinkKind::ThirdParty, twilio, 0, &[("organization.bin", RAW)]);
        world.codes()
    };
    assert!(judged("").is_empty());
    assert_eq!(judged("[[collect]]\nclause = \"3.1\"\ncategories = [\"organization.bin\"]\n"), ["PD201"]);
}

#[test]
fn what_a_clause_forbids_cannot_be_declared() {
    let mut world = World::new(Some("[[forbid]]\nclause = \"7.2.2\"\nsinks = [\"publication\"]\n"));
    let host = Endpoint::Host(Symbol::new("pages.example.org"));
    world.flow(SinkKind::Publication, host, 0, &[(EMAIL, RAW)]);
    let (findings, _) = world.judge();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding.verdict, Some(Verdict::Contradicted));
    assert_eq!(finding.declaration, None);
    assert_eq!(finding.clauses.iter().map(|clause| clause.id.as_str()).collect::<Vec<_>>(), ["7.2.2"]);
}
