//! What transactions on a connection of our own begin with, and leave behind for the next user of the session: behind a
//! pooler that is another client.

use std::sync::OnceLock;

use uno_migrate_core::Dialect;

use super::opener::on_connect;
use super::server::Server;
use crate::dialect::{Journal, SqlText, sql};
use crate::driver::{Connection, rows, send};
use crate::error::{Error, ErrorKind};
use crate::options::Options;
use crate::value::Row;

/// Read once a run, before anything is changed; not at all on a connection of the caller's.
#[derive(Debug, Default)]
pub(in crate::run) struct Settings {
    found: OnceLock<Found>,
    pub(super) server: OnceLock<Option<Server>>,
}

#[derive(Debug, Default)]
struct Found {
    /// What the client said when it connected, as a statement that says it again: a pooler keeps it for the client, and
    /// takes what the reset makes of it for the client's new wish.
    restore: String,
    /// The server looks during a statement whether its client is still there.
    watches: bool,
}

impl Settings {
    /// Whether there is nothing to read, or it was read.
    pub(in crate::run) fn are_read(&self, dialect: Dialect) -> bool {
        sql(dialect).client_settings().is_none() || self.found.get().is_some()
    }

    pub(in crate::run) async fn read(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        let text = sql(connection.dialect());
        let Some(client) = text.client_settings() else { return Ok(()) };
        let Some(tried) = self.question(connection.dialect()) else { return Ok(()) };
        match texts(connection, tried).await {
            Ok(restore) => self.keep(restore, true),
            // An older server, or one whose system cannot tell.
            Err(_) => {
                let _ = send(connection, "ROLLBACK").await;
                self.keep(texts(connection, client.to_owned()).await.map_err(unreadable)?, false);
            }
        }
        Ok(())
    }

    /// What is asked of a server before anything is changed, unless it is known; an error may leave a transaction open.
    pub(in crate::run) fn question(&self, dialect: Dialect) -> Option<String> {
        if Journal::is_kept(dialect) {
            return self.server.get().is_none().then(|| Journal::server().to_owned());
        }
        let client = sql(dialect).client_settings().filter(|_| !self.are_read(dialect))?;
        Some(watched(dialect, client))
    }

    /// The same, asked of another session than that which will have this name; it is not answered where the two may differ.
    pub(in crate::run) fn question_ahead(&self, dialect: Dialect, name: &str) -> Option<String> {
        let client = sql(dialect).client_settings_of(name).filter(|_| !self.are_read(dialect))?;
        Some(watched(dialect, &client))
    }

    /// What is answered, where somebody else has asked.
    pub(in crate::run) fn answered(&self, dialect: Dialect, answer: &[Row]) {
        match Journal::is_kept(dialect) {
            true => self.told(Server::read(answer)),
            false => {
                let restore = first_texts(answer);
                if !restore.is_empty() {
                    self.keep(restore, true);
                }
            }
        }
    }

    fn keep(&self, restore: Vec<String>, watches: bool) {
        let _ = self.found.set(Found { restore: restore.concat(), watches });
    }

    /// How transactions begin.
    pub(in crate::run) fn begin(&self, dialect: Dialect) -> &'static str {
        let text = sql(dialect);
        if self.watches() { text.begin_watched() } else { text.begin() }
    }

    /// The same for what runs outside of one.
    pub(in crate::run) async fn watch(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        if !self.watches() {
            return Ok(());
        }
        let text = sql(connection.dialect()).watch().to_owned();
        send(connection, text).await.map_err(|error| {
            Error::new(ErrorKind::Connection, "the server could not be told to watch its client")
                .caused_by_database(error)
        })
    }

    /// What stands in front of the execution of a prepared statement of ours: whatever watches can be told so.
    pub(in crate::run) fn plan_once(&self, dialect: Dialect) -> Option<&'static str> {
        self.watches().then(|| sql(dialect).plan_once())
    }

    fn watches(&self) -> bool {
        self.found.get().is_some_and(|found| found.watches)
    }

    /// Takes back what migrations did to their session that prepare nothing, while their transaction is open.
    pub(in crate::run) fn taken_back(&self, dialect: Dialect) -> String {
        let restore = self.found.get().map_or("", |found| found.restore.as_str());
        format!("{}; {restore}", sql(dialect).reset_in_transaction())
    }

    /// Takes back what a migration did to its session, while its transaction is open: the history is written as the user
    /// and with the settings that the run began with.
    pub(in crate::run) async fn reset(&self, connection: &mut dyn Connection, options: &Options) -> Result<(), Error> {
        let text = sql(connection.dialect());
        if text.reset_in_transaction().is_empty() {
            return Ok(());
        }
        connection.forget().await.map_err(not_reset)?;
        let taken_back = self.taken_back(connection.dialect());
        forget_prepared(connection, format!("{taken_back}; {}", text.prepared())).await.map_err(not_reset)?;
        match &options.on_connect {
            Some(hook) => on_connect(connection, hook).await,
            None => Ok(()),
        }
    }
}

/// Asks in a transaction in which the server looks whether its client is there, to see whether it can.
fn watched(dialect: Dialect, question: &str) -> String {
    format!("{}; {question}; ROLLBACK", sql(dialect).begin_watched())
}

/// Whether a transaction leaves nothing of a migration in its session.
pub(in crate::run) fn are_reset_in_transaction(dialect: Dialect) -> bool {
    !sql(dialect).reset_in_transaction().is_empty()
}

/// Takes back what a `ROLLBACK` does not, before the session is given up with it. Best effort: the failure before is
/// the one to tell.
pub(in crate::run) async fn undo(connection: &mut dyn Connection) {
    let text = sql(connection.dialect());
    let undo = text.undo_session();
    if !undo.is_empty() && connection.forget().await.is_ok() {
        let _ = forget_prepared(connection, format!("{undo}; {}", text.prepared())).await;
    }
}

/// Removes the statements that SQL has prepared, outside of a transaction. Best effort, for the same reason.
pub(in crate::run) async fn forget(connection: &mut dyn Connection) {
    let text = sql(connection.dialect()).prepared();
    if !text.is_empty() {
        let _ = forget_prepared(connection, text.to_owned()).await;
    }
}

/// Removes prepared statements of drivers like ours that stand in the way of our own: behind a pooler others have used
/// the session, and all of them count from one.
pub(in crate::run) async fn make_way(connection: &mut dyn Connection) -> Result<(), Error> {
    let text = sql(connection.dialect()).prepared_by_sqlx();
    if text.is_empty() {
        return Ok(());
    }
    forget_prepared(connection, text.to_owned()).await.map_err(not_reset)
}

/// Deallocates the prepared statements that a query names.
async fn forget_prepared(connection: &mut dyn Connection, query: String) -> Result<(), sqlx::Error> {
    let names = texts(connection, query).await?;
    if names.is_empty() {
        return Ok(());
    }
    let text: &dyn SqlText = sql(connection.dialect());
    let forget: Vec<_> = names.iter().map(|name| text.deallocate(name)).collect();
    send(connection, forget.join("; ")).await
}

/// The texts that some statements return.
async fn texts(connection: &mut dyn Connection, sql: String) -> Result<Vec<String>, sqlx::Error> {
    Ok(first_texts(&rows(connection, sql).await?))
}

fn first_texts(rows: &[Row]) -> Vec<String> {
    rows.iter().filter_map(|row| row.get::<Option<String>>(0).ok().flatten()).collect()
}

pub(super) fn not_reset(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::Connection, "the session could not be reset after a migration").caused_by_database(error)
}

fn unreadable(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::Connection, "the connection's settings could not be read").caused_by_database(error)
}
