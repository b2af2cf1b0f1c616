//! Nothing that a file may hold makes the compiler overflow its stack, or panic.

use std::fmt::Write;
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::corpus::STATEMENTS;
use super::{problems, rules};

const WORDS: &[&str] = &[
    "ALTER TABLE t ",
    "CREATE INDEX i ON t ",
    "CREATE TABLE t ",
    "DROP INDEX ",
    "REINDEX ",
    "SELECT ",
    "ADD ",
    "COLUMN ",
    "a ",
    "int ",
    "NOT ",
    "NULL ",
    "NOT VALID ",
    "DEFAULT ",
    "CHECK ",
    "FOREIGN KEY ",
    "REFERENCES ",
    "UNIQUE ",
    "PRIMARY KEY ",
    "GENERATED ALWAYS AS ",
    "TYPE ",
    "SET ",
    "CASE ",
    "WHEN ",
    "END ",
    "( ",
    ") ",
    "[ ",
    "] ",
    ", ",
    ". ",
    "+ ",
    "- ",
    ":: ",
    "= ",
    "* ",
    "'b' ",
    "$$c$$ ",
    "\"d\" ",
    "1 ",
    "IN ",
    "JOIN ",
    "FROM ",
    "WITH ",
    "UNION ",
    "AND ",
    "-- e\n",
    "/* f */ ",
    "ü ",
    "E'\\n' ",
    "U&'\\00e9' ",
    "; ",
    "BETWEEN ",
    "IS ",
    "ARRAY ",
    "EXISTS ",
    "ANY ",
    "CONSTRAINT ",
    "USING ",
    "ONLY ",
];

/// A thread has that much by default, the compiler four times as much.
fn on_a_small_stack(text: String) {
    let read = move || drop(problems(&text));
    thread::Builder::new().stack_size(2 << 20).spawn(read).unwrap().join().unwrap();
}

#[test]
fn depth_is_bounded() {
    type Nested = fn(usize) -> String;
    let kinds: [Nested; 16] = [
        |depth| around("(", ")", depth),
        |depth| "( END ] ".repeat(depth),
        |depth| around("f(", ")", depth),
        |depth| around("(SELECT ", ")", depth),
        |depth| around("ARRAY[", "]", depth),
        |depth| around("CASE WHEN ", " THEN 1 END", depth),
        |depth| around("(CASE WHEN ", " THEN 1 END)", depth),
        |depth| around("NOT ", "", depth),
        |depth| around("- ", "", depth),
        |depth| around("1 + ", "", depth),
        |depth| around("1 AND ", "", depth),
        |depth| around("", "::a", depth),
        |depth| format!("a{}", ".a".repeat(depth)),
        |depth| around("1 IN (", ")", depth),
        |depth| format!("(SELECT 1 FROM {}a)", "a JOIN ".repeat(depth)),
        |depth| format!("(SELECT 1{})", " UNION SELECT 1".repeat(depth)),
    ];
    for nested in kinds {
        for depth in [1, 5, 10, 20, 30, 35, 50, 100, 150, 200, 290, 590, 790, 10_000] {
            // The splitter says what is wrong with quotes and parentheses, so that nothing is asked of what has too few.
            on_a_small_stack(format!("ALTER TABLE t ADD CHECK ({});", nested(depth)));
            on_a_small_stack(format!("INSERT INTO t VALUES ('a' 'b', {});", nested(depth)));
        }
    }
}

fn around(open: &str, close: &str, depth: usize) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn long_statements_are_read_as_long_as_they_are_no_data() {
    let mut columns = String::new();
    for column in 0..300 {
        write!(columns, "ADD COLUMN a{column} text NOT NULL DEFAULT '', ").unwrap();
    }
    assert_eq!(rules(&format!("ALTER TABLE t {columns} ADD COLUMN b int NOT NULL;")), ["required-column"]);
    let rows = "('a', 'b'), ".repeat(10_000);
    assert!(rules(&format!("INSERT INTO t VALUES {rows} ('a' 'b');")).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn token_soup(words in vec(select(WORDS), 0..60)) {
        on_a_small_stack(words.concat());
        on_a_small_stack(format!("ALTER TABLE t ADD {}", words.concat()));
        on_a_small_stack(format!("CREATE TABLE t (a {}", words.concat()));
    }

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        on_a_small_stack(format!("ALTER TABLE t ADD CHECK {text}"));
        on_a_small_stack(text);
    }

    #[test]
    fn statements_that_end_too_early(statement in select(STATEMENTS), end in 0..400_usize, other in select(STATEMENTS)) {
        let mut end = end.min(statement.len());
        while !statement.is_char_boundary(end) {
            end -= 1;
        }
        on_a_small_stack(statement[..end].to_owned());
        on_a_small_stack(format!("{} {other}", &statement[..end]));
    }
}
