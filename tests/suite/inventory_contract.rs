//! What programs may rely on in `inventory --format json`: field names, types and sets of values. Additions only.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;

use pdlint::catalog::Catalog;
use serde_json::Value;

use crate::program::{code, folder, json, pdlint, stderr};

const KINDS: &[&str] = &["column", "field", "parameter", "form-input", "cookie", "request", "literal"];
const SINKS: &[&str] = &["log", "third-party", "authority", "mail", "sms", "storage", "network", "publication", "file"];
const CONFIDENCES: &[&str] = &["high", "medium", "low"];

fn inventory(folder: &Path) -> Value {
    let output = pdlint(folder, &["inventory", "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    json(&output)
}

fn fixture() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/idocument")
}

/// What is wrong with a value, if anything.
type Wrong = fn(&Value) -> bool;

fn no_place(value: &Value) -> bool {
    value.as_u64().is_none_or(|number| number < 1)
}

fn no_path(value: &Value) -> bool {
    !value.as_str().is_some_and(|path| !path.is_empty() && !path.starts_with(['/', '.']) && !path.contains('\\'))
}

fn no_text(value: &Value) -> bool {
    value.as_str().is_none_or(str::is_empty)
}

fn no_texts(value: &Value) -> bool {
    !value.as_array().is_some_and(|list| list.iter().all(|one| !no_text(one)))
}

fn neither_text_nor_null(value: &Value) -> bool {
    !value.is_null() && no_text(value)
}

fn no_country(value: &Value) -> bool {
    !value.is_null() && !value.as_str().is_some_and(|code| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
}

fn among(value: &Value, known: &[&str]) -> bool {
    value.as_str().is_some_and(|text| known.contains(&text))
}

/// Asserts that `object` has every field, with a value of its kind.
fn assert_fields(what: &str, object: &Value, fields: &[(&str, Wrong)]) {
    for (name, wrong) in fields {
        let value = object.get(*name).unwrap_or_else(|| panic!("{what} lacks `{name}`: {object}"));
        assert!(!wrong(value), "`{name}` of {what} is {value}: {object}");
    }
}

const ELEMENT: &[(&str, Wrong)] = &[
    ("file", no_path),
    ("line", no_place),
    ("column", no_place),
    ("language", |value| !among(value, &["sql", "rust", "config"])),
    ("kind", |value| !among(value, KINDS)),
    ("container", |value| !value.is_string()),
    ("field", |value| !value.is_string()),
    ("type", |value| !value.is_string()),
    ("category", no_text),
    ("confidence", |value| !among(value, CONFIDENCES)),
    ("evidence", |value| no_texts(value) || value.as_array().is_some_and(Vec::is_empty)),
    ("declared", |value| !value.is_boolean() && !value.is_null()),
    ("clauses", no_texts),
    ("purposes", no_texts),
    ("retention", neither_text_nor_null),
];

const TRANSFER: &[(&str, Wrong)] = &[
    ("file", no_path),
    ("line", no_place),
    ("column", no_place),
    ("sink", |value| !among(value, SINKS)),
    ("recipient", neither_text_nor_null),
    ("country", no_country),
    ("categories", |value| no_texts(value) || value.as_array().is_some_and(Vec::is_empty)),
    ("path", |value| value.as_array().is_none_or(Vec::is_empty)),
];

const STEP: &[(&str, Wrong)] = &[("file", no_path), ("line", no_place), ("what", no_text)];

const TABLE: &[(&str, Wrong)] = &[
    ("name", no_text),
    ("database", |value| !value.is_string()),
    ("file", no_path),
    ("line", no_place),
    ("columns", |value| value.as_array().is_none_or(Vec::is_empty)),
    ("facts", |value| !value.is_array()),
];

const FACT: &[(&str, Wrong)] =
    &[("kind", |value| !among(value, FACTS)), ("file", no_path), ("line", no_place), ("detail", |value| !value.is_string())];

const FACTS: &[&str] = &[
    "expiry",
    "partition-expiry",
    "scheduled-delete",
    "delete",
    "one-off-delete",
    "anonymise",
    "cascade",
    "set-null",
    "soft-delete",
    "copy-of",
    "copied-to",
    "export",
    "versions",
    "time-travel",
    "grant",
    "row-security",
    "encrypted",
    "hashed",
    "masked",
];

fn assert_keeps_the_contract(inventory: &Value) {
    assert_eq!(inventory["schema"], "pdlint.inventory/1");
    let catalog = Catalog::builtin().unwrap();
    let known = |id: &Value| catalog.categories.find(id.as_str().unwrap()).is_some();
    for element in inventory["elements"].as_array().unwrap() {
        assert_fields("an element", element, ELEMENT);
        assert!(known(&element["category"]), "{element}");
    }
    for transfer in inventory["transfers"].as_array().unwrap() {
        assert_fields("a transfer", transfer, TRANSFER);
        assert!(transfer["categories"].as_array().unwrap().iter().all(known), "{transfer}");
        for step in transfer["path"].as_array().unwrap() {
            assert_fields("a step", step, STEP);
        }
    }
    for table in inventory["tables"].as_array().unwrap() {
        assert_fields("a table", table, TABLE);
        for column in table["columns"].as_array().unwrap() {
            assert!(!no_text(&column["name"]) && column["categories"].as_array().unwrap().iter().all(known), "{table}");
        }
        for fact in table["facts"].as_array().unwrap() {
            assert_fields("a fact", fact, FACT);
            assert!(fact.get("column").is_none_or(Value::is_string), "{fact}");
            let days = |period: &Value| period.as_str().unwrap().strip_suffix('d').unwrap().parse::<u32>().is_ok();
            assert!(fact.get("period").is_none_or(days), "{fact}");
        }
    }
    let places = |list: &str| {
        let of = |one: &Value| (one["file"].as_str().unwrap().to_owned(), one["line"].as_u64(), one["column"].as_u64());
        inventory[list].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert!(places("elements").is_sorted() && places("transfers").is_sorted());
}

#[test]
fn elements_and_transfers_have_the_promised_fields_and_values() {
    let inventory = inventory(&fixture());
    assert_keeps_the_contract(&inventory);
    let element =
        |field: &str| inventory["elements"].as_array().unwrap().iter().find(|one| one["field"] == field).unwrap().clone();
    let number = element("id_number");
    assert_eq!((&number["declared"], &number["clauses"]), (&true.into(), &serde_json::json!(["3.1(1)"])));
    assert_eq!(
        (&number["kind"], &number["container"], &number["type"]),
        (&"column".into(), &"clients".into(), &"char(12)".into())
    );
    assert_eq!(element("birth_date")["declared"], false);
    let kinds: std::collections::BTreeSet<_> =
        inventory["elements"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert!(kinds.is_superset(&["column", "field", "literal"].into()), "{kinds:?}");
    let sinks: std::collections::BTreeSet<_> =
        inventory["transfers"].as_array().unwrap().iter().map(|one| one["sink"].as_str().unwrap()).collect();
    let kinds = |table: &str| -> Vec<_> {
        let table = inventory["tables"].as_array().unwrap().iter().find(|one| one["name"] == table).unwrap();
        table["facts"].as_array().unwrap().iter().map(|fact| fact["kind"].as_str().unwrap()).collect()
    };
    assert!(kinds("clients").contains(&"delete") && kinds("sessions") == ["cascade"]);
    assert!(sinks.is_superset(&["authority", "log", "mail", "sms", "third-party"].into()), "{sinks:?}");
}

#[test]
fn without_a_policy_nothing_is_said_of_declarations() {
    let inventory = inventory(folder(&[("001.sql", crate::program::SCHEMA), ("src/a.rs", crate::program::SERVICE)]).path());
    assert_keeps_the_contract(&inventory);
    assert_eq!((inventory["elements"].as_array().unwrap().len(), inventory["transfers"].as_array().unwrap().len()), (4, 1));
    for element in inventory["elements"].as_array().unwrap() {
        assert!(element["declared"].is_null() && element["retention"].is_null(), "{element}");
        assert!(
            element["clauses"].as_array().unwrap().is_empty() && element["purposes"].as_array().unwrap().is_empty(),
            "{element}"
        );
    }
}

#[test]
fn columns_count_characters_and_lines_count_from_one() {
    let folder = folder(&[("001.sql", "CREATE TABLE клиенты (код int, почта text, email text);\n")]);
    let inventory = inventory(folder.path());
    let email = inventory["elements"].as_array().unwrap().iter().find(|one| one["field"] == "email").unwrap();
    assert_eq!((&email["line"], &email["column"]), (&1.into(), &44.into()));
}
