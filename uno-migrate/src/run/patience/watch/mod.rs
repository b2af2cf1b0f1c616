//! Looks after a statement while it runs: who keeps it waiting, and whether it takes longer than it may.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::future::{Either, join, select};
use tokio::time::sleep;
use tracing::{debug, info, warn};
use uno_migrate_core::Dialect;

use crate::blocked::{Blocker, by};
use crate::dialect::sql;
use crate::driver::{Connection, Opener, rows, send};
use crate::event::Event;
use crate::run::scope::Scope;
use crate::value::Row;

#[cfg(test)]
mod tests;

/// How often it is looked who keeps it waiting, once somebody does.
pub(in crate::run) const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// How long a session may wait for its client while that waits for the session.
pub(in crate::run) const UNHEARD: Duration = Duration::from_secs(30);

/// A session, as its server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) number: i64,
    /// No other server has the same: there may be several behind one address.
    pub(super) server: String,
    /// The limit for locks with which it began.
    pub(super) own_lock_limit: String,
    /// Whether the server itself ends what takes longer than it may.
    pub(super) ends_statements: bool,
}

impl Identity {
    pub(super) fn read(row: &Row) -> crate::Result<Self> {
        let ends_statements: i64 = row.get(3)?;
        Ok(Self {
            number: row.get(0)?,
            own_lock_limit: row.get(1)?,
            server: row.get(2)?,
            ends_statements: ends_statements != 0,
        })
    }
}

impl Scope<'_> {
    /// Does the work, and looks after a while who keeps that session waiting; returns who did when it was last looked.
    pub(super) async fn watched<T>(
        &self,
        session: &Identity,
        opener: &Opener,
        after: Duration,
        work: impl Future<Output = T>,
    ) -> (T, Vec<Blocker>) {
        let mut seen = Vec::new();
        // Whatever the look-out waits for itself, it ends with the work.
        let done = match select(pin!(work), pin!(self.look_out(session, opener, after, &mut seen))).await {
            Either::Left((done, _)) => done,
            Either::Right((never, _)) => match never {},
        };
        (done, seen)
    }

    async fn look_out(
        &self,
        session: &Identity,
        opener: &Opener,
        after: Duration,
        seen: &mut Vec<Blocker>,
    ) -> Infallible {
        let began = Instant::now();
        sleep(after).await;
        let mut connection = match beside(session, opener).await {
            Some(connection) => connection,
            None => return pending().await,
        };
        loop {
            match self.tell_blockers(&mut *connection, session.number, began).await {
                Ok(None) => sleep(after).await,
                Ok(Some(found)) => {
                    *seen = found;
                    sleep(LOOK_AGAIN).await;
                }
                Err(error) => {
                    debug!("it could not be asked who keeps the statement waiting: {error}");
                    return pending().await;
                }
            }
        }
    }

    /// Looks who keeps a session waiting that began then, and tells whoever listens; none where nobody does.
    pub(in crate::run) async fn tell_blockers(
        &self,
        connection: &mut dyn Connection,
        session: i64,
        began: Instant,
    ) -> Result<Option<Vec<Blocker>>, sqlx::Error> {
        let found = blockers(connection, session).await?;
        let Some((first, told)) = found.first().zip(by(&found)) else { return Ok(None) };
        let waited = began.elapsed();
        info!("waiting for {} s: {told}", waited.as_secs());
        let holder = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        self.emit(&Event::Waiting { holder, waited, since: first.since.clone(), detail: first.query.clone() });
        Ok(Some(found))
    }
}

/// Another connection to the server of that session; none where it cannot be had.
async fn beside(session: &Identity, opener: &Opener) -> Option<Box<dyn Connection>> {
    let opened = async {
        let mut connection = opener().await?;
        let question = sql(connection.dialect()).identity().unwrap_or_default();
        let identity = identify(&mut *connection, question, Vec::new()).await?;
        Ok::<_, sqlx::Error>((connection, identity))
    };
    match opened.await {
        Ok((connection, Some(identity))) if identity.server == session.server => Some(connection),
        Ok(_) => {
            debug!("a second connection leads to another server than the first");
            None
        }
        Err(error) => {
            debug!("there can be no second connection: {error}");
            None
        }
    }
}

