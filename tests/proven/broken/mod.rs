//! Broken files: what the checks say of each, beside what the servers say.
//!
//! What the servers said is recorded in `verdicts/`, with what the checks said, mutant for mutant: `docs/proven.md` is made
//! of that. Tests ask the checks anew about a part of the mutants, and the servers about fewer; `cargo xtask prove --broken`
//! asks about all of them and records it.

mod ask;
mod record;
mod table;
mod tests;

use uno_migrate::Dialect;
use uno_migrate_core::{Found, Options, Problem, Severity, load};

use crate::mutate::{Base, Change, Class, Mutant, Sections, Shelf, Sort};
use crate::oracle::Question;
use crate::set::MigrationSet;
use crate::{checked, corpus, generate};

/// Mutants of each class for each database, where there are so many.
const MUTANTS: usize = 1000;

/// Generated sets of three files, beside the files that are written by hand.
const SETS: u64 = 340;

/// Of those written by hand: what is no statement for a server, what is about the whole server, and what is long.
const SPARED: [&str; 8] =
    ["odd_headers", "semicolons", "delimiter", "roles", "users", "schemas", "long_line", "many_statements"];

/// What the checks said of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    /// It cannot be read, or is no migration.
    Structure,
    Grammar,
    /// Another rule of the level of errors.
    Rule,
    /// Nothing, but what the features `lint` and `check-sqlite` add does.
    Patience,
}

/// What is broken.
fn shelf(dialect: Dialect) -> Shelf {
    let by_hand = corpus::set(dialect);
    let by_hand = corpus::each_alone(&by_hand).filter(|set| SPARED.iter().all(|part| !set.name.contains(part)));
    let generated = (1..=SETS).map(|seed| generate::short_set(dialect, seed));
    Shelf::new(dialect, by_hand.chain(generated).filter(|set| !is_dangerous(set)).collect())
}

/// MariaDB 10.11 falls over `CREATE TABLE a (id INT DEFAULT (NEXT VALUE FOR s)) SELECT NEXTVAL(s)`, which is what two statements
/// are when the `;` between them is gone.
fn is_dangerous(set: &MigrationSet) -> bool {
    let has = |text: &str| text.to_lowercase().contains("nextval(");
    set.dialects == [Dialect::MySql] && set.files.iter().any(|(_, text)| has(text))
}

/// Asks the checks, as `embed_migrations!` does.
fn check(shelf: &Shelf, class: &Class, mutant: &Mutant) -> Said {
    let errors = errors(shelf, class, mutant, false);
    let is = |id: &str| errors.iter().any(|problem| problem.rule.is_some_and(|rule| rule.id == id));
    match errors.is_empty() {
        true if shelf.dialect != Dialect::MySql && !self::errors(shelf, class, mutant, true).is_empty() => {
            Said::Patience
        }
        true => Said::Nothing,
        false if errors.iter().any(|problem| problem.rule.is_none()) => Said::Structure,
        false if is("grammar") => Said::Grammar,
        false => Said::Rule,
    }
}

fn errors(shelf: &Shelf, class: &Class, mutant: &Mutant, all_judges: bool) -> Vec<Problem> {
    let base = &shelf.bases[mutant.base];
    let mut options = checked::options(&[shelf.dialect]);
    // The files beside it matter where they are what is broken.
    let files = match class.sort {
        _ if all_judges => {
            options = checked::by_all_judges(options);
            shelf.files(base, &mutant.change)
        }
        Sort::Set | Sort::Sense => shelf.files(base, &mutant.change),
        Sort::Grammar | Sort::Structure => {
            options = Options { open: true, ..options };
            vec![(base.name.clone(), mutant.change.text(&base.text))]
        }
    };
    let problems = load(Found::texts(files), Vec::new(), &options).err().unwrap_or_default();
    problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

/// What the server is asked about a mutant; none where it would see nothing.
fn question(shelf: &Shelf, class: &Class, mutant: &Mutant) -> Option<Question> {
    let base = &shelf.bases[mutant.base];
    let sections = mutant.change.sections(base).filter(|_| class.is_seen)?;
    let mut before = if mutant.change.name.is_some() { Vec::new() } else { earlier(shelf, base) };
    let beside = mutant.change.beside.iter().filter_map(|(name, text)| Base::of_file(shelf.dialect, name, text));
    before.extend(beside.filter_map(|other| Change::default().sections(&other)));
    Some(Question { before, sections })
}

/// What stands before a file in its set.
fn earlier(shelf: &Shelf, base: &Base) -> Vec<Sections> {
    let others = shelf.bases.iter().filter(|other| other.set == base.set && other.file < base.file);
    others.filter_map(|other| Change::default().sections(other)).collect()
}
