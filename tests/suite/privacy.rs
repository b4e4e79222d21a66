//! The promise that no output holds a whole personal value, for every format of every command.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::program::{FORMATS, POLICY, code, folder, json, pdlint, stderr, stdout};

/// Synthetic values, valid by their check digits: nobody can have them (the person is born in 1900 with serial number zero).
const IIN: &str = "000101300009";
const CARD: &str = "4539578763621486";
const SPACED_CARD: &str = "4539 5787 6362 1486";
const PHONE: &str = "+77015551234";
const SPACED_PHONE: &str = "+7 701 555 12 34";
const MAIL: &str = "aigerim.sample@mail.kz";
const IBAN: &str = "KZ86125KZT5004100100";

const VALUES: &[&str] = &[IIN, CARD, SPACED_CARD, PHONE, SPACED_PHONE, MAIL, IBAN];

/// A tree that holds the values wherever something of a file is quoted: excerpts, labels, evidence, reasons, paths of a flow.
fn tree() -> tempfile::TempDir {
    let sql = format!(
        "CREATE TABLE clients (\n  iin char(12) DEFAULT '{IIN}', -- e.g. {IIN}\n  email text DEFAULT '{MAIL}',\n  phone text,\n  card text,\n  birth_date date CHECK (iin <> '{IIN}')\n);\n\
         COMMENT ON COLUMN clients.iin IS 'ИИН клиента, например {IIN}';\nCOMMENT ON COLUMN clients.phone IS 'Телефон ({SPACED_PHONE})';\n\
         INSERT INTO clients (iin, email, phone, card) VALUES ('{IIN}', '{MAIL}', '{PHONE}', '{CARD}'), ('{IIN}', '{MAIL}', '{SPACED_PHONE}', '{SPACED_CARD}');\n\
         INSERT INTO accounts VALUES ('{IBAN}'); SELECT * FROM clients WHERE iin = '{IIN}' AND email = '{MAIL}';\n"
    );
    let rust = format!(
        "use tracing::info;\n\n/// Somebody like {MAIL}, {IIN}.\npub struct Client {{\n    /// ИИН, {IIN}\n    pub iin: String,\n    pub email: String,\n}}\n\n\
         const OWNER: &str = \"{IIN}\";\nconst ADDRESS: &str = \"{MAIL}\"; const CARD: &str = \"{CARD}\"; const PHONE: &str = \"{PHONE}\";\n\
         const ACCOUNT: &str = \"{IBAN}\";\n\npub fn tell(client: &Client) {{\n    info!(\"{IIN} {MAIL} {PHONE} {CARD}: {{}} \", client.iin);\n    \
         info!(owner = \"{MAIL}\", \"{{}}\", client.email); // {PHONE}\n    info!(\"{{}}\", client.email); // pdlint:ignore[PD501] {MAIL} asked for it, {PHONE}\n}}\n\n\
         pub async fn send(http: &reqwest::Client, client: &Client) {{\n    http.post(\"https://collect.example.org/{IIN}?to={MAIL}\").json(&client.email).send().await.unwrap();\n}}\n\n\
         #[test]\nfn works() {{\n    assert_eq!(find(\"{IIN}\"), \"{PHONE}\");\n}}\n"
    );
    let toml = format!(
        "[owner]\niin = \"{IIN}\"\nemail = \"{MAIL}\"\nphone = \"{PHONE}\"\ncard = \"{CARD}\"\niban = \"{IBAN}\" # {MAIL}\n"
    );
    let env = format!("OWNER_IIN={IIN}\nOWNER_EMAIL={MAIL}\nOWNER_PHONE={PHONE}\nCARD={CARD}\n");
    let json = format!(
        "{{\"owner\": {{\"iin\": \"{IIN}\", \"email\": \"{MAIL}\", \"phone\": \"{SPACED_PHONE}\", \"card\": \"{SPACED_CARD}\"}}}}\n"
    );
    let keyed = format!("{{\"{IIN}\": \"{MAIL}\", \"{MAIL}\": \"{IIN}\", \"{PHONE}\": {{\"{CARD}\": \"{IBAN}\"}}}}\n");
    folder(&[
        ("config/by_person.json", &keyed),
        ("db/001.sql", &sql),
        ("src/client.rs", &rust),
        ("config/settings.toml", &toml),
        (".env", &env),
        ("config/owner.json", &json),
        ("pdlint.policy.toml", POLICY),
    ])
}

