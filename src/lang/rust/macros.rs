//! Macro calls. The grammar leaves their arguments as tokens; they are split at commas, keys and sigils
//! (`email = %user.email`) are taken off, and the rest is parsed as the arguments of a call, in a fragment in which every byte
//! keeps its distance to the others, so that spans are those of the file.

use super::attributes::Preamble;
use super::expressions::{Value, list, unit};
use super::format::{FormatArgument, is_format};
use super::kinds::{F, Kind, kind};
use super::lexer::{Lexer, Quoted, Token, TokenKind, unescape, unquote};
use super::{Lowerer, parse};
use crate::index::Symbol;
use crate::ir::{AggregateKind, Argument, Call, Callee, Operand, Rvalue, Stmt, Style, TextPart};
use crate::lang::syntax::{Node, Source};
use crate::source::Span;

/// What stands before the arguments of a fragment.
const PREFIX: &str = "fn f(){g(";
/// What stands after them.
const SUFFIX: &str = ")}";

/// The tokens between a macro's brackets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'t> {
    /// The text.
    pub(super) text: &'t str,
    /// Its place in the file.
    pub(super) span: Span,
}

impl<'t> Tokens<'t> {
    /// The tokens of a macro call or token tree.
    pub(super) fn of(node: Node<'t>) -> Option<Self> {
        let tree = match kind(node) {
            Kind::TokenTree => node,
            _ => node.children().into_iter().rev().find(|child| kind(*child) == Kind::TokenTree)?,
        };
        let whole = tree.text();
        let end = whole.len().saturating_sub(1).max(1);
        Some(Self { text: whole.get(1..end)?, span: tree.span_within(1, end) })
    }

    fn part(self, start: usize, end: usize) -> Tokens<'t> {
        let at = |offset: usize| self.span.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(self.span.end);
        Tokens { text: self.text.get(start..end).unwrap_or_default(), span: Span { start: at(start), end: at(end) } }
    }
}

/// An argument as written.
#[derive(Debug)]
struct RawArgument<'t> {
    /// `email` of `email = %user.email`.
    name: Option<Symbol>,
    /// `%` or `?`.
    style: Option<Style>,
    /// What is left: an expression.
    value: Tokens<'t>,
    /// The value is one string literal.
    is_text: bool,
}

/// Whether a macro formats its arguments, and at which position its format string may stand at the earliest.
fn format_position(name: &str) -> Option<usize> {
    Some(match name {
        "format" | "format_args" | "print" | "println" | "eprint" | "eprintln" | "panic" | "todo" | "unimplemented"
        | "unreachable" | "trace" | "debug" | "info" | "warn" | "error" | "crit" | "log" | "event" | "span" | "trace_span"
        | "debug_span" | "info_span" | "warn_span" | "error_span" | "anyhow" | "bail" | "eyre" | "format_err" | "whatever"
        | "formatdoc" | "printdoc" => 0,
        "write" | "writeln" | "assert" | "debug_assert" | "ensure" => 1,
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => 2,
        _ => return None,
    })
}

impl Lowerer {
    /// Lowers a macro call in an expression.
    pub(super) fn macro_value(&mut self, node: Node<'_>) -> Value {
        let span = node.span();
        let (Some(name_node), Some(tokens)) = (node.field(F.macro_name), Tokens::of(node)) else {
            return Value::Operand(unit(span));
        };
        let path = self.path(name_node);
        let name = path.last().map_or("", |last| last.as_str());
        match name {
            "stringify" | "line" | "column" | "file" | "module_path" => {
                return Value::Operand(Operand::Literal(node.symbol(), span));
            }
            "json" => return Value::Rvalue(self.json(tokens, node)),
            "select" => {
                self.select(tokens);
                return Value::Operand(unit(span));
            }
            "lazy_static" | "thread_local" | "cfg_if" => {
                self.fragment_items(tokens);
                return Value::Operand(unit(span));
            }
            _ => {}
        }
        let raw = split_arguments(tokens);
        match name {
            "matches" => {
                let subject = raw.into_iter().next().map(|argument| argument.value);
                let operands = subject.map(|subject| self.parse_arguments(&[subject])).unwrap_or_default();
                return Value::Rvalue(Rvalue::Test(operands));
            }
            "vec" | "smallvec" | "hashset" | "btreeset" | "array" => {
                let mut values: Vec<Tokens<'_>> = raw.iter().map(|argument| argument.value).collect();
                if let [element, _] = values.as_slice()
                    && repeats(tokens.text)
                {
                    values = vec![*element];
                }
                return Value::Rvalue(list(self.parse_arguments(&values)));
            }
            _ => {}
        }
        self.general_macro(node, name_node.span(), path, &raw)
    }

