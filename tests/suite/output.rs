//! Formats: what each shows of one sample report, and that nothing scanned escapes its place in any of them.
// Tests run the program itself and cargo.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "output_sample.rs"]
mod sample;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use pdlint::catalog::{Catalog, RuleFile};
use pdlint::index::Symbol;
use pdlint::output::render::escape::{
    csv_cell, github_data, github_property, markdown_block, markdown_code, markdown_prose, markdown_sentence, visible,
};
use pdlint::output::{self, Detail, Style, View};
use pdlint::report::{Excerpt, Report, Severity};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

const PAGE: &str = "+++\ncode = \"PD201\"\nname = \"undeclared-recipient\"\nsummary = \"A transfer to a recipient that the Policy does not name.\"\n\
    severity = \"error\"\nsince = \"0.1.0\"\n+++\n\n## What it reports\n\nPersonal data that leave for a recipient the Policy\ndoes not name.\n\n\
    ## Why it matters\n\nPeople agree to named recipients.\n\n## Examples\n\nNone here.\n\n## What to do\n\nName the recipient.\n";

/// A catalog with one page, so that snapshots do not change with every page's wording.
fn catalog() -> Catalog {
    let page = RuleFile::new("checks/PD201.md", PAGE);
    Catalog::from_files(&[page]).unwrap()
}

fn rendered(report: &Report, format: &str, view: View, style: Style) -> String {
    let mut out = Vec::new();
    output::find(format, view).unwrap().write(report, &catalog(), view, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(report: &Report, format: &str, view: View) -> String {
    rendered(report, format, view, Style::default())
}

#[test]
fn every_format_renders_the_sample() {
    let report = sample::report();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for view in [View::Check, View::Inventory] {
            for format in output::names(view) {
                let name = format!("output_{}_{format}", format!("{view:?}").to_lowercase());
                insta::assert_snapshot!(name, plain(&report, format, view));
            }
        }
        insta::assert_snapshot!(
            "output_check_human_full",
            rendered(&report, "human", View::Check, Style { detail: Detail::Full, ..Style::default() })
        );
        insta::assert_snapshot!(
            "output_check_human_narrow_color",
            rendered(&report, "human", View::Check, Style { color: true, width: Some(60), detail: Detail::Brief })
                .replace('\u{1b}', "␛")
        );
    });
}

#[test]
fn check_and_inventory_have_the_documented_formats() {
    assert_eq!(output::names(View::Check).collect::<Vec<_>>(), ["human", "json", "sarif", "github", "markdown"]);
    assert_eq!(output::names(View::Inventory).collect::<Vec<_>>(), ["human", "table", "json", "csv", "markdown"]);
}

#[test]
fn an_empty_report_renders_in_every_format() {
    for view in [View::Check, View::Inventory] {
        for format in output::names(view) {
            assert!(!plain(&Report::default(), format, view).is_empty(), "{format}");
        }
    }
    assert!(plain(&Report::default(), "human", View::Check).contains("no findings"));
}

#[test]
fn no_format_prints_a_whole_personal_value() {
    let mut report = sample::report();
    // Another finding labels the same line: the value on it is hidden there too.
    let line = sample::at("db/seed.sql", sample::SEED, "INSERT", 0);
    report.findings.push(sample::finding("PD404", "undeclared-copy", Severity::Error, "a copy", line));
    for view in [View::Check, View::Inventory] {
        for format in output::names(view) {
            for detail in [Detail::Brief, Detail::Normal, Detail::Full] {
                let text = rendered(&report, format, view, Style { detail, ..Style::default() });
                assert!(!text.contains(sample::IIN), "{format} prints the value");
            }
        }
    }
    let human = plain(&report, "human", View::Check);
    assert_eq!(human.matches("VALUES ('••••••••••••', '••••')").count(), 2, "{human}");
}

#[test]
fn what_stands_beside_a_personal_value_is_covered_with_it() {
    let text = "INSERT INTO users VALUES (7, 'Сергеев Пётр', '951010500007', 'Lenin st 1', 4400);\n";
    let location = sample::at("seed.sql", text, sample::IIN, 0);
    let report = Report {
        findings: vec![sample::finding("PD504", "personal-data-literal", Severity::Error, "an IIN", location)],
        excerpts: vec![Excerpt { file: Symbol::new("seed.sql"), text: Arc::from(text) }],
        ..Report::default()
    };
    let human = plain(&report, "human", View::Check);
    assert!(human.contains("INSERT INTO users VALUES (•, '••••••• ••••', '••••••••••••', '••••• •• •', ••••);"), "{human}");
}

