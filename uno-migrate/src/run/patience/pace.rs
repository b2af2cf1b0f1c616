//! How long the statements of a migration may wait and take.

use std::time::Duration;

use uno_migrate_core::{Dialect, StatementClass, Timeout, class};

use super::watch::{Identity, bounded, identify, let_pass};
use crate::blocked::Blocker;
use crate::context::StatementError;
use crate::dialect::sql;
use crate::driver::{Connection, Opener, send};
use crate::error::{Error, ErrorKind};
use crate::run::scope::Scope;
use crate::run::script::Script;

/// How long a statement waits at most before it is looked who keeps it waiting.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// A statement that failed, and who kept it waiting before.
pub(in crate::run) struct Stopped {
    pub(in crate::run) error: StatementError,
    pub(in crate::run) blockers: Vec<Blocker>,
}

/// The limits of the session while a migration runs on it.
pub(in crate::run) struct Pace {
    /// For statements that hold others up while they wait.
    lock: Option<Timeout>,
    statement: Option<Timeout>,
    /// A transaction around all of it, with which the settings end.
    in_transaction: bool,
    /// Whether the limit for locks is set now.
    is_limited: bool,
    /// Whether it stays as it is, whatever comes.
    is_fixed: bool,
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
        let (dialect, options, section) = (scope.dialect, scope.options, script.map(|script| &script.section));
        // Where nothing can be opened, the session is the caller's, and so are its limits.
        let is_own = scope.opener.is_some();
        let own_lock = section.and_then(|section| section.lock_timeout);
        let own_statement = section.and_then(|section| section.statement_timeout);
        let lock = own_lock.or(options.lock_timeout.filter(|_| is_own).map(Timeout::After));
        let statement = own_statement.or(options.statement_timeout.filter(|_| is_own).map(Timeout::After));
        let limited_code = limits_code(dialect, in_transaction);
        let (is_limited, is_fixed) = match script {
            Some(_) if own_lock.is_some() => (true, true),
            Some(script) => {
                let statements = || (0..script.total()).map(|index| script.statement(index));
                let is_set = statements().any(|statement| sets_lock_limit(dialect, statement));
                // To go back to a savepoint takes a limit back that was set behind it.
                let goes_back = in_transaction
                    && statements().any(|statement| class(dialect, statement) == StatementClass::TransactionControl);
                let mut limited = statements().filter_map(|statement| is_limited(dialect, statement));
                let is_first = if goes_back { Some(limited.any(|limited| limited)) } else { limited.next() };
                let is_limited = is_set || is_first.unwrap_or(true) || (has_hooks && limited_code);
                (is_limited, is_set || goes_back)
            }
            None => (limited_code, true),
        };
        let mut pace =
            Self { lock, statement, in_transaction, is_limited, is_fixed: is_fixed || lock.is_none(), beside: None };
        let mut settings = sql(dialect).limits(lock.filter(|_| is_limited), statement, in_transaction);
        if is_own && let Some(question) = sql(dialect).identity() {
            // An earlier migration's limit may be that of the session still.
            settings
                .extend(sql(dialect).own_lock_limit(None, in_transaction).filter(|_| lock.is_some() && !is_limited));
            let identity = identify(connection, question, settings).await.map_err(not_set)?;
            pace.beside = identity.zip(scope.opener.clone());
        } else {
            set(connection, settings).await?;
        }
        Ok(pace)
    }

    /// Sets the limit for locks that statements are to have which take effect together. In a transaction that may hold
    /// what others wait for, no statement waits longer than those that lock it.
    pub(in crate::run) async fn before<'t>(
        &mut self,
        connection: &mut dyn Connection,
        statements: impl Iterator<Item = &'t str>,
    ) -> Result<(), Error> {
        let dialect = connection.dialect();
        match statements.filter_map(|statement| is_limited(dialect, statement)).reduce(|one, other| one || other) {
            Some(limited) => self.limit_locks(connection, limited).await,
            None => Ok(()),
        }
    }

    /// The same for hooks.
    pub(in crate::run) async fn before_code(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
        let limited = limits_code(connection.dialect(), self.in_transaction);
        self.limit_locks(connection, limited).await
    }

    async fn limit_locks(&mut self, connection: &mut dyn Connection, limited: bool) -> Result<(), Error> {
        if self.is_fixed || limited == self.is_limited || (self.in_transaction && self.is_limited) {
            return Ok(());
        }
        let text = sql(connection.dialect());
        let own = self.beside.as_ref().map(|(session, _)| session.own_lock_limit.as_str());
        let settings = match limited {
            true => text.limits(self.lock, None, self.in_transaction),
            false => text.own_lock_limit(own, self.in_transaction).into_iter().collect(),
        };
        self.is_limited = limited;
        set(connection, settings).await
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
        let after = match self.lock {
            Some(Timeout::After(limit)) if self.is_limited => LOOK_AFTER.min(limit / 2),
            _ => LOOK_AFTER,
        };
        let limit = match self.statement {
            Some(Timeout::After(limit)) if !session.ends_statements => Some(limit),
            _ => None,
        };
        let Some(limit) = limit else {
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
}

impl Stopped {
    fn new(dialect: Dialect, statement: &str, error: sqlx::Error, blockers: Vec<Blocker>) -> Self {
        Self { error: StatementError::new(dialect, statement, error), blockers }
    }
}

/// Nobody knows what Rust code does; outside a transaction it may well build an index concurrently.
fn limits_code(dialect: Dialect, in_transaction: bool) -> bool {
    in_transaction || dialect != Dialect::Postgres
}

/// Whether a statement holds others up while it waits for a lock; nothing where it does not wait.
fn is_limited(dialect: Dialect, statement: &str) -> Option<bool> {
    match class(dialect, statement) {
        StatementClass::Ddl | StatementClass::Other => Some(true),
        StatementClass::ConcurrentDdl | StatementClass::Data => Some(false),
        StatementClass::Session | StatementClass::TransactionControl => None,
    }
}

/// Whether a statement sets the limit for locks by itself.
fn sets_lock_limit(dialect: Dialect, statement: &str) -> bool {
    let names = |name: &str| {
        let mut parts = statement.as_bytes().windows(name.len());
        parts.any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
    };
    let may_set = class(dialect, statement) == StatementClass::Session || names("set_config");
    may_set && sql(dialect).lock_limit_settings().iter().any(|setting| names(setting))
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
