-- Every effect leaves a row: one that happens twice, or never, shows.
CREATE TABLE effects (who VARCHAR(30) NOT NULL);
INSERT INTO effects VALUES ('1_base a');

-- DOWN

DROP TABLE effects;
