//! From directories, files or memory to source files: the only place that touches the file system.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use walkdir::{DirEntry, WalkDir};

use crate::file_name::{FileName, Language, is_skipped};
use crate::nearest::nearest;
use crate::{MigrationId, Origin, Problem, SUM_FILE, Span, Text};

/// A directory or file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Where it is.
    pub path: PathBuf,
    /// How it is shown in messages and stored, with `/` between its parts; relative to the package when embedding.
    pub shown: String,
}

impl Root {
    /// A path as it was given, shown with `/` and without a leading `./`, as an embedded one is.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let shown = path.to_string_lossy().replace('\\', "/");
        let shown = shown.strip_prefix("./").unwrap_or(&shown).to_owned();
        Self { path, shown }
    }
}

/// A file whose name fits and whose text could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it is; empty for a text that never was a file.
    pub path: PathBuf,
    /// How it is shown in messages and stored, with `/` between its parts.
    pub shown: String,
    /// What its name says.
    pub name: FileName,
    /// Its text: LF line ends, no byte order mark.
    pub text: Text,
    /// Whether the text differs from the file's bytes.
    pub normalised: bool,
}

/// The file that says what the migrations of a directory were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumFile {
    /// Where it is.
    pub path: PathBuf,
    /// How it is shown in messages.
    pub shown: String,
    /// Its text with LF line ends, or why there is none.
    pub text: Result<String, Problem>,
}

/// What was found, good and bad.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The `.sql` files, by path as shown.
    pub sql: Vec<SourceFile>,
    /// The `.rs` files, by path as shown.
    pub rust: Vec<SourceFile>,
    /// What could not be read, and why.
    pub problems: Vec<Problem>,
    /// The `uno.sum` of the first directory.
    pub sum: Option<SumFile>,
    /// Every other one, as it is shown.
    pub(crate) stray_sums: Vec<String>,
    /// Every directory that was read, the roots included.
    pub directories: Vec<PathBuf>,
    /// Ids of files with a problem: what depends on them is no second mistake.
    pub(crate) spoilt: Vec<MigrationId>,
}

/// A directory that is being read.
struct Folder {
    /// How it is shown; empty where its files are shown by their names.
    shown: String,
    /// Not read before by another way: then the files in it are new as well.
    is_new: bool,
}

impl Folder {
    fn shown_with(&self, name: &str) -> String {
        let mut shown = String::with_capacity(self.shown.len() + 1 + name.len());
        if !self.shown.is_empty() {
            shown.push_str(&self.shown);
            shown.push('/');
        }
        shown.push_str(name);
        shown
    }
}

impl Found {
    /// Reads directories and what is below them; a file that several of them contain is read once.
    pub fn read(roots: &[Root]) -> Self {
        let mut found = Self::default();
        let mut seen = BTreeSet::new();
        for (number, root) in roots.iter().enumerate() {
            found.directory(root, number == 0, &mut seen);
        }
        found.sorted()
    }

    /// Reads single files.
    pub fn files(files: &[Root]) -> Self {
        let mut found = Self::default();
        let mut seen = BTreeSet::new();
        for file in files {
            if seen.insert(identity(&file.path)) {
                found.named(file.path.clone(), file.shown.clone(), bytes);
            }
        }
        found.sorted()
    }

    /// Takes texts from memory: the file name under which each is shown, and its text.
    pub fn texts<N: Into<String>, T: Into<Vec<u8>>>(texts: impl IntoIterator<Item = (N, T)>) -> Self {
        let mut found = Self::default();
        for (shown, text) in texts {
            found.named(PathBuf::new(), shown.into(), |_| Ok(text.into()));
        }
        found.sorted()
    }

