//! A changelog as a tree of named nodes with attributes: what its syntaxes have in common.

use crate::source::Span;

/// A node by its position in [`Tree`].
pub(super) type NodeId = usize;

/// A text with its place in the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    pub(super) content: String,
    /// The source that the content comes from.
    pub(super) span: Span,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, Text)>,
    /// Text directly in the node.
    pub(super) text: Option<Text>,
    pub(super) children: Vec<NodeId>,
    /// The place of the node's beginning.
    pub(super) span: Span,
}

/// All nodes; the first is the root, whose children are the outermost.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

impl Default for Tree {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Tree {
    pub(super) const ROOT: NodeId = 0;

    pub(super) fn add(&mut self, parent: NodeId, node: Node) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(node);
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(id);
        }
        id
    }

    pub(super) fn get_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id)
    }

    pub(super) fn children(&self, node: &Node) -> impl Iterator<Item = &Node> {
        node.children.iter().filter_map(|id| self.nodes.get(*id))
    }

    pub(super) fn root(&self) -> Option<&Node> {
        self.nodes.first()
    }
}

impl Node {
    pub(super) fn attribute(&self, name: &str) -> Option<&Text> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// An attribute's content, without blanks around it; `None` if that is empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(|text| text.content.trim()).filter(|value| !value.is_empty())
    }
}

/// Where the lines of a text stand in the source: syntaxes indent, escape and wrap what they hold.
#[derive(Debug)]
pub(super) struct Alignment {
    /// Offsets in the content and in the source, both where a line's first word begins.
    lines: Vec<(u32, u32)>,
    end: u32,
}

impl Alignment {
    pub(super) fn new(text: &Text, source: &str) -> Self {
        let raw = text.span.text(source);
        let mut lines = Vec::new();
        let (mut at, mut offset) = (0, 0);
        for line in text.content.split_inclusive('\n') {
            let bare = line.trim();
            let blanks = line.len() - line.trim_start().len();
            if !bare.is_empty() {
                // A line that is written with escapes is not found; neither need the rest be looked for.
                let Some(found) = raw.get(at..).and_then(|rest| rest.find(bare)) else { break };
                at += found;
                lines.push((to_u32(offset + blanks), text.span.start + to_u32(at)));
                at += bare.len();
            }
            offset += line.len();
        }
        Self { lines, end: text.span.end }
    }

    /// A span of the content in the source.
    pub(super) fn place(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        Span { start, end: self.offset(span.end).max(start) }
    }

    fn offset(&self, content: u32) -> u32 {
        let after = self.lines.partition_point(|(line, _)| *line <= content);
        match after.checked_sub(1).and_then(|at| self.lines.get(at)) {
            Some((line, source)) => (source + (content - line)).min(self.end),
            None => self.lines.first().map_or(self.end, |(_, source)| *source),
        }
    }
}

fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
