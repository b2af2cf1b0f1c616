//! The line in `.gitattributes` that keeps files the same on every system.

use std::path::Path;

use super::{Done, Files, Refusal, read};

const LINE: &str = "*.sql text eol=lf";

/// Adds the line, unless something is said about `*.sql` already.
pub(super) fn prepare(root: &Path, files: &mut Files) -> Result<Done, Refusal> {
    let path = root.join(".gitattributes");
    let text = read(&path)?.unwrap_or_default();
    let said = text.lines().map(str::trim).filter(|line| line.split_whitespace().next() == Some("*.sql"));
    let ends: Vec<&str> =
        said.filter(|line| line.contains("eol") || line.contains("text") || line.contains("binary")).collect();
    match ends.as_slice() {
        [] if text.is_empty() => {
            files.change(&path, &format!("{LINE}\n"), LINE)?;
            Ok(Done::Made(path))
        }
        [] => {
            let gap = if text.ends_with('\n') { "" } else { "\n" };
            files.change(&path, &format!("{text}{gap}{LINE}\n"), LINE)?;
            Ok(Done::Added { path, line: LINE.to_owned() })
        }
        [.., last] if last.split_whitespace().any(|word| word == "eol=lf") => Ok(Done::Kept(path)),
        [.., last] => {
            let (lines, reason) = (format!("{LINE}\n"), format!("it says `{last}` already"));
            Ok(Done::Shown { path, lines, reason })
        }
    }
}