    fn directory(&mut self, root: &Root, is_first: bool, seen: &mut BTreeSet<PathBuf>) {
        match fs::metadata(&root.path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => {
                let message = format!("`{}` is a file, not a directory", root.shown);
                self.problems.push(Problem::new(message).with_help("name the directory that it stands in"));
                return;
            }
            Err(error) => return self.problems.push(no_directory(root, &error)),
        }
        let mut is_empty = true;
        // Those that the walk is in, the root first.
        let mut folders: Vec<Folder> = Vec::new();
        let walk = WalkDir::new(&root.path).follow_links(true).sort_by_file_name();
        for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_skipped_entry(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {
                    folders.truncate(entry.depth());
                    folders.push(Folder {
                        shown: shown_below(root, entry.path()),
                        is_new: seen.insert(real(entry.path())),
                    });
                    self.directories.push(entry.into_path());
                }
                Ok(entry) => {
                    folders.truncate(entry.depth());
                    let is_sum = entry.file_name() == SUM_FILE;
                    is_empty &= is_sum;
                    if let Some(folder) = folders.last().filter(|folder| folder.is_new) {
                        let shown = folder.shown_with(&entry.file_name().to_string_lossy());
                        let is_file = entry.file_type().is_file();
                        if is_sum {
                            self.sum(entry.path(), shown, is_first && entry.depth() == 1);
                        } else {
                            let read = if is_file { |path: &Path| fs::read(path) } else { bytes };
                            self.named(entry.into_path(), shown, read);
                        }
                    }
                }
                Err(error) => {
                    // An editor's lock file is a hidden link to nothing.
                    let name = error.path().and_then(Path::file_name).unwrap_or_default();
                    if !is_skipped(&name.to_string_lossy()) {
                        is_empty = false;
                        self.problems.push(not_walked(root, &error));
                    }
                }
            }
        }
        if is_empty {
            let message = format!("there are no migrations in `{}`", root.shown);
            let help = format!("add one, such as `{}/1616721123_create_users.sql`", root.shown.trim_end_matches('/'));
            self.problems.push(Problem::new(message).with_help(help));
        }
    }

    fn sum(&mut self, path: &Path, shown: String, counts: bool) {
        if counts {
            let bytes = bytes(path).map_err(|error| unreadable(&shown, &error));
            let text = bytes.and_then(|bytes| normalise(bytes, &shown)).map(|(text, _)| text);
            self.sum = Some(SumFile { path: path.to_owned(), shown, text });
        } else {
            self.stray_sums.push(shown);
        }
    }

    fn named(&mut self, path: PathBuf, shown: String, read: impl FnOnce(&Path) -> io::Result<Vec<u8>>) {
        let name = match FileName::parse(shown.rsplit('/').next().unwrap_or(&shown)) {
            Ok(name) => name,
            Err(misfit) => {
                self.spoilt.extend(misfit.meant);
                self.problems.push(Problem::at(Origin::file(shown), misfit.message).with_help(misfit.help));
                return;
            }
        };
        match read(&path).map_err(|error| unreadable(&shown, &error)).and_then(|bytes| normalise(bytes, &shown)) {
            Ok((text, normalised)) => {
                let files = if name.language == Language::Sql { &mut self.sql } else { &mut self.rust };
                files.push(SourceFile { path, shown, name, text: Text::Loaded(Arc::new(text)), normalised });
            }
            Err(problem) => {
                self.spoilt.push(name.id);
                self.problems.push(problem);
            }
        }
    }

    /// The order of what was found depends neither on the file system nor on the operating system.
    fn sorted(mut self) -> Self {
        self.sql.sort_by(|a, b| a.shown.cmp(&b.shown));
        self.rust.sort_by(|a, b| a.shown.cmp(&b.shown));
        self.directories.sort();
        self.directories.dedup();
        self
    }
}

/// The `uno.sum` of a directory, where there is one.
pub fn sum_in(directory: &Root) -> Option<SumFile> {
    let path = directory.path.join(SUM_FILE);
    if !path.exists() {
        return None;
    }
    let mut found = Found::default();
    found.sum(&path, shown_below(directory, &path), true);
    found.sum
}

/// Writes the `uno.sum` of a directory, unless it says the same already. A build that reads it meanwhile sees the old one
/// or the new one.
///
/// # Errors
/// What keeps it from being written.
pub fn write_sum(directory: &Root, text: &str) -> Result<(), Problem> {
    let path = directory.path.join(SUM_FILE);
    let is_it = |known: &str| known == text || known.replace("\r\n", "\n") == text;
    if fs::read_to_string(&path).is_ok_and(|known| is_it(&known)) {
        return Ok(());
    }
    // Hidden, so that nobody takes it for a migration.
    let new = directory.path.join(format!(".{SUM_FILE}.{}", std::process::id()));
    fs::write(&new, text).and_then(|()| fs::rename(&new, &path)).map_err(|error| {
        let _ = fs::remove_file(&new);
        let shown = format!("{}/{SUM_FILE}", directory.shown.trim_end_matches('/'));
        Problem::at(Origin::file(shown), format!("cannot write the file: {error}"))
    })
}

/// The bytes of a file, of what is none an error: a pipe would be read for ever.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    match fs::metadata(path)?.is_file() {
        true => fs::read(path),
        false => Err(io::Error::other("it is no regular file")),
    }
}

