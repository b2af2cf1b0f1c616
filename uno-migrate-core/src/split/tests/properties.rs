//! What holds for every text, however broken.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::lex::{Lexer, lex, lex_statement};
use crate::split::{significant, split, statements};
use crate::{Checksum, Dialect, Span};

/// What opens, closes and confuses things in one dialect or another.
const FRAGMENTS: &[&str] = &[
    "'",
    "''",
    "\"",
    "`",
    "[",
    "]",
    "\\",
    "\\'",
    "$$",
    "$a$",
    "$1",
    "$",
    "e'",
    "E'a\\'",
    "U&'",
    "u&\"",
    "x'",
    "N'",
    "_utf8'",
    "--",
    "-- ",
    "#",
    "/*",
    "*/",
    "/*!",
    "/*M!",
    "/*+",
    "/",
    "*",
    "-",
    "+",
    "=",
    "<",
    ">",
    ":",
    "::",
    ":=",
    "@",
    "?",
    ".",
    "..",
    ";",
    ";;",
    "(",
    ")",
    ",",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\0",
    "\u{b}",
    "é",
    "日本",
    "\u{feff}",
    "\u{85}",
    "1",
    "1e",
    "0x",
    "CREATE ",
    "OR REPLACE ",
    "FUNCTION ",
    "PROCEDURE ",
    "TRIGGER ",
    "EVENT ",
    "PACKAGE ",
    "RULE ",
    "FOR EACH ROW ",
    "f() ",
    "BEGIN ",
    "ATOMIC ",
    "NOT ATOMIC ",
    "END",
    "END IF",
    "CASE ",
    "IF ",
    "THEN ",
    "ELSE ",
    "LOOP ",
    "REPEAT ",
    "UNTIL ",
    "WHILE ",
    "FOR ",
    "DO ",
    "DECLARE ",
    "HANDLER ",
    "AS ",
    "IS ",
    "SET ",
    "SELECT 1",
    "RETURN 1",
    "label:",
    "COPY t FROM stdin",
    "\n\\.\n",
    "\\d\n",
    "DELIMITER //\n",
    "\nDELIMITER ;\n",
    "delimiter $$\n",
    "DELIMITER\n",
    "//",
    "\n-- DOWN\n",
    "\n-- UP\n",
    "-- down",
    "-- Down: x\n",
    "/* DOWN */",
    "-- +goose Down\n",
    "-- Tags: a\n",
    "--x\n",
];

fn dialect() -> impl Strategy<Value = Dialect> {
    select(&Dialect::ALL[..])
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => vec(select(FRAGMENTS), 0..40).prop_map(|fragments| fragments.concat()),
        1 => ".{0,40}",
        1 => "[\\x00-\\x7f]{0,60}",
    ]
}

/// Tokens of a dialect that stay what they are beside any other and any white space.
fn tokens(dialect: Dialect) -> impl Strategy<Value = Vec<&'static str>> {
    let common = [
        "a",
        "SELECT",
        "FROM",
        "t",
        "1",
        "1.5",
        "1e-5",
        ".5",
        "'it''s; -- no'",
        "''",
        "(1)",
        "(",
        ")",
        ",",
        ".",
        "=",
        "<=",
        "<>",
        "||",
        "*",
        "+",
        "-",
        "/",
        "END",
        "CASE",
        "THEN",
        "ä",
        "x1",
        "e",
        "n",
    ];
    let own: &[&str] = match dialect {
        Dialect::Postgres => &[
            "$1",
            "$$ ; ' $$",
            "$a$ $$ $a$",
            "U&'\\0041;'",
            "\"a;\"\"b\"",
            "::",
            ":=",
            "@>",
            "<->",
            "#>>",
            "/*+ SeqScan(a) */",
        ],
        Dialect::MySql => &[
            "'\\';'",
            "\"a;\\\"\"",
            "`a;``b`",
            "?",
            "@",
            ":=",
            "<=>",
            "->>",
            "/*!40101 SET a */",
            "/*+ hint */",
            "N'x'",
        ],
        Dialect::Sqlite => &["?1", ":a", "@a", "$a", "[a;'b]", "`a;`", "\"a;\"", "x'3B'", "->", "->>", "=="],
    };
    vec(select([&common[..], own].concat()), 1..30)
}

/// White space and comments that may stand between any two tokens.
fn gaps(dialect: Dialect) -> impl Strategy<Value = Vec<&'static str>> {
    let common = [" ", "  ", "\n", "\t", "\n\n  ", " /* it's; (a remark */ ", " -- it's; (a remark\n"];
    let own: &[&str] = match dialect {
        Dialect::Postgres => &[" /* one /* two; */ ' */ "],
        Dialect::MySql => &[" # it's; (a remark\n", " --\n"],
        Dialect::Sqlite => &[" /* /* ; */ ", " --a\n"],
    };
    vec(select([&common[..], own].concat()), 30)
}

fn formatted() -> impl Strategy<Value = (Dialect, Vec<&'static str>, Vec<&'static str>, Vec<&'static str>)> {
    dialect().prop_flat_map(|dialect| (Just(dialect), tokens(dialect), gaps(dialect), gaps(dialect)))
}

