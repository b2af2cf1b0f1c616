//! Two branches that both change the migrations meet in a conflict: git itself is asked.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use uno_migrate_core::{Dialect, Integrity};

use super::kit::{File, options, read, set, sum};

fn git(directory: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.current_dir(directory).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for (key, value) in [("NAME", "a"), ("EMAIL", "a@example.org")] {
        command.env(format!("GIT_AUTHOR_{key}"), value).env(format!("GIT_COMMITTER_{key}"), value);
    }
    command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    command.args(arguments).output().expect("these tests need git").status.success()
}

type Change = fn(&mut Vec<File>);

/// A repository with one branch for each change to a set.
struct Repository(TempDir);

impl Repository {
    fn new(base: &[File], changes: &[Change]) -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        assert!(git(this.0.path(), &["init", "-q", "-b", "base"]));
        this.commit(base);
        for (number, change) in changes.iter().enumerate() {
            let mut files = base.to_vec();
            change(&mut files);
            assert!(git(this.0.path(), &["checkout", "-q", "-b", &number.to_string(), "base"]));
            this.commit(&files);
        }
        this
    }

    fn commit(&self, files: &[File]) {
        fs::write(self.0.path().join("uno.sum"), sum(files)).unwrap();
        assert!(git(self.0.path(), &["add", "."]) && git(self.0.path(), &["commit", "-qm", "a", "--allow-empty"]));
    }

    /// What a merge of two branches leaves in `uno.sum`: none where git saw no conflict.
    fn merge(&self, ours: usize, theirs: usize) -> Option<String> {
        assert!(git(self.0.path(), &["checkout", "-qf", &ours.to_string()]));
        let is_clean = git(self.0.path(), &["merge", "-q", "--no-commit", "--no-ff", &theirs.to_string()]);
        let text = fs::read_to_string(self.0.path().join("uno.sum")).unwrap();
        assert!(git(self.0.path(), &["reset", "-q", "--hard"]));
        (!is_clean).then_some(text)
    }
}

fn merge(base: &[File], ours: Change, theirs: Change) -> Option<String> {
    Repository::new(base, &[ours, theirs]).merge(0, 1)
}

/// Enough lines for git to see what is far from what.
fn base() -> Vec<File> {
    (10..60).map(|n| File::sql(&format!("{n}_t"), &format!("CREATE TABLE t{n} (id INTEGER);"))).collect()
}

const APPEND: Change = |files| files.push(File::sql("70_ours", "SELECT 1;"));
const APPEND_TOO: Change = |files| files.push(File::sql("80_theirs", "SELECT 2;"));
const INSERT: Change = |files| files.push(File::sql("20_inserted", "SELECT 3;").after("20_t"));
const EDIT: Change = |files| files[3].sql = "SELECT 4;".to_owned();
const EDIT_TOO: Change = |files| files[40].sql = "SELECT 5;".to_owned();
const REMOVE: Change = |files| drop(files.remove(25));
const REMOVE_LAST: Change = |files| drop(files.pop());
const MOVE: Change = |files| files[10].depends.push("30_t".to_owned());

#[test]
fn whatever_two_branches_do_they_meet_in_a_conflict() {
    let changes = [APPEND, APPEND_TOO, INSERT, EDIT, EDIT_TOO, REMOVE, REMOVE_LAST, MOVE];
    let repository = Repository::new(&base(), &changes);
    for ours in 0..changes.len() {
        for theirs in 0..ours {
            let merged = repository.merge(ours, theirs);
            assert!(merged.is_some_and(|text| text.contains("<<<<<<<")), "changes {ours} and {theirs}");
        }
    }
}

#[test]
fn a_small_set_is_no_exception() {
    assert!(merge(&[], APPEND, APPEND_TOO).is_some());
    assert!(merge(&set(), APPEND, APPEND_TOO).is_some());
    assert!(merge(&set(), EDIT, APPEND).is_some());
}

/// The other side of it: what one branch alone does, or both alike, merges by itself.
#[test]
fn one_branch_alone_merges() {
    assert_eq!(merge(&base(), APPEND, |files| files.reverse()), None);
    assert_eq!(merge(&base(), EDIT, EDIT), None);
}

#[test]
fn the_way_out_of_a_conflict() {
    let conflict = merge(&set(), APPEND, APPEND_TOO).unwrap();
    let mut files = set();
    APPEND(&mut files);
    APPEND_TOO(&mut files);
    let with = |integrity| read(&files, Some(&conflict), &options(&[Dialect::Sqlite], integrity));
    let problems = with(Integrity::Enforced).unwrap_err();
    assert_eq!(problems.len(), 1);
    let problem = problems.iter().next().unwrap();
    assert!(problem.message.starts_with("`uno.sum` holds a merge conflict"), "{problem}");
    let written = with(Integrity::Renewed).unwrap().sum.unwrap().to_string();
    assert_eq!(written, sum(&files));
}
