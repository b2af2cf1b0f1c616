//! What went wrong, what is done already, and what to do next.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::mem;
use std::time::Duration;

use uno_migrate_core::{Dialect, Location, Problems};

use crate::blocked::{Blocked, Blocker};
use crate::context::StatementError;
use crate::driver::{self, Contention, Fault, Obstacle};
use crate::report::Report;

mod display;
mod kind;

pub use kind::ErrorKind;

/// What migrations and hooks return: `?` works on the errors of sqlx and of everybody else.
pub type Result<T = (), E = Box<dyn StdError + Send + Sync>> = std::result::Result<T, E>;

/// Why a verb failed. [`kind`](Self::kind) is for programs; `Display` tells a person what failed, where, what is done
/// already and what to do next; [`report`](Self::report) lists what did happen.
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    place: Option<Place>,
    statement: Option<String>,
    done: Option<String>,
    help: Option<String>,
    report: Report,
    /// The source in our own words.
    cause: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// The history was not as it had been read: somebody else was there in between.
    is_superseded: bool,
    blocked: Blocked,
    /// What it followed has taken effect: to try again would do that twice.
    is_late: bool,
}

/// A file and perhaps a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) path: String,
    pub(crate) location: Option<Location>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            place: None,
            statement: None,
            done: None,
            help: None,
            report: Report::default(),
            cause: None,
            source: None,
            is_superseded: false,
            blocked: Blocked::default(),
            is_late: false,
        }))
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    pub(crate) fn invalid(problems: Problems) -> Self {
        Self::new(ErrorKind::Invalid, "the migrations are no valid set").caused_by(problems)
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.place = Some(place);
        self
    }

    pub(crate) fn statement(mut self, excerpt: impl Into<String>) -> Self {
        self.0.statement = Some(excerpt.into());
        self
    }

    pub(crate) fn done(mut self, done: impl Into<String>) -> Self {
        self.0.done = Some(done.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Where nothing more exact was said.
    pub(crate) fn help_if_none(mut self, help: impl Into<String>) -> Self {
        self.0.help.get_or_insert_with(|| help.into());
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// A cause whose own text is not what a person should read.
    pub(crate) fn caused_in_words(mut self, words: String, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.cause = Some(words);
        self.caused_by(source)
    }

    /// The same failure as part of something larger: what it was called becomes part of the cause.
    pub(crate) fn within(mut self, message: String) -> Self {
        let told = mem::replace(&mut self.0.message, message);
        let cause = self.0.cause.take().or_else(|| self.0.source.as_ref().map(ToString::to_string));
        self.0.cause = Some(cause.map_or_else(|| told.clone(), |cause| format!("{told}: {cause}")));
        self
    }

    /// What a run did before it failed.
    pub(crate) fn done_before(mut self, before: String) -> Self {
        self.0.done = Some(match self.0.done.take() {
            Some(done) => format!("{done}\n{before}"),
            None => before,
        });
        self
    }

    /// One more line about the cause.
    pub(crate) fn also(mut self, line: &str) -> Self {
        let cause = self.0.cause.take().or_else(|| self.0.source.as_ref().map(ToString::to_string));
        self.0.cause = Some(cause.map_or_else(|| line.to_owned(), |cause| format!("{cause}\n{line}")));
        self
    }

    /// Whether the database has refused something, and not merely gone.
    pub(crate) fn is_refusal(&self) -> bool {
        self.driver_error().is_some_and(|error| error.as_database_error().is_some())
    }

    /// It came after something that has taken effect.
    pub(crate) fn late(mut self) -> Self {
        self.0.is_late = true;
        self
    }

    /// What the database's error means, if it is no mistake of anybody's who wrote a migration.
    fn fault(&self) -> Option<Fault> {
        let source = self.0.source.as_deref()?;
        match source.downcast_ref::<StatementError>() {
            Some(error) => error.fault(),
            None => driver::fault(source.downcast_ref()?),
        }
    }

    /// The database's code, where a statement has failed.
    pub(crate) fn code(&self) -> Option<Cow<'_, str>> {
        self.0.source.as_deref()?.downcast_ref::<StatementError>()?.code()
    }

    /// What stands in the way.
    pub(crate) fn obstacle(&self) -> Option<Obstacle> {
        self.fault()?.obstacle()
    }

    /// What went wrong, if nothing was done and it may go well the next time.
    pub(crate) fn contention(&self) -> Option<Contention> {
        if self.0.is_late { None } else { self.fault()?.contention() }
    }

    /// Who was in the way.
    pub(crate) fn blocked_by(mut self, blockers: Vec<Blocker>) -> Self {
        self.0.blocked.by = blockers;
        self
    }

    /// It was not the first try.
    pub(crate) fn tried(mut self, tries: u32, over: Duration) -> Self {
        self.0.blocked.tries = Some((tries, over));
        self
    }

    /// Says first who was in the way and how often it was tried, where it failed for that.
    pub(crate) fn explained(mut self, dialect: Dialect) -> Self {
        if self.contention().is_none() {
            return self;
        }
        if let Some(told) = self.0.blocked.told() {
            self.0.done = Some(self.0.done.take().map_or_else(|| told.clone(), |done| format!("{told}\n{done}")));
        }
        if let Some(remedy) = self.0.blocked.remedy(dialect) {
            let other = self.0.help.take().filter(|help| help != Self::LOCKED);
            self.0.help = Some(other.map_or_else(|| remedy.clone(), |help| format!("{remedy}\n{help}")));
        }
        self
    }

    /// The remedy where nobody knows who was in the way.
    pub(crate) const LOCKED: &str =
        "somebody else holds a lock that it needs: run again later, or allow it more time with `-- LockTimeout: 30s`";

    /// The cause's first line.
    pub(crate) fn cause_line(&self) -> Option<String> {
        let source = || self.0.source.as_ref().map(ToString::to_string);
        let cause = self.0.cause.clone().or_else(source)?;
        cause.lines().next().map(str::to_owned)
    }

    pub(crate) fn superseded(mut self) -> Self {
        self.0.is_superseded = true;
        self
    }

    pub(crate) fn is_superseded(&self) -> bool {
        self.0.is_superseded
    }

    /// Whether the database has undone the whole transaction in favour of another one.
    pub(crate) fn is_undone(&self) -> bool {
        self.contention() == Some(Contention::Deadlock)
    }

    /// Whether a row was there already.
    pub(crate) fn is_duplicate(&self) -> bool {
        let database = self.driver_error().and_then(|error| error.as_database_error());
        database.is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    fn driver_error(&self) -> Option<&sqlx::Error> {
        self.0.source.as_ref()?.downcast_ref()
    }

    /// The same failure, where another instance had gone on in this one's place.
    pub(crate) fn overtaken(mut self) -> Self {
        self.0.kind = ErrorKind::LeaseLost;
        self.done_before("another instance has taken over, and went on from what is in the history".to_owned())
            .help("look at `status`, and run again")
    }

    pub(crate) fn with_report(mut self, report: Report) -> Self {
        self.0.report = report;
        self
    }

    /// What sort of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened before the failure.
    pub fn report(&self) -> &Report {
        &self.0.report
    }

    /// What failed, in one line and without its cause.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The file where it failed, as it is shown.
    pub fn path(&self) -> Option<&str> {
        self.0.place.as_ref().map(|place| place.path.as_str())
    }

    /// The line and column where it failed.
    pub fn location(&self) -> Option<Location> {
        self.0.place.as_ref().and_then(|place| place.location)
    }

    /// An excerpt of the statement that failed.
    pub fn failed_statement(&self) -> Option<&str> {
        self.0.statement.as_deref()
    }

    /// Why it failed, from the nearest cause to the last, each in the words that a person reads.
    pub fn causes(&self) -> Vec<String> {
        if let Some(cause) = &self.0.cause {
            return vec![cause.clone()];
        }
        let mut causes: Vec<String> = Vec::new();
        let mut source = self.source();
        while let Some(error) = source {
            let text = error.to_string();
            // Many errors repeat their source in their own text.
            if !text.is_empty() && !causes.iter().any(|said| said.contains(&text)) {
                causes.push(text);
            }
            source = error.source();
        }
        causes
    }

    /// What is done already, and what is not known.
    pub fn already_done(&self) -> Option<&str> {
        self.0.done.as_deref()
    }

    /// What to do next.
    pub fn remedy(&self) -> Option<&str> {
        self.0.help.as_deref()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
