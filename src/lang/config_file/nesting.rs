//! Where in nested maps and lists a value stands, for the syntaxes that are read event by event (JSON, YAML).

use super::{MAX_DEPTH, Values, Written};
use crate::index::Symbol;
use crate::source::Span;

#[derive(Default)]
struct Frame {
    is_map: bool,
    /// The key whose value comes next.
    key: Option<Symbol>,
    /// The value of a `name` key, to which a later `value` key belongs: `{name: SMS_URL, value: ...}`.
    name: Option<Symbol>,
    /// The frame added its parent's key to the path.
    named: bool,
}

/// The open maps and lists.
#[derive(Default)]
pub(super) struct Nesting {
    frames: Vec<Frame>,
    path: Vec<Symbol>,
}

impl Nesting {
    /// Opens a map or list; false where it is too deep to be read.
    pub(super) fn open(&mut self, is_map: bool) -> bool {
        if self.frames.len() >= MAX_DEPTH {
            return false;
        }
        let key = self.frames.last_mut().and_then(|frame| frame.key.take());
        self.path.extend(key);
        self.frames.push(Frame { is_map, named: key.is_some(), ..Frame::default() });
        true
    }

    /// Closes the innermost one.
    pub(super) fn close(&mut self) {
        if self.frames.pop().is_some_and(|frame| frame.named) {
            self.path.pop();
        }
    }

    /// The innermost is a map whose next scalar is a key.
    pub(super) fn wants_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.is_map && frame.key.is_none())
    }

    /// The innermost is a map.
    pub(super) fn in_map(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.is_map)
    }

    pub(super) fn depth(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn key(&mut self, key: &str) {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Some(Symbol::new(key));
        }
    }

    /// Forgets a key that has no value.
    pub(super) fn no_value(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = None;
        }
    }

    /// A scalar at this place.
    pub(super) fn scalar(&mut self, values: &mut Values<'_>, text: &str, span: Span, written: Written) {
        let Some(frame) = self.frames.last_mut() else {
            values.value(&[], text, span, written);
            return;
        };
        if !frame.is_map {
            self.list_item(values, text, span, written);
            return;
        }
        let mut key = frame.key.take();
        if key.is_some_and(|key| key == "name") && text.len() <= 100 {
            frame.name = Some(Symbol::new(text));
        } else if key.is_some_and(|key| key == "value") && frame.name.is_some() {
            key = frame.name;
        }
        let depth = self.path.len();
        self.path.extend(key);
        values.value(&self.path, text, span, written);
        self.path.truncate(depth);
    }

    /// `- NAME=value` in a list is an environment variable; any other item is a value of the list's own key.
    fn list_item(&mut self, values: &mut Values<'_>, text: &str, span: Span, written: Written) {
        let variable = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_uppercase())
                && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        };
        match text.split_once('=').filter(|(name, _)| variable(name)) {
            Some((name, value)) if span.text(values.text) == text => {
                self.path.push(Symbol::new(name));
                let start = span.start as usize + name.len() + 1;
                values.value(&self.path, value, Span::new(start, span.end as usize), written);
                self.path.pop();
            }
            _ => values.value(&self.path, text, span, written),
        }
    }
}
