//! `macro_rules!`: each arm becomes a function whose parameters are its metavariables, so that a project's own logging macro is
//! followed like a function.

use super::attributes::Preamble;
use super::kinds::{F, Kind, kind};
use super::lexer::{Lexer, Token, TokenKind};
use super::macros::Tokens;
use super::{Lowerer, parse};
use crate::index::Symbol;
use crate::ir::builder::FunctionHeader;
use crate::ir::{FunctionRole, TypeRef};
use crate::lang::syntax::{Node, Source};

/// What stands before an arm's body.
const PREFIX: &str = "fn f(){";

/// A metavariable of an arm.
#[derive(Debug)]
struct Metavariable {
    name: Symbol,
    /// It stands in a repetition.
    repeated: bool,
    /// Offsets of the name in the pattern.
    start: usize,
    end: usize,
}

impl Lowerer {
    /// Lowers a macro definition.
    pub(super) fn macro_definition(&mut self, node: Node<'_>, preamble: &Preamble) {
        let Some(name) = node.field(F.name) else { return };
        for rule in node.children() {
            if kind(rule) == Kind::MacroRule {
                self.macro_rule(rule, name, preamble);
            }
        }
    }

    fn macro_rule(&mut self, rule: Node<'_>, name: Node<'_>, preamble: &Preamble) {
        let (Some(left), Some(right)) = (rule.field(F.left), rule.field(F.right)) else { return };
        let Some(body) = Tokens::of(right) else { return };
        let text = format!("{PREFIX}{}}}", expand(body.text));
        let Some(tree) = parse(&text) else { return };
        let source = Source::fragment(&text, PREFIX.len(), body.span);
        let Some(block) = Node::root(&tree, &source).first().and_then(|function| function.field(F.body)) else { return };

        self.unit.begin_function();
        let parameters = metavariables(left.text());
        let outer = std::mem::replace(&mut self.metavariables, parameters.iter().map(|parameter| parameter.name).collect());
        let loops = std::mem::take(&mut self.loops);
        for parameter in parameters {
            let span = left.span_within(parameter.start, parameter.end);
            let local = self.unit.function.declare(parameter.name, TypeRef::default(), span);
            self.unit.function.parameter(local, parameter.repeated, Vec::new());
        }
        self.body(block);
        self.loops = loops;
        self.metavariables = outer;
        self.unit.end_function(FunctionHeader {
            name: name.symbol(),
            role: FunctionRole::Macro,
            attributes: preamble.attributes.clone(),
            doc: preamble.doc(),
            span: name.span(),
            extent: rule.span(),
            ..FunctionHeader::default()
        });
    }
}

fn word<'t>(text: &'t str, token: Option<&Token>) -> Option<&'t str> {
    let token = token.filter(|token| token.kind == TokenKind::Word)?;
    text.get(token.start..token.end)
}

fn is_sign(token: Option<&Token>, signs: &[u8]) -> bool {
    matches!(token, Some(Token { kind: TokenKind::Sign(sign), .. }) if signs.contains(sign))
}

/// The metavariables of a pattern, in order.
fn metavariables(pattern: &str) -> Vec<Metavariable> {
    let tokens: Vec<Token> = Lexer::new(pattern).collect();
    let mut found: Vec<Metavariable> = Vec::new();
    let mut repetitions: Vec<bool> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let after_dollar = at > 0 && is_sign(tokens.get(at - 1), b"$");
        match token.kind {
            TokenKind::Open => repetitions.push(after_dollar),
            TokenKind::Close => {
                repetitions.pop();
            }
            TokenKind::Word if after_dollar && is_sign(tokens.get(at + 1), b":") => {
                let name = Symbol::new(pattern.get(token.start..token.end).unwrap_or_default());
                found.push(Metavariable { name, repeated: repetitions.contains(&true), start: token.start, end: token.end });
            }
            _ => {}
        }
    }
    found
}

/// An arm's body as plain code of the same length: `$x` becomes ` x`, the marks of a repetition become blanks.
fn expand(body: &str) -> String {
    let mut bytes = body.as_bytes().to_vec();
    let mut blank = |token: Option<&Token>| {
        if let Some(token) = token
            && let Some(range) = bytes.get_mut(token.start..token.end)
        {
            range.fill(b' ');
        }
    };
    let tokens: Vec<Token> = Lexer::new(body).filter(|token| token.kind != TokenKind::Comment).collect();
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            TokenKind::Sign(b'$') => {
                let next = tokens.get(at + 1);
                let repetition = matches!(next, Some(Token { kind: TokenKind::Open, .. }));
                if repetition || word(body, next).is_some() {
                    blank(Some(token));
                }
                if repetition {
                    blank(next);
                    open.push(true);
                    at += 1;
                }
            }
            TokenKind::Open => open.push(false),
            TokenKind::Close if open.pop() == Some(true) => {
                blank(Some(token));
                // `*`, `+` or `?`, perhaps after a separator.
                if is_sign(tokens.get(at + 1), b"*+?") {
                    blank(tokens.get(at + 1));
                    at += 1;
                } else if is_sign(tokens.get(at + 2), b"*+?") {
                    blank(tokens.get(at + 1));
                    blank(tokens.get(at + 2));
                    at += 2;
                }
            }
            _ => {}
        }
        at += 1;
    }
    // Whole tokens were blanked, so what is left is UTF-8.
    String::from_utf8(bytes).unwrap_or_default()
}
