//! The `pdlint.toml` that `pdlint init` writes.

use std::fmt::Write as _;

use crate::toml_reader::quoted;

/// What `pdlint init` has seen of a repository.
#[derive(Debug, Clone, Default)]
pub struct RootFacts {
    /// Folders at the root that hold generated or foreign code, relative to it.
    pub foreign_folders: Vec<String>,
    /// Folders that look like one purpose each (`src/marketing`), relative to the root.
    pub purpose_folders: Vec<String>,
}

/// A commented starting `pdlint.toml`. It loads as it stands and changes no default.
#[must_use]
pub fn template(facts: &RootFacts) -> String {
    let mut text = String::from(
        "# How pdlint scans this repository. Every key is optional; a flag on the command line beats it.\n\
         \n\
         # The Policy that the code is held against.\n\
         policy = \"pdlint.policy.toml\"\n\
         \n\
         # Files to scan and to leave out, as globs from this folder. What git ignores is left out anyway.\n\
         # include = [\"src/**\", \"migrations/**\"]\n",
    );
    if facts.foreign_folders.is_empty() {
        text.push_str("# exclude = [\"third_party/**\"]\n");
    } else {
        let globs: Vec<String> =
            facts.foreign_folders.iter().map(|folder| quoted(&format!("{}/**", folder.trim_end_matches('/')))).collect();
        let _ = writeln!(text, "exclude = [{}]", globs.join(", "));
    }
    text.push_str(
        "\n\
         # `pdlint check` exits with 1 at a finding of this severity or above: \"error\", \"warning\", \"note\" or \"never\".\n\
         # fail-on = \"error\"\n\
         \n\
         # Least confidence that is judged: \"low\", \"medium\" or \"high\".\n\
         # min-confidence = \"medium\"\n\
         \n\
         # Hosts of your own, besides the Policy's internal-hosts: data sent there do not leave you.\n\
         # internal-hosts = [\"corp.example\"]\n\
         \n\
         # Test code is listed and not judged.\n\
         # include-tests = false\n\
         \n\
         # SQL in fenced blocks of Markdown is read as if it stood in files.\n\
         # markdown-sql = false\n\
         \n\
         # Larger files are skipped with a notice.\n\
         # max-file-size = \"20MB\"\n\
         \n\
         # Folders with rules of your own: categories, recipients, library models.\n\
         # rules = [\"pdlint-rules\"]\n\
         \n\
         # Severity of a check: \"error\", \"warning\", \"note\" or \"off\".\n\
         # [severity]\n\
         # PD401 = \"note\"\n\
         \n\
         # Which purpose (an id of the Policy) the code in a folder serves.\n\
         # [purposes]\n",
    );
    if facts.purpose_folders.is_empty() {
        text.push_str("# \"src/marketing/**\" = \"newsletter\"\n");
    }
    for folder in &facts.purpose_folders {
        let glob = quoted(&format!("{}/**", folder.trim_end_matches('/')));
        // Quoting leaves no line break, so the comment ends with the line.
        let _ = writeln!(text, "# {glob} = \"an id of the Policy\"");
    }
    text.push_str(
        "\n\
         # Other severities for a part of the tree.\n\
         # [[override]]\n\
         # paths    = [\"src/legacy/**\"]\n\
         # severity = { PD501 = \"warning\" }\n",
    );
    text
}
