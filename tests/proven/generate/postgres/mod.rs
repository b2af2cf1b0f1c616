//! PostgreSQL.

mod alone;
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
    tables::change_type,
    tables::constrain,
    tables::partitions,
    tables::copies,
    tables::inherit,
    tables::storage,
    indexes::plain,
    indexes::partial,
    indexes::expression,
    indexes::inverted,
    indexes::unique,
    indexes::odd,
    objects::enumeration,
    objects::domain,
    objects::composite,
    objects::view,
    objects::windows,
    objects::materialized,
    objects::sequence,
    objects::policy,
    objects::grants,
    objects::comments,
    objects::schema,
    objects::rule,
    objects::statistics,
    routines::trigger,
    routines::plpgsql,
    routines::sql_function,
    routines::atomic,
    routines::procedure,
    routines::anonymous,
    routines::aggregate,
    rows::insert,
    rows::upsert,
    rows::update,
    rows::from_cte,
    rows::series,
    rows::json,
    rows::delete,
    rows::settings,
    alone::concurrently,
    alone::enum_value,
    alone::timeouts,
    alone::vacuum,
    alone::validated,
];

/// The schema of a qualified name, with its dot.
fn schema_of(name: &str) -> String {
    name.split_once('.').map(|(schema, _)| format!("{schema}.")).unwrap_or_default()
}
