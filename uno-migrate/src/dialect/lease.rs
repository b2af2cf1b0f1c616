//! The SQL of the lease and the fence: two rows of one small table beside the history.
//!
//! Row 1 is the lease: who migrates, under which number (`epoch`), and a counter (`beat`) that moves while it lives. Row 2
//! is the fence: the number that whatever is written must carry. They are apart so that a heartbeat never waits for the
//! transaction that has written the fence's row.

use std::fmt::Display;

use uno_migrate_core::Dialect;

use super::{HistoryTable, NulError, Qualified, Type};

const LEASE: u8 = 1;
const FENCE: u8 = 2;

/// Where MySQL keeps what others find the session by.
pub(super) const SESSION: &str = "@uno_migrate_session";

/// The column that says in which session a lease is held.
pub(crate) const SEATED: &str = "uno_migrate_session";

/// The column that says at which number a lease was left.
pub(crate) const LEFT_AT: &str = "uno_migrate_left_at";

/// The number before there was anybody who held the lease.
pub(crate) const NOBODY: i64 = 0;

/// Where, and how, PostgreSQL makes tables if nobody says otherwise.
const OWN_DEFAULTS: &str = "SET LOCAL default_tablespace = DEFAULT; SET LOCAL default_table_access_method = DEFAULT";

/// The number of the first one who holds the lease.
const FIRST: i64 = 1;

impl HistoryTable {
    /// The table of the lease and the fence.
    pub(crate) fn lease(&self) -> String {
        let text = self.text();
        format!("{}.{}", text.quote_ident(&self.schema), text.quote_ident(&lease_name(&self.name)))
    }

    /// One row with a number other than 0 if the lease's table exists.
    pub(crate) fn lease_exists(&self) -> Result<String, NulError> {
        self.text().count_tables(Qualified { schema: Some(&self.schema), name: &lease_name(&self.name) })
    }

    pub(crate) fn create_lease(&self) -> String {
        let text = self.text();
        let [integer, line, time] = [Type::Integer, Type::Text, Type::Time].map(|of| text.column_type(of));
        format!(
            "CREATE TABLE {} (id {integer} NOT NULL PRIMARY KEY, epoch {integer} NOT NULL, owner {line}, \
             beat {integer} NOT NULL, knocks {integer} NOT NULL, since {time}, session {line}, detail {line}){}",
            self.lease(),
            text.table_options()
        )
    }

    /// The two rows, where they are not there yet; a duplicate key means that another instance wrote them. The lease comes
    /// last: whoever takes it needs the fence.
    ///
    /// Rows that somebody has taken out begin behind every epoch that the history knows: its holder may only sleep.
    pub(crate) fn seed_lease(&self) -> [String; 2] {
        let (table, history) = (self.lease(), self.qualified());
        [FENCE, LEASE].map(|id| {
            format!(
                "INSERT INTO {table} (id, epoch, beat, knocks) SELECT {id}, (SELECT COALESCE(MAX(epoch), 0) FROM {history}), \
                 0, 0 FROM (SELECT 1 AS one) AS single WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id = {id})"
            )
        })
    }

