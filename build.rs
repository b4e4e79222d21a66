//! Reads the TOML of `rules/` once, at build time, and leaves its values in a form that costs nothing to read: see
//! `src/catalog/compact.rs`. Also rebuilds the crate when a rule changes: `rules/` is embedded whole, and the compiler does not
//! watch folders.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use toml::de::{DeTable, DeValue};

#[path = "src/catalog/compact/kind.rs"]
mod kind;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/catalog/compact/kind.rs");
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("rules");
    let mut paths = Vec::new();
    toml_files(&root, &mut paths)?;
    let mut files: Vec<(String, PathBuf)> = paths
        .into_iter()
        .map(|path| (path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/"), path))
        .collect();
    files.sort();
    let mut out = Vec::new();
    for (name, path) in files {
        let text = fs::read_to_string(path)?;
        // A file with a mistake, or with a value that no rule has so far, is read at run time, where the mistake is told well.
        let Ok(table) = DeTable::parse(&text) else { continue };
        let mut value = Vec::new();
        if write_table(table.get_ref(), &mut value).is_some() {
            write_text(&name, &mut out);
            write_count(value.len(), &mut out);
            out.extend(value);
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("rules.bin"), out)
}

fn toml_files(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            toml_files(&path, into)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            into.push(path);
        }
    }
    Ok(())
}

fn write_count(mut count: usize, out: &mut Vec<u8>) {
    while count >= 0x80 {
        out.push((count & 0x7f) as u8 | 0x80);
        count >>= 7;
    }
    out.push(count as u8);
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write_count(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

fn write_table(table: &DeTable<'_>, out: &mut Vec<u8>) -> Option<()> {
    out.push(kind::TABLE);
    write_count(table.len(), out);
    for (key, value) in table {
        write_text(key.get_ref(), out);
        write_value(value.get_ref(), out)?;
    }
    Some(())
}

/// `None` for a kind of value that no rule has: numbers with fractions, dates.
fn write_value(value: &DeValue<'_>, out: &mut Vec<u8>) -> Option<()> {
    match value {
        DeValue::Boolean(true) => out.push(kind::TRUE),
        DeValue::Boolean(false) => out.push(kind::FALSE),
        DeValue::Integer(number) => {
            out.push(kind::INTEGER);
            out.extend_from_slice(&i64::from_str_radix(number.as_str(), number.radix()).ok()?.to_le_bytes());
        }
        DeValue::String(text) => {
            out.push(kind::TEXT);
            write_text(text, out);
        }
        DeValue::Array(values) => {
            out.push(kind::LIST);
            write_count(values.len(), out);
            for value in values.iter() {
                write_value(value.get_ref(), out)?;
            }
        }
        DeValue::Table(table) => write_table(table, out)?,
        DeValue::Float(_) | DeValue::Datetime(_) => return None,
    }
    Some(())
}
