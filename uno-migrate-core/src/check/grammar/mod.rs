//! Whether a database can read a statement at all.
//!
//! What is said here is certain: the structure that every statement has ([`structure`]), the words that statements begin
//! with ([`opening`]), and for PostgreSQL a parser of its whole grammar, where the feature `check` brings it along. Where
//! a statement might mean more than it shows, nothing is said.

mod memory;
mod opening;
#[cfg(feature = "check")]
mod postgres;
mod silence;
mod structure;

pub(crate) use self::memory::Memory;
use super::statement::Statement;
use super::subject::Subject;
use crate::lex::Token;
use crate::{Dialect, Span};

/// Why a database will not read a statement.
pub(super) struct Refusal {
    pub(super) span: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Refusal {
    fn at(token: &Token, message: impl Into<String>) -> Self {
        Self { span: token.span, message: message.into(), help: None }
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The first mistake of each statement that has one: what seems wrong behind it may be right once it is mended.
pub(super) fn refusals<'s>(subject: &'s Subject<'_>, memory: &'s Memory) -> impl Iterator<Item = Refusal> + 's {
    let dialect = subject.dialect;
    // Asked once: it looks at all statements.
    let is_silent = silence::covers_section(subject);
    let asked = subject.statements.iter().filter(move |_| !is_silent);
    asked.filter(move |statement| !silence::covers(dialect, statement)).filter_map(move |statement| {
        let structure = opening::refusal(dialect, statement).or_else(|| structure::refusal(dialect, statement));
        structure.or_else(|| judge(dialect, statement, memory))
    })
}

/// What a parser of the database's grammar says, if there is one.
#[cfg(feature = "check")]
fn judge(dialect: Dialect, statement: &Statement<'_>, memory: &Memory) -> Option<Refusal> {
    (dialect == Dialect::Postgres).then(|| postgres::refusal(statement, memory)).flatten()
}

#[cfg(not(feature = "check"))]
fn judge(_: Dialect, _: &Statement<'_>, _: &Memory) -> Option<Refusal> {
    None
}
