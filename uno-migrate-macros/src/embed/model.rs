//! The set that is embedded, as the expansion writes it down.

use uno_migrate_core::{
    Coded, Entry, Found, Index, IndexEntry, Loaded, Options, Origin, Problem, Problems, SourceFile, Unresolved, id_key,
    load,
};

use super::place::module_path;
use super::validate::Request;
use super::{coded, sum};
use crate::site::{Site, SumWish};

/// What `embed_migrations!` writes down.
#[derive(Default)]
pub(crate) struct Model {
    /// The encoded [`Index`].
    pub(crate) index: Vec<u8>,
    /// Each id by its key: the key in eight bytes, the offset in the index in four, little endian, and the length in one.
    pub(crate) ids: Vec<u8>,
    /// The texts of the index, in order.
    pub(crate) texts: Vec<Text>,
    /// Every `.rs` file, also one that is not in the index for a mistake: the compiler is to say what is wrong.
    pub(crate) modules: Vec<Module>,
    /// The Rust migrations of the index, in order.
    pub(crate) coded: Vec<Item>,
    /// Dependencies on migrations that are not in the directory.
    pub(crate) unresolved: Vec<Unresolved>,
    /// Where `uno.sum` is, if there is one.
    pub(crate) sum: Option<String>,
}

/// A `.sql` file.
pub(crate) struct Text {
    pub(crate) path: String,
    /// The text, where it is not what the file's bytes say.
    pub(crate) normalised: Option<String>,
}

/// A `.rs` file.
pub(crate) struct Module {
    pub(crate) name: String,
    pub(crate) path: String,
}

/// The item that carries `#[migration]`, and which of the modules it is in.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) module: usize,
    pub(crate) name: String,
    /// The file as it is shown.
    pub(crate) shown: String,
}

/// Reads and proves the directories. Where there are errors, the model has what is compiled none the less.
pub(crate) fn read(request: &Request, site: &Site) -> (Model, Problems) {
    let mut found = Found::read(&request.roots);
    let mut model = Model::default();
    let (coded, items) = coded_files(&mut found, request, site, &mut model.modules);
    let texts = texts(&mut found);
    let ids: Vec<_> = coded.iter().map(|coded| (coded.info.id.clone(), coded.checksum.clone())).collect();
    model.sum = found.sum.as_ref().and_then(|file| file.path.to_str()).map(str::to_owned);
    let has_sum = found.sum.is_some();
    match load(found, coded, &request.options) {
        Ok(Loaded { entries, unresolved, warnings: mut problems, sum }) => {
            if let (SumWish::Write, true, Some(sum)) = (&site.sum, has_sum, &sum) {
                problems.extend(sum::write(request, sum).err());
            }
            model.unresolved = unresolved;
            model.coded = entries.iter().filter_map(|entry| coded_entry(entry).map(|at| items[at].clone())).collect();
            let entries = entries.into_iter().map(|entry| match entry {
                Entry::Sql(migration) => IndexEntry::Sql(migration),
                Entry::Coded(at) => {
                    let (id, checksum) = ids[at].clone();
                    IndexEntry::Coded { id, path: items[at].shown.clone(), checksum }
                }
            });
            let Options { dialects, checks, missing_down, .. } = &request.options;
            let mut index = Index {
                entries: entries.collect(),
                dialects: dialects.clone(),
                levels: checks.as_ref().map(|checks| checks.levels.clone()).unwrap_or_default(),
                missing_down: *missing_down,
                proven: Vec::new(),
            };
            if let Some(sum) = &sum {
                index.remember(sum);
            }
            model.texts = in_order(texts, &index);
            (model.with_index(&index), problems)
        }
        Err(problems) => {
            model.coded = items;
            (model.with_index(&Index::default()), problems)
        }
    }
}

fn coded_entry(entry: &Entry) -> Option<usize> {
    match entry {
        Entry::Coded(at) => Some(*at),
        Entry::Sql(_) => None,
    }
}

