//! scratch
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use pdlint::session::{Session, SessionOptions};
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let options = SessionOptions { paths: vec![path.into()], ..SessionOptions::default() };
    let a = Session::open(options).unwrap().analyze();
    for t in &a.schema.tables {
        println!("T\t{}\t{}\t{:?}\t{}\t{}", t.database, t.name, t.kind, a.sources[t.site.file.index()].path, t.columns.len());
        for c in &t.columns {
            println!(
                "C\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                t.database,
                t.name,
                c.field.name,
                c.field.ty.text,
                a.sources[c.file.index()].path,
                c.history.introduced.migration.map_or("", |m| m.as_str()),
                c.history.also.len()
            );
        }
    }
    for n in &a.report.notices {
        println!("N\t{}\t{}\t{:?}\t{}", n.code, n.file, n.location.as_ref().map(|l| l.line), n.message);
    }
    eprintln!("{:?}", a.stages);
}
