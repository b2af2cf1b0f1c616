//! `tests/effect/<dialect>.sql` beside what is made of it, and what holds for every text. `BLESS=1` writes the goldens
//! anew.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::golden;
use crate::lex::lex_statement;
use crate::{class, statements};

fn sql(dialect: Dialect) -> (String, Vec<crate::Span>) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/effect").join(dialect.name()).with_extension("sql");
    let text = fs::read_to_string(file).unwrap();
    let spans = statements(dialect, &text).unwrap();
    (text, spans)
}

fn check(dialect: Dialect) {
    let (text, spans) = sql(dialect);
    let rendered: String = (spans.iter().map(|span| span.of(&text)))
        .map(|statement| match effect(dialect, statement) {
            Some(effect) => format!("{statement}\n    {effect:?}\n"),
            None => format!("{statement}\n    in doubt\n"),
        })
        .collect();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/effect").join(format!("{dialect}.golden"));
    golden::check(&rendered, &golden);
    let doubtful = text.find("-- What stays in doubt.").unwrap();
    for span in spans {
        let statement = span.of(&text);
        assert_eq!(effect(dialect, statement).is_none(), span.start as usize > doubtful, "{statement}");
    }
}

#[test]
fn postgres() {
    check(Dialect::Postgres);
}

#[test]
fn mysql() {
    check(Dialect::MySql);
}

#[test]
fn sqlite() {
    check(Dialect::Sqlite);
}

#[test]
fn a_semicolon_may_end_a_statement_and_not_part_two() {
    for dialect in Dialect::ALL {
        assert_eq!(effect(dialect, "DROP TABLE t;"), effect(dialect, "/* a */ DROP TABLE t -- b\n"));
        assert_eq!(effect(dialect, "DROP TABLE t; DROP TABLE u"), None);
        assert_eq!(effect(dialect, ""), None);
    }
}

fn dialect() -> impl Strategy<Value = Dialect> {
    select(&Dialect::ALL[..])
}

const OPENINGS: &[&str] = &["CREATE TABLE ", "ALTER TABLE t ", "ALTER TABLE ", "DROP ", "CREATE ", "REINDEX ", ""];

/// Tokens of the statements above, put together as they come.
fn torn(dialect: Dialect) -> impl Strategy<Value = (Dialect, String)> {
    let (text, _) = sql(dialect);
    let tokens: Vec<String> = lex_statement(dialect, &text).map(|token| token.span.of(&text).to_owned()).collect();
    let rest = vec(select(tokens), 0..20).prop_map(|tokens| tokens.join(" "));
    (select(OPENINGS), rest).prop_map(move |(opening, rest)| (dialect, format!("{opening}{rest}")))
}

fn any_torn() -> impl Strategy<Value = (Dialect, String)> {
    prop_oneof![torn(Dialect::Postgres), torn(Dialect::MySql), torn(Dialect::Sqlite)]
}

fn quoted(dialect: Dialect, name: &str) -> String {
    let quote = if dialect == Dialect::MySql { "`" } else { "\"" };
    format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_class_and_an_effect_or_none((dialect, text) in any_torn(), any in ".{0,60}") {
        for text in [text, any] {
            let _ = (class(dialect, &text), effect(dialect, &text));
        }
    }

    #[test]
    fn quoted_names_are_read_as_they_are_meant(dialect in dialect(), schema in "[^\0]{1,15}", name in "[^\0]{1,15}") {
        prop_assume!(!schema.starts_with("pg_temp") && !schema.eq_ignore_ascii_case("temp"));
        let statement = format!("DROP TABLE {}.{}", quoted(dialect, &schema), quoted(dialect, &name));
        let name = QualifiedName { schema: Some(schema), name };
        assert_eq!(effect(dialect, &statement), Some(Effect::Table { name, exists: false }));
    }

    #[test]
    fn bare_names_are_folded_as_the_database_does(name in "[A-Za-z_][A-Za-z0-9_]{0,20}") {
        let dropped = |dialect, statement: &str| match effect(dialect, statement) {
            Some(Effect::Table { name, .. }) => Some(name.name),
            _ => None,
        };
        let statement = format!("DROP TABLE x.{name}");
        assert_eq!(dropped(Dialect::Postgres, &statement), Some(name.to_lowercase()));
        assert_eq!(dropped(Dialect::MySql, &statement), Some(name.clone()));
        assert_eq!(dropped(Dialect::Sqlite, &statement), Some(name));
    }
}
