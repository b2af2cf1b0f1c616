//! One question that tells whether a history holds exactly what a set wants: applied, with these checksums, and nothing
//! beside it.
//!
//! The server adds up a number for each row, in whatever order it comes upon them, and we do the same for the set. Nothing
//! is stored: a row that somebody took out by hand is missing from the sum. It is no protection from whoever writes rows to
//! deceive us, who could as well write what we look for; that a row was edited, or two were mixed up, shows.
//!
//! * [`postgres`], [`mysql`], [`sqlite`]: the question, and our side of it
//! * [`lookup3`], [`crc32`]: the numbers

mod crc32;
mod lookup3;
mod mysql;
mod postgres;
mod sqlite;

use uno_migrate_core::Dialect;

use super::{NulError, Place, Quote};
use crate::source::Identity;

/// The SQL of one database for that question, and what its answer is when all is as it should be.
pub(crate) trait DigestText: Quote {
    /// Its last row: what [`SqlText::place`](super::SqlText::place) tells, but not for certain whether there is a lease;
    /// `digest`, NULL where that cannot be told; `is_moved`, not 0 if the session does not stand as others with the same
    /// options begin. Where it is an error that there is no such table, it is one that leaves a transaction as it is, and
    /// the row before it holds.
    fn digest(&self, place: Place<'_>, namespaces: &[&str]) -> Result<String, NulError>;

    /// For the digest of a history that holds the rows of a set.
    fn sum<'s>(&self, namespaces: &[&str]) -> Box<dyn Sum<'s> + 's>;
}

/// Our side of the question.
pub(crate) trait Sum<'s> {
    fn add(&mut self, row: Wanted<'s>);

    /// What the answer is to be.
    fn digest(self: Box<Self>) -> String;
}

/// A row as a set wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'s> {
    pub(crate) namespace: &'s str,
    pub(crate) id: &'s str,
    pub(crate) checksum: Option<&'s Identity>,
}

/// What stands for a checksum that is not there. No checksum of ours is this, and to one that is not there any other is
/// as good.
const NO_CHECKSUM: &str = "-";

impl Wanted<'_> {
    /// Lends the text of its checksum.
    fn checksum<T>(&self, lend: impl FnOnce(&str) -> T) -> T {
        match self.checksum {
            Some(checksum) => checksum.lend(lend),
            None => lend(NO_CHECKSUM),
        }
    }
}

/// A sum of numbers, and of how many. That they are all applied stands for a 0 between them.
struct Total<F> {
    count: usize,
    total: i128,
    number: F,
}

impl<F> Total<F> {
    fn of(number: F) -> Self {
        Self { count: 0, total: 0, number }
    }
}

impl<'s, F: Fn(&Wanted<'_>) -> i128> Sum<'s> for Total<F> {
    fn add(&mut self, row: Wanted<'s>) {
        self.count += 1;
        self.total += (self.number)(&row);
    }

    /// Of nothing, there is no sum.
    fn digest(self: Box<Self>) -> String {
        match self.count {
            0 => "0 0".to_owned(),
            count => format!("{count} 0 {}", self.total),
        }
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
pub(super) fn listed(text: &(impl Quote + ?Sized), namespaces: &[&str]) -> Result<String, NulError> {
    let namespaces: Vec<String> = namespaces.iter().map(|name| text.literal(name)).collect::<Result<_, _>>()?;
    Ok(namespaces.join(", "))
}
