/* a block /* not nested; */
SELECT 1 -- ; none
;SELECT 2/* ; */--
;
/*! not executed; */ SELECT 3;
/*+ no hint; */ SELECT 4;
-- DOWN
/* nothing */
