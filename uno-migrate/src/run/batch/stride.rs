//! How many migrations share a message.

use std::time::Duration;

use uno_migrate_core::Dialect;

/// So many at most, whatever else they are.
const LONGEST: usize = 64;

/// So much of what is sent is in memory twice, and once more on its way to SQLite. A migration that is larger by itself is sent
/// statement by statement.
pub(super) const fn most_bytes(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Postgres | Dialect::MySql => 1 << 20,
        Dialect::Sqlite => 1 << 18,
    }
}

/// What a message may take: so long nothing is heard of those in it, and so long it takes until a run that is asked to
/// stop does.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many a message may have, where so many took so long.
pub(in crate::run) fn in_time(count: usize, took: Duration) -> usize {
    let in_time = PATIENCE.as_micros() * count as u128 / took.as_micros().max(1);
    usize::try_from(in_time).unwrap_or(usize::MAX)
}

/// How many are to share the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) struct Stride {
    steps: usize,
    /// The next one goes by itself, statement by statement.
    is_alone: bool,
}

impl Stride {
    /// Where nothing is applied yet there is nothing to wait for.
    pub(in crate::run) fn new(is_fresh: bool) -> Self {
        Self { steps: if is_fresh { LONGEST } else { 1 }, is_alone: false }
    }

    pub(super) fn is_alone(self) -> bool {
        self.is_alone
    }

    pub(super) fn steps(self) -> usize {
        self.steps
    }

    /// Whether more cannot share one.
    pub(super) fn is_full(self) -> bool {
        self.steps == LONGEST
    }

    /// So many took so long: twice as many at most, and no more than are done in time.
    pub(in crate::run) fn went_well(&mut self, steps: usize, took: Duration) {
        self.steps = in_time(steps, took).clamp(1, (self.steps * 2).min(LONGEST));
        self.is_alone = false;
    }

    /// Only so many, the next time.
    pub(super) fn shorten(&mut self, steps: usize) {
        self.steps = steps.clamp(1, LONGEST);
    }

    /// Only one, and by itself.
    pub(super) fn stop(&mut self) {
        self.shorten(1);
        self.is_alone = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stride_grows_while_it_is_quick() {
        let mut stride = Stride::new(false);
        let strides: Vec<_> = (0..8)
            .map(|_| {
                let steps = stride.steps();
                stride.went_well(steps, Duration::from_millis(2));
                steps
            })
            .collect();
        assert_eq!(strides, [1, 2, 4, 8, 16, 32, 64, 64]);
        stride.went_well(64, Duration::from_secs(4));
        assert_eq!(stride.steps(), 8);
        stride.went_well(8, Duration::from_secs(60));
        assert_eq!(stride.steps(), 1);
        stride.went_well(1, Duration::ZERO);
        assert_eq!(stride.steps(), 2);
    }

    #[test]
    fn an_empty_database_is_taken_in_full_stride() {
        let mut stride = Stride::new(true);
        assert_eq!(stride.steps(), 64);
        stride.went_well(3, Duration::from_millis(1));
        assert_eq!(stride.steps(), 64);
    }
}
