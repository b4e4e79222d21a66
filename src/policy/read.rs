//! Tables of a Policy file into entries: what each table holds, which words its keys take.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::text::PolicyText;
use super::{
    Annex, Basis, Clause, Collect, Condition, DeclaredRecipient, Forbid, Header, Period, Policy, Purpose, Retention, Right,
    RightKind, SourceKind, Storage, Subject, Transfer, TransferTo,
};
use crate::catalog::model::SinkKind;
use crate::catalog::{Catalog, CategorySet, country};
use crate::index::Symbol;
use crate::source::{LineIndex, Span};
use crate::toml_reader::{Placed, TableReader, advice};

const SOURCES: &[(&str, SourceKind)] = &[
    ("subject", SourceKind::Subject),
    ("automatic", SourceKind::Automatic),
    ("partner", SourceKind::Partner),
    ("public", SourceKind::Public),
];

const BASES: &[(&str, Basis)] = &[
    ("consent", Basis::Consent),
    ("opt-out", Basis::OptOut),
    ("contract", Basis::Contract),
    ("legal-obligation", Basis::LegalObligation),
    ("legitimate-interest", Basis::LegitimateInterest),
    ("public-task", Basis::PublicTask),
    ("vital-interest", Basis::VitalInterest),
];

const TO: &[(&str, TransferTo)] = &[
    ("third-party", TransferTo::ThirdParty),
    ("processor", TransferTo::Processor),
    ("authority", TransferTo::Authority),
    ("group", TransferTo::Group),
    ("publication", TransferTo::Publication),
];

const CONDITIONS: &[(&str, Condition)] = &[
    ("consent", Condition::Consent),
    ("service", Condition::Service),
    ("anonymised", Condition::Anonymised),
    ("law", Condition::Law),
    ("contract", Condition::Contract),
];

const RIGHTS: &[(&str, RightKind)] = &[
    ("erasure", RightKind::Erasure),
    ("rectification", RightKind::Rectification),
    ("restriction", RightKind::Restriction),
    ("access", RightKind::Access),
    ("withdrawal", RightKind::Withdrawal),
    ("objection", RightKind::Objection),
];

const SINKS: &[SinkKind] = &[
    SinkKind::Log,
    SinkKind::ThirdParty,
    SinkKind::Authority,
    SinkKind::Mail,
    SinkKind::Sms,
    SinkKind::Storage,
    SinkKind::Network,
    SinkKind::Publication,
    SinkKind::File,
];

/// The longest clause number that is kept: more is a sentence, not a number.
const LONGEST_CLAUSE: usize = 60;

const CLAUSE_HELP: &str = "say which passage of the Policy declares it, e.g. clause = \"3.1(1)\"";
const CATEGORIES_HELP: &str = "list them, e.g. categories = [\"user.contact.email\"]; `pdlint rules` shows all";

/// A Policy read and not yet checked, with the places of the ids: entries are told apart by them.
pub(super) struct Draft {
    pub(super) policy: Policy,
    pub(super) subject_ids: Vec<Span>,
    pub(super) purpose_ids: Vec<Span>,
    pub(super) recipient_ids: Vec<Span>,
}

/// Reads the root table. `None` only where there is nothing to go on with: an empty file or one without `[policy]`.
pub(super) fn policy(root: &TableReader<'_>, path: &Path, text: &Arc<str>, catalog: &Catalog) -> Option<Draft> {
    if root.is_empty() {
        let problem = root.mistakes().problem("empty_file", "the Policy file is empty");
        root.mistakes().add(problem.advise("`pdlint init` writes a starting one; docs/policy-file.md describes each entry"));
        return None;
    }
    schema(root);
    let table = root.table("policy");
    let mut reader = Reader { catalog, purposes: Vec::new() };
    // Every table is read, so that none counts as unknown, before a missing [policy] ends the reading.
    let tables = root.tables("purpose");
    reader.purposes = tables.iter().filter_map(|table| table.peek("id")).map(Symbol::new).collect();
    let (purposes, purpose_ids) = tables.iter().filter_map(|table| finished(table, reader.purpose(table))).unzip();
    let (subjects, subject_ids) = each(root, "subject", |table| reader.subject(table)).into_iter().unzip();
    let collects = each(root, "collect", |table| reader.collect(table));
    let retentions = each(root, "retention", |table| reader.retention(table));
    let transfers = each(root, "transfer", |table| reader.transfer(table));
    let (recipients, recipient_ids) = each(root, "recipient", |table| reader.recipient(table)).into_iter().unzip();
    let storages = each(root, "storage", |table| reader.storage(table));
    let rights = each(root, "right", |table| reader.right(table));
    let forbids = each(root, "forbid", |table| reader.forbid(table));
    let annexes = each(root, "annex", |table| reader.annex(table));
    let Some(table) = table else {
        if !root.has("policy") {
            root.missing("policy", "add a table [policy] with `title` and `operator`");
        }
        return None;
    };
    let header = reader.header(&table, path);
    table.finish();
    let (header, clauses) = header?;
    let policy = Policy {
        path: path.to_owned(),
        source: Arc::clone(text),
        lines: LineIndex::new(text),
        header,
        subjects,
        collects,
        purposes,
        retentions,
        transfers,
        recipients,
        storages,
        rights,
        forbids,
        annexes,
        clauses,
    };
    Some(Draft { policy, subject_ids, purpose_ids, recipient_ids })
}

