CREATE FUNCTION touch() RETURNS trigger AS $body$
BEGIN
    RETURN NEW;
END;
$bod$ LANGUAGE plpgsql;

-- DOWN

DROP FUNCTION touch;
