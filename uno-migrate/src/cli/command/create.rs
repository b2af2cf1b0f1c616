//! A new migration.

use std::path::PathBuf;

use chrono::Utc;
use clap::{Args, ValueEnum};
use serde::Serialize;
use uno_migrate_core::Language;

use crate::cli::Source;
use crate::cli::call::Call;
use crate::cli::create::{self, Create, Created, Depends};
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::output::{Answer, Page};
use crate::{Dialect, MigrationId};

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
    /// What it waits for; `last` is the last one that there is
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    depends: Vec<String>,
    /// A file for each of these databases, in place of one for all
    #[arg(long, value_name = "DATABASE,…", value_delimiter = ',', value_parser = super::dialect)]
    dialects: Vec<Dialect>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Kind {
    #[default]
    Sql,
    Rust,
}

pub(super) fn run(typed: Typed, call: &Call) -> Ended {
    let depends = match typed.depends.as_slice() {
        [] => Depends::Nothing,
        [last] if last == "last" => Depends::Last,
        ids => Depends::On(ids),
    };
    let created = create::create(&Create {
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
        now: Utc::now(),
    })
    .map_err(Failure::from)?;
    if let Some(last) = &created.suggestion {
        call.output.note(&format!("if it builds on `{last}`, say so in its header, or by `--depends last`"));
    }
    call.output.answer("create", &Made::new(&created), Exit::Done);
    Ok(Exit::Done)
}

/// The ids of the Rust migrations elsewhere in this program.
fn compiled(call: &Call) -> Vec<MigrationId> {
    let Source::Compiled(migrator) = &call.source else { return Vec::new() };
    let found = Dialect::ALL.into_iter().find_map(|dialect| migrator.migrations(dialect).ok());
    found.unwrap_or_default().iter().map(|migration| migration.info().id.clone()).collect()
}

#[derive(Serialize)]
struct Made<'a> {
    id: &'a str,
    paths: &'a [PathBuf],
    suggestion: Option<&'a str>,
}

impl<'a> Made<'a> {
    fn new(created: &'a Created) -> Self {
        let suggestion = created.suggestion.as_ref().map(MigrationId::as_str);
        Self { id: created.id.as_str(), paths: &created.paths, suggestion }
    }
}

impl Answer for Made<'_> {
    fn text(&self, page: &mut Page) {
        self.paths.iter().for_each(|path| page.line(path.display()));
    }
}
