//! Names of hosts: which lie below which, and which only a private network has.

use std::net::IpAddr;

/// Whether `host` (a port is ignored) is `suffix` or below it: the match ends on a label boundary, letter case is ignored.
#[must_use]
pub fn is_below(host: &str, suffix: &str) -> bool {
    let host = without_port(host).trim_end_matches('.').as_bytes();
    let suffix = suffix.trim_start_matches("*.").trim_matches('.').as_bytes();
    let Some(start) = host.len().checked_sub(suffix.len()).filter(|_| !suffix.is_empty()) else { return false };
    let (before, tail) = host.split_at(start);
    tail.eq_ignore_ascii_case(suffix) && (before.is_empty() || before.ends_with(b"."))
}

/// Whether only a private network can have the host: loopback, private and link-local addresses, names of one label, and the
/// names reserved for private use (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`; `.svc` of a cluster).
#[must_use]
pub fn is_private(host: &str) -> bool {
    const RESERVED: &[&str] = &["localhost", "local", "internal", "lan", "intranet", "svc", "home.arpa"];
    let name = without_port(host);
    let name = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name).trim_end_matches('.');
    match name.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified(),
        Ok(IpAddr::V6(v6)) => v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local(),
        Err(_) => !name.contains('.') || RESERVED.iter().any(|end| is_below(name, end)),
    }
}

/// The host without its port. An IPv6 address has colons of its own: only one in brackets can have a port.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) => {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names_and_addresses_are_nobody_elses() {
        for host in [
            "localhost",
            "127.0.0.1:8080",
            "[::1]:80",
            "10.1.2.3",
            "redis",
            "redis:6379",
            "db.prod.internal",
            "printer.local.",
            "API.Intranet",
            "fd00::1",
            "fe80::1",
            "pay.default.svc",
        ] {
            assert!(is_private(host), "{host}");
        }
        for host in ["api.example.com", "8.8.8.8", "local.example.kz", "[2001:db8::1]", "2001:db8::1", "notinternal.kz:443"] {
            assert!(!is_private(host), "{host}");
        }
    }

    #[test]
    fn a_suffix_ends_on_a_label_boundary() {
        for host in ["own.kz", "api.own.kz", "API.Own.KZ:8443", "own.kz."] {
            assert!(is_below(host, "own.kz") && is_below(host, "*.own.kz") && is_below(host, ".own.kz"), "{host}");
        }
        for (host, suffix) in [("notown.kz", "own.kz"), ("own.kz.evil.test", "own.kz"), ("kz", "own.kz"), ("own.kz", "")] {
            assert!(!is_below(host, suffix), "{host} {suffix}");
        }
    }
}
