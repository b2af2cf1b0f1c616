//! What is proven without a database: `check` and `sum`.

use std::fs;
use std::path::Path;

use crate::kit::{Desk, assert_answer};

/// The directories of this repository, with their Rust migration.
fn with_rust(desk: &Desk) {
    let true_set = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for file in ["auth/1616724000_add_user_profiles.rs", "content/1616728901_add_categories.sql"] {
        fs::copy(true_set.join(file), desk.path("migrations").join(file)).unwrap();
    }
}

const BROKEN: &str = "CREATE TABLE orders (id BIGINT PRIMARY KEY,);\n-- DOWN\nDROP TABLE orders;\n";

const WARNED: &str = "ALTER TABLE users DROP COLUMN username;\n-- DOWN\n-- Nothing: it is gone\n";

#[test]
fn what_the_compiler_would_say_is_said() {
    let desk = Desk::new(None);
    desk.write("late/1_orders.sql", BROKEN);
    desk.write("late/2_users.sql", WARNED);
    assert_answer!(
        "check",
        desk.transcript(&[
            "check",
            "check --dialect postgres",
            "check -d late",
            "check -d late --dialect sqlite --rules-since 2_users",
            "check -d late --dialect sqlite --rules-since 2_users --deny warnings",
            "check -d late --allow grammar,drop-column --rules 0.1",
            "check -d late --warn grammar --allow warnings --dialect mysql,postgres",
            "check -d late --deny drop-colum",
            "check -d late --allow transaction-control",
            "check -d late --allow grammar --deny grammar",
            "check -d late --rules 9.0",
            "check -d late --rules-since users",
            "check --dialect oracle",
            "check -d nowhere",
            "check -d late --format json",
        ])
    );
}

/// A file that is larger than what a build looks into is read whole.
#[test]
fn files_of_any_size_are_looked_into() {
    let desk = Desk::new(None);
    let rows = "INSERT INTO t VALUES (1, 'a row of some length, so that there need not be too many');\n".repeat(15_000);
    desk.write("large/1_t.sql", &format!("CREATE TABLE t (a INT, b TEXT);\n{rows}SELEC 1;\n-- DOWN\nDROP TABLE t;\n"));
    assert!(fs::metadata(desk.path("large/1_t.sql")).unwrap().len() > 1_000_000);
    let found = desk.types("check -d large");
    assert!(found.code == 1 && found.out.contains("large/1_t.sql:15002:1"), "{found:?}");
}

/// Nobody uses a table yet that the same section has made, whatever schema it is in; one of the same name elsewhere is used.
#[test]
fn what_is_done_to_a_new_table_harms_nobody() {
    let desk = Desk::new(None);
    let file = |made: &str, used: &str| {
        format!(
            "CREATE TABLE {made} (id BIGINT PRIMARY KEY, author BIGINT);\nCREATE INDEX i ON {used} (author);\n\
             ALTER TABLE {used} ADD CONSTRAINT f FOREIGN KEY (author) REFERENCES people (id);\n-- DOWN\nDROP TABLE {made};\n"
        )
    };
    for (made, used, warnings) in [
        ("app.posts", "app.posts", 0),
        ("app.posts", "\"app\".\"posts\"", 0),
        ("app.posts", "posts", 0),
        ("posts", "public.posts", 0),
        ("app.posts", "other.posts", 2),
        ("app.posts", "app.comments", 2),
    ] {
        desk.write("new/1_posts.sql", &file(made, used));
        let checked = desk.types("check -d new --dialect postgres");
        assert_eq!(
            (checked.code, checked.out.matches("warning: ").count()),
            (0, warnings),
            "{made}, {used}: {checked:?}"
        );
    }
}

#[test]
fn a_sum_is_compared_and_written() {
    let desk = Desk::new(None);
    let steps = |lines: &[&str]| desk.transcript(lines);
    let mut said =
        vec![steps(&["sum", "sum --write --dialect postgres,sqlite", "sum", "sum --write", "sum --format json"])];
    let users = "migrations/auth/1616721123_create_users_table.sql";
    let text = fs::read_to_string(desk.path(users)).unwrap();
    desk.write(users, &text.replacen("BIGINT", "INTEGER", 1));
    said.push(steps(&["sum", "check --dialect sqlite", "sum --format json", "sum --write", "sum", "check --all"]));
    let sum = fs::read_to_string(desk.path("migrations/uno.sum")).unwrap();
    desk.write("migrations/uno.sum", &sum.replacen("1616721123", "1616721124", 1));
    desk.write("migrations/2_broken.sql", "SELECT 'open;");
    said.push(steps(&["sum", "sum --write"]));
    fs::remove_file(desk.path("migrations/2_broken.sql")).unwrap();
    said.push(steps(&["sum", "sum --write"]));
    assert_answer!("sum", said.join("\n"));
    assert_eq!(fs::read_to_string(desk.path("migrations/uno.sum")).unwrap(), sum);
}

