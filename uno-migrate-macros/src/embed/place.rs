//! How a `.rs` file of the directory is named where the macro is called.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::scan;
use crate::site::Site;

/// What `#[path]` says for a file: relative to the calling file where that is certain, so that the compiler puts no build
/// directory into the binary; else the whole path.
pub(crate) fn module_path(site: &Site, target: &Path) -> Option<String> {
    let path = relative(site, target).unwrap_or_else(|| target.to_owned());
    let parts: Option<Vec<_>> = path.iter().map(|part| part.to_str()).collect();
    let text = parts?.join("/");
    Some(text.strip_prefix("//").map(|rest| format!("/{rest}")).unwrap_or(text))
}

fn relative(site: &Site, target: &Path) -> Option<PathBuf> {
    let file = site.file.as_deref()?;
    // Inside `mod name { … }` the compiler starts from a directory called `name`, which need not exist; inside
    // `macro_rules!` it starts from wherever that macro is used.
    if scan::has_block_around(&fs::read_to_string(file).ok()?, site.line) {
        return None;
    }
    let folder = match file.parent()? {
        folder if folder.as_os_str().is_empty() => Path::new("."),
        folder => folder,
    };
    let target = fs::canonicalize(target).ok()?;
    let path = steps(&fs::canonicalize(folder).ok()?, &target);
    // Not from one Windows drive to another.
    (fs::canonicalize(folder.join(&path)).ok()? == target).then_some(path)
}

/// The way from a directory to a file, both without links.
fn steps(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(to.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_file() {
        let way = |from: &str, to: &str| steps(Path::new(from), Path::new(to)).display().to_string();
        assert_eq!(way("/app/src", "/app/migrations/1_a.rs"), "../migrations/1_a.rs");
        assert_eq!(way("/app/src/db", "/app/migrations/1_a.rs"), "../../migrations/1_a.rs");
        assert_eq!(way("/app", "/app/migrations/1_a.rs"), "migrations/1_a.rs");
        assert_eq!(way("/app/src", "/shared/1_a.rs"), "../../shared/1_a.rs");
    }

    #[test]
    fn relative_where_the_caller_is_known() {
        let package = tempfile::tempdir().unwrap();
        fs::create_dir_all(package.path().join("src")).unwrap();
        fs::create_dir_all(package.path().join("migrations")).unwrap();
        let target = package.path().join("migrations/1_a.rs");
        fs::write(&target, "").unwrap();
        let caller = package.path().join("src/main.rs");
        fs::write(&caller, "static A: () = ();\nmod inner {\n    static B: () = ();\n}\n").unwrap();
        let site = |file: Option<&PathBuf>, line| Site { file: file.cloned(), line, ..Site::default() };
        assert_eq!(module_path(&site(Some(&caller), 1), &target).unwrap(), "../migrations/1_a.rs");
        assert_eq!(module_path(&site(Some(&caller), 3), &target).unwrap(), target.to_str().unwrap());
        assert_eq!(module_path(&site(None, 1), &target).unwrap(), target.to_str().unwrap());
    }
}
