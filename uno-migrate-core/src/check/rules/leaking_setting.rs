//! A setting that outlives what it was made for: the rest of the file, and on MySQL the server, goes by it.

use crate::check::alarm::Alarm;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};
use crate::check::statement::{Statement, Verb};
use crate::check::subject::Subject;
use crate::cursor::Cursor;
use crate::lex::TokenKind;
use crate::{Dialect, Span};

pub(super) static RULE: Rule = Rule {
    id: "leaking-setting",
    title: "a setting, role or database that is kept",
    why: "everything that follows goes by it, which is easily overlooked; it is not kept either, since the session is reset \
          behind each migration, but for what is set for the whole server",
    instead: "set it for the transaction with `SET LOCAL`, or write names with their schema or database",
    dialects: &[Dialect::Postgres, Dialect::MySql],
    level: Level::Warn,
    since: RulesVersion::FIRST,
    judge: Judge::Statements,
    examples: Examples {
        refused: "SET search_path TO billing;\nCREATE TABLE invoices (id bigint PRIMARY KEY);\n",
        accepted: "CREATE TABLE billing.invoices (id bigint PRIMARY KEY);\n",
    },
};

pub(super) fn find(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    match subject.dialect {
        Dialect::Postgres => postgres(subject, alarms),
        Dialect::MySql => mysql(subject, alarms),
        Dialect::Sqlite => {}
    }
}

/// Outside a transaction nothing but `SET` sets anything, so only what runs in one is asked about.
fn postgres(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    for range in subject.transactions() {
        for number in range.clone() {
            let statement = &subject.statements[number];
            if statement.verb == Verb::Query && sets_config(statement) {
                let message = "`set_config(…, false)` sets it for the whole session";
                let alarm = Alarm::new(&RULE, statement.span, message);
                alarms.push(alarm.with_help("give `true` as the third argument: it then ends with the transaction"));
            }
            let Some(Setting { name, value: Value::Given }) = setting(statement) else { continue };
            let mut later = subject.statements[number + 1..].iter().filter_map(setting);
            let is_undone = |later: Setting| matches!(later.value, Value::Default) && later.is_of(&name);
            if later.any(is_undone) {
                continue;
            }
            let what = statement.text().split_ascii_whitespace().next().unwrap_or("SET");
            let message = format!("`{what} {name}` holds for the whole session");
            alarms.push(Alarm::new(&RULE, statement.span, message).with_help(match name.as_str() {
                "lock_timeout" => format!("write `SET LOCAL {name}`, or `-- LockTimeout: 5s` at the top"),
                "statement_timeout" => format!("write `SET LOCAL {name}`, or `-- StatementTimeout: 5min` at the top"),
                "SESSION CHARACTERISTICS" => "write `SET TRANSACTION`".to_owned(),
                _ => format!("write `SET LOCAL {name}`"),
            }));
        }
    }
}

/// A setting of the session, and what becomes of it.
struct Setting {
    /// As it follows `SET`; empty for all of them.
    name: String,
    value: Value,
}

enum Value {
    Given,
    /// What it was before anybody set it.
    Default,
}

impl Setting {
    fn is_of(&self, name: &str) -> bool {
        self.name.is_empty() || self.name == name
    }
}

fn setting(statement: &Statement<'_>) -> Option<Setting> {
    if statement.begins(&["DISCARD", "ALL"]) || statement.begins(&["RESET", "ALL"]) {
        return Some(Setting { name: String::new(), value: Value::Default });
    }
    if !matches!(statement.verb, Verb::Set | Verb::Other) {
        return None;
    }
    if let Some(mut c) = statement.behind(&["RESET"]) {
        return Some(Setting { name: name(&mut c)?, value: Value::Default });
    }
    let mut c = statement.behind(&["SET"])?;
    if c.is_at(&["CONSTRAINTS", "LOCAL", "TRANSACTION"]) {
        return None;
    }
    let name = name(&mut c)?;
    let is_default = c.rest().any(|token| token.is("DEFAULT")) || (name == "ROLE" && c.is_at(&["NONE"]));
    let value = if is_default { Value::Default } else { Value::Given };
    Some(Setting { name, value })
}

/// The name of a setting, from behind `SET` or `RESET`.
fn name(c: &mut Cursor<'_>) -> Option<String> {
    const OF_WORDS: [&[&str]; 7] = [
        &["SESSION", "AUTHORIZATION"],
        &["SESSION", "CHARACTERISTICS"],
        &["TIME", "ZONE"],
        &["XML", "OPTION"],
        &["ROLE"],
        &["NAMES"],
        &["SCHEMA"],
    ];
    let words = |c: &mut Cursor<'_>| OF_WORDS.into_iter().find(|words| c.words(words));
    let known = words(c).or_else(|| if c.word("SESSION") { words(c) } else { None });
    match known {
        Some(words) => Some(words.join(" ")),
        None => c.qualified().map(|name| name.to_string()),
    }
}

/// `set_config(…, false)`, as pg_dump writes it.
fn sets_config(statement: &Statement<'_>) -> bool {
    // Most queries say nothing of the kind, and some are long.
    let text = statement.text();
    if !["set_config", "SET_CONFIG"].iter().any(|name| text.contains(name)) {
        return false;
    }
    let Some(mut c) = statement.cursor() else { return false };
    while !c.is_at_end() {
        if c.token().is_some_and(|token| token.is("set_config"))
            && let Some(arguments) = c.parenthesised().map(Cursor::parts)
            && let [_, _, is_local] = arguments.as_slice()
        {
            let first = is_local.rest().next();
            if first.is_some_and(|value| value.is("false") || matches!(value.text, "'false'" | "'f'")) {
                return true;
            }
        }
    }
    false
}

