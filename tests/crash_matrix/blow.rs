//! What happens to a run in its middle.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::join;
use uno_migrate::Dialect;

use crate::story::{LEASE, Prepared};
use crate::support::{AnyDatabase, Instance, Proxy, Verb};

/// One way to be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The connection of the k-th message is cut; the server never sees it.
    CutBefore(usize),
    /// The connection of the k-th message is cut; the client never sees the answer.
    CutAfter(usize),
    /// The process is killed as it tells of its k-th event.
    KillAt(usize),
    /// The process is killed after so long.
    KillAfter(Duration),
    /// The process stands still at its k-th event until another has done its work, and then goes on.
    StopAt(usize),
    /// The same after so long.
    StopAfter(Duration),
}

/// What became of an interrupted run.
pub(crate) struct Struck {
    /// Whether it came to the point at all.
    pub(crate) reached: bool,
    /// Where it was, or how it ended.
    pub(crate) trace: String,
}

impl Blow {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::CutBefore(_) => "cut before a message",
            Self::CutAfter(_) => "cut after a message",
            Self::KillAt(_) => "killed at an event",
            Self::KillAfter(_) => "killed at an instant",
            Self::StopAt(_) => "stopped at an event",
            Self::StopAfter(_) => "stopped at an instant",
        }
    }

    /// Starts a run on the database, and strikes.
    pub(crate) async fn strike(
        self,
        prepared: &Prepared,
        database: &AnyDatabase,
        verb: Verb,
    ) -> Result<Struck, String> {
        let url = database.url();
        Ok(match self {
            Self::CutBefore(k) | Self::CutAfter(k) => {
                assert_ne!(prepared.set.dialect, Dialect::Sqlite, "SQLite has no connection to cut");
                let proxy = Proxy::start(url);
                if self == Self::CutBefore(k) {
                    proxy.cut_before(k)
                } else {
                    proxy.cut_after(k)
                }
                let done = AnyDatabase::migrate(proxy.url(), prepared.migrator(), verb).await;
                let ended = match done {
                    Ok(report) => format!("done {}", report.ids().collect::<Vec<_>>().join(" ")),
                    Err(error) => format!("failed {:?} {error}", error.kind()),
                };
                let message = proxy.messages().get(k - 1).cloned().unwrap_or_default();
                Struck { reached: proxy.was_cut(), trace: format!("message {k}: {message}\n  it {ended}") }
            }
            Self::KillAt(k) => {
                let mut instance = Instance::start_step_by_step(url, &prepared.order(verb));
                let reached = advance(&mut instance, k).await;
                Struck { trace: end_by_death(instance, &reached).await, reached: reached.is_some() }
            }
            Self::KillAfter(time) => {
                let instance = Instance::start(url, &prepared.order(verb));
                tokio::time::sleep(time).await;
                Struck { reached: instance.kill().await, trace: String::new() }
            }
            Self::StopAt(k) => {
                let mut instance = Instance::start_step_by_step(url, &prepared.order(verb));
                let reached = advance(&mut instance, k).await;
                let trace = match &reached {
                    Some(_) => stand_still(instance, prepared, database, verb).await,
                    None => Ok(instance.end().await),
                };
                let trace = trace.map_err(|trace| format!("at {reached:?}: {trace}"))?;
                Struck { trace: format!("at {reached:?}: {trace}"), reached: reached.is_some() }
            }
            Self::StopAfter(time) => {
                let instance = Instance::start(url, &prepared.order(verb));
                tokio::time::sleep(time).await;
                Struck { reached: true, trace: stand_still(instance, prepared, database, verb).await? }
            }
        })
    }
}

/// Goes on to the k-th event; `None` if there are fewer.
async fn advance(instance: &mut Instance, k: usize) -> Option<String> {
    for number in 1.. {
        let event = instance.event().await?;
        if number == k {
            return Some(event);
        }
        instance.go_on().await;
    }
    None
}

async fn end_by_death(instance: Instance, reached: &Option<String>) -> String {
    match reached {
        Some(event) => {
            instance.kill().await;
            event.clone()
        }
        None => instance.end().await,
    }
}

/// Holds it until another process has done the same, or for some leases, and lets it go then. Both have to come to a
/// good end, but that whoever was stopped may have lost its lease.
async fn stand_still(
    instance: Instance,
    prepared: &Prepared,
    database: &AnyDatabase,
    verb: Verb,
) -> Result<String, String> {
    instance.stop();
    let mut other = pin!(AnyDatabase::migrate(database.url(), prepared.migrator(), verb));
    // What SQLite has locked for it, it keeps for as long as the process is there, and others fail when their busy timeout
    // of five seconds is over.
    let longest = if prepared.set.dialect == Dialect::Sqlite { LEASE * 2 } else { LEASE * 3 };
    let early = tokio::time::timeout(longest, &mut other).await;
    instance.resume();
    let (other, end) = match early {
        Ok(other) => (other, instance.end().await),
        Err(_) => join(other, instance.end()).await,
    };
    let other = other.map(|report| report.len()).map_err(|error| error.to_string());
    let trace = format!("it {end}; the other one: {other:?}");
    let is_good = other.is_ok() && (end.starts_with("done") || end.starts_with("failed LeaseLost"));
    if is_good { Ok(trace) } else { Err(trace) }
}

impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutBefore(k) | Self::CutAfter(k) => write!(f, "{} ({k})", self.kind()),
            Self::KillAt(k) | Self::StopAt(k) => write!(f, "{} ({k})", self.kind()),
            Self::KillAfter(time) | Self::StopAfter(time) => write!(f, "{} ({time:?})", self.kind()),
        }
    }
}
