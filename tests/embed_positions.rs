//! Where `embed_migrations!` may stand, and that its expansion passes a strict crate's lints.
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, clippy::all, clippy::pedantic)]
#![allow(clippy::unused_async)] // of the fixtures

use uno_migrate::{Context, Migrations, Result, RustMigration, embed_migrations, migration};

static STATIC: Migrations = embed_migrations!("./tests/fixtures/mixed");
const CONSTANT: Migrations = embed_migrations!("tests/fixtures/mixed/");

mod inline {
    pub(super) static IN_A_MODULE: super::Migrations = super::embed_migrations!("tests/fixtures/mixed");
}

macro_rules! embed {
    ($path:literal) => {
        embed_migrations!($path)
    };
}

#[path = "fixtures/elsewhere/mod.rs"]
mod elsewhere;

static BY_A_MACRO: Migrations = embed!("tests/fixtures/mixed");

static LISTED: Migrations = embed_migrations!(
    "tests/fixtures/mixed",
    rust = [elsewhere::backfill, Roles],
    include = [elsewhere::BILLING, elsewhere::SHARED],
    hooks = { notify = elsewhere::notify, "before-each" = elsewhere::notify },
);

/// Adds roles.
///
/// In two lines.
#[migration(id = "0005_roles", depends = ["0004_backfill", "billing:0001_users"])]
struct Roles;

impl RustMigration for Roles {
    async fn apply(&self, ctx: &mut Context<'_>) -> Result<()> {
        ctx.execute("CREATE TABLE roles (id INTEGER PRIMARY KEY)").await.map(drop)
    }

    async fn revert(&self, ctx: &mut Context<'_>) -> Result<()> {
        ctx.execute("DROP TABLE roles").await.map(drop)
    }

    fn checksum(&self) -> Option<String> {
        Some("roles-1".to_owned())
    }
}

fn ids(set: &Migrations) -> Vec<&'static str> {
    set.iter().map(|migration| migration.info().id.as_str()).collect()
}

/// One call in `macro_rules!` that becomes several, of which only the arguments differ, or not even those.
macro_rules! one_each {
    ($($name:ident: $listed:path),+) => {
        $(pub(super) static $name: super::Migrations = super::embed_migrations!(rust = [$listed]);)+
    };
}

macro_rules! migrations_of {
    ($($module:ident: $id:literal),+) => {
        $(mod $module {
            #[super::migration(id = $id, irreversible = "a fixture")]
            pub(super) async fn change(_: &mut super::Context<'_>) -> super::Result<()> {
                Ok(())
            }
            pub(super) static CHANGE: super::Migrations = super::embed_migrations!(rust = [change]);
        })+
    };
}

migrations_of!(first: "0001_first", second: "0002_second");

mod listed {
    one_each!(FIRST: super::first::change, SECOND: super::second::change);
}

static BY_ARGUMENT: Migrations = embed_migrations!(include = [listed::FIRST, listed::SECOND, listed::FIRST]);
static BY_MODULE: Migrations = embed_migrations!(include = [first::CHANGE, second::CHANGE, BY_MODULE_FIRST]);
static BY_MODULE_FIRST: Migrations = embed_migrations!(include = [first::CHANGE]);

#[test]
fn sets_of_one_macro_are_several_sets() {
    assert_eq!(ids(&BY_ARGUMENT), ["0001_first", "0002_second"]);
    assert_eq!(ids(&BY_MODULE), ["0001_first", "0002_second"]);
}

#[test]
fn every_position_gives_the_same_set() {
    let expression = embed_migrations!("tests/fixtures/mixed");
    assert_eq!(ids(&STATIC), ["0001_users", "0002_posts_crlf", "0003_profiles"]);
    for set in [&CONSTANT, &expression, &inline::IN_A_MODULE, &BY_A_MACRO, &elsewhere::EMBEDDED] {
        assert_eq!(ids(set), ids(&STATIC));
    }
    assert_eq!(CONSTANT.iter().next().unwrap().path(), "tests/fixtures/mixed/auth/0001_users.sql");
}

#[test]
fn windows_line_ends_are_normalised() {
    assert!(include_str!("fixtures/mixed/0002_posts_crlf.sql").contains("\r\n"));
    assert!(STATIC.parts().texts.iter().all(|text| !text.contains('\r')));
}

#[test]
fn a_rust_migration_says_what_its_attribute_says() {
    let profiles = STATIC.iter().last().unwrap();
    assert_eq!(profiles.info().description.as_deref(), Some("Creates profiles."));
    assert_eq!(profiles.path(), "tests/fixtures/mixed/0003_profiles.rs");
    assert_eq!(profiles.info().depends[0].to_string(), "0002_posts_crlf");
    assert_eq!(profiles.info().tags, ["auth"]);
}

#[test]
fn listed_and_included_ones_belong_to_the_set() {
    let all = ["0001_users", "0002_posts_crlf", "0003_profiles", "0004_backfill", "0005_roles", "0001_users"];
    assert_eq!(ids(&LISTED), all);
    let roles = LISTED.iter().nth(4).unwrap();
    assert_eq!(roles.info().description.as_deref(), Some("Adds roles.\n\nIn two lines."));
    assert!(roles.checksum(uno_migrate::Dialect::Sqlite).unwrap().contains("roles-1"));
}
