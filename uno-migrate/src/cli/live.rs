//! What a server knows at the moment: how large the tables of a plan are, who has a transaction open, and how far an index
//! is. All of it may be missing: a plan is a plan without it.

use std::time::Duration;

use serde::Serialize;

use super::database::{Database, on};
use super::output::human;
use crate::QualifiedName;
use crate::dialect::live;

/// Longer than that nobody waits for what is not necessary.
const PATIENCE: Duration = Duration::from_secs(5);

/// How large a table is, as far as the server keeps count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Size {
    /// Estimated; none where the server never counted.
    pub(super) rows: Option<i64>,
    /// With its indexes.
    pub(super) bytes: i64,
}

/// The transaction that is open for longest: what needs a strong lock on what it has touched waits for its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Oldest {
    session: String,
    user: Option<String>,
    state: Option<String>,
    seconds: i64,
}

impl Size {
    pub(super) fn said(&self) -> String {
        let rows = self.rows.map(|rows| format!("about {rows} rows, ")).unwrap_or_default();
        format!("{rows}{}", bytes(self.bytes))
    }
}

impl Oldest {
    pub(super) fn said(&self) -> String {
        let Self { session, user, state, seconds } = self;
        let age = human(Duration::from_secs(u64::try_from(*seconds).unwrap_or_default()));
        let known: Vec<_> = [user, state].into_iter().flatten().filter(|known| !known.is_empty()).cloned().collect();
        let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
        format!("the oldest open transaction is session {session}{known}, for {age}")
    }
}

/// In units that a person compares.
fn bytes(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["bytes", "kB", "MB", "GB", "TB"];
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if size < 10.0 && unit > 0 { format!("{size:.1} {}", UNITS[unit]) } else { format!("{size:.0} {}", UNITS[unit]) }
}

/// None where there is no such table yet, or nothing can be asked.
pub(super) async fn size(database: &Database, table: &QualifiedName) -> Option<Size> {
    let query = live::size(database.dialect())?;
    let QualifiedName { schema, name } = table;
    let found: (Option<i64>, i64) =
        on!(database, pool => in_time(sqlx::query_as(query).bind(schema).bind(name).fetch_optional(pool)).await??);
    Some(Size { rows: found.0, bytes: found.1 })
}

/// None where nobody has one, or nothing can be asked.
pub(super) async fn oldest(database: &Database) -> Option<Oldest> {
    let query = live::oldest_transaction(database.dialect())?;
    let found: (String, Option<String>, Option<String>, i64) =
        on!(database, pool => in_time(sqlx::query_as(query).fetch_optional(pool)).await??);
    let (session, user, state, seconds) = found;
    Some(Oldest { session, user, state, seconds })
}

/// How far an index is that a run builds; none where it builds none.
pub(super) async fn index(database: &Database) -> Option<String> {
    let query = live::index_progress(database.dialect())?;
    let found: (String, i64, i64, i64, i64) =
        on!(database, pool => in_time(sqlx::query_as(query).fetch_optional(pool)).await??);
    let (phase, blocks_done, blocks, rows_done, rows) = found;
    let part = [(blocks_done, blocks), (rows_done, rows)].into_iter().find(|(_, total)| *total > 0);
    let part = part.map(|(done, total)| format!(", {} %", done.saturating_mul(100) / total));
    Some(format!("index: {phase}{}", part.unwrap_or_default()))
}

/// None where it fails or takes too long.
async fn in_time<T>(query: impl Future<Output = Result<T, sqlx::Error>>) -> Option<T> {
    tokio::time::timeout(PATIENCE, query).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_to_be_compared() {
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(8_192), "8.0 kB");
        assert_eq!(bytes(123 * 1024 * 1024), "123 MB");
        assert_eq!(bytes(2_500_000_000_000_000), "2274 TB");
        assert_eq!(Size { rows: Some(12), bytes: 16_384 }.said(), "about 12 rows, 16 kB");
        assert_eq!(Size { rows: None, bytes: 16_384 }.said(), "16 kB");
    }
}
