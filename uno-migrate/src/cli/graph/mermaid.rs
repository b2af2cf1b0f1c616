//! A flowchart as Mermaid reads it.

use super::{Graph, Node, Standing};

pub(super) fn write(graph: &Graph) -> String {
    let mut text = "flowchart TD\n".to_owned();
    for (number, group) in graph.groups.iter().enumerate() {
        let indent = if group.is_empty() { "    " } else { "        " };
        if !group.is_empty() {
            text += &format!("    subgraph g{number}[\"{}\"]\n", escaped(group));
        }
        for (place, node) in graph.members(number) {
            text += &format!("{indent}{}\n", shape(place, node));
        }
        if !group.is_empty() {
            text += "    end\n";
        }
    }
    for edge in &graph.edges {
        let arrow = if edge.by_number { "-.->" } else { "-->" };
        text += &format!("    m{} {arrow} m{}\n", edge.from, edge.to);
    }
    for (standing, class, look) in [
        (Standing::Applied, "applied", "fill:#d9f2dc,stroke:#2e7d32,color:#1b1b1b"),
        (Standing::Pending, "pending", "fill:#ffffff,stroke:#8a8a8a,color:#1b1b1b,stroke-dasharray:4 3"),
        (Standing::Trouble, "trouble", "fill:#fde0dc,stroke:#c62828,color:#1b1b1b"),
    ] {
        let places: Vec<String> = (graph.nodes.iter().enumerate())
            .filter(|(_, node)| node.standing == standing)
            .map(|(place, _)| format!("m{place}"))
            .collect();
        if !places.is_empty() {
            text += &format!("    classDef {class} {look}\n    class {} {class}\n", places.join(","));
        }
    }
    text
}

fn shape(place: usize, node: &Node) -> String {
    format!("m{place}[\"{}<br/><small>{}</small>\"]", escaped(&node.name), escaped(&node.id))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
