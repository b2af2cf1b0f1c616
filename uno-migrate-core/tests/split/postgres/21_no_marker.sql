-- Irreversible: data is gone

-- free text
SELECT 1
