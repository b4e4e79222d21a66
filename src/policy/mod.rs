//! The operator's Policy as data: what it declares, each entry with its clause and its place in the file.
//!
//! Knows nothing of code. [`verdict`] answers what the Policy says of a collection, a transfer, a retention.

mod check;
pub mod load;
mod read;
mod template;
pub mod text;
pub mod verdict;

use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::CategorySet;
use crate::index::Symbol;
use crate::source::{LineIndex, Span};

pub use load::PolicyError;
pub use template::template;
pub use text::PolicyText;
pub use verdict::{KeptFor, Ruling, TransferQuery, TransferRuling, Verdict};

/// A Policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Path of the file, as given.
    pub path: PathBuf,
    /// Its text; spans below are byte ranges of it.
    pub source: Arc<str>,
    /// Where its lines begin.
    pub lines: LineIndex,
    /// `[policy]`.
    pub header: Header,
    /// `[[subject]]`.
    pub subjects: Vec<Subject>,
    /// `[[collect]]`.
    pub collects: Vec<Collect>,
    /// `[[purpose]]`.
    pub purposes: Vec<Purpose>,
    /// `[[retention]]`.
    pub retentions: Vec<Retention>,
    /// `[[transfer]]`.
    pub transfers: Vec<Transfer>,
    /// `[[recipient]]`.
    pub recipients: Vec<DeclaredRecipient>,
    /// `[[storage]]`.
    pub storages: Vec<Storage>,
    /// `[[right]]`.
    pub rights: Vec<Right>,
    /// `[[forbid]]`.
    pub forbids: Vec<Forbid>,
    /// `[[annex]]`.
    pub annexes: Vec<Annex>,
    /// The numbered clauses of the Policy's text, where `text` names one.
    pub clauses: Option<text::PolicyText>,
}

/// A reference to a clause, e.g. `3.1(1)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The number as written.
    pub id: Symbol,
    /// Place of the entry's `clause` value in the Policy file.
    pub span: Span,
}

/// `[policy]`.
#[derive(Debug, Clone)]
pub struct Header {
    /// Title.
    pub title: String,
    /// Name of the operator.
    pub operator: String,
    /// Registration number of the operator (a BIN in Kazakhstan).
    pub operator_id: Option<String>,
    /// ISO 3166-1 alpha-2 code of the operator's seat.
    pub country: Option<Symbol>,
    /// A date, or `None` for `unknown`.
    pub revision: Option<String>,
    /// The Policy's text, resolved against the file's folder.
    pub text: Option<PathBuf>,
    /// Ids of the rule packs in `rules/laws`.
    pub laws: Vec<Symbol>,
    /// Where the Policy sets no period, the law's default applies.
    pub law_defaults: bool,
    /// Traffic to these hosts (and their subdomains) is not a transfer.
    pub internal_hosts: Vec<String>,
    /// Place of `[policy]`.
    pub span: Span,
}

/// Where data come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// The person gives them.
    Subject,
    /// Taken automatically.
    Automatic,
    /// From a partner.
    Partner,
    /// From public sources.
    Public,
}

/// `[[subject]]`: whose data.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Id, e.g. `client`.
    pub id: Symbol,
    /// Clause.
    pub clause: Clause,
}

/// `[[collect]]`: what is collected.
#[derive(Debug, Clone)]
pub struct Collect {
    /// Clause.
    pub clause: Clause,
    /// From where; `None` = any source.
    pub source: Option<SourceKind>,
    /// The ids as written.
    pub categories: Vec<Symbol>,
    /// These and everything below.
    pub covered: CategorySet,
    /// Purposes by id; `None` = every purpose.
    pub purposes: Option<Vec<Symbol>>,
    /// Declares nothing; only cited.
    pub catch_all: bool,
    /// Whole entry.
    pub span: Span,
}

/// The legal basis of a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Consent of the person.
    Consent,
    /// Allowed until the person objects.
    OptOut,
    /// Performance of a contract.
    Contract,
    /// A legal obligation.
    LegalObligation,
    /// Legitimate interest.
    LegitimateInterest,
    /// A public task.
    PublicTask,
    /// Vital interest.
    VitalInterest,
}

/// `[[purpose]]`: why data are processed.
#[derive(Debug, Clone)]
pub struct Purpose {
    /// Id, e.g. `newsletter`.
    pub id: Symbol,
    /// Clause.
    pub clause: Clause,
    /// Basis.
    pub basis: Option<Basis>,
    /// Fides data use.
    pub data_use: Option<Symbol>,
    /// Declares no purpose in particular; only cited.
    pub catch_all: bool,
    /// Whole entry.
    pub span: Span,
}

/// How long data are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Period {
    /// Without limit.
    Unlimited,
    /// So many days.
    Days(u32),
    /// Until the purpose is reached, and so many days more.
    PurposeEnd(u32),
}

