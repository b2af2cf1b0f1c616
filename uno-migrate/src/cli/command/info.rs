//! Everything about one migration, or about the set and its database.

use clap::Args;
use serde::Serialize;

use super::shown::{count, state};
use super::status::Totals;
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};
use crate::cli::output::{Answer, HEAD, Page, local, painted};
use crate::{AppliedMigration, Dialect, Direction, Migration, Standing, Statement, Status};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// The migration; without one, the set and its database
    #[arg(value_name = "ID")]
    id: Option<String>,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = call.migrator()?;
    let database = call.database_to_look_at()?;
    let status = database.told(on!(database, pool => migrator.status(pool).await))?;
    let dialect = database.dialect();
    let migrations = migrator.migrations(dialect)?;
    let Some(id) = typed.id else {
        let overview = Overview::of(database.place(), dialect, &status, &migrations);
        call.output.answer("info", &overview, Exit::Done);
        return Ok(Exit::Done);
    };
    let standing = status.find(&id)?;
    let is_meant = |namespace: Option<&str>, id: &str| namespace == Some(&standing.namespace) && id == standing.id;
    let migration = migrations.iter().find(|one| is_meant(one.namespace(), one.info().id.as_str()));
    let history = database.told(on!(database, pool => migrator.history(pool).await))?;
    let row = history.into_iter().find(|row| is_meant(Some(&row.namespace), &row.id));
    let row = row.map(AppliedMigration::without_secrets);
    let dependents = migrations.iter().filter(|one| {
        let mut depends = one.info().depends.iter();
        depends.any(|on| is_meant(on.namespace.as_deref().or(one.namespace()), on.id.as_str()))
    });
    let dependents = dependents.map(|one| one.info().id.to_string()).collect();
    let written = migration.map(|migration| Written::of(migration, dialect, dependents));
    call.output.answer("info", &Everything { standing, written, row }, Exit::Done);
    Ok(Exit::Done)
}

/// The set and its database.
#[derive(Serialize)]
struct Overview<'a> {
    database: String,
    dialect: Dialect,
    totals: Totals,
    sql: usize,
    rust: usize,
    last_applied: Option<&'a Standing>,
    next: Option<&'a Standing>,
}

impl<'a> Overview<'a> {
    fn of(database: String, dialect: Dialect, status: &'a Status, migrations: &[Migration]) -> Self {
        let rust = migrations.iter().filter(|migration| migration.is_code()).count();
        Self {
            database,
            dialect,
            totals: Totals::of(status),
            sql: migrations.len() - rust,
            rust,
            last_applied: status
                .migrations
                .iter()
                .filter(|one| one.applied_at.is_some())
                .max_by_key(|one| one.applied_at),
            next: status.migrations.iter().find(|one| one.state.is_pending()),
        }
    }
}

impl Answer for Overview<'_> {
    fn text(&self, page: &mut Page) {
        let mut rows = vec![
            ("database", self.database.clone()),
            ("migrations", format!("{} in SQL, {} in Rust", self.sql, self.rust)),
            ("status", self.totals.said()),
        ];
        if let Some(last) = self.last_applied {
            let at = last.applied_at.map(local).unwrap_or_default();
            rows.push(("last applied", format!("{} at {at}", last.id)));
        }
        if let Some(next) = self.next {
            rows.push(("next", next.id.clone()));
        }
        facts(page, rows);
    }
}

/// One migration.
#[derive(Serialize)]
struct Everything<'a> {
    standing: &'a Standing,
    /// What its file says; none where only the database knows it.
    written: Option<Written<'a>>,
    /// What the history says; none where it was never started.
    row: Option<AppliedMigration>,
}

#[derive(Serialize)]
struct Written<'a> {
    description: Option<&'a str>,
    version: Option<&'a str>,
    depends: Vec<String>,
    dependents: Vec<String>,
    hooks: Vec<&'a str>,
    breaking: Option<&'a str>,
    language: &'static str,
    transaction: bool,
    reversible: bool,
    irreversible: Option<&'a str>,
    checksum: Option<String>,
    up: Vec<Line>,
    down: Vec<Line>,
}

