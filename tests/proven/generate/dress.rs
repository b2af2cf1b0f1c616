//! How a person types: letter case, line breaks, blanks, comments where nobody expects them.

use uno_migrate::Dialect;

use crate::support::Random;
use crate::tokens;

/// One person's way of typing.
#[derive(Debug, Clone)]
pub(crate) struct Hand {
    case: Case,
    /// One blank in so many becomes a line break; none with 0.
    breaks: usize,
    /// One blank in so many becomes a comment; none with 0.
    comments: usize,
    indent: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Case {
    Upper,
    Lower,
    Title,
    Mixed,
}

/// What stands in comments, none of which is a marker.
const REMARKS: [&str; 14] = [
    "it's here",
    "a; semicolon",
    "don't \"quote\" this",
    "TODO: tune this",
    "DROP TABLE users;",
    "see https://example.org/a?b=c#d",
    "$$ no dollar quote",
    "going down the list",
    "(unbalanced",
    "Größe, 日本語",
    "`tick",
    "was: varchar(20)",
    "BEGIN",
    "100%",
];

impl Hand {
    pub(crate) fn random(random: &mut Random) -> Self {
        let case = match random.below(8) {
            0..3 => Case::Upper,
            3..6 => Case::Lower,
            6 => Case::Title,
            _ => Case::Mixed,
        };
        let comments = [0, 0, 60, 25][random.below(4)];
        Self { case, breaks: [0, 30, 8, 3][random.below(4)], comments, indent: random.of(&["  ", "    ", "\t", ""]) }
    }

    pub(crate) fn plain() -> Self {
        Self { case: Case::Upper, breaks: 0, comments: 0, indent: "" }
    }

    /// A line that says something, or nothing.
    pub(crate) fn remark(&self, dialect: Dialect, random: &mut Random) -> Option<String> {
        if self.comments == 0 || !random.one_in(3) {
            return None;
        }
        let remark = random.of(&REMARKS);
        Some(match (random.below(6), dialect) {
            (0, _) => format!("/* {remark} */"),
            (1, _) => format!("/*\n * {remark}\n */"),
            (2, Dialect::Postgres) => format!("/* {remark} /* nested */ -- */"),
            (2, Dialect::MySql) => format!("# {remark}"),
            (3, Dialect::Postgres | Dialect::Sqlite) => format!("--{remark}"),
            (4, _) => format!("-- ===== {remark} ====="),
            _ => format!("-- {remark}"),
        })
    }

    /// The statement as this person types it; its keywords are given in capitals.
    pub(crate) fn dress(&self, dialect: Dialect, sql: &str, random: &mut Random) -> String {
        let mut typed = String::with_capacity(sql.len() * 2);
        let mut rest = sql;
        while let Some(first) = rest.chars().next() {
            let (_, length) = tokens::first(dialect, rest, typed.ends_with(['E', 'e']));
            let (piece, after) = rest.split_at(length);
            match first {
                ' ' if piece == " " => self.blank(dialect, &mut typed, random),
                'A'..='Z' if piece.len() > 1 && is_keyword(piece) => self.keyword(piece, &mut typed, random),
                _ => typed.push_str(piece),
            }
            rest = after;
        }
        typed
    }

    fn blank(&self, dialect: Dialect, typed: &mut String, random: &mut Random) {
        if self.comments > 0 && random.one_in(self.comments) {
            let remark = random.of(&REMARKS);
            match random.below(3) {
                0 => *typed += &format!(" -- {remark}\n{}", self.indent),
                1 if dialect == Dialect::MySql => *typed += &format!(" # {remark}\n"),
                _ => *typed += &format!(" /* {remark} */ "),
            }
        } else if self.breaks > 0 && random.one_in(self.breaks) {
            typed.push('\n');
            typed.push_str(self.indent);
        } else {
            typed.push_str(random.of(&[" ", " ", " ", " ", " ", "  ", "\t"]));
        }
    }

    fn keyword(&self, word: &str, typed: &mut String, random: &mut Random) {
        for (at, letter) in word.chars().enumerate() {
            let is_upper = match self.case {
                Case::Upper => true,
                Case::Lower => false,
                Case::Title => at == 0,
                Case::Mixed => random.one_in(2),
            };
            typed.push(if is_upper { letter } else { letter.to_ascii_lowercase() });
        }
    }
}

fn is_keyword(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_' || byte.is_ascii_digit())
}
