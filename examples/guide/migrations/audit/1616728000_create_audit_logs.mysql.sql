-- Migration: Create audit logs
-- Dependencies: 1616721123_create_users_table
CREATE TABLE audit_logs (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    action VARCHAR(100) NOT NULL,
    entity_type VARCHAR(100) NOT NULL,
    entity_id VARCHAR(100) NOT NULL,
    user_id BIGINT,
    changes JSON,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    INDEX audit_logs_entity (entity_type, entity_id),
    INDEX audit_logs_user_id (user_id),
    FOREIGN KEY (user_id) REFERENCES users (id)
);

-- DOWN

DROP TABLE audit_logs;
