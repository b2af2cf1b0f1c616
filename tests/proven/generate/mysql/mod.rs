//! MariaDB, and MySQL as far as both say the same.

mod indexes;
mod objects;
mod routines;
mod rows;
mod tables;

use super::Take;

pub(super) const STEPS: &[Take] = &[
    tables::create,
    tables::create,
    tables::add_column,
    tables::add_column,
    tables::drop_column,
    tables::rename_column,
    tables::modify,
    tables::constrain,
    tables::partitions,
    tables::copies,
    tables::options,
    tables::renamed,
    indexes::plain,
    indexes::inside,
    indexes::fulltext,
    indexes::spatial,
    indexes::online,
    objects::view,
    objects::windows,
    objects::sequence,
    objects::event,
    objects::versioned,
    objects::executable,
    routines::trigger,
    routines::short_trigger,
    routines::procedure,
    routines::function,
    routines::compound,
    rows::insert,
    rows::upsert,
    rows::update,
    rows::from_cte,
    rows::json,
    rows::delete,
    rows::prepared,
    rows::settings,
];
