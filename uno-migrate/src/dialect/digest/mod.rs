//! One question that tells whether a history holds exactly what a set wants: applied, with these checksums, and nothing
//! beside it.
//!
//! The server adds up a number for each row, in whatever order it comes upon them, and we do the same for the set. Nothing
//! is stored: a row that somebody took out by hand is missing from the sum. It is no protection from whoever writes rows to
//! deceive us, who could as well write what we look for; that a row was edited, or two were mixed up, shows.
//!
//! * [`postgres`], [`mysql`], [`sqlite`]: the question, and the sum for our side of it
//! * [`lookup3`], [`crc32`]: the numbers

mod crc32;
mod lookup3;
mod mysql;
mod postgres;
mod sqlite;

use uno_migrate_core::Dialect;

use super::{NulError, Quote};

/// The SQL of one database for that question, and what its answer is when all is as it should be.
pub(crate) trait DigestText: Quote {
    /// One row: `home`, the schema in which the session creates tables; `digest`, NULL where that cannot be told; `is_moved`,
    /// not 0 if the session does not stand as others with the same options begin. Where it is an error that there is no such
    /// table, it is one that leaves a transaction as it is.
    fn digest(&self, asked: Asked<'_>) -> Result<String, NulError>;

    /// The digest of a history that holds these rows.
    fn expected(&self, asked: Asked<'_>, rows: &[Wanted<'_>]) -> String;
}

/// Of which table, and of which of its rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// None for the one in which the session creates tables.
    pub(crate) schema: Option<&'a str>,
    pub(crate) table: &'a str,
    pub(crate) namespaces: &'a [&'a str],
}

/// A row as a set wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) id: &'a str,
    pub(crate) checksum: Option<&'a str>,
}

/// What stands for a checksum that is not there. No checksum of ours is this, and to one that is not there any other is
/// as good.
const NO_CHECKSUM: &str = "-";

impl Wanted<'_> {
    fn checksum(&self) -> &str {
        self.checksum.unwrap_or(NO_CHECKSUM)
    }
}

/// The question of a database.
pub(crate) fn digest(dialect: Dialect) -> &'static dyn DigestText {
    match dialect {
        Dialect::Postgres => &super::quote::Postgres,
        Dialect::MySql => &super::quote::MySql,
        Dialect::Sqlite => &super::quote::Sqlite,
    }
}

/// The namespaces as a list of literals.
fn listed(text: &(impl Quote + ?Sized), namespaces: &[&str]) -> Result<String, NulError> {
    let namespaces: Vec<String> = namespaces.iter().map(|name| text.literal(name)).collect::<Result<_, _>>()?;
    Ok(namespaces.join(", "))
}
