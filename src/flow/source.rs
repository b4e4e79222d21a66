//! Sources: where personal data enters a function. A declared field by its classification, anything else by its name.

use std::sync::Arc;

use super::domain::{Mark, Marks, Members, Origin, Port, Show, Value};
use super::eval::Evaluator;
use super::text::{Part, Text};
use super::witness::{Trace, What};
use crate::catalog::model::{Effect, Effects};
use crate::classify::{Confidence, NamedValue, Verdict};
use crate::index::Symbol;
use crate::ir::{Field, FunctionRole, Selector, TypeKind, TypeRef, TypeShape};
use crate::link::program::TypeId;
use crate::link::types::Ty;
use crate::source::Site;

impl Evaluator<'_, '_> {
    /// Marks of a verdict that counts, read at a place.
    pub(super) fn marks_of(&mut self, verdict: &Verdict, site: Site, what: &str) -> Marks {
        let mut marks = Marks::default();
        let trace = self.solver.traces.step(Trace::default(), site, What::Source(Symbol::new(what)));
        for category in &verdict.categories {
            let mark = Mark {
                origin: Origin::Category(*category),
                effects: Effects::empty(),
                confidence: verdict.confidence.max(Confidence::Medium),
                trace,
            };
            marks.add(mark);
        }
        marks
    }

    /// What a name tells where no declaration explains it.
    pub(super) fn named(&mut self, name: Symbol, container: Option<Symbol>, ty: Option<&TypeRef>, bare: bool) -> Option<Verdict> {
        if name.is_empty() || name.as_str().starts_with('#') {
            return None;
        }
        let key = (name, container, ty.map(|ty| (ty.text, std::mem::discriminant(&ty.shape))), bare);
        if let Some(known) = self.solver.named.get(&key) {
            return known.clone();
        }
        let value = NamedValue { name: name.as_str(), container: container.map(Symbol::as_str), ty, bare };
        let verdict = self.solver.classifier.named_value(&value).filter(|verdict| verdict.confidence >= Confidence::Medium);
        self.solver.named.insert(key, verdict.clone());
        verdict
    }

    /// Whether a value with this name holds the operator's own configuration.
    pub(super) fn is_configuration(&self, name: Symbol) -> bool {
        self.solver.hints(name).configuration
    }

    /// Whether a value with this name or of this type only leads to data and holds none: a connection, a pool.
    pub(super) fn is_handle(&self, name: Option<Symbol>, ty: &Ty) -> bool {
        let named = |name: Symbol| self.solver.hints(name).handle;
        let by_type = matches!(ty, Ty::Program(_) | Ty::Library(_)).then(|| self.type_name(ty)).flatten();
        match by_type {
            Some(name) => named(name),
            None => *ty == Ty::Unknown && name.is_some_and(named),
        }
    }

    /// The effect that a name of a local or function says was applied: `masked_iin`, `hash_email`.
    pub(super) fn effect_by_name(&self, name: Symbol) -> Option<Effect> {
        self.solver.hints(name).effect
    }

    /// A member of a value.
    pub(super) fn project(&mut self, value: &Value, selector: Selector, holder: Option<Symbol>, site: Site) -> Value {
        let settings =
            value.impersonal || holder.is_some_and(|name| self.is_configuration(name)) || self.is_configuration_type(&value.ty);
        if !settings {
            return self.member(value, selector, holder, site);
        }
        let whole = Value { impersonal: true, ..value.clone() };
        let mut member = self.member(&whole, selector, holder, site);
        member.impersonal = true;
        member
    }

