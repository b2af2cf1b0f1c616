//! What the compiler says when migrations are malformed. `TRYBUILD=overwrite` blesses a change.
#![cfg(unix)]

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::Path;

#[test]
fn mistakes_read_well() {
    link_fixtures();
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

/// The cases are compiled in a package of trybuild's own, and paths in `embed_migrations!` are relative to the package.
fn link_fixtures() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME")).join("tests");
    fs::create_dir_all(&folder).unwrap();
    match symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui"), folder.join("ui")) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => panic!("cannot link the fixtures: {error}"),
        _ => {}
    }
}
