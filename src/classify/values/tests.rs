#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::checks::{digits, kazakh_check_digit};
use super::*;
use crate::catalog::Catalog;

fn catalog() -> &'static Catalog {
    static CATALOG: std::sync::OnceLock<std::sync::Arc<Catalog>> = std::sync::OnceLock::new();
    CATALOG.get_or_init(|| Catalog::builtin().unwrap())
}

fn found(text: &str, name: Option<&str>) -> Vec<(&'static str, String)> {
    let catalog = catalog();
    detect(text, name, &catalog.categories).into_iter().map(|hit| (hit.what, text[hit.start..hit.end].to_owned())).collect()
}

fn finds(text: &str, name: Option<&str>, what: &str) -> bool {
    found(text, name).iter().any(|(kind, _)| *kind == what)
}

/// Synthetic numbers: births in the 1800s or in the future, so that none is a living person's.
const VALID_IIN: &[&str] = &[
    "010314100006",
    "491231200002",
    "000101300009",
    "010630400003",
    "951010500007",
    "990228600003",
    "960229600003",
    "770707000003",
    "950423500000",
];
const VALID_BIN: &[&str] =
    &["770440000002", "771241000003", "770142000002", "770663000005", "770950000005", "771160000407", "240740036857"];

#[test]
fn valid_numbers_pass() {
    for number in VALID_IIN {
        assert!(is_iin(number) && !is_bin(number), "{number}");
    }
    for number in VALID_BIN {
        assert!(is_bin(number) && !is_iin(number), "{number}");
    }
}

#[test]
fn invalid_numbers_fail() {
    for (number, why) in [
        ("951010500008", "wrong check digit"),
        ("591010500007", "adjacent digits swapped"),
        ("95101050000", "11 digits"),
        ("9510105000070", "13 digits"),
        ("951O10500007", "letter O"),
        ("951310500008", "month 13"),
        ("951032500007", "day 32"),
        ("950229500005", "no leap year"),
        ("960230600009", "30 February"),
        ("951010700001", "century digit 7"),
        ("950423500050", "both rounds give 10"),
        ("000000000000", "zeros"),
        ("770040000008", "BIN month 00"),
        ("770445000009", "BIN attribute 5"),
        ("770480000000", "digit 5 = 8"),
        ("123456789011", "the national CA's test value"),
        ("123456789021", "the national CA's test value"),
        ("", "empty"),
        ("٩٥١٠١٠٥٠٠٠٠٧", "digits of another script"),
    ] {
        assert!(kazakh(number).is_none(), "{number}: {why}");
    }
}

#[test]
fn bare_numbers_count_only_as_numbers_of_the_living() {
    // The synthetic numbers are of the 1800s or the future, or foreigners' without a telling name.
    for number in ["010314100006", "491231200002", "951010500007", "990228600003", "960229600003", "770707000003", "950423500000"]
    {
        assert!(found(number, None).is_empty(), "{number}");
        assert!(number == "770707000003" || found(number, Some("iin")).is_empty(), "{number} is no living person's");
    }
    assert!(finds("770707000003", Some("client_iin"), "IIN"), "position 7 = 0 counts with a telling name");
    assert!(finds("ИИН 770707000003", None, "IIN"), "or a telling word before it");
    assert!(finds("010630400003", None, "IIN"), "1901: bare, by checksum, date and century");
    assert!(finds("CN=X,SERIALNUMBER=IIN770707000003,C=KZ", None, "IIN"));
    for published in ["123456789011", "123456789021", "000000000000", "111111111111"] {
        assert!(found(published, Some("iin")).is_empty(), "{published}");
    }
    for entity in VALID_BIN {
        assert!(found(entity, Some("bin")).is_empty(), "{entity}: a legal entity's number is no personal data");
    }
}

#[test]
fn timestamps_are_no_numbers_of_persons() {
    for timestamp in ["201231235959", "240229120000", "990101000000", "20240229120000", "1700000000000", "202402291200"] {
        assert!(found(timestamp, None).is_empty(), "{timestamp}");
    }
}

#[test]
fn cards_of_documentation_are_silent() {
    for card in [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4111 1111 1111 1111",
        "5555555555554444",
        "378282246310005",
        "0000 0000 0000 0000",
    ] {
        assert!(found(card, Some("card_number")).is_empty(), "{card}");
    }
}

