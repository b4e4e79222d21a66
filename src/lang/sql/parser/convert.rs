//! Our tokens as those of `sqlparser`. A location holds byte offsets in place of lines, one more than ours, as zero means none.

use sqlparser::tokenizer::{Location, Span as Place, Token as Lexeme, TokenWithSpan};

use crate::lang::sql::query::{AFTER_SOURCES, KEYWORDS};
use crate::lang::sql::token::{Kind, Tokens, inner, unquote};
use crate::source::Span;

/// A name that is not known before the program runs.
pub(super) const DYNAMIC: &str = "?";
/// Strings matter only where they name something.
const LONGEST_NAME: usize = 128;

/// Operators of several characters, longest first.
const OPERATORS: &[(&str, Lexeme)] = &[
    ("!~*", Lexeme::ExclamationMarkTildeAsterisk),
    ("->>", Lexeme::LongArrow),
    ("#>>", Lexeme::HashLongArrow),
    ("<=>", Lexeme::Spaceship),
    ("~~*", Lexeme::DoubleTildeAsterisk),
    ("!~~", Lexeme::ExclamationMarkDoubleTilde),
    ("::", Lexeme::DoubleColon),
    ("<>", Lexeme::Neq),
    ("!=", Lexeme::Neq),
    ("<=", Lexeme::LtEq),
    (">=", Lexeme::GtEq),
    ("==", Lexeme::DoubleEq),
    ("=>", Lexeme::RArrow),
    (":=", Lexeme::Assignment),
    ("||", Lexeme::StringConcat),
    ("&&", Lexeme::Overlap),
    ("->", Lexeme::Arrow),
    ("#>", Lexeme::HashArrow),
    ("#-", Lexeme::HashMinus),
    ("@>", Lexeme::AtArrow),
    ("<@", Lexeme::ArrowAt),
    ("@@", Lexeme::AtAt),
    ("~*", Lexeme::TildeAsterisk),
    ("!~", Lexeme::ExclamationMarkTilde),
    ("~~", Lexeme::DoubleTilde),
    ("<<", Lexeme::ShiftLeft),
    (">>", Lexeme::ShiftRight),
];

/// The place of a lexeme in the text.
pub(super) fn span(place: Place) -> Span {
    let offset = |location: Location| usize::try_from(location.line.saturating_sub(1)).unwrap_or_default();
    Span::new(offset(place.start), offset(place.end))
}

/// All tokens; `None` if a quote is left open.
pub(super) fn lexemes(tokens: &Tokens<'_>) -> Option<Vec<TokenWithSpan>> {
    let mut lexemes = Vec::with_capacity(tokens.len() + 1);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let mut push = |lexeme: Lexeme, span: Span| {
            let location = |offset: usize| Location::new(offset as u64 + 1, 1);
            lexemes.push(TokenWithSpan::at(lexeme, location(span.start as usize), location(span.end as usize)));
        };
        let span = token.span();
        if let Some((next, operator)) = operator(tokens, at) {
            push(operator, span);
            at = next;
            continue;
        }
        let raw = tokens.raw(at);
        match token.kind {
            Kind::Word => {
                // Templated names are names, whatever they hold; `@`, `#` on their own are signs.
                let plain = raw.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
                // `user` is a table or its alias far more often than the function; so is whatever stands at a dot.
                let dotted = tokens.sign(at + 1, b'.') || tokens.sign(at.wrapping_sub(1), b'.');
                let plain = plain && !dotted && !tokens.is(at, "USER");
                push(Lexeme::make_word(raw, (!plain).then_some('"')), span);
            }
            Kind::Quoted => push(Lexeme::make_word(&unquote(raw), Some('"')), inner(span, raw)),
            Kind::Text => {
                let text = if raw.len() <= LONGEST_NAME { unquote(raw).into_owned() } else { String::new() };
                push(Lexeme::SingleQuotedString(text), inner(span, raw));
            }
            Kind::Number => push(Lexeme::Number(raw.to_owned(), false), span),
            Kind::Placeholder if is_slot(tokens, at) => {}
            Kind::Placeholder if names(tokens, at) => push(Lexeme::make_word(DYNAMIC, Some('"')), span),
            Kind::Placeholder if tokens.is(at.wrapping_sub(1), "IN") => {
                // `IN :ids`: the driver puts a list there.
                push(Lexeme::LParen, span);
                push(Lexeme::Placeholder(DYNAMIC.to_owned()), span);
                push(Lexeme::RParen, span);
            }
            Kind::Placeholder => push(Lexeme::Placeholder(DYNAMIC.to_owned()), span),
            Kind::Sign(sign) => push(self::sign(sign)?, span),
        }
        at += 1;
    }
    Some(lexemes)
}

