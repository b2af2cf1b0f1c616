//! What a set is held together by: names, ids, dependencies. No server knows of any of it.

use super::base::id;
use super::{ALL, Base, Change, Class, Shelf, Sort};
use crate::support::Random;

const fn class(name: &'static str, breaks: fn(&Base, &Shelf, &mut Random) -> Option<Change>) -> Class {
    Class { name, sort: Sort::Set, dialects: ALL, is_seen: false, breaks }
}

pub(super) const CLASSES: &[Class] = &[
    class("depends on what does not exist", |base, _, random| {
        let ghost = format!("{}_{}", random.below(100_000), random.of(&["create_ghosts", "initial", "users", "x"]));
        depends(base, &[ghost])
    }),
    class("the id of a dependency is misspelt", |base, shelf, random| {
        let others = shelf.others(base);
        let known = id(&others.get(random.below(others.len()))?.0);
        let at = random.below(known.len() - 1) + 1;
        let misspelt = format!("{}{}", &known[..at], known.get(at + 1..)?);
        (others.iter().all(|(name, _)| id(name) != misspelt) && misspelt != base.id())
            .then(|| depends(base, &[misspelt]))?
    }),
    class("the id of a dependency is in another case", |base, shelf, random| {
        let others = shelf.others(base);
        let known = id(&others.get(random.below(others.len()))?.0);
        let upper = known.to_uppercase();
        (upper != known).then(|| depends(base, &[upper]))?
    }),
    class("depends on itself", |base, _, _| depends(base, &[base.id()])),
    class("a cycle of dependencies", |base, shelf, random| {
        let others = shelf.others(base);
        let (name, text) = others.get(random.below(others.len()))?;
        let other = Base::of_file(shelf.dialect, name, text)?;
        let own = depends(base, &[other.id()])?;
        let mut back = depends(&other, &[base.id()])?;
        let text = String::from_utf8(std::mem::take(&mut back).text(text)).ok()?;
        Some(Change { beside: vec![(name.clone(), text)], ..own })
    }),
    class("an id stands twice", |base, _, random| {
        let name = base.name.rsplit('/').next()?;
        let folder = random.of(&["other", "copy", "old", "zz"]);
        Some(Change::beside([(format!("{folder}/{name}"), base.text.clone())]))
    }),
    class("a version stands twice", |base, _, random| {
        let id = base.id();
        let (version, _) = id.split_once('_')?;
        let zeros = random.of(&["", "0", "000"]);
        let name = random.of(&["another", "add_more", "fix"]);
        Some(Change::beside([(
            format!("{zeros}{version}_{name}.sql"),
            base.text.replace("Dependencies", "Was").replace("dependencies", "was").replace("DEPENDENCIES", "WAS"),
        )]))
    }),
    class("ids differ in case alone", |base, _, random| {
        let (id, folder) = (base.id(), random.of(&["", "other/"]));
        let twin = if random.one_in(2) { id.to_uppercase() } else { title(&id) };
        (twin != id).then(|| Change::beside([(format!("{folder}{twin}.sql"), base.text.clone())]))
    }),
    class("the version is dropped", |base, _, random| {
        let id = base.id();
        let (_, name) = id.split_once('_')?;
        Some(Change::renamed(random.of(&["{}.sql", "_{}.sql", "v_{}.sql", "x1_{}.sql"]).replace("{}", name)))
    }),
    class("the name is no name", |base, _, random| {
        let id = base.id();
        let (version, name) = id.split_once('_')?;
        Some(Change::renamed(match random.below(8) {
            0 => format!("{version}.sql"),
            1 => format!("{version}_.sql"),
            2 => format!("{version} {name}.sql"),
            3 => format!("{version}-{name}.sql"),
            4 => format!("{version}_{name} (1).sql"),
            5 => format!("{version}_{name}.up.sql"),
            6 => format!("{version}_{name}.sql.txt"),
            _ => format!("{version}_{name}.postgresql.sql"),
        }))
    }),
    class("the file of one database only", |base, shelf, _| {
        let other = ALL.iter().find(|dialect| **dialect != shelf.dialect)?;
        Some(Change::renamed(base.name.replace(".sql", &format!(".{other}.sql"))))
    }),
];

fn depends(base: &Base, ids: &[String]) -> Option<Change> {
    let line = format!("-- Dependencies: {}\n", ids.join(", "));
    let at = base.directive("Dependencies").unwrap_or(base.top()..base.top());
    Some(Change::edit(at, line))
}

fn title(id: &str) -> String {
    let mut is_first = true;
    id.chars()
        .map(|letter| {
            let upper = if is_first { letter.to_ascii_uppercase() } else { letter };
            is_first = !letter.is_ascii_alphabetic();
            upper
        })
        .collect()
}
