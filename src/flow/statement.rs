//! Statements of databases: what is bound to their placeholders, what their rows hold.
//!
//! A value that is a statement remembers its text (`#sql`) and what has been bound to it (`#bind0`, `#bind:name`). Its rows
//! remember the statement that gave them (`#row`); what a column holds is looked up when it is read. Which calls make, fill
//! and run statements is said by library models.

use std::sync::Arc;

use smallvec::SmallVec;

use super::Channel;
use super::call::CallSite;
use super::domain::{Marks, Show, Value};
use super::eval::Evaluator;
use super::solve::Solver;
use super::summary::Leaf;
use super::text::{Part, Text};
use crate::catalog::model::{Member, Model, ModelPort, Root};
use crate::classify::{Confidence, Verdict};
use crate::index::Symbol;
use crate::ir::Selector;
use crate::ir::schema::{ColumnRef, Query, QueryBind, QueryKind};
use crate::lang::sql;
use crate::link::Schema;
use crate::link::types::Ty;
use crate::source::{FileId, Site};

/// The member that remembers the text of a statement.
pub(super) const SQL: &str = "#sql";
/// The member of a row, or of rows, that remembers the statement that gave them.
pub(super) const ROW: &str = "#row";
/// The members that bound values are put into: numbered from zero, or with the placeholder's name after a colon.
pub(super) const BIND: &str = "#bind";
/// More placeholders of one statement are not told apart.
const MOST_BINDS: u32 = 48;
/// A row has at most this many columns.
const MOST_COLUMNS: usize = 512;
/// Texts longer than this are data.
const LONGEST: usize = 64 * 1024;
/// Stands in a statement for what is put into its text when the program runs.
const SLOT: &str = "{}";

/// A statement that could be read.
#[derive(Debug)]
pub(super) struct Statement {
    query: Query,
    /// Its columns; `*` stands for those of a table that the scan does not know.
    columns: Vec<(Symbol, Vec<ColumnRef>)>,
}

impl Statement {
    fn new(query: Query, schema: &Schema) -> Self {
        let mut columns = Vec::new();
        for (name, sources) in &query.outputs {
            if *name != "*" {
                columns.push((*name, sources.clone()));
                continue;
            }
            for star in sources {
                let tables = star.table.map_or_else(|| query.tables.clone(), |table| vec![table]);
                for table in tables {
                    match schema.table(table.as_str()) {
                        Some(found) => columns.extend(found.columns.iter().map(|column| {
                            let name = column.field.name;
                            (name, vec![ColumnRef { table: Some(table), column: name }])
                        })),
                        None => columns.push((*name, vec![ColumnRef { table: Some(table), column: *name }])),
                    }
                }
            }
        }
        columns.truncate(MOST_COLUMNS);
        Self { query, columns }
    }

    /// What the column of a row by its name or position comes from.
    fn column(&self, name: Symbol) -> Option<Vec<ColumnRef>> {
        let text = name.as_str();
        if let Some((_, sources)) = self.columns.iter().find(|(known, _)| known.as_str().eq_ignore_ascii_case(text)) {
            return Some(sources.clone());
        }
        if let Ok(position) = text.parse::<usize>() {
            let before = self.columns.get(..=position)?;
            // After a `*` that is not known, positions are not either.
            let known = before.iter().all(|(name, _)| *name != "*");
            return before.last().filter(|_| known).map(|(_, sources)| sources.clone());
        }
        let stars: Vec<ColumnRef> = self
            .columns
            .iter()
            .filter(|(known, _)| *known == "*")
            .flat_map(|(_, sources)| sources.iter().map(|star| ColumnRef { table: star.table, column: name }))
            .collect();
        (!stars.is_empty()).then_some(stars)
    }

    fn stored(&self) -> impl Iterator<Item = &QueryBind> {
        self.query.binds.iter().filter(|bind| bind.stored)
    }

    fn writes(&self) -> bool {
        matches!(self.query.kind, QueryKind::Insert | QueryKind::Update)
    }
}

impl Solver<'_> {
    /// The statement that a constant text is; each text is read once.
    fn statement(&mut self, file: FileId, text: Symbol) -> Option<Arc<Statement>> {
        if let Some(known) = self.statements.get(&text) {
            return known.clone();
        }
        let own = self.program.facts.get(file.index()).and_then(|facts| facts.queries.get(&text)).cloned();
        let query = own.or_else(|| sql::read_query(text.as_str()));
        let statement = query.map(|query| Arc::new(Statement::new(query, self.program.schema)));
        self.statements.insert(text, statement.clone());
        statement
    }
}

/// Values given for placeholders.
#[derive(Debug, Default)]
struct Bound {
    /// By position.
    at: Vec<Option<Value>>,
    /// By name, without the sign before it.
    named: Vec<(Symbol, Value)>,
    /// Lists, tuples, maps and objects that hold them.
    holders: Vec<Value>,
}