    pub(super) fn is_configuration_type(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Program(_) | Ty::Library(_)) && self.type_name(ty).is_some_and(|name| self.is_configuration(name))
    }

    fn member(&mut self, value: &Value, selector: Selector, holder: Option<Symbol>, site: Site) -> Value {
        let (Selector::Field(name) | Selector::Key(name)) = selector else {
            let mut element = value.element();
            let told_apart = |members: &Members| members.keys().any(|key| !matches!(key, Selector::Field(_)));
            if !value.members.as_deref().is_some_and(told_apart) {
                extend_ports(&mut element.marks, selector);
            }
            return element;
        };
        if self.solver.catalog().models.names().failures.iter().any(|word| name == word.as_str()) {
            return Value::clean();
        }
        let keyed = matches!(selector, Selector::Key(_)) || name.as_str().bytes().all(|byte| byte.is_ascii_digit());
        let known = value.member(selector).or_else(|| value.member(other_kind(selector)));
        // What no key is known of may stand under any.
        let known = known.or_else(|| value.member(Selector::Element).filter(|_| keyed)).cloned();
        if name.as_str().starts_with('#') {
            return known.unwrap_or_else(|| self.inherited(value, selector, None));
        }
        let ty = match &value.ty {
            // A field of a list is read through an element in languages that allow it.
            Ty::List(inner) => inner.as_ref().clone(),
            other => other.clone(),
        };
        if let Ty::Program(id) = ty {
            if self.is_variant(id, name) {
                return Value { variant: Some(name), ..value.clone() };
            }
            if known.is_none() && self.type_name(&value.ty) == Some(name) {
                // A pattern that names the type itself.
                return value.clone();
            }
            if let Some(declared) = self.declared_member(value, id, name, known.clone(), site) {
                return declared;
            }
            if known.is_none()
                && let Some(given) = self.getter(value, id, name, site)
            {
                return given;
            }
            if known.is_none()
                && value.clean
                && self.solver.catalog().models.names().instances.iter().any(|word| name == word.as_str())
            {
                // `User.objects`: the values of the class that are stored.
                return Value::of(Ty::List(Arc::new(Ty::Program(id))));
            }
        }
        let position = name.as_str().parse::<usize>().ok();
        let first_result = position == Some(0) && matches!(ty, Ty::Library(_));
        if known.is_none() && (first_result || position.is_some() && matches!(ty, Ty::Program(_))) {
            // A library's function gives its value first, and beside it whether that went well.
            // The one member of a library's wrapper around a declared type, which the type's own resolution looked through.
            return value.clone();
        }
        let mut result = match known {
            Some(known) => known,
            None if matches!(name.as_str(), "length" | "size" | "Length" | "Count") => {
                return Value { ty: Ty::Number, ..Value::clean() };
            }
            None => match self.row_member(value, name, site) {
                Some(column) => column,
                None => self.inherited(value, selector, None),
            },
        };
        if let (Ty::Tuple(all), Some(at)) = (&value.ty, position)
            && let Some(ty) = all.get(at)
            && result.ty == Ty::Unknown
        {
            result.ty = ty.clone();
        }
        if let Ty::Library(path) = value.ty
            && result.ty == Ty::Unknown
            && let Some(part) = self.solver.catalog().models.part_of(self.language, path, name)
        {
            result.ty = Ty::Library(part);
        }
        let keyed_list = matches!(value.ty, Ty::List(_)) && position.is_some();
        if keyed_list && result.ty == Ty::Unknown {
            result.ty = value.ty.element();
        }
        if position.is_none() && result.says_nothing() && !result.constant && !value.impersonal {
            let container = self.type_name(&value.ty).or(holder);
            let shape = type_ref(&result.ty);
            if let Some(verdict) = self.named(name, container, shape.as_ref(), false) {
                let what =
                    container.map_or_else(|| format!("read from {name}"), |container| format!("read from {container}.{name}"));
                let marks = self.marks_of(&verdict, site, &what);
                result.marks.merge(&marks);
            }
        }
        result
    }

    /// A declared field of a value of a program type.
    pub(super) fn declared_member(
        &mut self,
        value: &Value,
        id: TypeId,
        name: Symbol,
        known: Option<Value>,
        site: Site,
    ) -> Option<Value> {
        let program = self.solver.program;
        let field = program.field(id, value.variant, name)?;
        let id = field.owner;
        let (_, declaration) = program.declaration(id)?;
        // A single unnamed payload is the value itself.
        let newtype = declaration.fields.len() == 1;
        let was_known = known.is_some();
        let selected = if was_known { None } else { self.selected(value, declaration.fields.get(field.at), site) };
        let mut result = known.unwrap_or_else(|| self.inherited(value, Selector::Field(name), Some(newtype)));
        if result.ty == Ty::Unknown {
            result.ty = field.ty;
        }
        if result.ty == Ty::Unknown {
            result.ty = self.solver.field_type(id, name);
        }
        if !was_known {
            // What all code puts there, rather than what this caller's value holds: the latter is rarely known further up.
            result.text = Text::part(Part::Field(id, name));
        }
        if let Some(selected) = &selected {
            result.marks.merge(selected);
        }
        // The payload of a variant has no name of its own: the variant names it.
        let by_variant = match (declaration.fields.get(field.at).and_then(|field| field.variant), field.verdict) {
            (Some(variant), None) if name.as_str().parse::<u32>().is_ok() => {
                self.named(variant, Some(declaration.name), declaration.fields.get(field.at).map(|field| &field.ty), false)
            }
            _ => None,
        };
        if let Some(verdict) = field.verdict.or(by_variant.as_ref())
            && result.says_nothing()
            && !value.impersonal
        {
            let mut marks = self.marks_of(verdict, site, &format!("read from {}.{name}", declaration.name));
            // `password_hash` is still about the password, and yet is not the password.
            if let Some(effect) = self.effect_by_name(name) {
                marks = marks.with_effects(effect.flags());
            }
            result.marks = result.marks.filtered(|_| was_known);
            result.marks.merge(&marks);
        } else if selected.is_none() && field.verdict.is_none() && by_variant.is_none() && result.ty.is_scalar() {
            // Its declaration was looked at with all its context: the name of a local it is put into knows less.
            result.impersonal = true;
        }
        Some(result)
    }

    /// What a query selected into a field, whatever the field is called.
    fn selected(&mut self, value: &Value, field: Option<&Field>, site: Site) -> Option<Marks> {
        let field = field?;
        let names = field.serialized_name.into_iter().chain([field.name]);
        let marks = names.into_iter().find_map(|name| self.row_member(value, name, site))?.marks;
        let effect = self.effect_by_name(field.name).map(Effect::flags).unwrap_or_default();
        (!marks.is_empty()).then(|| marks.with_effects(effect))
    }

    /// What a property gives: it is read like a field and runs like a method.
    fn getter(&mut self, value: &Value, id: TypeId, name: Symbol, site: Site) -> Option<Value> {
        let mut functions = self.solver.program.method(id, name);
        functions.retain(|one| self.solver.program.function(*one).is_some_and(|(_, f)| f.role == FunctionRole::Getter));
        let mut result: Option<Value> = None;
        for function in functions {
            let summary = self.solver.summary(function, self.id);
            let receiver = [Some(Value { clean: false, ..value.clone() })];
            let given = self.substitute(&summary.result, &receiver, function, site, 4);
            match &mut result {
                Some(result) => result.join(&given),
                None => result = Some(given),
            }
        }
        result
    }

    /// What a member that is not known apart has from the whole: everything, or for a declared field only what the caller decides.
    fn inherited(&mut self, value: &Value, selector: Selector, declared: Option<bool>) -> Value {
        let hidden = matches!(selector, Selector::Field(name) if name.as_str().starts_with('#'));
        let keep_categories = !hidden && declared.unwrap_or(true);
        let mut marks = value.marks.filtered(|mark| keep_categories || matches!(mark.origin, Origin::Port(_)));
        extend_ports(&mut marks, selector);
        let text = match value.text.alternatives().next().map(AsRef::as_ref) {
            Some([Part::Port(port)]) => extended(port, selector).map_or_else(Text::default, |port| Text::part(Part::Port(port))),
            _ => Text::default(),
        };
        Value { marks, text, clean: value.clean && !hidden, ..Value::default() }
    }

    fn is_variant(&self, id: TypeId, name: Symbol) -> bool {
        let declaration = self.solver.program.declaration(id);
        declaration
            .is_some_and(|(_, one)| one.kind == TypeKind::Enum && one.fields.iter().any(|field| field.variant == Some(name)))
    }

    /// The name of a type, for context.
    pub(super) fn type_name(&self, ty: &Ty) -> Option<Symbol> {
        match ty {
            Ty::Program(id) => self.solver.program.declaration(*id).map(|(_, one)| one.name),
            Ty::Library(path) => Some(Symbol::new(path.as_str().rsplit("::").next().unwrap_or_default())),
            Ty::List(inner) | Ty::Map(inner) => self.type_name(inner),
            _ => None,
        }
    }

    /// Applies an effect to all that a value carries.
    pub(super) fn with_effect(&mut self, value: Value, effect: Option<Effect>) -> Value {
        match effect {
            None => value,
            Some(Effect::Removes) => Value { ty: value.ty, ..Value::clean() },
            Some(effect) => {
                let marks = value.all_marks().with_effects(effect.flags());
                // A name may not bring the category back without the effect.
                let clean = marks.is_empty();
                Value { marks, ty: value.ty, clean, ..Value::default() }
            }
        }
    }
}

