//! SQLite's messages. It answers nothing before the end, but passes checkpoints: those tell how far it is, and after an error how
//! far it was.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::answers::Stop;
use super::exchange::Told;
use super::message::{Message, Part};
use crate::context::StatementError;
use crate::driver::{self, Checkpoints, Connection, Fault, Passed};

/// Has it done. After an error, the last of the migrations that are told as done may not be committed.
pub(super) async fn exchange(
    connection: &mut dyn Connection,
    message: &Message<'_>,
    checkpoints: &Arc<Checkpoints>,
) -> (Told, Option<Stop>) {
    let began = Instant::now();
    let text = AssertSqlSafe(message.text()).into_sql_str();
    let error = connection.in_one_call(text, Arc::clone(checkpoints)).await.err();
    let done = checkpoints.passed().done;
    let mut times = between(began, &done);
    // What is written to the file is written behind that.
    if let (None, Some(time), Some(last)) = (&error, times.last_mut(), done.last()) {
        *time += last.elapsed();
    }
    ((times, None), error.map(|error| stop(message, checkpoints, error)))
}

/// From each to the next.
pub(super) fn between(began: Instant, ended: &[Instant]) -> Vec<Duration> {
    let since = [began].into_iter().chain(ended.iter().copied());
    ended.iter().zip(since).map(|(ended, since)| ended.saturating_duration_since(since)).collect()
}

fn stop(message: &Message<'_>, checkpoints: &Checkpoints, error: sqlx::Error) -> Stop {
    if driver::ends_session(&error) {
        return Stop::Lost(error);
    }
    let Passed { done, stretches } = checkpoints.passed();
    let stretch = message.stretch(done.len(), stretches);
    if checkpoints.is_stopped() {
        return Stop::Asked { begun: stretch.first().and_then(|part| part.statement).map_or(0, |index| index + 1) };
    }
    match stretch {
        _ if matches!(driver::fault(&error), Some(Fault::Contention(_))) => Stop::Alone,
        [Part { span, statement: Some(index) }] => {
            let error = StatementError::within(message.dialect, &message.text(), span.clone(), error);
            Stop::Statement { index: *index, error }
        }
        // Which of several it is, they tell by themselves.
        _ => Stop::Alone,
    }
}
