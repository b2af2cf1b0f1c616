//! Changes of a table that look at each of its rows while others wait.

use squawk_linter::{Rule as Squawk, Violation};
use squawk_syntax::ast::{
    AddColumn, AlterTable, AlterTableAction, AstNode, CheckConstraint, Constraint, ConstraintOption, GeneratedAs,
    GeneratedKind, NotNullConstraint,
};

use super::Setting;
use super::said::{Remark, columns, made_up, said};
use super::volatile::is_volatile;
use crate::check::rules::linted;
use crate::marker::Half;

/// What there is to say of what was found in one action.
pub(super) fn remark(read: &AlterTable, violation: &Violation, setting: Setting) -> Option<Remark> {
    use AlterTableAction as Action;

    let found = violation.text_range;
    let table = said(&read.table_relation_name()?.table_name_ref()?)?;
    let action = read.actions().find(|action| action.syntax().text_range().contains_range(found))?;
    let constraint = || match &action {
        Action::AddConstraint(action) => action.constraint(),
        Action::AddColumn(column) => {
            column.constraints().find(|constraint| constraint.syntax().text_range().contains_range(found))
        }
        _ => None,
    };
    match (violation.code, &action) {
        (Squawk::RequireConcurrentPartitionDetach, Action::DetachPartition(action)) => {
            let partition = said(&action.table_name_ref()?)?;
            detached(&table, &partition, setting)
        }
        (Squawk::ChangingColumnType, Action::AlterColumn(action)) => {
            Some(retyped(&table, &said(&action.column_name_ref()?)?))
        }
        (Squawk::AddingNotNullableField, Action::AlterColumn(action)) if !setting.is_validated => {
            Some(required(&table, &said(&action.column_name_ref()?)?))
        }
        (Squawk::ConstraintMissingNotValid, Action::AddConstraint(_)) => match constraint()? {
            Constraint::CheckConstraint(check) => checked(&table, &check),
            Constraint::NotNullConstraint(check) => not_null(&table, &check),
            _ => None,
        },
        (Squawk::AddingForeignKeyConstraint, _) => referring(&table, &action, &constraint()?),
        (Squawk::AddingRequiredField, Action::AddColumn(column)) => added_empty(&table, column),
        (Squawk::AddingFieldWithDefault, Action::AddColumn(column)) => added_computed(&table, column, &constraint()?),
        (Squawk::AddingSerialPrimaryKeyField, _) => Some(indexed(&table, &action, &constraint()?, setting)),
        (Squawk::DisallowedUniqueConstraint, _) => Some(indexed(&table, &action, &constraint()?, setting)),
        _ => None,
    }
}

/// A way down takes off what its own way up has put there: one that runs in a transaction is left alone.
fn detached(table: &str, partition: &str, setting: Setting) -> Option<Remark> {
    if setting.half == Half::Down && !setting.outside {
        return None;
    }
    let statement = format!("ALTER TABLE {table} DETACH PARTITION {partition} CONCURRENTLY");
    Some(Remark {
        rule: &linted::DETACH_NOT_CONCURRENT,
        message: format!("`{partition}` is detached once nobody uses `{table}`, and until then everybody waits"),
        help: format!("write `{statement}`{}", setting.elsewhere()),
    })
}

fn retyped(table: &str, column: &str) -> Remark {
    Remark {
        rule: &linted::CHANGE_TYPE,
        message: format!("`{table}` is written anew to change the type of `{column}`, and everybody waits for it"),
        help: format!(
            "add a column of the new type beside `{column}`, have the application write both, fill it in batches, and drop \
             `{column}` in a later release; if the type only gets wider, nothing is written: say so in an `Allow:` line"
        ),
    }
}

fn required(table: &str, column: &str) -> Remark {
    let check = made_up(table, column, "not_null");
    Remark {
        rule: &linted::SET_NOT_NULL,
        message: format!("every row of `{table}` is looked at to make `{column}` required, and everybody waits for it"),
        help: format!(
            "write `ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID` here, and in a later \
             migration `ALTER TABLE {table} VALIDATE CONSTRAINT {check}` in front of `SET NOT NULL`, which then looks at no \
             row"
        ),
    }
}

fn checked(table: &str, check: &CheckConstraint) -> Option<Remark> {
    if is_unenforced(check.constraint_options()) {
        return None;
    }
    let name = check.constraint_name_clause().and_then(|clause| said(&clause.constraint_name()?));
    Some(Remark {
        rule: &linted::CHECK_CONSTRAINT,
        message: format!("every row of `{table}` is looked at to add this check, and everybody waits for it"),
        help: later(table, name),
    })
}

/// `ADD CONSTRAINT c NOT NULL a`
fn not_null(table: &str, check: &NotNullConstraint) -> Option<Remark> {
    let column = said(&check.column_name_ref()?)?;
    let name = check.constraint_name_clause().and_then(|clause| said(&clause.constraint_name()?));
    Some(Remark { help: later(table, name), ..required(table, &column) })
}

