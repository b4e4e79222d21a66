//! YAML, and JSON as the part of YAML that it is.
//!
//! `changeSet: {id: 1, changes: [{addColumn: {...}}]}` is the node `changeSet` with the attribute `id` and the child `changes`,
//! whose children are the changes.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::Read;
use super::tree::{Node, NodeId, Text, Tree};
use crate::lang::Comment;
use crate::lang::config_file::yaml::Offsets;
use crate::source::Span;

/// Changelogs are some eight deep.
const MAX_DEPTH: usize = 64;

pub(super) fn read_json(text: &str, read: &mut Read) {
    // YAML does not let tabs indent; between tokens of JSON a blank says the same.
    let text = if text.contains('\t') { std::borrow::Cow::Owned(text.replace('\t', " ")) } else { text.into() };
    events(&text, "JSON", read);
}

pub(super) fn read(text: &str, read: &mut Read) {
    events(text, "YAML", read);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if bare.starts_with('#') {
            let from = start + line.len() - line.trim_start().len();
            read.comments.push(Comment { span: Span::new(from, from + bare.len()), alone: true });
        }
        start += line.len();
    }
}

/// An open mapping or sequence.
enum Open {
    Mapping {
        node: NodeId,
        key: Option<Text>,
        /// An item of a sequence: its keys are children of the sequence's node.
        item: bool,
    },
    Sequence(NodeId),
}

fn events(text: &str, syntax: &str, read: &mut Read) {
    let offsets = Offsets::new(text);
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = offsets.byte(error.marker().index());
                read.damage(at, format!("not {syntax}: {}; what stands before is read", error.info()));
                return;
            }
        };
        let span = Span::new(offsets.byte(place.start.index()), offsets.byte(place.end.index()));
        match event {
            Event::DocumentStart(_) => open.clear(),
            Event::MappingStart(..) => {
                let (node, item) = target(&mut open, &mut read.tree, span);
                open.push(Open::Mapping { node, key: None, item });
            }
            Event::SequenceStart(..) => {
                let (node, _) = target(&mut open, &mut read.tree, span);
                open.push(Open::Sequence(node));
            }
            Event::MappingEnd | Event::SequenceEnd => {
                open.pop();
            }
            Event::Scalar(content, style, ..) => {
                let span = content_place(text, span, style);
                scalar(&mut open, &mut read.tree, Text { content: content.into_owned(), span });
            }
            // What an alias repeats has been read at its anchor.
            Event::Alias(_) => scalar(&mut open, &mut read.tree, Text { content: String::new(), span }),
            _ => {}
        }
        if open.len() > MAX_DEPTH {
            read.damage(span.start as usize, "nested too deeply: the rest was not read".to_owned());
            return;
        }
    }
}

/// The node that an opening mapping or sequence fills, and whether it is an item of a sequence.
fn target(open: &mut [Open], tree: &mut Tree, span: Span) -> (NodeId, bool) {
    match open.last_mut() {
        Some(Open::Mapping { node, key, .. }) => {
            let key = key.take().unwrap_or_default();
            let span = if key.content.is_empty() { span } else { key.span };
            (tree.add(*node, Node { name: key.content, span, ..Node::default() }), false)
        }
        Some(Open::Sequence(node)) => (*node, true),
        None => (Tree::ROOT, false),
    }
}

fn scalar(open: &mut [Open], tree: &mut Tree, text: Text) {
    let Some(Open::Mapping { node, key, item }) = open.last_mut() else { return };
    let Some(name) = key.take() else {
        *key = Some(text);
        return;
    };
    if *item {
        // `- sql: CREATE TABLE ...`
        tree.add(*node, Node { name: name.content, text: Some(text), span: name.span, ..Node::default() });
    } else if let Some(node) = tree.get_mut(*node) {
        node.attributes.push((name.content, text));
    }
}

/// The place of a scalar's content, without quotes. The parser's own place goes on over blanks and comments.
fn content_place(text: &str, span: Span, style: ScalarStyle) -> Span {
    let raw = span.text(text);
    let start = span.start as usize;
    match style {
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
            let quote = if style == ScalarStyle::SingleQuoted { '\'' } else { '"' };
            let end = raw.rfind(quote).filter(|end| *end > 0).unwrap_or(raw.len());
            Span::new(start + usize::from(end > 0), start + end)
        }
        _ => Span::new(start, start + raw.trim_end().len()),
    }
}
