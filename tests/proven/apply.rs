//! Whether a set is valid: its own database says.

use std::fs;

use uno_migrate::{Dialect, Directory, Migrator};

use crate::set::MigrationSet;
use crate::support::{AnyDatabase, Verb};

/// Applies a set, takes it back, and applies it again, as an application does. What the second application leaves is
/// what the first left.
pub(crate) async fn there_and_back(set: &MigrationSet, dialect: Dialect) -> Result<(), String> {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in &set.files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let source = || Migrator::new(Directory::new([directory.path()]).dialects(set.dialects.clone()));
    let database = AnyDatabase::create(dialect).await;
    let mut left = Vec::new();
    let mut number = None;
    for verb in [Verb::Run, Verb::Revert, Verb::Run] {
        let done = AnyDatabase::migrate(database.url(), source(), verb).await;
        let report = done.map_err(|error| format!("{}, {verb:?} on {dialect}: {error}", set.name))?;
        if report.len() != *number.get_or_insert(report.len()) {
            return Err(format!("{}, {verb:?} on {dialect}: {} migrations, not {number:?}", set.name, report.len()));
        }
        let relations = database.texts(relations(dialect)).await.map_err(|error| error.to_string())?;
        if verb == Verb::Revert {
            if !relations.is_empty() {
                return Err(format!("{}: reverted, and {relations:?} are still there on {dialect}", set.name));
            }
        } else if left.is_empty() {
            left = relations;
        } else if left != relations {
            return Err(format!("{}: once {left:?}, then {relations:?} on {dialect}", set.name));
        }
    }
    Ok(())
}

/// What is there beside our own tables.
fn relations(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => {
            "SELECT (n.nspname || '.' || c.relname)::TEXT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relname NOT LIKE 'uno\\_%'
             ORDER BY 1"
        }
        Dialect::MySql => {
            "SELECT CONCAT(table_name, '') FROM information_schema.tables
             WHERE table_schema = DATABASE() AND table_name NOT LIKE 'uno\\_%' ORDER BY 1"
        }
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_schema
             WHERE name NOT LIKE 'uno\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
        }
    }
}
