//! Which applied migrations a revert takes back: the reverse of their plan order, by the dependencies that the history
//! stored, so that it is right for migrations that this set does not know as well.

use std::collections::{BTreeSet, HashMap};

use uno_migrate_core::{Dependency, Dialect, Edge, Node, order_applied};

use super::{Act, Blocked, Plan, Step, StoredDown, selection, unknown_id, unknown_tags, verdict, whole};
use crate::applied::{AppliedMigration, Dependent, HistoryStatus};
use crate::error::{Error, ErrorKind};
use crate::event::Direction;
use crate::migration::{Migration, WayDown};
use crate::options::{Options, Policy, Selection};
use crate::set::Key;
use crate::status::Comparison;
use crate::wanted::Candidates;

/// Applied rows in plan order, with those that were being taken back.
struct Applied<'a> {
    rows: Vec<(Key, &'a AppliedMigration)>,
    /// Beside each row, the positions that it waits for.
    depends: Vec<Vec<usize>>,
}

impl Plan {
    /// `outside` are the migrations of namespaces that the set does not decide over.
    pub(crate) fn down(
        comparison: &Comparison<'_>,
        outside: &[Dependent],
        options: &Options,
        dialect: Dialect,
    ) -> Result<Self, Error> {
        let applied = Applied::of(comparison)?;
        let chosen = applied.chosen(options, comparison)?;
        verdict::half_way(comparison, |key, row| match applied.rows.iter().position(|(other, _)| other == key) {
            _ if !row.is_reverting() => Err(Blocked::OtherWay),
            Some(position) if chosen.contains(&position) => Ok(()),
            _ => Err(Blocked::NotChosen),
        })?;
        applied.check_breaking(&chosen, comparison, options)?;
        let mut warnings = unknown_tags(options, comparison);
        let mut steps = Vec::new();
        for position in chosen.into_iter().rev() {
            let (key, row) = &applied.rows[position];
            let act = act(comparison, key, row, options, dialect, &mut warnings)?;
            let (called, done) = (comparison.called(key), row.is_unfinished().then(|| row.done()));
            let step = Step { called, key: key.clone(), direction: Direction::Down, dialect, act, done };
            if step.resumes() {
                step.goes_on(row).map_err(|blocked| verdict::interrupted(comparison, row, Some(&blocked)))?;
            }
            steps.push(step);
        }
        check_outside(&steps, outside)?;
        whole::check(&steps, options, dialect)?;
        Ok(Self { direction: Direction::Down, steps, warnings })
    }
}

impl<'a> Applied<'a> {
    fn of(comparison: &Comparison<'a>) -> Result<Self, Error> {
        let known = comparison.known.iter().filter_map(|known| known.row);
        let rows: Vec<(Key, &AppliedMigration)> = (known.chain(comparison.unknown.iter().copied()))
            .filter(|row| row.status == HistoryStatus::Applied || row.is_reverting())
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
            None => match self.rows.iter().position(|(_, row)| row.is_unfinished()) {
                // The last revert, which did not come to its end.
                Some(unfinished) => self.with_dependents([unfinished]),
                None => self.with_dependents(last(1)),
            },
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
        let known = comparison.set.members.iter().map(|member| member.key.name());
        let candidates: Candidates<'_> = known.chain(self.rows.iter().map(|(key, _)| key.name())).collect();
        let found = candidates.find(id)?.ok_or_else(|| unknown_id(id, &candidates))?;
        self.rows.iter().position(|(key, _)| key.name() == found).ok_or_else(|| {
            Error::usage(format!("migration `{id}` is not applied"))
                .help("`Migrator::status` shows where each one stands")
        })
    }

    /// What only a newer binary knows and older ones must not run on stays refused, unless the stored SQL takes that very
    /// migration back.
    fn check_breaking(
        &self,
        chosen: &BTreeSet<usize>,
        comparison: &Comparison<'_>,
        options: &Options,
    ) -> Result<(), Error> {
        let uses_stored = options.on_stored_down != Policy::Error && !options.fake;
        let is_taken_back = |row: &AppliedMigration| {
            let is_chosen = chosen.iter().any(|&position| std::ptr::eq(self.rows[position].1, row));
            uses_stored && is_chosen && row.down_sql.is_some()
        };
        let staying = comparison.unknown.iter().filter(|row| !is_taken_back(row));
        staying.into_iter().try_for_each(|row| verdict::breaking(comparison, row))
    }
}

/// A migration of another namespace must not lose what it stands on, and this set cannot take it back along.
fn check_outside(steps: &[Step], outside: &[Dependent]) -> Result<(), Error> {
    for Dependent { namespace, id, depends } in outside {
        let own = |on: &Dependency, key: &Key| (on.namespace_in(namespace), &on.id) == (&*key.namespace, &key.id);
        let needs = |step: &&Step| depends.iter().any(|on| own(on, &step.key));
        let Some(Step { called, .. }) = steps.iter().find(needs) else { continue };
        return Err(Error::usage(format!("migration `{called}` cannot be reverted: `{namespace}:{id}` depends on it"))
            .help(format!(
                "revert `{namespace}:{id}` first, with a set that has the namespace `{namespace}`, or keep `{called}` with \
                 `target(\"{called}\")`"
            )));
    }
    Ok(())
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
    let called = comparison.called(key);
    let migration: Option<Migration> =
        comparison.set.position(key).map(|position| comparison.set.members[position].migration.clone());
    if options.fake {
        return Ok(Act::Record { name: row.name.clone(), migration, adopted: None });
    }
    if let Some(migration) = migration {
        return match migration.way_down(dialect) {
            WayDown::Exists => Ok(Act::Run(migration)),
            WayDown::Irreversible(reason) => {
                Err(Error::new(ErrorKind::Irreversible, format!("migration `{called}` is irreversible: {reason}"))
                    .help(format!("keep it with `target(\"{called}\")`, or write a new migration that takes it back")))
            }
            WayDown::Missing => {
                Err(Error::new(ErrorKind::Irreversible, format!("migration `{called}` has no way down"))
                    .help("write its `-- DOWN` section, or `-- Irreversible: <reason>`"))
            }
        };
    }
    let Some(sql) = &row.down_sql else {
        // SQL always has a checksum.
        let (why, help) = match row.checksum {
            None => {
                ("it is Rust code, which cannot be stored", "the binary that has it can revert it: use that binary")
            }
            Some(_) => (
                "its history row has no down SQL",
                "the binary that has it can revert it, unless it is irreversible: use that binary",
            ),
        };
        let message = format!("migration `{called}` is not in this set, and {why}");
        return Err(Error::new(ErrorKind::StoredDown, message).help(help));
    };
    let message =
        format!("migration `{called}` is not in this set; only the down SQL stored in the database can revert it");
    match options.on_stored_down {
        Policy::Error => {
            return Err(Error::new(ErrorKind::StoredDown, message).help(
                "use the binary that has it, or allow it with `on_stored_down(Policy::Allow)` if you trust that table",
            ));
        }
        Policy::Warn => warnings.push(message),
        Policy::Allow => {}
    }
    Ok(Act::Stored { name: row.name.clone(), down: StoredDown::read(sql, key, &called, dialect)? })
}
