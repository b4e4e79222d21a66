//! Library models: what calls into libraries do with values (propagate, sanitize, send away). A model is a function summary
//! written by hand, in `rules/models/<language>/*.toml`; the engine that reads it names no library.
//!
//! An entry names calls by their canonical path (`reqwest::Client::post`, which is also the method `post` on a value of that
//! type), as macros (`println!`), or as methods of any receiver (`.trim`), and says from which [`ModelPort`] to which values
//! pass, with what effect, what type results, and what leaves the program.

mod parse;
mod port;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

pub use port::{Member, ModelPort, Pass, Root};

use super::{CatalogError, RecipientId, Recipients, RuleFile};
use crate::index::Symbol;

/// Where data leaves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SinkKind {
    /// A log, standard output.
    Log,
    /// A company outside the operator.
    ThirdParty,
    /// A state body.
    Authority,
    /// Mail.
    Mail,
    /// SMS, push.
    Sms,
    /// A database or object store.
    Storage,
    /// A network peer that no recipient entry knows.
    Network,
    /// Made public.
    Publication,
    /// A file.
    File,
}

impl SinkKind {
    /// Its name in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::ThirdParty => "third-party",
            Self::Authority => "authority",
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Storage => "storage",
            Self::Network => "network",
            Self::Publication => "publication",
            Self::File => "file",
        }
    }
}

bitflags::bitflags! {
    /// What has been done to a value on its way. The check decides what an effect is worth.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
    pub struct Effects: u8 {
        /// Some characters are hidden.
        const MASKED = 1;
        /// Replaced by a hash or token that still singles out the person.
        const PSEUDONYMISED = 2;
        /// Encrypted.
        const ENCRYPTED = 4;
    }
}

impl Effects {
    /// The names of the effects, in output.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let named = [(Self::MASKED, "masked"), (Self::PSEUDONYMISED, "pseudonymised"), (Self::ENCRYPTED, "encrypted")];
        named.into_iter().filter(|(effect, _)| self.contains(*effect)).map(|(_, name)| name).collect()
    }
}

/// What a call does to what passes through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The result tells nothing of the person any more: a count, a comparison.
    Removes,
    /// Some characters are hidden.
    Masks,
    /// A hash or token.
    Pseudonymises,
    /// A ciphertext.
    Encrypts,
}

impl Effect {
    /// The flags that a value gets; none for [`Effect::Removes`], whose result is clean.
    #[must_use]
    pub fn flags(self) -> Effects {
        match self {
            Self::Removes => Effects::empty(),
            Self::Masks => Effects::MASKED,
            Self::Pseudonymises => Effects::PSEUDONYMISED,
            Self::Encrypts => Effects::ENCRYPTED,
        }
    }
}

/// How the constant text of a call's result follows from its inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextRule {
    /// The receiver's text followed by the arguments'.
    Concat,
    /// A URL or path joined to the receiver's.
    Join,
    /// The value of the environment variable or setting that the first argument names.
    Setting,
    /// The receiver, a text or a statement, goes on with the first argument's text; with a placeholder where that is bound.
    Append,
}

/// What closures given to a call are called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosureInput {
    /// The receiver, or its elements where it is a collection; the other arguments too.
    #[default]
    Receiver,
    /// Nothing personal: an error, an index.
    Nothing,
    /// A row of the statement.
    Row,
    /// The receiver itself, to be written to, and an element of the first argument.
    ReceiverAndElement,
}

/// What a model's result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Returns {
    /// Not said.
    Unknown,
    /// The receiver's type.
    Receiver,
    /// The first type argument of the call.
    TypeArgument,
    /// The type that the first argument names: `query_as!(User, …)`.
    TypeOfFirst,
    /// The type that owns the function, as the call names it.
    Owner,
    /// Text.
    Text,
    /// A number: carries nothing.
    Number,
    /// True or false: carries nothing.
    Boolean,
    /// A library type by its canonical path.
    Library(Symbol),
}

