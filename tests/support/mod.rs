//! Fresh databases for tests, on private servers (see `servers/`), and one test body for every database.
//!
//! `mod support;` in a test binary, then [`postgres`], [`mysql`], [`sqlite`], or [`each_database!`]. A missing server
//! is a failing test with the reason, never a skipped one.
#![allow(dead_code, unused_imports, unused_macros, reason = "no test binary uses all of it")]

mod any;
mod database;
mod effects;
mod instance;
mod proxy;
mod random;

pub(crate) use any::AnyDatabase;
pub(crate) use database::{TestDatabase, mysql, mysql_on, postgres, postgres_on, sqlite};
pub(crate) use effects::{GROUND, Set, difference, snapshot};
pub(crate) use instance::{Instance, Order, Verb, coded};
pub(crate) use proxy::Proxy;
pub(crate) use random::Random;

/// One test body, three tests: `name::postgres`, `name::mysql` and `name::sqlite`, each with a fresh, empty database.
///
/// The body is compiled once per database, with `Db` naming its sqlx type, so it needs no bounds: what it calls must
/// only exist for all three.
///
/// ```ignore
/// each_database! {
///     async fn applies_everything(db) {
///         let report = MIGRATIONS.run(db.pool()).await.unwrap();
///         sqlx::query::<Db>("SELECT 1").execute(db.pool()).await.unwrap();
///     }
/// }
/// ```
macro_rules! each_database {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $crate::support::each_database!(@one postgres, ::sqlx::Postgres, $(#[$attribute])* $db $body);
            $crate::support::each_database!(@one mysql, ::sqlx::MySql, $(#[$attribute])* $db $body);
            $crate::support::each_database!(@one sqlite, ::sqlx::Sqlite, $(#[$attribute])* $db $body);
        }
    )+};
    (@one $database:ident, $type:ty, $(#[$attribute:meta])* $db:ident $body:block) => {
        $(#[$attribute])*
        #[::tokio::test]
        async fn $database() {
            #[allow(dead_code)]
            type Db = $type;
            let $db: $crate::support::TestDatabase<$type> = $crate::support::$database().await;
            $body
        }
    };
}
pub(crate) use each_database;
