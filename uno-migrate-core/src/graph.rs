//! In which order migrations run, and why a set has no order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use crate::{Dependency, MigrationId, Origin, Problem, Problems};

/// A migration as the graph sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its namespace.
    pub namespace: String,
    /// Its id.
    pub id: MigrationId,
    /// Where it is written, if that is known.
    pub origin: Option<Origin>,
    /// What it waits for.
    pub depends: Vec<Edge>,
}

/// A dependency and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// What is waited for.
    pub on: Dependency,
    /// Where that is written, if that is known.
    pub origin: Option<Origin>,
}

/// A set in order, as far as it has one.
#[derive(Debug, Default)]
pub(crate) struct Sorted {
    /// Indexes of nodes; incomplete if there are problems.
    pub(crate) order: Vec<usize>,
    /// Dependencies that lead out of the set: node, and which of its edges.
    pub(crate) unresolved: Vec<(usize, usize)>,
    pub(crate) problems: Problems,
}

/// Orders a complete set: every migration after what it depends on, and among those that could be next always the one
/// with the smallest version, then id, then namespace. The order depends on the set alone, not on how it is listed.
///
/// # Errors
/// Ids given twice or differing only in case, unknown dependencies, cycles, and a version that two unrelated
/// migrations share.
pub fn order(nodes: &[Node]) -> Result<Vec<usize>, Problems> {
    let mut sorted = sort(nodes);
    for &(node, edge) in &sorted.unresolved {
        sorted.problems.push(unknown(nodes, node, edge));
    }
    sorted.problems.or(sorted.order)
}

/// Orders a set whose dependencies may lead out of it.
pub(crate) fn sort(nodes: &[Node]) -> Sorted {
    let mut sorted = Sorted::default();
    // Everything below walks nodes by rank, so that neither order nor messages depend on how the set was listed.
    let mut by_rank: Vec<usize> = (0..nodes.len()).collect();
    by_rank.sort_by(|&a, &b| (&nodes[a].id, &nodes[a].namespace).cmp(&(&nodes[b].id, &nodes[b].namespace)));

    let known = index(nodes, &by_rank, &mut sorted.problems);
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for &node in &by_rank {
        for (number, edge) in nodes[node].depends.iter().enumerate() {
            match known.get(&(edge.on.namespace_in(&nodes[node].namespace), edge.on.id.as_str())) {
                Some(&on) if on == node => sorted.problems.push(on_itself(&nodes[node], edge)),
                Some(&on) => before[node].push(on),
                None => sorted.unresolved.push((node, number)),
            }
        }
    }
    sorted.order = topological(&by_rank, &before);
    if sorted.order.len() < nodes.len() {
        report_cycles(nodes, &by_rank, &before, &mut sorted);
    } else {
        report_shared_versions(nodes, &before, &mut sorted);
    }
    sorted
}

/// Nodes by namespace and id; reports ids that are there twice or differ only in case.
fn index<'a>(nodes: &'a [Node], by_rank: &[usize], problems: &mut Problems) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut known = BTreeMap::new();
    let mut folded: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for &number in by_rank {
        let node = &nodes[number];
        let key = (node.namespace.as_str(), node.id.as_str());
        if let Some(&first) = known.get(&key) {
            problems.push(given_twice(&nodes[first], node));
            continue;
        }
        known.insert(key, number);
        if let Some(first) = folded.insert((key.0, key.1.to_ascii_lowercase()), number) {
            problems.push(differ_in_case(&nodes[first], node));
        }
    }
    known
}

fn topological(by_rank: &[usize], before: &[Vec<usize>]) -> Vec<usize> {
    let mut rank = vec![0; by_rank.len()];
    by_rank.iter().enumerate().for_each(|(place, &node)| rank[node] = place);
    let mut after = vec![Vec::new(); before.len()];
    let mut waits_for: Vec<usize> = before.iter().map(Vec::len).collect();
    for (node, befores) in before.iter().enumerate() {
        befores.iter().for_each(|&on| after[on].push(node));
    }
    let mut ready: BinaryHeap<_> =
        by_rank.iter().filter(|&&node| waits_for[node] == 0).map(|&node| Reverse(rank[node])).collect();
    let mut order = Vec::with_capacity(by_rank.len());
    while let Some(Reverse(next)) = ready.pop() {
        let node = by_rank[next];
        order.push(node);
        for &waiting in &after[node] {
            waits_for[waiting] -= 1;
            if waits_for[waiting] == 0 {
                ready.push(Reverse(rank[waiting]));
            }
        }
    }
    order
}

