//! Whether every statement may come to another session.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;
use uno_migrate_core::Dialect;

use crate::dialect::sql;
use crate::driver::{Connection, rows, send};

/// One round finds every pooler that nobody else uses. In a busy one others may put back, in between, the very session
/// that we had.
const ROUNDS: usize = 2;

/// How long an answer is waited for while the other connection holds what may be the pooler's only session.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether there are such poolers for that database.
pub(super) fn may_be(dialect: Dialect) -> bool {
    sql(dialect).process().is_some()
}

/// Whether a transaction pooler stands between: a session that answers two connections, or two that answer one.
///
/// A pooler gives out the session that came back last, or the one that waits longest. The first kind is found by the
/// transaction on the other connection, the second one by asking twice.
pub(super) async fn is_between(one: &mut dyn Connection, other: &mut dyn Connection) -> Result<bool, sqlx::Error> {
    let text = sql(one.dialect());
    let Some(process) = text.process() else { return Ok(false) };
    for _ in 0..ROUNDS {
        let first = ask(one, process.to_owned()).await?;
        // Servers that are like PostgreSQL have no processes to tell of, or call all of them by one number.
        if first.is_none_or(|process| process <= 0) {
            return Ok(false);
        }
        if first != ask(one, process.to_owned()).await? {
            return Ok(true);
        }
        if first == ask(other, format!("{}; {process}", text.begin())).await? {
            send(other, "ROLLBACK").await?;
            return Ok(true);
        }
        let again = {
            let mut asking = pin!(ask(one, process.to_owned()));
            let answer = timeout(PATIENCE, &mut asking).await;
            send(other, "ROLLBACK").await?;
            match answer {
                Ok(answer) => answer?,
                Err(_) => asking.await?,
            }
        };
        if first != again {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The number of the process that answers.
async fn ask(connection: &mut dyn Connection, text: String) -> Result<Option<i64>, sqlx::Error> {
    let rows = rows(connection, text).await?;
    Ok(rows.first().and_then(|row| row.get(0).ok()))
}
