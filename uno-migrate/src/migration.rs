//! One migration of a set: SQL as the core read it, or Rust functions.

use std::sync::Arc;

use uno_migrate_core::{Dialect, Down, Found, Info, MigrationId, Problems, Script, Section, SqlMigration};

use crate::coded::{Coded, Definition};
use crate::event::Direction;
use crate::private::Function;
use crate::source::Identity;
use crate::statement::Statement;
use crate::{driver, reading};

/// A migration: SQL as the core read it, or Rust functions; [`info`](Self::info) describes both.
///
/// Cheap to clone.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The namespace of the set that it came from, where that set names one.
    namespace: Option<String>,
    body: Arc<Body>,
    /// What the names of hooks mean in the embedded set that it came from.
    hooks: &'static [(&'static str, Function)],
    /// Whether it was made by [`sql`](Self::sql), and so may lack a way down that nobody has asked for yet.
    by_hand: bool,
    /// What is wrong with one that was made by hand, by database; said when a set is put together, with all else.
    problems: Vec<(Dialect, Problems)>,
}

/// What there is to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Sql(SqlMigration),
    Coded(Coded),
}

/// Whether a migration can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayDown<'a> {
    Exists,
    Irreversible(&'a str),
    Missing,
}

impl Migration {
    /// A migration from SQL text, for [`Memory`](crate::Memory) and for sources of your own.
    ///
    /// The texts are read for every enabled database, as far as they are valid for it. `up` may begin with header
    /// directives; `down` is `None` where they say `Irreversible`, or where the migrator has
    /// [`allow_missing_down`](crate::Migrator::allow_missing_down). What is wrong with them is reported when a migrator
    /// puts its set together, for the database that it runs on.
    pub fn sql<'a>(id: impl AsRef<str>, up: impl AsRef<str>, down: impl Into<Option<&'a str>>) -> Self {
        let mut text = up.as_ref().to_owned();
        if let Some(down) = down.into() {
            text.push_str("\n-- DOWN\n");
            text.push_str(down);
        }
        let found = Found::texts([(format!("{}.sql", id.as_ref()), text)]);
        let mut whole: Option<SqlMigration> = None;
        let mut problems = Vec::new();
        for dialect in driver::enabled() {
            match reading::read(found.clone(), &[dialect], true, None) {
                Ok(read) => {
                    for migration in read {
                        match &mut whole {
                            Some(whole) => whole.scripts.extend(migration.scripts),
                            None => whole = Some(migration),
                        }
                    }
                }
                Err(found) => problems.push((dialect, found)),
            }
        }
        let unreadable = || SqlMigration {
            info: Info::new(MigrationId::placeholder("unreadable")),
            files: Vec::new(),
            scripts: Vec::new(),
        };
        Self { by_hand: true, problems, ..Self::from(whole.unwrap_or_else(unreadable)) }
    }

    /// A Rust migration under the id that its file or its attribute gives it.
    pub(crate) fn coded(id: MigrationId, path: String, definition: &'static Definition) -> Self {
        let info = definition.info(id);
        Self::from(Body::Coded(Coded { info, path, definition }))
    }

    pub(crate) fn in_namespace(mut self, namespace: &str) -> Self {
        self.namespace.get_or_insert_with(|| namespace.to_owned());
        self
    }

    /// With the hooks that its own set was given, whatever another set calls by the same name.
    pub(crate) fn with_hooks(mut self, hooks: &'static [(&'static str, Function)]) -> Self {
        self.hooks = hooks;
        self
    }

    /// What its own set binds the name of a hook to.
    pub(crate) fn hook(&self, name: &str) -> Option<Function> {
        self.hooks.iter().find(|(bound, _)| *bound == name).map(|&(_, function)| function)
    }

    pub(crate) fn body(&self) -> &Body {
        &self.body
    }

    /// The namespace that it names or its set names; none where the migrator decides.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// What keeps it from being run on a database.
    pub(crate) fn problems(&self, dialect: Dialect) -> Option<&Problems> {
        self.problems.iter().find(|(of, _)| *of == dialect).map(|(_, problems)| problems)
    }

    /// Whether it was made by hand without a way down and without a word about it; of files, whoever read them knows.
    pub(crate) fn forgets_way_down(&self, dialect: Dialect) -> bool {
        self.by_hand && self.supports(dialect) && self.way_down(dialect) == WayDown::Missing
    }

    /// What describes it: id, name, dependencies, tags.
    pub fn info(&self) -> &Info {
        match self.body() {
            Body::Sql(migration) => &migration.info,
            Body::Coded(coded) => &coded.info,
        }
    }

    /// The file that it is written in; the first of its variants.
    pub fn path(&self) -> &str {
        match self.body() {
            Body::Sql(migration) => migration.files.first().map_or("", |file| &file.path),
            Body::Coded(coded) => &coded.path,
        }
    }

    /// The file that runs on a database: its variant, where there are several.
    pub(crate) fn path_on(&self, dialect: Dialect) -> &str {
        match self.body() {
            Body::Sql(migration) => match migration.script(dialect) {
                Some(script) => &migration.file(script).path,
                None => self.path(),
            },
            Body::Coded(coded) => &coded.path,
        }
    }

    /// What identifies its content on a database, with the algorithm in front; a Rust migration has none unless it
    /// gives one.
    pub fn checksum(&self, dialect: Dialect) -> Option<String> {
        self.identity(dialect).map(|identity| identity.lend(str::to_owned))
    }

    pub(crate) fn identity(&self, dialect: Dialect) -> Option<Identity> {
        match self.body() {
            Body::Sql(migration) => migration.script(dialect).map(|script| Identity::Sql(script.checksum)),
            Body::Coded(coded) => coded.definition.identity(),
        }
    }

    /// The statements that run on a database in a direction; none of Rust code, which runs what it runs.
    pub fn statements(&self, direction: Direction, dialect: Dialect) -> Vec<Statement<'_>> {
        let Body::Sql(migration) = self.body() else { return Vec::new() };
        let script = migration.script(dialect);
        let found = script.and_then(|script| Some((script, section(script, direction)?)));
        found.map_or_else(Vec::new, |(script, section)| Statement::of_script(migration, script, section))
    }

    /// Whether it is Rust code.
    pub fn is_code(&self) -> bool {
        matches!(self.body(), Body::Coded(_))
    }

    /// Whether it can be taken back on a database; a migration that cannot may say why:
    /// [`irreversible`](Self::irreversible).
    pub fn is_reversible(&self, dialect: Dialect) -> bool {
        self.way_down(dialect) == WayDown::Exists
    }

    /// Why it cannot be taken back, where it says so.
    pub fn irreversible(&self, dialect: Dialect) -> Option<&str> {
        match self.way_down(dialect) {
            WayDown::Irreversible(reason) => Some(reason),
            WayDown::Exists | WayDown::Missing => None,
        }
    }

    /// How many statements it has in a direction; of Rust code nobody knows.
    pub(crate) fn total_statements(&self, direction: Direction, dialect: Dialect) -> Option<usize> {
        self.section(direction, dialect).map(|section| section.statements.len())
    }

    /// Whether it wants SQLite's foreign keys off.
    pub(crate) fn foreign_keys_off(&self, direction: Direction, dialect: Dialect) -> bool {
        dialect == Dialect::Sqlite && self.section(direction, dialect).is_some_and(|section| section.foreign_keys_off)
    }

    fn section(&self, direction: Direction, dialect: Dialect) -> Option<&Section> {
        match self.body() {
            Body::Sql(migration) => migration.script(dialect).and_then(|script| section(script, direction)),
            Body::Coded(_) => None,
        }
    }

    /// Whether it can be run on a database at all.
    pub(crate) fn supports(&self, dialect: Dialect) -> bool {
        match self.body() {
            Body::Sql(migration) => migration.script(dialect).is_some(),
            Body::Coded(_) => true,
        }
    }

    /// Whether it wants to run inside a transaction.
    pub fn transactional(&self, direction: Direction, dialect: Dialect) -> bool {
        match self.body() {
            Body::Sql(_) => self.section(direction, dialect).is_none_or(|section| !section.no_transaction),
            Body::Coded(coded) => coded.definition.transaction,
        }
    }

    pub(crate) fn way_down(&self, dialect: Dialect) -> WayDown<'_> {
        match self.body() {
            Body::Sql(migration) => match migration.script(dialect).map(|script| &script.down) {
                Some(Down::Section(_)) => WayDown::Exists,
                Some(Down::Irreversible(reason)) => WayDown::Irreversible(reason),
                Some(Down::Missing) | None => WayDown::Missing,
            },
            Body::Coded(Coded { definition, .. }) => match (definition.down, definition.irreversible) {
                (Some(_), _) => WayDown::Exists,
                (None, Some(reason)) => WayDown::Irreversible(reason),
                (None, None) => WayDown::Missing,
            },
        }
    }
}

impl From<Body> for Migration {
    fn from(body: Body) -> Self {
        Self { namespace: None, body: Arc::new(body), hooks: &[], by_hand: false, problems: Vec::new() }
    }
}

/// Migrations are equal when they say the same, wherever they were read: who made them, and the functions that hooks are
/// bound to, are no part of that.
impl PartialEq for Migration {
    fn eq(&self, other: &Self) -> bool {
        let Self { namespace, body, hooks: _, by_hand: _, problems } = self;
        (namespace, body, problems) == (&other.namespace, &other.body, &other.problems)
    }
}

impl Eq for Migration {}

impl From<SqlMigration> for Migration {
    fn from(migration: SqlMigration) -> Self {
        Self::from(Body::Sql(migration))
    }
}

/// The statements of a direction, where it has any.
pub(crate) fn section(script: &Script, direction: Direction) -> Option<&Section> {
    match (direction, &script.down) {
        (Direction::Up, _) => Some(&script.up),
        (Direction::Down, Down::Section(section)) => Some(section),
        (Direction::Down, Down::Irreversible(_) | Down::Missing) => None,
    }
}
