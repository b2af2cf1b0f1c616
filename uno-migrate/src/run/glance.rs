//! One look before anything else: whether the history is what the set would make of it. Then there is nothing to do, and
//! nobody waits for more than one answer, however many migrations there are.

use std::time::Duration;

use futures_util::StreamExt;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Pool, SqlSafeStr};
use tokio::time::timeout;
use tracing::debug;
use uno_migrate_core::Dialect;

use crate::dialect::{Place, Wanted, digest};
use crate::driver::{self, Connection, Driver};
use crate::options::Options;
use crate::set::Set;
use crate::source::Mark;
use crate::tracker::Found;
use crate::value::Row;

/// A question to the history, and what it answers if it agrees.
pub(super) struct Glance {
    question: String,
    expected: String,
    count: usize,
}

/// How a run comes to know how its history stands.
pub(super) enum Look {
    /// It asks.
    Ask(Glance),
    /// It was told, or need not ask.
    Told(Option<Seen>),
    /// It reads the rows whatever they say, and again in its turn, if it takes one.
    Unasked,
}

/// What the answer tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) found: Found,
    /// The history agrees with the set, of so many migrations.
    pub(super) agreed: Option<usize>,
    /// The session does not stand as a new one would.
    is_moved: bool,
}

impl Glance {
    /// For a set; None where rows are read whatever they say.
    pub(super) fn of(set: &Set, options: &Options) -> Option<Self> {
        let dialect = set.dialect;
        let is_readable = set.members.iter().all(|member| member.migration.supports(dialect));
        let identities: Vec<_> = set.members.iter().map(|member| member.migration.identity(dialect)).collect();
        let rows = set.members.iter().zip(&identities).map(|(member, checksum)| {
            let (namespace, id) = member.key.name();
            Wanted { namespace, id, checksum: checksum.as_ref() }
        });
        if is_readable { Self::new(rows, options, dialect) } else { None }
    }

    /// For what a source tells of its set.
    pub(super) fn at(marks: &[Mark], options: &Options, dialect: Dialect) -> Option<Self> {
        let rows = marks.iter().map(|&Mark { namespace, id, ref checksum }| Wanted {
            namespace: namespace.unwrap_or(options.namespace()),
            id,
            checksum: checksum.as_ref(),
        });
        Self::new(rows, options, dialect)
    }

    fn new<'s>(rows: impl Iterator<Item = Wanted<'s>> + Clone, options: &Options, dialect: Dialect) -> Option<Self> {
        if options.tracker.is_some() || options.adopted.is_some() {
            return None;
        }
        let mut namespaces: Vec<&str> = rows.clone().map(|row| row.namespace).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        if namespaces.is_empty() {
            namespaces.push(options.namespace());
        }
        let place = Place { schema: options.schema.as_deref(), table: &options.table };
        let text = digest(dialect);
        let (mut sum, mut count) = (text.sum(&namespaces), 0);
        for row in rows {
            sum.add(row);
            count += 1;
        }
        Some(Self { question: text.digest(place, &namespaces).ok()?, expected: sum.digest(), count })
    }

    /// Asks on a connection.
    pub(super) async fn ask(&self, connection: &mut dyn Connection) -> Result<Option<Seen>, sqlx::Error> {
        let mut rows = connection.fetch(AssertSqlSafe(self.question.as_str()).into_sql_str());
        let mut last = None;
        while let Some(row) = rows.next().await {
            match row {
                Ok(row) => last = Some(row),
                Err(error) if last.is_some() && driver::is_no_such_table(&error) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(last.and_then(|row| self.read(&row).ok()))
    }

    fn read(&self, row: &Row) -> crate::Result<Seen> {
        let (digest, is_moved): (Option<String>, i64) = (row.get("digest")?, row.get("is_moved")?);
        let agrees = digest.as_deref() == Some(&self.expected);
        Ok(Seen { found: Found::read(row)?, agreed: agrees.then_some(self.count), is_moved: is_moved != 0 })
    }

    /// Asks on a connection that idles in the pool, if there is one; nothing is seen where the database cannot tell. What
    /// the application has done to the connection counts as if it did not answer: a run sees what a connection with the
    /// pool's options sees.
    pub(super) async fn ask_pool<DB: Driver>(
        &self,
        pool: &Pool<DB>,
        options: &Options,
    ) -> Option<(PoolConnection<DB>, Option<Seen>)> {
        if options.direct_url.is_some() || options.on_connect.is_some() {
            return None;
        }
        // Unlike `acquire`, this does not ask whether the connection is alive: that is seen now.
        let mut idle = pool.try_acquire()?;
        let patience: Duration = pool.options().get_acquire_timeout();
        let answer = timeout(patience, self.ask(DB::borrow(&mut idle))).await;
        match answer {
            Ok(Ok(seen)) => {
                let is_at_home =
                    |seen: &Seen| options.schema.is_some() || DB::begins_in(pool, seen.found.home.as_deref());
                seen.filter(|seen| !seen.is_moved && is_at_home(seen)).map(|seen| (idle, Some(seen)))
            }
            Ok(Err(error)) => {
                debug!("an idle connection of the pool does not tell how the history stands: {error}");
                if driver::ends_session(&error) {
                    idle.close_on_drop();
                    return None;
                }
                Some((idle, None))
            }
            Err(_) => {
                idle.close_on_drop();
                None
            }
        }
    }
}

impl Look {
    /// Only where there is something to ask.
    pub(super) fn new(glance: Option<Glance>) -> Self {
        glance.map_or(Self::Told(None), Self::Ask)
    }

    pub(super) async fn see(&self, connection: &mut dyn Connection) -> Option<Seen> {
        match self {
            Self::Ask(glance) => glance.ask(connection).await.unwrap_or_else(|error| {
                // Most likely there is no table yet; whatever else it is shows when the rows are read.
                debug!("the history does not tell how it stands as a whole: {error}");
                None
            }),
            Self::Told(seen) => seen.clone(),
            Self::Unasked => None,
        }
    }
}