    /// Makes both tables, and has the lease taken and the fence raised for the first time, where there was nothing before: all
    /// in one message. An error means that there was, or that it cannot be had so; what was done until then stays where DDL
    /// commits by itself. Its last row is `owner`, `epoch` and `session` of the lease, and the `fence`. None where nobody takes
    /// turns before they have to. Whoever is not seated tells later in which session it works.
    ///
    /// Where DDL commits, another instance may come in between: then the lease is no longer as it was seeded, and is not taken.
    /// To raise the fence does no harm, since its first number is nobody's.
    pub(crate) fn found(&self, owner: &str, is_seated: bool) -> Option<Result<String, NulError>> {
        let text = self.text();
        let (lease, now) = (self.lease(), text.now());
        let create = format!("{}; {}", self.create(), self.create_lease());
        let make = match self.dialect {
            Dialect::Sqlite => return None,
            Dialect::Postgres => text.literal(owner).map(|owner| {
                // What the application has set has no say in where that is.
                let (create, session) = match is_seated {
                    true => (create, text.session()),
                    false => (format!("{OWN_DEFAULTS}; {create}"), "NULL"),
                };
                format!(
                    "{create}; INSERT INTO {lease} (id, epoch, owner, beat, knocks, since, session) \
                     VALUES ({FENCE}, {FIRST}, NULL, 0, 0, NULL, NULL), ({LEASE}, {FIRST}, {owner}, 0, 0, {now}, ({session}))"
                )
            }),
            Dialect::MySql => {
                let (told, session) = match is_seated {
                    true => (format!("{}; ", self.told_session()), SESSION),
                    // What is refused in a transaction keeps one from being committed that the application has left open.
                    false => (format!("{}; ", text.open_transaction()), "NULL"),
                };
                self.swap_lease(owner, session, NOBODY, "owner IS NULL").map(|swap| {
                    let [fence, lease] = self.seed_lease();
                    format!("{told}{create}; {fence}; {lease}; {swap}; {}", self.raise_fence(FIRST))
                })
            }
        };
        Some(make.map(|make| format!("{}{make}; {}", text.commit_each(), self.read_lease_and_fence())))
    }

    /// Takes a lease that nobody holds, by whatever number comes next, and raises the fence to that; each committed by itself,
    /// so that whoever waits for the fence keeps nobody from the lease. The last row is `owner`, `epoch` and `session` of the
    /// lease, which tell whether it was taken, and the `fence`. None where nobody takes turns before they have to.
    pub(crate) fn take_free_lease(&self, owner: &str) -> Option<Result<String, NulError>> {
        let taken = match self.dialect {
            Dialect::Sqlite => return None,
            Dialect::Postgres => self.take_free_lease_of_postgres(owner),
            Dialect::MySql => self.take_free_lease_of_mysql(owner),
        };
        Some(taken.map(|taken| format!("{taken}; {}", self.read_lease_and_fence())))
    }

    fn take_free_lease_of_postgres(&self, owner: &str) -> Result<String, NulError> {
        let (begin, session) = (self.text().begin(), format!("({})", self.text().session()));
        let swap = self.swap_lease(owner, &session, "epoch", "owner IS NULL")?;
        let raise = self.raise_fence(format!("({})", self.held_epoch(owner)?));
        Ok(format!("{begin}; {swap}; COMMIT; {begin}; {raise}; COMMIT"))
    }

    /// Where nobody has taken it, nothing is raised, and the fence not waited for either.
    fn take_free_lease_of_mysql(&self, owner: &str) -> Result<String, NulError> {
        let swap = self.swap_lease(owner, SESSION, "epoch", "owner IS NULL")?;
        let (told, held, lease) = (self.told_session(), self.held_epoch(owner)?, self.lease());
        Ok(format!(
            "{told}; {swap}; SET @uno_migrate_epoch = ({held}); UPDATE {lease} SET epoch = @uno_migrate_epoch \
             WHERE id = IF(@uno_migrate_epoch IS NULL, NULL, {FENCE}) AND epoch < @uno_migrate_epoch"
        ))
    }

    fn held_epoch(&self, owner: &str) -> Result<String, NulError> {
        let (lease, owner) = (self.lease(), self.text().literal(owner)?);
        Ok(format!("SELECT epoch FROM {lease} WHERE id = {LEASE} AND owner = {owner}"))
    }

    /// By itself: what MySQL reads within a statement that writes may be told to a replica as that statement, and mean another
    /// session there.
    fn told_session(&self) -> String {
        format!("SET {SESSION} = ({})", self.text().session())
    }

    /// `owner`, `epoch` and `session` of the lease, and the `fence`.
    pub(crate) fn read_lease_and_fence(&self) -> String {
        let lease = self.lease();
        format!(
            "SELECT owner, epoch, session, (SELECT epoch FROM {lease} WHERE id = {FENCE}) AS fence \
             FROM {lease} WHERE id = {LEASE}"
        )
    }

