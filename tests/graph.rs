//! The drawing in the README is what `graph --format svg` draws of this repository's migrations.

use std::fs;

use uno_migrate::cli::graph::{Format, Graph};
use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("./migrations");

const PATH: &str = "docs/graph.svg";

#[tokio::test]
async fn the_drawing_is_of_these_migrations() {
    let pool = sqlx::SqlitePool::connect("sqlite::memory:").await.unwrap();
    MIGRATIONS.migrator().steps(4).run(&pool).await.unwrap();
    let status = MIGRATIONS.status(&pool).await.unwrap();
    let drawn = Graph::new(MIGRATIONS.iter(), Some(&status)).render(Format::Svg);
    if std::env::var_os("BLESS").is_some() {
        fs::write(PATH, &drawn).unwrap();
    }
    assert!(fs::read_to_string(PATH).is_ok_and(|kept| kept == drawn), "`cargo xtask bless` draws `{PATH}` anew");
}
