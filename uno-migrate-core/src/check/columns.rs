//! Which columns have a type of the author's own, as far as the statements say: PostgreSQL.

use super::statement::{Statement, Verb};
use super::tables::created;
use crate::QualifiedName;
use crate::cursor::Cursor;
use crate::effect::alter;

/// The columns of one type.
pub(super) struct Columns<'a> {
    of: &'a QualifiedName,
    columns: Vec<(QualifiedName, String)>,
}

impl<'a> Columns<'a> {
    pub(super) fn new(of: &'a QualifiedName) -> Self {
        Self { of, columns: Vec::new() }
    }

    pub(super) fn has(&self, table: &QualifiedName, column: &str) -> bool {
        self.columns.iter().any(|(its_table, name)| name == column && is_same(its_table, table))
    }

    /// Does what a statement does. Whatever may give a column another type, or another column that name, ends what is
    /// known of it.
    pub(super) fn apply(&mut self, statement: &Statement<'_>) {
        match statement.verb {
            Verb::Create => {
                self.create(statement);
            }
            Verb::Alter => {
                self.alter(statement);
            }
            Verb::Drop if statement.begins(&["DROP", "TABLE"]) || statement.begins(&["DROP", "SCHEMA"]) => {
                self.forget(statement);
            }
            _ => {}
        }
    }

    fn create(&mut self, statement: &Statement<'_>) -> Option<()> {
        let table = created(statement)?;
        let mut c = statement.cursor()?;
        while !c.is_at_punctuation(b'(') {
            c.token()?;
        }
        for mut part in c.parenthesised()?.parts() {
            self.columns.extend(column_of(&mut part, self.of).map(|column| (table.clone(), column)));
        }
        Some(())
    }

    fn alter(&mut self, statement: &Statement<'_>) -> Option<()> {
        let Some(mut c) = statement.behind(&["ALTER", "TABLE"]) else {
            // A type that is renamed, or another that takes its name.
            if statement.begins(&["ALTER", "TYPE"]) && statement.cursor()?.rest().any(|token| token.is("RENAME")) {
                self.columns.clear();
            }
            return None;
        };
        let table = alter::altered(&mut c)?;
        for mut action in c.parts() {
            if action.word("ADD") {
                let is_column = action.word("COLUMN");
                let may_exist = action.is_at(&["IF"]);
                action.if_not_exists();
                let added = if is_column || !may_exist { column_of(&mut action, self.of) } else { None };
                self.columns.extend(added.map(|column| (table.clone(), column)));
            } else if action.is_at(&["RENAME", "DROP"]) {
                self.columns.retain(|(known, _)| !known.may_be(&table, crate::Dialect::Postgres));
            } else if action.word("ALTER") {
                action.word("COLUMN");
                let column = action.name()?;
                action.words(&["SET", "DATA"]);
                if action.word("TYPE") {
                    self.columns.retain(|(known, name)| !(is_same(known, &table) && *name == column));
                    if is_type(&mut action, self.of) {
                        self.columns.push((table.clone(), column));
                    }
                }
            }
        }
        Some(())
    }

    fn forget(&mut self, statement: &Statement<'_>) {
        let names: Vec<_> = statement.cursor().into_iter().flat_map(|c| c.rest().map(|token| token.text)).collect();
        let is_named = |name: &str| names.iter().any(|known| known.trim_matches('"').eq_ignore_ascii_case(name));
        self.columns.retain(|(table, _)| {
            !is_named(&table.name) && !table.schema.as_ref().is_some_and(|schema| is_named(schema))
        });
    }
}

/// The name of the column that is defined here, if it has that type.
pub(super) fn column_of(c: &mut Cursor<'_>, of: &QualifiedName) -> Option<String> {
    let name = c.name()?;
    is_type(c, of).then_some(name)
}

/// Whether a type is meant, and not an array of it.
pub(super) fn is_type(c: &mut Cursor<'_>, of: &QualifiedName) -> bool {
    c.qualified().is_some_and(|name| is_same(&name, of)) && !c.is_at_punctuation(b'[') && !c.is_at(&["ARRAY"])
}

/// What has no schema is in `public`, if anywhere that others name.
pub(super) fn is_same(one: &QualifiedName, other: &QualifiedName) -> bool {
    let schema = |name: &QualifiedName| name.schema.clone().unwrap_or_else(|| "public".to_owned());
    one.name == other.name && schema(one) == schema(other)
}
