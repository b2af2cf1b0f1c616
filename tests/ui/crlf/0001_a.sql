-- Migration: a
-- Dependencies: 0002_b
SELECT 'it''s', 'ok';
SELECT 'it''s;
-- DOWN
SELECT 1;
