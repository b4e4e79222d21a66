//! Statements that stand in strings and are run later: `EXECUTE IMMEDIATE 'CREATE TABLE ...'`, `EXEC('ALTER TABLE ' + @t + ...)`,
//! `SET @ddl = '...'`. Put together from their pieces, they are read like any other text; what they find is placed in the file.

use super::token::{Kind, Tokens, unquote};
use crate::source::Span;

/// A text put together from the strings of one expression.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// What is run; expressions between the strings stand as templates.
    pub(super) text: String,
    /// Where parts of `text` come from: offset in `text`, offset in the file; ascending.
    places: Vec<(usize, usize)>,
    /// End of the last string in the file.
    end: usize,
    /// The token after it.
    pub(super) next: usize,
}

/// A string longer than this is data.
const LONGEST: usize = 256 * 1024;

impl Script {
    /// The script whose first string is the token at `at`; `None` if no string stands there.
    pub(super) fn at(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        if !is_string(tokens, at) {
            return None;
        }
        let mut script = Self::default();
        script.string(tokens, at);
        // `CONCAT('ALTER TABLE ', t, ' ADD a int')`.
        let concat = tokens.sign(at.wrapping_sub(1), b'(') && tokens.is_any(at.wrapping_sub(2), &["CONCAT", "CONCAT_WS"]);
        let mut next = at + 1;
        while script.text.len() < LONGEST
            && let Some(operand) = operand_after(tokens, next, concat)
        {
            if is_string(tokens, operand) {
                script.string(tokens, operand);
                next = operand + 1;
            } else {
                next = script.expression(tokens, operand, concat);
            }
        }
        script.next = next;
        Some(script)
    }

    fn string(&mut self, tokens: &Tokens<'_>, at: usize) {
        let Some(token) = tokens.get(at) else { return };
        let raw = tokens.raw(at);
        let content = unquote(raw);
        let lead = raw.find(['\'', '"', '$']).unwrap_or(0) + 1;
        let lead =
            if raw.starts_with('$') { raw.get(1..).and_then(|rest| rest.find('$')).map_or(1, |tag| tag + 2) } else { lead };
        let lead = if raw.starts_with(['q', 'Q']) { 3 } else { lead };
        let mut from = token.start + lead;
        if raw.len() >= lead + content.len() && raw.get(lead..lead + content.len()) == Some(&*content) {
            self.places.push((self.text.len(), from));
        } else {
            // A quote that is written twice stands once: places shift by one behind each.
            self.places.push((self.text.len(), from));
            for (offset, _) in content.match_indices('\'') {
                from += 1;
                self.places.push((self.text.len() + offset + 1, from + offset + 1));
            }
        }
        self.text.push_str(&content);
        self.end = token.end;
    }

    /// An expression between strings: a template in its place. Gives the token after it.
    fn expression(&mut self, tokens: &Tokens<'_>, start: usize, concat: bool) -> usize {
        let mut end = start;
        while end < tokens.len() && !ends_operand(tokens, end, concat) {
            end = tokens.after_group(end);
        }
        let place = tokens.get(start).map_or(self.end, |token| token.start);
        self.places.push((self.text.len(), place));
        let name = tokens.raw(start).trim_start_matches(['@', ':']);
        let plain = end == start + 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        self.text.push('{');
        self.text.push_str(if plain { name } else { "expression" });
        self.text.push('}');
        end.max(start + 1)
    }

    /// The place in the file of a span of the text.
    pub(super) fn place(&self, span: Span) -> Span {
        let at = |offset: usize| {
            let index = self.places.partition_point(|(start, _)| *start <= offset);
            let (start, place) = index.checked_sub(1).and_then(|last| self.places.get(last)).copied().unwrap_or_default();
            (place + (offset - start.min(offset))).min(self.end)
        };
        let start = at(span.start as usize);
        Span::new(start, at(span.end as usize).max(start))
    }
}

/// A string, or what MySQL takes for one.
fn is_string(tokens: &Tokens<'_>, at: usize) -> bool {
    match tokens.get(at).map(|token| token.kind) {
        Some(Kind::Text) => true,
        Some(Kind::Quoted) => tokens.raw(at).starts_with('"') && tokens.raw(at).contains(' '),
        _ => false,
    }
}

/// The operand after `||`, `+`, or the comma of `CONCAT`, if one of them stands at `at`.
fn operand_after(tokens: &Tokens<'_>, at: usize, concat: bool) -> Option<usize> {
    let operand = if tokens.sign(at, b'|') && tokens.sign(at + 1, b'|') {
        at + 2
    } else if tokens.sign(at, b'+') || concat && tokens.sign(at, b',') {
        at + 1
    } else {
        return None;
    };
    (operand < tokens.len()).then_some(operand)
}

fn ends_operand(tokens: &Tokens<'_>, at: usize, concat: bool) -> bool {
    operand_after(tokens, at, concat).is_some() || [b',', b';', b')'].iter().any(|sign| tokens.sign(at, *sign))
}