impl Bound {
    fn put(&mut self, at: usize, value: Value) {
        if at < MOST_BINDS as usize {
            if self.at.len() <= at {
                self.at.resize(at + 1, None);
            }
            if let Some(slot) = self.at.get_mut(at) {
                *slot = Some(value);
            }
        }
    }

    /// Takes over what was bound to a statement one by one; whether there was any.
    fn take_from(&mut self, statement: &Value) -> bool {
        let before = (self.at.len(), self.named.len());
        for (selector, value) in statement.members.iter().flat_map(|members| members.iter()) {
            let Selector::Field(name) = selector else { continue };
            let Some(key) = name.as_str().strip_prefix(BIND) else { continue };
            match (key.parse::<usize>(), key.strip_prefix(':')) {
                (Ok(at), _) => self.put(at, value.clone()),
                (_, Some(name)) => self.named.push((Symbol::new(name), value.clone())),
                _ => {}
            }
        }
        before != (self.at.len(), self.named.len())
    }

    fn everything(&self) -> Vec<Value> {
        let given = self.at.iter().flatten().chain(self.named.iter().map(|(_, value)| value));
        given.chain(&self.holders).cloned().collect()
    }
}

/// A placeholder's name without the sign before it: `:email`, `@email`, `$email`.
pub(super) fn placeholder_name(name: &str) -> Symbol {
    Symbol::new(name.trim_start_matches([':', '@', '$']))
}

