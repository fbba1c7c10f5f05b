-- ledger_tables.sql: the bank that is measured, and what it is measured against:
-- the same entries without chain and tree.
\ir accounts_tables.sql

-- The same row without chain and tree; a function that does the same but for
-- them: an account that is known, a balance in one unit, never below zero.
CREATE TABLE bench.plain_entry (LIKE creditbank.ledger_entry INCLUDING ALL);
ALTER TABLE bench.plain_entry DROP COLUMN prev_hash;
CREATE TABLE bench.plain_head (
	account_id bigint PRIMARY KEY REFERENCES creditbank.account (account_id),
	seq bigint NOT NULL,
	balance creditbank.credit_amount NOT NULL CHECK (balance >= 0)
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
	IF NOT FOUND THEN
		RAISE EXCEPTION 'account % has no ledger', account_id;
	END IF;
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

-- What verification would be without this extension's: set-based SQL with
-- pgcrypto over the same canonical bytes, built in SQL, or by our own C; by
-- window or by join. Each returns how many entries and accounts differ.
CREATE FUNCTION bench.bytes_in_sql(e creditbank.ledger_entry, ledger_id uuid)
RETURNS bytea
LANGUAGE sql IMMUTABLE
RETURN '\x63726564697462616e6b2e656e7472790101'::bytea || uuid_send(ledger_id)
	|| int8send(e.account_id) || int8send(e.seq) || int2send(e.kind)
	|| CASE WHEN e.amount IS NULL THEN '\x00'::bytea ELSE creditbank.credit_amount_send(e.amount) END
	|| CASE WHEN e.ref IS NULL THEN '\x00'::bytea
		ELSE '\x01'::bytea || int4send(octet_length(e.ref::text)) || textsend(e.ref::text) END
	|| int4send(e.occurred_on - date '1970-01-01')
	|| int8send((extract(epoch FROM e.recorded_at) * 1000000)::bigint)
	|| CASE WHEN e.actor IS NULL THEN '\x00'::bytea ELSE '\x01'::bytea || int4send(octet_length(e.actor)) || textsend(e.actor) END
	|| CASE WHEN e.detail IS NULL THEN '\x00'::bytea ELSE '\x01'::bytea || int4send(octet_length(e.detail)) || textsend(e.detail) END
	|| CASE WHEN e.reverses IS NULL THEN '\x00'::bytea ELSE '\x01'::bytea || int8send(e.reverses) END
	|| e.prev_hash;
CREATE FUNCTION bench.bytes_in_c(e creditbank.ledger_entry, ledger_id uuid)
RETURNS bytea
LANGUAGE sql IMMUTABLE
RETURN creditbank.entry_bytes(ledger_id, 'sha256-ed25519', e.account_id, e.seq, e.kind, e.amount, e.ref,
	e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, e.prev_hash);
CREATE PROCEDURE bench.make_verification(bytes text)
LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($f$
		CREATE FUNCTION bench.verify_by_window_%1$s() RETURNS bigint LANGUAGE plpgsql AS $b$
		BEGIN
			RETURN (
				SELECT count(*)
				FROM (
					SELECT e.account_id, e.seq, lead(e.prev_hash) OVER (PARTITION BY e.account_id ORDER BY e.seq) AS held,
						public.digest(bench.%1$s(e, (SELECT b.ledger_id FROM creditbank.bank AS b)), 'sha256') AS hash
					FROM creditbank.ledger_entry AS e) AS l
				LEFT JOIN creditbank.ledger_head AS h ON l.held IS NULL AND h.account_id = l.account_id AND h.seq = l.seq
				WHERE l.hash IS DISTINCT FROM coalesce(l.held, h.head_hash))
				+ bench.differing_balances();
		END $b$;
		CREATE FUNCTION bench.verify_by_join_%1$s() RETURNS bigint LANGUAGE plpgsql AS $b$
		BEGIN
			RETURN (
				SELECT count(*)
				FROM (
					SELECT e.account_id, e.seq,
						public.digest(bench.%1$s(e, (SELECT b.ledger_id FROM creditbank.bank AS b)), 'sha256') AS hash
					FROM creditbank.ledger_entry AS e) AS l
				FULL JOIN (
					SELECT account_id, seq - 1 AS seq, prev_hash AS hash
					FROM creditbank.ledger_entry
					WHERE seq > 1
					UNION ALL
					SELECT account_id, seq, head_hash
					FROM creditbank.ledger_head) AS held
					ON held.account_id = l.account_id AND held.seq = l.seq
				WHERE l.hash IS DISTINCT FROM held.hash)
				+ bench.differing_balances();
		END $b$ $f$, bytes);
END
$$;
CALL bench.make_verification('bytes_in_sql');
CALL bench.make_verification('bytes_in_c');
CREATE FUNCTION bench.differing_balances()
RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	RETURN (
		SELECT count(*)
		FROM (
			SELECT account_id, array_agg(amount ORDER BY amount) AS balances
			FROM (
				SELECT account_id, sum(amount) AS amount
				FROM creditbank.ledger_entry
				WHERE amount IS NOT NULL
				GROUP BY account_id, creditbank.unit(amount)) AS s
			GROUP BY account_id) AS b
		FULL JOIN creditbank.ledger_head AS h USING (account_id)
		WHERE coalesce(b.balances, '{}') <> h.balances);
END
$$;
CREATE FUNCTION bench.plain_size(OUT entries bigint, OUT plain bigint, OUT ours bigint)
LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS bench.target, bench.target_head;
	CREATE TABLE bench.target (LIKE creditbank.ledger_entry);
	ALTER TABLE bench.target DROP COLUMN entry_id, DROP COLUMN prev_hash;
	ALTER TABLE bench.target ADD PRIMARY KEY (account_id, seq);
	INSERT INTO bench.target (account_id, seq, recorded_at, amount, reverses, occurred_on, kind, ref, actor, detail)
	SELECT account_id, seq, recorded_at, amount, reverses, occurred_on, kind, ref, actor, detail
	FROM creditbank.ledger_entry
	ORDER BY entry_id;
	-- The heads freshly written on both sides: what they have more is two hashes.
	CREATE TABLE bench.target_head (LIKE creditbank.ledger_head INCLUDING ALL);
	INSERT INTO bench.target_head
	SELECT *
	FROM creditbank.ledger_head;
	ours := pg_total_relation_size('bench.target_head');
	ALTER TABLE bench.target_head DROP COLUMN prev_hash, DROP COLUMN head_hash, DROP COLUMN recorded_at;
	CREATE TABLE bench.target_head_plain AS
	TABLE bench.target_head WITH NO DATA;
	ALTER TABLE bench.target_head_plain SET (fillfactor = 70);
	ALTER TABLE bench.target_head_plain ADD PRIMARY KEY (account_id);
	INSERT INTO bench.target_head_plain
	SELECT *
	FROM bench.target_head;
	SELECT count(*) INTO entries FROM bench.target;
	plain := pg_total_relation_size('bench.target') + pg_total_relation_size('bench.target_head_plain');
	ours := ours + pg_total_relation_size('creditbank.ledger_entry') + pg_total_relation_size('creditbank.log_tile');
	DROP TABLE bench.target_head_plain;
END
$$;
