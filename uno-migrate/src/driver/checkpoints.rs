//! What is seen of a text while SQLite is at work on it in another thread: it passes checkpoints, and may be stopped at each.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

#[cfg(feature = "_sqlite")]
use crate::dialect::checkpoint;

/// How far a text is that holds several migrations.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Checkpoints {
    passed: Mutex<Passed>,
    is_stopped: AtomicBool,
}

/// The checkpoints that it has passed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Passed {
    /// When each migration was done but for its row; of the last one, whether it is committed by now is not known.
    pub(crate) done: Vec<Instant>,
    /// How many stretches of the next one's statements have ended, of which each ends at a checkpoint.
    pub(crate) stretches: usize,
}

impl Checkpoints {
    pub(crate) fn passed(&self) -> Passed {
        self.lock().clone()
    }

    /// It ends at the next checkpoint, in a transaction that is to be rolled back.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// It has come to a checkpoint of that kind; whether it is to end there.
    #[cfg(feature = "_sqlite")]
    pub(super) fn reach(&self, kind: &str) -> bool {
        if self.is_stopped() {
            return true;
        }
        let mut passed = self.lock();
        if kind == checkpoint::ROW {
            passed.done.push(Instant::now());
            passed.stretches = 0;
        } else {
            passed.stretches += 1;
        }
        false
    }

    fn lock(&self) -> MutexGuard<'_, Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