/// A new column without a value refers to nothing: nothing is looked up then.
fn referring(table: &str, action: &AlterTableAction, constraint: &Constraint) -> Option<Remark> {
    let (message, help) = match (action, constraint) {
        (AlterTableAction::AddConstraint(_), Constraint::ForeignKeyConstraint(key)) => {
            if is_unenforced(key.constraint_options()) {
                return None;
            }
            let other = said(&key.table_name_ref()?)?;
            let message = format!(
                "every row of `{table}` is looked up in `{other}` to add this foreign key, and nobody can write to either"
            );
            (message, later(table, constraint.constraint_name().and_then(|name| said(&name))))
        }
        (AlterTableAction::AddColumn(column), Constraint::ReferencesConstraint(key)) => {
            let is_filled = |constraint: Constraint| match constraint {
                Constraint::DefaultConstraint(default) => default
                    .expr()
                    .and_then(|value| said(&value))
                    .is_none_or(|value| !value.eq_ignore_ascii_case("NULL")),
                Constraint::GeneratedConstraint(_) => true,
                _ => false,
            };
            if !column.constraints().any(is_filled) {
                return None;
            }
            let other = said(&key.table()?)?;
            let message = format!(
                "every row of `{table}` is looked up in `{other}` to add this column, and nobody can write to either"
            );
            let help = "add the column without `REFERENCES`, then the foreign key with `NOT VALID`, and validate that one in \
                        a later migration";
            (message, help.to_owned())
        }
        _ => return None,
    };
    Some(Remark { rule: &linted::FOREIGN_KEY, message, help })
}

/// What is added now and validated later.
fn later(table: &str, name: Option<String>) -> String {
    let validate = match name {
        Some(name) => format!("`ALTER TABLE {table} VALIDATE CONSTRAINT {name}`"),
        None => format!("`ALTER TABLE {table} VALIDATE CONSTRAINT …`"),
    };
    format!("write `NOT VALID` at its end, and in a later migration {validate}, which keeps nobody out")
}

/// `serial` has a default that it does not show.
fn added_empty(table: &str, column: &AddColumn) -> Option<Remark> {
    let (name, kind) = (said(&column.column_name()?)?, said(&column.ty()?)?);
    if ["bigserial", "serial", "serial2", "serial4", "serial8", "smallserial"]
        .iter()
        .any(|serial| kind.eq_ignore_ascii_case(serial))
    {
        return None;
    }
    Some(Remark {
        rule: &linted::REQUIRED_COLUMN,
        message: format!("`{name}` is required and has no default: this fails if `{table}` has a row"),
        help: format!(
            "write `ADD COLUMN {name} {kind} NOT NULL DEFAULT …`, which costs nothing if the default is a constant; or leave \
             `NOT NULL` out, and fill `{name}` first"
        ),
    })
}

fn added_computed(table: &str, column: &AddColumn, constraint: &Constraint) -> Option<Remark> {
    let (name, kind) = (said(&column.column_name()?)?, said(&column.ty()?)?);
    let help = match constraint {
        Constraint::DefaultConstraint(default) => {
            let default = default.expr()?;
            if !is_volatile(&default) {
                return None;
            }
            let value = said(&default).unwrap_or_else(|| "…".to_owned());
            format!(
                "write `ALTER TABLE {table} ADD COLUMN {name} {kind}`, then `ALTER TABLE {table} ALTER COLUMN {name} SET \
                 DEFAULT {value}`, which is for new rows only, and fill the old ones in batches"
            )
        }
        Constraint::GeneratedConstraint(generated) => match generated.generated_as()? {
            GeneratedAs::GeneratedIdentity(_) => format!(
                "add `{name}` without `GENERATED`, fill it in batches, and then make it one with `ALTER COLUMN {name} ADD \
                 GENERATED … AS IDENTITY`"
            ),
            GeneratedAs::GeneratedStored(stored) => {
                if !matches!(stored.generated_kind(), Some(GeneratedKind::Stored(_))) {
                    return None;
                }
                format!("add `{name}` as a plain column, keep it up to date with a trigger, and fill it in batches")
            }
        },
        _ => return None,
    };
    Some(Remark {
        rule: &linted::VOLATILE_DEFAULT,
        message: format!("`{table}` is written anew to give each row its `{name}`, and everybody waits for it"),
        help,
    })
}

/// A constraint that builds an index.
fn indexed(table: &str, action: &AlterTableAction, constraint: &Constraint, setting: Setting) -> Remark {
    let (rule, what, key, suffix) = match constraint {
        Constraint::PrimaryKeyConstraint(_) => (&linted::PRIMARY_KEY, "the primary key", "PRIMARY KEY", "pkey"),
        _ => (&linted::UNIQUE_CONSTRAINT, "this constraint", "UNIQUE", "key"),
    };
    let columns = match action {
        AlterTableAction::AddColumn(column) => column.column_name().and_then(|name| said(&name)),
        _ => columns(constraint),
    };
    let columns = columns.unwrap_or_else(|| "…".to_owned());
    let distinct = if says(constraint, "NULLS NOT DISTINCT") { " NULLS NOT DISTINCT" } else { "" };
    let name = constraint.constraint_name().and_then(|name| said(&name)).unwrap_or_else(|| match suffix {
        "pkey" => made_up(table, "", suffix).replacen("__", "_", 1),
        _ => made_up(table, &columns, suffix),
    });
    let first = match action {
        AlterTableAction::AddColumn(_) => "add the column without it, then write",
        _ => "write",
    };
    Remark {
        rule,
        message: format!("nobody can read or write `{table}` until the index of {what} is built"),
        help: format!(
            "{first} `CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns}){distinct}`{}, and then `ALTER TABLE {table} ADD \
             CONSTRAINT {name} {key} USING INDEX {name}`",
            setting.elsewhere()
        ),
    }
}

fn says(constraint: &Constraint, words: &str) -> bool {
    said(constraint).is_some_and(|text| text.to_ascii_uppercase().contains(words))
}

fn is_unenforced(mut options: impl Iterator<Item = ConstraintOption>) -> bool {
    options.any(|option| matches!(option, ConstraintOption::NotEnforced(_)))
}
