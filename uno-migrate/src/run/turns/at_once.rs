//! The lease where nobody is in the way, in one message with all that is asked before the first migration.

use std::pin::pin;

use futures_util::future::{Either, select};

use crate::dialect::Journal;
use crate::error::Error;
use crate::lease::{Lease, Seat, Taker, Terms, Told};
use crate::plan::Plan;
use crate::run::history::readable;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::run::session::opener::set_up;
use crate::tracker::History;
use crate::value::Row;

impl Scope<'_> {
    /// Whether the history was made just now, where there was nothing, and the lease with it: what was planned is right.
    pub(super) async fn found(
        &mut self,
        session: &mut Session<'_>,
        plan: Option<&Plan>,
        owner: &str,
    ) -> Result<bool, Error> {
        let is_clear = matches!(&self.history, History::Table(table) if table.is_clear());
        if self.lease.is_some() || !is_clear || !super::is_needed(self, session, plan) {
            return Ok(false);
        }
        let Some(taker) = self.taker(session, owner) else { return Ok(false) };
        if Journal::is_kept(self.dialect) && self.options.schema.is_some() {
            // Where migrations make their tables, the pool's connection may not tell: the application may have gone elsewhere.
            self.settle(session).await?;
        }
        let awaited = session.awaited();
        let question = match &awaited {
            Some(Seat::Awaited(Some(name))) => self.settings.question_ahead(self.dialect, name),
            _ => self.settings.question(self.dialect),
        };
        let is_asked = question.is_some();
        let told = Lease::found(session.connection(), taker, question, awaited).await?;
        let Some(Told { lease, ahead, .. }) = told else { return Ok(false) };
        if let History::Table(table) = &self.history {
            table.is_created();
        }
        self.holds(lease, is_asked.then_some(ahead));
        Ok(true)
    }

    /// Whether the lease was free and is taken, and the history is read again if it may have changed.
    pub(super) async fn take_free_lease(&mut self, session: &mut Session<'_>, owner: &str) -> Result<bool, Error> {
        let (History::Table(table), Some(taker)) = (&self.history, self.taker(session, owner)) else {
            return Ok(false);
        };
        let again = table.select_again(&self.set.namespaces(), self.left_at.take(), &self.rows)?;
        let question = self.settings.question(self.dialect);
        let is_asked = question.is_some();
        let told = {
            let taking = pin!(Lease::take_free(session.connection(), taker, question, again));
            match select(taking, self.cancelled()).await {
                Either::Left((told, _)) => told?,
                // Dropped, it gives back what it has taken.
                Either::Right(((), _)) => return self.check_cancelled().map(|()| false),
            }
        };
        let Some(Told { lease, ahead, behind }) = told else { return Ok(false) };
        let changed = table.read_again(behind);
        self.holds(lease, is_asked.then_some(ahead));
        if let Some(rows) = changed? {
            self.rows = readable(rows)?;
            self.agreed = None;
        }
        Ok(true)
    }

    /// Who takes the lease for this run, where there is one to take.
    pub(super) fn taker(&self, session: &Session<'_>, owner: &str) -> Option<Taker> {
        let (History::Table(table), Some(opener)) = (&self.history, session.opener()) else { return None };
        let opener = set_up(opener, self.options.on_connect.clone());
        let terms = Terms { lease: self.options.lease, wait: self.options.lock_wait };
        Some(Taker { table: table.table().clone(), opener, terms, owner: owner.to_owned() })
    }

    fn holds(&mut self, lease: Lease, answer: Option<Vec<Row>>) {
        if let Some(answer) = answer {
            self.settings.answered(self.dialect, &answer);
        }
        self.hold(lease);
    }
}
