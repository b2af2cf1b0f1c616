//! The sessions of PostgreSQL.

use uno_migrate_core::Timeout;

use crate::dialect::quote::Postgres;
use crate::dialect::{NulError, Quote, SessionText, blockers};

impl SessionText for Postgres {
    /// Not the role's own default: to a serializable transaction the beats of the lease, which go on while it is open, are
    /// conflicts.
    fn begin(&self) -> &'static str {
        "BEGIN ISOLATION LEVEL READ COMMITTED"
    }

    /// Outside a transaction every message is one that begins with it. Unlike a `SAVEPOINT`, which would be refused there,
    /// this leaves no error in the server's log.
    fn open_transaction(&self) -> &'static str {
        "SELECT 1 WHERE pg_catalog.now() <> pg_catalog.statement_timestamp()"
    }

    fn process(&self) -> Option<&'static str> {
        Some("SELECT pg_catalog.pg_backend_pid()")
    }

    /// Its process, when that began, and the name that its driver has given it. No row behind a pooler: there the name was
    /// set later on, if at all, and stays for the next client that has none of its own. Told by the function, since a new
    /// session would have to read first what the view looks like.
    fn session(&self) -> &'static str {
        "SELECT concat_ws('/', pid, extract(epoch FROM backend_start), application_name) \
         FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid()) WHERE application_name LIKE 'uno-migrate %' \
         AND application_name = (SELECT reset_val FROM pg_catalog.pg_show_all_settings() WHERE name = 'application_name')"
    }

    fn named(&self, name: &str) -> Option<Result<String, NulError>> {
        let (named, own) = (self.literal(name), self.session());
        Some(named.map(|name| {
            format!(
                "SELECT (SELECT concat_ws('/', pid, extract(epoch FROM backend_start), application_name) \
                 FROM pg_catalog.pg_stat_activity WHERE application_name = {name} LIMIT 1) WHERE EXISTS ({own})"
            )
        }))
    }

    /// The same process under another name is a pooler's, which has given it to somebody else; another process under the
    /// same name is where a pooler works for it now, if it does not just keep the name.
    fn presence(&self, session: &str) -> Option<Result<String, NulError>> {
        let session = Session::parse(session)?;
        let (process, own) = (session.process(), session.own());
        Some(self.literal(session.name).map(|name| {
            format!(
                "SELECT CASE max(CASE WHEN application_name <> {name} OR backend_start IS NULL OR state IS NULL \
                 OR state = 'disabled' THEN 1 WHEN state = 'idle' AND NOT ({process}) THEN 1 \
                 WHEN state LIKE 'idle%' THEN 2 ELSE 3 END) WHEN 1 THEN 3 WHEN 2 THEN 1 WHEN 3 THEN 2 ELSE 0 END \
                 FROM pg_catalog.pg_stat_activity WHERE {process} OR backend_start IS NULL AND pid = {pid} \
                 OR {own} AND application_name = {name}",
                pid = session.pid
            )
        }))
    }

    fn number(&self, session: &str) -> Option<i64> {
        Session::parse(session).map(|session| i64::from(session.pid))
    }

    fn end_session(&self, session: &str) -> Option<Result<String, NulError>> {
        let session = Session::parse(session)?;
        let (process, own) = (session.process(), session.own());
        Some(self.literal(session.name).map(|name| {
            format!(
                "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity \
                 WHERE application_name = {name} AND ({process} OR {own} AND state <> 'idle')"
            )
        }))
    }

    fn limits(&self, lock: Option<Timeout>, statement: Option<Timeout>, in_transaction: bool) -> Vec<String> {
        let local = if in_transaction { "LOCAL " } else { "" };
        let setting =
            |(name, limit): (&str, Option<Timeout>)| Some(format!("SET {local}{name} = {}", milliseconds(limit?)));
        [("lock_timeout", lock), ("statement_timeout", statement)].into_iter().filter_map(setting).collect()
    }

    fn own_lock_limit(&self, own: Option<&str>, in_transaction: bool) -> Option<String> {
        let local = if in_transaction { "LOCAL " } else { "" };
        self.literal(own?).ok().map(|own| format!("SET {local}lock_timeout = {own}"))
    }

    fn lock_limit_settings(&self) -> &'static [&'static str] {
        &["lock_timeout"]
    }

    fn identity(&self) -> Option<&'static str> {
        Some(
            "SELECT pg_catalog.pg_backend_pid()::bigint, pg_catalog.current_setting('lock_timeout'), \
             pg_catalog.pg_postmaster_start_time()::text, 1::bigint",
        )
    }

    fn blockers(&self, session: i64) -> Vec<String> {
        blockers::postgres(session)
    }

    fn how_to_end(&self, id: &str) -> String {
        format!("SELECT pg_terminate_backend({id})")
    }

    /// Every second: long before anybody can take over from a client that is gone, and a system call a second is
    /// nothing.
    fn begin_watched(&self) -> &'static str {
        "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL client_connection_check_interval = 1000"
    }

    fn watch(&self) -> &'static str {
        "SET client_connection_check_interval = 1000"
    }

    /// Else the first five executions are planned anew, with the values at hand.
    fn plan_once(&self) -> &'static str {
        "SET LOCAL plan_cache_mode = force_generic_plan"
    }

    /// Those that poolers keep for each of their clients.
    fn client_settings(&self) -> Option<&'static str> {
        Some(
            "SELECT pg_catalog.format('SET client_encoding = %L; SET DateStyle = %L; SET TimeZone = %L; \
             SET IntervalStyle = %L; SET standard_conforming_strings = %L; SET application_name = %L', \
             pg_catalog.current_setting('client_encoding'), pg_catalog.current_setting('DateStyle'), \
             pg_catalog.current_setting('TimeZone'), pg_catalog.current_setting('IntervalStyle'), \
             pg_catalog.current_setting('standard_conforming_strings'), pg_catalog.current_setting('application_name'))",
        )
    }

    fn client_settings_of(&self, name: &str) -> Option<String> {
        let [settings, changed] = [self.client_settings()?, CLIENT_CHANGED];
        let name = self.literal(name).ok()?;
        let settings = settings.replace("pg_catalog.current_setting('application_name')", &name);
        Some(format!("{settings} WHERE NOT EXISTS ({changed})"))
    }

    fn reset_in_transaction(&self) -> &'static str {
        "RESET ALL; RESET SESSION AUTHORIZATION; RESET ROLE; CLOSE ALL; UNLISTEN *; DISCARD TEMP; \
         SELECT FROM pg_catalog.pg_advisory_unlock_all()"
    }

    fn undo_session(&self) -> &'static str {
        "ROLLBACK AND CHAIN; SELECT FROM pg_catalog.pg_advisory_unlock_all()"
    }

    /// One by one, for behind a pooler the session may have others, which belong to the pooler or its clients:
    /// `DEALLOCATE ALL` would take those too.
    fn prepared(&self) -> &'static str {
        "SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql"
    }

    fn prepared_by_sqlx(&self) -> &'static str {
        "SELECT name FROM pg_catalog.pg_prepared_statements WHERE pg_catalog.starts_with(name, 'sqlx_s_')"
    }

    fn reset_session(&self) -> &'static str {
        "RESET ALL; RESET SESSION AUTHORIZATION; RESET ROLE; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL; DISCARD TEMP; \
         SELECT pg_catalog.pg_advisory_unlock_all()"
    }
}

