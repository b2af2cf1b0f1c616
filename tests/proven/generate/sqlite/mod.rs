//! SQLite.

mod alone;
mod objects;
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
    tables::renamed,
    tables::copies,
    tables::without_rowid,
    tables::generated,
    objects::index,
    objects::index,
    objects::trigger,
    objects::trigger,
    objects::instead,
    objects::view,
    objects::windows,
    objects::search,
    objects::trees,
    rows::insert,
    rows::upsert,
    rows::update,
    rows::from_cte,
    rows::json,
    rows::delete,
    rows::settings,
    alone::rebuild,
    alone::vacuum,
    alone::rebuild,
];
