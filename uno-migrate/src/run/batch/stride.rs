//! How many migrations share a message.

use std::time::Duration;

/// So many at most, whatever else they are.
const LONGEST: usize = 64;

/// What a message may take: so long nothing is heard of those in it, and so long it takes until a run that is asked to
/// stop does.
const PATIENCE: Duration = Duration::from_millis(500);

/// Where nothing is applied yet there is nothing to wait for; elsewhere it has to be seen how long the first ones take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) struct Stride(usize);

impl Stride {
    pub(in crate::run) fn new(is_fresh: bool) -> Self {
        Self(if is_fresh { LONGEST } else { 1 })
    }

    pub(super) fn steps(self) -> usize {
        self.0
    }

    /// So many took so long: twice as many at most, and no more than are done in time.
    pub(in crate::run) fn went_well(&mut self, steps: usize, took: Duration) {
        let in_time = PATIENCE.as_micros() * steps as u128 / took.as_micros().max(1);
        let in_time = usize::try_from(in_time).unwrap_or(LONGEST);
        self.0 = in_time.clamp(1, (self.0 * 2).min(LONGEST));
    }

    /// Only so many, the next time.
    pub(super) fn shorten(&mut self, steps: usize) {
        self.0 = steps.clamp(1, LONGEST);
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
        assert_eq!(stride.steps(), LONGEST);
        stride.went_well(3, Duration::from_millis(1));
        assert_eq!(stride.steps(), LONGEST);
    }
}
