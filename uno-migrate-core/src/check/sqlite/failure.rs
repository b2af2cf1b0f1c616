//! What an error of SQLite's proves.

use rusqlite::Error;

use super::doubt::Doubt;
use super::statement::Statement;

/// Why a statement was not executed.
#[derive(Debug)]
pub(super) struct Failure {
    /// SQLite's words.
    pub(super) message: String,
    /// The byte of the statement that they are about, where SQLite says it.
    pub(super) offset: Option<usize>,
    kind: Kind,
}

/// When SQLite refused it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// When it was read.
    Prepare,
    /// When it was run.
    Run,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// SQLite cannot read it, whatever the database holds.
    Grammar,
    /// It does not fit what is in the database: names, columns, what depends on them.
    Schema,
    /// The same, found when it was run: for what does not change the schema it is in the rows.
    Running,
    /// A row that it brings with it breaks a rule of its table.
    Row,
    /// It says nothing of the database that the migration is for.
    Elsewhere,
}

impl Failure {
    pub(super) fn read(error: &Error, sql: &str, stage: Stage) -> Self {
        let text = error.to_string();
        // With the statement and the place in it, where the SQLite that this is built with knows the place.
        let (message, offset): (String, Option<usize>) = match text.rsplit_once(" at offset ") {
            Some((front, offset)) if front.ends_with(sql) => {
                let message = front.len().checked_sub(sql.len()).and_then(|end| front[..end].strip_suffix(" in "));
                (message.unwrap_or(front).to_owned(), offset.parse().ok())
            }
            _ => (text, None),
        };
        // A place is known of errors of the most general kind only, which then come without their code.
        let code = error.sqlite_error().map(|error| error.extended_code).or(offset.map(|_| ERROR));
        let kind = code.map_or(Kind::Elsewhere, |code| kind(code, &message, stage));
        Self { message, offset, kind }
    }

    /// Whether it is the author's mistake for certain.
    pub(super) fn is_certain(&self, statement: &Statement<'_>, doubt: &Doubt, has_triggers: bool) -> bool {
        let is_schema = statement.is_one(&["create", "drop", "alter"]);
        match self.kind {
            Kind::Grammar => true,
            Kind::Elsewhere => false,
            // What a module makes of its arguments is the module's.
            _ if statement.begins(&["create", "virtual"]) => false,
            // What changes nothing is asked for what it returns, of a database that has its rows.
            Kind::Running if !is_schema => false,
            Kind::Schema | Kind::Running => !self.is_doubtful(statement, doubt),
            // Other rows than its own could make it pass where it reads them, or a trigger does.
            Kind::Row => {
                let brings = statement.is_one(&["insert", "replace"]);
                let reads = statement.has_word("select") || has_triggers;
                brings && !reads && !doubt.is_of_rows() && !self.is_doubtful(statement, doubt)
            }
        }
    }

    fn is_doubtful(&self, statement: &Statement<'_>, doubt: &Doubt) -> bool {
        let missing = self.missing_table();
        // A database that the application attaches, and a module that it brings.
        missing
            .is_some_and(|name| name.contains('.') || is_built_in(name) || statement.calls(&name.to_ascii_lowercase()))
            || doubt.is_about(statement, &self.message)
    }

    /// The table that is not there.
    pub(super) fn missing_table(&self) -> Option<&str> {
        let name = self.message.strip_prefix("no such table: ")?;
        Some(name.strip_prefix("main.").unwrap_or(name))
    }

    pub(super) fn is_grammar(&self) -> bool {
        self.kind == Kind::Grammar
    }

    /// What to do about it, beside what the rule says.
    pub(super) fn says_instead(&self) -> Option<&'static str> {
        let help = [
            ("no such table", "no migration in front of this one creates it under that name"),
            ("already exists", "a migration in front of this one creates it"),
            ("there is already", "a migration in front of this one creates it"),
            ("duplicate column name", "the table has that column already"),
            ("no such column", "the table does not have it here, in plan order"),
            ("has no column named", "the table does not have it here, in plan order"),
        ];
        help.into_iter().find(|(words, _)| self.message.contains(words)).map(|(_, help)| help)
    }
}

/// `SQLITE_ERROR`
const ERROR: i32 = 1;

/// What some builds of SQLite have and others do not.
fn is_built_in(table: &str) -> bool {
    ["sqlite_", "pragma_", "json_", "jsonb_", "dbstat", "bytecode", "tables_used"]
        .iter()
        .any(|prefix| table.to_ascii_lowercase().starts_with(prefix))
}

fn kind(code: i32, message: &str, stage: Stage) -> Kind {
    // SQLITE_CONSTRAINT_CHECK, _NOTNULL, _PRIMARYKEY, _UNIQUE, _ROWID, _DATATYPE. A foreign key fails for want of rows,
    // which the application may have.
    const ROW: [i32; 6] = [275, 1299, 1555, 2067, 2579, 3091];
    match code {
        _ if ROW.contains(&code) => Kind::Row,
        _ if code & 0xff != ERROR => Kind::Elsewhere,
        _ if is_grammar(message) => Kind::Grammar,
        _ if is_elsewhere(message) => Kind::Elsewhere,
        _ if stage == Stage::Run => Kind::Running,
        _ => Kind::Schema,
    }
}

/// What is wrong in any database.
fn is_grammar(message: &str) -> bool {
    message.ends_with(": syntax error")
        || message == "incomplete input"
        || message.starts_with("unrecognized token: ")
        || message.starts_with("AUTOINCREMENT is only allowed")
        || message.ends_with("has more than one primary key")
        || message == "all VALUES must have the same number of terms"
}

/// What another build of SQLite, or an application's own functions and modules, would take; and what is not allowed here.
fn is_elsewhere(message: &str) -> bool {
    const WORDS: [&str; 16] = [
        "no such function",
        "wrong number of arguments to function",
        "no such module",
        "no such table-valued function",
        "no such collation sequence",
        "no such tokenizer",
        "no such savepoint",
        "no such vfs",
        "unknown database",
        "unsafe use of",
        "misuse of",
        "may not be modified",
        "may not be dropped",
        "not authorized",
        "prohibited in",
        "too many",
    ];
    WORDS.iter().any(|words| message.contains(words))
}
