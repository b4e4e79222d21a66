//! Elements of JSX: a component is a call with its properties, a plain element shows what is in it.

use crate::index::Symbol;
use crate::ir::{AggregateKind, Argument, Field, Operand, Rvalue, Selector, TypeRef, TypeShape};
use crate::lang::lowering::{Lowerer, Op, Value};
use crate::lang::syntax::Node;

pub(super) fn element(lowerer: &mut Lowerer<'_>, node: Node<'_>) -> Value {
    let span = node.span();
    let tag = lowerer.part(node, 0).unwrap_or(node);
    let mut members: Vec<(Selector, Operand)> = Vec::new();
    let mut spread = Vec::new();
    let mut name = None;
    for part in tag.children() {
        match part.kind_name() {
            "jsx_attribute" => {
                let parts = part.children();
                let [key, value] = parts.as_slice() else { continue };
                lowerer.name_literal(*value, key.symbol());
                members.push((Selector::Key(key.symbol()), lowerer.expression(*value)));
            }
            "jsx_expression" => match part.first() {
                Some(inner) if matches!(lowerer.op(inner), Op::Spread) => spread.push(lowerer.expression(inner)),
                Some(inner) => members.push((Selector::Element, lowerer.expression(inner))),
                None => {}
            },
            "identifier" | "member_expression" if name.is_none() => name = Some(part),
            _ => {}
        }
    }
    if tag.start() != node.start() || tag.end() != node.end() {
        let children: Vec<Node<'_>> = node.children().into_iter().filter(|child| is_content(*child)).collect();
        for child in children {
            let value = match child.kind_name() {
                "jsx_expression" => match child.first() {
                    Some(inner) => lowerer.expression(inner),
                    None => continue,
                },
                _ => lowerer.expression(child),
            };
            members.push((Selector::Key(Symbol::new("children")), value));
        }
    }
    if let Some(name) = name {
        form_part(lowerer, node, tag, name);
    }
    let whole = Rvalue::Aggregate { kind: AggregateKind::Map, members, spread };
    match name {
        Some(name) if name.text().starts_with(char::is_uppercase) => {
            let properties = lowerer.operand(Value::Rvalue(whole), span);
            let path = name.text().split('.').map(Symbol::new).collect();
            lowerer.call_value(path, vec![Argument::plain(properties)], node, name)
        }
        _ => Value::Rvalue(whole),
    }
}

/// Remembers the text of a label, and an input that has a name.
fn form_part(lowerer: &mut Lowerer<'_>, node: Node<'_>, tag: Node<'_>, name: Node<'_>) {
    let word = name.text().rsplit('.').next().unwrap_or_default();
    if matches!(word, "label" | "Label" | "FormLabel" | "InputLabel") {
        let text = node.children().into_iter().find(|child| child.kind_name() == "jsx_text" && !child.text().trim().is_empty());
        lowerer.form.label = text.map(|text| Symbol::new(text.text().trim()));
        return;
    }
    let lower = word.to_ascii_lowercase();
    let is_input = ["input", "textarea", "select", "field"].iter().any(|ending| lower.ends_with(ending));
    if !is_input {
        return;
    }
    let constant = |wanted: &str| {
        tag.children().into_iter().find_map(|part| {
            let parts = part.children();
            let [key, value] = parts.as_slice() else { return None };
            (part.kind_name() == "jsx_attribute" && key.text() == wanted && value.kind_name() == "string").then_some(*value)
        })
    };
    let plain = |value: Node<'_>| Symbol::new(value.text().trim_matches(['"', '\'']));
    let label = lowerer.form.label.take();
    let Some(value) = constant("name") else { return };
    let kind = constant("type").map(plain).unwrap_or_default();
    if matches!(kind.as_str(), "submit" | "button" | "reset" | "image") || value.text().len() < 3 {
        return;
    }
    let shape = match kind.as_str() {
        "checkbox" | "radio" => TypeShape::Boolean,
        "date" | "datetime-local" | "month" | "time" | "week" => TypeShape::Time,
        "file" => TypeShape::Bytes,
        _ => TypeShape::Text,
    };
    let text = if kind.is_empty() { format!("<{word}>") } else { format!("<{word} type={kind}>") };
    let mut field = Field::new(plain(value), TypeRef { text: Symbol::new(&text), shape }, value.span());
    field.required = tag.children().iter().any(|part| part.text() == "required");
    field.labels.extend(label);
    field.labels.extend(["label", "placeholder", "aria-label", "title"].iter().filter_map(|key| constant(key)).map(plain));
    if !lowerer.form.fields.iter().any(|known| known.name == field.name) {
        lowerer.form.fields.push(field);
    }
}

fn is_content(child: Node<'_>) -> bool {
    matches!(child.kind_name(), "jsx_expression" | "jsx_element" | "jsx_self_closing_element")
}
