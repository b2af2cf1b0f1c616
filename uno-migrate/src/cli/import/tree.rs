//! The files of another tool as they are.

use std::fs;
use std::path::{Path, PathBuf};

use super::Refusal;

/// A file that is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Foreign {
    /// Where it stands below the root, with `/` behind it; empty for the root itself.
    pub(super) folder: String,
    pub(super) name: String,
    /// As it is shown.
    pub(super) shown: String,
    /// As it is, line ends and byte order mark included: that is what checksums are of.
    pub(super) raw: String,
}

/// A directory and what is below it.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: PathBuf,
    /// In the order of their paths.
    pub(super) files: Vec<Foreign>,
    /// What is no text, as it is shown.
    pub(super) unreadable: Vec<String>,
}

impl Tree {
    pub(super) fn read(root: &Path) -> Result<Self, Refusal> {
        if !root.is_dir() {
            return Err(Refusal::new(format!("there is no directory `{}`", root.display()))
                .with_help("name the directory of the other tool's migrations with `--source`"));
        }
        let mut tree = Self { root: root.to_owned(), files: Vec::new(), unreadable: Vec::new() };
        tree.directory(root, "")?;
        tree.files.sort_by(|one, other| (&one.folder, &one.name).cmp(&(&other.folder, &other.name)));
        Ok(tree)
    }

    fn directory(&mut self, path: &Path, folder: &str) -> Result<(), Refusal> {
        let failed = |error: &std::io::Error| Refusal::io("read the directory", path, error);
        for entry in fs::read_dir(path).map_err(|error| failed(&error))? {
            let entry = entry.map_err(|error| failed(&error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            if name.starts_with('.') || name == "target" || name == "node_modules" {
                continue;
            }
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            // A link to a directory may lead back here.
            if path.is_dir() && is_link {
                continue;
            }
            if path.is_dir() {
                self.directory(&path, &format!("{folder}{name}/"))?;
                continue;
            }
            let shown = path.to_string_lossy().replace('\\', "/");
            match fs::read(&path).map(String::from_utf8) {
                Ok(Ok(raw)) => self.files.push(Foreign { folder: folder.to_owned(), name, shown, raw }),
                Ok(Err(_)) => self.unreadable.push(shown),
                Err(error) => return Err(Refusal::io("read", &path, &error)),
            }
        }
        Ok(())
    }

    /// The files of the root itself.
    pub(super) fn top(&self) -> impl Iterator<Item = &Foreign> {
        self.files.iter().filter(|file| file.folder.is_empty())
    }
}

impl Foreign {
    /// The text as we read it: LF at the ends of lines, no byte order mark.
    pub(super) fn text(&self) -> String {
        self.raw.strip_prefix('\u{FEFF}').unwrap_or(&self.raw).replace("\r\n", "\n")
    }

    /// Without its last ending.
    pub(super) fn stem(&self) -> &str {
        self.name.rsplit_once('.').map_or(&self.name, |(stem, _)| stem)
    }

    pub(super) fn ending(&self) -> &str {
        self.name.rsplit_once('.').map_or("", |(_, ending)| ending)
    }

    /// Nobody takes it for a migration.
    pub(super) fn is_beside(&self) -> bool {
        self.name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("readme")) || self.ending() == "md"
    }
}
