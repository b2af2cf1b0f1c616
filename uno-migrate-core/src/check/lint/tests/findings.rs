//! What is found, and what of it is not so.

use super::super::ASKED;
use super::{problems, rules};
use crate::check::rules::linted::IN_SQUAWK;
use crate::{Judge, Rule};

#[test]
fn every_rule_finds_its_example_and_nothing_else() {
    let linted = Rule::all().iter().filter(|rule| rule.judge == Judge::Lint);
    assert!(linted.eq(IN_SQUAWK.iter().map(|(rule, _)| rule)));
    assert_eq!(IN_SQUAWK.len(), ASKED.len());
    assert!(IN_SQUAWK.iter().all(|(_, name)| ASKED.contains(&name.parse().unwrap())));
    for (rule, _) in IN_SQUAWK {
        assert_eq!(rules(rule.examples.refused), [rule.id]);
        assert!(rules(rule.examples.accepted).is_empty(), "{}", rule.id);
    }
}

#[test]
fn findings_as_they_are_shown() {
    insta::assert_snapshot!(problems(
        "-- Migration: orders
CREATE INDEX orders_total ON app.orders (total);
CREATE UNIQUE INDEX IF NOT EXISTS \"Orders number\" ON orders USING btree (number) WHERE number > 0;
CREATE INDEX ON orders (id);
DROP INDEX IF EXISTS a, b.c;
REINDEX (VERBOSE) TABLE orders;
REINDEX SCHEMA app;
ALTER TABLE visits DETACH PARTITION app.visits_2024;
ALTER TABLE IF EXISTS ONLY app.orders
    ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN currency text NOT NULL,
    ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN gross numeric(10, 2) GENERATED ALWAYS AS (net * 1.2) STORED,
    ALTER COLUMN note SET NOT NULL,
    ALTER COLUMN total SET DATA TYPE bigint USING total::bigint;
ALTER TABLE orders
    ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id),
    ADD FOREIGN KEY (shop_id) REFERENCES shops (id) ON DELETE CASCADE,
    ADD CHECK (total >= 0),
    ADD COLUMN region bigint DEFAULT 1 REFERENCES regions (id),
    ADD UNIQUE NULLS NOT DISTINCT (number, shop_id),
    ADD PRIMARY KEY (id);
"
    ));
}

#[test]
fn outside_a_transaction_there_is_no_other_place_to_go() {
    insta::assert_snapshot!(problems(
        "-- Transaction: none
CREATE INDEX orders_total ON orders (total);
DROP INDEX orders_number;
ALTER TABLE visits DETACH PARTITION visits_2024;
ALTER TABLE orders ADD CONSTRAINT orders_number_key UNIQUE (number);
"
    ));
}

#[test]
fn a_default_is_volatile_if_it_calls_what_may_be() {
    for default in [
        "gen_random_uuid()",
        "(gen_random_uuid())",
        "md5(random()::text)",
        "clock_timestamp()",
        "nextval('numbers')",
        "next_number()",
        "app.next_number(1)",
        "coalesce(NULL, random())",
        "CASE WHEN random() > 0.5 THEN 1 END",
    ] {
        assert_eq!(
            rules(&format!("ALTER TABLE t ADD COLUMN a text DEFAULT {default};")),
            ["volatile-default"],
            "{default}"
        );
    }
    for default in [
        "0",
        "-1",
        "(0)",
        "NULL",
        "true",
        "'{}'::jsonb",
        "'a' || 'b'",
        "now()",
        "now() + interval '1 day'",
        "now() AT TIME ZONE 'utc'",
        "timezone('utc'::text, now())",
        "pg_catalog.timezone('utc', now())",
        "CURRENT_DATE",
        "CURRENT_TIMESTAMP(3)",
        "LOCALTIMESTAMP",
        "CURRENT_USER",
        "EXTRACT(year FROM now())",
        "date_trunc('day', now())",
        "ARRAY[]::text[]",
        "jsonb_build_object('a', 1)",
        "current_setting('app.tenant')::uuid",
        "lower('A')",
        "ROW(1, 2)::pair",
    ] {
        assert!(rules(&format!("ALTER TABLE t ADD COLUMN a text DEFAULT {default};")).is_empty(), "{default}");
    }
}

#[test]
fn what_takes_no_time_is_left_alone() {
    for harmless in [
        // Nothing is looked up for a column without values.
        "ALTER TABLE t ADD COLUMN a bigint REFERENCES u (id);",
        "ALTER TABLE t ADD COLUMN a bigint DEFAULT NULL REFERENCES u (id);",
        "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u (id) NOT ENFORCED;",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED;",
        "ALTER TABLE t ADD COLUMN a bigserial NOT NULL;",
        "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b + 1) VIRTUAL;",
        "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b + 1);",
        "ALTER TABLE t ALTER COLUMN a DROP NOT NULL, ALTER COLUMN b SET DEFAULT random(), ALTER COLUMN c DROP DEFAULT;",
        "CREATE INDEX i ON ONLY t (a);",
        "ALTER TABLE t DETACH PARTITION p FINALIZE;",
        "ALTER TABLE t VALIDATE CONSTRAINT c;",
        "ALTER TABLE t ADD EXCLUDE USING gist (a WITH &&);",
        "REINDEX (CONCURRENTLY) TABLE t;",
        "REINDEX SYSTEM db;",
        "ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint;",
        "ALTER FOREIGN TABLE t ALTER COLUMN a TYPE bigint;",
        "DO $$ BEGIN CREATE INDEX i ON t (a); END $$;",
    ] {
        assert!(rules(harmless).is_empty(), "{harmless}: {:?}", rules(harmless));
    }
}

