//! One look before anything else: whether the history is what the set would make of it. Then there is nothing to do, and
//! nobody waits for more than one answer, however many migrations there are.

use std::time::Duration;

use sqlx::Pool;
use sqlx::pool::PoolConnection;
use tokio::time::timeout;
use tracing::debug;
use uno_migrate_core::Dialect;

use crate::dialect::{Asked, Wanted, digest};
use crate::driver::{self, Connection, Driver};
use crate::options::Options;
use crate::set::{Member, Set};
use crate::source::Mark;

/// A question to the history, and what it answers if it agrees.
pub(super) struct Glance {
    question: String,
    expected: String,
    count: usize,
}

/// What the answer tells.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) agreed: Option<Agreed>,
    /// The schema of the history.
    home: Option<String>,
    /// The session does not stand as a new one would.
    is_moved: bool,
}

/// The history agrees with the set.
#[derive(Debug)]
pub(super) struct Agreed {
    /// The schema of the history.
    pub(super) home: String,
    /// How many migrations the set has.
    pub(super) count: usize,
}

impl Glance {
    /// For a set; None where rows are read whatever they say.
    pub(super) fn of(set: &Set, options: &Options) -> Option<Self> {
        let dialect = set.dialect;
        let is_readable = set.members.iter().all(|member| member.migration.supports(dialect));
        let wanted = |member: &'_ Member| member.migration.checksum(dialect);
        let checksums: Vec<Option<String>> = set.members.iter().map(wanted).collect();
        let rows = set.members.iter().zip(&checksums).map(|(member, checksum)| {
            let (namespace, id) = member.key.name();
            Wanted { namespace, id, checksum: checksum.as_deref() }
        });
        if is_readable { Self::new(&rows.collect::<Vec<_>>(), options, dialect) } else { None }
    }

    /// For what a source tells of its set.
    pub(super) fn at(marks: &[Mark], options: &Options, dialect: Dialect) -> Option<Self> {
        let rows = marks.iter().map(|&Mark { namespace, id, ref checksum }| Wanted {
            namespace: namespace.unwrap_or(options.namespace()),
            id,
            checksum: checksum.as_deref(),
        });
        Self::new(&rows.collect::<Vec<_>>(), options, dialect)
    }

    fn new(rows: &[Wanted<'_>], options: &Options, dialect: Dialect) -> Option<Self> {
        if options.tracker.is_some() || options.adopted.is_some() {
            return None;
        }
        let mut namespaces: Vec<&str> = rows.iter().map(|row| row.namespace).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        if rows.is_empty() {
            namespaces.push(options.namespace());
        }
        let asked = Asked { schema: options.schema.as_deref(), table: &options.table, namespaces: &namespaces };
        let text = digest(dialect);
        Some(Self { question: text.digest(asked).ok()?, expected: text.expected(asked, rows), count: rows.len() })
    }

    /// Asks on a connection.
    pub(super) async fn ask(&self, connection: &mut dyn Connection) -> Result<Seen, sqlx::Error> {
        let rows = driver::rows(connection, self.question.as_str()).await?;
        let Some(row) = rows.first() else { return Ok(Seen::default()) };
        let digest: Option<String> = row.get("digest").unwrap_or_default();
        let is_moved: Option<i64> = row.get("is_moved").unwrap_or_default();
        let home: Option<String> = row.get("home").unwrap_or_default();
        let agreed = home.clone().filter(|_| digest.as_deref() == Some(&self.expected));
        let agreed = agreed.map(|home| Agreed { home, count: self.count });
        Ok(Seen { agreed, home, is_moved: is_moved != Some(0) })
    }

    /// Asks on a connection that idles in the pool, if there is one. What the application has done to it counts as if it
    /// did not answer: a run sees what a connection with the pool's options sees.
    pub(super) async fn ask_pool<DB: Driver>(
        &self,
        pool: &Pool<DB>,
        options: &Options,
    ) -> Option<(PoolConnection<DB>, Seen)> {
        if options.direct_url.is_some() || options.on_connect.is_some() {
            return None;
        }
        // Unlike `acquire`, this does not ask whether the connection is alive: that is seen now.
        let mut idle = pool.try_acquire()?;
        let patience: Duration = pool.options().get_acquire_timeout();
        let answer = timeout(patience, self.ask(DB::borrow(&mut idle))).await;
        match answer {
            Ok(Ok(seen)) if seen.is_moved => None,
            Ok(Ok(seen)) if options.schema.is_none() && !DB::begins_in(pool, seen.home.as_deref()) => None,
            Ok(Ok(seen)) => Some((idle, seen)),
            Ok(Err(error)) => {
                debug!("an idle connection of the pool does not tell how the history stands: {error}");
                if driver::ends_session(&error) {
                    idle.close_on_drop();
                }
                None
            }
            Err(_) => {
                idle.close_on_drop();
                None
            }
        }
    }
}
