//! What the compiler says where more is asked than by default: squawk's linter, and SQLite itself.
//! `cargo test --test ui_checked --features lint,check-sqlite`; `TRYBUILD=overwrite` blesses a change.
#![cfg(unix)]

#[path = "support/fixtures.rs"]
mod fixtures;

#[test]
fn what_only_these_find_reads_well() {
    fixtures::link("ui_checked");
    trybuild::TestCases::new().compile_fail("tests/ui_checked/*.rs");
}
