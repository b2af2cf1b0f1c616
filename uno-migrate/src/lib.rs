//! Schema migrations in SQL and Rust, proven and embedded while your sqlx application compiles.

mod context;
mod driver;
mod error;
mod migration;
mod migrations;
#[doc(hidden)]
pub mod private;

pub use context::{Context, Row, Value};
pub use driver::Driver;
pub use error::{Error, ErrorKind, Result};
pub use migration::{Migration, RustMigration};
pub use migrations::Migrations;
pub use sqlx;
pub use uno_migrate_core::Dialect;
pub use uno_migrate_macros::{embed_migrations, migration};
