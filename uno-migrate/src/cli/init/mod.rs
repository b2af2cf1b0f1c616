//! `init`: what a project needs to have migrations. Asked again, it does only what is missing.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::Serialize;
use uno_migrate_core::{Language, ids_in};

use super::Refusal;
use super::create::{self, Create, Depends};
use super::files::Files;

mod attributes;
mod build_script;

/// What became of one thing that a project needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::cli) enum Done {
    /// It is made.
    Made(PathBuf),
    /// A file that was there has these lines now as well.
    Added {
        /// The file.
        path: PathBuf,
        /// What it has now.
        line: String,
    },
    /// It was there.
    Kept(PathBuf),
    /// It cannot be done safely: a person adds these lines, for that reason.
    Shown {
        /// The file that they belong into.
        path: PathBuf,
        /// What to add.
        lines: String,
        /// Why it was not done.
        reason: String,
    },
}

impl Done {
    /// Whether a file is another one after it.
    pub(in crate::cli) fn writes(&self) -> bool {
        matches!(self, Self::Made(_) | Self::Added { .. })
    }
}

/// What `init` did, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct Initialised {
    /// One for each thing.
    pub(in crate::cli) done: Vec<Done>,
    /// What goes into `main.rs`; none where there is no cargo package.
    pub(in crate::cli) main: Option<String>,
}

/// Prepares the project in `root` for migrations in `directory`, which is relative to it.
///
/// # Errors
/// A directory that is no relative one, files that cannot be read or written.
pub(in crate::cli) fn init(
    root: &Path,
    directory: &Path,
    now: DateTime<Utc>,
    files: &mut Files,
) -> Result<Initialised, Refusal> {
    let shown = shown(directory)?;
    let migrations = root.join(&shown);
    let mut done = vec![first_migration(&migrations, now, files)?];
    let is_package = root.join("Cargo.toml").is_file();
    if is_package {
        done.push(build_script::prepare(root, &shown, files)?);
    }
    done.push(attributes::prepare(root, files)?);
    Ok(Initialised { done, main: is_package.then(|| main_lines(&shown)) })
}

/// As `build.rs` and the macro write it: relative to the package, with `/`.
fn shown(directory: &Path) -> Result<String, Refusal> {
    let text = directory.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("./").unwrap_or(&text).trim_end_matches('/');
    let is_plain = text.chars().all(|letter| letter.is_alphanumeric() || "/-_. ".contains(letter));
    let leaves = text.split('/').any(|part| matches!(part, "" | "." | ".."));
    if directory.is_absolute() || leaves || !is_plain {
        return Err(Refusal::new(format!("`{}` is no directory inside of a project", directory.display()))
            .with_help("give a relative one, such as `./migrations`"));
    }
    Ok(text.to_owned())
}

/// A directory without migrations is an error to the macro, so it gets one, which is an error until it is written.
fn first_migration(directory: &Path, now: DateTime<Utc>, files: &mut Files) -> Result<Done, Refusal> {
    if ids_in(directory).is_some_and(|ids| !ids.is_empty()) {
        return Ok(Done::Kept(directory.to_owned()));
    }
    let directories = [directory.to_owned()];
    let order = Create {
        name: "initial schema",
        language: Language::Sql,
        directories: &directories,
        template: None,
        description: None,
        depends: Depends::Nothing,
        dialects: &[],
        taken: &[],
        last: None,
        now,
    };
    let created = create::create(&order, files)?;
    Ok(Done::Made(created.paths.into_iter().next().unwrap_or_else(|| directory.to_owned())))
}

fn main_lines(directory: &str) -> String {
    format!(
        "use uno_migrate::{{Migrations, embed_migrations}};\n\
         static MIGRATIONS: Migrations = embed_migrations!(\"./{directory}\");\n\
         MIGRATIONS.run(&pool).await?;\n"
    )
}

/// A file's text; none where there is no such file.
fn read(path: &Path) -> Result<Option<String>, Refusal> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refusal::io("read", path, &error)),
    }
}

#[cfg(test)]
mod tests;
