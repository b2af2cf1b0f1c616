//! What each tool makes of its files and of its table.
//!
//! Everything here is by the tools' documented formats; each file says what a row of its table means.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::Refusal;
use super::history::{Cells, Entry, Table};
use super::original::Found;
use super::tree::Tree;

pub(super) mod checksums;
mod dbmate;
mod diesel;
mod flyway;
mod golang_migrate;
mod goose;
mod pairs;
mod refinery;
mod sea_orm;
mod sections;
mod sqlx;
mod uno;

/// A tool whose projects can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum Tool {
    /// sqlx's `migrate!` and `sqlx migrate`.
    Sqlx,
    /// refinery.
    Refinery,
    /// diesel.
    Diesel,
    /// sea-orm-migration: its migrations are code, so only the history is carried over.
    SeaOrm,
    /// goose.
    Goose,
    /// dbmate.
    Dbmate,
    /// golang-migrate.
    GolangMigrate,
    /// Flyway.
    Flyway,
    /// Uno's Python migrations.
    Uno,
}

impl Tool {
    /// All of them.
    pub(in crate::cli) const ALL: [Self; 9] = [
        Self::Sqlx,
        Self::Refinery,
        Self::Diesel,
        Self::SeaOrm,
        Self::Goose,
        Self::Dbmate,
        Self::GolangMigrate,
        Self::Flyway,
        Self::Uno,
    ];

    /// As it is typed.
    pub(in crate::cli) const fn name(self) -> &'static str {
        match self {
            Self::Sqlx => "sqlx",
            Self::Refinery => "refinery",
            Self::Diesel => "diesel",
            Self::SeaOrm => "sea-orm",
            Self::Goose => "goose",
            Self::Dbmate => "dbmate",
            Self::GolangMigrate => "golang-migrate",
            Self::Flyway => "flyway",
            Self::Uno => "uno",
        }
    }

    /// What a project that has it depends on.
    pub(super) const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Sqlx => &["sqlx"],
            Self::Refinery => &["refinery"],
            Self::Diesel => &["diesel_migrations"],
            Self::SeaOrm => &["sea-orm-migration"],
            Self::Goose => &["pressly/goose"],
            Self::Dbmate => &["amacneil/dbmate"],
            Self::GolangMigrate => &["golang-migrate/migrate"],
            Self::Flyway => &["flyway"],
            Self::Uno => &[],
        }
    }

    pub(super) fn read(self, tree: &Tree) -> Found {
        match self {
            Self::Sqlx => sqlx::read(tree),
            Self::Refinery => refinery::read(tree),
            Self::Diesel => diesel::read(tree),
            Self::SeaOrm => sea_orm::read(tree),
            Self::Goose => goose::read(tree),
            Self::Dbmate => dbmate::read(tree),
            Self::GolangMigrate => golang_migrate::read(tree),
            Self::Flyway => flyway::read(tree),
            Self::Uno => uno::read(tree),
        }
    }

    pub(super) const fn table(self) -> Table {
        match self {
            Self::Sqlx => sqlx::TABLE,
            Self::Refinery => refinery::TABLE,
            Self::Diesel => diesel::TABLE,
            Self::SeaOrm => sea_orm::TABLE,
            Self::Goose => goose::TABLE,
            Self::Dbmate => dbmate::TABLE,
            Self::GolangMigrate => golang_migrate::TABLE,
            Self::Flyway => flyway::TABLE,
            Self::Uno => uno::TABLE,
        }
    }

    /// What the rows of its table say is applied, in order.
    pub(super) fn entries(self, rows: &[Cells], found: &Found) -> Vec<Entry> {
        match self {
            Self::Sqlx => rows.iter().map(sqlx::entry).collect(),
            Self::Refinery => rows.iter().map(refinery::entry).collect(),
            Self::Diesel => rows.iter().map(diesel::entry).collect(),
            Self::SeaOrm => rows.iter().map(sea_orm::entry).collect(),
            Self::Goose => goose::entries(rows),
            Self::Dbmate => rows.iter().map(dbmate::entry).collect(),
            Self::GolangMigrate => golang_migrate::entries(rows, found),
            Self::Flyway => flyway::entries(rows, found),
            Self::Uno => rows.iter().map(uno::entry).collect(),
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Tool {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl FromStr for Tool {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL.into_iter().find(|tool| tool.name() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|tool| tool.name()).collect();
            Refusal::new(format!("`{text}` is no tool that we know"))
                .with_help(format!("it is one of {}", names.join(", ")))
        })
    }
}

/// A cell's text; empty where there is none.
fn text(row: &Cells, column: usize) -> String {
    row.get(column).cloned().flatten().unwrap_or_default()
}

fn optional(row: &Cells, column: usize) -> Option<&String> {
    row.get(column).and_then(Option::as_ref)
}
