//! `pdlint.policy.toml`: what loads, what every mistake looks like, what the Policy answers.

#![allow(clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use pdlint::catalog::model::SinkKind;
use pdlint::catalog::recipient::RecipientKind;
use pdlint::catalog::{Catalog, CategoryId};
use pdlint::index::Symbol;
use pdlint::policy::{Condition, Period, Policy, PolicyError, SourceKind, TransferQuery, Verdict};
use proptest::prelude::*;

static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Catalog::builtin().expect("the built-in rules load"));

const HEAD: &str = "schema = 1\n[policy]\ntitle = \"Privacy policy\"\noperator = { name = \"Example LLP\", country = \"KZ\" }\n";

fn parse(text: &str) -> Result<Policy, PolicyError> {
    Policy::parse(Path::new("pdlint.policy.toml"), &Arc::from(text), &CATALOG)
}

/// A Policy with this below its head.
fn policy(entries: &str) -> Policy {
    parse(&format!("{HEAD}{entries}")).unwrap_or_else(|error| panic!("{}", render(&error)))
}

fn render(diagnostic: &dyn Diagnostic) -> String {
    let mut out = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(110)
        .render_report(&mut out, diagnostic)
        .expect("a diagnostic renders");
    // Long lines that miette pads end in blanks.
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// What loading each text says, under its title. A text that loads is a failure of the test.
fn mistakes(cases: &[(&str, String)]) -> String {
    let mut out = String::new();
    for (title, text) in cases {
        let error = parse(text).err().unwrap_or_else(|| panic!("{title}: loads"));
        out.push_str(&format!("### {title}\n{}\n\n", render(&error)));
    }
    out
}

fn below_head(cases: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    cases.iter().map(|(title, text)| (*title, format!("{HEAD}{text}"))).collect()
}

fn category(id: &str) -> CategoryId {
    CATALOG.categories.find(id).unwrap_or_else(|| panic!("no category {id}"))
}

fn clauses(ruling: &pdlint::policy::Ruling<'_>) -> Vec<String> {
    ruling.clauses.iter().map(|clause| clause.id.to_string()).collect()
}

fn nearest(ruling: &pdlint::policy::Ruling<'_>) -> Option<String> {
    ruling.nearest.map(|clause| clause.id.to_string())
}

// ---- Mistakes ----

#[test]
fn a_file_that_is_no_policy_is_named_as_such() {
    let shown = mistakes(&[
        ("empty", String::new()),
        ("comments alone", "# nothing yet\n".to_owned()),
        ("not TOML: a quote is missing", "schema = 1\n[policy]\ntitle = \"Privacy\noperator = { name = \"X\" }\n".to_owned()),
        ("not TOML: a list is not closed", format!("{HEAD}laws = [\"kz-94v\"\n")),
        ("a key twice", format!("{HEAD}title = \"Again\"\n")),
        ("another format", "{\"schema\": 1}".to_owned()),
        ("no schema", HEAD.replacen("schema = 1\n", "", 1)),
        ("a later schema", HEAD.replacen("schema = 1", "schema = 2", 1)),
        ("schema as text", HEAD.replacen("schema = 1", "schema = \"pdlint.policy/1\"", 1)),
        ("no [policy]", "schema = 1\n".to_owned()),
        ("no title, no operator", "schema = 1\n[policy]\n".to_owned()),
        ("an operator without a name", "schema = 1\n[policy]\ntitle = \"X\"\noperator = { country = \"KZ\" }\n".to_owned()),
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn unknown_keys_and_values_get_a_suggestion() {
    let shown = mistakes(&below_head(&[
        ("key of the header", "law_defaults = true\n"),
        ("table", "[[recipients]]\nid = \"x\"\n"),
        ("key of an entry", "[[storage]]\nclause = \"5.8\"\ncountry = [\"KZ\"]\n"),
        ("source", "[[collect]]\nclause = \"3.1\"\nsource = \"automatik\"\ncategories = [\"user.name\"]\n"),
        ("basis", "[[purpose]]\nid = \"a\"\nclause = \"4\"\nbasis = \"legitimate interest\"\n"),
        ("kind of recipient", "[[transfer]]\nclause = \"5\"\nto = \"thirdparty\"\n"),
        ("condition", "[[transfer]]\nclause = \"5\"\nto = \"authority\"\ncondition = \"anonymized\"\n"),
        ("right", "[[right]]\nclause = \"7\"\nright = \"deletion\"\n"),
        ("sink", "[[forbid]]\nclause = \"7\"\nsinks = [\"publications\"]\n"),
        ("category", "[[collect]]\nclause = \"3\"\ncategories = [\"user.contact.emial\", \"phone_number\", \"*\", \"zebra\"]\n"),
        ("law", "laws = [\"kz-94-v\"]\n"),
        ("country", "[[storage]]\nclause = \"5\"\ncountries = [\"kz\", \"UK\", \"EU\", \"Kazakhstan\"]\n"),
        ("use", "[[purpose]]\nid = \"a\"\nclause = \"4\"\nuse = \"Marketing!\"\n"),
    ]));
    insta::assert_snapshot!(shown);
}

#[test]
fn values_of_the_wrong_kind_are_pointed_at() {
    let shown = mistakes(&below_head(&[
        ("list for text", "revision = [\"x\"]\n"),
        ("text for a list", "laws = \"kz-94v\"\n"),
        ("text for a flag", "law-defaults = \"yes\"\n"),
        ("one bracket for two", "[collect]\nclause = \"3.1\"\n"),
        ("a number in a list of texts", "[[collect]]\nclause = \"3.1\"\ncategories = [1]\n"),
        ("no date", "revision = \"spring\"\n"),
        ("a month that is none", "revision = \"2026-13-01\"\n"),
        ("period", "[[retention]]\nclause = \"5\"\ncategories = [\"user\"]\nperiod = \"5 years\"\n"),
        ("period of nothing", "[[retention]]\nclause = \"5\"\ncategories = [\"user\"]\nperiod = \"0d\"\n"),
        ("period too long", "[[retention]]\nclause = \"5\"\ncategories = [\"user\"]\nperiod = \"99999999999y\"\n"),
        ("a URL for a host", "internal-hosts = [\"https://example.kz/x\"]\n"),
        (
            "a sentence for a number",
            "[[subject]]\nid = \"client\"\nclause = \"Clause three point one of the policy, in which data are listed\"\n",
        ),
        ("empty values", "[[collect]]\nclause = \"\"\ncategories = []\npurposes = []\n"),
        ("the same twice in a list", "[[collect]]\nclause = \"3\"\ncategories = [\"user.name\", \"user.name\"]\n"),
        ("keys missing", "[[collect]]\n[[purpose]]\n[[retention]]\n[[transfer]]\n[[recipient]]\n[[annex]]\n"),
        ("a ban on everything", "[[forbid]]\nclause = \"7.2.2\"\n"),
    ]));
    insta::assert_snapshot!(shown);
}

#[test]
fn entries_that_refer_to_nothing_are_mistakes() {
    let transfer = "[[transfer]]\nclause = \"5.9(2)\"\nto = \"third-party\"\n";
    let shown = mistakes(&below_head(&[
        (
            "a purpose that is not declared",
            "[[purpose]]\nid = \"newsletter\"\nclause = \"4\"\n[[collect]]\nclause = \"3\"\ncategories = [\"user.name\"]\npurposes = [\"newsleter\"]\n",
        ),
        (
            "a recipient that nobody knows",
            &format!("{transfer}[[recipient]]\nid = \"acme-sms\"\nclause = \"5.9(2)\"\ncategories = [\"user.name\"]\n"),
        ),
        (
            "a recipient of one's own without its country",
            &format!(
                "{transfer}[[recipient]]\nid = \"acme-sms\"\nname = \"Acme\"\nclause = \"5.9(2)\"\ncategories = [\"user.name\"]\n"
            ),
        ),
        (
            "a recipient under a clause that transfers nothing",
            &format!(
                "{transfer}[[recipient]]\nid = \"acme\"\nname = \"A\"\ncountry = \"KZ\"\nclause = \"5.9(1)\"\ncategories = [\"user.name\"]\n"
            ),
        ),
        ("a text that is not there", "text = \"no-such-policy.md\"\n"),
    ]));
    insta::assert_snapshot!(shown);
}

#[test]
fn what_is_said_twice_is_shown_at_both_places() {
    let transfer = "[[transfer]]\nclause = \"5\"\nto = \"third-party\"\n";
    let recipient =
        "[[recipient]]\nid = \"acme\"\nname = \"A\"\ncountry = \"KZ\"\nclause = \"5\"\ncategories = [\"user.name\"]\n";
    let shown = mistakes(&below_head(&[
        (
            "a category in one clause",
            "[[collect]]\nclause = \"3.1(1)\"\ncategories = [\"user.contact\"]\n[[collect]]\nclause = \"3.1 (1)\"\ncategories = [\"user.contact.email\"]\n",
        ),
        (
            "a catch-all",
            "[[collect]]\nclause = \"3.1(7)\"\ncatch-all = true\n[[collect]]\nclause = \"3.1(7)\"\ncatch-all = true\n",
        ),
        ("a purpose", "[[purpose]]\nid = \"a\"\nclause = \"4(1)\"\n[[purpose]]\nid = \"a\"\nclause = \"4(2)\"\n"),
        (
            "a retention",
            "[[retention]]\nclause = \"5\"\ncategories = [\"user\"]\nperiod = \"1y\"\n[[retention]]\nclause = \"5\"\ncategories = [\"user\"]\nperiod = \"2y\"\n",
        ),
        ("a transfer", &transfer.repeat(2)),
        (
            "a transfer on two conditions",
            &format!("{transfer}[[transfer]]\nclause = \"5\"\nto = \"authority\"\ncondition = \"law\"\n"),
        ),
        ("a recipient under one clause", &format!("{transfer}{recipient}{recipient}")),
        ("a country", &"[[storage]]\nclause = \"5.8\"\ncountries = [\"KZ\"]\n".repeat(2)),
        ("a right", &"[[right]]\nclause = \"7\"\nright = \"erasure\"\n".repeat(2)),
    ]));
    insta::assert_snapshot!(shown);
}

#[test]
fn all_mistakes_are_reported_at_once_in_the_order_of_the_file() {
    let text = "schema = 1\n[policy]\ntitle = \"X\"\noperator = { name = \"Y\", country = \"kz\" }\nrevison = \"2026-01-01\"\n\n\
                [[collect]]\nclause = \"3.1\"\ncategories = [\"user.contact.emial\"]\npurposes = [\"none\"]\n\n\
                [[retention]]\nclause = \"5.3\"\ncategories = [\"user\"]\nperiod = \"forever\"\n";
    let error = parse(text).expect_err("five mistakes");
    let kinds: Vec<_> = error.mistakes().iter().map(|one| one.kind().to_owned()).collect();
    assert_eq!(
        kinds,
        [
            "pdlint::policy::unknown_country",
            "pdlint::policy::unknown_key",
            "pdlint::policy::unknown_category",
            "pdlint::policy::unknown_purpose",
            "pdlint::policy::bad_period"
        ]
    );
    let shown = render(&error);
    insta::assert_snapshot!(shown);
}

#[test]
fn files_that_cannot_be_read_as_text_say_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("pdlint.policy.toml");
    let hide = |text: String| text.replace(&folder.path().display().to_string(), "FOLDER");
    let load = |file: &Path| hide(render(&Policy::load(file, &CATALOG).expect_err("no Policy")));
    let missing = load(&file);
    std::fs::write(&file, b"schema = 1\n[policy]\ntitle = \"\xcf\xee\xeb\xe8\xf2\xe8\xea\xe0\"\n").expect("written");
    let cp1251 = load(&file);
    std::fs::write(&file, vec![b'#'; 5 << 20]).expect("written");
    let large = load(&file);
    std::fs::write(folder.path().join("notes.md"), "No number at all.\n").expect("written");
    std::fs::write(&file, format!("{HEAD}text = \"notes.md\"\n")).expect("written");
    let unnumbered = load(&file);
    let shown = [missing, cp1251, large, unnumbered].join("\n\n");
    insta::assert_snapshot!(shown);
    assert!(matches!(Policy::load(folder.path(), &CATALOG), Err(PolicyError::Unreadable { .. })), "a folder is no file");
}

#[test]
fn a_file_full_of_mistakes_stays_readable() {
    let entries: String = (0..500).map(|n| format!("[[colect]]\nclause = \"{n}\"\n")).collect();
    assert_eq!(parse(&format!("{HEAD}{entries}")).expect_err("one unknown table").mistakes().len(), 1);
    let categories: Vec<String> = (0..500).map(|n| format!("\"user.nonsense{n}\"")).collect();
    let error = parse(&format!("{HEAD}[[annex]]\nreason = \"x\"\ncategories = [{}]\n", categories.join(","))).expect_err("many");
    assert_eq!(error.mistakes().len(), 51);
    assert!(error.mistakes().last().is_some_and(|last| last.to_string().starts_with("450 more")));
}

proptest! {
    /// Whatever stands in the file: an answer, never a panic.
    #[test]
    fn no_text_breaks_the_reader(text in "(\\[{0,2}(policy|collect|purpose|retention|transfer|recipient|storage|right|forbid|annex|x)\\]{0,2}\n|\
        (schema|title|operator|clause|categories|purposes|period|to|id|hosts|countries|right|sinks|text|laws|revision|source|catch-all) = \
        (1|-1|true|2026-01-31|\"[a-zё.*/()0-9 -]{0,12}\"|\\[(\"user\\.?[a-z]{0,6}\",? ?){0,3}\\]|\\{ name = \"x\"( ?,? country = \"KZ\")? \\}|\"|\\[|)\n|\\PC{0,10}\n){0,25}") {
        let _ = parse(&text);
        let _ = parse(&format!("{HEAD}{text}"));
    }

    /// A place always lies in the text, so that a diagnostic can always be drawn.
    #[test]
    fn every_mistake_can_be_drawn(text in "(\\[\\[collect\\]\\]\n)?(clause = \"[абв3.1(]{0,6}\"?\n|categories = \\[\"user\\.[a-zё]{0,5}\"\\]?\n|ё = \\PC{0,5}\n){0,6}") {
        if let Err(error) = parse(&format!("{HEAD}{text}")) {
            for one in error.mistakes() {
                prop_assert!(one.span().end as usize <= HEAD.len() + text.len());
            }
            prop_assert!(!render(&error).contains("Failed to read"), "{}", render(&error));
        }
    }
}

// ---- What a Policy answers ----

const SERVICE: &str = r#"
laws = ["kz-94v"]
law-defaults = true
internal-hosts = ["example.kz", "*.corp.example"]

[[purpose]]
id = "contact"
clause = "4(1)"
[[purpose]]
id = "newsletter"
clause = "4(2)"
basis = "consent"

[[collect]]
clause = "3(1)"
source = "subject"
categories = ["user.name", "user.contact.email"]
purposes = ["contact"]
[[collect]]
clause = "3(2)"
source = "automatic"
categories = ["user.device.ip_address"]
[[collect]]
clause = "3(3)"
source = "partner"
catch-all = true

[[retention]]
clause = "5(1)"
categories = ["user"]
period = "unlimited"
[[retention]]
clause = "5(2)"
categories = ["user.contact"]
period = "5y"
[[retention]]
clause = "5(3)"
categories = ["user.contact", "user.contact.email"]
period = "90d"

[[transfer]]
clause = "6(1)"
to = "third-party"
condition = "consent"
[[transfer]]
clause = "6(2)"
to = "third-party"
condition = "service"
[[transfer]]
clause = "6(3)"
to = "third-party"
condition = "anonymised"

[[recipient]]
id = "acme-mail"
name = "Acme Mail"
country = "US"
hosts = ["mail.acme.example"]
clause = "6(1)"
categories = ["user.contact.email"]
purposes = ["newsletter"]
[[recipient]]
id = "acme-mail"
clause = "6(2)"
categories = ["user.contact.email", "user.name.first"]
purposes = ["contact"]
[[recipient]]
id = "acme-stats"
name = "Acme Stats"
country = "KZ"
hosts = ["acme.example"]
clause = "6(3)"
categories = ["user"]

[[storage]]
clause = "7"
countries = ["DE"]

[[forbid]]
clause = "8(1)"
categories = ["user.biometric"]
[[forbid]]
clause = "8(2)"
sinks = ["publication"]
[[forbid]]
clause = "8(3)"
categories = ["user.government_id"]
sinks = ["third-party", "network"]

[[annex]]
categories = ["user.signature"]
purposes = ["contact"]
reason = "documents are signed"
"#;

#[test]
fn a_category_is_clear_vague_omitted_or_contradicted() {
    let policy = policy(SERVICE);
    let ask = |id: &str, source| policy.collection(&CATALOG, category(id), source);

    let name = ask("user.name.first", Some(SourceKind::Subject));
    assert_eq!((name.verdict, clauses(&name)), (Verdict::Clear, vec!["3(1)".to_owned()]), "declared by its parent");
    assert_eq!(name.purposes, Some(vec![Symbol::new("contact")]));

    let address = ask("user.device.ip_address", Some(SourceKind::Subject));
    assert_eq!((address.verdict, nearest(&address)), (Verdict::Omitted, Some("3(2)".to_owned())), "declared for another source");
    assert_eq!(ask("user.device.ip_address", None).verdict, Verdict::Clear);
    assert_eq!(ask("user.device.ip_address", None).purposes, None, "its clause is tied to no purpose");

    let partner = ask("user.financial.income", Some(SourceKind::Partner));
    assert_eq!((partner.verdict, nearest(&partner)), (Verdict::Vague, Some("3(3)".to_owned())));
    let phone = ask("user.contact.phone_number", Some(SourceKind::Subject));
    assert_eq!((phone.verdict, nearest(&phone)), (Verdict::Omitted, Some("3(1)".to_owned())), "user.contact.email comes nearest");
    assert_eq!(ask("user.health_and_medical", Some(SourceKind::Subject)).verdict, Verdict::Omitted);

    let face = ask("user.biometric.face", None);
    assert_eq!((face.verdict, clauses(&face)), (Verdict::Contradicted, vec!["8(1)".to_owned()]));

    let signature = ask("user.signature", None);
    assert_eq!((signature.verdict, signature.annex), (Verdict::Clear, Some("documents are signed")));
    assert!(signature.clauses.is_empty());
}

#[test]
fn purposes_are_those_of_the_clauses_that_declare_the_category() {
    let policy = policy(SERVICE);
    assert_eq!(policy.purposes_of(category("user.contact.email")), Some(vec![Symbol::new("contact")]));
    assert_eq!(policy.purposes_of(category("user.device.ip_address")), None, "tied to none: any");
    assert_eq!(policy.purposes_of(category("user.health_and_medical")), Some(vec![]), "not declared: none");
}

#[test]
fn the_most_specific_retention_holds_and_of_equals_the_strictest() {
    let policy = policy(SERVICE);
    let clause = |id: &str| policy.retention(category(id)).map(|one| one.clause.id.to_string());
    assert_eq!(clause("user.name"), Some("5(1)".to_owned()));
    assert_eq!(clause("user.contact.phone_number"), Some("5(3)".to_owned()), "90 days beat 5 years at equal depth");
    assert_eq!(clause("user.contact.email"), Some("5(3)".to_owned()));
    assert_eq!(clause("organization.bin"), None);
    let kept = |id: &str| {
        format!(
            "{:?}",
            policy.kept_for(&CATALOG, category(id)).map(|one| match one {
                pdlint::policy::KeptFor::Declared(entry) => (entry.clause.id, entry.period.clone()),
                pdlint::policy::KeptFor::Law(law, period) => (law, period),
            })
        )
    };
    assert_eq!(kept("user.name"), "Some((\"kz-94v\", PurposeEnd(0)))", "the law limits what the Policy does not");
    assert_eq!(kept("user.contact.email"), "Some((\"5(3)\", Days(90)))");
}

#[test]
fn the_catch_all_cited_is_the_one_for_the_source_then_the_one_for_any() {
    let cited = |entries: &str, source| {
        let policy = policy(entries);
        let ruling = policy.collection(&CATALOG, category("user.name"), source);
        (ruling.verdict, nearest(&ruling).unwrap_or_default())
    };
    let partner = "[[collect]]\nclause = \"3(1)\"\nsource = \"partner\"\ncatch-all = true\n";
    let any = "[[collect]]\nclause = \"3(2)\"\ncatch-all = true\n";
    let both = format!("{partner}{any}");
    let vague = |clause: &str| (Verdict::Vague, clause.to_owned());
    assert_eq!(cited(&both, None), vague("3(2)"), "where the source is not known, the one for any source is sure to apply");
    assert_eq!(cited(&both, Some(SourceKind::Partner)), vague("3(1)"));
    assert_eq!(cited(&format!("{any}{partner}"), Some(SourceKind::Partner)), vague("3(1)"), "whatever their order");
    assert_eq!(cited(&both, Some(SourceKind::Subject)), vague("3(2)"));
    assert_eq!(cited(partner, None), vague("3(1)"), "it may be the source");
    assert_eq!(cited(partner, Some(SourceKind::Subject)), (Verdict::Omitted, String::new()));
}

fn query(id: Option<&str>, host: Option<&str>, carried: &str) -> TransferQuery {
    TransferQuery {
        id: id.map(Symbol::new),
        host: host.map(Symbol::new),
        sink: SinkKind::ThirdParty,
        kind: None,
        country: None,
        category: category(carried),
        purpose: None,
        consent_checked: false,
        anonymised: false,
    }
}

#[test]
fn a_transfer_depends_on_recipient_category_and_condition_together() {
    let policy = policy(SERVICE);
    let mail = query(Some("acme-mail"), None, "user.contact.email");

    let service = policy.transfer(&CATALOG, &mail);
    assert_eq!((service.ruling.verdict, clauses(&service.ruling)), (Verdict::Clear, vec!["6(2)".to_owned()]));
    assert_eq!((service.recipient_named, service.condition, service.condition_met), (true, Some(Condition::Service), true));

    // For the newsletter the clause with consent holds, and there is none.
    let newsletter = policy.transfer(&CATALOG, &TransferQuery { purpose: Some(Symbol::new("newsletter")), ..mail });
    assert_eq!((clauses(&newsletter.ruling), newsletter.condition), (vec!["6(1)".to_owned()], Some(Condition::Consent)));
    assert_eq!(
        (newsletter.ruling.verdict, newsletter.condition_met, newsletter.verdict()),
        (Verdict::Clear, false, Verdict::Omitted)
    );

    let phone = policy.transfer(&CATALOG, &query(Some("acme-mail"), None, "user.contact.phone_number"));
    assert_eq!((phone.recipient_named, phone.ruling.verdict), (true, Verdict::Omitted));
    assert_eq!(nearest(&phone.ruling), Some("6(1)".to_owned()));

    let raw = policy.transfer(&CATALOG, &query(None, Some("stats.acme.example"), "user.name"));
    assert_eq!((raw.recipient.map(|one| one.id.as_str()), raw.condition_met), (Some("acme-stats"), false));
    let figures = TransferQuery { anonymised: true, ..query(None, Some("stats.acme.example"), "user.name") };
    assert_eq!(policy.transfer(&CATALOG, &figures).verdict(), Verdict::Clear);
}

#[test]
fn an_unnamed_recipient_is_vague_where_a_clause_speaks_of_such_and_omitted_where_none_does() {
    let policy = policy(SERVICE);
    let stranger = query(Some("sentry"), Some("sentry.io"), "user.contact.email");
    let vague = policy.transfer(&CATALOG, &stranger);
    assert_eq!(
        (vague.recipient_named, vague.ruling.verdict, nearest(&vague.ruling)),
        (false, Verdict::Vague, Some("6(2)".to_owned()))
    );
    let consented = policy.transfer(&CATALOG, &TransferQuery { consent_checked: true, ..stranger });
    assert_eq!(nearest(&consented.ruling), Some("6(1)".to_owned()), "a clause whose condition is met comes nearer");
    let authority = TransferQuery { kind: Some(RecipientKind::Authority), sink: SinkKind::Authority, ..stranger };
    let omitted = policy.transfer(&CATALOG, &authority);
    assert_eq!(
        (omitted.ruling.verdict, nearest(&omitted.ruling)),
        (Verdict::Omitted, Some("3(1)".to_owned())),
        "no clause on authorities"
    );
    let published = policy.transfer(&CATALOG, &TransferQuery { sink: SinkKind::Publication, ..stranger });
    assert_eq!((published.ruling.verdict, clauses(&published.ruling)), (Verdict::Contradicted, vec!["8(2)".to_owned()]));
    let number = policy.transfer(&CATALOG, &query(None, Some("stats.acme.example"), "user.government_id.iin"));
    assert_eq!(clauses(&number.ruling), ["8(3)"], "a ban beats a declaration");
}

#[test]
fn a_copy_is_declared_by_the_name_of_its_table() {
    let policy = self::policy("[[storage]]\nclause = \"5.7\"\ncopies = [\"clients_archive\", \"*_history\", \"old*2*\"]\n");
    for name in ["clients_archive", "crm.Clients_Archive", "user_history", "dbo.UserS_HISTORY", "old_2023", "OLD-12"] {
        assert_eq!(policy.copy_declared(name).map(|entry| entry.clause.id.as_str()), Some("5.7"), "{name}");
    }
    for name in ["clients", "clients_archive_2", "history", "users_historyx", "old", "bold2"] {
        assert!(policy.copy_declared(name).is_none(), "{name}");
    }
    assert!(self::policy("[[storage]]\nclause = \"5.8\"\ncountries = [\"KZ\"]\n").copy_declared("x_archive").is_none());
    assert!(policy.storages.iter().all(|entry| entry.countries.is_empty()));
}

#[test]
fn a_country_is_declared_by_seat_storage_or_the_recipients_entry() {
    let policy = policy(SERVICE);
    let to = |id: &str, country: Option<&str>| {
        let asked = TransferQuery { country: country.map(Symbol::new), ..query(Some(id), None, "user.contact.email") };
        policy.transfer(&CATALOG, &asked).country_declared
    };
    assert!(to("acme-mail", Some("US")), "stated in the entry");
    assert!(to("acme-mail", Some("KZ")) && to("acme-mail", Some("DE")), "the seat and the storage");
    assert!(!to("acme-mail", Some("RU")) && !to("sentry", Some("US")));
    assert!(to("acme-mail", None), "what is not known is not judged");
    assert!(policy.country_declared(Symbol::new("DE")) && !policy.country_declared(Symbol::new("US")));
    let anywhere = self::policy("[[storage]]\nclause = \"7\"\ncountries = [\"*\"]\n");
    assert!(anywhere.country_declared(Symbol::new("US")) && !anywhere.country_named(Symbol::new("US")));
}

#[test]
fn hosts_match_on_label_boundaries() {
    let policy = policy(SERVICE);
    for host in ["example.kz", "api.example.kz", "API.Example.KZ.", "api.example.kz:8443", "a.corp.example"] {
        assert!(policy.is_internal_host(host), "{host}");
    }
    for host in ["notexample.kz", "example.kz.evil.test", "kz", "", "example"] {
        assert!(!policy.is_internal_host(host), "{host}");
    }
    let owner = |host: &str| policy.recipient_by_host(host).map(|one| one.id.to_string());
    assert_eq!(owner("eu.mail.acme.example"), Some("acme-mail".to_owned()), "the longest suffix wins");
    assert_eq!(owner("acme.example"), Some("acme-stats".to_owned()));
    assert_eq!(owner("other.example"), None);
}

#[test]
fn periods_are_read_in_days() {
    for (text, period) in [
        ("unlimited", Some(Period::Unlimited)),
        ("90d", Some(Period::Days(90))),
        ("6m", Some(Period::Days(180))),
        ("5y", Some(Period::Days(1825))),
        ("purpose-end", Some(Period::PurposeEnd(0))),
        ("purpose-end+1y", Some(Period::PurposeEnd(365))),
    ] {
        assert_eq!(Period::parse(text), period, "{text}");
    }
    for text in ["", "d", "5", "5w", "-5d", "+5d", "5 d", "0d", "purpose-end+", "purpose-end+unlimited", "4294967295y", "ё", "5ё"]
    {
        assert_eq!(Period::parse(text), None, "{text}");
    }
}

// ---- Files that are shipped ----

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/idocument").join(name)
}

#[test]
fn the_policy_of_idocument_loads_and_every_clause_it_cites_stands_in_the_text() {
    let policy = Policy::load(&fixture("pdlint.policy.toml"), &CATALOG).unwrap_or_else(|error| panic!("{}", render(&error)));
    let unknown: Vec<_> = policy.unknown_clauses().iter().map(|clause| clause.id.to_string()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(policy.words_of(Symbol::new("4.1(4)")).is_some_and(|words| words.contains("problems")), "items in one line");
    assert_eq!(policy.purposes.len(), 11);

    let ask = |id: &str| policy.collection(&CATALOG, category(id), None).verdict;
    assert_eq!(ask("user.government_id.iin"), Verdict::Clear);
    assert_eq!(ask("user.demographic.date_of_birth"), Verdict::Vague, "only 3.1(7) covers it");

    let phone = query(Some("kz-smsc"), None, "user.contact.phone_number");
    assert_eq!(policy.transfer(&CATALOG, &phone).verdict(), Verdict::Clear);
    let document = TransferQuery { id: Some(Symbol::new("openai")), ..query(None, None, "user.content.private") };
    let vague = policy.transfer(&CATALOG, &document);
    assert_eq!((vague.ruling.verdict, nearest(&vague.ruling)), (Verdict::Vague, Some("5.9(2)".to_owned())));
    let payer = policy.transfer(&CATALOG, &query(Some("kz-halyk-epay"), None, "user.contact.email"));
    assert_eq!((payer.recipient_named, payer.ruling.verdict), (true, Verdict::Omitted));
    let newsletter = policy.transfer(&CATALOG, &query(Some("unisender"), None, "user.contact.email"));
    assert_eq!((newsletter.condition, newsletter.condition_met), (Some(Condition::Consent), false));
}

#[test]
fn the_starting_file_loads_and_so_do_its_examples() {
    let text = pdlint::policy::template();
    let loaded = parse(text).unwrap_or_else(|error| panic!("{text}\n{}", render(&error)));
    assert_eq!((loaded.header.operator.as_str(), loaded.collects.len()), ("The operator", 0));

    // A line that is TOML once its mark is off is an example; the rest is prose.
    let example =
        |line: &str| line.starts_with("[[") || line.split_once(" = ").is_some_and(|(key, _)| !key.trim_end().contains(' '));
    let uncommented: Vec<&str> = text
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|rest| example(rest) && !rest.starts_with("text")).unwrap_or(line))
        .collect();
    let full = parse(&uncommented.join("\n")).unwrap_or_else(|error| panic!("{}\n{}", uncommented.join("\n"), render(&error)));
    assert_eq!((full.collects.len(), full.recipients.len(), full.annexes.len(), full.forbids.len()), (2, 1, 1, 1));
}
