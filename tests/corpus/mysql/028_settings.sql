SET @a = 1, @b := 'it''s; set', @`odd; name` = 3, @'quoted' = 4;
SET SESSION sort_buffer_size = @@GLOBAL.sort_buffer_size;
SET @@SESSION.max_statement_time = 60, @a = (SELECT COUNT(*) FROM information_schema.tables WHERE table_name = ';');
SET STATEMENT max_statement_time = 10, lock_wait_timeout = 5 FOR SELECT ';';
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
CREATE TABLE t028 (id INT);

-- DOWN
DROP TABLE t028;
