//! The classifier on names, contexts, types and labels, and every example of the rule files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use pdlint::catalog::Catalog;
use pdlint::classify::{Classifier, Confidence, NamedValue, examples};
use pdlint::index::Symbol;
use pdlint::ir::{TypeRef, TypeShape};

#[test]
fn every_example_of_the_rules_holds() {
    let catalog = Catalog::builtin().unwrap();
    let failures = examples::failures(&catalog);
    assert!(failures.is_empty(), "{} examples do not hold:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_words_entry_has_an_example() {
    let catalog = Catalog::builtin().unwrap();
    for entry in catalog.categories.lexicon().entries() {
        assert!(
            !entry.examples.is_empty() || !entry.counter_examples.is_empty(),
            "rules/{}: words of {} without an example",
            entry.file,
            catalog.categories.name(entry.category)
        );
    }
}

#[test]
fn the_taxonomy_fits_a_set_and_is_sorted() {
    let catalog = Catalog::builtin().unwrap();
    let ids: Vec<_> = catalog.categories.iter().map(|(_, category)| category.id.as_str()).collect();
    assert!(ids.len() >= 60 && ids.len() <= 128 && ids.is_sorted(), "{ids:?}");
    let get = |id: &str| catalog.categories.get(catalog.categories.find(id).unwrap()).unwrap();
    assert!(get("user.health_and_medical").special && get("user.biometric.face").special && !get("user.name").special);
    assert!(get("user.unique_id").identifier_only && !get("user.contact.email").identifier_only);
}

fn named(name: &str, container: Option<&str>, bare: bool) -> Option<(&'static str, Confidence)> {
    named_typed(name, container, bare, None)
}

fn named_typed(name: &str, container: Option<&str>, bare: bool, ty: Option<TypeShape>) -> Option<(&'static str, Confidence)> {
    let catalog = Catalog::builtin().unwrap();
    let ty = ty.map(|shape| TypeRef { text: Symbol::default(), shape });
    let value = NamedValue { name, container, ty: ty.as_ref(), bare };
    let verdict = Classifier::new(&catalog).named_value(&value)?;
    Some((catalog.categories.name(verdict.categories[0]), verdict.confidence))
}

#[test]
fn bare_locals_with_strong_names_are_sources() {
    for (name, category) in [
        ("email", "user.contact.email"),
        ("user_phone", "user.contact.phone_number"),
        ("password", "user.authorization.password"),
        ("client_iin", "user.government_id.iin"),
        ("firstName", "user.name.first"),
        ("phoneNumber", "user.contact.phone_number"),
        ("ssn", "user.government_id.national_identification_number"),
    ] {
        assert_eq!(named(name, None, true).map(|found| found.0), Some(category), "{name}");
    }
}

#[test]
fn bare_locals_with_weak_names_are_not() {
    for name in [
        "name",
        "address",
        "key",
        "token",
        "code",
        "state",
        "city",
        "country",
        "title",
        "language",
        "status",
        "age",
        "bin",
        "ip",
        "photo",
        "signature",
        "account",
        "login",
        "number",
        "id",
        "value",
        "hashed_password",
        "password_hash",
        "encrypted_password",
        "email_template",
        "mobile_web_view",
        "password_strength",
        "num_accounts",
        "is_email_verified",
        "email_verified_at",
        "email_template_id",
        "address_count",
        "phone_type",
        "name_prefix",
        "masked_iin",
        "has_password",
        "email_count",
        "smtp_password",
        "db_password",
        "stepInFlight",
        "raiinBinding",
        "takhziin_bin_dir",
        "message",
        "body",
        "text",
        "file_name",
        "host_name",
    ] {
        assert_eq!(named(name, None, true), None, "{name}");
    }
}

#[test]
fn members_take_their_category_from_what_holds_them() {
    assert_eq!(named("name", Some("user"), false).unwrap().0, "user.name");
    assert_eq!(named("name", Some("User"), false).unwrap().0, "user.name");
    assert_eq!(named("address", Some("client"), false).unwrap().0, "user.contact.address");
    assert_eq!(named("name", Some("product"), false), None);
    assert_eq!(named("name", None, false), None);
    assert_eq!(named("password", Some("smtp_config"), false), None);
    assert_eq!(named("email", Some("hotel"), false), None);
    for container in ["request", "config", "self"] {
        assert_eq!(named("name", Some(container), false), None, "{container}");
    }
}

#[test]
fn an_address_of_the_network_needs_a_session_or_a_client() {
    assert_eq!(named_typed("ip", Some("session"), false, Some(TypeShape::NetworkAddress)).unwrap().0, "user.device.ip_address");
    assert_eq!(named_typed("ip", Some("server"), false, Some(TypeShape::NetworkAddress)), None);
    assert_eq!(named("client_ip", None, true).unwrap().0, "user.device.ip_address");
    assert_eq!(named_typed("address", Some("listener"), false, Some(TypeShape::NetworkAddress)), None);
}

#[test]
fn what_is_true_or_false_is_no_datum() {
    assert_eq!(named_typed("email", None, true, Some(TypeShape::Boolean)), None);
    assert_eq!(named_typed("phone", Some("user"), false, Some(TypeShape::Boolean)), None);
}

#[test]
fn a_name_that_may_be_a_persons_or_an_organisations_is_both() {
    let catalog = Catalog::builtin().unwrap();
    let value = NamedValue { name: "iin_bin", container: None, ty: None, bare: true };
    let verdict = Classifier::new(&catalog).named_value(&value).unwrap();
    let names: Vec<_> = verdict.categories.iter().map(|id| catalog.categories.name(*id)).collect();
    assert_eq!(names, ["user.government_id.iin", "organization.bin"]);
}

#[test]
fn explanations_say_why_not() {
    let catalog = Catalog::builtin().unwrap();
    let classifier = Classifier::new(&catalog);
    let value = NamedValue { name: "email_count", container: Some("User"), ty: None, bare: false };
    let explanation = classifier.explain_name(&value);
    assert!(explanation.verdict.is_none());
    let text = explanation.considered.join("\n");
    assert!(text.contains("exclusion `count`") && text.contains("words `email count`") && text.contains("kind person"), "{text}");
    let value = NamedValue { name: "name", container: Some("Widget"), ty: None, bare: false };
    let text = classifier.explain_name(&value).considered.join("\n");
    assert!(text.contains("the word is weak") && text.contains("in person"), "{text}");
}

#[test]
fn evidence_names_the_rule_file_and_the_words() {
    let catalog = Catalog::builtin().unwrap();
    let value = NamedValue { name: "clientEmail", container: None, ty: None, bare: true };
    let verdict = Classifier::new(&catalog).named_value(&value).unwrap();
    assert!(
        verdict.evidence[0].contains("`email`") && verdict.evidence[0].contains("rules/categories/words/contact.toml"),
        "{:?}",
        verdict.evidence
    );
}

#[test]
fn a_rule_folder_adds_categories_and_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("categories")).unwrap();
    let text = r#"
