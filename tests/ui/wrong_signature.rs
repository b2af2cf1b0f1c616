use uno_migrate::{Context, Result, migration};

#[migration(id = "0001_not_async", irreversible = "a test")]
pub fn not_async(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

#[migration(id = "0002_no_parameter", irreversible = "a test")]
pub async fn no_parameter() -> Result<()> {
    Ok(())
}

#[migration(id = "0003_two_parameters", irreversible = "a test")]
pub async fn two_parameters(_: &mut Context<'_>, _: u8) -> Result<()> {
    Ok(())
}

#[migration(id = "0004_no_result", irreversible = "a test")]
pub async fn no_result(_: &mut Context<'_>) {}

#[migration(id = "0005_shared", irreversible = "a test")]
pub async fn shared(_: &Context<'_>) -> Result<()> {
    Ok(())
}

#[migration(id = "0006_generic", irreversible = "a test")]
pub async fn generic<T>(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

#[migration(id = "0007_other_type", irreversible = "a test")]
pub async fn other_type(_: &mut u8) -> Result<()> {
    Ok(())
}

#[migration(id = "0008_value", irreversible = "a test")]
pub async fn value(_: &mut Context<'_>) -> Result<u64> {
    Ok(8)
}

#[migration(id = "0009_error", irreversible = "a test")]
pub async fn error(_: &mut Context<'_>) -> Result<(), u8> {
    Ok(())
}

#[migration(id = "0010_fields")]
pub struct Fields {
    pub batch: usize,
}

#[migration(id = "0011_enum")]
pub enum Either {}

#[migration(id = "0012_no_impl")]
pub struct NoImpl;

fn main() {}
