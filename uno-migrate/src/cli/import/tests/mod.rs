//! A project of each tool as its documents describe it, half applied, on SQLite. Projects that the tools themselves have
//! made are in `tests/peers` of the repository.

use std::fs;
use std::path::PathBuf;

use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{AssertSqlSafe, SqlitePool};

use super::report::{Fate, File};
use super::*;
use crate::{Report, State, Status};

mod others;
mod rules;
mod rust;

/// A project and its database.
struct Project {
    directory: tempfile::TempDir,
    pool: SqlitePool,
}

impl Project {
    async fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let project = Self {
            directory,
            pool: SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap(),
        };
        files.iter().for_each(|(name, text)| project.write(&format!("old/{name}"), text));
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(&format!("new/{name}"))).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn exec(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&self.pool).await.unwrap();
    }

    fn migrator(&self) -> Migrator {
        Migrator::new(Directory::new([self.path("new")]))
    }

    async fn try_import(&self, from: Option<Tool>) -> Result<Imported, Failed> {
        let (source, target) = (self.path("old"), self.path("new"));
        let order = Import {
            from,
            source: &source,
            target: &target,
            dialect: Dialect::Sqlite,
            table: None,
            history: None,
            is_compiled: false,
            is_dry: false,
        };
        import(&order, &self.migrator(), &self.pool).await
    }

    async fn import(&self, from: Option<Tool>) -> Imported {
        self.try_import(from).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Imports, and again, which changes nothing; the ids that are recorded.
    async fn adopt(&self, tool: Tool) -> Vec<String> {
        let imported = self.import(None).await;
        assert_eq!(imported.tool, tool);
        let shown = imported.to_string();
        assert!(imported.is_complete(), "{shown}");
        let again = self.import(Some(tool)).await;
        assert!(!again.has_changed(), "{again}");
        match imported.adoption {
            Adoption::Done { recorded, already: 0 } => recorded,
            _ => panic!("{shown}"),
        }
    }

    async fn status(&self) -> Status {
        self.migrator().status(&self.pool).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Applies what the tool has not; the ids.
    async fn finish(&self) -> Vec<String> {
        let report = self.migrator().run(&self.pool).await.unwrap_or_else(|error| panic!("{error}"));
        self.migrator().validate(&self.pool).await.unwrap_or_else(|error| panic!("{error}"));
        ids(&report)
    }

    async fn revert_all(&self) -> Vec<String> {
        ids(&self.migrator().all().revert(&self.pool).await.unwrap_or_else(|error| panic!("{error}")))
    }

    /// The tables that are no histories.
    async fn tables(&self) -> Vec<String> {
        let query =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 't\\_%' ESCAPE '\\' ORDER BY name";
        sqlx::query_scalar(query).fetch_all(&self.pool).await.unwrap()
    }
}

fn ids(report: &Report) -> Vec<String> {
    report.ids().map(str::to_owned).collect()
}

/// The text after the header lines.
fn state(status: &Status, id: &str) -> State {
    status.state(id).unwrap_or_else(|| panic!("{id}: {status}"))
}
