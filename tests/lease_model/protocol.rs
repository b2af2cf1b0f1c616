//! What may happen next.

use stateright::{Model, Property};

use crate::{
    properties,
    world::{Direction, Item, Kind, Lease, Phase, Row, Runner, Session, Status, Step, World},
};

/// Which of the two rows a new holder writes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    LeaseThenFence,
    FenceThenLease,
}

/// How the history write of a transaction looks at the fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtRecord {
    Ignored,
    Read,
    /// Locked until the transaction ends: a raise in the meantime waits for the commit that comes next.
    Locked,
}

/// How a row that runs is made one's own before it is gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    Never,
    /// Whoever it belongs to.
    Any,
    /// Only from somebody who came before.
    Rising,
}

/// The protocol, with its parts to be left out one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Protocol {
    pub(crate) goals: &'static [Direction],
    pub(crate) kinds: [Kind; 2],
    pub(crate) order: Order,
    /// The fence is only ever raised.
    pub(crate) monotone: bool,
    /// A transaction begins by requiring its epoch.
    pub(crate) at_begin: bool,
    pub(crate) at_record: AtRecord,
    /// The write to the history requires the row that the plan saw, none or this status; of one that runs, whose it is.
    pub(crate) guarded: bool,
    /// The journal's writes require the fence, which the first one locks and the others read.
    pub(crate) journal_fenced: bool,
    pub(crate) claim: Claim,
    /// The history is read after the fence was raised.
    pub(crate) plan_last: bool,
    /// Before an announced statement is settled, the older sessions are ended, and waited for.
    pub(crate) end_sessions: bool,
    /// A runner whose connection breaks goes on under its epoch with a new one.
    pub(crate) reconnect: bool,
}

/// One of the three runners by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    ReturnAtOnce(usize),
    TakeLease(usize),
    RaiseFence(usize),
    Plan(usize),
    ServerStep(usize),
    OrphanStep(usize),
    /// The server notices that the client of a session is gone.
    EndOrphan(usize),
    BreakConnection(usize),
    Crash(usize),
}

/// What became of a step.
enum Outcome {
    Went,
    Fenced,
    Conflict,
}

impl Protocol {
    fn act(&self, world: &World, action: Action) -> Option<World> {
        let mut next = *world;
        match action {
            Action::ReturnAtOnce(i) => {
                let runner = &mut next.runners[i];
                let nothing = self.plan(world, runner.goal)[0].is_none();
                if runner.phase != Phase::Waiting || !nothing {
                    return None;
                }
                runner.phase = Phase::Finished;
            }
            Action::TakeLease(i) => self.take_lease(&mut next, i)?,
            Action::RaiseFence(i) => self.raise_fence(&mut next, i)?,
            Action::Plan(i) => self.plan_or_finish(&mut next, i)?,
            Action::ServerStep(i) => {
                let mut session = next.runners[i].session?;
                if matches!(next.runners[i].phase, Phase::Between(_)) {
                    return None;
                }
                let outcome = self.step(&mut next, &mut session)?;
                let runner = &mut next.runners[i];
                let is_over = !matches!(outcome, Outcome::Went) || session.items[0].is_none();
                runner.session = if is_over { None } else { Some(session) };
                if is_over && runner.phase == Phase::Running {
                    runner.phase = if matches!(outcome, Outcome::Fenced) { Phase::Lost } else { Phase::Planning };
                }
            }
            Action::OrphanStep(i) => {
                let mut session = next.runners[i].orphan?;
                let outcome = self.step(&mut next, &mut session)?;
                let is_over = !matches!(outcome, Outcome::Went) || session.items[0].is_none();
                next.runners[i].orphan = if is_over { None } else { Some(session) };
            }
            Action::EndOrphan(i) => {
                let runner = &mut next.runners[i];
                if runner.orphan.take().is_none() {
                    if !matches!(runner.phase, Phase::Crashed | Phase::Failed) {
                        return None;
                    }
                    runner.session.take()?;
                }
            }
            Action::BreakConnection(i) => {
                let runner = &mut next.runners[i];
                if runner.phase != Phase::Running {
                    return None;
                }
                if self.reconnect {
                    if runner.orphan.is_some() {
                        return None;
                    }
                    runner.orphan = runner.session.take();
                    runner.phase = Phase::Planning;
                } else {
                    runner.phase = Phase::Failed;
                    let epoch = runner.epoch;
                    release(&mut next, epoch);
                }
            }
            Action::Crash(i) => {
                let runner = &mut next.runners[i];
                if runner.phase.is_final() || runner.phase == Phase::Waiting {
                    return None;
                }
                if matches!(runner.phase, Phase::Between(_)) {
                    runner.session = None;
                }
                runner.phase = Phase::Crashed;
            }
        }
        next.normalize();
        Some(next)
    }

