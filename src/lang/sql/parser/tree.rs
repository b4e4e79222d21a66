//! Reads the tree of a query: which columns each output carries, which column each placeholder meets.
//!
//! An expression carries the columns whose values are in its value: what is tested (comparisons, `IS NULL`, conditions of
//! `CASE`, `EXISTS`), counted, or only orders or divides a window, is not. A kind of expression that is not known here makes the
//! whole reading give way to the lenient one.

use sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, JoinConstraint, JoinOperator,
    ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind as Whole, SetExpr, Spanned, Statement, TableAlias,
    TableFactor, TableWithJoins, Value, ValueWithSpan,
};

use super::convert::{DYNAMIC, span};
use super::{Bind, Reading};
use crate::index::Symbol;
use crate::ir::schema::ColumnRef;
use crate::lang::sql::query::{Output, Scope, Source, add_columns, cleaned, same};
use crate::source::Span;

/// Trees deeper than this are passed over; the limits on the text make them rare.
const DEEPEST: u16 = 700;

/// Functions that tell how many or which place, nothing of the values.
const COUNTS: &[&str] = &["COUNT", "ROW_NUMBER", "RANK", "DENSE_RANK", "PERCENT_RANK", "CUME_DIST", "NTILE", "GROUPING"];

/// Reads a query.
pub(super) fn query(query: &Query) -> Option<Reading> {
    let mut reader = Reader::default();
    let outputs = reader.query(query, None);
    reader.finish(outputs)
}

/// Reads a query or a statement that writes.
pub(super) fn statement(statement: &Statement) -> Option<Reading> {
    let mut reader = Reader::default();
    let outputs = reader.statement(statement)?;
    reader.finish(outputs)
}

/// What an expression carries.
#[derive(Debug, Default)]
pub(super) struct Carried {
    pub(super) columns: Vec<ColumnRef>,
    /// Placeholders in it that have met no column yet.
    pub(super) holes: Vec<usize>,
}

impl Carried {
    fn add(&mut self, more: Self) {
        add_columns(&mut self.columns, more.columns);
        self.holes.extend(more.holes);
    }
}

#[derive(Debug, Default)]
pub(super) struct Reader {
    ctes: Vec<(Symbol, Vec<Output>)>,
    /// The common table whose query is read: known by its first part once that is read, for it may name itself.
    pending: Option<usize>,
    binds: Vec<Bind>,
    /// Placeholders of each item of the `SELECT` that was read last.
    pub(super) item_holes: Vec<Vec<usize>>,
    pub(super) tables: Vec<Symbol>,
    depth: u16,
    unsure: bool,
}

impl Reader {
    fn finish(self, outputs: Vec<Output>) -> Option<Reading> {
        (!self.unsure).then_some(Reading { outputs, binds: self.binds, tables: self.tables })
    }

    pub(super) fn bind(&mut self, holes: Vec<usize>, column: Option<&ColumnRef>, stored: bool) {
        let Some(column) = column else { return };
        for hole in holes {
            let bind = Bind { hole, column: column.clone(), stored };
            if !self.binds.contains(&bind) {
                self.binds.push(bind);
            }
        }
    }

    /// Placeholders that met nothing outside their expression belong to the first column inside it.
    pub(super) fn settle(&mut self, carried: Carried) {
        self.bind(carried.holes, carried.columns.first(), false);
    }

    /// Both sides of a comparison.
    fn meet(&mut self, left: Carried, right: Carried) {
        let (of_left, of_right) = (left.columns.first(), right.columns.first());
        self.bind(left.holes, of_right.or(of_left), false);
        self.bind(right.holes, of_left.or(of_right), false);
    }

