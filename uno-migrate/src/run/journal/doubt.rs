//! What was begun, and of which the row does not say what became of it: the catalogue tells, or the one question is left that
//! nobody but a person can answer.

use std::slice;

use tracing::info;
use uno_migrate_core::{Effect, is_repeatable};

use super::course::{Course, Unit};
use super::look;
use crate::applied::AppliedMigration;
use crate::bookmark::{Begun, Statements};
use crate::dialect::Settled;
use crate::driver::Connection;
use crate::error::{Error, ErrorKind, Place};
use crate::event::Direction;
use crate::plan::Step;

/// What comes before the answer where the file says something else by now.
const BACK: &str = "put it back into the file, where it is not any more, and";

/// What was begun of a migration, behind what is known to be done.
struct Doubt<'d> {
    step: &'d Step,
    course: &'d Course<'d>,
    row: &'d AppliedMigration,
    begun: &'d Begun,
}

impl Course<'_> {
    /// How many statements of a migration are done that was under way, and is so no more.
    pub(in crate::run) async fn settled(
        &self,
        connection: &mut dyn Connection,
        step: &Step,
        row: &AppliedMigration,
    ) -> Result<usize, Error> {
        match Statements::of(row.metadata.as_deref()).and_then(|statements| statements.next) {
            Some(begun) => Doubt { step, course: self, row, begun: &begun }.settled(connection).await,
            None => Ok(row.done()),
        }
    }
}

impl Doubt<'_> {
    /// How many statements are done.
    async fn settled(&self, connection: &mut dyn Connection) -> Result<usize, Error> {
        let (course, done) = (self.course, self.row.done());
        if self.begun.further > 0 {
            return Err(self.question());
        }
        let units = self.units();
        if self.begun.shared {
            // A table whose engine has no transactions has kept its rows. The excerpt is all that is left of what the file
            // does not say any more.
            let text = units.first().map_or_else(|| self.begun.excerpt.clone(), |unit| course.text(unit));
            return match look::is_untransacted(connection, &text).await? {
                true => Err(self.question()),
                false => Ok(done),
            };
        }
        let [first, others @ ..] = units else { return Err(self.question()) };
        let mut reached = self.first(connection, first).await?;
        if reached == done {
            return Ok(done);
        }
        let mut is_missing = false;
        for unit in others {
            match self.now(connection, unit).await? {
                Some(Settled::Done) if !is_missing => reached = self.applied(unit),
                Some(Settled::NotDone) => is_missing = true,
                _ => return Err(self.question()),
            }
        }
        Ok(reached)
    }

    /// What was begun, where the file says it still; more than one where the catalogue tells of all of them.
    fn units(&self) -> &[Unit] {
        let (course, count) = (self.course, self.begun.statements);
        let Some(first) = course.from(self.row.done()).first() else { return &[] };
        let units = match first.statements.len() == count {
            true => slice::from_ref(first),
            // Each of them is one statement.
            false => course.told_together(first).get(..count).unwrap_or_default(),
        };
        let Some(last) = units.last() else { return &[] };
        let is_same = course.checksum(first.statements.start..last.statements.end) == self.begun.checksum;
        if is_same { units } else { &[] }
    }

    /// How many are done, after one of which the catalogue was asked before it was begun.
    async fn first(&self, connection: &mut dyn Connection, unit: &Unit) -> Result<usize, Error> {
        let (dialect, done) = (connection.dialect(), self.row.done());
        let Some(statement) = self.course.only(unit) else { return Err(self.question()) };
        let now = self.now(connection, unit).await?;
        if is_repeatable(dialect, statement) {
            // What it has dropped may have stood before another one of that name, which is not to go as well.
            return if now == Some(Settled::Unclear) { Err(self.question()) } else { Ok(done) };
        }
        let Some(effect) = self.course.effect(unit) else { return Err(self.question()) };
        let was_built = matches!(effect, Effect::Index { exists: true, concurrent: true, .. });
        match (self.begun.before.map(Settled::from), now) {
            (_, Some(Settled::NotDone)) => Ok(done),
            (Some(Settled::NotDone), Some(Settled::Done)) => Ok(self.applied(unit)),
            // It is dropped and built again.
            (_, Some(Settled::Unusable)) if was_built => Ok(done),
            _ => Err(self.question()),
        }
    }

    /// What the catalogue says now.
    async fn now(&self, connection: &mut dyn Connection, unit: &Unit) -> Result<Option<Settled>, Error> {
        let Some(effect) = self.course.effect(unit) else { return Ok(None) };
        Ok(look::settled(connection, &effect).await?.map(Settled::from))
    }

    fn applied(&self, unit: &Unit) -> usize {
        let (number, called) = (unit.statements.end, &self.step.called);
        info!("statement {number} of `{called}` was applied before its connection was lost");
        number
    }

    /// Was it applied? With both answers as they are typed.
    fn question(&self) -> Error {
        let Self { step, course, row, begun } = *self;
        let (called, done) = (&step.called, row.done());
        let total = course.script.total();
        let (first, last) = (done + 1, done + begun.statements);
        let through = last + begun.further;
        // What is neither one statement nor one transaction may be done in part.
        let is_one = begun.further == 0 && !begun.is_told_together();
        let which = match begun.statements {
            0 | 1 if is_one => format!("was statement {first} of `{called}` applied?"),
            _ if is_one => {
                format!("were statements {first} to {last} of `{called}`, which are one transaction, applied?")
            }
            _ => format!("which of the statements {first} to {through} of `{called}` were applied?"),
        };
        let is_there = last <= total && course.checksum(done..last) == begun.checksum;
        let place = match is_there {
            true => course.script.place(done),
            false => Place { path: course.script.path.clone(), location: None },
        };
        let applied =
            |statement| format!("`repair(Repair::Applied {{ id: \"{called}\".into(), statement: {statement} }})`");
        let retry = format!("`repair(Repair::Retry {{ id: \"{called}\".into() }})`");
        let answers = match (is_one, is_there) {
            (true, true) => format!("yes: {}\nno: {retry}", applied(last.to_string())),
            (true, false) => format!("yes: {BACK} {}\nno: {retry}", applied(last.to_string())),
            (false, true) => format!(
                "all of them: {}, or the last one that was\nnone of them: {retry}",
                applied(through.to_string())
            ),
            (false, false) => format!(
                "all of them: {BACK} {}, or the last one that was\nnone of them: {retry}",
                applied(through.to_string())
            ),
        };
        let verb = match step.direction {
            Direction::Up => "run",
            Direction::Down => "revert",
        };
        Error::new(ErrorKind::Interrupted, which)
            .at(place)
            .statement(begun.excerpt.clone())
            .caused_by("it was begun, and the run ended before the database said what became of it")
            .done(format!(
                "{done} of its {total} statements are known to be done, and `{called}` stays recorded as running"
            ))
            .help(format!("look at the database, answer, and {verb} again\n{answers}"))
    }
}
