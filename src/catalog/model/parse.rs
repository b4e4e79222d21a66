//! Reads `rules/models/**/*.toml`.

use serde::Deserialize;
use serde_spanned::Spanned;

use super::{ClosureInput, Effect, Model, ModelPort, Models, NameRules, Pass, Returns, Sink, SinkKind, TextRule};
use crate::catalog::{CatalogError, Recipients, RuleFile};
use crate::index::Symbol;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The front ends that the entries are for; absent in a file of names alone.
    #[serde(default)]
    language: Languages,
    #[serde(default)]
    names: Names,
    #[serde(default, rename = "type")]
    types: Vec<TypeEntry>,
    #[serde(default, rename = "call")]
    calls: Vec<Spanned<Call>>,
}

/// `language = "rust"`, or several that share their libraries: `language = ["javascript", "typescript"]`.
#[derive(Deserialize, Default)]
#[serde(untagged)]
enum Languages {
    #[default]
    None,
    One(String),
    Several(Vec<String>),
}

impl Languages {
    fn symbols(&self) -> Vec<Symbol> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![Symbol::new(one)],
            Self::Several(all) => all.iter().map(|one| Symbol::new(one)).collect(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Names {
    clean: Vec<String>,
    mutators: Vec<String>,
    handles: Vec<String>,
    constructors: Vec<String>,
    labels: Vec<String>,
    finders: Vec<String>,
    instances: Vec<String>,
    getters: Vec<String>,
    consent: Vec<String>,
    failures: Vec<String>,
    transparent: Vec<String>,
    configuration: Vec<String>,
    masks: Vec<String>,
    pseudonymises: Vec<String>,
    encrypts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeEntry {
    /// Canonical path.
    path: String,
    /// Other paths under which it is exported.
    #[serde(default)]
    also: Vec<String>,
    /// What a value of a type that cannot be told is called where it is of this one: `logger`, `*_logger`.
    #[serde(default)]
    names: Vec<String>,
    /// Methods that no entry describes add their arguments to the receiver's body and return it.
    #[serde(default)]
    fluent: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    calls: Vec<String>,
    source: String,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    counter_examples: Vec<String>,
    needs: Option<String>,
    needs_query: Option<String>,
    #[serde(default)]
    same: Vec<String>,
    #[serde(default)]
    passes: Vec<String>,
    effect: Option<Effect>,
    returns: Option<String>,
    text: Option<TextRule>,
    #[serde(default)]
    closure: ClosureInput,
    closure_type: Option<String>,
    sink: Option<SinkKind>,
    recipient: Option<String>,
    generic: Option<String>,
    endpoint: Option<String>,
    #[serde(default)]
    url: Vec<String>,
    #[serde(default)]
    header: Vec<String>,
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    binds: Vec<String>,
    cleartext: Option<bool>,
    #[serde(default)]
    categories: Vec<String>,
    query: Option<String>,
    column: Option<String>,
    row: Option<String>,
}

pub(super) fn load(files: &[&RuleFile], recipients: &Recipients) -> Result<Models, CatalogError> {
    let mut models = Models::default();
    for file in files {
        add(&mut models, file, recipients)?;
    }
    Ok(models)
}

fn add(models: &mut Models, file: &RuleFile, recipients: &Recipients) -> Result<(), CatalogError> {
    let parsed: File = file.parse()?;
    add_names(&mut models.names, parsed.names);
    let languages = parsed.language.symbols();
    if languages.is_empty() && !(parsed.types.is_empty() && parsed.calls.is_empty()) {
        return Err(file.error(0..0, "`language` is missing: the front end that these calls are of".to_owned()));
    }
    for entry in parsed.types {
        let path = Symbol::new(&entry.path);
        for language in &languages {
            models.fluent.insert((*language, path), entry.fluent);
            models.packages.insert((*language, first_segment(&entry.path)));
            for name in &entry.names {
                models.named.entry(*language).or_default().push((name.clone(), path));
            }
            for other in &entry.also {
                models.aliases.insert((*language, Symbol::new(other)), path);
            }
        }
    }
    for entry in parsed.calls {
        let at = entry.span();
        add_call(models, &languages, entry.into_inner(), recipients).map_err(|message| file.error(at, message))?;
    }
    Ok(())
}

fn add_names(names: &mut NameRules, more: Names) {
    names.clean.extend(more.clean);
    names.mutators.extend(more.mutators);
    names.handles.extend(more.handles);
    names.constructors.extend(more.constructors);
    names.labels.extend(more.labels);
    names.finders.extend(more.finders);
    names.instances.extend(more.instances);
    names.getters.extend(more.getters);
    names.consent.extend(more.consent);
    names.failures.extend(more.failures);
    names.transparent.extend(more.transparent);
    names.configuration.extend(more.configuration);
    let effects = [(more.masks, Effect::Masks), (more.pseudonymises, Effect::Pseudonymises), (more.encrypts, Effect::Encrypts)];
    for (rules, effect) in effects {
        names.effects.extend(rules.into_iter().map(|rule| (rule, effect)));
    }
}

fn add_call(models: &mut Models, languages: &[Symbol], call: Call, recipients: &Recipients) -> Result<(), String> {
    if !call.source.starts_with("https://") {
        return Err("`source` is the https address of the page that documents the call".to_owned());
    }
    let calls: Vec<String> = call.calls.iter().map(|pattern| braces(pattern)).collect::<Result<Vec<_>, _>>()?.concat();
    check_examples(&call, &calls)?;
    let model = model(call, calls, recipients)?;
    let at = u32::try_from(models.entries.len()).map_err(|_| "too many models".to_owned())?;
    for (pattern, language) in model.calls.iter().flat_map(|pattern| languages.iter().map(move |language| (pattern, *language))) {
        if let Some(name) = pattern.strip_suffix('!') {
            let name = name.rsplit("::").next().unwrap_or(name);
            models.macros.entry((language, Symbol::new(name))).or_default().push(at);
        } else if let Some(name) = pattern.strip_prefix('.') {
            models.methods.entry((language, Symbol::new(name))).or_default().push(at);
        } else {
            models.packages.insert((language, first_segment(pattern)));
            let mut owner = pattern.as_str();
            while let Some((before, _)) = owner.rsplit_once("::") {
                // A type, or a part of one: `Client::messages`.
                owner = before;
                if owner.split("::").any(|name| name.starts_with(char::is_uppercase)) {
                    models.fluent.entry((language, Symbol::new(owner))).or_insert(false);
                }
            }
            if models.paths.insert((language, Symbol::new(pattern)), at).is_some() {
                return Err(format!("`{pattern}` has a model already"));
            }
        }
    }
    models.entries.push(model);
    Ok(())
}

fn model(call: Call, calls: Vec<String>, recipients: &Recipients) -> Result<Model, String> {
    let ports = |texts: &[String]| texts.iter().map(|text| text.parse::<ModelPort>()).collect::<Result<Vec<_>, _>>();
    let port = |text: &Option<String>| text.as_deref().map(str::parse::<ModelPort>).transpose();
    let of_a_sink = [&call.recipient, &call.generic, &call.endpoint, &call.row].iter().any(|one| one.is_some())
        || !call.binds.is_empty()
        || [&call.url, &call.header, &call.body].iter().any(|ports| !ports.is_empty());
    let sink = match call.sink {
        None if of_a_sink => {
            return Err(
                "nothing leaves in a call without `sink`: recipient, generic, endpoint, url, header, body and binds need it"
                    .to_owned(),
            );
        }
        None => None,
        Some(kind) => {
            let recipient = match &call.recipient {
                None => None,
                Some(id) => Some(recipients.find(id).ok_or_else(|| format!("unknown recipient `{id}`"))?),
            };
            Some(Sink {
                kind,
                recipient,
                generic: call.generic.as_deref().map(Symbol::new),
                endpoint: port(&call.endpoint)?,
                url: ports(&call.url)?,
                header: ports(&call.header)?,
                body: ports(&call.body)?,
                binds: ports(&call.binds)?,
                row: port(&call.row)?,
                cleartext: call.cleartext,
            })
        }
    };
    Ok(Model {
        needs: call.needs.as_deref().map(Symbol::new),
        needs_query: port(&call.needs_query)?,
        same: ports(&call.same)?,
        passes: call.passes.iter().map(|text| text.parse::<Pass>()).collect::<Result<Vec<_>, _>>()?,
        effect: call.effect,
        returns: match call.returns.as_deref() {
            None => Returns::Unknown,
            Some("receiver") => Returns::Receiver,
            Some("type-argument") => Returns::TypeArgument,
            Some("type-of-arg0") => Returns::TypeOfFirst,
            Some("owner") => Returns::Owner,
            Some("text") => Returns::Text,
            Some("number") => Returns::Number,
            Some("boolean") => Returns::Boolean,
            Some(path) => Returns::Library(Symbol::new(path)),
        },
        text: call.text,
        closure: call.closure,
        closure_type: call.closure_type.as_deref().map(Symbol::new),
        cleartext: if sink.is_some() { None } else { call.cleartext },
        sink,
        categories: call.categories.iter().map(|id| Symbol::new(id)).collect(),
        query: port(&call.query)?,
        column: port(&call.column)?,
        calls,
    })
}

/// `a::{b,c}::d` to `a::b::d` and `a::c::d`; any number of groups, none nested.
fn braces(pattern: &str) -> Result<Vec<String>, String> {
    let mut done = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (group, tail) = after.split_once('}').ok_or_else(|| format!("`{pattern}`: a brace is not closed"))?;
        done = done.iter().flat_map(|head| group.split(',').map(move |item| format!("{head}{before}{}", item.trim()))).collect();
        if done.len() > 4096 {
            return Err(format!("`{pattern}` stands for too many calls"));
        }
        rest = tail;
    }
    for path in &mut done {
        path.push_str(rest);
    }
    Ok(done)
}

fn check_examples(call: &Call, calls: &[String]) -> Result<(), String> {
    if calls.is_empty() {
        return Err("`calls` is empty".to_owned());
    }
    for example in &call.examples {
        if !calls.contains(example) {
            return Err(format!("the example `{example}` is none of `calls`"));
        }
    }
    for example in &call.counter_examples {
        if calls.contains(example) {
            return Err(format!("the counter-example `{example}` is one of `calls`"));
        }
    }
    Ok(())
}

fn first_segment(path: &str) -> Symbol {
    Symbol::new(path.split("::").next().unwrap_or(path))
}