    pub(super) fn query(&mut self, query: &Query, outer: Option<&Scope<'_>>) -> Vec<Output> {
        if self.depth >= DEEPEST {
            self.unsure = true;
            return Vec::new();
        }
        self.depth += 1;
        let before = self.ctes.len();
        let pending = self.pending.take();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let slot = self.ctes.len();
            self.ctes.push((symbol(&cte.alias.name), Vec::new()));
            self.pending = Some(slot);
            let mut outputs = self.query(&cte.query, None);
            self.pending = None;
            rename(&mut outputs, &cte.alias);
            if let Some(entry) = self.ctes.get_mut(slot) {
                entry.1 = outputs;
            }
        }
        self.pending = pending;
        let outputs = self.set(&query.body, outer);
        self.ctes.truncate(before);
        self.depth -= 1;
        outputs
    }

    /// A chain of united queries: the first gives the names, all give sources.
    fn set(&mut self, body: &SetExpr, outer: Option<&Scope<'_>>) -> Vec<Output> {
        let mut parts = Vec::new();
        let mut first = body;
        while let SetExpr::SetOperation { left, right, .. } = first {
            parts.push(right);
            first = left;
        }
        let pending = self.pending.take();
        let mut outputs = self.part(first, outer);
        let mut holes = std::mem::take(&mut self.item_holes);
        if let Some(entry) = pending.and_then(|slot| self.ctes.get_mut(slot)) {
            entry.1.clone_from(&outputs);
        }
        while let Some(part) = parts.pop() {
            let more = if matches!(**part, SetExpr::SetOperation { .. }) {
                self.nested_set(part, outer)
            } else {
                self.part(part, outer)
            };
            for (output, more) in outputs.iter_mut().zip(more) {
                add_columns(&mut output.columns, more.columns);
            }
            for (holes, more) in holes.iter_mut().zip(std::mem::take(&mut self.item_holes)) {
                holes.extend(more);
            }
        }
        self.item_holes = holes;
        outputs
    }

    fn nested_set(&mut self, body: &SetExpr, outer: Option<&Scope<'_>>) -> Vec<Output> {
        if self.depth >= DEEPEST {
            self.unsure = true;
            return Vec::new();
        }
        self.depth += 1;
        let outputs = self.set(body, outer);
        self.depth -= 1;
        outputs
    }

    fn part(&mut self, body: &SetExpr, outer: Option<&Scope<'_>>) -> Vec<Output> {
        self.item_holes = Vec::new();
        match body {
            SetExpr::Select(select) => self.select(select, outer),
            SetExpr::Query(query) => self.query(query, outer),
            SetExpr::Values(values) => {
                let scope = Scope { sources: Vec::new(), outer };
                let mut outputs: Vec<Output> = Vec::new();
                let mut holes: Vec<Vec<usize>> = Vec::new();
                for row in &values.rows {
                    for (at, value) in row.content.iter().enumerate() {
                        let carried = self.expr(value, &scope);
                        match (outputs.get_mut(at), holes.get_mut(at)) {
                            (Some(output), Some(holes)) => {
                                add_columns(&mut output.columns, carried.columns);
                                holes.extend(carried.holes);
                            }
                            _ => {
                                let name = Symbol::new(&format!("column{}", at + 1));
                                outputs.push(Output { name, span: span(value.span()), columns: carried.columns });
                                holes.push(carried.holes);
                            }
                        }
                    }
                }
                self.item_holes = holes;
                outputs
            }
            SetExpr::Insert(statement) | SetExpr::Update(statement) | SetExpr::Delete(statement) => {
                self.statement(statement).unwrap_or_default()
            }
            SetExpr::SetOperation { .. } | SetExpr::Merge(_) | SetExpr::Table(_) => {
                self.unsure = true;
                Vec::new()
            }
        }
    }

    fn select(&mut self, select: &Select, outer: Option<&Scope<'_>>) -> Vec<Output> {
        let (sources, tests) = self.sources(&select.from, outer);
        let scope = Scope { sources, outer };
        let (outputs, holes) = self.items(&select.projection, &scope);
        self.tests(&tests, &scope);
        for test in [&select.prewhere, &select.selection, &select.having, &select.qualify].into_iter().flatten() {
            let carried = self.expr(test, &scope);
            self.settle(carried);
        }
        self.item_holes = holes;
        outputs
    }

    /// Conditions of joins, read once all sources are known.
    pub(super) fn tests(&mut self, tests: &[&Expr], scope: &Scope<'_>) {
        for test in tests {
            let carried = self.expr(test, scope);
            self.settle(carried);
        }
    }

    pub(super) fn sources<'q>(&mut self, from: &'q [TableWithJoins], outer: Option<&Scope<'_>>) -> (Vec<Source>, Vec<&'q Expr>) {
        let mut here = Scope { sources: Vec::new(), outer };
        let mut tests = Vec::new();
        for tables in from {
            self.joined(tables, &mut here, &mut tests);
        }
        (here.sources, tests)
    }

    fn joined<'q>(&mut self, tables: &'q TableWithJoins, here: &mut Scope<'_>, tests: &mut Vec<&'q Expr>) {
        self.source(&tables.relation, here, tests);
        for join in &tables.joins {
            self.source(&join.relation, here, tests);
            if let Some(JoinConstraint::On(test)) = constraint(&join.join_operator) {
                tests.push(test);
            }
        }
    }

    fn source<'q>(&mut self, factor: &'q TableFactor, here: &mut Scope<'_>, tests: &mut Vec<&'q Expr>) {
        let source = match factor {
            TableFactor::Table { name, alias, args, .. } => {
                let full = object_name(name);
                let mut source = Source { alias: full, table: None, derived: None };
                if args.is_none() && last_part(name).is_some_and(|last| last != DYNAMIC) {
                    source.derived = self
                        .ctes
                        .iter()
                        .rev()
                        .find(|(cte, _)| same(cte.as_str(), full.as_str()))
                        .map(|(_, outputs)| outputs.clone());
                    source.table = source.derived.is_none().then_some(full);
                }
                named(source, alias.as_ref())
            }
            TableFactor::Derived { subquery, alias, .. } => {
                // What stands before it may be named in it (`LATERAL`, `APPLY`).
                let outputs = self.query(subquery, Some(here));
                named(Source { alias: Symbol::default(), table: None, derived: Some(outputs) }, alias.as_ref())
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                if self.depth >= DEEPEST {
                    self.unsure = true;
                    return;
                }
                self.depth += 1;
                self.joined(table_with_joins, here, tests);
                self.depth -= 1;
                return;
            }
            TableFactor::Function { alias, .. }
            | TableFactor::TableFunction { alias, .. }
            | TableFactor::UNNEST { alias, .. }
            | TableFactor::JsonTable { alias, .. }
            | TableFactor::OpenJsonTable { alias, .. }
            | TableFactor::XmlTable { alias, .. } => {
                named(Source { alias: Symbol::default(), table: None, derived: None }, alias.as_ref())
            }
            _ => {
                self.unsure = true;
                return;
            }
        };
        self.tables.extend(source.table);
        here.sources.push(source);
    }

    /// The items of a `SELECT` or `RETURNING`, and the placeholders in each.
    pub(super) fn items(&mut self, items: &[SelectItem], scope: &Scope<'_>) -> (Vec<Output>, Vec<Vec<usize>>) {
        let mut outputs = Vec::new();
        let mut holes = Vec::new();
        for item in items {
            let (expr, name) = match item {
                SelectItem::Wildcard(star) => {
                    scope.star(None, span(star.wildcard_token.0.span), &mut outputs);
                    continue;
                }
                SelectItem::QualifiedWildcard(Whole::ObjectName(name), star) => {
                    scope.star(last_part(name).map(Symbol::new), span(star.wildcard_token.0.span), &mut outputs);
                    continue;
                }
                SelectItem::QualifiedWildcard(Whole::Expr(_), _) => {
                    self.unsure = true;
                    continue;
                }
                SelectItem::ExprWithAlias { expr, alias } => (expr, Some(name_of(alias))),
                SelectItem::ExprWithAliases { expr, aliases } => (expr, aliases.first().map(name_of)),
                SelectItem::UnnamedExpr(expr) => assigned(expr).unwrap_or((expr, own_name(expr))),
            };
            let carried = self.expr(expr, scope);
            let (name, place) =
                name.map_or_else(|| (Symbol::new("?column?"), span(expr.span())), |(name, place)| (cleaned(name), place));
            holes.resize(outputs.len(), Vec::new());
            outputs.push(Output { name, span: place, columns: carried.columns });
            holes.push(carried.holes);
        }
        (outputs, holes)
    }

    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope<'_>) -> Carried {
        if self.depth >= DEEPEST {
            self.unsure = true;
            return Carried::default();
        }
        self.depth += 1;
        let carried = if let Expr::BinaryOp { .. } = expr { self.chain(expr, scope) } else { self.one(expr, scope) };
        self.depth -= 1;
        carried
    }

    fn all<'q>(&mut self, exprs: impl IntoIterator<Item = &'q Expr>, scope: &Scope<'_>) -> Carried {
        let mut all = Carried::default();
        for expr in exprs {
            all.add(self.expr(expr, scope));
        }
        all
    }

    /// A chain of operators, without a step of the stack for each.
    fn chain(&mut self, expr: &Expr, scope: &Scope<'_>) -> Carried {
        let mut rest = Vec::new();
        let mut first = expr;
        while let Expr::BinaryOp { left, op, right } = first {
            rest.push((op, &**right));
            first = left;
        }
        let mut carried = Carried::default();
        let pair = rest.last().filter(|(op, _)| use_of(op) == Use::Compares).map(|(_, right)| (first, *right));
        if let Some((Expr::Tuple(left), Expr::Tuple(right))) = pair {
            rest.pop();
            self.pairwise(left, right, scope);
        } else {
            carried = self.expr(first, scope);
        }
        while let Some((op, right)) = rest.pop() {
            let right = self.expr(right, scope);
            match use_of(op) {
                Use::Carries => carried.add(right),
                Use::Compares => self.meet(std::mem::take(&mut carried), right),
                Use::Joins => {
                    self.settle(std::mem::take(&mut carried));
                    self.settle(right);
                }
            }
        }
        carried
    }

    /// `(a, b) = (?, ?)`.
    fn pairwise(&mut self, left: &[Expr], right: &[Expr], scope: &Scope<'_>) {
        for (left, right) in left.iter().zip(right) {
            let (left, right) = (self.expr(left, scope), self.expr(right, scope));
            self.meet(left, right);
        }
    }

    /// `expr` is compared with `others`: what it carries itself is not carried on.
    fn compare<'q>(&mut self, expr: &Expr, others: impl IntoIterator<Item = &'q Expr>, scope: &Scope<'_>) -> Carried {
        let left = self.expr(expr, scope);
        let right = self.all(others, scope);
        self.meet(left, right);
        Carried::default()
    }

    fn test(&mut self, expr: &Expr, scope: &Scope<'_>) -> Carried {
        let carried = self.expr(expr, scope);
        self.settle(carried);
        Carried::default()
    }

    fn subquery(&mut self, query: &Query, scope: &Scope<'_>) -> Carried {
        // Items' placeholders of the query around it are kept by its own `select`.
        let mut carried = Carried::default();
        for output in self.query(query, Some(scope)) {
            add_columns(&mut carried.columns, output.columns);
        }
        carried
    }

    fn one(&mut self, expr: &Expr, scope: &Scope<'_>) -> Carried {
        match expr {
            Expr::Identifier(name) => Self::column(None, name, scope),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [.., qualifier, name] => Self::column(Some(qualifier), name, scope),
                [name] => Self::column(None, name, scope),
                [] => Carried::default(),
            },
            Expr::Value(value) => Carried { columns: Vec::new(), holes: hole(value).into_iter().collect() },
            Expr::Nested(inner)
            | Expr::Cast { expr: inner, .. }
            | Expr::Convert { expr: inner, .. }
            | Expr::Collate { expr: inner, .. }
            | Expr::AtTimeZone { timestamp: inner, .. }
            | Expr::UnaryOp { expr: inner, .. }
            | Expr::Extract { expr: inner, .. }
            | Expr::Ceil { expr: inner, .. }
            | Expr::Floor { expr: inner, .. }
            | Expr::Prior(inner)
            | Expr::OuterJoin(inner)
            | Expr::Named { expr: inner, .. }
            | Expr::Prefixed { value: inner, .. }
            | Expr::JsonAccess { value: inner, .. }
            | Expr::CompoundFieldAccess { root: inner, .. } => self.expr(inner, scope),
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                let more = [substring_from, substring_for].into_iter().flatten().map(|expr| &**expr);
                self.all(std::iter::once(&**expr).chain(more), scope)
            }
            Expr::Trim { expr, trim_what, .. } => {
                self.all(std::iter::once(&**expr).chain(trim_what.iter().map(|expr| &**expr)), scope)
            }
            Expr::Overlay { expr, overlay_what, .. } => self.all([&**expr, overlay_what], scope),
            Expr::Position { expr, r#in } => self.compare(expr, [&**r#in], scope),
            Expr::IsFalse(inner)
            | Expr::IsNotFalse(inner)
            | Expr::IsTrue(inner)
            | Expr::IsNotTrue(inner)
            | Expr::IsNull(inner)
            | Expr::IsNotNull(inner)
            | Expr::IsUnknown(inner)
            | Expr::IsNotUnknown(inner)
            | Expr::IsJson { expr: inner, .. }
            | Expr::IsNormalized { expr: inner, .. } => self.test(inner, scope),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => self.compare(left, [&**right], scope),
            Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. } => self.compare(left, [&**right], scope),
            Expr::Like { expr, pattern, .. }
            | Expr::ILike { expr, pattern, .. }
            | Expr::SimilarTo { expr, pattern, .. }
            | Expr::RLike { expr, pattern, .. } => self.compare(expr, [&**pattern], scope),
            Expr::Between { expr, low, high, .. } => self.compare(expr, [&**low, &**high], scope),
            Expr::InUnnest { expr, array_expr, .. } => self.compare(expr, [&**array_expr], scope),
            Expr::InList { expr, list, .. } => {
                if let Expr::Tuple(left) = &**expr {
                    for item in list {
                        match item {
                            Expr::Tuple(right) => self.pairwise(left, right, scope),
                            other => _ = self.compare(expr, [other], scope),
                        }
                    }
                    return Carried::default();
                }
                self.compare(expr, list, scope)
            }
            Expr::InSubquery { expr, subquery, .. } => {
                let left = self.expr(expr, scope);
                let right = self.subquery(subquery, scope);
                self.meet(left, right);
                Carried::default()
            }
            Expr::Exists { subquery, .. } => {
                self.subquery(subquery, scope);
                Carried::default()
            }
            Expr::Subquery(query) => self.subquery(query, scope),
            Expr::Case { operand, conditions, else_result, .. } => {
                let operand = operand.as_ref().map(|operand| self.expr(operand, scope)).unwrap_or_default();
                let mut carried = Carried::default();
                for when in conditions {
                    let tested = self.expr(&when.condition, scope);
                    self.bind(tested.holes, operand.columns.first().or(tested.columns.first()), false);
                    carried.add(self.expr(&when.result, scope));
                }
                if let Some(otherwise) = else_result {
                    carried.add(self.expr(otherwise, scope));
                }
                carried
            }
            Expr::Function(function) => self.function(function, scope),
            Expr::Tuple(items) | Expr::Struct { values: items, .. } => self.all(items, scope),
            Expr::Array(array) => self.all(&array.elem, scope),
            Expr::Interval(interval) => self.expr(&interval.value, scope),
            Expr::MatchAgainst { columns, match_value, .. } => {
                let names = columns.iter().filter_map(|name| last_part(name).map(Symbol::new));
                let column = names.flat_map(|name| scope.resolve(None, name)).next();
                self.bind(hole(match_value).into_iter().collect(), column.as_ref(), false);
                Carried::default()
            }
            Expr::TypedString(_) | Expr::Wildcard(_) => Carried::default(),
            _ => {
                self.unsure = true;
                Carried::default()
            }
        }
    }

    fn column(qualifier: Option<&Ident>, name: &Ident, scope: &Scope<'_>) -> Carried {
        if name.value == DYNAMIC {
            return Carried::default();
        }
        let qualifier = qualifier.filter(|qualifier| qualifier.value != DYNAMIC).map(symbol);
        Carried { columns: scope.resolve(qualifier, symbol(name)), holes: Vec::new() }
    }

    fn function(&mut self, function: &Function, scope: &Scope<'_>) -> Carried {
        let mut carried = Carried::default();
        match &function.args {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => carried = self.subquery(query, scope),
            FunctionArguments::List(list) => {
                for arg in &list.args {
                    let (FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. } | FunctionArg::Unnamed(arg)) = arg;
                    match arg {
                        FunctionArgExpr::Expr(expr) => carried.add(self.expr(expr, scope)),
                        FunctionArgExpr::QualifiedWildcard(name) => {
                            let mut all = Vec::new();
                            scope.star(last_part(name).map(Symbol::new), Span::default(), &mut all);
                            all.into_iter().for_each(|output| add_columns(&mut carried.columns, output.columns));
                        }
                        FunctionArgExpr::Wildcard | FunctionArgExpr::WildcardWithOptions(_) => {}
                    }
                }
            }
        }
        for order in &function.within_group {
            carried.add(self.expr(&order.expr, scope));
        }
        if let Some(filter) = &function.filter {
            self.test(filter, scope);
        }
        let name = last_part(&function.name).unwrap_or_default();
        if COUNTS.iter().any(|counts| counts.eq_ignore_ascii_case(name)) {
            self.settle(carried);
            return Carried::default();
        }
        carried
    }
}