    /// A macro of which nothing is known but, perhaps, that it formats.
    fn general_macro(&mut self, node: Node<'_>, name_span: Span, path: Vec<Symbol>, raw: &[RawArgument<'_>]) -> Value {
        let span = node.span();
        let name = path.last().map_or("", |last| last.as_str());
        let format_at = format_string(name, raw);
        let values: Vec<Tokens<'_>> =
            raw.iter().enumerate().filter(|(at, _)| Some(*at) != format_at).map(|(_, argument)| argument.value).collect();
        for argument in raw {
            if let (Some(name), true) = (argument.name, argument.is_text) {
                self.literal_name = Some((argument.value.span.start, name));
            }
        }
        let mut operands = self.parse_arguments(&values).into_iter();
        let mut arguments = Vec::new();
        let mut format_arguments = Vec::new();
        let mut message = None;
        for (at, argument) in raw.iter().enumerate() {
            if Some(at) == format_at {
                continue;
            }
            let Some(value) = operands.next() else { break };
            let after_format = format_at.is_some_and(|format_at| at > format_at);
            if after_format && argument.style.is_none() {
                format_arguments.push(FormatArgument { name: argument.name, value, used: false });
            } else {
                // `?user` and `%user.email` name themselves.
                let shorthand = argument.style.map(|_| Symbol::new(argument.value.text.trim()));
                arguments.push(Argument { name: argument.name.or(shorthand), value, style: argument.style, spread: false });
            }
        }
        if let Some(argument) = format_at.and_then(|at| raw.get(at)) {
            let quoted = unquote(argument.value.text);
            let content = argument.value.part(quoted.offset, quoted.offset + quoted.content.len()).span;
            let text = Symbol::new(&unescape(quoted));
            self.note_string(text, argument.value.span, content);
            let value = self.format(quoted, content, &mut format_arguments);
            let unused = format_arguments.into_iter().filter(|argument| !argument.used);
            arguments.extend(unused.map(|argument| Argument {
                name: argument.name,
                value: argument.value,
                style: None,
                spread: false,
            }));
            // Text without placeholders needs no formatting.
            message = Some(match value {
                Rvalue::Format(parts) if parts.iter().all(|part| matches!(part, TextPart::Text(_))) => {
                    Value::Operand(Operand::Text(text, content))
                }
                other => Value::Rvalue(other),
            });
        }
        if matches!(name, "format" | "format_args" | "formatdoc")
            && let Some(message) = message
        {
            return message;
        }
        if matches!(name, "join" | "try_join") {
            let members =
                arguments.into_iter().enumerate().map(|(at, argument)| (super::items::position(at), argument.value)).collect();
            return Value::Rvalue(Rvalue::Aggregate { kind: AggregateKind::Tuple, members, spread: Vec::new() });
        }
        let message = message.map(|message| match message {
            Value::Operand(operand) => operand,
            Value::Rvalue(value) => self.unit.function.temporary(value, span),
        });
        if matches!(name, "bail" | "ensure") {
            self.raise(name, arguments, message, span);
            return Value::Operand(unit(span));
        }
        arguments.extend(message.map(Argument::plain));
        Value::Rvalue(Call::new(Callee::Macro(path), arguments, span, name_span).into_rvalue())
    }

    /// `bail!(error)` returns an error; `ensure!(condition, error)` does unless the condition holds.
    fn raise(&mut self, name: &str, arguments: Vec<Argument>, message: Option<Operand>, span: Span) {
        let mut arguments = arguments.into_iter().map(|argument| argument.value);
        let condition = if name == "ensure" { arguments.next() } else { None };
        let value = message.or_else(|| arguments.next()).unwrap_or_else(|| unit(span));
        if name == "ensure" {
            self.unit.function.open_block();
            self.unit.function.emit(Stmt::Throw { value, span });
            let arm = self.unit.function.close_block();
            self.guarded(condition, arm, span);
        } else {
            self.unit.function.emit(Stmt::Throw { value, span });
        }
    }

    /// Parses expressions and lowers each to an operand: together, or one by one if they do not parse together.
    fn parse_arguments(&mut self, values: &[Tokens<'_>]) -> Vec<Operand> {
        let mut complex = Vec::new();
        let operands: Vec<Option<Operand>> = values
            .iter()
            .map(|value| {
                let operand = self.simple_argument(*value);
                if operand.is_none() {
                    complex.push(*value);
                }
                operand
            })
            .collect();
        let mut parsed = self.parse_together(&complex).into_iter();
        operands.into_iter().filter_map(|operand| operand.or_else(|| parsed.next())).collect()
    }

    fn parse_together(&mut self, values: &[Tokens<'_>]) -> Vec<Operand> {
        let (Some(first), Some(last)) = (values.first(), values.last()) else { return Vec::new() };
        let extent = first.span.cover(last.span);
        let mut text = String::with_capacity(PREFIX.len() + SUFFIX.len() + (extent.end - extent.start) as usize);
        text.push_str(PREFIX);
        for (at, value) in values.iter().enumerate() {
            let offset = PREFIX.len() + value.span.start.saturating_sub(extent.start) as usize;
            if at > 0 {
                text.push(',');
            }
            while text.len() < offset {
                text.push(' ');
            }
            text.push_str(value.text);
        }
        text.push_str(SUFFIX);
        let lowered = self.with_fragment(&text, extent, |lowerer, arguments| {
            let nodes = arguments.children();
            (nodes.len() == values.len()).then(|| nodes.iter().map(|node| lowerer.expression(*node)).collect::<Vec<_>>())
        });
        if let Some(operands) = lowered.flatten() {
            return operands;
        }
        if let [only] = values {
            let value = self.blocks_in(*only).unwrap_or_else(|| self.opaque_tokens(*only));
            return vec![self.unit.function.temporary(value, only.span)];
        }
        values.iter().flat_map(|value| self.parse_together(std::slice::from_ref(value))).collect()
    }

    /// Names, member accesses and literals, which most arguments are: they need no parser.
    fn simple_argument(&mut self, value: Tokens<'_>) -> Option<Operand> {
        let mut tokens = Lexer::new(value.text).peekable();
        while tokens.next_if(|token| token.kind == TokenKind::Sign(b'&')).is_some() {}
        let first = tokens.next()?;
        let text = |token: Token| value.text.get(token.start..token.end).unwrap_or_default();
        let here = |token: Token| value.part(token.start, token.end);
        let mut operand = match first.kind {
            TokenKind::Text if tokens.peek().is_none() && !text(first).starts_with('b') => {
                let quoted = unquote(text(first));
                let content = here(first).part(quoted.offset, quoted.offset + quoted.content.len()).span;
                let symbol = Symbol::new(&unescape(quoted));
                self.note_string(symbol, here(first).span, content);
                Operand::Text(symbol, content)
            }
            TokenKind::Number if tokens.peek().is_none() => Operand::Literal(Symbol::new(text(first)), here(first).span),
            TokenKind::Word if is_name(text(first)) => self.name(Symbol::new(text(first)), here(first).span),
            _ => return None,
        };
        self.unit.count_expression();
        while let Some(dot) = tokens.next() {
            let member = tokens.next()?;
            let named = member.kind == TokenKind::Word && is_name(text(member));
            if dot.kind != TokenKind::Sign(b'.') || !named {
                return None;
            }
            self.unit.count_expression();
            let span = value.part(first.start, member.end).span;
            operand = self.unit.function.member(operand, crate::ir::Selector::Field(Symbol::new(text(member))), span);
        }
        Some(operand)
    }

    /// Tokens that are no expression but hold blocks (`mysql { .. } sqlite { .. }`): one of the blocks runs.
    fn blocks_in(&mut self, tokens: Tokens<'_>) -> Option<Rvalue> {
        let blocks = top_blocks(tokens);
        let result = self.unit.function.local(None, crate::ir::TypeRef::default(), tokens.span);
        let mut arms = Vec::new();
        for block in blocks {
            let text = format!("{PREFIX}{}{SUFFIX}", block.text);
            let arm = self.with_fragment(&text, block.span, |lowerer, arguments| {
                arguments.first().map(|node| lowerer.arm(Some(node), Some(result)))
            });
            arms.push(arm.flatten()?);
        }
        if arms.is_empty() {
            return None;
        }
        self.unit.function.emit(Stmt::Branch { condition: None, arms, exhaustive: true, span: tokens.span });
        Some(Rvalue::Use(crate::ir::builder::FunctionBuilder::read(result, tokens.span)))
    }

    /// Parses a text made of [`PREFIX`], arguments and [`SUFFIX`], and works on the arguments; `None` if they do not parse.
    pub(super) fn with_fragment<R>(
        &mut self,
        text: &str,
        extent: Span,
        work: impl FnOnce(&mut Self, Node<'_>) -> R,
    ) -> Option<R> {
        if self.depth >= super::MAX_DEPTH {
            return None;
        }
        let tree = parse(text)?;
        let source = Source::fragment(text, PREFIX.len(), extent);
        let root = Node::root(&tree, &source);
        if root.has_error() {
            return None;
        }
        let block = root.first()?.field(F.body)?;
        let call = block.children().into_iter().find_map(|node| match kind(node) {
            Kind::CallExpression => Some(node),
            Kind::ExpressionStatement => node.first(),
            _ => None,
        })?;
        let arguments = call.field(F.arguments)?;
        // Its frames are those of several levels.
        self.depth += 2;
        let result = work(self, arguments);
        self.depth -= 2;
        Some(result)
    }

    /// Tokens that parse as nothing known: names and texts in them are kept.
    pub(super) fn opaque_tokens(&mut self, tokens: Tokens<'_>) -> Rvalue {
        self.unit.count_expression();
        let mut operands: Vec<Operand> = Vec::new();
        for token in Lexer::new(tokens.text) {
            let part = tokens.part(token.start, token.end);
            match token.kind {
                TokenKind::Word => {
                    let Some(local) = self.unit.function.lookup(Symbol::new(part.text)) else { continue };
                    let place = crate::ir::Place::local(local);
                    if !operands.iter().any(|operand| matches!(operand, Operand::Place(known, _) if *known == place)) {
                        operands.push(Operand::Place(place, part.span));
                    }
                }
                TokenKind::Text => {
                    let Quoted { content, offset, .. } = unquote(part.text);
                    let span = part.part(offset, offset + content.len()).span;
                    self.unit.string(Symbol::new(&unescape(unquote(part.text))), span, None);
                }
                _ => {}
            }
        }
        self.unit.opaque("macro arguments", operands)
    }

    /// `select! { pattern = future => body, ... }`: one of the arms runs.
    fn select(&mut self, tokens: Tokens<'_>) {
        let mut arms = Vec::new();
        for arm in super::json::select_arms(tokens) {
            self.unit.function.open_block();
            // The same bytes in the shape of statements: `let pattern = future; body`.
            let text = format!("fn f(){{let {}={};{}}}", arm.pattern.text, arm.future.text, arm.body.text);
            let offset = "fn f(){let ".len() + arm.pattern.text.len() + "=;".len() + arm.future.text.len();
            if let Some(tree) = parse(&text) {
                // Only the body's place is exact; what comes before it lies within the arm's own extent.
                let shift = i64::from(arm.body.span.start) - i64::try_from(offset).unwrap_or(0);
                let source = Source { text: &text, shift, extent: arm.pattern.span.cover(arm.body.span) };
                if let Some(block) = Node::root(&tree, &source).first().and_then(|function| function.field(F.body)) {
                    self.statement(block);
                }
            }
            arms.push(self.unit.function.close_block());
        }
        self.unit.function.emit(Stmt::Branch { condition: None, arms, exhaustive: false, span: tokens.span });
    }

    // ---------------------------------------------------------------------------------------------------------- items

    /// A macro call among declarations: a table, or declarations between the brackets.
    pub(super) fn item_macro(&mut self, node: Node<'_>, preamble: &Preamble) {
        let (Some(name), Some(tokens)) = (node.field(F.macro_name), Tokens::of(node)) else { return };
        if name.text().rsplit("::").next() == Some("table") {
            self.table(tokens, preamble.doc());
            return;
        }
        self.fragment_items(tokens);
    }

    /// Lowers the declarations in a macro's arguments, if there are any.
    fn fragment_items(&mut self, tokens: Tokens<'_>) {
        let declares = |token: Token| {
            let word = tokens.text.get(token.start..token.end).unwrap_or_default();
            token.kind == TokenKind::Word && matches!(word, "struct" | "enum" | "fn" | "static" | "impl" | "const" | "trait")
        };
        if self.depth >= super::MAX_DEPTH || !Lexer::new(tokens.text).any(declares) {
            return;
        }
        // The last declaration may lack its semicolon.
        let text = format!("{};", tokens.text);
        let Some(tree) = parse(&text) else { return };
        let source = Source::fragment(&text, 0, tokens.span);
        let mut preamble = Preamble::default();
        for node in Node::root(&tree, &source).children_and_comments() {
            if !preamble.absorb(node) {
                let preamble = std::mem::take(&mut preamble);
                if !node.has_error() && kind(node) != Kind::ExpressionStatement && kind(node) != Kind::MacroInvocation {
                    self.item(node, preamble);
                }
            }
        }
    }
}

/// Whether a word is a plain name or `self`, and no keyword, lifetime or path that means something else.
fn is_name(word: &str) -> bool {
    let keyword = matches!(
        word,
        "true"
            | "false"
            | "mut"
            | "move"
            | "return"
            | "break"
            | "continue"
            | "await"
            | "async"
            | "unsafe"
            | "loop"
            | "crate"
            | "super"
            | "_"
            | "raw"
            | "if"
            | "match"
            | "for"
            | "while"
            | "let"
            | "const"
            | "static"
            | "dyn"
            | "fn"
            | "in"
            | "where"
            | "impl"
    );
    !keyword && !word.starts_with(['\'', '#']) && word.is_ascii()
}

/// The outermost brace groups, braces included.
fn top_blocks(tokens: Tokens<'_>) -> Vec<Tokens<'_>> {
    let mut blocks = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for token in Lexer::new(tokens.text) {
        match token.kind {
            TokenKind::Open => {
                if depth == 0 {
                    start = token.start;
                }
                depth += 1;
            }
            TokenKind::Close => {
                depth -= 1;
                let block = tokens.part(start, token.end);
                if depth == 0 && block.text.starts_with('{') {
                    blocks.push(block);
                }
            }
            _ => {}
        }
    }
    blocks
}

/// Whether `vec![x; n]` is meant.
fn repeats(text: &str) -> bool {
    let mut depth = 0_i32;
    Lexer::new(text).any(|token| {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        depth == 0 && token.kind == TokenKind::Sign(b';')
    })
}

/// Which argument is the format string.
fn format_string(name: &str, raw: &[RawArgument<'_>]) -> Option<usize> {
    let unnamed = |(at, argument): (usize, &RawArgument<'_>)| {
        (argument.name.is_none() && argument.style.is_none() && argument.is_text).then_some(at)
    };
    match format_position(name) {
        Some(earliest) => raw.iter().enumerate().skip(earliest).find_map(unnamed),
        // SQL has braces of its own.
        None if name.starts_with("query") => None,
        None => {
            let at = raw.iter().enumerate().take(2).find_map(unnamed)?;
            let quoted = raw.get(at).map(|argument| unquote(argument.value.text))?;
            is_format(quoted).then_some(at)
        }
    }
}

/// Splits a macro's tokens at the commas and semicolons that no bracket holds.
fn split_arguments(tokens: Tokens<'_>) -> Vec<RawArgument<'_>> {
    let mut arguments = Vec::new();
    let mut current: Vec<Token> = Vec::new();
    let mut depth = 0_i32;
    let mut in_parameters = false;
    // `row.get::<String, _>(0)`: the type arguments that are open, and how many `:` stand right before.
    let (mut open_types, mut colons) = (0_i32, 0);
    for token in Lexer::new(tokens.text) {
        let sign = |byte: u8| token.kind == TokenKind::Sign(byte);
        if sign(b'<') && (colons == 2 || open_types > 0) {
            open_types += 1;
        } else if sign(b'>') && open_types > 0 {
            open_types -= 1;
        }
        colons = if sign(b':') { colons + 1 } else { 0 };
        match token.kind {
            TokenKind::Comment => continue,
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            // The commas between a closure's bars are its own.
            TokenKind::Sign(b'|') if depth == 0 => {
                let moves = |token: &Token| tokens.text.get(token.start..token.end) == Some("move");
                in_parameters = !in_parameters && current.iter().all(moves);
            }
            TokenKind::Sign(b',' | b';') if depth == 0 && !in_parameters && open_types == 0 => {
                arguments.extend(raw_argument(tokens, &current));
                current.clear();
                continue;
            }
            _ => {}
        }
        current.push(token);
    }
    arguments.extend(raw_argument(tokens, &current));
    arguments
}

/// Takes key and sigil off an argument.
fn raw_argument<'t>(tokens: Tokens<'t>, argument: &[Token]) -> Option<RawArgument<'t>> {
    let (first, last) = (argument.first()?, argument.last()?);
    let sign = |at: usize, byte: u8| argument.get(at).is_some_and(|token| token.kind == TokenKind::Sign(byte));
    // The signs of one operator touch each other.
    let joined = |at: usize| match (argument.get(at), argument.get(at + 1)) {
        (Some(left), Some(right)) => left.end == right.start,
        _ => false,
    };
    let mut name = None;
    let mut value_at = 0;
    if matches!(first.kind, TokenKind::Word | TokenKind::Text) {
        // `user.email`, `"key"`, `key`.
        let mut end = 1;
        while sign(end, b'.') && argument.get(end + 1).is_some_and(|token| token.kind == TokenKind::Word) {
            end += 2;
        }
        // The modifiers of the `log` crate: `key:? = value`, `key:debug = value`.
        let mut equals = end;
        if sign(end, b':') && sign(end + 2, b'=') && !sign(end + 1, b':') {
            equals = end + 2;
        }
        let assigns = sign(equals, b'=') && !(joined(equals) && (sign(equals + 1, b'=')));
        let arrow = assigns && joined(equals) && sign(equals + 1, b'>');
        let colon = equals == end && sign(end, b':') && !(joined(end) && sign(end + 1, b':'));
        if assigns || colon {
            value_at = equals + if arrow { 2 } else { 1 };
            let key_end = argument.get(end - 1).map_or(first.end, |token| token.end);
            let key = tokens.text.get(first.start..key_end).unwrap_or_default();
            name = Some(if first.kind == TokenKind::Text { Symbol::new(&unescape(unquote(key))) } else { Symbol::new(key) });
        }
    }
    // `@"..."` marks an argument of some macros.
    value_at += usize::from(sign(value_at, b'@') && value_at + 1 < argument.len());
    let style = match argument.get(value_at).map(|token| token.kind) {
        Some(TokenKind::Sign(b'%')) => Some(Style::Display),
        Some(TokenKind::Sign(b'?')) => Some(Style::Debug),
        _ => None,
    };
    value_at += usize::from(style.is_some());
    let value = argument.get(value_at)?;
    let is_text = value_at + 1 == argument.len() && value.kind == TokenKind::Text;
    Some(RawArgument { name, style, value: tokens.part(value.start, last.end), is_text })
}
