//! Triggers, procedures, functions: their bodies as they are, without `DELIMITER`.

use super::super::author::{Author, Kind, Step};

pub(super) fn trigger(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("tr"));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let table = table.name;
    let when = author.random.of(&["BEFORE INSERT", "BEFORE UPDATE", "AFTER INSERT"]);
    let act = if when.starts_with("AFTER") {
        "SET @last_note = NEW.id".to_owned()
    } else {
        format!("SET NEW.{text} = TRIM(NEW.{text})")
    };
    let up = format!(
        "CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW BEGIN\n  -- it's a body; with statements\n  IF NEW.{number} < -5 THEN\n    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no; it''s negative';\n  ELSEIF NEW.{number} IS NULL THEN\n    SET @seen = CASE WHEN @seen IS NULL THEN 1 ELSE @seen + 1 END;\n  ELSE\n    {act};\n  END IF;\nEND"
    );
    Step::new(format!("trigger on {table}"), [up], [format!("DROP TRIGGER {name}")])
}

pub(super) fn short_trigger(author: &mut Author) -> Step {
    let (table, name) = (author.table().name, author.name("tr"));
    Step::new(
        format!("trigger on {table}"),
        [format!(
            "CREATE OR REPLACE TRIGGER {name} AFTER DELETE ON {table} FOR EACH ROW SET @deleted = COALESCE(@deleted, 0) + 1"
        )],
        [format!("DROP TRIGGER IF EXISTS {name}")],
    )
}

pub(super) fn procedure(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("tidy"));
    let text = author.column(&table, Kind::Text);
    let table = table.name;
    let body = match author.random.below(3) {
        0 => format!("BEGIN\n  DECLARE finished BOOLEAN DEFAULT FALSE;\n  DECLARE one BIGINT;\n  DECLARE ids CURSOR FOR SELECT id FROM {table} WHERE {text} <> ';';\n  DECLARE CONTINUE HANDLER FOR NOT FOUND SET finished = TRUE;\n  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;\n  OPEN ids;\n  each_id: LOOP\n    FETCH ids INTO one;\n    IF finished THEN LEAVE each_id; END IF;\n    UPDATE {table} SET {text} = CONCAT({text}, '') WHERE id = one;\n  END LOOP each_id;\n  CLOSE ids;\nEND"),
        1 => "BEGIN\n  DECLARE i INT DEFAULT 0;\n  outer_one: REPEAT\n    SET i = i + 1;\n    CASE i WHEN 1 THEN SELECT 'one; two'; WHEN 2 THEN BEGIN END; ELSE SET @x = i; END CASE;\n  UNTIL i >= 3 END REPEAT outer_one;\n  WHILE i > 0 DO SET i = i - 1; END WHILE;\nEND".to_owned(),
        _ => format!("SELECT COUNT(*) FROM {table} WHERE id > lowest"),
    };
    let traits = author.random.of(&[
        "",
        "MODIFIES SQL DATA\n",
        "COMMENT 'tidy; up'\nSQL SECURITY INVOKER\n",
        "NOT DETERMINISTIC READS SQL DATA ",
    ]);
    Step::new(
        name.clone(),
        [format!(
            "CREATE PROCEDURE {name}(IN lowest BIGINT, OUT total INT, INOUT `odd one` VARCHAR(20))\n{traits}{body}"
        )],
        [format!("DROP PROCEDURE IF EXISTS {name}")],
    )
}

pub(super) fn function(author: &mut Author) -> Step {
    let name = author.name("slug");
    let body = match author.random.below(2) {
        0 => "RETURN LOWER(REPLACE(raw, ';', '-'))",
        _ => {
            "BEGIN\n  DECLARE made VARCHAR(200);\n  IF raw IS NULL THEN RETURN NULL; END IF;\n  SET made = REPLACE(raw, '\\'', '-'); # it's; quoted\n  RETURN CASE made WHEN '' THEN 'none' ELSE made END;\nEND"
        }
    };
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE FUNCTION {name}(raw VARCHAR(200)) RETURNS VARCHAR(200) CHARSET utf8mb4 DETERMINISTIC NO SQL {body}"
            ),
            format!("SELECT {name}('a; b'), {name} ('c')"),
        ],
        [format!("DROP FUNCTION {name}")],
    )
}

pub(super) fn compound(author: &mut Author) -> Step {
    let (table, name) = (author.table().name, author.name("made"));
    Step::new(
        name.clone(),
        [
            format!(
                "BEGIN NOT ATOMIC\n  DECLARE n INT DEFAULT (SELECT COUNT(*) FROM {table});\n  IF n >= 0 THEN\n    CREATE TABLE {name} (id INT);\n  END IF;\nEND"
            ),
            format!(
                "IF (SELECT COUNT(*) FROM {name}) = 0 THEN INSERT INTO {name} VALUES (1); ELSE SELECT 'x; y'; END IF"
            ),
        ],
        [format!("DROP TABLE {name}")],
    )
}
