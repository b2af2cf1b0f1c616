//! A file that cannot be trusted is said to be one, at the first line that shows it.

use super::kit::{said, set, sum};

/// What is said of a file whose lines were changed.
fn damaged(change: impl FnOnce(&mut Vec<String>)) -> String {
    let mut lines: Vec<_> = sum(&set()).lines().map(str::to_owned).collect();
    change(&mut lines);
    said(&set(), &lines.join("\n"))
}

#[test]
fn what_says_nothing_wrong() {
    assert_eq!(damaged(|_| {}), "no problems");
    assert_eq!(damaged(|lines| lines.truncate(8)), "no problems");
    assert_eq!(damaged(|lines| drop(lines.drain(..2))), "no problems");
    assert_eq!(damaged(|lines| lines.insert(0, "# mine".to_owned())), "no problems");
    assert_eq!(damaged(|lines| lines.push(String::new())), "no problems");
}

#[test]
fn a_merge_conflict() {
    insta::assert_snapshot!(damaged(|lines| {
        lines.insert(6, "<<<<<<< HEAD".to_owned());
        lines.insert(8, "=======".to_owned());
        lines.push(">>>>>>> feature".to_owned());
    }));
}

#[test]
fn damages() {
    let mut all = Vec::new();
    let mut one = |what: &str, said: String| all.push(format!("{what}\n{said}"));
    one("the last line cut off", damaged(|lines| lines.last_mut().unwrap().truncate(40)));
    one("a checksum edited", damaged(|lines| lines[4] = lines[4].replace("1:", "1:0")));
    one("an id edited", damaged(|lines| lines[5] = lines[5].replace("slugs", "slug")));
    one("a line deleted", damaged(|lines| drop(lines.remove(4))));
    one("lines swapped", damaged(|lines| lines.swap(3, 4)));
    one("a line of its own", damaged(|lines| lines.push("# mine".to_owned())));
    one("a list of databases edited", damaged(|lines| lines[2] = "uno.sum 1 postgres,sqlite".to_owned()));
    one("databases in another order", damaged(|lines| lines[2] = "uno.sum 1 sqlite,postgres".to_owned()));
    one("no databases", damaged(|lines| lines[2] = "uno.sum 1".to_owned()));
    one("no header", damaged(|lines| drop(lines.remove(2))));
    one("a later format", damaged(|lines| lines[2] = "uno.sum 2 sqlite".to_owned()));
    one("empty", said(&set(), ""));
    one("comments only", said(&set(), "# nothing\n"));
    insta::assert_snapshot!(all.join("\n\n"));
}