    /// Compare-and-swap on what was observed. No clock: a holder may be slow, paused or dead, and a waiter may find
    /// it silent at any moment.
    fn take_lease(&self, next: &mut World, i: usize) -> Option<()> {
        let lease = next.lease;
        let runner = &mut next.runners[i];
        match (self.order, runner.phase) {
            (Order::LeaseThenFence, Phase::Waiting) => {
                runner.phase = Phase::Between(lease);
                runner.epoch = lease.epoch + 1;
                next.lease = Lease { epoch: lease.epoch + 1, held: true };
                if !self.plan_last {
                    let (goal, epoch) = (runner.goal, runner.epoch);
                    next.runners[i].session = self.session(next, goal, epoch);
                }
            }
            (Order::FenceThenLease, Phase::Between(seen)) if seen == lease => {
                runner.phase = Phase::Planning;
                next.lease = Lease { epoch: seen.epoch + 1, held: true };
            }
            // Another one was quicker.
            (Order::FenceThenLease, Phase::Between(_)) => runner.phase = Phase::Waiting,
            _ => return None,
        }
        Some(())
    }

    fn raise_fence(&self, next: &mut World, i: usize) -> Option<()> {
        let locks = |session: &Session| self.at_record == AtRecord::Locked && session.step == Step::Commit;
        if next.sessions().any(locks) {
            return None;
        }
        let (lease, fence) = (next.lease, next.fence);
        let runner = &mut next.runners[i];
        let epoch = match (self.order, runner.phase) {
            (Order::LeaseThenFence, Phase::Between(_)) => {
                runner.phase = if runner.session.is_some() { Phase::Running } else { Phase::Planning };
                runner.epoch
            }
            (Order::FenceThenLease, Phase::Waiting) => {
                runner.phase = Phase::Between(lease);
                runner.epoch = lease.epoch + 1;
                runner.epoch
            }
            _ => return None,
        };
        if epoch > fence || !self.monotone {
            next.fence = epoch;
        } else if self.order == Order::LeaseThenFence {
            (runner.phase, runner.session) = (Phase::Lost, None);
        }
        Some(())
    }

    fn plan_or_finish(&self, next: &mut World, i: usize) -> Option<()> {
        let Runner { phase: Phase::Planning, goal, epoch, .. } = next.runners[i] else { return None };
        if self.end_sessions && next.rows.iter().any(|row| matches!(row.status, Status::Running(_))) {
            for (at, runner) in next.runners.iter_mut().enumerate() {
                let is_old = |session: &mut Session| at == i || session.epoch < epoch;
                let ended = runner.session.take_if(is_old).is_some();
                runner.orphan.take_if(is_old);
                if ended && runner.phase == Phase::Running {
                    runner.phase = Phase::Lost;
                }
            }
        }
        match self.session(next, goal, epoch) {
            Some(session) => {
                next.runners[i].session = Some(session);
                next.runners[i].phase = Phase::Running;
            }
            None => {
                next.runners[i].phase = Phase::Finished;
                if next.finished.is_none_or(|(last, _)| last < epoch) {
                    next.finished = Some((epoch, goal));
                }
                release(next, epoch);
            }
        }
        Some(())
    }

    /// One message with everything that is to be done.
    fn session(&self, world: &World, goal: Direction, epoch: u8) -> Option<Session> {
        let items = self.plan(world, goal);
        items[0].map(|first| Session { epoch, items, step: first.first, late: 0 })
    }

    /// What is half done comes first, in its own direction, then the rest in order.
    fn plan(&self, world: &World, goal: Direction) -> [Option<Item>; 2] {
        let running = [0, 1].into_iter().find_map(|migration: usize| match world.rows[migration].status {
            Status::Running(direction) => Some((migration, direction)),
            _ => None,
        });
        if let Some((migration, direction)) = running {
            return [Some(self.item(world, migration, direction)), None];
        }
        let (order, wanted): ([usize; 2], fn(Status) -> bool) = match goal {
            Direction::Up => ([0, 1], |status| status != Status::Applied),
            Direction::Down => ([1, 0], |status| status == Status::Applied),
        };
        let mut due = order.into_iter().filter(|migration| wanted(world.rows[*migration].status));
        [(); 2].map(|()| due.next().map(|migration| self.item(world, migration, goal)))
    }

    fn item(&self, world: &World, migration: usize, direction: Direction) -> Item {
        let Row { status, epoch, done } = world.rows[migration];
        let first = match (self.kinds[migration], status, self.claim) {
            (Kind::Transactional, ..) => Step::Begin,
            (_, Status::Running(_), Claim::Never) => Step::Settle,
            (_, Status::Running(_), Claim::Any | Claim::Rising) => Step::LookBeforeClaim,
            _ => Step::Intent,
        };
        Item { migration: migration as u8, direction, expected: status, owner: epoch, at: done, first }
    }

