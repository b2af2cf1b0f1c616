//! How the connections of a run are opened.

use std::sync::Arc;

use sqlx::{Pool, SqlStr};

use crate::dialect::sql;
use crate::driver::{Driver, Obstacle, Opener};
use crate::error::{Error, ErrorKind};

/// Further connections like the first: with the pool's options, or to another URL. They may lead to another node of a
/// cluster than the first, and see there what was written here.
pub(super) fn opener<DB: Driver>(pool: &Pool<DB>, direct_url: Option<String>) -> Opener {
    let pool = pool.clone();
    Arc::new(move || {
        let (pool, url) = (pool.clone(), direct_url.clone());
        Box::pin(async move {
            let mut connection = DB::open(&pool, url.as_deref()).await?;
            let text = sql(DB::DIALECT).catch_up();
            if !text.is_empty() {
                // Where there are no clusters, or no end to the waiting, it is used as it is: the fence decides.
                let _ = connection.execute(SqlStr::from_static(text)).await;
            }
            Ok(connection)
        })
    })
}

pub(super) fn unreachable(error: sqlx::Error) -> Error {
    let help = match Obstacle::of(&error) {
        Some(obstacle) => obstacle.help(),
        None => "check that the server runs and that the URL and its user are right",
    };
    Error::new(ErrorKind::Connection, "cannot connect to the database").caused_by_database(error).help(help)
}
