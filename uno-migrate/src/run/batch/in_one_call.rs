//! SQLite's messages. It answers nothing before the end, but comes to checkpoints: those tell how far it is, and after an error how
//! far it was.

use std::sync::Arc;
use std::time::Instant;

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::answers::Stop;
use super::exchange::{Told, put_back};
use super::message::{Message, Part};
use crate::context::StatementError;
use crate::driver::{self, Checkpoints, Connection, End, Fault, Passed};

/// Has it done.
pub(super) async fn exchange(
    connection: &mut dyn Connection,
    message: &Message<'_>,
    checkpoints: &Arc<Checkpoints>,
) -> (Told, Option<Stop>) {
    let text = AssertSqlSafe(message.text()).into_sql_str();
    let error = connection.in_one_call(text, Arc::clone(checkpoints)).await.err();
    let passed = checkpoints.passed();
    let mut times = passed.times();
    let last = passed.begun.last().map(Instant::elapsed);
    let stop = match error {
        None if passed.begun.len() == message.groups.len() => {
            times.extend(last);
            None
        }
        None => Some(Stop::Alone),
        Some(error) if driver::ends_session(&error) => Some(Stop::Lost(error)),
        Some(error) => {
            let is_undone = put_back(connection).await || !passed.is_at_row;
            let waits = matches!(driver::fault(&error), Some(Fault::Contention(_)));
            Some(match (is_undone, waits) {
                (true, true) => Stop::Alone,
                (true, false) => stop(message, &passed, error),
                // It is the next one that could not begin.
                (false, true) => {
                    times.extend(last);
                    Stop::Alone
                }
                // It may have been undone at its `COMMIT`.
                (false, false) => Stop::Uncertain { took: last.unwrap_or_default() },
            })
        }
    };
    ((times, None), stop)
}

/// What an error means for the last migration that has begun, which it has undone.
fn stop(message: &Message<'_>, passed: &Passed, error: sqlx::Error) -> Stop {
    match (passed.ended, message.in_hand(passed)) {
        (Some(End::Asked), _) => Stop::Asked,
        (None, [Part { span, statement: Some(index) }]) => {
            let error = StatementError::within(message.dialect, &message.text(), span.clone(), error);
            Stop::Statement { index: *index, error }
        }
        // Which of several it is, they tell by themselves.
        (Some(End::Again) | None, _) => Stop::Alone,
    }
}

impl Message<'_> {
    /// How many statements have begun of the last migration that has.
    pub(super) fn begun(&self, passed: &Passed) -> usize {
        let last = passed.begun.len().checked_sub(1).and_then(|last| self.groups.get(last));
        match self.in_hand(passed).first() {
            Some(part) => part.statement.map_or(0, |index| index + 1),
            None => last.map_or(0, |group| group.script.total()),
        }
    }

    /// The statements up to the next checkpoint of the last migration that has begun; none where it is at its row.
    fn in_hand(&self, passed: &Passed) -> &[Part] {
        let last = passed.begun.len().checked_sub(1).filter(|_| !passed.is_at_row);
        let parts = last.and_then(|last| self.parts.get(last)).map(Vec::as_slice).unwrap_or_default();
        let mut stretches = parts.split(|part| part.statement.is_none()).filter(|stretch| !stretch.is_empty());
        stretches.nth(passed.stretches).unwrap_or_default()
    }
}
