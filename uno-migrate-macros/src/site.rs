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
    /// Whether somebody asks for `uno.sum` to be written.
    pub(crate) sum: SumWish,
}

/// What the environment says of `uno.sum`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum SumWish {
    /// Nothing.
    #[default]
    None,
    /// Write it.
    Write,
    /// Write it, but cargo builds this package because another one depends on it: its files are not the caller's.
    WriteElsewhere,
    /// Something else.
    Unknown(String),
}

/// The variable that asks for it. The expansion mentions it, so that cargo builds anew when it changes.
pub(crate) const SUM_VARIABLE: &str = "UNO_MIGRATE_SUM";

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
            sum: match environment(SUM_VARIABLE) {
                None => SumWish::None,
                Some(value) if value.is_empty() => SumWish::None,
                Some(value) if value != "write" => SumWish::Unknown(value),
                Some(_) if environment("CARGO_PRIMARY_PACKAGE").is_some() => SumWish::Write,
                Some(_) => SumWish::WriteElsewhere,
            },
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
