//! A complex migration as a type. It stands in the crate like any other code; `rust = […]` lists it.

use uno_migrate::{Context, Result, RustMigration, migration};

/// Creates tables for role-based access control.
#[migration(
    id = "1616730000_add_user_roles",
    name = "Add user roles",
    depends = ["1616721123_create_users_table"],
    tags = ["auth"]
)]
pub struct AddUserRoles;

const ROLES: [(i64, &str, &str); 2] =
    [(1, "admin", "Administrator with full access"), (2, "user", "Regular user with limited access")];

impl RustMigration for AddUserRoles {
    async fn apply(&self, ctx: &mut Context<'_>) -> Result {
        ctx.execute(
            "CREATE TABLE roles (
                id BIGINT NOT NULL PRIMARY KEY,
                name VARCHAR(100) NOT NULL UNIQUE,
                description TEXT,
                created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
            );

            CREATE TABLE user_roles (
                user_id BIGINT NOT NULL,
                role_id BIGINT NOT NULL,
                created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
                PRIMARY KEY (user_id, role_id),
                FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
                FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE
            );
            CREATE INDEX user_roles_role_id ON user_roles (role_id);

            CREATE TABLE permissions (
                id BIGINT NOT NULL PRIMARY KEY,
                name VARCHAR(100) NOT NULL UNIQUE,
                description TEXT,
                created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
            );

            CREATE TABLE role_permissions (
                role_id BIGINT NOT NULL,
                permission_id BIGINT NOT NULL,
                created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
                PRIMARY KEY (role_id, permission_id),
                FOREIGN KEY (role_id) REFERENCES roles (id) ON DELETE CASCADE,
                FOREIGN KEY (permission_id) REFERENCES permissions (id) ON DELETE CASCADE
            );
            CREATE INDEX role_permissions_permission_id ON role_permissions (permission_id);",
        )
        .await?;
        for role in ROLES {
            ctx.execute_with("INSERT INTO roles (id, name, description) VALUES ($1, $2, $3)", role).await?;
        }
        Ok(())
    }

    async fn revert(&self, ctx: &mut Context<'_>) -> Result {
        ctx.execute(
            "DROP TABLE role_permissions;
            DROP TABLE permissions;
            DROP TABLE user_roles;
            DROP TABLE roles;",
        )
        .await
        .map(drop)
    }

    /// Kept in the history: a run is refused when this value is another one than at the time it was applied.
    fn checksum(&self) -> Option<String> {
        Some("add_user_roles_migration".to_owned())
    }
}