    /// The server does the next thing in a batch: `None` while it has to wait for a lock.
    fn step(&self, world: &mut World, session: &mut Session) -> Option<Outcome> {
        let mut item = session.items[0]?;
        let migration = usize::from(item.migration);
        let is_old = world.fence != session.epoch;
        let mut row = world.rows[migration];
        let conflict = self.guarded && row.status != item.expected;
        let is_taken = row.status != item.expected || row.epoch != item.owner;
        match session.step {
            Step::Begin if self.at_begin && is_old => return Some(Outcome::Fenced),
            Step::Begin => session.step = Step::Effect,
            Step::Effect => session.step = Step::Record,
            Step::Record => {
                let writes = |other: &Session| {
                    other.step == Step::Commit && other.items[0].is_some_and(|other| other.migration == item.migration)
                };
                if world.sessions().any(writes) {
                    return None;
                }
                if self.at_record != AtRecord::Ignored && is_old {
                    return Some(Outcome::Fenced);
                }
                if conflict {
                    return Some(Outcome::Conflict);
                }
                session.step = Step::Commit;
            }
            Step::Commit => {
                world.effects[migration][0] += item.direction.change();
                row = Row { status: item.direction.status(), epoch: session.epoch, done: 0 };
                world.late_commit |= session.epoch < world.fence;
                self.advance(session);
            }
            Step::Intent | Step::LookBeforeClaim | Step::Look if self.journal_fenced && is_old => {
                return Some(Outcome::Fenced);
            }
            Step::Intent if conflict => return Some(Outcome::Conflict),
            Step::Intent => {
                row = Row { status: Status::Running(item.direction), epoch: session.epoch, done: 0 };
                (item.expected, item.owner, item.at) = (row.status, row.epoch, 0);
                world.late_commit |= session.epoch < world.fence;
                session.step = Step::Execute;
            }
            Step::LookBeforeClaim => session.step = Step::Claim,
            Step::Claim if conflict || (self.claim == Claim::Rising && row.epoch > session.epoch) => {
                return Some(Outcome::Conflict);
            }
            Step::Claim => {
                row.epoch = session.epoch;
                item.owner = session.epoch;
                session.step = Step::Settle;
            }
            // What is done, as the row says by now, and what was announced, as the catalogue tells.
            Step::Settle if is_taken => return Some(Outcome::Conflict),
            Step::Settle => {
                item.at = row.done;
                let is_there = world.effects[migration][usize::from(row.done)] == item.direction.target();
                let is_told = self.kinds[migration] == Kind::Apart && is_there;
                session.step = if is_told { Step::Look } else { Step::Execute };
            }
            Step::Execute => {
                if self.kinds[migration] == Kind::Apart {
                    world.effects[migration][usize::from(item.at)] += item.direction.change();
                    session.late += u8::from(session.epoch < world.fence);
                }
                session.step = Step::Look;
            }
            Step::Look => session.step = Step::Done,
            Step::Done if self.guarded && is_taken => return Some(Outcome::Conflict),
            Step::Done => {
                if self.kinds[migration] == Kind::Shared {
                    world.effects[migration][usize::from(item.at)] += item.direction.change();
                }
                world.late_commit |= session.epoch < row.epoch;
                item.at += 1;
                let is_last = usize::from(item.at) == self.kinds[migration].statements();
                row = match is_last {
                    true => Row { status: item.direction.status(), epoch: session.epoch, done: 0 },
                    false => Row { epoch: session.epoch, done: item.at, ..row },
                };
                item.owner = session.epoch;
                session.step = Step::Execute;
                if is_last {
                    self.advance(session);
                }
            }
        }
        let is_same = session.items[0].is_some_and(|now| now.migration == item.migration);
        if is_same {
            session.items[0] = Some(item);
        }
        world.rows[migration] = row;
        Some(Outcome::Went)
    }

    fn advance(&self, session: &mut Session) {
        session.items = [session.items[1], None];
        if let Some(item) = session.items[0] {
            session.step = item.first;
        }
    }
}

/// Guarded: whoever was taken over gives nothing back.
fn release(next: &mut World, epoch: u8) {
    next.lease.held &= next.lease.epoch != epoch;
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.goals)]
    }

    fn actions(&self, _: &World, actions: &mut Vec<Action>) {
        for i in 0..3 {
            actions.extend([
                Action::ServerStep(i),
                Action::OrphanStep(i),
                Action::Plan(i),
                Action::TakeLease(i),
                Action::RaiseFence(i),
                Action::ReturnAtOnce(i),
                Action::EndOrphan(i),
                Action::BreakConnection(i),
                Action::Crash(i),
            ]);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        self.act(world, action)
    }

    /// A protocol that is broken would go on without end.
    fn within_boundary(&self, world: &World) -> bool {
        world.effects.as_flattened().iter().all(|count| (-1..=2).contains(count))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}
