//! From the files of one migration to its sections, as each dialect reads them.

use crate::check::{Checks, Inspector, Memory, Permits};
use crate::directive::Key;
use crate::header::{Header, Place};
use crate::marker::Half;
use crate::split::{DownPart, Finding, Split, split};
use crate::sum::Proofs;
use crate::{
    Checksum, Dependency, Dialect, Down, Hooks, Info, MigrationId, Origin, Problem, Script, ScriptFile, Section,
    Severity, SourceFile, Span, SqlMigration,
};

/// The files of one migration: one, or variants for dialects.
pub(crate) type Variants = Vec<SourceFile>;

/// A migration and where it says what the graph and the hooks are checked against.
pub(crate) struct Proven {
    pub(crate) migration: SqlMigration,
    /// What each of its files is excused from.
    pub(crate) permits: Vec<Permits>,
    pub(crate) depends_at: Vec<Origin>,
    pub(crate) hooks_at: Vec<Origin>,
}

/// What decides how files are read.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    pub(crate) dialects: &'a [Dialect],
    pub(crate) missing_down: bool,
    pub(crate) checks: Option<&'a Checks>,
    pub(crate) proofs: &'a Proofs<'a>,
    pub(crate) memory: &'a Memory,
}

/// One dialect's reading of one file.
struct Reading<'f> {
    header: Header<'f>,
    sections: Option<Sections>,
}

struct Sections {
    up: Section,
    down: Down,
    checksum: Checksum,
}

impl SourceFile {
    pub(crate) fn at(&self, span: Span) -> Origin {
        Origin::in_sql(self.shown.as_str(), &self.text, span)
    }

    pub(crate) fn problem(&self, finding: Finding) -> Problem {
        Problem { help: finding.help, ..Problem::at(self.at(finding.span), finding.message) }
    }
}

/// Reads all files of a migration for all dialects; whatever is wrong is added to the problems.
pub(crate) fn prove(id: &MigrationId, variants: &Variants, rules: Rules<'_>, problems: &mut Vec<Problem>) -> Proven {
    let inspector = Inspector::new(id, rules.checks, rules.memory);
    let (mut headers, mut permits) = (Vec::with_capacity(variants.len()), Vec::with_capacity(variants.len()));
    let mut scripts = Vec::new();
    for (number, file) in variants.iter().enumerate() {
        // A variant is proven for its dialect even where that one is not wanted: what it says in its header counts for all.
        let dialects = match file.name.dialect {
            Some(dialect) => vec![dialect],
            None => rules.dialects.iter().copied().filter(|&dialect| !has_variant(variants, dialect)).collect(),
        };
        let mut excused = Permits::default();
        rules.proofs.spare_file(id, file, &dialects, &mut excused);
        let readings = read_for_all(file, &dialects, rules, inspector, &mut excused, problems);
        permits.push(excused);
        for (&dialect, reading) in dialects.iter().zip(&readings) {
            if let Some(Sections { up, down, checksum }) = &reading.sections
                && rules.dialects.contains(&dialect)
            {
                let (up, down, checksum) = (up.clone(), down.clone(), *checksum);
                scripts.push(Script { dialect, file: number, up, down, checksum });
            }
        }
        headers.extend(readings.into_iter().next().map(|reading| reading.header).or_else(|| {
            // A fallback that every dialect has a variant for still describes the migration.
            let header = split(Dialect::ALL[0], &file.text).header;
            Some(Header::read(file, &header, Place::Top, problems))
        }));
    }
    report_missing_dialects(id, variants, rules, problems);
    let (info, depends_at, hooks_at) = describe(id, &headers, problems);
    Proven { migration: assemble(info, variants, scripts), permits, depends_at, hooks_at }
}

fn has_variant(variants: &Variants, dialect: Dialect) -> bool {
    variants.iter().any(|file| file.name.dialect == Some(dialect))
}

/// Keeps the files that some dialect runs, by path, and scripts by dialect.
fn assemble(info: Info, variants: &Variants, mut scripts: Vec<Script>) -> SqlMigration {
    let mut files = Vec::new();
    for (number, file) in variants.iter().enumerate() {
        let mut users = scripts.iter_mut().filter(|script| script.file == number).peekable();
        if users.peek().is_some() {
            users.for_each(|script| script.file = files.len());
            files.push(ScriptFile { path: file.shown.clone(), text: file.text.clone() });
        }
    }
    scripts.sort_by_key(|script| script.dialect);
    SqlMigration { info, files, scripts }
}

