//! The IR as text, for snapshots and debugging. One statement a line; temporaries are `t` and their number; names are as written.

use std::fmt::{self, Write};

use super::{
    AggregateKind, Argument, Attribute, Base, Block, Call, Callee, Closure, Field, Function, FunctionRole, LocalId, Operand,
    Place, Rvalue, Selector, Stmt, Style, TextPart, TypeDecl, TypeRef, TypeShape, Unit,
};
use crate::index::Symbol;

/// Prints a unit.
#[must_use]
pub fn print(unit: &Unit) -> String {
    let mut printer = Printer { out: String::new(), indent: 0 };
    // Writing to a String cannot fail.
    let _ = printer.unit(unit);
    printer.out
}

/// Prints a type's shape: `text`, `list<User>`.
#[must_use]
pub fn print_type(ty: &TypeRef) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = type_ref(&mut out, ty, 0);
    out
}

struct Printer {
    out: String,
    indent: usize,
}

fn path(segments: &[Symbol]) -> String {
    segments.iter().map(|segment| segment.as_str()).collect::<Vec<_>>().join("::")
}

fn quoted(text: Symbol) -> String {
    format!("{:?}", text.as_str())
}

/// Types nest as deep as their front end lets them; what lies deeper than this is not worth printing.
const MAX_TYPE_DEPTH: u32 = 16;

fn type_list(out: &mut String, types: &[TypeRef], depth: u32) -> fmt::Result {
    for (at, ty) in types.iter().enumerate() {
        if at > 0 {
            out.push_str(", ");
        }
        type_ref(out, ty, depth)?;
    }
    Ok(())
}

fn type_ref(out: &mut String, ty: &TypeRef, depth: u32) -> fmt::Result {
    if depth > MAX_TYPE_DEPTH {
        out.push('…');
        return Ok(());
    }
    let one = |out: &mut String, name: &str, inner: &TypeRef| {
        write!(out, "{name}<")?;
        type_ref(out, inner, depth + 1)?;
        out.push('>');
        Ok(())
    };
    match &ty.shape {
        TypeShape::Unknown => out.push('?'),
        TypeShape::Text => out.push_str("text"),
        TypeShape::Integer => out.push_str("integer"),
        TypeShape::Decimal => out.push_str("decimal"),
        TypeShape::Boolean => out.push_str("boolean"),
        TypeShape::Time => out.push_str("time"),
        TypeShape::Bytes => out.push_str("bytes"),
        TypeShape::Identifier => out.push_str("identifier"),
        TypeShape::NetworkAddress => out.push_str("network-address"),
        TypeShape::Document => out.push_str("document"),
        TypeShape::Enumeration => out.push_str("enumeration"),
        TypeShape::Named(segments, arguments) => {
            out.push_str(&path(segments));
            if !arguments.is_empty() {
                out.push('<');
                type_list(out, arguments, depth + 1)?;
                out.push('>');
            }
        }
        TypeShape::Wrapper(inner) => return one(out, "wrapper", inner),
        TypeShape::List(inner) => return one(out, "list", inner),
        TypeShape::Function(inner) => return one(out, "function", inner),
        TypeShape::Map(key, value) => {
            out.push_str("map<");
            type_ref(out, key, depth + 1)?;
            out.push_str(", ");
            type_ref(out, value, depth + 1)?;
            out.push('>');
        }
        TypeShape::Tuple(parts) => {
            out.push('(');
            type_list(out, parts, depth + 1)?;
            out.push(')');
        }
        TypeShape::Fallible(success, failure) => {
            out.push_str("fallible<");
            type_ref(out, success, depth + 1)?;
            if let Some(failure) = failure {
                out.push_str(", ");
                type_ref(out, failure, depth + 1)?;
            }
            out.push('>');
        }
    }
    Ok(())
}

impl Printer {
    fn line(&mut self, text: fmt::Arguments<'_>) -> fmt::Result {
        for _ in 0..self.indent {
            self.out.push_str("  ");
        }
        self.out.write_fmt(text)?;
        self.out.push('\n');
        Ok(())
    }

