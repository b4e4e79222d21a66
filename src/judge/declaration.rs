//! The TOML that would declare what a finding reports: text to paste into the Policy file, which its reader accepts.

use super::Case;
use super::party::Party;
use crate::catalog::storage::name_words;
use crate::index::Symbol;
use crate::policy::{Condition, DeclaredRecipient, Policy, Transfer, TransferTo};
use crate::report::Finding;
use crate::toml_reader::quoted;

/// Stands where only the operator knows the number of the clause.
const NO_CLAUSE: &str = "0";

impl Case<'_> {
    /// The declared purposes that a recipient of this kind serves, by what the catalog says of the kind.
    pub(crate) fn purposes_served(&self, policy: &Policy, party: &Party<'_>) -> Vec<Symbol> {
        let Some(known) = party.known else { return Vec::new() };
        let declared = policy.purposes.iter().filter(|purpose| {
            !purpose.catch_all && purpose.data_use.is_some_and(|declared| self.catalog.purposes.serves(known.purpose, declared))
        });
        declared.map(|purpose| purpose.id).collect()
    }

    /// `[[recipient]]` for a party, under the clause that comes nearest, and that clause where the Policy has none.
    pub(crate) fn recipient_entry(&self, policy: &Policy, party: &Party<'_>, categories: &[Symbol]) -> Option<String> {
        let id = party.id?;
        let mut toml = String::new();
        let under = clause_for(policy, party);
        if under.is_none() {
            let to = if party.is_authority() { "authority" } else { "third-party" };
            toml.push_str(&format!(
                "[[transfer]]\nclause = \"{NO_CLAUSE}\"  # the clause of the Policy's text that allows it\nto = \"{to}\"\n\n"
            ));
        }
        let clause = under.map_or(NO_CLAUSE, |transfer| transfer.clause.id.as_str());
        // A generic name is what the next scan looks for; a host is found by `hosts`, so its entry may have any id.
        let slug = if party.host.is_some() && party.known.is_none() {
            name_words(id.as_str()).join("-")
        } else {
            id.as_str().to_owned()
        };
        toml.push_str(&format!("[[recipient]]\nid = {}\nclause = {}\n", quoted(&slug), quoted(clause)));
        if party.known.is_none() {
            let name = party.host.unwrap_or(id);
            toml.push_str(&format!("name = {}  # the company's name\n", quoted(name.as_str())));
            if let Some(host) = party.host {
                let name = host.as_str().rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
                toml.push_str(&format!("hosts = {}\n", list(&[Symbol::new(name)])));
            }
        }
        match (party.country, policy.header.country) {
            (Some(country), _) => toml.push_str(&format!("country = {}\n", quoted(country.as_str()))),
            (None, Some(own)) => {
                toml.push_str(&format!("country = {}  # assumed: correct it to where the company sits\n", quoted(own.as_str())))
            }
            (None, None) => toml.push_str("# country = \"KZ\"  # where the company sits\n"),
        }
        toml.push_str(&format!("categories = {}\n", list(categories)));
        let purposes = self.purposes_served(policy, party);
        if !purposes.is_empty() {
            toml.push_str(&format!("purposes = {}\n", list(&purposes)));
        }
        Some(toml)
    }
}

/// The entry that stands in the Policy, with more categories or with its country.
pub(crate) fn amended_entry(entry: &DeclaredRecipient, more: &[Symbol], country: Option<Symbol>) -> String {
    let mut toml = format!("# in place of the present entry for {}\n[[recipient]]\n", quoted(entry.id.as_str()));
    let mut line = |key: &str, value: String| toml.push_str(&format!("{key} = {value}\n"));
    line("id", quoted(entry.id.as_str()));
    line("clause", quoted(entry.clause.id.as_str()));
    if let Some(name) = &entry.name {
        line("name", quoted(name));
    }
    if !entry.hosts.is_empty() {
        line("hosts", list(&entry.hosts.iter().map(|host| Symbol::new(host)).collect::<Vec<_>>()));
    }
    if let Some(country) = entry.country.or(country) {
        line("country", quoted(country.as_str()));
    }
    let mut categories = entry.categories.clone();
    categories.extend(more.iter().filter(|one| !entry.categories.contains(one)));
    line("categories", list(&categories));
    if let Some(purposes) = &entry.purposes {
        line("purposes", list(purposes));
    }
    if let Some(condition) = entry.condition {
        line("condition", quoted(condition_name(condition)));
    }
    toml
}

