//! Files become proven data.
//!
//! This crate reads a directory of migrations, splits each file the way its database would, checks it, orders the set by
//! its dependencies and reports every problem with file, line and column. It is shared by the `embed_migrations!` macro
//! and by run-time sources, so that both see the same set. Applications use the `uno-migrate` crate instead.

mod check;
mod checksum;
mod class;
mod cursor;
mod dialect;
mod directive;
mod directory;
mod effect;
mod excerpt;
mod file_name;
#[cfg(test)]
mod golden;
mod graph;
mod header;
mod id;
mod impact;
mod index;
mod key;
mod lex;
mod load;
mod location;
mod marker;
mod migration;
mod nearest;
mod placeholder;
mod problem;
mod resume;
mod row_list;
mod secret;
mod session_change;
mod shown;
mod skim;
mod split;
mod sql;
mod sum;
mod transaction;

pub use check::{Checks, Judge, Level, Levels, NoSuchRule, Rule, RulesVersion};
pub use checksum::{Checksum, InvalidChecksum};
pub use class::{StatementClass, class};
pub use dialect::{Dialect, Dialects};
pub use directory::{Found, Root, SourceFile, SumFile, ids_in, sibling, sum_in, write_sum};
pub use effect::{ConstraintKind, ConstraintState, Effect, QualifiedName, effect};
pub use file_name::{FileName, Language};
pub use graph::{Edge, Node, order, order_applied};
pub use id::{Dependency, IdError, MigrationId, Version};
pub use impact::{Impact, Lock, Work, impact};
pub use index::{Index, IndexEntry, Proven};
pub use key::{id_key, key};
pub use load::{Coded, Entry, Loaded, Options, Unresolved, load};
pub use location::{Location, Span};
pub use migration::{Allow, Down, Hooks, Info, Script, ScriptFile, Section, SqlMigration, Text, Timeout};
pub use nearest::nearest;
pub use placeholder::{Placeholder, placeholders};
pub use problem::{Origin, Problem, Problems, Severity};
pub use resume::{Carried, Fate, carried, fates, is_new_part, is_repeatable, new_table};
pub use row_list::row_list;
pub use secret::{secrets, without_secrets};
pub use session_change::{changes_session, only_defines};
pub use shown::{acts_outside, fails_as_a_whole, shown};
pub use skim::{Skim, Skimmed, SkimmedBody, skim};
pub use split::statements;
pub use sum::{Content, Integrity, Proof, Prover, SUM_FILE, Sum, SumLine};
pub use transaction::{transaction_control, units};
