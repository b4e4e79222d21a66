//! Sources: where personal data enters a function. A declared field by its classification, anything else by its name.

use std::sync::Arc;

use super::domain::{Mark, Marks, Members, Origin, Port, Show, Value};
use super::eval::Evaluator;
use super::text::{Part, Text};
use super::witness::{Trace, What};
use crate::catalog::CategoryId;
use crate::catalog::model::{Effect, Effects};
use crate::classify::{Confidence, NamedValue, Verdict};
use crate::index::Symbol;
use crate::ir::{Field, Formatting, FunctionRole, Selector, TypeDecl, TypeKind, TypeRef, TypeShape};
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

    fn is_configuration_type(&self, ty: &Ty) -> bool {
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
        if position.is_some() && known.is_none() && matches!(ty, Ty::Program(_)) {
            // The one member of a library's wrapper around a declared type, which the type's own resolution looked through.
            return value.clone();
        }
        let mut result = match known {
            Some(known) => known,
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