/// The ids that the names of a directory's files give, without a file being read; names that do not fit are left out.
/// None where there is no such directory.
pub fn ids_in(directory: &Path) -> Option<BTreeSet<MigrationId>> {
    if !directory.is_dir() {
        return None;
    }
    let walk = WalkDir::new(directory).follow_links(true).into_iter();
    let entries = walk.filter_entry(|entry| entry.depth() == 0 || !is_skipped_entry(entry)).filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file());
    Some(
        files
            .filter_map(|file| FileName::parse(&file.file_name().to_string_lossy()).ok())
            .map(|name| name.id)
            .collect(),
    )
}

fn is_skipped_entry(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    if entry.file_type().is_dir() { name.starts_with('.') } else { is_skipped(&name) }
}

/// The same for two ways to one file; two names in one directory stay two files, even if one is a link to the other.
fn identity(path: &Path) -> PathBuf {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    real(parent).join(path.file_name().unwrap_or_default())
}

/// The same for two ways to one directory.
fn real(directory: &Path) -> PathBuf {
    fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned())
}

fn shown_below(root: &Root, path: &Path) -> String {
    let below = path.strip_prefix(&root.path).unwrap_or(path);
    let parts = below.iter().map(|part| part.to_string_lossy());
    let root = Some(root.shown.trim_end_matches('/')).filter(|shown| !shown.is_empty());
    root.map(Into::into).into_iter().chain(parts).collect::<Vec<_>>().join("/")
}

/// LF for CRLF, and no byte order mark; whether that changed anything.
fn normalise(bytes: Vec<u8>, shown: &str) -> Result<(String, bool), Problem> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(
            Problem::at(Origin::file(shown), "the file is larger than 4 GiB").with_help("load data another way")
        );
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| not_utf8(error.as_bytes(), error.utf8_error().valid_up_to(), shown))?;
    let without_mark = text.strip_prefix('\u{FEFF}');
    // Asked for a character first, which costs a fraction of what a text does.
    if without_mark.is_none() && !(text.contains('\r') && text.contains("\r\n")) {
        return Ok((text, false));
    }
    Ok((without_mark.unwrap_or(&text).replace("\r\n", "\n"), true))
}

fn not_utf8(bytes: &[u8], valid: usize, shown: &str) -> Problem {
    let help = "save the file as UTF-8";
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Problem::at(Origin::file(shown), "the file is UTF-16").with_help(help);
    }
    // Up to the first bad byte, the replaced text is the text itself.
    let replaced = String::from_utf8_lossy(bytes);
    let span = Span::new(valid..valid + char::REPLACEMENT_CHARACTER.len_utf8());
    let message = format!("the byte {:#04x} is not UTF-8", bytes.get(valid).copied().unwrap_or_default());
    Problem::at(Origin::in_sql(shown, &replaced, span), message).with_help(help)
}

fn no_directory(root: &Root, error: &io::Error) -> Problem {
    let shown = &root.shown;
    if error.kind() != io::ErrorKind::NotFound {
        return Problem::new(format!("cannot read the directory `{shown}`: {error}"));
    }
    let meant = sibling(&root.path).map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
    Problem::new(format!("the directory `{shown}` does not exist")).with_help(format!(
        "{meant}a path is relative to the folder of Cargo.toml where it is embedded, and to the process where it is read; if \
         it is there, check what kept it from the build: a `COPY {shown}` missing in the Dockerfile, a Nix source filter that \
         drops `.sql` files, an `include` in Cargo.toml that does not list it"
    ))
}

/// The directory beside a missing one whose name is most like it.
pub fn sibling(path: &Path) -> Option<String> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = fs::read_dir(parent).ok()?.filter_map(Result::ok);
    let names =
        entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().to_string_lossy().into_owned());
    let names: Vec<String> = names.collect();
    let wanted = path.file_name()?.to_string_lossy();
    nearest(&wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

fn unreadable(shown: &str, error: &io::Error) -> Problem {
    Problem::at(Origin::file(shown), format!("cannot read the file: {error}"))
}

fn not_walked(root: &Root, error: &walkdir::Error) -> Problem {
    let origin = Origin::file(error.path().map_or_else(|| root.shown.clone(), |path| shown_below(root, path)));
    if error.loop_ancestor().is_some() {
        return Problem::at(origin, "the symbolic link leads to a directory that contains it")
            .with_help("delete the link");
    }
    match error.io_error() {
        Some(io) if io.kind() == io::ErrorKind::NotFound => {
            Problem::at(origin, "the symbolic link leads to nothing").with_help("delete the link, or mend its target")
        }
        Some(io) => Problem::at(origin, format!("cannot be read: {io}")),
        None => Problem::at(origin, format!("cannot be read: {error}")),
    }
}
