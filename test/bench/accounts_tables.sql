-- accounts_tables.sql: a bank and its accounts, which several rooms measure.
CALL creditbank.create_bank('bench.example.org');
CREATE SCHEMA bench;

-- Accounts as open_account makes them.
INSERT INTO creditbank.account (opened_on, commitment)
SELECT '2024-01-01', creditbank.digest(sha256(n::text::bytea) || 'A learner')
FROM generate_series(1, :accounts) AS n;
INSERT INTO creditbank.holder (account_id, full_name, salt)
SELECT a.account_id, 'A learner', sha256(a.account_id::text::bytea)
FROM creditbank.account AS a;
INSERT INTO creditbank.ledger_head (account_id, seq, recorded_at, balances, prev_hash, head_hash)
SELECT a.account_id, 0, '-infinity', '{}', g.hash, g.hash
FROM creditbank.account AS a
CROSS JOIN creditbank.bank AS b
CROSS JOIN LATERAL creditbank.genesis_hash(b.ledger_id, b.suite, a.account_id) AS g (hash);
SELECT *
FROM creditbank.append_entries($$
	SELECT a.account_id, 'opened' AS kind, NULL AS amount, NULL AS ref, a.opened_on AS occurred_on,
		jsonb_build_object('commitment', encode(a.commitment, 'hex')) AS detail, NULL AS reverses
	FROM creditbank.account AS a $$);
