//! Migrations as people write them, made from a seed: valid by construction, and proven so on the real servers.

mod author;
mod dress;
mod file;
mod mysql;
mod postgres;
mod sqlite;
mod words;

use uno_migrate::Dialect;

use crate::set::MigrationSet;
use author::{Author, Step};
use dress::Hand;
use file::{Layout, Sheet};

/// A step that its author may take next.
type Take = fn(&mut Author) -> Step;

/// Six to sixteen files for one database.
pub(crate) fn set(dialect: Dialect, seed: u64) -> MigrationSet {
    let mut author = Author::new(dialect, seed);
    let layout = Layout::random(&mut author.random);
    let number = 6 + author.random.below(11);
    files(author, layout, number)
}

/// Three files for one database, in which no statement is empty, so that a server can be asked about the file as it is.
pub(crate) fn short_set(dialect: Dialect, seed: u64) -> MigrationSet {
    let mut author = Author::new(dialect, seed);
    let layout = Layout::random(&mut author.random).without_empty_statements();
    files(author, layout, 3)
}

fn files(mut author: Author, layout: Layout, number: usize) -> MigrationSet {
    let (dialect, seed) = (author.dialect, author.seed());
    let mut set = MigrationSet { name: format!("seed {seed}"), dialects: vec![dialect], files: Vec::new() };
    let mut ids: Vec<String> = Vec::new();
    for index in 0..number {
        let sheet = sheet(&mut author, index, &ids);
        let hand = author.hand.clone();
        let (name, id, text) = layout.file(index, sheet, &hand, dialect, &mut author.random);
        set.files.push((name, text));
        ids.push(id);
    }
    set
}

/// Files for every database: variants of one migration beside files that all of them run.
pub(crate) fn mixed_set(seed: u64) -> MigrationSet {
    let mut authors = Dialect::ALL.map(|dialect| Author::new(dialect, seed));
    let layout = Layout::random(&mut authors[0].random);
    let mut set =
        MigrationSet { name: format!("mixed seed {seed}"), dialects: Dialect::ALL.to_vec(), files: Vec::new() };
    let mut ids: Vec<String> = Vec::new();
    for index in 0..8 {
        let (stem, id) = layout.name(index, &format!("part {index}"));
        let depends: Vec<String> = ids.last().cloned().into_iter().collect();
        for author in &mut authors {
            let mut sheet = sheet(author, index, &[]);
            sheet.subject = format!("part {index}");
            sheet.depends.clone_from(&depends);
            let hand = author.hand.clone();
            let text = layout.text(sheet, &hand, author.dialect, &mut author.random);
            set.files.push((format!("{stem}.{}.sql", author.dialect), text));
        }
        ids.push(id);

        let (stem, id) = layout.name(index + 100, &format!("shared {index}"));
        let mut sheet = Sheet::new(portable(index), ids.last().cloned().into_iter().collect());
        sheet.subject = format!("shared {index}");
        let author = &mut authors[0];
        // MySQL's comments are the strictest of the three.
        let text = layout.text(sheet, &Hand::plain(), Dialect::MySql, &mut author.random);
        set.files.push((format!("{stem}.sql"), text));
        ids.push(id);
    }
    set
}

/// What the next file does: one to four steps, or one that wants a file of its own.
fn sheet(author: &mut Author, index: usize, ids: &[String]) -> Sheet {
    let steps = match author.dialect {
        Dialect::Postgres => postgres::STEPS,
        Dialect::MySql => mysql::STEPS,
        Dialect::Sqlite => sqlite::STEPS,
    };
    let first = steps[0];
    let mut taken = match index {
        0 => vec![first(author), first(author)],
        _ => Vec::new(),
    };
    let wanted = taken.len() + 1 + author.random.below(3);
    while taken.len() < wanted {
        let step = steps[author.random.below(steps.len())](author);
        if step.alone() && taken.is_empty() {
            taken.push(step);
            break;
        }
        // What wants a file of its own changed nothing that its author remembers.
        if !step.alone() {
            taken.push(step);
        }
    }
    let depends = match ids.len() {
        0 => Vec::new(),
        known => (0..author.random.below(3)).map(|_| ids[author.random.below(known)].clone()).collect(),
    };
    Sheet::new(taken, depends)
}

/// The SQL that means the same to all three.
fn portable(index: usize) -> Vec<Step> {
    let table = format!("shared_{index}");
    let mut steps = vec![Step::new(
        &table,
        [
            format!(
                "CREATE TABLE {table} (id BIGINT NOT NULL PRIMARY KEY, label VARCHAR(80) NOT NULL DEFAULT 'it''s; new', amount INT)"
            ),
            format!("CREATE INDEX ix_{table} ON {table} (label, amount)"),
            format!(
                "INSERT INTO {table} (id, label, amount) VALUES (1, 'a -- no comment', 1), (2, 'b /* nor this', NULL), (3, '-- DOWN', 3)"
            ),
            format!("UPDATE {table} SET amount = COALESCE(amount, 0) + 1 WHERE label LIKE 'a%' OR amount IS NULL"),
            format!(
                "CREATE VIEW v_{table} AS SELECT label, SUM(amount) AS total FROM {table} GROUP BY label HAVING COUNT(*) > 0"
            ),
        ],
        [
            format!("DROP VIEW v_{table}"),
            format!("DELETE FROM {table} WHERE id IN (SELECT 3)"),
            format!("DROP TABLE {table}"),
        ],
    )];
    steps.push(Step::new(
        "more",
        [format!("ALTER TABLE {table} ADD COLUMN flag SMALLINT DEFAULT 0")],
        [format!("ALTER TABLE {table} DROP COLUMN flag")],
    ));
    steps
}
