//! How long the statements of a migration may wait and take.

use std::time::Duration;

use uno_migrate_core::{Dialect, Timeout};

use super::limits::Limits;
use super::watch::{Identity, bounded, heard_of, identify, let_pass};
use crate::blocked::Blocker;
use crate::context::StatementError;
use crate::dialect::sql;
use crate::driver::{Connection, Fault, Opener, send};
use crate::error::{Error, ErrorKind};
use crate::run::bunch::Bunch;
use crate::run::scope::Scope;
use crate::run::script::Script;

/// How long a statement waits at most before it is looked who keeps it waiting.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// A statement that failed, and who kept it waiting before.
pub(in crate::run) struct Stopped {
    pub(in crate::run) error: StatementError,
    pub(in crate::run) blockers: Vec<Blocker>,
}

/// The limits of the session while a migration runs on it, as they are set.
pub(in crate::run) struct Pace {
    limits: Limits,
    /// Who the session is, and how another one is opened beside it.
    beside: Option<(Identity, Opener)>,
}

impl Pace {
    /// Sets the limits with which the work begins: that of a script, or of Rust code.
    pub(in crate::run) async fn begin(
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        script: Option<&Script>,
        has_hooks: bool,
        in_transaction: bool,
    ) -> Result<Self, Error> {
        let limits = Limits::new(scope, script, has_hooks, in_transaction);
        let mut settings = limits.opening();
        let text = sql(scope.dialect);
        let Some((opener, question)) = scope.opener.clone().zip(text.identity()) else {
            set(connection, settings).await?;
            return Ok(Self { limits, beside: None });
        };
        settings.extend(limits.taken_back());
        let identity = identify(connection, question, settings).await.map_err(not_set)?;
        Ok(Self { limits, beside: identity.zip(Some(opener)) })
    }

    /// Sets the limit for locks that statements are to have which take effect together.
    pub(in crate::run) async fn before<'t>(
        &mut self,
        connection: &mut dyn Connection,
        statements: impl Iterator<Item = &'t str>,
    ) -> Result<(), Error> {
        let own = self.beside.as_ref().map(|(session, _)| session.own_lock_limit.as_str());
        set(connection, self.limits.before(statements, own)).await
    }

    /// The same for hooks.
    pub(in crate::run) async fn before_code(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
        let own = self.beside.as_ref().map(|(session, _)| session.own_lock_limit.as_str());
        set(connection, self.limits.before_code(own)).await
    }

    /// Runs one statement of the migration's.
    pub(in crate::run) async fn send(
        &self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        statement: &str,
    ) -> Result<(), Stopped> {
        let Some((session, opener)) = &self.beside else {
            let sent = send(connection, statement).await;
            return sent.map_err(|error| Stopped::new(scope.dialect, statement, error, Vec::new()));
        };
        let after = self.look_after();
        let Some(limit) = self.limit() else {
            let work = send(connection, statement);
            let (sent, blockers) = scope.watched(session, opener, after, work).await;
            return sent.map_err(|error| Stopped::new(scope.dialect, statement, error, blockers));
        };
        let work = bounded(session, opener, limit, send(&mut *connection, statement));
        let ((sent, is_ended), blockers) = scope.watched(session, opener, after, work).await;
        if is_ended {
            let_pass(connection).await;
        }
        sent.map_err(|error| {
            let Stopped { error, blockers } = Stopped::new(scope.dialect, statement, error, blockers);
            Stopped { error: if is_ended { error.ended_after(limit) } else { error }, blockers }
        })
    }

    /// Runs one, or some that share a message; `begins` is told of each once those before have ended. On failure, which one has
    /// failed.
    pub(in crate::run) async fn send_bunch(
        &self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        bunch: &Bunch<'_>,
        mut begins: impl FnMut(usize),
    ) -> Result<(), (usize, Stopped)> {
        let first = bunch.statements.start;
        if bunch.statements.len() == 1 {
            begins(first);
            let sent = self.send(scope, connection, bunch.script.statement(first)).await;
            return sent.map_err(|stopped| (first, stopped));
        }
        let work = bunch.send(connection, begins);
        let (sent, blockers) = match &self.beside {
            Some((session, opener)) => {
                let work = heard_of(scope.dialect, session, opener, work);
                scope.watched(session, opener, self.look_after(), work).await
            }
            None => (work.await, Vec::new()),
        };
        // Whoever has kept another one of them waiting need not have kept this one.
        let of_it = |error: &StatementError| matches!(error.fault(), Some(Fault::Contention(_)));
        sent.map_err(|(index, error)| {
            let blockers = if of_it(&error) { blockers } else { Vec::new() };
            (index, Stopped { error, blockers })
        })
    }

    /// Whether some can: of several that the server does not end by itself, nobody could say which one takes too long; and where
    /// their answer may be lost, somebody has to see that.
    pub(in crate::run) fn takes_bunches(&self) -> bool {
        self.limit().is_none() && (self.beside.is_some() || self.limits.dialect != Dialect::MySql)
    }

    /// How long a statement may take, where it has to be ended from here.
    fn limit(&self) -> Option<Duration> {
        match (self.limits.statement, &self.beside) {
            (Some(Timeout::After(limit)), Some((session, _))) if !session.ends_statements => Some(limit),
            _ => None,
        }
    }

    fn look_after(&self) -> Duration {
        match self.limits.lock {
            Some(Timeout::After(limit)) if self.limits.is_limited => LOOK_AFTER.min(limit / 2),
            _ => LOOK_AFTER,
        }
    }
}

impl Stopped {
    fn new(dialect: Dialect, statement: &str, error: sqlx::Error, blockers: Vec<Blocker>) -> Self {
        Self { error: StatementError::new(dialect, statement, error), blockers }
    }
}

async fn set(connection: &mut dyn Connection, settings: Vec<String>) -> Result<(), Error> {
    for text in settings {
        send(connection, text).await.map_err(not_set)?;
    }
    Ok(())
}

fn not_set(error: sqlx::Error) -> Error {
    Error::new(ErrorKind::Connection, "the timeouts could not be set").caused_by_database(error)
}
