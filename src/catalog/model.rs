//! Library models: what calls into libraries do with values (propagate, sanitize, send away). A model is a function summary
//! written by hand.

use super::{CatalogError, Recipients, RuleFile};

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

/// All library models.
#[derive(Debug, Default)]
pub struct Models {}

impl Models {
    /// Loads `rules/models/**/*.toml`.
    ///
    /// # Errors
    /// [`CatalogError`] when a file is invalid.
    pub fn load(_files: &[&RuleFile], _recipients: &Recipients) -> Result<Self, CatalogError> {
        Ok(Self::default())
    }
}
