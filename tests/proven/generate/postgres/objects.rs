//! Types, views, sequences, rights.

use super::super::author::{Author, Kind, Step};

pub(super) fn enumeration(author: &mut Author) -> Step {
    let (table, name, column) = (author.table().name, author.name("status"), author.new_column_name());
    author.enums.push(name.clone());
    Step::new(
        name.clone(),
        [
            format!("CREATE TYPE {name} AS ENUM ('new', 'in progress', 'it''s done', 'don;t')"),
            format!("ALTER TABLE {table} ADD COLUMN {column} {name} NOT NULL DEFAULT 'new'"),
            format!("ALTER TYPE {name} RENAME VALUE 'in progress' TO 'running'"),
        ],
        [format!("ALTER TABLE {table} DROP COLUMN {column}"), format!("DROP TYPE {name}")],
    )
}

pub(super) fn domain(author: &mut Author) -> Step {
    let name = author.name("email");
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE DOMAIN {name} AS TEXT COLLATE \"C\" DEFAULT '' CONSTRAINT {name}_ok CHECK (VALUE = '' OR VALUE ~* '^[^@;]+@[^@]+$')"
            ),
            format!("ALTER DOMAIN {name} ADD CONSTRAINT short CHECK (CHAR_LENGTH(VALUE) < 254) NOT VALID"),
            format!("CREATE TABLE {name}_book (id INT PRIMARY KEY, home {name}, others {name}[])"),
            format!("INSERT INTO {name}_book VALUES (1, 'a@b.c', ARRAY['d@e.f', 'g@h.i']::{name}[])"),
        ],
        [format!("DROP TABLE {name}_book"), format!("DROP DOMAIN {name}")],
    )
}

pub(super) fn composite(author: &mut Author) -> Step {
    let name = author.name("money");
    Step::new(
        name.clone(),
        [
            format!("CREATE TYPE {name} AS (amount NUMERIC(10, 2), currency CHAR(3))"),
            format!("CREATE TYPE {name}_range AS RANGE (SUBTYPE = FLOAT8, SUBTYPE_DIFF = float8mi)"),
            format!("CREATE TABLE {name}_log (id INT, price {name}, span {name}_range)"),
            format!("INSERT INTO {name}_log VALUES (1, ROW(1.5, 'EUR'), {name}_range(1.0, 2.0, '[)'))"),
            format!("UPDATE {name}_log SET price.amount = (price).amount + 1 WHERE (price).currency = 'EUR'"),
        ],
        [format!("DROP TABLE {name}_log"), format!("DROP TYPE {name}_range"), format!("DROP TYPE {name}")],
    )
}

pub(super) fn view(author: &mut Author) -> Step {
    let (table, other, name) = (author.table(), author.table(), author.name("v"));
    let (text, flag) = (author.column(&table, Kind::Text), author.column(&other, Kind::Flag));
    let (table, other) = (table.name, other.name);
    let with = author.random.of(&["", " WITH (security_barrier)", " (id, label, is_set)"]);
    Step::new(
        name.clone(),
        [format!(
            "CREATE OR REPLACE VIEW {name}{with} AS SELECT a.id, a.{text} AS label, CASE WHEN b.{flag} THEN 'yes; it is' WHEN b.{flag} IS NULL THEN NULL ELSE 'no' END AS is_set FROM {table} AS a LEFT JOIN LATERAL (SELECT * FROM {other} o WHERE o.id = a.id LIMIT 1) b ON TRUE WHERE a.id NOT IN (SELECT -1 UNION ALL VALUES (-2), (-3))"
        )],
        [format!("DROP VIEW IF EXISTS {name}")],
    )
}

pub(super) fn windows(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ranking"));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let table = table.name;
    Step::new(
        name.clone(),
        [format!(
            "CREATE VIEW {name} AS WITH RECURSIVE steps (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM steps WHERE n < 5), ranked AS MATERIALIZED (SELECT id, {text} AS label, ROW_NUMBER() OVER w AS rank, SUM({number}) FILTER (WHERE {number} > 0) OVER (PARTITION BY {text} ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY n) AS middle FROM {table} CROSS JOIN steps GROUP BY id, {text}, {number} WINDOW w AS (ORDER BY id DESC)) SELECT DISTINCT ON (label) * FROM ranked ORDER BY label, rank"
        )],
        [format!("DROP VIEW {name}")],
    )
}

pub(super) fn materialized(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("mv"));
    let time = author.column(&table, Kind::Time);
    let table = table.name;
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE MATERIALIZED VIEW {name} AS SELECT date_trunc('month', {time})::DATE AS month, COUNT(*) AS total, GROUPING(date_trunc('month', {time})) AS level FROM {table} GROUP BY GROUPING SETS ((date_trunc('month', {time})), ()) WITH NO DATA"
            ),
            format!("CREATE UNIQUE INDEX {name}_key ON {name} (month, level)"),
            format!("REFRESH MATERIALIZED VIEW {name}"),
        ],
        [format!("DROP MATERIALIZED VIEW {name}")],
    )
}

