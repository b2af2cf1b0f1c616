//! Random sets, interrupted at random points, on all databases: `cargo xtask chaos`.

use std::collections::BTreeMap;
use std::env;
use std::time::{Duration, Instant};

use uno_migrate::Dialect;

use crate::blow::Blow;
use crate::story::Prepared;
use crate::support::Random;
use crate::support::Set;
use crate::tally::{Tally, tell_these};

/// Stories of one set.
const STORIES: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes as long as it is told to: `cargo xtask chaos`"]
async fn chaos() {
    let variable = |name| env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let seed = variable("UNO_CHAOS_SEED").unwrap_or_else(Random::fresh_seed);
    let minutes = variable("UNO_CHAOS_MINUTES").unwrap_or(10);
    println!("seed {seed}, for {minutes} min");
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    let mut tallies = BTreeMap::<String, Tally>::new();
    // A seed for each set, which also chooses its database: a failure is repeated without all that was before it.
    for own in seed.. {
        let dialect = Dialect::ALL[own as usize % 3];
        let tally = tallies.entry(dialect.to_string()).or_default();
        one_set(dialect, own, tally).await;
        if let Some(failure) = tally.failures.first() {
            let set = Set::random(dialect, &mut Random::new(own));
            let files: String = set.files.iter().map(|(name, text)| format!("--- {name}\n{text}")).collect();
            let coded = if set.coded { "--- and 0004_coded.rs\n" } else { "" };
            panic!("{dialect}, `cargo xtask chaos --seed {own} --minutes 0`:\n{failure}\n{files}{coded}");
        }
        if Instant::now() > until {
            println!("{} sets, up to seed {own}", own - seed + 1);
            tallies.iter().for_each(|(dialect, tally)| println!("{dialect}: {tally}"));
            break;
        }
    }
}

async fn one_set(dialect: Dialect, seed: u64, tally: &mut Tally) {
    let mut random = Random::new(seed);
    let set = Set::random(dialect, &mut random);
    let set = Set { step_by_step: random.one_in(3), ..set };
    match Prepared::new(set).await {
        Err(failure) => tally.failures.push(failure),
        Ok(prepared) => {
            let blows = (0..STORIES).map(|_| Blow::random(dialect, &mut random, prepared.took)).collect();
            tell_these(prepared, blows, tally).await;
        }
    }
}

impl Blow {
    /// Any of them; points lie where a run of a random set has some.
    fn random(dialect: Dialect, random: &mut Random, took: Duration) -> Self {
        let (messages, events, instants) = (120, 40, took * 2);
        let kinds = if dialect == Dialect::Sqlite { 4 } else { 6 };
        match random.below(kinds) {
            0 => Self::KillAt(1 + random.below(events)),
            1 => Self::KillAfter(random.time_below(instants)),
            2 => Self::StopAt(1 + random.below(events)),
            3 => Self::StopAfter(random.time_below(instants)),
            4 => Self::CutBefore(1 + random.below(messages)),
            _ => Self::CutAfter(1 + random.below(messages)),
        }
    }
}

impl Set {
    /// Three to eight files of one to six statements each way, and on some databases a migration in Rust.
    pub(crate) fn random(dialect: Dialect, random: &mut Random) -> Self {
        let mut set = Self::new(dialect);
        let files = 3 + random.below(6);
        let mut tables = 0;
        for file in 0..files {
            let apart = dialect == Dialect::MySql || random.one_in(2);
            let concurrently = if dialect == Dialect::Postgres && apart { " CONCURRENTLY" } else { "" };
            let (mut up, mut down) = (Vec::new(), Vec::new());
            for statement in 0..1 + random.below(6) {
                let name = format!("{file}_{statement}");
                let new = tables == 0;
                match random.below(if new { 3 } else { 6 }) {
                    0 => {
                        up.push(format!("CREATE TABLE t{tables} (id BIGINT PRIMARY KEY, note VARCHAR(40))"));
                        down.push(format!("DROP TABLE t{tables}"));
                        tables += 1;
                    }
                    1 => {
                        up.push(format!("mark {name}"));
                        down.push(format!("mark -{name}"));
                    }
                    2 => {
                        up.push(format!("count {}", 1 + random.below(9)));
                        down.push(format!("count {}", 1 + random.below(9)));
                    }
                    3 => {
                        let table = random.below(tables);
                        up.push(format!("ALTER TABLE t{table} ADD COLUMN c{name} INT"));
                        down.push(format!("ALTER TABLE t{table} DROP COLUMN c{name}"));
                    }
                    4 => {
                        let table = random.below(tables);
                        let on = if dialect == Dialect::MySql { format!(" ON t{table}") } else { String::new() };
                        up.push(format!("CREATE INDEX{concurrently} i{name} ON t{table} (note)"));
                        down.push(format!("DROP INDEX{concurrently} i{name}{on}"));
                    }
                    _ if apart && dialect != Dialect::MySql => {
                        up.extend(["BEGIN".into(), format!("mark {name}b"), "count 1".into(), "COMMIT".into()]);
                        down.extend(["COMMIT".into(), format!("mark -{name}b"), "count 1".into(), "BEGIN".into()]);
                    }
                    _ => up.push(format!("mark {name}c")),
                }
            }
            if down.is_empty() {
                down.push("count 1".into());
            }
            down.reverse();
            let [up, down] = [&up, &down].map(|texts| texts.iter().map(String::as_str).collect::<Vec<_>>());
            let directive = if apart && dialect != Dialect::MySql { "Transaction: none" } else { "" };
            // Odd numbers: the migration in Rust has an even one.
            set.file(&format!("{:04}_file", 2 * file + 1), directive, &up, &down);
        }
        if random.one_in(2) {
            set.with_coded();
        }
        set
    }
}
