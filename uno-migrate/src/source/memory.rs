//! Migrations that were made by hand.

use super::MigrationSource;
use crate::error::Result;
use crate::migration::Migration;

/// Migrations from [`Migration::sql`] or from another source, held in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory(Vec<Migration>);

impl Memory {
    /// These migrations, in any order.
    pub fn new(migrations: impl IntoIterator<Item = Migration>) -> Self {
        Self(migrations.into_iter().collect())
    }
}

impl MigrationSource for Memory {
    fn migrations(&self) -> Result<Vec<Migration>> {
        Ok(self.0.clone())
    }
}
