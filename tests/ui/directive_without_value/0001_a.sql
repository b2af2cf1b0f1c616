-- Description:
-- Tags:
-- BeforeApply: two words
CREATE TABLE users (id INTEGER PRIMARY KEY);

-- DOWN

DROP TABLE users;
