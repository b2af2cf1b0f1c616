//! Section markers, and comments that could be taken for one.

/// Which half of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Up,
    Down,
}

/// What a comment is to the splitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Remark,
    Marker(Half),
    /// Says nothing but what a marker says, in other words or another place.
    Nearly(Half),
    /// A marker of another tool, and the half it opens if it opens one.
    Other(&'static str, Option<Half>),
}

impl Half {
    /// The marker as it should be written.
    pub(crate) fn marker(self) -> &'static str {
        match self {
            Self::Up => "-- UP",
            Self::Down => "-- DOWN",
        }
    }
}

/// Whether a comment is worth [`read`]ing: by its first letter. This runs for every comment of every file, unoptimised.
pub(crate) fn is_suspect(comment: &str) -> bool {
    for &byte in comment.as_bytes() {
        if byte.is_ascii_alphanumeric() {
            return matches!(byte.to_ascii_lowercase(), b'u' | b'd' | b'g' | b'm' | b'c' | b'l' | b'r');
        }
        if !byte.is_ascii() {
            return true;
        }
    }
    false
}

/// Reads a comment; `alone` says that nothing but blanks shares its line.
pub(crate) fn read(comment: &str, alone: bool) -> Reading {
    if alone {
        match comment.trim_ascii_end() {
            "-- UP" | "-- === UP MIGRATION ===" => return Reading::Marker(Half::Up),
            "-- DOWN" | "-- === DOWN MIGRATION ===" => return Reading::Marker(Half::Down),
            _ => {}
        }
    }
    let said = comment.trim_start_matches(['-', '#', '/', '*', ' ', '\t']);
    if let Some((tool, half)) = of_another_tool(comment, said) {
        return Reading::Other(tool, half);
    }
    let before_colon = said.split_once(':').map(|(before, _)| before);
    match half_named_by(said).or_else(|| before_colon.and_then(half_named_by)) {
        Some(half) => Reading::Nearly(half),
        None => Reading::Remark,
    }
}

/// The half that a text names without saying anything else.
fn half_named_by(text: &str) -> Option<Half> {
    let mut words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let half = match words.next()? {
        word if word.eq_ignore_ascii_case("up") => Half::Up,
        word if word.eq_ignore_ascii_case("down") => Half::Down,
        _ => return None,
    };
    match (words.next(), words.next()) {
        (None, _) => Some(half),
        (Some(word), None) if word.eq_ignore_ascii_case("migration") => Some(half),
        _ => None,
    }
}

/// The tool whose marker a comment is, and the half that it opens.
fn of_another_tool(comment: &str, said: &str) -> Option<(&'static str, Option<Half>)> {
    let after = |prefix| after(said, prefix);
    if let Some(rest) = after("+goose ") {
        return Some(("goose", half_named_by(rest)));
    }
    // sql-migrate has `+migrate Up notransaction`.
    if let Some(rest) = after("+migrate ") {
        return Some(("sql-migrate", half_named_by(first_word(rest))));
    }
    if let Some(rest) = after("+micrate ") {
        return Some(("micrate", half_named_by(rest)));
    }
    if let Some(half) = after("migrate:").filter(|rest| !rest.starts_with(' ')).map(first_word).and_then(half_named_by)
    {
        return Some(("dbmate", Some(half)));
    }
    if let Some(half) = after("rambler ").and_then(half_named_by) {
        return Some(("rambler", Some(half)));
    }
    if after("create above / drop below").is_some() {
        return Some(("tern", Some(Half::Down)));
    }
    if after("liquibase formatted sql").is_some() {
        return Some(("Liquibase", None));
    }
    // `author:id` tells a change set from prose; a missing blank tells Liquibase's `--rollback` from it.
    if after("changeset ").is_some_and(|rest| first_word(rest).contains(':')) {
        return Some(("Liquibase", None));
    }
    if comment.strip_prefix("--").and_then(|rest| self::after(rest, "rollback ")).is_some() {
        return Some(("Liquibase", Some(Half::Down)));
    }
    match said.trim_ascii_end() {
        "@UNDO" | "@undo" => Some(("Flyway and MyBatis", Some(Half::Down))),
        "!Ups" => Some(("Play", Some(Half::Up))),
        "!Downs" => Some(("Play", Some(Half::Down))),
        "Up Migration" => Some(("node-pg-migrate", Some(Half::Up))),
        "Down Migration" => Some(("node-pg-migrate", Some(Half::Down))),
        _ => None,
    }
}

/// What follows a prefix, whatever its case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn first_word(text: &str) -> &str {
    text.split_ascii_whitespace().next().unwrap_or_default()
}
