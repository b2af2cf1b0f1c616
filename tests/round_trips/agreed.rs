//! Sets that only differ in their number, so that rows can be made by the thousand.

use uno_migrate::{Migration, Migrator};

use crate::kit::{migrator, sql};

/// So many migrations that only differ in their ids.
pub(crate) fn alike(count: usize) -> Vec<Migration> {
    (1..=count).map(|n| sql(&format!("{n}_m"), "SELECT 1", "SELECT 1")).collect()
}

/// Three that can be applied any number of times, each with a checksum of its own.
pub(crate) fn three() -> Migrator {
    migrator((1..=3).map(|n| sql(&format!("{n}_m"), &format!("SELECT {n}"), "SELECT 0")))
}
