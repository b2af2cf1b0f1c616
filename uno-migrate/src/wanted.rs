//! Which migration is meant by an id that somebody gives.

use std::collections::BTreeSet;

use crate::error::Error;

/// The migrations that may be meant, each by its namespace and its id.
pub(crate) struct Candidates<'a>(BTreeSet<(&'a str, &'a str)>);

impl<'a> Candidates<'a> {
    /// The one that `ID` or `namespace:ID` means, if there is one.
    ///
    /// # Errors
    /// Where several namespaces have the id and none is given.
    pub(crate) fn find(&self, wanted: &str) -> Result<Option<(&'a str, &'a str)>, Error> {
        // An id has no colon, so the last one ends the namespace.
        let is_meant =
            |&&(namespace, id): &&(&str, &str)| wanted == id || wanted.rsplit_once(':') == Some((namespace, id));
        let meant: Vec<(&str, &str)> = self.0.iter().filter(is_meant).copied().collect();
        match meant.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let names: Vec<String> = several.iter().map(|(namespace, id)| format!("`{namespace}:{id}`")).collect();
                Err(Error::usage(format!("several namespaces have a migration `{wanted}`"))
                    .help(format!("say which one: {}", names.join(" or "))))
            }
        }
    }

    /// An id that was asked for and does not exist, with the nearest that does.
    pub(crate) fn unknown(&self, wanted: &str, message: String) -> Error {
        let names: Vec<String> = match wanted.contains(':') {
            true => self.0.iter().map(|(namespace, id)| format!("{namespace}:{id}")).collect(),
            false => self.0.iter().map(|(_, id)| (*id).to_owned()).collect(),
        };
        let error = Error::usage(message);
        match uno_migrate_core::nearest(wanted, names.iter().map(String::as_str)) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("`Migrator::status` lists the migrations"),
        }
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Candidates<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(names: I) -> Self {
        Self(names.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates() -> Candidates<'static> {
        [("default", "1_a"), ("billing", "1_a"), ("a:b", "2_b")].into_iter().collect()
    }

    #[test]
    fn a_namespace_says_which() {
        assert_eq!(candidates().find("billing:1_a").unwrap(), Some(("billing", "1_a")));
        assert_eq!(candidates().find("a:b:2_b").unwrap(), Some(("a:b", "2_b")));
        assert_eq!(candidates().find("2_b").unwrap(), Some(("a:b", "2_b")));
        assert_eq!(candidates().find("billing:2_b").unwrap(), None);
        let error = candidates().find("1_a").unwrap_err();
        assert_eq!(
            error.to_string(),
            "several namespaces have a migration `1_a`\n  help: say which one: `billing:1_a` or `default:1_a`"
        );
    }

    #[test]
    fn the_nearest_is_called_as_it_was_asked_for() {
        let help = |wanted: &str| candidates().unknown(wanted, String::new()).remedy().unwrap().to_owned();
        assert_eq!(help("2_bb"), "did you mean `2_b`?");
        assert_eq!(help("biling:1_a"), "did you mean `billing:1_a`?");
        assert_eq!(help("something else"), "`Migrator::status` lists the migrations");
    }
}
