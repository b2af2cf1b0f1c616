//! What somebody who has looked at the database tells the history.

use std::time::Duration;

use super::Run;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::Error;
use crate::event::Direction;
use crate::migration::Migration;
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
        self.take_turn(None).await?;
        let id = repair.id();
        let row = self.row(id)?;
        let connection = self.session.connection();
        match repair {
            Repair::AcceptChecksum(_) => {
                let now = self.accepted(&row)?;
                self.scope.history.write(self.session.connection(), &now, Some(row.status)).await?;
            }
            Repair::Applied { statement, .. } => {
                let now = self.carried_on(&row, *statement)?;
                self.scope.history.write(self.session.connection(), &now, Some(row.status)).await?;
            }
            Repair::Retry { .. } => {
                unfinished(&row)?;
                match before(&row) {
                    Some(before) => self.scope.history.write(connection, &before, Some(row.status)).await?,
                    None => self.scope.history.remove(connection, &row).await?,
                }
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

    /// The migration with so many statements done: applied, or reverted, if those are all of them.
    fn carried_on(&self, row: &AppliedMigration, statement: usize) -> Result<AppliedMigration, Error> {
        unfinished(row)?;
        let migration = self.migration(row);
        let total = migration.and_then(|migration| migration.statements(row.direction(), self.scope.dialect));
        match total {
            Some(total) if statement > total => {
                Err(Error::usage(format!("migration `{}` has {total} statements, not {statement}", row.id)))
            }
            Some(total) if statement < total => Err(Error::usage(format!(
                "migration `{}` has {total} statements, and {statement} of them done leave it half-way",
                row.id
            ))
            .help("finish it by hand and give the last statement, or take it back by hand and use `Repair::Retry`")),
            Some(_) => Ok(finished(row, statement)),
            // Rust code has no statements to count; of what this set does not know, only who asks can know them.
            None if migration.is_some() => Ok(finished(row, 0)),
            None => Ok(finished(row, statement)),
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

/// The row of a migration that somebody has brought to its end.
fn finished(row: &AppliedMigration, statement: usize) -> AppliedMigration {
    let statements_done = i64::try_from(statement).unwrap_or(i64::MAX);
    let row = AppliedMigration { statements_done, error: None, ..row.clone() };
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
    Some(AppliedMigration { status, statements_done: 0, error: None, ..row.clone() })
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
