//! `graph`: migrations and what waits for what, as text that others draw or as a drawing.

use std::collections::HashMap;

use serde::Serialize;

use crate::{Migration, State, Status};

mod dot;
mod mermaid;
mod svg;

/// How a graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Drawing {
    /// For Markdown on most code hosts.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// A drawing.
    Svg,
}

/// Migrations in plan order, and what waits for what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(in crate::cli) struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The folders, by path.
    groups: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Node {
    id: String,
    name: String,
    /// Which of the folders it stands in.
    group: usize,
    standing: Standing,
}

/// What a drawing tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Standing {
    /// Nobody has asked a database.
    Unknown,
    Applied,
    Pending,
    /// It needs somebody: half-way, or not what was applied.
    Trouble,
}

/// From what comes first to what waits for it, by their places among the nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Edge {
    from: usize,
    to: usize,
    /// Only its number puts it there.
    by_number: bool,
}

impl Graph {
    /// The graph of a set in plan order. With a status, each migration shows where it stands.
    pub(in crate::cli) fn new<'a>(
        migrations: impl IntoIterator<Item = &'a Migration>,
        status: Option<&Status>,
    ) -> Self {
        let migrations: Vec<&Migration> = migrations.into_iter().collect();
        let folders: Vec<&str> = migrations.iter().map(|migration| folder(migration.path())).collect();
        let shared = shared(&folders);
        let mut groups: Vec<String> = folders.iter().map(|folder| below(folder, shared).to_owned()).collect();
        groups.sort();
        groups.dedup();
        let nodes: Vec<Node> = (migrations.iter().zip(&folders))
            .map(|(migration, folder)| {
                let info = migration.info();
                let (id, folder) = (info.id.to_string(), below(folder, shared));
                let group = groups.iter().position(|group| group == folder).unwrap_or_default();
                let standing = standing(migration, status);
                Node { id, name: info.name.clone(), group, standing }
            })
            .collect();
        Self { nodes, edges: edges(&migrations), groups }
    }

    /// The graph, written.
    pub(in crate::cli) fn render(&self, format: Drawing) -> String {
        match format {
            Drawing::Mermaid => mermaid::write(self),
            Drawing::Dot => dot::write(self),
            Drawing::Svg => svg::draw(self),
        }
    }

    /// The nodes of a folder, with their places.
    fn members(&self, group: usize) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes.iter().enumerate().filter(move |(_, node)| node.group == group)
    }
}

/// What each waits for; and for those that wait for nothing, what their number puts them behind.
fn edges(migrations: &[&Migration]) -> Vec<Edge> {
    let places: HashMap<_, _> =
        migrations.iter().enumerate().map(|(place, one)| ((one.namespace(), one.info().id.as_str()), place)).collect();
    let mut edges = Vec::new();
    for (to, migration) in migrations.iter().enumerate() {
        let before = edges.len();
        for on in &migration.info().depends {
            let namespace = on.namespace.as_deref().or(migration.namespace());
            let from = places.get(&(namespace, on.id.as_str()));
            edges.extend(from.map(|&from| Edge { from, to, by_number: false }));
        }
        if edges.len() == before && to > 0 {
            edges.push(Edge { from: to - 1, to, by_number: true });
        }
    }
    edges
}

fn standing(migration: &Migration, status: Option<&Status>) -> Standing {
    let Some(status) = status else { return Standing::Unknown };
    let id = migration.info().id.as_str();
    let found = status
        .migrations
        .iter()
        .find(|one| one.id == id && migration.namespace().is_none_or(|namespace| namespace == one.namespace));
    match found.map(|found| found.state) {
        Some(State::Applied) => Standing::Applied,
        Some(State::Running | State::Failed | State::Modified | State::Ahead) => Standing::Trouble,
        Some(State::Pending | State::OutOfOrder | State::Reverted) | None => Standing::Pending,
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folder that all of them are in.
fn shared<'a>(folders: &[&'a str]) -> &'a str {
    let Some((first, rest)) = folders.split_first() else { return "" };
    let mut shared = *first;
    while !rest.iter().all(|other| is_in(other, shared)) {
        shared = folder(shared);
    }
    shared
}

fn is_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn below<'a>(path: &'a str, shared: &str) -> &'a str {
    path.strip_prefix(shared).unwrap_or(path).trim_start_matches('/')
}

#[cfg(test)]
mod tests;
