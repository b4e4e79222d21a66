//! `pdlint rules`: what pdlint knows.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::options::Options;
use super::{CliError, Outcome};
use crate::catalog::Catalog;
use crate::catalog::model::Effect;
use crate::index::Symbol;
use crate::judge::CHECKS;
use crate::output::Style;
use crate::output::render::{grid, joined, json};
use crate::session::Session;

/// Lists the catalog.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// What to list [default: everything]
    kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Data categories
    Categories,
    /// Recipients: companies, authorities, self-hosted software
    Recipients,
    /// Library models: which calls send data away, and what calls do to what passes through them
    Models,
    /// Checks, and the notices about the scan itself
    Checks,
    /// Rule packs of laws
    Laws,
}

#[derive(Serialize)]
struct Listing<'c> {
    schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    categories: Option<Vec<CategoryRow<'c>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipients: Option<Vec<RecipientRow<'c>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    models: Option<Vec<ModelRow<'c>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<CheckRow<'c>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    laws: Option<Vec<LawRow<'c>>>,
}

#[derive(Serialize)]
struct CategoryRow<'c> {
    id: Symbol,
    title: &'c str,
    special: bool,
    identifier_only: bool,
}

#[derive(Serialize)]
struct RecipientRow<'c> {
    id: Symbol,
    name: &'c str,
    country: Option<Symbol>,
    kind: String,
    purpose: Symbol,
    hosts: &'c [String],
    packages: &'c [String],
}

#[derive(Serialize)]
struct ModelRow<'c> {
    calls: &'c [String],
    /// Where data leave to, for a call that sends them.
    sink: Option<&'static str>,
    recipient: Option<Symbol>,
    /// What it does to what passes through it.
    effect: Option<&'static str>,
    categories: &'c [Symbol],
}

#[derive(Serialize)]
struct CheckRow<'c> {
    code: &'c str,
    name: &'c str,
    severity: &'c str,
    needs_policy: bool,
    summary: &'c str,
}

#[derive(Serialize)]
struct LawRow<'c> {
    id: &'c str,
    title: &'c str,
    country: Option<&'c str>,
    localisation: Option<&'c str>,
}

impl Rules {
    /// # Errors
    /// [`CliError`] when the format is unknown, the rules cannot be loaded or the list cannot be written.
    pub(super) fn run(&self, options: &Options) -> Result<Outcome, CliError> {
        options.only_formats(&["human", "json"], "rules")?;
        // Through a session, so that the rule folders of the repository's pdlint.toml are listed as well.
        let session = Session::open(options.session(&[], false))?;
        let listing = Listing::of(session.catalog(), self.kind);
        let style = options.style();
        options
            .target()
            .write(|out| if options.format == "json" { json::write(out, &listing) } else { listing.write(style, out) })?;
        Ok(Outcome::Clean)
    }
}

impl<'c> Listing<'c> {
    fn of(catalog: &'c Catalog, kind: Option<Kind>) -> Self {
        let wanted = |one: Kind| kind.is_none_or(|kind| kind == one);
        Self {
            schema: "pdlint.rules/1",
            categories: wanted(Kind::Categories).then(|| categories(catalog)),
            recipients: wanted(Kind::Recipients).then(|| recipients(catalog)),
            models: wanted(Kind::Models).then(|| models(catalog)),
            checks: wanted(Kind::Checks).then(|| checks(catalog)),
            laws: wanted(Kind::Laws).then(|| laws(catalog)),
        }
    }

