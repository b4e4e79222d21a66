//! What of a whole value becomes visible: by its own formatter, or field by field.

use std::sync::Arc;

use super::domain::{Mark, Marks, Origin, Port, Show, Value};
use super::eval::Evaluator;
use super::witness::{Trace, What};
use crate::catalog::CategoryId;
use crate::catalog::model::Effects;
use crate::classify::Confidence;
use crate::index::Symbol;
use crate::ir::{Formatting, FunctionRole, Selector, TypeDecl};
use crate::link::program::TypeId;
use crate::link::types::Ty;
use crate::source::Site;

/// Members of members are shown this deep.
const SHOWN_DEPTH: u32 = 3;
/// Formatters that call formatters are followed this deep: types may hold themselves.
const FORMATTER_DEPTH: u32 = 1;

/// A category that is shown of every value of a type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    category: CategoryId,
    effects: Effects,
    confidence: Confidence,
    /// What the step says, e.g. `read from User.email`.
    what: Symbol,
}

impl Evaluator<'_, '_> {
    /// What becomes visible when the whole value is printed or serialised.
    pub(super) fn shown(&mut self, value: &Value, show: Show, site: Site) -> Marks {
        self.shown_inner(value, show, site, SHOWN_DEPTH)
    }

    fn shown_inner(&mut self, value: &Value, show: Show, site: Site, depth: u32) -> Marks {
        let mut marks = Marks::default();
        if value.clean || value.ty.is_flag() {
            return marks;
        }
        let settings = value.impersonal || self.is_configuration_type(&value.ty);
        let owned;
        let value = if settings && !value.impersonal {
            owned = Value { impersonal: settings, ..value.clone() };
            &owned
        } else {
            value
        };
        let mut declared = false;
        let bare = value.members.is_none() && !value.impersonal && !value.marks.has_category();
        if let Some(id) = value.ty.declared()
            && bare
        {
            let of_type = self.shown_of_type(id, value.variant, show, depth);
            marks = self.marks_of_type(&of_type, site);
            declared = marks.has_category();
        } else if let Some(id) = value.ty.declared() {
            if let Some(shown) = self.own_formatter(value, id, show, site) {
                return shown;
            }
            marks.merge(&self.shown_fields(value, id, show, site, depth));
            declared = marks.has_category();
        } else {
            for (selector, member) in value.members.clone().iter().flat_map(|members| members.iter()) {
                let hidden = matches!(selector, Selector::Field(name) if name.as_str().starts_with('#'));
                if !hidden && depth > 0 {
                    let shown = self.shown_inner(member, show, site, depth);
                    marks.merge(&shown);
                }
            }
        }
        if value.ty.declared().is_none() {
            // A row that is shown shows its columns.
            let row = value.hidden(Symbol::new(super::statement::ROW));
            marks.merge(&row.map(|row| row.marks.clone()).unwrap_or_default());
        }
        for mark in value.marks.iter() {
            match &mark.origin {
                Origin::Port(_) if declared => {}
                Origin::Port(port) if port.show == Show::Plain => {
                    let origin = Origin::Port(Port { show, ..port.clone() });
                    marks.add(Mark { origin, ..mark.clone() });
                }
                _ => marks.add(mark.clone()),
            }
        }
        marks
    }

    /// What is shown of a value of a type when nothing more is known of it; worked out once for each type, way and depth. Types
    /// that hold themselves show nothing more the second time.
    fn shown_of_type(&mut self, id: TypeId, variant: Option<Symbol>, show: Show, depth: u32) -> Arc<[Shown]> {
        let key = (id, variant, show, depth);
        if let Some(known) = self.solver.shown.get(&key) {
            return Arc::clone(known);
        }
        self.solver.shown.insert(key, Arc::default());
        let Some((file, declaration)) = self.solver.program.declaration(id) else { return Arc::default() };
        let site = Site { file, span: declaration.span };
        let value = Value { variant, ..Value::of(Ty::Program(id)) };
        let marks = match self.own_formatter(&value, id, show, site) {
            Some(marks) => marks,
            None => self.shown_fields(&value, id, show, site, depth),
        };
        let shown: Arc<[Shown]> = marks
            .iter()
            .filter_map(|mark| {
                let Origin::Category(category) = mark.origin else { return None };
                let what = self.solver.traces.source(mark.trace).unwrap_or(declaration.name);
                Some(Shown { category, effects: mark.effects, confidence: mark.confidence, what })
            })
            .collect();
        self.solver.shown.insert(key, Arc::clone(&shown));
        shown
    }