impl Period {
    /// Reads `unlimited`, `90d`, `6m`, `5y`, `purpose-end`, `purpose-end+1y`. A month is 30 days, a year 365; nothing else is a
    /// period, nor is one of no days.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let days = |text: &str| {
            let unit = match text.as_bytes().last()? {
                b'd' => 1,
                b'm' => 30,
                b'y' => 365,
                _ => return None,
            };
            let digits = text.get(..text.len() - 1)?;
            let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u32>().ok())??;
            number.checked_mul(unit).filter(|days| *days > 0)
        };
        match text {
            "unlimited" => Some(Self::Unlimited),
            "purpose-end" => Some(Self::PurposeEnd(0)),
            _ => match text.strip_prefix("purpose-end+") {
                Some(more) => days(more).map(Self::PurposeEnd),
                None => days(text).map(Self::Days),
            },
        }
    }
}

/// `[[retention]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Clause.
    pub clause: Clause,
    /// The ids as written.
    pub categories: Vec<Symbol>,
    /// These and everything below.
    pub covered: CategorySet,
    /// What each of `categories` covers, in their order: the most specific entry decides.
    pub by_category: Vec<CategorySet>,
    /// Period.
    pub period: Period,
    /// The period as written.
    pub text: String,
    /// Whole entry.
    pub span: Span,
}

/// Kinds of recipients that a `[[transfer]]` clause speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransferTo {
    /// Any company.
    ThirdParty,
    /// A company that acts for the operator.
    Processor,
    /// A state body.
    Authority,
    /// A company of the same group.
    Group,
    /// The public.
    Publication,
}

/// On what condition a transfer is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The person consented.
    Consent,
    /// The service needs it.
    Service,
    /// Anonymised data only.
    Anonymised,
    /// The law asks for it.
    Law,
    /// A contract.
    Contract,
}

/// `[[transfer]]`: what the text allows, by kind of recipient.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Clause.
    pub clause: Clause,
    /// To whom.
    pub to: TransferTo,
    /// On what condition.
    pub condition: Option<Condition>,
    /// Whole entry.
    pub span: Span,
}

/// `[[recipient]]`: who it is, by name.
#[derive(Debug, Clone)]
pub struct DeclaredRecipient {
    /// Id from `rules/recipients` or a new one.
    pub id: Symbol,
    /// The `[[transfer]]` clause it stands under.
    pub clause: Clause,
    /// Name, for a new one.
    pub name: Option<String>,
    /// Country (ISO 3166-1 alpha-2), for a new one or where it differs (a region).
    pub country: Option<Symbol>,
    /// Hosts, for a new one or further ones.
    pub hosts: Vec<String>,
    /// The ids as written.
    pub categories: Vec<Symbol>,
    /// These and everything below.
    pub covered: CategorySet,
    /// Purposes by id; `None` = every purpose.
    pub purposes: Option<Vec<Symbol>>,
    /// Condition, where it is stricter than the clause's.
    pub condition: Option<Condition>,
    /// Whole entry.
    pub span: Span,
}

/// `[[storage]]`.
#[derive(Debug, Clone)]
pub struct Storage {
    /// Clause.
    pub clause: Clause,
    /// ISO 3166-1 alpha-2 codes; `*` = anywhere.
    pub countries: Vec<Symbol>,
    /// Tables that are archives, histories or other copies: names, `*` for any run of characters.
    pub copies: Vec<Symbol>,
    /// Whole entry.
    pub span: Span,
}

/// `[[right]]`: what the person may ask for.
#[derive(Debug, Clone)]
pub struct Right {
    /// Clause.
    pub clause: Clause,
    /// Which.
    pub right: RightKind,
    /// Whole entry.
    pub span: Span,
}

/// Rights of a data subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RightKind {
    /// Destruction.
    Erasure,
    /// Correction.
    Rectification,
    /// Blocking.
    Restriction,
    /// List of the data and their source.
    Access,
    /// Withdrawal of consent.
    Withdrawal,
    /// Objection.
    Objection,
}

/// `[[forbid]]`: a clause that rules something out (an addition to the documented file: the verdict `contradicted` needs it).
#[derive(Debug, Clone)]
pub struct Forbid {
    /// Clause.
    pub clause: Clause,
    /// Categories; empty = all.
    pub categories: Vec<Symbol>,
    /// These and everything below.
    pub covered: CategorySet,
    /// Kinds of sinks it forbids, by their name in output (`publication`, `log`); empty = collection itself.
    pub sinks: Vec<Symbol>,
    /// Recipients by id that it forbids; empty = all.
    pub recipients: Vec<Symbol>,
    /// Whole entry.
    pub span: Span,
}

/// `[[annex]]`: what the operator declares beyond the text.
#[derive(Debug, Clone)]
pub struct Annex {
    /// The ids as written.
    pub categories: Vec<Symbol>,
    /// These and everything below.
    pub covered: CategorySet,
    /// Purposes by id.
    pub purposes: Option<Vec<Symbol>>,
    /// Why.
    pub reason: String,
    /// Whole entry.
    pub span: Span,
}
