//! How long it takes. Not run by itself: `cargo test -p uno-migrate-core speed -- --ignored --nocapture`.

use std::time::Duration;

use super::{checks, load_set, options};
use crate::Options;

/// How long this thread has been on a processor: others may be busy as well.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

#[test]
#[ignore = "it measures"]
fn small_and_large_sets() {
    for count in [10, 100, 1_000] {
        let text = |number: usize| {
            let rows: String =
                (0..10).map(|row| format!("INSERT INTO t{number} VALUES ({row}, 'row {row}');\n")).collect();
            format!(
                "CREATE TABLE t{number} (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
                 CREATE INDEX t{number}_name ON t{number} (name);\n{rows}\n-- DOWN\n\nDROP TABLE t{number};\n"
            )
        };
        let files: Vec<_> = (1..=count).map(|number| (format!("{number}_a.sql"), text(number))).collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        for sqlite in [false, true] {
            let checks = Some(checks(sqlite));
            let began = cpu();
            let loaded = load_set(&files, &[], &Options { checks, ..options() }).unwrap();
            assert!(loaded.warnings.is_empty());
            eprintln!("{count} files, executed: {sqlite}: {:?}", cpu().saturating_sub(began));
        }
    }
}
