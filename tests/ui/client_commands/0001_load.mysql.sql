source countries.sql

-- DOWN

DELETE FROM countries;
