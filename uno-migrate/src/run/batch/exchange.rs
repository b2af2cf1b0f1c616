//! A message on its way: it is sent, and what the server says to it is read.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};
use uno_migrate_core::Dialect;

use super::answers::{Answers, Stop};
use super::message::Message;
use super::{in_one_call, journalled};
use crate::driver::{Checkpoints, Connection};
use crate::run::session::settings;
use crate::run::session::transaction::{is_open, roll_back};

/// How long each migration took that is done, and the session, if it was told.
pub(super) type Told = (Vec<Duration>, Option<Option<String>>);

/// Sends it, and reads what has become of its migrations, and why no more are done.
pub(super) async fn exchange(
    connection: &mut dyn Connection,
    message: &Message<'_>,
    checkpoints: &Arc<Checkpoints>,
) -> (Told, Option<Stop>) {
    match message.dialect {
        _ if message.is_journalled => journalled::exchange::exchange(connection, message).await,
        Dialect::Sqlite => in_one_call::exchange(connection, message, checkpoints).await,
        Dialect::Postgres | Dialect::MySql => answered(connection, message).await,
    }
}

async fn answered(connection: &mut dyn Connection, message: &Message<'_>) -> (Told, Option<Stop>) {
    let mut answers = Answers::new(message);
    let error = {
        let mut stream = connection.answers(AssertSqlSafe(message.text()).into_sql_str());
        loop {
            match stream.next().await {
                Some(Ok(answer)) => answers.take(&answer),
                Some(Err(error)) => break Some(error),
                None => break None,
            }
        }
    };
    let stop = error.map(|error| answers.stop(error));
    if stop.as_ref().is_some_and(|stop| !matches!(stop, Stop::Lost(_))) {
        put_back(connection).await;
    }
    (answers.told(), stop)
}

/// Rolls back what an error has left open, and takes back what was prepared; whether a transaction was open.
pub(super) async fn put_back(connection: &mut dyn Connection) -> bool {
    let was_open = matches!(is_open(&mut *connection).await, Ok(true));
    if was_open {
        settings::undo(&mut *connection).await;
        roll_back(&mut *connection).await;
    } else {
        // A commit that fails ends its transaction, and nothing of what was prepared.
        settings::forget(&mut *connection).await;
    }
    was_open
}
