//! Private database servers for tests: started on a random loopback port in a temporary directory, never as root, and
//! gone when their owner is gone.
//!
//! [`Kind::start`] gives a server of one's own. [`Kind::url`] gives the one that the whole test run shares: the one
//! named by the environment (`cargo xtask test` starts it), else one that is started on first use.
//!
//! [`pgbouncer`] puts a pooler before a PostgreSQL server, and [`Galera`] is a cluster of three nodes.
//!
//! To add another kind of server, write a file beside `postgres.rs` that fills a [`Home`] and hands [`Home::run`] the
//! command and the way to tell that it is ready.

mod error;
mod galera;
mod home;
mod install;
mod kind;
mod mariadb;
mod pgbouncer;
mod postgres;
mod server;

pub use error::{Error, Result};
pub use galera::Galera;
pub use home::{Account, Home, Owner};
pub use kind::Kind;
pub use pgbouncer::pgbouncer;
pub use server::Server;
