//! Which pending migrations a run applies.

use std::collections::BTreeSet;

use uno_migrate_core::Dialect;

use super::{Act, Blocked, Plan, Step, selection, unknown_id, unknown_tags, verdict, whole};
use crate::adopted::Adopted;
use crate::applied::AppliedMigration;
use crate::error::Error;
use crate::event::Direction;
use crate::options::{Options, Selection};
use crate::status::Comparison;
use crate::wanted::Candidates;

impl Plan {
    pub(crate) fn up(comparison: &Comparison<'_>, options: &Options, dialect: Dialect) -> Result<Self, Error> {
        let mut chosen: Vec<usize> = pending(comparison, options)?;
        chosen.sort_unstable();
        if let Some(Selection::Steps(steps)) = selection(options)? {
            chosen.truncate(*steps);
        }
        let steps: Vec<Step> = chosen.into_iter().map(|position| step(comparison, position, options)).collect();
        verdict::half_way(comparison, |key, row| {
            if row.is_reverting() {
                return Err(Blocked::OtherWay);
            }
            match steps.iter().find(|step| step.key == *key) {
                Some(step) => step.goes_on(row),
                None if comparison.set.position(key).is_none() => Err(Blocked::Untold),
                None => Err(Blocked::NotChosen),
            }
        })?;
        let mut warnings = verdict::policies(comparison, options)?;
        warnings.extend(unknown_tags(options, comparison));
        whole::check(&steps, options, dialect)?;
        Ok(Self { direction: Direction::Up, steps, warnings })
    }
}

/// The positions that the options ask for, less what is applied; with what stands half-way.
fn pending(comparison: &Comparison<'_>, options: &Options) -> Result<Vec<usize>, Error> {
    if let Some(adopted) = &options.adopted {
        return to_adopt(comparison, adopted);
    }
    let all = 0..comparison.known.len();
    let chosen: BTreeSet<usize> = match selection(options)? {
        None | Some(Selection::Steps(_)) => all.collect(),
        Some(Selection::All) => {
            return Err(Error::usage("`all` is for `revert`").help("leave it out: `run` applies everything"));
        }
        Some(Selection::Target(id)) => (0..=position(comparison, id)?).collect(),
        Some(Selection::Only(id)) => with_dependencies(comparison, [position(comparison, id)?]),
    };
    let tagged: Option<BTreeSet<usize>> = (!options.tags.is_empty()).then(|| {
        let tagged = (0..comparison.known.len()).filter(|&position| has_tag(comparison, position, &options.tags));
        with_dependencies(comparison, tagged)
    });
    Ok(chosen
        .into_iter()
        .filter(|position| tagged.as_ref().is_none_or(|tagged| tagged.contains(position)))
        .filter(|&position| {
            let known = &comparison.known[position];
            known.state.is_pending() || known.row.is_some_and(AppliedMigration::is_unfinished)
        })
        .collect())
}

/// What is taken over from another tool. What has a row of its own has a history here already, and keeps it: somebody may
/// have reverted it since.
fn to_adopt(comparison: &Comparison<'_>, adopted: &[Adopted]) -> Result<Vec<usize>, Error> {
    let mut chosen = BTreeSet::new();
    for one in adopted {
        chosen.insert(position(comparison, &one.id)?);
    }
    Ok(chosen.into_iter().filter(|&position| comparison.known[position].row.is_none()).collect())
}

fn adopted<'o>(comparison: &Comparison<'_>, wanted: usize, options: &'o Options) -> Option<&'o Adopted> {
    let adopted = options.adopted.as_deref()?;
    adopted.iter().find(|one| position(comparison, &one.id).is_ok_and(|position| position == wanted))
}

fn has_tag(comparison: &Comparison<'_>, position: usize, tags: &[String]) -> bool {
    let info = comparison.set.members[position].migration.info();
    tags.iter().any(|tag| info.tags.contains(tag))
}

fn position(comparison: &Comparison<'_>, id: &str) -> Result<usize, Error> {
    let members = &comparison.set.members;
    let candidates: Candidates<'_> = members.iter().map(|member| member.key.name()).collect();
    let found = candidates.find(id)?;
    let position = members.iter().position(|member| Some(member.key.name()) == found);
    position.ok_or_else(|| unknown_id(id, &candidates))
}

fn with_dependencies(comparison: &Comparison<'_>, positions: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = positions.into_iter().collect();
    let mut closed = BTreeSet::new();
    while let Some(position) = open.pop() {
        if closed.insert(position) {
            open.extend(comparison.set.depends(position));
        }
    }
    closed
}

fn step(comparison: &Comparison<'_>, position: usize, options: &Options) -> Step {
    let known = &comparison.known[position];
    let migration = known.member.migration.clone();
    let adopted = adopted(comparison, position, options);
    let act = if options.fake || adopted.is_some() {
        Act::Record { name: migration.info().name.clone(), migration: Some(migration), adopted: adopted.cloned() }
    } else {
        Act::Run(migration)
    };
    let key = known.member.key.clone();
    let done = known.row.filter(|row| row.is_unfinished()).map(AppliedMigration::done);
    Step { called: comparison.called(&key), key, direction: Direction::Up, dialect: comparison.dialect, act, done }
}
