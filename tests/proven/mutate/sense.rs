//! SQL that every grammar accepts, and that fails or does harm.

use super::{ALL, Base, Change, Class, Half, MYSQL, POSTGRES, SQLITE, Shelf, Sort};
use crate::support::Random;
use crate::tokens::Kind;

const fn class(name: &'static str, breaks: fn(&Base, &Shelf, &mut Random) -> Option<Change>) -> Class {
    Class { name, sort: Sort::Sense, dialects: ALL, is_seen: true, breaks }
}

pub(super) const CLASSES: &[Class] = &[
    Class {
        is_seen: false,
        ..class("its own `BEGIN` and `COMMIT`", |base, _, random| {
            let begin = random.of(&["BEGIN;\n", "begin;\n", "START TRANSACTION;\n", "BEGIN WORK;\n"]);
            let begin = if base.dialect == uno_migrate::Dialect::Sqlite {
                random.of(&["BEGIN;\n", "BEGIN IMMEDIATE;\n", "begin transaction;\n"])
            } else {
                begin
            };
            let half = base.half(random);
            let commit = random.of(&["\nCOMMIT;\n", ";\ncommit;\n", "\nCOMMIT"]);
            inside(base, half).then(|| around(base, half, begin, commit)).flatten()
        })
    },
    Class {
        is_seen: false,
        ..class("a `COMMIT` alone", |base, _, random| {
            let half = base.half(random);
            let commit = random.of(&["COMMIT;\n", "ROLLBACK;\n", "commit;\n"]);
            inside(base, half).then(|| first_of_all(base, half, commit)).flatten()
        })
    },
    Class {
        dialects: POSTGRES,
        ..class("an index is built concurrently in a transaction", |base, _, random| {
            if let Some(line) = base
                .directive("Transaction")
                .filter(|_| base.text.contains("oncurrently") || base.text.contains("CONCURRENTLY"))
            {
                return Some(Change::edit(
                    line,
                    random.of(&["-- its line is missing\n", "-- somebody: deleted it\n", "\n"]),
                ));
            }
            let token = base.pick(random, |content, at| {
                base.of(&content[at]).eq_ignore_ascii_case("INDEX")
                    && at > 0
                    && (base.begins(content, at - 1) || base.of(&content[at - 1]).eq_ignore_ascii_case("UNIQUE"))
            })?;
            let next = base.text[token.at.end..].trim_start();
            (!base.is_outside() && !next.get(..12).is_some_and(|next| next.eq_ignore_ascii_case("CONCURRENTLY")))
                .then(|| Change::edit(token.at.end..token.at.end, " CONCURRENTLY"))
        })
    },
    Class {
        dialects: POSTGRES,
        ..class("what cannot run in a transaction", |base, _, random| {
            let statement = random.of(&[
                "VACUUM;\n",
                "VACUUM (ANALYZE);\n",
                "REINDEX TABLE CONCURRENTLY pg_temp.x;\n",
                "CREATE DATABASE other;\n",
                "ALTER SYSTEM SET work_mem = '4MB';\n",
                "REINDEX DATABASE;\n",
            ]);
            (!base.is_outside()).then(|| first_of_all(base, Half::Up, statement)).flatten()
        })
    },
    Class {
        dialects: POSTGRES,
        ..class("a new enum value is used in its transaction", |base, _, random| {
            let name = format!("mood_{}", random.below(1000));
            let uses = random
                .of(&[
                    "SELECT 'b'::{};\n",
                    "CREATE TABLE {}_t (m {} DEFAULT 'b');\n",
                    "DO $$ BEGIN PERFORM 'b'::{}; END $$;\n",
                ])
                .replace("{}", &name);
            let down = base.start(Half::Down)?;
            // The type comes from a file before this one.
            let earlier = format!("CREATE TYPE {name} AS ENUM ('a');\n-- DOWN\nDROP TYPE {name};\n");
            let up = base.start(Half::Up)?;
            let drop = if uses.contains("_t (") { format!("DROP TABLE {name}_t;\n") } else { String::new() };
            let change =
                Change::edit(up..up, format!("ALTER TYPE {name} ADD VALUE 'b';\n{uses}")).and(down..down, drop);
            (!base.is_outside()).then(|| Change { beside: vec![(format!("0_{name}.sql"), earlier)], ..change })
        })
    },
    Class {
        dialects: SQLITE,
        ..class("`VACUUM` in a transaction", |base, _, random| {
            let statement = random.of(&["VACUUM;\n", "vacuum;\n", "VACUUM main;\n"]);
            let half = base.half(random);
            (!base.is_outside()).then(|| first_of_all(base, half, statement)).flatten()
        })
    },
    Class {
        dialects: SQLITE,
        ..class("a table is rebuilt with foreign keys on", |base, _, random| {
            let line = base.directive("ForeignKeys")?;
            Some(Change::edit(line, random.of(&["\n", "-- a rebuild\n", "-- the line is gone\n"])))
        })
    },
    Class {
        dialects: MYSQL,
        is_seen: false,
        ..class("`autocommit` is set", |base, _, random| {
            let statement = random.of(&[
                "SET autocommit = 0;\n",
                "set AUTOCOMMIT=OFF;\n",
                "SET SESSION autocommit = 0;\n",
                "SET @@autocommit = 0;\n",
            ]);
            let half = base.half(random);
            first_of_all(base, half, statement)
        })
    },
    class("a name in the SQL is misspelt", |base, _, random| {
        let token = base.pick_one(random, |kind, text| {
            kind == Kind::Word && text.len() > 5 && text.is_ascii() && text.contains('_') && text == text.to_lowercase()
        })?;
        let at = token.at.start + 1 + random.below(token.at.len() - 2);
        Some(Change::edit(at..at + 1, ""))
    }),
    class("a statement stands twice", |base, _, random| {
        let statements = base.statements(base.half(random));
        let statement = statements.get(random.below(statements.len()))?.clone();
        let first = base.text[statement.clone()].split_whitespace().next()?.to_uppercase();
        let text = &base.text[statement.clone()];
        matches!(first.as_str(), "CREATE" | "DROP" | "ALTER")
            .then(|| Change::edit(statement.end..statement.end, format!(";\n{text}")))
    }),
    class("two statements are in the wrong order", |base, _, random| {
        let statements = base.statements(base.half(random));
        let at = random.below(statements.len().checked_sub(1)?);
        let (left, right) = (statements.get(at)?.clone(), statements.get(at + 1)?.clone());
        let [first, second] = [&left, &right].map(|range| base.text[range.clone()].to_owned());
        (first != second).then(|| Change::edit(left, second).and(right, first))
    }),
    class("a file runs before what it needs", |base, shelf, _| {
        let others = shelf.others(base);
        let is_needed = others.iter().any(|(_, text)| text.contains(&base.id()));
        // The server sees the file in an empty database.
        (!is_needed && base.directive("Dependencies").is_none())
            .then(|| Change::renamed(format!("0_{}.sql", base.id().split_once('_').map_or("x", |(_, name)| name))))
    }),
];

fn inside(base: &Base, half: Half) -> bool {
    !base.is_outside() && base.start(half).is_some()
}

fn around(base: &Base, half: Half, begin: &str, commit: &str) -> Option<Change> {
    let (start, end) = (base.start(half)?, base.end(half)?);
    let ends = base.content(half).last().is_some_and(|token| base.of(token) == ";");
    let commit = if ends { commit.to_owned() } else { format!(";{commit}") };
    Some(Change::edit(start..start, begin).and(end..end, commit.trim_end_matches('\n').to_owned() + ";"))
}

/// Before the first statement: behind it the state is the same, whatever bodies of routines there are.
fn first_of_all(base: &Base, half: Half, statement: &str) -> Option<Change> {
    let at = base.start(half)?;
    Some(Change::edit(at..at, statement))
}
