//! What is aimed at, and what was measured.

use super::Known;
use super::compile::{added, find, per_migration, per_statement};
use super::table::{Table, number, ratio, whole};
use super::wire::{received, round_trips, time};
use crate::compile::Profile;
use crate::wire::Workload;

const OURS: &str = "uno-migrate";
const SQLX: &str = "sqlx::migrate!";
const PEERS: [&str; 4] = ["sqlx", "refinery", "diesel", "sea-orm"];

/// A goal: what, at most how much, and how much there is; nothing if it was not measured.
struct Goal {
    what: String,
    most: f64,
    is: Option<f64>,
    shown: fn(f64) -> String,
}

pub(super) fn section(known: &Known) -> String {
    let goals: Vec<_> = wire(known).into_iter().chain(compile(known)).collect();
    let mut table = Table::new(["goal", "at most", "is", ""]);
    let mut is_empty = true;
    for Goal { what, most, is, shown } in goals {
        let Some(is) = is else { continue };
        is_empty = false;
        let verdict = if is <= most { "met" } else { "**missed**" };
        table.row(&[what, shown(most), shown(is), verdict.to_owned()]);
    }
    if is_empty { String::new() } else { format!("## Goals\n\n{}", table.text()) }
}

fn wire(Known { wire, .. }: &Known) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (database, slower) in [("PostgreSQL", 10.0), ("MariaDB", 35.0)] {
        let nothing = |count| (database, Workload::Nothing, count);
        let fresh = |count| (database, Workload::Fresh, count);
        let trips = |situation| round_trips(wire, situation, OURS).map(|trips| trips as f64);
        let bytes = |count| Some(received(wire, nothing(count), OURS)? as f64);
        let ours = |situation, ms| time(wire, situation, OURS, ms);
        goals.push(Goal {
            what: format!("{database}: round trips, nothing pending"),
            most: 1.0,
            is: trips(nothing(100)),
            shown: count,
        });
        goals.push(Goal {
            what: format!("{database}: bytes, 10,000 applied to 10 applied"),
            most: 2.0,
            is: bytes(10_000).zip(bytes(10)).map(|(many, few)| many / few),
            shown: ratio,
        });
        goals.push(Goal {
            what: format!("{database}: ms that 10,000 applied take more than 10"),
            most: slower,
            is: ours(nothing(10_000), None).zip(ours(nothing(10), None)).map(|(many, few)| many - few),
            shown: number,
        });
        for (count, most) in [(100, 10.0), (1_000, 30.0)] {
            goals.push(Goal {
                what: format!("{database}: round trips, fresh {}", whole(count as u64)),
                most,
                is: trips(fresh(count)),
                shown: self::count,
            });
            let fastest = PEERS.iter().filter_map(|peer| time(wire, fresh(count), peer, Some(5)));
            let fastest = fastest.min_by(f64::total_cmp);
            goals.push(Goal {
                what: format!(
                    "{database}: fresh {} at 5 ms, to the fastest peer with a transaction each",
                    whole(count as u64)
                ),
                most: 0.1,
                is: ours(fresh(count), Some(5)).zip(fastest).map(|(ours, theirs)| ours / theirs),
                shown: ratio,
            });
            goals.push(Goal {
                what: format!("{database}: fresh {} at 5 ms, to the floor", whole(count as u64)),
                most: 2.0,
                is: ours(fresh(count), Some(5))
                    .zip(time(wire, fresh(count), "floor", Some(5)))
                    .map(|(ours, floor)| ours / floor),
                shown: ratio,
            });
        }
    }
    for (database, client, most) in [
        ("PostgreSQL", "client, a transaction each", 1.10),
        ("PostgreSQL", "client, with history rows", 1.10),
        ("SQLite", "client, with history rows", 1.25),
        ("SQLite on a disk", "client, with history rows", 1.25),
    ] {
        let situation = (database, Workload::Fresh, 1_000);
        goals.push(Goal {
            what: format!("{database}: fresh 1,000, to the {client}"),
            most,
            is: time(wire, situation, OURS, None)
                .zip(time(wire, situation, client, None))
                .map(|(ours, theirs)| ours / theirs),
            shown: ratio,
        });
    }
    goals
}

fn compile(Known { compile, .. }: &Known) -> Vec<Goal> {
    let mut goals = Vec::new();
    for profile in [Profile::Dev, Profile::Release] {
        for count in [1_000, 5_000] {
            for (name, most) in [
                ("uno-migrate, postgres", 0.5),
                ("uno-migrate, postgres + check", 1.0),
                ("uno-migrate, postgres + lint, uno.sum", 1.0),
                ("uno-migrate, sqlite + check-sqlite, uno.sum", 1.0),
            ] {
                let (ours, theirs) = (added(compile, name, profile, count), added(compile, SQLX, profile, count));
                goals.push(Goal {
                    what: format!("{profile:?}: what {} files add, {name}, to {SQLX}", whole(count as u64)),
                    most,
                    is: ours.zip(theirs).map(|(ours, theirs)| ours / theirs),
                    shown: ratio,
                });
            }
        }
        let memory = |name| Some(find(compile, name, profile, 5_000, 3)?.memory);
        for name in ["uno-migrate, postgres", "uno-migrate, postgres + check"] {
            goals.push(Goal {
                what: format!("{profile:?}: peak memory at 5,000 files, {name}, to {SQLX}"),
                most: 0.5,
                is: memory(name).zip(memory(SQLX)).map(|(ours, theirs)| ours / theirs),
                shown: ratio,
            });
        }
    }
    let (one, two) = ("uno-migrate, postgres", "uno-migrate, postgres + sqlite");
    for (name, dialects) in [(one, 1.0), (two, 2.0)] {
        goals.push(Goal {
            what: format!("binary: bytes a migration and dialect, 3 statements, {name}"),
            most: 320.0 + 3.0 * 8.0,
            is: per_migration(compile, name).map(|bytes| bytes / dialects),
            shown: number,
        });
        goals.push(Goal {
            what: format!("binary: bytes a statement and dialect, {name}"),
            most: 8.0,
            is: per_statement(compile, name).map(|bytes| bytes / dialects),
            shown: number,
        });
    }
    goals
}

fn count(value: f64) -> String {
    whole(value as u64)
}
