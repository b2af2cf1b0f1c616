//! `deny`, `warn`, `allow`, `rules` and `rules_since`: what becomes of what rules find.

use syn::LitStr;
use uno_migrate_core::{Checks, Judge, Level, Levels, MigrationId, Prover, Rule, RulesVersion, nearest};

use super::args::Args;
use crate::errors::Errors;

/// A longer file is only divided into statements while compiling.
const LONGEST: usize = 1_000_000;

/// The word for every rule that warns by itself.
const WARNINGS: &str = "warnings";

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
    let mut given: Vec<String> = Vec::new();
    for (level, literal) in lists.into_iter().flat_map(|(level, list)| list.iter().map(move |id| (level, id))) {
        let id = literal.value();
        if given.contains(&id) {
            errors.add(literal.span(), &format!("`{id}` is listed more than once"), "delete one of them");
        } else if id == WARNINGS {
            levels.set_warnings(level);
        } else {
            set(&mut levels, literal, level, errors);
        }
        given.push(id);
    }
    if let Some(first) = &args.rules_since {
        match MigrationId::parse(&first.value()) {
            Ok(id) => levels.since(id),
            Err(error) => errors.add(first.span(), &error.to_string(), error.help()),
        }
    }
    if let Some(version) = &args.rules {
        let known = RulesVersion::FIRST..=RulesVersion::NEXT;
        match version.value().parse() {
            Ok(version) if known.contains(&version) => levels.version(version),
            _ => {
                let message = format!("there are no rules `{}`", version.value());
                let help = format!("write a version from `{}` to `{}`", RulesVersion::FIRST, RulesVersion::NEXT);
                errors.add(version.span(), &message, &help);
            }
        }
    }
    levels
}

fn set(levels: &mut Levels, literal: &LitStr, level: Level, errors: &mut Errors) {
    let id = literal.value();
    match Rule::named(&id) {
        Some(rule) if rule.level == Level::Forbid && level != Level::Deny => {
            errors.add(literal.span(), &format!("rule `{id}` is always an error"), "delete it from the list");
        }
        Some(rule) => levels.set(rule, level),
        None => {
            let help = match nearest(&id, Rule::all().iter().map(|rule| rule.id).chain([WARNINGS])) {
                Some(near) => format!("write `{near}`"),
                None => "docs/rules.md lists them; `warnings` stands for all that only warn".to_owned(),
            };
            errors.add(literal.span(), &format!("there is no rule `{id}`"), &help);
        }
    }
}
