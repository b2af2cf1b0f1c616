//! Each way in which a set and its `uno.sum` differ is said once, with the name of the migration.

use uno_migrate_core::{Dialect, Integrity};

use super::kit::{File, options, read, said, set, sum, sum_for};

/// What is said of the set after a change.
fn changed(change: impl FnOnce(&mut Vec<File>)) -> String {
    let mut files = set();
    change(&mut files);
    said(&files, &sum(&set()))
}

#[test]
fn unchanged() {
    assert_eq!(changed(|_| {}), "no problems");
    assert_eq!(changed(|files| files.reverse()), "no problems");
    // Comments, white space and the way down are no part of a checksum.
    assert_eq!(changed(|files| files[0].sql = "-- why\nCREATE TABLE\tusers (id INTEGER) ;".to_owned()), "no problems");
}

#[test]
fn edited() {
    insta::assert_snapshot!(changed(|files| files[1].sql = "CREATE TABLE posts (id BIGINT);".to_owned()));
}

#[test]
fn edited_in_rust() {
    insta::assert_snapshot!(changed(|files| {
        files[2] = File::sql("30_slugs", "SELECT 1;");
        files[3].checksum = Some("revision 3".to_owned());
    }));
}

#[test]
fn edited_in_one_variant() {
    let mut files = set();
    files[0].id = "10_users.mysql".to_owned();
    files.push(File::sql("10_users", "CREATE TABLE users (id INTEGER) STRICT;"));
    let dialects = [Dialect::MySql, Dialect::Sqlite];
    let old = sum_for(&files, &dialects);
    files[0].sql.push_str(" SELECT 1;");
    let problems = read(&files, Some(&old), &options(&dialects, Integrity::Enforced)).unwrap_err();
    insta::assert_snapshot!(problems);
    assert!(read(&files, Some(&old), &options(&[Dialect::Sqlite], Integrity::Enforced)).is_ok());
}

#[test]
fn removed() {
    insta::assert_snapshot!(changed(|files| drop(files.remove(1))));
}

#[test]
fn inserted_and_appended() {
    insta::assert_snapshot!(changed(|files| {
        files.push(File::sql("15_roles", "CREATE TABLE roles (id INTEGER);"));
        files.push(File::sql("60_likes", "CREATE TABLE likes (id INTEGER);"));
        files.push(File::rust("70_counts", None));
    }));
}

#[test]
fn renamed() {
    insta::assert_snapshot!(changed(|files| {
        files[1].id = "20_articles".to_owned();
        files[2].id = "80_slugs".to_owned();
    }));
}

/// A new name says nothing about whether it was applied under the old one.
#[test]
fn inserted_in_front_of_a_renamed_one() {
    let said = changed(|files| {
        files[4].id = "60_tags".to_owned();
        files.push(File::sql("45_new", "SELECT 1;"));
    });
    let message = "migration `45_new` is inserted in front of `50_tags`, which may be applied already";
    assert!(said.starts_with(message), "{said}");
}

#[test]
fn reordered() {
    insta::assert_snapshot!(changed(|files| files[1] = files[1].clone().after("50_tags")));
}

#[test]
fn many_reordered() {
    let files: Vec<_> =
        (10..30).map(|n| File::sql(&format!("{n}_t"), &format!("CREATE TABLE t{n} (id INTEGER);"))).collect();
    let mut changed = files.clone();
    changed[2] = changed[2].clone().after("29_t");
    (3..10).for_each(|at| changed[at] = changed[at].clone().after("12_t"));
    insta::assert_snapshot!(said(&changed, &sum(&files)));
}

/// Two migrations that say the same are not taken for one another as long as both are there.
#[test]
fn twins() {
    let twins = vec![File::sql("1_a", "SELECT 1;"), File::sql("2_b", "SELECT 1;"), File::sql("3_c", "SELECT 1;")];
    let told = |kept: &[usize]| {
        let kept: Vec<_> = kept.iter().map(|&at| twins[at].clone()).collect();
        said(&kept, &sum(&twins)).lines().next().unwrap().to_owned()
    };
    assert_eq!(told(&[0, 1, 2]), "no problems");
    assert_eq!(told(&[0, 2]), "migration `2_b` is in `uno.sum` and no longer in the directory");
}

/// What is wrong otherwise keeps a set from being compared: whatever could not be read would seem to be gone.
#[test]
fn other_mistakes_come_first() {
    let said = changed(|files| files[0].sql = "CREATE TABLE users (id INTEGER".to_owned());
    assert!(!said.contains("uno.sum"), "{said}");
}

#[test]
fn databases_that_both_know_are_compared() {
    let (all, two) = (Dialect::ALL, [Dialect::Postgres, Dialect::Sqlite]);
    let with = |dialects: &[Dialect], sum: &str| read(&set(), Some(sum), &options(dialects, Integrity::Enforced));
    assert!(with(&two, &sum_for(&set(), &all)).is_ok());
    insta::assert_snapshot!(with(&all, &sum_for(&set(), &two[1..])).unwrap_err());
}

/// A file that fits stays as it is, be it written by a build for more databases.
#[test]
fn writing_anew_changes_nothing_that_fits() {
    let all = sum_for(&set(), &Dialect::ALL);
    let anew = |files: &[File], sum: &str| {
        let options = options(&[Dialect::Sqlite], Integrity::Renewed);
        read(files, Some(sum), &options).unwrap().sum.unwrap().to_string()
    };
    assert_eq!(anew(&set(), &all), all);
    let mut edited = set();
    edited[0].sql = "SELECT 1;".to_owned();
    assert_eq!(anew(&edited, &all), sum(&edited));
    assert_eq!(anew(&edited, "<<<<<<< HEAD\n"), sum(&edited));
}