fn mysql(subject: &Subject<'_>, alarms: &mut Vec<Alarm>) {
    for statement in &subject.statements {
        if statement.verb == Verb::Other
            && let Some(mut c) = statement.behind(&["USE"])
            && let Some(database) = c.name()
        {
            let message = format!("`USE {database}` moves everything that follows to another database");
            let help = format!("delete it, and write `{database}.` in front of the names that are meant");
            alarms.push(Alarm::new(&RULE, statement.span, message).with_help(help));
        }
        if statement.verb == Verb::Set
            && let Some(c) = statement.behind(&["SET"])
        {
            for (scope, name, span) in c.parts().into_iter().filter_map(of_server) {
                let message = format!("`SET {scope} {name}` sets it for the whole server");
                let help = "set it where the server is configured; a migration is for the schema of one database";
                alarms.push(Alarm::new(&RULE, span, message).with_help(help));
            }
        }
    }
}

/// `GLOBAL a = 1`, `@@PERSIST.a = 1`
fn of_server(mut c: Cursor<'_>) -> Option<(&'static str, String, Span)> {
    let span = c.span();
    let is_system = c.is_at_punctuation(b'@');
    while c.is_at_punctuation(b'@') {
        c.token()?;
    }
    let scope = ["GLOBAL", "PERSIST", "PERSIST_ONLY"].into_iter().find(|scope| c.word(scope))?;
    if is_system && c.token()?.kind != TokenKind::Punctuation(b'.') {
        return None;
    }
    // `SET GLOBAL TRANSACTION …` has no value.
    let name = c.qualified()?.to_string();
    Some((scope, name, span))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules::tests::{alarms, messages, messages_outside};

    #[test]
    fn what_holds_for_the_session_is_found() {
        for (text, name) in [
            ("SET search_path TO a, b", "SET search_path"),
            ("set session lock_timeout = '5s'", "set lock_timeout"),
            ("SET app.tenant = 'a'", "SET app.tenant"),
            ("SET ROLE admin", "SET ROLE"),
            ("SET SESSION ROLE admin", "SET ROLE"),
            ("SET SESSION AUTHORIZATION admin", "SET SESSION AUTHORIZATION"),
            ("SET TIME ZONE 'UTC'", "SET TIME ZONE"),
            ("SET SCHEMA 'a'", "SET SCHEMA"),
            ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "SET SESSION CHARACTERISTICS"),
        ] {
            let found = messages(find, Dialect::Postgres, &format!("SELECT 1; {text}; SELECT 2"));
            assert_eq!(found, [format!("`{name}` holds for the whole session")], "{text}");
            assert!(messages_outside(find, Dialect::Postgres, text).is_empty(), "{text}");
            assert_eq!(messages_outside(find, Dialect::Postgres, &format!("BEGIN; {text}; COMMIT")).len(), 1, "{text}");
        }
        let config = "SELECT pg_catalog.set_config('search_path', '', false)";
        assert_eq!(alarms(find, Dialect::Postgres, config).len(), 1);
    }

    #[test]
    fn what_ends_with_the_transaction_or_is_undone_is_left_alone() {
        for text in [
            "SET LOCAL search_path TO a",
            "SET LOCAL ROLE admin",
            "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET CONSTRAINTS ALL DEFERRED",
            "SET ROLE NONE",
            "SET search_path TO DEFAULT",
            "SET ROLE admin; SELECT 1; RESET ROLE",
            "SET SESSION AUTHORIZATION admin; RESET SESSION AUTHORIZATION",
            "SET search_path = a; SELECT 1; SET search_path TO DEFAULT",
            "SET a.b = 'c'; RESET ALL",
            "SELECT set_config('search_path', '', true)",
            "SELECT set_config(name, value, is_local) FROM settings",
            "SELECT 'set_config(a, b, false)'",
            "UPDATE t SET search_path = 'a'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = a AS 'SELECT 1'",
            "ALTER ROLE a SET search_path = b",
        ] {
            assert!(messages(find, Dialect::Postgres, text).is_empty(), "{text}");
        }
        assert_eq!(messages(find, Dialect::Postgres, "SET search_path = a; RESET ROLE").len(), 1);
    }

    #[test]
    fn what_changes_the_server_or_the_database_is_found() {
        for (text, found) in [
            ("USE shop", "`USE shop` moves everything that follows to another database"),
            ("SET GLOBAL max_connections = 7", "`SET GLOBAL max_connections` sets it for the whole server"),
            ("set persist a = 1", "`SET PERSIST a` sets it for the whole server"),
            ("SET sql_mode = '', @@GLOBAL.a = 1", "`SET GLOBAL a` sets it for the whole server"),
            ("SET @@persist_only.a = 1", "`SET PERSIST_ONLY a` sets it for the whole server"),
        ] {
            assert_eq!(messages(find, Dialect::MySql, text), [found], "{text}");
        }
        for text in
            ["SET sql_mode = ''", "SET FOREIGN_KEY_CHECKS = 0", "SET @global = 1", "SELECT 1 FROM t USE INDEX (i)"]
        {
            assert!(messages(find, Dialect::MySql, text).is_empty(), "{text}");
        }
    }
}
