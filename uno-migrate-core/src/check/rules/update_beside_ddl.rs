//! All rows of a table changed in the transaction that locks a table for its DDL.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;
use crate::check::tables::indexed;
use crate::cursor::Cursor;
use crate::lex::TokenKind;
use crate::{Dialect, QualifiedName};

pub(super) static RULE: Rule = Rule {
    id: "update-beside-ddl",
    title: "rows are changed in the transaction of DDL",
    why: "a transaction keeps its locks until it ends: nobody reads or writes the altered table until the last of the rows is \
          done, and whoever wants one of these rows waits for the DDL",
    instead: "change the rows in a migration of its own, in batches if there are many",
    dialects: &[Dialect::Postgres],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "ALTER TABLE users ADD COLUMN is_active boolean;\n\
                  UPDATE users SET is_active = last_login > now() - interval '1 year';\n",
        accepted: "UPDATE users SET is_active = last_login > now() - interval '1 year';\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.dialect != Dialect::Postgres {
        return;
    }
    for transaction in subject.transactions() {
        let mut numbers = transaction.clone();
        let is_write = |number: &usize| matches!(subject.statements[*number].verb, Verb::Update | Verb::Delete);
        if !transaction.clone().any(|number| is_write(&number)) || !numbers.any(|number| locks(subject, number)) {
            continue;
        }
        for number in transaction.clone().filter(is_write) {
            let statement = &subject.statements[number];
            let word = if statement.verb == Verb::Update { "UPDATE" } else { "DELETE" };
            if let Some((table, is_one_row)) = target(statement)
                && !is_one_row
                && !subject.is_new(&table, number)
            {
                let message = format!("`{word}` of `{table}` in the transaction of DDL");
                alarms.push(Alarm::new(&RULE, statement.span, message));
            }
        }
    }
}

/// Whether a statement locks a table that others may use: what is made here is nobody else's yet.
fn locks(subject: &Subject<'_>, number: usize) -> bool {
    let statement = &subject.statements[number];
    match statement.verb {
        Verb::Alter => subject
            .altered()
            .iter()
            .any(|altered| altered.statement == number && !subject.is_new(&altered.table, number)),
        // One that is built concurrently is no matter of a transaction.
        Verb::Create => indexed(statement).is_some_and(|table| !subject.is_new(&table, number)),
        Verb::Drop => statement.begins(&["DROP", "INDEX"]),
        _ => false,
    }
}

/// The table whose rows are changed, and whether it is certain that it is one row: `WHERE id = 7`.
fn target(statement: &Statement<'_>) -> Option<(QualifiedName, bool)> {
    let mut c = statement.cursor()?;
    if !c.word("UPDATE") {
        c.words(&["DELETE", "FROM"]);
    }
    c.word("ONLY");
    let table = c.qualified()?;
    Some((table, is_by_id(c)))
}

fn is_by_id(mut c: Cursor<'_>) -> bool {
    while !c.is_at_end() {
        let token = c.token();
        if token.is_some_and(|token| token.depth == 0 && token.is("WHERE")) {
            return c.word("id")
                && c.token().is_some_and(|operator| operator.text == "=")
                && c.token().is_some_and(|value| matches!(value.kind, TokenKind::Number | TokenKind::String))
                && c.is_at_end();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{messages, messages_outside};

    #[test]
    fn rows_that_are_changed_beside_ddl_are_found() {
        let found = |text: &str| messages(find, Dialect::Postgres, text);
        let update = ["`UPDATE` of `t` in the transaction of DDL"];
        assert_eq!(found("ALTER TABLE t ADD a int; UPDATE t SET a = b"), update);
        assert_eq!(found("UPDATE t SET a = b; ALTER TABLE t ALTER a SET NOT NULL"), update);
        assert_eq!(found("CREATE INDEX ON u (a); UPDATE ONLY t SET a = b WHERE a IS NULL"), update);
        assert_eq!(found("DROP INDEX i; UPDATE t SET a = (SELECT a FROM u WHERE id = 1)"), update);
        assert_eq!(found("ALTER TABLE t ADD a int; DELETE FROM s.u"), ["`DELETE` of `s.u` in the transaction of DDL"]);
        assert_eq!(
            found("CREATE TABLE n (a int); ALTER TABLE t ADD a int; UPDATE n SET a = 1; UPDATE t SET a = b"),
            update
        );
    }

    #[test]
    fn what_holds_nobody_up_is_left_alone() {
        for text in [
            "UPDATE t SET a = b",
            "CREATE TABLE n (a int); INSERT INTO n SELECT a FROM t; UPDATE t SET a = NULL",
            "CREATE TABLE t (a int); ALTER TABLE t ADD b int; CREATE INDEX i ON t (a); UPDATE t SET a = b",
            "ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE id = 7",
            "ALTER TABLE t ADD a int; DELETE FROM t WHERE id = 'de305d54-75b4-431b-adb2-eb6b9e546014'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; UPDATE t SET a = f()",
        ] {
            assert!(messages(find, Dialect::Postgres, text).is_empty(), "{text}");
        }
        let outside = |text: &str| messages_outside(find, Dialect::Postgres, text);
        assert!(outside("ALTER TABLE t ADD a int; UPDATE t SET a = b").is_empty());
        assert_eq!(outside("BEGIN; ALTER TABLE t ADD a int; UPDATE t SET a = b; COMMIT").len(), 1);
        assert!(outside("BEGIN; ALTER TABLE t ADD a int; COMMIT; BEGIN; UPDATE t SET a = b; COMMIT").is_empty());
    }
}
