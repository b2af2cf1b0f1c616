//! What there is: the rows in the database, what the migrations did, and the runners with their sessions.

/// How many statements a journalled migration has; a transactional one is a single unit.
pub(crate) const STATEMENTS: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Direction {
    Up,
    Down,
}

impl Direction {
    /// How often a statement's effect is there when it has run.
    pub(crate) fn target(self) -> i8 {
        match self {
            Self::Up => 1,
            Self::Down => 0,
        }
    }

    pub(crate) fn change(self) -> i8 {
        self.target() * 2 - 1
    }

    pub(crate) fn status(self) -> Status {
        match self {
            Self::Up => Status::Applied,
            Self::Down => Status::Reverted,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Its effect and its history row commit together.
    Transactional,
    /// Each statement is its own, and the history row is written after it.
    Apart,
    /// Each statement commits together with the history row's write.
    Shared,
}

impl Kind {
    pub(crate) fn statements(self) -> usize {
        match self {
            Self::Transactional => 1,
            Self::Apart | Self::Shared => STATEMENTS,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Status {
    Never,
    Running(Direction),
    Applied,
    Reverted,
}

/// A row of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Row {
    pub(crate) status: Status,
    pub(crate) epoch: u8,
    /// How many statements are done. While it runs, the next one is announced by that.
    pub(crate) done: u8,
}

/// The lease row. Its owner needs no name: an epoch is taken once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Lease {
    pub(crate) epoch: u8,
    pub(crate) held: bool,
}

/// One migration in a batch, and what was seen of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Item {
    pub(crate) migration: u8,
    pub(crate) direction: Direction,
    pub(crate) expected: Status,
    /// Whose it is while it runs.
    pub(crate) owner: u8,
    /// The statement at hand.
    pub(crate) at: u8,
    pub(crate) first: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    // Transactional.
    Begin,
    Effect,
    Record,
    Commit,
    // Journalled: begun, or taken up.
    Intent,
    LookBeforeClaim,
    Claim,
    Settle,
    // For each statement.
    Execute,
    /// What the done-write sees of the fence, which it does not lock.
    Look,
    Done,
}

/// A session on the server working off a batch, whether or not its client is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Session {
    pub(crate) epoch: u8,
    pub(crate) items: [Option<Item>; 2],
    pub(crate) step: Step,
    /// How many statements it ran after the fence was raised above it.
    pub(crate) late: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Phase {
    Waiting,
    /// Between the two writes that make it the holder; it saw this lease row.
    Between(Lease),
    Planning,
    /// Waits for the answer to its batch.
    Running,
    Finished,
    /// Found out that the lease is another's.
    Lost,
    /// Its connection broke; it gave the lease back.
    Failed,
    Crashed,
}

impl Phase {
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Finished | Self::Lost | Self::Failed | Self::Crashed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Runner {
    pub(crate) phase: Phase,
    pub(crate) goal: Direction,
    pub(crate) epoch: u8,
    pub(crate) session: Option<Session>,
    /// The session of a connection that broke while its client goes on.
    pub(crate) orphan: Option<Session>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) lease: Lease,
    pub(crate) fence: u8,
    pub(crate) rows: [Row; 2],
    /// How often the effect of each statement of each migration is there.
    pub(crate) effects: [[i8; STATEMENTS]; 2],
    /// Sorted: they differ by nothing but what is here.
    pub(crate) runners: [Runner; 3],
    /// The epoch and goal of the last holder that found nothing left to do.
    pub(crate) finished: Option<(u8, Direction)>,
    /// Did anything commit under an epoch below the fence, or a statement's end into a row of somebody else's?
    pub(crate) late_commit: bool,
    /// Did anybody lose while the lease was still his?
    pub(crate) unjust_loss: bool,
}

impl World {
    pub(crate) fn new(goals: &[Direction]) -> Self {
        let runner = |i| {
            let (phase, goal) = goals.get(i).map_or((Phase::Finished, Direction::Up), |goal| (Phase::Waiting, *goal));
            Runner { phase, goal, epoch: 0, session: None, orphan: None }
        };
        let never = Row { status: Status::Never, epoch: 0, done: 0 };
        let mut world = Self {
            lease: Lease { epoch: 0, held: false },
            fence: 0,
            rows: [never; 2],
            effects: [[0; STATEMENTS]; 2],
            runners: [0, 1, 2].map(runner),
            finished: None,
            late_commit: false,
            unjust_loss: false,
        };
        world.normalize();
        world
    }

    /// One world for all that differ by what no longer matters.
    pub(crate) fn normalize(&mut self) {
        for runner in self.runners.iter_mut().filter(|runner| runner.phase.is_final()) {
            self.unjust_loss |= runner.phase == Phase::Lost && runner.epoch == self.lease.epoch;
            // A session knows its own.
            (runner.goal, runner.epoch) = (Direction::Up, u8::MAX);
        }
        self.runners.sort_unstable();
    }

    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Session> {
        // A plan made too early waits for its batch to be sent.
        let sent = |runner: &&Runner| !matches!(runner.phase, Phase::Between(_));
        let of = |runner| {
            let Runner { session, orphan, .. }: &Runner = runner;
            [session, orphan]
        };
        self.runners.iter().filter(sent).flat_map(of).flatten()
    }
}
