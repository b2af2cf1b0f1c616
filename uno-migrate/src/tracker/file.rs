//! The history in a JSON file, for one host.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Tracker, TrackerGuard};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::Result;

const FORMAT: u32 = 1;

/// Keeps the history in a JSON file instead of a table: for one host, and for databases in which nothing may be created.
///
/// Runs on the host take turns by a lock on `<file>.lock`. Every change writes a new file beside the old one and puts
/// it in its place, so that a crash leaves one or the other and never a part; a symbolic link stays one. The file and the database share no
/// transaction: a crash between a migration and its record leaves the migration
/// [`Interrupted`](crate::ErrorKind::Interrupted).
#[derive(Debug, Clone)]
pub struct FileTracker {
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    migrations: Vec<AppliedMigration>,
}

impl FileTracker {
    /// The history in this file, which is created when it is first needed; its directory has to exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    fn read(&self) -> Result<Vec<AppliedMigration>> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed("read", &error)),
        };
        let content: Content = serde_json::from_str(&text).map_err(|error| {
            let path = self.path.display();
            format!("the history file `{path}` is damaged: {error}; restore it from a backup: an empty one would run everything again")
        })?;
        if content.format == FORMAT {
            return Ok(content.migrations);
        }
        let (path, format) = (self.path.display(), content.format);
        Err(format!("the history file `{path}` has format {format}, and this version reads {FORMAT}").into())
    }

    /// Puts a row in the place of the one of the same namespace and id.
    fn write(&self, row: &AppliedMigration) -> Result<()> {
        let mut migrations = self.read()?;
        match migrations.iter().position(|other| is_same(row, other)) {
            Some(place) => migrations[place] = row.clone(),
            None => migrations.push(row.clone()),
        }
        self.replace(migrations)
    }

    fn remove(&self, row: &AppliedMigration) -> Result<()> {
        let mut migrations = self.read()?;
        migrations.retain(|other| !is_same(row, other));
        self.replace(migrations)
    }

    fn replace(&self, mut migrations: Vec<AppliedMigration>) -> Result<()> {
        migrations.sort_by_key(|row| row.seq);
        let text = serde_json::to_string_pretty(&Content { format: FORMAT, migrations })?;
        replace(&self.path, &text).map_err(|error| self.failed("write", &error))
    }

    fn failed(&self, verb: &str, error: &io::Error) -> Box<dyn std::error::Error + Send + Sync> {
        format!("cannot {verb} the history file `{}`: {error}", self.path.display()).into()
    }
}

fn is_same(row: &AppliedMigration, other: &AppliedMigration) -> bool {
    (&row.namespace, &row.id) == (&other.namespace, &other.id)
}

/// The file that a path leads to, whether it is there yet or not: a symbolic link stays one.
fn real(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => real(&directory(path).join(target)),
            Err(_) => Ok(path.to_owned()),
        },
        canonical => canonical,
    }
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(path: PathBuf, suffix: &str) -> PathBuf {
    let mut path = path.into_os_string();
    path.push(suffix);
    path.into()
}

/// The new text is on disk before it takes the old one's place, and may be read by whom that one could.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = real(path)?;
    let new = beside(path.clone(), ".new");
    let mut file = fs::File::create(&new)?;
    match fs::metadata(&path) {
        Ok(old) => file.set_permissions(old.permissions())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    let directory = directory(&path);
    // Not every file system lets a directory be synced; the rename itself is done.
    fs::File::open(directory).and_then(|directory| directory.sync_all()).or(Ok(()))
}

impl Tracker for FileTracker {
    async fn lock(&self) -> Result<TrackerGuard> {
        // Beside the file itself, so that all who reach it over different links lock the same.
        let file = real(&self.path).and_then(|path| fs::File::create(beside(path, ".lock")));
        let file = file.map_err(|error| self.failed("lock", &error))?;
        // Asked for again and again rather than waited for, so that the wait can be given up.
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(TrackerGuard::new(file)),
                Err(fs::TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(fs::TryLockError::Error(error)) => return Err(self.failed("lock", &error)),
            }
        }
    }

    async fn load(&self) -> Result<Vec<AppliedMigration>> {
        self.read()
    }

    async fn record(&self, row: &AppliedMigration, _before: Option<HistoryStatus>) -> Result<()> {
        self.write(row)
    }

    async fn forget(&self, row: &AppliedMigration) -> Result<()> {
        self.remove(row)
    }
}
