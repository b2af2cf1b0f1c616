//! `import`: a project of another tool becomes one of ours. Its files are converted beside the originals, and what it has
//! applied is taken over once that is verified. Nothing of it is run, and asked again, it changes nothing.
//!
//! * [`tree`]: the files as they are; [`tools`]: what each tool makes of them, and of its table
//! * [`original`]: what all of them have in common
//! * [`convert`]: an original as a file of ours; [`write`]: beside what is there already
//! * [`detect`]: whose project it is
//! * [`history`]: the table as it is read, and whether it says what the files say
//! * [`report`]: what was done and what was left

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::Pool;

use super::Refusal;
use crate::{Adopted, Dialect, Directory, Driver, Error, MigrationSource, Migrator};

mod convert;
mod detect;
mod history;
mod original;
mod report;
mod tools;
mod tree;
mod write;

use history::Entry;
use original::{Body, Found};
pub(in crate::cli) use report::{Adoption, Imported, Left};
pub(in crate::cli) use tools::Tool;
use tree::Tree;

/// What is imported, from where, to where.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Import<'a> {
    /// The tool; found out where it is not given.
    pub(in crate::cli) from: Option<Tool>,
    /// Its directory of migrations.
    pub(in crate::cli) source: &'a Path,
    /// Ours.
    pub(in crate::cli) target: &'a Path,
    /// The database that the files are for.
    pub(in crate::cli) dialect: Dialect,
    /// Its table, where it has another name than that tool gives it: `table` or `schema.table`.
    pub(in crate::cli) table: Option<&'a str>,
    /// The name of our history table, where it is not the usual one.
    pub(in crate::cli) history: Option<&'a str>,
    /// The migrator has what is compiled into this program, and reads no files.
    pub(in crate::cli) is_compiled: bool,
    /// Nothing is written.
    pub(in crate::cli) is_dry: bool,
}

/// Why nothing was imported.
#[derive(Debug)]
pub(in crate::cli) enum Failed {
    /// What was asked for cannot be done.
    Refused(Refusal),
    /// What the library says.
    Library(Error),
}

/// Converts the files, and asks no database.
///
/// # Errors
/// A directory that cannot be read, a tool that cannot be found out, a file that cannot be written.
pub(in crate::cli) fn import_files(order: &Import<'_>) -> Result<Imported, Refusal> {
    let tree = opened(order)?;
    let tool = match order.from {
        Some(tool) => tool,
        None => detect::tool(&tree, None)?,
    };
    Ok(converted(order, tool, tool.read(&tree), &BTreeSet::new())?.0)
}

/// Converts the files, and takes the history over into the migrator's. The migrator is for the target directory.
///
/// # Errors
/// As [`import_files`]; and what keeps the database from being read or the history from being written. That the history
/// does not say what the files say is no error: nothing is taken over then, and the report tells why.
pub(in crate::cli) async fn import<DB: Driver>(
    order: &Import<'_>,
    migrator: &Migrator,
    pool: &Pool<DB>,
) -> Result<Imported, Failed> {
    let tree = opened(order)?;
    let table = order.table;
    let from = order.from;
    let looked = migrator.inspect(pool, async |ctx| {
        let tool = match from {
            Some(tool) => tool,
            None => match detect::tool(&tree, Some(history::tables(ctx).await?)) {
                Ok(tool) => tool,
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        Ok(Ok((tool, history::read(ctx, tool, table).await?)))
    });
    let (tool, cells) = looked.await??;
    if tool == Tool::Uno && cells.is_some() && order.history.is_none() && table.is_none() {
        return Err(Refusal::new("Uno's history has the name that ours would have, `uno_migrations`")
            .with_help(
                "give ours another one, here with `--table`, such as `--table migrations`, and in the application with \
                 `.table(\"migrations\")`",
            )
            .into());
    }
    let found = tool.read(&tree);
    let Some(cells) = cells else {
        let (mut imported, _) = converted(order, tool, found, &BTreeSet::new())?;
        imported.adoption = Adoption::NoTable(table.unwrap_or(tool.table().name).to_owned());
        return Ok(imported);
    };
    let entries = tool.entries(&cells, &found);
    let applied: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
    let (mut imported, found) = converted(order, tool, found, &applied)?;
    imported.adoption = adopted(order, tool, &entries, &found, &mut imported, migrator, pool).await?;
    Ok(imported)
}

fn opened(order: &Import<'_>) -> Result<Tree, Refusal> {
    let tree = Tree::read(order.source)?;
    if write::overlaps(order.source, order.target) {
        let message = format!("`{}` is where the originals are, and they stay as they are", order.target.display());
        return Err(Refusal::new(message).with_help(
            "name another directory with `--directory`, such as `./migrations-uno`; the old one can go when the old tool does",
        ));
    }
    Ok(tree)
}

/// Writes the files, and asks the loader about them.
fn converted(
    order: &Import<'_>,
    tool: Tool,
    found: Found,
    applied: &BTreeSet<String>,
) -> Result<(Imported, Found), Refusal> {
    if found.originals.is_empty() {
        return Err(Refusal::new(format!("there are no migrations of {tool} in `{}`", order.source.display()))
            .with_help("name their directory with `--source`, and the tool with `--from`"));
    }
    let mut left = found.left.clone();
    let mut files = Vec::with_capacity(found.originals.len());
    for original in &found.originals {
        let converted = convert::convert(original, tool, order.dialect, applied.contains(&original.key));
        left.extend(converted.left.iter().cloned());
        files.push(write::file(order, original, &converted)?);
    }
    let read = || Directory::new([order.target]).dialects([order.dialect]).migrations();
    let problems =
        if order.is_dry || order.is_compiled { None } else { read().err().map(|problems| problems.to_string()) };
    Ok((Imported { dry_run: order.is_dry, tool, files, left, problems, adoption: Adoption::NotAsked }, found))
}

async fn adopted<DB: Driver>(
    order: &Import<'_>,
    tool: Tool,
    entries: &[Entry],
    found: &Found,
    imported: &mut Imported,
    migrator: &Migrator,
    pool: &Pool<DB>,
) -> Result<Adoption, Failed> {
    let doubts = history::doubts(tool, entries, found);
    if !doubts.is_empty() {
        return Ok(Adoption::Refused(doubts));
    }
    let mut adopted = Vec::new();
    for entry in entries {
        let Some(original) = found.originals.iter().find(|original| original.key == entry.key) else {
            imported.left.push(Left::in_table(tool, &entry.key));
            continue;
        };
        let one = Adopted::new(original.id.as_str()).applied_at(entry.applied_at).took(entry.took).tool(tool.name());
        adopted.push(match original.body {
            Body::Sql { .. } => one,
            Body::Code(_) => one.unproven(),
        });
    }
    if order.is_dry {
        return Ok(Adoption::Would(adopted.len()));
    }
    if imported.problems.is_some() || order.is_compiled && !has_all(migrator, &adopted, DB::DIALECT)? {
        return Ok(Adoption::Waits(adopted.len()));
    }
    let total = adopted.len();
    let report = migrator.adopt(pool, adopted).await?;
    Ok(Adoption::Done { recorded: report.ids().map(str::to_owned).collect(), already: total - report.len() })
}

/// Whether a program was built with the files.
fn has_all(migrator: &Migrator, adopted: &[Adopted], dialect: Dialect) -> Result<bool, Error> {
    let known: BTreeSet<String> =
        migrator.migrations(dialect)?.iter().map(|migration| migration.info().id.to_string()).collect();
    Ok(adopted.iter().all(|one| known.contains(one.id())))
}

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Library(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failed {}

#[cfg(test)]
mod tests;
