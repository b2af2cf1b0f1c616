//! What is skimmed from an index is what is read from it.

#![allow(clippy::unwrap_used)]

use uno_migrate_core::{
    Dialect, Entry, Found, Index, IndexEntry, Levels, MigrationId, Options, Skimmed, SkimmedBody, load, skim,
};

/// Everything that can stand in an index.
const FULL: &str = "-- Migration: Full\n-- Description: It has everything\n-- Dependencies: 1_bare, other:1_a\n-- Tags: a, b\n\
    -- Version: 2.0\n-- BeforeApply: x, y\n-- AfterApply: x\n-- BeforeRevert: y\n-- AfterRevert: z\n-- Breaking: it breaks\n\
    -- Transaction: none\n-- LockTimeout: 90s\n-- StatementTimeout: none\n-- Allow: drop-column nobody reads it\n\
    SELECT 1;\nSELECT 2;\n-- DOWN\nSELECT 3;\n";

fn index(dialects: &[Dialect]) -> Index {
    let files = [
        ("1_bare.sql", "-- Irreversible: no\nSELECT 1"),
        ("2_full.sql", FULL),
        ("3_variant.sql", "SELECT 1;\n-- DOWN\n-- Nothing: on purpose\n"),
        ("3_variant.mysql.sql", "SELECT 'mysql';\n-- DOWN\n-- Nothing: on purpose\n"),
        ("4_no_way_down.sql", "SELECT 4;\n"),
    ];
    let options = Options { dialects: dialects.to_vec(), open: true, missing_down: true, ..Options::default() };
    let loaded = load(Found::texts(files), Vec::new(), &options).unwrap();
    let code = |checksum: Option<&str>| IndexEntry::Coded {
        id: MigrationId::parse("5_code").unwrap(),
        path: "migrations/5_code.rs".to_owned(),
        checksum: checksum.map(str::to_owned),
    };
    let entries = loaded.entries.into_iter().map(|entry| match entry {
        Entry::Sql(migration) => IndexEntry::Sql(migration),
        Entry::Coded(_) => unreachable!(),
    });
    Index {
        entries: entries.chain([code(None), code(Some("2"))]).collect(),
        dialects: dialects.to_vec(),
        levels: Levels::default(),
        missing_down: true,
        proven: vec![],
    }
}

#[test]
fn ids_and_checksums_are_those_of_the_index() {
    for dialects in [&Dialect::ALL[..], &[Dialect::MySql], &[Dialect::Sqlite, Dialect::Postgres]] {
        let index = index(dialects);
        let (encoded, _) = index.encode().unwrap();
        let skimmed: Vec<_> = skim(&encoded).unwrap().map(Result::unwrap).collect();
        assert_eq!((skimmed.len(), index.entries.len()), (6, 6));
        for (entry, Skimmed { id, body }) in index.entries.iter().zip(skimmed) {
            match (entry, body) {
                (IndexEntry::Sql(migration), SkimmedBody::Sql(checksums)) => {
                    let own = |dialect| migration.script(dialect).map(|script| script.checksum);
                    assert_eq!((id, checksums), (migration.info.id.as_str(), Dialect::ALL.map(own)));
                }
                (IndexEntry::Coded { id: own, .. }, SkimmedBody::Coded) => assert_eq!(id, own.as_str()),
                _ => panic!("{entry:?} is not {body:?}"),
            }
        }
    }
}

#[test]
fn bytes_that_are_no_index_are_an_error() {
    let (encoded, _) = index(&Dialect::ALL).encode().unwrap();
    let read = |bytes: &[u8]| skim(bytes)?.collect::<Result<Vec<_>, _>>().map(|all| all.len());
    assert_eq!(read(&encoded), Ok(6));
    assert!(read(&encoded[..40]).is_err());
    assert!(read(&[]).is_err());
}
