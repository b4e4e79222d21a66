//! What makes two findings the same from one revision to the next: their meaning, not their lines.
//!
//! A check leaves the names that identify the place (function, call, table, column) in [`Finding::fingerprint`]; here they
//! are hashed with code, file, categories, recipient and sink. Alike findings of one file are told apart by their order.

use rustc_hash::FxHashMap;

use crate::report::Finding;

/// Replaces each finding's names by its fingerprint. `findings` must be sorted by place.
pub(crate) fn assign(findings: &mut [Finding]) {
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    for finding in findings {
        let meaning = meaning(finding);
        let ordinal = seen.entry(hash(&meaning, 0)).and_modify(|count| *count += 1).or_insert(0);
        finding.fingerprint = format!("{:016x}", hash(&meaning, *ordinal));
    }
}

/// The parts, each ended by a byte that no name holds, so that `ab` + `c` is not `a` + `bc`.
fn meaning(finding: &Finding) -> String {
    let mut text = String::new();
    let mut part = |value: &str| {
        text.push_str(value);
        text.push('\u{1f}');
    };
    part(finding.code);
    part(finding.location.file.as_str());
    finding.categories.iter().for_each(|category| part(category.as_str()));
    part("");
    part(finding.recipient.map_or("", |recipient| recipient.as_str()));
    part(finding.sink.unwrap_or_default());
    part(&finding.fingerprint);
    text
}

fn hash(meaning: &str, ordinal: u32) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(meaning.as_bytes(), u64::from(ordinal))
}
