//! Many rows of a table in one: each that SQLite's driver hands over wakes another thread, and each of their values is
//! allocated under a lock that both threads want.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use crate::Result;
use crate::value::{Cell, Column, Row};

/// So many come in one; together they may have as many bytes as a text may in SQLite, a billion unless the application has
/// lowered that.
const TOGETHER: u32 = 32;

/// Reads expressions; rows come together whose numbers are neighbours.
pub(super) fn packed(columns: &[(&str, String)], number: &str, from: &str) -> String {
    let form = vec!["%Q"; columns.len()].join(",");
    let values = columns.iter().map(|(_, expression)| expression.as_str()).collect::<Vec<_>>().join(", ");
    format!(
        "SELECT group_concat(printf('{form}', {values}) || char(10), '') FROM {from} GROUP BY {number} / {TOGETHER}"
    )
}

/// The rows of what that has read.
///
/// # Errors
/// It is something else, or what is to be a number is none.
pub(super) fn unpacked(columns: &Arc<[Column]>, rows: &[Row]) -> Result<Vec<Row>> {
    let mut unpacked = Vec::new();
    for row in rows {
        let text: String = row.get(0)?;
        let mut text = text.chars().peekable();
        while text.peek().is_some() {
            let mut cells = Vec::with_capacity(columns.len());
            for (place, column) in columns.iter().enumerate() {
                let behind = if place + 1 < columns.len() { ',' } else { '\n' };
                let value = value(&mut text).filter(|_| text.next() == Some(behind));
                let value =
                    value.ok_or_else(|| format!("the column `{}` was not told as it was asked for", column.name()))?;
                cells.push(cell(column, value)?);
            }
            unpacked.push(Row::new(Arc::clone(columns), cells));
        }
    }
    Ok(unpacked)
}

/// A value as `%Q` writes it; Some(None) is NULL.
fn value(text: &mut Peekable<Chars<'_>>) -> Option<Option<String>> {
    let quote = |c: &char| *c == '\'';
    if text.next_if(quote).is_none() {
        return "NULL".chars().all(|c| text.next() == Some(c)).then_some(None);
    }
    let mut value = String::new();
    loop {
        match text.next()? {
            '\'' if text.next_if(quote).is_none() => return Some(Some(value)),
            c => value.push(c),
        }
    }
}

fn cell(column: &Column, value: Option<String>) -> Result<Cell> {
    let Some(value) = value else { return Ok(Cell::Null) };
    if column.type_name() != "INTEGER" {
        return Ok(Cell::Text(value));
    }
    let number = value.parse().map_err(|_| format!("the column `{}` has `{value}`, no integer", column.name()))?;
    Ok(Cell::Int(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(text: &str) -> Result<Vec<Row>> {
        let columns = Arc::from([Column::new("name", "TEXT"), Column::new("seq", "INTEGER")]);
        let packed = Arc::from([Column::new("packed", "TEXT")]);
        unpacked(&columns, &[Row::new(packed, vec![Cell::Text(text.to_owned())])])
    }

    #[test]
    fn what_was_packed_is_as_it_was() {
        let rows = unpack("'it''s\n''','1'\nNULL,'-2'\n'NULL','3'\n'',NULL\n").unwrap();
        let names: Vec<Option<String>> = rows.iter().map(|row| row.get("name").unwrap()).collect();
        assert_eq!(names, [Some("it's\n'".to_owned()), None, Some("NULL".to_owned()), Some(String::new())]);
        let numbers: Vec<Option<i64>> = rows.iter().map(|row| row.get("seq").unwrap()).collect();
        assert_eq!(numbers, [Some(1), Some(-2), Some(3), None]);
        assert!(unpack("").unwrap().is_empty());
    }

    #[test]
    fn what_was_not_is_refused() {
        let others =
            ["x", "'a", "'a'", "'a',", "'a','1'", "'a';'1'\n", "'a'\n'1'\n", "'a','1',", "NULLE,'1'\n", "'a','1'\n'b'"];
        for text in others {
            assert!(unpack(text).is_err(), "{text}");
        }
        let error = unpack("'a','1.5'\n").unwrap_err().to_string();
        assert_eq!(error, "the column `seq` has `1.5`, no integer");
    }
}
