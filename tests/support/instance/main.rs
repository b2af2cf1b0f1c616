//! A program that migrates, as an application does at its start; `mod.rs` starts it and says what it prints.

mod coded;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fmt};

use coded::CODED;
use sqlx::Pool;
use uno_migrate::{Context, Directory, Driver, Error, MigrationSource, Migrator, Report};

/// What the command line says.
#[derive(Default)]
struct Arguments {
    url: String,
    directories: Vec<PathBuf>,
    coded: bool,
    on_connect: bool,
    lease: Option<Duration>,
    lock_wait: Option<Duration>,
    revert: bool,
    step: bool,
}

impl Arguments {
    fn read() -> Self {
        let mut read = Self::default();
        let mut words = env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_else(|| panic!("`{word}` wants a value"));
            match word.as_str() {
                "--url" => read.url = value(),
                "--directory" => read.directories.push(value().into()),
                "--coded" => read.coded = true,
                "--on-connect" => read.on_connect = true,
                "--lease-ms" => read.lease = Some(milliseconds(&value())),
                "--lock-wait-ms" => read.lock_wait = Some(milliseconds(&value())),
                "--revert" => read.revert = true,
                "--step" => read.step = true,
                other => panic!("what is `{other}`?"),
            }
        }
        read
    }

    fn migrator(&self) -> Migrator {
        let mut sources: Vec<Box<dyn MigrationSource>> = vec![Box::new(Directory::new(self.directories.clone()))];
        if self.coded {
            sources.push(Box::new(CODED));
        }
        let mut migrator = Migrator::new(sources);
        if let Some(lease) = self.lease {
            migrator = migrator.lease(lease);
        }
        if let Some(limit) = self.lock_wait {
            migrator = migrator.lock_wait(limit);
        }
        if self.on_connect {
            migrator = migrator.on_connect(async |_: &mut Context<'_>| Ok::<_, Error>(()));
        }
        let step = self.step;
        migrator.on_event(move |event| {
            say(serde_json::to_string(event).unwrap());
            if step {
                // A listener must not block; this one stops the process where it stands.
                io::stdin().read_line(&mut String::new()).unwrap();
            }
        })
    }
}

fn milliseconds(text: &str) -> Duration {
    Duration::from_millis(text.parse().unwrap())
}

/// One line, at once: whoever reads it may kill us for it.
fn say(line: impl fmt::Display) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::read();
    let done = match arguments.url.split(':').next() {
        Some("postgres") => migrate::<sqlx::Postgres>(&arguments).await,
        Some("mysql") => migrate::<sqlx::MySql>(&arguments).await,
        _ => migrate::<sqlx::Sqlite>(&arguments).await,
    };
    match done {
        Ok(report) => {
            say(format_args!("done {}", report.ids().collect::<Vec<_>>().join(" ")));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(format_args!("failed {:?} {}", error.kind(), error.to_string().replace('\n', " | ")));
            ExitCode::FAILURE
        }
    }
}

async fn migrate<DB: Driver>(arguments: &Arguments) -> Result<Report, Error> {
    let pool = Pool::<DB>::connect_lazy(&arguments.url).unwrap();
    let migrator = arguments.migrator();
    if arguments.revert { migrator.all().revert(&pool).await } else { migrator.run(&pool).await }
}
