//! Each syntax gives keys, values and exact places; malformed input gives notices, never a panic.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;

fn lower(path: &str, text: &str) -> Lowered {
    let lowered = ConfigFile.lower(&Input { path, text });
    for setting in &lowered.settings {
        assert!(text.get(setting.span.start as usize..setting.span.end as usize).is_some(), "{setting:?} lies in the text");
    }
    lowered
}

/// `a.b = value` a line, in which a place that holds anything but the value shows as `value <place>`.
fn settings(path: &str, text: &str) -> String {
    let mut shown = String::new();
    for setting in &lower(path, text).settings {
        let key: Vec<&str> = setting.key.iter().map(|key| key.as_str()).collect();
        let (value, place) = (setting.value.as_str(), setting.span.text(text));
        let note = if value == place { String::new() } else { format!(" <{place}>") };
        writeln!(shown, "{} = {value}{note}", key.join(".")).unwrap();
    }
    shown
}

fn comments(path: &str, text: &str) -> Vec<(String, bool)> {
    lower(path, text).comments.iter().map(|comment| (comment.span.text(text).to_owned(), comment.alone)).collect()
}

#[test]
fn toml_keys_nest_and_comments_are_kept() {
    let text = "# pdlint:ignore[PD505] test\nregion = \"eu-central-1\"\n[sms]\nurl = 'https://smsc.kz/#frag' # note\nports = [1, 2]\n\
                [[partner]]\nhost = \"a.kz\"\nbig = 87011234567\n[a.\"b c\"]\nd.e = \"\\u0041\"\n";
    let expected = "region = eu-central-1\nsms.url = https://smsc.kz/#frag\nsms.ports = 1\nsms.ports = 2\npartner.host = a.kz\n\
                    partner.big = 87011234567\na.b c.d.e = A <\\u0041>\n";
    assert_eq!(settings("config/default.toml", text), expected);
    assert_eq!(comments("x.toml", text), [("# pdlint:ignore[PD505] test".to_owned(), true), ("# note".to_owned(), false)]);
    let lowered = lower("x.toml", text);
    let literals: Vec<&str> = lowered.unit.strings.iter().map(|string| string.text.as_str()).collect();
    assert_eq!(literals, ["eu-central-1", "https://smsc.kz/#frag", "a.kz", "87011234567", "A"]);
}

#[test]
fn broken_toml_gives_a_notice_and_the_rest() {
    let text = "good = \"https://a.kz\"\nbad = = 1\nlater = \"https://b.kz\"\n";
    let lowered = lower("x.toml", text);
    assert!(!lowered.damage.is_empty());
    assert!(settings("x.toml", text).contains("good = https://a.kz"));
    assert!(settings("x.toml", text).contains("later = https://b.kz"));
}

#[test]
fn json_reads_nested_values_comments_and_trailing_commas() {
    let text = "{ // note\n \"sms\": {\"url\": \"http:\\/\\/smsc.kz\", \"retries\": 3,},\n \"to\": [\"a@b.kz\", null, true],\n /* two */ \"e\": null, \"f\": \"x\" }";
    let expected = "sms.url = http://smsc.kz <http:\\/\\/smsc.kz>\nsms.retries = 3\nto = a@b.kz\nto = true\nf = x\n";
    assert_eq!(settings("config.json", text), expected);
    assert_eq!(comments("config.json", text), [("// note".to_owned(), false), ("/* two */".to_owned(), true)]);
    assert_eq!(lower("config.json", text).damage, []);
}

#[test]
fn broken_json_gives_a_notice_and_the_rest() {
    let text = "{\"a\": \"x\", ] \"b\": \"https://b.kz\", \"c\": \"unended\n, \"d\": \"y\"";
    let lowered = lower("a.json", text);
    assert!(lowered.damage.len() >= 2, "{:?}", lowered.damage);
    assert!(settings("a.json", text).contains("https://b.kz"));
}

