//! PD504: a real-looking number or address of a person stands in the repository itself.

use rustc_hash::FxHashMap;

use super::wording::{counted, sentence};
use super::{Case, Check};
use crate::catalog::CategoryId;
use crate::catalog::category::covers;
use crate::classify::values::named;
use crate::facts::LiteralFact;
use crate::facts::columns::DataColumn;
use crate::index::Symbol;
use crate::link::Column;
use crate::report::{Finding, Severity};
use crate::source::{FileId, Site};

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD504", name: "personal-data-literal", severity: Severity::Error, needs_policy: false, run };

/// So many literals of one category are reported one by one in a file; a dump with thousands is one more finding.
const EACH: usize = 20;
/// Numbers that carry a check digit: a valid one is real-looking even in a test. Addresses in tests are made up as a rule.
const CHECKED: [&str; 2] = ["user.government_id", "user.financial"];

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for (index, facts) in case.facts.iter().enumerate() {
        let file = FileId::from_index(index);
        let in_test_file = case.sources.get(index).is_some_and(|source| source.is_test);
        let mut counts: FxHashMap<CategoryId, usize> = FxHashMap::default();
        let mut last: FxHashMap<CategoryId, &LiteralFact> = FxHashMap::default();
        for literal in &facts.literals {
            if !is_judged(case, literal, in_test_file) {
                continue;
            }
            if let Some(column) = &literal.column {
                // The address of a company or a machine is nobody's; a number with a check digit is somebody's wherever it stands.
                if is_checked(case, literal) || !is_refused(case, column, literal.hit.category) {
                    findings.extend(column_finding(case, file, literal, column));
                }
                continue;
            }
            let count = counts.entry(literal.hit.category).or_default();
            *count += 1;
            if *count <= EACH {
                findings.extend(finding(case, file, literal, 0));
            } else {
                last.entry(literal.hit.category).or_insert(literal);
            }
        }
        let mut rest: Vec<_> = last.into_iter().collect();
        rest.sort_by_key(|(category, _)| *category);
        for (category, literal) in rest {
            let more = counts.get(&category).copied().unwrap_or(0).saturating_sub(EACH + 1);
            findings.extend(finding(case, file, literal, more));
        }
    }
}

fn is_judged(case: &Case<'_>, literal: &LiteralFact, in_test_file: bool) -> bool {
    let checked = is_checked(case, literal);
    case.is_judged(literal.hit.category) && (checked || case.config.include_tests || !(literal.in_test || in_test_file))
}

fn is_checked(case: &Case<'_>, literal: &LiteralFact) -> bool {
    CHECKED.iter().any(|root| covers(root, case.catalog.categories.name(literal.hit.category)))
}

/// The finding of one literal, which stands for `more` further ones.
fn finding(case: &Case<'_>, file: FileId, literal: &LiteralFact, more: usize) -> Option<Finding> {
    let location = case.place(Site { file, span: literal.span })?;
    let category = Symbol::new(case.catalog.categories.name(literal.hit.category));
    let what = literal.hit.what;
    let further = if more > 0 { format!(", and {} in this file", counted(more, "further one")) } else { String::new() };
    let mut message = format!("{} {what} that looks real stands in the file: `{}`{further}", article(what), literal.hit.masked);
    message = sentence(&message);
    let name = literal.name.map_or("", Symbol::as_str);
    let mut finding = CHECK.finding(location, &[name, &literal.hit.masked], message);
    complete(case, literal, category, &mut finding);
    finding.evidence.extend(literal.name.map(|name| format!("it is assigned to `{name}`")));
    Some(finding)
}

/// The finding of a column of data: one, however many rows there are.
fn column_finding(case: &Case<'_>, file: FileId, literal: &LiteralFact, column: &DataColumn) -> Option<Finding> {
    let location = case.place(Site { file, span: literal.span })?;
    let category = Symbol::new(case.catalog.categories.name(literal.hit.category));
    let what = literal.hit.what;
    let name = column_name(case, column);
    let message = if column.count > 1 {
        // Nothing says what stands behind the values looked at, so the sentence doesn't either.
        let sample = if column.total > u64::from(column.sampled) {
            format!(" among its first {} values of {}", column.sampled, column.total)
        } else {
            String::new()
        };
        format!("`{name}` holds {} {} that look real{sample}; the first is `{}`", column.count, plural(what), literal.hit.masked)
    } else {
        sentence(&format!("{} {what} that looks real stands in `{name}`: `{}`", article(what), literal.hit.masked))
    };
    let position = column.position.to_string();
    let named = column.column.as_ref().map_or(position.as_str(), |name| name.as_str());
    let mut finding = CHECK.finding(location, &[column.table.as_str(), named, category.as_str()], message);
    complete(case, literal, category, &mut finding);
    finding.evidence.push(format!("{} of {} sampled values look like somebody's", column.count, column.sampled));
    Some(finding)
}

/// Whether the column is known, its name says that it holds `category`, and its table's context refuses that.
fn is_refused(case: &Case<'_>, column: &DataColumn, category: CategoryId) -> bool {
    schema_column(case, column)
        .filter(|column| column.verdict.is_none())
        .is_some_and(|column| named(column.field.name.as_str(), &case.catalog.categories) == Some(category))
}

/// The column as the schema has it; one that the data don't name is found by its position.
fn schema_column<'a>(case: &Case<'a>, column: &DataColumn) -> Option<&'a Column> {
    let table = column.table.as_str();
    match column.column {
        Some(name) => case.schema.column(table, name.as_str()),
        None => case.schema.column_at(table, column.position as usize, column.width as usize),
    }
}

/// `users.email`; `users, column 3` where neither the data nor the schema name it.
fn column_name(case: &Case<'_>, column: &DataColumn) -> String {
    match column.column.or_else(|| schema_column(case, column).map(|column| column.field.name)) {
        Some(name) => format!("{}.{name}", column.table),
        None => format!("{}, column {}", column.table, column.position + 1),
    }
}

/// What every finding of this check says.
fn complete(case: &Case<'_>, literal: &LiteralFact, category: Symbol, finding: &mut Finding) {
    if !is_checked(case, literal) {
        finding.severity = Severity::Warning;
    }
    finding.label = format!("{} `{}`", literal.hit.what, literal.hit.masked);
    finding.categories = vec![category];
    finding
        .help
        .push("change the code: use a made-up value that no person can have, or read it from outside the repository".to_owned());
    finding
        .help
        .push("if it is a person's, removing the line leaves it in the history: rewrite that, and tell the person".to_owned());
}

/// `e-mail addresses`, `IINs`; an abbreviation that ends so stays as it is.
fn plural(what: &str) -> String {
    match what.chars().next_back() {
        Some('S') => what.to_owned(),
        Some('s') => format!("{what}es"),
        _ => format!("{what}s"),
    }
}

/// `an IIN`, `an IBAN`, `an e-mail address`, `a payment card`.
fn article(what: &str) -> &'static str {
    if what.chars().next().is_some_and(|first| "aeioAEIO".contains(first)) { "an" } else { "a" }
}
