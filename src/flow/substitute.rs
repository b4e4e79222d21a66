//! What a function's summary says, with the caller's values in place of what it left open.

use super::domain::{Mark, Marks, Origin, Port, Show, Value};
use super::eval::Evaluator;
use super::text::{Part, Text};
use super::witness::What;
use crate::index::Symbol;
use crate::ir::Selector;
use crate::link::program::FnId;
use crate::link::types::Ty;
use crate::source::Site;

impl Evaluator<'_, '_> {
    /// The actual value behind a port.
    pub(super) fn dig(&mut self, port: &Port, values: &[Option<Value>], site: Site) -> Value {
        let Some(Some(value)) = values.get(usize::from(port.parameter)) else { return Value::default() };
        let mut value = value.clone();
        let mut holder = None;
        for selector in &port.path {
            value = self.project(&value, *selector, holder, site);
            holder = match selector {
                Selector::Field(name) | Selector::Key(name) => Some(*name),
                Selector::Element => holder,
            };
        }
        value
    }

    /// A callee's marks with the caller's values in place of its ports.
    pub(super) fn substitute_marks(&mut self, marks: &Marks, values: &[Option<Value>], id: FnId, site: Site) -> Marks {
        let mut done = Marks::default();
        for mark in marks.iter() {
            match &mark.origin {
                Origin::Category(_) => {
                    let name = self.function_name(id);
                    let trace = self.solver.traces.step(mark.trace, site, What::Returned(name));
                    done.add(Mark { trace, ..mark.clone() });
                }
                Origin::Port(port) => {
                    let value = self.dig(port, values, site);
                    let actual = if matches!(port.show, Show::Plain | Show::Part) {
                        value.all_marks()
                    } else {
                        self.shown(&value, port.show, site)
                    };
                    let passed = self.passed(id, port.parameter);
                    for one in actual.iter() {
                        let trace = self.solver.traces.step(one.trace, site, passed);
                        let trace = self.solver.traces.append(trace, mark.trace);
                        done.add(Mark { trace, effects: one.effects | mark.effects, ..one.clone() });
                    }
                }
            }
        }
        done
    }

    /// A callee's value with the caller's values in place of its ports.
    pub(super) fn substitute(&mut self, value: &Value, values: &[Option<Value>], id: FnId, site: Site, depth: u32) -> Value {
        let mut done = Value {
            text: self.substitute_text(&value.text, values),
            variant: value.variant,
            clean: value.clean && value.marks.is_empty(),
            consent: value.consent,
            ..Value::of(value.ty.clone())
        };
        let mut whole: Option<Value> = None;
        let mut marks = Marks::default();
        for mark in value.marks.iter() {
            match &mark.origin {
                Origin::Port(port) if port.show == Show::Plain && mark.effects.is_empty() => {
                    let mut actual = self.dig(port, values, site);
                    let passed = self.passed(id, port.parameter);
                    for one in actual.marks.iter_mut() {
                        let trace = self.solver.traces.step(one.trace, site, passed);
                        one.trace = self.solver.traces.append(trace, mark.trace);
                    }
                    match &mut whole {
                        Some(whole) => whole.join(&actual),
                        None => whole = Some(actual),
                    }
                }
                _ => marks.merge(&self.substitute_marks(&Marks::one(mark.clone()), values, id, site)),
            }
        }
        if let Some(whole) = whole {
            let ty = if done.ty == Ty::Unknown { whole.ty.clone() } else { done.ty.clone() };
            let text = done.text.clone();
            let clean = whole.clean && marks.is_empty();
            done = Value { ty, text, clean, ..whole };
        }
        done.marks.merge(&marks);
        if depth > 0 {
            for (selector, member) in value.members.clone().iter().flat_map(|members| members.iter()) {
                let member = self.substitute(member, values, id, site, depth - 1);
                done.set_member(*selector, member, true);
            }
        }
        done
    }

    pub(super) fn substitute_text(&mut self, text: &Text, values: &[Option<Value>]) -> Text {
        if !text.has_ports() {
            return text.clone();
        }
        let site = Site { file: self.file, span: self.function.span };
        let mut found: Vec<(Port, Text)> = Vec::new();
        for sequence in text.alternatives() {
            for part in sequence.iter() {
                if let Part::Port(port) = part {
                    let value = self.dig(port, values, site);
                    found.push((port.clone(), value.text));
                }
            }
        }
        text.replace(|part| match part {
            Part::Port(port) => {
                let known = found.iter().find(|(other, _)| other == port).map(|(_, text)| text.clone());
                Some(known.filter(|text| !text.is_unknown()).unwrap_or_else(|| Text::part(Part::Hole)))
            }
            _ => None,
        })
    }

    pub(super) fn function_name(&self, id: FnId) -> Symbol {
        self.solver.program.function(id).map(|(_, function)| function.name).unwrap_or_default()
    }

    pub(super) fn passed(&self, id: FnId, parameter: u8) -> What {
        let Some((_, function)) = self.solver.program.function(id) else { return What::Formatted };
        let local = match usize::from(parameter).checked_sub(1) {
            Some(at) => function.parameters.get(at).map(|parameter| parameter.local),
            None => function.receiver,
        };
        let name = local.and_then(|local| function.locals.get(local.index())).and_then(|local| local.name);
        What::Passed(function.name, name.unwrap_or_default())
    }
}
