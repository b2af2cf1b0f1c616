use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

use uno_migrate_bench_workload::Database;

/// Writes a migration of so many statements, each of so many bytes, and gives its size.
pub(super) fn write(directory: &Path, database: Database, statements: usize, size: usize) -> io::Result<usize> {
    let mut text = String::with_capacity(statements * (size + 1) + 1_000);
    // MariaDB's `TEXT` has 64 kB.
    let text_type = if database == Database::MySql { "LONGTEXT" } else { "TEXT" };
    let _ = writeln!(text, "CREATE TABLE large (id BIGINT PRIMARY KEY, body {text_type} NOT NULL);");
    for number in 0..statements {
        let head = format!("INSERT INTO large (id, body) VALUES ({number}, '");
        let body = size.saturating_sub(head.len() + "');".len());
        // What repeats would be compressed away by some.
        let letters =
            (0..body).map(|at| char::from(b'a' + u8::try_from((at * 7 + number * 13) % 26).unwrap_or_default()));
        let _ = writeln!(text, "{head}{}');", letters.collect::<String>());
    }
    text.push_str("\n-- DOWN\n\nDROP TABLE large;\n");
    fs::write(directory.join("00001_large.sql"), &text)?;
    Ok(text.len())
}
