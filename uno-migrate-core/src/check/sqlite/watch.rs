//! What SQLite is allowed to do here, what it says that it is about to do, and how long it may take.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::catalogue::{Kind, Object};

/// How many steps of its virtual machine SQLite takes between two looks at what is left.
pub(super) const INTERVAL: u32 = 1_000;

/// The most steps of one statement: about a hundred thousand rows. Time is no measure: the same set has to have the same
/// result on every machine.
const STATEMENT: u64 = 2_000_000;

/// What all statements together may take beyond what each of them may: one or two seconds of an unoptimised SQLite.
const SET: u64 = 20_000_000;

/// What a statement may take in any case.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(super) enum Allowance {
    /// SQLite reads its whole catalogue whenever the schema is changed.
    Schema = 200_000,
    Rows = 5_000,
}

/// Something that a statement does to the schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Made(Object, Kind),
    Gone(Object),
    Altered(Object),
}

/// Shared with the callbacks of a connection.
#[derive(Debug, Default)]
pub(super) struct Watch {
    events: Mutex<Vec<Event>>,
    /// A question of our own is under way: it is not judged.
    pub(super) is_ours: AtomicBool,
    /// Something that goes with its session was made.
    pub(super) made_temporary: AtomicBool,
    /// The steps of this statement, what it may take, and what all of them have taken beyond that.
    statement: AtomicU64,
    allowed: AtomicU64,
    beyond: AtomicU64,
}

impl Watch {
    /// What was seen since this was last asked.
    pub(super) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another statement begins.
    pub(super) fn begin(&self, allowance: Allowance) {
        self.allowed.store(allowance as u64, Ordering::Relaxed);
        self.statement.store(0, Ordering::Relaxed);
    }

    /// Whether a statement has to end here. What it takes beyond what every statement may is taken from all of them.
    pub(super) fn is_over(&self) -> bool {
        let steps = u64::from(INTERVAL);
        let own = self.statement.fetch_add(steps, Ordering::Relaxed) + steps;
        let beyond = match own <= self.allowed.load(Ordering::Relaxed) {
            true => 0,
            false => self.beyond.fetch_add(steps, Ordering::Relaxed) + steps,
        };
        !self.is_ours.load(Ordering::Relaxed) && (own > STATEMENT || beyond > SET)
    }

    /// Whether SQLite may do something; what it does to the schema is noted.
    pub(super) fn authorize(self: &Arc<Self>, context: AuthContext<'_>) -> Authorization {
        if self.is_ours.load(Ordering::Relaxed) {
            return Authorization::Allow;
        }
        let relation = |name: &str| Object::relation(name);
        let event = match context.action {
            AuthAction::Attach { .. } | AuthAction::Detach { .. } => return Authorization::Deny,
            AuthAction::Function { function_name } if function_name.eq_ignore_ascii_case("load_extension") => {
                return Authorization::Deny;
            }
            // What would take the limits away does nothing.
            AuthAction::Pragma { pragma_name, pragma_value: Some(_) } if is_limit(pragma_name) => {
                return Authorization::Ignore;
            }
            AuthAction::CreateTempTable { .. }
            | AuthAction::CreateTempView { .. }
            | AuthAction::CreateTempTrigger { .. }
            | AuthAction::CreateTempIndex { .. } => {
                self.made_temporary.store(true, Ordering::Relaxed);
                return Authorization::Allow;
            }
            // Behind the table may stand its column, where otherwise the database does.
            AuthAction::AlterTable { database_name, table_name } if !is_elsewhere(Some(database_name)) => {
                Event::Altered(relation(table_name))
            }
            AuthAction::AlterTable { .. } => return Authorization::Allow,
            _ if is_elsewhere(context.database_name) => return Authorization::Allow,
            AuthAction::CreateTable { table_name } | AuthAction::CreateVtable { table_name, .. } => {
                Event::Made(relation(table_name), Kind::Table)
            }
            AuthAction::CreateView { view_name } => Event::Made(relation(view_name), Kind::View),
            AuthAction::CreateTrigger { trigger_name, .. } => Event::Made(Object::trigger(trigger_name), Kind::Trigger),
            AuthAction::DropTable { table_name } | AuthAction::DropVtable { table_name, .. } => {
                Event::Gone(relation(table_name))
            }
            AuthAction::DropView { view_name } => Event::Gone(relation(view_name)),
            AuthAction::DropTrigger { trigger_name, .. } => Event::Gone(Object::trigger(trigger_name)),
            AuthAction::CreateIndex { table_name, .. } | AuthAction::DropIndex { table_name, .. } => {
                Event::Altered(relation(table_name))
            }
            _ => return Authorization::Allow,
        };
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        Authorization::Allow
    }
}

fn is_elsewhere(database: Option<&str>) -> bool {
    database.is_some_and(|name| !name.eq_ignore_ascii_case("main"))
}

/// Settings that say how much memory is used and where, and what keeps SQLite safe from its statements.
fn is_limit(pragma: &str) -> bool {
    const LIMITS: [&str; 13] = [
        "cache_size",
        "cache_spill",
        "data_store_directory",
        "hard_heap_limit",
        "max_page_count",
        "mmap_size",
        "page_size",
        "soft_heap_limit",
        "temp_store",
        "temp_store_directory",
        "threads",
        "trusted_schema",
        "writable_schema",
    ];
    LIMITS.iter().any(|limit| pragma.eq_ignore_ascii_case(limit))
}
