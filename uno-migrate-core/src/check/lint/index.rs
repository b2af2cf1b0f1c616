//! Indexes that are built, rebuilt or dropped while others wait.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{AstNode, CreateIndex, DropIndex, Reindex, ReindexTarget};

use super::Setting;
use super::said::{Remark, said};
use crate::check::rules::linted;
use crate::marker::Half;

pub(super) fn created(read: &CreateIndex, setting: Setting) -> Option<Remark> {
    let table = said(&read.table_relation_name()?)?;
    let unique = read.syntax().children_with_tokens().any(|piece| piece.kind() == SyntaxKind::UNIQUE_KW);
    let unique = if unique { "UNIQUE " } else { "" };
    let name = read.index().and_then(|name| said(&name)).map(|name| format!(" {name}")).unwrap_or_default();
    Some(Remark {
        rule: &linted::INDEX_NOT_CONCURRENT,
        message: format!("nobody can write to `{table}` until this index is built"),
        help: format!("write `CREATE {unique}INDEX CONCURRENTLY{name} ON {table} …`{}", setting.elsewhere()),
    })
}

/// A way down removes what its own way up has made: one that runs in a transaction is left alone.
pub(super) fn dropped(read: &DropIndex, setting: Setting) -> Option<Remark> {
    if setting.half == Half::Down && !setting.outside {
        return None;
    }
    let names: Vec<_> = read.index_refs().filter_map(|name| said(&name)).collect();
    let exists = if read.if_exists().is_some() { "IF EXISTS " } else { "" };
    let statements: Vec<_> = names.iter().map(|name| format!("`DROP INDEX CONCURRENTLY {exists}{name}`")).collect();
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    Some(Remark {
        rule: &linted::DROP_INDEX_NOT_CONCURRENT,
        message: format!("{} is dropped once nobody uses its table, and until then everybody waits", names.join(", ")),
        help: format!("write {}{}", statements.join(" and "), setting.elsewhere()),
    })
}

pub(super) fn rebuilt(read: &Reindex, setting: Setting) -> Option<Remark> {
    let (kind, name) = match read.reindex_target()? {
        ReindexTarget::ReindexTargetTable(target) => ("TABLE", target.table_name_ref().and_then(|name| said(&name))),
        ReindexTarget::ReindexTargetIndex(target) => ("INDEX", target.index_ref().and_then(|name| said(&name))),
        ReindexTarget::ReindexTargetSchema(target) => ("SCHEMA", target.schema_ref().and_then(|name| said(&name))),
        ReindexTarget::ReindexTargetDatabase(target) => {
            ("DATABASE", Some(target.database_ref().and_then(|name| said(&name)).unwrap_or_default()))
        }
        ReindexTarget::ReindexTargetSystem(_) => return None,
    };
    let name = name?;
    let statement = format!("REINDEX {kind} CONCURRENTLY {name}");
    let message = match kind {
        "INDEX" => format!("nobody can write to the table of `{name}` until it is rebuilt"),
        "TABLE" => format!("nobody can write to `{name}` until its indexes are rebuilt"),
        _ => "nobody can write to a table until its indexes are rebuilt".to_owned(),
    };
    Some(Remark {
        rule: &linted::REINDEX_NOT_CONCURRENT,
        message,
        help: format!("write `{}`{}", statement.trim_end(), setting.elsewhere()),
    })
}
