-- Dependencies: 0003_users
CREATE TABLE orders (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE orders;
