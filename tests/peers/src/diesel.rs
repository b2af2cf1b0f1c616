//! `with-diesel URL DIRECTORY`: what diesel does at the start of an application.

use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};

fn main() {
    let [url, directory] = uno_migrate_peers::arguments();
    let migrations = FileBasedMigrations::from_path(directory).unwrap();
    if let Some(path) = url.strip_prefix("sqlite:") {
        SqliteConnection::establish(path).unwrap().run_pending_migrations(migrations).unwrap();
    } else {
        PgConnection::establish(&url).unwrap().run_pending_migrations(migrations).unwrap();
    }
}
