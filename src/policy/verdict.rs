//! What a Policy says of a collection, a transfer, a retention, a country.
//!
//! Pure questions with pure answers: the checks in `judge` ask and word the findings. One rule holds throughout: a clause that
//! would allow anything (a catch-all, a `[[transfer]]` under which no such recipient is named) declares nothing. It is cited,
//! and the verdict is [`Verdict::Vague`].

use super::{Clause, Collect, Condition, DeclaredRecipient, Forbid, Period, Policy, Retention, SourceKind, Transfer, TransferTo};
use crate::catalog::law::RetentionDefault;
use crate::catalog::model::SinkKind;
use crate::catalog::recipient::RecipientKind;
use crate::catalog::{Catalog, CategoryId, CategorySet, host};
use crate::index::Symbol;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A clause or annex declares it.
    Clear,
    /// Only a catch-all, or a transfer clause that names no recipient, covers it.
    Vague,
    /// Nothing does.
    Omitted,
    /// A clause forbids it.
    Contradicted,
}

/// What the Policy says of one thing.
#[derive(Debug, Clone)]
pub struct Ruling<'p> {
    /// The answer.
    pub verdict: Verdict,
    /// The clauses that declare or forbid it.
    pub clauses: Vec<&'p Clause>,
    /// The clause that comes nearest where none declares it.
    pub nearest: Option<&'p Clause>,
    /// Declared by an annex rather than the text: its reason.
    pub annex: Option<&'p str>,
    /// Purposes declared for it; `None` = not tied to any.
    pub purposes: Option<Vec<Symbol>>,
}

/// What the Policy says of a transfer.
#[derive(Debug, Clone)]
pub struct TransferRuling<'p> {
    /// The recipient is named.
    pub recipient_named: bool,
    /// The answer for the category at this recipient, the condition and the country left aside.
    pub ruling: Ruling<'p>,
    /// The condition that must be met.
    pub condition: Option<Condition>,
    /// What the query tells fulfils that condition.
    pub condition_met: bool,
    /// The recipient's entry that the answer rests on: the one that covers the category or, failing that, its first.
    pub recipient: Option<&'p DeclaredRecipient>,
    /// The country is the operator's own, is stated in an entry of the recipient, is named by a `[[storage]]`, or is not known.
    pub country_declared: bool,
}

impl TransferRuling<'_> {
    /// The answer with the condition taken into account: what is declared on a condition that is not met is not declared.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.ruling.verdict {
            Verdict::Clear if !self.condition_met => Verdict::Omitted,
            verdict => verdict,
        }
    }
}

/// A transfer, as a question to the Policy.
#[derive(Debug, Clone, Copy)]
pub struct TransferQuery {
    /// Id of the recipient in the catalog, or a generic name (`smtp`).
    pub id: Option<Symbol>,
    /// Host, where it is known.
    pub host: Option<Symbol>,
    /// Kind of sink.
    pub sink: SinkKind,
    /// Kind of party, where the catalog knows the recipient.
    pub kind: Option<RecipientKind>,
    /// Country of the recipient (ISO 3166-1 alpha-2), where it is known.
    pub country: Option<Symbol>,
    /// What is carried.
    pub category: CategoryId,
    /// Why, where code or configuration tell (a purpose's id).
    pub purpose: Option<Symbol>,
    /// A consent read controls the call.
    pub consent_checked: bool,
    /// The value no longer singles out a person.
    pub anonymised: bool,
}

/// How long data may be kept, the law's default included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptFor<'p> {
    /// As this entry of the Policy says.
    Declared(&'p Retention),
    /// As this law (its id) says, because the Policy sets no limit and `law-defaults` holds.
    Law(Symbol, Period),
}

