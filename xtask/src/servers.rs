use std::{cell::OnceCell, env, time::Instant};

use uno_migrate_test_servers::{Kind, Server};

use crate::outcome::{Failure, Outcome, note};

/// The database servers of this invocation: started when first asked for, stopped when dropped.
#[derive(Default)]
pub(crate) struct Servers(OnceCell<Vec<(Kind, Server)>>);

impl Servers {
    /// What tells the tests where the servers are. A server that the environment names already is not started.
    pub(crate) fn variables(&self) -> Outcome<Vec<(&'static str, String)>> {
        if self.0.get().is_none() {
            let _ = self.0.set(start()?);
        }
        let servers = self.0.get().into_iter().flatten();
        Ok(servers.map(|(kind, server)| (kind.variable(), server.url().to_owned())).collect())
    }
}

fn start() -> Outcome<Vec<(Kind, Server)>> {
    let missing = Kind::ALL.into_iter().filter(|kind| env::var_os(kind.variable()).is_none());
    // One after the other: each may have to be installed first.
    missing
        .map(|kind| {
            let started = Instant::now();
            let server = kind.start().map_err(|error| Failure(error.to_string()))?;
            note(&format!("{kind} at {} after {:.1} s", server.url(), started.elapsed().as_secs_f64()));
            Ok((kind, server))
        })
        .collect()
}
