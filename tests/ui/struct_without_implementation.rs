use uno_migrate::{Migrations, embed_migrations, migration};

#[migration(id = "0001_roles")]
pub struct AddUserRoles;

static MIGRATIONS: Migrations = embed_migrations!(rust = [AddUserRoles], dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
