//! Trying again what the database has undone in favour of somebody else.

use std::time::Duration;

use tokio::time::sleep;

const LIMIT: u32 = 20;
const PAUSE: Duration = Duration::from_millis(5);

/// How often something was tried that is whole in itself: a statement, or a transaction that begins with it.
///
/// A deadlock ends with one of the two undone. On a Galera cluster so does every write that meets another node's, and it
/// may be told so only when it commits.
#[derive(Debug, Default)]
pub(crate) struct Tries(u32);

impl Tries {
    /// Whether to try once more, after a pause.
    pub(crate) async fn again(&mut self, was_undone: bool) -> bool {
        if !was_undone || self.0 == LIMIT {
            return false;
        }
        self.0 += 1;
        sleep(PAUSE * self.0).await;
        true
    }
}
