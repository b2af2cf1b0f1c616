//! Nobody lists them: the compiler's own lint says so.
#![deny(dead_code)]

use uno_migrate::{Context, Migrations, Result, RustMigration, embed_migrations, migration};

mod billing {
    use super::*;

    #[migration(id = "0001_listed", irreversible = "a test")]
    pub async fn listed(_: &mut Context<'_>) -> Result<()> {
        Ok(())
    }

    #[migration(id = "0002_unlisted", irreversible = "a test")]
    pub async fn unlisted(_: &mut Context<'_>) -> Result<()> {
        Ok(())
    }

    #[migration(id = "0003_unlisted")]
    pub struct Unlisted;

    impl RustMigration for Unlisted {
        async fn apply(&self, _: &mut Context<'_>) -> Result<()> {
            Ok(())
        }

        async fn revert(&self, _: &mut Context<'_>) -> Result<()> {
            Ok(())
        }
    }
}

static MIGRATIONS: Migrations = embed_migrations!(rust = [billing::listed]);

fn main() {
    let _ = MIGRATIONS;
}
