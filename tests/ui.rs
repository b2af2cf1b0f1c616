//! What the compiler says when migrations are malformed. `TRYBUILD=overwrite` blesses a change.
#![cfg(unix)]

#[path = "support/fixtures.rs"]
mod fixtures;

#[test]
fn mistakes_read_well() {
    fixtures::link("ui");
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
