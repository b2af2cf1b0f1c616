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
    // Most comments end here: this runs for every comment of every file, unoptimised.
    if !matches!(first_letter(comment), b'u' | b'd' | b'g' | b'm' | b'c' | b'l' | b'r') {
        return Reading::Remark;
    }
    if let Some(other) = of_another_tool(comment, said) {
        return other;
    }
    let before_colon = said.split_once(':').map(|(before, _)| before);
    match half_named_by(said).or_else(|| before_colon.and_then(half_named_by)) {
        Some(half) => Reading::Nearly(half),
        None => Reading::Remark,
    }
}

/// The first letter or digit, in lower case; 0 if there is none in ASCII.
fn first_letter(comment: &str) -> u8 {
    for &byte in comment.as_bytes() {
        if byte.is_ascii_alphanumeric() || byte >= 0x80 {
            return byte.to_ascii_lowercase();
        }
    }
    0
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

/// A marker of another tool: what the comment says starts with a fixed text of that tool.
fn of_another_tool(comment: &str, said: &str) -> Option<Reading> {
    let dashes = comment.trim_start_matches('-');
    let opens = |rest: &str| half_named_by(rest);
    if let Some(rest) = after(said, "+goose ") {
        return Some(Reading::Other("goose", opens(rest)));
    }
    if let Some(rest) = after(said, "+migrate ") {
        return Some(Reading::Other("sql-migrate", opens(first_word(rest))));
    }
    if let Some(rest) = after(said, "+micrate ") {
        return Some(Reading::Other("micrate", opens(rest)));
    }
    if let Some(half) = after(said, "migrate:").and_then(|rest| half_named_by(first_word(rest))) {
        return Some(Reading::Other("dbmate", Some(half)));
    }
    if after(said, "@undo").is_some_and(|rest| rest.trim_ascii().is_empty()) {
        return Some(Reading::Other("Flyway and MyBatis", Some(Half::Down)));
    }
    if after(said, "!ups").is_some_and(|rest| rest.trim_ascii().is_empty()) {
        return Some(Reading::Other("Play", Some(Half::Up)));
    }
    if after(said, "!downs").is_some_and(|rest| rest.trim_ascii().is_empty()) {
        return Some(Reading::Other("Play", Some(Half::Down)));
    }
    if after(said, "create above / drop below").is_some() {
        return Some(Reading::Other("tern", Some(Half::Down)));
    }
    if after(said, "rambler ").is_some_and(|rest| half_named_by(rest).is_some()) {
        return Some(Reading::Other("rambler", after(said, "rambler ").and_then(half_named_by)));
    }
    if after(said, "liquibase formatted sql").is_some() {
        return Some(Reading::Other("Liquibase", None));
    }
    // `author:id` tells a change set from prose, and a missing blank tells Liquibase's `--rollback` from it.
    if after(said, "changeset ").is_some_and(|rest| first_word(rest).contains(':')) {
        return Some(Reading::Other("Liquibase", Some(Half::Up)));
    }
    if after(dashes, "rollback ").is_some() {
        return Some(Reading::Other("Liquibase", Some(Half::Down)));
    }
    if said.trim_ascii_end() == "Up Migration" || said.trim_ascii_end() == "Down Migration" {
        return Some(Reading::Other("node-pg-migrate", half_named_by(said)));
    }
    None
}

/// What follows a prefix, whatever its case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn first_word(text: &str) -> &str {
    text.split_ascii_whitespace().next().unwrap_or_default()
}
