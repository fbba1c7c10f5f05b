-- ledger_append: appending one entry, appending many, taking an entry back.
BEGIN;
\set ECHO none
\o /dev/null
\i test/regress/open_bank.sql
SELECT creditbank.open_account('Learner ' || n, '2023-01-01') FROM generate_series(1, 6) AS n;
-- entries(account): its chain, without what differs from run to run.
CREATE FUNCTION pg_temp.entries(of_account bigint)
RETURNS TABLE (seq bigint, kind text, amount creditbank.credit_amount, ref creditbank.achievement_ref, occurred_on date, detail text, reverses bigint)
LANGUAGE sql AS $$
	SELECT e.seq, k.name, e.amount, e.ref, e.occurred_on, e.detail, e.reverses
	FROM creditbank.ledger_entry AS e
	JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
	WHERE e.account_id = of_account AND e.seq > 1
	ORDER BY e.seq
$$;
CREATE TEMP TABLE staging (account_id bigint, kind text, amount creditbank.credit_amount, ref creditbank.achievement_ref, occurred_on date, detail text, reverses bigint);
\o
\set ECHO all

-- An entry is taken back once, by one of the opposite amount and the same reference.
SELECT seq FROM creditbank.append_entry(1, 'recognised', '8 cr', 'course/OUC/LOG-101', '2024-01-01', '{"a": 1}');
SELECT seq FROM creditbank.append_entry(1, 'recognised', NULL, NULL, '2024-01-02', NULL);
SELECT seq FROM creditbank.reverse_entry(1, 2, '2024-02-01', '{"why": "posted twice"}');
SELECT seq FROM creditbank.reverse_entry(1, 3, '2024-02-02', NULL);
SELECT * FROM pg_temp.entries(1);
SELECT balance FROM creditbank.balance(creditbank.account_number(1));
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(1, 2, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(1, 1, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(1, 4, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(1, 6, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(2, 2, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(99, 2, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(1, NULL, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, ''reversed'', NULL, NULL, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, NULL, NULL, NULL, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, ''given'', NULL, NULL, ''2024-02-01'', NULL)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, ''recognised'', NULL, NULL, ''infinity'', NULL)');
-- What was added and is spent cannot be taken back; nor can anything overflow.
SELECT seq FROM creditbank.append_entry(1, 'recognised', '5 hr', NULL, '2024-01-01', NULL);
SELECT seq FROM creditbank.append_entry(1, 'consumed', '-3 hr', NULL, '2024-01-01', NULL);
SELECT * FROM pg_temp.error_of('SELECT creditbank.reverse_entry(1, 6, ''2024-02-01'', NULL)');
SELECT seq FROM creditbank.append_entry(1, 'recognised', '57646075230342.3487 ects', NULL, '2024-01-01', NULL);
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, ''recognised'', ''0.0001 ects'', NULL, ''2024-01-01'', NULL)');
-- An entry fits its kind: the first opens the account, no other does, and an
-- amount has the sign of its kind.
SELECT k.kind, k.amount, e.sqlstate_, e.message, e.detail
FROM (VALUES
	(1, 'opened', NULL), (2, 'deposited', '1 hr'), (3, 'recognised', '-1 hr'), (4, 'declined', '1 hr'),
	(5, 'consumed', '1 hr'), (6, 'converted', '-1 hr')) AS k (place, kind, amount)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.append_entry(1, %L, %L, NULL, ''2024-01-01'', NULL)', k.kind, k.amount)) AS e
ORDER BY k.place;
SELECT row_number, sqlstate, message
FROM creditbank.append_entries(ARRAY[ROW(1, 'opened', NULL, NULL, '2024-01-01', NULL, NULL), ROW(1, 'consumed', '1 hr', NULL, '2024-01-01', NULL, NULL)]::creditbank.new_entry[], true);
SAVEPOINT unopened;
INSERT INTO creditbank.account (opened_on, commitment) VALUES ('2024-01-01', sha256('')) RETURNING account_id AS unopened \gset
INSERT INTO creditbank.ledger_head (account_id, seq, recorded_at, balances, prev_hash, head_hash) VALUES (:unopened, 0, '-infinity', '{}', sha256(''), sha256(''));
SELECT sqlstate_, message FROM pg_temp.error_of(format('SELECT creditbank.append_entry(%s, ''declined'', NULL, NULL, ''2024-01-01'', NULL)', :unopened));
ROLLBACK TO unopened;
-- A trigger that swallows entries is an error, not a gap in the chain.
CREATE FUNCTION pg_temp.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER swallow BEFORE INSERT ON creditbank.ledger_entry FOR EACH ROW EXECUTE FUNCTION pg_temp.swallow();
SELECT * FROM pg_temp.error_of('SELECT creditbank.append_entry(1, ''declined'', NULL, NULL, ''2024-01-01'', NULL)');
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.append_entries(ARRAY[ROW(1, ''declined'', NULL, NULL, ''2024-01-01'', NULL, NULL)]::creditbank.new_entry[])');
ROLLBACK TO unopened;
-- The index keeps it so, whoever writes.
SELECT sqlstate_, message FROM pg_temp.error_of($$
	INSERT INTO creditbank.ledger_entry (account_id, seq, recorded_at, occurred_on, kind, reverses, prev_hash)
	VALUES (1, 99, now(), '2024-01-01', 7, 2, '\x00') $$);

-- Many: by account, in the order given; each account's chain goes on.
SELECT * FROM creditbank.append_entries($$
	SELECT 3 AS account_id, 'recognised' AS kind, 1 AS amount, NULL AS ref, '2024-01-03' AS occurred_on, 'first of 3' AS detail, NULL AS reverses
	$$);
INSERT INTO staging VALUES
	(3, 'recognised', '2 cr', 'course/A/B', '2024-01-01', 'a', NULL),
	(2, 'recognised', '10 hr', NULL, '2024-01-01', 'b', NULL),
	(3, 'consumed', '-3 cr', NULL, '2024-01-02', '', NULL),
	(2, 'reversed', NULL, NULL, '2024-01-02', 'takes b back', 2),
	(2, 'recognised', '4 hr', NULL, '2024-01-03', NULL, NULL);
SELECT * FROM creditbank.append_entries('TABLE staging');
SELECT * FROM pg_temp.entries(2);
SELECT * FROM pg_temp.entries(3);
SELECT account_id, seq, balances FROM creditbank.ledger_head WHERE account_id IN (2, 3) ORDER BY account_id;
SELECT bool_and(entry_hash = next_prev_hash) AS chained
FROM (
	SELECT entry_hash, lead(prev_hash) OVER (PARTITION BY account ORDER BY seq) AS next_prev_hash
	FROM creditbank.ledger) AS l
WHERE next_prev_hash IS NOT NULL;
SELECT class, account, seq FROM creditbank.verify_ledger() WHERE class <> 'differing_achievement';
-- An array; nothing at all; NULL.
SELECT * FROM creditbank.append_entries(ARRAY[ROW(4, 'recognised', '2 pt', NULL, '2024-01-01', NULL, NULL)]::creditbank.new_entry[]);
SELECT * FROM pg_temp.entries(4);
SELECT count(*) FROM creditbank.append_entries('{}'::creditbank.new_entry[]);
SELECT count(*) FROM creditbank.append_entries('TABLE staging LIMIT 0');
SELECT count(*) FROM creditbank.append_entries(NULL::text);

-- All or nothing: the first row refused is the error, and its place is told.
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.append_entries(ARRAY[
	ROW(5, 'recognised', '2 pt', NULL, '2024-01-01', NULL, NULL),
	ROW(5, 'consumed', '-3 pt', NULL, '2024-01-01', NULL, NULL)]::creditbank.new_entry[]) $$);
SELECT count(*) FROM pg_temp.entries(5);
SAVEPOINT before;
\set SHOW_CONTEXT always
SELECT creditbank.append_entries(ARRAY[ROW(2, 'recognised', '2 pt', NULL, '2024-01-01', NULL, NULL), ROW(1, 'consumed', '-3 pt', NULL, '2024-01-01', NULL, NULL)]::creditbank.new_entry[]);
\set SHOW_CONTEXT errors
ROLLBACK TO before;
-- Every way a row can be refused; the rest is posted.
TRUNCATE staging;
INSERT INTO staging VALUES
	(5, 'recognised', '2 pt', NULL, '2024-01-01', 'stands', NULL),
	(5, 'consumed', '-3 pt', NULL, '2024-01-01', NULL, NULL),
	(5, 'consumed', '-1 pt', NULL, '2024-01-01', 'stands', NULL),
	(77, 'recognised', '2 pt', NULL, '2024-01-01', NULL, NULL),
	(5, 'given', '2 pt', NULL, '2024-01-01', NULL, NULL),
	(NULL, 'recognised', '2 pt', NULL, '2024-01-01', NULL, NULL),
	(5, NULL, '2 pt', NULL, '2024-01-01', NULL, NULL),
	(5, 'recognised', '2 pt', NULL, NULL, NULL, NULL),
	(5, 'recognised', '2 pt', NULL, '-infinity', NULL, NULL),
	(5, 'recognised', '57646075230342.3487 pt', NULL, '2024-01-01', NULL, NULL),
	(5, 'recognised', '2 pt', NULL, '2024-01-01', NULL, 2),
	(5, 'reversed', NULL, NULL, '2024-01-01', NULL, NULL),
	(5, 'reversed', '-1 pt', NULL, '2024-01-01', NULL, 3),
	(5, 'reversed', NULL, NULL, '2024-01-01', 'stands: gives 1 pt back', 3),
	(5, 'reversed', NULL, NULL, '2024-01-01', NULL, 3),
	(5, 'reversed', NULL, NULL, '2024-01-01', NULL, 1),
	(5, 'reversed', NULL, NULL, '2024-01-01', NULL, 55),
	(5, 'recognised', '1 hr', NULL, '2024-01-01', 'stands', NULL);
SELECT * FROM creditbank.append_entries('TABLE staging', skip_refused => true) ORDER BY row_number;
SELECT * FROM pg_temp.entries(5);
SELECT balance FROM creditbank.balance(creditbank.account_number(5));
SELECT class, account, seq FROM creditbank.verify_ledger() WHERE class <> 'differing_achievement';

-- Queries that are none, or have not the columns.
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.append_entries('SELECT 1') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.append_entries('DELETE FROM staging') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.append_entries('SELECT s.*, ''x''::text AS amount FROM staging AS s') $$);
SELECT sqlstate_, message FROM pg_temp.error_of($$ SELECT creditbank.append_entries('SELECT ''x'' AS account_id, kind, amount, ref, occurred_on, detail, reverses FROM staging') $$);

-- Batches: an account longer than a batch, details wider than one, one call.
TRUNCATE staging;
INSERT INTO staging
SELECT CASE WHEN n % 3 = 0 THEN 6 ELSE n % 6 + 1 END, 'recognised', '0.0001 cr', NULL, '2024-01-01',
	CASE WHEN n % 500 = 0 THEN repeat(n::text, 100000) ELSE n::text END, NULL
FROM generate_series(1, 7000) AS n;
SELECT count(*) FROM creditbank.append_entries('TABLE staging');
SELECT account_id, count(*) AS entries, count(DISTINCT detail) AS details, max(length(detail)) AS longest
FROM creditbank.ledger_entry
WHERE occurred_on = '2024-01-01' AND amount = '0.0001 cr'
GROUP BY account_id
ORDER BY account_id;
SELECT count(*) AS out_of_order
FROM (
	SELECT left(detail, 4)::integer < lag(left(detail, 4)::integer) OVER (PARTITION BY account_id ORDER BY seq) AS out_of_order
	FROM creditbank.ledger_entry
	WHERE amount = '0.0001 cr' AND length(detail) = 4) AS o
WHERE out_of_order;
SELECT class, account, seq FROM creditbank.verify_ledger() WHERE class <> 'differing_achievement';
-- A query that appends to other accounts while it is read.
SELECT count(*) FROM creditbank.append_entries($$
	SELECT 1 AS account_id, 'recognised' AS kind, NULL::creditbank.credit_amount AS amount, NULL::creditbank.achievement_ref AS ref,
		date '2024-01-01' AS occurred_on, (SELECT a.seq::text FROM creditbank.append_entries(ARRAY[ROW(2, 'recognised', '1 cr', NULL, '2024-01-01', 'within', NULL)]::creditbank.new_entry[]) AS r, creditbank.append_entry(2, 'recognised', '1 cr', NULL, '2024-01-01', 'within') AS a LIMIT 1) AS detail, NULL::bigint AS reverses
	FROM generate_series(1, 30) $$);
SELECT class, account, seq FROM creditbank.verify_ledger() WHERE class <> 'differing_achievement';
ROLLBACK;

-- A bank that lets a balance of points go below zero, and no other.
BEGIN;
CALL creditbank.create_bank('test.example.org', negative_units => '{pt}');
SELECT negative_units FROM creditbank.bank;
SELECT account FROM creditbank.open_account('A', '2023-01-01');
SELECT seq FROM creditbank.append_entry(1, 'consumed', '-3 pt', NULL, '2024-01-01', NULL);
SELECT sqlstate, message, detail FROM creditbank.append_entries(ARRAY[ROW(1, 'consumed', '-3 cr', NULL, '2024-01-01', NULL, NULL), ROW(1, 'consumed', '-1 pt', NULL, '2024-01-01', NULL, NULL)]::creditbank.new_entry[], true);
SELECT balance FROM creditbank.balance('00000000000195');
ROLLBACK;
BEGIN;
\i test/regress/error_of.sql
SELECT sqlstate_, message FROM pg_temp.error_of('CALL creditbank.create_bank(''test.example.org'', negative_units => ''{gold}'')');
SELECT sqlstate_, message FROM pg_temp.error_of('CALL creditbank.create_bank(''test.example.org'', negative_units => ''{NULL}'')');
ROLLBACK;