/// What an operator does with the values on its sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// They are in the result.
    Carries,
    /// They are compared.
    Compares,
    /// They are truths.
    Joins,
}

fn use_of(operator: &BinaryOperator) -> Use {
    use BinaryOperator as Op;
    match operator {
        Op::And | Op::Or | Op::Xor => Use::Joins,
        Op::Plus
        | Op::Minus
        | Op::Multiply
        | Op::Divide
        | Op::Modulo
        | Op::StringConcat
        | Op::BitwiseOr
        | Op::BitwiseAnd
        | Op::BitwiseXor
        | Op::PGBitwiseXor
        | Op::PGBitwiseShiftLeft
        | Op::PGBitwiseShiftRight
        | Op::PGExp
        | Op::DuckIntegerDivide
        | Op::MyIntegerDivide
        | Op::Arrow
        | Op::LongArrow
        | Op::HashArrow
        | Op::HashLongArrow
        | Op::HashMinus => Use::Carries,
        _ => Use::Compares,
    }
}

/// The placeholder that a value is.
fn hole(value: &ValueWithSpan) -> Option<usize> {
    matches!(value.value, Value::Placeholder(_)).then(|| span(value.span).start as usize)
}

/// `name = expression`: an alias to one dialect, and rare as a comparison to the others, unless it is with a placeholder.
fn assigned(expr: &Expr) -> Option<(&Expr, Option<(Symbol, Span)>)> {
    let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = expr else { return None };
    match (&**left, &**right) {
        (_, Expr::Value(value)) if hole(value).is_some() => None,
        (Expr::Identifier(name), right) => Some((right, Some(name_of(name)))),
        _ => None,
    }
}

