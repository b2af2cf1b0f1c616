//! Several statements in one call of SQLite's. sqlx prepares each statement of a text by itself, copies the rest of the text for
//! that, and has its thread wake whoever waits for the answer: as a rule that takes longer than the statement. What a transaction
//! is to begin with it hands to `sqlite3_exec` as it is.

use std::cmp::Ordering;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, Error, SqlStr, SqliteConnection};

use crate::dialect::checkpoint;
use crate::driver::Checkpoints;

/// Whoever waits for it; once nobody does any more, nothing more is to be done.
struct Waiting(Option<Arc<Checkpoints>>);

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(checkpoints) = &self.0 {
            checkpoints.stop();
        }
    }
}

pub(super) async fn run(
    connection: &mut SqliteConnection,
    sql: SqlStr,
    checkpoints: Arc<Checkpoints>,
) -> Result<(), Error> {
    let mut waiting = Waiting(Some(Arc::clone(&checkpoints)));
    let compare = move |kind: &str, _: &str| if checkpoints.reach(kind) { Ordering::Equal } else { Ordering::Less };
    connection.lock_handle().await?.create_collation(checkpoint::COLLATION, compare)?;
    // What such a text ends in has to be a transaction: one that has seen nothing, and holds nothing.
    let text = format!("{};BEGIN", sql.as_str());
    let begun = connection.begin_with(AssertSqlSafe(text)).await;
    waiting.0 = None;
    begun?.rollback().await
}
