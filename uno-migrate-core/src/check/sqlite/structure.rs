//! What a table is: its columns, keys and indexes, not the text that made it.

use std::collections::{BTreeMap, BTreeSet};

use super::shadow::{Shadow, quoted};
use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Span};

/// A table: names in lower case, and what stands behind each as a person reads it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// In no order: a column that was dropped and added again stands at the end.
    pub(super) columns: BTreeMap<String, String>,
    /// Those with names of their own.
    pub(super) indexes: BTreeMap<String, String>,
    /// Keys: what SQLite makes indexes for by itself, and what it checks.
    pub(super) keys: BTreeSet<String>,
}

impl Table {
    pub(super) fn read(shadow: &Shadow, name: &str) -> Self {
        let mut table = Self::default();
        table.read_columns(shadow, name);
        table.read_indexes(shadow, name);
        table.read_foreign_keys(shadow, name);
        table
    }

    fn read_columns(&mut self, shadow: &Shadow, table: &str) {
        let mut primary: Vec<(String, String)> = Vec::new();
        shadow.ask(&format!("PRAGMA main.table_xinfo({})", quoted(table)), |row| {
            let name = row.text(1).to_ascii_lowercase();
            let mut is = plain(&row.text(2));
            if row.text(3) == "1" {
                is.push_str(" NOT NULL");
            }
            let default = plain(&row.text(4));
            if !default.is_empty() {
                is.push_str(&format!(" DEFAULT {default}"));
            }
            // Hidden is 1 for the columns of a virtual table that only a query names.
            if matches!(row.text(6).as_str(), "2" | "3") {
                is.push_str(" GENERATED");
            }
            if row.text(5) != "0" {
                primary.push((row.text(5), name.clone()));
            }
            self.columns.insert(name, is.trim().to_owned());
        });
        if !primary.is_empty() {
            primary.sort_by_key(|(place, _)| place.parse::<u32>().unwrap_or(u32::MAX));
            let names: Vec<_> = primary.into_iter().map(|(_, name)| name).collect();
            self.keys.insert(format!("PRIMARY KEY ({})", names.join(", ")));
        }
    }

    fn read_indexes(&mut self, shadow: &Shadow, table: &str) {
        let mut found = Vec::new();
        shadow.ask(&format!("PRAGMA main.index_list({})", quoted(table)), |row| {
            found.push([1, 2, 3, 4].map(|column| row.text(column)));
        });
        for [name, unique, origin, partial] in found {
            // That of a primary key is seen in the columns.
            if origin == "pk" {
                continue;
            }
            let mut columns = Vec::new();
            shadow.ask(&format!("PRAGMA main.index_xinfo({})", quoted(&name)), |row| {
                if row.text(5) != "1" {
                    return;
                }
                let mut column = row.text(2).to_ascii_lowercase();
                if row.text(1) == "-2" {
                    column = "an expression".to_owned();
                }
                if !row.text(4).eq_ignore_ascii_case("BINARY") {
                    column.push_str(&format!(" COLLATE {}", row.text(4).to_ascii_uppercase()));
                }
                if row.text(3) == "1" {
                    column.push_str(" DESC");
                }
                columns.push(column);
            });
            let mut is = format!("({})", columns.join(", "));
            if partial == "1" {
                is.push_str(" WHERE");
            }
            if unique == "1" {
                is.insert_str(0, "UNIQUE ");
            }
            match origin.as_str() {
                "u" => drop(self.keys.insert(is)),
                _ => drop(self.indexes.insert(name.to_ascii_lowercase(), is)),
            }
        }
    }

    fn read_foreign_keys(&mut self, shadow: &Shadow, table: &str) {
        /// The columns on both sides, and what it is beside them.
        type Key = (Vec<String>, Vec<String>, [String; 3]);
        let mut keys: BTreeMap<String, Key> = BTreeMap::new();
        shadow.ask(&format!("PRAGMA main.foreign_key_list({})", quoted(table)), |row| {
            let (from, to, is) = keys.entry(row.text(0)).or_default();
            from.push(row.text(3).to_ascii_lowercase());
            to.push(row.text(4).to_ascii_lowercase());
            *is = [row.text(2).to_ascii_lowercase(), row.text(5), row.text(6)];
        });
        self.keys.extend(keys.into_values().map(|(from, to, [parent, on_update, on_delete])| {
            let mut is = format!("FOREIGN KEY ({}) REFERENCES {parent}", from.join(", "));
            if to.iter().any(|column| !column.is_empty()) {
                is.push_str(&format!(" ({})", to.join(", ")));
            }
            for (when, does) in [("ON UPDATE", on_update), ("ON DELETE", on_delete)] {
                if does != "NO ACTION" {
                    is.push_str(&format!(" {when} {does}"));
                }
            }
            is
        }));
    }
}

/// A type or a default without what does not count: comments, blanks, the case of words.
fn plain(text: &str) -> String {
    let tokens = significant(Dialect::Sqlite, text, Span::new(0..text.len()));
    let tokens =
        tokens.map(|(kind, token)| if kind == TokenKind::Word { token.to_ascii_uppercase() } else { token.to_owned() });
    tokens.collect::<Vec<_>>().join(" ")
}
