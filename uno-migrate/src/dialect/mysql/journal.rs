//! The journal of migrations that share a message. It says what it says of one that comes alone; and since nobody sees what
//! becomes of each statement before the next one is begun, it ends the message where it does not find the row as it left it.

use uno_migrate_core::{Dialect, QualifiedName};

use crate::applied::{AppliedMigration, HistoryStatus};
use crate::dialect::lease::SESSION;
use crate::dialect::quote::MySql;
use crate::dialect::{HistoryTable, NulError, SessionText, SqlText, settle};

/// No number is so large. What is not known before it is asked for cannot fail any earlier, and a query that fails would
/// cost three times as much where it is not asked for.
const FAILS: &str = "EXP(1000 + ROW_COUNT())";

/// The time at which the migration begins that comes next.
const BEGAN: &str = "@uno_migrate_began = UTC_TIMESTAMP(6)";

/// The place of the next row in the order of application.
pub(super) const PLACE: &str = "@uno_migrate_seq";

/// Nor is this one, by which it is known again.
const KEPT: u32 = 1_000_001;

/// New tables have an engine with transactions.
const NEW_IS_TAKEN_BACK: &str = "COALESCE(/*M!100101 @@enforce_storage_engine, */ @@default_storage_engine) = 'InnoDB'";

/// What the row says already since the migration was begun in the same message.
const SAID: [&str; 11] = [
    "name",
    "version",
    "description",
    "tags",
    "depends",
    "dialect",
    "checksum",
    "epoch",
    "down_sql",
    "breaking",
    "format",
];

/// Where the bookmark says what the catalogue said before a statement was begun.
const BEFORE: &str = "$.uno_migrate.statements.next.before";

/// Where it says in which session the statements run.
const IN_SESSION: &str = "$.uno_migrate.statements.session";

/// The journal in a message, under a lease.
pub(crate) struct Journal<'t> {
    pub(super) table: &'t HistoryTable,
    pub(super) lease: i64,
    /// Whether what is written of rows names the session; else the session puts itself in, which it has told of before.
    is_seated: bool,
}

/// The migration of which it is said that it begins.
pub(crate) struct Beginning<'r> {
    pub(crate) word: Word<'r>,
    /// How its row stands, if it is there.
    pub(crate) before: Option<HistoryStatus>,
    /// The row that was written before it in the same message.
    pub(crate) is_first: bool,
    /// Whoever raises the fence waits for a lock on it; where servers share their rows, each has locks of its own.
    pub(crate) locks_hold: bool,
}

/// What is written about a migration.
pub(crate) struct Word<'r> {
    pub(crate) row: &'r AppliedMigration,
    /// What the catalogue is asked before, for the row to say.
    pub(crate) look: Option<&'r str>,
}

impl<'t> Journal<'t> {
    /// None where migrations in a message have none.
    pub(crate) fn of(table: &'t HistoryTable, lease: i64, is_seated: bool) -> Option<Self> {
        Self::is_kept(table.dialect).then_some(Self { table, lease, is_seated })
    }

    /// Whether migrations that share a message have one.
    pub(crate) fn is_kept(dialect: Dialect) -> bool {
        dialect == Dialect::MySql
    }

