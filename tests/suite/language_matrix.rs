//! The language matrix: `fixtures/lang/<feature>.md` holds one program in every language, and each must show the same.
//!
//! The fences of one language on a page are the files of one program: `` ```python notify.py ``; without a path the file has its
//! language's usual name. A comment `expect: PD501 user.contact.email` marks the line where a finding must stand, with all the
//! categories that it must have and, after `->`, its recipient; several stand one after the other. Only findings about flows
//! (PD2xx and PD5xx) are compared: a missing one fails, and so does an extra one. A line `Elements: …` lists the categories of the
//! fields that every program declares. A language without a program says why: `no kotlin: …`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pdlint::lang::FRONTENDS;
use pdlint::report::Report;
use pdlint::session::{Session, SessionOptions};

/// Languages that have a program, or a reason, on every page. A language is added here when its column is complete.
const COMPLETE: &[&str] = &["rust", "python", "java", "kotlin", "javascript", "typescript", "go", "csharp", "ruby", "php"];

/// The file of a program whose fence names none.
const USUAL_FILES: &[(&str, &str)] = &[
    ("rust", "src/main.rs"),
    ("python", "main.py"),
    ("javascript", "main.js"),
    ("typescript", "main.ts"),
    ("go", "main.go"),
    ("java", "Main.java"),
    ("kotlin", "Main.kt"),
    ("csharp", "Main.cs"),
    ("php", "main.php"),
    ("ruby", "main.rb"),
];

/// Everything about persons is declared as collected, and nothing as passed on: findings about flows stand out.
const POLICY: &str = r#"
schema = 1

[policy]
title = "A Policy that collects everything and passes nothing on"
operator = { name = "Example LLP", id = "770440000002", country = "KZ" }
revision = "2026-01-01"

[[collect]]
clause = "1"
source = "subject"
categories = ["user"]
"#;

/// A finding: its code, its recipient if it has one, its categories.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Expected {
    code: String,
    recipient: Option<String>,
    categories: BTreeSet<String>,
}

#[derive(Default)]
struct Program {
    files: Vec<(String, String)>,
    expected: BTreeSet<(String, u32, Expected)>,
}

#[derive(Default)]
struct Page {
    programs: BTreeMap<String, Program>,
    excused: BTreeSet<String>,
    elements: BTreeSet<String>,
}

impl Page {
    fn read(name: &str, text: &str) -> Self {
        let mut page = Self::default();
        let mut block: Option<(String, String, Vec<String>)> = None;
        for line in text.lines() {
            if let Some((language, path, lines)) = &mut block {
                if line.trim_end() == "```" {
                    let program = page.programs.entry(language.clone()).or_default();
                    program.files.push((path.clone(), lines.join("\n") + "\n"));
                    block = None;
                    continue;
                }
                let number = u32::try_from(lines.len() + 1).expect("a page is short");
                let (text, expected) = split_expectations(line);
                lines.push(text.to_owned());
                let program = page.programs.entry(language.clone()).or_default();
                program.expected.extend(expected.into_iter().map(|one| (path.clone(), number, one)));
            } else if let Some(info) = line.strip_prefix("```") {
                let mut words = info.split_whitespace();
                let language = words.next().unwrap_or_else(|| panic!("{name}: a fence names no language")).to_owned();
                let usual = USUAL_FILES.iter().find(|(known, _)| *known == language).map(|(_, path)| *path);
                let path = words.next().or(usual).unwrap_or_else(|| panic!("{name}: `{line}` names no file"));
                block = Some((language, path.to_owned(), Vec::new()));
            } else if let Some(rest) = line.strip_prefix("no ") {
                let (language, why) = rest.split_once(':').unwrap_or_else(|| panic!("{name}: `{line}` gives no reason"));
                assert!(!why.trim().is_empty(), "{name}: `{line}` gives no reason");
                page.excused.insert(language.to_owned());
            } else if let Some(list) = line.strip_prefix("Elements: ") {
                page.elements = list.split_whitespace().map(|word| word.trim_matches(['`', ',', '.']).to_owned()).collect();
            }
        }
        assert!(block.is_none(), "{name}: a fence is not closed");
        page
    }
}

