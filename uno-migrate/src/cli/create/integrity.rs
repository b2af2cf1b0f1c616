//! `uno.sum` gets a line for a new migration, so that two branches that both make one meet in a conflict.

use std::path::{Path, PathBuf};

use uno_migrate_core::{Found, Integrity, Language, Options, Root, Sum, load, sum_in};

use super::super::files::Files;
use super::Refusal;
use crate::MigrationId;

/// Adds the line, where there is a file that can be read: which file, or why there is no line.
pub(super) fn updated(
    directory: &Path,
    id: &MigrationId,
    language: Language,
    paths: &[PathBuf],
    text: &str,
    files: &mut Files,
) -> Result<Option<Result<PathBuf, String>>, Refusal> {
    let Some(file) = sum_in(&Root::new(directory)) else { return Ok(None) };
    let read = file.text.and_then(|before| Ok((Sum::parse(&file.shown, &before)?, before)));
    let (mut sum, before) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(Some(Err(problem.message))),
    };
    match written(&sum, paths, text) {
        Some(written) => sum.lines.extend(written.lines),
        None => sum.add_unwritten(id.clone(), language),
    }
    let now = sum.to_string();
    let is_new = |line: &&str| !before.lines().any(|known| known == *line);
    files.change(&file.path, &now, &now.lines().filter(is_new).collect::<Vec<_>>().join("\n"))?;
    Ok(Some(Ok(file.path)))
}

/// What the file has to say of a migration whose template left nothing to be written.
fn written(sum: &Sum, paths: &[PathBuf], text: &str) -> Option<Sum> {
    let shown = paths.iter().map(|path| path.to_string_lossy().replace('\\', "/"));
    let options =
        Options { dialects: sum.dialects.clone(), open: true, integrity: Integrity::Renewed, ..Options::default() };
    let loaded = load(Found::texts(shown.map(|shown| (shown, text))), Vec::new(), &options).ok()?;
    loaded.sum.filter(|written| written.lines.len() == 1)
}
