//! What the checks say of a set: what `embed_migrations!` asks, without rustc.

use uno_migrate::Dialect;
use uno_migrate_core::{Checks, Found, Options, Problem, Problems, Prover, Severity, load};

use crate::set::MigrationSet;

/// How the macro reads a set unless it is told otherwise.
pub(crate) fn options(dialects: &[Dialect]) -> Options {
    Options { dialects: dialects.to_vec(), checks: Some(Checks::default()), ..Options::default() }
}

/// The same with the features `lint` and `check-sqlite`: the judges that take their time are asked as well.
pub(crate) fn by_all_judges(options: Options) -> Options {
    let checks = options.checks.map(|checks| Checks { provers: Prover::enabled(), ..checks });
    Options { checks, ..options }
}

/// What keeps a set from being compiled.
pub(crate) fn errors(files: &[(String, String)], options: &Options) -> Vec<Problem> {
    let found = Found::texts(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let problems = load(found, Vec::new(), options).err().unwrap_or_default();
    problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

/// The alarms of a set that should have none, as its author would see them.
pub(crate) fn alarms(set: &MigrationSet) -> Option<String> {
    let found = errors(&set.files, &by_all_judges(options(&set.dialects)));
    if found.is_empty() {
        return None;
    }
    Some(format!("{}: {}", set.name, Problems::from_iter(found)))
}
