//! Columns that stand under one another, in a terminal that may show colour.

use unicode_width::UnicodeWidthStr;

use super::style::{HEAD, painted};

/// A row of cells, or a line that stands over the next ones.
#[derive(Debug)]
pub(in crate::cli) enum Row {
    Cells(Vec<String>),
    Line(String),
}

/// Rows under the names of their columns; a column in which nothing stands is left out.
pub(in crate::cli) fn table(names: &[&str], rows: Vec<Row>) -> String {
    let mut widths = vec![0; names.len()];
    for row in &rows {
        if let Row::Cells(cells) = row {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(width_of(cell));
            }
        }
    }
    let widths: Vec<usize> =
        (names.iter().zip(widths)).map(|(name, width)| if width == 0 { 0 } else { width.max(name.width()) }).collect();
    let head = Row::Cells(names.iter().map(|name| painted(HEAD, name)).collect());
    let lines = std::iter::once(head).chain(rows).map(|row| match row {
        Row::Line(line) => line,
        Row::Cells(cells) => {
            let cells = cells.into_iter().zip(&widths).filter(|(_, width)| **width > 0);
            let padded = cells.map(|(cell, width)| {
                let blanks = width.saturating_sub(width_of(&cell));
                format!("{cell}{}", " ".repeat(blanks))
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a cell takes on the screen: colour takes nothing.
fn width_of(cell: &str) -> usize {
    anstream::adapter::strip_str(cell).to_string().width()
}

#[cfg(test)]
mod tests {
    use super::super::style::GOOD;
    use super::*;

    #[test]
    fn columns_stand_under_one_another() {
        let cells = |cells: [&str; 3]| Row::Cells(cells.map(str::to_owned).into());
        let rows = vec![
            Row::Line("folder".to_owned()),
            cells(["1_ä", "", &painted(GOOD, "applied")]),
            cells(["22_語", "", "x"]),
        ];
        let shown = anstream::adapter::strip_str(&table(&["id", "empty", "state"], rows)).to_string();
        assert_eq!(shown, "id     state\nfolder\n1_ä    applied\n22_語  x");
    }
}
