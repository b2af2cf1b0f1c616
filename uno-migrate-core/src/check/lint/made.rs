//! What a section has made so far: a table that nobody knows yet may be locked for as long as one likes.

use crate::QualifiedName;
use crate::cursor::Cursor;

/// The schema of a name without one, unless the session says otherwise.
const DEFAULT_SCHEMA: &str = "public";

/// What the statements so far have made.
#[derive(Default)]
pub(super) struct Made {
    tables: Vec<QualifiedName>,
    /// Indexes of those tables.
    indexes: Vec<QualifiedName>,
    schemas: Vec<String>,
    /// Tables of which a constraint was validated.
    validated: Vec<QualifiedName>,
    /// The first schema of the `search_path` that the section has set.
    path: Option<String>,
}

impl Made {
    /// Whether the section has made this table, or view with rows.
    pub(super) fn has_table(&self, name: &QualifiedName) -> bool {
        self.is_in_new_schema(name) || self.tables.iter().any(|made| self.is_same(made, name))
    }

    /// Whether the section has made this index and its table.
    pub(super) fn has_index(&self, name: &QualifiedName) -> bool {
        self.is_in_new_schema(name) || self.indexes.iter().any(|made| self.is_same(made, name))
    }

    /// Whether the section has validated a constraint of this table.
    pub(super) fn has_validated(&self, name: &QualifiedName) -> bool {
        self.validated.iter().any(|made| self.is_same(made, name))
    }

    fn is_in_new_schema(&self, name: &QualifiedName) -> bool {
        name.schema.as_ref().or(self.path.as_ref()).is_some_and(|schema| self.schemas.contains(schema))
    }

    /// A name without a schema may be in any that a path leads to, so it is taken for what was made under that name.
    fn is_same(&self, made: &QualifiedName, used: &QualifiedName) -> bool {
        let is_same_schema = match (&made.schema, &used.schema) {
            (_, None) => true,
            (Some(made), Some(used)) => made == used,
            (None, Some(used)) => used == DEFAULT_SCHEMA,
        };
        is_same_schema && made.name == used.name
    }

    /// A name as it was when it was made: the path may lead elsewhere later.
    fn placed(&self, name: QualifiedName) -> QualifiedName {
        QualifiedName { schema: name.schema.or_else(|| self.path.clone()), name: name.name }
    }

    /// Notes what a statement makes.
    pub(super) fn note(&mut self, mut cursor: Cursor<'_>) {
        let c = &mut cursor;
        if c.word("CREATE") {
            self.create(c);
        } else if c.words(&["ALTER", "TABLE"]) {
            self.alter(c);
        } else if c.words(&["DROP", "TABLE"]) {
            self.drop(c);
        } else if c.word("SET") {
            self.set(c);
        }
    }

    fn create(&mut self, c: &mut Cursor<'_>) {
        while c.one_of(&["FOREIGN", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED"]) {}
        if c.word("TABLE") || c.words(&["MATERIALIZED", "VIEW"]) {
            c.if_not_exists();
            if let Some(name) = c.qualified() {
                self.tables.push(self.placed(name));
            }
        } else if c.word("SCHEMA") && !c.words(&["IF", "NOT", "EXISTS"]) {
            c.word("AUTHORIZATION");
            self.schemas.extend(c.name());
        } else {
            self.create_index(c);
        }
    }

    fn create_index(&mut self, c: &mut Cursor<'_>) {
        c.word("UNIQUE");
        if !c.word("INDEX") {
            return;
        }
        c.word("CONCURRENTLY");
        c.if_not_exists();
        let (Some(name), true) = (c.name(), c.word("ON")) else { return };
        c.word("ONLY");
        if let Some(table) = c.qualified().filter(|table| self.has_table(table)) {
            let schema = self.placed(table).schema;
            self.indexes.push(QualifiedName { schema, name });
        }
    }

    fn alter(&mut self, c: &mut Cursor<'_>) {
        c.if_exists();
        c.word("ONLY");
        let Some(table) = c.qualified() else { return };
        if c.words(&["RENAME", "TO"]) {
            if let Some(name) = c.name() {
                let schema = self.placed(table.clone()).schema;
                self.moved(&table, QualifiedName { schema, name });
            }
        } else if c.words(&["SET", "SCHEMA"]) {
            if let Some(schema) = c.name() {
                let name = table.name.clone();
                self.moved(&table, QualifiedName { schema: Some(schema), name });
            }
        } else if c.rest().any(|token| token.depth == 0 && token.is("VALIDATE")) {
            self.validated.push(self.placed(table));
        }
    }

    fn moved(&mut self, from: &QualifiedName, to: QualifiedName) {
        let is_new = self.has_table(from);
        self.forget(from);
        self.tables.extend(is_new.then_some(to));
    }

    fn drop(&mut self, c: &mut Cursor<'_>) {
        c.if_exists();
        while let Some(name) = c.qualified() {
            self.forget(&name);
            if !comma(c) {
                break;
            }
        }
    }

    /// Whatever comes under that name from now on is another table.
    fn forget(&mut self, name: &QualifiedName) {
        let (tables, validated) = (std::mem::take(&mut self.tables), std::mem::take(&mut self.validated));
        self.tables = tables.into_iter().filter(|made| !self.is_same(made, name)).collect();
        self.validated = validated.into_iter().filter(|made| !self.is_same(made, name)).collect();
    }

    /// `SET search_path TO a, b`: new tables go to the first.
    fn set(&mut self, c: &mut Cursor<'_>) {
        c.one_of(&["LOCAL", "SESSION"]);
        if c.word("SEARCH_PATH") {
            c.token();
            self.path = c.name().filter(|schema| schema != "$user" && schema != "default");
        }
    }
}

/// Takes the comma behind one of several names.
pub(super) fn comma(c: &mut Cursor<'_>) -> bool {
    c.is_at_punctuation(b',') && c.token().is_some()
}
