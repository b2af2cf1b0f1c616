//! What squawk's linter finds in PostgreSQL's statements: the rules are ours, and say it in our words.
//!
//! All of them are about tables that others use: one that is made by the same section is nobody's yet.

use crate::Dialect;
use crate::check::levels::RulesVersion;
use crate::check::rule::{Examples, Judge, Level, Rule};

/// A rule that warns, on PostgreSQL.
const fn linted(
    id: &'static str,
    title: &'static str,
    why: &'static str,
    instead: &'static str,
    examples: Examples,
) -> Rule {
    let (dialects, level, since, judge) = (&[Dialect::Postgres], Level::Warn, RulesVersion::FIRST, Judge::Lint);
    Rule { id, title, why, instead, dialects, level, since, judge, examples }
}

pub(in crate::check) static CHANGE_TYPE: Rule = linted(
    "change-type",
    "the type of a column is changed",
    "most changes of a type write the whole table anew, and nobody reads or writes it meanwhile; programs that know the \
     old type may fail",
    "add a column of the new type, have the application write both, fill it in batches, and drop the old one in a later \
     release; a type that only gets wider (`varchar(20)` to `varchar(40)` or `text`) writes nothing anew",
    Examples {
        refused: "ALTER TABLE orders ALTER COLUMN total TYPE bigint;\n",
        accepted: "ALTER TABLE orders ADD COLUMN total_cents bigint;\n",
    },
);

/// As far as it is about `CHECK`.
pub(in crate::check) static CHECK_CONSTRAINT: Rule = linted(
    "check-constraint",
    "a check is added and validated at once",
    "the table is read from end to end under a lock that nobody gets past, which takes minutes if it is large",
    "add it with `NOT VALID`, which looks at new rows only, and validate it in a later migration, which keeps nobody out",
    Examples {
        refused: "ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total >= 0);\n",
        accepted: "ALTER TABLE orders ADD CONSTRAINT orders_total CHECK (total >= 0) NOT VALID;\n",
    },
);

pub(in crate::check) static DETACH_NOT_CONCURRENT: Rule = linted(
    "detach-not-concurrent",
    "`DETACH PARTITION` without `CONCURRENTLY`",
    "it waits for everybody who uses the partitioned table, and meanwhile everybody else waits behind it",
    "detach it with `CONCURRENTLY`, in a migration of its own with `-- Transaction: none`; below `-- DOWN` it is \
     reported only outside a transaction, where `CONCURRENTLY` costs one word",
    Examples {
        refused: "ALTER TABLE visits DETACH PARTITION visits_2024;\n",
        accepted: "-- Transaction: none\nALTER TABLE visits DETACH PARTITION visits_2024 CONCURRENTLY;\n",
    },
);

pub(in crate::check) static DROP_INDEX_NOT_CONCURRENT: Rule = linted(
    "drop-index-not-concurrent",
    "`DROP INDEX` without `CONCURRENTLY`",
    "it waits for everybody who uses the table, and meanwhile everybody else waits behind it",
    "drop it with `CONCURRENTLY`, in a migration of its own with `-- Transaction: none`; below `-- DOWN` it is \
     reported only outside a transaction, where `CONCURRENTLY` costs one word",
    Examples {
        refused: "DROP INDEX orders_total;\n",
        accepted: "-- Transaction: none\nDROP INDEX CONCURRENTLY orders_total;\n",
    },
);

pub(in crate::check) static FOREIGN_KEY: Rule = linted(
    "foreign-key",
    "a foreign key is added and validated at once",
    "the table is read from end to end under a lock that keeps writers out of both, which takes minutes if it is large",
    "add it with `NOT VALID`, which looks at new rows only, and validate it in a later migration, which keeps nobody out",
    Examples {
        refused: "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);\n",
        accepted: "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\n",
    },
);

pub(in crate::check) static INDEX_NOT_CONCURRENT: Rule = linted(
    "index-not-concurrent",
    "`CREATE INDEX` without `CONCURRENTLY` on a table that is in use",
    "a plain build keeps writers out for as long as it takes, which is minutes if the table is large",
    "build it with `CONCURRENTLY`, in a migration of its own with `-- Transaction: none`; on a partitioned table, build it \
     on each partition that way, and then on the table",
    Examples {
        refused: "CREATE INDEX orders_total ON orders (total);\n",
        accepted: "-- Transaction: none\nCREATE INDEX CONCURRENTLY orders_total ON orders (total);\n",
    },
);

