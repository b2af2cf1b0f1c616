//! Statements of which the catalogue tells whether they were done without having been asked before: what they make is a part
//! of a table that an earlier one has made. And those that make such a table.

use super::is_repeatable;
use crate::{Dialect, Effect, QualifiedName, effect};

/// Whether what a statement makes was certainly not there when the first of those before it had made its table: an index of
/// that table on MySQL, where each table has names of its own for them. The others are like it: indexes of the same table.
///
/// A table is made with indexes that take the name of a column, of a constraint, or a number behind such a name. What is not
/// written out in the statements before is none of them. Whether the first one makes a table at all is to be known: behind
/// `IF NOT EXISTS`, it need not.
pub fn is_new_part(dialect: Dialect, before: &[&str], statement: &str) -> bool {
    let Some(Effect::Table { name: table, exists: true }) = before.first().and_then(|first| effect(dialect, first))
    else {
        return false;
    };
    match effect(dialect, statement) {
        Some(Effect::Index { table: Some(of), name, exists: true, .. }) if dialect == Dialect::MySql => {
            table == of && before.iter().all(|text| !may_name(text, &name.name))
        }
        _ => false,
    }
}

/// The table that a statement makes or fails, empty, and by a text that says all of it. None where the server might compare its
/// name in another way than by letters without regard to case.
pub fn new_table(dialect: Dialect, statement: &str) -> Option<QualifiedName> {
    let Some(Effect::Table { name, exists: true }) = effect(dialect, statement) else { return None };
    let is_plain = name.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_plain && !is_repeatable(dialect, statement)).then_some(name)
}

/// Whether a statement may give something this name. The server compares them without regard to case and accents, and makes
/// up some.
fn may_name(statement: &str, name: &str) -> bool {
    let without_number = name.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('_');
    let name = without_number.unwrap_or(name).to_ascii_lowercase();
    let is_made_up =
        ["functional_index", "_ibfk", "primary", "fts_doc_id_index"].iter().any(|made_up| name.ends_with(made_up));
    let is_plain = statement.is_ascii() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_made_up || !is_plain || statement.to_ascii_lowercase().contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "CREATE TABLE t (id INT PRIMARY KEY, name TEXT, KEY by_id (id), UNIQUE (id))";

    fn is_new(dialect: Dialect, before: &[&str], name: &str) -> bool {
        is_new_part(dialect, before, &format!("CREATE INDEX {name} ON t (name)"))
    }

    #[test]
    fn an_index_of_the_new_table() {
        assert!(is_new(Dialect::MySql, &[TABLE], "t_name"));
        assert!(is_new(Dialect::MySql, &[TABLE, "CREATE UNIQUE INDEX u ON t (id)"], "t_name_2"));
        assert!(is_new(Dialect::MySql, &[TABLE], "i1"));
        assert!(is_new_part(Dialect::MySql, &[TABLE], "ALTER TABLE t ADD INDEX t_name (name)"));
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            assert!(!is_new(dialect, &[TABLE], "t_name"));
        }
        assert!(!is_new(Dialect::MySql, &["CREATE TABLE u (id INT)"], "t_name"));
        assert!(!is_new(Dialect::MySql, &["CREATE TABLE d.t (id INT)"], "t_name"));
        assert!(!is_new(Dialect::MySql, &["INSERT INTO t VALUES (1)"], "t_name"));
        assert!(!is_new(Dialect::MySql, &[], "t_name"));
        for other in ["INSERT INTO t VALUES (1)", "ALTER TABLE t ADD INDEX u (id), ADD v INT", "DROP INDEX t_name ON t"]
        {
            assert!(!is_new_part(Dialect::MySql, &[TABLE], other), "{other}");
        }
    }

    #[test]
    fn a_new_table() {
        let new = |statement: &str| new_table(Dialect::MySql, statement).map(|table| table.name);
        assert_eq!(new("CREATE TABLE `Of_1` (id INT)").as_deref(), Some("Of_1"));
        assert_eq!(new("CREATE TABLE d.T (id INT)").as_deref(), Some("T"));
        for other in [
            "CREATE TABLE IF NOT EXISTS t (id INT)",
            "CREATE OR REPLACE TABLE t (id INT)",
            "CREATE TEMPORARY TABLE t (id INT)",
            "CREATE TABLE t AS SELECT 1 AS id",
            "CREATE TABLE t (id INT) SELECT 1 AS id",
            "CREATE TABLE t LIKE u",
            "CREATE TABLE t (id INT) WITH u AS (SELECT 1) TABLE u",
            "CREATE TABLE `é` (id INT)",
            "CREATE TABLE `a b` (id INT)",
            "CREATE VIEW t AS SELECT 1",
            "CREATE INDEX i ON t (id)",
            "DROP TABLE t",
            "INSERT INTO t VALUES (1)",
        ] {
            assert_eq!(new(other), None, "{other}");
        }
    }

    /// Those that the table is made with, whose names the server makes up where they have none, and of the statements between.
    #[test]
    fn an_index_that_may_be_there_already() {
        for name in [
            "id",
            "ID",
            "by_id",
            "By_Id",
            "id_2",
            "by_id_2",
            "name",
            "functional_index_3",
            "FTS_DOC_ID_INDEX",
            "t_ibfk_1",
            "`PRIMARY`",
            "é",
            "`a``b`",
            "`_1`",
        ] {
            assert!(!is_new(Dialect::MySql, &[TABLE], name), "{name}");
        }
        assert!(!is_new(Dialect::MySql, &["CREATE TABLE t (é INT)"], "e"));
        assert!(!is_new(Dialect::MySql, &[TABLE, "CREATE INDEX t_name ON t (id)"], "t_name"));
        assert!(!is_new(Dialect::MySql, &["CREATE TABLE t LIKE u"], "t_name"));
    }
}
