//! Who is called around migrations.

use std::sync::Arc;

use super::scope::Scope;
use crate::error::{Error, ErrorKind};
use crate::event::Direction;
use crate::migration::{Body, Migration};
use crate::options::{Options, SharedHook};
use crate::plan::{Act, Plan};
use crate::private::Function;

/// Called around one migration, in this order.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) before: Vec<Called>,
    pub(super) after: Vec<Called>,
}

/// One of them, by the name under which it was given.
pub(super) struct Called {
    pub(super) name: String,
    pub(super) hook: SharedHook,
}

impl Scope<'_> {
    /// Every hook that the plan names has to be there before anything runs.
    pub(super) fn check_hooks(&self, plan: &Plan) -> Result<(), Error> {
        for step in &plan.steps {
            let Act::Run(migration) = &step.act else { continue };
            let named = &migration.info().hooks;
            let names = match plan.direction {
                Direction::Up => named.before_apply.iter().chain(&named.after_apply),
                Direction::Down => named.before_revert.iter().chain(&named.after_revert),
            };
            for name in names {
                if self.hook(migration, name).is_none() {
                    return Err(Error::new(
                        ErrorKind::Hook,
                        format!("migration `{}` names the hook `{name}`, which was not given", step.id()),
                    )
                    .help(format!(
                        "give it with `.hook(\"{name}\", …)`, or `hooks = {{ {name} = path }}` in `embed_migrations!`"
                    )));
                }
            }
        }
        Ok(())
    }

    /// What a migration means by a name: what its own set binds it to, else what the migrator was given.
    fn hook(&self, migration: &Migration, name: &str) -> Option<SharedHook> {
        let bound = migration.hook(name).map(|function| Arc::new(function) as SharedHook);
        bound.or_else(|| self.options.hooks.get(name).cloned())
    }

    pub(super) fn hooks(&self, migration: &Migration, direction: Direction) -> Hooks {
        let info = migration.info();
        let (before, after) = match direction {
            Direction::Up => (&info.hooks.before_apply, &info.hooks.after_apply),
            Direction::Down => (&info.hooks.before_revert, &info.hooks.after_revert),
        };
        let named = |names: &[String]| -> Vec<Called> {
            let called = |name: &String| Some(Called { name: name.clone(), hook: self.hook(migration, name)? });
            names.iter().filter_map(called).collect()
        };
        let own = |name: &str, function: Option<Function>| {
            function.map(|function| Called { name: name.to_owned(), hook: Arc::new(function) })
        };
        let (own_before, own_after) = match (migration.body(), direction) {
            (Body::Coded(coded), Direction::Up) => {
                (own("before", coded.definition.before), own("after", coded.definition.after))
            }
            _ => (None, None),
        };
        let each = Hooks::each(self.options);
        Hooks {
            before: each.before.into_iter().chain(named(before)).chain(own_before).collect(),
            after: own_after.into_iter().chain(named(after)).chain(each.after).collect(),
        }
    }
}

impl Hooks {
    /// Those that are called around whatever runs.
    pub(super) fn each(options: &Options) -> Self {
        let called = |name: &str, hooks: &[SharedHook]| {
            hooks.iter().map(|hook| Called { name: name.to_owned(), hook: Arc::clone(hook) }).collect()
        };
        Self { before: called("before_each", &options.before_each), after: called("after_each", &options.after_each) }
    }
}