/// One cycle for each knot of nodes that wait for one another.
fn report_cycles(nodes: &[Node], by_rank: &[usize], before: &[Vec<usize>], sorted: &mut Sorted) {
    let mut left: BTreeSet<usize> = (0..nodes.len()).collect();
    sorted.order.iter().for_each(|node| _ = left.remove(node));
    drop_bystanders(before, &mut left);
    let mut reported = BTreeSet::new();
    for &node in by_rank.iter().filter(|node| left.contains(node)) {
        if reported.contains(&node) {
            continue;
        }
        if let Some(cycle) = shortest_cycle(node, before, &left) {
            reported.extend(cycle.iter().copied());
            sorted.problems.push(cyclic(nodes, &cycle));
        }
    }
}

/// Nodes that wait for a cycle without being waited for are not part of one.
fn drop_bystanders(before: &[Vec<usize>], left: &mut BTreeSet<usize>) {
    let mut waited_for_by = vec![0; before.len()];
    for &node in left.iter() {
        before[node].iter().for_each(|&on| waited_for_by[on] += 1);
    }
    let mut unneeded: Vec<_> = left.iter().copied().filter(|&node| waited_for_by[node] == 0).collect();
    while let Some(node) = unneeded.pop() {
        left.remove(&node);
        for &on in &before[node] {
            waited_for_by[on] -= 1;
            if waited_for_by[on] == 0 && left.contains(&on) {
                unneeded.push(on);
            }
        }
    }
}

/// From a node along its dependencies back to itself.
fn shortest_cycle(start: usize, before: &[Vec<usize>], within: &BTreeSet<usize>) -> Option<Vec<usize>> {
    let mut came_from = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &on in before[node].iter().filter(|on| within.contains(on)) {
            if on == start {
                let mut cycle = vec![node];
                while let Some(&previous) = cycle.last().and_then(|last| came_from.get(last)) {
                    cycle.push(previous);
                }
                cycle.reverse();
                return Some(cycle);
            }
            came_from.entry(on).or_insert_with(|| {
                queue.push_back(on);
                node
            });
        }
    }
    None
}

/// Two branches that take the same version would run in an order that nobody chose.
fn report_shared_versions(nodes: &[Node], before: &[Vec<usize>], sorted: &mut Sorted) {
    let mut place = vec![0; nodes.len()];
    sorted.order.iter().enumerate().for_each(|(at, &node)| place[node] = at);
    let leads_out: BTreeSet<usize> = sorted.unresolved.iter().map(|&(node, _)| node).collect();
    let mut latest = BTreeMap::new();
    for &node in &sorted.order {
        let version = nodes[node].id.version();
        let Some(earlier) = latest.insert((nodes[node].namespace.as_str(), version), node) else { continue };
        // What leads out of the set may lead back to the earlier one: the complete set will tell.
        let is_reported = nodes[node].id.as_str().eq_ignore_ascii_case(nodes[earlier].id.as_str());
        if !is_reported && !depends_on(node, earlier, before, &place, &leads_out) {
            sorted.problems.push(same_version(&nodes[earlier], &nodes[node]));
        }
    }
}

fn depends_on(node: usize, earlier: usize, before: &[Vec<usize>], place: &[usize], or: &BTreeSet<usize>) -> bool {
    let mut seen = BTreeSet::from([node]);
    let mut stack = vec![node];
    while let Some(node) = stack.pop() {
        if node == earlier || or.contains(&node) {
            return true;
        }
        stack.extend(before[node].iter().filter(|&&on| place[on] >= place[earlier] && seen.insert(on)));
    }
    false
}

fn problem(origin: Option<&Origin>, message: String) -> Problem {
    Problem { origin: origin.cloned(), ..Problem::new(message) }
}

