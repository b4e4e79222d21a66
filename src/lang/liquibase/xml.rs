//! XML. Where the whole is not well-formed, each change set is read by itself.

use rustc_hash::FxHashMap;

use super::Read;
use super::tree::{Node, NodeId, Text, Tree};
use crate::lang::Comment;
use crate::source::Span;

pub(super) fn read(text: &str, read: &mut Read) {
    match parse(text) {
        Ok(document) => copy(&document, 0, Tree::ROOT, read),
        Err(error) => {
            read.damage(offset(text, error.pos()), format!("not XML: {error}; each change set is read by itself"));
            salvage(text, read);
        }
    }
}

fn parse(text: &str) -> Result<roxmltree::Document<'_>, roxmltree::Error> {
    // A changelog has a few hundred thousand nodes at the very most; a document type may stand there and is not followed.
    let options = roxmltree::ParsingOptions { allow_dtd: true, nodes_limit: 4_000_000, ..roxmltree::ParsingOptions::default() };
    roxmltree::Document::parse_with_options(text, options)
}

/// Copies a document whose source begins at `base` below `parent`.
fn copy(document: &roxmltree::Document<'_>, base: usize, parent: NodeId, read: &mut Read) {
    let text = document.input_text();
    let mut ids: FxHashMap<roxmltree::NodeId, NodeId> = FxHashMap::default();
    for node in document.descendants() {
        let range = node.range();
        let span = Span::new(base + range.start, base + range.end);
        if node.is_comment() {
            let line = text.get(..range.start).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
            let rest = text.get(range.end..).and_then(|after| after.split('\n').next()).unwrap_or_default();
            read.comments.push(Comment { span, alone: line.trim().is_empty() && rest.trim().is_empty() });
            continue;
        }
        let home = node.parent().and_then(|above| ids.get(&above.id())).copied().unwrap_or(parent);
        if node.is_text() {
            let content = node.text().unwrap_or_default();
            if !content.trim().is_empty()
                && let Some(home) = read.tree.get_mut(home)
            {
                match &mut home.text {
                    Some(text) => {
                        text.content.push_str(content);
                        text.span.end = span.end;
                    }
                    None => home.text = Some(Text { content: content.to_owned(), span }),
                }
            }
            continue;
        }
        if !node.is_element() {
            continue;
        }
        let attributes = node.attributes().map(|attribute| {
            let range = attribute.range_value();
            let span = Span::new(base + range.start, base + range.end);
            (attribute.name().to_owned(), Text { content: attribute.value().to_owned(), span })
        });
        let copied = Node { name: node.tag_name().name().to_owned(), attributes: attributes.collect(), span, ..Node::default() };
        let id = read.tree.add(home, copied);
        ids.insert(node.id(), id);
    }
}

/// Elements that are read by themselves.
const ELEMENTS: &[&str] = &["changeSet", "include", "includeAll", "property"];

/// Reads each change set, include and property of a text that is not well-formed as a whole.
fn salvage(text: &str, read: &mut Read) {
    let root = read.tree.add(Tree::ROOT, Node { name: super::ROOT.to_owned(), ..Node::default() });
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memchr(b'<', rest.as_bytes())) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        if rest.starts_with("<!--") {
            at = rest.find("-->").map_or(text.len(), |end| start + end);
            continue;
        }
        at = start + 1;
        let name = rest.get(1..).unwrap_or_default();
        let name = name.get(..name.find(|c: char| !c.is_alphanumeric() && !matches!(c, ':' | '_' | '-')).unwrap_or(name.len()));
        let name = name.unwrap_or_default();
        if !ELEMENTS.contains(&name.rsplit(':').next().unwrap_or(name)) {
            continue;
        }
        let end = match element_end(rest, name) {
            Some(end) => start + end,
            None => continue,
        };
        let Some(piece) = text.get(start..end) else { continue };
        // Prefixes are declared on the root, which is not there.
        if let Ok(document) = parse(piece) {
            copy(&document, start, root, read);
            at = end;
        }
    }
}

/// The end of the element that `text` begins with: of its own tag if that closes it, of its closing tag otherwise. It ends
/// before the next one of the same name begins.
fn element_end(text: &str, name: &str) -> Option<usize> {
    let open = text.find('>')?;
    if text.get(..open)?.ends_with('/') {
        return Some(open + 1);
    }
    let limit = text.get(1..)?.find(&format!("<{name} ")).map_or(text.len(), |next| next + 1);
    let closing = format!("</{name}");
    let close = text.get(..limit)?.find(&closing)?;
    Some(close + text.get(close..)?.find('>')? + 1)
}

/// A line and column (from 1, in characters) as an offset.
fn offset(text: &str, place: roxmltree::TextPos) -> usize {
    let line = place.row.saturating_sub(1) as usize;
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(place.col.saturating_sub(1) as usize).map_or(0, |(at, _)| at)
}
