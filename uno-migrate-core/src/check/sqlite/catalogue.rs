//! What is in the shadow database, as far as statements have said: SQLite's own catalogue is as long as the set, and is
//! not read again for every migration.

use std::collections::BTreeMap;

use super::shadow::Shadow;
use super::statement::Statement;
use super::structure::Table;
use super::watch::Event;

/// What can be made and dropped; indexes belong to their table. Names are in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Relation(String),
    Trigger(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    View,
    Trigger,
}

/// What an object is like.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    Absent,
    View,
    Trigger,
    Table(Table),
}

/// What is in the database.
#[derive(Debug, Default)]
pub(super) struct Catalogue(BTreeMap<Object, Kind>);

/// What a section has done something to: which of its statements was the first, and what the object was like before.
#[derive(Debug, Default)]
pub(super) struct Touched(pub(super) BTreeMap<Object, (usize, State)>);

impl Object {
    pub(super) fn relation(name: &str) -> Self {
        Self::Relation(name.to_ascii_lowercase())
    }

    pub(super) fn trigger(name: &str) -> Self {
        Self::Trigger(name.to_ascii_lowercase())
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Relation(name) | Self::Trigger(name) => name,
        }
    }

    /// SQLite's own, which it makes when it needs them.
    fn is_internal(&self) -> bool {
        self.name().starts_with("sqlite_")
    }
}

impl Catalogue {
    /// The tables and views.
    pub(super) fn relations(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter(|object| matches!(object, Object::Relation(_))).map(Object::name)
    }

    pub(super) fn has_triggers(&self) -> bool {
        // Triggers come last.
        self.0.last_key_value().is_some_and(|(object, _)| matches!(object, Object::Trigger(_)))
    }

    /// Before a statement is executed: what it is about to do something to is looked at.
    pub(super) fn note(
        &self,
        shadow: &Shadow,
        number: usize,
        statement: &Statement<'_>,
        events: &[Event],
        touched: &mut Touched,
    ) {
        let mut objects: Vec<_> = events.iter().map(|event| event.object().clone()).collect();
        let alters = events.iter().any(|event| matches!(event, Event::Altered(_)));
        if let Some(new) = statement.renames_to().filter(|_| alters) {
            let renamed: Vec<_> = objects.iter().map(|object| object.name().to_owned()).collect();
            // A name is changed wherever it stands, and so is a column's, in what names its table.
            objects.extend(renamed.iter().flat_map(|name| shadow.tables_that_mention(name)));
            objects.extend(statement.renames_table_to().map(|_| Object::relation(new)));
        }
        for object in objects {
            if !object.is_internal() && !touched.0.contains_key(&object) {
                let state = self.state(shadow, &object);
                touched.0.insert(object, (number, state));
            }
        }
    }

    /// After a statement was executed.
    pub(super) fn apply(&mut self, statement: &Statement<'_>, events: Vec<Event>) {
        for event in events {
            match event {
                Event::Made(object, _) | Event::Gone(object) if object.is_internal() => {}
                Event::Made(object, kind) => drop(self.0.insert(object, kind)),
                Event::Gone(object) => drop(self.0.remove(&object)),
                Event::Altered(object) => {
                    if let Some(new) = statement.renames_table_to()
                        && let Some(kind) = self.0.remove(&object)
                    {
                        self.0.insert(Object::relation(new), kind);
                    }
                }
            }
        }
    }

    /// A transaction was rolled back.
    pub(super) fn revert(&mut self, touched: &Touched) {
        for (object, (_, before)) in &touched.0 {
            match before {
                State::Absent => drop(self.0.remove(object)),
                State::View => drop(self.0.insert(object.clone(), Kind::View)),
                State::Trigger => drop(self.0.insert(object.clone(), Kind::Trigger)),
                State::Table(_) => drop(self.0.insert(object.clone(), Kind::Table)),
            }
        }
    }

    pub(super) fn state(&self, shadow: &Shadow, object: &Object) -> State {
        match self.0.get(object) {
            None => State::Absent,
            Some(Kind::View) => State::View,
            Some(Kind::Trigger) => State::Trigger,
            Some(Kind::Table) => State::Table(Table::read(shadow, object.name())),
        }
    }
}

impl Event {
    fn object(&self) -> &Object {
        match self {
            Self::Made(object, _) | Self::Gone(object) | Self::Altered(object) => object,
        }
    }
}