    /// `owner`, `epoch`, `beat`, `since`, `session`, `detail` of the lease.
    pub(crate) fn read_lease(&self) -> String {
        self.lease_with("")
    }

    /// The same and `mine`, by which others find this session; from then on what is read is what they have committed.
    pub(crate) fn read_lease_and_session(&self) -> String {
        let session = match self.text().session() {
            "" => "NULL".to_owned(),
            session => format!("({session})"),
        };
        format!("{}{}", self.text().commit_each(), self.lease_with(&format!(", {session} AS mine")))
    }

    fn lease_with(&self, more: &str) -> String {
        let (since, lease) = (self.text().rfc3339("since"), self.lease());
        format!("SELECT owner, epoch, beat, {since} AS since, session, detail{more} FROM {lease} WHERE id = {LEASE}")
    }

    /// Takes a free lease, if nobody has changed it since it was read.
    pub(crate) fn acquire_lease(&self, owner: &str, session: Option<&str>, epoch: i64) -> Result<String, NulError> {
        self.swap_lease(owner, &self.optional(session)?, epoch, "owner IS NULL")
    }

    /// Takes the lease from an owner that has not moved since it was read.
    pub(crate) fn take_over_lease(
        &self,
        owner: &str,
        session: Option<&str>,
        epoch: i64,
        from: &str,
        beat: i64,
    ) -> Result<String, NulError> {
        let from = self.text().literal(from)?;
        self.swap_lease(owner, &self.optional(session)?, epoch, &format!("owner = {from} AND beat = {beat}"))
    }

    /// The session and the number as expressions.
    fn swap_lease(&self, owner: &str, session: &str, epoch: impl Display, condition: &str) -> Result<String, NulError> {
        let text = self.text();
        let (table, owner, now) = (self.lease(), text.literal(owner)?, text.now());
        Ok(format!(
            "{}UPDATE {table} SET owner = {owner}, epoch = {epoch} + 1, beat = 0, since = {now}, session = {session}, \
             detail = NULL WHERE id = {LEASE} AND epoch = {epoch} AND {condition}",
            text.commit_each()
        ))
    }

    /// Changes what nobody reads, to see whether anything can be written now.
    pub(crate) fn knock(&self) -> String {
        format!("{}UPDATE {} SET knocks = knocks + 1 WHERE id = {LEASE}", self.text().commit_each(), self.lease())
    }

    /// Lets nothing of an earlier holder be written any more.
    pub(crate) fn raise_fence(&self, epoch: impl Display) -> String {
        format!("UPDATE {} SET epoch = {epoch} WHERE id = {FENCE} AND epoch < {epoch}", self.lease())
    }

    /// The fence's epoch.
    pub(crate) fn read_fence(&self) -> String {
        format!("SELECT epoch FROM {} WHERE id = {FENCE}", self.lease())
    }

    /// Shows that the holder lives, and what it is at.
    pub(crate) fn beat(&self, owner: &str, epoch: i64, detail: &str) -> Result<String, NulError> {
        let (table, detail, mine) = (self.lease(), self.text().literal(detail)?, self.mine(owner, epoch)?);
        let commit_each = self.text().commit_each();
        Ok(format!("{commit_each}UPDATE {table} SET beat = beat + 1, detail = {detail} WHERE {mine}"))
    }

    /// The holder goes on in another session.
    pub(crate) fn move_lease(&self, owner: &str, epoch: i64, session: Option<&str>) -> Result<String, NulError> {
        let (table, mine) = (self.lease(), self.mine(owner, epoch)?);
        let session = self.optional(session)?;
        let commit_each = self.text().commit_each();
        Ok(format!("{commit_each}UPDATE {table} SET beat = beat + 1, session = {session} WHERE {mine}"))
    }

