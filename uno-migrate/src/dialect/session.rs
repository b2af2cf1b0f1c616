//! What is said to a session and about sessions: transactions, limits, who is there, and taking back what a migration did.

use uno_migrate_core::Timeout;

use super::{NulError, Quote};

/// The SQL of one database for its sessions.
pub(crate) trait SessionText: Quote {
    /// Opens a transaction.
    fn begin(&self) -> &'static str;

    /// Has every statement outside a transaction commit at once, where servers can be set up otherwise.
    fn commit_each(&self) -> &'static str {
        ""
    }

    /// Tells whether a transaction is open: then it returns a row or is refused; if not, it does nothing.
    fn open_transaction(&self) -> &'static str;

    /// One row, one number: which of the server's processes answers, where there may be a pooler that changes them.
    fn process(&self) -> Option<&'static str> {
        None
    }

    /// One row, one text, by which another session finds this one: see [`presence`](Self::presence). Nothing where there are
    /// no sessions but the processes themselves.
    fn session(&self) -> &'static str {
        ""
    }

    /// One row, one text: the same of the connection with that name, which this one was opened like; NULL where there is none. No
    /// row where the names of connections are not their own.
    fn named(&self, _name: &str) -> Option<Result<String, NulError>> {
        None
    }

    /// One row, one number, which is a [`Presence`]: what that session is doing. None if it is not a text of
    /// [`session`](Self::session)'s.
    fn presence(&self, _session: &str) -> Option<Result<String, NulError>> {
        None
    }

    /// The number by which the server knows a session.
    fn number(&self, _session: &str) -> Option<i64> {
        None
    }

    /// Ends what that session runs, and not the session, where nothing of what it had begun may be left open with that.
    fn stop_statement(&self, _session: &str) -> Option<String> {
        None
    }

    /// Ends that session, as far as this user may.
    fn end_session(&self, _session: &str) -> Option<Result<String, NulError>> {
        None
    }

    /// Limits for the statements to come, until the transaction or the session ends. What is not given stays as the
    /// server has it; nothing where the database knows no such limit.
    fn limits(&self, lock: Option<Timeout>, statement: Option<Timeout>, in_transaction: bool) -> Vec<String>;

    /// The limit for locks with which the session began, again; `own` is what [`identity`](Self::identity) has told of it,
    /// none where nothing was changed since.
    fn own_lock_limit(&self, _own: Option<&str>, _in_transaction: bool) -> Option<String> {
        None
    }

    /// Words in a statement that sets limits for locks by itself.
    fn lock_limit_settings(&self) -> &'static [&'static str] {
        &[]
    }

    /// One row: the number of the session, its limit for locks, a text that no other server has, and whether the server
    /// ends a statement of any kind that takes longer than it may. Nothing where sessions do not wait for one another.
    fn identity(&self) -> Option<&'static str> {
        None
    }

    /// Who keeps the session of that number waiting: asked for one after the other, until one returns a row.
    fn blockers(&self, _session: i64) -> Vec<String> {
        Vec::new()
    }

    /// Ends a session.
    fn how_to_end(&self, id: &str) -> String {
        format!("KILL {id}")
    }

    /// One row, 1 if a session waits for its client. None where whoever waits for it is always told how a message ends.
    fn idle(&self, _session: i64) -> Option<String> {
        None
    }

    /// Ends what a session runs, where the server has no limit for that.
    fn end_statement(&self, _session: i64) -> Option<String> {
        None
    }

    /// A statement for [`end_statement`](Self::end_statement) to end if it came too late for another.
    fn nothing(&self) -> Option<&'static str> {
        None
    }

    /// Opens a transaction in which the server looks, while a statement runs, whether its client is still there.
    fn begin_watched(&self) -> &'static str {
        self.begin()
    }

    /// The same for the statements to come outside of one; nothing where the server does so anyhow, or cannot.
    fn watch(&self) -> &'static str {
        ""
    }

    /// In a transaction that is watched: what is prepared is planned once, whatever it is given. Nothing where nothing of ours
    /// is prepared.
    fn plan_once(&self) -> &'static str {
        ""
    }

    /// One row, one text: what the client said of itself when it connected, as statements that say it again; nothing
    /// where a session is never reset.
    fn client_settings(&self) -> Option<&'static str> {
        None
    }

    /// The same of a session that others with the same options begin like, but for the name, which is this one; no row where
    /// something was changed since it began.
    fn client_settings_of(&self, _name: &str) -> Option<String> {
        None
    }

    /// Takes back what a migration did to its session, while its transaction is still open; returns no row, and is
    /// empty where the session is not used again.
    fn reset_in_transaction(&self) -> &'static str {
        ""
    }

    /// Undoes a transaction, and with it what a `ROLLBACK` leaves of it in its session; still inside a transaction
    /// afterwards, so that a pooler keeps the session for it. Returns no row.
    fn undo_session(&self) -> &'static str {
        ""
    }

    /// The names of the statements that were prepared by SQL.
    fn prepared(&self) -> &'static str {
        ""
    }

    /// The names of the statements that sqlx has prepared, in this client or in another one.
    fn prepared_by_sqlx(&self) -> &'static str {
        ""
    }

    /// Forgets a prepared statement.
    fn deallocate(&self, name: &str) -> String {
        format!("DEALLOCATE PREPARE {}", self.quote_ident(name))
    }

    /// Takes back the rest, once the transaction has ended.
    fn reset_session(&self) -> &'static str {
        ""
    }

    /// How foreign keys are switched off and checked, where that is done by the session.
    fn foreign_keys(&self) -> Option<ForeignKeys> {
        None
    }

    /// Marks a point to come back to inside a transaction.
    fn savepoint(&self, level: usize) -> String {
        format!("SAVEPOINT uno_migrate_{level}")
    }

    /// Keeps what happened since the savepoint.
    fn release(&self, level: usize) -> String {
        format!("RELEASE SAVEPOINT uno_migrate_{level}")
    }

    /// Undoes what happened since the savepoint, and forgets it.
    fn undo(&self, level: usize) -> String {
        format!("ROLLBACK TO SAVEPOINT uno_migrate_{level}; RELEASE SAVEPOINT uno_migrate_{level}")
    }
}

