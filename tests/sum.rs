//! What a set says of itself is what the macro accepts: `UNO_MIGRATE_SUM=write cargo build --test sum` writes it anew.

use uno_migrate::{Migrations, embed_migrations};

/// It compiles, so its `uno.sum` fits.
static MIGRATIONS: Migrations = embed_migrations!("./tests/fixtures/summed");

/// Another build of the same directory, for fewer databases, and with migrations from elsewhere.
static FOR_SQLITE: Migrations =
    embed_migrations!("./tests/fixtures/summed", dialects = ["sqlite"], include = [MIGRATIONS_OF_A_LIBRARY]);

static MIGRATIONS_OF_A_LIBRARY: Migrations =
    embed_migrations!("./tests/fixtures/billing", namespace = "billing", dialects = ["sqlite"]);

/// Lines without what was proven: that depends on the features of a build.
fn without_proofs(sum: &str) -> Vec<Vec<&str>> {
    let lines = sum.lines();
    lines.map(|line| if line.starts_with('#') { vec![line] } else { line.split(' ').take(3).collect() }).collect()
}

#[test]
fn a_set_says_what_the_macro_accepts() {
    let accepted = include_str!("fixtures/summed/uno.sum");
    assert_eq!(without_proofs(&MIGRATIONS.sum()), without_proofs(accepted));
}

#[test]
fn another_build_says_the_same_of_what_it_knows() {
    let ids = |set: &Migrations| {
        let sum = set.sum();
        without_proofs(&sum).iter().skip(3).map(|words| words[1].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&FOR_SQLITE), ids(&MIGRATIONS));
    assert_eq!(ids(&FOR_SQLITE), ["0001_users", "0002_posts", "0003_slugs", "0004_counts"]);
    assert!(FOR_SQLITE.sum().lines().nth(2) == Some("uno.sum 1 sqlite"));
    assert_eq!(FOR_SQLITE.iter().count(), 5);
}
