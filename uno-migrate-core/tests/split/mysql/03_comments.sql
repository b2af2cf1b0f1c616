SELECT 5--3;
SELECT 1 -- ; a comment
+ 2 # ; another
;--	a tab counts
/* not /* nested; */ SELECT 3; --
SELECT 4 /* ; */ ;
-- DOWN
SELECT 1;
