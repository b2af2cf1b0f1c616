-- Migration: Create audit logs
-- Dependencies: 1616721123_create_users_table
CREATE TABLE audit_logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    action TEXT NOT NULL,
    entity_type TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    user_id INTEGER REFERENCES users (id),
    changes TEXT,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX audit_logs_entity ON audit_logs (entity_type, entity_id);
CREATE INDEX audit_logs_user_id ON audit_logs (user_id);

-- DOWN

DROP TABLE audit_logs;