/// Asks a session who it is, and sets it up in the same message; nothing where it does not tell.
pub(super) async fn identify(
    connection: &mut dyn Connection,
    question: &'static str,
    settings: Vec<String>,
) -> Result<Option<Identity>, sqlx::Error> {
    let texts: Vec<String> = [question.to_owned()].into_iter().chain(settings).collect();
    let rows = rows(connection, texts.join("; ")).await?;
    let identity = rows.first().map(Identity::read).transpose();
    Ok(identity.inspect_err(|error| debug!("the session does not tell who it is: {error}")).ok().flatten())
}

/// Sends a short message of several statements, and ends the session if its answer does not come: what ends a statement may come
/// between two of them, and then nobody is told.
pub(super) async fn heard_of<T>(
    dialect: Dialect,
    session: &Identity,
    opener: &Opener,
    work: impl Future<Output = T>,
) -> T {
    if sql(dialect).idle(session.number).is_none() {
        return work.await;
    }
    let looking = async {
        let mut since = None;
        loop {
            sleep(UNHEARD / 3).await;
            let Some(mut connection) = beside(session, opener).await else { continue };
            if let Err(error) = end_unheard(&mut *connection, session.number, &mut since, UNHEARD / 2).await {
                debug!("it could not be asked what the session does: {error}");
            }
            let _ = connection.close().await;
        }
    };
    match select(pin!(work), pin!(looking)).await {
        Either::Left((done, _)) => done,
        Either::Right((never, _)) => match never {},
    }
}

/// Ends a session that has waited so long for its client, since `since`, where its client waits for an answer: it breaks the
/// connection, for it will not come.
async fn end_unheard(
    connection: &mut dyn Connection,
    session: i64,
    since: &mut Option<Instant>,
    limit: Duration,
) -> Result<(), sqlx::Error> {
    let text = sql(connection.dialect());
    let Some(question) = text.idle(session) else { return Ok(()) };
    let rows = rows(&mut *connection, question).await?;
    if rows.first().and_then(|row| row.get(0).ok()) != Some(1_i64) {
        *since = None;
        return Ok(());
    }
    if since.get_or_insert_with(Instant::now).elapsed() < limit {
        return Ok(());
    }
    warn!("the database has ended a message and not said so: its session is ended as well");
    send(connection, text.how_to_end(&session.to_string())).await
}

async fn blockers(connection: &mut dyn Connection, session: i64) -> Result<Vec<Blocker>, sqlx::Error> {
    let dialect = connection.dialect();
    for text in sql(dialect).blockers(session) {
        match rows(connection, text).await {
            Ok(rows) => {
                let found: Vec<_> = rows.iter().filter_map(|row| Blocker::read(dialect, row)).collect();
                if !found.is_empty() {
                    return Ok(found);
                }
            }
            // What this server does not have, or this user may not read.
            Err(error) if error.as_database_error().is_some() => debug!("{error}"),
            Err(error) => return Err(error),
        }
    }
    Ok(Vec::new())
}

/// Does the work, and ends the statement that the session runs for it from another connection once the limit is over;
/// whether it did.
pub(super) async fn bounded<T>(
    session: &Identity,
    opener: &Opener,
    limit: Duration,
    work: impl Future<Output = T>,
) -> (T, bool) {
    let opening = async {
        sleep(limit).await;
        match beside(session, opener).await {
            Some(connection) => connection,
            None => {
                warn!("a statement takes longer than it may, and there is no second connection to end it from");
                pending().await
            }
        }
    };
    let work = pin!(work);
    let (mut second, work) = match select(work, pin!(opening)).await {
        Either::Left((done, _)) => return (done, false),
        Either::Right((second, work)) => (second, work),
    };
    let ending = async {
        match sql(second.dialect()).end_statement(session.number) {
            Some(text) => {
                send(&mut *second, text).await.inspect_err(|error| warn!("it could not be ended: {error}")).is_ok()
            }
            None => false,
        }
    };
    // What is sent has to have its effect before the next statement is: it ends whatever that session runs.
    let (done, is_ended) = join(work, ending).await;
    let _ = second.close().await;
    (done, is_ended)
}

/// Lets a request to end a statement go by that came too late for it.
pub(in crate::run) async fn let_pass(connection: &mut dyn Connection) {
    if let Some(text) = sql(connection.dialect()).nothing() {
        let _ = send(connection, text).await;
    }
}
