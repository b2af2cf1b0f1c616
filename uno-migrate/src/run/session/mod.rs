//! The connection of a run, and how what one migration does to its session is kept from the next.
//!
//! * [`mod@opener`]: how connections are opened, and set up as the application wants them; [`early`]: what is used until then
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
use sqlx::pool::PoolConnection;
use uno_migrate_core::Dialect;

use crate::context::Context;
use crate::driver::{Connection, Driver, Opener};
use crate::error::{Error, ErrorKind};
use crate::lease::Seat;
use crate::options::Options;

mod early;
pub(super) mod foreign_keys;
pub(super) mod ledger;
pub(super) mod opener;
mod pooler;
mod reset;
pub(super) mod server;
pub(super) mod settings;
pub(super) mod transaction;

use early::Early;
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
    /// Another connection has taken the place of the one before, and nobody has been told yet.
    has_moved: bool,
    options: &'a Options,
}

enum Lent<'a> {
    /// Opened for this run and closed after it.
    Own(Box<dyn Connection>, Opener),
    /// The pool's, until that is open.
    Early(Early, Opener),
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
        let connection = DB::open(pool, options.direct_url.as_deref(), None).await.map_err(unreachable)?;
        Ok(Self::on(Lent::Own(connection, opener), options))
    }

    /// On a connection of the pool's, until one of its own is open: there it is looked, and the history made, and not migrated.
    pub(super) fn early<DB: Driver>(idle: PoolConnection<DB>, pool: &Pool<DB>, options: &'a Options) -> Self {
        Self::on(Lent::Early(Early::new(idle, pool), opener(pool, None)), options)
    }

    pub(super) fn lent(connection: &'a mut dyn Connection, options: &'a Options) -> Self {
        let inside = connection.in_transaction();
        Self::on(Lent::Callers { connection, inside }, options)
    }

    fn on(connection: Lent<'a>, options: &'a Options) -> Self {
        Self { connection, ledger: None, trace: Trace::None, is_direct: false, has_moved: false, options }
    }

    /// Waits for the own connection, and goes on with that.
    pub(super) async fn settle(&mut self) -> Result<(), Error> {
        let Lent::Early(early, opener) = &mut self.connection else { return Ok(()) };
        let connection = early.opened(opener).await.map_err(unreachable)?;
        self.connection = Lent::Own(connection, Arc::clone(opener));
        Ok(())
    }

    /// Whether it is the pool's still.
    pub(super) fn is_early(&self) -> bool {
        matches!(self.connection, Lent::Early(..))
    }

    /// Where the run will work whose connection is being opened.
    pub(super) fn awaited(&self) -> Option<Seat> {
        match &self.connection {
            Lent::Early(early, _) => Some(Seat::Awaited(early.name().map(str::to_owned))),
            Lent::Own(..) | Lent::Callers { .. } => None,
        }
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
            Lent::Early(early, _) => early.connection(),
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

    /// Whether another connection has taken the place of the one of which others were told.
    pub(super) fn has_moved(&self) -> bool {
        self.has_moved
    }

    /// Others are told where it is now.
    pub(super) fn is_told(&mut self) {
        self.has_moved = false;
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
            Lent::Early(_, opener) => Some(Arc::clone(opener)),
            Lent::Own(..) | Lent::Callers { .. } => None,
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
        match self.connection {
            Lent::Own(mut connection, _) => {
                if connection.is_pooled() {
                    let _ = connection.restore().await;
                }
                let _ = connection.close().await;
            }
            Lent::Early(early, _) => early.close().await,
            Lent::Callers { .. } => {}
        }
        if let Some(ledger) = self.ledger {
            let _ = ledger.into_connection().close().await;
        }
    }
}