#[test]
fn suppressed_findings_are_counted_and_kept_for_machines_only() {
    let report = sample::report();
    assert!(plain(&report, "human", View::Check).contains("6 findings: 3 errors, 2 warnings, 1 note (1 suppressed)"));
    assert!(!plain(&report, "github", View::Check).contains("demonstration"));
    let json: Value = serde_json::from_str(&plain(&report, "json", View::Check)).unwrap();
    assert_eq!(json["summary"]["findings"]["suppressed"], 1);
    assert_eq!(json["findings"].as_array().unwrap().iter().filter(|finding| !finding["suppressed"].is_null()).count(), 1);
}

#[test]
fn the_json_inventory_has_the_documented_keys() {
    let json: Value = serde_json::from_str(&plain(&sample::report(), "json", View::Inventory)).unwrap();
    assert_eq!(json["schema"], "pdlint.inventory/1");
    let element = &json["elements"][0];
    assert_eq!(element["file"], "db/001.sql");
    assert_eq!((element["line"].as_u64(), element["column"].as_u64()), (Some(3), Some(3)));
    for key in [
        "language",
        "kind",
        "container",
        "field",
        "type",
        "category",
        "confidence",
        "evidence",
        "declared",
        "clauses",
        "purposes",
        "retention",
    ] {
        assert!(!element[key].is_null(), "{key}");
    }
    let transfer = &json["transfers"][0];
    for key in ["file", "line", "column", "sink", "recipient", "country", "categories"] {
        assert!(!transfer[key].is_null(), "{key}");
    }
    assert_eq!(transfer["path"][0]["file"], "src/order.rs");
    assert_eq!(transfer["path"][0]["line"], 2);
    assert_eq!(transfer["path"][0]["what"], "passed to notify() as order");
}

#[test]
fn three_hundred_findings_of_one_kind_share_one_excerpt() {
    let mut report = sample::report();
    let first = report.findings[0].clone();
    report.findings = (0..300)
        .map(|number| {
            let mut one = first.clone();
            one.location.line = number + 1;
            one
        })
        .collect();
    let text = plain(&report, "human", View::Check);
    assert!(text.lines().count() < 340, "{} lines", text.lines().count());
    assert!((1..=300).all(|line| text.contains(&format!("db/001.sql:{line}:3"))), "every place is named");
}

#[test]
fn an_excerpt_of_a_very_long_line_is_a_window_around_the_label() {
    let text = format!("{}SECRET_CALL(user){}", "a = 1;".repeat(200_000), "b = 2;".repeat(200_000));
    let location = sample::at("app.min.js", &text, "SECRET_CALL", 0);
    let mut finding = sample::finding("PD501", "personal-data-in-log", Severity::Error, "logged", location);
    finding.label = "here".to_owned();
    let report = Report {
        findings: vec![finding],
        excerpts: vec![Excerpt { file: Symbol::new("app.min.js"), text: Arc::from(text.as_str()) }],
        ..Report::default()
    };
    let human = plain(&report, "human", View::Check);
    assert!(human.contains("SECRET_CALL(user)") && human.contains('…') && human.len() < 2000, "{human}");
}

#[test]
fn a_place_outside_its_text_is_shown_without_harm() {
    let mut report = sample::report();
    for (number, finding) in report.findings.iter_mut().enumerate() {
        finding.location.offset = u32::MAX - u32::try_from(number).unwrap();
        finding.location.length = u32::MAX;
    }
    assert!(plain(&report, "human", View::Check).contains("PD201"));
}

// --- SARIF ---------------------------------------------------------------------------------------------------------------------

/// The official schema, as the crate that has the types ships it; its folder is where cargo put its source.
fn sarif_schema() -> Value {
    // Only this platform's packages are there for certain.
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let folder = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(folder.with_file_name("src").join("schema.json")).unwrap();
    // A pattern for languages in the published schema has a stray bracket, which strict readers of patterns refuse.
    let schema: Value = serde_json::from_str(&text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).unwrap();
    assert!(schema["$id"].as_str().unwrap().ends_with("/sarif-schema-2.1.0.json"));
    schema
}

