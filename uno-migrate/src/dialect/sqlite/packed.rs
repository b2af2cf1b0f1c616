//! Many rows of a table in one: each that SQLite's driver hands over wakes another thread, and each of their values is
//! allocated under a lock that both threads want.

use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use crate::value::{Cell, Column, Row};

/// So many come in one.
const TOGETHER: u32 = 64;

const ROW_END: char = '\n';

/// Reads expressions; rows come together whose numbers are neighbours.
pub(super) fn packed(columns: &[(&str, String)], number: &str, from: &str) -> String {
    let form = vec!["%Q"; columns.len()].join(",");
    let values = columns.iter().map(|(_, expression)| expression.as_str()).collect::<Vec<_>>().join(", ");
    format!(
        "SELECT group_concat(printf('{form}', {values}) || char(10), '') FROM {from} GROUP BY {number} / {TOGETHER}"
    )
}

/// The rows of what that has read; none where it is something else.
pub(super) fn unpacked(columns: &Arc<[Column]>, rows: &[Row]) -> Option<Vec<Row>> {
    let mut unpacked = Vec::new();
    for row in rows {
        let text: String = row.get(0).ok()?;
        let mut text = text.chars().peekable();
        while text.peek().is_some() {
            let cells = columns.iter().map(|column| cell(&mut text, column)).collect::<Option<_>>()?;
            unpacked.push(Row::new(Arc::clone(columns), cells));
        }
    }
    Some(unpacked)
}

/// A value as `%Q` writes it, and what comes behind it.
fn cell(text: &mut Peekable<Chars<'_>>, column: &Column) -> Option<Cell> {
    let quote = |c: &char| *c == '\'';
    let cell = match text.next_if(quote) {
        None => "NULL".chars().all(|c| text.next() == Some(c)).then_some(Cell::Null)?,
        Some(_) => {
            let mut value = String::new();
            loop {
                match text.next()? {
                    '\'' if text.next_if(quote).is_none() => break,
                    c => value.push(c),
                }
            }
            match value.parse() {
                Ok(number) if column.type_name() == "INTEGER" => Cell::Int(number),
                _ => Cell::Text(value),
            }
        }
    };
    matches!(text.next()?, ',' | ROW_END).then_some(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(text: &str) -> Option<Vec<Row>> {
        let columns = Arc::from([Column::new("name", "TEXT"), Column::new("seq", "INTEGER")]);
        let packed = Arc::from([Column::new("packed", "TEXT")]);
        unpacked(&columns, &[Row::new(packed, vec![Cell::Text(text.to_owned())])])
    }

    #[test]
    fn what_was_packed_is_as_it_was() {
        let rows = unpack("'it''s\n''','1'\nNULL,'-2'\n'NULL','x'\n'',NULL\n").unwrap();
        let names: Vec<Option<String>> = rows.iter().map(|row| row.get("name").unwrap()).collect();
        assert_eq!(names, [Some("it's\n'".to_owned()), None, Some("NULL".to_owned()), Some(String::new())]);
        assert_eq!(rows[0].get::<i64>("seq").unwrap(), 1);
        assert_eq!(rows[1].get::<i64>("seq").unwrap(), -2);
        assert!(rows[2].get::<i64>("seq").is_err());
        assert_eq!(rows[3].get::<Option<i64>>("seq").unwrap(), None);
        assert!(unpack("").unwrap().is_empty());
    }

    #[test]
    fn what_was_not_is_none() {
        for text in ["x", "'a", "'a'", "'a',", "'a','1'", "'a';'1'\n", "NULLE,'1'\n", "'a','1'\n'b'"] {
            assert!(unpack(text).is_none(), "{text}");
        }
    }
}
