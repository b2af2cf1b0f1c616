//! What a test makes, beside the file that says what it should be.

use std::fs;
use std::path::Path;

/// `BLESS=1` writes the file anew.
pub(crate) fn check(actual: &str, golden: &Path) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(golden, actual).unwrap();
    }
    let expected = fs::read_to_string(golden).unwrap_or_default();
    assert_eq!(actual, expected, "{} differs; `BLESS=1` writes it anew", golden.display());
}
