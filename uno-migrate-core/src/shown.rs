//! What of a statement may be shown to whoever did not write it, and what it may do beside what it says.

use crate::Dialect;
use crate::class::bare;
use crate::lex::{Quote, TokenKind, lex_statement};
use crate::split::significant;
use crate::{Span, StatementClass, class};

/// A statement of somebody else's in one line of at most so many characters, without its strings and comments, which may
/// hold what is not for everybody. It may be cut anywhere.
pub fn shown(dialect: Dialect, sql: &str, characters: usize) -> String {
    // Whether a backslash keeps a quote from ending its string is a setting of that session's.
    let is_unclear = sql.contains("\\'") || sql.contains("\\\"");
    let mut shown = String::new();
    for token in lex_statement(dialect, sql) {
        let text = token.span.of(sql);
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment
            | TokenKind::Hint
            | TokenKind::Unterminated(Quote::Comment) => {
                if !shown.is_empty() && !shown.ends_with(' ') {
                    shown.push(' ');
                }
            }
            TokenKind::String | TokenKind::Executable | TokenKind::Unterminated(_) => {
                shown.push_str("'***'");
                if is_unclear {
                    break;
                }
            }
            _ => shown.push_str(text),
        }
    }
    let shown = shown.trim_end();
    match shown.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown.to_owned(),
    }
}

/// Whether a statement that failed outside a transaction has certainly left nothing behind: code may have committed a
/// part of what it does, and a concurrent build leaves an index that nobody can use.
pub fn fails_as_a_whole(dialect: Dialect, statement: &str) -> bool {
    let statement = bare(dialect, statement);
    let span = Span::new(0..statement.len());
    let Some((kind, word)) = significant(dialect, statement, span).next() else { return true };
    let is = |words: &[&str]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    match class(dialect, statement) {
        StatementClass::ConcurrentDdl => false,
        StatementClass::TransactionControl => true,
        _ => kind != TokenKind::Executable && !is(&["CALL", "DO", "EXECUTE", "BEGIN"]),
    }
}

/// Whether a statement may do something that no rollback takes back: on another server, or by a program.
pub fn acts_outside(dialect: Dialect, statement: &str) -> bool {
    if dialect != Dialect::Postgres {
        return false;
    }
    let tokens = significant(dialect, statement, Span::new(0..statement.len()));
    let words: Vec<_> =
        tokens.filter(|(kind, _)| *kind == TokenKind::Word).map(|(_, word)| word.to_ascii_uppercase()).collect();
    let is_copy = words.first().is_some_and(|word| word == "COPY");
    words.iter().any(|word| word.starts_with("DBLINK") || word.starts_with("HTTP_") || (is_copy && word == "PROGRAM"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_comments_are_not_shown() {
        let line = |dialect, sql| shown(dialect, sql, 200);
        for dialect in Dialect::ALL {
            let sql = "SELECT a,\n\t1 /* geheim */ FROM t -- geheim\nWHERE b = 'geheim''' AND c > 2";
            assert_eq!(line(dialect, sql), "SELECT a, 1 FROM t WHERE b = '***' AND c > 2");
            assert_eq!(line(dialect, "SELECT 'gehe"), "SELECT '***'");
            assert_eq!(line(dialect, r"SELECT 'a\', 'geheim', 'b\'"), "SELECT '***'");
            assert_eq!(line(dialect, r"SELECT a FROM t /* 'gehe"), "SELECT a FROM t");
        }
        assert_eq!(line(Dialect::Postgres, "DO $a$ geheim $a$"), "DO '***'");
        assert_eq!(line(Dialect::Postgres, "DO $a$ gehe"), "DO '***'");
        assert_eq!(line(Dialect::MySql, "SELECT \"geheim\" # geheim"), "SELECT '***'");
        assert_eq!(line(Dialect::MySql, "/*! SELECT geheim */"), "'***'");
        assert_eq!(shown(Dialect::Sqlite, "SELECT äöü", 8), "SELECT ä…");
    }

    #[test]
    fn what_acts_outside_of_the_database() {
        for yes in ["SELECT dblink_exec('a', 'b')", "COPY t TO PROGRAM 'a'", "SELECT public.http_post('a', 'b', 'c')"] {
            assert!(acts_outside(Dialect::Postgres, yes), "{yes}");
        }
        for no in ["SELECT 'dblink'", "COPY t FROM '/a'", "INSERT INTO program VALUES (1)", "NOTIFY a"] {
            assert!(!acts_outside(Dialect::Postgres, no), "{no}");
        }
    }

    #[test]
    fn what_may_leave_something_behind() {
        for dialect in Dialect::ALL {
            for whole in ["ALTER TABLE t ADD a int", "INSERT INTO t VALUES (1)", "CREATE INDEX i ON t (a)", "BEGIN", ""]
            {
                assert!(fails_as_a_whole(dialect, whole), "{dialect}: {whole}");
            }
            for parts in ["call p()", "DO 1", "EXECUTE p"] {
                assert!(!fails_as_a_whole(dialect, parts), "{dialect}: {parts}");
            }
        }
        assert!(!fails_as_a_whole(Dialect::Postgres, "CREATE INDEX CONCURRENTLY i ON t (a)"));
        assert!(!fails_as_a_whole(Dialect::MySql, "BEGIN NOT ATOMIC SELECT 1; END"));
        assert!(!fails_as_a_whole(Dialect::MySql, "/*! CALL p() */"));
        assert!(!fails_as_a_whole(Dialect::MySql, "SET STATEMENT sql_mode = '' FOR CALL p()"));
    }
}
