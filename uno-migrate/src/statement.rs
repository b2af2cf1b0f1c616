//! The statements of a migration, for whoever wants to see what it runs.

use std::fmt;

use uno_migrate_core::{Dialect, Impact, Location, Script, Section, SqlMigration, impact, secrets};

/// One statement of a SQL migration. Its `Display` is its text without secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement<'a> {
    /// Its text as it is sent, without a terminator.
    pub sql: &'a str,
    /// The file that it stands in, as it is shown.
    pub path: &'a str,
    /// Where it begins in that file.
    pub location: Location,
    /// Whose SQL it is.
    pub dialect: Dialect,
}

impl<'a> Statement<'a> {
    /// What it does to those who use its tables meanwhile, by what it says alone.
    pub fn impact(&self) -> Impact {
        impact(self.dialect, self.sql)
    }

    /// A text that stands in no file.
    pub(crate) fn new(dialect: Dialect, sql: &'a str) -> Self {
        Self { sql, path: "", location: Location::of(sql, 0), dialect }
    }

    pub(crate) fn of_section(path: &'a str, text: &'a str, section: &Section, dialect: Dialect) -> Vec<Self> {
        let statements = section.statements.iter();
        let statement = |span: &uno_migrate_core::Span| Self {
            sql: span.of(text),
            path,
            location: Location::of(text, span.start as usize),
            dialect,
        };
        statements.map(statement).collect()
    }

    pub(crate) fn of_script(migration: &'a SqlMigration, script: &Script, section: &Section) -> Vec<Self> {
        let file = migration.file(script);
        Self::of_section(&file.path, &file.text, section, script.dialect)
    }
}

/// Without the strings of a statement that creates a role, a user or a server, or that sets a password.
impl fmt::Display for Statement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = 0;
        for secret in secrets(self.dialect, self.sql) {
            f.write_str(&self.sql[shown..secret.start as usize])?;
            f.write_str("'***'")?;
            shown = secret.end as usize;
        }
        f.write_str(&self.sql[shown..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let sql = "CREATE ROLE app LOGIN PASSWORD 'geheim' VALID UNTIL 'infinity'";
        let location = Location::of(sql, 0);
        let statement = Statement { sql, path: "1_a.sql", location, dialect: Dialect::Postgres };
        assert_eq!(statement.to_string(), "CREATE ROLE app LOGIN PASSWORD '***' VALID UNTIL '***'");
    }
}
