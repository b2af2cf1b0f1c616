//! What statements that are done have left in a session that is gone.

use super::{Words, replay};
use crate::class::bare;
use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Section, Span, StatementClass, class};

/// What a new session needs to go on where an earlier one stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// These statements are said again first, in order; none where the session was left as it was.
    Again(Vec<Span>),
    /// What this statement left in its session, such as a temporary table, cannot be had again by saying it again.
    Lost(Span),
}

/// What the first `done` statements of a section have left in their session.
pub fn carried(dialect: Dialect, text: &str, section: &Section, done: usize) -> Carried {
    let mut again = Vec::new();
    for &span in section.statements.iter().take(done) {
        match left(dialect, span.of(text)) {
            Left::Nothing => {}
            Left::Setting => again.push(span),
            Left::Lost => return Carried::Lost(span),
            Left::Unlocked => again.retain(|&span| !is_lock(dialect, span.of(text))),
        }
    }
    match last_row(dialect, text, section, done) {
        Some(span) => Carried::Lost(span),
        None => Carried::Again(again),
    }
}

/// The statement that may have made the row of which a later one asks. A new session does not know it, and says 0.
fn last_row(dialect: Dialect, text: &str, section: &Section, done: usize) -> Option<Span> {
    let (done, open) = section.statements.split_at_checked(done)?;
    let asks = open.iter().any(|span| replay::asks_for_last_row(dialect, span.of(text)));
    let makes = |span: &&Span| {
        let words = Words::of(dialect, bare(dialect, span.of(text)));
        matches!(words.first().as_slice(), ["INSERT" | "REPLACE" | "LOAD" | "CALL", ..])
    };
    done.iter().rev().find(makes).copied().filter(|_| asks)
}

enum Left {
    Nothing,
    Setting,
    Lost,
    /// What was locked is free again.
    Unlocked,
}

fn left(dialect: Dialect, statement: &str) -> Left {
    let statement = bare(dialect, statement);
    let all = Words::of(dialect, statement);
    let words = all.first();
    match words.as_slice() {
        ["CREATE", rest @ ..] if rest.iter().take(3).any(|word| matches!(*word, "TEMP" | "TEMPORARY")) => Left::Lost,
        ["UNLOCK", ..] => Left::Unlocked,
        ["LOCK", ..] if is_lock(dialect, statement) => Left::Setting,
        // They end with their transaction.
        ["SET", "LOCAL" | "TRANSACTION" | "CONSTRAINTS", ..] if dialect == Dialect::Postgres => Left::Nothing,
        ["SET", "TRANSACTION", ..] => Left::Nothing,
        // It may not find again what it asks for.
        ["SELECT", ..] if dialect == Dialect::Postgres && all.has("SET_CONFIG") => match all.has("FROM") {
            true => Left::Lost,
            false => Left::Setting,
        },
        // Of the server, or of a user.
        ["SET", "GLOBAL" | "PERSIST" | "PERSIST_ONLY" | "PASSWORD" | "DEFAULT", ..]
            if dialect == Dialect::MySql && !has_more(statement) =>
        {
            Left::Nothing
        }
        ["SET", ..] if !replay::says_the_same(dialect, statement) => Left::Lost,
        _ if class(dialect, statement) == StatementClass::Session => {
            if all.has("SELECT") && words.first() != Some(&"PREPARE") { Left::Lost } else { Left::Setting }
        }
        _ if dialect == Dialect::MySql => mysql(statement),
        _ => Left::Nothing,
    }
}

fn is_lock(dialect: Dialect, statement: &str) -> bool {
    let words = Words::of(dialect, statement);
    dialect == Dialect::MySql && matches!(words.first().as_slice(), ["LOCK", "TABLE" | "TABLES", ..])
}

/// Whether it sets several things.
fn has_more(statement: &str) -> bool {
    significant(Dialect::MySql, statement, Span::new(0..statement.len()))
        .any(|(kind, _)| kind == TokenKind::Punctuation(b','))
}

