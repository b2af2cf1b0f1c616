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
fn an_id_of_another_namespace_is_suggested_with_it() {
    let nodes = [node("1_a", &["2_b"]), Node { namespace: "billing".to_owned(), ..node("2_b", &[]) }];
    let problems = order(&nodes).unwrap_err();
    let help = problems.iter().next().and_then(|problem| problem.help.as_deref());
    assert_eq!(help, Some("write `billing:2_b`: it is in that namespace"));
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
            let depends: Vec<_> = [at / 2, at.saturating_sub(1)].into_iter().filter(|&on| on < at).map(name).collect();
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
            let on =
                drawn.iter().enumerate().filter(|&(other, _)| other != at && mask & (mask >> 3) & (1 << other) != 0);
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
        let is_ready = |node: &&&Node| !left.iter().any(|other| node.depends.iter().any(|edge| edge.on.id == other.id));
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
        if sorted.order.len() < nodes.len() {
            return Ok(());
        }
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
