//! SQLite works in a thread of the driver's, which wakes whoever waits for an answer. Where a statement takes no longer than that,
//! waiting for each of many answers is what takes the time: so they are given some, and come together.

use std::time::{Duration, Instant};

use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use tokio::time::sleep;
use uno_migrate_core::Dialect;

use super::message::Message;
use crate::driver::{Answer, Connection, ROOM};

/// So many answers have to be waited for, to see how long they take.
const FEW: usize = 8;

/// So many have to be left: the last ones are waited for, since nothing is to be done meanwhile.
const MANY: usize = 40;

/// Of those that come faster there are not so many that a pause would not be longer than what it saves.
const SLOW: Duration = Duration::from_micros(50);

/// The shortest; as a rule it takes twice as long.
const PAUSE: Duration = Duration::from_millis(1);

/// The answers to a message as they come.
pub(super) struct Gathering<'g> {
    left: usize,
    came: usize,
    began: Instant,
    last: Instant,
    /// Cleared once SQLite had to wait for us.
    may_gather: &'g mut bool,
}

type Came = Result<Answer, sqlx::Error>;

impl<'g> Gathering<'g> {
    pub(super) fn new(connection: &dyn Connection, message: &Message<'_>, may_gather: &'g mut bool) -> Self {
        let left = match message.dialect {
            // How much room there is on a connection of the pool's, the application says.
            Dialect::Sqlite if !connection.is_pooled() => message.parts.iter().map(|parts| parts.len() + 1).sum(),
            Dialect::Sqlite | Dialect::Postgres | Dialect::MySql => 0,
        };
        let began = Instant::now();
        Self { left, came: 0, began, last: began, may_gather }
    }

    /// The next answer, or those that came in a pause, and when; none at the end.
    pub(super) async fn next(&mut self, stream: &mut BoxStream<'_, Came>) -> Vec<(Came, Instant)> {
        let mut came = Vec::new();
        if self.is_worth_it() {
            came = gathered(stream);
            if came.is_empty() {
                sleep(PAUSE).await;
                came = gathered(stream);
                *self.may_gather = came.len() < ROOM;
            }
        }
        if came.is_empty() {
            came.extend(stream.next().await);
        }
        let (count, since) = (came.len(), self.last);
        (self.left, self.came, self.last) = (self.left.saturating_sub(count), self.came + count, Instant::now());
        // Of those that came together nobody has seen when.
        let each = (self.last - since) / u32::try_from(count).unwrap_or(u32::MAX).max(1);
        (1..).zip(came).map(|(nth, answer)| (answer, since + each * nth)).collect()
    }

    fn is_worth_it(&self) -> bool {
        let pace = self.began.elapsed() / u32::try_from(self.came).unwrap_or(u32::MAX).max(1);
        *self.may_gather && self.left >= MANY && self.came >= FEW && pace >= SLOW
    }
}

/// Those that are there: asked like that, nobody is woken for the next.
fn gathered(stream: &mut BoxStream<'_, Came>) -> Vec<Came> {
    std::iter::from_fn(|| stream.next().now_or_never().flatten()).collect()
}
