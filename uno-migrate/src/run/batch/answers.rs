//! What the server says to a message, and so what has become of its migrations.

use std::time::Duration;

use super::message::{Message, Part};
use crate::context::StatementError;
use crate::dialect::SEATED;
use crate::driver::{self, Answer, Fault};
use crate::error::Error;
use crate::run::frame::conclusion::Conclusion;

/// The answers to a message as far as they have come.
pub(super) struct Answers<'m> {
    message: &'m Message<'m>,
    /// So many statements in front of the first migration have not ended.
    ahead: usize,
    seated: Option<Option<String>>,
    /// How long each migration took that is committed.
    times: Vec<Duration>,
    at: At,
}

/// How far the first migration is that is not committed.
enum At {
    /// So many of its statements have ended.
    Statements(usize),
    /// Its row is returned, and not yet written.
    Row(Duration),
    Commit(Duration),
}

/// Why a message ended early.
pub(super) enum Stop {
    /// A statement of the first migration that is not done.
    Statement { index: usize, error: StatementError },
    /// Something that is told by doing that migration alone: it has to wait for somebody, or was not to be recorded.
    Alone,
    /// The run was asked to stop.
    Asked,
    /// Of the first one that is not told as done it is not known whether it was committed; it took so long.
    Uncertain { took: Duration },
    /// The message could not be read to its end, so that nothing of it was done: what comes before the mistake is sound.
    Unread { sound: usize },
    /// The connection broke.
    Lost(sqlx::Error),
    /// The server has ended it, and not always says why: the history tells what that has come to.
    Ended(Option<sqlx::Error>),
    /// It is known by now what that has come to.
    Failed(Conclusion),
    /// The same, and the history says so, of a migration with so many statements begun.
    Recorded { begun: usize, error: Error },
    /// Another instance has taken over.
    Overtaken(Error),
}

impl<'m> Answers<'m> {
    pub(super) fn new(message: &'m Message<'m>) -> Self {
        Self { message, ahead: message.ahead, seated: None, times: Vec::new(), at: At::Statements(0) }
    }

    /// The next one. A number behind the migration's own statements is what its history row has returned.
    pub(super) fn take(&mut self, answer: &Answer) {
        if self.ahead > 0 {
            return match answer {
                Answer::Row(row) => self.seated = row.get(SEATED).ok(),
                Answer::Done => self.ahead -= 1,
            };
        }
        // What stands behind the last migration is nobody's.
        let Some(own) = self.message.parts.get(self.times.len()).map(Vec::len) else { return };
        self.at = match (answer, &self.at) {
            (Answer::Row(row), At::Statements(ended)) => match row.get::<i64>(0) {
                Ok(micros) if *ended >= own => {
                    let since_it_began = Duration::from_micros(micros.try_into().unwrap_or_default());
                    At::Row(since_it_began.saturating_sub(self.times.iter().sum()))
                }
                Ok(_) | Err(_) => At::Statements(*ended),
            },
            (Answer::Row(_), At::Row(time)) => At::Row(*time),
            (Answer::Row(_), At::Commit(time)) => At::Commit(*time),
            (Answer::Done, At::Statements(ended)) => At::Statements(ended + 1),
            (Answer::Done, At::Row(time)) => At::Commit(*time),
            (Answer::Done, At::Commit(time)) => {
                self.times.push(*time);
                At::Statements(0)
            }
        };
    }

    /// How long each migration took that is done, and in which session, if that was told.
    pub(super) fn told(self) -> (Vec<Duration>, Option<Option<String>>) {
        // What is in doubt was not told.
        (self.times, self.seated.filter(|_| self.ahead == 0))
    }

    /// What an error behind these answers means.
    pub(super) fn stop(&self, error: sqlx::Error) -> Stop {
        if driver::ends_session(&error) {
            return Stop::Lost(error);
        }
        if matches!(driver::fault(&error), Some(Fault::Contention(_))) {
            return Stop::Alone;
        }
        let text = self.message.text();
        let next = self.times.len();
        let (group, part) = match self.at {
            // PostgreSQL reads all of a message before it does any of it.
            At::Statements(0) if next == 0 => {
                match driver::position(&error, &text).and_then(|at| self.message.part_at(at)) {
                    Some(found) => found,
                    None => return Stop::Alone,
                }
            }
            At::Statements(ended) => (next, ended),
            At::Row(_) | At::Commit(_) => return Stop::Alone,
        };
        if group > next {
            return Stop::Unread { sound: group };
        }
        match self.message.parts.get(group).and_then(|parts| parts.get(part)) {
            Some(Part { span, statement: Some(index) }) => {
                let error = StatementError::within(self.message.dialect, &text, span.clone(), error);
                Stop::Statement { index: *index, error }
            }
            Some(_) | None => Stop::Alone,
        }
    }
}
