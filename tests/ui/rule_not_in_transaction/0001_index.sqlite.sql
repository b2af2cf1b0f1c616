VACUUM;

-- DOWN
-- Nothing: it left nothing
