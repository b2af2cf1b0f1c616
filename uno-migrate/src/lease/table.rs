//! The lease's table, as it is read and written.

use std::time::Instant;

use super::{Holder, Seen, liveness, lost};
use crate::dialect::{HistoryTable, LEFT_AT, NOBODY};
use crate::driver::{self, Connection, Contention, Fault, Obstacle, Tries};
use crate::error::{Error, ErrorKind};
use crate::value::Row;

impl Holder {
    pub(super) fn beat(&self, detail: &str) -> Result<String, Error> {
        self.table.beat(&self.owner, self.epoch, detail).map_err(unwritable)
    }

    pub(super) fn moved(&self, session: Option<&str>) -> Result<String, Error> {
        self.table.move_lease(&self.owner, self.epoch, session).map_err(unwritable)
    }

    pub(super) fn seat(&self) -> Result<Vec<String>, Error> {
        self.table.seat_lease(&self.owner, self.epoch).map_err(unwritable)
    }

    pub(super) fn release(&self) -> Result<String, Error> {
        self.table.release_lease(&self.owner, self.epoch).map_err(unwritable)
    }

    /// The session that its lease is held for, as others see it.
    pub(super) async fn seen_in(&self, connection: &mut dyn Connection) -> Result<Option<String>, Error> {
        let rows = query(connection, self.table.read_lease_and_session()).await?;
        let seen = rows.first().map(seen).transpose().map_err(damaged)?;
        Ok(seen.filter(|seen| seen.owner.as_ref() == Some(&self.owner)).and_then(|seen| seen.session))
    }
}

/// Makes the table and its rows where they are not there; that another instance does so at this moment is no failure.
async fn prepare(connection: &mut dyn Connection, table: &HistoryTable) -> Result<(), Error> {
    if !exists(connection, table).await? {
        if let Err(error) = execute(connection, table.create_lease()).await
            && !exists(connection, table).await?
        {
            let error = unwritten(error);
            let permission = match error.obstacle() {
                Some(Obstacle::Permission) => format!(" ({})", table.grant_to_create()),
                Some(obstacle) => return Err(error.help(obstacle.help())),
                None => String::new(),
            };
            return Err(error.help(format!(
                "who is migrating is kept in {}, beside the history: let this user create that table{permission}, or \
                 create it as one who may",
                table.lease()
            )));
        }
        seed(connection, table).await;
    }
    Ok(())
}

/// A duplicate key says that a row is there; whatever else is wrong shows when it is read.
async fn seed(connection: &mut dyn Connection, table: &HistoryTable) {
    for row in table.seed_lease() {
        let _ = execute(connection, row).await;
    }
}

async fn exists(connection: &mut dyn Connection, table: &HistoryTable) -> Result<bool, Error> {
    let rows = query(connection, table.lease_exists().map_err(unwritable)?).await?;
    let count: i64 = rows.first().map_or(Ok(0), |row| row.get(0)).map_err(damaged)?;
    Ok(count > 0)
}

pub(super) async fn read(connection: &mut dyn Connection, table: &HistoryTable) -> Result<Seen, Error> {
    let mut rows = query(connection, table.read_lease()).await?;
    let mut tries = Tries::default();
    // Whoever made the table has not come so far, or never did; or its rows are still on their way to this node.
    while rows.is_empty() && tries.again(true).await {
        seed(connection, table).await;
        rows = query(connection, table.read_lease()).await?;
    }
    let row = rows.first().ok_or_else(|| damaged("its row is missing"))?;
    seen(row).map_err(damaged)
}

/// What somebody knows who has just come.
pub(super) struct Arrived {
    /// What others find this session by.
    pub(super) session: Option<String>,
    pub(super) seen: Seen,
    /// When the lease was asked for.
    pub(super) asked: Instant,
}

/// What others find this session by, and the lease: one question, where all is there and the server answers.
pub(super) async fn arrive(connection: &mut dyn Connection, table: &HistoryTable) -> Result<Arrived, Error> {
    let asked = Instant::now();
    let answer = driver::rows(connection, table.read_lease_and_session()).await;
    match answer.map(|rows| rows.into_iter().next()) {
        Ok(Some(row)) => {
            let (session, seen) = (row.get("mine").map_err(damaged)?, seen(&row).map_err(damaged)?);
            return Ok(Arrived { session, seen, asked });
        }
        Err(error) if driver::ends_session(&error) => return Err(unread(error)),
        Ok(None) | Err(_) => {}
    }
    prepare(connection, table).await?;
    let session = liveness::session(connection).await?;
    let asked = Instant::now();
    Ok(Arrived { session, seen: read(connection, table).await?, asked })
}

fn seen(row: &Row) -> crate::Result<Seen> {
    Ok(Seen {
        owner: row.get("owner")?,
        epoch: row.get("epoch")?,
        beat: row.get("beat")?,
        since: row.get("since")?,
        session: row.get("session")?,
        detail: row.get("detail")?,
    })
}

/// The epoch of the last one that held it; none while somebody does.
pub(crate) async fn quiet(connection: &mut dyn Connection, table: &HistoryTable) -> Result<Option<i64>, Error> {
    if !exists(connection, table).await? {
        return Ok(Some(NOBODY));
    }
    let Seen { owner, epoch, .. } = read(connection, table).await?;
    Ok(owner.is_none().then_some(epoch))
}

/// The same without a word on what keeps it from being seen, of which whoever needs to know is told by [`quiet`].
pub(crate) async fn left_at(connection: &mut dyn Connection, table: &HistoryTable) -> Option<i64> {
    if !exists(connection, table).await.ok()? {
        return Some(NOBODY);
    }
    let rows = driver::rows(connection, table.read_left_at()).await.ok()?;
    rows.first()?.get(LEFT_AT).ok()?
}

/// Puts the fence behind everybody who held the lease before.
pub(super) async fn raise(connection: &mut dyn Connection, table: &HistoryTable, epoch: i64) -> Result<(), Error> {
    if execute(connection, table.raise_fence(epoch)).await.map_err(unwritten)? == 1 {
        return Ok(());
    }
    // Somebody has raised it further, or this holder did and lost the answer.
    let rows = query(connection, table.read_fence()).await?;
    let fence: i64 = rows.first().map_or(Ok(0), |row| row.get(0)).map_err(damaged)?;
    if fence == epoch { Ok(()) } else { Err(lost()) }
}

async fn query(connection: &mut dyn Connection, text: String) -> Result<Vec<Row>, Error> {
    let rows = driver::rows(connection, text).await;
    rows.map_err(unread)
}

fn unread(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::History, "the lease could not be read").caused_by_database(error)
}

/// One statement that is committed by itself.
pub(super) async fn execute(connection: &mut dyn Connection, text: String) -> Result<u64, sqlx::Error> {
    let mut tries = Tries::default();
    loop {
        match driver::execute(connection, text.as_str()).await {
            Err(error) if tries.again(driver::fault(&error) == Some(Fault::Contention(Contention::Deadlock))).await => {
            }
            done => return done,
        }
    }
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::History, "the lease's table holds something that is no lease").caused_by(error)
}

pub(super) fn unwritable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::History, "the lease could not be written").caused_by(error)
}

pub(super) fn unwritten(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::History, "the lease could not be written").caused_by_database(error)
}
