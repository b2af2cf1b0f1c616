//! No false alarm: sets that are right, as SQLite without any of this says, have nothing found about them.

use std::fmt::Write;

use proptest::prelude::*;
use rusqlite::Connection;

use super::found_in;
use super::options;

/// What a migration does; what it does it to is chosen from what is there.
#[derive(Debug, Clone)]
enum Act {
    Table { columns: u8, key: u8, refers: bool },
    Column { table: usize, unique: bool },
    DropColumn { table: usize },
    RenameColumn { table: usize },
    RenameTable { table: usize },
    Index { table: usize, unique: bool, partial: bool },
    DropIndex { index: usize },
    View { table: usize },
    Trigger { table: usize },
    Rows { table: usize, count: u8 },
    Rebuild { table: usize },
    Temporary,
}

/// What is there: tables with their columns, indexes with their tables and definitions.
#[derive(Debug, Clone, Default)]
struct Model {
    tables: Vec<(String, Vec<String>)>,
    indexes: Vec<(String, String, String)>,
    /// Tables that views, triggers or references are about: they are left as they are.
    fixed: Vec<String>,
    /// Tables with one column as their key.
    keyed: Vec<String>,
    next: u32,
}

fn act() -> impl Strategy<Value = Act> {
    let (table, flag) = (any::<usize>(), any::<bool>());
    prop_oneof![
        4 => (1..5u8, 0..4u8, flag).prop_map(|(columns, key, refers)| Act::Table { columns, key, refers }),
        2 => (table, flag).prop_map(|(table, unique)| Act::Column { table, unique }),
        1 => table.prop_map(|table| Act::DropColumn { table }),
        1 => table.prop_map(|table| Act::RenameColumn { table }),
        1 => table.prop_map(|table| Act::RenameTable { table }),
        2 => (table, flag, any::<bool>()).prop_map(|(table, unique, partial)| Act::Index { table, unique, partial }),
        1 => table.prop_map(|index| Act::DropIndex { index }),
        1 => table.prop_map(|table| Act::View { table }),
        1 => table.prop_map(|table| Act::Trigger { table }),
        2 => (table, 1..4u8).prop_map(|(table, count)| Act::Rows { table, count }),
        1 => table.prop_map(|table| Act::Rebuild { table }),
        1 => Just(Act::Temporary),
    ]
}

impl Model {
    fn name(&mut self, kind: &str) -> String {
        self.next += 1;
        // Names that need quotes, and keywords, now and then.
        match self.next % 5 {
            0 => format!("{kind} {}", self.next),
            1 => format!("Select{}", self.next),
            _ => format!("{kind}{}", self.next),
        }
    }

    /// A table that may be changed.
    fn free(&self, at: usize) -> Option<usize> {
        let free: Vec<_> =
            (0..self.tables.len()).filter(|&table| !self.fixed.contains(&self.tables[table].0)).collect();
        (!free.is_empty()).then(|| free[at % free.len()])
    }

