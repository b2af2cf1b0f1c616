//! What the row of a migration that stands half-way says about how to go on. It is kept in the row's `metadata`, beside
//! what others keep there, for as long as the migration is not done.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uno_migrate_core::{Checksum, Dialect, Section};

/// Its key in the metadata.
const KEY: &str = "uno_migrate";

/// Where metadata stays that has no keys, until the bookmark is gone.
const ASIDE: &str = "uno_migrate_aside";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Bookmark {
    /// Of SQL: what is done, and what was begun after that.
    Statements(Statements),
    /// Of Rust code in a transaction, whose first statement sets the row's `statements_done` to 1: as long as it is 0,
    /// nothing was committed.
    Code { session: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Statements {
    /// The chain of the checksums of the statements that are done, as many as the row's `statements_done` says.
    pub(crate) done: String,
    /// How many there were.
    pub(crate) total: usize,
    /// What is begun next; none where nothing is, or where that is known to have failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<Begun>,
    /// The session of the database's that runs them, as far as the database tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session: Option<String>,
}

/// What may have been begun, behind the statements that are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begun {
    /// The chain of the checksums of its statements.
    pub(crate) checksum: String,
    /// How many statements; more than one where they are a transaction, or where the catalogue tells how many are done.
    pub(crate) statements: usize,
    /// Whether it is committed together with the row.
    pub(crate) shared: bool,
    /// What the catalogue said about its effect before it was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<i64>,
    /// What a person knows it by.
    pub(crate) excerpt: String,
    /// The table that it makes, of a migration that was said to begin together with others, before its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) table: Option<Named>,
    /// A transaction was left open, so that more of what stands behind the done ones may be done than this says.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) further: usize,
}

/// A name as a file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Begun {
    /// Whether they are several of which the catalogue tells; of a transaction of several, it is not asked.
    pub(crate) fn is_told_together(&self) -> bool {
        self.statements > 1 && self.before.is_some()
    }
}

impl Bookmark {
    /// What a row's metadata says, if that is something that we wrote.
    pub(crate) fn read(metadata: Option<&str>) -> Option<Self> {
        let Value::Object(mut keys) = serde_json::from_str(metadata?).ok()? else { return None };
        serde_json::from_value(keys.remove(KEY)?).ok()
    }

    /// The metadata with this in it.
    pub(crate) fn written(&self, metadata: Option<&str>) -> Option<String> {
        let mut keys = match metadata.map(|text| (text, serde_json::from_str(text))) {
            None => Map::new(),
            Some((_, Ok(Value::Object(keys)))) => keys,
            Some((text, _)) => Map::from_iter([(ASIDE.to_owned(), Value::from(text))]),
        };
        // A bookmark has nothing that JSON cannot say.
        keys.insert(KEY.to_owned(), serde_json::to_value(self).unwrap_or_default());
        Some(Value::Object(keys).to_string())
    }

    /// The metadata without a bookmark, as somebody else has left it.
    pub(crate) fn erased(metadata: Option<&str>) -> Option<String> {
        let text = metadata?;
        let Ok(Value::Object(mut keys)) = serde_json::from_str(text) else { return Some(text.to_owned()) };
        if keys.remove(KEY).is_none() {
            return Some(text.to_owned());
        }
        match keys.remove(ASIDE) {
            Some(Value::String(aside)) => Some(aside),
            _ if keys.is_empty() => None,
            _ => Some(Value::Object(keys).to_string()),
        }
    }
}

impl Statements {
    pub(crate) fn of(metadata: Option<&str>) -> Option<Self> {
        match Bookmark::read(metadata)? {
            Bookmark::Statements(statements) => Some(statements),
            Bookmark::Code { .. } => None,
        }
    }
}

/// The chain of the checksums of some statements of a section, as far as it has so many.
pub(crate) fn chain(dialect: Dialect, text: &str, section: &Section, statements: std::ops::Range<usize>) -> Checksum {
    let spans = section.statements.get(statements).unwrap_or_default();
    let sums = spans.iter().map(|&span| Checksum::of_statement(dialect, text, span));
    sums.fold(Checksum::of_nothing(), Checksum::then)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bookmark() -> Bookmark {
        let begun = Begun {
            checksum: "1:b".to_owned(),
            statements: 1,
            shared: false,
            before: Some(0),
            excerpt: "SELECT 'ü'".to_owned(),
            table: Some(Named { schema: None, name: "t".to_owned() }),
            further: 0,
        };
        let session = Some("s".to_owned());
        Bookmark::Statements(Statements { done: "1:a".to_owned(), total: 3, next: Some(begun), session })
    }

    #[test]
    fn what_others_keep_there_stays() {
        for metadata in [None, Some(r#"{"a":1,"b":[2]}"#), Some("[1, 2]"), Some("no JSON"), Some("")] {
            let written = bookmark().written(metadata);
            assert_eq!(Bookmark::read(written.as_deref()), Some(bookmark()), "{metadata:?}");
            let again = Bookmark::Code { session: None }.written(written.as_deref());
            assert_eq!(Bookmark::read(again.as_deref()), Some(Bookmark::Code { session: None }));
            assert_eq!(Bookmark::erased(again.as_deref()).as_deref(), metadata);
            assert_eq!(Bookmark::read(metadata), None);
            assert_eq!(Bookmark::erased(metadata).as_deref(), metadata);
        }
    }

    #[test]
    fn what_is_no_bookmark_is_none() {
        for metadata in [r#"{"uno_migrate":1}"#, r#"{"uno_migrate":{"statements":{"done":1}}}"#] {
            assert_eq!(Bookmark::read(Some(metadata)), None);
        }
    }
}
