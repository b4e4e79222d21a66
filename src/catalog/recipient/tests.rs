//! The built-in entries find what they claim, and malformed rules are refused with their place.

use super::*;

fn rule(stem: &str, text: &str) -> RuleFile {
    RuleFile::new(&format!("recipients/{stem}.toml"), text)
}

fn load(text: &str) -> Result<Recipients, CatalogError> {
    let file = rule("test", text);
    Recipients::load(&[&file])
}

fn message(text: &str) -> String {
    load(text).expect_err("the rule is invalid").to_string()
}

fn builtin_files() -> Vec<RuleFile> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/recipients");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let toml = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    toml.map(|path| rule(path.file_stem().unwrap().to_str().unwrap(), &std::fs::read_to_string(path).unwrap())).collect()
}

fn builtin() -> Recipients {
    let files = builtin_files();
    Recipients::load(&files.iter().collect::<Vec<_>>()).expect("the built-in recipients load")
}

#[test]
fn every_builtin_host_finds_its_own_entry_and_only_on_label_boundaries() {
    let recipients = builtin();
    assert!(recipients.iter().count() > 480);
    for (id, recipient) in recipients.iter() {
        for written in &recipient.hosts {
            let (host, path) = written.split_at(written.find('/').unwrap_or(written.len()));
            let host = host.replace('*', "eu-central-1");
            assert_eq!(recipients.by_host(&host, path), Some(id), "{written} of {}", recipient.id);
            assert_eq!(recipients.by_host(&format!("a-1.{host}:443"), path), Some(id), "below {written} of {}", recipient.id);
            assert_ne!(recipients.by_host(&format!("not{host}"), path), Some(id), "glued to {written} of {}", recipient.id);
        }
    }
}

#[test]
fn every_builtin_package_finds_its_own_entry() {
    let recipients = builtin();
    for (id, recipient) in recipients.iter() {
        for package in &recipient.packages {
            let (ecosystem, name) = package.split_once(':').unwrap();
            assert_eq!(recipients.by_package(ecosystem, name), Some(id), "{package} of {}", recipient.id);
        }
    }
    assert_eq!(recipients.by_package("crate", "aws_sdk_s3"), recipients.find("aws-s3"));
    assert_eq!(recipients.by_package("pypi", "Sentry_SDK"), recipients.find("sentry"));
    assert_eq!(recipients.by_package("crate", "serde"), None);
}

