//! A turn in a history that is kept elsewhere: its own lock.

use std::time::Duration;

use tokio::time::timeout;

use crate::error::{Error, ErrorKind};
use crate::run::history::failed;
use crate::run::patience::waiting::Waiting;
use crate::run::scope::Scope;
use crate::tracker::{History, TrackerGuard};

/// How often it is asked whether to stop waiting.
const ASK_EVERY: Duration = Duration::from_millis(200);

impl Scope<'_> {
    /// Waits its turn where the history is kept elsewhere.
    pub(super) async fn turn(&self) -> Result<Option<TrackerGuard>, Error> {
        let History::Elsewhere(tracker) = &self.history else { return Ok(None) };
        let (mut waiting, limit) = (Waiting::new(), self.options.lock_wait);
        let mut locking = tracker.lock();
        loop {
            let left = limit.saturating_sub(waiting.waited());
            if let Ok(guard) = timeout(left.min(ASK_EVERY), &mut locking).await {
                return guard.map(Some).map_err(|error| failed("locked", error));
            }
            if waiting.waited() >= limit {
                return Err(Error::new(ErrorKind::LockTimeout, "another process holds the history's lock")
                    .help("wait for it to end, or wait longer with `lock_wait`"));
            }
            self.check_cancelled()?;
            waiting.tell(self, "another process", None, None);
        }
    }
}
