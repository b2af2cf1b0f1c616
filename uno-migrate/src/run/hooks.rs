//! Who is called around migrations.

use std::sync::Arc;

use super::scope::Scope;
use crate::error::{Error, ErrorKind};
use crate::event::Direction;
use crate::migration::{Body, Migration};
use crate::options::SharedHook;
use crate::plan::{Act, Plan};
use crate::private::Function;

/// Called around one migration, in this order.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) before: Vec<SharedHook>,
    pub(super) after: Vec<SharedHook>,
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
        let named = |names: &[String]| -> Vec<SharedHook> {
            names.iter().filter_map(|name| self.hook(migration, name)).collect()
        };
        let own = |function: Option<Function>| function.map(|function| Arc::new(function) as SharedHook);
        let (own_before, own_after) = match (migration.body(), direction) {
            (Body::Coded(coded), Direction::Up) => (own(coded.definition.before), own(coded.definition.after)),
            _ => (None, None),
        };
        Hooks {
            before: self.options.before_each.iter().cloned().chain(named(before)).chain(own_before).collect(),
            after: own_after.into_iter().chain(named(after)).chain(self.options.after_each.iter().cloned()).collect(),
        }
    }
}