    /// One row: the schema in which unqualified names are created, the bytes that a message may have, and whether the
    /// server is MariaDB. Where it belongs to a cluster, a second row with `ON` behind a name.
    pub(crate) const fn server() -> &'static str {
        "SELECT DATABASE(), @@max_allowed_packet, 0 /*M! + 1 */; SHOW VARIABLES LIKE 'wsrep_on'"
    }

    /// How a message begins.
    pub(crate) fn opening() -> [String; 2] {
        [
            format!("SET @uno_migrate_at = 0, @uno_migrate_took = NULL, {PLACE} = NULL, {BEGAN}"),
            own_limits!().to_owned(),
        ]
    }

    /// The last statement of a message, and asked for after it has failed; one row: how far it came, which is the last
    /// number that was given here as `place`, and the microseconds that each migration took that is done.
    pub(crate) const fn far() -> &'static str {
        "SELECT CAST(@uno_migrate_at AS UNSIGNED) AS uno_migrate_at, \
         CONVERT(@uno_migrate_took USING utf8mb4) AS uno_migrate_took"
    }

    /// A migration begins.
    pub(crate) fn begun(&self, beginning: &Beginning<'_>, place: usize) -> Result<Vec<String>, NulError> {
        let (table, &Beginning { ref word, before, is_first, locks_hold }) = (self.table, beginning);
        let mut values = table.values(word.row, before)?;
        // What is reverted keeps its place.
        let is_placed = values.iter().any(|(name, _)| *name == "seq");
        for (name, value) in &mut values {
            match *name {
                "metadata" => *value = self.metadata(word)?,
                "seq" => PLACE.clone_into(value),
                _ => {}
            }
        }
        let mut texts = Vec::from_iter(word.looked());
        texts.extend(self.first_place(is_first && is_placed));
        let found = if is_placed { found_and_placed(1, place) } else { found(1, place) };
        let written = match before {
            Some(before) => self.under(table.updated(&values, word.row, before)?),
            // One statement is committed by itself, and holds the lock until then.
            None if locks_hold => {
                texts.extend([table.inserted_from(&values, &table.locked_at(self.lease)), found]);
                return Ok(texts);
            }
            None => table.inserted(&values, Some(table.is_at(self.lease))),
        };
        texts.extend(self.fenced(place));
        texts.extend([written, found, "COMMIT".to_owned()]);
        Ok(texts)
    }

    /// For the first row that a message writes. To look for the last place in the whole history takes the longer the more there
    /// is.
    pub(super) fn first_place(&self, is_first: bool) -> Option<String> {
        is_first.then(|| format!("SET {PLACE} = {}", self.table.next_place()))
    }

    /// A transaction that ends the message where the fence has been raised, and lets nobody raise it until it is committed.
    pub(super) fn fenced(&self, place: usize) -> Vec<String> {
        let fence = self.table.write_fence(self.lease).into_iter().flat_map(|fence| [fence, found(1, place)]);
        [MySql.begin().to_owned()].into_iter().chain(fence).collect()
    }

    /// Goes on only if a transaction takes back what is added to a table. Of one that the same migration has made, by a text
    /// that leaves the engine to the server, and beside which nothing was made, that is told without the catalogue.
    pub(crate) fn is_taken_back(table: &QualifiedName, is_plain: bool, place: usize) -> Result<String, NulError> {
        let is_taken_back = match is_plain {
            true => NEW_IS_TAKEN_BACK.to_owned(),
            false => format!("({}) = 0", settle::mysql_row_keepers(table)?),
        };
        Ok(format!("SET @uno_migrate_at = IF({is_taken_back}, {place}, EXP({KEPT} + ROW_COUNT()))"))
    }

    /// Whether a message has ended there.
    pub(crate) fn may_be_kept(error: &sqlx::Error) -> bool {
        // The server quotes the expression, with more parentheses or fewer.
        error.to_string().contains(&format!("{KEPT} + "))
    }

    /// A statement is done, which is said by nothing but the place.
    pub(crate) fn at(place: usize) -> String {
        format!("SET @uno_migrate_at = {place}")
    }

    /// A statement is done, and the next one begins at `next`; until that is written, the message is at `place`.
    pub(crate) fn advanced(&self, word: &Word<'_>, place: usize, next: usize) -> Result<Vec<String>, NulError> {
        let (table, row) = (self.table, word.row);
        let values = [("statements_done", row.statements_done.to_string()), ("metadata", self.metadata(word)?)];
        let one = table.held(row, HistoryStatus::Running)?;
        let mut texts = vec![Self::at(place)];
        texts.extend(word.looked());
        texts.extend([self.under(table.set(&values, &one)), found(1, next)]);
        Ok(texts)
    }

    /// The last statement is done, and the migration with it.
    pub(crate) fn ended(&self, row: &AppliedMigration, place: usize, next: usize) -> Result<Vec<String>, NulError> {
        let table = self.table;
        let mut values = self.unsaid(row)?;
        if row.status == HistoryStatus::Applied {
            let time = values.iter_mut().filter(|(name, _)| *name == "execution_ms");
            time.for_each(|(_, value)| *value = format!("{} DIV 1000", took()));
        }
        Ok(vec![
            Self::at(place),
            self.under(table.updated(&values, row, HistoryStatus::Running)?),
            format!("{}, {}", found(1, next), timed()),
        ])
    }

    /// What the row that a migration leaves says, and did not say when it began.
    pub(super) fn unsaid(&self, row: &AppliedMigration) -> Result<Vec<(&'static str, String)>, NulError> {
        let mut values = self.table.values(row, Some(HistoryStatus::Running))?;
        values.retain(|(name, _)| !SAID.contains(name));
        Ok(values)
    }

    fn metadata(&self, word: &Word<'_>) -> Result<String, NulError> {
        let metadata = self.seated(self.table.optional(word.row.metadata.as_deref())?);
        Ok(match word.look {
            Some(_) => format!("JSON_SET({metadata}, '{BEFORE}', @uno_migrate_before)"),
            None => metadata,
        })
    }

    /// With the session, where nobody but the session knows it.
    pub(super) fn seated(&self, metadata: String) -> String {
        match self.is_seated {
            true => metadata,
            false => format!("JSON_SET({metadata}, '{IN_SESSION}', {SESSION})"),
        }
    }

    /// Behind what tells of the session: the message ends where the lease is not held any more.
    pub(crate) fn held() -> String {
        found(1, 0)
    }

    pub(super) fn under(&self, update: String) -> String {
        format!("{update}{}", self.table.under(Some(self.lease)))
    }
}

impl Word<'_> {
    /// By a statement of its own, whose failure is not that of the statement before; and the server's log of statements says
    /// what was seen here, and not what is to be looked for.
    fn looked(&self) -> Option<String> {
        self.look.map(|look| format!("SET @uno_migrate_before = ({look})"))
    }
}

/// Goes on only if the statement before has found so many rows.
pub(super) fn found(rows: usize, place: usize) -> String {
    goes_on(&format!("ROW_COUNT() = {rows}"), place)
}

/// Goes on only if that is so.
pub(super) fn goes_on(condition: &str, place: usize) -> String {
    format!("SET @uno_migrate_at = IF({condition}, {place}, {FAILS})")
}

/// The same of rows that are new, behind which the next place comes.
pub(super) fn found_and_placed(rows: usize, place: usize) -> String {
    format!("{}, {PLACE} = {PLACE} + {rows}", found(rows, place))
}

/// The microseconds since the migration in hand began.
pub(super) fn took() -> String {
    format!("TIMESTAMPDIFF(MICROSECOND, @uno_migrate_began, {})", MySql.now())
}

/// In a `SET`: so long it took, and the next one begins.
pub(super) fn timed() -> String {
    format!("@uno_migrate_took = CONCAT_WS(' ', @uno_migrate_took, {}), {BEGAN}", took())
}
