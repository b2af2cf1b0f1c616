//! From what was found to a proven set in plan order.

use crate::check::{self, Checks, Inspector, Member, Memory, Permits};
use crate::graph::{self, Edge, Node};
use crate::sql::{self, Proven, Rules, Variants};
use crate::sum::{self, Body, Current, Integrity, Proofs, Sum};
use crate::{
    Dependency, Dialect, Found, Info, MigrationId, Origin, Problem, Problems, Severity, SourceFile, SqlMigration,
    nearest,
};

/// What a set is read for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The databases that the set must be valid for.
    pub dialects: Vec<Dialect>,
    /// Whether a migration may have no way down.
    pub missing_down: bool,
    /// The names of hooks that exist; none where names are not checked here.
    pub hooks: Option<Vec<String>>,
    /// The namespace of the set.
    pub namespace: String,
    /// Whether more migrations come from elsewhere: dependencies that lead out of the set are returned, not reported.
    pub open: bool,
    /// Whether those that lead into another namespace are returned as well: the set of that one may be elsewhere.
    pub foreign: bool,
    /// What is checked beyond what keeps a file from being read.
    pub checks: Option<Checks>,
    /// What becomes of `uno.sum`.
    pub integrity: Integrity,
}

/// A Rust migration as it was read from a `.rs` file beside the SQL files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// What its attribute says.
    pub info: Info,
    /// Where it is.
    pub origin: Origin,
    /// Where each of its dependencies stands.
    pub depends_at: Vec<Origin>,
    /// Where each name of [`Hooks::names`](crate::Hooks::names) stands.
    pub hooks_at: Vec<Origin>,
    /// `checksum = "…"`
    pub checksum: Option<String>,
}

/// A proven set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The migrations in plan order.
    pub entries: Vec<Entry>,
    /// The dependencies that lead out of an [open](Options::open) set.
    pub unresolved: Vec<Unresolved>,
    /// What can be lived with.
    pub warnings: Problems,
    /// What `uno.sum` should say, unless it is [ignored](Integrity::Ignored).
    pub sum: Option<Sum>,
}

/// A migration of a proven set.
#[expect(clippy::large_enum_variant, reason = "nearly all entries of a set are the large one")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// One written in SQL.
    Sql(SqlMigration),
    /// Which of the Rust migrations that were handed in.
    Coded(usize),
}

/// A dependency that leads out of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The migration that has it.
    pub id: MigrationId,
    /// What it waits for.
    pub on: Dependency,
    /// Where that is written.
    pub origin: Option<Origin>,
}

