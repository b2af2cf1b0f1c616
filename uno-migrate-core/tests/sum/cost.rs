//! What it costs while compiling, where nothing is optimised: `--run-ignored only` prints it.

use std::time::Instant;

use uno_migrate_core::{Dialect, Integrity};

use super::kit::{File, options, read, sum};

#[test]
#[ignore = "it measures, and a busy machine is no mistake"]
fn a_thousand_lines() {
    let files: Vec<_> =
        (0..1000).map(|n| File::sql(&format!("{n}_t"), &format!("CREATE TABLE t{n} (id INTEGER);"))).collect();
    let sum = sum(&files);
    let time = |sum: Option<&str>, integrity| {
        let started = Instant::now();
        assert!(read(&files, sum, &options(&[Dialect::Sqlite], integrity)).is_ok());
        started.elapsed()
    };
    let least = |sum: Option<&str>, integrity| (0..10).map(|_| time(sum, integrity)).min().unwrap_or_default();
    println!("without {:?}, with {:?}", least(None, Integrity::Ignored), least(Some(&sum), Integrity::Enforced));
}
