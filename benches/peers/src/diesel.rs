//! `with-diesel URL COUNT`: what `embed_migrations!` of diesel makes.

use diesel::{Connection, MysqlConnection, PgConnection, SqliteConnection};
use diesel_migrations::{EmbeddedMigration, EmbeddedMigrations, EmbeddedName, MigrationHarness, TomlMetadataWrapper};
use uno_migrate_bench_workload::{Arguments, Database, Turn};

fn main() {
    let arguments = Arguments::read();
    match arguments.database() {
        Database::Postgres => run(&arguments, PgConnection::establish(&arguments.url).unwrap()),
        Database::MySql => run(&arguments, MysqlConnection::establish(&arguments.url).unwrap()),
        Database::Sqlite => run(&arguments, SqliteConnection::establish(arguments.path()).unwrap()),
    }
}

fn run<C>(arguments: &Arguments, mut connection: C)
where
    C: Connection + MigrationHarness<C::Backend>,
{
    let migrations = migrations(arguments);
    while let Some(turn) = Turn::next() {
        connection.run_pending_migrations(EmbeddedMigrations::new(migrations)).unwrap();
        turn.done();
    }
}

/// What the macro makes constants of, for as long as the program runs.
fn migrations(arguments: &Arguments) -> &'static [EmbeddedMigration] {
    let each = arguments.migrations().map(|given| {
        let text = |text: String| -> &'static str { text.leak() };
        let name = EmbeddedName::new(text(given.id()));
        EmbeddedMigration::new(text(given.up()), Some(text(given.down())), name, TomlMetadataWrapper::new(true))
    });
    each.collect::<Vec<_>>().leak()
}
