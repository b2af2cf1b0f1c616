//! The line that a problem is shown with.

use crate::Span;
use crate::secret::is_telling;

/// How much of a line is kept on either side of what is marked.
const EXCERPT_MARGIN: usize = 60;
/// How much of what is marked is kept.
const EXCERPT_LENGTH: usize = 160;

/// The first line under a span, cut to what a screen holds, and the span in it.
pub(crate) fn excerpt(text: &str, span: Span) -> Option<(String, Span)> {
    line(text, span).map(|(from, to, span)| cut(&text[from..to], span))
}

/// The same for SQL, which may hold secrets: the text may be one that no lexer can read, so that nothing behind the first
/// quote of such a statement is shown.
pub(crate) fn excerpt_of_sql(text: &str, span: Span) -> Option<(String, Span)> {
    let (from, to, span) = line(text, span)?;
    // A semicolon in front of the line's end may stand in a string.
    let statement = text[..from].rfind(";\n").map_or(0, |at| at + 2);
    if !holds_secrets(&text[statement..to]) {
        return Some(cut(&text[from..to], span));
    }
    let quote = text[statement..to].find(QUOTES).map_or(to, |at| statement + at);
    if quote == to {
        return Some(cut(&text[from..to], span));
    }
    let shown = &text[from..(quote + 1).max(from)];
    let masked = format!("{shown}***");
    let within = |offset: u32| (offset as usize).min(masked.len());
    let span = match (span.start as usize) < shown.len() {
        true if (span.end as usize) <= shown.len() => span,
        true => Span::new(within(span.start)..masked.len()),
        false => Span::new(shown.len()..masked.len()),
    };
    Some(cut(&masked, span))
}

const QUOTES: [char; 3] = ['\'', '"', '$'];

/// Whether a statement, as far as it goes, may hold a password. Here a column may well be called `role`: such words count
/// where something of that kind is made or changed.
fn holds_secrets(statement: &str) -> bool {
    let words = statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let is = |word: &str, names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    let mut makes = false;
    for word in words {
        if is(word, &["password", "master_password", "identified"]) || makes && is_telling(word) {
            return true;
        }
        makes = is(word, &["create", "alter", "for"]) || makes && is(word, &["or", "replace", "if", "not", "exists"]);
    }
    false
}

/// The first line under a span: where it starts and ends, and the span in it; none where it is blank.
fn line(text: &str, span: Span) -> Option<(usize, usize, Span)> {
    let start = floor_char_boundary(text, span.start as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    if text[line_start..line_end].trim().is_empty() {
        return None;
    }
    let end = floor_char_boundary(text, (span.end as usize).min(line_end)).max(start);
    Some((line_start, line_end, Span::new(start - line_start..end - line_start)))
}

/// What of a line is near the span.
fn cut(line: &str, span: Span) -> (String, Span) {
    let start = span.start as usize;
    let end = floor_char_boundary(line, (span.end as usize).min(start + EXCERPT_LENGTH)).max(start);
    let from = floor_char_boundary(line, start.saturating_sub(EXCERPT_MARGIN));
    let to = floor_char_boundary(line, end + EXCERPT_MARGIN).max(end);
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < line.len() { "…" } else { "" });
    let shown = format!("{before}{}{after}", &line[from..to]);
    let offset = before.len() + start - from;
    (shown, Span::new(offset..offset + (end - start)))
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, span: Span) -> Option<(String, String)> {
        excerpt(text, span).map(|(line, span)| (span.of(&line).to_owned(), line))
    }

    #[test]
    fn an_excerpt_is_the_first_line_of_its_span() {
        let text = "a\nSELECT 1,\n2\n\n";
        assert_eq!(marked(text, Span::new(9..13)), Some(("1,".to_owned(), "SELECT 1,".to_owned())));
        assert_eq!(marked(text, Span::new(14..14)), None);
        assert_eq!(marked("", Span::new(0..0)), None);
        assert_eq!(marked("a", Span::new(7..9)), Some((String::new(), "a".to_owned())));
    }

    #[test]
    fn a_long_line_keeps_what_is_marked() {
        let text = format!("{}X{}", "ü".repeat(500), "ö".repeat(500));
        let (mark, line) = marked(&text, Span::new(1000..1001)).unwrap();
        assert_eq!(mark, "X");
        assert_eq!(line, format!("…{}X{}…", "ü".repeat(30), "ö".repeat(30)));
    }

    #[test]
    fn what_may_be_a_password_is_not_shown() {
        let shown = |text: &str, at: &str| {
            let start = text.find(at).unwrap();
            let (line, span) = excerpt_of_sql(text, Span::new(start..start + at.len())).unwrap();
            format!("{line} [{}]", span.of(&line))
        };
        assert_eq!(
            shown("SELECT 1;\nCREATE ROLE a PASSWORD 'geheim;\n", "'geheim;"),
            "CREATE ROLE a PASSWORD '*** ['***]"
        );
        assert_eq!(shown("CREATE ROLE a PASSWORD 'geheim' X\\;", "\\"), "CREATE ROLE a PASSWORD '*** [***]");
        assert_eq!(shown("CREATE ROLE a PASSWORD 'geheim", "ROLE"), "CREATE ROLE a PASSWORD '*** [ROLE]");
        assert_eq!(shown("ALTER USER a WITH\n  PASSWORD 'x'\n  VALID UNTIL 'geheim", "'geheim"), "*** [***]");
        assert_eq!(
            shown("CREATE SERVER a OPTIONS (host 'geheim", "'geheim"),
            "CREATE SERVER a OPTIONS (host '*** ['***]"
        );
        assert_eq!(
            shown("CREATE USER MAPPING FOR a OPTIONS (b 'c;d", "d"),
            "CREATE USER MAPPING FOR a OPTIONS (b '*** [***]"
        );
        assert_eq!(shown("INSERT INTO a (role) VALUES ('it's')", "')"), "INSERT INTO a (role) VALUES ('it's') [')]");
        assert_eq!(shown("CREATE ROLE a PASSWORD 'x';\nSELECT 'it", "'it"), "SELECT 'it ['it]");
    }
}
