//! Migrations that are not a transaction each, in one message: the journal's word on every statement goes along. The row says
//! at each moment what it says of a migration that comes alone, but that it is never seen with all statements done and the
//! migration not, that it leaves to the catalogue what that tells of several statements, and that those of a chapter are said to
//! begin before their turn.
//!
//! * this file: which can
//! * [`writing`]: how they are written; [`chapter`]: those that begin and are done by one word for all of them; [`made`]: what one
//!   has made when it adds rows
//! * [`exchange`]: what the server says while it works on them
//! * [`outcome`]: what has become of them where it did not come to its end; [`settled`]: the same of a chapter's, and
//!   [`stopped`] of the one in hand

use uno_migrate_core::{StatementClass, class};

use super::group::Group;
use super::message::{Message, unwritable};
use super::stride::most_bytes;
use crate::applied::HistoryStatus;
use crate::dialect::Journal;
use crate::error::Error;
use crate::plan::Step;
use crate::run::journal::course::Course;
use crate::run::scope::Scope;
use crate::run::session::server::Server;
use crate::run::work::Work;

mod chapter;
pub(super) mod exchange;
mod made;
pub(super) mod outcome;
mod settled;
mod stopped;
mod writing;

use writing::Writing;

/// What the protocol adds to a message.
const HEADER: usize = 64;

/// Whether a migration's journal can go along in a message. What others keep in the row has to stay as it is, which the
/// server need not leave it where it writes into it; and what is begun, or holds transactions of its own, goes its own way.
pub(super) fn is_fit(scope: &Scope<'_>, step: &Step, work: &Work<'_>) -> bool {
    let is_new = scope.row(step).is_none_or(|row| {
        !matches!(row.status, HistoryStatus::Running | HistoryStatus::Failed) && row.metadata.is_none()
    });
    let is_plain = |statement| class(scope.dialect, statement) != StatementClass::TransactionControl;
    Journal::is_kept(scope.dialect)
        && is_new
        && !work.changes_session(scope.dialect)
        && work.script().is_some_and(|script| {
            script.total() > 0 && (0..script.total()).all(|index| is_plain(script.statement(index)))
        })
}

impl Scope<'_> {
    /// As many of these migrations as one message takes; none where there is no room for any, or where messages are not to be
    /// shared.
    pub(super) fn journalled_message<'p>(
        &self,
        server: &Server,
        journal: &Journal<'_>,
        mut groups: Vec<Group<'p>>,
        steps: &[Step],
        seating: Option<&[String]>,
    ) -> Result<Option<Message<'p>>, Error> {
        // What the server cannot end by itself is ended from another connection, which has to know what it ends.
        let is_limited = self.options.statement_timeout.is_some() && !server.ends_statements;
        if server.is_cluster || is_limited {
            return Ok(None);
        }
        let farewell = self.farewell(groups.len(), steps)?;
        let behind = Journal::far().len() + farewell.as_ref().map_or(0, String::len);
        let most = most_bytes(self.dialect).min(server.most_bytes).saturating_sub(HEADER + behind);
        let mut writing = Writing::new(self, journal, server, most);
        if let Some((told, telling)) = seating.and_then(<[_]>::split_last) {
            writing.draft.ahead(telling);
            writing.draft.ahead(&[Journal::held(), told.clone()]);
        }
        let fitting = writing.write(&groups).map_err(unwritable)?;
        let (mut draft, chapters) = writing.ended();
        if fitting == 0 || (fitting == 1 && !self.knows_session()) {
            return Ok(None);
        }
        groups.truncate(fitting);
        if let Some(farewell) = farewell.filter(|_| fitting == steps.len()) {
            draft.leave(&farewell);
        }
        // Last of all, since only that tells that nothing was left out.
        draft.end(Journal::far());
        Ok(Some(draft.message(self.dialect, groups, Some(chapters))))
    }

    pub(super) fn course<'s>(&self, group: &'s Group<'_>) -> Course<'s> {
        let session = self.lease.as_ref().and_then(|lease| lease.session().map(str::to_owned));
        Course::new(&group.script, self.dialect, true, session)
    }
}

/// The place in a message at which so many of its statements are done, and said to be.
fn said(statements: usize) -> usize {
    2 * statements
}

/// The place at which the next one is done as well, and not yet said to be.
fn unsaid(statements: usize) -> usize {
    2 * statements + 1
}

/// How many are done at a place.
fn done_at(place: usize) -> usize {
    place.div_ceil(2)
}

/// Whether the last of them is said to be.
fn is_said(place: usize) -> bool {
    place.is_multiple_of(2)
}