fn name_of(name: &Ident) -> (Symbol, Span) {
    (symbol(name), span(name.span))
}

/// The name of an expression without an alias.
fn own_name(expr: &Expr) -> Option<(Symbol, Span)> {
    let known = |name: &Ident| (name.value != DYNAMIC).then(|| name_of(name));
    let mut expr = expr;
    loop {
        match expr {
            Expr::Identifier(name) => return known(name),
            Expr::CompoundIdentifier(parts) => return parts.last().and_then(known),
            Expr::Function(function) => return function.name.0.last()?.as_ident().and_then(known),
            Expr::Exists { .. } => return Some((Symbol::new("exists"), span(expr.span()))),
            Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::Collate { expr: inner, .. } => expr = inner,
            _ => return None,
        }
    }
}

pub(super) fn symbol(name: &Ident) -> Symbol {
    Symbol::new(&name.value)
}

pub(super) fn last_part(name: &ObjectName) -> Option<&str> {
    name.0.last().and_then(|part| part.as_ident()).map(|part| part.value.as_str())
}

pub(super) fn object_name(name: &ObjectName) -> Symbol {
    let parts = name.0.iter().filter_map(|part| part.as_ident()).map(|part| part.value.as_str());
    Symbol::new(&parts.filter(|part| *part != DYNAMIC).collect::<Vec<_>>().join("."))
}

