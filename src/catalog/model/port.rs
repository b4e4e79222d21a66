//! Ports: the places of a call that a model speaks of.
//!
//! `receiver`, `arg0` … `arg9`, `args` (all arguments), `rest1` (all from the second), `closure` (what the closure argument
//! gives), `return`, `key:url` (an argument by keyword), `arg0|url` (by position or keyword); each may go on with members:
//! `receiver.#url` (a member that only models know starts with `#`),
//! `receiver[arg0]` (the member that the first argument's text names), `receiver[*]` (an element), `receiver.#bind` (what is bound
//! to a statement's placeholders, in order), `receiver.#bind[arg0]` (what is bound to the placeholder that the first argument
//! names or numbers, from one).

use std::str::FromStr;

use super::Effect;
use crate::index::Symbol;

/// Where a port starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Root {
    /// The value that a method is called on.
    Receiver,
    /// An argument by position, from zero.
    Argument(u8),
    /// An argument by position or by this keyword.
    ArgumentOr(u8, Symbol),
    /// All arguments from this one.
    Arguments(u8),
    /// An argument by keyword.
    Keyword(Symbol),
    /// What a closure argument gives.
    Closure,
    /// The result.
    Return,
}

/// A member of a port's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Member {
    /// By name.
    Field(Symbol),
    /// The one that an argument's text names.
    KeyOf(u8),
    /// Any element.
    Element,
    /// What is bound to the next placeholder of a statement; where it is read, to all of them.
    Bind,
    /// What is bound to the placeholder that an argument names or numbers, from one.
    BindAt(u8),
}

/// A place of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ModelPort {
    /// Where it starts.
    pub root: Root,
    /// One member of it.
    pub member: Option<Member>,
    /// A member of that member.
    pub inner: Option<Member>,
}

impl FromStr for ModelPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let (root, rest) = text.split_at(end);
        let number = |digits: &str| digits.parse::<u8>().map_err(|_| format!("`{digits}` is no number of an argument"));
        let root = match root {
            "receiver" => Root::Receiver,
            "return" => Root::Return,
            "closure" => Root::Closure,
            "args" => Root::Arguments(0),
            _ => {
                if let Some((digits, keyword)) = root.strip_prefix("arg").and_then(|rest| rest.split_once('|')) {
                    Root::ArgumentOr(number(digits)?, Symbol::new(keyword))
                } else if let Some(digits) = root.strip_prefix("arg") {
                    Root::Argument(number(digits)?)
                } else if let Some(digits) = root.strip_prefix("rest") {
                    Root::Arguments(number(digits)?)
                } else if let Some(name) = root.strip_prefix("key:") {
                    Root::Keyword(Symbol::new(name))
                } else {
                    return Err(format!("`{text}` is no port: use receiver, arg0, args, rest1, key:NAME, closure or return"));
                }
            }
        };
        // A second member starts at the second sign, unless the first is `#bind` with what tells the placeholder.
        let second = match rest.strip_prefix(".#bind[") {
            Some(_) => rest.len(),
            None => rest.get(1..).and_then(|after| after.find(['.', '['])).map_or(rest.len(), |at| at + 1),
        };
        let (first, second) = rest.split_at(second);
        Ok(Self { root, member: member(first)?, inner: member(second)? })
    }
}

/// `.name`, `[*]`, `[arg0]`, `.#bind`, `.#bind[arg0]`.
fn member(text: &str) -> Result<Option<Member>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let argument = |key: &str| {
        let digits = key.strip_prefix("arg").ok_or_else(|| format!("`{key}` is neither `*` nor an argument"))?;
        digits.parse::<u8>().map_err(|_| format!("`{digits}` is no number of an argument"))
    };
    if text == ".#bind" {
        return Ok(Some(Member::Bind));
    }
    if let Some(key) = text.strip_prefix(".#bind[").and_then(|key| key.strip_suffix(']')) {
        return Ok(Some(Member::BindAt(argument(key)?)));
    }
    if let Some(name) = text.strip_prefix('.') {
        return Ok(Some(Member::Field(Symbol::new(name))));
    }
    match text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some("*") => Ok(Some(Member::Element)),
        Some(key) => Ok(Some(Member::KeyOf(argument(key)?))),
        None => Err(format!("`{text}` is no member")),
    }
}

/// `from -> to`, with an effect after a colon: `arg0 -> return : masks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pass {
    /// Where it comes from.
    pub from: ModelPort,
    /// Where it goes.
    pub to: ModelPort,
    /// What is done to it.
    pub effect: Option<Effect>,
}

impl FromStr for Pass {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (ports, effect) = match text.split_once(" : ") {
            Some((ports, effect)) => (ports, Some(effect.trim())),
            None => (text, None),
        };
        let (from, to) = ports.split_once("->").ok_or_else(|| format!("`{text}`: write FROM -> TO"))?;
        let effect = match effect {
            None => None,
            Some("removes") => Some(Effect::Removes),
            Some("masks") => Some(Effect::Masks),
            Some("pseudonymises") => Some(Effect::Pseudonymises),
            Some("encrypts") => Some(Effect::Encrypts),
            Some(other) => return Err(format!("`{other}` is no effect: removes, masks, pseudonymises, encrypts")),
        };
        Ok(Self { from: from.parse()?, to: to.parse()?, effect })
    }
}
