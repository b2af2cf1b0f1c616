//! Many rows of a table in one: each that SQLite's driver hands over wakes another thread, and each of their values is
//! allocated under a lock that both threads want.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use crate::Result;
use crate::dialect::Type;
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
pub(super) fn unpacked(columns: &[(&str, Type)], rows: &[Row]) -> Result<Vec<Row>> {
    let named: Arc<[Column]> = columns.iter().map(|(name, _)| Column::new(name, "TEXT")).collect();
    let mut unpacked = Vec::new();
    for row in rows {
        let text: String = row.get(0)?;
        let mut text = text.chars().peekable();
        while text.peek().is_some() {
            let mut cells = Vec::with_capacity(columns.len());
            for (place, &(name, r#type)) in columns.iter().enumerate() {
                let behind = if place + 1 < columns.len() { ',' } else { '\n' };
                let value = value(&mut text).filter(|_| text.next() == Some(behind));
                let value = value.ok_or_else(|| format!("the column `{name}` was not told as it was asked for"))?;
                cells.push(cell(name, r#type, value)?);
            }
            unpacked.push(Row::new(Arc::clone(&named), cells));
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

fn cell(name: &str, r#type: Type, value: Option<String>) -> Result<Cell> {
    Ok(match (value, r#type) {
        (None, _) => Cell::Null,
        (Some(number), Type::Integer) => {
            Cell::Int(number.parse().map_err(|_| format!("the column `{name}` has `{number}`, no integer"))?)
        }
        (Some(text), Type::Key(_) | Type::Text | Type::Time) => Cell::Text(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(text: &str) -> Result<Vec<Row>> {
        let columns = [("name", Type::Text), ("seq", Type::Integer)];
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