fn schema(root: &TableReader<'_>) {
    if !root.has("schema") {
        root.missing("schema", "begin the file with `schema = 1`: the version of this format");
    } else if let Some(schema) = root.number("schema").filter(|schema| schema.value != 1) {
        let problem =
            root.mistakes().problem("unknown_schema", format!("a Policy file of schema {} cannot be read", schema.value));
        root.mistakes().add(problem.label(schema.at, "not 1").advise("this version of pdlint reads `schema = 1`"));
    }
}

/// Reads each table of a list. An entry with a mistake is left out: the file will not be used.
fn each<T>(root: &TableReader<'_>, key: &'static str, read: impl Fn(&TableReader<'_>) -> Option<T>) -> Vec<T> {
    root.tables(key).iter().filter_map(|table| finished(table, read(table))).collect()
}

fn finished<T>(table: &TableReader<'_>, entry: Option<T>) -> Option<T> {
    table.finish();
    entry
}

/// Categories of an entry.
struct Covering {
    ids: Vec<Symbol>,
    each: Vec<CategorySet>,
    all: CategorySet,
}

struct Reader<'c> {
    catalog: &'c Catalog,
    /// Ids of all purposes of the file: entries name them, also before they are declared.
    purposes: Vec<Symbol>,
}

impl Reader<'_> {
    fn header(&self, table: &TableReader<'_>, path: &Path) -> Option<(Header, Option<PolicyText>)> {
        let title = table.required_text("title", "the title of the Policy, as people read it");
        if !table.has("operator") {
            table.missing("operator", "say whose Policy it is: operator = { name = \"...\", id = \"...\", country = \"KZ\" }");
        }
        let operator = table.table("operator");
        let name = operator.as_ref().and_then(|one| one.required_text("name", "the name of the operator"));
        let id = operator.as_ref().and_then(|one| one.text("id"));
        let seat = operator.as_ref().and_then(|one| Some(country_code(one, "country", one.text("country")?, false)));
        if let Some(operator) = &operator {
            operator.finish();
        }
        let revision = table.text_or_date("revision").and_then(|revision| {
            if revision.value == "unknown" {
                return None;
            }
            if !is_date(&revision.value) {
                let problem = table.mistakes().problem("bad_revision", format!("`{}` is no date", revision.value));
                let problem = problem.label(revision.at, "not a date");
                table.mistakes().add(problem.advise("write the date of the text as 2026-01-31, or \"unknown\""));
            }
            Some(revision.value)
        });
        let file = table.text("text");
        let clauses = file.and_then(|file| policy_text(table, path, file));
        let laws = table.texts("laws").unwrap_or_default();
        for law in &laws {
            if self.catalog.laws.find(law.value).is_none() {
                let known: Vec<&str> = self.catalog.laws.iter().map(|law| law.id.as_str()).collect();
                unknown(table, "unknown_law", &format!("there is no rule pack for the law `{}`", law.value), *law, &known);
            }
        }
        let internal = self.hosts(table, "internal-hosts");
        let law_defaults = table.flag("law-defaults").is_some_and(|flag| flag.value);
        let header = Header {
            title: title?.value.to_owned(),
            operator: name?.value.to_owned(),
            operator_id: id.map(|id| id.value.to_owned()),
            country: seat.flatten(),
            revision,
            text: file.map(|file| resolved(path, file.value)),
            laws: laws.iter().map(|law| Symbol::new(law.value)).collect(),
            law_defaults,
            internal_hosts: internal,
            span: table.at(),
        };
        Some((header, clauses))
    }

    fn subject(&self, table: &TableReader<'_>) -> Option<(Subject, Span)> {
        let id = table.required_text("id", "a short name for whose data it is, e.g. id = \"client\"");
        let clause = clause(table);
        let id = id?;
        Some((Subject { id: Symbol::new(id.value), clause: clause? }, id.at))
    }

    fn collect(&self, table: &TableReader<'_>) -> Option<Collect> {
        let clause = clause(table);
        let source = table.choice("source", SOURCES);
        let catch_all = table.flag("catch-all").is_some_and(|flag| flag.value);
        let covering = self.categories(table, !catch_all);
        let purposes = self.purposes(table);
        let covering = covering?;
        Some(Collect {
            clause: clause?,
            source: source.map(|source| source.value),
            categories: covering.ids,
            covered: covering.all,
            purposes,
            catch_all,
            span: table.whole(),
        })
    }

    fn purpose(&self, table: &TableReader<'_>) -> Option<(Purpose, Span)> {
        let id = table.required_text("id", "a short name that other entries use, e.g. id = \"newsletter\"");
        let clause = clause(table);
        let basis = table.choice("basis", BASES);
        let data_use = table.text("use").filter(|data_use| {
            let fine = data_use
                .value
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            if !fine {
                let problem = table.mistakes().problem("bad_use", format!("`{}` is no data use", data_use.value));
                let help = "a data use is a dotted id of the Fides taxonomy, e.g. `marketing.communications.email`";
                table.mistakes().add(problem.label(data_use.at, "not a data use").advise(help));
            }
            fine
        });
        let catch_all = table.flag("catch-all").is_some_and(|flag| flag.value);
        let id = id?;
        let purpose = Purpose {
            id: Symbol::new(id.value),
            clause: clause?,
            basis: basis.map(|basis| basis.value),
            data_use: data_use.map(|data_use| Symbol::new(data_use.value)),
            catch_all,
            span: table.whole(),
        };
        Some((purpose, id.at))
    }

    fn retention(&self, table: &TableReader<'_>) -> Option<Retention> {
        let clause = clause(table);
        let covering = self.categories(table, true);
        let written = table.required_text("period", "say how long, e.g. \"5y\", \"90d\", \"purpose-end\", \"unlimited\"")?;
        let period = Period::parse(written.value);
        if period.is_none() {
            let problem = table.mistakes().problem("bad_period", format!("`{}` is no period", written.value));
            let help = "a period is \"unlimited\", a number with d, m or y (\"90d\", \"6m\", \"5y\"), \"purpose-end\" or \"purpose-end+1y\"";
            table.mistakes().add(problem.label(written.at, "not a period").advise(help));
        }
        let covering = covering?;
        Some(Retention {
            clause: clause?,
            categories: covering.ids,
            covered: covering.all,
            by_category: covering.each,
            period: period?,
            text: written.value.to_owned(),
            span: table.whole(),
        })
    }

    fn transfer(&self, table: &TableReader<'_>) -> Option<Transfer> {
        let clause = clause(table);
        let to = table.required_choice("to", TO);
        let condition = table.choice("condition", CONDITIONS);
        Some(Transfer { clause: clause?, to: to?.value, condition: condition.map(|one| one.value), span: table.whole() })
    }

    fn recipient(&self, table: &TableReader<'_>) -> Option<(DeclaredRecipient, Span)> {
        let id = table.required_text("id", "an id that `pdlint rules` lists, or a new one with `name` and `country`");
        let clause = clause(table);
        let name = table.text("name");
        let country = table.text("country").and_then(|code| country_code(table, "country", code, false));
        let hosts = self.hosts(table, "hosts");
        let covering = self.categories(table, true);
        let purposes = self.purposes(table);
        let condition = table.choice("condition", CONDITIONS);
        let (covering, id) = (covering?, id?);
        let recipient = DeclaredRecipient {
            id: Symbol::new(id.value),
            clause: clause?,
            name: name.map(|name| name.value.to_owned()),
            country,
            hosts,
            categories: covering.ids,
            covered: covering.all,
            purposes,
            condition: condition.map(|one| one.value),
            span: table.whole(),
        };
        Some((recipient, id.at))
    }

    fn storage(&self, table: &TableReader<'_>) -> Option<Storage> {
        let clause = clause(table);
        // A clause on archives speaks of copies and may name no country.
        let copies = table.texts("copies");
        let written = match (&copies, table.has("countries")) {
            (Some(_), false) => Vec::new(),
            _ => required_texts(table, "countries", "list them, e.g. countries = [\"KZ\"]; \"*\" is anywhere")?,
        };
        let countries = written.into_iter().filter_map(|code| country_code(table, "countries", code, true)).collect();
        let copies = copies.unwrap_or_default().into_iter().map(|one| Symbol::new(one.value)).collect();
        Some(Storage { clause: clause?, countries, copies, span: table.whole() })
    }

    fn right(&self, table: &TableReader<'_>) -> Option<Right> {
        let clause = clause(table);
        let right = table.required_choice("right", RIGHTS);
        Some(Right { clause: clause?, right: right?.value, span: table.whole() })
    }

    fn forbid(&self, table: &TableReader<'_>) -> Option<Forbid> {
        let clause = clause(table);
        let covering = self.categories(table, false);
        let sinks: Vec<(&str, SinkKind)> = SINKS.iter().map(|sink| (sink.as_str(), *sink)).collect();
        let written = table.texts("sinks").unwrap_or_default();
        let forbidden =
            written.iter().filter_map(|sink| table.pick("sinks", *sink, &sinks)).map(|sink| Symbol::new(sink.as_str()));
        let forbidden = forbidden.collect();
        let recipients: Vec<Placed<&str>> = table.texts("recipients").unwrap_or_default();
        for one in recipients.iter().filter(|one| self.catalog.recipients.find(one.value).is_none()) {
            let known: Vec<&str> = self.catalog.recipients.iter().map(|(_, known)| known.id.as_str()).collect();
            unknown(table, "unknown_recipient", &format!("no recipient has the id `{}`", one.value), *one, &known);
        }
        let covering = covering?;
        if covering.ids.is_empty() && written.is_empty() && recipients.is_empty() {
            let problem = table.mistakes().problem("forbids_all", "this [[forbid]] rules out everything");
            let help = "name what the clause forbids: `categories`, `sinks` (\"publication\", \"log\" ...) or `recipients`";
            table.mistakes().add(problem.label(table.at(), "no `categories`, `sinks` or `recipients`").advise(help));
        }
        Some(Forbid {
            clause: clause?,
            categories: covering.ids,
            covered: covering.all,
            sinks: forbidden,
            recipients: recipients.iter().map(|one| Symbol::new(one.value)).collect(),
            span: table.whole(),
        })
    }

    fn annex(&self, table: &TableReader<'_>) -> Option<Annex> {
        let covering = self.categories(table, true);
        let purposes = self.purposes(table);
        let reason = table.required_text("reason", "say why the operator declares it beyond the text; reports quote the reason");
        let covering = covering?;
        Some(Annex {
            categories: covering.ids,
            covered: covering.all,
            purposes,
            reason: reason?.value.to_owned(),
            span: table.whole(),
        })
    }

    /// `categories` of an entry. Unknown ones are mistakes; the others are read on.
    fn categories(&self, table: &TableReader<'_>, required: bool) -> Option<Covering> {
        let written = if required {
            required_texts(table, "categories", CATEGORIES_HELP)?
        } else {
            table.texts("categories").unwrap_or_default()
        };
        let categories = &self.catalog.categories;
        let mut covering = Covering { ids: Vec::new(), each: Vec::new(), all: CategorySet::default() };
        for id in written {
            if id.value == "*" {
                let problem = table.mistakes().problem("unknown_category", "`*` is no category");
                let help = "`user` covers every category of a person; what declares anything is `catch-all = true`";
                table.mistakes().add(problem.label(id.at, "not a category").advise(help));
            } else if categories.exists(id.value) {
                let set = categories.below(id.value);
                covering.ids.push(Symbol::new(id.value));
                covering.each.push(set);
                covering.all = covering.all.union(set);
            } else {
                let known: Vec<&str> = categories.iter().map(|(_, category)| category.id.as_str()).collect();
                let problem = table.mistakes().problem("unknown_category", format!("there is no category `{}`", id.value));
                let near = table.mistakes().suggest(id.value, known.iter().copied());
                let help = near.unwrap_or_else(|| "`pdlint rules` lists the categories".to_owned());
                table.mistakes().add(problem.label(id.at, "unknown category").advise(help));
            }
        }
        Some(covering)
    }

    /// `purposes` of an entry: each must be declared by a `[[purpose]]`.
    fn purposes(&self, table: &TableReader<'_>) -> Option<Vec<Symbol>> {
        let written = table.filled_texts("purposes", "leave the key out to allow every declared purpose")?;
        for one in written.iter().filter(|one| !self.purposes.contains(&Symbol::new(one.value))) {
            let near = table.mistakes().suggest(one.value, self.purposes.iter().map(|id| id.as_str()));
            let help = near.unwrap_or_else(|| format!("declare it: a [[purpose]] with id = \"{}\" and its clause", one.value));
            let problem = table.mistakes().problem("unknown_purpose", format!("no [[purpose]] has the id `{}`", one.value));
            table.mistakes().add(problem.label(one.at, "not declared").advise(help));
        }
        Some(written.iter().map(|one| Symbol::new(one.value)).collect())
    }

    fn hosts(&self, table: &TableReader<'_>, key: &'static str) -> Vec<String> {
        let written = table.texts(key).unwrap_or_default();
        let mut hosts = Vec::with_capacity(written.len());
        for host in written {
            let bare = host.value.strip_prefix("*.").unwrap_or(host.value).trim_end_matches('.');
            let label =
                |label: &str| !label.is_empty() && label.chars().all(|one| one.is_alphanumeric() || one == '-' || one == '_');
            if bare.split('.').all(label) {
                hosts.push(bare.to_lowercase());
            } else {
                let problem = table.mistakes().problem("bad_host", format!("`{}` is no host name", host.value));
                let help = "write the name alone, e.g. \"api.example.kz\": no scheme, port or path; names below it are included";
                table.mistakes().add(problem.label(host.at, "not a host name").advise(help));
            }
        }
        hosts
    }
}

