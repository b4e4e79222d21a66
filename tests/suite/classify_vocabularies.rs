//! The attribute names of public standards and of other languages: what a person's record holds is found, what the same words name
//! elsewhere is not.

#![allow(clippy::unwrap_used)]

use pdlint::catalog::Catalog;
use pdlint::classify::Classifier;
use pdlint::index::Symbol;
use pdlint::ir::{Field, Formatting, TypeDecl, TypeKind, TypeRef, TypeShape};
use pdlint::source::Span;

/// The categories of a table's text columns.
fn found(container: &str, fields: &[&str]) -> Vec<Option<&'static str>> {
    let catalog = Catalog::builtin().unwrap();
    let column =
        |name: &&str| Field::new(Symbol::new(name), TypeRef { text: Symbol::default(), shape: TypeShape::Text }, Span::default());
    let table = TypeDecl {
        name: Symbol::new(container),
        module: Vec::new(),
        kind: TypeKind::Table,
        fields: fields.iter().map(column).collect(),
        bases: Vec::new(),
        attributes: Vec::new(),
        doc: None,
        formatting: Formatting::default(),
        span: Span::default(),
        extent: Span::default(),
        in_test: false,
    };
    let verdicts = Classifier::new(&catalog).declaration(&table, "");
    verdicts.iter().map(|verdict| verdict.as_ref().map(|verdict| catalog.categories.name(verdict.categories[0]))).collect()
}

#[track_caller]
fn holds(container: &str, expected: &[(&str, &str)]) {
    let names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    let wanted: Vec<Option<&str>> = expected.iter().map(|(_, category)| Some(*category)).collect();
    assert_eq!(found(container, &names), wanted, "{container}: {names:?}");
}

#[track_caller]
fn is_silent(container: &str, fields: &[&str]) {
    let personal: Vec<_> =
        found(container, fields).into_iter().flatten().filter(|category| category.starts_with("user.")).collect();
    assert!(personal.is_empty(), "{container}: {fields:?} gives {personal:?}");
}

#[test]
fn a_directory_entry_is_a_person() {
    holds(
        "inet_org_person",
        &[
            ("sn", "user.name.last"),
            ("givenName", "user.name.first"),
            ("cn", "user.name"),
            ("uid", "user.account.username"),
            ("mail", "user.contact.email"),
            ("telephoneNumber", "user.contact.phone_number"),
            ("facsimileTelephoneNumber", "user.contact.fax_number"),
            ("homePostalAddress", "user.contact.address"),
            ("userPassword", "user.authorization.password"),
            ("jpegPhoto", "user.content.self_image"),
        ],
    );
    is_silent("certificates", &["cn", "serial", "issuer", "fingerprint"]);
    is_silent("devices_in_stock", &["sn", "uid", "photo"]);
}

#[test]
fn claims_of_an_identity_provider_are_found() {
    holds(
        "user_info",
        &[
            ("given_name", "user.name.first"),
            ("family_name", "user.name.last"),
            ("middle_name", "user.name.patronymic"),
            ("preferred_username", "user.account.username"),
            ("birthdate", "user.demographic.date_of_birth"),
            ("phone_number", "user.contact.phone_number"),
            ("street_address", "user.contact.address.street"),
            ("locality", "user.contact.address.city"),
            ("postal_code", "user.contact.address.postal_code"),
        ],
    );
}

#[test]
fn a_record_of_care_is_health() {
    let health = "user.health_and_medical";
    holds("prescriptions", &[("drug_name", health), ("dosage", health), ("frequency", health), ("route", health)]);
    holds("vital_signs", &[("systolic", health), ("pulse", health), ("oxygen_saturation", health)]);
    is_silent("http_endpoints", &["route", "frequency", "condition", "status"]);
    is_silent("parcels", &["weight", "height", "reaction"]);
}

#[test]
fn an_employees_start_date_and_bonus_are_theirs() {
    holds(
        "employees",
        &[("contract_type", "user.workplace"), ("gross_pay", "user.financial.income"), ("bonus", "user.financial.income")],
    );
    is_silent("subscriptions", &["start_date", "contract_type", "bonus"]);
}

#[test]
fn containers_named_in_the_plural_are_recognised() {
    holds("call_records", &[("caller", "user.contact.phone_number"), ("callee", "user.contact.phone_number")]);
    holds("login_attempts", &[("ip", "user.device.ip_address")]);
    is_silent("graph_edges", &["src", "dst", "from", "to"]);
}

#[test]
fn numbers_that_states_give_are_found() {
    let national = "user.government_id.national_identification_number";
    holds("persons", &[("cpr_number", national), ("cnic", national), ("codice_fiscale", national), ("rfc", national)]);
    holds("companies", &[("kvk_number", "organization.bin"), ("gstin_number", "organization.bin"), ("nip", "organization.bin")]);
    is_silent("documents", &["rfc", "run", "fin"]);
}

#[test]
fn a_persons_record_is_read_in_each_language() {
    let record = |container: &str, first: &str, last: &str, birth: &str, phone: &str| {
        holds(
            container,
            &[
                (first, "user.name.first"),
                (last, "user.name.last"),
                (birth, "user.demographic.date_of_birth"),
                (phone, "user.contact.phone_number"),
            ],
        );
    };
    record("kunden", "vorname", "nachname", "geburtsdatum", "handynummer");
    record("utilisateurs", "prenom", "nom_de_famille", "date_naissance", "num_tel");
    record("clientes", "primer_nombre", "apellidos", "fecha_nacimiento", "celular");
    record("clientes", "primeiro_nome", "sobrenome", "dt_nasc", "telemovel");
    record("musteriler", "ad", "soyad", "dogum_tarihi", "cep_telefonu");
    record("klienci", "imie", "nazwisko", "data_urodzenia", "nr_telefonu");
    record("клієнти", "Ім'я", "Прізвище", "Дата_народження", "Номер_телефону");
    record("mijoz", "ismi", "familiyasi", "tugilgan_sana", "telefon_raqami");
    record("кардарлар", "аты", "Фамилиясы", "Туулган_күнү", "Телефон_номери");
}

#[test]
fn words_of_other_languages_that_mean_something_else_stay_silent() {
    is_silent("campaigns", &["ad", "portable", "clave", "cargo"]);
    is_silent("flights", &["ort", "cargo", "alter"]);
    is_silent("maps", &["land"]);
    is_silent("payments", &["ipn", "pays"]);
    is_silent("products", &["uf"]);
    is_silent("produits", &["nom", "pays", "prix"]);
    is_silent("productos", &["nombre", "genero", "pais"]);
    is_silent("aquariums", &["fish", "str"]);
}
