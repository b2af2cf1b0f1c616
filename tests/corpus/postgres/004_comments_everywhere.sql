-- A comment; with a semicolon; and it's quote "
/* a block; 'comment' */
/* nested /* comments /* are */ fine; */ -- */
CREATE /* a */ TABLE/**/t004/* c *//* d */(/* e */a/* f */INT/* ; */,-- g '
b TEXT -- h "
/* i
-- DOWN
*/
,
--j
c INT--k
)/* l */;/* m */--n
;;;
/**/
-- an arrow --> and a dash - -
SELECT 1--1
;
SELECT 2 -- DOWN below
- 1, 3 * /* four */ 4, 5 - -6, 7/-8, '--' || '/*' || '*/';
SELECT 1 /*/* nested */ 'still a comment; */ + 1;

-- DOWN
/* the way down; */
DROP TABLE /* now */ t004 -- gone
-- really
/* at last */
