//! Statements that outlive their migration: settings, the current schema, temporary tables, held locks.

use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Section, Span, StatementClass, class};

/// Whether a section may leave its session other than it found it. When in doubt it does: a new session costs little.
pub fn changes_session(dialect: Dialect, text: &str, section: &Section) -> bool {
    section.statements.iter().any(|&span| changes(dialect, text, span))
}

/// Whether a section does nothing but define things, none of them by a query: no function of the user's runs that might
/// change the session behind the statement's back.
pub fn only_defines(dialect: Dialect, text: &str, section: &Section) -> bool {
    section.statements.iter().all(|&span| {
        let queries = |word: &str| ["AS", "EXECUTE", "USING"].iter().any(|with| word.eq_ignore_ascii_case(with));
        let is_definition = class(dialect, span.of(text)) == StatementClass::Ddl;
        is_definition && !significant(dialect, text, span).any(|(_, word)| queries(word))
    })
}

/// Whether a section may leave its session such that the history cannot be written on it: the section's own
/// transactions have come to their end by then, and what only reads or locks is no hindrance.
pub(crate) fn hinders_history(dialect: Dialect, text: &str, section: &Section) -> bool {
    section.statements.iter().any(|&span| {
        let is_control = class(dialect, span.of(text)) == StatementClass::TransactionControl;
        !is_control && changes(dialect, text, span) && !(dialect == Dialect::Postgres && only_reads(text, span))
    })
}

/// `set_config` is how a query changes its session.
fn only_reads(text: &str, span: Span) -> bool {
    let mut tokens = significant(Dialect::Postgres, text, span);
    let reads = ["CLUSTER", "COPY", "REFRESH", "REINDEX", "SELECT", "TABLE", "VALUES"];
    tokens.next().is_some_and(|(_, first)| reads.iter().any(|word| first.eq_ignore_ascii_case(word)))
        && !tokens.any(|(_, word)| word.eq_ignore_ascii_case("set_config"))
}

fn changes(dialect: Dialect, text: &str, span: Span) -> bool {
    // A variable of the user's own may be set anywhere: `SELECT … INTO @a`, `UPDATE … SET b = (@a := 1)`.
    if dialect == Dialect::MySql && significant(dialect, text, span).any(|(_, token)| token.starts_with('@')) {
        return true;
    }
    let mut tokens = significant(dialect, text, span);
    match tokens.next() {
        Some((TokenKind::Word, first)) if first.eq_ignore_ascii_case("CREATE") => {
            let temporary = |word: &str| word.eq_ignore_ascii_case("TEMPORARY") || word.eq_ignore_ascii_case("TEMP");
            tokens.take(3).any(|(kind, word)| kind == TokenKind::Word && temporary(word))
        }
        Some((TokenKind::Word, first)) => !STATELESS.iter().any(|word| first.eq_ignore_ascii_case(word)),
        // An executable comment, or something that is no SQL that we know.
        _ => true,
    }
}

/// What begins a statement that changes data or the schema and nothing about the session.
const STATELESS: [&str; 16] = [
    "ALTER", "ANALYZE", "COMMENT", "DELETE", "DROP", "GRANT", "INSERT", "MERGE", "OPTIMIZE", "RENAME", "REPLACE",
    "REVOKE", "TRUNCATE", "UPDATE", "VACUUM", "WITH",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::split;

    #[test]
    fn what_only_defines_is_told_from_what_queries() {
        let only_defines = |text: &str| {
            let section = Section { statements: split(Dialect::Postgres, text).up, ..Section::default() };
            only_defines(Dialect::Postgres, text, &section)
        };
        assert!(only_defines("CREATE TABLE a (b INT DEFAULT 1); CREATE INDEX c ON a (b); COMMENT ON TABLE a IS 'as'"));
        for text in [
            "INSERT INTO a VALUES (f())",
            "CREATE TABLE a AS SELECT f()",
            "ALTER TABLE a ALTER b TYPE INT USING f(b)",
            "CREATE TRIGGER a AFTER INSERT ON b EXECUTE FUNCTION f()",
            "DO $$ BEGIN PERFORM f(); END $$",
            "SET search_path = a",
        ] {
            assert!(!only_defines(&format!("CREATE TABLE a (b INT); {text}")), "{text}");
        }
    }

    #[test]
    fn what_touches_the_session_is_told_from_what_touches_the_schema() {
        let changes = |text: &str| {
            let section = Section { statements: split(Dialect::MySql, text).up, ..Section::default() };
            changes_session(Dialect::MySql, text, &section)
        };
        for text in [
            "SET sql_mode = ''",
            "use other",
            "LOCK TABLES a WRITE",
            "CREATE TEMPORARY TABLE a (b INT)",
            "CALL p()",
            "UPDATE a SET b = (@c := b)",
            "WITH d AS (SELECT 1 AS e) SELECT e FROM d INTO @c",
            "DELETE FROM a WHERE b = 1 OR @c := 1",
        ] {
            assert!(changes(&format!("INSERT INTO a VALUES (1); {text}")), "{text}");
        }
        assert!(!changes("CREATE TABLE a (b INT); create index c ON a (b); UPDATE a SET b = 1; DROP TABLE a"));
    }
}
