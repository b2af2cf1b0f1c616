//! The heartbeat: a counter that moves as long as the holder lives.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::time::{sleep, timeout};

use super::{Holder, Terms, table};
use crate::driver::{Connection, Opener};

/// What the run and its heartbeat tell each other.
pub(super) struct Pulse {
    /// When the last beat that arrived was sent.
    alive: Mutex<Instant>,
    is_lost: AtomicBool,
    detail: Mutex<String>,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self { alive: Mutex::new(Instant::now()), is_lost: AtomicBool::new(false), detail: Mutex::default() }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    pub(super) fn last_beat(&self) -> Instant {
        *self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn beat_arrived(&self, sent: Instant) {
        *self.alive.lock().unwrap_or_else(PoisonError::into_inner) = sent;
    }

    pub(super) fn detail(&self) -> String {
        self.detail.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn tell(&self, detail: String) {
        *self.detail.lock().unwrap_or_else(PoisonError::into_inner) = detail;
    }
}

/// Moves the counter as long as the lease is held, over a connection that is opened only if it comes to that.
pub(super) async fn beat(holder: Holder, terms: Terms, pulse: Arc<Pulse>, opener: Opener) {
    let mut connection: Option<Box<dyn Connection>> = None;
    let mut was_used = false;
    loop {
        // Servers close what idles for too long: a connection that was used before is replaced at once.
        if !was_used || connection.is_some() {
            sleep(terms.beat()).await;
        }
        was_used = connection.is_some();
        let sent = Instant::now();
        let beaten = timeout(terms.give_up(), async {
            let connection = match &mut connection {
                Some(connection) => connection,
                None => connection.insert(opener().await.ok()?),
            };
            let text = holder.beat(&pulse.detail()).ok()?;
            table::execute(&mut **connection, text).await.ok()
        });
        match beaten.await {
            Ok(Some(1)) => pulse.beat_arrived(sent),
            Ok(Some(_)) => return pulse.is_lost.store(true, Ordering::Relaxed),
            // Held up or cut off: another connection may do better.
            Ok(None) | Err(_) => connection = None,
        }
    }
}