/// What leaves the program in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sink {
    /// Kind of sink.
    pub kind: SinkKind,
    /// The recipient, where the library alone names it.
    pub recipient: Option<RecipientId>,
    /// A generic name where the receiver is not known (`smtp`).
    pub generic: Option<Symbol>,
    /// The value whose text gives the URL or host.
    pub endpoint: Option<ModelPort>,
    /// Values that leave in the URL.
    pub url: Vec<ModelPort>,
    /// Values that leave in headers.
    pub header: Vec<ModelPort>,
    /// Values that leave in the body, the message, the line of the log.
    pub body: Vec<ModelPort>,
    /// Where the values stand that are bound to the placeholders of a statement: `receiver.#bind` (bound before, one by one),
    /// `rest1` (each argument is one), `arg1` (a list, tuple or map of them), `arg1[*]` (a list of such rows).
    pub binds: Vec<ModelPort>,
    /// A value whose members go into the columns of their names, or assignments of single columns, of the table in `#table`.
    pub row: Option<ModelPort>,
    /// Known to be sent in clear text or encrypted, whatever the URL.
    pub cleartext: Option<bool>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The calls, as in the file.
    pub calls: Vec<String>,
    /// A member that the receiver (or, for functions, any argument) must have been given: tells builders of one kind by what
    /// was put into them, where types are not known.
    pub needs: Option<Symbol>,
    /// A port whose text must be a statement: tells `execute(sql, …)` of a database from anything else of that name, where
    /// types are not known.
    pub needs_query: Option<ModelPort>,
    /// The value that the result is: type, members and text included.
    pub same: Vec<ModelPort>,
    /// What passes from where to where.
    pub passes: Vec<Pass>,
    /// Effect on everything that passes.
    pub effect: Option<Effect>,
    /// Type of the result.
    pub returns: Returns,
    /// Constant text of the result.
    pub text: Option<TextRule>,
    /// What closures get.
    pub closure: ClosureInput,
    /// The library type of the value that closures get.
    pub closure_type: Option<Symbol>,
    /// What leaves.
    pub sink: Option<Sink>,
    /// Categories of the result, whatever goes in.
    pub categories: Vec<Symbol>,
    /// The result assigns to, or compares with, the column that this port names.
    pub column: Option<ModelPort>,
    /// A query: the port whose text is the statement.
    pub query: Option<ModelPort>,
    /// Transport facts that the result remembers: `Some(true)` for a connection in clear text.
    pub cleartext: Option<bool>,
}

/// Words that stand for what a name does, whatever the library.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameRules {
    /// Names (`*` at one end) of calls whose result tells nothing personal.
    pub clean: Vec<String>,
    /// Names of calls that put their arguments into the receiver.
    pub mutators: Vec<String>,
    /// Names of values that only lead to data: connections, pools, loggers.
    pub handles: Vec<String>,
    /// Names of calls that give their owner's type.
    pub constructors: Vec<String>,
    /// Keywords of annotations whose text says what a field holds.
    pub labels: Vec<String>,
    /// Names of calls on a type that give stored values of it.
    pub finders: Vec<String>,
    /// Members of a type that stand for its stored values.
    pub instances: Vec<String>,
    /// Words before the thing in the name of a getter.
    pub getters: Vec<String>,
    /// Words that say consent.
    pub consent: Vec<String>,
    /// Names of variants whose payload is an error: it carries nothing.
    pub failures: Vec<String>,
    /// Names of constructors that wrap one value and are that value for us.
    pub transparent: Vec<String>,
    /// Names of values that hold the operator's configuration.
    pub configuration: Vec<String>,
    /// Names of functions and locals that hold what an effect made.
    pub effects: Vec<(String, Effect)>,
}

/// All library models.
#[derive(Debug, Default)]
pub struct Models {
    entries: Vec<Model>,
    paths: FxHashMap<(Symbol, Symbol), u32>,
    macros: FxHashMap<(Symbol, Symbol), SmallVec<[u32; 1]>>,
    methods: FxHashMap<(Symbol, Symbol), SmallVec<[u32; 1]>>,
    /// Library types whose unmodelled methods return the receiver, by language and path.
    fluent: FxHashMap<(Symbol, Symbol), bool>,
    /// Other paths of the same type.
    aliases: FxHashMap<(Symbol, Symbol), Symbol>,
    packages: FxHashSet<(Symbol, Symbol)>,
    /// Rules of names that values of a type bear, by language.
    named: FxHashMap<Symbol, Vec<(String, Symbol)>>,
    names: NameRules,
}

impl Models {
    /// Loads `rules/models/**/*.toml`.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid.
    pub fn load(files: &[&RuleFile], recipients: &Recipients) -> Result<Self, CatalogError> {
        parse::load(files, recipients)
    }

    /// The model of a function, or of a method of a library type, by canonical path.
    #[must_use]
    pub fn by_path(&self, language: Symbol, path: Symbol) -> Option<&Model> {
        self.entry(*self.paths.get(&(language, path))?)
    }

