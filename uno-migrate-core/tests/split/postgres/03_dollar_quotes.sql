DO $$
BEGIN
  RAISE NOTICE 'a; b';
  -- DOWN
END
$$;
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$
BEGIN
  EXECUTE $q$ SELECT '$$'; $q$;
  RETURN $$;$$;
END;
$body$;
PREPARE p AS SELECT $1, $2;
SELECT a$b$, c$$d FROM t; SELECT $täg$;$täg$;
SELECT $1$x$;$x$;
-- DOWN
DROP FUNCTION f();
