//! On MySQL, `autocommit = 0` opens a transaction that nothing ends: what follows would be gone with the connection.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::Verb;
use crate::check::subject::Subject;
use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Span};

pub(super) static RULE: Rule = Rule {
    id: "autocommit",
    title: "`autocommit` is set",
    why: "with `autocommit = 0` everything that follows, the history included, is in a transaction that nothing ends: it is \
          gone with the connection",
    instead: "delete it: each statement commits by itself, and the history says how far the migration is",
    dialects: &[Dialect::MySql],
    level: Level::Forbid,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "SET autocommit = 0;\nINSERT INTO currencies VALUES ('EUR');\n",
        accepted: "INSERT INTO currencies VALUES ('EUR');\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    if subject.dialect != Dialect::MySql {
        return;
    }
    for statement in &subject.statements {
        // What only some servers execute has a comment for its first token.
        let may_set = statement.verb == Verb::Set || statement.text().starts_with('/');
        if may_set && sets_autocommit(subject.text, statement.span) {
            alarms.push(Alarm::new(&RULE, statement.span, "`autocommit` is set in a migration"));
        }
    }
}

fn sets_autocommit(text: &str, statement: Span) -> bool {
    let mut tokens = significant(Dialect::MySql, text, statement);
    match tokens.next() {
        Some((TokenKind::Word, first)) => first.eq_ignore_ascii_case("SET") && assigns(tokens),
        Some((TokenKind::Executable, comment)) => {
            // `/*!40101 SET … */`, `/*M!100203 SET … */`
            let body =
                comment.trim_start_matches(['/', '*', '!', 'M']).trim_start_matches(|c: char| c.is_ascii_digit());
            let body = body.trim_end_matches("*/");
            sets_autocommit(body, Span::new(0..body.len()))
        }
        _ => false,
    }
}

/// Whether one of the assignments is to the session's own variable.
fn assigns<'a>(tokens: impl Iterator<Item = (TokenKind, &'a str)>) -> bool {
    // What stands in front of the `=`: `SESSION autocommit`, `@@session.autocommit`.
    let (mut words, mut sigils, mut in_value) = (Vec::new(), 0, false);
    for (kind, token) in tokens {
        match kind {
            TokenKind::Punctuation(b',') => {
                words.clear();
                (sigils, in_value) = (0, false);
            }
            _ if in_value => {}
            TokenKind::Word | TokenKind::QuotedIdent => words.push(token.trim_matches('`').to_ascii_lowercase()),
            TokenKind::Punctuation(b'@') => sigils += 1,
            TokenKind::Operator => {
                let is_own = !matches!(words.first().map(String::as_str), Some("global" | "persist" | "persist_only"));
                // With one `@` it is a variable of the author's own.
                if is_own && sigils != 1 && words.last().is_some_and(|name| name == "autocommit") {
                    return true;
                }
                in_value = true;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::alarms;

    #[test]
    fn what_opens_a_transaction_for_good_is_found() {
        let found = |text: &str| alarms(find, Dialect::MySql, text).len();
        for text in [
            "SET autocommit = 0",
            "set AUTOCOMMIT=OFF",
            "SET SESSION autocommit := 0",
            "SET LOCAL `autocommit` = 0",
            "SET @@autocommit = 0",
            "SET @@session.autocommit=0",
            "SET sql_mode = '', autocommit = 0",
            "SET @OLD_AUTOCOMMIT=@@AUTOCOMMIT, @@AUTOCOMMIT=0",
            "/*!40101 SET autocommit=0 */",
            "/*M!100616 SET @@autocommit=0 */",
        ] {
            assert_eq!(found(&format!("SELECT 1; {text}; SELECT 2")), 1, "{text}");
        }
        for text in [
            "SET GLOBAL autocommit = 0",
            "SET @@global.autocommit = 0",
            "SET @autocommit = 0",
            "SET @old = @@autocommit, sql_mode = ''",
            "/*!40101 SET @old = @@autocommit */",
            "UPDATE settings SET autocommit = 0",
            "SET sql_mode = 'autocommit=0'",
        ] {
            assert_eq!(found(text), 0, "{text}");
        }
    }
}
