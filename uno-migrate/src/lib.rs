//! Schema migrations in SQL and Rust, proven and embedded while your sqlx application compiles.
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod adopted;
mod applied;
mod blocked;
mod bookmark;
#[cfg(all(feature = "cli", any(feature = "postgres", feature = "mysql", feature = "_sqlite")))]
pub mod cli;
mod coded;
mod context;
mod dialect;
mod driver;
mod error;
mod event;
mod hook;
mod lease;
mod migration;
mod migrations;
mod migrator;
mod options;
mod plan;
#[doc(hidden)]
pub mod private;
mod proof;
mod reading;
mod report;
mod run;
mod set;
mod source;
mod statement;
mod status;
mod tracker;
mod value;
mod wanted;

pub use adopted::Adopted;
pub use applied::{AppliedMigration, HistoryStatus};
pub use coded::RustMigration;
pub use context::Context;
pub use driver::Driver;
pub use error::{Error, ErrorKind, Result};
pub use event::{Direction, Event};
pub use hook::{Hook, hook_fn};
pub use migration::Migration;
pub use migrations::Migrations;
pub use migrator::Migrator;
pub use options::{Policy, Repair, TransactionMode};
pub use plan::{Plan, Step};
pub use report::{Action, Outcome, Report};
pub use source::{Directory, File, Memory, MigrationSource};
pub use statement::Statement;
pub use status::{Standing, State, Status};
pub use tracker::{FileTracker, Tracker, TrackerGuard};
pub use value::{Column, ColumnIndex, FromColumn, Params, Row, Value};

pub use sqlx;
pub use uno_migrate_core::{Dependency, Dialect, Impact, Info, Location, Lock, MigrationId, QualifiedName, Work};
pub use uno_migrate_macros::{embed_migrations, migration};
