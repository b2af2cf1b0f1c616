//! A message on its way: it is sent, and what the server says to it is read.

use std::time::Duration;

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::answers::{Answers, Stop};
use super::gathering::Gathering;
use super::journalled;
use super::message::Message;
use crate::driver::Connection;
use crate::run::session::settings;
use crate::run::session::transaction::{is_open, roll_back};

/// How long each migration took that is done, and the session, if it was told.
pub(super) type Told = (Vec<Duration>, Option<Option<String>>);

/// Sends it, and reads what has become of its migrations, and why no more are done.
pub(super) async fn exchange(
    connection: &mut dyn Connection,
    message: &Message<'_>,
    may_gather: &mut bool,
) -> (Told, Option<Stop>) {
    if message.is_journalled {
        return journalled::exchange::exchange(connection, message).await;
    }
    let mut answers = Answers::new(message);
    let failed = {
        let mut gathering = Gathering::new(connection, message, may_gather);
        let mut stream = connection.answers(AssertSqlSafe(message.text()).into_sql_str());
        loop {
            let came = gathering.next(&mut stream).await;
            if came.is_empty() {
                break None;
            }
            let failed = came.into_iter().find_map(|(answer, at)| answer.map(|answer| answers.take(&answer, at)).err());
            if failed.is_some() {
                break failed;
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