fn condition_name(condition: Condition) -> &'static str {
    match condition {
        Condition::Consent => "consent",
        Condition::Service => "service",
        Condition::Anonymised => "anonymised",
        Condition::Law => "law",
        Condition::Contract => "contract",
    }
}

/// `[[storage]]` for a country, under the clause that speaks of storage.
pub(crate) fn storage_entry(policy: &Policy, country: Symbol) -> String {
    let (lead, clause) = match policy.storages.first() {
        Some(entry) => ("# in place of the present entry\n", entry.clause.id.as_str()),
        None => ("", NO_CLAUSE),
    };
    let mut countries = policy.storages.first().map(|entry| entry.countries.clone()).unwrap_or_default();
    countries.push(country);
    format!("{lead}[[storage]]\nclause = {}\ncountries = {}\n", quoted(clause), list(&countries))
}

/// `[[storage]]` for a copy, under the clause that speaks of copies.
pub(crate) fn copies_entry(policy: &Policy, table: Symbol) -> String {
    let known = policy.storages.iter().find(|entry| !entry.copies.is_empty());
    let mut copies = known.map(|entry| entry.copies.clone()).unwrap_or_default();
    copies.push(table);
    let lead = if known.is_some() { "# in place of the present entry\n" } else { "" };
    let clause = known.map_or(NO_CLAUSE, |entry| entry.clause.id.as_str());
    let countries =
        known.filter(|entry| !entry.countries.is_empty()).map(|entry| format!("countries = {}\n", list(&entry.countries)));
    let countries = countries.unwrap_or_default();
    format!("{lead}[[storage]]\nclause = {}\n{countries}copies = {}\n", quoted(clause), list(&copies))
}

/// `[[annex]]` for categories that the text does not name.
pub(crate) fn annex_entry(categories: &[Symbol]) -> String {
    format!(
        "[[annex]]\ncategories = {}\nreason = \"say why it is needed, and when the Policy's text will name it\"\n",
        list(categories)
    )
}

/// `[[retention]]` for categories that have none.
pub(crate) fn retention_entry(categories: &[Symbol]) -> String {
    let clause = format!("clause = \"{NO_CLAUSE}\"  # the clause of the Policy's text that says so");
    format!(
        "[[retention]]\n{clause}\ncategories = {}\nperiod = \"purpose-end\"  # or 5y, 90d, purpose-end+1y\n",
        list(categories)
    )
}

/// Puts a declaration into a finding, with the sentence that leads to it.
pub(crate) fn offer(finding: &mut Finding, policy: &Policy, declaration: Option<String>) {
    if let Some(toml) = declaration {
        finding.help.push(format!(
            "or declare it: add the entry below to {}, once the Policy's text says so",
            super::policy_file(policy)
        ));
        finding.declaration = Some(toml);
    }
}

/// The `[[transfer]]` under which a party would be named: for its kind, on the condition that needs nothing else first.
fn clause_for<'p>(policy: &'p Policy, party: &Party<'_>) -> Option<&'p Transfer> {
    let fits = |transfer: &&Transfer| match transfer.to {
        TransferTo::Authority => party.is_authority(),
        TransferTo::ThirdParty | TransferTo::Processor => !party.is_authority(),
        TransferTo::Group | TransferTo::Publication => false,
    };
    policy.transfers.iter().filter(fits).min_by_key(|transfer| match transfer.condition {
        Some(Condition::Service) => 0,
        Some(Condition::Contract | Condition::Law) | None => 1,
        Some(Condition::Consent) => 2,
        Some(Condition::Anonymised) => 3,
    })
}

/// A TOML array of strings.
fn list(items: &[Symbol]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item.as_str())).collect::<Vec<_>>().join(", "))
}
