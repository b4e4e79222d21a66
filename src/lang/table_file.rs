//! Tables of text: CSV and TSV files whose first record names the columns. A file without such a record is left unnamed: its
//! columns are numbered, and nothing of its first record is taken for a name.

use super::delimited::Records;
use super::values::Collector;
use super::{FileName, Frontend, Input, Lowered};
use crate::index::Symbol;

/// The front end.
#[derive(Debug)]
pub struct TableFile;

/// How much of a file tells what separates its fields.
const HEAD: usize = 4096;

impl Frontend for TableFile {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn claims(&self, file: &FileName<'_>) -> bool {
        matches!(file.extension, "csv" | "tsv")
    }

    /// Data, of which a sample is kept.
    fn max_bytes(&self) -> u64 {
        64 << 20
    }

    fn lower(&self, input: &Input<'_>) -> Lowered {
        let text = input.text;
        let mut records = Records::new(text, 0, text.len(), delimiter(text));
        let mut collector = Collector::default();
        let file = input.path.rsplit('/').next().unwrap_or(input.path);
        let table = Symbol::new(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
        let Some(first) = records.next() else { return Lowered::default() };
        let names: Vec<&str> = first.iter().map(|field| text.get(field.start..field.end).unwrap_or_default().trim()).collect();
        let named = is_header(&names);
        let symbols: Vec<Symbol> = if named { names.iter().map(|name| Symbol::new(name)).collect() } else { Vec::new() };
        let mut layout = collector.layout(table, &symbols);
        for record in (!named).then_some(first).into_iter().chain(records) {
            for (position, field) in record.iter().enumerate() {
                collector.value(&mut layout, position, field.start, field.end, field.escapes);
            }
        }
        Lowered { rows: collector.finish(), ..Lowered::default() }
    }
}

/// The separator that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let line = text.as_bytes().get(..text.len().min(HEAD)).unwrap_or_default();
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| line.iter().filter(|byte| **byte == sign).count();
    [b'\t', b';', b'|'].into_iter().fold(b',', |best, sign| if count(sign) > count(best) { sign } else { best })
}

/// Whether a record names columns: short, different, none empty, none with what only values have.
fn is_header(names: &[&str]) -> bool {
    let name = |name: &&str| {
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        (1..=60).contains(&name.len()) && digits <= 3 && !name.contains(['@', '+', '\n']) && name.contains(char::is_alphabetic)
    };
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    names.iter().all(name) && sorted.len() == names.len()
}
