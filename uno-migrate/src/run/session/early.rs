//! While the run's own connection is being opened, the pool's goes on that has told that there is something to do.

use sqlx::Pool;
use sqlx::pool::PoolConnection;
use tokio::task::JoinHandle;

use crate::driver::{Connection, Driver, Idle, Opener};

/// A connection of the pool's, as long as there is no other.
pub(super) struct Early {
    idle: Box<dyn Idle>,
    /// None once it was waited for.
    opening: Option<JoinHandle<Opened>>,
    /// By which the server will know the own one, where it knows connections by their names.
    name: Option<String>,
}

type Opened = Result<Box<dyn Connection>, sqlx::Error>;

impl Early {
    /// Has one opened with the pool's options.
    pub(super) fn new<DB: Driver>(idle: PoolConnection<DB>, pool: &Pool<DB>) -> Self {
        let (pool, name) = (pool.clone(), DB::name(pool));
        let as_named = name.clone();
        let opening = tokio::spawn(async move { DB::open(&pool, None, as_named).await });
        Self { idle: Box::new(idle), opening: Some(opening), name }
    }

    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        self.idle.connection()
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The run's own connection.
    pub(super) async fn opened(&mut self, opener: &Opener) -> Opened {
        let Some(opening) = &mut self.opening else { return opener().await };
        let opened = opening.await.unwrap_or(Err(sqlx::Error::WorkerCrashed));
        self.opening = None;
        opened
    }

    /// Closes what has not been used.
    pub(super) async fn close(self) {
        drop(self.idle);
        let Some(opening) = self.opening else { return };
        if let Ok(Ok(connection)) = opening.await {
            let _ = connection.close().await;
        }
    }
}
