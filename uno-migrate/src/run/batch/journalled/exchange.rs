//! What the server says while it works on a message. Rows may be those of the migrations' own statements; the last one of a
//! message that has come to its end is ours.

use std::time::Duration;

use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::said;
use crate::dialect::{Journal, SEATED};
use crate::driver::{self, Answer, Connection};
use crate::run::batch::Told;
use crate::run::batch::answers::Stop;
use crate::run::batch::message::Message;
use crate::value::Row;

/// How far a message came.
pub(super) struct Far {
    /// The last place that the server has passed.
    pub(super) at: usize,
    /// How long each migration took that is done.
    pub(super) times: Vec<Duration>,
}

/// Sends it; how long each migration took if all are done, and in which session, if that was told.
pub(in crate::run::batch) async fn exchange(
    connection: &mut dyn Connection,
    message: &Message<'_>,
) -> (Told, Option<Stop>) {
    let (mut last, mut seated) = (None, None);
    let mut stream = connection.answers(AssertSqlSafe(message.text()).into_sql_str());
    while let Some(answer) = stream.next().await {
        match answer {
            Ok(Answer::Row(row)) => match row.get(SEATED) {
                Ok(session) if message.ahead > 0 && seated.is_none() => seated = Some(session),
                _ => last = Some(row),
            },
            Ok(Answer::Done) => {}
            Err(error) if driver::ends_session(&error) => return ((Vec::new(), seated), Some(Stop::Lost(error))),
            Err(error) => return ((Vec::new(), seated), Some(Stop::Ended(Some(error)))),
        }
    }
    let total = message.parts.iter().map(Vec::len).sum();
    match last.as_ref().and_then(Far::read) {
        Some(far) if far.at == said(total) && far.times.len() == message.groups.len() => ((far.times, seated), None),
        // What is ended between two statements need not be told.
        _ => ((Vec::new(), seated), Some(Stop::Ended(None))),
    }
}

/// How far the message before came.
pub(super) async fn far(connection: &mut dyn Connection) -> Result<Option<Far>, sqlx::Error> {
    let rows = driver::rows(connection, Journal::far()).await?;
    Ok(rows.first().and_then(Far::read))
}

impl Far {
    fn read(row: &Row) -> Option<Self> {
        let (at, took): (usize, Option<String>) = (row.get("uno_migrate_at").ok()?, row.get("uno_migrate_took").ok()?);
        let times = took.unwrap_or_default();
        let times = times.split_whitespace().map(|micros| micros.parse().map(Duration::from_micros));
        Some(Self { at, times: times.collect::<Result<_, _>>().ok()? })
    }
}
