//! What makes a file a migration: markers, directives, sections, encoding.

use uno_migrate::Dialect;

use super::{ALL, Base, Change, Class, Half, POSTGRES, Shelf, Sort};
use crate::support::Random;

const fn class(name: &'static str, breaks: fn(&Base, &Shelf, &mut Random) -> Option<Change>) -> Class {
    Class { name, sort: Sort::Structure, dialects: ALL, is_seen: true, breaks }
}

/// What the server never sees, or could not be sent.
const fn unseen(name: &'static str, breaks: fn(&Base, &Shelf, &mut Random) -> Option<Change>) -> Class {
    Class { is_seen: false, ..class(name, breaks) }
}

pub(super) const CLASSES: &[Class] = &[
    class("the marker is dropped", |base, _, _| Some(Change::edit(base.marker.clone(), ""))),
    class("the marker is misspelt", |base, _, random| {
        marker(
            base,
            random,
            &[
                "-- DWON",
                "-- DONW",
                "-- DOWNN",
                "-- DOW",
                "-- ROLLBACK",
                "-- REVERT",
                "-- DOWN SECTION",
                "-- === DOWN MIGRATON ===",
            ],
        )
    }),
    class("the marker is in another case", |base, _, random| {
        marker(
            base,
            random,
            &["-- down", "-- Down", "-- dOWN", "-- === Down Migration ===", "-- === down migration ==="],
        )
    }),
    class("the marker has other dashes, blanks or a colon", |base, _, random| {
        marker(
            base,
            random,
            &[
                "--DOWN",
                "---- DOWN",
                "-- DOWN:",
                "--- DOWN ---",
                "-- === DOWN ===",
                "-- DOWN MIGRATION",
                "--\tDOWN",
                "-- [DOWN]",
            ],
        )
    }),
    class("the marker is another kind of comment", |base, _, random| {
        marker(
            base,
            random,
            if base.dialect == Dialect::MySql {
                &["/* DOWN */", "# DOWN", "/*DOWN*/", "#DOWN:"]
            } else {
                &["/* DOWN */", "/*DOWN*/", "/* === DOWN MIGRATION === */"]
            },
        )
    }),
    class("the marker is another tool's", |base, _, random| {
        marker(
            base,
            random,
            &[
                "-- +goose Down",
                "-- +migrate Down",
                "-- migrate:down",
                "-- @UNDO",
                "---- create above / drop below ----",
                "-- rambler down",
                "--rollback",
                "-- +micrate Down",
                "-- Down Migration",
                "-- !Downs",
            ],
        )
    }),
    class("the marker shares its line with SQL", |base, _, _| {
        let end = base.end(Half::Up)?;
        Some(Change::edit(end..base.marker.end, format!("{} -- DOWN", ended(base, Half::Up))))
    }),
    unseen("the marker stands twice", |base, _, random| {
        let half = if random.one_in(2) { Half::Down } else { Half::Up };
        let end = base.end(half)?;
        Some(Change::edit(end..end, format!("{}\n-- DOWN\n", ended(base, half))))
    }),
    unseen("`-- UP` stands below `-- DOWN`", |base, _, _| {
        Some(Change::edit(base.text.len()..base.text.len(), "\n-- UP\n"))
    }),
    unseen("the way up is empty", |base, _, _| Some(Change::edit(base.start(Half::Up)?..base.end(Half::Up)?, ""))),
    unseen("the way down is empty", |base, _, random| {
        let (start, end) = (base.start(Half::Down)?, base.text.len());
        Some(Change::edit(start..end, random.of(&["", "\n", "-- nothing to do\n", ";\n"])))
    }),
    unseen("the key of a directive is misspelt", |base, _, random| {
        let line = random.of(&[
            "Dependancies: 1_a",
            "Dependecies: 1_a",
            "Depends: 1_a",
            "Tag: a",
            "Transactions: none",
            "Trasaction: none",
            "Foreign Keys: off",
            "ForeignKey: off",
            "Desciption: it",
            "LockTimout: 3s",
            "Irreversable: yes",
            "Statement_Timeout: 3s",
        ]);
        top(base, line)
    }),
    unseen("a directive stands twice", |base, _, random| {
        let key = random.of(&["Dependencies", "Migration", "Description", "Transaction", "ForeignKeys", "Version"]);
        let line = base.directive(key)?;
        let start = line.start.max(base.top());
        let line = base.text[start..line.end].trim_end_matches(['\r', '\n']);
        Some(Change::edit(start..start, format!("{line}\n")))
    }),
    unseen("a directive has a value that it does not know", |base, _, random| {
        let [transaction, keys] = ["Transaction", "ForeignKeys"].map(|key| base.directive(key).is_some());
        let line = random.of(&[
            "Transaction: off",
            "Transaction: no",
            "ForeignKeys: on",
            "ForeignKeys: 0",
            "LockTimeout: 5",
            "LockTimeout: fast",
            "StatementTimeout: 5 parsecs",
            "Allow: no-such-rule because",
            "Breaking:",
        ]);
        let is_there = line.starts_with("Transaction") && transaction
            || line.starts_with("ForeignKeys") && keys
            || base.text.to_lowercase().contains("timeout:");
        (!is_there).then(|| top(base, line)).flatten()
    }),
    unseen("irreversible, with a way down", |base, _, random| {
        top(base, random.of(&["Irreversible: rows are gone", "irreversible : yes"]))
    }),
    unseen("a NUL byte", |base, _, random| {
        let token = base.pick_one(random, |_, _| true)?;
        Some(Change::edit(token.at.start..token.at.start, "\0"))
    }),
    unseen("bytes that are not UTF-8", |base, _, random| {
        let token = base.pick_one(random, |_, _| true)?;
        let bytes: &[&[u8]] = &[b"\xff", b"\xe4", b"\xc3", b"\x80", b"\xf0\x9f\x98"];
        Some(Change::edit(token.at.start..token.at.start, random.of(bytes)))
    }),
    unseen("the file is UTF-16", |base, _, random| {
        let little = random.one_in(2);
        let units = "\u{FEFF}".encode_utf16().chain(base.text.encode_utf16());
        let bytes: Vec<u8> =
            units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect();
        Some(Change::edit(0..base.text.len(), bytes))
    }),
    Class {
        dialects: POSTGRES,
        ..unseen("a command of psql", |base, _, random| {
            let line = random.of(&[
                "\\i other.sql\n",
                "\\set ON_ERROR_STOP on\n",
                "\\connect app\n",
                "\\echo done\n",
                "\\c app\n",
                "\\timing\n",
            ]);
            let statements = base.statements(base.half(random));
            let at = statements.get(random.below(statements.len()))?.start;
            (base.text[..at].ends_with('\n')).then(|| Change::edit(at..at, line))
        })
    },
    Class {
        dialects: POSTGRES,
        ..unseen("rows of `COPY … FROM stdin`", |base, _, random| {
            let statements = base.statements(base.half(random));
            let at = statements.get(random.below(statements.len()))?.start;
            (base.text[..at].ends_with('\n'))
                .then(|| Change::edit(at..at, "COPY users (id, name) FROM stdin;\n1\tAda\n2\tBob\n\\.\n"))
        })
    },
];

/// What ends the last statement of a half, where nothing does.
fn ended(base: &Base, half: Half) -> &'static str {
    let is_ended = base.content(half).last().is_some_and(|token| base.of(token) == ";");
    if is_ended { "" } else { ";" }
}

fn marker(base: &Base, random: &mut Random, others: &[&str]) -> Option<Change> {
    Some(Change::edit(base.marker.clone(), random.of(others)))
}

fn top(base: &Base, line: &str) -> Option<Change> {
    let at = base.top();
    Some(Change::edit(at..at, format!("-- {line}\n")))
}
