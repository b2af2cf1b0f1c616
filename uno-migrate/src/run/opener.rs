//! How the connections of a run are opened.

use std::sync::Arc;

use sqlx::Pool;

use crate::driver::{Driver, Obstacle, Opener};
use crate::error::{Error, ErrorKind};

/// Connections with the pool's options, or to another URL.
pub(super) fn opener<DB: Driver>(pool: &Pool<DB>, direct_url: Option<String>) -> Opener {
    let pool = pool.clone();
    Arc::new(move || {
        let (pool, url) = (pool.clone(), direct_url.clone());
        Box::pin(async move { DB::open(&pool, url.as_deref()).await })
    })
}

pub(super) fn unreachable(error: sqlx::Error) -> Error {
    let help = match Obstacle::of(&error) {
        Some(obstacle) => obstacle.help(),
        None => "check that the server runs and that the URL and its user are right",
    };
    Error::new(ErrorKind::Connection, "cannot connect to the database").caused_by_database(error).help(help)
}
