use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::outcome::{Failure, Outcome};
use crate::shell::Shell;

/// The crates that are published, dependencies first.
pub(crate) const CRATES: [&str; 3] = ["uno-migrate-core", "uno-migrate-macros", "uno-migrate"];

/// One idea a file: from here on it holds two.
const MOST_LINES: usize = 400;

/// No file of the library crates is longer than a reader holds in mind.
pub(crate) fn lengths(shell: &Shell) -> Outcome {
    let mut files = Vec::new();
    for name in CRATES {
        let source = shell.root().join(name).join("src");
        collect(&source, &mut files)
            .map_err(|error| Failure(format!("cannot read `{}`: {error}", source.display())))?;
    }
    let mut long = Vec::new();
    for file in files {
        let text =
            fs::read_to_string(&file).map_err(|error| Failure(format!("cannot read `{}`: {error}", file.display())))?;
        if text.lines().count() > MOST_LINES {
            let shown = file.strip_prefix(shell.root()).unwrap_or(&file);
            long.push(format!("`{}` has {} lines", shown.display(), text.lines().count()));
        }
    }
    if long.is_empty() {
        Ok(())
    } else {
        Err(Failure(format!("more than {MOST_LINES} lines:\n  {}", long.join("\n  "))))
    }
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