/// `/*!40101 SET … */`, and variables that are set on the way: `SELECT … INTO @a`, `@a := 1`, `CALL p(@a)`.
fn mysql(statement: &str) -> Left {
    let words = Words::of(Dialect::MySql, statement);
    let returns = matches!(words.first().as_slice(), ["CALL" | "GET", ..]);
    let mut before = "";
    for (kind, token) in significant(Dialect::MySql, statement, Span::new(0..statement.len())) {
        if kind == TokenKind::Executable {
            let body = token.trim_start_matches(['/', '*', '!', 'M']);
            let body = body.trim_start_matches(|c: char| c.is_ascii_digit()).trim_end_matches("*/");
            return left(Dialect::MySql, body);
        }
        if token == ":=" || (token.starts_with('@') && (returns || before.eq_ignore_ascii_case("INTO"))) {
            return Left::Lost;
        }
        before = token;
    }
    Left::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::split;

    fn again(dialect: Dialect, text: &str) -> Result<Vec<&str>, &str> {
        let section = Section { statements: split(dialect, text).up, ..Section::default() };
        match carried(dialect, text, &section, section.statements.len()) {
            Carried::Again(spans) => Ok(spans.into_iter().map(|span| span.of(text)).collect()),
            Carried::Lost(span) => Err(span.of(text)),
        }
    }

    #[test]
    fn settings_are_said_again() {
        let text = "SET search_path = a; CREATE TABLE t (b int); SELECT set_config('c.d', '', false); VACUUM; \
                    SET LOCAL e = 1; BEGIN; COMMIT; RESET f";
        let expected = ["SET search_path = a", "SELECT set_config('c.d', '', false)", "RESET f"];
        assert_eq!(again(Dialect::Postgres, text).unwrap(), expected);
        let text = "/*!40101 SET NAMES utf8 */; USE d; LOCK TABLES t WRITE; INSERT INTO t VALUES (@a); UNLOCK TABLES; \
                    /*!40000 ALTER TABLE t DISABLE KEYS */; LOCK TABLES u READ";
        let expected = ["/*!40101 SET NAMES utf8 */", "USE d", "LOCK TABLES u READ"];
        assert_eq!(again(Dialect::MySql, text).unwrap(), expected);
        let text = "PRAGMA foreign_keys = OFF; CREATE TABLE t (a); ATTACH 'b' AS c";
        assert_eq!(again(Dialect::Sqlite, text).unwrap(), ["PRAGMA foreign_keys = OFF", "ATTACH 'b' AS c"]);
    }

    #[test]
    fn what_is_lost_is_named() {
        for dialect in Dialect::ALL {
            let text = "INSERT INTO t VALUES (1); CREATE TEMPORARY TABLE u (a int); DROP TABLE t";
            assert_eq!(again(dialect, text), Err("CREATE TEMPORARY TABLE u (a int)"), "{dialect}");
        }
        for one in [
            "SELECT 1 INTO @a",
            "UPDATE t SET a = (@b := a)",
            "SET @c = (SELECT MAX(a) FROM t)",
            "SET @c = LAST_INSERT_ID()",
            "SET @c = 1, @d = UUID()",
            "CALL p(1, @c)",
            "GET DIAGNOSTICS @c = ROW_COUNT",
        ] {
            assert_eq!(again(Dialect::MySql, one), Err(one));
        }
        let one = "SELECT set_config('a.b', max(c)::text, false) FROM t";
        assert_eq!(again(Dialect::Postgres, one), Err(one));
    }

    #[test]
    fn what_has_an_effect_of_its_own_is_not_said_again() {
        let text = "SET STATEMENT max_statement_time = 1 FOR INSERT INTO t VALUES (1); SET GLOBAL a = @@global.a + 1; \
                    SET PASSWORD = PASSWORD('a'); SET DEFAULT ROLE a FOR b; \
                    /*M! SET STATEMENT lock_wait_timeout = 1 FOR */ DELETE FROM t; CALL p(1)";
        assert_eq!(again(Dialect::MySql, text).unwrap(), Vec::<&str>::new());
    }

    #[test]
    fn the_last_row_is_lost_where_a_later_statement_asks_for_it() {
        for (dialect, asks) in [(Dialect::MySql, "LAST_INSERT_ID()"), (Dialect::Sqlite, "last_insert_rowid()")] {
            let text = format!("INSERT INTO t VALUES (1); DELETE FROM u; INSERT INTO u VALUES ({asks})");
            let section = Section { statements: split(dialect, &text).up, ..Section::default() };
            let carried = |done| carried(dialect, &text, &section, done);
            assert_eq!(carried(0), Carried::Again(Vec::new()), "{dialect}");
            assert_eq!(carried(2), Carried::Lost(section.statements[0]), "{dialect}");
            assert_eq!(carried(3), Carried::Again(Vec::new()), "{dialect}");
        }
    }

    #[test]
    fn only_what_is_done_counts() {
        let text = "SELECT 1; SET a = 1";
        let section = Section { statements: split(Dialect::Postgres, text).up, ..Section::default() };
        assert_eq!(carried(Dialect::Postgres, text, &section, 1), Carried::Again(Vec::new()));
    }
}
