//! What an application ships is one file: built in release mode, moved alone into an empty directory, with the sources
//! gone, it migrates all three databases.

mod support;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use support::AnyDatabase;
use tempfile::TempDir;
use uno_migrate::Dialect;

#[tokio::test]
async fn the_guide_runs_from_one_file() {
    let binary = Binary::build("guide");
    for dialect in Dialect::ALL {
        let db = AnyDatabase::create(dialect).await;
        let output = binary.run(&[("DATABASE_URL", db.url())]);
        assert!(output.contains("12 migrations in") && output.contains("0 of 12 pending"), "{output}");
        let applied = db.texts("SELECT id FROM uno_migrations WHERE status = 'applied'").await.unwrap();
        assert_eq!(applied.len(), 12, "{applied:?}");
        assert!(binary.is_alone());
    }
}

#[test]
fn the_quickstart_runs_from_one_file_and_tells_nothing_of_where_it_was_built() {
    let binary = Binary::build("quickstart");
    let output = binary.run(&[]);
    assert!(output.contains("6 migrations in") && output.ends_with("1 of 6 pending\n"), "{output}");
    let (bytes, source) = (fs::read(binary.path()).unwrap(), source().display().to_string());
    let found = bytes.windows(source.len()).any(|window| window == source.as_bytes());
    assert!(!found, "`{source}` stands in the binary");
}

/// What makes a release build a release build stays as it is; that its code is fast is not what is asked here.
const PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_STRIP", "true"),
];

/// An example, alone in a directory.
struct Binary {
    home: TempDir,
    name: &'static str,
}

impl Binary {
    fn build(name: &'static str) -> Self {
        // One build at a time: the tests are threads or processes, and share the copy.
        fs::create_dir_all(room()).unwrap();
        let lock = fs::File::create(room().join("lock")).unwrap();
        lock.lock().unwrap();

        copy_sources();
        let target = room().join("target");
        let mut cargo = Command::new(env::var_os("CARGO").as_deref().unwrap_or(OsStr::new("cargo")));
        cargo.args(["build", "--quiet", "--release", "--locked", "--example", name]).current_dir(source());
        cargo.env("CARGO_TARGET_DIR", &target).envs(PROFILE);
        let status = cargo.status().unwrap();
        fs::remove_dir_all(source()).unwrap();
        assert!(status.success(), "`{name}` was not built: {status}");

        let binary = Self { home: tempfile::tempdir().unwrap(), name };
        let built = target.join("release/examples").join(name).with_extension(env::consts::EXE_EXTENSION);
        // Moved, or copied and removed where the temporary directory is another file system.
        fs::rename(&built, binary.path()).or_else(|_| fs::copy(&built, binary.path()).map(drop)).unwrap();
        binary
    }

    fn path(&self) -> PathBuf {
        self.home.path().join(self.name).with_extension(env::consts::EXE_EXTENSION)
    }

    /// What it prints, with nothing but these variables in its environment.
    fn run(&self, environment: &[(&str, &str)]) -> String {
        let mut command = Command::new(self.path());
        command.current_dir(self.home.path()).env_clear().envs(environment.iter().copied());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Whether it has written nothing beside itself.
    fn is_alone(&self) -> bool {
        fs::read_dir(self.home.path()).unwrap().count() == 1
    }
}

/// Where the builds of this file happen.
fn room() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("one_binary")
}

/// Where the copy of the sources stands while it is built.
fn source() -> PathBuf {
    room().join("source")
}

/// Always at the same place, or cargo would build everything anew. A copy keeps its files' times, for the same reason.
fn copy_sources() {
    let _ = fs::remove_dir_all(source());
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(repository);
    let output = git.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in String::from_utf8(output.stdout).unwrap().split_terminator('\0') {
        // What is deleted and not committed is listed as well.
        if repository.join(name).is_file() {
            copy(&repository.join(name), &source().join(name));
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
    let modified = from.metadata().unwrap().modified().unwrap();
    fs::File::options().write(true).open(to).unwrap().set_modified(modified).unwrap();
}
