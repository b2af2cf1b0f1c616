//! The protocol of lease, fence and journal, checked in every order in which its steps can fall.
//!
//! # The protocol
//!
//! 1. **Take the lease**: one autocommit compare-and-swap on the lease row, from what was observed to the next epoch.
//!    An epoch is taken once, so it names its holder.
//! 2. **Raise the fence**: a second statement, `SET epoch = mine WHERE epoch < mine`; no row means that somebody came
//!    after us, and we have lost. It waits for no transaction but one that has written its history row and has only
//!    its `COMMIT` left.
//! 3. **Read the history and plan**, after the raise.
//! 4. **A transaction** asks for nothing when it begins: only a clock of its own keeps a stale holder from that. What
//!    decides is its history write, which comes last before `COMMIT`: it *writes* the fence, requires its epoch, and
//!    requires the row to stand as the plan saw it (none, or this status). One row, or the transaction aborts: another
//!    epoch means that the lease is lost, another row that the plan is made anew.
//! 5. **A journalled migration** begins with a write of the same kind, which says that it runs, whose it is, and that
//!    nothing is done: that announces its first statement. After each statement a write says how many are done, which
//!    announces the next one. It *reads* the fence, which may rise before it commits, and requires the row to be its
//!    own, by epoch. Where the database can, statement and write are one transaction (`Shared`), else two (`Apart`).
//! 6. **A row that runs is claimed** before it is gone on with: a new holder first ends the sessions of those before
//!    it, where they can be seen, then puts its epoch into the row, reads again how many statements are done, and only
//!    then asks the catalogue about the next one, if that may have been run apart from its write.
//!
//! # What the model leaves out, and why it may
//!
//! There is no clock and no heartbeat. A lease that is held may be taken at any moment: that is what a pause longer
//! than the lease, a lost heartbeat and a crash have in common, and every harm that a wrong guess can do is in it. An
//! observation counts only through the compare-and-swap, which fails unless it is still true: so observing and taking
//! are one step. A runner that dies leaves its session, and the server goes on with the batch for as long as it
//! likes. Migrations are applied, reverted and applied again; the second needs the first.
//!
//! # What it settles
//!
//! - **Lease first, then fence.** The other way round is as safe, and unfair: a waiter that loses the race for the
//!   lease has already fenced off a healthy holder. Between the two the old holder may still commit; so nothing that
//!   was read before the raise counts. A plan made in the gap reverts a migration under one that is just being
//!   applied, and settles a doubt whose statement is still to come.
//! - **The fence only rises.** A holder that sleeps in the gap would lower it again, and let the stale ones in.
//! - **The fence must be locked by the history write**, in a mode that conflicts with the raise. Read only, at the
//!   beginning or at the end, one transaction commits after the raise. That is never a double, for its history row
//!   sees to that; but a revert by the new holder did not know of it, and leaves a migration without the one that it
//!   needs. On Galera the lock has to be a write (a counter in the row): nodes compare what transactions write, not
//!   what they lock, and a transaction that had locked the row for reading was seen to commit after a raise on another
//!   node.
//! - **The guard on the row** is what an epoch cannot do: tell two sessions of one holder apart, when a runner whose
//!   connection broke goes on while the server still works off its first batch. And without any lock on the fence
//!   it alone prevents every double of transactions.
//! - **Journalled statements.** A stale session runs at most the one statement that it has announced, or that its last
//!   write announces. Shared with its write, it takes effect for whoever the row belongs to then, or not at all:
//!   nobody's session has to be ended or seen. Apart from it, it may overlap with its successor where its session can
//!   be neither ended nor seen to be gone (another Galera node, a pooler): there the catalogue must not be asked while
//!   the statement may still come.
//! - **The claim** is what an unlocked look at the fence cannot do: without it a successor and a stale session write
//!   the same row by turns, and the statement between two writes is run by both.
//! - **A takeover waits** for the history write and `COMMIT` of a transaction, which the server does in one go, and,
//!   when a statement is in doubt, for the end of the sessions before it. For nothing else.
//!
//! # Where the code differs
//!
//! - Where it sends several migrations in a message, the last one gives the lease back: in the model that is free to be taken at
//!   any moment.
//! - All migrations in one transaction (`TransactionMode::Whole`) hold the fence from the first history write to the
//!   end: there a takeover waits longer, and gives up after a while.
//! - SQLite without a lease is another protocol: `BEGIN IMMEDIATE`, then a look at what a step stands on.

mod properties;
mod protocol;
mod world;

use std::{collections::BTreeSet, time::Instant};

use properties::{ENDS, FENCED, ONCE, ONE_LATE, ORDERED, PEACE, RESCUED, TRUE};
use protocol::{AtRecord, Claim, Order, Protocol};
use stateright::{Checker, Model};
use world::{
    Direction::{Down, Up},
    Kind::{Apart, Shared, Transactional},
};

const SOUND: Protocol = Protocol {
    goals: &[Up, Down],
    kinds: [Transactional, Transactional],
    order: Order::LeaseThenFence,
    monotone: true,
    at_begin: false,
    at_record: AtRecord::Locked,
    guarded: true,
    journal_fenced: true,
    claim: Claim::Rising,
    plan_last: true,
    end_sessions: true,
    reconnect: false,
};

