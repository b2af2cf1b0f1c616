//! Which applied migrations a revert takes back: the reverse of their plan order, by the dependencies that the history
//! stored, so that it is right for migrations that this set does not know as well.

use std::collections::{BTreeSet, HashMap};

use uno_migrate_core::{Dependency, Dialect, Edge, Node, order_applied};

use super::{Act, Plan, Step, selection, unknown_id, unknown_tags, verdict, whole};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::{Error, ErrorKind};
use crate::event::Direction;
use crate::migration::{Migration, WayDown};
use crate::options::{Options, Policy, Selection};
use crate::set::Key;
use crate::status::Comparison;

/// Applied rows in plan order.
struct Applied<'a> {
    rows: Vec<(Key, &'a AppliedMigration)>,
    /// Beside each row, the positions that it waits for.
    depends: Vec<Vec<usize>>,
}

impl Plan {
    pub(crate) fn down(comparison: &Comparison<'_>, options: &Options, dialect: Dialect) -> Result<Self, Error> {
        verdict::interrupted(comparison)?;
        let applied = Applied::of(comparison)?;
        let mut warnings = unknown_tags(options, comparison);
        let mut steps = Vec::new();
        for position in applied.chosen(options, comparison)?.into_iter().rev() {
            let (key, row) = &applied.rows[position];
            let act = act(comparison, key, row, options, dialect, &mut warnings)?;
            steps.push(Step { key: key.clone(), direction: Direction::Down, dialect, act });
        }
        whole::check(&steps, options, dialect)?;
        Ok(Self { direction: Direction::Down, steps, warnings })
    }
}

impl<'a> Applied<'a> {
    fn of(comparison: &Comparison<'a>) -> Result<Self, Error> {
        let known = comparison.known.iter().filter_map(|known| known.row);
        let rows: Vec<(Key, &AppliedMigration)> = (known.chain(comparison.unknown.iter().copied()))
            .filter(|row| row.status == HistoryStatus::Applied)
            .filter_map(|row| Some((row.key()?, row)))
            .collect();
        let index: HashMap<&Key, usize> = rows.iter().enumerate().map(|(index, (key, _))| (key, index)).collect();
        let depends: Vec<Vec<usize>> = (rows.iter())
            .map(|(key, row)| row.depends.iter().filter_map(|text| index.get(&needed(key, text)?).copied()).collect())
            .collect();
        let nodes: Vec<Node> = rows.iter().map(|(key, row)| node(key, row)).collect();
        let sorted = order_applied(&nodes).map_err(|problems| {
            Error::new(ErrorKind::History, "the history's dependencies contradict one another").caused_by(problems)
        })?;
        let mut place = vec![0; sorted.len()];
        for (position, &index) in sorted.iter().enumerate() {
            place[index] = position;
        }
        let depends = sorted.iter().map(|&index| depends[index].iter().map(|&index| place[index]).collect()).collect();
        Ok(Self { rows: sorted.iter().map(|&index| rows[index].clone()).collect(), depends })
    }

    /// The positions to revert.
    fn chosen(&self, options: &Options, comparison: &Comparison<'_>) -> Result<BTreeSet<usize>, Error> {
        let total = self.rows.len();
        let tagged = |position: &usize| self.rows[*position].1.tags.iter().any(|tag| options.tags.contains(tag));
        let pool: BTreeSet<usize> = match options.tags.is_empty() {
            true => (0..total).collect(),
            false => self.with_dependents((0..total).filter(tagged)),
        };
        let last = |steps: usize| pool.iter().rev().take(steps).copied().collect();
        Ok(match selection(options)? {
            None => self.with_dependents(last(1)),
            Some(Selection::Steps(steps)) => last(*steps),
            Some(Selection::All) => pool,
            Some(Selection::Target(id)) => {
                let target = self.position(id, comparison)?;
                pool.into_iter().filter(|&position| position > target).collect()
            }
            Some(Selection::Only(id)) => self.with_dependents([self.position(id, comparison)?]),
        })
    }

    fn with_dependents(&self, positions: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut chosen: BTreeSet<usize> = positions.into_iter().collect();
        // Dependents come after what they depend on, so one pass finds them all.
        for position in 0..self.rows.len() {
            if self.depends[position].iter().any(|needed| chosen.contains(needed)) {
                chosen.insert(position);
            }
        }
        chosen
    }

    fn position(&self, id: &str, comparison: &Comparison<'_>) -> Result<usize, Error> {
        self.rows.iter().position(|(key, _)| key.id.as_str() == id).ok_or_else(|| {
            let known = comparison.set.members.iter().map(|member| member.key.id.as_str());
            let ids: Vec<&str> = known.chain(self.rows.iter().map(|(key, _)| key.id.as_str())).collect();
            match ids.contains(&id) {
                true => Error::usage(format!("migration `{id}` is not applied"))
                    .help("`status` shows where each one stands"),
                false => unknown_id(id, "migration", &ids),
            }
        })
    }
}

fn node(key: &Key, row: &AppliedMigration) -> Node {
    let edge = |text: &String| Some(Edge { on: Dependency::parse(text).ok()?, origin: None });
    let depends = row.depends.iter().filter_map(edge).collect();
    Node { namespace: key.namespace.clone(), id: key.id.clone(), origin: None, depends }
}

fn needed(key: &Key, text: &str) -> Option<Key> {
    let Dependency { namespace, id } = Dependency::parse(text).ok()?;
    Some(Key { namespace: namespace.unwrap_or_else(|| key.namespace.clone()), id })
}

/// How one applied migration is taken back.
fn act(
    comparison: &Comparison<'_>,
    key: &Key,
    row: &AppliedMigration,
    options: &Options,
    dialect: Dialect,
    warnings: &mut Vec<String>,
) -> Result<Act, Error> {
    let migration: Option<Migration> =
        comparison.set.position(key).map(|position| comparison.set.members[position].migration.clone());
    if options.fake {
        return Ok(Act::Record { name: row.name.clone(), migration });
    }
    if let Some(migration) = migration {
        return match migration.way_down(dialect) {
            WayDown::Exists => Ok(Act::Run(migration)),
            WayDown::Irreversible(reason) => {
                Err(Error::new(ErrorKind::Irreversible, format!("migration `{key}` is irreversible: {reason}"))
                    .help(format!("keep it with `target(\"{key}\")`, or write a new migration that takes it back")))
            }
            WayDown::Missing => Err(Error::new(ErrorKind::Irreversible, format!("migration `{key}` has no way down"))
                .help("write its `-- DOWN` section, or `-- Irreversible: <reason>`")),
        };
    }
    let Some(sql) = &row.down_sql else {
        return Err(Error::new(
            ErrorKind::StoredDown,
            format!("migration `{key}` is not in this set, and its history row has no down SQL"),
        )
        .help("a Rust migration is reverted by the binary that has it: use that binary"));
    };
    let message =
        format!("migration `{key}` is not in this set; only the down SQL stored in the database can revert it");
    match options.on_stored_down {
        Policy::Error => Err(Error::new(ErrorKind::StoredDown, message).help(
            "use the binary that has it, or allow it with `on_stored_down(Policy::Allow)` if you trust that table",
        )),
        Policy::Warn => {
            warnings.push(message);
            Ok(Act::Stored { name: row.name.clone(), sql: sql.clone() })
        }
        Policy::Allow => Ok(Act::Stored { name: row.name.clone(), sql: sql.clone() }),
    }
}
