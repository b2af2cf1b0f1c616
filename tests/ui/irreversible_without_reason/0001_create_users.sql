-- Irreversible:
CREATE TABLE users (id INTEGER PRIMARY KEY);
