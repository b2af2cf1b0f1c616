//! Who waits for whom in a circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A cycle for each knot of nodes that wait for one another: every node of a cycle waits for the next one.
pub(super) fn find(by_rank: &[usize], before: &[Vec<usize>], ordered: &[usize]) -> Vec<Vec<usize>> {
    let mut left: BTreeSet<usize> = by_rank.iter().copied().collect();
    ordered.iter().for_each(|node| _ = left.remove(node));
    drop_bystanders(before, &mut left);
    let mut cycles = Vec::new();
    let mut reported = BTreeSet::new();
    for &node in by_rank.iter().filter(|node| left.contains(node)) {
        if reported.contains(&node) {
            continue;
        }
        if let Some(cycle) = shortest_cycle(node, before, &left) {
            reported.extend(cycle.iter().copied());
            cycles.push(cycle);
        }
    }
    cycles
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
