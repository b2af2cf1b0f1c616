//! Functions, procedures, triggers, anonymous blocks.

use super::super::author::{Author, Kind, Step};

pub(super) fn trigger(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("touch"));
    let time = author.column(&table, Kind::Time);
    let table = table.name;
    let tag = author.random.of(&["$$", "$body$", "$_$", "$fn2$"]);
    let (before, after) =
        if author.chance(2) { ("LANGUAGE plpgsql ", "") } else { ("", " LANGUAGE 'plpgsql' VOLATILE") };
    let timing = author.random.of(&["BEFORE UPDATE", "BEFORE INSERT OR UPDATE"]);
    Step::new(
        format!("trigger on {table}"),
        [
            format!(
                "CREATE OR REPLACE FUNCTION {name}() RETURNS TRIGGER {before}AS {tag}\nBEGIN\n  -- it's touched; always\n  IF NEW IS DISTINCT FROM OLD THEN\n    NEW.{time} := now();\n  END IF;\n  RETURN NEW;\nEND;\n{tag}{after}"
            ),
            format!(
                "CREATE TRIGGER {name}_row {timing} ON {table} FOR EACH ROW WHEN (pg_trigger_depth() < 2) EXECUTE FUNCTION {name}()"
            ),
        ],
        [format!("DROP TRIGGER {name}_row ON {table}"), format!("DROP FUNCTION {name}()")],
    )
}

pub(super) fn plpgsql(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("count_all"));
    let text = author.column(&table, Kind::Text);
    let table = table.name;
    Step::new(
        name.clone(),
        [format!(
            "CREATE FUNCTION {name}(IN wanted TEXT, OUT found BIGINT, VARIADIC more INT[] DEFAULT '{{}}') RETURNS BIGINT LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10 SET search_path = public, pg_temp AS $outer$\nDECLARE\n  command TEXT := $inner$SELECT count(*) FROM {table} WHERE ';' <> $1$inner$;\n  entry RECORD;\nBEGIN\n  EXECUTE command INTO found USING wanted;\n  FOR entry IN SELECT id, {text} AS label FROM {table} LOOP\n    CONTINUE WHEN entry.label IS NULL;\n    found := found + CASE WHEN entry.label = E'a\\'b' THEN 1 ELSE 0 END;\n  END LOOP;\nEXCEPTION\n  WHEN division_by_zero THEN RAISE NOTICE '% ; %', SQLERRM, SQLSTATE;\nEND\n$outer$"
        )],
        [format!("DROP FUNCTION {name}(TEXT, INT[])")],
    )
}

pub(super) fn sql_function(author: &mut Author) -> Step {
    let name = author.name("full_name");
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE FUNCTION {name}(first TEXT, last TEXT DEFAULT 'O''Brien; Esq.') RETURNS TEXT LANGUAGE SQL IMMUTABLE STRICT AS 'SELECT first || '' '' || last; SELECT $1 || '';'' || $2'"
            ),
            format!(
                "CREATE FUNCTION {name}_rows(lowest INT) RETURNS TABLE (n INT, label TEXT) AS $$ SELECT g, 'n' || g FROM generate_series(lowest, 10) g $$ LANGUAGE sql ROWS 10"
            ),
            format!("ALTER FUNCTION {name}(TEXT, TEXT) PARALLEL SAFE"),
        ],
        [format!("DROP FUNCTION {name}_rows"), format!("DROP FUNCTION IF EXISTS {name}(TEXT, TEXT) CASCADE")],
    )
}

pub(super) fn atomic(author: &mut Author) -> Step {
    let (table, name) = (author.table().name, author.name("standard"));
    Step::new(
        name.clone(),
        [
            format!("CREATE FUNCTION {name}(x INT) RETURNS INT LANGUAGE SQL RETURN CASE WHEN x > 0 THEN x ELSE -x END"),
            format!(
                "CREATE PROCEDURE {name}_all(INOUT total BIGINT) LANGUAGE SQL BEGIN ATOMIC SELECT COUNT(*) FROM {table}; SELECT CASE WHEN total IS NULL THEN 0 ELSE total END; END"
            ),
        ],
        [format!("DROP PROCEDURE {name}_all"), format!("DROP FUNCTION {name}")],
    )
}

pub(super) fn procedure(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("tidy"));
    let number = author.column(&table, Kind::Number);
    let table = table.name;
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE OR REPLACE PROCEDURE {name}(\"limit\" INTEGER)\nLANGUAGE plpgsql\nAS $procedure$\nBEGIN\n  UPDATE {table} SET {number} = {number} WHERE id < \"limit\";\nEND;\n$procedure$"
            ),
            format!("CALL {name}(10)"),
        ],
        [format!("DROP PROCEDURE {name}(INTEGER)")],
    )
}

pub(super) fn anonymous(author: &mut Author) -> Step {
    let (table, name) = (author.table().name, author.name("ensured"));
    Step::new(
        name.clone(),
        [
            format!(
                "DO $do$\nBEGIN\n  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = '{name}') THEN\n    CREATE TYPE {name} AS ENUM ('a', 'b');\n  END IF;\n  PERFORM 1 FROM {table};\n  EXECUTE format('COMMENT ON TYPE %I IS %L', '{name}', 'it''s; fine');\nEND\n$do$"
            ),
            "DO LANGUAGE plpgsql 'BEGIN PERFORM 1; END'".to_owned(),
        ],
        [format!("DO $$ BEGIN DROP TYPE IF EXISTS {name}; END $$")],
    )
}

pub(super) fn aggregate(author: &mut Author) -> Step {
    let name = author.name("concat_all");
    // Operators are told apart by their signs alone.
    let number = author.number();
    let signs: String = (0..12).map(|bit| if number >> bit & 1 == 0 { '~' } else { '%' }).collect();
    let operator = format!("=={signs}");
    Step::new(
        name.clone(),
        [
            format!("CREATE AGGREGATE {name}(TEXT) (SFUNC = textcat, STYPE = TEXT, INITCOND = '')"),
            format!(
                "CREATE FUNCTION {name}_eq(INT, TEXT) RETURNS BOOLEAN LANGUAGE SQL IMMUTABLE AS 'SELECT $1::TEXT = $2'"
            ),
            format!("CREATE OPERATOR {operator} (LEFTARG = INT, RIGHTARG = TEXT, FUNCTION = {name}_eq)"),
            format!("SELECT 1 {operator} '1', 1 OPERATOR(public.{operator}) '2'"),
        ],
        [
            format!("DROP OPERATOR {operator} (INT, TEXT)"),
            format!("DROP FUNCTION {name}_eq"),
            format!("DROP AGGREGATE {name}(TEXT)"),
        ],
    )
}
