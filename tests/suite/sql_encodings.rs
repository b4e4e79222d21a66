//! The same schema in each encoding that SQL files come in: the same elements, whatever the bytes.

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