impl<'p> Evaluator<'_, 'p> {
    /// The statements that a text may be.
    fn statements(&mut self, text: &Text) -> SmallVec<[Arc<Statement>; 1]> {
        let file = self.file;
        rendered(text).into_iter().filter_map(|text| self.solver.statement(file, text)).collect()
    }

    /// Whether the port of a call holds a statement, as a text or prepared.
    pub(super) fn holds_statement(&mut self, here: &CallSite<'p>, port: ModelPort) -> bool {
        let text = match self.givens(here, port.root).first() {
            Some(given) if given.value.hidden(Symbol::new(SQL)).is_some() => return true,
            Some(given) => given.value.text.clone(),
            None => return false,
        };
        !self.statements(&text).is_empty()
    }

    /// The statement that a call makes or runs: the text that its model points at, or what receiver or argument was made from.
    pub(super) fn statement_of(&mut self, here: &CallSite<'p>, model: &Model) -> Option<Value> {
        let prepared = |value: &Value| value.hidden(Symbol::new(SQL)).cloned();
        if let Some(port) = model.query {
            let value = self.port_value(here, port, None);
            return Some(prepared(&value).unwrap_or(value));
        }
        let runs = model.sink.as_ref().is_some_and(|sink| !sink.binds.is_empty());
        let needs = model.needs.is_some_and(|name| name == SQL || name == ROW);
        if !runs && !needs {
            return None;
        }
        here.receiver.iter().chain(&here.arguments).find_map(|given| prepared(&given.value))
    }

    // ------------------------------------------------------------------------------------------------------------- rows

    /// Makes a value the statement, and its rows.
    pub(super) fn remember_statement(&mut self, statement: &Value, result: &mut Value, site: Site) {
        if statement.text.is_unknown() {
            return;
        }
        let remembered =
            Value { text: statement.text.clone(), marks: statement.marks.clone(), constant: true, ..Value::default() };
        result.set_member(Selector::Field(Symbol::new(SQL)), remembered, false);
        self.remember_rows(statement, result, site);
    }

    /// Makes a value a row of the statement.
    pub(super) fn remember_rows(&mut self, statement: &Value, result: &mut Value, site: Site) {
        let statements = self.statements(&statement.text);
        if statements.iter().all(|statement| statement.columns.is_empty()) {
            return;
        }
        let mut whole = Marks::default();
        for statement in &statements {
            for column in statement.columns.iter().flat_map(|(_, sources)| sources).filter(|column| column.column != "*") {
                whole.merge(&self.column_marks(site, &statement.query, column).0);
            }
        }
        // What all columns hold goes with the row, so that the way it takes is known when one of them is read.
        let row = Value { text: statement.text.clone(), marks: whole, constant: true, ..Value::default() };
        result.set_member(Selector::Field(Symbol::new(ROW)), row, false);
        for statement in statements {
            if let [(_, only)] = statement.columns.as_slice() {
                // A row of one column may be that column.
                for column in only {
                    let (marks, _) = self.column_marks(site, &statement.query, column);
                    result.marks.merge(&marks);
                }
            }
        }
    }

    /// Whether a value is a row of several columns: its own name tells nothing of them.
    pub(super) fn is_wide_row(&mut self, value: &Value) -> bool {
        let Some(text) = value.hidden(Symbol::new(ROW)).map(|row| row.text.clone()) else { return false };
        self.statements(&text).iter().any(|statement| statement.columns.len() > 1)
    }

    /// What a row holds under a name or position; `None` if it is no row or has no such column.
    pub(super) fn row_member(&mut self, value: &Value, name: Symbol, site: Site) -> Option<Value> {
        let row = value.hidden(Symbol::new(ROW))?.clone();
        let mut found: Option<Value> = None;
        for statement in self.statements(&row.text) {
            let Some(columns) = statement.column(name) else { continue };
            let mut one = Value::default();
            let mut explained = true;
            for column in &columns {
                let (marks, known) = self.column_marks(site, &statement.query, column);
                one.marks.merge(&marks);
                explained &= known;
            }
            for mark in one.marks.iter_mut() {
                let source = self.solver.traces.source(mark.trace);
                let known = row.marks.iter().find(|known| known.origin == mark.origin);
                if let Some(known) = known.filter(|known| self.solver.traces.source(known.trace) == source) {
                    mark.trace = known.trace;
                }
            }
            // A column whose classification says no is no matter of its name.
            one.clean = explained && one.marks.is_empty();
            match &mut found {
                Some(found) => found.join(&one),
                None => found = Some(one),
            }
        }
        found
    }

    /// What a column holds, and whether the schema knows it.
    fn column_marks(&mut self, site: Site, query: &Query, column: &ColumnRef) -> (Marks, bool) {
        let schema = self.solver.program.schema;
        let tables: SmallVec<[Symbol; 2]> = match column.table {
            Some(table) => SmallVec::from_slice(&[table]),
            None => query.tables.iter().copied().collect(),
        };
        for table in tables {
            if let Some(found) = schema.column(table.as_str(), column.column.as_str()) {
                let counts = |verdict: &&Verdict| verdict.confidence >= Confidence::Medium;
                let marks = match found.verdict.as_ref().filter(counts) {
                    Some(verdict) => self.marks_of(verdict, site, &format!("read from {table}.{}", column.column)),
                    None => Marks::default(),
                };
                return (marks, true);
            }
        }
        // No such table in the scan: the name has to do.
        let container = column.table.or_else(|| query.tables.first().copied());
        match self.named(column.column, container, None, false) {
            Some(verdict) => (self.marks_of(&verdict, site, &format!("read from {}", column.column)), false),
            None => (Marks::default(), false),
        }
    }

    // ------------------------------------------------------------------------------------------------------------ binds

    /// Puts a value under the next free placeholder of a statement, or under the one that it is for.
    pub(super) fn bind_selector(&self, here: &CallSite<'p>, statement: &Value, member: Member) -> Option<Selector> {
        let field = |name: String| Some(Selector::Field(Symbol::new(&name)));
        if let Member::BindAt(at) = member
            && let Some(key) = self.key_of(here, at)
        {
            return match key.as_str().parse::<u32>() {
                Ok(number) => field(format!("{BIND}{}", number.checked_sub(1).filter(|at| *at < MOST_BINDS)?)),
                Err(_) => field(format!("{BIND}:{}", placeholder_name(key.as_str()))),
            };
        }
        (0..MOST_BINDS)
            .map(|at| Symbol::new(&format!("{BIND}{at}")))
            .find(|name| statement.hidden(*name).is_none())
            .map(Selector::Field)
    }

    /// Everything that the ports of a call give for placeholders.
    fn given_binds(&mut self, here: &CallSite<'p>, ports: &[ModelPort]) -> Bound {
        let mut bound = Bound::default();
        for port in ports {
            let all: SmallVec<[(Option<Symbol>, bool, Value); 4]> =
                self.givens(here, port.root).iter().map(|given| (given.name, given.spread, given.value.clone())).collect();
            let several = matches!(port.root, Root::Arguments(_));
            for (at, (name, spread, mut value)) in all.into_iter().enumerate() {
                match port.member {
                    Some(Member::Bind | Member::BindAt(_)) => {
                        bound.take_from(&value);
                        continue;
                    }
                    Some(member) => {
                        let selector = self.member_selector(here, member);
                        value = self.project(&value, selector, None, here.site);
                    }
                    None => {}
                }
                if bound.take_from(&value) {
                    continue;
                }
                match name {
                    Some(name) if several => bound.named.push((placeholder_name(name.as_str()), value)),
                    _ if several && !spread => bound.put(at, value),
                    _ => bound.holders.push(value),
                }
            }
        }
        bound
    }

    /// What is given for one placeholder.
    fn bound_value(&mut self, bound: &Bound, bind: &QueryBind, only: bool, site: Site) -> Option<Value> {
        let named = bind.name.and_then(|wanted| bound.named.iter().find(|(name, _)| *name == wanted));
        if let Some((_, value)) = named {
            return Some(value.clone());
        }
        if let Some(Some(value)) = bound.at.get(bind.position as usize) {
            return Some(value.clone());
        }
        for holder in &bound.holders {
            let position = Symbol::new(&bind.position.to_string());
            let mut keys: SmallVec<[Symbol; 4]> = SmallVec::from_slice(&[position]);
            if let Some(name) = bind.name {
                keys.push(name);
                keys.extend([':', '@', '$'].map(|sign| Symbol::new(&format!("{sign}{name}"))));
            }
            let known = |key: &Symbol| holder.member(Selector::Key(*key)).or_else(|| holder.member(Selector::Field(*key)));
            if let Some(value) = keys.iter().find_map(known) {
                return Some(value.clone());
            }
            // An object whose members are bound by their names.
            if let (Some(name), Ty::Program(_)) = (bind.name, &holder.ty) {
                return Some(self.project(holder, Selector::Field(name), None, site));
            }
            // A list that was filled somewhere: it is not known what stands where.
            let told_apart = holder.members.iter().flat_map(|members| members.keys()).any(|key| *key != Selector::Element);
            let may_hold = matches!(holder.ty, Ty::List(_) | Ty::Map(_)) || only || holder.marks.has_category();
            let element = holder.member(Selector::Element).is_some();
            if !told_apart && (may_hold || element) && !matches!(holder.ty, Ty::Library(_) | Ty::Program(_)) {
                return Some(holder.element());
            }
        }
        None
    }

    /// What is bound to the placeholders of a statement goes into their columns.
    pub(super) fn store_bound(&mut self, here: &CallSite<'p>, ports: &[ModelPort], statement: Option<&Value>, leaf: &Leaf) {
        let bound = self.given_binds(here, ports);
        let texts = statement.map(|statement| rendered(&statement.text)).unwrap_or_default();
        let statements = statement.map(|statement| self.statements(&statement.text)).unwrap_or_default();
        if statements.is_empty() {
            // A statement that is not known may store what it is given; one that only reads or compares does not.
            if !texts.iter().any(|text| sql::only_reads(text.as_str())) {
                self.store(here, bound.everything(), None, leaf);
            }
            return;
        }
        for known in statements {
            let table = known.query.tables.first().copied();
            let stored: SmallVec<[&QueryBind; 8]> = known.stored().collect();
            let only = stored.len() == 1 && known.query.binds.len() == 1;
            for bind in &stored {
                let Some(value) = self.bound_value(&bound, bind, only, here.site) else { continue };
                let column = match bind.column.table.or(table) {
                    Some(table) => Symbol::new(&format!("{table}.{}", bind.column.column)),
                    None => bind.column.column,
                };
                self.store(here, vec![value], Some(column), leaf);
            }
            if !known.writes() {
                continue;
            }
            if stored.is_empty() && known.query.binds.is_empty() {
                self.store(here, bound.everything(), table, leaf);
            }
            // What is written into the text of an `INSERT` is stored; elsewhere it may only be compared.
            if known.query.kind == QueryKind::Insert
                && let Some(spliced) = statement.map(|statement| statement.marks.clone()).filter(|marks| !marks.is_empty())
            {
                self.store(here, vec![Value { marks: spliced, ..Value::default() }], table, leaf);
            }
        }
    }

    pub(super) fn store(&mut self, here: &CallSite<'p>, values: Vec<Value>, column: Option<Symbol>, leaf: &Leaf) {
        let mut marks = Marks::default();
        for value in values {
            marks.merge(&self.shown(&value, Show::Serialize, here.site));
        }
        let parts = self.parts(vec![(Channel::Body, marks)]);
        if !parts.is_empty() {
            self.leaf(Leaf { parts, column, ..leaf.clone() });
        }
    }
}

/// The alternatives of a text, with [`SLOT`] for what is not known.
fn rendered(text: &Text) -> SmallVec<[Symbol; 1]> {
    let one = |sequence: &[Part]| match sequence {
        [Part::Literal(text)] => Some(*text),
        [Part::Literal(first), ..] => {
            let mut whole = first.as_str().to_owned();
            for part in sequence.iter().skip(1) {
                whole.push_str(if let Part::Literal(text) = part { text.as_str() } else { SLOT });
            }
            Some(Symbol::new(&whole))
        }
        // What begins with something unknown is not told to be a statement.
        _ => None,
    };
    text.alternatives().filter_map(|sequence| one(sequence)).filter(|text| text.as_str().len() <= LONGEST).collect()
}

impl Value {
    /// Rows are not the statement that gave them.
    pub(super) fn forget_statement(&mut self) {
        if let Some(members) = &mut self.members {
            let of_statement = |name: &Symbol| name.as_str().starts_with(BIND) || *name == SQL;
            let members = Arc::make_mut(members);
            members.retain(|selector, _| !matches!(selector, Selector::Field(name) if of_statement(name)));
        }
    }
}