    /// The up and the down of it, none where there is nothing that it could be done to.
    fn script(&mut self, act: &Act) -> Option<(String, String)> {
        let (mut up, mut down) = (String::new(), String::new());
        match act {
            Act::Table { columns, key, refers } => {
                let name = self.name("t");
                let columns: Vec<_> = (0..=*columns).map(|_| self.name("c")).collect();
                let mut parts: Vec<_> = columns.iter().map(|column| format!("\"{column}\" TEXT")).collect();
                match key {
                    0 => parts[0] = format!("\"{}\" INTEGER PRIMARY KEY AUTOINCREMENT", columns[0]),
                    1 => parts[0] = format!("\"{}\" INTEGER PRIMARY KEY", columns[0]),
                    2 => parts.push(format!("PRIMARY KEY (\"{}\", \"{}\")", columns[0], columns[1])),
                    _ => {}
                }
                if let (true, Some(parent)) =
                    (refers, self.keyed.iter().find(|name| self.tables.iter().any(|(table, _)| table == *name)))
                {
                    parts.push(format!("FOREIGN KEY (\"{}\") REFERENCES \"{parent}\" ON DELETE CASCADE", columns[1]));
                    self.fixed.extend([parent.clone(), name.clone()]);
                }
                write!(up, "CREATE TABLE \"{name}\" ({});", parts.join(", ")).unwrap();
                write!(down, "DROP TABLE \"{name}\";").unwrap();
                if *key < 2 {
                    self.keyed.push(name.clone());
                }
                self.tables.push((name, columns));
            }
            Act::Column { table, unique } => {
                let (table, column) = (self.free(*table)?, self.name("c"));
                let (name, columns) = &mut self.tables[table];
                write!(up, "ALTER TABLE \"{name}\" ADD COLUMN \"{column}\" INT NOT NULL DEFAULT 1;").unwrap();
                if *unique {
                    write!(up, "CREATE INDEX \"i_{column}\" ON \"{name}\" (\"{column}\");").unwrap();
                    write!(down, "DROP INDEX \"i_{column}\";").unwrap();
                    self.indexes.push((format!("i_{column}"), name.clone(), format!("(\"{column}\")")));
                }
                write!(down, "ALTER TABLE \"{name}\" DROP COLUMN \"{column}\";").unwrap();
                columns.push(column);
            }
            Act::DropColumn { table } => {
                let table = self.free(*table)?;
                let (name, columns) = &mut self.tables[table];
                let at = columns.len().checked_sub(1).filter(|&at| at >= 2)?;
                if self.indexes.iter().any(|(_, of, is)| of == name && is.contains(&format!("\"{}\"", columns[at]))) {
                    return None;
                }
                let column = columns.remove(at);
                let is_added = self.fixed.contains(&column);
                write!(up, "ALTER TABLE \"{name}\" DROP COLUMN \"{column}\";").unwrap();
                // What it was, is asked of SQLite.
                write!(down, "ALTER TABLE \"{name}\" ADD COLUMN \"{column}\" $TYPE;").unwrap();
                assert!(!is_added);
            }
            Act::RenameColumn { table } => {
                let (table, new) = (self.free(*table)?, self.name("c"));
                let (name, columns) = &mut self.tables[table];
                let old = std::mem::replace(&mut columns[1], new.clone());
                write!(up, "ALTER TABLE \"{name}\" RENAME COLUMN \"{old}\" TO \"{new}\";").unwrap();
                write!(down, "ALTER TABLE \"{name}\" RENAME COLUMN \"{new}\" TO \"{old}\";").unwrap();
                for (_, of, is) in &mut self.indexes {
                    if of == name {
                        *is = is.replace(&format!("\"{old}\""), &format!("\"{new}\""));
                    }
                }
            }
            Act::RenameTable { table } => {
                let (table, new) = (self.free(*table)?, self.name("t"));
                let old = std::mem::replace(&mut self.tables[table].0, new.clone());
                write!(up, "ALTER TABLE \"{old}\" RENAME TO \"{new}\";").unwrap();
                write!(down, "ALTER TABLE \"{new}\" RENAME TO \"{old}\";").unwrap();
                self.indexes.iter_mut().filter(|(_, of, _)| *of == old).for_each(|(_, of, _)| of.clone_from(&new));
            }
            Act::Index { table, unique, partial } => {
                let (table, index) = (self.free(*table)?, self.name("i"));
                let (name, columns) = &self.tables[table];
                let mut is = format!("(\"{}\", \"{}\" DESC)", columns[0], columns[1]);
                if *partial {
                    write!(is, " WHERE \"{}\" IS NOT NULL", columns[1]).unwrap();
                }
                let unique = if *unique { "" } else { "/* not unique */" };
                write!(up, "CREATE INDEX {unique} \"{index}\" ON \"{name}\" {is};").unwrap();
                write!(down, "DROP INDEX \"{index}\";").unwrap();
                self.indexes.push((index, name.clone(), is));
            }
            Act::DropIndex { index } => {
                let at = index.checked_rem(self.indexes.len())?;
                let (index, name, is) = self.indexes.remove(at);
                write!(up, "DROP INDEX \"{index}\";").unwrap();
                write!(down, "CREATE INDEX \"{index}\" ON \"{name}\" {is};").unwrap();
            }
            Act::View { table } => {
                let at = table.checked_rem(self.tables.len())?;
                let view = self.name("v");
                let name = &self.tables[at].0;
                write!(up, "CREATE VIEW \"{view}\" AS SELECT * FROM \"{name}\";").unwrap();
                write!(down, "DROP VIEW \"{view}\";").unwrap();
                self.fixed.push(name.clone());
            }
            Act::Trigger { table } => {
                let at = table.checked_rem(self.tables.len())?;
                let trigger = self.name("g");
                let name = &self.tables[at].0;
                write!(up, "CREATE TRIGGER \"{trigger}\" AFTER DELETE ON \"{name}\" BEGIN SELECT 1; END;").unwrap();
                write!(down, "DROP TRIGGER \"{trigger}\";").unwrap();
                self.fixed.push(name.clone());
            }
            Act::Rows { table, count } => {
                let table = self.free(*table)?;
                let (name, columns) = &self.tables[table];
                for number in 0..*count {
                    let key = self.next * 10 + u32::from(number);
                    write!(
                        up,
                        "INSERT INTO \"{name}\" (\"{}\", \"{}\") VALUES ({key}, 'a;b');",
                        columns[0], columns[1]
                    )
                    .unwrap();
                }
                write!(down, "DELETE FROM \"{name}\" WHERE \"{}\" / 10 = {};", columns[0], self.next).unwrap();
                self.next += 1;
            }
            Act::Rebuild { table } => {
                let table = self.free(*table)?;
                let (name, columns) = &self.tables[table];
                if self.indexes.iter().any(|(_, of, _)| of == name) {
                    return None;
                }
                let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
                // As it is in a copy, the same definition and all.
                write!(up, "$REBUILD {name}\n{list}").unwrap();
                down.clone_from(&up);
            }
            Act::Temporary => {
                up.push_str("CREATE TEMP TABLE scratch (a);\nINSERT INTO scratch VALUES (1);");
                down.push_str("CREATE TEMP TABLE IF NOT EXISTS scratch (a);");
            }
        }
        Some((up, down))
    }
}

