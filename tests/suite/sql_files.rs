//! Files of SQL through the program: whatever their encoding, with a dialect that the settings name, and what is said of those
//! that cannot be read.

use pdlint::source::decode::decode;

use crate::program::{elements, folder, inventory, notices, write};

const SCHEMA: &str = "-- Клиенты, по одной строке на каждого\n\
    CREATE TABLE клиенты (\n\
    \u{20}   id bigint PRIMARY KEY,\n\
    \u{20}   фамилия varchar(100), -- фамилия клиента\n\
    \u{20}   телефон varchar(20),\n\
    \u{20}   f1 char(12) -- ИИН\n\
    );\n\
    COMMENT ON COLUMN клиенты.id IS 'номер строки';\n";

/// The schema in an encoding.
fn bytes(encoding: &str) -> Vec<u8> {
    let wide = |mark: bool, big: bool| -> Vec<u8> {
        let units = mark.then_some(0xFEFF).into_iter().chain(SCHEMA.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    match encoding {
        "utf-8" => SCHEMA.as_bytes().to_vec(),
        "utf-8 with a mark" => ["\u{FEFF}", SCHEMA].concat().into_bytes(),
        "utf-16le" => wide(false, false),
        "utf-16le with a mark" => wide(true, false),
        "utf-16be" => wide(false, true),
        "utf-16be with a mark" => wide(true, true),
        name => encoding_rs::Encoding::for_label(name.as_bytes()).expect("an encoding").encode(SCHEMA).0.into_owned(),
    }
}

const ENCODINGS: &[&str] = &[
    "utf-8",
    "utf-8 with a mark",
    "utf-16le",
    "utf-16le with a mark",
    "utf-16be",
    "utf-16be with a mark",
    "windows-1251",
    "koi8-r",
    "ibm866",
];

#[test]
fn a_schema_is_the_same_in_every_encoding() {
    for encoding in ENCODINGS {
        let bytes = bytes(encoding);
        assert_eq!(decode(&bytes).map(|decoded| decoded.text.to_string()).as_deref(), Some(SCHEMA), "{encoding}");
        let root = folder(&[]);
        write(root.path(), "db/schema.sql", &bytes);
        let inventory = inventory(root.path());
        let expected = ["клиенты.фамилия", "клиенты.телефон", "клиенты.f1"].map(|name| format!("db/schema.sql: {name}"));
        assert_eq!(elements(&inventory), expected, "{encoding}");
        assert_eq!(notices(&inventory), [""; 0], "{encoding}");
        let first = &inventory["elements"][0];
        assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(4), Some(5)), "{encoding}");
    }
}

#[test]
fn a_dialect_that_the_settings_name_is_read() {
    // Only MySQL takes `#` within a line for a comment, and nothing in this text tells that it is MySQL's.
    let schema = "CREATE TABLE t (\n  f1 text # телефон\n);\n";
    let files = [("db/a.sql", schema), ("db/deep/b.sql", schema), ("other/c.sql", schema)];
    let root = folder(&files);
    assert_eq!(elements(&inventory(root.path())), [""; 0]);
    write(root.path(), "pdlint.toml", b"[dialects]\n\"db/**\" = \"mysql\"\n\"db/deep/**\" = \"postgresql\"\n");
    assert_eq!(elements(&inventory(root.path())), ["db/a.sql: t.f1"]);
}

#[test]
fn what_is_lost_is_said_and_counted() {
    let root = folder(&[
        ("a.sql", "CREATE TABLE whole (email text);\nSELECT 1;\nCREATE TABLE (phone text);\n"),
        ("b.sql", "CREATE TABLE cut (email text, phone varchar(20)\n"),
        ("c.sql", "CREATE TABLE odd (email text, (((, phone text)))\n);\nCREATE TABLE nothing;\n"),
    ]);
    let inventory = inventory(root.path());
    let listed = inventory["notices"].as_array().unwrap();
    let place = |one: &serde_json::Value| format!("{} {}:{}", one["code"], one["file"], one["location"]["line"]).replace('"', "");
    let mut places: Vec<_> = listed.iter().map(place).collect();
    places.sort();
    assert_eq!(places, ["PD002 a.sql:3", "PD002 b.sql:1", "PD002 c.sql:1", "PD002 c.sql:3"]);
    assert_eq!(inventory["summary"]["sql"], serde_json::json!({ "statements": 6, "partly": 2, "lost": 2 }));
    let found = elements(&inventory);
    assert!(found.contains(&"b.sql: cut.phone".to_owned()) && found.contains(&"c.sql: odd.email".to_owned()), "{found:?}");
    // The clean twin: nothing to say.
    let clean =
        folder(&[("a.sql", "CREATE TABLE whole (email text);\nCREATE TABLE copy (LIKE whole);\nCREATE TABLE empty ();\n")]);
    let report = crate::program::inventory(clean.path());
    assert_eq!(notices(&report), [""; 0]);
    assert_eq!(report["summary"]["sql"], serde_json::json!({ "statements": 3, "partly": 0, "lost": 0 }));
}
