//! Waiting for somebody else, and saying so from time to time.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::error::Error;
use crate::event::Event;
use crate::options::Options;
use crate::run::scope::{Scope, check_cancelled};

/// How long it is waited before whoever watches is told, and again each time.
const TELL_AFTER: Duration = Duration::from_secs(1);
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Between two tries where nobody says when to try again.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits, and says so from time to time.
pub(in crate::run) struct Waiting {
    began: Instant,
    tell_at: Duration,
}

impl Waiting {
    pub(in crate::run) fn new() -> Self {
        Self { began: Instant::now(), tell_at: TELL_AFTER }
    }

    pub(in crate::run) fn waited(&self) -> Duration {
        self.began.elapsed()
    }

    /// Waits a little for somebody of whom nothing else is known.
    pub(in crate::run) async fn again(&mut self, scope: &Scope<'_>, holder: &str) -> Result<(), Error> {
        self.tell(scope, holder, None, None);
        pause(scope.options).await
    }

    /// Tells who is waited for, if it is time for that.
    pub(in crate::run) fn tell(&mut self, scope: &Scope<'_>, holder: &str, since: Option<&str>, detail: Option<&str>) {
        let waited = self.waited();
        if waited >= self.tell_at {
            self.tell_at = waited + TELL_EVERY;
            let (since, detail) = (since.map(str::to_owned), detail.map(str::to_owned));
            scope.emit(&Event::Waiting { holder: holder.to_owned(), since, detail, waited });
        }
    }
}

/// Lets somebody else go on, unless this run is not to wait any longer.
pub(in crate::run) async fn pause(options: &Options) -> Result<(), Error> {
    check_cancelled(options)?;
    sleep(PAUSE).await;
    Ok(())
}
