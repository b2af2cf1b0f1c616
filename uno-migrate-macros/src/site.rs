//! Where a macro is called, and the package that is being compiled.

use std::path::{Path, PathBuf};

use uno_migrate_core::{Found, Root};

use crate::scan::RustFile;

/// The place of a macro's call, as far as the compiler tells it: an editor's server may not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Site {
    /// The source file, relative to the compiler's working directory or absolute.
    pub(crate) file: Option<PathBuf>,
    /// The line of the call.
    pub(crate) line: usize,
    /// Its column, from 1.
    pub(crate) column: usize,
    /// The package's directory.
    pub(crate) package: Option<PathBuf>,
    /// The package's name.
    pub(crate) package_name: String,
}

impl Site {
    /// The place of the call that is being expanded.
    pub(crate) fn of_call() -> Self {
        let span = proc_macro::Span::call_site();
        Self {
            file: span.local_file(),
            line: span.line(),
            column: span.column(),
            package: environment("CARGO_MANIFEST_DIR").map(PathBuf::from),
            package_name: environment("CARGO_PKG_NAME").unwrap_or_default(),
        }
    }

    /// The source file, if it is called like a Rust migration of a directory.
    pub(crate) fn migration_file(&self) -> Option<RustFile> {
        let path = self.file.as_deref()?;
        let shown = path.file_name()?.to_string_lossy().into_owned();
        let found = Found::files(&[Root { path: path.to_owned(), shown }]);
        found.rust.first().map(|file| RustFile::scan(&file.text))
    }

    /// A path as the user wrote it: relative to the package.
    pub(crate) fn in_package(&self, path: &str) -> PathBuf {
        self.package.as_deref().unwrap_or(Path::new("")).join(path)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
