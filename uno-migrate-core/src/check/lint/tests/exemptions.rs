//! Which tables a section has made itself, so that nobody waits for them.

use super::rules;

const FOUND: [&str; 1] = ["index-not-concurrent"];

/// In a transaction and outside.
fn check(text: &str, expected: &[&str]) {
    assert_eq!(rules(text), expected, "{text}");
    assert_eq!(rules(&format!("-- Transaction: none\n{text}")), expected, "outside a transaction: {text}");
}

#[test]
fn what_the_section_has_made_may_be_locked() {
    for made in [
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a);",
        "CREATE TABLE t (a int); CREATE INDEX i ON public.t (a);",
        "CREATE TABLE public.t (a int); CREATE INDEX i ON t (a);",
        "CREATE TABLE app.t (a int); CREATE INDEX i ON app.t (a);",
        "CREATE TABLE app.t (a int); CREATE INDEX i ON t (a);",
        "CREATE TABLE T (a int); CREATE INDEX i ON \"t\" (a);",
        "CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a);",
        "CREATE UNLOGGED TABLE t (a int); CREATE INDEX i ON t (a);",
        "CREATE TEMP TABLE t (a int); CREATE INDEX i ON t (a);",
        "CREATE LOCAL TEMPORARY TABLE t (a int); CREATE INDEX i ON t (a);",
        "CREATE TABLE t AS SELECT 1 AS a; CREATE INDEX i ON t (a);",
        "CREATE TABLE t PARTITION OF u FOR VALUES IN (1); CREATE INDEX i ON t (a);",
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; CREATE UNIQUE INDEX i ON v (a);",
        "CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; CREATE INDEX i ON u (a);",
        "CREATE TABLE u (a int); DROP TABLE t; ALTER TABLE u RENAME TO t; CREATE INDEX i ON t (a);",
        "CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA app; CREATE INDEX i ON app.t (a);",
        "CREATE SCHEMA app; CREATE INDEX i ON app.t (a);",
        "SET search_path TO app, public; CREATE TABLE t (a int); CREATE INDEX i ON app.t (a);",
        "SET LOCAL search_path = app; CREATE TABLE t (a int); CREATE INDEX i ON app.t (a);",
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i;",
        "CREATE TABLE app.t (a int); CREATE INDEX i ON app.t (a); REINDEX INDEX app.i; REINDEX TABLE app.t;",
        "CREATE TABLE t (a int); ALTER TABLE t ADD b int NOT NULL, ADD c uuid DEFAULT random(), ADD UNIQUE (a), \
         ADD PRIMARY KEY (a), ADD CHECK (a > 0), ADD FOREIGN KEY (a) REFERENCES u, ALTER a TYPE bigint, \
         ALTER a SET NOT NULL, DETACH PARTITION p;",
        "CREATE INDEX i ON pg_temp.t (a);",
    ] {
        check(made, &[]);
    }
}

#[test]
fn what_was_there_before_may_not() {
    for there in [
        "CREATE TABLE t (a int); CREATE INDEX i ON other.t (a);",
        "CREATE TABLE app.t (a int); CREATE INDEX i ON other.t (a);",
        "CREATE TABLE app.t (a int); CREATE INDEX i ON public.t (a);",
        "CREATE TABLE \"T\" (a int); CREATE INDEX i ON t (a);",
        "CREATE INDEX i ON t (a); CREATE TABLE t (a int);",
        "CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; CREATE INDEX i ON t (a);",
        "CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA app; CREATE INDEX i ON public.t (a);",
        "ALTER TABLE t RENAME TO u; CREATE INDEX i ON u (a);",
        "CREATE TABLE t (a int); DROP TABLE t; CREATE INDEX i ON t (a);",
        "CREATE VIEW t AS SELECT 1 AS a; CREATE INDEX i ON t (a);",
        "CREATE SCHEMA IF NOT EXISTS app; CREATE INDEX i ON app.t (a);",
        "SET search_path TO app; CREATE TABLE t (a int); CREATE INDEX i ON public.t (a);",
    ] {
        check(there, &FOUND);
    }
    check("CREATE TABLE t (a int); DROP INDEX i;", &["drop-index-not-concurrent"]);
    check("CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i, j;", &["drop-index-not-concurrent"]);
    check("CREATE TABLE t (a int); ALTER TABLE u DETACH PARTITION t;", &["detach-not-concurrent"]);
    check("CREATE TABLE u (a int); ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;", &["foreign-key"]);
}

#[test]
fn each_section_is_for_itself() {
    let file = |up: &str, down: &str| rules(&format!("{up}\n-- DOWN\n{down}\n"));
    assert_eq!(file("CREATE TABLE t (a int);", "CREATE INDEX i ON t (a);"), FOUND);
    assert!(file("SELECT 1;", "CREATE TABLE t (a int); CREATE INDEX i ON t (a);").is_empty());
    assert_eq!(file("SELECT 1;", "ALTER TABLE t ADD a int NOT NULL;"), ["required-column"]);
}

/// A way down undoes what its way up has done; what that waits for is short, and going without costs a second section.
#[test]
fn a_way_down_may_drop_indexes_in_its_transaction() {
    for (down, rule) in
        [("DROP INDEX i;", "drop-index-not-concurrent"), ("ALTER TABLE t DETACH PARTITION p;", "detach-not-concurrent")]
    {
        assert!(rules(&format!("SELECT 1;\n-- DOWN\n{down}\n")).is_empty(), "{down}");
        assert_eq!(rules(&format!("SELECT 1;\n-- DOWN\n-- Transaction: none\n{down}\n")), [rule]);
        assert_eq!(rules(&format!("-- Transaction: none\nSELECT 1;\n-- DOWN\n{down}\n")), [rule]);
        assert_eq!(rules(down), [rule]);
    }
}
