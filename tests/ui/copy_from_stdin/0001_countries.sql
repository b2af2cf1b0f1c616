CREATE TABLE countries (code TEXT PRIMARY KEY);
COPY countries (code) FROM stdin;
DE
FR
\.

-- DOWN

DROP TABLE countries;
