//! What statements that are done have left in a session that is gone.

use super::Words;
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
    Carried::Again(again)
}

enum Left {
    Nothing,
    Setting,
    Lost,
    /// What was locked is free again.
    Unlocked,
}

fn left(dialect: Dialect, statement: &str) -> Left {
    let all = Words::of(dialect, statement);
    let words = all.first();
    match words.as_slice() {
        ["CREATE", rest @ ..] if rest.iter().take(3).any(|word| matches!(*word, "TEMP" | "TEMPORARY")) => Left::Lost,
        ["UNLOCK", ..] => Left::Unlocked,
        ["LOCK", ..] if is_lock(dialect, statement) => Left::Setting,
        // They end with their transaction.
        ["SET", "LOCAL" | "TRANSACTION" | "CONSTRAINTS", ..] if dialect == Dialect::Postgres => Left::Nothing,
        ["SET", "TRANSACTION", ..] => Left::Nothing,
        ["SELECT", ..] if dialect == Dialect::Postgres && all.has("SET_CONFIG") => Left::Setting,
        _ if class(dialect, statement) == StatementClass::Session => {
            // It may not find again what it asks for.
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

/// `/*!40101 SET … */`, and variables that are set on the way: `SELECT … INTO @a`, `@a := 1`.
fn mysql(statement: &str) -> Left {
    let mut before = "";
    for (kind, token) in significant(Dialect::MySql, statement, Span::new(0..statement.len())) {
        if kind == TokenKind::Executable {
            let body = token.trim_start_matches(['/', '*', '!', 'M']);
            let body = body.trim_start_matches(|c: char| c.is_ascii_digit()).trim_end_matches("*/");
            return left(Dialect::MySql, body);
        }
        if token == ":=" || (token.starts_with('@') && before.eq_ignore_ascii_case("INTO")) {
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
        for one in ["SELECT 1 INTO @a", "UPDATE t SET a = (@b := a)", "SET @c = (SELECT MAX(a) FROM t)"] {
            assert_eq!(again(Dialect::MySql, one), Err(one));
        }
    }

    #[test]
    fn only_what_is_done_counts() {
        let text = "SELECT 1; SET a = 1";
        let section = Section { statements: split(Dialect::Postgres, text).up, ..Section::default() };
        assert_eq!(carried(Dialect::Postgres, text, &section, 1), Carried::Again(Vec::new()));
    }
}
