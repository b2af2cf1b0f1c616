-- Dependencies: 0001_create_accounts
-- AfterApply: check_balance
INSERT INTO accounts (name, cents) VALUES ('bank', 3000);
UPDATE accounts SET cents = cents - 3000 WHERE name = 'cash';

-- DOWN

UPDATE accounts SET cents = cents + 3000 WHERE name = 'cash';
DELETE FROM accounts WHERE name = 'bank';