    /// The model of a method of a library type.
    #[must_use]
    pub fn by_type(&self, language: Symbol, owner: Symbol, method: Symbol) -> Option<&Model> {
        let owner = self.canonical_type(language, owner);
        self.by_path(language, Symbol::new(&format!("{owner}::{method}")))
    }

    /// Models of macros of this name (without path or sign).
    pub fn macros(&self, language: Symbol, name: Symbol) -> impl Iterator<Item = &Model> {
        self.macros.get(&(language, name)).into_iter().flatten().filter_map(|at| self.entry(*at))
    }

    /// Models of methods of this name on any receiver.
    pub fn methods(&self, language: Symbol, name: Symbol) -> impl Iterator<Item = &Model> {
        self.methods.get(&(language, name)).into_iter().flatten().filter_map(|at| self.entry(*at))
    }

    /// Whether a library type is known to any model; `Some(true)` if its unmodelled methods build on and return the receiver.
    #[must_use]
    pub fn library_type(&self, language: Symbol, path: Symbol) -> Option<bool> {
        self.fluent.get(&(language, self.canonical_type(language, path))).copied()
    }

    /// The library type that a value of this name has, where nothing else tells its type: `logger`.
    #[must_use]
    pub fn type_by_name(&self, language: Symbol, name: &str) -> Option<Symbol> {
        let rules = self.named.get(&language)?;
        let lower = name.trim_start_matches('_').to_lowercase();
        rules.iter().find(|(rule, _)| name_matches(rule, &lower)).map(|(_, path)| *path)
    }

    /// The part of a library value that models know methods of: `messages` of a client whose `messages::create` has a model.
    #[must_use]
    pub fn part_of(&self, language: Symbol, owner: Symbol, member: Symbol) -> Option<Symbol> {
        let part = Symbol::new(&format!("{}::{member}", self.canonical_type(language, owner)));
        self.fluent.contains_key(&(language, part)).then_some(part)
    }

    /// The path under which models know a type.
    #[must_use]
    pub fn canonical_type(&self, language: Symbol, path: Symbol) -> Symbol {
        self.aliases.get(&(language, path)).copied().unwrap_or(path)
    }

    /// Whether any model belongs to the package: a path that starts with it is not the program's own.
    #[must_use]
    pub fn knows_package(&self, language: Symbol, package: Symbol) -> bool {
        self.packages.contains(&(language, package))
    }

    /// Rules by name alone.
    #[must_use]
    pub fn names(&self) -> &NameRules {
        &self.names
    }

    /// All entries, in the order of their files.
    pub fn iter(&self) -> impl Iterator<Item = &Model> {
        self.entries.iter()
    }

    fn entry(&self, at: u32) -> Option<&Model> {
        self.entries.get(at as usize)
    }
}

/// A name as rules write it, whatever its language's custom: `isEmpty`, `IsEmpty` and `IS_EMPTY` are `is_empty`.
#[must_use]
pub fn snake_case(name: &str) -> Cow<'_, str> {
    if !name.contains(char::is_uppercase) {
        return Cow::Borrowed(name);
    }
    let mut plain = String::with_capacity(name.len() + 4);
    let mut before = '_';
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let starts = c.is_uppercase()
            && (before.is_lowercase()
                || before.is_numeric()
                || before.is_uppercase() && rest.peek().is_some_and(|next| next.is_lowercase()));
        if starts {
            plain.push('_');
        }
        plain.extend(c.to_lowercase());
        before = c;
    }
    Cow::Owned(plain)
}

/// Whether a name rule (`*` at one end or at both stands for anything) matches a name.
#[must_use]
pub fn name_matches(rule: &str, name: &str) -> bool {
    match (rule.strip_prefix('*'), rule.strip_suffix('*')) {
        (Some(rest), Some(_)) => rest.strip_suffix('*').is_some_and(|inner| name.contains(inner)),
        (Some(suffix), None) => name.ends_with(suffix),
        (None, Some(prefix)) => name.starts_with(prefix),
        (None, None) => rule == name,
    }
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_of_all_customs_are_compared_as_one() {
        for name in ["isEmpty", "IsEmpty", "is_empty", "IS_EMPTY"] {
            assert_eq!(snake_case(name), "is_empty");
        }
        assert_eq!(snake_case("HTTPClient"), "http_client");
        assert_eq!(snake_case("sha256Hex"), "sha256_hex");
        assert_eq!(snake_case("ЕстьСогласие"), "есть_согласие");
    }
}