/// What the graph knows of each `.rs` file, and where its item is.
fn coded_files(
    found: &mut Found,
    request: &Request,
    site: &Site,
    modules: &mut Vec<Module>,
) -> (Vec<Coded>, Vec<Item>) {
    let (mut coded, mut items) = (Vec::new(), Vec::new());
    for file in &found.rust {
        let Some(path) = module_path(site, &file.path) else {
            found.problems.push(not_unicode(file));
            continue;
        };
        let module = modules.len();
        modules.push(Module { name: format!("m{}", file.name.id.as_str().replace('-', "_")), path });
        let reading = coded::read(file, &request.options);
        found.problems.extend(reading.problems);
        if let Some((name, reading)) = reading.migration {
            items.push(Item { module, name, shown: file.shown.clone() });
            coded.push(reading);
        }
    }
    make_distinct(modules);
    (coded, items)
}

/// `1_a-b` and `1_a_b` are two ids, but would be one name.
fn make_distinct(modules: &mut [Module]) {
    for at in 1..modules.len() {
        let (before, rest) = modules.split_at_mut(at);
        if before.iter().any(|other| other.name == rest[0].name) {
            rest[0].name = format!("{}_{at}", rest[0].name);
        }
    }
}

/// The `.sql` files, each with the path that the index knows it by, in the order of these paths.
fn texts(found: &mut Found) -> Vec<(String, Option<Text>)> {
    let mut texts = Vec::with_capacity(found.sql.len());
    for file in &found.sql {
        let Some(path) = file.path.to_str() else {
            found.problems.push(not_unicode(file));
            continue;
        };
        let normalised = file.normalised.then(|| file.text.to_string());
        texts.push((file.shown.clone(), Some(Text { path: path.to_owned(), normalised })));
    }
    texts
}

fn not_unicode(file: &SourceFile) -> Problem {
    let problem = Problem::at(Origin::file(file.shown.as_str()), "the path of the file is not Unicode");
    problem.with_help("rename the folders that it stands in")
}

fn in_order(mut texts: Vec<(String, Option<Text>)>, index: &Index) -> Vec<Text> {
    let files = index.entries.iter().flat_map(|entry| match entry {
        IndexEntry::Sql(migration) => migration.files.as_slice(),
        IndexEntry::Coded { .. } => &[],
    });
    let mut next = 0;
    let in_order = files.filter_map(|file| {
        // Most often it is the one behind the last.
        if texts.get(next).is_none_or(|(path, _)| *path != file.path) {
            next = texts.binary_search_by(|(path, _)| path.cmp(&file.path)).ok()?;
        }
        next += 1;
        texts[next - 1].1.take()
    });
    in_order.collect()
}

impl Model {
    fn with_index(mut self, index: &Index) -> Self {
        let (bytes, starts) = index.encode().unwrap_or_default();
        self.ids = places_of_ids(index, &bytes, &starts);
        self.index = bytes;
        self
    }
}

/// Each id in the encoded index: it is the first text of its entry.
fn places_of_ids(index: &Index, encoded: &[u8], starts: &[usize]) -> Vec<u8> {
    let mut places: Vec<_> = index
        .entries
        .iter()
        .zip(starts)
        .map(|(entry, &start)| {
            let id = match entry {
                IndexEntry::Sql(migration) => migration.info.id.as_str(),
                IndexEntry::Coded { id, .. } => id.as_str(),
            };
            let entry = &encoded[start..];
            let at = start + entry.windows(id.len()).position(|window| window == id.as_bytes()).unwrap_or_default();
            (id_key(id), u32::try_from(at).unwrap_or_default(), u8::try_from(id.len()).unwrap_or_default())
        })
        .collect();
    places.sort_unstable();
    let mut bytes = Vec::with_capacity(places.len() * 13);
    for (key, offset, length) in places {
        bytes.extend(key.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        bytes.push(length);
    }
    bytes
}
