//! The way through a migration that is not one transaction: its units, their fates, and what its row says at each.

use std::ops::Range;

use uno_migrate_core::{
    Carried, Checksum, Dialect, Effect, Fate, QualifiedName, StatementClass, acts_outside, carried, class, effect,
    fates, is_new_part, is_repeatable, row_list, units,
};

use super::look;
use crate::applied::AppliedMigration;
use crate::bookmark::{Begun, Bookmark, Statements};
use crate::context::StatementError;
use crate::driver::{Connection, send};
use crate::error::{Error, ErrorKind};
use crate::run::script::Script;

pub(in crate::run) struct Course<'s> {
    pub(in crate::run) script: &'s Script,
    dialect: Dialect,
    units: Vec<Unit>,
    /// Beside each number of statements, the chain of their checksums.
    chains: Vec<Checksum>,
    /// The database's session that runs it.
    session: Option<String>,
    /// A statement may ask the session for the row that was added last.
    asks_for_last_row: bool,
}

/// Statements that are done together.
#[derive(Debug, Clone)]
pub(in crate::run) struct Unit {
    pub(in crate::run) statements: Range<usize>,
    pub(in crate::run) fate: Fate,
}

impl<'s> Course<'s> {
    /// Where the history cannot share a transaction with it, nothing does.
    pub(in crate::run) fn new(script: &'s Script, dialect: Dialect, can_share: bool, session: Option<String>) -> Self {
        let Script { text, section, .. } = script;
        let units = units(dialect, text, section);
        let fates = match can_share {
            true => fates(dialect, text, section, &units),
            false => vec![Fate::Apart; units.len()],
        };
        let units = units.into_iter().zip(fates).map(|(statements, fate)| Unit { statements, fate });
        let sums = section.statements.iter().map(|&span| Checksum::of_statement(dialect, text, span));
        let mut chains = vec![Checksum::of_nothing()];
        chains.extend(sums.scan(Checksum::of_nothing(), |chain, sum| {
            *chain = chain.then(sum);
            Some(*chain)
        }));
        let asks_for_last_row = text.to_ascii_lowercase().contains("last_insert_id");
        Self { script, dialect, units: units.collect(), chains, session, asks_for_last_row }
    }

    /// What is still to be done.
    pub(in crate::run) fn from(&self, done: usize) -> &[Unit] {
        &self.units[self.units.partition_point(|unit| unit.statements.start < done)..]
    }

    /// The transaction of the file's own that is open behind so many statements: how many are done before and after it.
    pub(in crate::run) fn transaction_around(&self, done: usize) -> Option<Range<usize>> {
        let around = |unit: &&Unit| unit.statements.start < done && done < unit.statements.end;
        self.units.iter().find(around).map(|unit| unit.statements.clone())
    }

    /// By what so many statements from the first on are known again.
    fn chain(&self, done: usize) -> Checksum {
        self.chains.get(done).copied().unwrap_or_else(Checksum::of_nothing)
    }

    /// By what some statements are known again.
    pub(in crate::run) fn checksum(&self, statements: Range<usize>) -> String {
        match statements {
            Range { start: 0, end } => self.chain(end),
            other => crate::bookmark::chain(self.dialect, &self.script.text, &self.script.section, other),
        }
        .to_string()
    }