fn clause(table: &TableReader<'_>) -> Option<Clause> {
    let written = table.required_text("clause", CLAUSE_HELP)?;
    if written.value.chars().count() > LONGEST_CLAUSE || written.value.chars().any(char::is_control) {
        let problem = table.mistakes().problem("bad_clause", "`clause` holds more than a number");
        let help = "write the number of the passage as the text has it, e.g. \"3.1(1)\"; its words stay in the text";
        table.mistakes().add(problem.label(written.at, "not a clause number").advise(help));
        return None;
    }
    Some(Clause { id: super::text::normal(written.value), span: written.at })
}

fn required_texts<'a>(table: &TableReader<'a>, key: &'static str, help: &str) -> Option<Vec<Placed<&'a str>>> {
    if !table.has(key) {
        table.missing(key, help);
        return None;
    }
    table.filled_texts(key, help)
}

fn country_code(table: &TableReader<'_>, key: &str, code: Placed<&str>, anywhere: bool) -> Option<Symbol> {
    if country::is_country(code.value) || (anywhere && code.value == "*") {
        return Some(Symbol::new(code.value));
    }
    let problem = table.mistakes().problem("unknown_country", format!("`{}` in `{key}` is no country code", code.value));
    table.mistakes().add(problem.label(code.at, "not a country code").advise(country::advice(code.value)));
    None
}

