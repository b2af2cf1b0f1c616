//! What somebody who has looked at the database tells the history.

use std::time::Duration;

use uno_migrate_core::Dialect;

use super::Run;
use super::journal::course::Course;
use super::journal::without_doubt;
use super::script::Script;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::{Bookmark, Statements};
use crate::error::Error;
use crate::event::Direction;
use crate::migration::{Body, Migration, section};
use crate::options::Repair;
use crate::report::{Action, Outcome, Report};
use crate::wanted::Candidates;

impl Run<'_> {
    pub(crate) async fn repair(mut self, repair: Repair) -> Result<Report, Error> {
        let done = self.mend(&repair).await;
        let done = self.end_turn(done).await;
        self.session.close().await;
        done
    }

    async fn mend(&mut self, repair: &Repair) -> Result<Report, Error> {
        let id = repair.id();
        self.row(id)?;
        self.take_turn(None).await?;
        let row = self.row(id)?;
        let connection = self.session.connection();
        match repair {
            Repair::AcceptChecksum(_) => {
                let now = self.accepted(&row)?;
                self.scope.history.write(self.session.connection(), &now, Some(row.status)).await?;
            }
            Repair::Applied { statement, .. } => {
                unfinished(&row)?;
                let now = self.carried_on(&row, *statement)?;
                self.put(&row, now).await?;
            }
            Repair::Retry { .. } => {
                unfinished(&row)?;
                self.put(&row, undoubted(&row)).await?;
            }
            Repair::Forget { .. } => self.scope.history.remove(connection, &row).await?,
        }
        let AppliedMigration { namespace, id, name, .. } = row;
        let outcome = Outcome { namespace, id, name, action: Action::Repaired, duration: Duration::ZERO };
        Ok(Report { migrations: vec![outcome], elapsed: self.scope.began.elapsed(), ..Report::default() })
    }

    fn accepted(&self, row: &AppliedMigration) -> Result<AppliedMigration, Error> {
        let migration = self.migration(row).ok_or_else(|| {
            Error::usage(format!("migration `{}` is not in this set, so there is no checksum to accept", row.id))
        })?;
        if row.status != HistoryStatus::Applied {
            return Err(Error::usage(format!("migration `{}` is {}, not applied", row.id, row.status.name())));
        }
        Ok(AppliedMigration { checksum: migration.checksum(self.scope.dialect), ..row.clone() })
    }

    /// The migration with so many statements done: applied, or reverted, if those are all of them; as it was before it
    /// began if there are none; and else half-way, to be gone on with.
    fn carried_on(&self, row: &AppliedMigration, statement: usize) -> Result<Option<AppliedMigration>, Error> {
        let migration = self.migration(row);
        let Some(script) = migration.and_then(|migration| script(migration, row, self.scope.dialect)) else {
            let bookmark = Statements::of(row.metadata.as_deref()).filter(|_| migration.is_none());
            return match bookmark.map(|bookmark| bookmark.total) {
                Some(_) if statement == 0 => Ok(before(row)),
                Some(total) if statement != total => Err(Error::usage(format!(
                    "migration `{}` is not in this set, so what is behind statement {statement} is not known",
                    row.id
                ))
                .help(format!("give {total} if all is done and 0 if nothing is, or use the binary that has it"))),
                // Rust code has no statements to count; and without a bookmark only who asks can know them.
                _ => Ok(Some(finished(row, if migration.is_some() { 0 } else { statement }))),
            };
        };
        let course = Course::new(&script, self.scope.dialect, false, None);
        let total = script.total();
        if statement > total {
            let message = format!("migration `{}` has {total} statements, not {statement}", row.id);
            return Err(Error::usage(message));
        }
        if statement == total {
            return Ok(Some(finished(row, statement)));
        }
        if statement == 0 {
            return Ok(before(row));
        }
        if statement < row.done() {
            // Whoever answers late: the migration went on since, and would do again what it has done.
            return Err(Error::usage(format!("migration `{}` is behind statement {statement} already", row.id))
                .done(format!("{} of its statements are known to be done", row.done()))
                .help("look at `status`, and run again; if all of it was taken back by hand, give 0"));
        }
        match course.transaction_around(statement) {
            Some(unit) => Err(Error::usage(format!(
                "statement {statement} of migration `{}` is in a transaction, of which all is done or nothing",
                row.id
            ))
            .help(format!("give {} if it was committed, and {} if not", unit.end, unit.start))),
            None => Ok(Some(failed(&course.row(row, statement, None)))),
        }
    }

    /// Puts a row in the place of another, or takes it out.
    async fn put(&mut self, row: &AppliedMigration, now: Option<AppliedMigration>) -> Result<(), Error> {
        let connection = self.session.connection();
        match now {
            Some(now) => self.scope.history.write(connection, &now, Some(row.status)).await,
            None => self.scope.history.remove(connection, row).await,
        }
    }

    fn row(&self, id: &str) -> Result<AppliedMigration, Error> {
        let rows = &self.scope.rows;
        let candidates: Candidates<'_> = rows.iter().map(AppliedMigration::identity).collect();
        let found = candidates.find(id)?;
        let row = rows.iter().find(|row| Some(row.identity()) == found).cloned();
        row.ok_or_else(|| candidates.unknown(id, format!("the history has no row of `{id}`")))
    }

    /// The row's migration, where this set has it.
    fn migration(&self, row: &AppliedMigration) -> Option<&Migration> {
        let position = self.scope.set.position(&row.key()?)?;
        Some(&self.scope.set.members[position].migration)
    }
}

