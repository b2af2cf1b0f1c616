//! A set that is ready to be planned: merged, complete and in order.

use std::collections::{BTreeSet, HashMap};

use uno_migrate_core::{Dialect, Edge, MigrationId, Node, Origin, Problem, Problems, order};

use crate::error::Error;
use crate::migration::Migration;

/// What a migration is known by in a history: ids are unique within their namespace.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) namespace: String,
    pub(crate) id: MigrationId,
}

/// One migration of a set.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) key: Key,
    pub(crate) migration: Migration,
}

/// Migrations in the order in which they are applied.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    pub(crate) members: Vec<Member>,
    /// The database that it is for.
    pub(crate) dialect: Dialect,
    /// Of migrations that name none.
    namespace: String,
    positions: HashMap<Key, usize>,
}

impl Set {
    /// Nothing.
    pub(crate) fn empty(namespace: &str, dialect: Dialect) -> Self {
        Self { members: Vec::new(), dialect, namespace: namespace.to_owned(), positions: HashMap::new() }
    }

    /// Merges what the sources gave and orders it; migrations that name no namespace belong to `namespace`.
    pub(crate) fn assemble(
        migrations: Vec<Migration>,
        namespace: &str,
        dialect: Dialect,
        missing_down: bool,
    ) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let mut members = Vec::with_capacity(migrations.len());
        for migration in migrations {
            if let Some(found) = migration.problems(dialect) {
                problems.extend(found.clone());
                continue;
            }
            if !missing_down && migration.forgets_way_down(dialect) {
                problems.push(no_way_down(&migration));
            }
            let namespace = migration.namespace().unwrap_or(namespace).to_owned();
            members.push(Member { key: Key { namespace, id: migration.info().id.clone() }, migration });
        }
        let nodes: Vec<Node> = members.iter().map(Member::node).collect();
        match order(&nodes) {
            Ok(sorted) if problems.is_empty() => Ok(Self::sorted(members, &sorted, namespace, dialect)),
            Ok(_) => Err(Error::invalid(problems)),
            Err(found) => {
                problems.extend(found);
                Err(Error::invalid(problems))
            }
        }
    }

    fn sorted(members: Vec<Member>, order: &[usize], namespace: &str, dialect: Dialect) -> Self {
        let mut members: Vec<Option<Member>> = members.into_iter().map(Some).collect();
        let members: Vec<Member> = order.iter().filter_map(|&index| members[index].take()).collect();
        let positions = members.iter().enumerate().map(|(position, member)| (member.key.clone(), position)).collect();
        Self { members, dialect, namespace: namespace.to_owned(), positions }
    }

    /// How a migration is called to a person: with its namespace, where that is not the set's own.
    pub(crate) fn called(&self, namespace: &str, id: &str) -> String {
        if namespace == self.namespace { id.to_owned() } else { format!("{namespace}:{id}") }
    }

    /// Where a migration stands in the order.
    pub(crate) fn position(&self, key: &Key) -> Option<usize> {
        self.positions.get(key).copied()
    }

    /// The namespaces that the set has migrations of, and so decides over; its own where it has none.
    pub(crate) fn namespaces(&self) -> Vec<&str> {
        if self.members.is_empty() {
            return vec![&self.namespace];
        }
        let distinct: BTreeSet<&str> = self.members.iter().map(|member| member.key.namespace.as_str()).collect();
        distinct.into_iter().collect()
    }

    /// The positions that a migration waits for directly.
    pub(crate) fn depends(&self, position: usize) -> impl Iterator<Item = usize> {
        let member = &self.members[position];
        member.migration.info().depends.iter().filter_map(|dependency| {
            let namespace = dependency.namespace.clone().unwrap_or_else(|| member.key.namespace.clone());
            self.position(&Key { namespace, id: dependency.id.clone() })
        })
    }
}

impl Key {
    pub(crate) fn name(&self) -> (&str, &str) {
        (&self.namespace, self.id.as_str())
    }
}

impl Member {
    fn node(&self) -> Node {
        let Key { namespace, id } = self.key.clone();
        let origin = Some(Origin::file(self.migration.path()));
        let depends = &self.migration.info().depends;
        let depends = depends.iter().map(|on| Edge { on: on.clone(), origin: origin.clone() }).collect();
        Node { namespace, id, origin, depends }
    }
}

fn no_way_down(migration: &Migration) -> Problem {
    let message = format!("migration `{}` has no way down", migration.info().id);
    Problem::at(Origin::file(migration.path()), message).with_help(
        "give its SQL, say `-- Irreversible: <reason>` at the top of its way up, or allow it with `allow_missing_down(true)`",
    )
}