#[test]
fn what_is_proven_need_not_be_looked_for() {
    let set = "ALTER TABLE app.t ALTER COLUMN a SET NOT NULL;";
    assert_eq!(rules(set), ["set-not-null"]);
    assert!(rules(&format!("ALTER TABLE app.t VALIDATE CONSTRAINT c; {set}")).is_empty());
    assert!(rules("ALTER TABLE t VALIDATE CONSTRAINT c, ALTER COLUMN a SET NOT NULL;").is_empty());
    assert_eq!(rules(&format!("ALTER TABLE other.t VALIDATE CONSTRAINT c; {set}")), ["set-not-null"]);
    assert_eq!(rules(&format!("{set} ALTER TABLE app.t VALIDATE CONSTRAINT c;")), ["set-not-null"]);
    let retyped = "ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER COLUMN a TYPE bigint;";
    assert_eq!(rules(retyped), ["change-type"]);
    assert_eq!(rules("ALTER TABLE t ADD CONSTRAINT c NOT NULL a;"), ["set-not-null"]);
    assert!(rules("ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID;").is_empty());
}

/// The places are the file's, whatever stands in front.
#[test]
fn places_are_exact() {
    let text =
        "-- Migration: ünïcode\nINSERT INTO t VALUES ('ü');\nALTER TABLE ü\n  ADD a int,\n  ALTER b TYPE text;\n";
    let found = problems(text);
    let places: Vec<_> = found.iter().filter_map(|problem| problem.origin.as_ref()?.location).collect();
    assert_eq!(places.iter().map(ToString::to_string).collect::<Vec<_>>(), ["5:11"]);
    let ignored = "-- squawk-ignore-file required-column\n-- b\nSELECT 1;\n-- c\nALTER TABLE ü\n  ALTER b TYPE text;\n";
    let found = problems(ignored);
    let places: Vec<_> = found.iter().filter_map(|problem| problem.origin.as_ref()?.location).collect();
    assert_eq!(places.iter().map(ToString::to_string).collect::<Vec<_>>(), ["6:11"]);
}

/// Each was refused by PostgreSQL 15 with SQLSTATE 42601, sent as `SELECT 1/0; <statement>`.
#[test]
fn what_the_grammar_refuses_although_its_rules_fit() {
    for (statement, message) in [
        ("SELECT a = ANY ([1, 2]) FROM t", "an array without `ARRAY`"),
        ("SELECT 'a' /* b */ 'c'", "a comment between two strings that follow one another"),
        ("SELECT 1 FROM t WHERE a IN b", "what follows `IN` does not stand in parentheses"),
        ("CREATE VIEW v AS SELECT DISTINCT FROM t", "`SELECT DISTINCT` without anything to select"),
        ("INSERT INTO t VALUES ('a' 'b')", "two strings that follow one another"),
        ("SELECT 1 FROM t WHERE = 2", "an operator without anything in front of it"),
        ("SELECT 1 FROM t JOIN u", "`JOIN` without its condition"),
        ("SELECT 1 FROM t CROSS JOIN u USING (a)", "`CROSS JOIN` with a condition"),
        ("SELECT 1 FROM t NATURAL JOIN u USING (a)", "`NATURAL JOIN` with a condition"),
        ("CREATE TABLE t (a int, b)", "a column without a type"),
        ("CREATE TABLE t (a NOT NULL, b int)", "a column without a type"),
        ("CREATE VIEW v AS (FROM t)", "`FROM` without `SELECT`"),
    ] {
        let found = problems(&format!("{statement};"));
        let messages: Vec<_> = found.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, [message], "{statement}");
        assert_eq!(rules(statement), ["grammar"]);
    }
    for accepted in [
        "SELECT 'a'\n'b'",
        "SELECT 'a' -- b\n'c'",
        "CREATE TABLE t (a, b) AS SELECT 1, 2",
        "CREATE TABLE t PARTITION OF u (a NOT NULL) DEFAULT",
        "CREATE TABLE t OF u (a WITH OPTIONS NOT NULL, b DEFAULT 1)",
        "SELECT * FROM t NATURAL JOIN u",
        "SELECT @ -1, - 2, a % 3 FROM t WHERE a[1] IN (1)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM t JOIN u'",
        "CREATE FUNCTION f(IN a int) RETURNS int LANGUAGE sql AS 'SELECT ''a'' ''b'''",
    ] {
        assert!(rules(accepted).is_empty(), "{accepted}: {}", problems(accepted));
    }
}
