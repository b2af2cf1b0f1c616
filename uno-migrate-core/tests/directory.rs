//! What is found on disk.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use uno_migrate_core::{Found, Root};

const TEXT: &str = "SELECT 1;\n-- DOWN\nSELECT 2;\n";

/// A directory `migrations` with these empty-handed files.
fn directory(files: &[&str]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for file in files {
        let path = directory.path().join("migrations").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, TEXT).unwrap();
    }
    directory
}

fn root(directory: &Path, below: &str) -> Root {
    Root { path: directory.join(below), shown: below.to_owned() }
}

fn shown(found: &Found) -> Vec<&str> {
    found.sql.iter().chain(&found.rust).map(|file| file.shown.as_str()).collect()
}

fn problems(found: &Found) -> String {
    found.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn directories_are_walked_and_sorted() {
    let directory = directory(&[
        "b/0001_b.sql",
        "a/0002_a.sql",
        "0003_c.rs",
        "0004_d.sql",
        "README.md",
        "a/.hidden.sql",
        ".git/config",
        "uno.sum",
    ]);
    let found = Found::read(&[root(directory.path(), "migrations")]);
    assert_eq!(problems(&found), "");
    assert_eq!(
        shown(&found),
        ["migrations/0004_d.sql", "migrations/a/0002_a.sql", "migrations/b/0001_b.sql", "migrations/0003_c.rs"]
    );
    assert_eq!(found.directories.len(), 3);
}

#[test]
fn overlapping_roots_read_a_file_once() {
    let directory = directory(&["a/0001_a.sql", "b/0002_b.sql"]);
    let roots = ["migrations", "migrations/a", "migrations", "migrations/../migrations/b"];
    let found = Found::read(&roots.map(|below| root(directory.path(), below)));
    assert_eq!(problems(&found), "");
    assert_eq!(shown(&found), ["migrations/a/0001_a.sql", "migrations/b/0002_b.sql"]);
}

#[test]
fn line_ends_and_byte_order_marks_are_normalised() {
    let directory = directory(&["0001_a.sql", "0002_b.sql"]);
    fs::write(directory.path().join("migrations/0001_a.sql"), "\u{FEFF}SELECT '\r\n';\r-- a\r\n").unwrap();
    let found = Found::read(&[root(directory.path(), "migrations")]);
    assert_eq!(&*found.sql[0].text, "SELECT '\n';\r-- a\n");
    assert!(found.sql[0].normalised);
    assert_eq!(&*found.sql[1].text, TEXT);
    assert!(!found.sql[1].normalised);
}

#[test]
fn what_is_missing_or_empty_is_a_problem() {
    let directory = directory(&["0001_a.sql", "empty/.gitkeep"]);
    let roots = ["gone", "migrations/empty", "migrations/0001_a.sql"];
    let found = Found::read(&roots.map(|below| root(directory.path(), below)));
    insta::assert_snapshot!(problems(&found));
}

#[test]
fn single_files_are_read_once() {
    let directory = directory(&["0001_a.sql", "0002_b.sql", "x.txt"]);
    let files =
        ["migrations/0002_b.sql", "migrations/0001_a.sql", "migrations/0002_b.sql", "migrations/x.txt", "0003_c.sql"];
    let found = Found::files(&files.map(|below| root(directory.path(), below)));
    assert_eq!(shown(&found), ["migrations/0001_a.sql", "migrations/0002_b.sql"]);
    insta::assert_snapshot!(problems(&found));
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_loops_refused() {
    use std::os::unix::fs::symlink;

    let directory = directory(&["0001_a.sql", "x/0002_b.postgres.sql"]);
    let migrations = directory.path().join("migrations");
    fs::create_dir(directory.path().join("shared")).unwrap();
    fs::write(directory.path().join("shared/0003_c.sql"), TEXT).unwrap();
    symlink(directory.path().join("shared"), migrations.join("shared")).unwrap();
    symlink(directory.path().join("shared"), migrations.join("shared_again")).unwrap();
    symlink(migrations.join("x/0002_b.postgres.sql"), migrations.join("x/0002_b.sqlite.sql")).unwrap();
    symlink(&migrations, migrations.join("x/loop")).unwrap();
    symlink("nowhere", migrations.join("0009_nothing.sql")).unwrap();
    symlink("nowhere", migrations.join(".#0001_a.sql")).unwrap();
    let found = Found::read(&[root(directory.path(), "migrations")]);
    assert_eq!(
        shown(&found),
        [
            "migrations/0001_a.sql",
            "migrations/shared/0003_c.sql",
            "migrations/x/0002_b.postgres.sql",
            "migrations/x/0002_b.sqlite.sql"
        ]
    );
    insta::assert_snapshot!(problems(&found));
}
