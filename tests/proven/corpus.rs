//! Files written by hand, for what no generator thinks of: `tests/corpus/`.

use std::fs;
use std::path::Path;

use uno_migrate::Dialect;

use crate::set::MigrationSet;
use crate::{apply, checked};

/// The files of one database.
pub(crate) fn set(dialect: Dialect) -> MigrationSet {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(dialect.to_string());
    let mut files: Vec<(String, String)> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    MigrationSet { name: format!("corpus of {dialect}"), dialects: vec![dialect], files }
}

#[tokio::test]
async fn files_written_by_hand_are_valid_and_raise_no_alarm_on_postgres() {
    prove(Dialect::Postgres).await;
}

#[tokio::test]
async fn files_written_by_hand_are_valid_and_raise_no_alarm_on_mysql() {
    prove(Dialect::MySql).await;
}

#[tokio::test]
async fn files_written_by_hand_are_valid_and_raise_no_alarm_on_sqlite() {
    prove(Dialect::Sqlite).await;
}

async fn prove(dialect: Dialect) {
    let set = set(dialect);
    assert!(set.files.len() >= 40, "{} files", set.files.len());
    let mut failures: Vec<_> = checked::alarms(&set).into_iter().collect();
    if let Err(failure) = apply::there_and_back(&set, dialect).await {
        failures.push(failure);
        // Which others are wrong is worth knowing at once.
        for alone in each_alone(&set) {
            failures.extend(apply::there_and_back(&alone, dialect).await.err());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Each file that needs no other as a set of its own.
pub(crate) fn each_alone(set: &MigrationSet) -> impl Iterator<Item = MigrationSet> {
    let alone = |(name, _): &&(String, String)| !["depends", "enum_value"].iter().any(|part| name.contains(part));
    set.files.iter().filter(alone).map(|file| MigrationSet {
        name: file.0.clone(),
        dialects: set.dialects.clone(),
        files: vec![file.clone()],
    })
}
