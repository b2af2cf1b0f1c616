//! A migration whose history row stands apart from it: statement by statement, or in a transaction that the row cannot
//! share.

use std::time::Instant;

use uno_migrate_core::Dialect;

use super::conclusion::Conclusion;
use super::kind::Frame;
use crate::applied::AppliedMigration;
use crate::bookmark::Bookmark;
use crate::error::Error;
use crate::plan::Step;
use crate::run::failure;
use crate::run::journal::Journal;
use crate::run::journal::course::Course;
use crate::run::journal::resume::can_share;
use crate::run::patience::pace::Pace;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::run::session::transaction::{is_open, roll_back};
use crate::run::work::Work;

impl Scope<'_> {
    /// The row is written first, says `running`, and says at the end what has become of it.
    pub(super) async fn recorded(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        work: &Work<'_>,
        frame: Frame,
        began: Instant,
    ) -> Result<(), Error> {
        if frame == Frame::Journalled && session.is_pooled().await? {
            return Err(failure::pooled(step));
        }
        if self.history.is_table() {
            session.open_ledger().await?;
        }
        let is_marked = frame == Frame::Bracketed && self.history.is_table() && !session.is_inside();
        let identity = self.own_session(session).await?;
        let shares = can_share(self, session, work.has_hooks(self));
        let script = work.script().filter(|_| frame == Frame::Journalled);
        let course = script.map(|script| Course::new(script, self.dialect, shares, identity.clone()));
        let mut pace = match frame {
            Frame::Journalled => Some(work.pace(self, session.connection(), false).await?),
            Frame::Atomic | Frame::Bracketed => None,
        };
        if frame == Frame::Journalled && !session.is_lent() {
            self.settings.watch(session.connection()).await?;
        }
        let mark = is_marked.then_some(Bookmark::Code { session: identity });
        let mut row = self.begin(session, step, course.as_ref(), mark.as_ref()).await?;
        let conclusion = match &mut pace {
            Some(pace) => self.journalled(session, work, course.as_ref(), &mut row, pace).await,
            None if is_marked => self.marked(session, step, work, &row, began).await,
            None => match self.bracketed_patiently(session, work, None).await {
                // What MySQL has committed in between stays.
                Conclusion::Undone(error) if self.dialect == Dialect::MySql => Conclusion::HalfWay(error),
                conclusion => conclusion,
            },
        };
        self.concluded(session, step, frame, row, conclusion, began).await
    }

    /// The work without a transaction of ours around it.
    async fn journalled(
        &self,
        session: &mut Session<'_>,
        work: &Work<'_>,
        course: Option<&Course<'_>>,
        row: &mut AppliedMigration,
        pace: &mut Pace,
    ) -> Conclusion {
        let inside = session.is_inside();
        let (connection, ledger) = session.parts();
        let mut was_open = false;
        let journal = Journal { row, ledger, inside, course, is_open: &mut was_open };
        let Err(error) = work.run(self, connection, pace, Some(journal)).await else { return Conclusion::Done };
        if inside {
            return Conclusion::HalfWay(error);
        }
        // A transaction of the migration's own that it has not ended takes nothing of the history with it.
        match is_open(connection).await {
            Ok(true) => roll_back(connection).await,
            // What the history does not call done yet was committed on the way, or taken back: nobody saw which.
            Ok(false) if was_open => return Conclusion::Unknown(error),
            Ok(false) => {}
            Err(_) => return Conclusion::Unknown(error),
        }
        Conclusion::HalfWay(error)
    }
}