#[test]
fn no_format_prints_a_whole_personal_value() {
    let tree = tree();
    let mut leaks = Vec::new();
    for (command, formats) in FORMATS {
        for format in *formats {
            // The inventory differs by confidence alone.
            let plain: &[&[&str]] = if *command == "check" { &[&[]] } else { &[] };
            for extra in [plain, &[&["--verbose", "--include-tests", "--min-confidence", "low"]]].concat() {
                let arguments = [&[*command, "--format", *format], extra].concat();
                let output = pdlint(tree.path(), &arguments);
                assert!(code(&output) < 2, "{}", stderr(&output));
                for text in [stdout(&output), stderr(&output)] {
                    for value in VALUES {
                        leaks.extend(text.lines().filter(|line| line.contains(value)).map(|line| {
                            let at = line.find(value).unwrap_or_default();
                            let from = line.floor_char_boundary(at.saturating_sub(80));
                            let to = line.floor_char_boundary((at + 80).min(line.len()));
                            format!("{arguments:?}: {}", line.get(from..to).unwrap_or_default())
                        }));
                    }
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// Valid numbers for `count` people born on the first of January 1900, of whom there were none so many here.
fn numbers(count: usize) -> Vec<String> {
    let valid = |serial: usize| {
        let digits = format!("0001013{serial:04}");
        let sum = |first: usize| {
            digits.bytes().enumerate().map(|(at, digit)| usize::from(digit - b'0') * ((first + at - 1) % 11 + 1)).sum::<usize>()
                % 11
        };
        match (sum(1), sum(3)) {
            (10, 10) => None,
            (10, check) | (check, _) => Some(format!("{digits}{check}")),
        }
    };
    (0..).filter_map(valid).take(count).collect()
}

/// Values beyond what is listed one by one are hidden as well.
#[test]
fn a_line_with_hundreds_of_people_shows_none() {
    let values: Vec<(String, String)> =
        numbers(50).into_iter().enumerate().map(|(at, number)| (number, format!("person.no{at}@mail.kz"))).collect();
    let rows: Vec<_> = values.iter().map(|(number, mail)| format!("('{number}', '{mail}')")).collect();
    let sql = format!(
        "CREATE TABLE clients (iin char(12), email text);\nINSERT INTO clients (iin, email) VALUES {};\n",
        rows.join(", ")
    );
    let rust: Vec<_> = values.iter().map(|(number, mail)| format!("\"{mail}\", \"{number}\"")).collect();
    let rust = format!(
        "pub struct Client {{ pub iin: String }}\npub fn tell(client: &Client) {{ let known = [{}]; tracing::info!(\"{{}} {{:?}}\", client.iin, known); let more = [{}]; }}\n",
        rust.join(", "),
        rust.join(", ")
    );
    let folder = folder(&[("001.sql", &sql), ("src/client.rs", &rust), ("pdlint.policy.toml", POLICY)]);
    for (command, formats) in FORMATS {
        for format in *formats {
            let output = pdlint(folder.path(), &[command, "--format", format, "--verbose"]);
            assert!(stdout(&output).contains("client"), "{}", stderr(&output));
            let leaked: Vec<_> = values
                .iter()
                .filter(|(number, mail)| stdout(&output).contains(number) || stdout(&output).contains(mail))
                .collect();
            assert!(leaked.is_empty(), "{command} --format {format} shows {} people, e.g. {:?}", leaked.len(), leaked.first());
        }
    }
}

/// The tests above would pass for a program that finds nothing.
#[test]
fn the_values_are_found_and_their_places_shown() {
    let tree = tree();
    let report = json(&pdlint(tree.path(), &["check", "--format", "json"]));
    let files_of = |code: &str| {
        let all = report["findings"].as_array().unwrap().iter().filter(|one| one["code"] == code);
        all.map(|one| one["file"].as_str().unwrap()).collect::<std::collections::BTreeSet<_>>()
    };
    let expected = [".env", "config/by_person.json", "config/owner.json", "config/settings.toml", "db/001.sql", "src/client.rs"];
    assert_eq!(files_of("PD504"), expected.into());
    assert_eq!(files_of("PD501"), ["src/client.rs"].into());
    let human = pdlint(tree.path(), &["check"]);
    assert!(stdout(&human).contains("00********09"), "masked, the number can be found again: {}", stdout(&human));
    for line in [5, 15] {
        let explained = pdlint(tree.path(), &["explain", &format!("src/client.rs:{line}")]);
        assert!(!VALUES.iter().any(|value| stdout(&explained).contains(value)), "{}", stdout(&explained));
    }
}