/// What several dialects find wrong is said once; what only some find wrong is said with the way out.
fn read_for_all<'f>(
    file: &'f SourceFile,
    dialects: &[Dialect],
    rules: Rules<'_>,
    inspector: Inspector<'_>,
    permits: &mut Permits,
    problems: &mut Vec<Problem>,
) -> Vec<Reading<'f>> {
    let mut readings = Vec::with_capacity(dialects.len());
    let mut found: Vec<(Problem, Vec<Dialect>)> = Vec::new();
    for &dialect in dialects {
        let mut own = Vec::new();
        readings.push(read(file, dialect, rules, inspector, permits, &mut own));
        for problem in own {
            match found.iter_mut().find(|(known, _)| *known == problem) {
                Some((_, refusing)) => refusing.push(dialect),
                None => found.push((problem, vec![dialect])),
            }
        }
    }
    problems.extend(found.into_iter().map(|(mut problem, refusing)| {
        // What every database reads alike is about the file.
        if problem.rule.is_some() || refusing.len() < dialects.len() {
            problem.dialects = refusing.iter().copied().collect();
        }
        if refusing.len() < dialects.len() && problem.severity == Severity::Error {
            let way_out = without(rules.dialects, &refusing);
            problem.help = Some(match problem.help {
                Some(help) => format!("{help}; {way_out}"),
                None => way_out,
            });
        }
        problem
    }));
    readings
}

fn read<'f>(
    file: &'f SourceFile,
    dialect: Dialect,
    rules: Rules<'_>,
    inspector: Inspector<'_>,
    permits: &mut Permits,
    problems: &mut Vec<Problem>,
) -> Reading<'f> {
    let Split { header, up, checksum, down, findings } = split(dialect, &file.text);
    let is_split = findings.is_empty();
    problems.extend(findings.into_iter().map(|finding| file.problem(finding)));
    let header = Header::read(file, &header, Place::Top, problems);
    let down_header = down.as_ref().map(|down| Header::read(file, &down.header, Place::Down, problems));
    permits.add(Half::Up, header.allow());
    permits.add(Half::Down, down_header.as_ref().map_or(&[], Header::allow));
    // Where the text falls apart, what seems to be missing may be inside what was never closed.
    let Some(checksum) = checksum.filter(|_| is_split) else { return Reading { header, sections: None } };
    let up = header.section(up, None);
    report_up(&header, &up, down.as_ref(), problems);
    report_unchecked(&header, None, &up, problems);
    problems.extend(inspector.section(file, dialect, Half::Up, &up, permits));
    let down = match (down, down_header) {
        (Some(part), Some(down_header)) => {
            let section = down_header.section(part.statements, Some(&header));
            report_down(&header, &down_header, &section, part.marker, problems);
            if !has_unchecked(&up) {
                report_unchecked(&down_header, Some(&header), &section, problems);
            }
            problems.extend(inspector.section(file, dialect, Half::Down, &section, permits));
            Down::Section(section)
        }
        _ => match header.value(Key::Irreversible) {
            Some(reason) => Down::Irreversible(reason.to_owned()),
            None => {
                if !rules.missing_down && !header.mentions(Key::Irreversible) {
                    problems.push(no_down(file));
                }
                Down::Missing
            }
        },
    };
    Reading { header, sections: Some(Sections { up, down, checksum }) }
}

fn report_up(header: &Header<'_>, up: &Section, down: Option<&DownPart>, problems: &mut Vec<Problem>) {
    let file = header.file();
    if up.statements.is_empty() && !header.mentions(Key::Nothing) {
        let origin = down.map_or_else(|| Origin::file(file.shown.as_str()), |down| file.at(down.marker));
        let problem = Problem::at(origin, "the up section is empty");
        problems.push(problem.with_help(
            "write SQL above `-- DOWN`, or `-- Nothing: <reason>` at the top if the section is empty on purpose",
        ));
    }
    if !up.statements.is_empty()
        && let Some(origin) = header.key_at(Key::Nothing).filter(|_| up.nothing.is_some())
    {
        let problem = Problem::at(origin, "`Nothing` marks an empty section, and the up section has statements");
        problems.push(problem.with_help("delete it, or move it below `-- DOWN` if it is meant for the down section"));
    }
}

fn report_down(top: &Header<'_>, header: &Header<'_>, down: &Section, marker: Span, problems: &mut Vec<Problem>) {
    let marker = || header.file().at(marker);
    if let Some(origin) = top.key_at(Key::Irreversible) {
        let problem = Problem::at(origin, "the migration is `Irreversible` and has a down section");
        problems.push(problem.with_related("the down section begins here", marker()).with_help("delete one of them"));
        return;
    }
    if down.statements.is_empty() && !header.mentions(Key::Nothing) {
        problems.push(Problem::at(marker(), "the down section is empty").with_help(
            "write the SQL that undoes the migration below `-- DOWN`, or `-- Nothing: <reason>` if there is nothing to \
             undo; if it cannot be undone, write `-- Irreversible: <reason>` at the top and delete `-- DOWN`",
        ));
    }
    if !down.statements.is_empty()
        && let Some(origin) = header.key_at(Key::Nothing).filter(|_| down.nothing.is_some())
    {
        let problem = Problem::at(origin, "`Nothing` marks an empty section, and the down section has statements");
        problems.push(problem.with_help("delete it"));
    }
}

/// With foreign keys off, what refers to nothing is found before the transaction is committed: without one, or with
/// foreign keys left on, a table that is rebuilt would lose rows for good.
fn has_unchecked(section: &Section) -> bool {
    section.foreign_keys_off && section.no_transaction
}