fn assert_valid_sarif(validator: &jsonschema::Validator, text: &str) {
    let log: Value = serde_json::from_str(text).unwrap();
    let problems: Vec<_> =
        validator.iter_errors(&log).map(|problem| format!("{} at {}", problem, problem.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn sarif_follows_the_official_schema() {
    let validator = jsonschema::options().should_validate_formats(true).build(&sarif_schema()).unwrap();
    assert_valid_sarif(&validator, &plain(&sample::report(), "sarif", View::Check));
    assert_valid_sarif(&validator, &plain(&Report::default(), "sarif", View::Check));
    let mut odd = sample::report();
    for finding in &mut odd.findings {
        finding.location.file = Symbol::new("dir with space/ИИН:%[x](y)?#|.sql");
        finding.message = "[click](http://example.org) \u{1b}[31m".to_owned();
    }
    let text = plain(&odd, "sarif", View::Check);
    assert_valid_sarif(&validator, &text);
    assert!(text.contains("dir%20with%20space/%D0%98%D0%98%D0%9D%3A%25%5Bx%5D%28y%29%3F%23%7C.sql"));
    // The schema does judge: a result without a message is none.
    let mut broken: Value = serde_json::from_str(&text).unwrap();
    broken["runs"][0]["results"][0].as_object_mut().unwrap().remove("message");
    assert!(!validator.is_valid(&broken));
}

#[test]
fn sarif_holds_place_path_clause_and_properties() {
    let sarif: Value = serde_json::from_str(&plain(&sample::report(), "sarif", View::Check)).unwrap();
    let run = &sarif["runs"][0];
    let result = run["results"].as_array().unwrap().iter().find(|result| result["ruleId"] == "PD201").unwrap();
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/sms.rs");
    assert_eq!(place["region"]["startLine"], 5);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 3);
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"], "pdlint.policy.toml");
    assert_eq!(result["partialFingerprints"]["pdlint/v1"], "0123456789abcdef");
    let properties = &result["properties"];
    assert_eq!(properties["categories"], serde_json::json!(["user.contact.phone_number"]));
    for (key, value) in [
        ("recipient", "kz-smsc"),
        ("sink", "third-party"),
        ("clause", "5.9(2)"),
        ("verdict", "vague"),
        ("country", "KZ"),
        ("confidence", "high"),
    ] {
        assert_eq!(properties[key], value, "{key}");
    }
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
    assert_eq!(rule["id"], "PD201");
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    assert_eq!(rule["fullDescription"]["text"], "Personal data that leave for a recipient the Policy does not name.");
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("## What to do"));
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"]["id"], "PD001");
    let suppressed: Vec<_> =
        run["results"].as_array().unwrap().iter().filter(|result| result["suppressions"] != serde_json::json!([])).collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["suppressions"][0]["justification"], "the demonstration account");
}

// --- Nothing scanned escapes its place ------------------------------------------------------------------------------------------

/// Text with what is special somewhere, more often than chance would give it.
fn hostile() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "`",
        "``",
        "|",
        "\n",
        "\r\n",
        "\u{1b}[31m",
        "\u{9b}",
        "\u{202e}",
        "\u{7f}",
        "<b>",
        "</td>",
        "<!--",
        "&lt;",
        "[x](y)",
        "![x](y)",
        "](",
        "@user",
        "#12",
        "https://example.org/",
        "www.example.org",
        "a@example.org",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "::error::",
        "%0A",
        ",",
        ":",
        "\"",
        "\\",
        "* ",
        "1. ",
        "# ",
        "---",
        "~~",
        "__",
        "**",
        "$x$",
        "\t",
        "{0}",
        " ",
        "users.email",
        "ИИН",
        "'",
        "<script>",
        "javascript:",
        "> ",
        "    ",
        "|---|",
    ]);
    prop::collection::vec(prop_oneof![3 => special.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)], 0..8)
        .prop_map(|parts| parts.concat())
}

/// A report in which every scanned text is `text`.
fn report_of(text: &str) -> Report {
    let mut report = sample::report();
    let symbol = Symbol::new(text);
    for finding in &mut report.findings {
        finding.message = text.to_owned();
        finding.label = text.to_owned();
        finding.location.file = symbol;
        finding.recipient = Some(symbol);
        finding.evidence = vec![text.to_owned()];
        finding.help = vec![text.to_owned()];
        finding.declaration = Some(text.to_owned());
        for step in &mut finding.path {
            step.what = text.to_owned();
            step.location.file = symbol;
        }
        for clause in &mut finding.clauses {
            clause.id = symbol;
            clause.role = text.to_owned();
            clause.text = Some(text.to_owned());
        }
    }
    for element in &mut report.elements {
        (element.location.file, element.container, element.field, element.ty) = (symbol, symbol, symbol, symbol);
        element.evidence = vec![symbol];
    }
    for transfer in &mut report.transfers {
        (transfer.location.file, transfer.recipient, transfer.recipient_name) = (symbol, Some(symbol), Some(text.to_owned()));
        transfer.path.iter_mut().for_each(|step| step.what = text.to_owned());
    }
    for notice in &mut report.notices {
        notice.message = text.to_owned();
        notice.file = symbol;
    }
    for excerpt in &mut report.excerpts {
        excerpt.file = symbol;
        excerpt.text = Arc::from(text);
    }
    if let Some(policy) = &mut report.policy {
        (policy.title, policy.file, policy.operator) = (text.to_owned(), text.to_owned(), text.to_owned());
    }
    report
}

/// Every extension of Markdown but the one that changes quotation marks.
fn extensions() -> Options {
    Options::all() - Options::ENABLE_SMART_PUNCTUATION
}

