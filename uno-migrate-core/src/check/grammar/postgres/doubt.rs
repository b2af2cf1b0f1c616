//! Where the parser may be wrong: the server reads more than it knows.
//!
//! What is here was found by comparing the two over statements of every kind, over all keywords in all places, and over
//! mutants of them (`tests/grammar`). Nothing is said where the first mistake in a statement may be none.

use super::parser::{Stumble, What, first_stumble, reads};
use super::reduced::Reduced;
use crate::check::statement::Statement;
use crate::lex::TokenKind;

/// What becomes of a statement where a word is taken for a name.
pub(super) enum Attempt {
    /// The parser reads it.
    Reads,
    /// The parser gets further.
    Further(Stumble),
    /// It does not help.
    InVain,
}

/// Takes the words around a token for names, one at a time, and keeps the one that gets the parser furthest: it knows fewer
/// places than the server where keywords that are not reserved are names.
pub(super) fn attempt(statement: &Statement<'_>, names: &mut Vec<usize>, stumble: &Stumble) -> Attempt {
    if reads_as_table(statement) {
        return Attempt::Reads;
    }
    let mut best: Option<(usize, Stumble)> = None;
    for number in [Some(stumble.token), stumble.token.checked_sub(1)].into_iter().flatten() {
        let Some(token) = statement.tokens().get(number) else { continue };
        if token.kind != TokenKind::Word || is_reserved(statement.text_of(token)) {
            continue;
        }
        names.push(number);
        let further = first_stumble(&Reduced::new(statement, names));
        names.pop();
        let Some(further) = further else { return Attempt::Reads };
        if further.token > best.as_ref().map_or(stumble.token, |(_, best)| best.token) {
            best = Some((number, further));
        }
    }
    match best {
        Some((name, further)) => {
            names.push(name);
            Attempt::Further(further)
        }
        None => Attempt::InVain,
    }
}

/// Whether the parser reads `ALTER VIEW` and its like as `ALTER TABLE`: to the server's, whatever can be done to a table can
/// be done to them.
fn reads_as_table(statement: &Statement<'_>) -> bool {
    const KINDS: [&[&str]; 5] = [
        &["ALTER", "VIEW"],
        &["ALTER", "INDEX"],
        &["ALTER", "SEQUENCE"],
        &["ALTER", "MATERIALIZED", "VIEW"],
        &["ALTER", "FOREIGN", "TABLE"],
    ];
    KINDS.iter().find(|words| statement.begins(words)).is_some_and(|words| {
        let reduced = Reduced::new(statement, &[]);
        reads(&format!("ALTER TABLE{}", reduced.behind(words.len())), reduced.levels)
    })
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
pub(super) fn is_known(statement: &Statement<'_>, stumble: &Stumble) -> bool {
    let begins = |words: &[&str]| statement.begins(words);
    let near = Near { statement, number: stumble.token };
    // PostgreSQL 14 reads `1a` as `1 a`.
    stumble.has("trailing junk")
        // `B'2'`, which the server refuses later.
        || stumble.has("is not a valid")
        || begins(&["EXPLAIN"])
        || begins(&["FETCH"])
        || begins(&["MOVE"])
        || begins(&["REINDEX"]) && statement.pieces().nth(1).is_some_and(|(_, text)| text == "(")
        || begins(&["SET", "NAMES"])
        || begins(&["SET", "LOCAL", "TRANSACTION"])
        || begins(&["SET", "SESSION", "TRANSACTION"])
        || near.are(-2, &["SET", "TIME", "ZONE"])
        || begins(&["ALTER", "STATISTICS", "IF"])
        || begins(&["CREATE", "STATISTICS"]) && near.is_behind("FROM")
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
        || begins(&["CREATE"]) && near.is_behind("TRIGGER") && near.is_behind("EXECUTE") && (near.is_behind("FUNCTION") || near.is_behind("PROCEDURE"))
        || begins(&["DO"]) && near.kind() == Some(TokenKind::String)
        || begins(&["COMMENT", "ON", "TYPE"]) && near.is(0, "(")
        || begins(&["COMMENT", "ON", "DOMAIN"]) && near.is(0, "(")
        || near.are(-2, &["SET", "SCHEMA"])
        || begins(&["DO", "LANGUAGE"]) && near.is_at_end() && statement.tokens().len() == 3
        // `DROP TABLE a, cascade`
        || near.is(0, ",") && (near.is(1, "CASCADE") || near.is(1, "RESTRICT"))
        // `SELECT a in`, where it is a name
        || near.is(-1, "IN") && (near.is(0, ",") || near.is_at_end())
        || matches!(stumble.what, What::Second) && near.kind() == Some(TokenKind::Operator)
        || near.are(-2, &["SUBSTRING", "(", ")"])
        || (-3..=0).any(|back| near.are(back, &["OPERATOR", "("]))
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
