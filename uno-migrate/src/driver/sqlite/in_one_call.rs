//! Several statements in one call of SQLite's. sqlx prepares each statement of a text by itself, copies the rest of the text for
//! that, and has its thread wake whoever waits for the answer: as a rule that takes longer than the statement. What a transaction
//! is to begin with it hands to `sqlite3_exec` as it is.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, Error, SqlStr, SqliteConnection};

use crate::driver::Commits;

/// Once nobody waits for it any more, nothing more is to be done.
struct Waiting(Arc<Commits>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// The connection's hook for commits is taken meanwhile: nobody else may have use for that.
pub(super) async fn watched(
    connection: &mut SqliteConnection,
    sql: &SqlStr,
    commits: Arc<Commits>,
) -> Result<(), Error> {
    let waiting = Waiting(Arc::clone(&commits));
    connection.lock_handle().await?.set_commit_hook(move || commits.admit());
    let done = run(connection, sql).await;
    drop(waiting);
    connection.lock_handle().await?.remove_commit_hook();
    done
}

/// What it ends in has to be a transaction: one that has seen nothing, and holds nothing.
pub(super) async fn run(connection: &mut SqliteConnection, sql: &SqlStr) -> Result<(), Error> {
    let text = format!("{};BEGIN", sql.as_str());
    connection.begin_with(AssertSqlSafe(text)).await?.rollback().await
}
