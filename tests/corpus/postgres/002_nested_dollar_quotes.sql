CREATE FUNCTION f002_outer() RETURNS TEXT LANGUAGE plpgsql AS $function$
DECLARE
  a TEXT := $a$one; $$two$$ -- DOWN $b$three$b$ $a$;
BEGIN
  EXECUTE $q$CREATE TABLE IF NOT EXISTS t002 (x TEXT DEFAULT $$it's; $1$$)$q$;
  EXECUTE format($f$INSERT INTO t002 VALUES (%L)$f$, a);
  RETURN $x_1$ $x_2$ $$ $ $ $x_2$ $x_1$;
END;
$function$;
SELECT f002_outer(), $$$$ AS empty, $ä$ü$ä$ AS umlaut, $_$ $a_$ $_$ AS underscore;
DO $$
BEGIN
  PERFORM $one$ '; $two$ '; $two$ $one$;
END
$$;

-- DOWN
DROP TABLE t002;
DROP FUNCTION f002_outer();
