//! `tests/split/<dialect>/NN_name.sql` beside what is made of it. `BLESS=1` writes the goldens anew.

use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::golden;
use crate::split::split;
use crate::{Dialect, Location, Span};

#[test]
fn postgres() {
    check(Dialect::Postgres);
}

#[test]
fn mysql() {
    check(Dialect::MySql);
}

#[test]
fn sqlite() {
    check(Dialect::Sqlite);
}

fn check(dialect: Dialect) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/split").join(dialect.name());
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension() == Some(OsStr::new("sql")));
    files.sort();
    assert!(files.len() >= 12, "{} has {} cases", folder.display(), files.len());
    for file in files {
        let actual = render(dialect, &fs::read_to_string(&file).unwrap());
        golden::check(&actual, &file.with_extension("golden"));
    }
}

fn render(dialect: Dialect, text: &str) -> String {
    let split = split(dialect, text);
    let piece = |what: &str, span: Span| {
        let line = Location::of(text, span.start as usize).line;
        let lines: String = span.of(text).split('\n').map(|line| format!("    {line}\n")).collect();
        format!("{what}, line {line}, bytes {}..{}\n{lines}", span.start, span.end)
    };
    let pieces = |what: &str, spans: &[Span]| spans.iter().map(|&span| piece(what, span)).collect::<String>();
    let mut out = pieces("header", &split.header) + &pieces("up", &split.up);
    if let Some(down) = &split.down {
        out += &piece("marker", down.marker);
        out += &(pieces("header", &down.header) + &pieces("down", &down.statements));
    }
    for finding in &split.findings {
        out += &piece("finding", finding.span);
        writeln!(out, "  error: {}", finding.message).unwrap();
        if let Some(help) = &finding.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    out
}
