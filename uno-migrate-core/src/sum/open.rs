//! What the file is to a set that is being read.

use super::current::{Current, sum};
use super::format::{Read, read};
use super::verify::verify;
use super::{Integrity, Sum, SumLine};
use crate::directory::SumFile;
use crate::{Dialect, Origin, Problem};

/// Reads the file, where there is one that can be read. One that is about to be written anew may say what it likes.
pub(crate) fn open<'a>(
    file: Option<&'a SumFile>,
    stray: &[String],
    integrity: Integrity,
    problems: &mut Vec<Problem>,
) -> Option<Read<'a>> {
    if integrity == Integrity::Ignored {
        return None;
    }
    problems.extend(stray.iter().map(|shown| {
        let problem = Problem::at(Origin::file(shown.as_str()), "this `uno.sum` counts for nothing");
        problem.with_help("delete it: the one of the first directory that is embedded counts for the whole set")
    }));
    let SumFile { shown, text, .. } = file?;
    let read = text.as_ref().map_err(Clone::clone).and_then(|text| read(shown, text));
    read.map_err(|problem| problems.extend(Some(problem).filter(|_| integrity == Integrity::Enforced))).ok()
}

/// What the file should say of a set but for what is proven, and what of that it does not say.
///
/// A file that fits stays as it is: it may know of more databases than this build does.
pub(crate) fn compare(
    written: Option<&Read<'_>>,
    dialects: &[Dialect],
    migrations: &[Current<'_>],
) -> (Sum, Vec<Problem>) {
    let now = sum(dialects, migrations);
    let Some(read) = written else { return (now, Vec::new()) };
    let problems = verify(read, &now, migrations);
    if !problems.is_empty() {
        return (now, problems);
    }
    let Sum { dialects, lines } = &read.sum;
    let lines = lines.iter().map(|line| SumLine { proofs: Vec::new(), ..line.clone() });
    (Sum { dialects: dialects.clone(), lines: lines.collect() }, problems)
}
