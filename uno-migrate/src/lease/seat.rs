//! For whom a lease is held: the session may be one that is being opened still, which then tells of itself.

use tracing::debug;

use super::{Holder, Lease, liveness, table};
use crate::dialect::{Presence, SEATED};
use crate::driver::{self, Connection, Contention, Fault, Tries};
use crate::error::Error;

/// Where the holder works.
#[derive(Debug, Clone)]
pub(crate) enum Seat {
    /// The session, as others find it; none where they do not.
    Told(Option<String>),
    /// A connection that is being opened, by the name that the server will know it by, where it has names for them.
    Awaited(Option<String>),
}

impl Seat {
    pub(super) fn session(&self) -> Option<&str> {
        match self {
            Self::Told(session) => session.as_deref(),
            Self::Awaited(_) => None,
        }
    }

    /// Has the session end, if it can be found, and what it is doing then.
    pub(super) async fn end(&self, holder: &Holder, connection: &mut dyn Connection) -> Result<Presence, Error> {
        let name = match self {
            Self::Told(Some(session)) => return liveness::end(connection, session).await,
            Self::Told(None) => return Ok(Presence::Unknown),
            Self::Awaited(name) => name,
        };
        match (holder.seen_in(connection).await?, name) {
            (Some(session), _) => liveness::end(connection, &session).await,
            // It has not come so far as to tell of itself.
            (None, Some(name)) => liveness::end_named(connection, name).await,
            (None, None) => Ok(Presence::Unknown),
        }
    }
}

impl Lease {
    /// The session that it is held for, as others find it.
    pub(crate) fn session(&self) -> Option<&str> {
        self.seat.session()
    }

    /// What tells of the session, said in that one before anything else; none where it was told.
    pub(crate) fn seating(&self) -> Result<Option<Vec<String>>, Error> {
        match &self.seat {
            Seat::Told(_) => Ok(None),
            Seat::Awaited(_) => self.holder.seat().map(Some),
        }
    }

    /// Whether it was told.
    pub(crate) fn is_told(&self) -> bool {
        matches!(self.seat, Seat::Told(_))
    }

    /// Says that by itself, where it is to be said. The lease may still be on its way to this server, where there are several.
    pub(crate) async fn seat(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
        let Some(texts) = self.seating()? else { return Ok(()) };
        let (text, mut tries) = (texts.join("; "), Tries::default());
        loop {
            match driver::rows(connection, text.as_str()).await {
                Ok(rows) => match rows.first() {
                    Some(row) => {
                        self.is_seated(row.get(SEATED).map_err(table::unwritable)?);
                        return Ok(());
                    }
                    None if tries.again(true).await => {}
                    None => return self.confirm(connection).await,
                },
                Err(error) if driver::ends_session(&error) => return Err(table::unwritten(error)),
                Err(error) if tries.again(is_passing(&error)).await => {}
                // It can be held by whoever cannot be found as well.
                Err(error) => {
                    debug!("the session does not tell of itself: {error}");
                    let session = liveness::session(connection).await?;
                    return self.moved(connection, session).await;
                }
            }
        }
    }

    /// It was told.
    pub(crate) fn is_seated(&mut self, session: Option<String>) {
        self.seat = Seat::Told(session);
    }

    /// The session, as others are told of it by now.
    pub(crate) async fn seen_in(&self, connection: &mut dyn Connection) -> Result<Option<String>, Error> {
        match &self.seat {
            Seat::Told(session) => Ok(session.clone()),
            Seat::Awaited(_) => self.holder.seen_in(connection).await,
        }
    }

    /// Has the session end that it is held for, and what that is doing then.
    pub(crate) async fn end_session(&self, connection: &mut dyn Connection) -> Result<Presence, Error> {
        self.seat.end(&self.holder, connection).await
    }
}

/// Whether it may be otherwise in a moment.
fn is_passing(error: &sqlx::Error) -> bool {
    driver::fault(error) == Some(Fault::Contention(Contention::Deadlock)) || driver::is_no_such_table(error)
}
