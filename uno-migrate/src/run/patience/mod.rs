//! Patience with others: how long statements wait for them, who they are, and how often it is tried again what failed for
//! somebody else's lock and left nothing behind.
//!
//! * [`limits`]: how long the statements of a migration may wait and take
//! * [`pace`]: the same on a session, and each statement sent
//! * [`watch`]: who keeps a statement waiting, and the end of one that takes too long
//! * [`waiting`]: waiting for somebody else, and saying so

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use tokio::time::sleep;
use tracing::info;

use super::scope::Scope;
use crate::driver::{Connection, Contention};
use crate::error::Error;

pub(super) mod limits;
pub(super) mod pace;
pub(super) mod waiting;
mod watch;

pub(super) use watch::{LOOK_AGAIN, UNHEARD, let_pass};

/// How often something is tried at most.
const TRIES: u32 = 10;

/// The first pause between two tries; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Of one thing that is done as a whole or not at all.
pub(super) struct Patience {
    began: Instant,
    tries: u32,
    is_allowed: bool,
}

impl Patience {
    /// Without leave, there is one try.
    pub(super) fn new(is_allowed: bool) -> Self {
        Self { began: Instant::now(), tries: 0, is_allowed }
    }

    /// Waits before the next try; the error to end with where there is to be none.
    pub(super) async fn again(
        &mut self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        error: Error,
    ) -> Result<(), Error> {
        self.tries += 1;
        match error.contention() {
            Some(Contention::Timeout | Contention::Deadlock) => {}
            // Who waits for SQLite's file has waited for it already.
            Some(Contention::Busy) | None => return Err(error),
        }
        if !self.is_allowed || self.tries >= TRIES {
            return Err(if self.tries > 1 { error.tried(self.tries, self.began.elapsed()) } else { error });
        }
        let pause = pause(self.tries);
        info!(
            "try {} of {TRIES} failed, and the next one comes in {} ms: {}",
            self.tries,
            pause.as_millis(),
            error.cause_line().unwrap_or_default()
        );
        match select(Box::pin(sleep(pause)), scope.cancelled()).await {
            Either::Left(_) | Either::Right(_) => scope.go_on(connection).await,
        }
    }
}

/// Up to a quarter shorter or longer, so that those who failed together do not try together.
fn pause(tries: u32) -> Duration {
    let pause = FIRST_PAUSE.saturating_mul(1 << (tries - 1).min(16)).min(LONGEST_PAUSE);
    let random = RandomState::new().hash_one(tries) % 1_000;
    pause.mul_f64(0.75 + random as f64 / 2_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let between = |tries, least, most| {
            let pause = pause(tries).as_millis();
            assert!((least..=most).contains(&pause), "{tries}: {pause}");
        };
        between(1, 75, 125);
        between(2, 150, 250);
        between(7, 4_800, 8_000);
        between(8, 7_500, 12_500);
        between(u32::MAX, 7_500, 12_500);
    }
}
