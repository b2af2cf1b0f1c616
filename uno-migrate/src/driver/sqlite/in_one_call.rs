//! Several statements in one call of SQLite's. sqlx prepares each statement of a text by itself, copies the rest of the text for
//! that, and has its thread wake whoever waits for the answer: as a rule that takes longer than the statement. What a transaction
//! is to begin with it hands to `sqlite3_exec` as it is.

use std::cmp::Ordering;
use std::sync::Arc;

use sqlx::{Connection as _, Error, SqlStr, SqliteConnection};

use crate::driver::{Checkpoint, Checkpoints};

/// Ends a text at its next checkpoint where nobody waits for it any more.
struct EndOnDrop<'c>(Option<&'c Checkpoints>);

impl EndOnDrop<'_> {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        if let Some(checkpoints) = self.0 {
            checkpoints.end();
        }
    }
}

/// What the text ends in has to be a transaction: one that has seen nothing, and holds nothing.
pub(super) async fn run(
    connection: &mut SqliteConnection,
    sql: SqlStr,
    checkpoints: Arc<Checkpoints>,
) -> Result<(), Error> {
    let reached = Arc::clone(&checkpoints);
    let compare = move |name: &str, _: &str| match Checkpoint::named(name).and_then(|at| reached.reach(at)) {
        Some(_) => Ordering::Equal,
        None => Ordering::Less,
    };
    connection.lock_handle().await?.create_collation(Checkpoint::COLLATION, compare)?;
    let waiting = EndOnDrop(Some(&checkpoints));
    let begun = connection.begin_with(sql).await;
    waiting.disarm();
    // Unlike one that is rolled back, an empty transaction that is committed is nothing that the application's hooks hear of.
    begun?.commit().await
}
