//! Statements of one migration that share a message: each only adds the rows that it lists. How long that takes is for its text
//! to say, so that nothing is missed by hearing of it with others; and where there are many, nobody waits for the way of each.

use std::ops::Range;
use std::time::Duration;

use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};
use uno_migrate_core::Dialect;

use super::batch::{SEPARATOR, Stride};
use super::script::Script;
use crate::context::StatementError;
use crate::driver::{self, Answer, Connection};

/// So many share one at most.
const LONGEST: usize = 1_000;

/// And so many bytes.
pub(super) const MOST_BYTES: usize = 1 << 18;

/// How many of the statements to come share a message: the more, the quicker those before were.
pub(super) struct Bunches(Stride);

/// Statements of a script that share a message, or one that is sent by itself.
pub(super) struct Bunch<'s> {
    pub(super) script: &'s Script,
    pub(super) statements: Range<usize>,
    /// Whether it can share one.
    is_shared: bool,
}

impl Bunches {
    /// Where nothing is applied yet, nobody waits for what a statement holds.
    pub(super) fn new(is_fresh: bool) -> Self {
        Self(Stride::up_to(LONGEST, is_fresh))
    }

    /// A statement that shares a message with no other.
    pub(super) fn one<'s>(&self, script: &'s Script, index: usize) -> Bunch<'s> {
        self.next(script, index, |_| false)
    }

    /// The statement at `from`, with those behind it that can share a message with it.
    pub(super) fn next<'s>(&self, script: &'s Script, from: usize, joins: impl Fn(usize) -> bool) -> Bunch<'s> {
        let mut bytes = 0;
        let fits = |index: &usize| {
            bytes += script.statement(*index).len() + SEPARATOR.len();
            bytes <= MOST_BYTES && joins(*index)
        };
        let count = (from..script.total()).take(self.0.steps()).take_while(fits).count();
        Bunch { script, statements: from..from + count.max(1), is_shared: count > 0 }
    }

    /// That one took so long.
    pub(super) fn sent(&mut self, bunch: &Bunch<'_>, took: Duration) {
        if bunch.is_shared {
            self.0.went_well(bunch.statements.len(), took);
        }
    }
}

impl<'s> Bunch<'s> {
    pub(super) fn texts(&self) -> impl DoubleEndedIterator<Item = &'s str> + use<'s> {
        let script = self.script;
        self.statements.clone().map(move |index| script.statement(index))
    }

    /// Sends them; `begins` is told of each once those before have ended. On failure, which one has failed.
    pub(super) async fn send(
        &self,
        connection: &mut dyn Connection,
        mut begins: impl FnMut(usize),
    ) -> Result<(), (usize, StatementError)> {
        let (first, count) = (self.statements.start, self.statements.len());
        let (mut text, mut spans) = (String::new(), Vec::with_capacity(count));
        for statement in self.texts() {
            let start = text.len();
            text.push_str(statement);
            spans.push(start..text.len());
            text.push_str(SEPARATOR);
        }
        let dialect = connection.dialect();
        let mut ended = 0;
        begins(first);
        let mut answers = connection.answers(AssertSqlSafe(text.as_str()).into_sql_str());
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(Answer::Row(_)) => {}
                Ok(Answer::Done) => {
                    ended += 1;
                    if ended < count {
                        begins(first + ended);
                    }
                }
                Err(error) => {
                    let failed = failed(dialect, &error, &text, &spans, ended);
                    let span = spans.get(failed).cloned().unwrap_or_default();
                    return Err((first + failed, StatementError::among(dialect, &text, span, error)));
                }
            }
        }
        Ok(())
    }
}

/// Which one an error is of, behind so many that have ended. PostgreSQL reads all of a message before it does any of it.
fn failed(dialect: Dialect, error: &sqlx::Error, text: &str, spans: &[Range<usize>], ended: usize) -> usize {
    let position = driver::position(error, text).filter(|_| ended == 0 && dialect == Dialect::Postgres);
    let at = |position: usize| spans.iter().position(|span| position < span.end + SEPARATOR.len());
    position.and_then(at).unwrap_or(ended).min(spans.len().saturating_sub(1))
}
