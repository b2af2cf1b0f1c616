//! The history row that a step leaves.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::time::Duration;

use uno_migrate_core::Dialect;

use crate::adopted::Adopted;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::Bookmark;
use crate::dialect::FORMAT;
use crate::event::Direction;
use crate::migration::{Body, Migration, section};
use crate::plan::{Act, Step};

/// The row of a migration that begins, before anything is done.
pub(super) fn begun(step: &Step, dialect: Dialect, known: Option<&AppliedMigration>) -> AppliedMigration {
    let (migration, adopted) = match &step.act {
        Act::Run(migration) => (Some(migration), None),
        Act::Record { migration, adopted, .. } => (migration.as_ref(), adopted.as_ref()),
        Act::Stored { .. } => (None, None),
    };
    match (step.direction, known, migration) {
        // What is taken back keeps what it was applied as.
        (Direction::Down, Some(row), _) => {
            AppliedMigration { status: HistoryStatus::Running, error: None, statements_done: 0, ..row.clone() }
        }
        (_, known, Some(migration)) => {
            let row = from_migration(step, migration, dialect);
            match adopted {
                Some(adopted) => taken_over(row, adopted),
                // Its place in the order of application is a new one.
                None => AppliedMigration { metadata: known.and_then(|row| row.metadata.clone()), ..row },
            }
        }
        (_, known, None) => known.cloned().unwrap_or_else(|| bare(step, dialect)),
    }
}

fn from_migration(step: &Step, migration: &Migration, dialect: Dialect) -> AppliedMigration {
    let info = migration.info();
    AppliedMigration {
        version: info.version.clone(),
        description: info.description.clone(),
        tags: info.tags.clone(),
        depends: info.depends.iter().map(ToString::to_string).collect(),
        checksum: migration.checksum(dialect),
        down_sql: stored_down(migration, dialect),
        breaking: info.breaking.clone(),
        ..bare(step, dialect)
    }
}

/// The row of what another tool has applied.
fn taken_over(row: AppliedMigration, adopted: &Adopted) -> AppliedMigration {
    let checksum = row.checksum.filter(|_| adopted.is_proven);
    AppliedMigration { applied_at: adopted.applied_at, metadata: adopted.metadata(), checksum, ..row }
}

/// What is known of a migration by its name alone.
fn bare(step: &Step, dialect: Dialect) -> AppliedMigration {
    AppliedMigration {
        namespace: step.namespace().to_owned(),
        id: step.id().to_owned(),
        seq: 0,
        name: step.name().to_owned(),
        version: None,
        description: None,
        tags: Vec::new(),
        depends: Vec::new(),
        dialect: dialect.name().to_owned(),
        checksum: None,
        status: HistoryStatus::Running,
        applied_at: None,
        reverted_at: None,
        execution_ms: 0,
        applied_by: process(),
        epoch: 0,
        statements_done: 0,
        error: None,
        down_sql: None,
        breaking: None,
        metadata: None,
        format: FORMAT,
    }
}

/// The row of a migration that has ended well.
pub(super) fn ended(row: &AppliedMigration, direction: Direction, duration: Duration) -> AppliedMigration {
    let metadata = Bookmark::erased(row.metadata.as_deref());
    let row = AppliedMigration { error: None, metadata, ..row.clone() };
    match direction {
        Direction::Up => {
            let execution_ms = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
            AppliedMigration { status: HistoryStatus::Applied, execution_ms, ..row }
        }
        Direction::Down => AppliedMigration { status: HistoryStatus::Reverted, ..row },
    }
}

/// The way down as it will be read again by a binary that no longer has the file: its statements, with the directives
/// that count for them in front.
fn stored_down(migration: &Migration, dialect: Dialect) -> Option<String> {
    let Body::Sql(migration) = migration.body() else { return None };
    let script = migration.script(dialect)?;
    let down = section(script, Direction::Down)?;
    let mut text = String::new();
    for directive in down.directives() {
        text.push_str(&directive);
        text.push('\n');
    }
    let file = migration.file(script);
    for &span in &down.statements {
        text.push_str(span.of(&file.text));
        text.push_str(";\n");
    }
    Some(text)
}

/// A name that no other run has, now or later.
pub(super) fn instance() -> String {
    let [a, b] = [0, 1].map(|part: u8| RandomState::new().hash_one(part));
    format!("{} ({a:016x}{b:016x})", process())
}

/// This host and process, for whoever asks who it was.
fn process() -> String {
    static HOST: LazyLock<String> =
        LazyLock::new(|| std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default());
    match HOST.trim() {
        "" => format!("process {}", std::process::id()),
        host => format!("{host}, process {}", std::process::id()),
    }
}
