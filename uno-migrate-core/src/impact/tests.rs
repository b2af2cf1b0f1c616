use super::Lock::{
    AccessExclusive, Exclusive, Metadata, None, RowExclusive, Rows as RowLocks, Share, ShareRowExclusive,
    ShareUpdateExclusive, Unknown as NoLock, Writer,
};
use super::Work::{Build, Catalogue, MayRewrite, Rewrite, Rows, Scan, Unknown};
use super::*;

/// The lock, the work, and the tables with commas between them.
fn told(dialect: Dialect, statement: &str) -> (Lock, Work, String) {
    let Impact { tables, lock, work } = impact(dialect, statement);
    (lock, work, tables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

#[test]
fn postgres() {
    for (statement, lock, work, tables) in [
        ("CREATE TABLE t (a int)", None, Catalogue, ""),
        ("CREATE TABLE t (a int REFERENCES app.u (id), b int REFERENCES v)", ShareRowExclusive, Catalogue, "app.u, v"),
        ("CREATE INDEX i ON t (a)", Share, Build, "t"),
        ("CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY app.\"T\" (a)", Share, Build, "app.T"),
        ("CREATE INDEX ON t (a)", Share, Build, "t"),
        ("CREATE INDEX CONCURRENTLY i ON t (a)", ShareUpdateExclusive, Build, "t"),
        ("DROP INDEX CONCURRENTLY i", ShareUpdateExclusive, Catalogue, ""),
        ("DROP INDEX i", AccessExclusive, Catalogue, ""),
        ("DROP TABLE IF EXISTS a, b CASCADE", AccessExclusive, Catalogue, "a, b"),
        ("TRUNCATE t", AccessExclusive, Catalogue, "t"),
        ("CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()", ShareRowExclusive, Catalogue, "t"),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY m", Exclusive, Rewrite, "m"),
        ("VACUUM FULL t", AccessExclusive, Rewrite, "t"),
        ("ALTER TABLE t ADD COLUMN a int", AccessExclusive, Catalogue, "t"),
        ("ALTER TABLE t ADD a int NOT NULL DEFAULT 0", AccessExclusive, Catalogue, "t"),
        ("ALTER TABLE t ADD a timestamptz DEFAULT now()", AccessExclusive, Catalogue, "t"),
        ("ALTER TABLE t ADD a uuid DEFAULT gen_random_uuid()", AccessExclusive, MayRewrite, "t"),
        ("ALTER TABLE t ADD a bigserial", AccessExclusive, Rewrite, "t"),
        ("ALTER TABLE t ADD a int GENERATED ALWAYS AS (b + 1) STORED", AccessExclusive, Rewrite, "t"),
        ("ALTER TABLE t ADD a int UNIQUE", AccessExclusive, Build, "t"),
        ("ALTER TABLE t ADD a int REFERENCES u", AccessExclusive, Catalogue, "t, u"),
        ("ALTER TABLE t ALTER a TYPE bigint", AccessExclusive, MayRewrite, "t"),
        ("ALTER TABLE t ALTER COLUMN a SET NOT NULL", AccessExclusive, Scan, "t"),
        ("ALTER TABLE t ALTER a DROP NOT NULL", AccessExclusive, Catalogue, "t"),
        ("ALTER TABLE t ALTER a SET STATISTICS 100", ShareUpdateExclusive, Catalogue, "t"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", AccessExclusive, Scan, "t"),
        ("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", AccessExclusive, Catalogue, "t"),
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)", ShareRowExclusive, Scan, "t, u"),
        ("ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u NOT VALID", ShareRowExclusive, Catalogue, "t, u"),
        ("ALTER TABLE t ADD PRIMARY KEY (a)", AccessExclusive, Build, "t"),
        ("ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i", AccessExclusive, Catalogue, "t"),
        ("ALTER TABLE t VALIDATE CONSTRAINT c", ShareUpdateExclusive, Scan, "t"),
        ("ALTER TABLE t VALIDATE CONSTRAINT c, DROP COLUMN a", AccessExclusive, Scan, "t"),
        ("ALTER TABLE t SET (fillfactor = 70)", ShareUpdateExclusive, Catalogue, "t"),
        ("ALTER TABLE t SET UNLOGGED", AccessExclusive, Rewrite, "t"),
        ("ALTER TABLE t DISABLE TRIGGER ALL", ShareRowExclusive, Catalogue, "t"),
        ("ALTER TABLE t RENAME TO u", AccessExclusive, Catalogue, "t"),
        ("INSERT INTO app.t (a) VALUES (1)", RowExclusive, Rows, "app.t"),
        ("UPDATE ONLY t SET a = 1", RowExclusive, Rows, "t"),
        ("DELETE FROM t", RowExclusive, Rows, "t"),
        ("CREATE TYPE e AS ENUM ('a')", None, Catalogue, ""),
        ("DO $$ BEGIN END $$", NoLock, Unknown, ""),
        ("SELECT pg_sleep(1)", NoLock, Unknown, ""),
        ("/*+ hint */ DROP TABLE t", NoLock, Unknown, ""),
    ] {
        assert_eq!(told(Dialect::Postgres, statement), (lock, work, tables.to_owned()), "{statement}");
    }
}

#[test]
fn mysql() {
    for (statement, lock, work, tables) in [
        ("CREATE TABLE t (a INT)", None, Catalogue, ""),
        ("CREATE UNIQUE INDEX i ON t (a)", Metadata, Build, "t"),
        ("CREATE INDEX i USING BTREE ON t (a)", Metadata, Build, "t"),
        ("DROP INDEX i ON t", Metadata, Catalogue, "t"),
        ("DROP TABLE IF EXISTS t", Metadata, Catalogue, "t"),
        ("ALTER TABLE t ADD a INT", Metadata, MayRewrite, "t"),
        ("ALTER TABLE t MODIFY a BIGINT", Metadata, MayRewrite, "t"),
        ("ALTER TABLE t RENAME COLUMN a TO b, ALGORITHM=INSTANT", Metadata, Catalogue, "t"),
        ("ALTER TABLE t ADD INDEX (a), ADD PRIMARY KEY (b)", Metadata, Rewrite, "t"),
        ("SET STATEMENT lock_wait_timeout = 1 FOR ALTER TABLE t ADD KEY (a)", Metadata, Build, "t"),
        ("UPDATE `t` SET a = 1", RowLocks, Rows, "t"),
        ("CALL p()", NoLock, Unknown, ""),
        ("/*! DROP TABLE t */", NoLock, Unknown, ""),
    ] {
        assert_eq!(told(Dialect::MySql, statement), (lock, work, tables.to_owned()), "{statement}");
    }
}

#[test]
fn sqlite() {
    for (statement, lock, work, tables) in [
        ("CREATE TABLE t (a INT)", Writer, Catalogue, ""),
        ("CREATE INDEX i ON t (a)", Writer, Build, "t"),
        ("ALTER TABLE t ADD a INT", Writer, Catalogue, "t"),
        ("ALTER TABLE t DROP COLUMN a", Writer, Rewrite, "t"),
        ("DROP TABLE t", Writer, Scan, "t"),
        ("INSERT INTO t VALUES (1)", Writer, Rows, "t"),
        ("PRAGMA user_version = 1", None, Catalogue, ""),
        ("SELECT 1", NoLock, Unknown, ""),
    ] {
        assert_eq!(told(Dialect::Sqlite, statement), (lock, work, tables.to_owned()), "{statement}");
    }
}
