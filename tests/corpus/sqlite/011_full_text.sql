CREATE VIRTUAL TABLE t011 USING fts5(title, body UNINDEXED, tokenize='porter unicode61 remove_diacritics 1', prefix='2 3', content='', columnsize=0);
CREATE TABLE t011_source (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIRTUAL TABLE t011_ext USING fts5(title, body, content='t011_source', content_rowid='id');
CREATE TRIGGER t011_ai AFTER INSERT ON t011_source BEGIN
  INSERT INTO t011_ext(rowid, title, body) VALUES (new.id, new.title, new.body);
END;
CREATE TRIGGER t011_ad AFTER DELETE ON t011_source BEGIN
  INSERT INTO t011_ext(t011_ext, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
INSERT INTO t011_source (title, body) VALUES ('it''s; here', 'a "quoted" text -- DOWN');
INSERT INTO t011_ext(t011_ext) VALUES ('rebuild');
SELECT highlight(t011_ext, 0, '<b>', '</b>;'), snippet(t011_ext, -1, '[', ']', '…', 5) FROM t011_ext WHERE t011_ext MATCH 'title: "it''s" NEAR(a b, 5) OR quo*' ORDER BY rank;
SELECT * FROM t011_ext('here NOT there');

-- DOWN
DROP TABLE t011_ext;
DROP TABLE t011_source;
DROP TABLE t011;
