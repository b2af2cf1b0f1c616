//! A binary that was built before a migration was added does not know it: stable Rust cannot watch a directory.

use std::collections::BTreeSet;
use std::path::Path;

use uno_migrate_core::{MigrationId, ids_in};

use crate::error::{Error, ErrorKind};

/// Set to `allow`, nothing is compared.
const VARIABLE: &str = "UNO_MIGRATE_STALE";

/// Compares what is embedded with the names in its directories; edited files are cargo's to notice. Where a directory is
/// gone, as for a binary that was shipped, there is nothing to compare.
pub(crate) fn check(embedded: BTreeSet<MigrationId>, roots: &[(&str, &str)]) -> Result<(), Error> {
    if is_allowed() {
        return Ok(());
    }
    let mut present = BTreeSet::new();
    for (path, _) in roots {
        let Some(ids) = ids_in(Path::new(path)) else { return Ok(()) };
        present.extend(ids);
    }
    let added = present.difference(&embedded).map(|id| format!("`{id}` was added"));
    let removed = embedded.difference(&present).map(|id| format!("`{id}` was removed"));
    let changes: Vec<String> = added.chain(removed).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let shown: Vec<&str> = roots.iter().map(|(_, shown)| *shown).collect();
    let shown = shown.join("` and `");
    let changes = changes.join(", ");
    let message = format!("this binary is stale: `{shown}` has changed since it was built ({changes})");
    Err(Error::new(ErrorKind::Stale, message).help(format!(
        "touch the file that calls `embed_migrations!` and build again; so that cargo notices by itself, let `build.rs` print \
         `cargo::rerun-if-changed={}`; to run it as it is, set {VARIABLE}=allow",
        roots.first().map_or("migrations", |(_, shown)| shown)
    )))
}

#[expect(clippy::disallowed_methods, reason = "the one variable that this crate reads")]
fn is_allowed() -> bool {
    std::env::var(VARIABLE).is_ok_and(|value| value == "allow")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> BTreeSet<MigrationId> {
        ids.iter().map(|id| MigrationId::parse(id).unwrap()).collect()
    }

    #[test]
    fn added_and_removed_files_are_named() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["1_a.sql", "2_b.postgres.sql", "README.md", "3_c.rs"] {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        let roots = [(directory.path().to_str().unwrap(), "migrations")];
        assert!(check(ids(&["1_a", "2_b", "3_c"]), &roots).is_ok());
        let error = check(ids(&["1_a", "2_b", "4_d"]), &roots).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stale);
        assert_eq!(
            error.message(),
            "this binary is stale: `migrations` has changed since it was built (`3_c` was added, `4_d` was removed)"
        );
    }

    #[test]
    fn a_missing_directory_is_not_stale() {
        assert!(check(ids(&["1_a"]), &[("/nowhere/migrations", "migrations")]).is_ok());
    }
}
