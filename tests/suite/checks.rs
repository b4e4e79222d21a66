//! The pages of the checks are their tests: every example on a page is scanned as it stands there.
//!
//! Below `### Fires: …` or `### Silent: …` stand the files of one small repository as fenced blocks with a language and a path.
//! A comment `expect: PD501 words` marks the line where the page's check must report, and words that the finding must say. A
//! missing finding fails, an extra one of that check too. The comments are cut out before the scan.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pdlint::catalog::{Catalog, CheckPage};
use pdlint::judge::{CHECKS, notice};
use pdlint::report::Report;
use pdlint::session::{Session, SessionOptions};

/// One example of a page.
struct Example {
    title: String,
    files: Vec<(String, String)>,
    /// File, line, and the words that the finding must say.
    expected: Vec<(String, u32, Vec<String>)>,
}

fn examples(page: &CheckPage) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut block: Option<(String, Vec<String>)> = None;
    for line in page.text.lines() {
        if let Some((path, lines)) = &mut block {
            if line == "```" {
                let example = examples.last_mut().unwrap_or_else(|| panic!("{}: a block before the first `###`", page.code));
                example.files.push((path.clone(), lines.join("\n") + "\n"));
                block = None;
                continue;
            }
            let (text, expectation) = split_expectation(line, &page.code);
            lines.push(text.to_owned());
            if let Some(words) = expectation {
                let number = u32::try_from(lines.len()).expect("a page is short");
                let path = path.clone();
                examples.last_mut().expect("an example").expected.push((path, number, words));
            }
        } else if let Some(title) = line.strip_prefix("### ") {
            examples.push(Example { title: title.to_owned(), files: Vec::new(), expected: Vec::new() });
        } else if let Some(info) = line.strip_prefix("```") {
            let path = info.split_whitespace().nth(1).unwrap_or_else(|| panic!("{}: `{line}` names no file", page.code));
            block = Some((path.to_owned(), Vec::new()));
        }
    }
    assert!(block.is_none(), "{}: a block is not closed", page.code);
    examples
}

/// The line without its expectation, and the words after the code.
fn split_expectation<'l>(line: &'l str, code: &str) -> (&'l str, Option<Vec<String>>) {
    let Some((text, expectation)) = line.split_once("expect: ") else { return (line, None) };
    let mut words = expectation.split_whitespace().map(str::to_owned);
    assert_eq!(words.next().as_deref(), Some(code), "a page expects findings of its own check only: {line}");
    let text = text.trim_end().trim_end_matches(['/', '-', '#']).trim_end();
    (text, Some(words.collect()))
}

fn scan(folder: &Path) -> Report {
    let options = SessionOptions { paths: vec![folder.to_owned()], use_policy: true, ..SessionOptions::default() };
    let session = Session::open(options).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)));
    let analysis = session.analyze();
    let report = &analysis.report;
    Report { findings: report.findings.clone(), notices: report.notices.clone(), ..Report::default() }
}

/// File, line and text of all that a code reports and that nothing suppresses.
fn reported(report: &Report, code: &str) -> Vec<(String, u32, String)> {
    let findings = report.findings.iter().filter(|finding| finding.code == code && finding.suppressed.is_none()).map(|finding| {
        let recipient = finding.recipient.map_or("", |recipient| recipient.as_str());
        let country = finding.country.map_or("", |country| country.as_str());
        let categories: Vec<_> = finding.categories.iter().map(|category| category.as_str()).collect();
        let text = format!("{} [{}] [{recipient}] [{country}]", finding.message, categories.join(" "));
        (finding.location.file.as_str().to_owned(), finding.location.line, text)
    });
    let notices = report.notices.iter().filter(|notice| notice.code == code).map(|notice| {
        (notice.file.as_str().to_owned(), notice.location.as_ref().map_or(0, |location| location.line), notice.message.clone())
    });
    findings.chain(notices).collect()
}

#[test]
fn every_example_on_a_page_reports_what_the_page_says() {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    let mut failures = Vec::new();
    for page in catalog.checks.iter() {
        for example in examples(page) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            for (path, text) in &example.files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
                fs::write(path, text).expect("a file");
            }
            let report = scan(folder.path());
            let found = reported(&report, &page.code);
            let places = |at: &(String, u32)| format!("{}:{}", at.0, at.1);
            let wanted: BTreeSet<_> = example.expected.iter().map(|(path, line, _)| (path.clone(), *line)).collect();
            let got: BTreeSet<_> = found.iter().map(|(path, line, _)| (path.clone(), *line)).collect();
            let title = format!("{} `{}`", page.code, example.title);
            failures.extend(wanted.difference(&got).map(|at| format!("{title}: nothing at {}; {}", places(at), all(&report))));
            failures.extend(got.difference(&wanted).map(|at| format!("{title}: an extra report at {}", places(at))));
            for (path, line, words) in &example.expected {
                let said: String =
                    found.iter().filter(|(file, at, _)| file == path && at == line).map(|(_, _, text)| text.as_str()).collect();
                let missing = words.iter().filter(|word| !said.is_empty() && !said.contains(word.as_str()));
                failures.extend(missing.map(|word| format!("{title}: line {line} does not say `{word}`: {said}")));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn all(report: &Report) -> String {
    let findings = report.findings.iter().map(|one| format!("{} at {}:{}", one.code, one.location.file, one.location.line));
    format!("found: {}", findings.collect::<Vec<_>>().join(", "))
}

#[test]
fn every_page_of_a_check_has_an_example_that_fires_and_one_that_is_silent() {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    for check in CHECKS {
        let page = catalog.checks.find(check.code).unwrap_or_else(|| panic!("rules/checks/{}.md is missing", check.code));
        let examples = examples(page);
        for example in &examples {
            let (fires, silent) = (example.title.starts_with("Fires: "), example.title.starts_with("Silent: "));
            assert!(fires != silent, "{}: `{}` begins with neither `Fires: ` nor `Silent: `", check.code, example.title);
            assert_eq!(fires, !example.expected.is_empty(), "{}: `{}`", check.code, example.title);
        }
        assert!(examples.iter().any(|example| !example.expected.is_empty()), "{}: no example fires", check.code);
        assert!(examples.iter().any(|example| example.expected.is_empty()), "{}: no example is silent", check.code);
    }
}

#[test]
fn pages_agree_with_the_checks_and_the_notices() {
    let catalog = Catalog::builtin().expect("the built-in rules load");
    for check in CHECKS {
        let page = catalog.checks.find(check.code).unwrap_or_else(|| panic!("rules/checks/{}.md is missing", check.code));
        assert_eq!((page.name.as_str(), page.severity.as_str()), (check.name, check.severity.as_str()), "{}", check.code);
    }
    for (code, name) in notice::NOTICES {
        let page = catalog.checks.find(code).unwrap_or_else(|| panic!("rules/checks/{code}.md is missing"));
        assert_eq!((page.name.as_str(), page.severity.as_str()), (*name, "notice"), "{code}");
    }
    let known = CHECKS.iter().map(|check| check.code).chain(notice::NOTICES.iter().map(|(code, _)| *code));
    let known: BTreeSet<&str> = known.collect();
    for page in catalog.checks.iter() {
        assert!(known.contains(page.code.as_str()), "rules/checks/{}.md is the page of nothing", page.code);
        assert!(page.text.starts_with(&format!("# {} {}\n", page.code, page.name)), "{} opens with its code and name", page.code);
    }
}
