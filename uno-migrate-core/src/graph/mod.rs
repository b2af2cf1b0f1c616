//! In which order migrations run, and why a set has no order.

mod cycle;
mod said;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

pub(crate) use said::unknown;

use crate::{Dependency, MigrationId, Origin, Problems};

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

/// Orders what is applied already, by what the history says of it: whether such a set would be accepted today is not
/// asked, and dependencies that lead out of it do not count.
///
/// # Errors
/// Cycles, which no history of ours can have.
pub fn order_applied(nodes: &[Node]) -> Result<Vec<usize>, Problems> {
    let sorted = sort(nodes);
    if sorted.order.len() == nodes.len() { Ok(sorted.order) } else { Err(sorted.problems) }
}

/// Orders a set whose dependencies may lead out of it.
pub(crate) fn sort(nodes: &[Node]) -> Sorted {
    let mut sorted = Sorted::default();
    // Everything below walks nodes by rank, so that neither order nor messages depend on how the set was listed.
    let mut by_rank: Vec<usize> = (0..nodes.len()).collect();
    by_rank.sort_by(|&a, &b| (&nodes[a].id, &nodes[a].namespace).cmp(&(&nodes[b].id, &nodes[b].namespace)));

    // By rank, ids that are alike or share a version are neighbours. Most sets have none.
    let share_versions = by_rank.windows(2).any(|pair| nodes[pair[0]].id.version() == nodes[pair[1]].id.version());
    if share_versions {
        report_twins(nodes, &by_rank, &mut sorted.problems);
    }
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for &node in &by_rank {
        for (number, edge) in nodes[node].depends.iter().enumerate() {
            match find(nodes, &by_rank, &edge.on.id, edge.on.namespace_in(&nodes[node].namespace)) {
                Some(on) if on == node => sorted.problems.push(said::on_itself(&nodes[node], edge)),
                Some(on) => before[node].push(on),
                None => sorted.unresolved.push((node, number)),
            }
        }
    }
    sorted.order = topological(&by_rank, &before);
    if sorted.order.len() < nodes.len() {
        let cycles = cycle::find(&by_rank, &before, &sorted.order);
        sorted.problems.extend(cycles.iter().map(|cycle| said::circle(nodes, cycle)));
    } else if share_versions {
        report_shared_versions(nodes, &before, &mut sorted);
    }
    sorted
}

/// The first node of that id.
fn find(nodes: &[Node], by_rank: &[usize], id: &MigrationId, namespace: &str) -> Option<usize> {
    let key = |node: usize| (&nodes[node].id, nodes[node].namespace.as_str());
    let at = by_rank.partition_point(|&node| key(node) < (id, namespace));
    by_rank.get(at).copied().filter(|&node| key(node) == (id, namespace))
}

/// Ids that are there twice or differ only in case.
fn report_twins(nodes: &[Node], by_rank: &[usize], problems: &mut Problems) {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut folded: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for &number in by_rank {
        let node = &nodes[number];
        let key = (node.namespace.as_str(), node.id.as_str());
        if let Some(&first) = known.get(&key) {
            problems.push(said::given_twice(&nodes[first], node));
            continue;
        }
        known.insert(key, number);
        if let Some(first) = folded.insert((key.0, key.1.to_ascii_lowercase()), number) {
            problems.push(said::differ_in_case(&nodes[first], node));
        }
    }
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
            sorted.problems.push(said::same_version(&nodes[earlier], &nodes[node]));
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

#[cfg(test)]
mod tests;