/// Whether the placeholder at `at` can only be a slot for more SQL: `FROM t {join} WHERE a = {a} {filter}`.
fn is_slot(tokens: &Tokens<'_>, at: usize) -> bool {
    let (Some(before), Some(token)) = (tokens.get(at.wrapping_sub(1)), tokens.get(at)) else { return false };
    let ends_value = match before.kind {
        Kind::Placeholder | Kind::Number | Kind::Text | Kind::Sign(b')') => true,
        // After a table, with or without an alias, and after a column.
        Kind::Word | Kind::Quoted => {
            let name = |at: usize| {
                tokens.is_name(at) && [KEYWORDS, AFTER_SOURCES, super::OPERATORS].iter().all(|words| !tokens.is_any(at, words))
            };
            let opens = |at: usize| tokens.sign(at, b'.') || tokens.is_any(at, &["FROM", "JOIN", "AS"]);
            let (one, two, three) = (at.wrapping_sub(1), at.wrapping_sub(2), at.wrapping_sub(3));
            name(one) && (opens(two) || (name(two) && opens(three)))
        }
        Kind::Sign(_) => false,
    };
    ends_value && before.end < token.start
}

/// Whether the placeholder at `at` stands where only a name can.
fn names(tokens: &Tokens<'_>, at: usize) -> bool {
    let before = at.wrapping_sub(1);
    tokens.is_any(before, &["FROM", "JOIN", "INTO", "UPDATE", "TABLE", "AS"])
        || tokens.sign(before, b'.')
        || tokens.sign(at + 1, b'.')
}

/// The operator that begins at `at`, and the token after it.
fn operator(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Lexeme)> {
    let token = tokens.get(at).filter(|token| matches!(token.kind, Kind::Sign(_) | Kind::Word))?;
    let rest = tokens.text.as_bytes().get(token.start..)?;
    if rest.first().is_some_and(|first| first.is_ascii_alphanumeric() || *first == b'_') {
        return None;
    }
    let (text, lexeme) = OPERATORS.iter().find(|(text, _)| rest.starts_with(text.as_bytes()))?;
    let end = token.start + text.len();
    let next = (at..at + 4).find(|at| tokens.get(*at).is_some_and(|token| token.end == end))?;
    Some((next + 1, lexeme.clone()))
}

fn sign(sign: u8) -> Option<Lexeme> {
    Some(match sign {
        b'(' => Lexeme::LParen,
        b')' => Lexeme::RParen,
        b'[' => Lexeme::LBracket,
        b']' => Lexeme::RBracket,
        b'{' => Lexeme::LBrace,
        b'}' => Lexeme::RBrace,
        b',' => Lexeme::Comma,
        b'.' => Lexeme::Period,
        b';' => Lexeme::SemiColon,
        b':' => Lexeme::Colon,
        b'=' => Lexeme::Eq,
        b'<' => Lexeme::Lt,
        b'>' => Lexeme::Gt,
        b'+' => Lexeme::Plus,
        b'-' => Lexeme::Minus,
        b'*' => Lexeme::Mul,
        b'/' => Lexeme::Div,
        b'%' => Lexeme::Mod,
        b'&' => Lexeme::Ampersand,
        b'|' => Lexeme::Pipe,
        b'^' => Lexeme::Caret,
        b'~' => Lexeme::Tilde,
        b'!' => Lexeme::ExclamationMark,
        b'?' => Lexeme::Question,
        b'\\' => Lexeme::Backslash,
        b'\'' | b'"' | b'`' => return None,
        other => Lexeme::Char(char::from(other)),
    })
}
