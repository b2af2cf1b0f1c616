//! The parser's words in ours.

/// What was found, and what the parser expected in its place.
pub(super) fn after(found: &str, message: &str) -> String {
    match translated(message) {
        Some(message) => format!("{found}: {message}"),
        None => found.to_owned(),
    }
}

/// `expected R_PAREN` is "expected `)`"; none for what says no more than that something is wrong.
fn translated(message: &str) -> Option<String> {
    let message = message.split(", got ").next().and_then(|message| message.split(", found ").next())?;
    let message = message.split(" but got ").next()?.trim_end_matches('.');
    if matches!(message, "unexpected token" | "expected command") {
        return None;
    }
    let words: Vec<_> =
        message.split(' ').enumerate().map(|(number, word)| translated_word(word, number == 0)).collect();
    Some(words.join(" "))
}

/// One word, with the comma behind it.
fn translated_word(word: &str, is_first: bool) -> String {
    let (word, comma) = word.strip_suffix(',').map_or((word, ""), |word| (word, ","));
    let is_keyword = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let translated = match word {
        _ if is_keyword => return format!("{}{comma}", kind(word)),
        _ if is_first => word.to_lowercase(),
        "expr" | "tuple_expr" | "atom_expr" => "expression".to_owned(),
        "column_name" => "column name".to_owned(),
        "from_item" => "table".to_owned(),
        "'('" => "`(`".to_owned(),
        "':'" => "`:`".to_owned(),
        _ => word.to_owned(),
    };
    format!("{translated}{comma}")
}

/// A kind of token.
fn kind(name: &str) -> String {
    let text = match name {
        "L_PAREN" => "(",
        "R_PAREN" => ")",
        "L_BRACK" => "[",
        "R_BRACK" => "]",
        "L_CURLY" => "{",
        "R_CURLY" => "}",
        "COMMA" => ",",
        "SEMICOLON" => ";",
        "EQ" => "=",
        "STAR" => "*",
        "MINUS" => "-",
        "DOT_DOT" => "..",
        "FAT_ARROW" => "=>",
        "IDENT" => return "a name".to_owned(),
        "STRING" => return "a string".to_owned(),
        "OPERATOR_CALL" => "OPERATOR(",
        _ => name.strip_suffix("_KW").unwrap_or(name),
    };
    format!("`{text}`")
}
