//! What is written is read again, and what was changed is noticed.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::sum::digest::Digest;
use crate::sum::format::read;
use crate::sum::{Content, Proof, Prover, Sum, SumLine};
use crate::{Checksum, Dialect, Judge, MigrationId, RulesVersion};

fn checksum() -> impl Strategy<Value = Checksum> {
    // Few, so that some databases agree.
    (0..4_u8).prop_map(|byte| Checksum([byte; 32]))
}

fn content(dialects: usize) -> impl Strategy<Value = Content> {
    let coded = proptest::option::of(any::<String>()).prop_map(|checksum| Content::coded(checksum.as_deref()));
    prop_oneof![4 => vec(checksum(), dialects).prop_map(Content::Sql), 1 => coded]
}

fn proof() -> impl Strategy<Value = Proof> {
    let judge = prop_oneof![Just(Judge::Lint), Just(Judge::Sqlite)];
    (judge, any::<(u16, u16)>(), "[0-9]\\.[0-9]{1,2}", any::<[u8; 4]>()).prop_map(|(judge, rules, library, digest)| {
        let rules = RulesVersion { major: rules.0, minor: rules.1 };
        Proof { by: Prover { judge, rules, library }, digest: Digest::of(&[&digest]) }
    })
}

fn line(dialects: usize) -> impl Strategy<Value = SumLine> {
    ("[0-9]{1,9}_[A-Za-z0-9_-]{1,12}", content(dialects), vec(proof(), 0..3)).prop_map(|(id, content, proofs)| {
        let id = MigrationId::parse(&id).unwrap();
        SumLine { id, content, proofs }
    })
}

fn sums() -> impl Strategy<Value = Sum> {
    subsequence(Dialect::ALL.to_vec(), 1..=3).prop_flat_map(|dialects| {
        vec(line(dialects.len()), 0..9).prop_map(move |lines| Sum { dialects: dialects.clone(), lines })
    })
}

fn contents(sum: &Sum) -> Vec<(&MigrationId, &Content)> {
    sum.lines.iter().map(|line| (&line.id, &line.content)).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(sum in sums()) {
        let text = sum.to_string();
        prop_assert!(read("uno.sum", &text).map(|read| read.sum) == Ok(sum.clone()), "{}", text);
        let windows = text.lines().chain([""]).collect::<Vec<_>>().join("\n\n");
        prop_assert!(read("uno.sum", &windows).map(|read| read.sum) == Ok(sum));
    }

    #[test]
    fn a_changed_byte_changes_nothing_unseen(sum in sums(), at in any::<prop::sample::Index>(), with in "[ -~\n]") {
        let text = sum.to_string();
        let at = at.index(text.len());
        let changed = format!("{}{with}{}", &text[..at], &text[at + 1..]);
        if let Ok(read) = read("uno.sum", &changed) {
            prop_assert_eq!((&read.sum.dialects, contents(&read.sum)), (&sum.dialects, contents(&sum)));
        }
    }

    #[test]
    fn lines_that_change_places_are_seen(sum in sums(), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let text = sum.to_string();
        let mut lines: Vec<_> = text.lines().skip(3).collect();
        prop_assume!(!lines.is_empty());
        let (a, b) = (a.index(lines.len()), b.index(lines.len()));
        prop_assume!(a != b);
        lines.swap(a, b);
        let head: Vec<_> = text.lines().take(3).collect();
        prop_assert!(read("uno.sum", &[head, lines].concat().join("\n")).is_err());
    }

    #[test]
    fn a_file_that_was_cut_off_says_no_more_than_before(sum in sums(), at in any::<prop::sample::Index>()) {
        let text = sum.to_string();
        let cut = &text[..at.index(text.len())];
        if let Ok(read) = read("uno.sum", cut) {
            prop_assert!(contents(&sum).starts_with(&contents(&read.sum)));
        }
    }
}

/// What is committed in repositories all over must not change.
#[test]
fn format_1_is_fixed() {
    let id = |id: &str| MigrationId::parse(id).unwrap();
    let by = |judge, library: &str| Prover { judge, rules: RulesVersion::FIRST, library: library.to_owned() };
    let proofs = vec![
        Proof { by: by(Judge::Lint, "2.68.0"), digest: Digest::of(&[b"a"]) },
        Proof { by: by(Judge::Sqlite, "3.50.2"), digest: Digest::of(&[b"b"]) },
    ];
    let [one, other] = [1, 2].map(|byte| Checksum([byte; 32]));
    let content = Content::coded(Some("rev 2, 100 %"));
    let sum = Sum {
        dialects: vec![Dialect::Postgres, Dialect::Sqlite],
        lines: vec![
            SumLine { id: id("1_users"), content: Content::Sql(vec![one, one]), proofs },
            SumLine { id: id("2_posts"), content: Content::Sql(vec![one, other]), proofs: Vec::new() },
            SumLine { id: id("3_slugs"), content: Content::coded(None), proofs: Vec::new() },
            SumLine { id: id("4_names"), content, proofs: Vec::new() },
        ],
    };
    insta::assert_snapshot!(sum);
}

#[test]
fn what_a_later_version_knows_is_passed_over() {
    let line = SumLine { id: MigrationId::parse("1_a").unwrap(), content: Content::coded(None), proofs: Vec::new() };
    let sum = Sum { dialects: vec![Dialect::MySql], lines: vec![line] };
    let text = sum.to_string();
    let with = |proof: &str| format!("{} {proof}\n", text.trim_end());
    for known in ["mysql=0.2/9.1/0123456789ab", "lint=0.2/9.1", "lint=0.2/9.1/0123456789ab/x", "lint=x"] {
        assert_eq!(read("uno.sum", &with(known)).map(|read| read.sum).as_ref(), Ok(&sum), "{known}");
    }
    for wrong in ["lint", "=", "lint=", ""] {
        assert!(read("uno.sum", &with(wrong)).is_err(), "{wrong}");
    }
}