#[test]
fn yaml_reads_maps_lists_environment_and_places_behind_cyrillic() {
    let text = "# первая\nсмс:\n  url: \"https://smsc.kz\"   # шлюз\n  code: 'a#''b' # x\n  plain: v # y\nenv:\n  - name: MAIL_HOST\n    value: smtp.yandex.ru\n\
                  environment:\n  - SENTRY_DSN=https://k@o1.ingest.sentry.io/1\n  - plain\nempty:\nkeys: {a: 1, b: [x, y]}\n---\nsecond: v\n";
    let expected = "смс.url = https://smsc.kz\nсмс.code = a#'b <a#''b>\nсмс.plain = v\nenv.name = MAIL_HOST\nenv.MAIL_HOST = smtp.yandex.ru\n\
                    environment.SENTRY_DSN = https://k@o1.ingest.sentry.io/1\nenvironment = plain\nkeys.a = 1\nkeys.b = x\nkeys.b = y\nsecond = v\n";
    assert_eq!(settings("application.yml", text), expected);
    assert_eq!(
        comments("application.yml", text),
        [("# первая".to_owned(), true), ("# шлюз".to_owned(), false), ("# x".to_owned(), false), ("# y".to_owned(), false)]
    );
    assert_eq!(lower("application.yml", text).damage, []);
}

#[test]
fn yaml_block_scalars_hold_no_comments_and_broken_yaml_keeps_what_came_before() {
    let text = "script: |\n  # not a comment\n  echo\nafter: https://a.kz\n";
    assert_eq!(comments("a.yaml", text), []);
    assert!(settings("a.yaml", text).contains("after = https://a.kz"));
    let broken = "a: https://a.kz\nb: [1, 2\nc: }\n";
    assert!(settings("a.yaml", broken).contains("a = https://a.kz"));
    assert_eq!(lower("a.yaml", broken).damage.len(), 1);
}

#[test]
fn dotenv_reads_quotes_exports_and_comments() {
    let text = "# gateway\r\nSMS_URL=http://smsc.kz/sys # plain\r\nexport MAIL=\"a b # c\" # note\nKEY='-----\n # inside\n-----'\nEMPTY=\nHASH=a#b\njunk\n#OFF=1\n";
    let expected = "SMS_URL = http://smsc.kz/sys\nMAIL = a b # c\nKEY = -----\n # inside\n-----\nHASH = a#b\n";
    assert_eq!(settings(".env.example", text), expected);
    let comments: Vec<String> = comments(".env.example", text).into_iter().map(|(text, _)| text).collect();
    assert_eq!(comments, ["# gateway", "# plain", "# note", "#OFF=1"]);
    assert_eq!(lower(".env", text).damage.len(), 1);
}

#[test]
fn properties_and_ini_read_sections_and_placeholder_defaults() {
    let properties = "# c\nspring.mail.host = ${MAIL_HOST:smtp.mail.ru}\nurl: https://a.kz\nnothing\n";
    assert_eq!(settings("application.properties", properties), "spring.mail.host = smtp.mail.ru\nurl = https://a.kz\n");
    let ini = "; c\ntop=1\n[sms]\nurl = \"http://smsc.kz\"\n[broken\nx=y\n";
    assert_eq!(settings("app.ini", ini), "top = 1\nsms.url = http://smsc.kz\nbroken.x = y\n");
    assert_eq!(settings("a.env", "A=${B:-https://c.kz}\nD=${E}\n"), "A = https://c.kz\nD = ${E}\n");
}

#[test]
fn only_configuration_is_claimed() {
    let claimed = |name: &str| {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        ConfigFile.claims(&FileName { name, extension, interpreter: "" })
    };
    for name in
        ["default.toml", ".env", ".env.production", "prod.env", "config.json", "docker-compose.yml", "app.properties", "php.ini"]
    {
        assert!(claimed(name), "{name}");
    }
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "package-lock.json",
        "package.json",
        "pnpm-lock.yaml",
        "pdlint.policy.toml",
        "a.rs",
        "environment",
        "tsconfig.json",
    ] {
        assert!(!claimed(name), "{name}");
    }
}

#[test]
fn deep_files_are_a_notice() {
    for (path, text) in
        [("a.json", "[".repeat(100_000)), ("a.yaml", "[".repeat(100_000)), ("a.toml", format!("a = {}", "[".repeat(100_000)))]
    {
        assert!(!lower(path, &text).damage.is_empty(), "{path}");
    }
    let deep: String = (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).take(700).collect();
    assert!(!lower("a.yaml", &deep).damage.is_empty());
}

proptest! {
    #[test]
    fn no_text_of_any_syntax_panics(text in "([a-zи\u{1F600}#'\"={}\\[\\]:,.\\-\n\r\t \\\\$|>&*!%@`/0-9]|\\PC){0,200}") {
        for path in ["a.toml", "a.json", "a.yaml", ".env", "a.properties", "a.ini"] {
            let lowered = lower(path, &text);
            for span in lowered.comments.iter().map(|comment| comment.span).chain(lowered.damage.iter().map(|damage| damage.span)) {
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some() || span.start as usize >= text.len(), "{path}: {span:?}");
            }
        }
    }
}
