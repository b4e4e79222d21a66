//! The `pdlint.toml` that `pdlint init` writes.

/// A commented starting `pdlint.toml`. It loads as it stands and changes no default.
#[must_use]
pub fn template() -> &'static str {
    TEMPLATE
}

const TEMPLATE: &str = r#"# How pdlint scans this repository. Every key is optional; a flag on the command line beats it.

# The Policy that the code is held against.
policy = "pdlint.policy.toml"

# Files to scan and to leave out, as globs from this folder: `*` stays within a folder, `**` crosses folders. What git ignores is
# left out anyway.
# include = ["src/**", "migrations/**"]
# exclude = ["third_party/**"]

# `pdlint check` exits with 1 at a finding of this severity or above: "error", "warning", "note" or "never".
# fail-on = "error"

# Least confidence that is judged: "low", "medium" or "high".
# min-confidence = "medium"

# Hosts of your own, besides the Policy's internal-hosts: data sent there do not leave you.
# internal-hosts = ["corp.example"]

# Test code is listed and not judged.
# include-tests = false

# SQL in fenced blocks of Markdown is read as if it stood in files.
# markdown-sql = false

# Larger files are skipped with a notice. Without it, each language has a limit of its own.
# max-file-size = "20MB"

# Folders with rules of your own: categories, recipients, library models.
# rules = ["pdlint-rules"]

# The SQL dialect of the files in a folder, where the guess from their text is wrong.
# [dialects]
# "db/warehouse/**" = "snowflake"

# Severity of a check: "error", "warning", "note" or "off". A notice about the scan (PD0xx) can be "off".
# [severity]
# PD401 = "note"

# Which purpose (an id of the Policy) the code in a folder serves; the longest glob that matches decides.
# [purposes]
# "src/marketing/**" = "newsletter"

# Other severities for a part of the tree.
# [[override]]
# paths    = ["src/legacy/**"]
# severity = { PD501 = "warning" }
"#;