impl Repair {
    fn id(&self) -> &str {
        match self {
            Self::AcceptChecksum(id) | Self::Applied { id, .. } | Self::Retry { id } | Self::Forget { id } => id,
        }
    }
}

/// What the set has of a row's migration, the way it was going.
fn script(migration: &Migration, row: &AppliedMigration, dialect: Dialect) -> Option<Script> {
    let Body::Sql(sql) = migration.body() else { return None };
    let script = sql.script(dialect)?;
    let (file, section) = (sql.file(script), section(script, row.direction())?.clone());
    Some(Script::new(file.path.clone(), file.text.clone(), section))
}

/// The row with the statement in doubt not done: to be gone on with from there. As it was before where nothing is done,
/// and where nobody has kept count.
fn undoubted(row: &AppliedMigration) -> Option<AppliedMigration> {
    match Statements::of(row.metadata.as_deref()) {
        Some(_) if row.statements_done > 0 => Some(failed(&without_doubt(row))),
        _ => before(row),
    }
}

fn failed(row: &AppliedMigration) -> AppliedMigration {
    AppliedMigration { status: HistoryStatus::Failed, ..row.clone() }
}

/// The row of a migration that somebody has brought to its end.
fn finished(row: &AppliedMigration, statement: usize) -> AppliedMigration {
    let statements_done = i64::try_from(statement).unwrap_or(i64::MAX);
    let metadata = Bookmark::erased(row.metadata.as_deref());
    let row = AppliedMigration { statements_done, error: None, metadata, ..row.clone() };
    match row.direction() {
        Direction::Up => {
            AppliedMigration { status: HistoryStatus::Applied, applied_at: None, reverted_at: None, ..row }
        }
        Direction::Down => AppliedMigration { status: HistoryStatus::Reverted, ..row },
    }
}

/// The row as it was before the migration began; none if it was never there.
fn before(row: &AppliedMigration) -> Option<AppliedMigration> {
    let status = match (row.direction(), row.applied_at) {
        (Direction::Down, _) => HistoryStatus::Applied,
        (Direction::Up, Some(_)) => HistoryStatus::Reverted,
        (Direction::Up, None) => return None,
    };
    let metadata = Bookmark::erased(row.metadata.as_deref());
    Some(AppliedMigration { status, statements_done: 0, error: None, metadata, ..row.clone() })
}

fn unfinished(row: &AppliedMigration) -> Result<(), Error> {
    match row.status {
        HistoryStatus::Running | HistoryStatus::Failed => Ok(()),
        HistoryStatus::Applied | HistoryStatus::Reverted => Err(Error::usage(format!(
            "migration `{}` is {}; there is nothing half-way about it",
            row.id,
            row.status.name()
        ))
        .help("to remove its row, use `Repair::Forget`")),
    }
}
