//! The line in `build.rs` by which cargo notices new files.

use std::path::Path;

use super::{Done, Files, Refusal, read};

/// Writes a `build.rs`, or adds the line to one where that changes nothing else.
pub(super) fn prepare(root: &Path, directory: &str, files: &mut Files) -> Result<Done, Refusal> {
    let path = root.join("build.rs");
    let line = format!("println!(\"cargo::rerun-if-changed={directory}\");");
    let shown =
        |reason: &str| Done::Shown { path: path.clone(), lines: format!("{line}\n"), reason: reason.to_owned() };
    let manifest = read(&root.join("Cargo.toml"))?.unwrap_or_default();
    if names_another(&manifest) {
        return Ok(shown("`Cargo.toml` has a `build` key: the line belongs into the script that it names"));
    }
    let Some(text) = read(&path)? else {
        files.make(&path, &format!("fn main() {{\n    {line}\n}}\n"))?;
        return Ok(Done::Made(path));
    };
    if has_line(&text, directory) {
        return Ok(Done::Kept(path));
    }
    // Cargo runs a script that says nothing after every change of any file, and one that says something only for that.
    if !text.contains("rerun-if-") {
        return Ok(shown("it runs after every change now, and with this line only after those of the migrations"));
    }
    match with_line(&text, &line) {
        Some(text) => {
            files.change(&path, &text, &line)?;
            Ok(Done::Added { path, line })
        }
        None => Ok(shown("its `main` is not written as `fn main() {` on a line of its own")),
    }
}

/// Whether the package has another build script than `build.rs`, or none.
fn names_another(manifest: &str) -> bool {
    let package = manifest.split("\n[").find(|part| part.trim_start_matches('[').starts_with("package]"));
    package.unwrap_or_default().lines().any(|line| {
        let value = line.trim().strip_prefix("build").map(str::trim_start).and_then(|rest| rest.strip_prefix('='));
        value.is_some_and(|value| !value.trim().starts_with("\"build.rs\""))
    })
}

fn has_line(text: &str, directory: &str) -> bool {
    let is_end = |rest: &str| rest.trim_start_matches('/').starts_with(['"', '\n', '\\']);
    ["rerun-if-changed=", "rerun-if-changed=./"]
        .iter()
        .any(|key| text.split(&format!("{key}{directory}")).skip(1).any(is_end))
}

/// The script with one more line at the start of `main`, where there is no doubt about where that is.
fn with_line(text: &str, line: &str) -> Option<String> {
    let mut mains = text.split_inclusive('\n').filter(|line| line.starts_with("fn main()"));
    let (main, None) = (mains.next()?, mains.next()) else { return None };
    if !main.trim_end().ends_with('{') {
        return None;
    }
    let end = main.len() - main.trim_end().len();
    let line_end = &main[main.len() - end..];
    let start =
        text.split_inclusive('\n').take_while(|line| !line.starts_with("fn main()")).map(str::len).sum::<usize>();
    let (before, after) = text.split_at(start + main.len());
    Some(format!("{before}    {line}{line_end}{after}"))
}
