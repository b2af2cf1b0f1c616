//! A down section after which the structure is not what it was before the up section, found by SQLite itself.

use crate::Dialect;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};

pub(in crate::check) static RULE: Rule = Rule {
    id: "down-leaves-difference",
    title: "the down section does not undo the up section",
    why: "SQLite executed the migration and its down section in memory; a database that was migrated and reverted is \
          not the one that it was, and the migration may not run on it again",
    instead: "undo in the down section what the up section does, the last thing first; if it cannot be undone, write \
              `-- Irreversible: <reason>` at the top and delete the down section",
    dialects: &[Dialect::Sqlite],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Sqlite,
    examples: Examples {
        refused: "CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE roles (id INTEGER PRIMARY KEY);\n\n\
                  -- DOWN\n\nDROP TABLE users;\n",
        accepted: "CREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE roles (id INTEGER PRIMARY KEY);\n\n\
                   -- DOWN\n\nDROP TABLE roles;\nDROP TABLE users;\n",
    },
};
