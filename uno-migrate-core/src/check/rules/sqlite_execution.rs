//! What SQLite itself refuses when it executes the migrations in memory, in plan order.

use crate::Dialect;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};

pub(in crate::check) static RULE: Rule = Rule {
    id: "sqlite-execution",
    title: "SQLite refuses a statement",
    why: "the migrations were executed in plan order on an empty SQLite database, which is what every new installation \
          does, and SQLite refused this one",
    instead: "mend the statement",
    dialects: &[Dialect::Sqlite],
    level: Level::Deny,
    since: RulesVersion::FIRST,
    judge: Judge::Sqlite,
    examples: Examples {
        refused: "CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE INDEX users_email ON users (email);\n",
        accepted: "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE INDEX users_email ON users (email);\n",
    },
};
