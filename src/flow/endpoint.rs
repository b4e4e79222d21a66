//! Who receives: from the text of an address, the library's model, or neither.

use rustc_hash::FxHashMap;

use super::Endpoint;
use super::Perimeter;
use super::solve::Solver;
use super::summary::Leaf;
use super::text::{Part, Text};
use crate::catalog::RecipientId;
use crate::catalog::host;
use crate::catalog::model::SinkKind;
use crate::catalog::recipient::RecipientKind;
use crate::index::Symbol;
use crate::link::program::TypeId;

/// Stands for what is not known of an address.
const HOLE: char = '\u{fffc}';

/// Fields and settings are looked up this many times within each other.
const LOOKUPS: u32 = 4;

/// Where a sink sends, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) endpoint: Endpoint,
    /// Whether the address says that it is not encrypted.
    pub(super) cleartext: Option<bool>,
}

/// Finds receivers, once the whole program has been evaluated.
pub(super) struct Directory<'s, 'p> {
    solver: &'s Solver<'p>,
    perimeter: &'s Perimeter,
    settings: Settings<'p>,
}

impl<'s, 'p> Directory<'s, 'p> {
    pub(super) fn new(solver: &'s Solver<'p>, perimeter: &'s Perimeter) -> Self {
        Self { solver, perimeter, settings: Settings::of(solver) }
    }

    /// The receivers of a leaf: several where its address may be one of several; none if it is the operator itself.
    pub(super) fn destinations(&self, leaf: &Leaf) -> Vec<Destination> {
        if matches!(leaf.kind, SinkKind::Log | SinkKind::File) {
            return vec![Destination { endpoint: Endpoint::None, cleartext: None }];
        }
        let addresses = leaf.endpoint.as_ref().map(|text| self.addresses(text)).unwrap_or_default();
        let (mut known, mut unknown): (Vec<Destination>, Vec<Destination>) = (Vec::new(), Vec::new());
        let (mut internal, mut cleartext) = (false, None);
        for address in &addresses {
            let clear = is_cleartext(address);
            let Some((host, path)) = split(address) else {
                cleartext = either(cleartext, clear);
                continue;
            };
            if is_internal(&host, self.perimeter) {
                internal = true;
                continue;
            }
            let name = Symbol::new(&host);
            let cleartext = clear.or(leaf.cleartext);
            match self.solver.catalog().recipients.by_host(&host, &path) {
                Some(id) => {
                    let same = |one: &&mut Destination| matches!(one.endpoint, Endpoint::Recipient(other, _) if other == id);
                    match known.iter_mut().find(same) {
                        // A region, a sandbox: one recipient by several of its hosts.
                        Some(one) => one.cleartext = either(one.cleartext, cleartext),
                        None => known.push(Destination { endpoint: Endpoint::Recipient(id, Some(name)), cleartext }),
                    }
                }
                None => match unknown.iter_mut().find(|one| one.endpoint == Endpoint::Host(name)) {
                    Some(one) => one.cleartext = either(one.cleartext, cleartext),
                    None => unknown.push(Destination { endpoint: Endpoint::Host(name), cleartext }),
                },
            }
        }
        // Beside an address that is known, one that nobody knows is an example or a default.
        if !known.is_empty() {
            return known;
        }
        if !unknown.is_empty() || internal {
            return unknown;
        }
        let endpoint = match (leaf.recipient, leaf.generic) {
            (Some(id), _) => Endpoint::Recipient(id, None),
            (None, Some(name)) => Endpoint::Generic(name),
            (None, None) if leaf.kind == SinkKind::Storage => Endpoint::None,
            (None, None) => Endpoint::Unknown,
        };
        vec![Destination { endpoint, cleartext: cleartext.or(leaf.cleartext) }]
    }

    /// All addresses that a text may be, settings and fields looked up.
    fn addresses(&self, text: &Text) -> Vec<String> {
        let mut text = text.clone();
        for _ in 0..LOOKUPS {
            let next = text.replace(|part| self.lookup(part));
            if next == text {
                break;
            }
            text = next;
        }
        text.render(HOLE)
    }

