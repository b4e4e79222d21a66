//! Rule packs of laws, `rules/laws/*.toml`: localisation country, retention default, what a Policy must contain.
//!
//! A pack holds what a scanner can use of a law, not the law. Every fact names its `source`, the article; one that was written
//! down from memory and still has to be held against the text of the law says `recalled = true`, and whoever shows it says so too.

use serde::Deserialize;

use super::{CatalogError, RuleFile, country};

/// A law's rule pack.
#[derive(Debug, Clone)]
pub struct Law {
    /// Id, the file's stem, e.g. `kz-94v`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Country whose law it is (ISO 3166-1 alpha-2); `None` for the law of a union.
    pub country: Option<String>,
    /// Country (ISO 3166-1 alpha-2) in which the main database must stand, if the law asks for one.
    pub localisation: Option<String>,
    /// How long data are kept where a Policy sets no period.
    pub retention_default: Option<RetentionDefault>,
    /// What makes a transfer abroad lawful: any of these.
    pub cross_border: Vec<Ground>,
    /// What a consent must state.
    pub consent_fields: Vec<ConsentField>,
    /// Hours within which a breach is notified to the authority; a working day counts as 24.
    pub breach_hours: Option<u32>,
    /// Time limits for answering requests.
    pub requests: Vec<Request>,
    /// What a Policy must contain.
    pub policy_elements: Vec<PolicyElement>,
    /// Where each fact stands, sorted by the fact's name: `breach`, `consent`, `cross-border`, `localisation`, `policy`, `retention`.
    pub sources: Vec<(&'static str, Source)>,
}

impl Law {
    /// Where a fact stands, by its name as in [`Law::sources`].
    #[must_use]
    pub fn source(&self, fact: &str) -> Option<&Source> {
        self.sources.iter().find(|(name, _)| *name == fact).map(|(_, source)| source)
    }
}

/// Where a fact stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Article or commentary.
    pub article: String,
    /// Written down from memory, not yet held against the text.
    pub recalled: bool,
}

/// How long data are kept where a Policy sets no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetentionDefault {
    /// Until the purpose is reached.
    PurposeEnd,
}

impl std::fmt::Display for RetentionDefault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PurposeEnd => f.write_str("the purpose is reached"),
        }
    }
}

/// What makes a transfer abroad lawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The country protects personal data.
    AdequateCountry,
    /// The person consented to it.
    Consent,
    /// A treaty.
    Treaty,
    /// A law, for interests it lists.
    Law,
    /// Rights are protected and consent cannot be had.
    ProtectionOfRights,
    /// A contract with safeguards, or binding rules of a group.
    Safeguards,
    /// The authority was told beforehand.
    Notice,
}

/// What a consent must state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentField {
    /// Name and number of the operator.
    Operator,
    /// Name of the person.
    Subject,
    /// For how long.
    Term,
    /// Whether data are passed to third parties.
    ThirdParties,
    /// Whether data leave the country.
    CrossBorder,
    /// Whether data are published.
    Publication,
    /// List of the data.
    Categories,
    /// What for.
    Purposes,
    /// How it is withdrawn.
    Withdrawal,
    /// What is done with the data.
    Actions,
}

/// What a Policy must contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyElement {
    /// A date or number of its revision.
    Revision,
    /// Who is responsible for personal data.
    ResponsiblePerson,
    /// The list of data by law.
    Categories,
    /// Purposes.
    Purposes,
    /// Recipients.
    Recipients,
    /// Periods.
    Retention,
    /// Rights of the person.
    Rights,
    /// How consent is withdrawn.
    Withdrawal,
    /// Transfers abroad.
    CrossBorder,
    /// What happens at a breach.
    Breach,
}

/// A time limit for a request of a person.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Request {
    /// What is asked for: `access`, `rectification`, `restriction`, `erasure`, `withdrawal`.
    pub right: String,
    /// Working days for it.
    pub working_days: u32,
    /// Article.
    pub source: String,
    /// From memory.
    #[serde(default)]
    pub recalled: bool,
}

/// All laws, sorted by id.
#[derive(Debug, Default)]
pub struct Laws {
    all: Vec<Law>,
}

impl Laws {
    /// Loads `rules/laws/*.toml`.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid.
    pub fn load(files: &[&RuleFile]) -> Result<Self, CatalogError> {
        let mut all: Vec<(Law, &str)> = Vec::new();
        for file in files.iter().filter(|file| file.path.ends_with(".toml")) {
            let law = read(file)?;
            if let Some((_, first)) = all.iter().find(|(known, _)| known.id == law.id) {
                let (first, second) = ((*first).to_owned(), file.path.clone());
                return Err(CatalogError::Duplicate { what: "laws", id: law.id, first, second });
            }
            all.push((law, &file.path));
        }
        all.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        Ok(Self { all: all.into_iter().map(|(law, _)| law).collect() })
    }

