//! Generates the sets, and the Rust that embeds them.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use uno_migrate_bench_workload::Migration;

/// How many, and how many rows one more adds.
const COUNTS: [(usize, usize); 6] = [(10, 0), (10, 1_000), (100, 0), (101, 0), (1_000, 0), (10_000, 0)];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR").expect("cargo says where to write");
    let mut arms = String::new();
    for (count, rows) in COUNTS {
        let directory = Path::new(&out).join(format!("{count}_{rows}"));
        Migration::write_files(Migration::first_and_rows(count, rows), &directory)
            .expect("what cargo gives can be written to");
        // As an application of one database has them.
        for (variant, dialect) in [("Postgres", "postgres"), ("MySql", "mysql"), ("Sqlite", "sqlite")] {
            let _ = writeln!(
                arms,
                "(Database::{variant}, {count}, {rows}) => {{ static SET: Migrations = \
                 embed_migrations!({directory:?}, dialects = [{dialect:?}]); &SET }}"
            );
        }
    }
    let function = format!(
        "/// The embedded set of this size.\npub fn embedded(database: Database, count: usize, rows: usize) -> &'static Migrations {{\n\
         match (database, count, rows) {{\n{arms}_ => panic!(\"no set of {{count}}+{{rows}}\"),\n}}\n}}\n"
    );
    fs::write(Path::new(&out).join("sets.rs"), function).expect("what cargo gives can be written to");
}