const APART: Protocol = Protocol { kinds: [Transactional, Apart], ..SOUND };
const SHARED: Protocol = Protocol { kinds: [Transactional, Shared], ..SOUND };

/// Nothing that would keep runners apart but the lease.
const BARE: Protocol = Protocol {
    goals: &[Up, Up],
    at_begin: false,
    at_record: AtRecord::Ignored,
    guarded: false,
    journal_fenced: false,
    ..SOUND
};

#[test]
fn transactions_are_exactly_once() {
    holds(Protocol { goals: &[Up, Up, Up], ..SOUND });
    holds(Protocol { goals: &[Up, Down, Up], ..SOUND });
}

#[test]
fn a_journalled_migration_is_exactly_once() {
    holds(Protocol { goals: &[Up, Down, Up], ..APART });
}

#[test]
fn journalled_migrations_are_exactly_once() {
    holds(Protocol { goals: &[Up, Down, Up], kinds: [Apart, Shared], ..SOUND });
}

#[test]
fn a_runner_may_go_on_after_its_connection_broke() {
    for goals in [&[Up, Up], &[Up, Down]] {
        holds(Protocol { goals, reconnect: true, ..SOUND });
    }
    holds(Protocol { goals: &[Up, Up], reconnect: true, ..APART });
}

#[test]
fn a_statement_that_shares_its_transaction_is_never_in_doubt() {
    for goals in [&[Up, Up], &[Up, Down]] {
        holds(Protocol { goals, end_sessions: false, ..SHARED });
        holds(Protocol { goals, kinds: [Shared, Shared], end_sessions: false, ..SOUND });
    }
}

#[test]
fn a_row_that_is_not_claimed_is_gone_on_with_twice() {
    breaks(Protocol { claim: Claim::Never, end_sessions: false, ..SHARED }, &[ONCE, TRUE]);
    breaks(Protocol { claim: Claim::Never, ..APART }, &[ONCE, TRUE]);
    // To claim it back from a successor does no harm but that the successor has to begin anew.
    holds(Protocol { claim: Claim::Any, end_sessions: false, ..SHARED });
    holds(Protocol { claim: Claim::Any, ..APART });
}

#[test]
fn without_fence_and_guards_effects_double() {
    breaks(BARE, &[ONCE, TRUE, FENCED]);
    breaks(Protocol { kinds: [Transactional, Apart], ..BARE }, &[ONCE, TRUE, FENCED, ENDS, ONE_LATE]);
}

#[test]
fn either_lock_or_guard_prevents_the_double() {
    holds(Protocol { guarded: false, ..SOUND });
    holds(Protocol { at_begin: true, ..SOUND });
    breaks(Protocol { guarded: true, ..BARE }, &[FENCED]);
}

#[test]
fn only_the_guard_tells_two_sessions_of_one_holder_apart() {
    breaks(Protocol { guarded: false, reconnect: true, ..SOUND }, &[ONCE, TRUE]);
}

#[test]
fn a_fence_that_is_only_read_lets_a_revert_miss_what_is_in_flight() {
    for at_record in [AtRecord::Ignored, AtRecord::Read] {
        breaks(Protocol { goals: &[Up, Up], at_record, ..SOUND }, &[FENCED]);
        breaks(Protocol { at_record, ..SOUND }, &[FENCED, ORDERED, ENDS]);
    }
}

#[test]
fn the_fence_first_would_fence_off_a_healthy_holder() {
    breaks(Protocol { order: Order::FenceThenLease, ..SOUND }, &[PEACE]);
    breaks(Protocol { order: Order::FenceThenLease, ..APART }, &[PEACE]);
}

#[test]
fn a_fence_that_can_fall_lets_the_stale_in() {
    breaks(Protocol { monotone: false, ..APART }, &[PEACE, ENDS]);
}

#[test]
fn a_plan_from_before_the_raise_is_stale() {
    breaks(Protocol { plan_last: false, ..SOUND }, &[ORDERED]);
    breaks(Protocol { plan_last: false, goals: &[Up, Up], ..APART }, &[ONCE, TRUE]);
}

#[test]
fn a_statement_in_doubt_may_still_come_while_its_session_lives() {
    // And it is one statement: `ONE_LATE` holds, as long as the journal is fenced.
    breaks(Protocol { end_sessions: false, goals: &[Up, Up], ..APART }, &[ONCE, TRUE]);
    breaks(Protocol { journal_fenced: false, goals: &[Up, Up], ..APART }, &[FENCED, ONE_LATE]);
}

/// Every property holds in every state.
#[track_caller]
fn holds(protocol: Protocol) {
    breaks(protocol, &[]);
}

/// These properties fail in some state, and the others hold in every state.
#[track_caller]
fn breaks(protocol: Protocol, expected: &[&str]) {
    let started = Instant::now();
    let checker = protocol.checker().threads(2).spawn_bfs().join();
    println!("{} states in {:.1?}", checker.unique_state_count(), started.elapsed());
    let discoveries = checker.discoveries();
    assert!(discoveries.contains_key(RESCUED), "the model is dead");
    let failed: BTreeSet<_> = discoveries.keys().copied().filter(|name| *name != RESCUED).collect();
    let expected = expected.iter().copied().collect();
    for unexpected in failed.difference(&expected) {
        println!("{unexpected}: {}", discoveries[unexpected]);
    }
    assert_eq!(failed, expected, "{protocol:?}");
}
