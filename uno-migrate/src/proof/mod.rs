//! What only the compiler sees together: ids and dependencies across the directory, `rust = […]` and `include = […]`.
//!
//! The expansion of `embed_migrations!` evaluates [`prove`] while the application compiles. Every set comes sorted by the
//! [keys](id_key) of its ids, so that ten thousand migrations stay far below the compiler's limit for long evaluations.

use uno_migrate_core::id_key;

use crate::migrations::Embedded;

mod faults;
mod sort;

use faults::Faults;
use sort::sorted;

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
    id: &'static [u8],
    /// The set that it is in: one that is reached in two ways is there once.
    set: u64,
    /// Where the code is that `rust = […]` lists.
    code: Option<Line>,
    place: Place,
}

#[derive(Clone, Copy)]
struct Line {
    file: &'static str,
    line: u32,
}

#[derive(Clone, Copy)]
enum Place {
    Directory,
    Included(&'static str),
}

/// The key of an id, and the number of its migration: own ones, listed ones, and then set by set the included ones.
type Slot = (u64, usize);

/// What [`Embedded::ids`] has of each migration, by key: the key, the id's offset in the index and its length.
const RECORD: usize = 13;

/// The number of a set: that of the call, and where the outermost macro around it stands, which only the compiler knows.
pub const fn identity(call: u64, place: &str) -> u64 {
    let (mut hash, mut at) = (call, 0);
    while at < place.len() {
        hash = (hash ^ place.as_bytes()[at] as u64).wrapping_mul(0x100_0000_01B3);
        at += 1;
    }
    hash
}

/// How many migrations there are, those of included sets as well.
pub const fn count(set: &Embedded) -> usize {
    let mut sum = set.ids.len() / RECORD + set.listed.len();
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
    let mut slots = [(0, 0); N];
    collect(set, &mut slots, 0);
    let all = All { set, include, slots: sorted(slots) };
    let mut faults = Faults::new();
    all.report_duplicates(&mut faults);
    all.report_unknown(wanted, &mut faults);
    if faults.count > 0 {
        faults.push("\nhelp: the set is its directory, `rust = […]` and `include = […]`; ");
        faults.push("an id of another namespace is written `namespace:id`");
        panic!("{}", faults.text());
    }
}

/// Writes the slots of a set from the index `at` on; the index after the last one.
const fn collect<const N: usize>(set: &Embedded, slots: &mut [Slot; N], mut at: usize) -> usize {
    let (ids, mut from) = (set.ids, 0);
    while from < ids.len() {
        let key = [
            ids[from],
            ids[from + 1],
            ids[from + 2],
            ids[from + 3],
            ids[from + 4],
            ids[from + 5],
            ids[from + 6],
            ids[from + 7],
        ];
        slots[at] = (u64::from_le_bytes(key), at);
        from += RECORD;
        at += 1;
    }
    let mut listed = 0;
    while listed < set.listed.len() {
        let id = match set.listed[listed].id {
            Some(id) => id,
            None => "",
        };
        slots[at] = (id_key(id), at);
        listed += 1;
        at += 1;
    }
    let mut included = 0;
    while included < set.include.len() {
        at = collect(set.include[included].parts(), slots, at);
        included += 1;
    }
    at
}

/// The migration of a number.
const fn entry(
    set: &Embedded,
    outer: &'static str,
    place: Place,
    include: &[&'static str],
    mut number: usize,
) -> Entry {
    let namespace = own_namespace(set, outer);
    let own = set.ids.len() / RECORD;
    if number < own {
        let (_, record) = set.ids.split_at(number * RECORD + 8);
        let from = u32::from_le_bytes([record[0], record[1], record[2], record[3]]);
        let (_, id) = set.index.split_at(from as usize);
        let (id, _) = id.split_at(record[4] as usize);
        return Entry { namespace, id, set: set.identity, code: None, place };
    }
    number -= own;
    if number < set.listed.len() {
        let definition = set.listed[number];
        let code = Some(Line { file: definition.file, line: definition.line });
        let id = match definition.id {
            Some(id) => id.as_bytes(),
            None => &[],
        };
        return Entry { namespace, id, set: set.identity, code, place };
    }
    number -= set.listed.len();
    let mut included = 0;
    while number >= count(set.include[included].parts()) {
        number -= count(set.include[included].parts());
        included += 1;
    }
    let place = match place {
        Place::Directory => Place::Included(include[included]),
        place => place,
    };
    entry(set.include[included].parts(), namespace, place, include, number)
}

/// A set that names no namespace is in that of the set around it.
const fn own_namespace(set: &Embedded, outer: &'static str) -> &'static str {
    match set.namespace {
        Some(namespace) => namespace,
        None => outer,
    }
}

/// A set with everything that it includes, by key.
struct All<'a, const N: usize> {
    set: &'a Embedded,
    include: &'a [&'static str],
    slots: [Slot; N],
}

impl<const N: usize> All<'_, N> {
    const fn entry(&self, slot: usize) -> Entry {
        entry(self.set, "", Place::Directory, self.include, self.slots[slot].1)
    }

    const fn report_duplicates(&self, faults: &mut Faults) {
        let mut start = 0;
        let mut at = 1;
        while at < N {
            if self.slots[start].0 != self.slots[at].0 {
                start = at;
            }
            // The same key is there more than once for namespaces that share an id, and for mistakes.
            let mut earlier = start;
            while earlier < at {
                faults.duplicate(self.entry(earlier), self.entry(at));
                earlier += 1;
            }
            at += 1;
        }
    }

    /// Included sets are complete in themselves, so that only the set's own migrations are looked at.
    const fn report_unknown(&self, wanted: &[Wanted], faults: &mut Faults) {
        let mut at = 0;
        while at < wanted.len() {
            let Wanted { id, on, place } = &wanted[at];
            if !self.knows(on) {
                faults.unknown(id, on);
                faults.push(place);
                faults.push(")");
            }
            at += 1;
        }
        at = 0;
        while at < self.set.listed.len() {
            let definition = self.set.listed[at];
            let id = match definition.id {
                Some(id) => id,
                None => {
                    faults.begin("a migration in `rust = […]` has no id: write `#[migration(id = \"…\")]` (");
                    faults.line(definition.file, definition.line);
                    faults.push(")");
                    ""
                }
            };
            let mut depends = 0;
            while depends < definition.depends.len() {
                if !self.knows(definition.depends[depends]) {
                    faults.unknown(id, definition.depends[depends]);
                    faults.line(definition.file, definition.line);
                    faults.push(")");
                }
                depends += 1;
            }
            at += 1;
        }
    }

    const fn knows(&self, on: &str) -> bool {
        let (namespace, id) = parts(own_namespace(self.set, ""), on);
        let key = id_key(id);
        let (mut low, mut high) = (0, N);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.slots[middle].0 < key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        while low < N && self.slots[low].0 == key {
            let entry = self.entry(low);
            if is_equal(entry.id, id.as_bytes()) && is_equal(entry.namespace.as_bytes(), namespace.as_bytes()) {
                return true;
            }
            low += 1;
        }
        false
    }
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