/// Texts and codes of a Markdown document, and how many of each other thing there are.
fn markdown_events(text: &str) -> (String, Vec<String>) {
    let (mut words, mut others) = (String::new(), Vec::new());
    for event in Parser::new_ext(text, extensions()) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push('\n'),
            Event::Start(tag) => others.push(format!("{tag:?}").split(['(', '{', ' ']).next().unwrap_or_default().to_owned()),
            Event::End(_) => {}
            other => others.push(format!("{other:?}")),
        }
    }
    (words, others)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_markdown_sentence_holds_text_and_code_alone(text in hostile()) {
        let sentence = markdown_sentence(&text);
        let (_, others) = markdown_events(&format!("| a | b |\n|---|---|\n| {sentence} | end |\n"));
        prop_assert_eq!(others, ["Table", "TableHead", "TableCell", "TableCell", "TableRow", "TableCell", "TableCell"], "{}", sentence);
        let (words, others) = markdown_events(&format!("{sentence}\n\nend\n"));
        prop_assert!(words.ends_with("end"));
        prop_assert!(others.iter().all(|other| other == "Paragraph"), "{:?} in {}", others, sentence);
    }

    #[test]
    fn markdown_prose_renders_as_the_very_text(text in hostile()) {
        let cell = markdown_prose(&text);
        prop_assert!(!cell.contains('\n'));
        let (words, others) = markdown_events(&format!("| a | b |\n|---|---|\n| {cell} | end |\n"));
        prop_assert_eq!(words.replace('\u{200B}', ""), format!("ab{}end", visible(&text).trim()), "{}", cell);
        prop_assert_eq!(others, ["Table", "TableHead", "TableCell", "TableCell", "TableRow", "TableCell", "TableCell"]);
        let (words, others) = markdown_events(&format!("- {cell}\n"));
        prop_assert_eq!(words.replace('\u{200B}', ""), visible(&text).trim().to_owned());
        prop_assert_eq!(others.iter().filter(|other| !matches!(other.as_str(), "List" | "Item" | "Paragraph")).count(), 0, "{:?}", others);
    }

    #[test]
    fn markdown_code_stays_one_code_span(text in hostile()) {
        let code = markdown_code(&text);
        let mut spans = 0;
        for event in Parser::new_ext(&format!("| a | b |\n|---|---|\n| {code} | end |\n"), extensions()) {
            match event {
                Event::Code(found) => {
                    spans += 1;
                    prop_assert_eq!(found.trim().to_owned(), visible(&text).replace('|', "\u{2223}").trim().to_owned());
                }
                Event::Text(found) => prop_assert!(matches!(&*found, "a" | "b" | "end"), "{}", found),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell) => {}
                Event::End(TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell) => {}
                other => prop_assert!(false, "{:?}", other),
            }
        }
        prop_assert_eq!(spans, usize::from(!visible(&text).trim().is_empty()));
    }

    #[test]
    fn a_markdown_block_ends_where_it_should(text in hostile()) {
        let document = format!("{}\n\nend\n", markdown_block(&text, "toml"));
        let (words, others) = markdown_events(&document);
        prop_assert!(words.ends_with("end"));
        prop_assert_eq!(others, ["CodeBlock", "Paragraph"]);
    }

    #[test]
    fn no_csv_cell_is_a_formula_and_rows_stay_whole(text in hostile()) {
        let cell = csv_cell(&text);
        prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']));
        let csv = plain(&report_of(&text), "csv", View::Inventory);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows: Vec<_> = reader.records().collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(rows.len(), 4);
        for row in &rows {
            prop_assert!(row.iter().all(|cell| !cell.trim_start().starts_with(['=', '+', '-', '@'])));
        }
        prop_assert_eq!(rows[0].get(7).unwrap(), &*csv_cell(&text));
    }

    #[test]
    fn a_workflow_command_stays_one_line_and_keeps_its_properties(text in hostile()) {
        prop_assert!(!github_property(&text).contains([':', ',', '\n', '\r']));
        prop_assert!(!github_data(&text).contains(['\n', '\r']));
        let output = plain(&report_of(&text), "github", View::Check);
        for line in output.lines() {
            let own = ["::error ", "::warning ", "::notice ", "6 findings"].iter().any(|start| line.starts_with(start));
            prop_assert!(own, "{}", line);
        }
        prop_assert_eq!(output.lines().count(), 9);
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_upon(text in hostile()) {
        let report = report_of(&text);
        for view in [View::Check, View::Inventory] {
            for format in output::names(view) {
                let shown = plain(&report, format, view);
                let acted = shown.chars().find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'));
                prop_assert_eq!(acted, None, "{}", format);
            }
        }
        let json: Value = serde_json::from_str(&plain(&report, "json", View::Check)).unwrap();
        prop_assert_eq!(json["findings"][0]["message"].as_str().unwrap(), &text);
    }
}
