//! How people name copies, deletions and protections of stored data: `rules/storage.toml`.

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::{CatalogError, RuleFile};

/// What a function of a database does with what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FunctionEffect {
    /// Makes the database remove old rows of the table that it names.
    Expires,
    /// Keeps the value so that only a key shows it.
    Encrypts,
    /// Keeps a digest of the value.
    Hashes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    words: Vec<Words>,
    #[serde(default)]
    function: Vec<Functions>,
    #[serde(default)]
    identifying: Vec<Identifying>,
}

/// Categories that tell by themselves who a row is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identifying {
    categories: Vec<String>,
    #[allow(dead_code, reason = "required of every rule, read by people")]
    source: String,
    examples: Vec<String>,
    counter_examples: Vec<String>,
}

/// What words in a name say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Meaning {
    /// The table is a copy of another.
    Copy,
    /// The column keeps an encrypted value.
    Encrypted,
    /// The call, named so, removes what it is given.
    Deletes,
    /// The column marks a row as gone that stays.
    SoftDelete,
    /// The value is an address: what is deleted there is no row.
    Address,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    meaning: Meaning,
    words: Vec<String>,
    #[allow(dead_code, reason = "required of every rule, read by people")]
    source: String,
    examples: Vec<String>,
    counter_examples: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Functions {
    effect: FunctionEffect,
    names: Vec<String>,
    #[allow(dead_code, reason = "required of every rule, read by people")]
    source: String,
    examples: Vec<String>,
    counter_examples: Vec<String>,
}

/// Words and functions that tell of the life of stored data.
#[derive(Debug, Default)]
pub struct StorageRules {
    copies: FxHashSet<String>,
    encrypted: FxHashSet<String>,
    deletes: FxHashSet<String>,
    soft_deletes: FxHashSet<String>,
    addresses: FxHashSet<String>,
    functions: Vec<(String, FunctionEffect)>,
    /// Ids of categories, with the file that names them.
    pub(super) identifying: Vec<(String, String)>,
}

impl StorageRules {
    /// Loads `rules/storage.toml`; files of further rule folders add to it.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid, or an example of an entry does not hold.
    pub fn load(files: &[&RuleFile]) -> Result<Self, CatalogError> {
        let mut all = Self::default();
        let mut parsed = Vec::new();
        for file in files {
            let content: File = file.parse()?;
            for entry in &content.words {
                all.words(entry.meaning).extend(entry.words.iter().map(|word| word.to_lowercase()));
            }
            for entry in &content.identifying {
                all.identifying.extend(entry.categories.iter().map(|id| (id.clone(), file.path.clone())));
            }
            for entry in &content.function {
                all.functions.extend(entry.names.iter().map(|name| (name.to_lowercase(), entry.effect)));
            }
            parsed.push((*file, content));
        }
        for (file, content) in &parsed {
            all.check(file, content)?;
        }
        Ok(all)
    }

    fn words(&mut self, meaning: Meaning) -> &mut FxHashSet<String> {
        match meaning {
            Meaning::Copy => &mut self.copies,
            Meaning::Encrypted => &mut self.encrypted,
            Meaning::Deletes => &mut self.deletes,
            Meaning::SoftDelete => &mut self.soft_deletes,
            Meaning::Address => &mut self.addresses,
        }
    }

    fn says(&self, meaning: Meaning, name: &str) -> bool {
        match meaning {
            Meaning::Copy => self.copy_of(name).is_some(),
            Meaning::Encrypted => self.is_encrypted(name),
            Meaning::Deletes => self.deleted_by(name).is_some(),
            Meaning::SoftDelete => self.is_soft_delete(name),
            Meaning::Address => self.is_address(name),
        }
    }

    /// Entries hold at least one example and one counter-example, and all of them hold.
    fn check(&self, file: &RuleFile, content: &File) -> Result<(), CatalogError> {
        for one in &content.words {
            holds(file, &one.examples, &one.counter_examples, |name| self.says(one.meaning, name))?;
        }
        for one in &content.function {
            holds(file, &one.examples, &one.counter_examples, |name| self.function(name) == Some(one.effect))?;
        }
        for one in &content.identifying {
            holds(file, &one.examples, &one.counter_examples, |id| self.identifies(id))?;
        }
        Ok(())
    }

