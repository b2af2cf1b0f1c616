//! What is typed. What it means is said in `command/`, a file for each.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{ArgAction, Args, ColorChoice, Subcommand, ValueEnum};

use super::command::{
    baseline, check, completions, create, graph, history, import, info, init, man, migrate, plan, redo, repair,
    rollback, status, sum, validate,
};

/// The commands, in the order in which help lists them.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Prepare a project: directory, first migration, `build.rs`, `.gitattributes`
    Init(init::Typed),
    /// Make a new migration, in SQL or in Rust
    Create(create::Typed),
    /// Apply what is pending
    #[command(visible_alias = "up")]
    Migrate(migrate::Typed),
    /// Revert the last migration, or as many as you say
    #[command(visible_alias = "down")]
    Rollback(rollback::Typed),
    /// Revert the last migration and apply it again
    Redo(redo::Typed),
    /// Show where every migration stands
    Status(status::Typed),
    /// Show everything about one migration, or about the set and its database
    Info(info::Typed),
    /// Show what `migrate` would do, statement by statement
    Plan(plan::Typed),
    /// Compare the migrations with the history, checksums included
    Validate(validate::Typed),
    /// Prove the migrations as the compiler does, without a database
    Check(check::Typed),
    /// Compare the migrations with `uno.sum`, or write it
    Sum(sum::Typed),
    /// Show what happened, in the order in which it happened
    History(history::Typed),
    /// Adopt a database that was built by other means: record, and run nothing
    Baseline(baseline::Typed),
    /// Answer what a migration that stopped half-way asks, or accept a changed file
    Repair(repair::Typed),
    /// Draw which migration waits for which
    Graph(graph::Typed),
    /// Adopt a project of another tool: its files, and what it has applied
    Import(import::Typed),
    /// Print what a shell completes commands with
    Completions(completions::Typed),
    /// Print the manual page
    Man(man::Typed),
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
    /// The database: postgres://…, mysql://… or sqlite://… [default: $DATABASE_URL, then `.env`]
    #[arg(long, value_name = "URL", value_parser = Secret::from_str)]
    pub(super) database_url: Option<Secret>,
    /// Where the migrations are; may be given several times [default: ./migrations]
    #[arg(short, long = "directory", value_name = "DIR")]
    pub(super) directories: Vec<PathBuf>,
    /// The schema of the history table [default: the connection's own]
    #[arg(long)]
    pub(super) schema: Option<String>,
    /// The name of the history table [default: uno_migrations]
    #[arg(long)]
    pub(super) table: Option<String>,
    /// The namespace of migrations that name none
    #[arg(long)]
    pub(super) namespace: Option<String>,
    /// How to answer; `graph` has mermaid, dot and svg as well
    #[arg(long, value_enum, default_value_t, hide_possible_values = true, value_name = "text|json")]
    pub(super) format: Format,
    /// Say more
    #[arg(short, long, action = ArgAction::Count, conflicts_with = "quiet")]
    pub(super) verbose: u8,
    /// Say nothing but the answer and errors
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// When to use colour; NO_COLOR is respected
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, hide_possible_values = true, value_name = "auto|always|never")]
    pub(super) color: ColorChoice,
}

/// For reading, or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
    Mermaid,
    Dot,
    Svg,
}

/// A URL, which may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

/// Which migrations `migrate` and `plan` are for.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Chosen {
    /// Up to and including this one, in plan order
    #[arg(long, value_name = "ID", group = "chosen")]
    pub(super) target: Option<String>,
    /// This one and what it depends on
    #[arg(long, value_name = "ID", group = "chosen")]
    pub(super) only: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", group = "chosen", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) steps: Option<u32>,
    /// Those with one of these tags, and what they depend on
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    pub(super) tags: Vec<String>,
}

/// How patient a run is, and what it lets pass.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Limits and policies")]
pub(super) struct Limits {
    /// How long to wait for another instance that is migrating [default: 5min]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) lock_wait: Option<Duration>,
    /// How long DDL may wait for a lock, or `none` [default: 5s]
    #[arg(long, value_name = "TIME", value_parser = limit)]
    pub(super) lock_timeout: Option<Limit>,
    /// How long a statement may take, or `none` [default: the server's setting]
    #[arg(long, value_name = "TIME", value_parser = limit)]
    pub(super) statement_timeout: Option<Limit>,
    /// An applied migration has changed [default: error]
    #[arg(long, value_enum, value_name = "error|warn|allow", hide_possible_values = true)]
    pub(super) on_modified: Option<Policy>,
    /// The database has migrations that are not here [default: warn]
    #[arg(long, value_enum, value_name = "error|warn|allow", hide_possible_values = true)]
    pub(super) on_ahead: Option<Policy>,
    /// A pending migration belongs before an applied one [default: warn]
    #[arg(long, value_enum, value_name = "error|warn|allow", hide_possible_values = true)]
    pub(super) on_out_of_order: Option<Policy>,
}

/// The library's, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Policy {
    Error,
    Warn,
    Allow,
}

/// A time, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit(pub(super) Option<Duration>);

fn limit(text: &str) -> Result<Limit, String> {
    if text == "none" { Ok(Limit(None)) } else { time(text).map(|time| Limit(Some(time))) }
}

/// `500ms`, `5s`, `2min`, as in the directives of a file.
fn time(text: &str) -> Result<Duration, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        _ => 0,
    };
    let time = number.parse().ok().and_then(|number: u64| number.checked_mul(millis)).filter(|time| *time > 0);
    time.map(Duration::from_millis).ok_or_else(|| "write it as `500ms`, `5s` or `2min`".to_owned())
}

impl Common {
    /// To be added to a command.
    pub(super) fn arguments() -> Vec<clap::Arg> {
        Self::augment_args(clap::Command::new("")).get_arguments().cloned().collect()
    }
}

impl FromStr for Secret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Format {
    /// Whether it is for drawings alone.
    pub(super) const fn is_drawn(self) -> bool {
        matches!(self, Self::Mermaid | Self::Dot | Self::Svg)
    }
}

impl From<Policy> for crate::Policy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Error => Self::Error,
            Policy::Warn => Self::Warn,
            Policy::Allow => Self::Allow,
        }
    }
}

impl Chosen {
    pub(super) fn apply(&self, mut migrator: crate::Migrator) -> crate::Migrator {
        if let Some(id) = &self.target {
            migrator = migrator.target(id);
        }
        if let Some(id) = &self.only {
            migrator = migrator.only(id);
        }
        if let Some(steps) = self.steps {
            migrator = migrator.steps(steps as usize);
        }
        migrator.tags(&self.tags)
    }
}

impl Limits {
    pub(super) fn apply(&self, mut migrator: crate::Migrator) -> crate::Migrator {
        if let Some(time) = self.lock_wait {
            migrator = migrator.lock_wait(time);
        }
        if let Some(Limit(limit)) = self.lock_timeout {
            migrator = migrator.lock_timeout(limit);
        }
        if let Some(Limit(limit)) = self.statement_timeout {
            migrator = migrator.statement_timeout(limit);
        }
        if let Some(policy) = self.on_modified {
            migrator = migrator.on_modified(policy.into());
        }
        if let Some(policy) = self.on_ahead {
            migrator = migrator.on_ahead(policy.into());
        }
        if let Some(policy) = self.on_out_of_order {
            migrator = migrator.on_out_of_order(policy.into());
        }
        migrator
    }
}
