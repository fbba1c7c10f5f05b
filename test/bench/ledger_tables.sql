-- ledger_tables.sql: the bank that is measured, and what it is measured against:
-- the same entries without chain and tree.
CALL creditbank.create_bank('bench.example.org');
CREATE SCHEMA bench;

-- Accounts as open_account makes them, but for their holders.
INSERT INTO creditbank.account (opened_on, commitment)
SELECT '2024-01-01', creditbank.digest(n::text::bytea)
FROM generate_series(1, :accounts) AS n;
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

-- The same row without chain and tree, with its balance beside it.
CREATE TABLE bench.plain_entry (LIKE creditbank.ledger_entry INCLUDING ALL);
ALTER TABLE bench.plain_entry DROP COLUMN prev_hash;
CREATE TABLE bench.plain_head (
	account_id bigint PRIMARY KEY,
	seq bigint NOT NULL,
	balance creditbank.credit_amount NOT NULL
) WITH (fillfactor = 70);
INSERT INTO bench.plain_entry (account_id, seq, recorded_at, amount, occurred_on, kind, ref, actor, detail)
SELECT account_id, seq, recorded_at, amount, occurred_on, kind, ref, actor, detail
FROM creditbank.ledger_entry;
INSERT INTO bench.plain_head
SELECT account_id, seq, '0 cr'
FROM creditbank.ledger_head;
CREATE FUNCTION bench.append_unhashed(
	account_id bigint, kind smallint, amount creditbank.credit_amount, ref creditbank.achievement_ref,
	occurred_on date, detail text, OUT entry_id bigint, OUT seq bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_variable
BEGIN
	UPDATE bench.plain_head AS h
	SET seq = h.seq + 1, balance = h.balance + amount
	WHERE h.account_id = account_id
	RETURNING h.seq INTO seq;
	INSERT INTO bench.plain_entry AS e (account_id, seq, recorded_at, amount, occurred_on, kind, ref, actor, detail)
	VALUES (account_id, seq, clock_timestamp(), amount, occurred_on, kind, ref, session_user, detail)
	RETURNING e.entry_id INTO entry_id;
END
$$;

-- The very row, inserted bare.
CREATE TABLE bench.bare_entry (LIKE creditbank.ledger_entry INCLUDING ALL);
CREATE SEQUENCE bench.bare_seq CACHE 100;

-- Rows to append, in an order that has nothing to do with accounts, and the
-- rows they become.
CREATE FUNCTION bench.make_input(rows bigint)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS bench.input;
	CREATE UNLOGGED TABLE bench.input AS
	SELECT n * 7919 % (SELECT count(*) FROM creditbank.account) + 1 AS account_id,
		'recognised' AS kind,
		'1 cr'::creditbank.credit_amount AS amount,
		format('course/OUC/LOG-%s', n % 500)::creditbank.achievement_ref AS ref,
		date '2024-01-01' + (n % 300)::integer AS occurred_on,
		format('{"id": "%s", "note": "postal express"}', n) AS detail,
		NULL::bigint AS reverses
	FROM generate_series(1, rows) AS n;
END
$$;
CREATE FUNCTION bench.reset_plain()
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS bench.ready, bench.target;
	CREATE TABLE bench.target (LIKE creditbank.ledger_entry INCLUDING ALL);
	INSERT INTO bench.target (account_id, seq, recorded_at, amount, occurred_on, kind, ref, actor, detail, prev_hash)
	SELECT account_id, seq, recorded_at, amount, occurred_on, kind, ref, actor, detail, prev_hash
	FROM creditbank.ledger_entry;
	CREATE UNLOGGED TABLE bench.ready AS
	SELECT i.account_id, h.seq + row_number() OVER (PARTITION BY i.account_id) AS seq, now() AS recorded_at,
		i.amount, i.occurred_on, 3::smallint AS kind, i.ref, 'postgres'::text AS actor, i.detail, h.head_hash AS prev_hash
	FROM bench.input AS i
	JOIN creditbank.ledger_head AS h USING (account_id)
	ORDER BY i.account_id, seq;
	ANALYZE bench.ready;
END
$$;
CREATE FUNCTION bench.insert_select()
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO bench.target (account_id, seq, recorded_at, amount, occurred_on, kind, ref, actor, detail, prev_hash)
	SELECT *
	FROM bench.ready;
END
$$;
