/* a block /* within a block; */ still one; */
SELECT 1 /* ; -- DOWN it goes */ + 2 -- ; no end
;--no blank
SELECT 5--3
;
SELECT 1*/* factor */2;
SELECT a @-/*x*/b, a <->-- y
c, 1/2;
/*+ SeqScan(t) */ SELECT * FROM t;
/*+ nothing but a hint */;
-- DOWN
/* only a comment */
