//! Finds the migration in a `.rs` file of the directory, with the place of everything that may be wrong with it.
//!
//! A parsed file would do, if a macro could parse one: tokens made from text all have the span of the macro's call, so
//! no place in the file could be named. The compiler itself judges the file's syntax; here it is enough to tell strings,
//! comments and brackets from names.

use std::ops::Range;

/// What stands at the top level of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RustFile {
    /// The items that carry `#[migration]`.
    pub(crate) marked: Vec<Marked>,
    /// Whether there is a `down`, defined or imported.
    pub(crate) has_down: bool,
    /// Whether brackets do not match: the compiler will say so.
    pub(crate) is_broken: bool,
}

/// An item that carries `#[migration]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    /// What stands in the attribute's parentheses.
    pub(crate) arguments: Range<usize>,
    /// `fn`, `struct` or whatever else it is.
    pub(crate) keyword: Range<usize>,
    /// What it is called.
    pub(crate) name: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Text,
    Open,
    Close,
    Sign(u8),
}

#[derive(Debug, Clone)]
struct Token {
    kind: Kind,
    range: Range<usize>,
}

impl RustFile {
    /// Looks through a file.
    pub(crate) fn scan(source: &str) -> Self {
        let tokens = tokens(source);
        let mut file = Self::default();
        let mut arguments = None;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let word = if token.kind == Kind::Word { &source[token.range.clone()] } else { "" };
            match (token.kind, word) {
                (Kind::Sign(b'#'), _) if opens(&tokens, at + 1) => {
                    let end = closing(&tokens, at + 1);
                    arguments = arguments_of_migration(source, &tokens[at + 2..end]).or(arguments);
                    at = end;
                }
                (Kind::Word, "use") => {
                    let end = at + tokens[at..].iter().take_while(|token| token.kind != Kind::Sign(b';')).count();
                    file.has_down |= tokens[at..end].iter().any(|token| &source[token.range.clone()] == "down");
                    at = end;
                }
                (Kind::Word, "fn" | "struct" | "enum" | "union" | "mod" | "impl" | "trait" | "type" | "static") => {
                    let name = tokens.get(at + 1).map_or(token.range.clone(), |name| name.range.clone());
                    file.has_down |= word == "fn" && &source[name.clone()] == "down";
                    if let Some(arguments) = arguments.take() {
                        file.marked.push(Marked { arguments, keyword: token.range.clone(), name });
                    }
                }
                (Kind::Open, _) => at = closing(&tokens, at),
                (Kind::Close, _) => file.is_broken = true,
                _ => {}
            }
            file.is_broken |= at >= tokens.len();
            at += 1;
        }
        file
    }
}

/// Whether a line is inside `mod name { … }` or `macro_rules! name { … }`.
pub(crate) fn has_block_around(source: &str, line: usize) -> bool {
    let tokens = tokens(source);
    let line_of = |offset: usize| source[..offset].bytes().filter(|&byte| byte == b'\n').count() + 1;
    let word =
        |at: usize| tokens.get(at).filter(|token| token.kind == Kind::Word).map(|token| &source[token.range.clone()]);
    (0..tokens.len()).any(|at| {
        let open = match word(at) {
            Some("mod") => at + 2,
            Some("macro_rules") => at + 3,
            _ => return false,
        };
        if !opens(&tokens, open) {
            return false;
        }
        let end = tokens.get(closing(&tokens, open)).map_or(source.len(), |token| token.range.start);
        (line_of(tokens[open].range.start)..=line_of(end)).contains(&line)
    })
}

/// The places of the strings in `depends = ["…", …]`, among the arguments of an attribute.
pub(crate) fn strings_of_depends(source: &str, arguments: Range<usize>) -> Vec<Range<usize>> {
    let tokens = tokens(&source[arguments.clone()]);
    let is_depends =
        |token: &&Token| token.kind == Kind::Word && &source[arguments.clone()][token.range.clone()] == "depends";
    let list = tokens.iter().skip_while(|token| !is_depends(token)).take_while(|token| token.kind != Kind::Close);
    let strings = list.filter(|token| token.kind == Kind::Text);
    strings.map(|token| arguments.start + token.range.start..arguments.start + token.range.end).collect()
}

/// The parentheses of `migration(…)` or `uno_migrate::migration(…)`; empty for a bare `migration`.
fn arguments_of_migration(source: &str, attribute: &[Token]) -> Option<Range<usize>> {
    let open = attribute.iter().position(|token| token.kind == Kind::Open).unwrap_or(attribute.len());
    let name = attribute[..open].last()?;
    if &source[name.range.clone()] != "migration" || !matches!(name.kind, Kind::Word) {
        return None;
    }
    match (attribute.get(open), attribute.last()) {
        (Some(open), Some(close)) => Some(open.range.end..close.range.start.max(open.range.end)),
        _ => Some(name.range.end..name.range.end),
    }
}

fn opens(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == Kind::Open)
}

/// The index of the bracket that closes the one at `open`, or the end.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