    fn lookup(&self, part: &Part) -> Option<Text> {
        match part {
            Part::Field(ty, name) => {
                let written = self.solver.field_text(*ty, *name).cloned().unwrap_or_default();
                let both = written.join(&self.field_setting(*ty, *name));
                let own = Text::part(part.clone());
                (!both.is_unknown() && both != own).then_some(both)
            }
            Part::Setting(name) => {
                let set = self.settings.named(name.as_str());
                (!set.is_unknown()).then_some(set)
            }
            Part::Port(_) => Some(Text::part(Part::Hole)),
            Part::Literal(_) | Part::Hole => None,
        }
    }

    /// A configuration value whose key ends in the names of a field and of what holds it.
    fn field_setting(&self, ty: TypeId, name: Symbol) -> Text {
        let Some((_, declaration)) = self.solver.program.declaration(ty) else { return Text::default() };
        let field = declaration.fields.iter().find(|field| field.name == name);
        let name = field.and_then(|field| field.serialized_name).unwrap_or(name);
        self.settings.of_field(&plain(declaration.name.as_str()), &plain(name.as_str()))
    }
}

/// Values of configuration files by the plain form of their keys.
#[derive(Default)]
struct Settings<'p> {
    /// By the last segment: the segments before it, and the value.
    by_last: FxHashMap<String, Vec<(&'p [Symbol], Symbol)>>,
    /// By all segments together.
    by_whole: FxHashMap<String, Vec<Symbol>>,
    /// Keys of one segment, as in dotenv files.
    flat: FxHashMap<String, Vec<Symbol>>,
}

impl<'p> Settings<'p> {
    fn of(solver: &Solver<'p>) -> Self {
        let mut all = Self::default();
        for setting in solver.program.facts.iter().flat_map(|facts| &facts.settings).filter(|one| !one.value.is_empty()) {
            let Some((last, before)) = setting.key.split_last() else { continue };
            let last = plain(last.as_str());
            if before.is_empty() {
                all.flat.entry(last.clone()).or_default().push(setting.value);
            } else {
                let whole: String = before.iter().map(|segment| plain(segment.as_str())).chain([last.clone()]).collect();
                all.by_whole.entry(whole).or_default().push(setting.value);
            }
            all.by_last.entry(last).or_default().push((before, setting.value));
        }
        all
    }

    /// What the setting or environment variable of this name is set to.
    fn named(&self, name: &str) -> Text {
        let name = plain(name);
        let by_last = self.by_last.get(&name).into_iter().flatten().map(|(_, value)| *value);
        let by_whole = self.by_whole.get(&name).into_iter().flatten().copied();
        by_last.chain(by_whole).fold(Text::default(), |found, value| found.join(&Text::literal(value)))
    }

    /// `[sms] base_url` for `SmsConfig.base_url`; `SMS_BASE_URL` too.
    fn of_field(&self, holder: &str, name: &str) -> Text {
        let nested = self.by_last.get(name).into_iter().flatten().filter(|(before, _)| {
            before.last().is_none_or(|section| {
                let section = plain(section.as_str());
                holder.starts_with(&section) || holder.ends_with(&section)
            })
        });
        let prefixes = holder.char_indices().filter_map(|(at, c)| holder.get(..at + c.len_utf8()));
        let flat = prefixes.filter_map(|prefix| self.flat.get(&format!("{prefix}{name}"))).flatten();
        let values = nested.map(|(_, value)| *value).chain(flat.copied());
        values.fold(Text::default(), |found, value| found.join(&Text::literal(value)))
    }
}

/// The kind of a sink once the receiver is known.
pub(super) fn kind(solver: &Solver<'_>, kind: SinkKind, endpoint: &Endpoint) -> SinkKind {
    match endpoint {
        Endpoint::Recipient(id, _) => kind_of(solver, kind, *id),
        Endpoint::Host(_) if kind == SinkKind::Network => SinkKind::ThirdParty,
        _ => kind,
    }
}

