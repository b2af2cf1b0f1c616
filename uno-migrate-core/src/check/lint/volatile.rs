//! Whether a default may differ from row to row: then each row is written.

use squawk_syntax::ast::{AstNode, CallExpr, Expr, FieldExpr};

/// What PostgreSQL itself has that gives one value for a whole statement, as far as it is seen in defaults. The linter
/// knows those without arguments; a function that is not here may be anybody's, and is volatile unless its author says
/// otherwise.
const STABLE: [&str; 74] = [
    "abs",
    "age",
    "array_append",
    "array_fill",
    "array_to_json",
    "array_to_string",
    "btrim",
    "ceil",
    "ceiling",
    "char_length",
    "coalesce",
    "concat",
    "concat_ws",
    "convert_from",
    "convert_to",
    "current_setting",
    "current_time",
    "current_timestamp",
    "current_user",
    "date_part",
    "date_trunc",
    "daterange",
    "decode",
    "encode",
    "extract",
    "floor",
    "format",
    "greatest",
    "hstore",
    "initcap",
    "int4range",
    "int8range",
    "json_build_array",
    "json_build_object",
    "json_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_object",
    "least",
    "left",
    "length",
    "localtime",
    "localtimestamp",
    "lower",
    "lpad",
    "ltrim",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamptz",
    "md5",
    "now",
    "nullif",
    "numrange",
    "regexp_replace",
    "repeat",
    "replace",
    "right",
    "round",
    "rpad",
    "rtrim",
    "split_part",
    "string_to_array",
    "substr",
    "substring",
    "timezone",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_timestamp",
    "to_tsvector",
    "transaction_timestamp",
    "upper",
];

/// Whether a default calls something that may give another value for each row.
pub(super) fn is_volatile(default: &Expr) -> bool {
    default.syntax().descendants().filter_map(CallExpr::cast).any(|call| {
        match call.expr() {
            Some(Expr::NameRef(name)) => !is_stable(&name.syntax().text().to_string()),
            Some(Expr::FieldExpr(path)) => !is_own(&path),
            // A form of the grammar's own, such as `EXTRACT(… FROM …)`.
            _ => false,
        }
    })
}

fn is_stable(name: &str) -> bool {
    STABLE.iter().any(|stable| name.eq_ignore_ascii_case(stable))
}

/// `pg_catalog.now()`
fn is_own(path: &FieldExpr) -> bool {
    let text = path.syntax().text().to_string();
    text.split_once('.').is_some_and(|(schema, name)| schema.eq_ignore_ascii_case("pg_catalog") && is_stable(name))
}
