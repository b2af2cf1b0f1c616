//! The session that ran a migration before, and that of today: the former has to have ended before it is looked what it
//! has done.

use tracing::debug;

use crate::applied::AppliedMigration;
use crate::bookmark::{Bookmark, Statements};
use crate::dialect::Presence;
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};
use crate::lease::liveness;
use crate::run::patience::waiting::Waiting;
use crate::run::scope::Scope;
use crate::run::session::Session;

impl Scope<'_> {
    /// Makes sure that the session that ran a migration before runs nothing of it any more. Where it cannot be seen, as on
    /// another node of a cluster, whatever it still does is done to names that can be there only once; false then.
    pub(super) async fn outlast(&self, session: &mut Session<'_>, row: &AppliedMigration) -> Result<bool, Error> {
        let Some(earlier) = earlier(row) else { return Ok(false) };
        let has_ended = self.has_ended(session.connection(), &earlier).await?;
        if !has_ended {
            debug!("it cannot be seen whether the database session `{earlier}` has ended");
        }
        Ok(has_ended)
    }

    /// By what the database knows the session that migrations run on, where it tells. The caller's is nobody's to end.
    pub(in crate::run) async fn own_session(&self, session: &mut Session<'_>) -> Result<Option<String>, Error> {
        match &self.lease {
            Some(lease) => Ok(lease.session().map(str::to_owned)),
            None if session.is_lent() => Ok(None),
            None => liveness::session(session.connection()).await,
        }
    }

    /// Whether a session that was at work before has ended, so that what it was told to do is done or never will be. One
    /// that runs a statement still is waited for, and one that only waits for its client is ended; false where this one
    /// cannot see it, or may not end it.
    async fn has_ended(&self, connection: &mut dyn Connection, former: &str) -> Result<bool, Error> {
        let mut waiting = Waiting::new();
        loop {
            match liveness::presence(connection, former).await? {
                Presence::Gone => return Ok(true),
                Presence::Unknown => return Ok(false),
                Presence::Idle => return Ok(liveness::end(connection, former).await? == Presence::Gone),
                Presence::Busy if waiting.waited() >= self.options.lock_wait => {
                    return Err(Error::new(ErrorKind::LockTimeout, "an earlier instance's statement still runs")
                        .done(format!("the database session `{former}` runs it"))
                        .help("wait for it and run again, or end that session on the server"));
                }
                Presence::Busy => waiting.again(self, "an earlier instance's statement").await?,
            }
        }
    }
}

/// The session that a row's migration was run on.
pub(super) fn earlier(row: &AppliedMigration) -> Option<String> {
    match Bookmark::read(row.metadata.as_deref())? {
        Bookmark::Statements(Statements { session, .. }) | Bookmark::Code { session } => session,
    }
}
