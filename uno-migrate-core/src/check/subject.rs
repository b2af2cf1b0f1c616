//! A section as rules see it: what several rules ask of it is found out once, and only if one does.

use std::cell::OnceCell;
use std::ops::Range;

use super::statement::{Statement, Verb};
use super::tables::{Altered, NewTables, altered};
use crate::marker::Half;
use crate::transaction::{Control, control, units};
use crate::{Dialect, QualifiedName, Section};

/// One section of one file, as one database reads it.
pub(crate) struct Subject<'a> {
    pub(crate) dialect: Dialect,
    /// The whole file.
    pub(crate) text: &'a str,
    pub(crate) section: &'a Section,
    pub(crate) half: Half,
    pub(crate) statements: Vec<Statement<'a>>,
    transactions: OnceCell<Vec<Range<usize>>>,
    altered: OnceCell<Vec<Altered>>,
    new_tables: OnceCell<NewTables>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(dialect: Dialect, text: &'a str, section: &'a Section, half: Half) -> Self {
        let statements = section.statements.iter().map(|&span| Statement::new(dialect, text, span)).collect();
        let (transactions, altered, new_tables) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { dialect, text, section, half, statements, transactions, altered, new_tables }
    }

    /// The statements that run in one transaction, for each of them: all of the section's, or its `BEGIN … COMMIT`
    /// regions where it says that it runs outside.
    pub(crate) fn transactions(&self) -> &[Range<usize>] {
        self.transactions.get_or_init(|| {
            if !self.section.no_transaction {
                let all = 0..self.statements.len();
                return Vec::from([all]);
            }
            if self.statements.iter().all(|statement| statement.verb != Verb::Control) {
                return Vec::new();
            }
            let opens = |unit: &Range<usize>| {
                matches!(control(self.dialect, self.text, self.statements[unit.start].span), Some(Control::Begin(_)))
            };
            units(self.dialect, self.text, self.section).into_iter().filter(opens).collect()
        })
    }

    /// The statements that run in a transaction.
    pub(crate) fn in_transaction(&self) -> impl Iterator<Item = &Statement<'a>> {
        self.transactions().iter().flat_map(|range| &self.statements[range.clone()])
    }

    /// Each `ALTER TABLE` that can be read, in their order.
    pub(crate) fn altered(&self) -> &[Altered] {
        self.altered.get_or_init(|| altered(&self.statements))
    }

    /// Whether a table is made by this section, before the statement of that number.
    pub(crate) fn is_new(&self, table: &QualifiedName, before: usize) -> bool {
        let tables = self.new_tables.get_or_init(|| NewTables::of(self.dialect, &self.statements, self.altered()));
        tables.has(self.dialect, table, before)
    }
}
