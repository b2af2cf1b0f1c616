//! What kind of work a statement is, and so how long it may wait and run.

use crate::lex::{TokenKind, lex_statement};
use crate::split::significant;
use crate::{Dialect, Span};

/// What kind of work a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementClass {
    /// It changes the schema, or locks as if it did: who waits behind it waits for all that it waits for.
    Ddl,
    /// It changes the schema without holding up writers, and takes its time for that: `CREATE INDEX CONCURRENTLY`.
    ConcurrentDdl,
    /// It reads or writes rows, or runs code that may.
    Data,
    /// It changes its session.
    Session,
    /// It begins or ends a transaction, or a part of one.
    TransactionControl,
    /// Anything else.
    Other,
}

/// The kind of work that a statement is.
pub fn class(dialect: Dialect, statement: &str) -> StatementClass {
    use StatementClass::{ConcurrentDdl, Data, Ddl, Other, Session, TransactionControl};
    let tokens = Tokens { dialect, statement: bare(dialect, statement) };
    let words = tokens.first_words();
    let words = words.each_ref().map(String::as_str);
    match words {
        ["BEGIN", "NOT", ..] => Data,
        ["BEGIN" | "COMMIT" | "END" | "ABORT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "XA", ..]
        | ["START" | "PREPARE", "TRANSACTION", ..] => TransactionControl,

        ["LOAD", "DATA" | "XML", ..] => Data,
        ["ALTER", "SYSTEM" | "SESSION", ..] => Other,
        ["SET" | "RESET" | "USE" | "DISCARD" | "PREPARE" | "DEALLOCATE" | "LISTEN" | "UNLISTEN" | "LOAD", ..]
        | ["UNLOCK" | "PRAGMA" | "ATTACH" | "DETACH", ..] => Session,

        ["CREATE", "INDEX", "CONCURRENTLY", ..]
        | ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"]
        | ["DROP", "INDEX", "CONCURRENTLY", ..] => ConcurrentDdl,
        ["REINDEX", ..] if tokens.reindexes_concurrently() => ConcurrentDdl,
        ["ALTER", "TABLE", ..] if tokens.alters_concurrently() => ConcurrentDdl,
        ["CREATE" | "ALTER" | "DROP" | "RENAME" | "TRUNCATE" | "COMMENT" | "GRANT" | "REVOKE" | "REINDEX", ..]
        | ["CLUSTER" | "LOCK" | "REFRESH" | "OPTIMIZE" | "REPAIR" | "IMPORT" | "REASSIGN" | "SECURITY", ..]
        | ["VACUUM", "FULL", ..] => Ddl,

        ["INSERT" | "UPDATE" | "DELETE" | "MERGE" | "REPLACE" | "COPY" | "SELECT" | "WITH" | "VALUES", ..]
        | ["TABLE" | "CALL" | "DO" | "EXECUTE" | "HANDLER", ..] => Data,
        _ => Other,
    }
}

/// The statement for which MariaDB's `SET STATEMENT … FOR` sets something; any other as it is.
pub(crate) fn bare(dialect: Dialect, statement: &str) -> &str {
    if dialect != Dialect::MySql {
        return statement;
    }
    let mut tokens = lex_statement(dialect, statement).filter(|token| token.kind.is_content());
    let mut is = |word: &str| tokens.next().is_some_and(|token| token.span.of(statement).eq_ignore_ascii_case(word));
    if !is("SET") || !is("STATEMENT") {
        return statement;
    }
    let what =
        tokens.find(|token| token.kind == TokenKind::Word && token.span.of(statement).eq_ignore_ascii_case("FOR"));
    what.map_or(statement, |word| &statement[word.span.end as usize..])
}

struct Tokens<'a> {
    dialect: Dialect,
    statement: &'a str,
}

impl Tokens<'_> {
    /// The words from the start on, in upper case, empty where the token is none. Parentheses before a query say
    /// nothing.
    fn first_words(&self) -> [String; 4] {
        let mut words = <[String; 4]>::default();
        let tokens = self.significant().skip_while(|(kind, _)| *kind == TokenKind::Punctuation(b'('));
        for (word, (kind, text)) in words.iter_mut().zip(tokens) {
            if kind == TokenKind::Word {
                *word = text.to_ascii_uppercase();
            }
        }
        words
    }

    fn significant(&self) -> impl Iterator<Item = (TokenKind, &str)> {
        significant(self.dialect, self.statement, Span::new(0..self.statement.len()))
    }

    /// `REINDEX INDEX CONCURRENTLY i`, or `REINDEX (CONCURRENTLY) INDEX i`.
    fn reindexes_concurrently(&self) -> bool {
        let mut tokens = self.significant().skip_while(|(_, text)| !text.eq_ignore_ascii_case("CONCURRENTLY")).skip(1);
        let is_no = |text: &str| ["FALSE", "OFF", "0"].iter().any(|no| text.eq_ignore_ascii_case(no));
        tokens.next().is_some_and(|(_, text)| !is_no(text))
    }

    /// Whether every action is `VALIDATE CONSTRAINT`, or a partition is taken off that way.
    fn alters_concurrently(&self) -> bool {
        if self.dialect != Dialect::Postgres {
            return false;
        }
        let tokens = self.significant().filter(|(kind, _)| *kind != TokenKind::Semicolon);
        let words: Vec<_> = tokens.map(|(_, text)| text.to_ascii_uppercase()).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let validated = words.windows(2).filter(|pair| matches!(pair, ["VALIDATE", "CONSTRAINT"])).count();
        let actions = 1 + words.iter().filter(|word| **word == ",").count();
        let detaches = words.windows(2).any(|pair| matches!(pair, ["DETACH", "PARTITION"]));
        validated == actions || (detaches && matches!(words.last(), Some(&("CONCURRENTLY" | "FINALIZE"))))
    }
}

