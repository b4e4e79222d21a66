//! The page of every check, `rules/checks/PDxxx.md`: manual, `explain` text and SARIF help at once.
//!
//! A page opens with TOML front matter between two `+++` lines; the rest is Markdown with the four sections of [`SECTIONS`].
//! Words that a check looks for in names stand in the front matter too, so that they are data like every other word.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use super::{CatalogError, RuleFile};

/// What every page must answer, as second-level headings.
pub const SECTIONS: [&str; 4] = ["What it reports", "Why it matters", "Examples", "What to do"];

const FENCE: &str = "+++";
const SEVERITIES: [&str; 4] = ["error", "warning", "note", "notice"];

/// A check's page.
#[derive(Debug, Clone)]
pub struct CheckPage {
    /// Code, e.g. `PD201`.
    pub code: String,
    /// Kebab-case name, e.g. `undeclared-recipient`.
    pub name: String,
    /// One sentence: what it reports.
    pub summary: String,
    /// `error`, `warning` or `note`; `notice` for what concerns the scan itself.
    pub severity: String,
    /// Version that brought the check.
    pub since: String,
    /// Words that the check looks for in names, by list.
    pub words: BTreeMap<String, Vec<String>>,
    /// The whole page as Markdown, without front matter.
    pub text: String,
}

impl CheckPage {
    /// The words of a list; none if the page has no such list.
    #[must_use]
    pub fn words(&self, list: &str) -> &[String] {
        self.words.get(list).map(Vec::as_slice).unwrap_or_default()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    code: String,
    name: String,
    summary: String,
    severity: String,
    since: String,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
}

/// All pages, sorted by code.
#[derive(Debug, Default)]
pub struct CheckPages {
    all: Vec<CheckPage>,
}

impl CheckPages {
    /// Loads `rules/checks/*.md`.
    ///
    /// # Errors
    /// [`CatalogError`] when a page is invalid.
    pub fn load(files: &[&RuleFile]) -> Result<Self, CatalogError> {
        let mut pages: Vec<(CheckPage, &RuleFile)> = Vec::new();
        for file in files.iter().filter(|file| file.path.ends_with(".md")) {
            let page = page(file)?;
            if let Some((_, first)) = pages.iter().find(|(other, _)| other.code == page.code || other.name == page.name) {
                let (first, second) = (first.path.clone(), file.path.clone());
                return Err(CatalogError::Duplicate { what: "check pages", id: page.code, first, second });
            }
            pages.push((page, file));
        }
        pages.sort_by(|(a, _), (b, _)| a.code.cmp(&b.code));
        Ok(Self { all: pages.into_iter().map(|(page, _)| page).collect() })
    }

    /// The page of a code, e.g. `PD201`, or of a name, e.g. `undeclared-recipient`.
    #[must_use]
    pub fn find(&self, code_or_name: &str) -> Option<&CheckPage> {
        self.all.iter().find(|page| page.code.eq_ignore_ascii_case(code_or_name) || page.name == code_or_name)
    }

    /// All, sorted by code.
    pub fn iter(&self) -> impl Iterator<Item = &CheckPage> {
        self.all.iter()
    }
}

fn page(file: &RuleFile) -> Result<CheckPage, CatalogError> {
    let text: &str = &file.text;
    let (matter, body) = split(text)
        .ok_or_else(|| file.error(0..text.len().min(3), format!("a check's page opens with TOML between two `{FENCE}` lines")))?;
    let front: FrontMatter = toml::from_str(text.get(matter.clone()).unwrap_or_default()).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        file.error(matter.start + at.start..matter.start + at.end, error.message().to_owned())
    })?;
    let value = |value: &str| text.find(value).map_or(0..0, |at| at..at + value.len());
    if front.code != file.stem {
        return Err(file.error(value(&front.code), format!("the page of {} must be named {}.md", front.code, front.code)));
    }
    if !is_code(&front.code) {
        return Err(file.error(value(&front.code), "a code is PD and three digits".to_owned()));
    }
    if !is_kebab(&front.name) {
        return Err(file.error(value(&front.name), "a check's name is in kebab-case, e.g. `undeclared-recipient`".to_owned()));
    }
    if front.summary.trim().is_empty() || front.since.trim().is_empty() {
        return Err(file.error(matter, "`summary` and `since` must not be empty".to_owned()));
    }
    if !SEVERITIES.contains(&front.severity.as_str()) {
        return Err(file.error(value(&front.severity), format!("a severity is one of {}", SEVERITIES.join(", "))));
    }
    let markdown = text.get(body.clone()).unwrap_or_default();
    for section in SECTIONS {
        if !markdown.lines().any(|line| line.strip_prefix("## ").is_some_and(|title| title.trim() == section)) {
            return Err(file.error(body, format!("the page lacks the section `## {section}`")));
        }
    }
    let text = markdown.trim_start_matches(['\r', '\n']).to_owned();
    let FrontMatter { code, name, summary, severity, since, words } = front;
    Ok(CheckPage { code, name, summary, severity, since, words, text })
}

/// Byte ranges of the front matter and of what follows it.
fn split(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let rest = text.strip_prefix(FENCE)?;
    let start = text.len() - rest.trim_start_matches('\r').strip_prefix('\n')?.len();
    let end = start + text.get(start..)?.find(&format!("\n{FENCE}"))? + 1;
    let body = (end + FENCE.len()).min(text.len());
    Some((start..end, body..text.len()))
}

fn is_code(code: &str) -> bool {
    code.len() == 5 && code.strip_prefix("PD").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_kebab(name: &str) -> bool {
    !name.is_empty()
        && name
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "+++\ncode = \"PD999\"\nname = \"sample-check\"\nsummary = \"Reports samples.\"\nseverity = \"note\"\nsince = \"0.1.0\"\n\n[words]\nplain = [\"clear\"]\n+++\n\n# PD999 sample-check\n\n## What it reports\n\n## Why it matters\n\n## Examples\n\n## What to do\n";

    fn load(stem: &str, text: &str) -> Result<CheckPages, String> {
        let file = RuleFile::new(&format!("checks/{stem}.md"), text);
        CheckPages::load(&[&file]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_gives_its_front_matter_words_and_markdown() {
        let pages = load("PD999", PAGE).unwrap_or_default();
        let page = pages.find("sample-check");
        assert_eq!(page.map(|page| page.code.as_str()), Some("PD999"));
        assert_eq!(page.map(|page| page.words("plain").to_vec()), Some(vec!["clear".to_owned()]));
        assert!(page.is_some_and(|page| page.text.starts_with("# PD999 sample-check\n")));
    }

    #[test]
    fn each_mistake_in_a_page_is_named() {
        let said = |stem: &str, text: String| load(stem, &text).err().unwrap_or_default();
        assert!(said("PD998", PAGE.to_owned()).contains("must be named PD999.md"));
        assert!(said("PD999", PAGE.replace("since", "sinse")).contains("unknown field `sinse`"));
        assert!(said("PD999", PAGE.replace("since = \"0.1.0\"\n", "")).contains("missing field `since`"));
        assert!(said("PD999", PAGE.replace("\"note\"", "\"bad\"")).contains("a severity is one of"));
        assert!(said("PD999", PAGE.replace("sample-check\"", "Sample\"")).contains("kebab-case"));
        assert!(said("PD999", PAGE.replace("## Why it matters", "## Why")).contains("`## Why it matters`"));
        assert!(said("PD999", PAGE.replace("+++", "---")).contains("opens with TOML"));
    }
}
