//! What is said about a set that has no order.

use super::{Edge, Node};
use crate::{MigrationId, Origin, Problem};

fn problem(origin: Option<&Origin>, message: String) -> Problem {
    Problem { origin: origin.cloned(), ..Problem::new(message) }
}

fn with_related(problem: Problem, what: impl Into<String>, origin: Option<&Origin>) -> Problem {
    match origin {
        Some(origin) => problem.with_related(what, origin.clone()),
        None => problem,
    }
}

pub(super) fn given_twice(first: &Node, second: &Node) -> Problem {
    let problem = problem(second.origin.as_ref(), format!("there are two migrations `{}`", second.id));
    with_related(problem, "the other one is here", first.origin.as_ref()).with_help("rename one of them")
}

pub(super) fn differ_in_case(first: &Node, second: &Node) -> Problem {
    let problem =
        problem(second.origin.as_ref(), format!("the ids `{}` and `{}` differ only in case", first.id, second.id));
    with_related(problem, "the other one is here", first.origin.as_ref())
        .with_help("rename one of them: not every file system and database tells them apart")
}

pub(super) fn same_version(first: &Node, second: &Node) -> Problem {
    let (a, b) = (&first.id, &second.id);
    let problem = problem(second.origin.as_ref(), format!("`{a}` and `{b}` have the same version"));
    with_related(problem, "the other one is here", first.origin.as_ref()).with_help(format!(
        "give one of them a later version, or say which comes first: in `{b}`, `-- Dependencies: {a}`"
    ))
}

pub(super) fn on_itself(node: &Node, edge: &Edge) -> Problem {
    problem(edge.origin.as_ref().or(node.origin.as_ref()), format!("migration `{}` depends on itself", node.id))
        .with_help("delete this dependency")
}

pub(super) fn circle(nodes: &[Node], cycle: &[usize]) -> Problem {
    let step = |at: usize| {
        let (node, next) = (&nodes[cycle[at]], &nodes[cycle[(at + 1) % cycle.len()]]);
        let edge = node
            .depends
            .iter()
            .find(|edge| edge.on.id == next.id && edge.on.namespace_in(&node.namespace) == next.namespace);
        (node, next, edge.and_then(|edge| edge.origin.as_ref()).or(node.origin.as_ref()))
    };
    let names: Vec<_> = cycle.iter().chain(cycle.first()).map(|&node| format!("`{}`", nodes[node].id)).collect();
    let message = format!("migrations depend on one another in a circle: {}", names.join(" → "));
    let mut problem = problem(step(0).2, message);
    for at in 1..cycle.len() {
        let (node, next, origin) = step(at);
        problem = with_related(problem, format!("`{}` depends on `{}`", node.id, next.id), origin);
    }
    problem.with_help("one of these dependencies has to go")
}

pub(crate) fn unknown(nodes: &[Node], node: usize, edge: usize) -> Problem {
    let (node, edge) = (&nodes[node], &nodes[node].depends[edge]);
    let namespace = edge.on.namespace_in(&node.namespace);
    let message = format!("migration `{}` depends on `{}`, which does not exist", node.id, edge.on);
    let problem = problem(edge.origin.as_ref().or(node.origin.as_ref()), message);
    let elsewhere = nodes.iter().find(|other| other.id == edge.on.id && edge.on.namespace.is_none());
    if let Some(other) = elsewhere {
        return problem.with_help(format!("write `{}:{}`: it is in that namespace", other.namespace, other.id));
    }
    let ids = || nodes.iter().filter(|other| other.namespace == namespace).map(|other| &other.id);
    if ids().next().is_none() {
        return problem.with_help(format!(
            "no migration of the namespace `{namespace}` is here; a set with that namespace is added by `include = […]`"
        ));
    }
    match nearest(&edge.on.id, ids().filter(|&id| *id != node.id)) {
        Some(near) => problem.with_help(format!("a migration named `{near}` exists")),
        None => problem.with_help("add that migration, or delete this dependency"),
    }
}

/// The id that was probably meant: the same version or the same name, else nearly the same text.
fn nearest<'a>(wanted: &MigrationId, ids: impl Iterator<Item = &'a MigrationId> + Clone) -> Option<&'a MigrationId> {
    let likeness = |id: &MigrationId| strsim::normalized_damerau_levenshtein(id.as_str(), wanted.as_str());
    let best = |scored: &mut dyn Iterator<Item = (f64, &'a MigrationId)>| {
        scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1))).map(|(_, id)| id)
    };
    let kin = ids.clone().filter(|id| id.version() == wanted.version() || id.name() == wanted.name());
    best(&mut kin.map(|id| (likeness(id), id))).or_else(|| {
        let alike = ids.filter(|id| id.as_str().len().abs_diff(wanted.as_str().len()) <= wanted.as_str().len() / 4);
        best(&mut alike.map(|id| (likeness(id), id)).filter(|&(score, _)| score >= 0.75))
    })
}