    /// The same of whoever has not known in which, said there in statements of which each commits by itself; one row says which it
    /// is ([`SEATED`]).
    pub(crate) fn seat_lease(&self, owner: &str, epoch: i64) -> Result<Vec<String>, NulError> {
        let (text, table, mine) = (self.text(), self.lease(), self.mine(owner, epoch)?);
        let seat = |session| format!("UPDATE {table} SET beat = beat + 1, session = {session} WHERE {mine}");
        if self.dialect == Dialect::Postgres {
            let seat = seat(format!("({})", text.session()));
            return Ok(vec![format!("{seat} RETURNING session AS {SEATED}")]);
        }
        Ok(vec![
            format!("{}{}", text.commit_each(), self.told_session()),
            seat(SESSION.to_owned()),
            format!("SELECT session AS {SEATED} FROM {table} WHERE {mine}"),
        ])
    }

    pub(crate) fn release_lease(&self, owner: &str, epoch: i64) -> Result<String, NulError> {
        let (table, mine, commit_each) = (self.lease(), self.mine(owner, epoch)?, self.text().commit_each());
        Ok(format!(
            "{commit_each}UPDATE {table} SET owner = NULL, session = NULL, detail = NULL, beat = beat + 1 WHERE {mine}"
        ))
    }

    fn mine(&self, owner: &str, epoch: i64) -> Result<String, NulError> {
        Ok(format!("id = {LEASE} AND owner = {} AND epoch = {epoch}", self.text().literal(owner)?))
    }

    /// A condition: nobody has raised the fence past this holder.
    pub(super) fn is_at(&self, epoch: i64) -> String {
        format!("EXISTS (SELECT 1 FROM {} WHERE id = {FENCE} AND epoch = {epoch})", self.lease())
    }

    /// Where one row is found as long as nobody has raised the fence past this holder, and nobody does until what asks is
    /// committed: not by what is read at one moment, as a transaction's isolation may have it.
    pub(super) fn locked_at(&self, epoch: i64) -> String {
        format!("{} WHERE id = {FENCE} AND epoch = {epoch} LOCK IN SHARE MODE", self.lease())
    }

    /// Its number on PostgreSQL, as long as nobody has raised the fence past this holder, and nobody does until what asks is
    /// committed; else no row.
    pub(super) fn lock_fence(&self, epoch: i64) -> String {
        format!("SELECT epoch FROM {} WHERE id = {FENCE} AND epoch = {epoch} FOR NO KEY UPDATE", self.lease())
    }

    /// A condition: that is the number of the lease.
    pub(super) fn is_held(&self, epoch: i64) -> String {
        format!("EXISTS (SELECT 1 FROM {} WHERE id = {LEASE} AND epoch = {epoch})", self.lease())
    }

    /// One row: the epoch of the last one that held the lease ([`LEFT_AT`]), NULL while somebody does.
    pub(crate) fn read_left_at(&self) -> String {
        format!("SELECT CASE WHEN owner IS NULL THEN epoch END AS {LEFT_AT} FROM {} WHERE id = {LEASE}", self.lease())
    }

    /// A condition: nobody has held the lease since that epoch, or does.
    pub(super) fn is_quiet(&self, epoch: i64) -> String {
        format!("EXISTS (SELECT 1 FROM {} WHERE id = {LEASE} AND owner IS NULL AND epoch = {epoch})", self.lease())
    }

    /// Writes the fence's row, which is to touch exactly one. A lock would not do: two nodes of a Galera cluster compare
    /// what transactions have written, not what they have read. SQLite has one writer at a time.
    pub(crate) fn write_fence(&self, epoch: i64) -> Option<String> {
        let is_needed = self.dialect != Dialect::Sqlite;
        is_needed.then(|| format!("UPDATE {} SET beat = beat + 1 WHERE id = {FENCE} AND epoch = {epoch}", self.lease()))
    }
}

/// The name of the table beside a history.
pub(super) fn lease_name(history: &str) -> String {
    const SUFFIX: &str = "_lease";
    // PostgreSQL cuts names after 63 bytes.
    let end = history.floor_char_boundary(63 - SUFFIX.len());
    format!("{}{SUFFIX}", &history[..end])
}
