use uno_migrate::{Context, Result, migration};

#[migration(dependz = ["0001_create_users"])]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

pub async fn down(_: &mut Context<'_>) -> Result<()> {
    let count: u32 = "three";
    Ok(())
}
