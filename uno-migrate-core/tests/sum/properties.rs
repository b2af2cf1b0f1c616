//! Whatever is done to one migration of a set is said, of that migration, and said once.

use proptest::prelude::*;
use proptest::sample::Index;
use uno_migrate_core::{Dialect, Integrity, Problem};

use super::kit::{File, options, read, sum};

fn sets() -> impl Strategy<Value = Vec<File>> {
    // Each may wait for the one in front of it, or for nothing; every fourth is Rust.
    proptest::collection::vec(any::<(u8, bool)>(), 2..25).prop_map(|shapes| {
        let mut files: Vec<File> = Vec::new();
        for (number, (kind, waits)) in shapes.into_iter().enumerate() {
            let id = format!("{}_m{number}", 10 * (number + 1));
            let file = match kind % 4 {
                0 => File::rust(&id, (kind % 8 == 0).then_some("1")),
                _ => File::sql(&id, &format!("SELECT {number};")),
            };
            let before = files.last().filter(|_| waits).map(|before| before.id.clone());
            files.push(before.map_or(file.clone(), |before| file.after(&before)));
        }
        files
    })
}

/// What is said of a set, and whether each names the migration.
fn problems(files: &[File], sum: &str) -> Vec<Problem> {
    match read(files, Some(sum), &options(&[Dialect::Sqlite], Integrity::Enforced)) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.into_iter().collect(),
    }
}

fn without_edges_to(files: &mut [File], id: &str) {
    files.iter_mut().for_each(|file| file.depends.retain(|on| on != id));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_set_itself_passes(files in sets()) {
        let sum = sum(&files);
        prop_assert_eq!(problems(&files, &sum), []);
        let renewed = read(&files, Some(&sum), &options(&[Dialect::Sqlite], Integrity::Renewed)).unwrap();
        prop_assert_eq!(renewed.sum.unwrap().to_string(), sum);
    }

    #[test]
    fn an_edit_is_named(files in sets(), at in any::<Index>()) {
        let sum = sum(&files);
        let mut files = files;
        let at = at.index(files.len());
        match files[at].sql.is_empty() {
            true => files[at].checksum = Some("another".to_owned()),
            false => files[at].sql.push_str(" SELECT 'more';"),
        }
        let found = problems(&files, &sum);
        prop_assert_eq!(found.len(), 1);
        let expected = format!("migration `{}` has changed since `uno.sum` was written", files[at].id);
        prop_assert_eq!(&found[0].message, &expected);
    }

    #[test]
    fn a_removal_is_named(files in sets(), at in any::<Index>()) {
        let mut files = files;
        let at = at.index(files.len());
        let id = files[at].id.clone();
        without_edges_to(&mut files, &id);
        let sum = sum(&files);
        files.remove(at);
        prop_assume!(!files.is_empty());
        let found = problems(&files, &sum);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&found[0].message, &format!("migration `{id}` is in `uno.sum` and no longer in the directory"));
    }

    #[test]
    fn an_insertion_is_named(files in sets(), at in any::<Index>(), is_sql in any::<bool>()) {
        let sum = sum(&files);
        let mut files = files;
        let at = at.index(files.len() + 1);
        let id = format!("{}_new", 10 * at + 5);
        let new = if is_sql { File::sql(&id, "SELECT 'new';") } else { File::rust(&id, None) };
        files.push(new);
        let found = problems(&files, &sum);
        prop_assert_eq!(found.len(), 1);
        let expected = match at + 1 < files.len() {
            true => format!("migration `{id}` is inserted in front of `"),
            false => format!("migration `{id}` is not in `uno.sum` yet"),
        };
        prop_assert!(found[0].message.starts_with(&expected), "{}", found[0].message);
    }

    #[test]
    fn a_new_name_is_named(files in sets(), at in any::<Index>()) {
        let mut files = files;
        let at = at.index(files.len());
        let id = files[at].id.clone();
        without_edges_to(&mut files, &id);
        let sum = sum(&files);
        files[at].id = format!("{}_m{at}", 10 * (at + 1) + 3);
        let found = problems(&files, &sum);
        prop_assert_eq!(found.len(), 1);
        let expected = format!("migration `{id}` is called `{}` now: it would be applied a second time", files[at].id);
        prop_assert_eq!(&found[0].message, &expected);
    }

    /// A dependency on a later one: the migration runs behind it, and so does all that waits for it.
    #[test]
    fn another_order_is_named(files in sets(), a in any::<Index>(), b in any::<Index>()) {
        let (a, b) = (a.index(files.len()), b.index(files.len()));
        prop_assume!(a < b);
        let mut files = files;
        // Nothing between them may wait for the one that moves.
        (a + 1..=b).for_each(|at| files[at].depends.clear());
        let sum = sum(&files);
        let later = files[b].id.clone();
        files[a] = files[a].clone().after(&later);
        let found = problems(&files, &sum);
        prop_assert_eq!(found.len(), 1);
        let (here, there) = (format!("`{}`", files[a].id), format!("`{later}`"));
        let message = &found[0].message;
        prop_assert!(message.contains("in another place"), "{}", message);
        // Of neighbours that change places, either has moved.
        prop_assert!(message.contains(&here) || a + 1 == b && message.contains(&there), "{}", message);
    }
}
