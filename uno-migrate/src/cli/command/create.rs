//! A new migration.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::Utc;
use clap::{Args, ValueEnum};
use serde::Serialize;
use uno_migrate_core::Language;

use super::graph::of_any_dialect;
use crate::cli::Source;
use crate::cli::call::Call;
use crate::cli::create::{self, Create, Created, Depends};
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::files::{self, Files, Written};
use crate::cli::output::{Answer, Page};
use crate::{Dialect, HistoryStatus, Memory, MigrationId, Migrator};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// What it does: `add users table`; what stands before a `/` is a folder: `auth/add users table`
    #[arg(value_name = "NAME")]
    name: String,
    /// What it is written in
    #[arg(long = "type", value_enum, default_value_t, hide_possible_values = true, value_name = "sql|rust")]
    language: Kind,
    /// A file in place of the built-in one, with {{name}}, {{id}}, {{created_at}}, {{description}}, {{depends}}
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// What it waits for; `last` is the last one in plan order, with `--database-url` the last one applied
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    depends: Vec<String>,
    /// A file for each of these databases, in place of one for all
    #[arg(long, value_name = "DATABASE,…", value_delimiter = ',', value_parser = super::dialect)]
    dialects: Vec<Dialect>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Kind {
    #[default]
    Sql,
    Rust,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let depends = match typed.depends.as_slice() {
        [] => Depends::Nothing,
        [last] if last == "last" => Depends::Last,
        ids => Depends::On(ids),
    };
    let mut order = Create {
        name: &typed.name,
        language: match typed.language {
            Kind::Sql => Language::Sql,
            Kind::Rust => Language::Rust,
        },
        directories: &call.directories(),
        template: typed.template.as_deref(),
        description: typed.description.as_deref(),
        depends,
        dialects: &typed.dialects,
        taken: &compiled(call),
        last: None,
        now: Utc::now(),
    };
    if !matches!(depends, Depends::On(_)) {
        order.last = last(call, &order.known()).await?;
    }
    let mut files = Files::new(typed.dry_run);
    let created = create::create(&order, &mut files).map_err(Failure::from)?;
    let made = Made::new(&created, files);
    if let Some(last) = &created.suggestion {
        call.output.note(&format!("if it builds on `{last}`, say so in its header, or by `--depends last`"));
    }
    if let Some(Err(why)) = &created.sum {
        let sum = call.program.command("sum");
        call.output.note(&format!("`uno.sum` does not know it: {why}; `{sum}` says more"));
    }
    call.output.answer("create", &made, Exit::Done);
    Ok(Exit::Done)
}

/// The last one, of those that are known: in the database that was named for it, else in plan order. Where the set has
/// mistakes it has no order, and the one with the highest version has to do.
async fn last(call: &Call, known: &BTreeSet<MigrationId>) -> Result<Option<MigrationId>, Failure> {
    if call.common.database_url.is_some() {
        let migrator = match &call.source {
            Source::Compiled(migrator) => (**migrator).clone(),
            Source::Directories => Migrator::new(Memory::default()),
        };
        let migrator = call.configured(migrator);
        let database = call.database_to_look_at()?;
        let history = database.told(on!(database, pool => migrator.history(pool).await))?;
        let applied = history.iter().rev().filter(|row| row.status == HistoryStatus::Applied);
        let mut known = applied.filter_map(|row| known.iter().find(|id| id.as_str() == row.id));
        if let Some(last) = known.next() {
            return Ok(Some(last.clone()));
        }
    }
    let planned = call.migrator().ok().and_then(|migrator| of_any_dialect(&migrator).ok()).unwrap_or_default();
    let is_planned = |id: &MigrationId| planned.iter().any(|migration| migration.info().id == *id);
    // What this program does not have yet was made after it.
    let newest = known.last().filter(|id| !is_planned(id));
    let last = planned.iter().rev().map(|migration| &migration.info().id).find(|id| known.contains(*id));
    Ok(newest.or(last).cloned())
}

/// The ids of the Rust migrations elsewhere in this program.
fn compiled(call: &Call) -> Vec<MigrationId> {
    let Source::Compiled(migrator) = &call.source else { return Vec::new() };
    let found = Dialect::ALL.into_iter().find_map(|dialect| migrator.migrations(dialect).ok());
    found.unwrap_or_default().iter().map(|migration| migration.info().id.clone()).collect()
}

#[derive(Serialize)]
struct Made<'a> {
    dry_run: bool,
    id: &'a str,
    paths: &'a [PathBuf],
    /// The `uno.sum` that has a line for it.
    sum: Option<&'a Path>,
    suggestion: Option<&'a str>,
    /// What would be written.
    files: Option<Vec<Written>>,
}

impl<'a> Made<'a> {
    fn new(created: &'a Created, files: Files) -> Self {
        let files = files.unwritten();
        Self {
            dry_run: files.is_some(),
            id: created.id.as_str(),
            paths: &created.paths,
            sum: created.sum.as_ref().and_then(|sum| sum.as_deref().ok()),
            suggestion: created.suggestion.as_ref().map(MigrationId::as_str),
            files,
        }
    }
}

impl Answer for Made<'_> {
    fn text(&self, page: &mut Page) {
        match &self.files {
            None => self.paths.iter().for_each(|path| page.line(path.display())),
            Some(files) => {
                files::show(files, page);
                page.blank();
                page.line("nothing was written");
            }
        }
    }
}
