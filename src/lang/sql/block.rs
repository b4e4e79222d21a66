//! Statements inside other statements: blocks (`DO $$ ... $$`, `BEGIN ... END`, `IF ... ALTER TABLE`), the bodies of routines,
//! and strings that are run.

use super::class::{Class, classify};
use super::labels::Labels;
use super::script::Script;
use super::split::Splitter;
use super::token::{Kind, Tokens};
use super::{Reader, change, looks_like_ddl, scan};
use crate::ir::schema::SchemaStep;

/// Blocks in blocks, strings in strings: deeper ones are generated, and nobody reads them either.
const DEEPEST: u8 = 4;

impl Reader<'_> {
    /// A block: all that it does to the schema may happen.
    pub(super) fn block(&mut self, tokens: &Tokens<'_>, labels: &Labels<'_>, depth: u8) {
        if depth >= DEEPEST {
            return;
        }
        let bodies: Vec<_> = tokens.all.iter().filter(|token| token.kind == Kind::Text).copied().collect();
        let mut dollars = false;
        for body in bodies {
            if tokens.is(0, "DO") || tokens.is(0, "CREATE") {
                let Some(tag) = (self.text.get(body.start..=body.start) == Some("$"))
                    .then(|| scan::dollar_tag(self.text.as_bytes(), body.start))
                    .flatten()
                else {
                    continue;
                };
                dollars = true;
                let mut splitter = Splitter::within(self.text, body.start + tag, body.end.saturating_sub(tag), self.dialect);
                while let Some(piece) = splitter.next() {
                    self.piece(&piece, splitter.comments(), depth + 1);
                }
            }
        }
        if dollars {
            return;
        }
        self.statements_within(tokens, labels, depth);
        self.scripts(tokens, depth);
    }

    /// A routine does what it does when it is called, and nobody knows whether it is: what it creates and adds counts, what it
    /// drops and renames does not, nor do its temporary tables.
    pub(super) fn routine(&mut self, tokens: &Tokens<'_>, labels: &Labels<'_>, depth: u8) {
        let (before, damaged) = (self.steps.len(), self.damage.len());
        self.routines += 1;
        self.block(tokens, labels, depth);
        self.routines -= 1;
        // What does not read as a statement there is the routine's own code.
        self.damage.truncate(damaged);
        let found = self.steps.split_off(before);
        self.steps.extend(found.into_iter().filter(|step| {
            matches!(
                step,
                SchemaStep::Create { .. } | SchemaStep::AddColumn { .. } | SchemaStep::Key { .. } | SchemaStep::Comment { .. }
            )
        }));
    }

    fn statements_within(&mut self, tokens: &Tokens<'_>, labels: &Labels<'_>, depth: u8) {
        let bytes = self.text.as_bytes();
        let mut starts: Vec<(usize, Class)> = Vec::new();
        for (at, token) in tokens.all.iter().enumerate() {
            if token.kind == Kind::Word && !(at == 0 && self.routines > 0) {
                let class = classify(bytes, token.start);
                if matches!(
                    class,
                    Class::CreateTable | Class::AlterTable | Class::Drop | Class::Comment | Class::Execute | Class::Rename
                ) {
                    starts.push((at, class));
                }
            }
        }
        for (index, (start, class)) in starts.iter().enumerate() {
            let limit = starts.get(index + 1).map_or(tokens.len(), |(next, _)| *next);
            let end = (*start..limit).find(|at| tokens.sign(*at, b';')).unwrap_or(limit);
            // The strings of the whole block are looked at together.
            if *class == Class::Execute {
                change::execute(&tokens.slice(*start, end), &mut self.steps);
                continue;
            }
            // What does not read as a statement inside a block is the block's own code.
            let _ = self.statement(*class, &tokens.slice(*start, end), labels, depth + 1);
        }
    }

    /// Strings of a statement that are run as statements.
    pub(super) fn scripts(&mut self, tokens: &Tokens<'_>, depth: u8) {
        if depth >= DEEPEST {
            return;
        }
        let mut at = 0;
        while at < tokens.len() {
            let Some(script) = Script::at(tokens, at) else {
                at += 1;
                continue;
            };
            let told = tokens.is_any(
                at.wrapping_sub(1),
                &["PRINT", "NOTICE", "WARNING", "INFO", "EXCEPTION", "IS", "LIKE", "COMMENT", "VALUES"],
            );
            at = script.next.max(at + 1);
            if told || !looks_like_ddl(&script.text) {
                continue;
            }
            let mut inner = Reader { routines: self.routines, ..Reader::new(&script.text, self.dialect) };
            inner.read(depth + 1);
            for mut step in inner.steps {
                // `'CREATE TABLE ' || name` names a table and tells nothing of it.
                let empty =
                    matches!(&step, SchemaStep::Create { table, copies, .. } if table.fields.is_empty() && copies.is_empty());
                if !empty {
                    step.relocate(|span| script.place(span));
                    self.steps.push(step);
                }
            }
        }
    }
}

/// Where a statement of T-SQL ends though nothing says so: the token that begins its line and the next statement.
pub(super) fn end_of_statement(tokens: &Tokens<'_>, class: Class) -> usize {
    const NEXT: &[&str] = &[
        "INSERT",
        "UPDATE",
        "DELETE",
        "EXEC",
        "EXECUTE",
        "PRINT",
        "END",
        "IF",
        "ELSE",
        "DECLARE",
        "BEGIN",
        "MERGE",
        "RAISERROR",
        "RETURN",
        "WHILE",
        "TRUNCATE",
        "GRANT",
        "SELECT",
    ];
    let mut at = 1;
    while at < tokens.len() {
        let begins_line = || {
            let gap = match (tokens.get(at - 1), tokens.get(at)) {
                (Some(before), Some(token)) => tokens.text.get(before.end..token.start).unwrap_or_default(),
                _ => "",
            };
            gap.contains('\n')
        };
        // `ON DELETE`, `AS SELECT`, and MySQL's `CREATE TABLE t SELECT`.
        let goes_on = || {
            tokens.is_any(at - 1, &["ON", "AS", "OR", "FOR", "TABLE", "ADD", "COLUMN", "DROP", "TO", "ALTER", "MODIFY"])
                || tokens.is(at, "SELECT") && class == Class::CreateTable
                || tokens.sign(at - 1, b',')
        };
        if tokens.is_any(at, NEXT) && begins_line() && !goes_on() {
            return at;
        }
        at = tokens.after_group(at);
    }
    tokens.len()
}