impl Policy {
    /// What the Policy says of collecting `category`, from `source` if that is known.
    ///
    /// With a source, only entries for that source (or for any) count: a category that is declared for another source alone is
    /// [`Verdict::Omitted`], and `nearest` is the clause that declares it there.
    #[must_use]
    pub fn collection(&self, catalog: &Catalog, category: CategoryId, source: Option<SourceKind>) -> Ruling<'_> {
        let from_there = |entry: &&Collect| source.is_none() || entry.source.is_none() || entry.source == source;
        let mut ruling = self.declared(category, from_there);
        if let Some(forbid) = self.forbids.iter().find(|one| one.is_collection() && one.concerns(category)) {
            ruling.verdict = Verdict::Contradicted;
            ruling.clauses = vec![&forbid.clause];
            return ruling;
        }
        if ruling.verdict == Verdict::Clear {
            return ruling;
        }
        // The one for the source at hand is the nearest, then the one for any. One for a source that the query does not tell may
        // or may not apply: it comes last. Of equals the first in the file.
        let catch_all = self
            .collects
            .iter()
            .filter(from_there)
            .filter(|one| one.catch_all && (one.covered.is_empty() || one.covered.contains(category)))
            .min_by_key(|one| (source.is_none() || one.source != source, one.source.is_some()));
        if let Some(catch_all) = catch_all {
            ruling.verdict = Verdict::Vague;
            ruling.nearest = Some(&catch_all.clause);
        } else {
            ruling.nearest = self.nearest_collection(catalog.categories.name(category));
        }
        ruling
    }

    /// Purposes declared for a category: `None` = it may be used for every purpose of the Policy, as none is tied to it.
    /// A category that nothing declares has no purpose.
    #[must_use]
    pub fn purposes_of(&self, category: CategoryId) -> Option<Vec<Symbol>> {
        self.declared(category, |_| true).purposes
    }

    /// The entry that sets how long a category is kept: the most specific, of these the strictest.
    #[must_use]
    pub fn retention(&self, category: CategoryId) -> Option<&Retention> {
        self.retentions
            .iter()
            .filter(|entry| entry.covered.contains(category))
            .min_by_key(|entry| (std::cmp::Reverse(entry.specificity(category)), entry.period.strictness()))
    }

    /// How long a category may be kept. Where the Policy sets no limit and `law-defaults` holds, what its laws say applies.
    #[must_use]
    pub fn kept_for(&self, catalog: &Catalog, category: CategoryId) -> Option<KeptFor<'_>> {
        let declared = self.retention(category);
        if let Some(entry) = declared.filter(|entry| entry.period != Period::Unlimited) {
            return Some(KeptFor::Declared(entry));
        }
        let law = self.header.laws.iter().filter(|_| self.header.law_defaults).find_map(|id| {
            match catalog.laws.find(id.as_str())?.retention_default? {
                RetentionDefault::PurposeEnd => Some(KeptFor::Law(*id, Period::PurposeEnd(0))),
            }
        });
        law.or_else(|| declared.map(KeptFor::Declared))
    }

    /// Whether data may be stored in a country: the operator's own, or one that a `[[storage]]` names (`*` = any).
    #[must_use]
    pub fn country_declared(&self, country: Symbol) -> bool {
        self.country_named(country) || self.storages.iter().any(|entry| entry.countries.iter().any(|one| *one == "*"))
    }

    /// The `[[storage]]` that declares a copy by the name of its table, in full or without its schema; letter case is ignored.
    #[must_use]
    pub fn copy_declared(&self, table: &str) -> Option<&super::Storage> {
        let last = table.rsplit('.').next().unwrap_or(table);
        let fits = |pattern: &&Symbol| matches_wildcards(pattern.as_str(), table) || matches_wildcards(pattern.as_str(), last);
        self.storages.iter().find(|entry| entry.copies.iter().any(|pattern| fits(&pattern)))
    }

    /// Whether the operator's seat or a `[[storage]]` names the country itself; `*` names none.
    #[must_use]
    pub fn country_named(&self, country: Symbol) -> bool {
        self.header.country == Some(country) || self.storages.iter().any(|entry| entry.countries.contains(&country))
    }

    /// Whether traffic to `host` stays with the operator.
    #[must_use]
    pub fn is_internal_host(&self, host: &str) -> bool {
        self.header.internal_hosts.iter().any(|suffix| host::is_below(host, suffix))
    }

    /// The declared recipient that owns `host` by its own `hosts`; the longest suffix wins.
    #[must_use]
    pub fn recipient_by_host(&self, host: &str) -> Option<&DeclaredRecipient> {
        let longest = |one: &DeclaredRecipient| {
            one.hosts.iter().filter(|suffix| host::is_below(host, suffix)).map(|suffix| suffix.trim_matches('.').len()).max()
        };
        // `rev` because `max_by_key` takes the last of equals, and the first entry should win.
        self.recipients
            .iter()
            .rev()
            .filter_map(|one| Some((longest(one)?, one)))
            .max_by_key(|(length, _)| *length)
            .map(|(_, one)| one)
    }

    /// The purpose with this id, or that stands in this clause.
    #[must_use]
    pub fn purpose(&self, id_or_clause: &str) -> Option<&super::Purpose> {
        self.purposes.iter().find(|one| one.id == *id_or_clause || one.clause.id == *id_or_clause)
    }

    /// Entries of `[[recipient]]` that are about the recipient of a query, in the order of the file.
    fn entries_of(&self, query: &TransferQuery) -> Vec<&DeclaredRecipient> {
        let named = |id: Symbol| self.recipients.iter().filter(|one| one.id == id).collect::<Vec<_>>();
        let by_id = query.id.map(named).unwrap_or_default();
        if !by_id.is_empty() {
            return by_id;
        }
        let by_host = query.host.and_then(|host| self.recipient_by_host(host.as_str()));
        by_host.map(|one| named(one.id)).unwrap_or_default()
    }

    /// What the Policy says of sending a category to a recipient.
    #[must_use]
    pub fn transfer(&self, catalog: &Catalog, query: &TransferQuery) -> TransferRuling<'_> {
        let entries = self.entries_of(query);
        let condition_of =
            |entry: &DeclaredRecipient| entry.condition.or_else(|| self.transfer_clause(entry.clause.id)?.condition);
        let mut best: Vec<&DeclaredRecipient> =
            entries.iter().copied().filter(|one| one.covered.contains(query.category)).collect();
        // Entries for the purpose at hand come before those that say no purpose, and these before entries for another purpose;
        // then an entry whose condition is met; then the order of the file (the sort is stable).
        best.sort_by_key(|entry| (purpose_rank(entry.purposes.as_deref(), query.purpose), !is_met(condition_of(entry), query)));
        let chosen = best.first().copied();
        let recipient = chosen.or_else(|| entries.first().copied());
        let mut answer = TransferRuling {
            recipient_named: recipient.is_some(),
            ruling: Ruling {
                verdict: Verdict::Omitted,
                clauses: Vec::new(),
                nearest: None,
                annex: None,
                purposes: Some(Vec::new()),
            },
            condition: recipient.and_then(condition_of),
            condition_met: true,
            recipient,
            country_declared: query
                .country
                .is_none_or(|country| self.country_named(country) || entries.iter().any(|entry| entry.country == Some(country))),
        };
        answer.condition_met = is_met(answer.condition, query);
        if let Some(entry) = chosen {
            answer.ruling.verdict = Verdict::Clear;
            answer.ruling.clauses = vec![&entry.clause];
            answer.ruling.purposes.clone_from(&entry.purposes);
        } else if let Some(entry) = recipient {
            answer.ruling.nearest = Some(&entry.clause);
        } else if let Some(clause) = self.nearest_transfer(query) {
            answer.ruling.verdict = Verdict::Vague;
            answer.ruling.nearest = Some(&clause.clause);
            answer.condition = clause.condition;
            answer.condition_met = is_met(clause.condition, query);
        }
        if let Some(forbid) = self.forbids.iter().find(|one| one.forbids_transfer(query)) {
            answer.ruling.verdict = Verdict::Contradicted;
            answer.ruling.clauses = vec![&forbid.clause];
        } else if answer.ruling.verdict == Verdict::Omitted && answer.ruling.nearest.is_none() {
            // Not a word on such recipients: what the Policy says of the category itself is the nearest there is.
            answer.ruling.nearest = self.nearest_collection(catalog.categories.name(query.category));
        }
        answer
    }

    /// The `[[transfer]]` with this clause.
    #[must_use]
    pub fn transfer_clause(&self, clause: Symbol) -> Option<&Transfer> {
        self.transfers.iter().find(|one| one.clause.id == clause)
    }

    /// The `[[transfer]]` that speaks of such recipients and comes nearest: one whose condition is met before one whose is not.
    fn nearest_transfer(&self, query: &TransferQuery) -> Option<&Transfer> {
        self.transfers
            .iter()
            .filter(|one| one.to.speaks_of(query))
            .min_by_key(|one| (!is_met(one.condition, query), one.to != TransferTo::ThirdParty))
    }

    /// The clauses and annexes that declare a category, of the entries that `admitted` lets pass.
    fn declared(&self, category: CategoryId, admitted: impl Fn(&&Collect) -> bool) -> Ruling<'_> {
        let entries: Vec<&Collect> =
            self.collects.iter().filter(|one| !one.catch_all && one.covered.contains(category)).filter(admitted).collect();
        let annexes: Vec<_> = self.annexes.iter().filter(|one| one.covered.contains(category)).collect();
        let tied = entries.iter().map(|one| &one.purposes).chain(annexes.iter().map(|one| &one.purposes));
        let mut purposes = Some(Vec::new());
        for one in tied {
            match (one, &mut purposes) {
                (Some(more), Some(all)) => all.extend(more.iter().copied()),
                // One untied entry allows every purpose, whatever the others say.
                (None, _) | (_, None) => purposes = None,
            }
        }
        if let Some(all) = &mut purposes {
            all.sort_unstable();
            all.dedup();
        }
        let clear = !entries.is_empty() || !annexes.is_empty();
        Ruling {
            verdict: if clear { Verdict::Clear } else { Verdict::Omitted },
            annex: annexes.first().filter(|_| entries.is_empty()).map(|one| one.reason.as_str()),
            clauses: entries.into_iter().map(|one| &one.clause).collect(),
            nearest: None,
            purposes,
        }
    }

    /// The clause that declares what is nearest to a category: the longest common beginning of ids, the first such entry.
    fn nearest_collection(&self, category: &str) -> Option<&Clause> {
        let mut nearest: Option<(usize, &Clause)> = None;
        for entry in self.collects.iter().filter(|one| !one.catch_all) {
            for id in &entry.categories {
                let shared = id.as_str().split('.').zip(category.split('.')).take_while(|(ours, theirs)| ours == theirs).count();
                // `user` alone, which most ids begin with, says nothing.
                if shared >= 2 && nearest.is_none_or(|(best, _)| shared > best) {
                    nearest = Some((shared, &entry.clause));
                }
            }
        }
        nearest.map(|(_, clause)| clause)
    }
}

