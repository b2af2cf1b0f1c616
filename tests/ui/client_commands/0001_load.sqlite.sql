.read countries.sql

-- DOWN

DELETE FROM countries;
