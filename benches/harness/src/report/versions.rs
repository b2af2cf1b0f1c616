use std::fmt::Write;
use std::fs;

use uno_migrate_test_servers::Kind;

use crate::Settings;
use crate::failure::Outcome;
use crate::machine::said;

const CRATES: [&str; 8] = [
    "sqlx",
    "refinery",
    "diesel",
    "diesel_migrations",
    "sea-orm-migration",
    "tokio-postgres",
    "mysql_async",
    "libsqlite3-sys",
];

/// Of the tools, from the lock file, and of the databases.
pub(super) fn versions(settings: &Settings) -> Outcome<String> {
    let lock = fs::read_to_string(settings.root.join("benches/Cargo.lock"))?;
    let mut text = String::from("- Tools: uno-migrate of this commit");
    for name in CRATES {
        let version = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map(|(_, rest)| rest);
        let version = version.and_then(|rest| rest.split('"').next()).unwrap_or("?");
        let _ = write!(text, ", {name} {version}");
    }
    let postgres = said(&Kind::Postgres.program("postgres")?.to_string_lossy(), &["--version"]);
    let mariadb = said(&Kind::MySql.program("mariadb")?.to_string_lossy(), &["--version"]);
    let sqlite = said("sqlite3", &["--version"]);
    let sqlite = sqlite.split(' ').next().unwrap_or_default();
    let _ = writeln!(text, ".\n- Databases: {postgres}; {mariadb}; sqlite3 {sqlite} (the shell).");
    Ok(text)
}
