CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

-- nothing yet
