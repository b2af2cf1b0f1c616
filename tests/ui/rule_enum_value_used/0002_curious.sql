ALTER TYPE mood ADD VALUE 'curious';
ALTER TABLE people ADD COLUMN mood mood NOT NULL DEFAULT 'curious';

-- DOWN
-- Allow: drop-column nobody reads it

ALTER TABLE people DROP COLUMN mood;
