//! Which file counts, and how it is read and written.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use uno_migrate_core::{Dialect, Found, Integrity, Loaded, Problems, Root, load, write_sum};

use super::kit::options;

const SQL: &str = "CREATE TABLE a (id INTEGER);\n-- DOWN\nDROP TABLE a;\n";

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn roots(directory: &Path, names: &[&str]) -> Vec<Root> {
    names.iter().map(|name| Root { path: directory.join(name), shown: (*name).to_owned() }).collect()
}

fn read(roots: &[Root], integrity: Integrity) -> Result<Loaded, Problems> {
    load(Found::read(roots), Vec::new(), &options(&[Dialect::Sqlite], integrity))
}

#[test]
fn the_file_of_the_first_directory_counts_for_all() {
    let directory = directory(&[("one/1_a.sql", SQL), ("two/2_b.sql", SQL)]);
    let both = roots(directory.path(), &["one", "two"]);
    let sum = read(&both, Integrity::Enforced).unwrap().sum.unwrap().to_string();
    write_sum(&both[0], &sum).unwrap();
    assert!(sum.contains("2_b") && read(&both, Integrity::Enforced).is_ok());
    fs::write(directory.path().join("two/2_b.sql"), SQL.replace("a (id", "b (id")).unwrap();
    let problems = read(&both, Integrity::Enforced).unwrap_err().to_string();
    assert!(problems.starts_with("migration `2_b` has changed since `uno.sum` was written"), "{problems}");
    assert!(read(&both, Integrity::Ignored).unwrap().sum.is_none());
}

#[test]
fn a_file_elsewhere_is_a_mistake() {
    let directory =
        directory(&[("one/1_a.sql", SQL), ("one/auth/uno.sum", ""), ("two/2_b.sql", SQL), ("two/uno.sum", "")]);
    let both = roots(directory.path(), &["one", "two"]);
    insta::assert_snapshot!(read(&both, Integrity::Enforced).unwrap_err());
    assert!(read(&both, Integrity::Ignored).is_ok());
}

#[test]
fn line_ends_and_marks_do_not_matter() {
    let directory = directory(&[("one/1_a.sql", SQL), ("one/2_b.sql", SQL)]);
    let one = roots(directory.path(), &["one"]);
    let sum = read(&one, Integrity::Enforced).unwrap().sum.unwrap().to_string();
    let path = directory.path().join("one/uno.sum");
    let windows = sum.replace('\n', "\r\n");
    fs::write(&path, format!("\u{FEFF}{windows}")).unwrap();
    assert!(read(&one, Integrity::Enforced).is_ok());
    // What git made of it is left alone.
    fs::write(&path, &windows).unwrap();
    write_sum(&one[0], &sum).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), windows);
    assert_eq!(fs::read_dir(directory.path().join("one")).unwrap().count(), 3);
}

#[test]
fn a_file_that_cannot_be_read_is_a_mistake() {
    let directory = directory(&[("one/1_a.sql", SQL)]);
    let one = roots(directory.path(), &["one"]);
    fs::write(directory.path().join("one/uno.sum"), b"# \xFF\n").unwrap();
    insta::assert_snapshot!(read(&one, Integrity::Enforced).unwrap_err());
    assert!(read(&one, Integrity::Renewed).is_ok());
}

#[test]
fn a_file_that_cannot_be_written_is_said_so() {
    let problem = write_sum(&Root { path: "/nowhere".into(), shown: "nowhere/".to_owned() }, "").unwrap_err();
    assert!(problem.message.starts_with("cannot write the file: "), "{}", problem.message);
    assert_eq!(problem.origin.unwrap().path, "nowhere/uno.sum");
}