pub(super) fn sequence(author: &mut Author) -> Step {
    let (table, name, column) = (author.table().name, author.name("seq"), author.new_column_name());
    // A sequence lives in its table's schema.
    let name = if let Some((schema, _)) = table.split_once('.') { format!("{schema}.{name}") } else { name };
    Step::new(
        format!("number {table}"),
        [
            format!(
                "CREATE SEQUENCE {name} AS BIGINT START WITH 100 INCREMENT BY 5 MINVALUE 1 MAXVALUE 9999999 CACHE 3 NO CYCLE"
            ),
            format!("ALTER TABLE {table} ADD COLUMN {column} BIGINT DEFAULT nextval('{name}'::regclass)"),
            format!("ALTER SEQUENCE {name} OWNED BY {table}.{column}"),
            format!("SELECT setval('{name}', (SELECT COALESCE(MAX(id), 1) + 100 FROM {table}), FALSE)"),
        ],
        [
            format!("ALTER SEQUENCE {name} OWNED BY NONE"),
            format!("ALTER TABLE {table} DROP COLUMN {column}"),
            format!("DROP SEQUENCE {name}"),
        ],
    )
}

pub(super) fn policy(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("only mine"));
    let (text, table) = (author.column(&table, Kind::Text), table.name);
    let name = author.quoted(&name);
    Step::new(
        format!("policy of {table}"),
        [
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            format!(
                "CREATE POLICY {name} ON {table} AS PERMISSIVE FOR ALL TO PUBLIC USING ({text} = CURRENT_USER OR current_setting('app.user', TRUE) IS NOT NULL) WITH CHECK ({text} IS DISTINCT FROM 'nobody')"
            ),
        ],
        [format!("DROP POLICY {name} ON {table}"), format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")],
    )
}

pub(super) fn grants(author: &mut Author) -> Step {
    let table = author.table().name;
    Step::new(
        format!("grants on {table}"),
        [
            format!("GRANT SELECT, INSERT (id), UPDATE ON TABLE {table} TO PUBLIC"),
            format!("REVOKE UPDATE ON {table} FROM PUBLIC"),
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC".to_owned(),
            format!("ALTER TABLE {table} OWNER TO CURRENT_USER"),
        ],
        [
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC".to_owned(),
            format!("REVOKE ALL PRIVILEGES ON {table} FROM PUBLIC CASCADE"),
        ],
    )
}

pub(super) fn comments(author: &mut Author) -> Step {
    let table = author.table();
    let (column, text) = (author.column(&table, Kind::Text), author.text());
    let table = table.name;
    Step::new(
        format!("describe {table}"),
        [
            format!("COMMENT ON TABLE {table} IS {text}"),
            format!("COMMENT ON COLUMN {table}.{column} IS E'it\\'s a \\\"label\\\"; \\u00e9\\n-- DOWN'"),
            format!("COMMENT ON COLUMN {table}.id IS $doc$the key; it's $1 and $$ $doc$"),
        ],
        [format!("COMMENT ON COLUMN {table}.{column} IS NULL"), format!("COMMENT ON TABLE {table} IS NULL")],
    )
}

pub(super) fn schema(author: &mut Author) -> Step {
    let name = author.name("app");
    author.schemas.push(name.clone());
    Step::new(
        format!("schema {name}"),
        [
            format!("CREATE SCHEMA IF NOT EXISTS {name}"),
            format!("CREATE TABLE {name}.\"settings\" (\"key\" TEXT PRIMARY KEY, value JSONB)"),
        ],
        [format!("DROP TABLE {name}.\"settings\""), format!("DROP SCHEMA {name}")],
    )
}

pub(super) fn rule(author: &mut Author) -> Step {
    let name = author.name("frozen");
    Step::new(
        name.clone(),
        [
            format!("CREATE TABLE {name} (id INT, note TEXT)"),
            format!(
                "CREATE RULE {name}_log AS ON UPDATE TO {name} WHERE old.id <> new.id DO ALSO (INSERT INTO {name} VALUES (old.id, 'was;'); SELECT 1)"
            ),
            format!("CREATE RULE {name}_keep AS ON DELETE TO {name} DO INSTEAD NOTHING"),
        ],
        [format!("DROP RULE {name}_log ON {name}"), format!("DROP TABLE {name}")],
    )
}

pub(super) fn statistics(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("stats"));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let table = table.name;
    Step::new(
        name.clone(),
        [format!("CREATE STATISTICS {name} (dependencies, ndistinct) ON {text}, {number} FROM {table}")],
        [format!("DROP STATISTICS {name}")],
    )
}
