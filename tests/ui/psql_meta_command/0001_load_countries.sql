\set ON_ERROR_STOP on
CREATE TABLE countries (code TEXT PRIMARY KEY);
\copy countries FROM 'countries.csv'

-- DOWN

DROP TABLE countries;