fn with_related(problem: Problem, what: impl Into<String>, origin: Option<&Origin>) -> Problem {
    match origin {
        Some(origin) => problem.with_related(what, origin.clone()),
        None => problem,
    }
}

fn given_twice(first: &Node, second: &Node) -> Problem {
    let problem = problem(second.origin.as_ref(), format!("there are two migrations `{}`", second.id));
    with_related(problem, "the other one is here", first.origin.as_ref()).with_help("rename one of them")
}

fn differ_in_case(first: &Node, second: &Node) -> Problem {
    let problem =
        problem(second.origin.as_ref(), format!("the ids `{}` and `{}` differ only in case", first.id, second.id));
    with_related(problem, "the other one is here", first.origin.as_ref())
        .with_help("rename one of them: not every file system and database tells them apart")
}

fn same_version(first: &Node, second: &Node) -> Problem {
    let (a, b) = (&first.id, &second.id);
    let problem = problem(second.origin.as_ref(), format!("`{a}` and `{b}` have the same version"));
    with_related(problem, "the other one is here", first.origin.as_ref()).with_help(format!(
        "give one of them a later version, or say which comes first: in `{b}`, `-- Dependencies: {a}`"
    ))
}

fn on_itself(node: &Node, edge: &Edge) -> Problem {
    problem(edge.origin.as_ref().or(node.origin.as_ref()), format!("migration `{}` depends on itself", node.id))
        .with_help("delete this dependency")
}

