//! Which limits the statements of a migration have, without asking anybody.

use uno_migrate_core::{Dialect, StatementClass, Timeout, class};

use crate::dialect::sql;
use crate::run::scope::Scope;
use crate::run::script::Script;

/// The limits of the session while a migration runs on it.
pub(in crate::run) struct Limits {
    pub(super) dialect: Dialect,
    /// For statements that hold others up while they wait.
    pub(super) lock: Option<Timeout>,
    pub(super) statement: Option<Timeout>,
    /// A transaction around all of it, with which the settings end.
    in_transaction: bool,
    /// Whether the limit for locks is set now.
    pub(super) is_limited: bool,
    /// Whether it stays as it is, whatever comes.
    is_fixed: bool,
}

impl Limits {
    /// The limits with which the work begins: that of a script, or of Rust code.
    pub(in crate::run) fn new(
        scope: &Scope<'_>,
        script: Option<&Script>,
        has_hooks: bool,
        in_transaction: bool,
    ) -> Self {
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
            // Whatever its statements are, there is nothing to set.
            Some(_) if lock.is_none() || sql(dialect).lock_limit_settings().is_empty() => (true, true),
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
        Self { dialect, lock, statement, in_transaction, is_limited, is_fixed: is_fixed || lock.is_none() }
    }

    /// Sets them for what comes first.
    pub(in crate::run) fn opening(&self) -> Vec<String> {
        sql(self.dialect).limits(self.lock.filter(|_| self.is_limited), self.statement, self.in_transaction)
    }

    /// The session's own limit for locks, where an earlier migration's may have stayed and none is set for what comes
    /// first.
    pub(in crate::run) fn taken_back(&self) -> Option<String> {
        let is_left = self.lock.is_some() && !self.is_limited;
        sql(self.dialect).own_lock_limit(None, self.in_transaction).filter(|_| is_left)
    }

    /// Sets the limit for locks that statements are to have which take effect together; `own` is the session's. In a
    /// transaction that may hold what others wait for, no statement waits longer than those that lock it.
    pub(in crate::run) fn before<'t>(
        &mut self,
        statements: impl Iterator<Item = &'t str>,
        own: Option<&str>,
    ) -> Vec<String> {
        if self.is_fixed {
            return Vec::new();
        }
        let limited = statements.filter_map(|statement| is_limited(self.dialect, statement));
        match limited.reduce(|one, other| one || other) {
            Some(limited) => self.limit_locks(limited, own),
            None => Vec::new(),
        }
    }

    /// The same for hooks.
    pub(super) fn before_code(&mut self, own: Option<&str>) -> Vec<String> {
        self.limit_locks(limits_code(self.dialect, self.in_transaction), own)
    }

    fn limit_locks(&mut self, limited: bool, own: Option<&str>) -> Vec<String> {
        if self.is_fixed || limited == self.is_limited || (self.in_transaction && self.is_limited) {
            return Vec::new();
        }
        self.is_limited = limited;
        let text = sql(self.dialect);
        match limited {
            true => text.limits(self.lock, None, self.in_transaction),
            false => text.own_lock_limit(own, self.in_transaction).into_iter().collect(),
        }
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