/// A statement and where it stands.
#[derive(Serialize)]
struct Line {
    line: u32,
    sql: String,
}

impl<'a> Written<'a> {
    fn of(migration: &'a Migration, dialect: Dialect, dependents: Vec<String>) -> Self {
        let info = migration.info();
        let lines = |direction| migration.statements(direction, dialect).iter().map(Line::of).collect();
        Self {
            description: info.description.as_deref(),
            version: info.version.as_deref(),
            depends: info.depends.iter().map(ToString::to_string).collect(),
            dependents,
            hooks: info.hooks.names().collect(),
            breaking: info.breaking.as_deref(),
            language: if migration.is_code() { "rust" } else { "sql" },
            transaction: migration.transactional(Direction::Up, dialect),
            reversible: migration.is_reversible(dialect),
            irreversible: migration.irreversible(dialect),
            checksum: migration.checksum(dialect),
            up: lines(Direction::Up),
            down: lines(Direction::Down),
        }
    }

    fn way_down(&self) -> String {
        match (self.reversible, self.irreversible) {
            (true, _) if self.language == "rust" => "Rust code".to_owned(),
            (true, _) => count(self.down.len(), "statement"),
            (false, Some(reason)) => format!("none: {reason}"),
            (false, None) => "none".to_owned(),
        }
    }
}

impl Line {
    fn of(statement: &Statement<'_>) -> Self {
        Self { line: statement.location.line, sql: statement.to_string() }
    }
}

impl Answer for Everything<'_> {
    fn text(&self, page: &mut Page) {
        let Self { standing, written, row } = self;
        let mut rows = vec![("name", standing.name.clone()), ("state", state(standing.state))];
        let mut add = |name, value: Option<String>| rows.extend(value.filter(|v| !v.is_empty()).map(|v| (name, v)));
        add("note", standing.note.clone());
        add("file", standing.path.clone());
        if let Some(written) = written {
            add("description", written.description.map(str::to_owned));
            add("version", written.version.map(str::to_owned));
            add("tags", Some(standing.tags.join(", ")));
            add("depends on", Some(written.depends.join(", ")));
            add("needed by", Some(written.dependents.join(", ")));
            add("hooks", Some(written.hooks.join(", ")));
            add("breaking", written.breaking.map(str::to_owned));
            add("transaction", Some(if written.transaction { "yes" } else { "none" }.to_owned()));
            let up =
                if written.language == "rust" { "Rust code".to_owned() } else { count(written.up.len(), "statement") };
            add("way up", Some(up));
            add("way down", Some(written.way_down()));
            add("checksum", written.checksum.clone());
        }
        if let Some(row) = row {
            add("applied", row.applied_at.map(local));
            add("reverted", row.reverted_at.map(local));
            add("by", Some(row.applied_by.clone()));
            let is_written = written.as_ref().is_some_and(|written| written.checksum == row.checksum);
            add("checksum then", row.checksum.clone().filter(|_| !is_written));
        }
        page.line(painted(HEAD, &standing.id));
        facts(page, rows);
        let sections = written.iter().flat_map(|written| [("way up", &written.up), ("way down", &written.down)]);
        for (title, statements) in sections.filter(|(_, statements)| !statements.is_empty()) {
            if page.is_verbose() {
                page.blank();
                page.line(painted(HEAD, title));
                for statement in statements {
                    page.line(format!("{:>5}  {}", statement.line, statement.sql.replace('\n', "\n       ")));
                }
            }
        }
    }
}

/// Names and what they are, under one another.
fn facts(page: &mut Page, facts: Vec<(&str, String)>) {
    let width = facts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, fact) in facts {
        page.line(format!("  {name:width$}  {}", fact.replace('\n', &format!("\n  {:width$}  ", ""))));
    }
}
