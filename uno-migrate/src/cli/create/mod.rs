//! `create`: a new migration, under an id that no other has.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use uno_migrate_core::{Language, ids_in, nearest};

use super::Refusal;
use super::files::Files;
use crate::{Dialect, MigrationId};

mod integrity;
mod name;
mod template;
mod version;

use name::Name;
use template::{Template, Values};

/// What is to be made.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Create<'a> {
    /// As a person says it: `add users table`. What stands before a `/` is a folder: `auth/add users table`.
    pub(in crate::cli) name: &'a str,
    /// SQL or Rust.
    pub(in crate::cli) language: Language,
    /// The directories of the set; the first one gets the file.
    pub(in crate::cli) directories: &'a [PathBuf],
    /// A file in place of the template that is built in.
    pub(in crate::cli) template: Option<&'a Path>,
    /// What the migration is for.
    pub(in crate::cli) description: Option<&'a str>,
    /// What it waits for.
    pub(in crate::cli) depends: Depends<'a>,
    /// The databases that get a file each; one file for all where there are none.
    pub(in crate::cli) dialects: &'a [Dialect],
    /// Ids that are taken and not in the directories: those of the Rust migrations elsewhere in a binary.
    pub(in crate::cli) taken: &'a [MigrationId],
    /// Which one is the last; else that with the highest version.
    pub(in crate::cli) last: Option<MigrationId>,
    /// The time by which it is numbered.
    pub(in crate::cli) now: DateTime<Utc>,
}

/// What a new migration waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Depends<'a> {
    /// Nothing.
    Nothing,
    /// The last one.
    Last,
    /// These: an id, or `namespace:ID`.
    On(&'a [String]),
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Created {
    /// Its id.
    pub(in crate::cli) id: MigrationId,
    /// Its files.
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// What it may have to wait for, where nobody has said: the last one.
    pub(in crate::cli) suggestion: Option<MigrationId>,
    /// The `uno.sum` that knows it now, or why the one that is there does not; none where there is none.
    pub(in crate::cli) sum: Option<Result<PathBuf, String>>,
}

impl Create<'_> {
    /// The ids that are taken.
    pub(in crate::cli) fn known(&self) -> BTreeSet<MigrationId> {
        let in_directories = self.directories.iter().filter_map(|directory| ids_in(directory)).flatten();
        in_directories.chain(self.taken.iter().cloned()).collect()
    }
}

/// Makes the files. None is ever overwritten.
///
/// # Errors
/// A name that gives no id, a template that cannot be filled, a dependency that does not exist, a file that cannot be
/// written.
pub(in crate::cli) fn create(order: &Create<'_>, files: &mut Files) -> Result<Created, Refusal> {
    let Some(root) = order.directories.first() else {
        return Err(Refusal::new("no directory is given").with_help("say `--directory ./migrations`"));
    };
    refuse_variants_of_rust(order)?;
    let name = Name::read(order.name)?;
    let known = order.known();
    let version = version::next(order.now, known.last());
    let id = MigrationId::parse(&format!("{version}_{}", name.normalised)).map_err(|error| {
        Refusal::new(error.to_string()).with_help("give it a shorter name; `Description` has room for more")
    })?;
    let last = order.last.as_ref().or(known.last());
    let depends = match order.depends {
        Depends::Nothing => Vec::new(),
        Depends::Last => last.map(ToString::to_string).into_iter().collect(),
        Depends::On(ids) => ids.iter().map(|id| existing(id, &known)).collect::<Result<_, _>>()?,
    };
    let values = Values {
        id: id.as_str(),
        name: &name.human,
        created_at: order.now,
        description: order.description,
        depends: &depends,
        language: order.language,
    };
    let text = match order.template {
        Some(path) => Template::of_file(path)?.filled(&values)?,
        None => Template::built_in(order.language).filled(&values)?,
    };
    let folder = root.join(&name.folder);
    let paths: Vec<PathBuf> = file_names(&id, order).into_iter().map(|file| folder.join(file)).collect();
    for path in &paths {
        files.make(path, &text)?;
    }
    let sum = integrity::updated(root, &id, order.language, &paths, &text, files)?;
    let suggestion = last.filter(|_| order.depends == Depends::Nothing).cloned();
    Ok(Created { id, paths, suggestion, sum })
}

fn refuse_variants_of_rust(order: &Create<'_>) -> Result<(), Refusal> {
    if order.language == Language::Sql || order.dialects.is_empty() {
        return Ok(());
    }
    Err(Refusal::new("a Rust migration serves every database, and has no variants")
        .with_help("leave out `--dialects`, and let it ask `ctx.dialect()`"))
}

fn file_names(id: &MigrationId, order: &Create<'_>) -> Vec<String> {
    match order.language {
        Language::Rust => vec![format!("{id}.rs")],
        Language::Sql if order.dialects.is_empty() => vec![format!("{id}.sql")],
        Language::Sql => {
            let distinct: BTreeSet<Dialect> = order.dialects.iter().copied().collect();
            distinct.into_iter().map(|dialect| format!("{id}.{dialect}.sql")).collect()
        }
    }
}

/// The dependency as it is written. What is in another namespace is somebody else's to know.
fn existing(written: &str, known: &BTreeSet<MigrationId>) -> Result<String, Refusal> {
    if written.contains(':') || known.iter().any(|id| id.as_str() == written) {
        return Ok(written.to_owned());
    }
    let refusal = Refusal::new(format!("there is no migration `{written}` to depend on"));
    Err(match nearest(written, known.iter().map(MigrationId::as_str)) {
        Some(near) => refusal.with_help(format!("did you mean `{near}`?")),
        None => refusal.with_help("`status` lists the migrations"),
    })
}

#[cfg(test)]
mod tests;
