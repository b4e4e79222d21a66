//! `GRANT` on tables.

use super::super::token::Kind;
use super::Reader;
use crate::index::Symbol;
use crate::ir::schema::StorageAct;

/// Tables and grantees of one `GRANT` that are kept.
const GRANTED: usize = 40;

/// `GRANT SELECT, UPDATE ON TABLE users TO app, PUBLIC`.
pub(super) fn grant(reader: &mut Reader<'_, '_>, at: usize, end: usize) {
    let tokens = reader.tokens;
    let Some(on) = (at + 1..end).find(|at| tokens.is(*at, "ON")) else { return };
    let Some(to) = (on + 1..end).find(|at| tokens.is(*at, "TO")) else { return };
    let mut privileges: Vec<String> = Vec::new();
    let mut depth = 0usize;
    for item in (at + 1..on).take(4 * GRANTED) {
        match tokens.get(item).map(|token| token.kind) {
            // `GRANT SELECT (name, email) ON`: columns.
            Some(Kind::Sign(b'(')) => depth += 1,
            Some(Kind::Sign(b')')) => depth = depth.saturating_sub(1),
            Some(Kind::Word) if depth == 0 && !tokens.is(item, "PRIVILEGES") => {
                privileges.push(tokens.raw(item).to_ascii_uppercase())
            }
            _ => {}
        }
    }
    let privileges = Symbol::new(&privileges.join(", "));
    let mut tables = Vec::new();
    let mut object = on + 1;
    if tokens.are(object, &["ALL", "TABLES"]) {
        tables.push(Symbol::new("*"));
    } else {
        if tokens.is_any(
            object,
            &[
                "SCHEMA",
                "DATABASE",
                "SEQUENCE",
                "FUNCTION",
                "PROCEDURE",
                "TYPE",
                "LANGUAGE",
                "ROUTINE",
                "ALL",
                "FOREIGN",
                "DOMAIN",
                "WAREHOUSE",
                "ROLE",
                "USAGE",
            ],
        ) {
            return;
        }
        object += usize::from(tokens.is(object, "TABLE"));
        if tokens.is(object, "OBJECT") {
            // SQL Server: `ON OBJECT::dbo.users`.
            object += 3;
        }
        while object < to && tables.len() < GRANTED {
            if tokens.sign(object, b'*') || tokens.sign(object + 1, b'.') && tokens.sign(object + 2, b'*') {
                tables.push(Symbol::new("*"));
                break;
            }
            let Some(name) = tokens.qualified(object) else { break };
            tables.push(name.name);
            if !tokens.sign(name.next, b',') {
                break;
            }
            object = name.next + 1;
        }
    }
    let mut grantee = to + 1;
    for _ in 0..GRANTED {
        grantee += usize::from(tokens.is_any(grantee, &["GROUP", "ROLE", "USER", "SHARE"]) && tokens.is_name(grantee + 1));
        let text = matches!(tokens.get(grantee), Some(token) if matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text));
        if !text || tokens.is(grantee, "WITH") {
            break;
        }
        let to = tokens.name(grantee);
        for table in &tables {
            let act = StorageAct::Grant { to, privileges };
            let fact = reader.fact(*table, act, at, end);
            reader.facts.push(fact);
        }
        // `'app'@'%'`, and the next one after the comma.
        let Some(comma) = (grantee + 1..end.min(grantee + 6)).find(|at| tokens.sign(*at, b',')) else { break };
        grantee = comma + 1;
    }
}