#[test]
fn cards_count_when_written_or_named_as_such() {
    // Built from the Luhn rule, of no bank: checked by the test itself.
    let number = with_luhn("415374926073581");
    assert!(luhn(&number) && card_scheme(&number) == Some("Visa"));
    let spaced = format!("{} {} {} {}", &number[..4], &number[4..8], &number[8..12], &number[12..]);
    assert!(finds(&spaced, None, "payment card"));
    assert!(finds(&number, Some("card_number"), "payment card"));
    assert!(found(&number, Some("order_id")).is_empty(), "a bare run of digits under another name");
    assert!(found(&number, None).is_empty());
    let mut wrong = number.clone();
    wrong.replace_range(15..16, if number.ends_with('1') { "2" } else { "1" });
    assert!(found(&wrong, Some("card_number")).is_empty());
}

fn with_luhn(body: &str) -> String {
    (0..10).map(|digit| format!("{body}{digit}")).find(|number| luhn(number)).unwrap()
}

#[test]
fn accounts_pass_the_remainder() {
    for iban in [
        "KZ699990000000000001",
        "KZ50999TEST000000ABC",
        "KZ86125KZT5004100100",
        "DE89370400440532013000",
        "GB82WEST12345698765432",
    ] {
        assert!(is_iban(iban), "{iban}");
    }
    for iban in ["KZ699990000000000002", "KZ86125KZT500410010", "XX86125KZT5004100100", "kz86125kzt5004100100", ""] {
        assert!(!is_iban(iban), "{iban}");
    }
    assert!(finds("KZ86125KZT5004100100", None, "IBAN"));
    assert!(finds("счёт KZ86 125K ZT50 0410 0100, банк", None, "IBAN"));
    assert!(found("KZ699990000000000001", None).is_empty(), "an account of zeros is an example");
    assert!(found("AKZ86125KZT5004100100B", None).is_empty(), "part of something longer");
}

#[test]
fn phones_need_their_form_or_their_name() {
    for phone in ["+7 (701) 902-48-13", "+77019024813", "+7 701 902 48 13", "8 (701) 902-48-13"] {
        assert!(finds(phone, None, "telephone number"), "{phone}");
    }
    assert!(finds("87019024813", Some("phone"), "telephone number"));
    assert!(finds("+49 30 90182 4713", Some("contact_phone"), "telephone number"));
    for other in ["87019024813", "77019024813", "+1 555 0100 200", "+77001234567", "+70000000000", "1700000000"] {
        assert!(found(other, None).is_empty(), "{other}");
    }
}

#[test]
fn addresses_of_persons_count_and_placeholders_do_not() {
    assert!(finds("write to aigerim.s@mail.kz please", None, "e-mail address"));
    assert!(finds("a.nurlanov@idocument.kz", None, "e-mail address"));
    for other in [
        "user@example.com",
        "aigerim@example.org",
        "noreply@idocument.kz",
        "user@host",
        "info@idocument.kz",
        "a.b@test.kz",
        "git@github.com:a/b.git",
        "https://aigerim:secret@db.kz/x",
        "icon@2x.png",
        "@media",
        "name@localhost",
        "aigerim@company.test",
        "support@mail.kz",
        "%s@mail.kz",
        "@",
        "a@b",
    ] {
        assert!(found(other, None).is_empty(), "{other}: {:?}", found(other, None));
    }
}

#[test]
fn masks_hide_the_value() {
    for value in ["951010500007", "a@b.kz", "aigerim.s@mail.kz", "+7 701 902 48 13", "x", "", "4242424242424242"] {
        let masked = mask(value);
        assert!(value.len() < 2 || masked != value, "{value}");
        let shown = masked.chars().zip(value.chars()).filter(|(m, v)| m == v && v.is_alphanumeric()).count();
        assert!(shown * 3 <= value.chars().count() + 2, "{value} -> {masked}");
    }
}

#[test]
fn russian_numbers_check() {
    assert!(is_russian_personal_inn("500100732259"), "the tax service's published example");
    assert!(!is_russian_personal_inn("500100732258"));
    assert!(is_snils("11223344595"), "the pension fund's published example");
    assert!(!is_snils("11223344596"));
}

