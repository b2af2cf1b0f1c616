//! MySQL and MariaDB. What a change of a table costs there depends on the server's version and on the table: only what
//! holds for all of them is said.

use super::{Impact, Lock, Work, actions, begins, rows_of};
use crate::cursor::{Cursor, Nested};

pub(super) fn read(c: &mut Cursor<'_>) -> Option<Impact> {
    if c.word("CREATE") {
        let index = c.word("INDEX") || c.one_of(&["UNIQUE", "FULLTEXT", "SPATIAL"]) && c.word("INDEX");
        if index {
            c.if_not_exists();
            c.name()?;
            while !c.is_at(&["ON"]) && !c.is_at_end() {
                c.token();
            }
            c.word("ON");
            return Some(Impact::on(c.qualified(), Lock::Metadata, Work::Build));
        }
        if c.word("TRIGGER") {
            return Some(Impact::on(None, Lock::Metadata, Work::Catalogue));
        }
        return Some(Impact::new_object());
    }
    if c.words(&["DROP", "INDEX"]) {
        c.if_exists();
        c.name()?;
        c.word("ON");
        return Some(Impact::on(c.qualified(), Lock::Metadata, Work::Catalogue));
    }
    if c.words(&["DROP", "TABLE"]) || c.words(&["TRUNCATE", "TABLE"]) || c.word("TRUNCATE") {
        c.if_exists();
        return Some(Impact::on(c.qualified(), Lock::Metadata, Work::Catalogue));
    }
    if c.words(&["RENAME", "TABLE"]) {
        return Some(Impact::on(c.qualified(), Lock::Metadata, Work::Catalogue));
    }
    if c.words(&["ALTER", "TABLE"]) || c.words(&["ALTER", "ONLINE", "TABLE"]) {
        c.if_exists();
        let nothing = Impact::on(Some(c.qualified()?), Lock::Metadata, Work::Catalogue);
        return Some(
            actions(c).iter().map(|action| Impact::on(None, Lock::None, work(action))).fold(nothing, Impact::and),
        );
    }
    if c.words(&["OPTIMIZE", "TABLE"]) {
        return Some(Impact::on(c.qualified(), Lock::Metadata, Work::Rewrite));
    }
    if c.is_at(&["INSERT", "UPDATE", "DELETE", "REPLACE"]) {
        return Some(Impact::on(rows_of(c), Lock::Rows, Work::Rows));
    }
    c.is_at(&["SET", "GRANT", "REVOKE", "DROP"]).then(Impact::new_object)
}

fn work(action: &[Nested<'_>]) -> Work {
    let is = |words: &[&str]| begins(action, words);
    let says_how = is(&["ALGORITHM"]) || is(&["LOCK"]);
    let renames = is(&["RENAME"]) || is(&["ALTER"]) || is(&["DROP", "INDEX"]) || is(&["DROP", "KEY"]);
    let drops = is(&["DROP", "CONSTRAINT"]) || is(&["DROP", "FOREIGN"]) || is(&["DROP", "CHECK"]);
    let builds = is(&["ADD", "INDEX"]) || is(&["ADD", "KEY"]) || is(&["ADD", "UNIQUE"]) || is(&["ADD", "FULLTEXT"]);
    match () {
        () if says_how || renames || drops => Work::Catalogue,
        () if builds => Work::Build,
        () if is(&["FORCE"]) || is(&["ADD", "PRIMARY"]) || is(&["DROP", "PRIMARY"]) => Work::Rewrite,
        () => Work::MayRewrite,
    }
}