    /// The law with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Law> {
        self.all.iter().find(|law| law.id == id)
    }

    /// All, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Law> {
        self.all.iter()
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct LawFile {
    title: String,
    country: Option<toml::Spanned<String>>,
    localisation: Option<Localisation>,
    retention: Option<Retention>,
    cross_border: Option<CrossBorder>,
    consent: Option<Consent>,
    breach: Option<Breach>,
    #[serde(default)]
    request: Vec<Request>,
    policy: Option<PolicyContent>,
}

/// Declares a fact's table with the keys that every fact has.
macro_rules! fact {
    ($name:ident { $($field:ident: $ty:ty),* }) => {
        #[derive(Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        struct $name {
            $($field: $ty,)*
            source: String,
            #[serde(default)]
            recalled: bool,
        }

        impl $name {
            fn source(&self) -> Source {
                Source { article: self.source.clone(), recalled: self.recalled }
            }
        }
    };
}

fact!(Localisation { country: toml::Spanned<String> });
fact!(Retention { default: RetentionDefault });
fact!(CrossBorder { grounds: Vec<Ground> });
fact!(Consent { fields: Vec<ConsentField> });
fact!(Breach { hours: u32 });
fact!(PolicyContent { elements: Vec<PolicyElement> });

fn read(file: &RuleFile) -> Result<Law, CatalogError> {
    let law: LawFile = file.parse()?;
    for code in law.country.iter().chain(law.localisation.as_ref().map(|one| &one.country)) {
        if !country::is_country(code.get_ref()) {
            let message = format!("`{}` is no country code: {}", code.get_ref(), country::advice(code.get_ref()));
            return Err(file.error(code.span(), message));
        }
    }
    let mut sources = Vec::new();
    sources.extend(law.breach.as_ref().map(|fact| ("breach", fact.source())));
    sources.extend(law.consent.as_ref().map(|fact| ("consent", fact.source())));
    sources.extend(law.cross_border.as_ref().map(|fact| ("cross-border", fact.source())));
    sources.extend(law.localisation.as_ref().map(|fact| ("localisation", fact.source())));
    sources.extend(law.policy.as_ref().map(|fact| ("policy", fact.source())));
    sources.extend(law.retention.as_ref().map(|fact| ("retention", fact.source())));
    Ok(Law {
        id: file.stem.clone(),
        title: law.title,
        country: law.country.map(toml::Spanned::into_inner),
        localisation: law.localisation.map(|fact| fact.country.into_inner()),
        retention_default: law.retention.map(|fact| fact.default),
        cross_border: law.cross_border.map(|fact| fact.grounds).unwrap_or_default(),
        consent_fields: law.consent.map(|fact| fact.fields).unwrap_or_default(),
        breach_hours: law.breach.map(|fact| fact.hours),
        requests: law.request,
        policy_elements: law.policy.map(|fact| fact.elements).unwrap_or_default(),
        sources,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn load(text: &str) -> Result<Laws, CatalogError> {
        let file = RuleFile::new("laws/xx.toml", text);
        Laws::load(&[&file])
    }

    #[test]
    fn the_law_of_kazakhstan_asks_for_a_base_at_home_and_an_end_with_the_purpose() {
        let catalog = Catalog::builtin().expect("the built-in rules load");
        let law = catalog.laws.find("kz-94v").expect("kz-94v is built in");
        assert_eq!(law.localisation.as_deref(), Some("KZ"));
        assert_eq!(law.retention_default, Some(RetentionDefault::PurposeEnd));
        assert_eq!(law.breach_hours, Some(24));
        assert!(law.consent_fields.contains(&ConsentField::CrossBorder));
        assert!(law.source("localisation").is_some_and(|source| source.article.contains("12(2)")));
    }

    #[test]
    fn every_fact_names_its_source() {
        let catalog = Catalog::builtin().expect("the built-in rules load");
        for law in catalog.laws.iter() {
            let bare = law.sources.iter().find(|(_, source)| source.article.trim().is_empty());
            assert!(bare.is_none(), "{}: {bare:?}", law.id);
            assert!(!law.sources.is_empty(), "{} states no fact", law.id);
        }
    }

    #[test]
    fn a_fact_without_a_source_and_an_unknown_country_are_refused() {
        assert!(load("title = \"X\"\n[breach]\nhours = 72\n").unwrap_err().to_string().contains("source"));
        let wrong = load("title = \"X\"\ncountry = \"UK\"\n").unwrap_err().to_string();
        assert!(wrong.contains("`GB`"), "{wrong}");
        assert!(load("title = \"X\"\nlocalization = 1\n").unwrap_err().to_string().contains("localization"));
    }
}