#[test]
fn a_new_migration_is_in_the_sum_from_the_beginning() {
    let desk = Desk::new(None);
    assert_eq!(desk.types("sum --write").code, 0);
    let ids = || {
        let sum = fs::read_to_string(desk.path("migrations/uno.sum")).unwrap();
        sum.lines().skip(3).map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    let dry = desk.types("create tags --dry-run");
    assert!(
        dry.code == 0 && dry.out.contains("migrations/uno.sum:\n") && dry.out.contains("-- Migration: Tags"),
        "{dry:?}"
    );
    assert_eq!(ids().len(), 4);
    let made = desk.types("create tags --format json");
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    assert_eq!(made["result"]["sum"], "migrations/uno.sum");
    assert_eq!(made["result"]["suggestion"], "1616725789_create_posts_table");
    assert_eq!(ids()[4..], [made["result"]["id"].as_str().unwrap()]);
    desk.write(
        made["result"]["paths"][0].as_str().unwrap(),
        "CREATE TABLE tags (id BIGINT);\n-- DOWN\nDROP TABLE tags;\n",
    );
    let empty = desk.types("check");
    assert!(empty.code == 1 && empty.out.contains("was empty when `uno.sum` was written"), "{empty:?}");
    assert_eq!((desk.types("sum --write").code, desk.types("check").code), (0, 0));
}

#[test]
fn rust_is_left_to_who_has_it() {
    let desk = Desk::new(None);
    with_rust(&desk);
    let copy = desk.path("migrations");
    let copy = copy.to_str().unwrap();
    assert_answer!("check_rust", desk.transcript(&["check --dialect sqlite", "sum", "sum --write"]));
    // A binary that has it knows what there is to know.
    let own = Desk::of("own", None);
    let written = own.types(&format!("sum --write -d {copy}"));
    assert!(written.code == 0 && written.out.contains("6 migrations"), "{written:?}");
    let sum = fs::read_to_string(desk.path("migrations/uno.sum")).unwrap();
    assert!(
        sum.contains(" 1616724000_add_user_profiles - ") || sum.contains(" 1616724000_add_user_profiles -\n"),
        "{sum}"
    );
    for line in [format!("sum -d {copy}"), format!("check -d {copy} --deny warnings")] {
        let fits = own.types(&line);
        assert_eq!(fits.code, 0, "{fits:?}");
    }
    desk.write(
        "migrations/1700000000_more.sql",
        "-- Dependencies: 1616724000_add_user_profile\nSELECT 1;\n-- DOWN\nSELECT 2;\n",
    );
    let unknown = own.types(&format!("check -d {copy}"));
    assert!(
        unknown.code == 1 && unknown.out.contains("a migration named `1616724000_add_user_profiles` exists"),
        "{unknown:?}"
    );
}

/// Without a directory it is the one that the set was embedded from, proven as it was while compiling.
#[test]
fn a_binary_proves_where_it_comes_from() {
    for (program, before) in [("own", ""), ("app", "db ")] {
        let desk = Desk::of(program, None);
        let checked = desk.types(&format!("{before}check --deny warnings"));
        assert_eq!(checked.out, "checked 6 migrations for postgres, mysql, sqlite: no problems\n", "{checked:?}");
        let missing = desk.types(&format!("{before}sum"));
        assert_eq!(missing.code, 3, "{missing:?}");
    }
    let none = Desk::of("slow", None).types("check");
    assert!(none.code == 2 && none.err.contains("name the directory with `-d`"), "{none:?}");
}

/// What the macro was told about rules holds here, too, and what is typed goes over it.
#[test]
fn a_binary_has_the_levels_that_it_was_built_with() {
    let desk = Desk::of("levelled", None);
    assert_eq!(desk.types("check").out, "checked 2 migrations for sqlite: no problems\n");
    for (line, code, verdict) in [
        ("check --warn drop-column", 0, "1 warning"),
        ("check --deny drop-column", 1, "1 error"),
        ("check --deny warnings", 0, "no problems"),
        ("check --dialect postgres --deny warnings", 0, "no problems"),
        (
            "check --deny drop-column --rules-since 3_later",
            1,
            "`rules_since` names migration `3_later`, which does not exist",
        ),
    ] {
        let checked = desk.types(line);
        assert!(checked.code == code && checked.out.contains(verdict), "{line}: {checked:?}");
    }
    // Over directories nobody has told.
    let plain = Desk::new(None);
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/levelled");
    let found = plain.types(&format!("check -d {directory} --dialect sqlite"));
    assert!(found.code == 1 && found.out.contains("2 errors, 1 warning"), "{found:?}");
    assert_eq!(plain.types(&format!("check -d {directory} --dialect sqlite --allow-missing-down")).code, 0);
}

/// A dependency on another namespace is nothing that directories can tell anything about.
#[test]
fn another_namespace_may_be_elsewhere() {
    let desk = Desk::new(None);
    desk.write("with/1_a.sql", "-- Dependencies: billing:7_invoices\nSELECT 1;\n-- DOWN\nSELECT 2;\n");
    assert_eq!(desk.types("check -d with").code, 0);
    assert_eq!(desk.types("check -d with --namespace billing").code, 1, "it is this one's own");
}
