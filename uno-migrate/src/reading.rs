//! From found files to proven migrations, at run time.

use uno_migrate_core::{Checks, Dialect, Entry, Found, Integrity, Options, Problem, Problems, SqlMigration, load};

/// Proves what was found, for these databases.
pub(crate) fn read(
    found: Found,
    dialects: &[Dialect],
    missing_down: bool,
    checks: Option<Checks>,
) -> Result<Vec<SqlMigration>, Problems> {
    let mut problems = Problems::default();
    for file in &found.rust {
        problems.push(
            Problem::new(format!("`{}` is a Rust migration, which has to be compiled in", file.shown))
                .with_help("embed the directory with `embed_migrations!`, and use the command line of that binary"),
        );
    }
    let options = Options {
        dialects: dialects.to_vec(),
        missing_down,
        hooks: None,
        namespace: String::new(),
        // What is missing here may be in another source; the whole set is proven when it is put together.
        open: true,
        foreign: true,
        checks,
        // It is about the directory as it is committed; what is deployed beside a binary is for the history to judge.
        integrity: Integrity::Ignored,
    };
    match load(found, Vec::new(), &options) {
        Ok(loaded) if problems.is_empty() => Ok((loaded.entries.into_iter())
            .filter_map(|entry| match entry {
                Entry::Sql(migration) => Some(migration),
                Entry::Coded(_) => None,
            })
            .collect()),
        Ok(_) => Err(problems),
        Err(found) => {
            problems.extend(found);
            Err(problems.sorted())
        }
    }
}