fn other_kind(selector: Selector) -> Selector {
    match selector {
        Selector::Field(name) => Selector::Key(name),
        Selector::Key(name) => Selector::Field(name),
        Selector::Element => Selector::Element,
    }
}

fn extended(port: &Port, selector: Selector) -> Option<Port> {
    if port.show != Show::Plain || port.path.len() >= 3 {
        return None;
    }
    let mut port = port.clone();
    port.path.push(selector);
    Some(port)
}

fn extend_ports(marks: &mut Marks, selector: Selector) {
    let mut done = Marks::default();
    for mark in marks.iter() {
        let origin = match &mark.origin {
            Origin::Port(port) => Origin::Port(extended(port, selector).unwrap_or_else(|| port.clone())),
            Origin::Category(category) => Origin::Category(*category),
        };
        done.add(Mark { origin, ..mark.clone() });
    }
    *marks = done;
}

/// A written type that says the same, for the classifier.
pub(super) fn type_ref(ty: &Ty) -> Option<TypeRef> {
    let (text, shape) = match ty {
        Ty::Text => ("text", TypeShape::Text),
        Ty::Number => ("number", TypeShape::Integer),
        Ty::Boolean => ("boolean", TypeShape::Boolean),
        Ty::Time => ("time", TypeShape::Time),
        Ty::Bytes => ("bytes", TypeShape::Bytes),
        Ty::Identifier => ("identifier", TypeShape::Identifier),
        Ty::Network => ("address", TypeShape::NetworkAddress),
        Ty::Library(path) => (path.as_str(), TypeShape::Named(path.as_str().split("::").map(Symbol::new).collect(), Vec::new())),
        _ => return None,
    };
    Some(TypeRef { text: Symbol::new(text), shape })
}
