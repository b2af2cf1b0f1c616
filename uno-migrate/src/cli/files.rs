//! Files that a command writes, or would write.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Refusal;
use super::output::{DIM, Page, painted};

/// Writes files, or remembers what it would have written.
#[derive(Debug, Default)]
pub(super) struct Files {
    is_dry: bool,
    written: Vec<Written>,
}

/// A file, and what is new in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Written {
    path: PathBuf,
    text: String,
}

impl Files {
    pub(super) fn new(is_dry: bool) -> Self {
        Self { is_dry, written: Vec::new() }
    }

    /// Makes a file, and its directory. None is ever overwritten.
    pub(super) fn make(&mut self, path: &Path, text: &str) -> Result<(), Refusal> {
        if !self.is_dry {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(|error| Refusal::io("make the directory", folder, &error))?;
            }
            let file = OpenOptions::new().write(true).create_new(true).open(path);
            let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
            written.map_err(|error| Refusal::io("write", path, &error))?;
        }
        self.note(path, text);
        Ok(())
    }

    /// Changes a file; `new` is what it has more than before.
    pub(super) fn change(&mut self, path: &Path, text: &str, new: &str) -> Result<(), Refusal> {
        if !self.is_dry {
            fs::write(path, text).map_err(|error| Refusal::io("write", path, &error))?;
        }
        self.note(path, new);
        Ok(())
    }

    fn note(&mut self, path: &Path, text: &str) {
        self.written.push(Written { path: path.to_owned(), text: text.to_owned() });
    }

    /// What would have been written; none where it was.
    pub(super) fn unwritten(self) -> Option<Vec<Written>> {
        self.is_dry.then_some(self.written)
    }
}

/// Each file and what would be in it.
pub(super) fn show(files: &[Written], page: &mut Page) {
    for Written { path, text } in files {
        page.blank();
        page.line(painted(DIM, format!("{}:", path.display())));
        text.lines().for_each(|line| page.line(format!("    {line}")));
    }
}