fn report_unchecked(header: &Header<'_>, top: Option<&Header<'_>>, section: &Section, problems: &mut Vec<Problem>) {
    let at = |key| header.key_at(key).or_else(|| top.and_then(|top| top.key_at(key)));
    let (true, Some(keys), Some(transaction)) = (has_unchecked(section), at(Key::ForeignKeys), at(Key::Transaction))
    else {
        return;
    };
    let message = "`ForeignKeys: off` needs a transaction, and `Transaction: none` says that there is none";
    problems.push(Problem::at(keys, message).with_related("that is written here", transaction).with_help(
        "delete `Transaction: none`; a statement that cannot run in a transaction goes into a migration of its own",
    ));
}

fn no_down(file: &SourceFile) -> Problem {
    Problem::at(Origin::file(file.shown.as_str()), "there is no `-- DOWN` section").with_help(
        "add a line `-- DOWN` and below it the SQL that undoes the migration; if it cannot be undone, write \
         `-- Irreversible: <reason>` at the top",
    )
}

fn report_missing_dialects(id: &MigrationId, variants: &Variants, rules: Rules<'_>, problems: &mut Vec<Problem>) {
    if variants.iter().any(|file| file.name.dialect.is_none()) {
        return;
    }
    let missing: Vec<_> = rules.dialects.iter().copied().filter(|&dialect| !has_variant(variants, dialect)).collect();
    let (Some(first), Some(file)) = (missing.first(), variants.first()) else { return };
    let message = format!("migration `{id}` has no file for {}", quoted(&missing, " and "));
    problems.push(Problem::at(Origin::file(file.shown.as_str()), message).with_help(format!(
        "add `{id}.{first}.sql`, or `{id}.sql` for every database without a file of its own; {}",
        without(rules.dialects, &missing)
    )));
}

/// The list of dialects to write when some of them are not meant.
pub(crate) fn without(dialects: &[Dialect], refusing: &[Dialect]) -> String {
    let rest: Vec<_> =
        dialects.iter().filter(|dialect| !refusing.contains(dialect)).map(|d| format!("\"{d}\"")).collect();
    let not_for = refusing.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    match rest.is_empty() {
        true => format!("this set cannot be for {not_for}"),
        false => format!("if this set is not for {not_for}, write `dialects = [{}]`", rest.join(", ")),
    }
}

fn quoted(dialects: &[Dialect], between: &str) -> String {
    dialects.iter().map(|dialect| format!("`{dialect}`")).collect::<Vec<_>>().join(between)
}

/// One description from all headers: what several give must agree, what one gives counts for all.
fn describe(id: &MigrationId, headers: &[Header<'_>], problems: &mut Vec<Problem>) -> (Info, Vec<Origin>, Vec<Origin>) {
    let mut info = Info::new(id.clone());
    let mut agreed = |key| agreed(key, headers, problems);
    let text = |header: Option<&Header<'_>>, key| header.and_then(|header| header.value(key)).map(str::to_owned);
    if let Some(name) = text(agreed(Key::Migration), Key::Migration) {
        info.name = name;
    }
    info.description = text(agreed(Key::Description), Key::Description);
    info.version = text(agreed(Key::Version), Key::Version);
    info.breaking = text(agreed(Key::Breaking), Key::Breaking);

    let mut list = |key| -> (Vec<String>, Vec<Origin>) {
        let Some(header) = agreed(key) else { return Default::default() };
        header.list(key).map(|(item, span)| (item.to_owned(), header.file().at(span))).unzip()
    };
    let (depends, depends_at) = list(Key::Dependencies);
    info.depends = depends.iter().filter_map(|item| Dependency::parse(item).ok()).collect();
    info.tags = list(Key::Tags).0;
    let [(before_apply, mut hooks_at), after_apply, before_revert, after_revert] =
        [Key::BeforeApply, Key::AfterApply, Key::BeforeRevert, Key::AfterRevert].map(list);
    for (_, at) in [&after_apply, &before_revert, &after_revert] {
        hooks_at.extend(at.iter().cloned());
    }
    info.hooks = Hooks {
        before_apply,
        after_apply: after_apply.0,
        before_revert: before_revert.0,
        after_revert: after_revert.0,
    };
    (info, depends_at, hooks_at)
}

/// The first header that has the key; another one that says something else is a problem.
fn agreed<'h, 'f>(key: Key, headers: &'h [Header<'f>], problems: &mut Vec<Problem>) -> Option<&'h Header<'f>> {
    let mut with_key = headers.iter().filter(|header| header.value(key).is_some());
    let first = with_key.next()?;
    for other in with_key {
        let is_same = match key.is_list() {
            true => first.list(key).map(|(item, _)| item).eq(other.list(key).map(|(item, _)| item)),
            false => first.value(key) == other.value(key),
        };
        if !is_same && let (Some(here), Some(there)) = (other.value_at(key), first.value_at(key)) {
            let problem = Problem::at(here, format!("the variants of one migration give different `{}`", key.name()));
            problems.push(
                problem
                    .with_related("the other one is here", there)
                    .with_help("say the same in all of them, or say it in one only"),
            );
        }
    }
    Some(first)
}
