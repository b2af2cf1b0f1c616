CREATE TRIGGER stamp AFTER INSERT ON users
BEGIN
    UPDATE users SET stamped = 1 WHERE id = new.id;

-- DOWN

DROP TRIGGER stamp;
