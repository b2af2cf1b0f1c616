//! An `Allow:` that allows nothing: it would hide what comes later.

use crate::Dialect;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};

pub(in crate::check) static RULE: Rule = Rule {
    id: "unused-allow",
    title: "an `Allow:` line that allows nothing",
    why: "it would excuse what is written into the file later, which nobody has looked at",
    instead: "delete the line",
    dialects: &Dialect::ALL,
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "-- Allow: drop-column no version since 2.3 uses it\nALTER TABLE users ADD COLUMN nickname varchar(80);\n",
        accepted: "ALTER TABLE users ADD COLUMN nickname varchar(80);\n",
    },
};
