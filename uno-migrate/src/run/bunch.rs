//! Statements of one migration that share a message: each only adds the rows that it lists. As a rule that is quick, and where there
//! are many, the way of each to the server and back would take longer than what they do.

use std::ops::Range;
use std::time::Duration;

use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};
use uno_migrate_core::Dialect;

use super::batch::{SEPARATOR, in_time};
use super::script::Script;
use crate::context::StatementError;
use crate::driver::{self, Answer, Connection};

/// So many share one at most; fewer on SQLite, whose driver copies all that is left of the text at each of them,
pub(super) const LONGEST: usize = 1_000;
const LONGEST_ON_SQLITE: usize = 128;

/// and so many bytes.
pub(super) const MOST_BYTES: usize = 1 << 18;

/// So many do at first, and then so many times as many: as long as that takes no longer than it may by what those before took.
const FIRST: usize = 16;
const GROWTH: usize = 8;

/// How many of the statements to come share a message: the more, the quicker those before were.
pub(super) struct Bunches {
    most: usize,
    longest: usize,
}

/// Statements of a script that share a message, or one that has it for itself.
pub(super) struct Bunch<'s> {
    pub(super) script: &'s Script,
    pub(super) statements: Range<usize>,
}

impl Bunches {
    pub(super) fn new(dialect: Dialect) -> Self {
        let longest = match dialect {
            Dialect::Postgres | Dialect::MySql => LONGEST,
            Dialect::Sqlite => LONGEST_ON_SQLITE,
        };
        Self { most: FIRST, longest }
    }

    /// The statement at `from`, with those behind it that can share a message with it.
    pub(super) fn next<'s>(&self, script: &'s Script, from: usize, joins: impl Fn(usize) -> bool) -> Bunch<'s> {
        let mut bytes = 0;
        let fits = |index: &usize| {
            bytes += script.statement(*index).len() + SEPARATOR.len();
            bytes <= MOST_BYTES && joins(*index)
        };
        let count = (from..script.total()).take(self.most).take_while(fits).count();
        Bunch { script, statements: from..from + count.max(1) }
    }

    /// So many took so long.
    pub(super) fn sent(&mut self, count: usize, took: Duration) {
        self.most = in_time(count, took).clamp(1, (self.most * GROWTH).min(self.longest));
    }
}

impl<'s> Bunch<'s> {
    pub(super) fn texts(&self) -> impl DoubleEndedIterator<Item = &'s str> + use<'s> {
        let script = self.script;
        self.statements.clone().map(move |index| script.statement(index))
    }

    /// Sends them; `begins` is told of each once those before have ended. On failure, which one has failed. That all have ended is
    /// seen, and not taken for granted: what ends a statement from outside may come between two, and is then no error.
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
        if ended < count {
            let statement = self.script.statement(first + ended);
            let told =
                format!("the database has ended the message of which it was the {}th statement of {count}", ended + 1);
            return Err((first + ended, StatementError::refused(dialect, statement, told)));
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