fn join(tokens: &[&str], gaps: &[&str]) -> String {
    tokens.iter().zip(gaps).flat_map(|(token, gap)| [*token, *gap]).collect()
}

fn whole(text: &str) -> Span {
    Span { start: 0, end: text.len() as u32 }
}

fn assert_covers(text: &str, tokens: Lexer<'_>) {
    let mut at = 0;
    for token in tokens {
        assert_eq!(token.span.start, at, "a token follows the one before it");
        assert!(token.span.end > at, "a token is not empty");
        assert!(text.is_char_boundary(token.span.end as usize), "a token ends between characters");
        at = token.span.end;
    }
    assert_eq!(at as usize, text.len(), "the last token ends with the text");
}

/// The spans stand in order behind `after`, within the text.
fn assert_ordered<'s>(text: &str, mut after: u32, spans: impl IntoIterator<Item = &'s Span>) -> u32 {
    for span in spans {
        assert!(span.start >= after && span.end > span.start, "{span:?} follows {after}");
        assert!(!span.of(text).is_empty(), "{span:?} is a piece of the text");
        after = span.end;
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_give_the_text_back(dialect in dialect(), text in text()) {
        assert_covers(&text, lex(dialect, &text));
        assert_covers(&text, lex_statement(dialect, &text));
    }

    #[test]
    fn pieces_are_ordered_and_disjoint(dialect in dialect(), text in text()) {
        let split = split(dialect, &text);
        assert_ordered(&text, 0, &split.header);
        let up_end = assert_ordered(&text, 0, &split.up);
        if let Some(down) = &split.down {
            let marker_end = assert_ordered(&text, up_end, [&down.marker]);
            assert_ordered(&text, marker_end, &down.header);
            assert_ordered(&text, marker_end, &down.statements);
        }
        assert!(split.findings.is_sorted_by_key(|finding| finding.span.start));
        for finding in &split.findings {
            assert!(text.get(finding.span.start as usize..finding.span.end as usize).is_some());
        }
    }

    #[test]
    fn statements_start_and_end_with_what_counts(dialect in dialect(), text in text()) {
        let split = split(dialect, &text);
        for span in &split.up {
            let statement = span.of(&text);
            // Two minus signs are a comment where nothing follows them: cutting makes one, but no valid statement ends so.
            prop_assume!(dialect != Dialect::MySql || !statement.ends_with("--"));
            let kinds: Vec<_> = lex_statement(dialect, statement).map(|token| token.kind).collect();
            assert!(kinds.first().is_some_and(|kind| kind.is_content()), "{statement:?}");
            assert!(kinds.last().is_some_and(|kind| kind.is_content()), "{statement:?}");
        }
    }

    #[test]
    fn what_is_left_out_is_white_space_comments_and_terminators(dialect in dialect(), text in text()) {
        let Ok(spans) = statements(dialect, &text) else { return Ok(()) };
        let mut at = 0;
        for span in spans.iter().chain([&Span { start: text.len() as u32, end: text.len() as u32 }]) {
            let rest = &text[at..span.start as usize];
            // Between statements the mysql client needs no blank behind the dashes of a comment.
            let rest = &if dialect == Dialect::MySql { rest.replace("--", "-- ") } else { rest.to_owned() };
            // What a terminator of the client looks like depends on what stands before it.
            if !text.to_ascii_lowercase().contains("delimiter") {
                let left_out = lex_statement(dialect, rest).filter(|token| token.kind.is_content());
                assert!(left_out.map(|token| token.span.of(rest)).all(|piece| piece == ";" || piece.starts_with("/*+")), "{rest:?}");
            }
            at = span.end as usize;
        }
    }

    #[test]
    fn the_checksum_is_that_of_the_statements(dialect in dialect(), text in text()) {
        let split = split(dialect, &text);
        // As above, of two minus signs.
        let becomes_a_comment = split.up.iter().any(|span| span.of(&text).ends_with("--"));
        if split.findings.is_empty() && !becomes_a_comment {
            assert_eq!(split.checksum, Some(Checksum::of_statements(dialect, &text, &split.up)));
        }
    }

    #[test]
    fn reformatting_keeps_the_checksum((dialect, tokens, one, other) in formatted()) {
        let checksum = |text: &str| Checksum::of_statements(dialect, text, &[whole(text)]);
        assert_eq!(checksum(&join(&tokens, &one)), checksum(&join(&tokens, &other)));
    }

    #[test]
    fn another_token_changes_the_checksum((dialect, tokens, gaps, _) in formatted(), at in any::<prop::sample::Index>()) {
        let checksum = |text: &str| Checksum::of_statements(dialect, text, &[whole(text)]);
        let mut changed = tokens.clone();
        changed.insert(at.index(tokens.len()), "another");
        assert_ne!(checksum(&join(&tokens, &gaps)), checksum(&join(&changed, &gaps)));
    }

    #[test]
    fn significant_tokens_are_those_that_were_written((dialect, tokens, gaps, _) in formatted()) {
        let text = join(&tokens, &gaps);
        let read: Vec<_> = significant(dialect, &text, whole(&text)).map(|(_, token)| token).collect();
        let written: Vec<_> = tokens.iter().flat_map(|token| if *token == "(1)" { vec!["(", "1", ")"] } else { vec![*token] }).collect();
        assert_eq!(read, written);
    }
}
