//! The sessions of MySQL and MariaDB.

use uno_migrate_core::Timeout;

use crate::dialect::quote::MySql;
use crate::dialect::{NulError, Quote, SessionText, blockers};

/// When the server was started, in seconds: MySQL and MariaDB keep in a place each how long it runs, and each reads the
/// other's as a comment.
macro_rules! started {
    () => {
        "UNIX_TIMESTAMP() - (SELECT VARIABLE_VALUE FROM /*M! information_schema.GLOBAL_STATUS */ \
         /*!80000 performance_schema.global_status */ WHERE VARIABLE_NAME = 'Uptime')"
    };
}

impl SessionText for MySql {
    fn begin(&self) -> &'static str {
        "START TRANSACTION"
    }

    /// `autocommit` may be off by the server's configuration, its `init_connect`, or `on_connect`.
    fn commit_each(&self) -> &'static str {
        "SET autocommit = 1; "
    }

    /// MySQL has no `@@in_transaction`, and its list of transactions takes a privilege. But what the next transaction may
    /// do cannot be said inside of one; that it may read and write is no news.
    fn open_transaction(&self) -> &'static str {
        "SET TRANSACTION READ WRITE"
    }

    /// The server, when it was started, the connection, and whose it is.
    fn session(&self) -> &'static str {
        concat!("SELECT CONCAT_WS('/', @@hostname, @@port, CONNECTION_ID(), ", started!(), ", CURRENT_USER())")
    }

    /// A session of another server, as of another node of a cluster, cannot be seen, and that of another user may not be
    /// shown. Connections are numbered anew when the server starts; that it did so is told to the second.
    fn presence(&self, session: &str) -> Option<Result<String, NulError>> {
        let Session { host, port, connection, started, user } = Session::parse(session)?;
        let (since, texts) = (started!(), || Ok((self.literal(host)?, self.literal(user)?)));
        let seen = |(host, user): (String, String)| {
            format!(
                "SELECT CASE WHEN @@hostname <> {host} OR @@port <> {port} OR CURRENT_USER() <> {user} THEN 3 \
                 WHEN ABS({since} - {started}) > 2 THEN 0 \
                 ELSE COALESCE((SELECT CASE WHEN COMMAND = 'Sleep' THEN 1 ELSE 2 END \
                 FROM information_schema.PROCESSLIST WHERE ID = {connection}), 0) END"
            )
        };
        Some(texts().map(seen))
    }

    fn number(&self, session: &str) -> Option<i64> {
        Session::parse(session)?.connection.try_into().ok()
    }

    fn stop_statement(&self, session: &str) -> Option<String> {
        let Session { connection, .. } = Session::parse(session)?;
        Some(format!("KILL QUERY {connection}"))
    }

    fn end_session(&self, session: &str) -> Option<Result<String, NulError>> {
        let Session { connection, .. } = Session::parse(session)?;
        Some(Ok(format!("KILL {connection}")))
    }

    /// A limit on how long statements take is MariaDB's only: MySQL has one for SELECT and reads this as a comment, for
    /// the sake of which there is an assignment that does nothing.
    fn limits(&self, lock: Option<Timeout>, statement: Option<Timeout>, _in_transaction: bool) -> Vec<String> {
        let lock = lock.map(|limit| {
            let (tables, rows) = (seconds_of_lock(limit, 31_536_000), seconds_of_lock(limit, 100_000_000));
            format!("SET SESSION lock_wait_timeout = {tables}, SESSION innodb_lock_wait_timeout = {rows}")
        });
        let statement = statement.map(|limit| {
            let seconds = seconds_of_statement(limit);
            format!("SET /*M! SESSION max_statement_time = {seconds}, */ @uno_migrate = NULL")
        });
        lock.into_iter().chain(statement).collect()
    }

    /// The session itself remembers: it outlasts the migration, and its limits with it.
    fn own_lock_limit(&self, _own: Option<&str>, _in_transaction: bool) -> Option<String> {
        Some(
            "SET SESSION lock_wait_timeout = @uno_migrate_tables, SESSION innodb_lock_wait_timeout = @uno_migrate_rows"
                .to_owned(),
        )
    }

    fn lock_limit_settings(&self) -> &'static [&'static str] {
        &["lock_wait_timeout"]
    }

    /// To MySQL, the last number is 0: the rest of it is a comment.
    fn identity(&self) -> Option<&'static str> {
        Some(concat!(
            own_limits!(),
            "; SELECT CONNECTION_ID(), '', CONCAT(@@hostname, ':', @@port, ':', @@datadir), 0 /*M! + 1 */"
        ))
    }

    fn blockers(&self, session: i64) -> Vec<String> {
        blockers::mysql(session)
    }

    /// What ends a statement may come between two of a message, and then nobody is told that the others are not done.
    fn idle(&self, session: i64) -> Option<String> {
        Some(format!("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {session} AND COMMAND = 'Sleep'"))
    }

    fn end_statement(&self, session: i64) -> Option<String> {
        Some(format!("KILL QUERY {session}"))
    }

    fn nothing(&self) -> Option<&'static str> {
        Some("DO 0")
    }
}

/// The parts of a session's text.
struct Session<'a> {
    host: &'a str,
    port: u16,
    connection: u64,
    /// In seconds since 1970.
    started: i64,
    user: &'a str,
}

impl<'a> Session<'a> {
    fn parse(session: &'a str) -> Option<Self> {
        let mut parts = session.splitn(5, '/');
        let (host, port, connection) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        // The status is a text, which makes the difference a floating point number.
        let started: f64 = parts.next()?.parse().ok()?;
        Some(Self { host, port, connection, started: started as i64, user: parts.next()? })
    }
}

/// 0 would mean not to wait at all; the longest wait is as good as none.
fn seconds_of_lock(limit: Timeout, longest: u128) -> u128 {
    match limit {
        Timeout::None => longest,
        Timeout::After(limit) => limit.as_nanos().div_ceil(1_000_000_000).clamp(1, longest),
    }
}

/// To the microsecond; 0 is no limit.
fn seconds_of_statement(limit: Timeout) -> String {
    const LONGEST: u128 = 31_536_000_000_000;
    match limit {
        Timeout::None => "0".to_owned(),
        Timeout::After(limit) => {
            let micros = limit.as_nanos().div_ceil(1_000).clamp(1, LONGEST);
            format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
        }
    }
}