#[test]
fn examples_in_rule_files_hold() {
    let files = builtin_files();
    let files: Vec<_> = files.iter().collect();
    let recipients = builtin();
    let examples = Recipients::examples(&files).unwrap();
    let mut wrong = Vec::new();
    for file in &files {
        let of_file = || examples.iter().filter(|example| example.file == file.path);
        if !of_file().any(|example| example.expected.is_some()) || !of_file().any(|example| example.expected.is_none()) {
            wrong.push(format!("rules/{}: needs `examples` and `counter_examples`", file.path));
        }
    }
    for UrlExample { file, line, url, expected } in &examples {
        let found = recipients.by_url(url).and_then(|id| recipients.get(id)).map(|recipient| recipient.id.to_string());
        if found != *expected {
            wrong.push(format!("rules/{file}:{line}: {url} finds {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const TWO: &str = r#"
about = "Test."
source = "https://{host}/"
[[recipient]]
id = "broad"
name = "Broad"
country = "KZ"
purpose = "hosting"
hosts = ["example.kz", "email.*.cloud.example"]
[[recipient]]
id = "narrow"
name = "Narrow"
purpose = "captcha"
hosts = ["api.example.kz/check", "deep.api.example.kz"]
packages = ["crate:nar-row"]
"#;

#[test]
fn the_longest_suffix_wins_and_paths_match_whole_segments() {
    let recipients = load(TWO).unwrap();
    let find = |url: &str| recipients.by_url(url).and_then(|id| recipients.get(id)).map_or("", |one| one.id.as_str());
    assert_eq!(find("https://example.kz"), "broad");
    assert_eq!(find("https://API.example.kz./v1"), "broad");
    assert_eq!(find("https://api.example.kz/check?x=1"), "narrow");
    assert_eq!(find("https://user:pw@api.example.kz:8443/check/1"), "narrow");
    assert_eq!(find("https://api.example.kz/checkout"), "broad");
    assert_eq!(find("wss://x.deep.api.example.kz/"), "narrow");
    assert_eq!(find("https://{tenant}.example.kz/{id}"), "broad");
    assert_eq!(find("https://email.eu-1.cloud.example/"), "broad");
    assert_eq!(find("https://email.cloud.example/"), "");
    assert_eq!(find("https://notexample.kz/"), "");
    assert_eq!(find("https://example.kz.evil.test/"), "");
    assert_eq!(find("not a url"), "");
    assert_eq!(recipients.by_package("crate", "nar_row"), recipients.find("narrow"));
    assert_eq!(recipients.get(recipients.find("broad").unwrap()).unwrap().source, "https://example.kz/");
}

#[test]
fn odd_hosts_find_nothing_and_do_no_harm() {
    let recipients = load(TWO).unwrap();
    for host in ["", ".", "..", ":", ":::", "*", "[::1]:80", "кириллица.қаз", "a..b", "\u{0}", "email..cloud.example"]
    {
        assert!(recipients.by_host(host, "/").is_none_or(|id| recipients.get(id).is_some()), "{host:?}");
    }
    let endless = "a.".repeat(500_000);
    assert_eq!(recipients.by_host(&format!("{endless}example.kz"), "/"), recipients.find("broad"));
    assert_eq!(recipients.by_host(&format!("{endless}kz"), "/"), None);
}

fn entry(fields: &str) -> String {
    format!("about = \"Test.\"\nsource = \"https://{{host}}/\"\n[[recipient]]\nname = \"One\"\n{fields}\n")
}

#[test]
fn malformed_rules_are_refused_with_the_reason() {
    let good = "id = \"one\"\npurpose = \"payment\"\nhosts = [\"one.kz\"]";
    assert!(load(&entry(good)).is_ok());
    let cases = [
        ("id = \"one\"\npurpose = \"payment\"\nhosts = [\"one.kz\"]\nhost = 1", "unknown field `host`"),
        ("id = \"One\"\npurpose = \"payment\"\nhosts = [\"one.kz\"]", "lower-case words"),
        ("id = \"one\"\npurpose = \"pay ment\"\nhosts = [\"one.kz\"]", "lower-case words"),
        ("id = \"one\"\npurpose = \"payment\"\nhosts = [\"https://one.kz\"]", "is no host"),
        ("id = \"one\"\npurpose = \"payment\"\nhosts = [\"One.kz\"]", "is no host"),
        ("id = \"one\"\npurpose = \"payment\"\nhosts = [\"kz\"]", "top-level domain"),
        ("id = \"one\"\npurpose = \"payment\"\nhosts = [\"*.one.kz\"]", "`*` may stand only"),
        ("id = \"one\"\npurpose = \"payment\"\nhosts = [\"one.*.kz\"]", "`*` may stand only"),
        ("id = \"one\"\npurpose = \"payment\"\nhosts = [\"one.kz\", \"one.kz\"]", "belongs to `one` already"),
        ("id = \"one\"\npurpose = \"payment\"\ncountry = \"XX\"\nhosts = [\"one.kz\"]", "ISO 3166-1"),
        ("id = \"one\"\npurpose = \"payment\"\nkind = \"firm\"\nhosts = [\"one.kz\"]", "unknown variant `firm`"),
        ("id = \"one\"\npurpose = \"payment\"\npackages = [\"one\"]", "ecosystem:name"),
        ("id = \"one\"\npurpose = \"payment\"", "neither hosts nor packages"),
    ];
    for (fields, reason) in cases {
        let message = message(&entry(fields));
        assert!(message.contains(reason), "{fields}: {message}");
    }
}

#[test]
fn two_entries_cannot_share_an_id_a_host_or_a_package() {
    let page = |id: &str, host: &str, package: &str| {
        rule(id, &entry(&format!("id = \"{id}\"\npurpose = \"payment\"\nhosts = [\"{host}\"]\npackages = [\"{package}\"]")))
    };
    let both = |a: &RuleFile, b: &RuleFile| Recipients::load(&[a, b]).map(|_| ()).map_err(|error| error.to_string());
    let one = page("one", "one.kz", "npm:one");
    assert!(both(&one, &page("two", "two.kz", "npm:two")).is_ok());
    assert!(both(&one, &page("two", "one.kz", "npm:two")).unwrap_err().contains("belongs to `one` already"));
    assert!(both(&one, &page("two", "two.kz", "npm:one")).unwrap_err().contains("belongs to `one` already"));
    assert!(both(&one, &page("one", "two.kz", "npm:two")).unwrap_err().contains("two recipients have the id `one`"));
}