/// A source with its alias, and the columns' names that the alias gives.
fn named(mut source: Source, alias: Option<&TableAlias>) -> Source {
    if let Some(alias) = alias {
        source.alias = symbol(&alias.name);
        if let Some(outputs) = &mut source.derived {
            rename(outputs, alias);
        }
    }
    source
}

fn rename(outputs: &mut [Output], alias: &TableAlias) {
    // Behind a `*` the positions are not known.
    for (output, column) in outputs.iter_mut().zip(&alias.columns) {
        if output.name == "*" {
            break;
        }
        (output.name, output.span) = (symbol(&column.name), span(column.name.span));
    }
}

fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    use JoinOperator as On;
    match operator {
        On::Join(constraint)
        | On::Inner(constraint)
        | On::Left(constraint)
        | On::LeftOuter(constraint)
        | On::Right(constraint)
        | On::RightOuter(constraint)
        | On::FullOuter(constraint)
        | On::CrossJoin(constraint)
        | On::Semi(constraint)
        | On::LeftSemi(constraint)
        | On::RightSemi(constraint)
        | On::Anti(constraint)
        | On::LeftAnti(constraint)
        | On::RightAnti(constraint)
        | On::AsOf { constraint, .. }
        | On::StraightJoin(constraint) => Some(constraint),
        On::CrossApply | On::OuterApply | On::ArrayJoin | On::LeftArrayJoin | On::InnerArrayJoin => None,
    }
}
