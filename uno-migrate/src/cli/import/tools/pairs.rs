//! Files in pairs: `1_a.up.sql` and `1_a.down.sql`.

use std::collections::BTreeMap;

use crate::cli::import::original::{Found, numbered};
use crate::cli::import::tools::Tool;
use crate::cli::import::tree::{Foreign, Tree};

/// The files of one version.
pub(super) struct Pair<'t> {
    /// As it is written.
    pub(super) version: &'t str,
    pub(super) name: &'t str,
    pub(super) up: &'t Foreign,
    pub(super) down: Option<&'t Foreign>,
}

#[derive(Default)]
struct Halves<'t> {
    up: Option<(&'t str, &'t str, &'t Foreign)>,
    down: Option<&'t Foreign>,
}

/// The pairs of the directory, by version. `simple`: whether `1_a.sql` is a migration without a way down.
pub(super) fn pairs<'t>(tree: &'t Tree, tool: Tool, simple: bool, found: &mut Found) -> Vec<Pair<'t>> {
    let mut halves: BTreeMap<u128, Halves<'t>> = BTreeMap::new();
    for file in &tree.files {
        let parts = file.name.strip_suffix(".sql").filter(|_| file.folder.is_empty());
        let is_half = |end: &str| parts.and_then(|stem| stem.strip_suffix(end)).and_then(numbered);
        let up = is_half(".up").or_else(|| parts.filter(|stem| simple && !stem.ends_with(".down")).and_then(numbered));
        let number = |version: &str| version.parse::<u128>().ok();
        if let Some((version, name)) = up
            && let Some(number) = number(version)
        {
            let place = halves.entry(number).or_default();
            match place.up {
                None => place.up = Some((version, name, file)),
                Some(_) => found.leave(file, "another file has this version", "give one of them another version"),
            }
        } else if let Some((version, _)) = is_half(".down")
            && let Some(number) = number(version)
        {
            halves.entry(number).or_default().down = Some(file);
        } else {
            found.no_migration(tool, file);
        }
    }
    let mut pairs = Vec::new();
    for Halves { up, down } in halves.into_values() {
        match (up, down) {
            (Some((version, name, up)), down) => pairs.push(Pair { version, name, up, down }),
            (None, Some(down)) => {
                found.leave(down, "it is a way down, and there is no way up", "delete it, or write the other half")
            }
            (None, None) => {}
        }
    }
    pairs
}
