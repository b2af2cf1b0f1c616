//! The words that statements begin with. There are few of them, and a slip in one of them is the easiest to explain.

use super::Refusal;
use crate::check::statement::Statement;
use crate::lex::{Token, TokenKind};
use crate::{Dialect, nearest};

/// What a statement may begin with, and what follows the words that make, change and drop something.
struct Words {
    first: &'static [&'static str],
    create: &'static [&'static str],
    alter: &'static [&'static str],
    drop: &'static [&'static str],
}

/// A statement that begins with a word that begins none.
pub(super) fn refusal(dialect: Dialect, statement: &Statement<'_>) -> Option<Refusal> {
    let words = words(dialect);
    let mut tokens = statement.tokens().iter().filter(|token| token.kind != TokenKind::Hint);
    let first = tokens.next()?;
    let mut second = tokens.next();
    if is_program(dialect, statement, first, second) {
        return None;
    }
    let is = |token: &Token, word: &str| statement.text_of(token).eq_ignore_ascii_case(word);
    if !is_one(statement, first, words.first) {
        let name = name(statement, first);
        return Some(suggest(statement, first, words.first, format!("no statement begins with {name}")));
    }
    let (lead, known) = match () {
        () if is(first, "CREATE") => ("CREATE", words.create),
        () if is(first, "ALTER") => ("ALTER", words.alter),
        () if is(first, "DROP") => ("DROP", words.drop),
        () => return None,
    };
    let mut lead = lead.to_owned();
    if lead == "CREATE"
        && second.is_some_and(|token| is(token, "OR"))
        && dialect != Dialect::Sqlite
        && tokens.next().is_some_and(|token| is(token, "REPLACE"))
    {
        lead = "CREATE OR REPLACE".to_owned();
        second = tokens.next();
    }
    match second {
        None => {
            Some(Refusal::at(first, format!("the statement ends after `{lead}`")).with_help("write what is missing"))
        }
        Some(second) if is_one(statement, second, known) => match statement.tokens().last() {
            Some(last) if last == second => {
                let message = format!("the statement ends after `{lead} {}`", statement.text_of(second));
                Some(Refusal::at(second, message).with_help("write what is missing"))
            }
            _ => None,
        },
        Some(second) => {
            let name = name(statement, second);
            Some(suggest(statement, second, known, format!("`{lead}` cannot be followed by {name}")))
        }
    }
}

/// `label: BEGIN … END` and `<<label>>` of MariaDB, and a query in parentheses.
fn is_program(dialect: Dialect, statement: &Statement<'_>, first: &Token, second: Option<&Token>) -> bool {
    match dialect {
        Dialect::MySql => {
            matches!(first.kind, TokenKind::Punctuation(b'('))
                || statement.text_of(first) == "<<"
                || second.is_some_and(|token| token.kind == TokenKind::Punctuation(b':'))
        }
        Dialect::Postgres => matches!(first.kind, TokenKind::Punctuation(b'(')),
        Dialect::Sqlite => false,
    }
}

fn is_one(statement: &Statement<'_>, token: &Token, words: &[&str]) -> bool {
    let text = statement.text_of(token);
    token.kind == TokenKind::Word && words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn suggest(statement: &Statement<'_>, token: &Token, words: &[&'static str], message: String) -> Refusal {
    let refusal = Refusal::at(token, message);
    let written = statement.text_of(token).to_ascii_uppercase();
    match nearest(&written, words.iter().copied()).filter(|_| token.kind == TokenKind::Word) {
        Some(near) => refusal.with_help(format!("write `{near}`")),
        None => refusal,
    }
}

/// Whether a statement of PostgreSQL could begin with a token.
#[cfg(feature = "check")]
pub(super) fn begins_statement(statement: &Statement<'_>, token: &Token) -> bool {
    is_one(statement, token, POSTGRES.first)
}