/// Proves a set and orders it.
///
/// A `.rs` file without a [`Coded`] counts as existing, so that a file with a mistake is reported once, by who read it.
///
/// # Errors
/// All problems of all files, sorted by file and line.
pub fn load(found: Found, coded: Vec<Coded>, options: &Options) -> Result<Loaded, Problems> {
    let Found { sql, rust, mut problems, mut spoilt, sum: sum_file, stray_sums, .. } = found;
    let has_all_coded = rust.iter().all(|file| coded.iter().any(|coded| coded.info.id == file.name.id));
    spoilt.extend(rust.into_iter().map(|file| file.name.id));
    let integrity = options.integrity;
    let written = sum::open(sum_file.as_ref(), &stray_sums, integrity, &mut problems);
    let proofs = Proofs::new(written.as_ref().map(|read| &read.sum), options.checks.as_ref());

    let mut dialects = options.dialects.clone();
    dialects.sort_unstable();
    dialects.dedup();
    let checks = options.checks.as_ref();
    let memory = Memory::default();
    let rules =
        Rules { dialects: &dialects, missing_down: options.missing_down, checks, proofs: &proofs, memory: &memory };
    let (mut nodes, mut migrations, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    for (id, variants) in by_migration(sql, &mut problems) {
        let Proven { migration, permits, depends_at, hooks_at } = sql::prove(&id, &variants, rules, &mut problems);
        let origin = variants.first().map(|file| Origin::file(file.shown.as_str()));
        report_hooks(&migration.info, origin.as_ref(), &hooks_at, options, &mut problems);
        nodes.push(node(&migration.info, origin, depends_at, options));
        migrations.push(Some(migration));
        sources.push((id, variants, permits));
    }
    let mut checksums = Vec::with_capacity(coded.len());
    for coded in coded {
        checksums.push(coded.checksum);
        report_hooks(&coded.info, Some(&coded.origin), &coded.hooks_at, options, &mut problems);
        nodes.push(node(&coded.info, Some(coded.origin), coded.depends_at, options));
    }

    let sorted = graph::sort(&nodes);
    problems.extend(sorted.problems);
    let mut unresolved = Vec::new();
    for (node, edge) in sorted.unresolved {
        let Edge { on, origin } = &nodes[node].depends[edge];
        let is_own = on.namespace_in(&options.namespace) == options.namespace;
        if is_own && spoilt.contains(&on.id) {
            continue;
        } else if options.open || options.foreign && !is_own {
            unresolved.push(Unresolved { id: nodes[node].id.clone(), on: on.clone(), origin: origin.clone() });
        } else {
            problems.push(graph::unknown(&nodes, node, edge));
        }
    }
    // What is wrong so far keeps files from being part of the set, unless a rule found it.
    let is_whole =
        has_all_coded && problems.iter().all(|problem| problem.rule.is_some() || problem.severity == Severity::Warning);
    // Where something comes from elsewhere, what is in between is not known.
    let is_complete = is_whole && !options.open && unresolved.is_empty();
    let sql_count = migrations.len();
    let current = |&node: &usize| match migrations.get(node) {
        Some(migration) => migration.as_ref().map(|migration| (node, Body::Sql(migration))),
        None => Some((node, Body::Coded(checksums.get(node - sql_count)?.as_deref()))),
    };
    let current = sorted.order.iter().filter_map(current);
    let current: Vec<_> = current
        .map(|(node, body)| Current { id: &nodes[node].id, body, origin: nodes[node].origin.as_ref() })
        .collect();
    problems.extend(judged(&sorted.order, &migrations, &mut sources, &nodes, &current, rules, is_complete));
    let mut new_sum = None;
    if integrity != Integrity::Ignored && is_whole {
        let source = |at: usize| sorted.order.get(at).and_then(|&node| sources.get(node));
        let is_spared =
            |at, judge| source(at).is_some_and(|(.., permits)| permits.iter().any(|permits| permits.is_spared(judge)));
        let is_clean = |at, judge| {
            source(at).is_some_and(|(_, files, permits)| {
                let is_judged = |file: &SourceFile| checks.is_some_and(|checks| file.text.len() <= checks.longest);
                files.iter().all(is_judged) && permits.iter().all(|permits| permits.is_clean(judge))
            })
        };
        let (mut sum, found) = sum::compare(written.as_ref(), &dialects, &current);
        proofs.note(&mut sum, &current, is_clean, is_spared);
        problems.extend(found.into_iter().filter(|_| integrity == Integrity::Enforced));
        new_sum = Some(sum);
    }
    let entries = sorted.order.into_iter().filter_map(|node| match migrations.get_mut(node) {
        Some(migration) => migration.take().map(Entry::Sql),
        None => Some(Entry::Coded(node - sql_count)),
    });
    let entries = entries.collect();
    let problems = Problems::from_iter(problems).sorted();
    let warnings = if problems.has_errors() { Problems::default() } else { problems.clone() };
    problems.or(Loaded { entries, unresolved, warnings, sum: new_sum })
}

/// The files of one migration, and what each is excused from.
type Source = (MigrationId, Variants, Vec<Permits>);

/// What the files show together, and then which of their `Allow:` lines nothing made use of.
fn judged(
    order: &[usize],
    migrations: &[Option<SqlMigration>],
    sources: &mut [Source],
    nodes: &[Node],
    current: &[Current<'_>],
    rules: Rules<'_>,
    is_complete: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (judge, are_proven) in rules.proofs.in_order(current) {
        for (node, _) in order.iter().zip(are_proven).filter(|(_, is_proven)| *is_proven) {
            let permits = sources.get_mut(*node).into_iter().flat_map(|(_, _, permits)| permits);
            permits.for_each(|permits| permits.spare(judge));
        }
    }
    if let Some(checks) = rules.checks {
        let mut parts: Vec<_> = migrations.iter().zip(&mut *sources).map(Some).collect();
        let mut members: Vec<_> = order
            .iter()
            .map(|&node| match parts.get_mut(node).and_then(Option::take) {
                Some((Some(migration), (_, files, permits))) => Member::Sql { migration, files, permits },
                _ => Member::Coded,
            })
            .collect();
        problems = check::find_in_set(&mut members, rules.dialects, checks);
        problems.extend(check::execute(&mut members, rules.dialects, checks, is_complete));
        problems.extend(checks.levels.first().and_then(|first| unknown_first(first, nodes)));
    }
    for (id, files, permits) in sources {
        let inspector = Inspector::new(id, rules.checks, rules.memory);
        for (file, permits) in files.iter().zip(permits) {
            problems.extend(inspector.permits(file, permits, rules.dialects));
        }
    }
    problems
}

fn unknown_first(first: &MigrationId, nodes: &[Node]) -> Option<Problem> {
    if nodes.iter().any(|node| node.id == *first) {
        return None;
    }
    let problem = Problem::new(format!("`rules_since` names migration `{first}`, which does not exist"));
    Some(match nearest(first.as_str(), nodes.iter().map(|node| node.id.as_str())) {
        Some(near) => problem.with_help(format!("a migration named `{near}` exists")),
        None => problem.with_help("name the first migration that rules are for"),
    })
}

/// Puts variants together. An id that two files claim gives two migrations, which the graph reports.
fn by_migration(mut files: Vec<SourceFile>, problems: &mut Vec<Problem>) -> Vec<(MigrationId, Variants)> {
    // They are sorted already, or nearly so: that costs a comparison for each, where a map would take ten.
    files.sort_by(|a, b| a.name.id.cmp(&b.name.id));
    let mut by_id: Vec<(MigrationId, Vec<Variants>)> = Vec::new();
    for file in files {
        if by_id.last().is_none_or(|(id, _)| *id != file.name.id) {
            by_id.push((file.name.id.clone(), Vec::new()));
        }
        let Some((_, groups)) = by_id.last_mut() else { continue };
        let has_room = |group: &&mut Variants| group.iter().all(|other| other.name.dialect != file.name.dialect);
        let group = match groups.iter_mut().filter(has_room).max_by_key(|group| is_beside(group, &file)) {
            Some(group) => group,
            None => {
                groups.push(Variants::new());
                let last = groups.len() - 1;
                &mut groups[last]
            }
        };
        if let Some(first) = group.first().filter(|_| !is_beside(group, &file)) {
            let message = format!("the variants of migration `{}` stand in different folders", file.name.id);
            let problem = Problem::at(Origin::file(file.shown.as_str()), message);
            problems.push(
                problem
                    .with_related("the other one is here", Origin::file(first.shown.as_str()))
                    .with_help("move one beside the other, or rename it if it is another migration"),
            );
        }
        group.push(file);
    }
    by_id.into_iter().flat_map(|(id, groups)| groups.into_iter().map(move |group| (id.clone(), group))).collect()
}

fn is_beside(group: &Variants, file: &SourceFile) -> bool {
    let folder = |file: &SourceFile| file.shown.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    group.iter().all(|other| folder(other) == folder(file))
}

fn node(info: &Info, origin: Option<Origin>, depends_at: Vec<Origin>, options: &Options) -> Node {
    let mut places = depends_at.into_iter();
    let depends = info.depends.iter().map(|on| Edge { on: on.clone(), origin: places.next() }).collect();
    Node { namespace: options.namespace.clone(), id: info.id.clone(), origin, depends }
}

fn report_hooks(
    info: &Info,
    origin: Option<&Origin>,
    places: &[Origin],
    options: &Options,
    problems: &mut Vec<Problem>,
) {
    let Some(known) = &options.hooks else { return };
    for (number, name) in info.hooks.names().enumerate() {
        if known.iter().any(|hook| hook == name) {
            continue;
        }
        let nearest = known.iter().map(|hook| (strsim::damerau_levenshtein(hook, name), hook)).min();
        let help = match nearest {
            Some((distance, hook)) if distance <= 3 => format!("a hook named `{hook}` exists"),
            _ => format!("add it: `hooks = {{ {name} = path::to::function }}`"),
        };
        let origin = places.get(number).or(origin).cloned();
        problems.push(Problem { origin, ..Problem::new(format!("the hook `{name}` does not exist")).with_help(help) });
    }
}
