//! What a statement leaves in the catalogue, for the statements of which the catalogue tells whether they were done.
//!
//! A statement outside a transaction whose connection broke is in doubt. Looking settles it where it does one thing, and
//! that thing is there afterwards and was not before. Everything else stays in doubt: several actions, contents that a
//! broken statement may have left in part (`AS SELECT`), what only its own session sees, and whatever is not read
//! exactly here.

pub(crate) mod alter;
mod index;
mod object;
pub(crate) mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::class::bare;
use crate::cursor::{self, Cursor};
use crate::{Dialect, Span};

/// What is in the catalogue if a statement was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A table is there, or is gone.
    Table {
        /// Its name.
        name: QualifiedName,
        /// Whether it is there.
        exists: bool,
    },
    /// A table, or what else `ALTER TABLE` renames, has another name.
    TableRenamed {
        /// The name that is gone.
        from: QualifiedName,
        /// The name that is there.
        to: QualifiedName,
    },
    /// A view is there, or is gone.
    View {
        /// Its name.
        name: QualifiedName,
        /// Whether it is there.
        exists: bool,
        /// Whether it is one that keeps its rows.
        materialized: bool,
    },
    /// A schema is there, or is gone; on MySQL, where the two are the same, a database.
    Schema {
        /// Its name.
        name: String,
        /// Whether it is there.
        exists: bool,
    },
    /// A database of a PostgreSQL server is there, or is gone.
    Database {
        /// Its name.
        name: String,
        /// Whether it is there.
        exists: bool,
    },
    /// A type is there, or is gone.
    Type {
        /// Its name.
        name: QualifiedName,
        /// Whether it is there.
        exists: bool,
    },
    /// A table has a column, or no longer has it.
    Column {
        /// The table.
        table: QualifiedName,
        /// The column.
        name: String,
        /// Whether it is there.
        exists: bool,
    },
    /// A column has another name.
    ColumnRenamed {
        /// The table.
        table: QualifiedName,
        /// The name that is gone.
        from: String,
        /// The name that is there.
        to: String,
    },
    /// An index is there, or is gone.
    Index {
        /// The table, where the statement names it.
        table: Option<QualifiedName>,
        /// Its name; on MySQL, where each table has names of its own for its indexes, never with a schema.
        name: QualifiedName,
        /// Whether it is there.
        exists: bool,
        /// Whether it is built or dropped without holding up writers, and may be left unusable half-way.
        concurrent: bool,
    },
    /// What a constraint of a table is.
    Constraint {
        /// The table.
        table: QualifiedName,
        /// Its name.
        name: String,
        /// What it demands, where the statement says it.
        kind: Option<ConstraintKind>,
        /// What it is if the statement was done.
        state: ConstraintState,
    },
}

/// What a constraint demands. MySQL has names of their own for each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// `CHECK`
    Check,
    /// `FOREIGN KEY`
    ForeignKey,
    /// `UNIQUE`
    Unique,
    /// Another.
    Other,
}

/// What a constraint is if a statement was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintState {
    /// It is there, and need not hold for the rows that were there before it: `ADD CONSTRAINT … NOT VALID`.
    Exists,
    /// It is there and holds for all rows: `ADD CONSTRAINT`.
    Valid,
    /// It was there, and now holds for all rows: `VALIDATE CONSTRAINT`.
    Validated,
    /// It is gone.
    Absent,
}

/// A name as the database keeps it, without quotes and in the case that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualifiedName {
    /// The schema, where the statement says it.
    pub schema: Option<String>,
    /// The name in it.
    pub name: String,
}

impl QualifiedName {
    /// Whether both may mean the same: where one of them leaves the schema open, it may be that of the other.
    pub(crate) fn may_be(&self, other: &Self, dialect: Dialect) -> bool {
        let is_same_schema = match (&self.schema, &other.schema) {
            (Some(one), Some(other)) => cursor::is_same_name(dialect, one, other),
            _ => true,
        };
        is_same_schema && cursor::is_same_name(dialect, &self.name, &other.name)
    }
}

impl fmt::Display for QualifiedName {
    /// For messages: without the quotes that a statement may need.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// What one statement leaves behind, if looking for it tells whether the statement was done.
pub fn effect(dialect: Dialect, statement: &str) -> Option<Effect> {
    let statement = bare(dialect, statement);
    let tokens = cursor::tokens(dialect, statement, Span::new(0..statement.len()));
    let mut cursor = Cursor::new(dialect, statement, &tokens)?;
    let c = &mut cursor;
    if c.word("CREATE") {
        create(c)
    } else if c.word("DROP") {
        drop(c)
    } else if c.words(&["ALTER", "TABLE"]) {
        alter::table(c)
    } else if dialect == Dialect::MySql && c.word("RENAME") && c.one_of(&["TABLE", "TABLES"]) {
        table::rename(c)
    } else {
        None
    }
}

/// Nothing that could have been there before: no `OR REPLACE`, and nothing temporary.
fn create(c: &mut Cursor<'_>) -> Option<Effect> {
    let postgres = c.dialect() == Dialect::Postgres;
    if c.word("TABLE") || (postgres && c.words(&["UNLOGGED", "TABLE"])) {
        return table::create(c);
    }
    if c.word("VIEW") {
        return object::create_view(c, false);
    }
    if postgres && c.words(&["MATERIALIZED", "VIEW"]) {
        return object::create_view(c, true);
    }
    if postgres && c.word("TYPE") {
        return object::create_type(c);
    }
    if c.word("SCHEMA") {
        return object::create_schema(c, false);
    }
    if c.word("DATABASE") {
        return object::create_schema(c, true);
    }
    index::create(c)
}

fn drop(c: &mut Cursor<'_>) -> Option<Effect> {
    let postgres = c.dialect() == Dialect::Postgres;
    if c.word("TABLE") {
        return table::drop(c);
    }
    if c.word("VIEW") {
        return object::drop_view(c, false);
    }
    if postgres && c.words(&["MATERIALIZED", "VIEW"]) {
        return object::drop_view(c, true);
    }
    if postgres && c.word("TYPE") {
        return object::drop_type(c);
    }
    if c.word("SCHEMA") {
        return object::drop_schema(c, false);
    }
    if c.word("DATABASE") {
        return object::drop_schema(c, true);
    }
    if c.word("INDEX") { index::drop(c) } else { None }
}
