//! What the library tells a programmer to write, said as what is typed.
//!
//! The engine's errors end with what to do next, in backticks and in Rust. Whoever reads them here has a terminal.

use super::program::Program;

/// A text of the library's in the words of the command line.
pub(super) fn spoken(text: &str, program: &Program) -> String {
    let mut told = String::with_capacity(text.len());
    let mut parts = text.split('`');
    told.push_str(parts.next().unwrap_or_default());
    // Between the first and the second backtick is code, between the second and the third is not, and so on.
    while let Some(code) = parts.next() {
        let typed = typed(code, program);
        told.push_str(&format!("`{}`", typed.as_deref().unwrap_or(code)));
        told.push_str(parts.next().unwrap_or_default());
    }
    told
}

/// What to type for a piece of Rust; none where it is no piece of this library's.
fn typed(code: &str, program: &Program) -> Option<String> {
    let command = |words: &str| Some(program.command(words));
    let code = code.trim_start_matches('.');
    match code {
        "run" => return command("migrate"),
        "revert" => return command("rollback"),
        "status" | "Migrator::status" => return command("status"),
        "target" | "only" | "steps" | "all" | "fake" => return Some(format!("--{code}")),
        "lock_wait" => return Some("--lock-wait 15min".to_owned()),
        "direct_url" => return Some("--database-url".to_owned()),
        "TransactionMode::Whole" => return Some("--whole".to_owned()),
        "fake(true)" => return Some("--fake".to_owned()),
        "allow_missing_down(true)" => return Some("--allow-missing-down".to_owned()),
        "on_ahead(Policy::Allow)" => return Some("--on-ahead allow".to_owned()),
        "on_out_of_order(Policy::Allow)" => return Some("--on-out-of-order allow".to_owned()),
        "on_stored_down(Policy::Allow)" => return Some("--yes".to_owned()),
        "repair(Repair::AcceptChecksum(id))" => return command("repair ID --accept-checksum"),
        "Repair::Forget" => return command("repair ID --forget"),
        _ => {}
    }
    for (function, option) in [("target", "--target"), ("only", "--only"), ("schema", "--schema")] {
        if let Some(value) = quoted(code, &format!("{function}(\""), "\")") {
            return Some(format!("{option} {value}"));
        }
    }
    if let Some(list) = quoted(code, "dialects = [", "]") {
        return Some(format!("--dialect {}", list.replace(['"', ' '], "")));
    }
    if let Some(id) = quoted(code, "repair(Repair::AcceptChecksum(\"", "\".into()))") {
        return command(&format!("repair {id} --accept-checksum"));
    }
    if let Some(id) = quoted(code, "repair(Repair::applied(\"", "\"))") {
        return command(&format!("repair {id} --applied"));
    }
    if let Some(id) = quoted(code, "repair(Repair::Retry { id: \"", "\".into() })") {
        return command(&format!("repair {id} --retry"));
    }
    let applied = quoted(code, "repair(Repair::Applied { id: \"", " })")?;
    let (id, statement) = applied.split_once("\".into(), statement: ")?;
    command(&format!("repair {id} --applied {statement}"))
}

fn quoted<'a>(code: &'a str, before: &str, after: &str) -> Option<&'a str> {
    code.strip_prefix(before)?.strip_suffix(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        spoken(text, &Program::of(&["app".into(), "db".into(), "status".into()]))
    }

    #[test]
    fn what_a_programmer_would_write_is_what_is_typed() {
        for (rust, typed) in [
            ("`repair(Repair::Applied { id: \"1_a\".into(), statement: 3 })`", "`app db repair 1_a --applied 3`"),
            ("`repair(Repair::Retry { id: \"billing:1_a\".into() })`", "`app db repair billing:1_a --retry`"),
            ("`repair(Repair::applied(\"1_a\"))`", "`app db repair 1_a --applied`"),
            (
                "accept it with `repair(Repair::AcceptChecksum(id))`",
                "accept it with `app db repair ID --accept-checksum`",
            ),
            ("`repair(Repair::AcceptChecksum(\"1_a\".into()))`", "`app db repair 1_a --accept-checksum`"),
            (
                "go on with it first: `only(\"1_a\")` and `run`",
                "go on with it first: `--only 1_a` and `app db migrate`",
            ),
            ("say so with `.schema(\"other\")`; else", "say so with `--schema other`; else"),
            ("`-- LockTimeout: 30s`, then look at `status`", "`-- LockTimeout: 30s`, then look at `app db status`"),
            ("write `dialects = [\"postgres\", \"mysql\"]`", "write `--dialect postgres,mysql`"),
            ("a `` b", "a `` b"),
            ("no code", "no code"),
        ] {
            assert_eq!(said(rust), typed);
        }
    }
}
