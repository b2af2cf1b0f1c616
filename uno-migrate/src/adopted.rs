//! What another tool's history says of a migration that is taken over from it.

use std::time::Duration;

use chrono::{DateTime, Utc};

/// A migration that another tool has applied, for [`Migrator::adopt`](crate::Migrator::adopt).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Adopted {
    pub(crate) id: String,
    pub(crate) applied_at: Option<DateTime<Utc>>,
    pub(crate) took: Duration,
    pub(crate) tool: Option<String>,
    pub(crate) is_proven: bool,
}

impl Adopted {
    /// The migration that has this id in the set that adopts it; `namespace:ID` where several namespaces have it.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), applied_at: None, took: Duration::ZERO, tool: None, is_proven: true }
    }

    /// The id that it was given.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// When it was applied. Unless it is known, the history says when it was adopted.
    pub fn applied_at(mut self, at: impl Into<Option<DateTime<Utc>>>) -> Self {
        self.applied_at = at.into();
        self
    }

    /// How long that took, where it is known.
    pub fn took(mut self, took: Duration) -> Self {
        self.took = took;
        self
    }

    /// The tool that applied it. The row's metadata keeps it, under `adopted_from`.
    pub fn tool(mut self, tool: impl Into<String>) -> Self {
        self.tool = Some(tool.into());
        self
    }

    /// What was applied is not what the set has, such as the code of a migration of which only the name is taken over. No
    /// checksum is kept, and what the set has may be changed later.
    pub fn unproven(mut self) -> Self {
        self.is_proven = false;
        self
    }

    /// The metadata of its row, with the tool.
    pub(crate) fn metadata(&self) -> Option<String> {
        let tool = self.tool.as_deref()?;
        Some(serde_json::json!({ "adopted_from": tool }).to_string())
    }
}