proptest! {
    #[test]
    fn a_changed_digit_fails_the_check(at in 0usize..12, step in 1u8..10, which in 0usize..16) {
        let number = VALID_IIN.iter().chain(VALID_BIN).nth(which).unwrap();
        let mut number = digits::<12>(number).unwrap();
        number[11] = (number[11] + step) % 10;
        prop_assert!(!kazakh_check_digit(&number));
        let _ = at;
    }

    #[test]
    fn luhn_catches_any_one_changed_digit(body in "[1-9][0-9]{14}", at in 0usize..16, step in 1u8..10) {
        let number = with_luhn(&body);
        let mut bytes = number.into_bytes();
        bytes[at] = b'0' + (bytes[at] - b'0' + step) % 10;
        prop_assert!(!luhn(&String::from_utf8(bytes).unwrap()));
    }

    #[test]
    fn an_account_with_a_changed_digit_fails(at in 2usize..20, step in 1u8..10) {
        let mut bytes = b"KZ699990000000000001".to_vec();
        bytes[at] = b'0' + (bytes[at] - b'0' + step) % 10;
        prop_assert!(!is_iban(&String::from_utf8(bytes).unwrap()));
    }

    #[test]
    fn nothing_crashes_and_ranges_lie_in_the_text(text in "\\PC{0,60}[0-9 +()@.-]{0,40}\\PC{0,20}") {
        let catalog = catalog();
        for hit in detect(&text, Some("phone"), &catalog.categories) {
            prop_assert!(text.get(hit.start..hit.end).is_some());
        }
    }
}

#[test]
fn roles_with_numbers_and_made_up_companies_are_nobody() {
    for other in ["buyer-a@shop.kz", "demo_user@shop.kz", "user.12@shop.kz", "mary.smith@contoso.com", "x@yourshop.tld"] {
        assert!(found(other, None).is_empty(), "{other}");
    }
    assert!(finds("user.nurlanov@shop.kz", None, "e-mail address"), "a role's word beside a name");
}

mod columns {
    use std::borrow::Cow;

    use super::super::column::{ColumnReading, Form, read_column};
    use super::*;

    fn read(name: Option<&str>, values: &[&str]) -> ColumnReading {
        read_column(name, values.iter().map(|value| Cow::Borrowed(*value)), 0, &catalog().categories)
    }

    #[test]
    fn whole_values_have_forms() {
        for (value, form) in [
            ("user@example.com", Some(Form::Email)),
            ("ivan o'neil@x.kz", None),
            ("951010500007", Some(Form::Iin)),
            ("240740036857", None),
            ("4242 4242 4242 4242", Some(Form::Card)),
            ("4242424242424242", Some(Form::Card)),
            ("4242424242424241", None),
            ("KZ86 125K ZT50 0410 0100", Some(Form::Iban)),
            ("+7 (701) 902-48-13", Some(Form::Phone)),
            ("(212) 555-0101", Some(Form::Phone)),
            ("212.555.0101", Some(Form::Phone)),
            ("2024-01-31", None),
            ("2024-01-31 10", None),
            ("12-34-56", None),
            ("1.2.3.4", None),
            ("203.0.113.9", Some(Form::Ip)),
            ("2001:db8::17", Some(Form::Ip)),
            ("12:34:56", None),
            ("", None),
        ] {
            assert_eq!(Form::of(value), form, "{value}");
        }
    }

    #[test]
    fn a_column_is_told_by_most_of_its_values_if_they_differ() {
        let telling = |values: &[&str]| read(None, values).tallies.telling().map(|tally| (tally.form, tally.count));
        assert_eq!(telling(&["a@x.kz", "b@x.kz", "c@x.kz", "d@x.kz", "none"]), Some((Form::Email, 4)));
        assert_eq!(telling(&["a@x.kz", "b@x.kz", "c@x.kz", "none", "none"]), None);
        assert_eq!(telling(&["a@x.kz", "a@x.kz", "a@x.kz", "a@x.kz"]), None, "one value repeated");
        // Legal entities stand beside people in one column.
        let mixed = ["951010500007", "770440000002", "010314100006", "240740036857", "990228600003"];
        assert_eq!(telling(&mixed), Some((Form::Iin, 3)));
    }

    #[test]
    fn numbers_count_where_their_column_bears_them_out() {
        let real = |name: Option<&str>, values: &[&str]| read(name, values).real.iter().map(|real| real.count).sum::<u32>();
        let lucky = ["000101300009", "000101300000", "000101300001", "000101300002"];
        assert_eq!(real(None, &lucky), 0);
        assert_eq!(real(Some("iin"), &lucky), 0);
        assert_eq!(real(Some("iin"), &lucky[..2]), 1);
        assert_eq!(real(Some("note"), &["ИИН 000101300009", "no number", "none either"]), 1, "marked for what it is");
    }
}
