CREATE TABLE t003 (id INT, s TEXT);
INSERT INTO t003 VALUES
  (1, 'it''s'), (2, E'it\'s; \\'), (3, E'\\'), (4, '\'), (5, E'a\\'';'), (6, e'\x41\102\u00e9\U0001F980\t'),
  (7, U&'d\0061t\+000061'), (8, U&'d!0061t!+000061' UESCAPE '!'), (9, ''), (10, ''''), (11, ''';'''),
  (12, 'first '
       'second; '
       'third'), (13, E'first\''
       'second\''), (14, N'national'), (15, B'101'::TEXT), (16, X'1F'::TEXT), (17, '-- DOWN
-- DOWN
/* DOWN */'), (18, $$'$$), (19, '$$'), (20, '"');

-- DOWN
DROP TABLE t003;