    /// The only statement of a unit, where it has no more.
    pub(super) fn only<'c>(&'c self, unit: &Unit) -> Option<&'c str> {
        (unit.statements.len() == 1).then(|| self.script.statement(unit.statements.start))
    }

    /// The statements of a unit.
    pub(super) fn text(&self, unit: &Unit) -> String {
        unit.statements.clone().map(|index| self.script.statement(index)).collect::<Vec<_>>().join("; ")
    }

    /// What a unit leaves in the catalogue, where that is known.
    pub(super) fn effect(&self, unit: &Unit) -> Option<Effect> {
        effect(self.dialect, self.only(unit)?)
    }

    /// Whether a table may have kept rows of a unit that has failed, since its engine has no transactions. So it is where
    /// nobody can tell.
    pub(in crate::run) async fn leaves_rows(&self, connection: &mut dyn Connection, unit: &Unit) -> bool {
        let mut asked = None;
        for index in unit.statements.clone() {
            let statement = self.script.statement(index);
            let table = row_list(self.dialect, statement);
            let changes_rows = class(self.dialect, statement) == StatementClass::Data;
            // Of many that add to the same table, one tells.
            if !changes_rows || (table.is_some() && table == asked) {
                continue;
            }
            if look::is_untransacted(connection, statement).await.unwrap_or(true) {
                return true;
            }
            asked = table;
        }
        false
    }

    /// The table to which a statement adds the rows that it lists, if it does nothing else, shares a transaction with the
    /// history's word, and no other one depends on which row was added last: if a message of several stops, it goes on as one
    /// that has failed, of which a session is not expected to know that.
    pub(in crate::run) fn adds_rows(&self, index: usize) -> Option<QualifiedName> {
        if self.asks_for_last_row {
            return None;
        }
        let unit = self.from(index).first().filter(|unit| unit.statements.start == index)?;
        let statement = self.script.statement(index);
        let is_fit = unit.fate == Fate::Shared && !acts_outside(self.dialect, statement);
        row_list(self.dialect, statement).filter(|_| is_fit)
    }

    /// How many statements from one on, and no more than so many, only add rows to the same table.
    pub(in crate::run) fn adding_rows(&self, first: usize, most: usize) -> usize {
        let Some(table) = self.adds_rows(first) else { return 0 };
        let others =
            (first + 1..self.script.total()).take_while(|index| self.adds_rows(*index).as_ref() == Some(&table));
        1 + others.take(most.saturating_sub(1)).count()
    }

    /// The row with so many statements done, and what follows them begun.
    pub(in crate::run) async fn noted(
        &self,
        connection: &mut dyn Connection,
        row: &AppliedMigration,
        done: usize,
    ) -> Result<AppliedMigration, Error> {
        let next = match self.from(done).first() {
            Some(unit) => Some(self.begun(connection, unit, unit.fate).await?),
            None => None,
        };
        Ok(self.row(row, done, next))
    }

    pub(in crate::run) fn row(&self, row: &AppliedMigration, done: usize, next: Option<Begun>) -> AppliedMigration {
        let chain = self.chain(done).to_string();
        let (total, session) = (self.script.total(), self.session.clone());
        let journal = Bookmark::Statements(Statements { done: chain, total, next, session });
        let metadata = journal.written(row.metadata.as_deref());
        AppliedMigration { statements_done: i64::try_from(done).unwrap_or(i64::MAX), metadata, ..row.clone() }
    }

    /// What is written before a unit is begun.
    pub(super) async fn begun(&self, connection: &mut dyn Connection, unit: &Unit, fate: Fate) -> Result<Begun, Error> {
        let before = match self.sought(unit, fate) {
            Some(effect) => look::settled(connection, &effect).await?,
            None => None,
        };
        Ok(Begun { before, ..self.begun_unseen(unit.statements.clone(), fate) })
    }

    /// What the catalogue is asked for before a unit is begun: only where the answer will be needed.
    pub(in crate::run) fn sought(&self, unit: &Unit, fate: Fate) -> Option<Effect> {
        let is_needed = fate == Fate::Apart && !self.only(unit).is_some_and(|one| is_repeatable(self.dialect, one));
        self.effect(unit).filter(|_| is_needed)
    }

    /// What is written before some statements are begun, but for what the catalogue says.
    pub(in crate::run) fn begun_unseen(&self, statements: Range<usize>, fate: Fate) -> Begun {
        Begun {
            checksum: self.checksum(statements.clone()),
            statements: statements.len(),
            shared: fate == Fate::Shared,
            before: None,
            excerpt: self.script.excerpt(self.dialect, &statements),
            table: None,
            further: 0,
        }
    }

    /// The units of one statement each that a row can say are begun all at once, from one on of which the catalogue was asked:
    /// of what the others make it tells as well whether they were done, without having been asked before.
    pub(in crate::run) fn told_together(&self, first: &Unit) -> &[Unit] {
        let units = self.from(first.statements.start);
        let is_told = |count: &usize| {
            let before: Option<Vec<&str>> = units[..*count].iter().map(|unit| self.only(unit)).collect();
            let next = self.only(&units[*count]).filter(|_| units[*count].fate == Fate::Apart);
            before.zip(next).is_some_and(|(before, next)| is_new_part(self.dialect, &before, next))
        };
        let count = (1..units.len()).take_while(is_told).count();
        &units[..units.len().min(1 + count)]
    }

    /// Sets a new session up as the statements that are done have left theirs.
    pub(super) async fn carry_on(&self, connection: &mut dyn Connection, done: usize) -> Result<(), Error> {
        let Script { text, section, .. } = self.script;
        // What is lost has kept the plan from being made.
        let Carried::Again(spans) = carried(self.dialect, text, section, done) else { return Ok(()) };
        for span in spans {
            let statement = span.of(text);
            send(connection, statement).await.map_err(|error| {
                let at = section.statements.iter().position(|other| *other == span).unwrap_or_default();
                let error = StatementError::new(self.dialect, statement, error);
                Error::new(ErrorKind::Migration, "a setting that a done statement has made could not be made again")
                    .at(self.script.place(at))
                    .statement(error.statement.clone())
                    .caused_by_statement(error)
            })?;
        }
        Ok(())
    }
}
