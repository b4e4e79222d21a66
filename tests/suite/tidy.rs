//! The shape of the project itself: layers, registration tables against folders, foreign types at home.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `src`, with its path relative to the project.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(root().join("src")).sort_by_file_name() {
        let entry = entry.expect("src can be read");
        if entry.path().extension().is_some_and(|e| e == "rs") {
            let relative = entry.path().strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
            files.push((relative, fs::read_to_string(entry.path()).expect("source files are UTF-8")));
        }
    }
    assert!(files.len() > 40, "only {} source files found", files.len());
    files
}

/// Lowest first. A module imports from lower layers, or its own.
const LAYERS: &[&[&str]] = &[
    &["index"],
    &["source"],
    &["toml_reader"],
    &["catalog", "ir"],
    &["lang", "classify", "policy"],
    &["facts", "report"],
    &["config", "link"],
    &["flow"],
    &["judge"],
    &["session"],
    &["output"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// Lines of code: what is not a comment line.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Modules that a file names after `crate::`.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (_, line) in code(text) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let names: Vec<&str> = match rest.strip_prefix('{') {
                Some(list) => list.split(',').collect(),
                None => vec![rest],
            };
            for name in names {
                found.push(name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
            }
        }
    }
    found
}

#[test]
fn modules_import_from_lower_layers_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(module) = path.strip_prefix("src/").and_then(|rest| rest.split(['/', '.']).next()) else { continue };
        let Some(own) = layer(module) else { continue };
        for import in imports(&text) {
            let Some(other) = layer(&import) else { continue };
            if import != module && other >= own {
                wrong.push(format!("{path} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the layers:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    for line in library.lines() {
        if let Some(module) = line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
            assert!(layer(module).is_some(), "{module} has no layer in tests/suite/tidy.rs");
        }
    }
}

#[test]
fn foreign_types_have_one_home() {
    let homes: BTreeMap<&str, &str> = BTreeMap::from([
        ("tree_sitter", "src/lang/"),
        ("sqlparser", "src/lang/"),
        ("clap", "src/cli/"),
        ("serde_sarif", "src/output/"),
        ("comfy_table", "src/output/"),
        ("ignore", "src/source/"),
        ("encoding_rs", "src/source/"),
    ]);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (name, home) in &homes {
            let prefix = format!("{name}::");
            let named = code(&text).any(|(_, line)| {
                line.match_indices(&prefix)
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
            });
            if named && !path.starts_with(home) {
                wrong.push(format!("{path} names {name}, whose home is {home}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Stems of a folder's entries that `wanted` accepts, sorted.
fn stems(folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut stems: Vec<_> = fs::read_dir(root().join(folder))
        .expect("the folder exists")
        .filter_map(|entry| {
            let path: PathBuf = entry.expect("a readable entry").path();
            let stem = path.file_stem()?.to_str()?.to_owned();
            wanted(&stem).then_some(stem)
        })
        .collect();
    stems.sort();
    stems
}

#[test]
fn every_check_has_a_file_a_registration_and_a_page() {
    let files = stems("src/judge", |stem| stem.starts_with("pd") && stem.as_bytes().get(2).is_some_and(u8::is_ascii_digit));
    let registered: Vec<_> = pdlint::judge::CHECKS
        .iter()
        .map(|check| format!("{}_{}", check.code.to_lowercase(), check.name.replace('-', "_")))
        .collect();
    let mut sorted = registered.clone();
    sorted.sort();
    assert_eq!(files, sorted, "src/judge/pd*.rs against CHECKS");
    assert_eq!(registered, sorted, "CHECKS is in the order of the codes");

    let catalog = pdlint::catalog::Catalog::builtin().expect("the built-in rules load");
    for check in pdlint::judge::CHECKS {
        let page = catalog.checks.find(check.code).unwrap_or_else(|| panic!("rules/checks/{}.md is missing", check.code));
        assert_eq!(page.name, check.name, "name on the page of {}", check.code);
    }
}

#[test]
fn every_front_end_and_format_is_registered() {
    // What front ends share: `syntax` and `lowering` those over tree-sitter, `delimited` and `values` those of data.
    let languages = stems("src/lang", |stem| !matches!(stem, "mod" | "syntax" | "lowering" | "delimited" | "values"));
    assert_eq!(languages.len(), pdlint::lang::FRONTENDS.len(), "src/lang against FRONTENDS: {languages:?}");
    for format in pdlint::output::FORMATS {
        let known = stems("src/output", |stem| stem == format.name());
        assert_eq!(known.len(), 1, "src/output has a file for the format {}", format.name());
    }
}

#[test]
fn judging_linking_and_flows_name_no_language() {
    let languages = ["rust", "python", "javascript", "typescript", "java", "kotlin", "go", "csharp", "php", "ruby"];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if !["src/link/", "src/flow/", "src/judge/"].iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        for (number, line) in code(&text) {
            if languages.iter().any(|language| line.contains(&format!("\"{language}\""))) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn source_files_can_be_read_in_one_sitting() {
    let long: Vec<_> = sources()
        .into_iter()
        .filter_map(|(path, text)| {
            let lines = text.lines().count();
            (lines > 800).then(|| format!("{path}: {lines} lines"))
        })
        .collect();
    assert!(long.is_empty(), "split by idea:\n{}", long.join("\n"));
}
