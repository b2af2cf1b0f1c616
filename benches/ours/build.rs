//! Generates the sets, and the Rust that embeds them.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use uno_migrate_bench_workload::Migration;

const COUNTS: [usize; 5] = [10, 100, 101, 1_000, 10_000];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR").expect("cargo says where to write");
    let mut arms = String::new();
    for count in COUNTS {
        let directory = Path::new(&out).join(count.to_string());
        Migration::write_files(count, &directory).expect("what cargo gives can be written to");
        // As an application of one database has them.
        for (variant, dialect) in [("Postgres", "postgres"), ("MySql", "mysql"), ("Sqlite", "sqlite")] {
            let _ = write!(
                arms,
                "(Database::{variant}, {count}) => {{ static SET: Migrations = \
                 embed_migrations!({directory:?}, dialects = [{dialect:?}]); &SET }}\n"
            );
        }
    }
    let function = format!(
        "/// The embedded set of this size.\npub fn embedded(database: Database, count: usize) -> &'static Migrations {{\n\
         match (database, count) {{\n{arms}_ => panic!(\"no set of {{count}}\"),\n}}\n}}\n"
    );
    fs::write(Path::new(&out).join("sets.rs"), function).expect("what cargo gives can be written to");
}
