//! Views, sequences, events, and what only MariaDB has.

use super::super::author::{Author, Kind, Step};

pub(super) fn view(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("v"));
    let (text, flag) = (author.column(&table, Kind::Text), author.column(&table, Kind::Flag));
    let table = table.name;
    let with = author.random.of(&[
        "",
        "ALGORITHM = MERGE ",
        "SQL SECURITY INVOKER ",
        "DEFINER = CURRENT_USER SQL SECURITY DEFINER ",
    ]);
    let check = author.random.of(&["", " WITH CASCADED CHECK OPTION"]);
    Step::new(
        name.clone(),
        [format!(
            "CREATE OR REPLACE {with}VIEW {name} AS SELECT id, {text} AS `label; x`, IF({flag}, 'yes', \"it's no\") AS is_set FROM {table} WHERE id > 0{check}"
        )],
        [format!("DROP VIEW {name}")],
    )
}

pub(super) fn windows(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ranking"));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let table = table.name;
    Step::new(
        name.clone(),
        [format!(
            "CREATE VIEW {name} AS WITH RECURSIVE steps (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM steps WHERE n < 5), ranked AS (SELECT id, {text} AS label, ROW_NUMBER() OVER w AS place, SUM({number}) OVER (PARTITION BY {text} ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM {table} WINDOW w AS (ORDER BY id DESC)) SELECT r.*, n FROM ranked r CROSS JOIN steps"
        )],
        [format!("DROP VIEW IF EXISTS {name}")],
    )
}

pub(super) fn sequence(author: &mut Author) -> Step {
    let name = author.name("seq");
    Step::new(
        name.clone(),
        [
            format!("CREATE SEQUENCE {name} START WITH 100 INCREMENT BY 5 MINVALUE 1 MAXVALUE 9999999 CACHE 3 NOCYCLE"),
            format!("CREATE TABLE {name}_user (id BIGINT DEFAULT (NEXT VALUE FOR {name}) PRIMARY KEY, note TEXT)"),
            format!("SELECT SETVAL({name}, 200), NEXTVAL({name}), PREVIOUS VALUE FOR {name}"),
            format!("ALTER SEQUENCE {name} MAXVALUE 1000000"),
        ],
        [format!("DROP TABLE {name}_user"), format!("DROP SEQUENCE {name}")],
    )
}

pub(super) fn event(author: &mut Author) -> Step {
    let (table, name) = (author.table().name, author.name("nightly"));
    let body = match author.random.below(2) {
        0 => format!("DELETE FROM {table} WHERE id < -100"),
        _ => format!(
            "BEGIN\n  DECLARE done INT DEFAULT 0;\n  -- it's night; go\n  WHILE done < 3 DO\n    DELETE FROM {table} WHERE id < -100;\n    SET done = done + 1;\n  END WHILE;\nEND"
        ),
    };
    Step::new(
        name.clone(),
        [format!(
            "CREATE EVENT {name} ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE COMMENT 'it''s; nightly' DO {body}"
        )],
        [format!("DROP EVENT IF EXISTS {name}")],
    )
}

pub(super) fn versioned(author: &mut Author) -> Step {
    let name = author.name("history_of");
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE TABLE {name} (id INT PRIMARY KEY, price DECIMAL(9,2), valid_from DATE NOT NULL, valid_to DATE NOT NULL, PERIOD FOR validity (valid_from, valid_to)) WITH SYSTEM VERSIONING"
            ),
            format!("INSERT INTO {name} VALUES (1, 2.50, '2020-01-01', '2021-01-01')"),
            format!("SELECT * FROM {name} FOR SYSTEM_TIME ALL WHERE price > 1"),
            format!("ALTER TABLE {name} DROP SYSTEM VERSIONING"),
        ],
        [format!("DROP TABLE {name}")],
    )
}

pub(super) fn executable(author: &mut Author) -> Step {
    let (table, name) = (author.table().name, author.name("dumped"));
    Step::new(
        name.clone(),
        [
            "/*!40101 SET @old_names = @@character_set_client */".to_owned(),
            format!(
                "CREATE TABLE {name} (id INT /*!50000 NOT NULL */ /*M!100100 DEFAULT 7 */, note TEXT) /*!50100 ENGINE=InnoDB */"
            ),
            format!("/*!40000 ALTER TABLE {name} DISABLE KEYS */"),
            format!("INSERT /*! IGNORE */ INTO {name} (id) SELECT 1 FROM {table} LIMIT 0"),
        ],
        [format!("DROP TABLE /*!32302 IF EXISTS */ {name}")],
    )
}