impl Forbid {
    /// It forbids having the data, not merely some way of passing them on.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        self.sinks.is_empty() && self.recipients.is_empty()
    }

    /// It is about this category: it names it, or names none.
    #[must_use]
    pub fn concerns(&self, category: CategoryId) -> bool {
        self.categories.is_empty() || self.covered.contains(category)
    }

    fn forbids_transfer(&self, query: &TransferQuery) -> bool {
        let sink = self.sinks.is_empty() || self.sinks.iter().any(|one| *one == *query.sink.as_str());
        let recipient = self.recipients.is_empty() || query.id.is_some_and(|id| self.recipients.contains(&id));
        self.concerns(query.category) && sink && recipient
    }
}

impl Retention {
    /// Number of segments of the longest listed category that covers `category`: `user.contact` is more specific than `user`.
    fn specificity(&self, category: CategoryId) -> usize {
        let covering =
            self.categories.iter().zip(&self.by_category).filter(|(_, set): &(_, &CategorySet)| set.contains(category));
        covering.map(|(id, _)| id.as_str().split('.').count()).max().unwrap_or(0)
    }
}

impl Period {
    /// Orders periods from the shortest to the longest. When a purpose ends is not known: it counts as later than any fixed
    /// number of days and earlier than never.
    #[must_use]
    pub fn strictness(&self) -> (u8, u32) {
        match self {
            Self::Days(days) => (0, *days),
            Self::PurposeEnd(days) => (1, *days),
            Self::Unlimited => (2, 0),
        }
    }
}

