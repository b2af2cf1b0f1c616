//! Whose project it is.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use super::Refusal;
use super::tools::Tool;
use super::tree::{Foreign, Tree};

/// The one tool that the files can be of. What they do not tell, the tables of the database do, and then the packages that
/// the project depends on.
pub(super) fn tool(tree: &Tree, tables: Option<BTreeSet<Tool>>) -> Result<Tool, Refusal> {
    let by_files: Vec<Tool> = Tool::ALL.into_iter().filter(|&tool| fits(tool, tree)).collect();
    let by_tables = |tools: &[Tool]| {
        let tables = tables.clone().unwrap_or_default();
        tools.iter().copied().filter(|tool| tables.contains(tool)).collect::<Vec<_>>()
    };
    let by_packages = |tools: &[Tool]| {
        let manifests = manifests(&tree.root);
        tools
            .iter()
            .copied()
            .filter(|tool| tool.packages().iter().any(|name| manifests.contains(name)))
            .collect::<Vec<_>>()
    };
    for tools in [by_files.clone(), by_tables(&by_files), by_packages(&by_files)] {
        if let [one] = tools.as_slice() {
            return Ok(*one);
        }
    }
    let names = |tools: &[Tool]| tools.iter().map(|tool| format!("`{tool}`")).collect::<Vec<_>>().join(" or ");
    let root = tree.root.display();
    Err(match by_files.as_slice() {
        [] => Refusal::new(format!("there are no migrations that we know in `{root}`")).with_help(format!(
            "name their directory with `--source`, and the tool with `--from`: {}",
            names(&Tool::ALL)
        )),
        several => Refusal::new(format!("the migrations in `{root}` may be of {}", names(several)))
            .with_help("say which with `--from`"),
    })
}

/// Whether the files look like those of a tool.
fn fits(tool: Tool, tree: &Tree) -> bool {
    let any = |is: &dyn Fn(&Foreign) -> bool| tree.files.iter().any(is);
    let says = |marker: &'static str| move |file: &Foreign| has_line(file, marker);
    let is_pair = |file: &Foreign| file.name.ends_with(".up.sql");
    let is_numbered = |file: &Foreign| file.name.starts_with(|first: char| first.is_ascii_digit());
    let is_marked = any(&says("+goose up")) || any(&says("migrate:up"));
    match tool {
        Tool::Goose => any(&says("+goose up")),
        Tool::Dbmate => any(&says("migrate:up")),
        Tool::Diesel => {
            any(&|file| file.name == "up.sql" && file.folder.starts_with(|first: char| first.is_ascii_digit()))
        }
        Tool::SeaOrm => any(&|file| file.ending() == "rs" && file.name.starts_with("m2")),
        Tool::Refinery | Tool::Flyway => any(&|file| {
            file.name.starts_with(['V', 'U']) && file.name.contains("__") && matches!(file.ending(), "sql" | "rs")
        }),
        Tool::GolangMigrate => any(&|file| is_pair(file) && is_numbered(file)),
        Tool::Sqlx => {
            let is_down = |file: &Foreign| has_line(file, "down");
            let is_simple = |file: &Foreign| file.ending() == "sql" && is_numbered(file) && !is_down(file);
            !is_marked && tree.top().any(|file| is_simple(file) || is_pair(file) && is_numbered(file))
        }
        Tool::Uno => any(&|file| {
            is_numbered(file) && (file.ending() == "py" || file.ending() == "sql" && has_line(file, "down"))
        }),
    }
}

/// A comment that begins with this.
fn has_line(file: &Foreign, marker: &str) -> bool {
    file.ending() == "sql"
        && file.raw.lines().filter_map(|line| line.trim().strip_prefix("--")).any(|line| {
            let line = line.trim().to_ascii_lowercase();
            line.strip_prefix(marker).is_some_and(|rest| marker != "down" || rest.is_empty())
        })
}

/// What the project depends on: the manifests around the directory, put together.
fn manifests(root: &Path) -> String {
    let root = fs::canonicalize(root).or_else(|_| env::current_dir()).unwrap_or_default();
    let files = root.ancestors().take(4).flat_map(|directory| {
        ["Cargo.toml", "go.mod", "pom.xml", "build.gradle", "build.gradle.kts"].map(|name| directory.join(name))
    });
    files.filter_map(|file| fs::read_to_string(file).ok()).collect()
}
