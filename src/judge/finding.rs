//! How a check starts a finding.

use super::Check;
use crate::classify::Confidence;
use crate::report::{Finding, Location};

impl Check {
    /// A finding at a place, with what every finding of this check has; the check fills in the rest.
    ///
    /// `names` identify the place by meaning (function, call, table, column): see [`super::fingerprint`].
    pub(crate) fn finding(&self, location: Location, names: &[&str], message: String) -> Finding {
        Finding {
            code: self.code,
            name: self.name,
            severity: self.severity,
            message,
            location,
            label: String::new(),
            categories: Vec::new(),
            recipient: None,
            recipient_name: None,
            country: None,
            sink: None,
            verdict: None,
            clauses: Vec::new(),
            path: Vec::new(),
            evidence: Vec::new(),
            confidence: Confidence::High,
            help: Vec::new(),
            declaration: None,
            fingerprint: names.join("\u{1e}"),
            suppressed: None,
        }
    }
}