impl TransferTo {
    /// Whether a clause about such recipients is about the one of a query.
    fn speaks_of(self, query: &TransferQuery) -> bool {
        let authority = query.sink == SinkKind::Authority || query.kind == Some(RecipientKind::Authority);
        let publication = query.sink == SinkKind::Publication;
        match self {
            Self::Authority => authority,
            Self::Publication => publication,
            Self::ThirdParty | Self::Processor | Self::Group => !authority && !publication,
        }
    }
}

/// Whether what is known of a transfer fulfils a condition. Need, law and contract are the operator's word, given by naming the
/// recipient under the clause; consent and anonymisation are facts of the code.
fn is_met(condition: Option<Condition>, query: &TransferQuery) -> bool {
    match condition {
        Some(Condition::Consent) => query.consent_checked,
        Some(Condition::Anonymised) => query.anonymised,
        Some(Condition::Service | Condition::Law | Condition::Contract) | None => true,
    }
}

/// Whether a name is what a pattern with `*` describes; letter case is ignored.
fn matches_wildcards(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

fn purpose_rank(declared: Option<&[Symbol]>, wanted: Option<Symbol>) -> u8 {
    match (declared, wanted) {
        (_, None) => 0,
        (Some(declared), Some(wanted)) if declared.contains(&wanted) => 0,
        (None, Some(_)) => 1,
        (Some(_), Some(_)) => 2,
    }
}
