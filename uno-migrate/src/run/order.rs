//! What a step stands on, and what stands on it, at the moment at which it begins.

use super::scope::Scope;
use crate::applied::{AppliedMigration, Dependent, HistoryStatus};
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};
use crate::event::Direction;
use crate::plan::Step;

impl Scope<'_> {
    /// Where there is no lease, another instance may have gone the other way since the plan was made: an error if it has
    /// taken back what this step needs, or applied what needs this step's migration.
    pub(super) async fn in_order(&self, connection: &mut dyn Connection, step: &Step) -> Result<(), Error> {
        let namespaces = self.set.namespaces();
        let rows = self.history.load(connection, &namespaces).await?;
        let other = match step.direction {
            Direction::Up => needed(&rows, dependent(&self.begun(step))),
            Direction::Down => {
                let outside = self.history.load_outside(connection, &namespaces).await?;
                let standing = rows.iter().filter(|row| row.status != HistoryStatus::Reverted).map(dependent);
                standing.chain(outside).find(|other| needs(other, (step.namespace(), step.id()))).map(|other| other.id)
            }
        };
        let Some(other) = other else { return Ok(()) };
        let what = match step.direction {
            Direction::Up => format!("`{other}`, which it needs, was reverted"),
            Direction::Down => format!("`{other}`, which needs it, was applied"),
        };
        Err(Error::new(ErrorKind::History, format!("{what} by another instance meanwhile"))
            .help("look at `status`, and run again"))
    }
}

/// One that is needed and was taken back.
fn needed(rows: &[AppliedMigration], of: Dependent) -> Option<String> {
    let is_gone = |row: &&AppliedMigration| row.status != HistoryStatus::Applied && needs(&of, row.identity());
    rows.iter().find(is_gone).map(|row| row.id.clone())
}

fn needs(dependent: &Dependent, (namespace, id): (&str, &str)) -> bool {
    dependent.depends.iter().any(|on| (on.namespace_in(&dependent.namespace), on.id.as_str()) == (namespace, id))
}

fn dependent(row: &AppliedMigration) -> Dependent {
    Dependent::new(row.namespace.clone(), row.id.clone(), &row.depends)
}
