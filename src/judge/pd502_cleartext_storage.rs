//! PD502: a password, a card's data or a biometric is kept as it is.
//!
//! Two forms: a flow that writes the raw value to storage, and a column that can hold nothing but the raw value.

use std::collections::BTreeSet;

use super::carried::categories;
use super::wording::subject;
use super::{Case, Check};
use crate::catalog::CategoryId;
use crate::catalog::category::covers;
use crate::catalog::model::SinkKind;
use crate::catalog::storage::name_words;
use crate::classify::Confidence;
use crate::flow::Carried;
use crate::index::Symbol;
use crate::ir::TypeShape;
use crate::link::{Column, FactKind, Table, TableFact};
use crate::report::{Finding, Severity};
use crate::source::Site;

/// The check.
pub(super) static CHECK: Check =
    Check { code: "PD502", name: "cleartext-storage", severity: Severity::Error, needs_policy: false, run };

const PASSWORD: &str = "user.authorization.password";
/// What must never be kept as it is: these and everything below.
const SECRETS: [&str; 3] = [PASSWORD, "user.financial.credit_card", "user.biometric"];
/// The shortest common encoding of a password hash: an MD5 digest in hexadecimal. A narrower column holds no hash.
const SHORTEST_HASH: u32 = 32;

fn run(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let mut written: BTreeSet<String> = BTreeSet::new();
    for flow in case.flows.flows.iter().filter(|flow| flow.sink == SinkKind::Storage) {
        let column = flow.column.map_or("", Symbol::as_str);
        let carried = case.judged(flow, |one| {
            one.effects.is_empty()
                && is_secret(case, one.category)
                && !field_read(one).is_some_and(|name| says_protected(case, name))
        });
        if carried.is_empty() || says_protected(case, column) {
            continue;
        }
        let what = subject(case, &categories(case, &carried), "");
        let place = if column.is_empty() { "storage".to_owned() } else { format!("`{column}`") };
        let Some(mut finding) = case.flow_finding(&CHECK, flow, &carried, format!("{what} written to {place} as it is")) else {
            continue;
        };
        finding.label = "stored as it is here".to_owned();
        finding.help.push(advice(case, carried.iter().map(|one| one.category)));
        written.insert(column.to_lowercase());
        findings.push(finding);
    }
    for table in &case.schema.tables {
        for column in &table.columns {
            if !written.contains(&format!("{}.{}", table.name, column.field.name).to_lowercase()) {
                findings.extend(column_finding(case, table, column));
            }
        }
    }
}

/// The field or column that a value was read from first: `User.password_hint` holds no password, `Cipher.password_history` what was
/// kept of earlier ones.
fn field_read(carried: &Carried) -> Option<&str> {
    carried.witness.first()?.what.strip_prefix("read from ")?.rsplit('.').next()
}

fn is_secret(case: &Case<'_>, category: CategoryId) -> bool {
    SECRETS.iter().any(|secret| covers(secret, case.catalog.categories.name(category)))
}

/// A column that says of itself that its value is plain: by its name, or by a type that has no room for anything else.
fn column_finding(case: &Case<'_>, table: &Table, column: &Column) -> Option<Finding> {
    let verdict = column.verdict.as_ref()?;
    let category = *verdict.categories.iter().find(|category| is_secret(case, **category))?;
    let name = format!("{}.{}", table.name, column.field.name);
    if case.sources.get(column.file.index()).is_some_and(|source| source.is_test && !case.config.include_tests)
        || says_protected(case, &name)
        || is_protected(table, column)
    {
        return None;
    }
    let (why, confidence) = plain(case, table, column, case.catalog.categories.name(category))?;
    if confidence.min(verdict.confidence) < case.min_confidence() {
        return None;
    }
    let id = Symbol::new(case.catalog.categories.name(category));
    let location = case.place(Site { file: column.file, span: column.field.span })?;
    let what = subject(case, &[id], "");
    let names = [table.name.as_str(), column.field.name.as_str()];
    let mut finding = CHECK.finding(location, &names, format!("{what} kept in `{name}` as it is: {why}"));
    finding.label = format!("`{name}` keeps it as it is");
    finding.categories = vec![id];
    finding.sink = Some(SinkKind::Storage.as_str());
    finding.confidence = confidence.min(verdict.confidence);
    finding.evidence = verdict.evidence.clone();
    finding.help.push(advice(case, std::iter::once(category)));
    Some(finding)
}

/// The database itself, or a statement that writes the column, encrypts or hashes what is kept.
fn is_protected(table: &Table, column: &Column) -> bool {
    let name = column.field.name.as_str();
    let is_of = |fact: &&TableFact| fact.column.is_some_and(|one| one.as_str().eq_ignore_ascii_case(name));
    table.facts.iter().filter(is_of).any(|fact| matches!(fact.kind, FactKind::Encrypted | FactKind::Hashed))
}

/// Why a column's value must be plain, and how sure that is.
fn plain(case: &Case<'_>, table: &Table, column: &Column, category: &str) -> Option<(String, Confidence)> {
    let page = case.catalog.checks.find(CHECK.code)?;
    let name = name_words(column.field.name.as_str());
    if name.iter().any(|word| page.words("plain").contains(word)) {
        return Some(("its name says so".to_owned(), Confidence::High));
    }
    let shape = &column.field.ty.peel().shape;
    let written = column.field.ty.text;
    if category != PASSWORD {
        // Cards and biometrics are used as they are, so a readable type means a readable value; a binary one may hold anything.
        let readable = matches!(shape, TypeShape::Text | TypeShape::Integer | TypeShape::Decimal);
        return readable.then(|| (format!("its type `{written}` holds readable text"), Confidence::Medium));
    }
    let salted = table
        .columns
        .iter()
        .any(|one| name_words(one.field.name.as_str()).iter().any(|word| page.words("protected").contains(word)));
    let narrow = schema_width(written).filter(|width| *width < SHORTEST_HASH)?;
    (!salted && *shape == TypeShape::Text)
        .then(|| (format!("`{written}` has room for {narrow} characters, no hash fits"), Confidence::Medium))
}

/// The number of characters in a type such as `varchar(20)`.
fn schema_width(written: Symbol) -> Option<u32> {
    let (_, rest) = written.as_str().split_once('(')?;
    rest.split(')').next()?.trim().parse().ok()
}

/// Whether a column's name says that it keeps something else than the value: a hash, a token, the last digits.
pub(super) fn says_protected(case: &Case<'_>, name: &str) -> bool {
    let Some(page) = case.catalog.checks.find(CHECK.code) else { return false };
    name_words(name).iter().any(|word| page.words("protected").contains(word))
}

fn advice(case: &Case<'_>, categories: impl Iterator<Item = CategoryId>) -> String {
    let names: Vec<&str> = categories.map(|category| case.catalog.categories.name(category)).collect();
    let is = |root: &str| names.iter().any(|name| covers(root, name));
    if is(PASSWORD) {
        "change the code: keep a salted, slow hash (argon2id, scrypt, bcrypt) and never the password itself".to_owned()
    } else if is("user.financial.credit_card") {
        "change the code: keep the payment provider's token and the last four digits; security codes may not be kept at all"
            .to_owned()
    } else {
        "change the code: encrypt it before it is stored, with a key that the database does not hold".to_owned()
    }
}