    fn unit(&mut self, unit: &Unit) -> fmt::Result {
        self.line(format_args!("module {}", path(&unit.module)))?;
        for import in &unit.imports {
            let scope = if import.scope == unit.module { String::new() } else { format!(" in {}", path(&import.scope)) };
            match import.alias {
                None => self.line(format_args!("import {}::*{scope}", path(&import.path)))?,
                Some(alias) if import.path.last() == Some(&alias) => {
                    self.line(format_args!("import {}{scope}", path(&import.path)))?
                }
                Some(alias) => self.line(format_args!("import {} as {alias}{scope}", path(&import.path)))?,
            }
        }
        for declaration in &unit.types {
            self.declaration(declaration)?;
        }
        for global in &unit.globals {
            let initializer = global.initializer.map(|id| format!(" = f{}", id.0)).unwrap_or_default();
            self.line(format_args!("global {}: {}{initializer}", path(&global.path), print_type(&global.ty)))?;
        }
        for (id, function) in unit.functions.iter().enumerate() {
            self.function(id, function)?;
        }
        for string in &unit.strings {
            let name = string.name.map(|name| format!(" named {name}")).unwrap_or_default();
            let test = if string.in_test { " in test" } else { "" };
            let text = quoted(string.text);
            self.line(format_args!("string {text} at {}..{}{name}{test}", string.span.start, string.span.end))?;
        }
        let counts = unit.counts;
        self.line(format_args!("expressions {}, opaque {}", counts.expressions, counts.opaque))
    }

    fn attributes(&mut self, attributes: &[Attribute]) -> fmt::Result {
        for attribute in attributes {
            if attribute.arguments.is_empty() {
                self.line(format_args!("@{}", attribute.name))?;
            } else {
                self.line(format_args!("@{}({})", attribute.name, attribute.arguments))?;
            }
        }
        Ok(())
    }

    fn doc(&mut self, doc: Option<Symbol>) -> fmt::Result {
        doc.map_or(Ok(()), |doc| doc.as_str().lines().try_for_each(|line| self.line(format_args!("/// {line}"))))
    }

    fn declaration(&mut self, declaration: &TypeDecl) -> fmt::Result {
        self.out.push('\n');
        self.doc(declaration.doc)?;
        self.attributes(&declaration.attributes)?;
        let kind = format!("{:?}", declaration.kind).to_lowercase();
        let full: Vec<Symbol> = declaration.module.iter().copied().chain([declaration.name]).collect();
        let mut notes = String::new();
        if !declaration.bases.is_empty() {
            let bases: Vec<&str> = declaration.bases.iter().map(|base| base.as_str()).collect();
            write!(notes, ": {}", bases.join(" + "))?;
        }
        if declaration.formatting.debug_shows_fields {
            notes.push_str(" [debug shows fields]");
        }
        if declaration.formatting.serializes_fields {
            notes.push_str(" [serializes fields]");
        }
        if declaration.in_test {
            notes.push_str(" [test]");
        }
        self.line(format_args!("{kind} {}{notes}", path(&full)))?;
        self.indent += 1;
        for field in &declaration.fields {
            self.field(field)?;
        }
        self.indent -= 1;
        Ok(())
    }

    fn field(&mut self, field: &Field) -> fmt::Result {
        for label in &field.labels {
            self.doc(Some(*label))?;
        }
        let mut notes = String::new();
        if field.required {
            notes.push_str(" required");
        }
        if field.primary_key {
            notes.push_str(" primary-key");
        }
        if field.skip_serialize {
            notes.push_str(" not-serialized");
        }
        if let Some(name) = field.serialized_name {
            write!(notes, " as {}", quoted(name))?;
        }
        if let Some(target) = field.references {
            write!(notes, " references {target}")?;
        }
        if let Some(default) = field.default {
            write!(notes, " default {}", quoted(default))?;
        }
        let variant = field.variant.map(|variant| format!("{variant}.")).unwrap_or_default();
        self.line(format_args!("{variant}{}: {}{notes}", field.name, print_type(&field.ty)))
    }

    fn function(&mut self, id: usize, function: &Function) -> fmt::Result {
        self.out.push('\n');
        self.doc(function.doc)?;
        self.attributes(&function.attributes)?;
        let names = Names { function };
        let full: Vec<Symbol> = function.module.iter().copied().chain(function.owner).chain([function.name]).collect();
        let mut parameters = Vec::new();
        if let Some(receiver) = function.receiver {
            parameters.push(format!("receiver {}", names.typed(receiver)));
        }
        for parameter in &function.parameters {
            let variadic = if parameter.variadic { "..." } else { "" };
            parameters.push(format!("{variadic}{}", names.typed(parameter.local)));
        }
        let mut notes = String::new();
        if let Some(implements) = function.implements {
            write!(notes, " implements {implements}")?;
        }
        if function.role != FunctionRole::Plain {
            write!(notes, " [{}]", format!("{:?}", function.role).to_lowercase())?;
        }
        if function.in_test {
            notes.push_str(" [test]");
        }
        let result = if function.result.shape == TypeShape::Unknown {
            String::new()
        } else {
            format!(" -> {}", print_type(&function.result))
        };
        self.line(format_args!("f{id} {}({}){result}{notes}", path(&full), parameters.join(", ")))?;
        self.block(&names, &function.body)
    }

