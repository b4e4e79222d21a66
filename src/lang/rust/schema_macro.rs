//! Diesel's `table!`: a table with its columns.

use super::Lowerer;
use super::lexer::{Lexer, Token, TokenKind, unescape, unquote};
use super::macros::Tokens;
use super::types::column;
use crate::index::Symbol;
use crate::ir::{Field, Formatting, TypeDecl, TypeKind, TypeRef, TypeShape};
use crate::source::Span;

/// A cursor over the tokens of a `table!`.
struct Reader<'t> {
    tokens: Tokens<'t>,
    list: Vec<Token>,
    at: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<Token> {
        self.list.get(self.at).copied()
    }

    fn text(&self, token: Token) -> &'t str {
        self.tokens.text.get(token.start..token.end).unwrap_or_default()
    }

    fn is(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| self.text(token) == sign)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let at = |offset: usize| {
            self.tokens.span.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(self.tokens.span.end)
        };
        Span { start: at(start), end: at(end) }
    }

    fn word(&mut self) -> Option<(Symbol, Span)> {
        let token = self.peek().filter(|token| token.kind == TokenKind::Word)?;
        self.at += 1;
        let text = self.text(token);
        Some((Symbol::new(text.strip_prefix("r#").unwrap_or(text)), self.span(token.start, token.end)))
    }

    /// Steps over a bracketed group; gives the text in it.
    fn group(&mut self) -> &'t str {
        let Some(open) = self.peek().filter(|token| token.kind == TokenKind::Open) else { return "" };
        let mut depth = 0_i32;
        while let Some(token) = self.peek() {
            self.at += 1;
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return self.tokens.text.get(open.end..token.start).unwrap_or_default();
            }
        }
        ""
    }

    /// Documentation and attributes: gives labels and the name in the database.
    fn notes(&mut self) -> (Vec<Symbol>, Option<Symbol>) {
        let (mut docs, mut name) = (Vec::new(), None);
        while let Some(token) = self.peek() {
            let text = self.text(token);
            if token.kind == TokenKind::Comment {
                self.at += 1;
                if let Some(doc) = text.strip_prefix("///").map(str::trim).filter(|doc| !doc.is_empty() && !generated(doc)) {
                    docs.push(Symbol::new(doc));
                }
            } else if text == "#" {
                self.at += 1;
                let attribute = self.group();
                if let Some(value) = attribute.trim().strip_prefix("sql_name").map(|rest| rest.trim_start_matches([' ', '='])) {
                    name = Some(Symbol::new(&unescape(unquote(value))));
                }
            } else {
                break;
            }
        }
        (docs, name)
    }
}

/// Diesel's own generator documents each column with a sentence that says nothing the declaration does not.
fn generated(doc: &str) -> bool {
    doc.starts_with("The `")
        || doc.starts_with("Representation of the `")
        || doc.starts_with("Its SQL type is")
        || doc.starts_with("(Automatically generated")
}

impl Lowerer {
    /// Lowers the arguments of a `table!`.
    pub(super) fn table(&mut self, tokens: Tokens<'_>, doc: Option<Symbol>) {
        let mut reader = Reader { tokens, list: Lexer::new(tokens.text).collect(), at: 0 };
        let mut docs = Vec::new();
        loop {
            docs.extend(reader.notes().0);
            if !reader.is("use") {
                break;
            }
            while reader.peek().is_some() && !reader.is(";") {
                reader.at += 1;
            }
            reader.at += 1;
        }
        let Some((mut name, mut span)) = reader.word() else { return };
        // `schema.table`.
        while reader.is(".") {
            reader.at += 1;
            let Some((inner, at)) = reader.word() else { return };
            (name, span) = (inner, at);
        }
        let keys = if reader.is("(") { reader.group() } else { "id" };
        let keys: Vec<&str> = keys.split(',').map(str::trim).collect();
        let doc = doc.or_else(|| docs.first().copied());
        let mut declaration = TypeDecl {
            name,
            module: self.unit.module.clone(),
            kind: TypeKind::Table,
            fields: Vec::new(),
            bases: Vec::new(),
            attributes: Vec::new(),
            doc,
            formatting: Formatting::default(),
            span,
            extent: tokens.span,
            in_test: self.unit.in_test,
        };
        if !reader.is("{") {
            return;
        }
        reader.at += 1;
        loop {
            let (labels, sql_name) = reader.notes();
            let Some((name, span)) = reader.word() else { break };
            if !reader.is("-") {
                break;
            }
            reader.at += 2;
            let start = reader.peek().map_or(0, |token| token.start);
            let (mut end, mut depth) = (start, 0_i32);
            while let Some(token) = reader.peek() {
                match token.kind {
                    TokenKind::Sign(b',') if depth == 0 => break,
                    TokenKind::Close if depth == 0 => break,
                    TokenKind::Open | TokenKind::Sign(b'<') => depth += 1,
                    TokenKind::Close | TokenKind::Sign(b'>') => depth -= 1,
                    _ => {}
                }
                end = token.end;
                reader.at += 1;
            }
            let text = tokens.text.get(start..end).unwrap_or_default();
            let ty = TypeRef { text: Symbol::new(text), shape: column(text) };
            let mut field = Field::new(name, ty, span);
            field.required = !matches!(field.ty.shape, TypeShape::Wrapper(_));
            field.primary_key = keys.contains(&name.as_str());
            field.labels = labels;
            field.serialized_name = sql_name.filter(|sql_name| *sql_name != name);
            declaration.fields.push(field);
            if reader.is(",") {
                reader.at += 1;
            }
        }
        self.unit.declare_type(declaration);
    }
}
