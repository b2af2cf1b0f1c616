//! Who is at work on the server: sessions that others have left behind, or still use.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use tokio::time::sleep;

use crate::dialect::{Presence, sql};
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};

/// How long the server may take to end a session, and how often it is asked.
const ENDING: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What others know this session by; none where there are no sessions but processes.
pub(crate) async fn session(connection: &mut dyn Connection) -> Result<Option<String>, Error> {
    let text = sql(connection.dialect()).session();
    if text.is_empty() {
        return Ok(None);
    }
    let rows: Vec<_> = connection.fetch(SqlStr::from_static(text)).try_collect().await.map_err(unseen)?;
    rows.first().map(|row| row.get(0)).transpose().map_err(|error| odd().caused_by(error))
}

/// What a session is doing.
pub(crate) async fn presence(connection: &mut dyn Connection, session: &str) -> Result<Presence, Error> {
    let Some(text) = sql(connection.dialect()).presence(session) else { return Ok(Presence::Unknown) };
    let text = text.map_err(|error| odd().caused_by(error))?;
    let rows: Vec<_> = connection.fetch(AssertSqlSafe(text).into_sql_str()).try_collect().await.map_err(unseen)?;
    let number: Option<i64> = rows.first().map(|row| row.get(0)).transpose().map_err(|error| odd().caused_by(error))?;
    Ok(number.map_or(Presence::Unknown, Presence::from))
}

/// Has the server end a session, and waits until it has; what it is doing if it does not end.
pub(crate) async fn end(connection: &mut dyn Connection, session: &str) -> Result<Presence, Error> {
    let began = Instant::now();
    loop {
        let presence = presence(connection, session).await?;
        if matches!(presence, Presence::Gone | Presence::Unknown) || began.elapsed() > ENDING {
            return Ok(presence);
        }
        if let Some(Ok(text)) = sql(connection.dialect()).end_session(session) {
            // That it may not be ended by this user shows in that it stays.
            let _ = connection.execute(AssertSqlSafe(text).into_sql_str()).await;
        }
        sleep(LOOK_EVERY).await;
    }
}

fn unseen(error: sqlx::Error) -> Error {
    odd().caused_by_database(error)
}

fn odd() -> Error {
    Error::new(ErrorKind::Connection, "the database does not tell what its sessions are doing")
}
