//! The command line, for the application's own binary: the same commands as those of the program `uno-migrate`, with
//! the application's Rust migrations.
//!
//! As a program of its own:
//!
//! ```ignore
//! use uno_migrate::{Migrations, embed_migrations};
//!
//! static MIGRATIONS: Migrations = embed_migrations!("./migrations");
//!
//! #[tokio::main]
//! async fn main() -> std::process::ExitCode {
//!     uno_migrate::cli::run(&MIGRATIONS).await
//! }
//! ```
//!
//! Or as a part of the application's command line, where [`Command`] is a [`clap::Subcommand`]:
//!
//! ```ignore
//! use clap::Parser;
//! use uno_migrate::{Migrations, cli, embed_migrations};
//!
//! static MIGRATIONS: Migrations = embed_migrations!("./migrations");
//!
//! #[derive(Parser)]
//! enum App {
//!     /// Serve requests
//!     Serve,
//!     /// Migrate the database
//!     #[command(subcommand)]
//!     Db(cli::Command),
//! }
//!
//! #[tokio::main]
//! async fn main() -> std::process::ExitCode {
//!     match App::parse() {
//!         App::Serve => std::process::ExitCode::SUCCESS,
//!         App::Db(command) => command.run(&MIGRATIONS).await,
//!     }
//! }
//! ```
//!
//! A [`Migrator`] takes the place of the set where migrations have hooks, or where the history is
//! kept elsewhere; what is typed goes over what it says.
//!
//! The module is there with the feature `cli` and that of a database.
//!
//! # Exit codes
//!
//! | | |
//! |---|---|
//! | 0 | done, or nothing to do |
//! | 1 | it failed, or was stopped; `check` found errors |
//! | 2 | what was typed makes no sense |
//! | 3 | `status --check` or `validate` found migrations that are pending or modified, `sum` a file that does not fit |
//!
//! # Signals
//!
//! While a command migrates, Ctrl-C and SIGTERM end it after the statement in hand; a second one ends it at once. No
//! signal is handled before and after. `docs/json.md` in the repository says what `--format json` prints.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, FromArgMatches, Subcommand};

mod args;
mod call;
mod command;
mod create;
mod database;
mod failure;
mod files;
mod graph;
mod ground;
mod import;
mod init;
mod interrupt;
mod live;
mod output;
mod program;
mod refusal;
mod spoken;

use crate::{Migrations, Migrator};
use args::{Common, Verb};
use call::Call;
use output::Output;
use program::Program;
use refusal::Refusal;

/// A command with its options, as it was typed: a clap [`Subcommand`] to nest under the application's own.
#[derive(Debug)]
pub struct Command {
    // Where applications nest it in an enum, their other variants stay as small as they are.
    verb: Box<Verb>,
    common: Common,
}

/// What the commands are for: an embedded set, a migrator with options of its own, or [`Directories`].
#[derive(Clone)]
pub struct Set(Source);

#[derive(Clone)]
enum Source {
    Compiled(Box<Migrator>),
    Directories,
}

/// The SQL migrations of the directories that `--directory` names, as the program `uno-migrate` has it.
#[derive(Debug, Clone, Copy)]
pub struct Directories;

/// Reads what the process was called with, does it, and says how it went.
pub async fn run(migrations: impl Into<Set>) -> ExitCode {
    run_from(migrations.into(), std::env::args_os().collect()).await
}

async fn run_from(set: Set, typed: Vec<OsString>) -> ExitCode {
    let program = Program::of(&typed);
    let command = program.clap(&set.0);
    let parsed = command.try_get_matches_from(&typed).and_then(|matches| Command::from_arg_matches(&matches));
    match parsed {
        Ok(command) => command.run(set).await,
        Err(error) => Output::untyped(&typed).clap(&error),
    }
}

impl Command {
    /// Does it for this set, and says how it went: on the standard output what was asked for, on the standard error
    /// what is on the way.
    pub async fn run(self, migrations: impl Into<Set>) -> ExitCode {
        let Self { verb, common } = self;
        let program = Program::of(&std::env::args_os().collect::<Vec<_>>());
        let output = Output::new(&common, program.clone());
        let call = Call { source: migrations.into().0, common, output, program };
        command::run(*verb, &call).await.into()
    }
}

/// Each command takes the common options, wherever it is nested.
impl Subcommand for Command {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        with_common(command, Verb::augment_subcommands)
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        with_common(command, Verb::augment_subcommands_for_update)
    }

    fn has_subcommand(name: &str) -> bool {
        Verb::has_subcommand(name)
    }
}

fn with_common(command: clap::Command, augment: fn(clap::Command) -> clap::Command) -> clap::Command {
    // What they say of themselves as a whole is not for whoever they are nested under.
    let verbs = augment(clap::Command::new(""));
    let names: Vec<_> = verbs.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let augmented = verbs.get_subcommands().cloned().fold(command, clap::Command::subcommand);
    names
        .into_iter()
        .fold(augmented, |command, name| command.mut_subcommand(name, |verb| verb.args(Common::arguments())))
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let verb = Box::new(Verb::from_arg_matches(matches)?);
        let common = match matches.subcommand() {
            Some((_, matches)) => Common::from_arg_matches(matches)?,
            None => Common::from_arg_matches(matches)?,
        };
        Ok(Self { verb, common })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl From<&Migrations> for Set {
    fn from(migrations: &Migrations) -> Self {
        migrations.migrator().into()
    }
}

impl From<Migrator> for Set {
    fn from(migrator: Migrator) -> Self {
        Self(Source::Compiled(Box::new(migrator)))
    }
}

impl From<Directories> for Set {
    fn from(_: Directories) -> Self {
        Self(Source::Directories)
    }
}

impl std::fmt::Debug for Set {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Source::Compiled(_) => "Set(compiled in)",
            Source::Directories => "Set(directories)",
        })
    }
}