    fn block(&mut self, names: &Names<'_>, block: &Block) -> fmt::Result {
        self.indent += 1;
        for stmt in &block.0 {
            self.stmt(names, stmt)?;
        }
        self.indent -= 1;
        Ok(())
    }

    fn stmt(&mut self, names: &Names<'_>, stmt: &Stmt) -> fmt::Result {
        match stmt {
            Stmt::Assign { destination, value, .. } => {
                let mut destination_text = names.place(destination);
                // A declared type is worth telling where the local gets its value.
                if destination.path.is_empty()
                    && let Base::Local(local) = destination.base
                {
                    destination_text = names.typed(local);
                }
                self.line(format_args!("{destination_text} = {}", names.rvalue(value)))?;
                self.closures(names, &operands(value))
            }
            Stmt::Branch { condition, arms, exhaustive, .. } => {
                let condition =
                    condition.as_ref().map(|condition| format!(" on {}", names.operand(condition))).unwrap_or_default();
                let exhaustive = if *exhaustive { "" } else { " or none" };
                self.line(format_args!("branch{condition}{exhaustive}"))?;
                for arm in arms {
                    self.line(format_args!("arm"))?;
                    self.block(names, arm)?;
                }
                Ok(())
            }
            Stmt::Loop { body, .. } => {
                self.line(format_args!("loop"))?;
                self.block(names, body)
            }
            Stmt::Return { value, .. } => {
                let text = value.as_ref().map(|value| format!(" {}", names.operand(value))).unwrap_or_default();
                self.line(format_args!("return{text}"))?;
                self.closures(names, value.as_slice())
            }
            Stmt::Throw { value, .. } => self.line(format_args!("throw {}", names.operand(value))),
            Stmt::Leave => self.line(format_args!("leave")),
            Stmt::Try { body, handlers, finally } => {
                self.line(format_args!("try"))?;
                self.block(names, body)?;
                for handler in handlers {
                    self.line(format_args!("handler"))?;
                    self.block(names, handler)?;
                }
                if !finally.0.is_empty() {
                    self.line(format_args!("finally"))?;
                    self.block(names, finally)?;
                }
                Ok(())
            }
        }
    }

    /// Closures are printed below the statement that makes them.
    fn closures(&mut self, names: &Names<'_>, operands: &[Operand]) -> fmt::Result {
        for operand in operands {
            let Operand::Closure(id, _) = operand else { continue };
            let Some(Closure { parameters, body, .. }) = names.function.closures.get(id.index()) else { continue };
            let parameters: Vec<String> = parameters.iter().map(|parameter| names.typed(*parameter)).collect();
            self.indent += 1;
            self.line(format_args!("closure{} |{}|", id.0, parameters.join(", ")))?;
            self.block(names, body)?;
            self.indent -= 1;
        }
        Ok(())
    }
}

/// All operands of a value.
fn operands(value: &Rvalue) -> Vec<Operand> {
    match value {
        Rvalue::Use(operand) | Rvalue::Cast(operand, _) => vec![operand.clone()],
        Rvalue::Call(call) => {
            let callee = match &call.callee {
                Callee::Method { receiver, .. } => Some(receiver),
                Callee::Value(value) => Some(value),
                Callee::Path(_) | Callee::Macro(_) => None,
            };
            callee.into_iter().chain(call.arguments.iter().map(|argument| &argument.value)).cloned().collect()
        }
        Rvalue::Aggregate { members, spread, .. } => members.iter().map(|(_, operand)| operand).chain(spread).cloned().collect(),
        Rvalue::Format(parts) => {
            let value = |part: &TextPart| if let TextPart::Value(operand, _) = part { Some(operand.clone()) } else { None };
            parts.iter().filter_map(value).collect()
        }
        Rvalue::Choice(operands) | Rvalue::Test(operands) | Rvalue::Compute(operands) | Rvalue::Opaque { operands, .. } => {
            operands.clone()
        }
    }
}

/// What the locals of a function are called.
struct Names<'a> {
    function: &'a Function,
}

