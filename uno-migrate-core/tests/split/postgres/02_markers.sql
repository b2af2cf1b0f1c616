-- Migration: markers
	-- === UP MIGRATION ===	
-- Tags: after the marker
SELECT 1;; ; /* nothing */ ;
SELECT 2

  -- === DOWN MIGRATION ===  
;
-- Transaction: none
SELECT 3;
-- this brings the service down: it is prose
-- Upgrade, down payment, ups and downs
-- -- DOWN is what this is not
