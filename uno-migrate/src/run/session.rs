//! The connection of a run, and how what one migration does to its session is kept from the next.

use futures_util::future::BoxFuture;
use sqlx::Pool;
use uno_migrate_core::Dialect;

use super::hooks;
use super::transaction::send;
use crate::dialect::sql;
use crate::driver::{Connection, Driver};
use crate::error::{Error, ErrorKind};
use crate::options::Options;

/// Opens another connection like the first.
type Opener = Box<dyn Fn() -> BoxFuture<'static, Result<Box<dyn Connection>, sqlx::Error>> + Send + Sync>;

pub(super) struct Session<'a> {
    connection: Lent<'a>,
    /// Where the history is written while a migration stands half-way, once there was need of it.
    ledger: Option<Box<dyn Connection>>,
    options: &'a Options,
}

enum Lent<'a> {
    /// Opened for this run and closed after it.
    Own(Box<dyn Connection>, Opener),
    /// The caller's: its settings are not ours to touch.
    Callers(&'a mut dyn Connection),
}

impl<'a> Session<'a> {
    pub(super) async fn open<DB: Driver>(pool: &Pool<DB>, options: &'a Options) -> Result<Self, Error> {
        let opener: Opener = {
            let (pool, url) = (pool.clone(), options.direct_url.clone());
            Box::new(move || {
                let (pool, url) = (pool.clone(), url.clone());
                Box::pin(async move { DB::open(&pool, url.as_deref()).await })
            })
        };
        let connection = opener().await.map_err(unreachable)?;
        Ok(Self { connection: Lent::Own(connection, opener), ledger: None, options })
    }

    pub(super) fn lent(connection: &'a mut dyn Connection, options: &'a Options) -> Self {
        Self { connection: Lent::Callers(connection), ledger: None, options }
    }

    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        self.with_ledger().0
    }

    /// Opens the connection on which a history row is written that does not share its migration's transaction: the
    /// migration's own may hold locks or a transaction, or be a role that may not write there. SQLite has one writer,
    /// and a caller one connection.
    pub(super) async fn open_ledger(&mut self) -> Result<(), Error> {
        let Lent::Own(connection, opener) = &self.connection else { return Ok(()) };
        if self.ledger.is_some() || connection.dialect() == Dialect::Sqlite {
            return Ok(());
        }
        let ledger = self.ledger.insert(opener().await.map_err(unreachable)?);
        match &self.options.on_connect {
            Some(hook) => hooks::on_connect(&mut **ledger, hook).await,
            None => Ok(()),
        }
    }

    /// Where the migration runs, and where its history row is written if that is another connection.
    pub(super) fn with_ledger(&mut self) -> (&mut dyn Connection, Option<&mut dyn Connection>) {
        let connection: &mut dyn Connection = match &mut self.connection {
            Lent::Own(connection, _) => &mut **connection,
            Lent::Callers(connection) => &mut **connection,
        };
        (connection, self.ledger.as_mut().map(|ledger| &mut **ledger as &mut dyn Connection))
    }

    pub(super) fn ledger(&mut self) -> &mut dyn Connection {
        match self.with_ledger() {
            (_, Some(ledger)) => ledger,
            (connection, None) => connection,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        match &self.connection {
            Lent::Own(connection, _) => connection.dialect(),
            Lent::Callers(connection) => connection.dialect(),
        }
    }

    /// Whether the session is the caller's, and may stand in a transaction of the caller's.
    pub(super) fn is_lent(&self) -> bool {
        matches!(self.connection, Lent::Callers(_))
    }

    /// What the application wants done on every new connection.
    pub(super) async fn set_up(&mut self) -> Result<(), Error> {
        match &self.options.on_connect {
            Some(hook) => hooks::on_connect(self.connection(), hook).await,
            None => Ok(()),
        }
    }

    /// Takes back everything once the transaction has ended. Where a database cannot forget a session, and the
    /// migration may have changed it, a new one takes its place.
    pub(super) async fn reset(&mut self, changed: bool) -> Result<(), Error> {
        let text = sql(self.dialect()).reset_session();
        match &mut self.connection {
            Lent::Callers(_) => return Ok(()),
            Lent::Own(connection, _) if !text.is_empty() => {
                connection.forget().await.map_err(|error| not_reset().caused_by_database(error))?;
                send(&mut **connection, text.to_owned())
                    .await
                    .map_err(|error| not_reset().caused_by_database(error))?;
            }
            Lent::Own(..) if !changed => return Ok(()),
            Lent::Own(connection, _) if connection.is_pooled() => {
                connection.restore().await.map_err(|error| not_reset().caused_by_database(error))?;
            }
            Lent::Own(connection, opener) => {
                let fresh = opener().await.map_err(unreachable)?;
                // The old one has nothing left to do; that it cannot say good-bye changes nothing.
                let _ = std::mem::replace(connection, fresh).close().await;
            }
        }
        self.set_up().await
    }

    /// Closes a connection of our own. What is done is done: an error here changes nothing.
    pub(super) async fn close(self) {
        if let Lent::Own(mut connection, _) = self.connection {
            if connection.is_pooled() {
                let _ = connection.restore().await;
            }
            let _ = connection.close().await;
        }
        if let Some(ledger) = self.ledger {
            let _ = ledger.close().await;
        }
    }
}

/// Takes back what a migration did to a session of our own, while its transaction is open: the history is written as the
/// user and with the settings that the run began with.
pub(super) async fn reset_in_transaction(connection: &mut dyn Connection, options: &Options) -> Result<(), Error> {
    let text = sql(connection.dialect()).reset_in_transaction();
    if text.is_empty() {
        return Ok(());
    }
    send(connection, text.to_owned()).await.map_err(|error| not_reset().caused_by_database(error))?;
    match &options.on_connect {
        Some(hook) => hooks::on_connect(connection, hook).await,
        None => Ok(()),
    }
}

fn unreachable(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::Connection, "cannot connect to the database")
        .caused_by_database(error)
        .help("check that the server runs and that the URL and its user are right")
}

fn not_reset() -> Error {
    Error::new(ErrorKind::Connection, "the session could not be reset after a migration")
}
