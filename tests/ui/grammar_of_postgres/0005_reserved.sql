CREATE TABLE user_roles (order int, user text);

-- DOWN

DROP TABLE user_roles;
