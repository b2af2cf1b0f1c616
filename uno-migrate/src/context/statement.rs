//! A statement that failed, told without its secrets.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use uno_migrate_core::{Dialect, Location, secrets, without_secrets};

use crate::driver::{self, Fault};

/// How much of a statement is shown.
const EXCERPT: usize = 500;

/// A statement that the database, or we, refused. The values of its placeholders are never part of it.
pub(crate) struct StatementError {
    /// The statement, cut to what a person reads, without the secrets in it.
    pub(crate) statement: String,
    /// Where in the statement, if the database told.
    pub(crate) location: Option<Location>,
    message: String,
    cause: Option<sqlx::Error>,
    /// The cause may quote what is hidden here.
    secret: bool,
}

impl StatementError {
    pub(crate) fn new(dialect: Dialect, sql: &str, error: sqlx::Error) -> Self {
        let message = driver::message(&error);
        Self::said(dialect, sql, error, message)
    }

    /// A statement that stood in a message with others.
    pub(crate) fn within(dialect: Dialect, message: &str, at: Range<usize>, error: sqlx::Error) -> Self {
        let sql = message.get(at.clone()).unwrap_or_default();
        let position = driver::position(&error, message).and_then(|position| position.checked_sub(at.start));
        // What is not finished is found wrong behind its end.
        let location = position.map(|position| Location::of(sql, position.min(sql.len())));
        let said = driver::message(&error);
        Self { location, cause: Some(error), ..Self::refused(dialect, sql, said) }
    }

    /// A statement that stood in a message with others, where the database reads no further than each.
    pub(crate) fn first_of(dialect: Dialect, message: &str, at: Range<usize>, error: sqlx::Error) -> Self {
        // So much more is quoted at most.
        const BEHIND: usize = 400;
        let (sql, end) = (message.get(at.clone()).unwrap_or_default(), message.floor_char_boundary(at.end + BEHIND));
        let text = message.get(at.start..end).unwrap_or_default();
        let location = driver::position(&error, text).map(|offset| Location::of(sql, offset.min(sql.len())));
        let said = driver::message_of_first(&error, text, sql.len());
        Self { location, cause: Some(error), ..Self::refused(dialect, sql, said) }
    }

    /// The same of any database.
    pub(crate) fn among(dialect: Dialect, message: &str, at: Range<usize>, error: sqlx::Error) -> Self {
        match dialect {
            Dialect::MySql => Self::first_of(dialect, message, at, error),
            Dialect::Postgres | Dialect::Sqlite => Self::within(dialect, message, at, error),
        }
    }

    /// A statement that values were bound to.
    pub(super) fn with_values(dialect: Dialect, sql: &str, error: sqlx::Error) -> Self {
        let message = driver::message_without_detail(&error);
        Self::said(dialect, sql, error, message)
    }

    fn said(dialect: Dialect, sql: &str, error: sqlx::Error, message: String) -> Self {
        let message = match &error {
            sqlx::Error::RowNotFound => "the query returned no row".to_owned(),
            _ => message,
        };
        let location = driver::position(&error, sql).map(|offset| Location::of(sql, offset));
        Self { location, cause: Some(error), ..Self::refused(dialect, sql, message) }
    }

    /// A statement that was not sent.
    pub(crate) fn refused(dialect: Dialect, sql: &str, message: String) -> Self {
        let secrets = secrets(dialect, sql);
        let mut masked = String::with_capacity(sql.len());
        let mut copied = 0;
        for span in &secrets {
            masked.push_str(&sql[copied..span.start as usize]);
            masked.push_str("'***'");
            copied = span.end as usize;
        }
        masked.push_str(&sql[copied..]);
        let secret = !secrets.is_empty();
        // A syntax error quotes the statement from where it stopped reading.
        let message = match message.find(" at or near ").or_else(|| message.find(" near ")) {
            Some(quoted) if secret => message[..quoted].to_owned(),
            _ => message,
        };
        let message = if secret { without_secrets(dialect, sql, &message) } else { message };
        Self { statement: excerpt(masked.trim()), location: None, message, cause: None, secret }
    }

    /// It was ended because it took longer than it may.
    pub(crate) fn ended_after(mut self, limit: Duration) -> Self {
        self.message = format!("it took longer than {limit:?}, and was ended: {}", self.message);
        self
    }

    /// What it means, if it is no mistake of the statement's.
    pub(crate) fn fault(&self) -> Option<Fault> {
        driver::fault(self.cause.as_ref()?)
    }

    /// Whether the session has ended with it.
    pub(crate) fn ends_session(&self) -> bool {
        self.cause.as_ref().is_some_and(driver::ends_session)
    }

    /// The database's code, if it was the database that failed: the SQLSTATE on PostgreSQL and MySQL.
    pub(crate) fn code(&self) -> Option<Cow<'_, str>> {
        self.cause.as_ref()?.as_database_error()?.code()
    }

    /// What went wrong, without the statement.
    pub(super) fn message(&self) -> &str {
        &self.message
    }
}

fn excerpt(sql: &str) -> String {
    match sql.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", &sql[..end]),
        None => sql.to_owned(),
    }
}

impl crate::Error {
    /// A statement's error, which keeps the statement's secrets.
    pub(crate) fn caused_by_statement(self, error: StatementError) -> Self {
        self.caused_in_words(error.message.clone(), error)
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(location) = self.location {
            write!(f, " at {location}")?;
        }
        write!(f, "\n  in: {}", self.statement.replace('\n', "\n      "))
    }
}

/// The same text: the cause, which may quote what is hidden, is no part of it.
impl fmt::Debug for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Error for StatementError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().filter(|_| !self.secret).map(|cause| cause as _)
    }
}
