use uno_migrate::migration;

#[migration(id = "0001_a", irreversible = "a test")]
mod a {}

#[migration(id = "0002_b", irreversible = "a test")]
fn not_async() {}

#[migration(id = "0003_c", down = undo, irreversible = "a test")]
async fn both(_: &mut uno_migrate::Context<'_>) -> uno_migrate::Result<()> {
    Ok(())
}

#[migration(id = "0004_d", irreversible = "a test")]
struct Fields {
    a: u8,
}

fn main() {}
