//! The connection of a run, and how what one migration does to its session is kept from the next.
//!
//! * [`mod@opener`]: how connections are opened, and set up as the application wants them
//! * [`ledger`]: a second connection, for the history row of a migration that does not share its transaction
//! * [`transaction`]: transactions around migrations, and the limits for what runs in them
//! * [`settings`]: what they begin with, and what a migration leaves in its session
//! * [`reset`]: that is taken back before the next one
//! * [`foreign_keys`]: switched off while SQLite remakes a table
//! * [`server`]: what a server says of itself that takes several migrations in one message
//! * [`pooler`]: whether every statement may come to another session

use std::mem;
use std::sync::Arc;

use sqlx::Pool;
use uno_migrate_core::Dialect;

use crate::context::Context;
use crate::driver::{Connection, Driver, Opener};
use crate::error::{Error, ErrorKind};
use crate::options::Options;

pub(super) mod foreign_keys;
pub(super) mod ledger;
pub(super) mod opener;
mod pooler;
mod reset;
pub(super) mod server;
pub(super) mod settings;
pub(super) mod transaction;

use ledger::Ledger;
use opener::{on_connect, opener, unreachable};
use reset::Trace;
use transaction::is_open;

pub(super) struct Session<'a> {
    connection: Lent<'a>,
    /// Where the history is written while a migration stands half-way, once there was need of it.
    ledger: Option<Ledger<'a>>,
    trace: Trace,
    /// It was asked whether there is a pooler between, and there is none.
    is_direct: bool,
    /// Another connection has taken the place of the one before, and nobody has asked yet.
    has_moved: bool,
    options: &'a Options,
}

enum Lent<'a> {
    /// Opened for this run and closed after it.
    Own(Box<dyn Connection>, Opener),
    /// The caller's: its settings are not ours to touch.
    Callers {
        connection: &'a mut dyn Connection,
        /// It stands in a transaction of the caller's, whether sqlx knows of that or not.
        inside: bool,
    },
}

impl<'a> Session<'a> {
    pub(super) async fn open<DB: Driver>(pool: &Pool<DB>, options: &'a Options) -> Result<Self, Error> {
        let opener = opener(pool, options.direct_url.clone());
        let connection = DB::open(pool, options.direct_url.as_deref()).await.map_err(unreachable)?;
        let connection = Lent::Own(connection, opener);
        Ok(Self { connection, ledger: None, trace: Trace::None, is_direct: false, has_moved: false, options })
    }

    pub(super) fn lent(connection: &'a mut dyn Connection, options: &'a Options) -> Self {
        let inside = connection.in_transaction();
        let connection = Lent::Callers { connection, inside };
        Self { connection, ledger: None, trace: Trace::None, is_direct: false, has_moved: false, options }
    }

    /// Looks whether the caller has begun a transaction by SQL, of which sqlx knows nothing.
    pub(super) async fn look_around(&mut self) -> Result<(), Error> {
        let Lent::Callers { connection, inside } = &mut self.connection else { return Ok(()) };
        *inside = *inside
            || is_open(&mut **connection).await.map_err(|error| {
                Error::new(ErrorKind::Connection, "the connection does not tell whether it is in a transaction")
                    .caused_by_database(error)
            })?;
        Ok(())
    }

    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        self.parts().0
    }

    /// Where the migration runs, and where its history row is written if that is another connection.
    pub(super) fn parts(&mut self) -> (&mut dyn Connection, Option<&mut Ledger<'a>>) {
        let connection: &mut dyn Connection = match &mut self.connection {
            Lent::Own(connection, _) => &mut **connection,
            Lent::Callers { connection, .. } => &mut **connection,
        };
        (connection, self.ledger.as_mut())
    }

    /// SQLite has one writer, and a caller one connection: those have no ledger.
    pub(super) async fn open_ledger(&mut self) -> Result<(), Error> {
        let Lent::Own(connection, opener) = &self.connection else { return Ok(()) };
        if self.ledger.is_none() && connection.dialect() != Dialect::Sqlite {
            self.ledger = Some(Ledger::open(opener, self.options).await?);
        }
        Ok(())
    }

    /// Whether a pooler gives every statement another session. What it costs to ask, another connection, only a run
    /// pays that has statements for which it matters; a caller's connection cannot be asked.
    pub(super) async fn is_pooled(&mut self) -> Result<bool, Error> {
        let Lent::Own(connection, opener) = &mut self.connection else { return Ok(false) };
        if self.is_direct || !pooler::may_be(connection.dialect()) {
            return Ok(false);
        }
        let mut other = opener().await.map_err(unreachable)?;
        let is_pooled = pooler::is_between(&mut **connection, &mut *other).await;
        let _ = other.close().await;
        self.is_direct = !is_pooled.map_err(|error| {
            Error::new(ErrorKind::Connection, "the connection does not tell whose session it is")
                .caused_by_database(error)
        })?;
        Ok(!self.is_direct)
    }

    /// Lets go of everything that the migration holds: from now on there is only the ledger.
    pub(super) async fn hang_up(&mut self) {
        let Lent::Own(connection, _) = &mut self.connection else { return };
        let Some(ledger) = self.ledger.take() else { return };
        let _ = mem::replace(connection, ledger.into_connection()).close().await;
        self.has_moved = true;
    }

    /// Whether another connection has taken the place of the one at the time of the last question.
    pub(super) fn has_moved(&mut self) -> bool {
        mem::replace(&mut self.has_moved, false)
    }

    /// Puts a new connection in the place of one that was lost; false where there can be none.
    pub(super) async fn reconnect(&mut self) -> bool {
        let Lent::Own(connection, opener) = &mut self.connection else { return false };
        if connection.is_pooled() {
            return false;
        }
        match opener().await {
            Ok(fresh) => {
                *connection = fresh;
                self.has_moved = true;
                self.set_up().await.is_ok()
            }
            Err(_) => false,
        }
    }

    /// How to open another connection like this one, where instances take turns on it: the caller's is the only one of its
    /// kind, and so is a database in memory.
    pub(super) fn opener(&self) -> Option<Opener> {
        match &self.connection {
            Lent::Own(connection, opener) if !connection.is_pooled() => Some(Arc::clone(opener)),
            Lent::Own(..) | Lent::Callers { .. } => None,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        match &self.connection {
            Lent::Own(connection, _) => connection.dialect(),
            Lent::Callers { connection, .. } => connection.dialect(),
        }
    }

    /// Whether the session is the caller's.
    pub(super) fn is_lent(&self) -> bool {
        matches!(self.connection, Lent::Callers { .. })
    }

    /// Whether it stands in a transaction of the caller's.
    pub(super) fn is_inside(&self) -> bool {
        matches!(self.connection, Lent::Callers { inside: true, .. })
    }

    /// What the application wants done on every new connection.
    pub(super) async fn set_up(&mut self) -> Result<(), Error> {
        match &self.options.on_connect {
            Some(hook) => on_connect(self.connection(), hook).await,
            None => Ok(()),
        }
    }

    /// Lends the connection, set up, to a function of the application's.
    pub(super) async fn lend<T, F>(&mut self, look: F) -> Result<T, Error>
    where
        F: AsyncFnOnce(&mut Context<'_>) -> crate::error::Result<T>,
    {
        self.set_up().await?;
        opener::call(self.connection(), look).await
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
            let _ = ledger.into_connection().close().await;
        }
    }
}
