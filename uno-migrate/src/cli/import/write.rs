//! Files beside what is there already: none is overwritten but what an earlier import wrote.

use std::fs;
use std::io;
use std::path::Path;

use super::convert::Converted;
use super::original::Original;
use super::report::{Fate, File};
use super::{Import, Refusal};

/// Whether one directory is in the other.
pub(super) fn overlaps(source: &Path, target: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    match (real(source), real(target)) {
        (Some(source), Some(target)) => source.starts_with(&target) || target.starts_with(&source),
        // A target that is not there yet is wherever its nearest parent is.
        (Some(source), None) => {
            let mut parents =
                target.ancestors().skip(1).map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path });
            parents.find_map(real).is_some_and(|parent| parent.starts_with(&source))
        }
        _ => false,
    }
}

pub(super) fn file(order: &Import<'_>, original: &Original, converted: &Converted) -> Result<File, Refusal> {
    let folder = order.target.join(&original.folder);
    let path = folder.join(format!("{}.sql", original.id));
    let fate = match fs::read_to_string(&path) {
        Ok(text) if text.replace("\r\n", "\n") == converted.text => Fate::Unchanged,
        Ok(text) if converted.supersedes.as_deref() == Some(text.as_str()) => Fate::Written,
        Ok(_) => Fate::Kept,
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.with_extension("rs").is_file() => Fate::Kept,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Fate::Written,
        Err(error) => return Err(Refusal::io("read", &path, &error)),
    };
    if fate == Fate::Written && !order.is_dry {
        fs::create_dir_all(&folder).map_err(|error| Refusal::io("make the directory", &folder, &error))?;
        fs::write(&path, &converted.text).map_err(|error| Refusal::io("write", &path, &error))?;
    }
    Ok(File { path, id: original.id.to_string(), original: original.shown.clone(), fate })
}
