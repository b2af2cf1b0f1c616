//! The folders that cases of the compiler's messages embed.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::Path;

/// The cases are compiled in a package of trybuild's own, and paths in `embed_migrations!` are relative to the package.
pub(crate) fn link(name: &str) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let folder = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME")).join("tests");
    fs::create_dir_all(&folder).unwrap();
    match symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name), folder.join(name)) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => panic!("cannot link the fixtures: {error}"),
        _ => {}
    }
}
