use std::{cell::OnceCell, env, io::Write, thread, time::Instant};

use uno_migrate_test_servers::{Kind, Server};

use crate::{
    report::note,
    shell::{Failure, Outcome, Shell},
};

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

/// `cargo xtask servers [COMMAND…]`
pub(crate) fn serve(shell: &Shell, command: &[String]) -> Outcome {
    let servers = shell.servers().variables()?;
    if let Some((program, arguments)) = command.split_first() {
        let variables: Vec<_> = servers.iter().map(|(name, url)| (*name, url.as_str())).collect();
        return shell.run(program, program, &variables, arguments);
    }
    for (name, url) in &servers {
        println!("export {name}={url}");
    }
    println!("# until Ctrl-C");
    let _ = std::io::stdout().flush();
    loop {
        thread::park();
    }
}
