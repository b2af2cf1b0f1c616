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
            let was_open = put_back(connection).await;
            let waits = matches!(driver::fault(&error), Some(Fault::Contention(_)));
            if let Some(took) = last
                && passed.is_at_row
                && !was_open
            {
                match waits {
                    // It is the next one that could not begin.
                    true => times.push(took),
                    // It may have been undone at its `COMMIT`.
                    false => return ((times, None), Some(Stop::Uncertain { took })),
                }
            }
            Some(if waits { Stop::Alone } else { stop(message, &passed, error) })
        }
    };
    ((times, None), stop)
}

/// What an error means for the last migration that has begun, which it has undone.
fn stop(message: &Message<'_>, passed: &Passed, error: sqlx::Error) -> Stop {
    let stretch = match passed.begun.len().checked_sub(1) {
        Some(last) if !passed.is_at_row => message.stretch(last, passed.stretches),
        Some(_) | None => &[],
    };
    match (passed.ended, stretch) {
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
        let Some(last) = passed.begun.len().checked_sub(1) else { return 0 };
        match self.stretch(last, passed.stretches) {
            [Part { statement: Some(index), .. }, ..] if !passed.is_at_row => index + 1,
            _ => self.groups.get(last).map_or(0, |group| group.script.total()),
        }
    }
}
