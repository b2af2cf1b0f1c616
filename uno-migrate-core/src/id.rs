//! What a migration is called: `<version>_<name>`.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The identity of a migration within its namespace: `<version>_<name>`, at most 200 bytes.
///
/// Ids are equal when their bytes are; they are ordered by [`Version`], then by bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MigrationId(String);

/// The digits in front of an id, compared as a number of any length: leading zeros do not count.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a>(&'a str);

/// An id that a migration waits for, in its own namespace or in another: `ID` or `namespace:ID`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    /// The namespace, where it is not the migration's own.
    pub namespace: Option<String>,
    /// The id in that namespace.
    pub id: MigrationId,
}

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError {
    text: String,
    reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Form,
    TooLong,
    Namespace,
}

/// Ids are part of a primary key, and of index entries whose length some databases limit.
pub(crate) const MAX_ID_BYTES: usize = 200;
const MAX_NAMESPACE_BYTES: usize = 63;

impl MigrationId {
    /// Reads an id.
    ///
    /// # Errors
    /// When the text is not digits, `_` and then `[A-Za-z0-9_-]+`, or is longer than 200 bytes.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let reason = match text.split_once('_') {
            Some((version, name)) if is_version(version) && is_name(name) => {
                if text.len() <= MAX_ID_BYTES {
                    return Ok(Self(text.to_owned()));
                }
                Reason::TooLong
            }
            _ => Reason::Form,
        };
        Err(IdError { text: text.to_owned(), reason })
    }

    /// An id for what has none of its own, such as a text that could not be read: version 0, so that it comes first.
    pub fn placeholder(name: &'static str) -> Self {
        Self(format!("0_{name}"))
    }

    /// The id as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number in front.
    pub fn version(&self) -> Version<'_> {
        Version(self.parts().0)
    }

    /// What follows the number and its `_`.
    pub fn name(&self) -> &str {
        self.parts().1
    }

    /// In plain loops over bytes, as all below that is asked of every migration or for every comparison: it runs while an
    /// application compiles, and macros run without optimisation.
    fn parts(&self) -> (&str, &str) {
        let bytes = self.0.as_bytes();
        let mut end = 0;
        while end < bytes.len() && bytes[end] != b'_' {
            end += 1;
        }
        (&self.0[..end], self.0.get(end + 1..).unwrap_or_default())
    }
}

impl Version<'_> {
    fn significant(&self) -> &str {
        let bytes = self.0.as_bytes();
        let mut zeros = 0;
        while zeros < bytes.len() && bytes[zeros] == b'0' {
            zeros += 1;
        }
        &self.0[zeros..]
    }
}

impl Dependency {
    /// Reads `ID` or `namespace:ID`.
    ///
    /// # Errors
    /// When the id is none, or the namespace is empty, longer than 63 bytes or has a NUL.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        // An id has no colon, so the last one ends the namespace.
        let Some((namespace, id)) = text.rsplit_once(':') else {
            return Ok(Self { namespace: None, id: MigrationId::parse(text)? });
        };
        let namespace = namespace.trim();
        if namespace.is_empty() || namespace.len() > MAX_NAMESPACE_BYTES || namespace.contains('\0') {
            return Err(IdError { text: text.to_owned(), reason: Reason::Namespace });
        }
        Ok(Self { namespace: Some(namespace.to_owned()), id: MigrationId::parse(id.trim())? })
    }

    /// The namespace that is meant when the dependency is written in that one.
    pub fn namespace_in<'a>(&'a self, own: &'a str) -> &'a str {
        self.namespace.as_deref().unwrap_or(own)
    }
}

/// Digits, at least one.
pub(crate) fn is_version(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        at += 1;
    }
    at > 0 && at == bytes.len()
}

/// `[A-Za-z0-9_-]+`
pub(crate) fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'A'..=b'Z') {
        at += 1;
    }
    at > 0 && at == bytes.len()
}

impl Ord for MigrationId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.version().cmp(&other.version()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for MigrationId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.significant(), other.significant());
        a.len().cmp(&b.len()).then_with(|| a.cmp(b))
    }
}

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.significant() == other.significant()
    }
}

impl Eq for Version<'_> {}

impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}:")?;
        }
        self.id.fmt(f)
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, reason } = self;
        match reason {
            Reason::Form => write!(f, "`{text}` is no migration id"),
            Reason::TooLong => write!(f, "the id `{text}` has {} bytes; {MAX_ID_BYTES} are the most", text.len()),
            Reason::Namespace => write!(f, "`{text}` does not begin with a namespace"),
        }
    }
}

impl IdError {
    /// Whether the text does not look like an id at all.
    pub(crate) fn is_about_form(&self) -> bool {
        matches!(self.reason, Reason::Form)
    }

    /// What to write instead.
    pub fn help(&self) -> &'static str {
        match self.reason {
            Reason::Form => "an id is `<version>_<name>`, such as `1616721123_create_users`",
            Reason::TooLong => "choose a shorter name",
            Reason::Namespace => "write `namespace:id`, with 1 to 63 bytes in front of the colon",
        }
    }
}

impl std::error::Error for IdError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> MigrationId {
        MigrationId::parse(text).unwrap()
    }

    #[test]
    fn an_id_has_a_version_and_a_name() {
        let id = id("0042_create-Users_2");
        assert_eq!((id.version().to_string().as_str(), id.name()), ("0042", "create-Users_2"));
        for wrong in ["", "_", "1", "1_", "_a", "x1_a", "1_ä", "1_a b", "1_a.b", "-1_a", "1-a", "V1__a"] {
            let error = MigrationId::parse(wrong).unwrap_err();
            assert_eq!(error.to_string(), format!("`{wrong}` is no migration id"));
        }
        assert!(MigrationId::parse(&format!("1_{}", "a".repeat(198))).is_ok());
        assert!(MigrationId::parse(&format!("1_{}", "a".repeat(199))).unwrap_err().to_string().contains("201 bytes"));
    }

    #[test]
    fn versions_compare_as_numbers_of_any_length() {
        let nines = "9".repeat(60);
        let long = format!("1{}", "0".repeat(60));
        assert!(Version(&nines) < Version(&long));
        assert!(Version("9") < Version("10"));
        assert_eq!(Version("007"), Version("7"));
        assert_eq!(Version("000"), Version("0"));
        let mut ids = [id("10_a"), id("9_b"), id("009_a"), id("09_a")];
        ids.sort();
        assert_eq!(ids.map(|id| id.to_string()), ["009_a", "09_a", "9_b", "10_a"]);
    }

    #[test]
    fn a_dependency_may_name_a_namespace() {
        assert_eq!(Dependency::parse("1_a").unwrap(), Dependency { namespace: None, id: id("1_a") });
        let far = Dependency::parse("billing: 1_a").unwrap();
        assert_eq!((far.namespace_in("own"), far.to_string().as_str()), ("billing", "billing:1_a"));
        for wrong in [":1_a", " :1_a", "billing:", "billing:a", &format!("{}:1_a", "n".repeat(64))] {
            assert!(Dependency::parse(wrong).is_err(), "{wrong}");
        }
    }
}
