//! What the compiler says when squawk's linter and SQLite itself are asked. `TRYBUILD=overwrite` blesses a change.
#![cfg(unix)]

#[path = "../../support/fixtures.rs"]
mod fixtures;

#[test]
fn what_only_these_find_reads_well() {
    fixtures::link("ui");
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