source = "our own"
[[category]]
id = "user.loyalty"
title = "Loyalty level"
[[words]]
category = "user.loyalty"
strong = ["loyalty tier"]
examples = ["Customer.loyalty_tier"]
[[words]]
extends = "email"
strong = ["posta kutusu"]
examples = ["X.posta_kutusu"]
"#;
    std::fs::write(folder.path().join("categories/own.toml"), text).unwrap();
    let catalog = Catalog::load(&[folder.path().to_owned()]).unwrap();
    assert!(examples::failures(&catalog).is_empty());
    let value = NamedValue { name: "loyalty_tier", container: None, ty: None, bare: true };
    let verdict = Classifier::new(&catalog).named_value(&value).unwrap();
    assert_eq!(catalog.categories.name(verdict.categories[0]), "user.loyalty");
}

#[test]
fn a_mistake_in_a_rule_is_an_error_that_names_it() {
    for (text, wanted) in [
        ("source = \"x\"\n[[words]]\ncategory = \"user.emial\"\nstrong = [\"x\"]\n", "user.emial"),
        ("source = \"x\"\n[[words]]\nextends = \"nothing\"\nstrong = [\"x\"]\n", "nothing"),
        ("source = \"x\"\n[[words]]\ncategory = \"user.name\"\nstrng = [\"x\"]\n", "strng"),
        ("source = \"x\"\n[[words]]\ncategory = \"user.name\"\nweak = [\"zz\"]\nin = [\"persn\"]\n", "persn"),
        ("source = \"x\"\n[[words]]\ncategory = \"user.name\"\nstrong = [\"zz\"]\ntypes = [\"txt\"]\n", "txt"),
        ("source = \"x\"\n[[category]]\nid = \"user.name\"\ntitle = \"again\"\n", "user.name"),
        ("[[category]]\nid = \"user.x\"\ntitle = \"no source\"\n", "source"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("categories")).unwrap();
        std::fs::write(folder.path().join("categories/own.toml"), text).unwrap();
        let error = Catalog::load(&[folder.path().to_owned()]).expect_err(text);
        assert!(error.to_string().contains(wanted), "{error}");
    }
}
