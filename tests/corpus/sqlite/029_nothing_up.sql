-- Nothing: kept for its number

-- DOWN
-- Nothing: it does nothing on the way up either
