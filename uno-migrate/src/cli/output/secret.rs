//! Passwords that would slip into what is printed.

/// A text without the passwords of the URLs in it.
pub(super) fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://") {
        let (before, after) = rest.split_at(start + 3);
        shown.push_str(before);
        // A password may hold an `@` that should have been written as a code: the last one before a blank ends it.
        let end = after.find(|letter: char| letter.is_whitespace() || "'\"`".contains(letter)).unwrap_or(after.len());
        let (url, behind) = after.split_at(end);
        match url.rsplit_once('@') {
            Some((user, host)) if user.contains(':') => {
                let name = user.split(':').next().unwrap_or_default();
                shown.push_str(&format!("{name}:***@{host}"));
            }
            _ => shown.push_str(url),
        }
        rest = behind;
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn only_the_password_is_hidden() {
        assert_eq!(masked("at 'postgres://u:p@ss:w@host/db' found"), "at 'postgres://u:***@host/db' found");
        assert_eq!(masked("postgres://u@host/db, mysql://a:b@c"), "postgres://u@host/db, mysql://a:***@c");
        assert_eq!(masked("see https://example.org/a:b and 1@2"), "see https://example.org/a:b and 1@2");
        assert_eq!(masked("no url"), "no url");
    }
}