fn unknown(table: &TableReader<'_>, kind: &str, message: &str, word: Placed<&str>, known: &[&str]) {
    let help = advice(table.mistakes().suggest(word.value, known.iter().copied()), known.iter().copied());
    table.mistakes().add(table.mistakes().problem(kind, message).label(word.at, "unknown here").advise(help));
}

fn resolved(policy: &Path, file: &str) -> PathBuf {
    policy.parent().unwrap_or(Path::new("")).join(file)
}

/// Reads the Policy's text; where it cannot be, that is a mistake at `text`.
fn policy_text(table: &TableReader<'_>, policy: &Path, file: Placed<&str>) -> Option<PolicyText> {
    let path = resolved(policy, file.value);
    let problem = match PolicyText::load(&path) {
        Ok(text) if text.is_numbered() => return Some(text),
        Ok(_) => {
            let problem =
                table.mistakes().problem("text_without_clauses", format!("no numbered clause is found in {}", file.value));
            problem.label(file.at, "this file").advise("clauses begin a line with their number, e.g. `3.1.`, items with `1)`")
        }
        Err(why) => {
            let problem =
                table.mistakes().problem("text_unreadable", format!("the Policy's text {} cannot be read: {why}", file.value));
            problem
                .label(file.at, "this file")
                .advise("`text` is a path relative to the Policy file; leave it out if there is no text at hand")
        }
    };
    table.mistakes().add(problem);
    None
}

/// Whether `text` is a calendar date as ISO 8601 writes it: 2026-01-31.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |digits: usize| {
        parts
            .next()
            .filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let (year, month, day) = (part(4), part(2), part(2));
    year.is_some_and(|year| year >= 1900)
        && month.is_some_and(|month| (1..=12).contains(&month))
        && day.is_some_and(|day| (1..=31).contains(&day))
        && parts.next().is_none()
}
