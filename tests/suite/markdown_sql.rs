//! SQL in Markdown is read only where the project says so.

use pdlint::session::{Session, SessionOptions};

const DOCUMENT: &str = "# Schema

```sql
CREATE TABLE clients (
    email text NOT NULL
)
```

Text that says `CREATE TABLE nothing (phone text)` is no schema.

```rust
struct Client { phone: String }
```

> ~~~ PostgreSQL
> CREATE TABLE letters (
>     iin char(12) -- of the client
> );
> ~~~

```
CREATE TABLE plain (surname text);
```
";

fn elements(settings: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("README.md"), DOCUMENT).expect("written");
    std::fs::write(folder.path().join("pdlint.toml"), settings).expect("written");
    let options = SessionOptions { paths: vec![folder.path().to_owned()], ..SessionOptions::default() };
    let analysis = Session::open(options).expect("the session opens").analyze();
    let one = |element: &pdlint::report::Element| {
        format!(
            "{}:{} {}.{} {}",
            element.location.file, element.location.line, element.container, element.field, element.category
        )
    };
    analysis.report.elements.iter().map(one).collect()
}

#[test]
fn fences_are_read_where_the_setting_is_on() {
    assert_eq!(
        elements("markdown-sql = true\n"),
        ["README.md:5 clients.email user.contact.email", "README.md:17 letters.iin user.government_id.iin"]
    );
}

#[test]
fn nothing_is_read_where_it_is_off() {
    assert!(elements("").is_empty());
    assert!(elements("markdown-sql = false\n").is_empty());
}

#[test]
fn documents_without_a_fence_or_with_an_open_one_are_read_to_their_end() {
    use pdlint::lang::{Frontend, Input, markdown_sql::MarkdownSql};
    let steps = |text| MarkdownSql.lower(&Input { path: "a.md", text }).schema.len();
    assert_eq!(steps("CREATE TABLE t (a int);"), 0);
    assert_eq!(steps("```sql\nCREATE TABLE t (a int);"), 1);
    assert_eq!(steps("````sql\nCREATE TABLE t (a int)\n```\n````\n```sql\nCREATE TABLE u (b int)\n```\n"), 2);
    assert_eq!(steps("```sqlx\nCREATE TABLE t (a int);\n```"), 0);
}
