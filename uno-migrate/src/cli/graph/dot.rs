//! A graph as Graphviz reads it.

use super::{Graph, Node, Standing};

pub(super) fn write(graph: &Graph) -> String {
    let mut text =
        "digraph migrations {\n    node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=sans]\n"
            .to_owned();
    for (number, group) in graph.groups.iter().enumerate() {
        let indent = if group.is_empty() { "    " } else { "        " };
        if !group.is_empty() {
            text += &format!("    subgraph cluster_{number} {{\n        label={}\n", quoted(group));
        }
        for (_, node) in graph.members(number) {
            text += &format!("{indent}{} [{}]\n", quoted(&node.id), look(node));
        }
        if !group.is_empty() {
            text += "    }\n";
        }
    }
    for edge in &graph.edges {
        let (from, to) = (&graph.nodes[edge.from].id, &graph.nodes[edge.to].id);
        let style = if edge.by_number { " [style=dotted]" } else { "" };
        text += &format!("    {} -> {}{style}\n", quoted(from), quoted(to));
    }
    text + "}\n"
}

fn look(node: &Node) -> String {
    let label = quoted(&format!("{}\n{}", node.name, node.id));
    let look = match node.standing {
        Standing::Unknown => "",
        Standing::Applied => ", fillcolor=\"#d9f2dc\", color=\"#2e7d32\"",
        Standing::Pending => ", style=\"rounded,filled,dashed\"",
        Standing::Trouble => ", fillcolor=\"#fde0dc\", color=\"#c62828\"",
    };
    format!("label={label}{look}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
