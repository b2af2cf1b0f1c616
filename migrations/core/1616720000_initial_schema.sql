-- Migration: Initial schema
-- Description: What every other migration builds on: the settings of the application
-- Tags: schema, core
CREATE TABLE settings (
    name VARCHAR(255) NOT NULL PRIMARY KEY,
    value VARCHAR(1000) NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);

INSERT INTO settings (name, value) VALUES
    ('site_name', 'My Site'),
    ('theme', 'default'),
    ('items_per_page', '10');

-- DOWN

DROP TABLE settings;
