CREATE PROCEDURE count_users()
BEGIN
    IF TRUE THEN
        SELECT COUNT(*) FROM users;
END;

-- DOWN

DROP PROCEDURE count_users;
