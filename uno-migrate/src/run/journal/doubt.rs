//! The one question that is left where nobody but a person can tell whether a statement was applied.

use super::course::Course;
use crate::applied::AppliedMigration;
use crate::bookmark::Begun;
use crate::error::{Error, ErrorKind, Place};
use crate::plan::Step;

/// Was it applied? With both answers as they are typed.
pub(super) fn question(step: &Step, course: &Course<'_>, row: &AppliedMigration, begun: &Begun) -> Error {
    let (called, done) = (&step.called, row.done());
    let total = course.script.total();
    let (first, last) = (done + 1, done + begun.statements);
    let through = last + begun.further;
    let which = match (begun.statements, begun.further) {
        (0 | 1, 0) => format!("was statement {first} of `{called}` applied?"),
        (_, 0) => format!("were statements {first} to {last} of `{called}`, which are one transaction, applied?"),
        _ => format!("which of the statements {first} to {through} of `{called}` were applied?"),
    };
    let checksum = course.checksum(done..last.min(total));
    let is_there = last <= total && checksum == begun.checksum;
    let place = match is_there {
        true => course.script.place(done),
        false => Place { path: course.script.path.clone(), location: None },
    };
    let applied =
        |statement| format!("`repair(Repair::Applied {{ id: \"{called}\".into(), statement: {statement} }})`");
    let retry = format!("`repair(Repair::Retry {{ id: \"{called}\".into() }})`");
    let answers = match (begun.further, is_there) {
        (0, true) => format!("yes: {}\nno: {retry}", applied(last.to_string())),
        (0, false) => format!(
            "yes: put it back into the file, where it is not any more, and {}\nno: {retry}",
            applied(last.to_string())
        ),
        _ => format!("all of them: {}, or the last one that was\nnone of them: {retry}", applied(through.to_string())),
    };
    Error::new(ErrorKind::Interrupted, which)
        .at(place)
        .statement(begun.excerpt.clone())
        .caused_by("it was begun, and the run ended before the database said what became of it")
        .done(format!(
            "{done} of its {total} statements are known to be done, and `{called}` stays recorded as running"
        ))
        .help(format!(
            "look at the database, answer, and {} again\n{answers}",
            match step.direction {
                crate::event::Direction::Up => "run",
                crate::event::Direction::Down => "revert",
            }
        ))
}
