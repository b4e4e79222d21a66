//! Notices about the scan itself.

use std::sync::Arc;

use crate::facts::FileFacts;
use crate::flow::Flows;
use crate::index::Symbol;
use crate::judge::notice;
use crate::report::{Location, Notice};
use crate::source::SourceFile;

/// A file or folder that cannot be read.
pub(super) fn unreadable(path: &str, reason: &str) -> Notice {
    Notice { code: notice::UNREADABLE, message: format!("not read: {reason}"), location: None, file: Symbol::new(path) }
}

/// A file over the size limit.
pub(super) fn too_large(path: &str, size: u64, limit: u64) -> Notice {
    let message = format!("not read: {size} bytes, over the limit of {limit}; `max-file-size` in pdlint.toml raises it");
    Notice { code: notice::NOT_SCANNED, message, location: None, file: Symbol::new(path) }
}

/// A file whose name promises text.
pub(super) fn binary(path: &str) -> Notice {
    let message = "not read: it is binary data, whatever its name says".to_owned();
    Notice { code: notice::NOT_SCANNED, message, location: None, file: Symbol::new(path) }
}

/// What the facts and flows tell: parts that could not be read, limits that were hit.
pub(super) fn of_facts(sources: &[SourceFile], facts: &[Arc<FileFacts>], flows: &Flows) -> Vec<Notice> {
    let mut notices = Vec::new();
    for (source, fact) in sources.iter().zip(facts) {
        notices.extend(fact.damage.iter().map(|damage| Notice {
            code: notice::PARTLY_PARSED,
            message: format!("partly read: {}", damage.message),
            location: Some(Location::of(source, damage.span)),
            file: source.path,
        }));
    }
    for (file, function) in &flows.limits_hit {
        let Some(source) = sources.get(file.index()) else { continue };
        notices.push(Notice {
            code: notice::LIMIT_HIT,
            message: format!("the analysis of `{function}` reached its limit; its arguments are taken to reach its result"),
            location: None,
            file: source.path,
        });
    }
    notices
}