/// Whatever its name there says, it is about every primary key.
pub(in crate::check) static PRIMARY_KEY: Rule = linted(
    "primary-key",
    "a primary key is added and its index built at once",
    "the index is built under a lock that nobody gets past, which takes minutes if the table is large",
    "build a unique index with `CONCURRENTLY` first, and make that one the primary key with `USING INDEX`",
    Examples {
        refused: "ALTER TABLE orders ADD PRIMARY KEY (id);\n",
        accepted: "ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey;\n",
    },
);

pub(in crate::check) static REINDEX_NOT_CONCURRENT: Rule = linted(
    "reindex-not-concurrent",
    "`REINDEX` without `CONCURRENTLY`",
    "nobody writes to the table until the index is built, and hardly anybody reads it",
    "rebuild it with `CONCURRENTLY`, in a migration of its own with `-- Transaction: none`",
    Examples {
        refused: "REINDEX INDEX orders_total;\n",
        accepted: "-- Transaction: none\nREINDEX INDEX CONCURRENTLY orders_total;\n",
    },
);

pub(in crate::check) static REQUIRED_COLUMN: Rule = linted(
    "required-column",
    "a column is added that is `NOT NULL` and has no default",
    "it fails as soon as the table has a row; if it has none, programs that do not know the column cannot insert one",
    "give it a default, which costs nothing if it is a constant; or add it without `NOT NULL`, and fill it",
    Examples {
        refused: "ALTER TABLE orders ADD COLUMN currency text NOT NULL;\n",
        accepted: "ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';\n",
    },
);

pub(in crate::check) static SET_NOT_NULL: Rule = linted(
    "set-not-null",
    "a column is made `NOT NULL` without a check that proves it",
    "the table is read from end to end under a lock that nobody gets past, which takes minutes if it is large",
    "add a check `(column IS NOT NULL) NOT VALID`; in a later migration validate it and set `NOT NULL`, which then looks at \
     no row, and drop the check",
    Examples {
        refused: "ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;\n",
        accepted: "ALTER TABLE orders VALIDATE CONSTRAINT orders_currency_not_null;\n\
                   ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;\n",
    },
);

pub(in crate::check) static UNIQUE_CONSTRAINT: Rule = linted(
    "unique-constraint",
    "a unique constraint is added and its index built at once",
    "the index is built under a lock that nobody gets past, which takes minutes if the table is large",
    "build a unique index with `CONCURRENTLY` first, and make that one the constraint with `USING INDEX`",
    Examples {
        refused: "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);\n",
        accepted: "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;\n",
    },
);

pub(in crate::check) static VOLATILE_DEFAULT: Rule = linted(
    "volatile-default",
    "a column is added with a value that is computed for each row",
    "the whole table is written anew, and nobody reads or writes it meanwhile; a constant default writes nothing",
    "add the column without the default, set the default in a second statement, which is for new rows only, and fill the \
     old ones in batches",
    Examples {
        refused: "ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();\n",
        accepted: "ALTER TABLE users ADD COLUMN token uuid;\n\
                   ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();\n",
    },
);

/// What squawk calls them.
#[cfg(test)]
pub(in crate::check) const IN_SQUAWK: [(&Rule, &str); 12] = [
    (&CHANGE_TYPE, "changing-column-type"),
    (&CHECK_CONSTRAINT, "constraint-missing-not-valid"),
    (&DETACH_NOT_CONCURRENT, "require-concurrent-partition-detach"),
    (&DROP_INDEX_NOT_CONCURRENT, "require-concurrent-index-deletion"),
    (&FOREIGN_KEY, "adding-foreign-key-constraint"),
    (&INDEX_NOT_CONCURRENT, "require-concurrent-index-creation"),
    (&PRIMARY_KEY, "adding-serial-primary-key-field"),
    (&REINDEX_NOT_CONCURRENT, "require-concurrent-reindex"),
    (&REQUIRED_COLUMN, "adding-required-field"),
    (&SET_NOT_NULL, "adding-not-nullable-field"),
    (&UNIQUE_CONSTRAINT, "disallowed-unique-constraint"),
    (&VOLATILE_DEFAULT, "adding-field-with-default"),
];
