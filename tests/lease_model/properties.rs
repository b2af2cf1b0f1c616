//! What must hold.

use stateright::{Model, Property};

use crate::{
    protocol::Protocol,
    world::{Direction, Kind, Phase, Status, World},
};

/// A statement's effect is there once or not at all.
pub(crate) const ONCE: &str = "nothing takes effect twice";
/// What the history says is what was done; of a statement that is announced and not done it says nothing.
pub(crate) const TRUE: &str = "the history is true";
/// The second migration needs the first.
pub(crate) const ORDERED: &str = "no migration stands without the one that it needs";
/// Nobody loses a lease that is still his.
pub(crate) const PEACE: &str = "only who was succeeded loses";
/// Nobody waits for ever, and the last holder's goal is reached, unless that one was killed or cut off.
pub(crate) const ENDS: &str = "it ends, and with the last holder's goal";
/// What a new holder read stays true, or is claimed before it counts.
pub(crate) const FENCED: &str = "nothing commits below the fence, or into a row that was claimed";
/// After the fence was raised, a stale session runs at most the statement that it has announced.
pub(crate) const ONE_LATE: &str = "a stale session runs at most one more statement";

/// A sign of life of the model itself: a takeover after a crash in the middle of a batch that the server goes on with.
pub(crate) const RESCUED: &str = "somebody finishes what a dead runner began";

pub(crate) fn all() -> Vec<Property<Protocol>> {
    vec![
        Property::always(ONCE, |_, world: &World| {
            world.effects.as_flattened().iter().all(|count| [0, 1].contains(count))
        }),
        Property::always(TRUE, history_is_true),
        Property::always(ORDERED, |_, world: &World| {
            let [first, second] = world.rows.map(|row| row.status);
            let second_stands = matches!(second, Status::Applied | Status::Running(_));
            first == Status::Applied || !second_stands
        }),
        Property::always(PEACE, |_, world: &World| !world.unjust_loss),
        Property::always(ENDS, ends),
        Property::always(FENCED, |_, world: &World| !world.late_commit),
        Property::always(ONE_LATE, |_, world: &World| world.sessions().all(|session| session.late <= 1)),
        Property::sometimes(RESCUED, |_, world: &World| {
            let dead = |phase| world.runners.iter().any(|runner| runner.phase == phase && runner.session.is_some());
            dead(Phase::Crashed) && world.finished.is_some()
        }),
    ]
}

fn history_is_true(model: &Protocol, world: &World) -> bool {
    (0..2).all(|migration| {
        let row = world.rows[migration];
        let statements = &world.effects[migration][..model.kinds[migration].statements()];
        statements.iter().enumerate().all(|(at, effect)| {
            let is_apart = model.kinds[migration] == Kind::Apart;
            let (done, is_announced) = (at < usize::from(row.done), at == usize::from(row.done) && is_apart);
            let expected = match row.status {
                Status::Never | Status::Reverted => 0,
                Status::Applied => 1,
                Status::Running(_) if is_announced => return true,
                Status::Running(direction) if done => direction.target(),
                Status::Running(direction) => 1 - direction.target(),
            };
            *effect == expected
        })
    })
}

fn ends(model: &Protocol, world: &World) -> bool {
    let all_over = world.runners.iter().all(|runner| runner.phase.is_final());
    if !all_over || world.sessions().next().is_some() {
        let mut actions = Vec::new();
        model.actions(world, &mut actions);
        return actions.into_iter().any(|action| model.next_state(world, action).is_some());
    }
    let wanted = |status| match world.finished {
        Some((epoch, Direction::Up)) if epoch == world.lease.epoch => status == Status::Applied,
        Some((epoch, Direction::Down)) if epoch == world.lease.epoch => status != Status::Applied,
        // The last holder was killed or cut off, or nobody had anything to do.
        _ => {
            world.runners.iter().any(|runner| matches!(runner.phase, Phase::Crashed | Phase::Failed))
                || world.lease.epoch == 0
        }
    };
    world.rows.iter().all(|row| wanted(row.status))
}
