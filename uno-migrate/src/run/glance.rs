//! One look before anything else: whether the history is what the set would make of it. Then there is nothing to do, and
//! nobody waits for more than one answer, however many migrations there are.

use std::time::Duration;

use sqlx::Pool;
use sqlx::pool::PoolConnection;
use tokio::time::timeout;
use tracing::debug;

use crate::dialect::{Asked, Wanted, digest};
use crate::driver::{self, Connection, Driver};
use crate::options::Options;
use crate::set::Set;

/// A question to the history, and what it answers if it agrees.
pub(super) struct Glance {
    question: String,
    expected: String,
}

/// What the answer tells.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The schema of the history.
    pub(super) home: Option<String>,
    /// The history agrees with the set.
    pub(super) agrees: bool,
    /// The session does not stand as a new one would.
    is_moved: bool,
}

impl Glance {
    /// None where rows are read whatever they say.
    pub(super) fn of(set: &Set, options: &Options) -> Option<Self> {
        let dialect = set.dialect;
        let is_readable = set.members.iter().all(|member| member.migration.supports(dialect));
        if options.tracker.is_some() || options.adopted.is_some() || !is_readable {
            return None;
        }
        let namespaces = set.namespaces();
        let asked = Asked { schema: options.schema.as_deref(), table: &options.table, namespaces: &namespaces };
        let rows: Vec<Wanted<'_>> = set
            .members
            .iter()
            .map(|member| {
                let (namespace, id) = member.key.name();
                Wanted { namespace, id, checksum: member.migration.checksum(dialect) }
            })
            .collect();
        let text = digest(dialect);
        Some(Self { question: text.digest(asked).ok()?, expected: text.expected(&rows) })
    }

    /// Asks on a connection.
    pub(super) async fn ask(&self, connection: &mut dyn Connection) -> Result<Seen, sqlx::Error> {
        let rows = driver::rows(connection, self.question.as_str()).await?;
        let Some(row) = rows.first() else { return Ok(Seen::default()) };
        let digest: Option<String> = row.get("digest").unwrap_or_default();
        let is_moved: Option<i64> = row.get("is_moved").unwrap_or_default();
        Ok(Seen {
            home: row.get("home").unwrap_or_default(),
            agrees: digest.as_deref() == Some(&self.expected),
            is_moved: is_moved != Some(0),
        })
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
                if driver::is_lost(&error) {
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
