//! What only the compiler sees together: ids and dependencies across the directory, `rust = […]` and `include = […]`.
//!
//! The expansion of `embed_migrations!` evaluates [`prove`] while the application compiles. It hashes ids and sorts the
//! hashes, so that ten thousand migrations stay far below the compiler's limit for long evaluations.

use crate::migrations::Embedded;

/// A dependency of a file in the directory on a migration that is not there.
pub struct Wanted {
    /// The migration that has it.
    pub id: &'static str,
    /// `ID` or `namespace:ID`
    pub on: &'static str,
    /// Where that is written.
    pub place: &'static str,
}

/// A migration that others may depend on.
#[derive(Clone, Copy)]
struct Entry {
    namespace: &'static str,
    id: &'static str,
    /// The set that it is in: one that is reached in two ways is there once.
    set: u64,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    Directory,
    Code { file: &'static str, line: u32 },
    Included(&'static str),
}

/// An entry's hash and its index, to be sorted.
type Slot = (u64, usize);

/// How many migrations there are, those of included sets as well.
pub const fn count(set: &Embedded) -> usize {
    let mut sum = set.ids.len() / ID_BYTES + set.listed.len();
    let mut at = 0;
    while at < set.include.len() {
        sum += count(set.include[at].parts());
        at += 1;
    }
    sum
}

/// Fails the build where an id is there twice or a dependency leads nowhere. `N` is the [`count`]; `include` says how the
/// included sets are called.
///
/// # Panics
/// That is how constant evaluation fails a build; no binary contains a call.
#[track_caller]
#[expect(clippy::panic, reason = "evaluated while compiling, where it is an error message")]
pub const fn prove<const N: usize>(set: &Embedded, wanted: &[Wanted], include: &[&'static str]) {
    let none = Entry { namespace: "", id: "", set: 0, place: Place::Directory };
    let mut entries = [none; N];
    let mut faults = Faults::new();
    collect(set, own_namespace(set, ""), None, include, &mut entries, 0);

    let mut slots = [(0, 0); N];
    let mut at = 0;
    while at < N {
        slots[at] = (hash(entries[at].namespace, entries[at].id), at);
        at += 1;
    }
    let slots = sorted(slots);
    report_duplicates(&entries, &slots, &mut faults);
    report_unknown(set, wanted, &entries, &slots, &mut faults);
    if faults.count > 0 {
        faults.push("\nhelp: the set is its directory, `rust = […]` and `include = […]`; an id of another namespace is written `namespace:id`");
        panic!("{}", faults.text());
    }
}

const fn own_namespace(set: &Embedded, outer: &'static str) -> &'static str {
    match set.namespace {
        Some(namespace) => namespace,
        None => outer,
    }
}

/// An id's place in the index: an offset of four bytes, and a length of one.
const ID_BYTES: usize = 5;

/// Writes a set's migrations into `entries` from `at` on; the index after the last one.
const fn collect<const N: usize>(
    set: &Embedded,
    namespace: &'static str,
    name: Option<&'static str>,
    include: &[&'static str],
    entries: &mut [Entry; N],
    mut at: usize,
) -> usize {
    let place = match name {
        Some(name) => Place::Included(name),
        None => Place::Directory,
    };
    let mut places = set.ids;
    while let Some((&[a, b, c, d, length], rest)) = places.split_first_chunk::<ID_BYTES>() {
        let (_, from) = set.index.split_at(u32::from_le_bytes([a, b, c, d]) as usize);
        let (id, _) = from.split_at(length as usize);
        entries[at] = Entry { namespace, id: as_str(id), set: set.identity, place };
        places = rest;
        at += 1;
    }
    let mut listed = 0;
    while listed < set.listed.len() {
        let definition = set.listed[listed];
        let place = match name {
            Some(name) => Place::Included(name),
            None => Place::Code { file: definition.file, line: definition.line },
        };
        if let Some(id) = definition.id {
            entries[at] = Entry { namespace, id, set: set.identity, place };
        }
        listed += 1;
        at += 1;
    }
    let mut included = 0;
    while included < set.include.len() {
        let inner = set.include[included].parts();
        let name = match name {
            Some(name) => name,
            None => include[included],
        };
        at = collect(inner, own_namespace(inner, namespace), Some(name), include, entries, at);
        included += 1;
    }
    at
}

const fn report_duplicates<const N: usize>(entries: &[Entry; N], slots: &[Slot; N], faults: &mut Faults) {
    let mut at = 1;
    while at < N {
        let (first, second) = (&entries[slots[at - 1].1], &entries[slots[at].1]);
        let is_same = slots[at - 1].0 == slots[at].0 && is_called(first, second.namespace, second.id);
        let is_shared = first.set == second.set && matches!((first.place, second.place), (Place::Included(_), _));
        if is_same && !is_shared && !second.id.is_empty() {
            faults.begin("there are two migrations `");
            faults.push(second.id);
            faults.push("` (one in ");
            faults.place(first.place);
            faults.push(", one in ");
            faults.place(second.place);
            faults.push(")");
        }
        at += 1;
    }
}

/// Included sets are complete in themselves, so that only the set's own migrations are looked at.
const fn report_unknown<const N: usize>(
    set: &Embedded,
    wanted: &[Wanted],
    entries: &[Entry; N],
    slots: &[Slot; N],
    faults: &mut Faults,
) {
    let namespace = own_namespace(set, "");
    let mut at = 0;
    while at < wanted.len() {
        let Wanted { id, on, place } = &wanted[at];
        if !is_known(namespace, on, entries, slots) {
            faults.unknown(id, on);
            faults.push(place);
            faults.push(")");
        }
        at += 1;
    }
    at = 0;
    while at < set.listed.len() {
        let definition = set.listed[at];
        let id = match definition.id {
            Some(id) => id,
            None => {
                faults.begin("a migration in `rust = […]` has no id: write `#[migration(id = \"…\")]` in ");
                faults.line(definition.file, definition.line);
                ""
            }
        };
        let mut depends = 0;
        while depends < definition.depends.len() {
            if !is_known(namespace, definition.depends[depends], entries, slots) {
                faults.unknown(id, definition.depends[depends]);
                faults.line(definition.file, definition.line);
                faults.push(")");
            }
            depends += 1;
        }
        at += 1;
    }
}

const fn is_known<const N: usize>(own: &str, on: &str, entries: &[Entry; N], slots: &[Slot; N]) -> bool {
    let (namespace, id) = parts(own, on);
    let hash = hash(namespace, id);
    let (mut low, mut high) = (0, N);
    while low < high {
        let middle = usize::midpoint(low, high);
        if slots[middle].0 < hash {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while low < N && slots[low].0 == hash {
        if is_called(&entries[slots[low].1], namespace, id) {
            return true;
        }
        low += 1;
    }
    false
}

/// `namespace:ID`, or an ID of the own namespace.
const fn parts<'a>(own: &'a str, on: &'a str) -> (&'a str, &'a str) {
    let mut at = on.len();
    while at > 0 {
        at -= 1;
        if on.as_bytes()[at] == b':' {
            let (namespace, id) = on.split_at(at);
            let (_, id) = id.split_at(1);
            return (namespace.trim_ascii(), id.trim_ascii());
        }
    }
    (own, on.trim_ascii())
}

const fn is_called(entry: &Entry, namespace: &str, id: &str) -> bool {
    is_equal(entry.id.as_bytes(), id.as_bytes()) && is_equal(entry.namespace.as_bytes(), namespace.as_bytes())
}

const fn is_equal(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

const fn as_str(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

const fn hash(namespace: &str, id: &str) -> u64 {
    mixed(mixed(0, namespace.as_bytes()), id.as_bytes())
}

/// Eight bytes at a time: every step costs the compiler time.
const fn mixed(mut hash: u64, mut bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    hash = (hash.rotate_left(5) ^ bytes.len() as u64).wrapping_mul(FACTOR);
    while let Some((&word, rest)) = bytes.split_first_chunk::<8>() {
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        bytes = rest;
    }
    while let Some((&byte, rest)) = bytes.split_first() {
        hash = (hash.rotate_left(5) ^ byte as u64).wrapping_mul(FACTOR);
        bytes = rest;
    }
    hash
}

/// Merge sort by hash, from runs of one upwards.
const fn sorted<const N: usize>(mut from: [Slot; N]) -> [Slot; N] {
    let mut width = 1;
    while width < N {
        let mut to = from;
        let mut start = 0;
        while start < N {
            merge(&from, &mut to, start, least(start + width, N), least(start + 2 * width, N));
            start += 2 * width;
        }
        from = to;
        width *= 2;
    }
    from
}

const fn merge<const N: usize>(from: &[Slot; N], to: &mut [Slot; N], start: usize, middle: usize, end: usize) {
    let (mut left, mut right, mut at) = (start, middle, start);
    while at < end {
        if left < middle && (right >= end || from[left].0 <= from[right].0) {
            to[at] = from[left];
            left += 1;
        } else {
            to[at] = from[right];
            right += 1;
        }
        at += 1;
    }
}

const fn least(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// The text of the error, as much of it as fits.
struct Faults {
    bytes: [u8; Self::CAPACITY],
    length: usize,
    count: usize,
}

impl Faults {
    const CAPACITY: usize = 8192;

    const fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], length: 0, count: 0 }
    }

    const fn begin(&mut self, text: &str) {
        if self.count > 0 {
            self.push("\n");
        }
        self.count += 1;
        self.push(text);
    }

    const fn unknown(&mut self, id: &str, on: &str) {
        self.begin("migration `");
        self.push(id);
        self.push("` depends on `");
        self.push(on);
        self.push("`, which does not exist (");
    }

    const fn place(&mut self, place: Place) {
        match place {
            Place::Directory => self.push("the directory"),
            Place::Code { file, line } => self.line(file, line),
            Place::Included(name) => {
                self.push("`");
                self.push(name);
                self.push("`");
            }
        }
    }

    const fn line(&mut self, file: &str, line: u32) {
        self.push(file);
        self.push(":");
        self.number(line);
    }

    const fn number(&mut self, number: u32) {
        if number > 9 {
            self.number(number / 10);
        }
        self.push(as_str(&[b'0' + (number % 10) as u8]));
    }

    /// A text that does not fit is left out whole, so that what is there stays UTF-8.
    const fn push(&mut self, text: &str) {
        if self.length + text.len() > Self::CAPACITY {
            return;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length] = text.as_bytes()[at];
            self.length += 1;
            at += 1;
        }
    }

    const fn text(&self) -> &str {
        as_str(self.bytes.split_at(self.length).0)
    }
}
