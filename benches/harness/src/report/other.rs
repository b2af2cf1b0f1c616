use super::table::{Table, number, whole};
use crate::{instructions, scale};

pub(super) fn instructions(figures: &[instructions::Figure]) -> String {
    if figures.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["nothing pending, SQLite", "applied", "instructions, first run", "again"]);
    for figure in figures {
        let instructions::Figure { contestant, count, first, again } = figure;
        table.row(&[contestant.clone(), whole(*count as u64), whole(*first), whole(*again)]);
    }
    format!("## Instructions\n\n{}", table.text())
}

pub(super) fn scale(figures: &[scale::Figure]) -> String {
    if figures.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["at scale", "", "ms", "memory, MB", "largest migration, MB", "memory to it"]);
    for figure in figures {
        let scale::Figure { database, story, largest, milliseconds, memory } = figure;
        let (memory, largest) = (*memory as f64 * 1024.0 / 1e6, *largest as f64 / 1e6);
        let ratio = if largest >= 1.0 { number(memory / largest) } else { "–".to_owned() };
        let shown = if largest >= 1.0 { number(largest) } else { "–".to_owned() };
        table.row(&[database.clone(), story.clone(), number(*milliseconds), number(memory), shown, ratio]);
    }
    format!("## At scale\n\n{}", table.text())
}
