//! What is seen of a text while SQLite is at work on it in another thread: each of its transactions as it comes to its end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The transactions of a text that has several.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Commits {
    times: Mutex<Vec<Instant>>,
    is_stopped: AtomicBool,
}

impl Commits {
    /// When each has come to its end so far. Of the last one it is not known that it is committed by now.
    pub(crate) fn times(&self) -> Vec<Instant> {
        self.lock().clone()
    }

    /// From now on none is committed: the one at work is undone at its end, and those behind it do not begin.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// One has come to its end: whether it may be committed.
    #[cfg(feature = "_sqlite")]
    pub(super) fn admit(&self) -> bool {
        let is_stopped = self.is_stopped.load(Ordering::Relaxed);
        if !is_stopped {
            self.lock().push(Instant::now());
        }
        !is_stopped
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Instant>> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
