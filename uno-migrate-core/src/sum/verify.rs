//! Whether a set is what `uno.sum` says that it is.

use std::collections::BTreeMap;

use super::current::{Body, Current};
use super::format::Read;
use super::moved::moved;
use super::{Content, Sum, SumLine, WRITE_ANEW};
use crate::{Dialect, MigrationId, Origin, Problem};

/// One problem for each migration that was edited, removed, inserted or renamed, and one for all that have moved.
pub(crate) fn verify(file: &Read<'_>, current: &Sum, migrations: &[Current<'_>]) -> Vec<Problem> {
    let Some(shared) = Shared::of(&file.sum.dialects, &current.dialects) else {
        return vec![without_dialects(file, &current.dialects)];
    };
    let Matching { stays, removed, mut added } = Matching::of(file, current);
    let mut problems = Vec::new();
    for &(line, at) in &stays {
        if let Some(dialect) = shared.differ(&file.sum.lines[line].content, &current.lines[at].content) {
            problems.push(edited(file, line, &migrations[at], dialect));
        }
    }
    // What is only called otherwise may be applied like what stays.
    let mut known = stays.clone();
    for &line in &removed {
        let old = &file.sum.lines[line];
        let is_it = |&at: &usize| shared.is_renamed(old, &current.lines[at]);
        let same_name = |&at: &usize| is_it(&at) && current.lines[at].id.name() == old.id.name();
        let found = added.iter().position(same_name).or_else(|| added.iter().position(is_it));
        problems.push(match found.map(|found| added.remove(found)) {
            Some(at) => {
                known.push((line, at));
                renamed(file, line, &migrations[at])
            }
            None => gone(file, line),
        });
    }
    known.sort_unstable_by_key(|&(_, at)| at);
    for &at in &added {
        // The first one behind it that the file knows.
        let behind = known[known.partition_point(|&(_, known)| known < at)..].first();
        problems.push(match behind {
            Some(&(line, _)) => inserted(file, line, &migrations[at]),
            None => appended(&migrations[at]),
        });
    }
    problems.extend(reordered(file, &stays, migrations));
    problems
}

/// What is in the file, in the set, or in both.
struct Matching {
    /// Line and place in the set, in the order of the set.
    stays: Vec<(usize, usize)>,
    /// Lines.
    removed: Vec<usize>,
    /// Places in the set.
    added: Vec<usize>,
}

impl Matching {
    fn of(file: &Read<'_>, current: &Sum) -> Self {
        let ids = file.sum.lines.iter().enumerate();
        let mut lines: BTreeMap<&str, usize> = ids.map(|(line, SumLine { id, .. })| (id.as_str(), line)).collect();
        let (mut stays, mut added) = (Vec::with_capacity(lines.len()), Vec::new());
        for (at, SumLine { id, .. }) in current.lines.iter().enumerate() {
            match lines.remove(id.as_str()) {
                Some(line) => stays.push((line, at)),
                None => added.push(at),
            }
        }
        let mut removed: Vec<usize> = lines.into_values().collect();
        removed.sort_unstable();
        Self { stays, removed, added }
    }
}

/// The databases of the set: which checksum in the file is which in the set.
struct Shared(Vec<(Dialect, usize)>);

impl Shared {
    /// None where the file lacks one.
    fn of(file: &[Dialect], wanted: &[Dialect]) -> Option<Self> {
        let place = |dialect: &Dialect| file.iter().position(|known| known == dialect).map(|at| (*dialect, at));
        wanted.iter().map(place).collect::<Option<_>>().map(Self)
    }

    /// A database for which it is not the same.
    fn differ(&self, old: &Content, new: &Content) -> Option<Option<Dialect>> {
        match (old, new) {
            (Content::Sql(old), Content::Sql(new)) => {
                let mut pairs = self.0.iter().zip(new);
                pairs.find(|((_, place), new)| old.get(*place) != Some(*new)).map(|((dialect, _), _)| Some(*dialect))
            }
            (old, new) => (old != new).then_some(None),
        }
    }

    /// The same content under another id. What says nothing by its content is known by its name.
    fn is_renamed(&self, old: &SumLine, new: &SumLine) -> bool {
        let is_known = new.content.is_telling() || old.id.name() == new.id.name();
        is_known && self.differ(&old.content, &new.content).is_none()
    }
}

const UNLESS: &str = "if no database that matters has seen it";

fn anew(what: &str) -> String {
    format!("{what}: {WRITE_ANEW}")
}

fn at(origin: Option<Origin>, message: String) -> Problem {
    Problem { origin, ..Problem::new(message) }
}

fn with_line(problem: Problem, file: &Read<'_>, line: usize, what: &str) -> Problem {
    match file.line(line) {
        Some(origin) => problem.with_related(what, origin),
        None => problem,
    }
}

