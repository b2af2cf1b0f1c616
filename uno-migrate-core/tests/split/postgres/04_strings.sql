SELECT 'it''s; -- DOWN', E'it\'s; \\', 'c:\', U&'\0041;''' UESCAPE '!', U&"d\0061t;a""", B'1;', X'1F;', N'n;''';
SELECT e'a'
  -- joined, and read like the first
  'b\';c', 'd\';
SELECT e'a' || 'b\'; SELECT "a;""b", "--";
SELECT '/* no comment', '-- neither';
-- DOWN
SELECT '
-- DOWN
';
