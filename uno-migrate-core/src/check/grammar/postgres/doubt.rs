//! Where the parser may be wrong: the server reads more than it knows.
//!
//! What is here was found by comparing the two over statements of every kind, over all keywords in all places, and over
//! mutants of them (`tests/grammar`). Nothing is said where the first mistake in a statement may be none.

use super::parser::{Stumble, What, first_stumble};
use crate::check::statement::Statement;
use crate::lex::TokenKind;

/// What becomes of a text where a word is taken for a name.
pub(super) enum Attempt {
    /// The parser reads it.
    Reads,
    /// The parser gets further with this text.
    Further(String, Stumble),
    /// It does not help.
    InVain,
}

/// Reads a text anew with names in place of the words around a token, each at a time: the parser knows fewer places than
/// the server where keywords that are not reserved are names.
pub(super) fn attempt(statement: &Statement<'_>, text: &str, token: usize, stumble: &Stumble) -> Attempt {
    if as_table(statement).is_some_and(|text| first_stumble(&text).is_none()) {
        return Attempt::Reads;
    }
    let mut best = Attempt::InVain;
    let mut reached = stumble.at;
    for number in [Some(token), token.checked_sub(1)].into_iter().flatten() {
        let Some(token) = statement.tokens().get(number) else { continue };
        if token.kind != TokenKind::Word || is_reserved(statement.text_of(token)) {
            continue;
        }
        let range =
            (token.span.start - statement.span.start) as usize..(token.span.end - statement.span.start) as usize;
        let name = "x".repeat(range.len());
        let mut other = text.to_owned();
        other.replace_range(range, &name);
        match first_stumble(&other) {
            None => return Attempt::Reads,
            Some(further) if further.at > reached => {
                reached = further.at;
                best = Attempt::Further(other, further);
            }
            Some(_) => {}
        }
    }
    best
}

/// `ALTER VIEW` and its like as `ALTER TABLE`: to the server's parser, whatever can be done to a table can be done to them.
fn as_table(statement: &Statement<'_>) -> Option<String> {
    let kinds: [&[&str]; 5] = [&["VIEW"], &["INDEX"], &["SEQUENCE"], &["MATERIALIZED", "VIEW"], &["FOREIGN", "TABLE"]];
    let words = kinds.iter().find(|words| {
        let all: Vec<_> = ["ALTER"].iter().chain(words.iter()).copied().collect();
        statement.begins(&all)
    })?;
    let last = statement.tokens().get(words.len())?;
    let rest = statement.text().get((last.span.end - statement.span.start) as usize..)?;
    Some(format!("ALTER TABLE{rest}"))
}

/// PostgreSQL's reserved keywords: no name, in no place.
#[rustfmt::skip]
fn is_reserved(word: &str) -> bool {
    const WORDS: [&str; 78] = [
        "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "both", "case", "cast", "check",
        "collate", "column", "constraint", "create", "current_catalog", "current_date", "current_role", "current_time",
        "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except",
        "false", "fetch", "for", "foreign", "from", "grant", "group", "having", "in", "initially", "intersect", "into",
        "lateral", "leading", "limit", "localtime", "localtimestamp", "not", "null", "offset", "on", "only", "or", "order",
        "placing", "primary", "references", "returning", "select", "session_user", "some", "symmetric", "system_user",
        "table", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "when", "where",
        "window", "with",
    ];
    WORDS.iter().any(|reserved| word.eq_ignore_ascii_case(reserved))
}

/// What the server reads and the parser is known not to: by how the statement begins, by what stands around the token
/// that it stumbled over, or by both.
pub(super) fn is_known(statement: &Statement<'_>, number: usize, stumble: &Stumble) -> bool {
    let begins = |words: &[&str]| statement.begins(words);
    let near = Near { statement, number };
    // PostgreSQL 14 reads `1a` as `1 a`.
    stumble.starts("trailing junk")
        || begins(&["EXPLAIN"])
        || begins(&["FETCH"])
        || begins(&["MOVE"])
        || begins(&["REINDEX"]) && near.is(1 - number as isize, "(")
        || begins(&["SET", "NAMES"])
        || begins(&["SET", "LOCAL", "TRANSACTION"])
        || begins(&["SET", "SESSION", "TRANSACTION"])
        || near.are(-2, &["SET", "TIME", "ZONE"])
        || begins(&["ALTER", "STATISTICS", "IF"])
        || begins(&["CREATE", "STATISTICS"]) && matches!(stumble.what, What::Second)
        || begins(&["CREATE", "UNLOGGED", "MATERIALIZED"])
        || begins(&["CREATE", "UNLOGGED", "VIEW"])
        || begins(&["DROP", "TEXT", "SEARCH"]) && near.is(0, ",")
        || begins(&["WITH", "RECURSIVE", "AS"])
        // `ALTER ROLE r`, which changes nothing.
        || (begins(&["ALTER", "ROLE"]) || begins(&["ALTER", "USER"])) && statement.tokens().len() == 3
        || begins(&["COPY"]) && (near.is(0, "USING") || near.is(0, "DELIMITERS"))
        || near.are(0, &["NO", "VALIDATOR"])
        || near.are(-1, &["FOR", "READ"])
        || near.is(-1, ";")
        // `EXCLUDE (a text_ops WITH =)`
        || stumble.is("expected WITH_KW") && statement.pieces().any(|(_, text)| text.eq_ignore_ascii_case("EXCLUDE"))
        // `SET (a, b) = f()`, which the server refuses later.
        || stumble.is("expected row expression or sub-select")
        // `COMMENT ON CONSTRAINT c ON domain IS`
        || near.are(-2, &["DOMAIN", "IS"])
        // `ALTER TABLE t ALTER 1 SET STATISTICS 100`
        || near.kind() == Some(TokenKind::Number) && (near.is(-1, "ALTER") || near.is(-1, "COLUMN"))
        // Its arguments may be any word, and the first may be missing.
        || begins(&["CREATE"]) && near.is_behind("EXECUTE") && near.is_behind("TRIGGER")
        || begins(&["DO"]) && near.is_at_end()
        // `DROP TABLE a, cascade`
        || near.is(0, ",") && (near.is(1, "CASCADE") || near.is(1, "RESTRICT"))
        // `SELECT a in`, where it is a name
        || near.is(-1, "IN") && (near.is(0, ",") || near.is_at_end())
        || matches!(stumble.what, What::Second) && near.kind() == Some(TokenKind::Operator)
        || near.are(-2, &["SUBSTRING", "(", ")"])
        || (-2..=0).any(|back| near.are(back, &["OPERATOR", "("]))
}

/// What stands around the token that the parser stumbled over.
struct Near<'a, 's> {
    statement: &'a Statement<'s>,
    number: usize,
}

impl Near<'_, '_> {
    fn is(&self, away: isize, text: &str) -> bool {
        let token = self.number.checked_add_signed(away).and_then(|number| self.statement.tokens().get(number));
        token.is_some_and(|token| self.statement.text_of(token).eq_ignore_ascii_case(text))
    }

    fn are(&self, away: isize, texts: &[&str]) -> bool {
        (away..).zip(texts).all(|(away, text)| self.is(away, text))
    }

    fn kind(&self) -> Option<TokenKind> {
        self.statement.tokens().get(self.number).map(|token| token.kind)
    }

    fn is_at_end(&self) -> bool {
        self.number == self.statement.tokens().len()
    }

    /// Whether a word stands anywhere in front of it.
    fn is_behind(&self, word: &str) -> bool {
        self.statement.pieces().take(self.number).any(|(_, text)| text.eq_ignore_ascii_case(word))
    }
}