    /// What a copy of this name is a copy of: `users_archive` of `users`, `archived_users` too. Nothing for names that tell no copy
    /// or nothing else.
    #[must_use]
    pub fn copy_of(&self, table: &str) -> Option<String> {
        let words = name_words(table);
        let rest: Vec<&str> = words.iter().map(String::as_str).filter(|word| !self.copies.contains(*word)).collect();
        // `users_2023`: a year or a number beside the word belongs to the copy.
        let rest: Vec<&str> = rest
            .iter()
            .copied()
            .filter(|word| rest.len() == words.len() || !word.bytes().all(|byte| byte.is_ascii_digit()))
            .collect();
        (!rest.is_empty() && rest.len() < words.len()).then(|| rest.join("_"))
    }

    /// Whether a column's name says that it keeps an encrypted value.
    #[must_use]
    pub fn is_encrypted(&self, column: &str) -> bool {
        name_words(column).iter().any(|word| self.encrypted.contains(word))
    }

    /// Whether a column marks rows as gone that stay.
    #[must_use]
    pub fn is_soft_delete(&self, column: &str) -> bool {
        self.soft_deletes.contains(&name_words(column).join("_"))
    }

    /// Whether a value of this name is the address of something: a URL, a path.
    #[must_use]
    pub fn is_address(&self, name: &str) -> bool {
        name_words(name).iter().any(|word| self.addresses.contains(word))
    }

    /// The words after the verb in a call that deletes: none for `delete`, `user` for `delete_user`.
    #[must_use]
    pub fn deleted_by(&self, call: &str) -> Option<Vec<String>> {
        let mut words = name_words(call);
        let verb = words.first().is_some_and(|word| self.deletes.contains(word));
        verb.then(|| words.split_off(1))
    }

    /// Whether data of a category tell by themselves who they are about, so that a row without a reference to the person is still
    /// that person's.
    #[must_use]
    pub fn identifies(&self, category: &str) -> bool {
        self.identifying.iter().any(|(id, _)| super::category::covers(id, category))
    }

    /// What a function of a database does; letter case does not matter.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<FunctionEffect> {
        self.functions.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, effect)| *effect)
    }
}

/// Whether an entry's examples are what it says, and its counter-examples are not.
fn holds(
    file: &RuleFile,
    examples: &[String],
    counter_examples: &[String],
    fits: impl Fn(&str) -> bool,
) -> Result<(), CatalogError> {
    let wrong = |text: &str, message: &str| {
        let at = file.text.find(&format!("\"{text}\"")).unwrap_or(0);
        file.error(at..at + text.len() + 2, message.to_owned())
    };
    if examples.is_empty() || counter_examples.is_empty() {
        return Err(wrong("", "an entry needs examples and counter-examples"));
    }
    if let Some(name) = examples.iter().find(|name| !fits(name)) {
        return Err(wrong(name, "this example is not matched"));
    }
    match counter_examples.iter().find(|name| fits(name)) {
        Some(name) => Err(wrong(name, "this counter-example is matched")),
        None => Ok(()),
    }
}

/// The words of a name, lower case: split at signs and where letter case changes.
#[must_use]
pub fn name_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous = ' ';
    for letter in name.chars() {
        let edge = !letter.is_alphanumeric()
            || (letter.is_uppercase() && previous.is_lowercase())
            || (letter.is_ascii_digit() != previous.is_ascii_digit() && previous.is_alphanumeric());
        if edge && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        previous = letter;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::name_words;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(name_words("cardNumber_last4"), ["card", "number", "last", "4"]);
        assert_eq!(name_words("users.password_hash"), ["users", "password", "hash"]);
        assert_eq!(name_words("ИмяКлиента"), ["имя", "клиента"]);
    }
}
