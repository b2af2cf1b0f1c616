//! What shares a fate with what: a migration's statements, and its history row.
//!
//! * [`kind`]: which frame a migration has
//! * [`bracket`]: the work as one transaction, with its row in it where that can be
//! * [`recorded`]: the row stands apart, is written before the work, and told afterwards
//! * [`marked`]: the same for Rust code in a transaction of MySQL's
//! * [`conclusion`]: what has become of it, and what the history says of that

use std::time::Instant;

use uno_migrate_core::Dialect;

use super::failure;
use super::scope::Scope;
use super::session::{Session, settings};
use super::work::Work;
use crate::error::Error;
use crate::plan::Step;

mod bracket;
pub(super) mod conclusion;
pub(super) mod kind;
mod marked;
mod recorded;

use conclusion::Conclusion;
use kind::Frame;

impl Scope<'_> {
    /// Whether its statements and its history row are one transaction.
    pub(super) fn is_atomic(&self, work: &Work<'_>) -> bool {
        Frame::of(work, self) == Frame::Atomic
    }

    /// Does the work and writes the history, as close together as the database lets them be.
    pub(super) async fn framed(&self, session: &mut Session<'_>, step: &Step, began: Instant) -> Result<(), Error> {
        let work = Work::of(step, self.dialect)?;
        let frame = match Frame::of(&work, self) {
            // What was begun statement by statement ends so, whatever the file says now.
            _ if step.resumes() && work.script().is_some() => Frame::Journalled,
            frame => frame,
        };
        if session.is_inside() {
            // On MySQL every DDL statement ends the caller's transaction anyhow.
            if frame == Frame::Journalled && self.dialect != Dialect::MySql {
                return Err(failure::inside(step, "runs outside a transaction"));
            }
            if work.foreign_keys_off(self.dialect) {
                return Err(failure::inside(step, "switches the foreign keys off, which has to happen outside of one"));
            }
        }
        if frame == Frame::Journalled || !settings::are_reset_in_transaction(self.dialect) {
            session.leave_trace(work.has_code(self) || work.changes_session(self.dialect));
        } else {
            session.leave_clean();
        }
        match frame {
            Frame::Atomic => {
                let conclusion = match self.bracketed_patiently(session, &work, Some((step, began))).await {
                    Conclusion::Unknown(error) => self.looked_up(session, step, error).await,
                    conclusion => conclusion,
                };
                conclusion.of_atomic(step)
            }
            Frame::Bracketed | Frame::Journalled => self.recorded(session, step, &work, frame, began).await,
        }
    }
}
