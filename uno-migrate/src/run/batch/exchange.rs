//! A message on its way: it is sent, and what the server says to it is read.

use std::time::Duration;

use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use sqlx::{AssertSqlSafe, SqlSafeStr};
use tokio::time::sleep;
use uno_migrate_core::Dialect;

use super::answers::{Answers, Stop};
use super::journalled;
use super::message::Message;
use crate::driver::{Answer, Connection};
use crate::run::session::settings;
use crate::run::session::transaction::{is_open, roll_back};

/// So many answers of SQLite's are worth a [pause](PAUSE), in which some 20 come as a rule; the driver keeps 50, and then waits.
const MANY: usize = 40;

/// The shortest that the clock knows.
const PAUSE: Duration = Duration::from_millis(1);

/// How long each migration took that is done, and the session, if it was told.
pub(super) type Told = (Vec<Duration>, Option<Option<String>>);

/// Sends it, and reads what has become of its migrations, and why no more are done.
pub(super) async fn exchange(connection: &mut dyn Connection, message: &Message<'_>) -> (Told, Option<Stop>) {
    if message.is_journalled {
        return journalled::exchange::exchange(connection, message).await;
    }
    let mut to_come = match message.dialect {
        Dialect::Sqlite if !connection.is_pooled() => message.parts.iter().map(|parts| parts.len() + 1).sum(),
        _ => 0,
    };
    let mut answers = Answers::new(message);
    let failed = {
        let mut stream = connection.answers(AssertSqlSafe(message.text()).into_sql_str());
        loop {
            match next(&mut stream, to_come).await {
                Some(Ok(answer)) => {
                    to_come = to_come.saturating_sub(1);
                    answers.take(&answer);
                }
                Some(Err(error)) => break Some(error),
                None => break None,
            }
        }
    };
    let stop = failed.map(|error| answers.stop(error));
    if stop.as_ref().is_some_and(|stop| !matches!(stop, Stop::Lost(_))) {
        if matches!(is_open(&mut *connection).await, Ok(true)) {
            settings::undo(&mut *connection).await;
            roll_back(&mut *connection).await;
        } else {
            // A commit that fails ends its transaction, and nothing of what was prepared.
            settings::forget(&mut *connection).await;
        }
    }
    (answers.told(), stop)
}

/// The next answer. SQLite works in a thread of the driver's, which has to wake the one that waits for an answer: at each of many
/// that takes as long as what their statements do. As long as many are to come they are given some time to gather.
async fn next(
    stream: &mut BoxStream<'_, Result<Answer, sqlx::Error>>,
    to_come: usize,
) -> Option<Result<Answer, sqlx::Error>> {
    if to_come >= MANY {
        match stream.next().now_or_never() {
            Some(answer) => return answer,
            None => sleep(PAUSE).await,
        }
    }
    stream.next().await
}
