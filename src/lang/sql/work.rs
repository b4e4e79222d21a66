//! How much work a text makes, counted in tests: bytes searched and tokens looked at. A pass that is linear does ten times the
//! work on ten times the text, whatever the machine.

#[cfg(test)]
std::thread_local! {
    static DONE: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// Counts `amount` of work; nothing outside tests.
#[inline(always)]
pub(super) fn count(amount: usize) {
    #[cfg(test)]
    DONE.with(|done| done.set(done.get() + amount as u64));
    #[cfg(not(test))]
    let _ = amount;
}

#[cfg(test)]
mod tests {
    use super::DONE;
    use crate::lang::sql::{Dialect, lower};

    fn work(text: &str, dialect: Dialect) -> u64 {
        DONE.with(|done| done.set(0));
        let _ = lower(text, dialect);
        DONE.with(std::cell::Cell::get)
    }

    /// A text in which something is repeated so often.
    type Repeat = fn(usize) -> String;

    /// Texts by how often something is repeated in them: wide, deep, unclosed, broken.
    const TEXTS: &[(&str, Repeat)] = &[
        ("a wide table", |n| format!("CREATE TABLE t ({} z text);", "c text, ".repeat(n))),
        ("a wide table on lines", |n| format!("CREATE TABLE t (\n{} z text\n);", "c text NOT NULL, -- label\n".repeat(n))),
        ("a wide table without commas", |n| format!("CREATE TABLE t (\n{} z text\n);", "c text\n".repeat(n))),
        ("parentheses", |n| format!("CREATE TABLE t (a int DEFAULT {}", "(".repeat(n))),
        ("records in records", |n| format!("CREATE TABLE t (a {}", "STRUCT<a ".repeat(n))),
        ("closed records", |n| format!("CREATE TABLE t (a {}int{})", "STRUCT<a ".repeat(n), ">".repeat(n))),
        ("single quotes", |n| "CREATE TABLE t (a text DEFAULT 'x, b int);\n".repeat(n)),
        ("double quotes", |n| "CREATE TABLE t (\"a text, b int);\n".repeat(n)),
        ("backticks", |n| "CREATE TABLE t (`a text, b int);\n".repeat(n)),
        ("brackets", |n| "CREATE TABLE t ([a text, b int);\n".repeat(n)),
        ("dollars", |n| "CREATE TABLE t (a text DEFAULT $x$ y);\n".repeat(n)),
        ("own quotes", |n| "SELECT q'[x;\n".repeat(n)),
        ("comments that open", |n| "/* x ".repeat(n)),
        ("tags that open", |n| "{% x ".repeat(n)),
        ("templates that open", |n| "CREATE TABLE {{ x (a int);\n".repeat(n)),
        ("unclosed tables", |n| "CREATE TABLE t (a int,\n".repeat(n)),
        ("tables without names", |n| "CREATE TABLE ;\n".repeat(n)),
        ("tables on one line", |n| "CREATE TABLE t (a int) ".repeat(n)),
        ("a block of statements", |n| format!("BEGIN\n{}END;", "ALTER TABLE t ADD a int;\n".repeat(n))),
        ("a routine of strings", |n| format!("CREATE PROCEDURE p AS\n{}", "EXEC('CREATE TABLE t (a int)' + @x)\n".repeat(n))),
        ("strings joined", |n| format!("SET @t = {}'x'", "'CREATE TABLE t (a int)' || ".repeat(n))),
        ("strings in strings", |n| format!("EXEC('{}", "EXEC(''".repeat(n))),
        ("DO in DO", |n| "DO $$ BEGIN\n".repeat(n)),
        ("rows", |n| format!("INSERT INTO t VALUES {}(0, 'x');", "(1, 'abc'), ".repeat(n))),
        ("copied rows", |n| format!("COPY t FROM stdin;\n{}\\.\n", "1\tabc\n".repeat(n))),
        ("COPY after COPY", |n| "COPY t FROM stdin;\n".repeat(n)),
        ("comments on columns", |n| "COMMENT ON COLUMN t.a IS 'x';\n".repeat(n)),
    ];

    #[test]
    fn ten_times_the_text_is_ten_times_the_work() {
        for (name, text) in TEXTS {
            for dialect in Dialect::ALL {
                let (small, large) = (work(&text(300), *dialect), work(&text(3_000), *dialect));
                assert!(large <= small * 12 + 10_000, "{name} as {dialect:?}: {small} for 300, {large} for 3,000");
            }
        }
    }

    #[test]
    fn a_table_of_many_columns_is_read_once() {
        let wide = |columns: usize| format!("CREATE TABLE t ({} z text);", "c varchar(10) NOT NULL, ".repeat(columns));
        let (small, large) = (work(&wide(1_000), Dialect::Generic), work(&wide(100_000), Dialect::Generic));
        assert!(large < small * 105, "{small} for a thousand columns, {large} for a hundred thousand");
    }
}
