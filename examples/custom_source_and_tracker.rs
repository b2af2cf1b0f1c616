//! A source and a tracker of one's own: migrations out of one text, and a history that is a journal of JSON lines.
//!
//! `cargo run --example custom_source_and_tracker`

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use sqlx::Pool;
use uno_migrate::{
    AppliedMigration, Driver, HistoryStatus, Migration, MigrationSource, Migrator, Result, Tracker, TrackerGuard,
};

mod database;

/// Migrations as a configuration service might send them: an id, its way up, its way down, and then the next.
pub const TEXT: &str = "
== 0001_create_flags
CREATE TABLE flags (name VARCHAR(100) NOT NULL PRIMARY KEY, is_on BOOLEAN NOT NULL)
-- DOWN
DROP TABLE flags

== 0002_first_flag
-- Dependencies: 0001_create_flags
INSERT INTO flags (name, is_on) VALUES ('dark_mode', TRUE)
-- DOWN
DELETE FROM flags WHERE name = 'dark_mode'
";

/// Reads [`TEXT`]. What is wrong with the SQL, the migrator says.
pub struct OneText(pub &'static str);

impl MigrationSource for OneText {
    fn migrations(&self) -> Result<Vec<Migration>> {
        let parts = self.0.split("\n== ").map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| {
                let (id, sql) = part.split_once('\n').ok_or_else(|| format!("`{part}` has no SQL"))?;
                let (up, down) = sql.split_once("-- DOWN\n").ok_or_else(|| format!("`{id}` has no way down"))?;
                Ok(Migration::sql(id, up, down))
            })
            .collect()
    }
}

/// Appends a line for whatever happens; the last line about a migration says how it stands.
pub struct Journal(pub PathBuf);

impl Tracker for Journal {
    async fn lock(&self) -> Result<TrackerGuard> {
        let file = File::create(self.0.with_extension("lock"))?;
        file.try_lock().map_err(|_| "another process is migrating")?;
        Ok(TrackerGuard::new(file))
    }

    async fn load(&self) -> Result<Vec<AppliedMigration>> {
        let text = match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            text => text?,
        };
        let mut rows: Vec<AppliedMigration> = Vec::new();
        for line in text.lines() {
            let row: AppliedMigration = serde_json::from_str(line)?;
            rows.retain(|other| (&other.namespace, &other.id) != (&row.namespace, &row.id));
            rows.push(row);
        }
        Ok(rows)
    }

    async fn record(&self, row: &AppliedMigration, _before: Option<HistoryStatus>) -> Result {
        let mut file = File::options().create(true).append(true).open(&self.0)?;
        writeln!(file, "{}", serde_json::to_string(row)?)?;
        Ok(file.sync_all()?)
    }
}

#[tokio::main]
async fn main() -> Result {
    database::tell!(boot)
}

async fn boot<DB: Driver>(pool: &Pool<DB>) -> Result {
    let directory = tempfile::tempdir()?;
    story(pool, directory.path().join("history.jsonl")).await
}

pub async fn story<DB: Driver>(pool: &Pool<DB>, journal: PathBuf) -> Result {
    let migrator = Migrator::new(OneText(TEXT)).tracker(Journal(journal.clone()));
    println!("{}\n", migrator.run(pool).await?);
    println!("{}\n", migrator.revert(pool).await?);
    println!("{}\n", migrator.status(pool).await?);
    println!("{} lines in the journal", fs::read_to_string(journal)?.lines().count());
    Ok(())
}
