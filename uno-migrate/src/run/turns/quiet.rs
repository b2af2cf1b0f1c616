//! SQLite without a lease: whoever writes has the file for itself, and sees in its transaction that nobody has held the
//! lease since the history was read, and so nobody has taken anything back.

use uno_migrate_core::Dialect;

use crate::driver::Connection;
use crate::error::{Error, ErrorKind};
use crate::lease;
use crate::plan::Step;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::tracker::History;

impl Scope<'_> {
    /// Whether it is to be seen that nobody held the lease before the history was read for the plan that counts.
    pub(super) fn may_be_quiet(&self, session: &Session<'_>) -> bool {
        let is_open = self.lease.is_none() && self.quiet.is_none();
        is_open && self.dialect == Dialect::Sqlite && session.opener().is_some()
    }

    /// An error if somebody has held the lease since, or does.
    pub(in crate::run) async fn is_quiet_still(
        &self,
        connection: &mut dyn Connection,
        step: &Step,
    ) -> Result<(), Error> {
        let (Some(quiet), History::Table(table)) = (self.quiet, &self.history) else { return Ok(()) };
        if lease::quiet(connection, table.table()).await? == Some(quiet) {
            return Ok(());
        }
        let message = format!("another instance has been at work since `{}` was found to be pending", step.id());
        Err(Error::new(ErrorKind::History, message).superseded().help("look at `status`, and run again"))
    }

    /// Whether a plan is made anew that another instance has made wrong, where there was no lease to keep it right.
    pub(in crate::run) fn plans_anew(&self) -> bool {
        self.quiet.is_some() && self.lease.is_none() && self.began.elapsed() < self.options.lock_wait
    }
}
