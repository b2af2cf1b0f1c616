//! From what a person calls a change to the name in its id.

use std::path::PathBuf;

use super::Refusal;

/// What a migration is called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Where it goes, below its directory.
    pub(super) folder: PathBuf,
    /// `add_users_table`
    pub(super) normalised: String,
    /// `Add users table`
    pub(super) human: String,
}

impl Name {
    /// Reads `add users table`, `auth/add users table` or `AddUsersTable`.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let (folder, name) = text.rsplit_once('/').unwrap_or(("", text));
        let folder: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        if text.starts_with('/') || folder.iter().any(|part| part.starts_with('.')) {
            return Err(Refusal::new(format!("`{text}` leads out of the directory of migrations"))
                .with_help("what stands before the last `/` is a folder in there, such as `auth/add users table`"));
        }
        let normalised = normalised(name);
        if normalised.is_empty() {
            return Err(Refusal::new(format!("`{name}` has no letter or digit that an id can have"))
                .with_help("name the change in a few English words, such as `add users table`"));
        }
        Ok(Self { folder: folder.into_iter().collect(), normalised, human: human(name) })
    }
}

/// Lower case, with one `_` for whatever is neither a letter nor a digit, and one where a word begins in the middle.
fn normalised(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let mut before = ' ';
    for letter in name.chars() {
        let begins = before.is_ascii_lowercase() && letter.is_ascii_uppercase();
        if begins || !letter.is_ascii_alphanumeric() {
            words.push(' ');
        }
        if letter.is_ascii_alphanumeric() {
            words.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words.split_whitespace().collect::<Vec<_>>().join("_")
}

/// As it was said, on one line, with a capital in front.
fn human(name: &str) -> String {
    let spaced = if name.contains(char::is_whitespace) { name.to_owned() } else { normalised(name).replace('_', " ") };
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = line.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_a_name() {
        for (said, normalised, human) in [
            ("add users table", "add_users_table", "Add users table"),
            ("  Add  users -- table! ", "add_users_table", "Add users -- table!"),
            ("AddUsersTable", "add_users_table", "Add users table"),
            ("add_users-table", "add_users_table", "Add users table"),
            ("use HTTP2 now", "use_http2_now", "Use HTTP2 now"),
            ("naïve é approach", "na_ve_approach", "Naïve é approach"),
            ("two\nlines", "two_lines", "Two lines"),
        ] {
            let name = Name::read(said).unwrap();
            assert_eq!((name.normalised.as_str(), name.human.as_str()), (normalised, human), "{said}");
        }
    }

    #[test]
    fn what_stands_before_a_slash_is_a_folder() {
        let name = Name::read("auth/roles/add users").unwrap();
        assert_eq!((name.folder, name.normalised.as_str()), (PathBuf::from("auth/roles"), "add_users"));
        for wrong in ["../add users", "/add users", "a/../add users", ".git/add users"] {
            assert!(Name::read(wrong).unwrap_err().message.contains("leads out"), "{wrong}");
        }
    }

    #[test]
    fn a_name_needs_a_letter() {
        for wrong in ["", "  ", "ß", "!!", "auth/"] {
            assert!(Name::read(wrong).unwrap_err().message.contains("no letter or digit"), "{wrong}");
        }
    }
}