/// What needs SQLite's own answer is filled in; none where SQLite refuses it.
fn executed(database: &Connection, up: &str, down: &str) -> Option<(String, String)> {
    let definition = |name: &str| -> Option<String> {
        database.query_row("SELECT sql FROM sqlite_master WHERE name = ?1", [name], |row| row.get(0)).ok()
    };
    let rebuilt = |text: &str| -> Option<String> {
        let (name, list) = text.strip_prefix("$REBUILD ")?.split_once('\n')?;
        let sql = definition(name)?;
        let body = &sql[sql.find('(')?..];
        Some(format!(
            "-- ForeignKeys: off\nCREATE TABLE \"new\" {body};\nINSERT INTO \"new\" ({list}) SELECT {list} FROM \"{name}\";\n\
             DROP TABLE \"{name}\";\nALTER TABLE \"new\" RENAME TO \"{name}\";"
        ))
    };
    if up.starts_with("$REBUILD") {
        let up = rebuilt(up)?;
        database.execute_batch(&format!("BEGIN; {up}\nCOMMIT;")).ok()?;
        return Some((up, "-- Nothing: it is the same".to_owned()));
    }
    let mut down = down.to_owned();
    if let Some((_, rest)) = up.split_once("ALTER TABLE \"").filter(|_| down.contains("$TYPE")) {
        let table = rest.split('"').next()?;
        let column = up.rsplit('"').nth(1)?;
        let kind = database.query_row(
            "SELECT type || iif(\"notnull\", ' NOT NULL', '') || iif(dflt_value IS NULL, '', ' DEFAULT ' || dflt_value) \
             FROM pragma_table_info(?1) WHERE name = ?2",
            [table, column],
            |row| row.get::<_, String>(0),
        );
        down = down.replace("$TYPE", &kind.ok()?);
    }
    let text = format!("BEGIN; {up}\nCOMMIT; DROP TABLE IF EXISTS temp.scratch;");
    match database.execute_batch(&text) {
        Ok(()) => Some((up.to_owned(), down)),
        Err(_) => {
            let _ = database.execute_batch("ROLLBACK");
            None
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_sqlite_takes_is_let_pass(acts in prop::collection::vec((act(), any::<bool>()), 1..25)) {
        let database = Connection::open_in_memory().unwrap();
        let (mut model, mut files) = (Model::default(), Vec::new());
        let mut downs = Vec::new();
        for (number, (act, irreversible)) in acts.iter().enumerate() {
            let before = model.clone();
            let Some((up, down)) = model.script(act) else { continue };
            let Some((up, down)) = executed(&database, &up, &down) else {
                model = Model { next: model.next, ..before };
                continue;
            };
            let irreversible = *irreversible && number % 7 == 0;
            let header = if irreversible { "-- Irreversible: no\n" } else { "" };
            let text = if irreversible { format!("{header}{up}\n") } else { format!("{up}\n\n-- DOWN\n\n{down}\n") };
            if !irreversible {
                downs.push(down);
            }
            files.push((format!("{}_a.sql", number + 1), text));
        }
        let shown: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        // Whether the downs can be executed is SQLite's to say as well.
        let are_reversible = files.iter().all(|(_, text)| !text.starts_with("-- Irreversible"));
        if are_reversible {
            for down in downs.iter().rev() {
                let text = format!("BEGIN; {down}\nCOMMIT; DROP TABLE IF EXISTS temp.scratch;");
                prop_assert!(database.execute_batch(&text).is_ok(), "the generator is wrong: {down}");
            }
        }
        let found = found_in(&shown, &[], &options());
        prop_assert!(found.is_empty(), "{found:#?}\n{files:#?}");
    }
}
