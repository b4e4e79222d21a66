//! E-mail addresses: which are somebody's, and which belong to roles, documentation and machines.

use super::{ValueHit, push};
use crate::catalog::Categories;
use crate::catalog::category::PlaceholderKind;

/// Finds addresses of persons in a text.
pub(super) fn addresses(text: &str, categories: &Categories, hits: &mut Vec<ValueHit>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'@', bytes).take(1000) {
        let local_char = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'%');
        let domain_char = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let before = bytes.get(..at).unwrap_or(&[]);
        let local_length = before.iter().rev().take(65).take_while(|byte| local_char(byte)).count();
        let after = bytes.get(at + 1..).unwrap_or(&[]);
        let domain_length = after.iter().take(255).take_while(|byte| domain_char(byte)).count();
        let (start, mut end) = (at - local_length, at + 1 + domain_length);
        while end > at + 1 && bytes.get(end - 1).is_some_and(|byte| matches!(byte, b'.' | b'-')) {
            end -= 1;
        }
        let (Some(local), Some(domain)) = (text.get(start..at), text.get(at + 1..end)) else {
            continue;
        };
        // `scheme://user:secret@host` and `git@host:path` are places, not addresses.
        let scheme = text
            .get(..start)
            .is_some_and(|head| head.ends_with("://") || head.ends_with(':') && head.contains("://") || head.ends_with('/'));
        let path = matches!(bytes.get(end), Some(b':' | b'/' | b'@')) && local.eq_ignore_ascii_case("git");
        if !scheme && !path && local_length <= 64 && is_personal_address(local, domain, categories) {
            push(hits, categories, "user.contact.email", "e-mail address", text, start, end);
        }
    }
}

fn is_personal_address(local: &str, domain: &str, categories: &Categories) -> bool {
    let local = local.trim_matches('.').to_ascii_lowercase();
    let domain = domain.to_ascii_lowercase();
    let Some((rest, top)) = domain.rsplit_once('.') else {
        return false;
    };
    let labels_fine = domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && label.len() <= 63);
    let top_fine = top.len() >= 2 && top.len() <= 18 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    let reserved = categories.is_placeholder(PlaceholderKind::TopLevel, top)
        // The domain itself, and every domain below it.
        || domain.char_indices().filter(|(at, c)| *at == 0 || *c == '.').any(|(at, c)| {
            let from = if c == '.' { at + 1 } else { at };
            domain.get(from..).is_some_and(|tail| categories.is_placeholder(PlaceholderKind::Domain, tail))
        });
    let tested = rest.split(['.', '-']).any(|label| {
        matches!(
            label,
            "test" | "tests" | "testing" | "example" | "example1" | "example2" | "dummy" | "fake" | "invalid" | "placeholder"
        )
    });
    let bare = local.trim_end_matches(|c: char| c.is_ascii_digit());
    let named = |name: &str| categories.is_placeholder(PlaceholderKind::Mailbox, name);
    // `buyer-a`, `test.user_2`: roles and what numbers them.
    let mut parts = local.split(['.', '-', '_', '+']).map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()));
    let numbered = |part: &str| part.len() <= 1 || named(part);
    let role = named(&local) || named(bare) || bare.is_empty() || (parts.clone().any(named) && parts.all(numbered));
    let placeholder = local.contains('%')
        || local.starts_with("test")
        || local.contains("noreply")
        || local.contains("no-reply")
        || local.contains("example");
    // Hashes and message ids look like addresses.
    let opaque = local.len() >= 24 && local.bytes().filter(u8::is_ascii_digit).count() * 3 > local.len();
    labels_fine && top_fine && !reserved && !tested && !role && !placeholder && !opaque
}
