//! The parser's words in ours.

/// What was found, and what the parser expected in its place.
pub(super) fn after(found: &str, message: &str) -> String {
    match translated(message) {
        Some(message) => format!("{found}: {message}"),
        None => found.to_owned(),
    }
}

/// `expected R_PAREN` is "expected `)`". None for what says no more than that something is wrong, or names one of many
/// things that could follow.
fn translated(message: &str) -> Option<String> {
    let message = [", got ", ", found ", " but got "]
        .iter()
        .fold(message, |message, what| message.split(what).next().unwrap_or(message));
    if matches!(
        message,
        "unexpected token" | "missing comma" | "expected COMMA" | "expected a comma" | "expected command"
    ) {
        return None;
    }
    let (verb, rest) = message.split_once(' ')?;
    let verb = verb.to_lowercase();
    if verb != "expected" {
        let rest: Vec<_> = rest.split(' ').map(word).collect();
        return Some(format!("{verb} {}", rest.join(" ")));
    }
    Some(format!("expected {}", thing(rest.trim_end_matches('.'))))
}

/// What was expected.
fn thing(rest: &str) -> String {
    let known = match rest {
        "path name" | "name" | "identifier" | "IDENT" | "relation name" | "table relation name" => "a name",
        "column_name" | "column label" | "field name" => "the name of a column",
        "expr" | "expression" | "expression in atom_expr" | "expression in tuple_expr" | "expression after comma" => {
            "an expression"
        }
        "column list" | "name ref list" => "a list of columns in parentheses",
        "expression list" | "row list" => "a list in parentheses",
        "from item" | "from_item" | "from table" | "table reference" | "FROM item after comma" => "a table or a query",
        "select stmt" => "`VALUES`, `DEFAULT VALUES` or a query",
        "sub-SELECT" | "start of a select statement" | "SELECT, TABLE, or VALUES statement" => "a query",
        "type name" | "a type" | "simple type name" => "a type",
        "string literal" | "STRING" => "a string",
        "integer literal" | "unsigned integer literal" => "an integer",
        "numeric" | "numeric literal" | "count" => "a number",
        "alter column option" => "`TYPE`, `SET`, `DROP`, `ADD` or `RESET`",
        "function option" => "an option of the function",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let words: Vec<_> = rest.split(' ').map(word).collect();
    let words = words.join(" ");
    let is_bare_noun = words.starts_with(|first: char| first.is_ascii_lowercase())
        && !["a ", "an ", "at ", "valid "].iter().any(|start| words.starts_with(start));
    match words.starts_with(['a', 'e', 'i', 'o', 'u']) {
        _ if !is_bare_noun => words,
        true => format!("an {words}"),
        false => format!("a {words}"),
    }
}

/// One word, with the comma behind it.
fn word(word: &str) -> String {
    let (word, comma) = word.strip_suffix(',').map_or((word, ""), |word| (word, ","));
    let is_keyword = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    match word {
        "'('" => format!("`(`{comma}"),
        "':'" => format!("`:`{comma}"),
        _ if is_keyword => format!("{}{comma}", kind(word)),
        _ => format!("{word}{comma}"),
    }
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