fn cyclic(nodes: &[Node], cycle: &[usize]) -> Problem {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node(id: &str, depends: &[&str]) -> Node {
        let depends = depends.iter().map(|on| Edge { on: Dependency::parse(on).unwrap(), origin: None }).collect();
        Node { namespace: "own".to_owned(), id: MigrationId::parse(id).unwrap(), origin: None, depends }
    }

    fn ids(nodes: &[Node], order: &[usize]) -> Vec<String> {
        order.iter().map(|&at| nodes[at].id.to_string()).collect()
    }

    fn ordered(nodes: &[Node]) -> Vec<String> {
        ids(nodes, &order(nodes).unwrap())
    }

    fn refused(nodes: &[Node]) -> Vec<String> {
        order(nodes).unwrap_err().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn versions_decide_where_dependencies_do_not() {
        let nodes = [node("10_a", &[]), node("9_b", &["11_c"]), node("11_c", &[]), node("007_d", &[])];
        assert_eq!(ordered(&nodes), ["007_d", "10_a", "11_c", "9_b"]);
        assert_eq!(ordered(&[]), Vec::<String>::new());
    }

    #[test]
    fn namespaces_are_sets_of_their_own() {
        let billing = |id, depends: &[&str]| Node { namespace: "billing".to_owned(), ..node(id, depends) };
        let nodes = [
            node("1_a", &["billing:1_a", "own:0_z"]),
            billing("1_a", &["2_b"]),
            billing("2_b", &[]),
            node("0_z", &[]),
            billing("1_A", &["1_a"]),
        ];
        assert_eq!(refused(&nodes), ["the ids `1_A` and `1_a` differ only in case"]);
        let order = order(&nodes[..4]).unwrap();
        assert_eq!(order, [3, 2, 1, 0]);
    }

    #[test]
    fn every_mistake_is_told_once() {
        let nodes = [
            node("1_a", &["1_a", "9_x"]),
            node("2_b", &["3_c"]),
            node("3_c", &["2_b"]),
            node("4_d", &["3_c"]),
            node("5_e", &[]),
            node("5_e", &[]),
        ];
        assert_eq!(
            refused(&nodes),
            [
                "there are two migrations `5_e`",
                "migration `1_a` depends on itself",
                "migrations depend on one another in a circle: `2_b` → `3_c` → `2_b`",
                "migration `1_a` depends on `9_x`, which does not exist",
            ]
        );
    }

    #[test]
    fn a_version_may_be_shared_by_relatives() {
        let chain = [node("1_a", &[]), node("2_m", &["1_a"]), node("1_b", &["2_m"]), node("01_c", &["1_b", "1_a"])];
        assert_eq!(ordered(&chain), ["1_a", "2_m", "1_b", "01_c"]);
        let apart = [node("1_a", &[]), node("1_b", &["1_a"]), node("1_c", &["1_a"])];
        assert_eq!(refused(&apart), ["`1_b` and `1_c` have the same version"]);
    }

    #[test]
    fn ten_thousand_migrations_take_no_time() {
        let name = |number: usize| format!("{number}_migration");
        let nodes: Vec<_> = (0..10_000_usize)
            .map(|at| {
                let depends: Vec<_> =
                    [at / 2, at.saturating_sub(1)].into_iter().filter(|&on| on < at).map(name).collect();
                node(&name(at), &depends.iter().map(String::as_str).collect::<Vec<_>>())
            })
            .rev()
            .collect();
        let start = std::time::Instant::now();
        let order = order(&nodes).unwrap();
        assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
        assert!(order.into_iter().eq((0..10_000).rev()));
    }

    /// A graph of up to nine nodes: for each the version, and on which others it depends.
    fn small_graph() -> impl Strategy<Value = Vec<Node>> {
        prop::collection::vec((0..20_u8, 0..512_u16), 0..9).prop_map(|drawn| {
            let name = |at: usize, version: u8| format!("{version}_{}", char::from(b'a' + at as u8));
            let nodes = drawn.iter().enumerate().map(|(at, &(version, mask))| {
                // Sparse, so that about half of the graphs have an order.
                let on = drawn
                    .iter()
                    .enumerate()
                    .filter(|&(other, _)| other != at && mask & (mask >> 3) & (1 << other) != 0);
                let depends: Vec<_> = on.map(|(other, &(version, _))| name(other, version)).collect();
                node(&name(at, version), &depends.iter().map(String::as_str).collect::<Vec<_>>())
            });
            nodes.collect()
        })
    }

    /// Always the smallest that could be next, found the slow way.
    fn by_hand(nodes: &[Node]) -> Option<Vec<String>> {
        let mut left: Vec<&Node> = nodes.iter().collect();
        let mut done = Vec::new();
        while !left.is_empty() {
            let is_ready =
                |node: &&&Node| !left.iter().any(|other| node.depends.iter().any(|edge| edge.on.id == other.id));
            let next = left.iter().filter(is_ready).min_by_key(|node| &node.id)?.id.clone();
            left.retain(|node| node.id != next);
            done.push(next.to_string());
        }
        Some(done)
    }

    proptest! {
        #[test]
        fn the_order_is_the_one_that_the_rule_gives(nodes in small_graph()) {
            let sorted = sort(&nodes);
            match by_hand(&nodes) {
                Some(order) => prop_assert_eq!(ids(&nodes, &sorted.order), order),
                None => prop_assert!(sorted.problems.iter().any(|problem| problem.message.contains("circle"))),
            }
        }

        #[test]
        fn the_order_does_not_depend_on_the_listing((nodes, shuffled) in small_graph().prop_flat_map(|nodes| {
            (Just(nodes.clone()), Just(nodes).prop_shuffle())
        })) {
            let (one, other) = (sort(&nodes), sort(&shuffled));
            prop_assert_eq!(ids(&nodes, &one.order), ids(&shuffled, &other.order));
            prop_assert_eq!(one.problems, other.problems);
        }

        #[test]
        fn versions_are_shared_by_relatives_only(nodes in small_graph()) {
            let sorted = sort(&nodes);
            prop_assume!(sorted.order.len() == nodes.len());
            let at = |id: &MigrationId| nodes.iter().position(|node| node.id == *id).unwrap();
            let reaches = |from: usize, to: usize| {
                let mut stack = vec![from];
                let mut seen = BTreeSet::new();
                while let Some(node) = stack.pop() {
                    stack.extend(nodes[node].depends.iter().map(|edge| at(&edge.on.id)).filter(|&on| seen.insert(on)));
                }
                seen.contains(&to)
            };
            let strangers = (0..nodes.len()).flat_map(|a| (0..a).map(move |b| (a, b))).any(|(a, b)| {
                nodes[a].id.version() == nodes[b].id.version() && !reaches(a, b) && !reaches(b, a)
            });
            prop_assert_eq!(strangers, !sorted.problems.is_empty());
        }
    }
}
