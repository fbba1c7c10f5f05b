-- exchange_tables.sql: the bank that is imported into, and the rows that are imported.
\ir accounts_tables.sql

-- Twenty bodies that award five hundred things.
INSERT INTO creditbank.institution (code, name, kind)
SELECT format('BODY-%s', n), format('Awarding body %s', n), 'training'
FROM generate_series(1, 20) AS n;
INSERT INTO creditbank.catalogue (ref, title, level)
SELECT format('%s/BODY-%s/%s', (ARRAY['cert', 'course', 'training', 'award'])[n % 4 + 1], n % 20 + 1, n)::creditbank.achievement_ref,
	format('Postal and logistics skills, part %s', n), n % 10 + 1
FROM generate_series(1, 500) AS n;

-- What a body sends, in an order that has nothing to do with accounts: half of
-- the documents have a serial, some of the fields stay empty.
CREATE UNLOGGED TABLE bench.file AS
SELECT format('R-%s', n) AS external_id,
	creditbank.account_number(n * 7919 % :accounts + 1) AS account,
	format('%s/BODY-%s/%s%s', (ARRAY['cert', 'course', 'training', 'award'])[c.number % 4 + 1], c.number % 20 + 1, c.number,
		CASE WHEN n % 2 = 0 THEN format('#2024-%s', n) END) AS ref,
	CASE WHEN n % 3 = 0 THEN format('Postal and logistics skills, part %s', c.number) END AS title,
	format('%s %s', n % 12 + 1, CASE WHEN n % 4 = 1 THEN 'hr' ELSE 'cr' END) AS amount,
	CASE WHEN n % 5 = 0 THEN (60 + n % 40)::text END AS grade,
	CASE WHEN n % 4 = 1 THEN (80 + n % 20)::text END AS attendance,
	(date '2022-01-01' + (n % 900)::integer)::text AS awarded_on,
	CASE WHEN n % 10 = 0 THEN '2039-12-31' END AS expires_on,
	CASE WHEN n % 7 = 0 THEN 'online,national' END AS tags,
	CASE WHEN n % 8 = 0 THEN encode(sha256(n::text::bytea), 'hex') END AS evidence
FROM generate_series(1::bigint, :rows) AS n
CROSS JOIN LATERAL (SELECT (n / :accounts * 37 + n) % 500 + 1 AS number) AS c;

-- The plain way, which is what the import is compared with: the very rows that
-- it wrote, saved, are put into the same tables by INSERT ... SELECT.
CREATE UNLOGGED TABLE bench.achievement (LIKE creditbank.achievement);
CREATE UNLOGGED TABLE bench.import_record (LIKE creditbank.import_record);
CREATE UNLOGGED TABLE bench.ledger_entry (LIKE creditbank.ledger_entry);
CREATE UNLOGGED TABLE bench.ledger_head (LIKE creditbank.ledger_head);
CREATE FUNCTION bench.insert_select()
RETURNS void
LANGUAGE plpgsql
SET jit = off AS $$
BEGIN
	INSERT INTO creditbank.achievement
	OVERRIDING SYSTEM VALUE
	TABLE bench.achievement;
	INSERT INTO creditbank.import_record
	TABLE bench.import_record;
	INSERT INTO creditbank.ledger_entry
	OVERRIDING SYSTEM VALUE
	TABLE bench.ledger_entry;
	UPDATE creditbank.ledger_head AS h
	SET seq = s.seq,
		recorded_at = s.recorded_at,
		balances = s.balances,
		prev_hash = s.prev_hash,
		head_hash = s.head_hash
	FROM bench.ledger_head AS s
	WHERE s.account_id = h.account_id;
END
$$;
