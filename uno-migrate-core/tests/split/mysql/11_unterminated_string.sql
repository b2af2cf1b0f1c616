SELECT 'a\';
-- DOWN
