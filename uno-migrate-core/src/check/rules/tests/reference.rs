//! `docs/rules.md` is made of the rules. `BLESS=1` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use super::super::super::{Level, Rule};
use super::super::linted;
use crate::{Dialect, golden};

#[test]
fn the_reference_says_what_the_rules_say() {
    let mut page = include_str!("reference.md").to_owned();
    let of = |level: Level| Rule::all().iter().filter(move |rule| rule.level == level);
    page.push_str("\n## All rules\n\n| Rule | Finds | Level | Databases |\n|---|---|---|---|\n");
    for rule in Rule::all() {
        let (id, level) = (rule.id, name(rule.level));
        let _ = writeln!(page, "| [`{id}`](#{id}) | {} | {level} | {} |", rule.title, databases(rule));
    }
    for (level, title) in [
        (Level::Forbid, "Errors that nothing excuses"),
        (Level::Deny, "Errors"),
        (Level::Warn, "Warnings"),
        (Level::Allow, "Silent unless asked for"),
    ] {
        if of(level).next().is_some() {
            let _ = writeln!(page, "\n## {title}");
        }
        of(level).for_each(|rule| describe(&mut page, rule));
    }
    golden::check(&page, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/rules.md"));
}

fn describe(page: &mut String, rule: &Rule) {
    let Rule { id, title, why, instead, since, examples, level, .. } = rule;
    let in_squawk = linted::IN_SQUAWK.iter().find(|(known, _)| *known == rule);
    let judge = in_squawk.map(|(_, name)| format!(" · feature `lint`: squawk's `{name}`")).unwrap_or_default();
    let _ = writeln!(page, "\n### {id}\n\n{}\n", sentence(title));
    let _ = writeln!(page, "*{} · {}{judge} · since {since}*\n", capital(name(*level)), databases(rule));
    let _ = writeln!(page, "**Why:** {}\n\n**Instead:** {}\n", sentence(why), sentence(instead));
    let _ =
        writeln!(page, "Refused:\n\n```sql\n{}```\n\nAccepted:\n\n```sql\n{}```", examples.refused, examples.accepted);
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Forbid | Level::Deny => "error",
        Level::Warn => "warning",
        Level::Allow => "silent",
    }
}

fn databases(rule: &Rule) -> String {
    let name = |dialect: &Dialect| match dialect {
        Dialect::Postgres => "PostgreSQL",
        Dialect::MySql => "MySQL/MariaDB",
        Dialect::Sqlite => "SQLite",
    };
    rule.dialects.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn sentence(text: &str) -> String {
    format!("{}.", capital(text))
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