    fn write(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        if let Some(rows) = &self.categories {
            let rows = rows.iter().map(|row| vec![row.id.to_string(), row.title.to_owned(), yes(row.special)]);
            writeln!(out, "{}", grid::grid(&["category", "title", "special"], rows, style))?;
        }
        if let Some(rows) = &self.recipients {
            let rows = rows.iter().map(|row| {
                let country = row.country.map(|country| country.to_string()).unwrap_or_default();
                vec![
                    row.id.to_string(),
                    row.name.to_owned(),
                    country,
                    row.kind.clone(),
                    row.purpose.to_string(),
                    row.hosts.join(", "),
                ]
            });
            writeln!(out, "{}", grid::grid(&["recipient", "name", "country", "kind", "for", "hosts"], rows, style))?;
        }
        if let Some(rows) = &self.models {
            // A model may be that of many calls: a row for each keeps the table narrow.
            let rows = rows.iter().flat_map(|row| {
                let recipient = row.recipient.map(|recipient| recipient.to_string()).unwrap_or_default();
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                let rest = [text(row.sink), recipient, text(row.effect), joined(row.categories, ", ")];
                row.calls.iter().map(move |call| [std::slice::from_ref(call), &rest[..]].concat())
            });
            writeln!(out, "{}", grid::grid(&["call", "sink", "recipient", "effect", "gives"], rows, style))?;
        }
        if let Some(rows) = &self.checks {
            let rows = rows.iter().map(|row| {
                vec![
                    row.code.to_owned(),
                    row.name.to_owned(),
                    row.severity.to_owned(),
                    yes(row.needs_policy),
                    row.summary.to_owned(),
                ]
            });
            writeln!(out, "{}", grid::grid(&["check", "name", "severity", "needs a Policy", "reports"], rows, style))?;
        }
        if let Some(rows) = &self.laws {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let rows =
                rows.iter().map(|row| vec![row.id.to_owned(), row.title.to_owned(), text(row.country), text(row.localisation)]);
            writeln!(out, "{}", grid::grid(&["law", "title", "country", "main database in"], rows, style))?;
        }
        Ok(())
    }
}

fn yes(is: bool) -> String {
    if is { "yes".to_owned() } else { String::new() }
}

fn categories(catalog: &Catalog) -> Vec<CategoryRow<'_>> {
    let rows = catalog.categories.iter().map(|(_, category)| CategoryRow {
        id: category.id,
        title: &category.title,
        special: category.special,
        identifier_only: category.identifier_only,
    });
    rows.collect()
}

fn recipients(catalog: &Catalog) -> Vec<RecipientRow<'_>> {
    let rows = catalog.recipients.iter().map(|(_, recipient)| RecipientRow {
        id: recipient.id,
        name: &recipient.name,
        country: recipient.country,
        kind: serde_json::to_value(recipient.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default(),
        purpose: recipient.purpose,
        hosts: &recipient.hosts,
        packages: &recipient.packages,
    });
    rows.collect()
}

fn models(catalog: &Catalog) -> Vec<ModelRow<'_>> {
    let rows = catalog.models.iter().map(|model| ModelRow {
        calls: &model.calls,
        sink: model.sink.as_ref().map(|sink| sink.kind.as_str()),
        recipient: model.sink.as_ref().and_then(|sink| Some(catalog.recipients.get(sink.recipient?)?.id)),
        effect: model.effect.map(|effect| match effect {
            Effect::Removes => "removes",
            Effect::Masks => "masks",
            Effect::Pseudonymises => "pseudonymises",
            Effect::Encrypts => "encrypts",
        }),
        categories: &model.categories,
    });
    rows.collect()
}

fn checks(catalog: &Catalog) -> Vec<CheckRow<'_>> {
    let needs = |code: &str| CHECKS.iter().any(|check| check.code == code && check.needs_policy);
    let rows = catalog.checks.iter().map(|page| CheckRow {
        code: &page.code,
        name: &page.name,
        severity: &page.severity,
        needs_policy: needs(&page.code),
        summary: &page.summary,
    });
    rows.collect()
}

fn laws(catalog: &Catalog) -> Vec<LawRow<'_>> {
    let rows = catalog.laws.iter().map(|law| LawRow {
        id: &law.id,
        title: &law.title,
        country: law.country.as_deref(),
        localisation: law.localisation.as_deref(),
    });
    rows.collect()
}
