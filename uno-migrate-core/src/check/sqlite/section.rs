//! One section, executed as the engine executes it.

use std::collections::BTreeMap;

use super::catalogue::{Catalogue, Touched};
use super::doubt::Doubt;
use super::failure::Failure;
use super::shadow::Shadow;
use super::statement::Statement;
use super::watch::{Allowance, Event};
use crate::transaction::control;
use crate::{Dialect, Section, changes_session};

/// How many times a section may begin anew.
const ATTEMPTS: usize = 8;

/// The shadow database and what is known of it.
pub(super) struct Bench {
    pub(super) shadow: Shadow,
    pub(super) catalogue: Catalogue,
}

/// What came of a section.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What it has done something to.
    pub(super) touched: Touched,
    /// Which of its statements were not executed, and why.
    pub(super) failures: BTreeMap<usize, Refusal>,
    /// Nothing of it was kept.
    pub(super) is_lost: bool,
}

#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) failure: Failure,
    /// Whether it is the author's mistake.
    pub(super) is_certain: bool,
}

impl Outcome {
    /// Whether the database is as the section would leave it.
    pub(super) fn is_done(&self) -> bool {
        self.failures.is_empty() && !self.is_lost
    }

    pub(super) fn is_silent(&self) -> bool {
        self.is_lost || self.failures.values().any(|refusal| !refusal.is_certain)
    }
}

impl Bench {
    /// Executes what can be executed: a statement that is refused is left out, so that the next ones are judged as well.
    pub(super) fn run(&mut self, text: &str, section: &Section, doubt: &mut Doubt) -> Outcome {
        let statements: Vec<_> = section.statements.iter().map(|span| Statement::new(span.of(text))).collect();
        let (mut failures, mut enforces) = (BTreeMap::new(), !section.foreign_keys_off);
        let may_change = changes_session(Dialect::Sqlite, text, section);
        for _ in 0..ATTEMPTS {
            let mut touched = Touched::default();
            let ended = self.attempt(text, section, &statements, enforces, doubt, &mut failures, &mut touched);
            if ended == Ended::Kept {
                if !enforces || may_change {
                    self.shadow.renew();
                }
                return Outcome { touched, failures, is_lost: false };
            }
            let _ = self.shadow.own("ROLLBACK");
            self.catalogue.revert(&touched);
            if ended == Ended::Refused {
                if !enforces {
                    break;
                }
                // A row that refers to nothing, which is found at the end only: it may refer to the application's.
                enforces = false;
                doubt.add_rows();
            }
            // Else an error has taken the whole transaction back: once more, without the statement.
        }
        self.shadow.renew();
        for (number, refusal) in self.read(text, section) {
            failures.entry(number).or_insert(refusal);
        }
        statements.iter().for_each(|statement| doubt.add(statement));
        Outcome { failures, is_lost: true, ..Outcome::default() }
    }

    #[expect(clippy::too_many_arguments, reason = "they are what one attempt has to itself, and what outlives it")]
    fn attempt(
        &mut self,
        text: &str,
        section: &Section,
        statements: &[Statement<'_>],
        enforces: bool,
        doubt: &mut Doubt,
        failures: &mut BTreeMap<usize, Refusal>,
        touched: &mut Touched,
    ) -> Ended {
        let is_bracketed = !section.no_transaction;
        // Setting it has SQLite go through all of its tables.
        if !enforces {
            let _ = self.shadow.own("PRAGMA foreign_keys = OFF");
        }
        if is_bracketed {
            let _ = self.shadow.own("BEGIN");
        }
        for (number, statement) in statements.iter().enumerate() {
            if failures.contains_key(&number) || is_left_out(text, section, number, statement) {
                continue;
            }
            let Self { shadow, catalogue } = self;
            let changes_schema = statement.is_one(&["create", "alter", "drop"]);
            let allowance = if changes_schema { Allowance::Schema } else { Allowance::Rows };
            let note = |events: &[Event]| catalogue.note(shadow, number, statement, events, touched);
            let executed = shadow.execute(statement.sql, allowance, note);
            match executed {
                Ok(events) => {
                    if !events.is_empty() {
                        doubt.spread(statement);
                    }
                    catalogue.apply(statement, events);
                    if statement.is_one(&["rollback"]) {
                        doubt.add(statement);
                    }
                }
                Err(failure) => {
                    let refusal = self.judged(statement, failure, doubt);
                    failures.insert(number, refusal);
                    doubt.add(statement);
                    if is_bracketed && !self.shadow.is_in_transaction() {
                        return Ended::Broken;
                    }
                }
            }
        }
        if !self.shadow.is_in_transaction() {
            return Ended::Kept;
        }
        // One that it left open by itself ends with its connection.
        if !is_bracketed {
            let _ = self.shadow.own("ROLLBACK");
            doubt.add_everything();
            return Ended::Kept;
        }
        // Rows that refer to nothing may refer to the application's; keys that fit no table fit none elsewhere.
        if section.foreign_keys_off
            && let Err(failure) = self.shadow.own("PRAGMA foreign_key_check")
        {
            let is_certain = failure.message.starts_with("foreign key mismatch") && doubt.is_none();
            failures.entry(statements.len().saturating_sub(1)).or_insert(Refusal { failure, is_certain });
        }
        if self.shadow.own("COMMIT").is_ok() { Ended::Kept } else { Ended::Refused }
    }

    /// Whether a refusal is the author's mistake. Where it may come from what is not known here, the grammar is still
    /// checked to the end.
    fn judged(&self, statement: &Statement<'_>, failure: Failure, doubt: &Doubt) -> Refusal {
        let is_certain = |failure: &Failure| failure.is_certain(statement, doubt, self.catalogue.has_triggers());
        if is_certain(&failure) {
            return Refusal { failure, is_certain: true };
        }
        let deeper = failure.missing_table().and_then(|table| self.shadow.prepare_with(table, statement.sql).err());
        match deeper.filter(Failure::is_grammar) {
            Some(failure) => Refusal { failure, is_certain: true },
            None => Refusal { failure, is_certain: false },
        }
    }

    /// What SQLite cannot read of a section that is not executed.
    pub(super) fn read(&self, text: &str, section: &Section) -> BTreeMap<usize, Refusal> {
        let mut failures = BTreeMap::new();
        for (number, span) in section.statements.iter().enumerate() {
            let statement = Statement::new(span.of(text));
            if is_left_out(text, section, number, &statement) {
                continue;
            }
            if let Err(failure) = self.shadow.prepare(statement.sql) {
                failures.insert(number, self.judged(&statement, failure, &Doubt::of_everything()));
            }
        }
        failures
    }
}

/// How an attempt ended.
#[derive(PartialEq, Eq)]
enum Ended {
    Kept,
    /// The transaction is gone.
    Broken,
    /// It cannot be committed.
    Refused,
}

/// What is said elsewhere, or says nothing here: a transaction in the migration's, a `VACUUM`.
fn is_left_out(text: &str, section: &Section, number: usize, statement: &Statement<'_>) -> bool {
    // Looked at before it is read: most statements are none of these.
    let is_control = || control(Dialect::Sqlite, text, section.statements[number]).is_some();
    let may_be = statement.is_one(&["begin", "commit", "end", "rollback"]);
    !section.no_transaction && may_be && is_control() || statement.is_one(&["vacuum"])
}
