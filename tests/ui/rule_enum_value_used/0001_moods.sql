CREATE TYPE mood AS ENUM ('happy');
CREATE TABLE people (id bigint PRIMARY KEY);

-- DOWN

DROP TABLE people;
DROP TYPE mood;
