-- Allow: index-not-concurrent the table has ten rows
CREATE INDEX countries_name ON countries (name);

-- DOWN

DROP INDEX countries_name;
