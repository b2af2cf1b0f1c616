//! The future of a run is dropped at every await point that it reaches: nothing is held, and the next run goes on.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::task::Poll;

use crate::effects::{Effects, impatient};
use crate::kit::Ask;
use crate::support::each_database;

/// Drops the future when it is pending for the n-th time; what it gave if it was ready before that.
pub(crate) async fn dropped_at<F: Future>(point: usize, future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut pending = 0;
    let given = poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(given) => Poll::Ready(Some(given)),
        Poll::Pending => {
            pending += 1;
            if pending == point { Poll::Ready(None) } else { Poll::Pending }
        }
    });
    given.await
}

/// Await points from the first on, until runs come to their end before them several times in a row: how often a run is
/// pending differs a little from run to run.
pub(crate) struct Points {
    stride: usize,
    last: usize,
    dropped: usize,
    ended: usize,
}

impl Points {
    pub(crate) fn every(stride: usize) -> Self {
        Self { stride, last: 0, dropped: 0, ended: 0 }
    }

    pub(crate) fn next(&mut self) -> Option<usize> {
        self.last += self.stride;
        (self.ended < 5).then_some(self.last)
    }

    /// What became of the run at this point.
    pub(crate) fn saw(&mut self, ended: bool) {
        self.dropped += usize::from(!ended);
        self.ended = if ended { self.ended + 1 } else { 0 };
    }

    pub(crate) fn dropped(&self) -> usize {
        self.dropped
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} drops up to await point {}", self.dropped, self.last - (self.ended + 1) * self.stride)
    }
}

/// How often each migration had to be settled by a person.
pub(crate) type Asked = BTreeMap<String, usize>;

pub(crate) fn count(asked: &mut Asked, ids: Vec<String>) {
    ids.into_iter().for_each(|id| *asked.entry(id).or_default() += 1);
}

each_database! {
    async fn at_every_await_point(db) {
        let application = db.pool_of_one().await;
        let (mut asked, mut points) = (Asked::new(), Points::every(1));
        while let Some(point) = points.next() {
            db.wipe().await;
            let run = impatient();
            let ended = dropped_at(point, run.run(&application)).await;
            let when = format!("dropped at await point {point}");
            sqlx::raw_sql("SELECT 1").execute(&application).await.unwrap_or_else(|error| panic!("{when}: {error}"));
            db.assert_nothing_held(application.size(), &when).await;
            points.saw(ended.is_some());
            if let Some(Err(error)) = ended {
                panic!("{error}");
            }
            count(&mut asked, db.go_on(&impatient(), &application).await);
            db.assert_whole(&when).await;
        }
        println!("{points}, asked for {asked:?}");
        assert!(points.dropped() > 20);
    }
}