/// A token as messages name it: what is quoted may be secret.
pub(super) fn name(statement: &Statement<'_>, token: &Token) -> String {
    const LONGEST: usize = 40;
    let text = statement.text_of(token);
    match text.char_indices().nth(LONGEST) {
        _ if matches!(token.kind, TokenKind::String | TokenKind::Unterminated(_)) => "a string".to_owned(),
        None if text == "`" => "a backtick".to_owned(),
        None if token.kind == TokenKind::QuotedIdent => text.to_owned(),
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn words(dialect: Dialect) -> &'static Words {
    match dialect {
        Dialect::Postgres => &POSTGRES,
        Dialect::MySql => &MYSQL,
        Dialect::Sqlite => &SQLITE,
    }
}

/// PostgreSQL 14 to 18.
static POSTGRES: Words = Words {
    first: &[
        "ABORT",
        "ALTER",
        "ANALYSE",
        "ANALYZE",
        "BEGIN",
        "CALL",
        "CHECKPOINT",
        "CLOSE",
        "CLUSTER",
        "COMMENT",
        "COMMIT",
        "COPY",
        "CREATE",
        "DEALLOCATE",
        "DECLARE",
        "DELETE",
        "DISCARD",
        "DO",
        "DROP",
        "END",
        "EXECUTE",
        "EXPLAIN",
        "FETCH",
        "GRANT",
        "IMPORT",
        "INSERT",
        "LISTEN",
        "LOAD",
        "LOCK",
        "MERGE",
        "MOVE",
        "NOTIFY",
        "PREPARE",
        "REASSIGN",
        "REFRESH",
        "REINDEX",
        "RELEASE",
        "REPACK",
        "RESET",
        "REVOKE",
        "ROLLBACK",
        "SAVEPOINT",
        "SECURITY",
        "SELECT",
        "SET",
        "SHOW",
        "START",
        "TABLE",
        "TRUNCATE",
        "UNLISTEN",
        "UPDATE",
        "VACUUM",
        "VALUES",
        "WAIT",
        "WITH",
    ],
    create: &[
        "ACCESS",
        "AGGREGATE",
        "CAST",
        "COLLATION",
        "CONSTRAINT",
        "CONVERSION",
        "DATABASE",
        "DEFAULT",
        "DOMAIN",
        "EVENT",
        "EXTENSION",
        "FOREIGN",
        "FUNCTION",
        "GLOBAL",
        "GROUP",
        "INDEX",
        "LANGUAGE",
        "LOCAL",
        "MATERIALIZED",
        "OPERATOR",
        "POLICY",
        "PROCEDURAL",
        "PROCEDURE",
        "PROPERTY",
        "PUBLICATION",
        "RECURSIVE",
        "ROLE",
        "RULE",
        "SCHEMA",
        "SEQUENCE",
        "SERVER",
        "STATISTICS",
        "SUBSCRIPTION",
        "TABLE",
        "TABLESPACE",
        "TEMP",
        "TEMPORARY",
        "TEXT",
        "TRANSFORM",
        "TRIGGER",
        "TRUSTED",
        "TYPE",
        "UNIQUE",
        "UNLOGGED",
        "USER",
        "VIEW",
    ],
    alter: &[
        "AGGREGATE",
        "COLLATION",
        "CONVERSION",
        "DATABASE",
        "DEFAULT",
        "DOMAIN",
        "EVENT",
        "EXTENSION",
        "FOREIGN",
        "FUNCTION",
        "GROUP",
        "INDEX",
        "LANGUAGE",
        "LARGE",
        "MATERIALIZED",
        "OPERATOR",
        "POLICY",
        "PROCEDURAL",
        "PROCEDURE",
        "PROPERTY",
        "PUBLICATION",
        "ROLE",
        "ROUTINE",
        "RULE",
        "SCHEMA",
        "SEQUENCE",
        "SERVER",
        "STATISTICS",
        "SUBSCRIPTION",
        "SYSTEM",
        "TABLE",
        "TABLESPACE",
        "TEXT",
        "TRIGGER",
        "TYPE",
        "USER",
        "VIEW",
    ],
    drop: &[
        "ACCESS",
        "AGGREGATE",
        "CAST",
        "COLLATION",
        "CONVERSION",
        "DATABASE",
        "DOMAIN",
        "EVENT",
        "EXTENSION",
        "FOREIGN",
        "FUNCTION",
        "GROUP",
        "INDEX",
        "LANGUAGE",
        "MATERIALIZED",
        "OPERATOR",
        "OWNED",
        "POLICY",
        "PROCEDURAL",
        "PROCEDURE",
        "PROPERTY",
        "PUBLICATION",
        "ROLE",
        "ROUTINE",
        "RULE",
        "SCHEMA",
        "SEQUENCE",
        "SERVER",
        "STATISTICS",
        "SUBSCRIPTION",
        "TABLE",
        "TABLESPACE",
        "TEXT",
        "TRANSFORM",
        "TRIGGER",
        "TYPE",
        "USER",
        "VIEW",
    ],
};

/// MySQL 8 and 9, MariaDB 10.6 to 12: what either of them takes.
static MYSQL: Words = Words {
    first: &[
        "ALTER",
        "ANALYZE",
        "BACKUP",
        "BEGIN",
        "BINLOG",
        "CACHE",
        "CALL",
        "CASE",
        "CHANGE",
        "CHECK",
        "CHECKSUM",
        "CLONE",
        "CLOSE",
        "COMMIT",
        "CREATE",
        "DEALLOCATE",
        "DECLARE",
        "DELETE",
        "DESC",
        "DESCRIBE",
        "DO",
        "DROP",
        "EXECUTE",
        "EXPLAIN",
        "FETCH",
        "FLUSH",
        "FOR",
        "GET",
        "GRANT",
        "HANDLER",
        "HELP",
        "IF",
        "IMPORT",
        "INSERT",
        "INSTALL",
        "ITERATE",
        "KILL",
        "LEAVE",
        "LOAD",
        "LOCK",
        "LOOP",
        "OPEN",
        "OPTIMIZE",
        "PREPARE",
        "PURGE",
        "RELEASE",
        "RENAME",
        "REPAIR",
        "REPEAT",
        "REPLACE",
        "RESET",
        "RESIGNAL",
        "RESTART",
        "RETURN",
        "REVOKE",
        "ROLLBACK",
        "SAVEPOINT",
        "SELECT",
        "SET",
        "SHOW",
        "SHUTDOWN",
        "SIGNAL",
        "SLAVE",
        "START",
        "STOP",
        "TABLE",
        "TRUNCATE",
        "UNINSTALL",
        "UNLOCK",
        "UPDATE",
        "USE",
        "VALUES",
        "WHILE",
        "WITH",
        "XA",
    ],
    create: &[
        "AGGREGATE",
        "ALGORITHM",
        "CATALOG",
        "DATABASE",
        "DEFINER",
        "EVENT",
        "EXTERNAL",
        "FULLTEXT",
        "FUNCTION",
        "INDEX",
        "JSON",
        "LIBRARY",
        "LOGFILE",
        "MASKING",
        "MATERIALIZED",
        "OFFLINE",
        "ONLINE",
        "PACKAGE",
        "PROCEDURE",
        "RESOURCE",
        "ROLE",
        "SCHEMA",
        "SEQUENCE",
        "SERVER",
        "SPATIAL",
        "SQL",
        "TABLE",
        "TABLESPACE",
        "TEMPORARY",
        "TRIGGER",
        "UNDO",
        "UNIQUE",
        "USER",
        "VECTOR",
        "VIEW",
    ],
    alter: &[
        "ALGORITHM",
        "CATALOG",
        "DATABASE",
        "DEFINER",
        "EVENT",
        "EXTERNAL",
        "FUNCTION",
        "IGNORE",
        "INSTANCE",
        "JSON",
        "LIBRARY",
        "LOGFILE",
        "MATERIALIZED",
        "OFFLINE",
        "ONLINE",
        "PACKAGE",
        "PROCEDURE",
        "RESOURCE",
        "SCHEMA",
        "SEQUENCE",
        "SERVER",
        "SQL",
        "TABLE",
        "TABLESPACE",
        "UNDO",
        "USER",
        "VIEW",
    ],
    drop: &[
        "CATALOG",
        "DATABASE",
        "EVENT",
        "FUNCTION",
        "INDEX",
        "LIBRARY",
        "LOGFILE",
        "MASKING",
        "MATERIALIZED",
        "OFFLINE",
        "ONLINE",
        "PACKAGE",
        "PREPARE",
        "PROCEDURE",
        "RESOURCE",
        "ROLE",
        "SCHEMA",
        "SEQUENCE",
        "SERVER",
        "SPATIAL",
        "TABLE",
        "TABLES",
        "TABLESPACE",
        "TEMPORARY",
        "TRIGGER",
        "UNDO",
        "USER",
        "VIEW",
    ],
};

/// SQLite 3.
static SQLITE: Words = Words {
    first: &[
        "ALTER",
        "ANALYZE",
        "ATTACH",
        "BEGIN",
        "COMMIT",
        "CREATE",
        "DELETE",
        "DETACH",
        "DROP",
        "END",
        "EXPLAIN",
        "INSERT",
        "PRAGMA",
        "REINDEX",
        "RELEASE",
        "REPLACE",
        "ROLLBACK",
        "SAVEPOINT",
        "SELECT",
        "UPDATE",
        "VACUUM",
        "VALUES",
        "WITH",
    ],
    create: &["INDEX", "TABLE", "TEMP", "TEMPORARY", "TRIGGER", "UNIQUE", "VIEW", "VIRTUAL"],
    alter: &["TABLE"],
    drop: &["INDEX", "TABLE", "TRIGGER", "VIEW"],
};
