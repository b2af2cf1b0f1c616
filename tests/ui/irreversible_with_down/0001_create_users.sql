-- Irreversible: nobody wants to go back
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
