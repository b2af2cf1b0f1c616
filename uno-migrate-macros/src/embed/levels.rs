//! `deny`, `warn`, `allow`, `rules` and `rules_since`: what becomes of what rules find.

use syn::LitStr;
use uno_migrate_core::{Checks, Judge, Level, Levels, NoSuchRule, Prover};

use super::args::Args;
use crate::errors::Errors;

/// A longer file is only divided into statements while compiling.
const LONGEST: usize = 1_000_000;

/// What to check, if anything.
pub(crate) fn checks(args: &Args, errors: &mut Errors) -> Option<Checks> {
    let levels = levels(args, errors);
    // What another crate has turned on of the library that both share is no wish of this application.
    let is_wanted = |prover: &Prover| {
        (cfg!(feature = "lint") || prover.judge != Judge::Lint)
            && (cfg!(feature = "check-sqlite") || prover.judge != Judge::Sqlite)
    };
    let provers = Prover::enabled().into_iter().filter(is_wanted).collect();
    let checks = Checks { levels, longest: LONGEST, provers, all: false };
    cfg!(feature = "check").then_some(checks)
}

fn levels(args: &Args, errors: &mut Errors) -> Levels {
    let mut levels = Levels::default();
    let lists = [(Level::Deny, &args.deny), (Level::Warn, &args.warn), (Level::Allow, &args.allow)];
    let given = lists.into_iter().flat_map(|(level, list)| list.iter().map(move |name| (level, name)));
    let mut add = |place: &LitStr, given: Result<(), NoSuchRule>| {
        if let Err(NoSuchRule { message, help }) = given {
            errors.add(place.span(), &message, &help);
        }
    };
    for (level, name) in given {
        add(name, levels.give(&name.value(), level));
    }
    if let Some(first) = &args.rules_since {
        add(first, levels.give_first(&first.value()));
    }
    if let Some(version) = &args.rules {
        add(version, levels.give_version(&version.value()));
    }
    levels
}