/// The line without its expectations, and what they say.
fn split_expectations(line: &str) -> (&str, Vec<Expected>) {
    let mut parts = line.split("expect: ");
    let text = parts.next().unwrap_or_default();
    let expected: Vec<Expected> = parts.map(expectation).collect();
    if expected.is_empty() {
        return (line, expected);
    }
    (text.trim_end().trim_end_matches(['/', '-', '#', '*']).trim_end(), expected)
}

fn expectation(text: &str) -> Expected {
    let (before, recipient) = match text.split_once("->") {
        Some((before, after)) => (before, after.split_whitespace().next().map(str::to_owned)),
        None => (text, None),
    };
    let mut words = before.split_whitespace().filter(|word| *word != "*/").map(str::to_owned);
    let code = words.next().unwrap_or_else(|| panic!("`{text}` expects no code"));
    Expected { code, recipient, categories: words.collect() }
}

fn pages() -> Vec<(String, Page)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lang");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("the fixtures").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let pages: Vec<(String, Page)> = paths
        .iter()
        .map(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            let page = Page::read(&name, &fs::read_to_string(path).expect("a page"));
            (name, page)
        })
        .collect();
    assert!(pages.len() >= 16, "the pages are there");
    pages
}

fn scan(program: &Program) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("pdlint.policy.toml"), POLICY).expect("a file");
    for (path, text) in &program.files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let options = SessionOptions { paths: vec![folder.path().to_owned()], use_policy: true, ..SessionOptions::default() };
    let session = Session::open(options).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)));
    let analysis = session.analyze();
    let report = &analysis.report;
    Report {
        findings: report.findings.clone(),
        elements: report.elements.clone(),
        notices: report.notices.clone(),
        ..Report::default()
    }
}

fn found(report: &Report) -> BTreeSet<(String, u32, Expected)> {
    let about_flows = report.findings.iter().filter(|one| one.code.starts_with("PD2") || one.code.starts_with("PD5"));
    about_flows
        .map(|finding| {
            let expected = Expected {
                code: finding.code.to_owned(),
                recipient: finding.recipient.map(|recipient| recipient.as_str().to_owned()),
                categories: finding.categories.iter().map(|category| category.as_str().to_owned()).collect(),
            };
            (finding.location.file.as_str().to_owned(), finding.location.line, expected)
        })
        .collect()
}

#[test]
fn every_program_of_the_matrix_shows_what_its_page_says() {
    let mut failures = Vec::new();
    for (name, page) in pages() {
        for (language, program) in &page.programs {
            if !FRONTENDS.iter().any(|frontend| frontend.name() == language) {
                assert!(USUAL_FILES.iter().any(|(known, _)| known == language), "{name}: `{language}` is no language");
                continue;
            }
            let report = scan(program);
            let got = found(&report);
            failures.extend(program.expected.difference(&got).map(|one| format!("{name} {language}: missing {one:?}")));
            failures.extend(got.difference(&program.expected).map(|one| format!("{name} {language}: extra {one:?}")));
            let declared = report.elements.iter().filter(|element| element.kind == "field");
            let elements: BTreeSet<String> = declared.map(|element| element.category.as_str().to_owned()).collect();
            if elements != page.elements {
                failures.push(format!("{name} {language}: elements {elements:?}, not {:?}", page.elements));
            }
            failures.extend(report.notices.iter().map(|notice| format!("{name} {language}: {} {}", notice.code, notice.message)));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_matrix_is_complete_in_the_languages_that_are_done() {
    for (name, page) in pages() {
        for language in COMPLETE {
            let (has, excused) = (page.programs.contains_key(*language), page.excused.contains(*language));
            assert!(has != excused, "{name}: {language} has a program: {has}, a reason to have none: {excused}");
        }
    }
}
