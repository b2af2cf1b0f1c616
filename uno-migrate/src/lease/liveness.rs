//! Who is at work on the server: sessions that others have left behind, or still use.

use std::time::{Duration, Instant};

use tokio::time::sleep;
use tracing::debug;

use crate::dialect::{Presence, sql};
use crate::driver::{self, Connection};
use crate::error::{Error, ErrorKind};
use crate::value::Row;

/// How long the server may take to end a session, and how often it is asked.
const ENDING: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What others know this session by; none where there are no sessions but processes, or the server does not tell.
pub(crate) async fn session(connection: &mut dyn Connection) -> Result<Option<String>, Error> {
    let text = sql(connection.dialect()).session();
    if text.is_empty() {
        return Ok(None);
    }
    // From then on what is read is what others have committed, too.
    let text = format!("{}{text}", sql(connection.dialect()).commit_each());
    let row = first(connection, text).await?;
    Ok(row.and_then(|row| row.get(0).ok()))
}

/// What a session is doing.
pub(crate) async fn presence(connection: &mut dyn Connection, session: &str) -> Result<Presence, Error> {
    let Some(Ok(text)) = sql(connection.dialect()).presence(session) else { return Ok(Presence::Unknown) };
    let row = first(connection, text).await?;
    let number: Option<i64> = row.and_then(|row| row.get(0).ok());
    Ok(number.map_or(Presence::Unknown, Presence::from))
}

/// A server that refuses to tell is no obstacle: the lease and its fence do without. A connection that is lost is one.
async fn first(connection: &mut dyn Connection, text: impl Into<String>) -> Result<Option<Row>, Error> {
    match driver::rows(connection, text).await {
        Ok(rows) => Ok(rows.into_iter().next()),
        Err(error) if error.as_database_error().is_some() => {
            debug!("the database does not tell what its sessions are doing: {error}");
            Ok(None)
        }
        Err(error) => Err(Error::new(ErrorKind::Connection, "the connection was lost").caused_by_database(error)),
    }
}

/// The same of a session that is known by the name of its connection, which nobody else has.
pub(crate) async fn end_named(connection: &mut dyn Connection, name: &str) -> Result<Presence, Error> {
    let Some(Ok(text)) = sql(connection.dialect()).named(name) else { return Ok(Presence::Unknown) };
    let row = first(connection, text).await?;
    match row.map(|row| row.get::<Option<String>>(0)) {
        Some(Ok(Some(session))) => end(connection, &session).await,
        Some(Ok(None)) => Ok(Presence::Gone),
        Some(Err(_)) | None => Ok(Presence::Unknown),
    }
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
            let _ = driver::send(connection, text).await;
        }
        sleep(LOOK_EVERY).await;
    }
}

/// Has the server stop what a session does, which need not end with it where nothing of that can be left open. Whoever waits
/// for it knows when it has stopped.
pub(crate) async fn stop(connection: &mut dyn Connection, session: &str) -> Result<(), Error> {
    let began = Instant::now();
    if let Some(text) = sql(connection.dialect()).stop_statement(session) {
        // It may come between two statements, and stop none. A session that is idle stays so, whatever its client waits for.
        while presence(connection, session).await? == Presence::Busy && began.elapsed() < ENDING {
            let _ = driver::send(connection, text.as_str()).await;
            sleep(LOOK_EVERY).await;
        }
        sleep(ENDING / 5).await;
    }
    end(connection, session).await.map(drop)
}