/// What the client has said, or a pooler in its place, since the session began.
const CLIENT_CHANGED: &str = "SELECT FROM pg_catalog.pg_show_all_settings() WHERE setting IS DISTINCT FROM reset_val \
     AND name IN ('client_encoding', 'DateStyle', 'TimeZone', 'IntervalStyle', 'standard_conforming_strings')";

/// The parts of a session's text.
struct Session<'a> {
    pid: u32,
    began: &'a str,
    name: &'a str,
}

impl<'a> Session<'a> {
    fn parse(session: &'a str) -> Option<Self> {
        let (pid, rest) = session.split_once('/')?;
        let (began, name) = rest.split_once('/')?;
        let is_number = began.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        Some(Self { pid: pid.parse().ok()?, began: Some(began).filter(|began| is_number && !began.is_empty())?, name })
    }

    /// A condition: the process in which it was.
    fn process(&self) -> String {
        format!("(pid = {} AND extract(epoch FROM backend_start) = {})", self.pid, self.began)
    }

    /// A condition: its name is one that no other session has.
    fn own(&self) -> bool {
        self.name.starts_with("uno-migrate ")
    }
}

/// To PostgreSQL, 0 is no limit.
fn milliseconds(limit: Timeout) -> u128 {
    match limit {
        Timeout::None => 0,
        Timeout::After(limit) => limit.as_nanos().div_ceil(1_000_000).clamp(1, i32::MAX as u128),
    }
}
