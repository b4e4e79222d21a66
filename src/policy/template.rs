//! The `pdlint.policy.toml` that `pdlint init` writes: it loads as it stands, declares nothing, and says how to go on.

/// A commented starting Policy file. It declares nothing yet, so that `check` reports everything the code does.
#[must_use]
pub fn template() -> &'static str {
    TEMPLATE
}

/// With an example of each table. A test uncomments them all and loads the result.
const TEMPLATE: &str = r#"# What the privacy Policy declares, as data. Every entry names its clause; `pdlint check` holds the code against it.
# Nothing is declared yet. Uncomment an example, put in what your text says, and run `pdlint check` again.

schema = 1

[policy]
title    = "Privacy policy"
operator = { name = "The operator" } # with id = "..." and country = "KZ" where they are known
revision = "unknown"                 # the date of the text, e.g. "2026-01-31"
# text   = "privacy-policy.md"         # the wording, with numbered clauses: findings then quote it
# laws   = ["kz-94v"]                 # `pdlint rules laws` lists the rule packs
# internal-hosts = ["example.kz"]     # your own hosts: traffic to them is no transfer

# What is collected, from whom: "subject", "automatic", "partner" or "public". A category declares all below it.
# [[collect]]
# clause     = "3.1(1)"
# source     = "subject"
# categories = ["user.name", "user.contact"]
# purposes   = ["identification"]

# A clause such as "other information". It declares nothing; reports cite it.
# [[collect]]
# clause    = "3.1(7)"
# catch-all = true

# What for, and by what right.
# [[purpose]]
# id     = "identification"
# clause = "4.1(1)"
# basis  = "contract"

# How long: "unlimited", "90d", "6m", "5y", "purpose-end", "purpose-end+1y".
# [[retention]]
# clause     = "5.3"
# categories = ["user"]
# period     = "purpose-end"

# To what kind of recipient the text allows transfers, and on what condition.
# [[transfer]]
# clause    = "5.9(2)"
# to        = "third-party"
# condition = "service"

# Who that is, by name. An id of your own needs `name`, `country` and `hosts`.
# [[recipient]]
# id         = "sms-gateway"
# name       = "The SMS gateway"
# country    = "KZ"
# hosts      = ["sms.example.kz"]
# clause     = "5.9(2)"
# categories = ["user.contact.phone_number"]

# Where data are stored; "*" is anywhere.
# [[storage]]
# clause    = "5.8"
# countries = ["KZ"]

# What the text rules out: sinks, recipients or categories.
# [[forbid]]
# clause = "7.2.2"
# sinks  = ["publication"]

# What people may ask for.
# [[right]]
# clause = "7.3.1"
# right  = "erasure"

# Whose data.
# [[subject]]
# id     = "client"
# clause = "1(2)"

# What you declare beyond the text until it is amended. Reports show it apart.
# [[annex]]
# categories = ["user.signature"]
# purposes   = ["identification"]
# reason     = "signing of documents; to be added in the next revision"
"#;