    fn marks_of_type(&mut self, of_type: &[Shown], site: Site) -> Marks {
        let mut marks = Marks::default();
        for one in of_type {
            let trace = self.solver.traces.step(Trace::default(), site, What::Source(one.what));
            let origin = Origin::Category(one.category);
            marks.add(Mark { origin, effects: one.effects, confidence: one.confidence, trace });
        }
        marks
    }

    /// What the visible fields of a value show.
    fn shown_fields(&mut self, value: &Value, id: TypeId, show: Show, site: Site, depth: u32) -> Marks {
        let mut marks = Marks::default();
        if depth == 0 {
            return marks;
        }
        let element = if matches!(value.ty, Ty::Program(_)) { value.clone() } else { value.element() };
        for name in self.visible_fields(id, element.variant, show) {
            let member = self.declared_member(&element, id, name, element.member(Selector::Field(name)).cloned(), site);
            let Some(member) = member else { continue };
            let shown = self.shown_inner(&member, show, site, depth - 1);
            marks.merge(&shown.filtered(|mark| matches!(mark.origin, Origin::Category(_)) || value.members.is_some()));
        }
        marks
    }

    /// Names of the fields that the way of showing shows.
    pub(super) fn visible_fields(&self, id: TypeId, variant: Option<Symbol>, show: Show) -> Vec<Symbol> {
        let declarations: Vec<&TypeDecl> = self.solver.program.declarations(id).collect();
        let Some(declaration) = declarations.first() else { return Vec::new() };
        let of_variant = |field: &&crate::ir::Field| variant.is_none() || field.variant.is_none() || field.variant == variant;
        let all = declarations.iter().flat_map(|one| &one.fields).filter(of_variant);
        let says = |way: fn(&Formatting) -> bool| declarations.iter().any(|one| way(&one.formatting));
        match show {
            Show::Serialize => all.filter(|field| !field.skip_serialize).map(|field| field.name).collect(),
            Show::Debug if declaration.formatting.prints_anyway && !says(|formatting| formatting.debug_shows_fields) => {
                Vec::new()
            }
            // The syntax asks for a formatter, so there is one; where the program has none of its own it shows every field.
            Show::Debug | Show::Plain | Show::Part => all.map(|field| field.name).collect(),
            Show::Display if says(|formatting| formatting.display_shows_fields) => all.map(|field| field.name).collect(),
            Show::Display if declaration.formatting.debug_shows_fields && declaration.fields.len() == 1 => {
                all.map(|field| field.name).collect()
            }
            Show::Display => Vec::new(),
        }
    }

    /// What a type's own formatter or serializer shows.
    fn own_formatter(&mut self, value: &Value, id: TypeId, show: Show, site: Site) -> Option<Marks> {
        let program = self.solver.program;
        // Where every value can be printed, one formatter stands in for the other.
        let anyway = program.declaration(id).is_some_and(|(_, one)| one.formatting.prints_anyway);
        let shows = |way: fn(&Formatting) -> bool| program.declarations(id).any(|one| way(&one.formatting));
        let function = match show {
            Show::Display => program.role_of(id, FunctionRole::Display).or_else(|| {
                if anyway && !shows(|formatting| formatting.display_shows_fields) {
                    program.role_of(id, FunctionRole::Debug)
                } else {
                    None
                }
            })?,
            Show::Debug => program.role_of(id, FunctionRole::Debug).or_else(|| {
                if anyway && !shows(|formatting| formatting.debug_shows_fields) {
                    program.role_of(id, FunctionRole::Display)
                } else {
                    None
                }
            })?,
            Show::Serialize => program.role_of(id, FunctionRole::Serialize)?,
            Show::Plain | Show::Part => return None,
        };
        if function == self.id {
            return Some(Marks::default());
        }
        if self.formatters >= FORMATTER_DEPTH {
            // A formatter within a formatter: what every value of the type shows.
            let of_type = self.solver.shown.get(&(id, value.variant, show, SHOWN_DEPTH)).map(Arc::clone).unwrap_or_default();
            return Some(self.marks_of_type(&of_type, site));
        }
        self.formatters += 1;
        let summary = self.solver.summary(function, self.id);
        let element = if matches!(value.ty, Ty::Program(_)) { value.clone() } else { value.element() };
        let arguments = vec![Some(element)];
        let mut marks = self.substitute_marks(&summary.result.all_marks(), &arguments, function, site);
        for (parameter, written) in &summary.written {
            if *parameter > 0 {
                let more = self.substitute_marks(&written.all_marks(), &arguments, function, site);
                marks.merge(&more);
            }
        }
        self.formatters -= 1;
        Some(marks)
    }
}
