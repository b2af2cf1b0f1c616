//! SQLite's messages. It says nothing before the end; what is seen meanwhile is that another transaction has come to its end, and
//! after an error the history tells how far it was.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::SqlStr;

use super::answers::Stop;
use super::exchange::Told;
use super::message::Message;
use crate::driver::{self, Commits, Connection};

/// Has it done. After an error, the migrations that are told as done are those that may be.
pub(super) async fn exchange(
    connection: &mut dyn Connection,
    message: &Message<'_>,
    text: SqlStr,
    commits: &Arc<Commits>,
) -> (Told, Option<Stop>) {
    let began = Instant::now();
    let stop = match connection.in_one_call(text, commits).await {
        Ok(()) => None,
        Err(error) if driver::ends_session(&error) => Some(Stop::Lost(error)),
        // Which statement it is of is told by doing its migration alone.
        Err(_) => Some(Stop::Alone),
    };
    ((times(connection, message, commits, began), None), stop)
}

/// How long each migration took. On a connection of the pool's nobody sees it: there each has its part.
fn times(connection: &dyn Connection, message: &Message<'_>, commits: &Commits, began: Instant) -> Vec<Duration> {
    let count = message.groups.len();
    if connection.is_pooled() {
        let each = began.elapsed() / u32::try_from(count).unwrap_or(u32::MAX).max(1);
        return vec![each; count];
    }
    let ended = commits.times();
    let mut times = between(began, &ended[..ended.len().min(count)]);
    // What is written to the file is written behind that.
    if let (Some(time), Some(last)) = (times.last_mut(), ended.last()) {
        *time += last.elapsed();
    }
    times
}

/// From each to the next.
pub(super) fn between(began: Instant, ended: &[Instant]) -> Vec<Duration> {
    let since = [began].into_iter().chain(ended.iter().copied());
    ended.iter().zip(since).map(|(ended, since)| ended.saturating_duration_since(since)).collect()
}