fn without_dialects(file: &Read<'_>, wanted: &[Dialect]) -> Problem {
    let missing = wanted.iter().filter(|dialect| !file.sum.dialects.contains(dialect));
    let missing: Vec<_> = missing.map(|dialect| format!("`{dialect}`")).collect();
    let message = format!("`uno.sum` was written without {}", missing.join(" and "));
    Problem::at(file.header(), message).with_help(anew("write it anew"))
}

fn edited(file: &Read<'_>, line: usize, migration: &Current<'_>, dialect: Option<Dialect>) -> Problem {
    let variant = match (migration.body, dialect) {
        (Body::Sql(sql), Some(dialect)) => sql.script(dialect).map(|script| Origin::file(&*sql.file(script).path)),
        _ => None,
    };
    let origin = variant.or_else(|| migration.origin.cloned());
    if file.sum.lines[line].content.is_unwritten() {
        let problem = at(origin, format!("migration `{}` was empty when `uno.sum` was written", migration.id));
        let help = "if a database has applied it as it was, write a new migration";
        return with_line(problem, file, line, "it is written down here")
            .with_help(format!("{help}; {}", anew("else write `uno.sum` anew")));
    }
    let problem = at(origin, format!("migration `{}` has changed since `uno.sum` was written", migration.id));
    let help = "undo the change and write a new migration for it: databases that have applied it stay as they are";
    with_line(problem, file, line, "what it was is written here")
        .with_help(format!("{help}; {}", anew(&format!("{UNLESS}, write `uno.sum` anew"))))
}

fn renamed(file: &Read<'_>, line: usize, migration: &Current<'_>) -> Problem {
    let old = &file.sum.lines[line].id;
    let message = format!("migration `{old}` is called `{}` now: it would be applied a second time", migration.id);
    with_line(at(migration.origin.cloned(), message), file, line, "it was written down under its old name")
        .with_help(format!("give the file its old name; {}", anew(&format!("{UNLESS}, write `uno.sum` anew"))))
}

fn gone(file: &Read<'_>, line: usize) -> Problem {
    let message = format!("migration `{}` is in `uno.sum` and no longer in the directory", file.sum.lines[line].id);
    at(file.line(line), message)
        .with_help(format!("bring the file back; {}", anew(&format!("{UNLESS}, write `uno.sum` anew"))))
}

fn inserted(file: &Read<'_>, behind: usize, migration: &Current<'_>) -> Problem {
    let next = &file.sum.lines[behind].id;
    let message =
        format!("migration `{}` is inserted in front of `{next}`, which may be applied already", migration.id);
    with_line(at(migration.origin.cloned(), message), file, behind, "that one is written down here").with_help(format!(
        "give it a version behind all others, so that every database runs them in the same order; {}",
        anew("if it may run late, write `uno.sum` anew")
    ))
}

fn appended(migration: &Current<'_>) -> Problem {
    let message = format!("migration `{}` is not in `uno.sum` yet", migration.id);
    at(migration.origin.cloned(), message).with_help(anew("add it"))
}

/// How many names a message may hold.
const NAMES: usize = 5;

fn reordered(file: &Read<'_>, stays: &[(usize, usize)], migrations: &[Current<'_>]) -> Option<Problem> {
    let lines: Vec<usize> = stays.iter().map(|&(line, _)| line).collect();
    let moved = moved(&lines);
    let &first = moved.first()?;
    let id = |place: usize| migrations[stays[place].1].id;
    let names: Vec<_> = moved.iter().take(NAMES).map(|&place| format!("`{}`", id(place))).collect();
    let more = match moved.len().saturating_sub(NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (noun, verb) = if moved.len() == 1 { ("migration", "runs") } else { ("migrations", "run") };
    let message = format!("{noun} {}{more} {verb} in another place than `uno.sum` says", names.join(", "));
    let now = neighbours("now it runs", first.checked_sub(1).map(id), (first + 1 < stays.len()).then(|| id(first + 1)));
    let line = lines[first];
    let old = |line: usize| file.sum.lines.get(line).map(|line| &line.id);
    let then = neighbours("it ran", line.checked_sub(1).and_then(old), old(line + 1));
    let problem = at(migrations[stays[first].1].origin.cloned(), message);
    Some(with_line(problem, file, line, &then).with_help(format!(
        "{now}: undo the change of its dependencies or of theirs; {}",
        anew("if the order is meant, write `uno.sum` anew")
    )))
}

fn neighbours(what: &str, before: Option<&MigrationId>, after: Option<&MigrationId>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("{what} between `{before}` and `{after}`"),
        (Some(before), None) => format!("{what} last, behind `{before}`"),
        (None, Some(after)) => format!("{what} first, in front of `{after}`"),
        (None, None) => format!("{what} alone"),
    }
}