/// What a session is doing, as the database sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It has ended: 0.
    Gone,
    /// It waits for its client: 1.
    Idle,
    /// It runs a statement: 2.
    Busy,
    /// This session cannot see it, or cannot tell it from another: any other number.
    Unknown,
}

impl From<i64> for Presence {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Gone,
            1 => Self::Idle,
            2 => Self::Busy,
            _ => Self::Unknown,
        }
    }
}

/// Foreign keys as a session's setting.
pub(crate) struct ForeignKeys {
    /// One row, 0 or 1.
    pub(crate) read: &'static str,
    pub(crate) off: &'static str,
    pub(crate) on: &'static str,
    /// A row for every row that refers to nothing: `table`, `rowid`, `parent`.
    pub(crate) check: &'static str,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uno_migrate_core::Dialect;

    use super::*;
    use crate::dialect::sql;

    #[test]
    fn a_watched_transaction_begins_like_any_other() {
        for dialect in Dialect::ALL {
            assert!(sql(dialect).begin_watched().starts_with(sql(dialect).begin()));
        }
    }

    #[test]
    fn limits_are_rounded_up_and_none_is_none() {
        let limits = |dialect, lock, statement| sql(dialect).limits(lock, statement, false).join("; ");
        let after = |duration| Some(Timeout::After(duration));
        let (short, long) = (after(Duration::from_micros(500)), after(Duration::MAX));
        for dialect in Dialect::ALL {
            assert_eq!(limits(dialect, None, None), "");
        }
        let postgres = |limit| limits(Dialect::Postgres, limit, limit);
        assert_eq!(postgres(short), "SET lock_timeout = 1; SET statement_timeout = 1");
        assert_eq!(postgres(after(Duration::from_micros(1_001))), "SET lock_timeout = 2; SET statement_timeout = 2");
        assert_eq!(postgres(long), "SET lock_timeout = 2147483647; SET statement_timeout = 2147483647");
        assert_eq!(postgres(Some(Timeout::None)), "SET lock_timeout = 0; SET statement_timeout = 0");
        let locks = |limit| limits(Dialect::MySql, limit, None);
        let seconds = |wait, innodb| {
            format!("SET SESSION lock_wait_timeout = {wait}, SESSION innodb_lock_wait_timeout = {innodb}")
        };
        assert_eq!(locks(short), seconds(1, 1));
        assert_eq!(locks(after(Duration::from_millis(1_500))), seconds(2, 2));
        assert_eq!(locks(long), seconds(31_536_000, 100_000_000));
        assert_eq!(locks(Some(Timeout::None)), seconds(31_536_000, 100_000_000));
        let statements = |limit| limits(Dialect::MySql, None, limit);
        let mariadb = |seconds| format!("SET /*M! SESSION max_statement_time = {seconds}, */ @uno_migrate = NULL");
        assert_eq!(statements(after(Duration::from_nanos(1))), mariadb("0.000001"));
        assert_eq!(statements(after(Duration::from_millis(1_500))), mariadb("1.500000"));
        assert_eq!(statements(long), mariadb("31536000.000000"));
        assert_eq!(statements(Some(Timeout::None)), mariadb("0"));
    }
}
