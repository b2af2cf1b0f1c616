//! A run is interrupted at every point that there is: its connections are cut before and after every message, and its
//! process is killed at every event and at random instants. The next run then completes, and every effect of every
//! migration is there once. Effects are such that twice shows: rows that are appended, a counter that counts.
//!
//! Each story goes up, down and up again, and is interrupted in each of these. `cargo xtask chaos` tells stories of
//! random sets, for as long as one likes.

#[path = "../support/mod.rs"]
mod support;

mod blow;
mod chaos;
mod question;
mod story;
mod tally;

use std::env;

use blow::Blow;
use story::Prepared;
use support::{Random, Set};
use tally::{tallied, tell_all, tell_these};
use uno_migrate::Dialect;

/// So many random instants for each database.
const INSTANTS: usize = 24;

/// One test for each database.
macro_rules! each {
    ($name:ident: $body:path, $($database:ident $dialect:ident),+) => {
        mod $name {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $database() {
                use super::*;
                $body(Dialect::$dialect).await;
            })+
        }
    };
}

each!(cut_before_every_message: cut_before, postgres Postgres, mysql MySql);
each!(cut_after_every_message: cut_after, postgres Postgres, mysql MySql);
each!(killed_at_every_event: kill_at_events, postgres Postgres, mysql MySql, sqlite Sqlite);
each!(a_killed_process_leaves_one_question: question::asked, postgres Postgres, mysql MySql);
each!(killed_at_random_instants: kill_at_instants, postgres Postgres, mysql MySql, sqlite Sqlite);

async fn cut_before(dialect: Dialect) {
    every(dialect, "cut before every message", &[false, true], Blow::CutBefore).await;
}

async fn cut_after(dialect: Dialect) {
    every(dialect, "cut after every message", &[false, true], Blow::CutAfter).await;
}

async fn kill_at_events(dialect: Dialect) {
    // Only on MySQL does none of these sets hold a migration that goes step by step anyhow.
    let ways: &[bool] = if dialect == Dialect::MySql { &[false, true] } else { &[false] };
    every(dialect, "killed at every event", ways, Blow::KillAt).await;
}

/// In messages, and step by step: by `ways`, whether each is.
async fn every(dialect: Dialect, title: &str, ways: &[bool], blow: fn(usize) -> Blow) {
    tallied(&format!("{dialect}, {title}"), async |tally| {
        for step_by_step in ways {
            tell_all(small(dialect, *step_by_step).await, blow, tally).await;
        }
        assert!(
            tally.points.values().sum::<usize>() > 20 || !tally.failures.is_empty(),
            "hardly anything was tried: {tally}"
        );
    })
    .await;
}

async fn kill_at_instants(dialect: Dialect) {
    let seed = env::var("UNO_CHAOS_SEED").map_or_else(|_| Random::fresh_seed(), |seed| seed.parse().unwrap());
    tallied(&format!("{dialect}, killed at random instants (UNO_CHAOS_SEED={seed})"), async |tally| {
        let mut random = Random::new(seed);
        let prepared = small(dialect, random.one_in(2)).await;
        // The start of the process counts as well.
        let span = prepared.took * 2;
        let blows = (0..INSTANTS).map(|_| Blow::KillAfter(random.time_below(span))).collect();
        tell_these(prepared, blows, tally).await;
    })
    .await;
}

async fn small(dialect: Dialect, step_by_step: bool) -> Prepared {
    Prepared::new(Set { step_by_step, ..Set::small(dialect) }).await.unwrap_or_else(|failure| panic!("{failure}"))
}
