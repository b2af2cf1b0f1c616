//! What is seen of a text while SQLite is at work on it in another thread: it comes to checkpoints, and may be ended at each.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where a text that holds several migrations tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checkpoint {
    /// In front of all.
    Start,
    /// Behind the beginning of a migration's transaction: the one before it is committed.
    Begun,
    /// Between two of its statements.
    Statement,
    /// In front of its row.
    Row,
}

/// The checkpoints of a text.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Checkpoints {
    passed: Mutex<Passed>,
    is_asked_to_end: AtomicBool,
}

/// How far it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Passed {
    is_started: bool,
    /// When each migration has begun. All but the last one are committed.
    pub(crate) begun: Vec<Instant>,
    /// How many stretches of the last one's statements have ended, of which each ends at a checkpoint.
    pub(crate) stretches: usize,
    /// All of its statements have ended.
    pub(crate) is_at_row: bool,
    /// It was ended there.
    pub(crate) ended: Option<End>,
}

/// Why a text was ended at a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Asked,
    /// It began a second time. The driver has that done where another connection of a shared cache has let it wait.
    Again,
}

impl Checkpoint {
    /// What SQLite has compared there: two texts, the first of which is the checkpoint's name.
    pub(crate) const COLLATION: &'static str = "uno_migrate_checkpoint";

    const ALL: [Self; 4] = [Self::Start, Self::Begun, Self::Statement, Self::Row];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Begun => "begun",
            Self::Statement => "statement",
            Self::Row => "row",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|checkpoint| checkpoint.name() == name)
    }
}

impl Checkpoints {
    pub(crate) fn passed(&self) -> Passed {
        self.lock().clone()
    }

    /// Has it end at the next checkpoint.
    pub(crate) fn end(&self) {
        self.is_asked_to_end.store(true, Ordering::Relaxed);
    }

    /// It has come to one: why it is to end there, if it is.
    pub(crate) fn reach(&self, checkpoint: Checkpoint) -> Option<End> {
        let mut passed = self.lock();
        match checkpoint {
            Checkpoint::Start if mem::replace(&mut passed.is_started, true) => passed.ended = Some(End::Again),
            Checkpoint::Start => {}
            Checkpoint::Begun => {
                passed.begun.push(Instant::now());
                (passed.stretches, passed.is_at_row) = (0, false);
            }
            Checkpoint::Statement => passed.stretches += 1,
            Checkpoint::Row => passed.is_at_row = true,
        }
        if self.is_asked_to_end.load(Ordering::Relaxed) {
            passed.ended.get_or_insert(End::Asked);
        }
        passed.ended
    }

    fn lock(&self) -> MutexGuard<'_, Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Passed {
    /// How long each migration took that is committed, with its `COMMIT` and the wait for the next one's beginning.
    pub(crate) fn times(&self) -> Vec<Duration> {
        self.begun.iter().zip(self.begun.iter().skip(1)).map(|(began, next)| next.duration_since(*began)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_is_done_when_the_next_has_begun() {
        let checkpoints = Checkpoints::default();
        for (checkpoint, done, stretches, is_at_row) in [
            (Checkpoint::Start, 0, 0, false),
            (Checkpoint::Begun, 0, 0, false),
            (Checkpoint::Statement, 0, 1, false),
            (Checkpoint::Statement, 0, 2, false),
            (Checkpoint::Row, 0, 2, true),
            (Checkpoint::Begun, 1, 0, false),
            (Checkpoint::Row, 1, 0, true),
        ] {
            assert_eq!(checkpoints.reach(checkpoint), None);
            let passed = checkpoints.passed();
            assert_eq!((passed.times().len(), passed.stretches, passed.is_at_row), (done, stretches, is_at_row));
        }
    }

    #[test]
    fn it_ends_where_it_is_asked_to_or_begins_again() {
        let checkpoints = Checkpoints::default();
        assert_eq!(checkpoints.reach(Checkpoint::Start), None);
        assert_eq!(checkpoints.reach(Checkpoint::Start), Some(End::Again));
        let checkpoints = Checkpoints::default();
        assert_eq!(checkpoints.reach(Checkpoint::Begun), None);
        checkpoints.end();
        assert_eq!(checkpoints.passed().ended, None, "it has not come to one yet");
        assert_eq!(checkpoints.reach(Checkpoint::Begun), Some(End::Asked));
        assert_eq!(checkpoints.passed().times().len(), 1, "the one before is committed");
    }
}
