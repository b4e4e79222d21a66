//! Who receives: from the text of an address, the library's model, or neither.

use super::Endpoint;
use super::Perimeter;
use super::solve::Solver;
use super::summary::Leaf;
use super::text::{Part, Text};
use crate::catalog::RecipientId;
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

/// Finds the receiver of a leaf; `None` if it is the operator itself.
pub(super) fn destination(solver: &Solver<'_>, perimeter: &Perimeter, leaf: &Leaf) -> Option<Destination> {
    if matches!(leaf.kind, SinkKind::Log | SinkKind::File) {
        return Some(Destination { endpoint: Endpoint::None, cleartext: None });
    }
    let addresses = leaf.endpoint.as_ref().map(|text| addresses(solver, text)).unwrap_or_default();
    let cleartext = scheme(&addresses).or(leaf.cleartext);
    let mut internal = false;
    let mut unknown: Option<String> = None;
    for address in &addresses {
        let Some((host, path)) = split(address) else { continue };
        if is_internal(&host, perimeter) {
            internal = true;
            continue;
        }
        if let Some(id) = solver.catalog().recipients.by_host(&host, &path) {
            return Some(Destination { endpoint: Endpoint::Recipient(id, Some(Symbol::new(&host))), cleartext });
        }
        unknown.get_or_insert(host);
    }
    if let Some(host) = unknown {
        return Some(Destination { endpoint: Endpoint::Host(Symbol::new(&host)), cleartext });
    }
    if internal {
        return None;
    }
    let endpoint = match (leaf.recipient, leaf.generic) {
        (Some(id), _) => Endpoint::Recipient(id, None),
        (None, Some(name)) => Endpoint::Generic(name),
        (None, None) if leaf.kind == SinkKind::Storage => Endpoint::None,
        (None, None) => Endpoint::Unknown,
    };
    Some(Destination { endpoint, cleartext })
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

/// All addresses that a text may be, settings and fields looked up.
fn addresses(solver: &Solver<'_>, text: &Text) -> Vec<String> {
    let mut text = text.clone();
    for _ in 0..LOOKUPS {
        let next = text.replace(|part| lookup(solver, part));
        if next == text {
            break;
        }
        text = next;
    }
    text.render(HOLE)
}

fn lookup(solver: &Solver<'_>, part: &Part) -> Option<Text> {
    match part {
        Part::Field(ty, name) => {
            let written = solver.field_text(*ty, *name).cloned().unwrap_or_default();
            let set = field_setting(solver, *ty, *name);
            let both = written.join(&set);
            let own = Text::part(part.clone());
            (!both.is_unknown() && both != own).then_some(both)
        }
        Part::Setting(name) => {
            let set = settings(solver, &[name.as_str()]);
            (!set.is_unknown()).then_some(set)
        }
        Part::Port(_) => Some(Text::part(Part::Hole)),
        Part::Literal(_) | Part::Hole => None,
    }
}

/// A configuration value whose key ends in the names of a field and of what holds it.
fn field_setting(solver: &Solver<'_>, ty: TypeId, name: Symbol) -> Text {
    let Some((_, declaration)) = solver.program.declaration(ty) else { return Text::default() };
    let field = declaration.fields.iter().find(|field| field.name == name);
    let name = field.and_then(|field| field.serialized_name).unwrap_or(name);
    let holder = plain(declaration.name.as_str());
    let mut found = Text::default();
    for (key, value) in all_settings(solver) {
        let Some((last, before)) = key.split_last() else { continue };
        // `[sms] base_url` for `SmsConfig.base_url`; `SMS_BASE_URL` too.
        let nested = plain(last.as_str()) == plain(name.as_str())
            && before
                .last()
                .is_none_or(|section| holder.starts_with(&plain(section.as_str())) || holder.ends_with(&plain(section.as_str())));
        let flat = before.is_empty() && {
            let key = plain(last.as_str());
            let suffix = plain(name.as_str());
            key.strip_suffix(suffix.as_str()).is_some_and(|prefix| !prefix.is_empty() && holder.starts_with(prefix))
        };
        if nested || flat {
            found = found.join(&Text::literal(value));
        }
    }
    found
}

fn settings(solver: &Solver<'_>, path: &[&str]) -> Text {
    let wanted: Vec<String> = path.iter().map(|name| plain(name)).collect();
    let whole = wanted.concat();
    let mut found = Text::default();
    for (key, value) in all_settings(solver) {
        let last = key.last().map(|last| plain(last.as_str())).unwrap_or_default();
        let full: String = key.iter().map(|segment| plain(segment.as_str())).collect();
        if last == whole || full == whole {
            found = found.join(&Text::literal(value));
        }
    }
    found
}

fn all_settings<'s>(solver: &'s Solver<'_>) -> impl Iterator<Item = (&'s [Symbol], Symbol)> {
    let all = solver.program.facts.iter().flat_map(|facts| facts.settings.iter());
    all.map(|setting| (setting.key.as_slice(), setting.value)).filter(|(_, value)| !value.is_empty())
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether the addresses' scheme says clear text: `Some(true)` if any does.
fn scheme(addresses: &[String]) -> Option<bool> {
    let says = addresses.iter().filter_map(|address| {
        let (scheme, _) = address.split_once("://")?;
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" | "ftp" | "smtp" | "amqp" | "redis" => Some(true),
            "https" | "wss" | "sftp" | "smtps" | "amqps" | "rediss" => Some(false),
            _ => None,
        }
    });
    says.reduce(|one, other| one || other)
}

/// Host and path of an address; `None` if the host is not wholly known.
fn split(address: &str) -> Option<(String, String)> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = (rest.get(..end)?, rest.get(end..)?);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(inner, _)| inner);
    let host = bracketed.unwrap_or_else(|| host.split_once(':').map_or(host, |(name, _)| name));
    // `https://{region}.example.org`: what is known of the end still tells whose host it is.
    let host = host.rsplit(HOLE).next().unwrap_or(host).trim_start_matches('.');
    let named = host.contains('.') || host == "localhost" || bracketed.is_some() || (address.contains("://") && !host.is_empty());
    let valid = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
    (named && valid && !authority.ends_with(HOLE)).then(|| (host.to_ascii_lowercase(), path.replace(HOLE, "")))
}

/// Loopback, private networks, names without a public suffix, and the operator's own hosts.
fn is_internal(host: &str, perimeter: &Perimeter) -> bool {
    if perimeter.internal_hosts.iter().any(|own| is_below(host, own)) {
        return true;
    }
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>() {
        return address.is_loopback() || address.is_private() || address.is_unspecified() || address.is_link_local();
    }
    if let Ok(address) = host.parse::<std::net::Ipv6Addr>() {
        return address.is_loopback() || address.is_unspecified();
    }
    // RFC 6761, 6762 and 8375 reserve these; a name of one label is a service of the same network.
    !host.contains('.')
        || [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".svc"].iter().any(|end| host.ends_with(end))
}

fn is_below(host: &str, suffix: &str) -> bool {
    let suffix = suffix.trim_start_matches("*.").trim_start_matches('.').to_ascii_lowercase();
    !suffix.is_empty() && host.strip_suffix(suffix.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
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
        assert_eq!(host(&format!("https://{HOLE}/v1")), None);
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