#[cfg(test)]
mod tests {
    use super::StatementClass::{ConcurrentDdl, Data, Ddl, Other, Session, TransactionControl};
    use super::*;

    #[test]
    fn every_database() {
        for dialect in Dialect::ALL {
            for (statement, expected) in [
                ("create table t (a int)", Ddl),
                ("/* a */ ALTER TABLE t ADD a int", Ddl),
                ("DROP INDEX i", Ddl),
                ("INSERT INTO t VALUES (1)", Data),
                ("(SELECT 1)", Data),
                ("WITH a AS (SELECT 1) DELETE FROM t", Data),
                ("begin", TransactionControl),
                ("SAVEPOINT a", TransactionControl),
                ("ROLLBACK TO a", TransactionControl),
                ("EXPLAIN SELECT 1", Other),
                ("ANALYZE", Other),
                ("", Other),
                (";", Other),
                ("'CREATE'", Other),
            ] {
                assert_eq!(class(dialect, statement), expected, "{dialect}: {statement}");
            }
        }
    }

    #[test]
    fn postgres() {
        for (statement, expected) in [
            ("CREATE INDEX CONCURRENTLY i ON t (a)", ConcurrentDdl),
            ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", ConcurrentDdl),
            ("DROP INDEX CONCURRENTLY i", ConcurrentDdl),
            ("CREATE INDEX i ON t (concurrently)", Ddl),
            ("REINDEX INDEX CONCURRENTLY i", ConcurrentDdl),
            ("REINDEX (VERBOSE, CONCURRENTLY) TABLE t", ConcurrentDdl),
            ("REINDEX (CONCURRENTLY false) TABLE t", Ddl),
            ("REINDEX TABLE t", Ddl),
            ("ALTER TABLE t VALIDATE CONSTRAINT c", ConcurrentDdl),
            ("ALTER TABLE t VALIDATE CONSTRAINT c, VALIDATE CONSTRAINT d", ConcurrentDdl),
            ("ALTER TABLE t VALIDATE CONSTRAINT c, ADD a int", Ddl),
            ("ALTER TABLE t DETACH PARTITION p CONCURRENTLY;", ConcurrentDdl),
            ("ALTER TABLE t DETACH PARTITION p FINALIZE", ConcurrentDdl),
            ("ALTER TABLE t DETACH PARTITION p", Ddl),
            ("ALTER SYSTEM SET a = 1", Other),
            ("VACUUM t", Other),
            ("VACUUM FULL t", Ddl),
            ("LOCK TABLE t", Ddl),
            ("COPY t FROM PROGRAM 'a'", Data),
            ("DO $$ BEGIN END $$", Data),
            ("SET search_path = a", Session),
            ("SET LOCAL ROLE a", Session),
            ("PREPARE p AS SELECT 1", Session),
            ("PREPARE TRANSACTION 'a'", TransactionControl),
            ("LOAD 'a'", Session),
        ] {
            assert_eq!(class(Dialect::Postgres, statement), expected, "{statement}");
        }
    }

    #[test]
    fn mysql_and_sqlite() {
        for (dialect, statement, expected) in [
            (Dialect::MySql, "BEGIN NOT ATOMIC SELECT 1; END", Data),
            (Dialect::MySql, "START TRANSACTION", TransactionControl),
            (Dialect::MySql, "START REPLICA", Other),
            (Dialect::MySql, "RENAME TABLE a TO b", Ddl),
            (Dialect::MySql, "LOAD DATA INFILE 'a' INTO TABLE t", Data),
            (Dialect::MySql, "USE other", Session),
            (Dialect::MySql, "SET STATEMENT lock_wait_timeout = 1, sql_mode = '' FOR ALTER TABLE t ADD a INT", Ddl),
            (Dialect::MySql, "set statement max_statement_time=(1+1) for\ninsert into t values (1)", Data),
            (Dialect::MySql, "SET STATEMENT a = 1", Session),
            (Dialect::MySql, "/*!40000 ALTER TABLE t DISABLE KEYS */", Other),
            (Dialect::Sqlite, "PRAGMA foreign_keys = OFF", Session),
            (Dialect::Sqlite, "ATTACH 'a' AS b", Session),
            (Dialect::Sqlite, "VACUUM", Other),
        ] {
            assert_eq!(class(dialect, statement), expected, "{statement}");
        }
    }
}
