//! Both directions in one file, told apart by comments.

use crate::cli::import::original::Half;

/// What a line is.
pub(super) enum Line {
    /// What follows is the way up.
    Up,
    /// What follows is the way down.
    Down,
    /// It is for the tool, and none of the SQL.
    Dropped,
    Sql,
}

/// The halves of a text, by what each of its lines is. What stands before the first marker is a part of the way up.
pub(super) fn halves(text: &str, mut line_is: impl FnMut(usize, &str) -> Line) -> (Half, Option<Half>) {
    let (mut up, mut down, mut is_down) = (String::new(), None::<String>, false);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match line_is(index + 1, line.trim()) {
            Line::Up => is_down = false,
            Line::Down => {
                is_down = true;
                down.get_or_insert_default();
            }
            Line::Dropped => {}
            Line::Sql if is_down => down.get_or_insert_default().push_str(line),
            Line::Sql => up.push_str(line),
        }
    }
    (Half::of(up), down.map(Half::of))
}

/// What a `--` comment says.
pub(super) fn comment(line: &str) -> Option<&str> {
    line.strip_prefix("--").map(str::trim)
}
