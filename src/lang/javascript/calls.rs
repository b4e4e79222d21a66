//! Calls and assignments that mean something else than they say.

use crate::index::Symbol;
use crate::ir::{Argument, Call, Callee, Operand};
use crate::lang::lowering::{Lowerer, Op, Value, member_name};
use crate::lang::syntax::Node;

/// What `replace` is called where it leaves none of the characters it is given: `x.replace(/./g, "*")`.
const MASKS: &str = "replaceEveryCharacter";

/// The name under which a method is called.
pub(super) fn method_name(lowerer: &Lowerer<'_>, name: Node<'_>, arguments: Option<Node<'_>>) -> Symbol {
    if matches!(name.text(), "replace" | "replaceAll")
        && let Some(arguments) = arguments
        && let [pattern, filler] = arguments.children().as_slice()
        && matches!(lowerer.op(*filler), Op::Text)
        && filler.text().chars().all(|c| !c.is_alphanumeric() && c != '$' || matches!(c, 'x' | 'X'))
        && regex_of(lowerer, *pattern).is_some_and(|(pattern, flags)| flags.contains('g') && takes_all(pattern))
    {
        return Symbol::new(MASKS);
    }
    member_name(name)
}

/// The pattern and flags of a regular expression: `/a/g`, `new RegExp("a", "g")`.
fn regex_of<'t>(lowerer: &Lowerer<'_>, node: Node<'t>) -> Option<(&'t str, &'t str)> {
    if node.kind_name() == "regex" {
        let text = node.text().strip_prefix('/')?;
        return text.rsplit_once('/');
    }
    if matches!(lowerer.op(node), Op::New) && lowerer.part(node, 0)?.text() == "RegExp" {
        let arguments = lowerer.part(node, 1)?.children();
        let (pattern, flags) = (arguments.first()?, arguments.get(1)?);
        // Flags that are computed are nearly always `g`.
        let flags = if matches!(lowerer.op(*flags), Op::Text) { unquoted(*flags) } else { "g" };
        return Some((unquoted(*pattern), flags));
    }
    None
}

fn unquoted(node: Node<'_>) -> &str {
    node.text().trim_matches(['"', '\'', '`'])
}

/// Whether a pattern takes away characters whatever they are, up to some at an end that `(?=…)` spares.
fn takes_all(pattern: &str) -> bool {
    let classes = [".", "\\w", "\\d", "\\S", "[\\s\\S]", "[\\S\\s]", "[\\w\\W]", "[a-zA-Z0-9]", "[0-9]", "[^\\s]", "[^@]"];
    let rest = classes.iter().find_map(|class| pattern.strip_prefix(class));
    rest.is_some_and(|rest| {
        let rest = rest.trim_start_matches(['+', '*']);
        rest.is_empty() || rest.starts_with("(?=") || rest.starts_with("(?!")
    })
}

/// `document.cookie = value`, `localStorage.name = value`: what is assigned is kept in the browser.
pub(super) fn kept(lowerer: &mut Lowerer<'_>, left: Node<'_>, right: Node<'_>, node: Node<'_>) -> Option<Value> {
    let (object, member) = match lowerer.op(left) {
        Op::Member | Op::Index => (lowerer.part(left, 0)?, lowerer.part(left, 1)?),
        _ => return None,
    };
    let holder = object.text();
    let holder = ["window.", "globalThis.", "self."].iter().find_map(|root| holder.strip_prefix(root)).unwrap_or(holder);
    let is_cookie = holder == "document" && member.text() == "cookie";
    if !is_cookie && !matches!(holder, "localStorage" | "sessionStorage") {
        return None;
    }
    let key = member_name(member);
    if !is_cookie {
        lowerer.name_literal(right, key);
    }
    let value = lowerer.expression(right);
    let key = Operand::Text(key, member.span());
    let path = [holder, if is_cookie { "cookie" } else { "setItem" }].map(Symbol::new).to_vec();
    let arguments = vec![Argument::plain(key), Argument::plain(value)];
    let call =
        Call { callee: Callee::Path(path), arguments, type_arguments: Vec::new(), span: node.span(), name_span: left.span() };
    Some(Value::Rvalue(call.into_rvalue()))
}

#[cfg(test)]
mod tests {
    use super::takes_all;

    #[test]
    fn patterns_that_leave_nothing_mask() {
        for pattern in [".", "\\d(?=\\d{4})", ".+", "[\\s\\S]", ".(?=.{4})"] {
            assert!(takes_all(pattern), "{pattern}");
        }
        for pattern in ["\\.", "foo", "\\s", "pre_._suf", ".foo", ""] {
            assert!(!takes_all(pattern), "{pattern}");
        }
    }
}
