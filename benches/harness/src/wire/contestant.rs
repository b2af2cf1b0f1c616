//! Who is measured, and how each of them is run once.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use uno_migrate_bench_workload::{Database, Form, Migration};

use super::Workload;
use super::place::{Fresh, Place, run};
use super::program::Program;
use crate::Settings;
use crate::failure::Outcome;

/// Somebody who applies migrations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    way: Way,
    workloads: &'static [Workload],
}

#[derive(Clone, Copy, Debug)]
enum Way {
    /// A program of this workspace, on a connection that is open, in this style.
    Program(&'static str, &'static str),
    /// The database's own client, from its start to its end, on a script in this form; `--single-transaction` if asked.
    Client(Form, bool),
}

/// What one run took.
pub(crate) struct Run {
    pub(crate) took: Duration,
    pub(crate) round_trips: Option<usize>,
    pub(crate) received: Option<usize>,
}

const ALL: &[Workload] = &[Workload::Nothing, Workload::Next, Workload::Rows, Workload::Fresh];
const BOTH: &[Workload] = &[Workload::Nothing, Workload::Fresh];
const NOTHING: &[Workload] = &[Workload::Nothing];
const FRESH: &[Workload] = &[Workload::Fresh];
const WORK: &[Workload] = &[Workload::Rows, Workload::Fresh];
const BARE: Form = Form { transactions: false, history: false };
const TRANSACTIONS: Form = Form { transactions: true, history: false };
const RECORDED: Form = Form { transactions: true, history: true };

pub(crate) const OURS: Contestant =
    Contestant { name: "uno-migrate", way: Way::Program("with-uno-migrate", ""), workloads: ALL };

const OTHERS: [Contestant; 11] = [
    Contestant { name: "sqlx", way: Way::Program("with-sqlx", ""), workloads: ALL },
    Contestant { name: "sqlx, pool", way: Way::Program("with-sqlx", "pool"), workloads: NOTHING },
    Contestant { name: "refinery", way: Way::Program("with-refinery", ""), workloads: ALL },
    Contestant { name: "refinery, grouped", way: Way::Program("with-refinery", "grouped"), workloads: BOTH },
    Contestant { name: "diesel", way: Way::Program("with-diesel", ""), workloads: ALL },
    Contestant { name: "sea-orm", way: Way::Program("with-sea-orm", ""), workloads: ALL },
    Contestant { name: "client, one transaction", way: Way::Client(BARE, true), workloads: FRESH },
    Contestant { name: "client, a transaction each", way: Way::Client(TRANSACTIONS, false), workloads: FRESH },
    Contestant { name: "client, with history rows", way: Way::Client(RECORDED, false), workloads: FRESH },
    Contestant { name: "floor", way: Way::Program("with-nothing", "ask"), workloads: NOTHING },
    Contestant { name: "floor", way: Way::Program("with-nothing", ""), workloads: WORK },
];

impl Contestant {
    pub(crate) fn all(workload: Workload, place: &Place) -> impl Iterator<Item = Self> {
        // What has no transactions has no single one, and `mariadb` no option for it.
        let has_single = place.database == Database::Postgres;
        let all = std::iter::once(OURS).chain(OTHERS);
        all.filter(move |each| {
            each.workloads.contains(&workload) && (has_single || !matches!(each.way, Way::Client(_, true)))
        })
    }

    /// Runs on a database: so many, and one that adds so many rows.
    pub(crate) fn run(
        self,
        place: &Place,
        fresh: &Fresh<'_>,
        (count, rows): (usize, usize),
        latency: Option<Duration>,
        settings: &Settings,
    ) -> Outcome<Run> {
        match self.way {
            Way::Program(name, style) => {
                let path = settings.programs.join(name);
                let mut program = Program::start(&path, &fresh.url(latency), format_args!("{count}+{rows}"), style)?;
                observe(place, latency, || Ok(program.turn()?.time))
            }
            Way::Client(form, single) => {
                let mut script = tempfile::NamedTempFile::new()?;
                script.write_all(Migration::script(Migration::first(count), form).as_bytes())?;
                let mut client = fresh.client(latency)?;
                if single {
                    client.arg("-1");
                }
                client.stdin(File::open(script.path())?).stdout(Stdio::null());
                observe(place, latency, || {
                    let started = Instant::now();
                    run(&mut client)?;
                    Ok(started.elapsed())
                })
            }
        }
    }

    /// Applies everything, so that nothing is pending afterwards.
    pub(crate) fn prepare(self, fresh: &Fresh<'_>, count: usize, settings: &Settings) -> Outcome {
        let Way::Program(name, style) = self.way else { return Ok(()) };
        // Ten thousand tables say nothing that their history does not say.
        let style = if self.name == OURS.name && count > 1_000 { "fake" } else { style };
        Program::start(&settings.programs.join(name), &fresh.url(None), count, style)?.turn().map(drop)
    }
}

/// Counts what goes by way of the proxy, which delays it meanwhile.
fn observe(place: &Place, latency: Option<Duration>, turn: impl FnOnce() -> Outcome<Duration>) -> Outcome<Run> {
    let (Some(proxy), Some(latency)) = (place.proxy(), latency) else {
        return Ok(Run { took: turn()?, round_trips: None, received: None });
    };
    let (round_trips, received) = (proxy.round_trips(), proxy.received());
    proxy.set_latency(latency);
    let took = turn();
    let run = Run {
        took: took?,
        round_trips: Some(proxy.round_trips() - round_trips),
        received: Some(proxy.received() - received),
    };
    proxy.set_latency(Duration::ZERO);
    Ok(run)
}
