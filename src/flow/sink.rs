//! What leaves in a library call, and what queries read and write.

use super::Channel;
use super::call::CallSite;
use super::domain::{Marks, Show, Value};
use super::eval::Evaluator;
use super::summary::Leaf;
use super::text::Text;
use crate::catalog::model::{ModelPort, Root, Sink, SinkKind};
use crate::index::Symbol;
use crate::ir::Selector;
use crate::ir::schema::{ColumnRef, Query};

/// The member that bound values are put into, numbered from zero.
pub(super) const BIND: &str = "#bind";
pub(super) const MOST_BINDS: u32 = 48;

impl<'p> Evaluator<'_, 'p> {
    // ---------------------------------------------------------------------------------------------------------- queries

    /// Rows of a query carry what their columns hold.
    pub(super) fn add_rows(&mut self, here: &CallSite<'p>, statement: &Text, result: &mut Value) {
        let Some(text) = statement.constant() else { return };
        result.set_member(Selector::Field(Symbol::new("#sql")), Value::literal(text), false);
        let Some(query) = self.query(text) else { return };
        for (at, (name, columns)) in query.outputs.iter().enumerate() {
            let mut value = Value::default();
            for column in columns {
                if column.column == "*" {
                    self.add_all_columns(here, query, column, result);
                    continue;
                }
                let marks = self.column_marks(here, query, column);
                value.marks.merge(&marks);
            }
            if query.outputs.len() == 1 {
                // A row of one column may be that column.
                result.marks.merge(&value.marks);
            }
            if *name != "*" {
                // A column whose classification says no is no matter of its name.
                value.clean = value.marks.is_empty();
                result.set_member(Selector::Field(*name), value.clone(), true);
                result.set_member(Selector::Key(Symbol::new(&at.to_string())), value, true);
            }
        }
    }

    fn query(&self, text: Symbol) -> Option<&'p Query> {
        let own = self.solver.program.facts.get(self.file.index())?.queries.get(&text);
        own.or_else(|| self.solver.program.facts.iter().find_map(|facts| facts.queries.get(&text)))
    }

    fn add_all_columns(&mut self, here: &CallSite<'p>, query: &Query, column: &ColumnRef, result: &mut Value) {
        let tables: Vec<Symbol> = match column.table {
            Some(table) => vec![table],
            None => query.tables.clone(),
        };
        let schema = self.solver.program.schema;
        for table in tables {
            let Some(found) = schema.tables.iter().find(|known| known.name.as_str().eq_ignore_ascii_case(table.as_str())) else {
                continue;
            };
            for column in &found.columns {
                let name = column.field.name;
                let one = ColumnRef { table: Some(table), column: name };
                let marks = self.column_marks(here, query, &one);
                let value = Value { clean: marks.is_empty(), marks, ..Value::default() };
                result.set_member(Selector::Field(name), value, true);
            }
        }
    }

    fn column_marks(&mut self, here: &CallSite<'p>, query: &Query, column: &ColumnRef) -> Marks {
        let schema = self.solver.program.schema;
        let tables: Vec<Symbol> = column.table.map_or_else(|| query.tables.clone(), |table| vec![table]);
        for table in tables {
            if let Some(found) = schema.column(table.as_str(), column.column.as_str()) {
                let counts = |verdict: &&crate::classify::Verdict| verdict.confidence >= crate::classify::Confidence::Medium;
                return match found.verdict.as_ref().filter(counts) {
                    Some(verdict) => self.marks_of(verdict, here.site, &format!("read from {table}.{}", column.column)),
                    None => Marks::default(),
                };
            }
        }
        // No such table in the scan: the name has to do.
        let container = column.table.or_else(|| query.tables.first().copied());
        match self.named(column.column, container, None, false) {
            Some(verdict) => self.marks_of(&verdict, here.site, &format!("read from {}", column.column)),
            None => Marks::default(),
        }
    }

    // ------------------------------------------------------------------------------------------------------------ sinks

    pub(super) fn sink(&mut self, here: &CallSite<'p>, sink: &Sink, closure: Option<&Value>, name: Symbol) {
        let show = if sink.kind == SinkKind::Log { Show::Display } else { Show::Serialize };
        let mut parts: Vec<(Channel, Marks)> = Vec::new();
        for (channel, ports) in [(Channel::Url, &sink.url), (Channel::Header, &sink.header), (Channel::Body, &sink.body)] {
            for port in ports {
                let marks = self.shown_port(here, *port, closure, show);
                parts.push((channel, marks));
            }
        }
        let parts = self.parts(parts);
        let endpoint = sink.endpoint.map(|port| self.port_value(here, port, None).text);
        let transport = here
            .receiver
            .iter()
            .chain(&here.arguments)
            .find_map(|given| given.value.hidden(Symbol::new("#transport"))?.text.constant());
        let cleartext = sink.cleartext.or_else(|| transport.map(|text| text == "clear"));
        let leaf = Leaf {
            site: here.site,
            call: name,
            kind: sink.kind,
            recipient: sink.recipient,
            generic: sink.generic,
            endpoint,
            parts,
            guarded: self.guarded(),
            cleartext,
            column: None,
            show,
            in_test: self.in_test(),
        };
        if let Some(port) = sink.binds {
            self.bound(here, port, &leaf);
        }
        if !leaf.parts.is_empty() {
            self.leaf(leaf);
        }
    }

    fn shown_port(&mut self, here: &CallSite<'p>, port: ModelPort, closure: Option<&Value>, show: Show) -> Marks {
        let by_keyword = matches!(port.root, Root::Keyword(_) | Root::ArgumentOr(..)) && self.givens(here, port.root).is_empty();
        if port.member.is_some() || port.root == Root::Closure || by_keyword {
            let value = self.port_value(here, port, closure);
            return self.shown(&value, show, here.site);
        }
        let mut marks = Marks::default();
        let givens: Vec<(Value, Option<Show>)> =
            self.givens(here, port.root).iter().map(|given| (given.value.clone(), given.show)).collect();
        for (value, style) in givens {
            marks.merge(&self.shown(&value, style.unwrap_or(show), here.site));
        }
        marks
    }

    /// What is bound to the placeholders of a statement goes into their columns.
    fn bound(&mut self, here: &CallSite<'p>, port: ModelPort, leaf: &Leaf) {
        let holder = ModelPort { member: None, inner: None, ..port };
        let value = self.port_value(here, holder, None);
        let statement = value.hidden(Symbol::new("#sql")).and_then(|sql| sql.text.constant());
        let query = statement.and_then(|text| self.query(text));
        for at in 0..MOST_BINDS {
            let Some(bound) = value.hidden(Symbol::new(&format!("{BIND}{at}"))).cloned() else { break };
            let column = query.and_then(|query| query.binds.iter().find(|bind| bind.stored && bind.position == at));
            // What is only compared is not stored.
            if query.is_some() && column.is_none() {
                continue;
            }
            let marks = self.shown(&bound, Show::Serialize, here.site);
            let column =
                column.map(|bind| match bind.column.table.or_else(|| query.and_then(|query| query.tables.first().copied())) {
                    Some(table) => Symbol::new(&format!("{table}.{}", bind.column.column)),
                    None => bind.column.column,
                });
            let parts = self.parts(vec![(Channel::Body, marks)]);
            if !parts.is_empty() {
                self.leaf(Leaf { parts, column, ..leaf.clone() });
            }
        }
    }
}