fn kind_of(solver: &Solver<'_>, kind: SinkKind, id: RecipientId) -> SinkKind {
    let Some(recipient) = solver.catalog().recipients.get(id) else { return kind };
    if recipient.kind == RecipientKind::Authority {
        return SinkKind::Authority;
    }
    let purpose = recipient.purpose.as_str();
    match kind {
        SinkKind::Network | SinkKind::ThirdParty if purpose.contains("sms") => SinkKind::Sms,
        SinkKind::Network | SinkKind::ThirdParty if purpose.contains("mail") => SinkKind::Mail,
        SinkKind::Network => SinkKind::ThirdParty,
        other => other,
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether an address's scheme says clear text.
fn is_cleartext(address: &str) -> Option<bool> {
    let (scheme, _) = address.split_once("://")?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" | "ftp" | "smtp" | "amqp" | "redis" => Some(true),
        "https" | "wss" | "sftp" | "smtps" | "amqps" | "rediss" => Some(false),
        _ => None,
    }
}

/// Of two ways to one place: clear text if either is.
pub(super) fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one || other),
        (one, other) => one.or(other),
    }
}

/// Host and path of an address; `None` if the host is not known as far as it tells whose it is.
fn split(address: &str) -> Option<(String, String)> {
    let (has_scheme, rest) = address.split_once("://").map_or((false, address), |(_, rest)| (true, rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = (rest.get(..end)?, rest.get(end..)?);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inner, _)| inner);
    let host = bracketed.unwrap_or_else(|| host.split_once(':').map_or(host, |(name, _)| name));
    let (host, named) = match host.rsplit_once(HOLE) {
        // `https://{region}.example.org`: what is known of the end tells whose host it is, from its first whole label on; a
        // top-level domain alone tells nothing.
        Some((_, known)) => {
            let known = if has_scheme { known.split_once('.')?.1 } else { known.trim_start_matches('.') };
            (known, known.contains('.'))
        }
        None => (host, has_scheme || host.contains('.') || host == "localhost" || bracketed.is_some()),
    };
    let valid = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
    (named && valid && !authority.ends_with(HOLE)).then(|| (host.to_ascii_lowercase(), path.replace(HOLE, "")))
}

/// The operator's own hosts, and those that only a private network has.
fn is_internal(host: &str, perimeter: &Perimeter) -> bool {
    perimeter.internal_hosts.iter().any(|own| host::is_below(host, own)) || host::is_private(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address_is_found_where_it_is_known() {
        let host = |address: &str| split(address).map(|(host, _)| host);
        assert_eq!(host("https://api.example.org/v1?x=1"), Some("api.example.org".to_owned()));
        assert_eq!(host("https://user@api.example.org:8443/v1"), Some("api.example.org".to_owned()));
        assert_eq!(host(&format!("https://{HOLE}.example.org/v1")), Some("example.org".to_owned()));
        assert_eq!(host(&format!("https://{HOLE}-eu.api.example.org/v1")), Some("api.example.org".to_owned()));
        assert_eq!(host(&format!("https://{HOLE}/v1")), None);
        assert_eq!(host(&format!("https://{HOLE}.kz/v1")), None, "a top-level domain is nobody's host");
        assert_eq!(host(&format!("https://my{HOLE}example.org/v1")), None, "nor is half a label");
        assert_eq!(host("http://backend/v1"), Some("backend".to_owned()));
        assert_eq!(host("/v1/users"), None);
    }

    #[test]
    fn internal_hosts_are_matched_on_label_boundaries() {
        let perimeter = Perimeter { internal_hosts: vec!["idocument.kz".to_owned()] };
        assert!(is_internal("api.idocument.kz", &perimeter));
        assert!(!is_internal("notidocument.kz", &perimeter));
        assert!(is_internal("127.0.0.1", &perimeter) && is_internal("backend", &perimeter));
        assert!(!is_internal("api.example.org", &perimeter));
    }
}