impl Names<'_> {
    fn local(&self, id: LocalId) -> String {
        match self.function.locals.get(id.index()).and_then(|local| local.name) {
            // A name that means several locals gets the number of all but the first.
            Some(name) if self.function.locals.iter().take(id.index()).any(|earlier| earlier.name == Some(name)) => {
                format!("{name}#{}", id.0)
            }
            Some(name) => name.to_string(),
            None => format!("t{}", id.0),
        }
    }

    fn typed(&self, id: LocalId) -> String {
        let name = self.local(id);
        match self.function.locals.get(id.index()) {
            Some(local) if local.ty.shape != TypeShape::Unknown => format!("{name}: {}", print_type(&local.ty)),
            _ => name,
        }
    }

    fn place(&self, place: &Place) -> String {
        let mut text = match &place.base {
            Base::Local(id) => self.local(*id),
            Base::Global(segments) => format!("::{}", path(segments)),
        };
        for selector in &place.path {
            text.push_str(&self.selector(*selector));
        }
        text
    }

    fn selector(&self, selector: Selector) -> String {
        match selector {
            Selector::Field(name) => format!(".{name}"),
            Selector::Key(key) => format!("[{}]", quoted(key)),
            Selector::Element => "[*]".to_owned(),
        }
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Place(place, _) => self.place(place),
            Operand::Text(text, _) => quoted(*text),
            Operand::Literal(text, _) => text.to_string(),
            Operand::Closure(id, _) => format!("closure{}", id.0),
        }
    }

    fn list(&self, operands: &[Operand]) -> String {
        operands.iter().map(|operand| self.operand(operand)).collect::<Vec<_>>().join(", ")
    }

    fn style(style: Style) -> &'static str {
        match style {
            Style::Display => "display ",
            Style::Debug => "debug ",
        }
    }

    fn argument(&self, argument: &Argument) -> String {
        let spread = if argument.spread { "..." } else { "" };
        let name = argument.name.map(|name| format!("{name} = ")).unwrap_or_default();
        let style = argument.style.map(Self::style).unwrap_or_default();
        format!("{spread}{name}{style}{}", self.operand(&argument.value))
    }

    fn call(&self, call: &Call) -> String {
        let callee = match &call.callee {
            Callee::Path(segments) => format!("call {}", path(segments)),
            Callee::Method { receiver, name } => format!("call {}.{name}", self.operand(receiver)),
            Callee::Macro(segments) => format!("macro {}!", path(segments)),
            Callee::Value(value) => format!("call value {}", self.operand(value)),
        };
        let mut types = String::new();
        if !call.type_arguments.is_empty() {
            types = format!("<{}>", call.type_arguments.iter().map(print_type).collect::<Vec<_>>().join(", "));
        }
        let arguments: Vec<String> = call.arguments.iter().map(|argument| self.argument(argument)).collect();
        format!("{callee}{types}({})", arguments.join(", "))
    }

    fn rvalue(&self, value: &Rvalue) -> String {
        match value {
            Rvalue::Use(operand) => self.operand(operand),
            Rvalue::Call(call) => self.call(call),
            Rvalue::Aggregate { kind, members, spread } => {
                let kind = match kind {
                    AggregateKind::Named(segments) => format!("new {}", path(segments)),
                    AggregateKind::Tuple => "tuple".to_owned(),
                    AggregateKind::List => "list".to_owned(),
                    AggregateKind::Map => "map".to_owned(),
                };
                let member = |(selector, operand): &(Selector, Operand)| {
                    format!("{} = {}", self.selector(*selector), self.operand(operand))
                };
                let mut parts: Vec<String> = members.iter().map(member).collect();
                parts.extend(spread.iter().map(|operand| format!("...{}", self.operand(operand))));
                format!("{kind} {{{}}}", parts.join(", "))
            }
            Rvalue::Format(parts) => {
                let part = |part: &TextPart| match part {
                    TextPart::Text(text) => quoted(*text),
                    TextPart::Value(operand, Style::Display) => self.operand(operand),
                    TextPart::Value(operand, Style::Debug) => format!("debug {}", self.operand(operand)),
                };
                format!("format({})", parts.iter().map(part).collect::<Vec<_>>().join(" + "))
            }
            Rvalue::Choice(operands) => format!("choice({})", self.list(operands)),
            Rvalue::Test(operands) => format!("test({})", self.list(operands)),
            Rvalue::Compute(operands) => format!("compute({})", self.list(operands)),
            Rvalue::Cast(operand, ty) => format!("{} as {}", self.operand(operand), print_type(ty)),
            Rvalue::Opaque { what, operands } => format!("opaque {}({})", quoted(*what), self.list(operands)),
        }
    }
}