fn tokens(source: &str) -> Vec<Token> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let kind = match byte {
            b'/' if bytes[at..].starts_with(b"//") => {
                at = find(bytes, at, b"\n");
                continue;
            }
            b'/' if bytes[at..].starts_with(b"/*") => {
                at = after_comment(bytes, at);
                continue;
            }
            b'"' => {
                at = after_string(bytes, at);
                Kind::Text
            }
            b'\'' => {
                at = after_quote(source, at);
                Kind::Sign(b'\'')
            }
            b'(' | b'[' | b'{' => {
                at += 1;
                Kind::Open
            }
            b')' | b']' | b'}' => {
                at += 1;
                Kind::Close
            }
            byte if is_word(byte) => {
                at += bytes[at..].iter().take_while(|&&byte| is_word(byte)).count();
                let is_prefix = matches!(&source[start..at], "r" | "b" | "c" | "br" | "cr");
                match after_prefixed_string(bytes, at).filter(|_| is_prefix) {
                    Some(end) => {
                        at = end;
                        Kind::Text
                    }
                    None => Kind::Word,
                }
            }
            byte => {
                at += 1;
                if byte.is_ascii_whitespace() {
                    continue;
                }
                Kind::Sign(byte)
            }
        };
        tokens.push(Token { kind, range: start..at });
    }
    tokens
}

/// Letters beyond ASCII belong to names, wherever they may really stand.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// The offset of the needle at or after `at`, or the end.
fn find(bytes: &[u8], at: usize, needle: &[u8]) -> usize {
    bytes[at..].windows(needle.len()).position(|window| window == needle).map_or(bytes.len(), |found| at + found)
}

fn after_comment(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        let (width, deeper) = match &bytes[at..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        at += width;
        depth += deeper;
        if depth == 0 {
            break;
        }
    }
    at
}

fn after_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

/// `"…"`, `#"…"#`, …, after the `r`, `b`, `c`, `br` or `cr` that makes it a string.
fn after_prefixed_string(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start..].iter().take_while(|&&byte| byte == b'#').count();
    if bytes.get(start + hashes) != Some(&b'"') {
        return None;
    }
    if hashes == 0 && bytes[start - 1] != b'r' {
        return Some(after_string(bytes, start));
    }
    let end = [b"\"".as_slice(), &bytes[start..start + hashes]].concat();
    Some((find(bytes, start + hashes + 1, &end) + end.len()).min(bytes.len()))
}

/// A character, or the sign in front of a lifetime's name.
fn after_quote(source: &str, start: usize) -> usize {
    let rest = &source[start + 1..];
    let mut letters = rest.chars();
    match (letters.next(), letters.next()) {
        (Some('\\'), Some(escaped)) => {
            let from = start + 2 + escaped.len_utf8();
            (find(source.as_bytes(), from, b"'") + 1).min(source.len())
        }
        (Some(letter), Some('\'')) => start + 2 + letter.len_utf8(),
        _ => start + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(source: &str) -> Vec<(&str, &str, &str)> {
        let file = RustFile::scan(source);
        let text = |range: &Range<usize>| &source[range.clone()];
        file.marked.iter().map(|item| (text(&item.arguments), text(&item.keyword), text(&item.name))).collect()
    }

    #[test]
    fn finds_the_marked_item() {
        let source = r##"
            //! #[migration(not = "this")] fn nor_this() {}
            use uno_migrate::{Context, Result, migration};
            /* #[migration] /* nested */ fn down() {} */
            const TEXT: &str = r#"#[migration] fn down() "quoted" {}"#;
            /// Says what it does: "quoted" it's
            #[cfg(not(windows))]
            #[uno_migrate::migration(depends = ["1_a"], tags = ["x)", "y"])]
            #[expect(dead_code)]
            pub(crate) async fn up<'a>(ctx: &'a mut Context<'_>) -> Result<()> { let _ = ('"', '\'', b'\\', "}"); Ok(()) }
            mod inner { fn down() {} }
        "##;
        assert_eq!(marked(source), [(r#"depends = ["1_a"], tags = ["x)", "y"]"#, "fn", "up")]);
        let file = RustFile::scan(source);
        assert!(!file.has_down && !file.is_broken);
    }

    #[test]
    fn finds_down_and_bare_attributes() {
        let source = "#[migration] pub struct Roles;\npub async fn down() {}\n#[migration()] fn a() {}";
        assert_eq!(marked(source), [("", "struct", "Roles"), ("", "fn", "a")]);
        assert!(RustFile::scan(source).has_down);
        assert!(RustFile::scan("pub use super::common::{self, down};").has_down);
        assert!(!RustFile::scan("pub use super::common::{self, downer};").has_down);
    }

    #[test]
    fn brackets_that_do_not_match_are_left_to_the_compiler() {
        for source in ["fn up() {", "#[migration(", "fn up() }", "#[", "#[migration", "use a"] {
            assert!(RustFile::scan(source).is_broken, "{source}");
        }
        for source in ["", "\"", "r#\"", "'", "/*", "'\\", "b\"\\", "#", "ä", "r", "fn"] {
            RustFile::scan(source);
        }
    }

    #[test]
    fn places_of_dependencies() {
        let source = r#"tags = ["x"], depends = ["1_a", r"2_b"], name = "n""#;
        let places = strings_of_depends(source, 0..source.len());
        assert_eq!(places.iter().map(|place| &source[place.clone()]).collect::<Vec<_>>(), ["\"1_a\"", "r\"2_b\""]);
    }
}
