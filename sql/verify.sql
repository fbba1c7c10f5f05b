-- verify.sql: verification of the ledger: one account, or all of it.
-- Promise: reads only; recomputes every hash from what is stored and believes
-- nothing else; says which account, which entry and what kind of break. No rows
-- means that nothing was found.
--
-- The whole ledger is first held against itself in any order (verify.c); only
-- when sides disagree do the ordered passes below look for the places.

CREATE FUNCTION creditbank.is_amount(amount creditbank.credit_amount)
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_is_amount'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.is_amount(creditbank.credit_amount) IS
'Whether the stored amount has a unit that is known: true but for pages written to behind the server''s back. NULL for NULL.';

-- The aggregates: every pass over a table ends in sums, which join.
CREATE FUNCTION creditbank.sums_add_entry(
	state internal,
	key bytea,
	entry_id bigint,
	account_id bigint,
	seq bigint,
	recorded_at timestamptz,
	amount creditbank.credit_amount,
	reverses bigint,
	occurred_on date,
	kind smallint,
	ref creditbank.achievement_ref,
	actor text,
	detail text,
	prev_hash bytea)
RETURNS internal
AS 'MODULE_PATHNAME', 'creditbank_sums_add_entry'
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION creditbank.sums_add_entry(internal, bytea, bigint, bigint, bigint, timestamptz, creditbank.credit_amount, bigint, date, smallint, creditbank.achievement_ref, text, text, bytea) IS
'The transition of entry_sums. What is stored is never an error.';

CREATE FUNCTION creditbank.sums_add_head(
	state internal,
	key bytea,
	account_id bigint,
	seq bigint,
	balances creditbank.credit_amount[],
	head_hash bytea)
RETURNS internal
AS 'MODULE_PATHNAME', 'creditbank_sums_add_head'
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION creditbank.sums_add_head(internal, bytea, bigint, bigint, creditbank.credit_amount[], bytea) IS
'The transition of head_sums. What is stored is never an error.';

CREATE FUNCTION creditbank.sums_add_account(state internal, key bytea, account_id bigint)
RETURNS internal
AS 'MODULE_PATHNAME', 'creditbank_sums_add_account'
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION creditbank.sums_add_account(internal, bytea, bigint) IS
'The transition of account_sums.';

CREATE FUNCTION creditbank.sums_add_tile(state internal, key bytea, level smallint, tile bigint, hashes bytea)
RETURNS internal
AS 'MODULE_PATHNAME', 'creditbank_sums_add_tile'
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION creditbank.sums_add_tile(internal, bytea, smallint, bigint, bytea) IS
'The transition of tile_sums. What is stored is never an error.';

CREATE FUNCTION creditbank.sums_join(state internal, more internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'creditbank_sums_join'
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.sums_join(internal, internal) IS
'Joins what two processes have found, for the aggregates of verification.';

CREATE FUNCTION creditbank.sums_write(state internal)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_sums_write'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.sums_write(internal) IS
'The state of an aggregate of verification as bytes, for its way between processes.';

CREATE FUNCTION creditbank.sums_read(bytes bytea, unused internal)
RETURNS internal
AS 'MODULE_PATHNAME', 'creditbank_sums_read'
LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.sums_read(bytea, internal) IS
'The state that sums_write wrote. Errors: 22C07 for any other bytes.';

CREATE FUNCTION creditbank.sums_result(state internal)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_sums_result'
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.sums_result(internal) IS
'What an aggregate of verification returns: its sums as bytes, those of no rows for NULL.';

CREATE AGGREGATE creditbank.entry_sums(
	key bytea,
	entry_id bigint,
	account_id bigint,
	seq bigint,
	recorded_at timestamptz,
	amount creditbank.credit_amount,
	reverses bigint,
	occurred_on date,
	kind smallint,
	ref creditbank.achievement_ref,
	actor text,
	detail text,
	prev_hash bytea)
(
	SFUNC = creditbank.sums_add_entry,
	STYPE = internal,
	COMBINEFUNC = creditbank.sums_join,
	SERIALFUNC = creditbank.sums_write,
	DESERIALFUNC = creditbank.sums_read,
	FINALFUNC = creditbank.sums_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.entry_sums(bytea, bigint, bigint, bigint, timestamptz, creditbank.credit_amount, bigint, date, smallint, creditbank.achievement_ref, text, text, bytea) IS
'The sums of ledger entries under the key of one verification. For ledger_disagreements only.';

CREATE AGGREGATE creditbank.head_sums(
	key bytea,
	account_id bigint,
	seq bigint,
	balances creditbank.credit_amount[],
	head_hash bytea)
(
	SFUNC = creditbank.sums_add_head,
	STYPE = internal,
	COMBINEFUNC = creditbank.sums_join,
	SERIALFUNC = creditbank.sums_write,
	DESERIALFUNC = creditbank.sums_read,
	FINALFUNC = creditbank.sums_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.head_sums(bytea, bigint, bigint, creditbank.credit_amount[], bytea) IS
'The sums of ledger heads under the key of one verification. For ledger_disagreements only.';

CREATE AGGREGATE creditbank.account_sums(key bytea, account_id bigint)
(
	SFUNC = creditbank.sums_add_account,
	STYPE = internal,
	COMBINEFUNC = creditbank.sums_join,
	SERIALFUNC = creditbank.sums_write,
	DESERIALFUNC = creditbank.sums_read,
	FINALFUNC = creditbank.sums_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.account_sums(bytea, bigint) IS
'The sums of accounts under the key of one verification. For ledger_disagreements only.';

CREATE AGGREGATE creditbank.tile_sums(key bytea, level smallint, tile bigint, hashes bytea)
(
	SFUNC = creditbank.sums_add_tile,
	STYPE = internal,
	COMBINEFUNC = creditbank.sums_join,
	SERIALFUNC = creditbank.sums_write,
	DESERIALFUNC = creditbank.sums_read,
	FINALFUNC = creditbank.sums_result,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE creditbank.tile_sums(bytea, smallint, bigint, bytea) IS
'The sums of the tree''s tiles under the key of one verification. For ledger_disagreements only.';

CREATE FUNCTION creditbank.log_root(tree_size bigint, suite text)
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_log_root'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION creditbank.log_root(bigint, text) IS
'The root of the tree of a size, from the stored tiles. NULL when they lack what it needs, and for NULL.';

CREATE FUNCTION creditbank.ledger_disagreements()
RETURNS TABLE (part text, found text)
AS 'MODULE_PATHNAME', 'creditbank_ledger_disagreements'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
-- Tiles lie outside their table's few pages. Compiling the reading of rows saves a
-- tenth of a long run; optimising what was compiled costs more than it saves.
SET min_parallel_table_scan_size = 0
SET jit_inline_above_cost = -1
SET jit_optimize_above_cost = -1;
COMMENT ON FUNCTION creditbank.ledger_disagreements() IS
'Which sides of the ledger disagree, found in any order by as many processes as the settings allow: one row per part, with what disagrees in words; no rows when all agree. A sound ledger never gives a row; an unsound one gives none with a probability below 2^-60, drawn anew in each run. The bank must be open.';


-- The ordered passes: each looks at one account, or at what stands above an id
-- in the accounts it touches, or at all.
CREATE FUNCTION creditbank.chain_to_verify(of_account bigint, after_id bigint)
RETURNS TABLE (account_id bigint, seq bigint, entry_id bigint, prev_hash bytea, hash bytea, genesis bytea, boundary boolean, seq_below bigint)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	bank record;
BEGIN
	SELECT b.ledger_id, b.suite
	INTO STRICT bank
	FROM creditbank.bank AS b;
	RETURN QUERY
	WITH scope AS (
		SELECT of_account AS account_id, 0::bigint AS first_seq
		WHERE of_account IS NOT NULL
		UNION ALL
		SELECT a.account_id, 0
		FROM (
			SELECT e.account_id FROM creditbank.ledger_entry AS e
			UNION
			SELECT h.account_id FROM creditbank.ledger_head AS h) AS a
		WHERE of_account IS NULL AND after_id IS NULL
		UNION ALL
		SELECT e.account_id, greatest(min(e.seq), 1)
		FROM creditbank.ledger_entry AS e
		WHERE e.entry_id > after_id
		GROUP BY e.account_id)
	SELECT e.account_id, e.seq, e.entry_id, e.prev_hash,
		-- What could never have been hashed is altered, not an error.
		CASE WHEN isfinite(e.occurred_on) AND isfinite(e.recorded_at) AND e.recorded_at < '294246-01-01'
				AND octet_length(e.prev_hash) = 32
			THEN creditbank.entry_hash(bank.ledger_id, bank.suite, e.account_id, e.seq, e.kind, e.amount, e.ref,
				e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, e.prev_hash) END,
		creditbank.genesis_hash(bank.ledger_id, bank.suite, e.account_id),
		e.seq < scope.first_seq,
		greatest(scope.first_seq - 2, 0)
	FROM scope
	JOIN creditbank.ledger_entry AS e
		ON e.account_id = scope.account_id AND e.seq >= scope.first_seq - 1;
END
$$;
COMMENT ON FUNCTION creditbank.chain_to_verify(bigint, bigint) IS
'The entries of one account (all of them), or for NULL those with an id above after_id and, of each account touched, the one before them (boundary); or for NULL and NULL all. One row per entry, with its hash as computed now (NULL when what is stored cannot be hashed) and its account''s genesis hash; seq_below is the seq under the first that should be there.';

CREATE FUNCTION creditbank.hash_elsewhere(of_account bigint, of_seq bigint, at_account bigint, at_seq bigint, after_hash bytea)
RETURNS bytea
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.entry_hash(b.ledger_id, b.suite, at_account, at_seq, e.kind, e.amount, e.ref,
			e.occurred_on, e.recorded_at, e.actor, e.detail, e.reverses, coalesce(after_hash, e.prev_hash))
		FROM creditbank.ledger_entry AS e
		CROSS JOIN creditbank.bank AS b
		WHERE e.account_id = of_account
			AND e.seq = of_seq
			AND isfinite(e.occurred_on)
			AND isfinite(e.recorded_at)
			AND e.recorded_at < '294246-01-01'
			AND octet_length(coalesce(after_hash, e.prev_hash)) = 32
		LIMIT 1);
END
$$;
COMMENT ON FUNCTION creditbank.hash_elsewhere(bigint, bigint, bigint, bigint, bytea) IS
'The hash that an entry would have in another place, or after another entry (NULL: after the one it names). NULL when there is no such entry or it cannot be hashed.';

CREATE FUNCTION creditbank.stands_in_tree(entry_id bigint, hash bytea)
RETURNS boolean
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN (
		SELECT creditbank.log_leaf_index(stands_in_tree.entry_id,
			creditbank.merkle_leaf_hash(stands_in_tree.hash, b.suite)) IS NOT NULL
		FROM creditbank.bank AS b);
END
$$;
COMMENT ON FUNCTION creditbank.stands_in_tree(bigint, bytea) IS
'Whether the tree holds an entry''s hash in the tile of its id; false for NULL.';

CREATE FUNCTION creditbank.verify_chain(of_account bigint DEFAULT NULL, after_id bigint DEFAULT NULL)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.chain_to_verify(of_account, after_id) AS c
		WHERE c.seq BETWEEN 1 AND 4611686018427387904),
	head AS MATERIALIZED (
		SELECT h.account_id, h.seq, h.head_hash, age(h.xmin) AS age
		FROM creditbank.ledger_head AS h
		WHERE (of_account IS NULL OR h.account_id = of_account)
			AND (after_id IS NULL OR h.account_id IN (SELECT entry.account_id FROM entry))),
	link AS MATERIALIZED (
		SELECT e.*,
			coalesce(lag(e.seq) OVER in_order, e.seq_below) AS seq_before,
			CASE WHEN e.boundary THEN e.prev_hash
				WHEN lag(e.seq) OVER in_order IS NULL THEN e.genesis
				ELSE lag(e.hash) OVER in_order END AS hash_before,
			lag(e.entry_id) OVER in_order AS id_before,
			lead(e.seq) OVER in_order IS NULL AS is_last,
			lead(e.prev_hash) OVER in_order AS next_prev_hash,
			CASE WHEN lead(e.seq) OVER in_order = e.seq + 1 THEN lead(e.prev_hash) OVER in_order
				WHEN h.seq = e.seq THEN h.head_hash END AS hash_after
		FROM entry AS e
		LEFT JOIN head AS h ON h.account_id = e.account_id
		-- Of two in one place the older is followed by the next.
		WINDOW in_order AS (PARTITION BY e.account_id ORDER BY e.seq, e.entry_id DESC)),
	broken AS MATERIALIZED (
		SELECT *
		FROM link
		WHERE seq = seq_before + 1 AND prev_hash IS DISTINCT FROM hash_before),
	-- All fits again when this entry alone names the one before it anew.
	mended AS MATERIALIZED (
		SELECT account_id, seq, hash_before, prev_hash
		FROM broken
		WHERE hash IS DISTINCT FROM hash_after
			AND creditbank.hash_elsewhere(account_id, seq, account_id, seq, hash_before) = hash_after),
	-- All fits again when these two change places.
	swapped AS MATERIALIZED (
		SELECT account_id, seq, prev_hash, hash
		FROM broken
		WHERE next_prev_hash = hash_before
			AND creditbank.hash_elsewhere(account_id, seq + 1, account_id, seq, NULL) = prev_hash
			AND EXISTS (
				SELECT FROM link AS second
				WHERE second.account_id = broken.account_id
					AND second.seq = broken.seq + 1
					AND creditbank.hash_elsewhere(broken.account_id, broken.seq, broken.account_id, broken.seq + 1, NULL) = second.hash_after)),
	-- All fits when an entry goes where the hash it carries belongs.
	moved AS MATERIALIZED (
		SELECT x.account_id, x.seq, before.account_id AS from_account, before.seq + 1 AS from_seq
		FROM broken AS x
		JOIN entry AS before ON before.hash = x.prev_hash
		WHERE (before.account_id, before.seq + 1) <> (x.account_id, x.seq)
			AND NOT EXISTS (
				SELECT FROM swapped AS s
				WHERE s.account_id = x.account_id AND x.seq IN (s.seq, s.seq + 1))
			AND creditbank.hash_elsewhere(x.account_id, x.seq, before.account_id, before.seq + 1, NULL) IN (
				SELECT n.prev_hash FROM entry AS n WHERE n.account_id = before.account_id AND n.seq = before.seq + 2
				UNION ALL
				SELECT h.head_hash FROM head AS h WHERE h.account_id = before.account_id AND h.seq = before.seq + 1)),
	explained AS MATERIALIZED (
		-- Links that say nothing more: the seq of the entry whose prev_hash differs.
		SELECT m.account_id, m.seq + n AS seq
		FROM mended AS m
		CROSS JOIN generate_series(0, 1) AS n
		UNION
		SELECT s.account_id, s.seq + n
		FROM swapped AS s
		CROSS JOIN generate_series(0, 2) AS n
		UNION
		SELECT m.account_id, m.seq + n
		FROM moved AS m
		CROSS JOIN generate_series(0, 1) AS n),
	-- The one before is as it was sealed, so it is this one that was altered.
	cleared AS MATERIALIZED (
		SELECT b.account_id, b.seq, b.prev_hash, b.hash_before, b.hash IS DISTINCT FROM b.hash_after AS told_below
		FROM broken AS b
		WHERE (b.account_id, b.seq) NOT IN (SELECT account_id, seq FROM explained)
			AND creditbank.stands_in_tree(b.id_before, b.hash_before)),
	tail AS MATERIALIZED (
		SELECT l.account_id, l.seq, l.entry_id, l.hash
		FROM link AS l
		WHERE l.is_last)
	SELECT CASE WHEN seq = 1 THEN 'altered_start' ELSE 'altered_entry' END,
		account_id, seq, encode(hash_before, 'hex'), encode(prev_hash, 'hex')
	FROM mended
	UNION ALL
	SELECT 'reordered_entry', account_id, seq, encode(prev_hash, 'hex'), encode(hash, 'hex')
	FROM swapped
	UNION ALL
	SELECT CASE WHEN account_id = from_account THEN 'reordered_entry' ELSE 'moved_entry' END,
		account_id, seq,
		format('entry %s of account %s', from_seq, creditbank.account_number(from_account)),
		format('entry %s of account %s', seq, creditbank.account_number(account_id))
	FROM moved
	UNION ALL
	-- The hash an entry carries of the one before it is what that one was when
	-- the link was made.
	SELECT CASE WHEN seq_before = 0 THEN 'altered_start' ELSE 'altered_entry' END,
		account_id, greatest(seq_before, 1), encode(prev_hash, 'hex'), encode(hash_before, 'hex')
	FROM broken
	WHERE (account_id, seq) NOT IN (SELECT account_id, seq FROM explained)
		AND (account_id, seq) NOT IN (SELECT account_id, seq FROM cleared)
	UNION ALL
	SELECT 'altered_entry', account_id, seq, encode(hash_before, 'hex'), encode(prev_hash, 'hex')
	FROM cleared
	WHERE NOT told_below
	UNION ALL
	SELECT 'missing_entry', account_id, seq_before + 1,
		format('entry %s', seq_before + 1), format('entry %s', seq)
	FROM link
	WHERE seq > seq_before + 1
	UNION ALL
	SELECT 'forked_chain', account_id, seq, 'one entry', 'more than one entry'
	FROM link
	WHERE seq = seq_before
	UNION ALL
	SELECT CASE
			WHEN a.account_id IS NULL THEN 'missing_account'
			WHEN h.account_id IS NULL THEN 'missing_head'
			WHEN coalesce(t.seq, 0) < h.seq THEN 'missing_entry'
			WHEN coalesce(t.seq, 0) > h.seq THEN 'inserted_entry'
			WHEN t.seq IS NULL OR octet_length(h.head_hash) <> 32
				OR creditbank.stands_in_tree(t.entry_id, t.hash) THEN 'differing_head'
			WHEN t.entry_id <= (SELECT max(c.last_entry_id) FROM creditbank.checkpoint AS c) THEN 'altered_entry'
			-- Entry and head are written in one transaction, and then no more.
			WHEN h.age < (
				SELECT age(e.xmin)
				FROM creditbank.ledger_entry AS e
				WHERE e.account_id = t.account_id AND e.seq = t.seq
				LIMIT 1) THEN 'differing_head'
			ELSE 'altered_entry' END,
		coalesce(h.account_id, t.account_id, a.account_id),
		CASE
			WHEN h.seq <> coalesce(t.seq, 0) THEN least(h.seq, coalesce(t.seq, 0)) + 1
			ELSE coalesce(t.seq, 1) END,
		CASE WHEN coalesce(t.seq, 0) = h.seq THEN encode(h.head_hash, 'hex') ELSE 'last entry ' || h.seq END,
		CASE WHEN coalesce(t.seq, 0) = h.seq THEN encode(t.hash, 'hex') ELSE 'last entry ' || coalesce(t.seq, 0) END
	FROM head AS h
	FULL JOIN tail AS t ON t.account_id = h.account_id
	FULL JOIN (
		SELECT account.account_id
		FROM creditbank.account AS account
		WHERE (of_account IS NULL OR account.account_id = of_account)
			AND (after_id IS NULL OR account.account_id IN (SELECT entry.account_id FROM entry))) AS a
		ON a.account_id = coalesce(h.account_id, t.account_id)
	WHERE (a.account_id IS NULL
			OR h.account_id IS NULL
			OR coalesce(t.seq, 0) <> h.seq
			OR coalesce(t.hash, CASE WHEN t.seq IS NULL THEN (
				SELECT creditbank.genesis_hash(b.ledger_id, b.suite, h.account_id)
				FROM creditbank.bank AS b) END) IS DISTINCT FROM h.head_hash)
		AND NOT (a.account_id IS NOT NULL AND h.seq <= t.seq
			AND (t.account_id, t.seq + 1) IN (SELECT account_id, seq FROM explained))
	UNION ALL
	SELECT CASE WHEN e.seq BETWEEN 1 AND 4611686018427387904 AND k.name = 'reversed' AND e.reverses IS NULL
			THEN 'wrong_reversal' ELSE 'malformed_entry' END,
		e.account_id, e.seq, 'an entry as the bank writes it',
		format('entry %s of kind %s%s', e.seq, e.kind,
			CASE WHEN NOT creditbank.is_amount(e.amount) THEN ', of a unit that is none' END)
	FROM creditbank.ledger_entry AS e
	LEFT JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
	WHERE (of_account IS NULL OR e.account_id = of_account)
		AND (after_id IS NULL OR e.entry_id > after_id)
		AND (e.seq NOT BETWEEN 1 AND 4611686018427387904
			OR k.name IS NULL
			OR k.name <> 'opened' AND (k.name IN ('published', 'superseded')) <> (e.account_id = 0)
			OR k.name = 'reversed' AND e.reverses IS NULL
			OR NOT creditbank.is_amount(e.amount))
	ORDER BY 2, 3, 1;
END
$$;
COMMENT ON FUNCTION creditbank.verify_chain(bigint, bigint) IS
'Breaks in the chain of one account, or for NULL of the accounts with entries above after_id from those on, or for NULL and NULL of all: altered_entry, altered_start, reordered_entry, moved_entry (for all only), missing_entry, inserted_entry, forked_chain, malformed_entry, differing_head, missing_head, missing_account, and wrong_reversal for one that names no entry. A part of verify_account and verify_ledger.';

CREATE FUNCTION creditbank.verify_balances(of_account bigint DEFAULT NULL, after_id bigint DEFAULT NULL)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH head AS MATERIALIZED (
		SELECT h.account_id, h.seq, h.balances,
			(SELECT bool_and(b.amount IS NOT NULL AND creditbank.is_amount(b.amount)) IS NOT FALSE
			FROM unnest(h.balances) AS b (amount)) AS has_amounts
		FROM creditbank.ledger_head AS h
		WHERE (of_account IS NULL OR h.account_id = of_account)
			AND (after_id IS NULL OR h.account_id IN (
				SELECT e.account_id
				FROM creditbank.ledger_entry AS e
				WHERE e.entry_id > after_id)))
	-- A balance of zero says no more than one that is not there.
	SELECT 'differing_balance', h.account_id, h.seq, s.balances::text,
		CASE WHEN h.has_amounts THEN h.balances::text ELSE 'no amounts' END
	FROM head AS h
	CROSS JOIN LATERAL (
		SELECT coalesce(array_agg(u.balance ORDER BY u.place), '{}') AS balances
		FROM (
			-- As numbers: altered entries may add up to more than an amount holds.
			SELECT format('%s %s', trim_scale(sum(e.amount::numeric)), creditbank.unit(e.amount)) AS balance,
				min(e.amount) AS place
			FROM creditbank.ledger_entry AS e
			WHERE e.account_id = h.account_id
				AND creditbank.is_amount(e.amount)
			GROUP BY creditbank.unit(e.amount)
			HAVING sum(e.amount::numeric) <> 0) AS u) AS s
	WHERE NOT h.has_amounts
		OR s.balances <> ARRAY(
			SELECT b.amount::text
			FROM unnest(h.balances) AS b (amount)
			WHERE b.amount::numeric <> 0
			ORDER BY b.amount)
	UNION ALL
	SELECT 'negative_balance', h.account_id, h.seq, '0 ' || creditbank.unit(b.amount) || ' or more', b.amount::text
	FROM head AS h
	CROSS JOIN unnest(h.balances) AS b (amount)
	CROSS JOIN creditbank.bank AS bank
	WHERE h.has_amounts
		AND b.amount::numeric < 0 -- a bare number would be of unit cr
		AND creditbank.unit(b.amount) <> ALL (bank.negative_units)
	ORDER BY 2, 1, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_balances(bigint, bigint) IS
'Accounts whose balances are not the sums of their entries, or below zero in a unit that may not be: differing_balance, negative_balance. One account, or for NULL those with entries above after_id, or for NULL and NULL all. A part of verify_account and verify_ledger.';

CREATE FUNCTION creditbank.verify_reversals(of_account bigint DEFAULT NULL, after_id bigint DEFAULT NULL)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT 'wrong_reversal', r.account_id, r.seq,
		CASE
			WHEN k.name IS DISTINCT FROM 'reversed' THEN 'an entry that takes nothing back'
			WHEN t.seq IS NULL OR t.seq >= r.seq THEN format('entry %s before it', r.reverses)
			WHEN t.kind IN ('opened', 'reversed', 'published', 'superseded') THEN format('entry %s of a kind that can be taken back', r.reverses)
			WHEN r.times > 1 THEN format('entry %s taken back once', r.reverses)
			ELSE format('%s for %s', coalesce((-t.count)::text || ' ' || t.unit, 'nothing'), coalesce(t.ref::text, 'nothing')) END,
		CASE
			WHEN k.name IS DISTINCT FROM 'reversed' THEN format('entry %s taken back', r.reverses)
			WHEN t.seq IS NULL OR t.seq >= r.seq THEN coalesce(format('entry %s after it', t.seq), 'none')
			WHEN t.kind IN ('opened', 'reversed', 'published', 'superseded') THEN format('kind %s', t.kind)
			WHEN r.times > 1 THEN format('taken back %s times', r.times)
			ELSE format('%s for %s', coalesce(r.count::text || ' ' || r.unit, 'nothing'), coalesce(r.ref::text, 'nothing')) END
	FROM (
		SELECT e.account_id, e.seq, e.kind, e.reverses, e.ref,
			CASE WHEN creditbank.is_amount(e.amount) THEN trim_scale(e.amount::numeric) END AS count,
			CASE WHEN creditbank.is_amount(e.amount) THEN creditbank.unit(e.amount) END AS unit,
			(SELECT count(*)
			FROM creditbank.ledger_entry AS same
			WHERE same.account_id = e.account_id AND same.reverses = e.reverses) AS times
		FROM creditbank.ledger_entry AS e
		WHERE e.reverses IS NOT NULL
			AND (of_account IS NULL OR e.account_id = of_account)
			AND (after_id IS NULL OR e.entry_id > after_id)) AS r
	LEFT JOIN creditbank.entry_kinds() AS k ON k.kind = r.kind
	LEFT JOIN LATERAL (
		SELECT e.seq, kind.name AS kind, e.ref,
			CASE WHEN creditbank.is_amount(e.amount) THEN trim_scale(e.amount::numeric) END AS count,
			CASE WHEN creditbank.is_amount(e.amount) THEN creditbank.unit(e.amount) END AS unit
		FROM creditbank.ledger_entry AS e
		LEFT JOIN creditbank.entry_kinds() AS kind ON kind.kind = e.kind
		WHERE e.account_id = r.account_id AND e.seq = r.reverses
		LIMIT 1) AS t ON true
	WHERE k.name IS DISTINCT FROM 'reversed'
		OR t.seq IS NULL
		OR t.seq >= r.seq
		OR t.kind IN ('opened', 'reversed', 'published', 'superseded')
		OR r.times > 1
		OR r.count IS DISTINCT FROM -t.count
		OR r.unit IS DISTINCT FROM t.unit
		OR r.ref IS DISTINCT FROM t.ref
	ORDER BY 2, 3;
END
$$;
COMMENT ON FUNCTION creditbank.verify_reversals(bigint, bigint) IS
'Entries that take back what they may not: wrong_reversal. One account, or for NULL the entries above after_id, or for NULL and NULL all. A part of verify_account and verify_ledger.';

CREATE FUNCTION creditbank.key_is_itself(verifier_key text, name text, role text, algorithm text, key_id bytea, public_key bytea)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	IF role NOT IN ('log', 'witness')
		OR (algorithm, octet_length(public_key)) NOT IN (('ed25519', 32), ('sm2', 65))
		OR name ~ '[[:space:][:cntrl:]+]'
		OR length(name) NOT BETWEEN 1 AND 255
	THEN
		RETURN false;
	END IF;
	RETURN creditbank.verifier_key(name, role, algorithm, public_key) = key_is_itself.verifier_key
		AND creditbank.key_id(name, creditbank.key_type(role, algorithm) || public_key) = key_is_itself.key_id;
END
$$;
COMMENT ON FUNCTION creditbank.key_is_itself(text, text, text, text, bytea, bytea) IS
'Whether what is stored of a registered key is what its verifier key says. NULL when an argument is NULL.';

CREATE FUNCTION creditbank.signature_holds(
	origin text,
	tree_size bigint,
	root_hash bytea,
	suite text,
	incarnation integer,
	marker uuid,
	role text,
	algorithm text,
	public_key bytea,
	signed_time bigint,
	signature bytea)
RETURNS boolean
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
DECLARE
	body text;
BEGIN
	IF octet_length(root_hash) <> 32
		OR tree_size < 0
		OR incarnation < 1
		OR marker IS NULL
		OR (role = 'witness') <> (signed_time IS NOT NULL)
	THEN
		RETURN false;
	END IF;
	body := creditbank.checkpoint_body(origin, tree_size, root_hash, suite, incarnation, marker);
	RETURN creditbank.verify_signature(
		convert_to(CASE role WHEN 'witness' THEN creditbank.cosignature_message(body, signed_time) ELSE body END, 'UTF8'),
		signature, public_key, algorithm);
END
$$;
COMMENT ON FUNCTION creditbank.signature_holds(text, bigint, bytea, text, integer, uuid, text, text, bytea, bigint, bytea) IS
'Whether a stored signature is one of its checkpoint by its key: false for what could not have been signed. marker and signed_time may be NULL.';

CREATE FUNCTION creditbank.verify_leaves(of_account bigint DEFAULT NULL, after_size bigint DEFAULT 0, after_id bigint DEFAULT NULL)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	latest record;
BEGIN
	SELECT c.tree_size, c.last_entry_id
	INTO latest
	FROM creditbank.checkpoint AS c
	ORDER BY c.tree_size DESC, c.incarnation DESC
	LIMIT 1;
	IF of_account IS NOT NULL THEN
		RETURN QUERY
		SELECT 'unsealed_entry', c.account_id, c.seq, 'a leaf in the tile of entry id ' || c.entry_id, 'none'
		FROM creditbank.chain_to_verify(of_account, NULL) AS c
		WHERE c.entry_id <= latest.last_entry_id
			AND NOT creditbank.stands_in_tree(c.entry_id, c.hash)
		ORDER BY c.seq;
		RETURN;
	END IF;
	RETURN QUERY
	WITH leaf AS MATERIALIZED (
		SELECT t.tile * 256 + n AS leaf_index, t.first_entry_id, t.last_entry_id,
			substr(t.hashes, n * 32 + 1, 32) AS hash
		FROM creditbank.log_tile AS t
		CROSS JOIN generate_series(0, octet_length(t.hashes) / 32 - 1) AS n
		WHERE t.level = 0
			AND t.tile >= after_size / 256
			AND t.tile * 256 + n >= after_size),
	entry AS MATERIALIZED (
		SELECT c.account_id, c.seq, c.entry_id, creditbank.merkle_leaf_hash(c.hash, b.suite) AS hash
		FROM creditbank.chain_to_verify(NULL, after_id) AS c
		CROSS JOIN creditbank.bank AS b
		WHERE c.entry_id <= latest.last_entry_id
			AND (after_id IS NULL OR c.entry_id > after_id))
	SELECT 'unsealed_entry', e.account_id, e.seq, 'a leaf in the tile of entry id ' || e.entry_id,
		coalesce((SELECT 'leaf ' || min(f.leaf_index) FROM leaf AS f WHERE f.hash = e.hash), 'none')
	FROM entry AS e
	LEFT JOIN leaf AS l ON l.hash = e.hash AND e.entry_id BETWEEN l.first_entry_id AND l.last_entry_id
	WHERE l.hash IS NULL
	UNION ALL
	SELECT 'missing_leaf', NULL, NULL, format('the entry of leaf %s, %s', l.leaf_index, encode(l.hash, 'hex')), 'none'
	FROM leaf AS l
	LEFT JOIN entry AS e ON e.hash = l.hash
	WHERE e.hash IS NULL
		AND l.leaf_index < latest.tree_size
	UNION ALL
	SELECT 'doubled_leaf', NULL, NULL, format('leaf %s once', min(l.leaf_index)),
		'leaves ' || string_agg(l.leaf_index::text, ', ' ORDER BY l.leaf_index)
	FROM leaf AS l
	GROUP BY l.hash
	HAVING count(*) > 1
	ORDER BY 2, 3, 1, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_leaves(bigint, bigint, bigint) IS
'Where the sealed entries and the leaves of the tree differ: unsealed_entry, and but for one account missing_leaf and doubled_leaf. One account, or for NULL the leaves from after_size on and the entries with an id above after_id, or all for 0 and NULL. A part of verify_account and verify_ledger.';

CREATE FUNCTION creditbank.verify_tiles(after_size bigint DEFAULT 0)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH RECURSIVE floor AS (
		-- How many hashes each level has, and from which on they are looked at. Of
		-- many missing tiles at the end the first is told: a size may be anything.
		SELECT 0 AS level,
			least(coalesce(max(c.tree_size), 0), (
				SELECT (count(*) + 1) * 256
				FROM creditbank.log_tile AS t
				WHERE t.level = 0)) AS hashes,
			verify_tiles.after_size AS first_hash
		FROM creditbank.checkpoint AS c
		UNION ALL
		SELECT f.level + 1, f.hashes / 256, f.first_hash / 256
		FROM floor AS f
		WHERE f.hashes >= 256),
	place AS (
		SELECT f.level, n AS tile, least(256, f.hashes - n * 256) AS hashes
		FROM floor AS f
		CROSS JOIN generate_series(f.first_hash / 256, (f.hashes - 1) / 256) AS n
		WHERE f.hashes > 0),
	tile AS MATERIALIZED (
		SELECT t.level, t.tile, t.hashes, octet_length(t.hashes) AS bytes
		FROM creditbank.log_tile AS t
		LEFT JOIN floor AS f ON f.level = t.level
		WHERE t.tile >= coalesce(f.first_hash, 0) / 256)
	SELECT CASE WHEN t.tile IS NULL THEN 'missing_tile' ELSE 'altered_tile' END, NULL::bigint, NULL::bigint,
		format('tile %s of level %s with %s', coalesce(p.tile, t.tile), coalesce(p.level, t.level),
			CASE WHEN p.tile IS NULL THEN 'no hashes yet' ELSE p.hashes || ' hashes' END),
		CASE WHEN t.tile IS NULL THEN 'none' ELSE t.bytes || ' bytes' END
	FROM place AS p
	FULL JOIN tile AS t ON t.level = p.level AND t.tile = p.tile
	WHERE t.tile IS NULL OR p.tile IS NULL OR t.bytes <> p.hashes * 32
	UNION ALL
	SELECT 'altered_tile', NULL, NULL,
		format('root %s of tile %s of level %s, in the tile above', encode(a.hash, 'hex'), t.tile, t.level),
		encode(r.root, 'hex')
	FROM tile AS t
	CROSS JOIN creditbank.bank AS b
	CROSS JOIN LATERAL (
		SELECT creditbank.merkle_root(array_agg(substr(t.hashes, n * 32 + 1, 32) ORDER BY n), b.suite) AS root
		FROM generate_series(0, 255) AS n) AS r
	JOIN tile AS upper ON upper.level = t.level + 1 AND upper.tile = t.tile / 256
	CROSS JOIN LATERAL (
		SELECT substr(upper.hashes, (t.tile % 256)::integer * 32 + 1, 32) AS hash) AS a
	WHERE t.bytes = 8192
		AND octet_length(a.hash) = 32
		AND r.root <> a.hash
	ORDER BY 1, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_tiles(bigint) IS
'Tiles of the tree that are missing, have not the hashes that the latest checkpoint asks for, or whose root is not the one in the tile above: missing_tile, altered_tile, of no account. From leaf after_size on. NULL gives no rows. A part of verify_ledger.';

CREATE FUNCTION creditbank.verify_checkpoints(after_size bigint DEFAULT 0)
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH stated AS MATERIALIZED (
		SELECT c.*,
			format('tree size %s, incarnation %s', c.tree_size, c.incarnation) AS name,
			lag(c.last_entry_id, 1, 0::bigint) OVER (ORDER BY c.tree_size, c.incarnation) AS id_before
		FROM creditbank.checkpoint AS c)
	SELECT 'altered_checkpoint', NULL::bigint, NULL::bigint,
		format('%s: root %s', c.name, coalesce(encode(r.root, 'hex'), 'of tiles that are there')), encode(c.root_hash, 'hex')
	FROM stated AS c
	CROSS JOIN creditbank.bank AS b
	CROSS JOIN LATERAL (
		SELECT creditbank.log_root(c.tree_size, b.suite) AS root) AS r
	WHERE c.tree_size >= verify_checkpoints.after_size
		AND c.root_hash IS DISTINCT FROM r.root
	UNION ALL
	-- The tiles know the ids between which the last one lies.
	SELECT 'altered_checkpoint', NULL, NULL,
		format('%s: last entry id from %s on%s', c.name, i.least, ' and below ' || i.above),
		'last entry id ' || c.last_entry_id
	FROM stated AS c
	CROSS JOIN LATERAL (
		SELECT greatest(c.id_before,
				(SELECT t.first_entry_id
				FROM creditbank.log_tile AS t
				WHERE t.level = 0 AND t.tile = (c.tree_size - 1) / 256 AND c.tree_size > 0)) AS least,
			(SELECT min(t.first_entry_id)
			FROM creditbank.log_tile AS t
			WHERE t.level = 0 AND t.tile = c.tree_size / 256 + (c.tree_size % 256 > 0)::integer) AS above) AS i
	WHERE c.tree_size >= verify_checkpoints.after_size
		AND (c.last_entry_id < i.least OR c.last_entry_id >= i.above)
	UNION ALL
	SELECT v.class, NULL, NULL, format('%s: signature by %s', c.name, g.verifier_key),
		CASE v.class
			WHEN 'unknown_key' THEN CASE WHEN k.verifier_key IS NULL THEN 'no such key' ELSE 'another key under that text' END
			WHEN 'retired_key' THEN format('retired after tree size %s', k.retired_after)
			ELSE encode(g.signature, 'hex') END
	FROM creditbank.checkpoint_signature AS g
	JOIN stated AS c ON c.tree_size = g.tree_size AND c.incarnation = g.incarnation
	LEFT JOIN creditbank.incarnation AS i ON i.incarnation = c.incarnation
	CROSS JOIN creditbank.bank AS b
	LEFT JOIN creditbank.log_key AS k ON k.verifier_key = g.verifier_key
	CROSS JOIN LATERAL (
		SELECT CASE
			WHEN k.verifier_key IS NULL THEN 'unknown_key'
			WHEN NOT creditbank.key_is_itself(k.verifier_key, k.name, k.role, k.algorithm, k.key_id, k.public_key) THEN 'unknown_key'
			WHEN NOT creditbank.signature_holds(b.origin, c.tree_size, c.root_hash, b.suite, c.incarnation, i.marker,
				k.role, k.algorithm, k.public_key, g.signed_time, g.signature) THEN 'invalid_signature'
			WHEN k.retired_after < c.tree_size THEN 'retired_key' END AS class) AS v
	WHERE c.tree_size >= verify_checkpoints.after_size
		AND v.class IS NOT NULL
	UNION ALL
	SELECT 'altered_tile', NULL, NULL,
		format('tile %s of level 0 with entry ids above %s, in their order', t.tile, t.id_before),
		format('from %s to %s', t.first_entry_id, t.last_entry_id)
	FROM (
		SELECT w.tile, w.first_entry_id, w.last_entry_id,
			lag(w.last_entry_id, 1, 0::bigint) OVER (ORDER BY w.tile) AS id_before
		FROM creditbank.log_tile AS w
		WHERE w.level = 0) AS t
	WHERE t.tile >= verify_checkpoints.after_size / 256
		AND (t.first_entry_id <= t.id_before OR t.last_entry_id < t.first_entry_id
			OR t.first_entry_id IS NULL OR t.last_entry_id IS NULL
			OR t.last_entry_id > (SELECT max(c.last_entry_id) FROM creditbank.checkpoint AS c))
	UNION ALL
	SELECT 'altered_checkpoint', NULL, NULL, 'incarnation ' || n.before + 1, 'incarnation ' || n.incarnation
	FROM (
		SELECT i.incarnation, lag(i.incarnation, 1, 0) OVER (ORDER BY i.incarnation) AS before
		FROM creditbank.incarnation AS i) AS n
	WHERE n.incarnation <> n.before + 1
	UNION ALL
	SELECT 'altered_checkpoint', NULL, NULL, format('%s: an incarnation of that number', c.name), 'none'
	FROM stated AS c
	WHERE NOT EXISTS (SELECT FROM creditbank.incarnation AS i WHERE i.incarnation = c.incarnation)
	UNION ALL
	SELECT 'altered_checkpoint', NULL, NULL,
		format('tree size %s, incarnation %s', g.tree_size, g.incarnation), 'none, but a signature of it'
	FROM creditbank.checkpoint_signature AS g
	LEFT JOIN creditbank.checkpoint AS c ON c.tree_size = g.tree_size AND c.incarnation = g.incarnation
	WHERE g.tree_size >= verify_checkpoints.after_size
		AND c.tree_size IS NULL
	ORDER BY 1, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_checkpoints(bigint) IS
'Checkpoints of tree size after_size and above that do not follow from the tiles, or whose sizes and ids do not rise together, and signatures that do not hold: altered_checkpoint, unknown_key, retired_key, invalid_signature, of no account. NULL gives no rows. A part of verify_ledger.';

CREATE FUNCTION creditbank.verify_guards()
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
	-- Row triggers before UPDATE or DELETE have type 27, before UPDATE alone 19,
	-- statement triggers before TRUNCATE type 34; none has a condition or arguments.
	SELECT 'missing_guard', NULL::bigint, NULL::bigint,
		format('trigger %s on %s, enabled always', g.guard, g.guarded),
		CASE
			WHEN t.tgenabled IS NULL THEN 'no such trigger'
			WHEN t.tgenabled = 'D' THEN 'disabled'
			WHEN t.tgenabled = 'A' THEN 'another trigger under that name'
			ELSE 'enabled for some sessions only'
		END
	FROM (VALUES
		('bank', 'bank_choices_never_change', 27, 'refuse_change'),
		('account_state', 'account_state_never_changes', 27, 'refuse_change'),
		('account_state', 'account_state_never_emptied', 34, 'refuse_change'),
		('account_transition', 'account_transition_never_changes', 27, 'refuse_change'),
		('account_transition', 'account_transition_never_emptied', 34, 'refuse_change'),
		('identity_key', 'identity_key_never_changes', 27, 'refuse_change'),
		('identity_key', 'identity_key_never_emptied', 34, 'refuse_change'),
		('achievement', 'achievement_never_changes', 27, 'refuse_achievement_change'),
		('achievement', 'achievement_never_emptied', 34, 'refuse_achievement_change'),
		('achievement_transition', 'achievement_transition_never_changes', 27, 'refuse_change'),
		('achievement_transition', 'achievement_transition_never_emptied', 34, 'refuse_change'),
		('evidence', 'evidence_never_changes', 27, 'refuse_change'),
		('evidence', 'evidence_never_emptied', 34, 'refuse_change'),
		('rule_book', 'rule_book_never_changes', 27, 'refuse_rule_change'),
		('rule_book', 'rule_book_never_emptied', 34, 'refuse_rule_change'),
		('recognition_request', 'recognition_request_never_changes', 27, 'refuse_request_change'),
		('recognition_request', 'recognition_request_never_emptied', 34, 'refuse_request_change'),
		('recognition_opinion', 'recognition_opinion_never_changes', 27, 'refuse_change'),
		('recognition_opinion', 'recognition_opinion_never_emptied', 34, 'refuse_change'),
		('decision', 'decision_never_changes', 27, 'refuse_decision_change'),
		('decision', 'decision_never_emptied', 34, 'refuse_decision_change'),
		('decision_line', 'decision_line_never_changes', 27, 'refuse_change'),
		('decision_line', 'decision_line_never_emptied', 34, 'refuse_change'),
		('decision_step', 'decision_step_never_changes', 27, 'refuse_change'),
		('decision_step', 'decision_step_never_emptied', 34, 'refuse_change'),
		('decision_transition', 'decision_transition_never_changes', 27, 'refuse_change'),
		('decision_transition', 'decision_transition_never_emptied', 34, 'refuse_change'),
		('point_lot', 'point_lot_never_changes', 27, 'refuse_lot_change'),
		('point_lot', 'point_lot_never_emptied', 34, 'refuse_lot_change'),
		('redemption', 'redemption_never_changes', 27, 'refuse_redemption_change'),
		('redemption', 'redemption_never_emptied', 34, 'refuse_redemption_change'),
		('redemption_lot', 'redemption_lot_never_changes', 27, 'refuse_change'),
		('redemption_lot', 'redemption_lot_never_emptied', 34, 'refuse_change'),
		('redemption_transition', 'redemption_transition_never_changes', 27, 'refuse_change'),
		('redemption_transition', 'redemption_transition_never_emptied', 34, 'refuse_change'),
		('programme', 'programme_purpose_never_changes', 19, 'refuse_purpose_change'),
		('account_merger', 'account_merger_never_changes', 27, 'refuse_change'),
		('account_merger', 'account_merger_never_emptied', 34, 'refuse_change'),
		('consent', 'consent_never_changes', 27, 'refuse_consent_change'),
		('consent', 'consent_never_emptied', 34, 'refuse_consent_change'),
		('consent_look', 'consent_look_never_changes', 27, 'refuse_change'),
		('consent_look', 'consent_look_never_emptied', 34, 'refuse_change'),
		('consent_transition', 'consent_transition_never_changes', 27, 'refuse_change'),
		('consent_transition', 'consent_transition_never_emptied', 34, 'refuse_change'),
		('consent_account_state', 'consent_account_state_never_changes', 27, 'refuse_change'),
		('consent_account_state', 'consent_account_state_never_emptied', 34, 'refuse_change'),
		('certificate_transition', 'certificate_transition_never_changes', 27, 'refuse_change'),
		('certificate_transition', 'certificate_transition_never_emptied', 34, 'refuse_change'),
		('certificate_key', 'certificate_key_never_changes', 27, 'refuse_certificate_key_change'),
		('certificate_key', 'certificate_key_never_emptied', 34, 'refuse_certificate_key_change'),
		('status_list', 'status_list_never_changes', 27, 'refuse_change'),
		('status_list', 'status_list_never_emptied', 34, 'refuse_change'),
		('certificate', 'certificate_never_changes', 27, 'refuse_certificate_change'),
		('certificate', 'certificate_never_emptied', 34, 'refuse_certificate_change'),
		('certificate_line', 'certificate_line_never_changes', 27, 'refuse_change'),
		('certificate_line', 'certificate_line_never_emptied', 34, 'refuse_change'),
		('publication', 'publication_never_changes', 27, 'refuse_change'),
		('publication', 'publication_never_emptied', 34, 'refuse_change'),
		('published_cell', 'published_cell_never_changes', 27, 'refuse_change'),
		('published_cell', 'published_cell_never_emptied', 34, 'refuse_change'),
		('ledger_entry', 'ledger_entry_never_changes', 27, 'refuse_change'),
		('ledger_entry', 'ledger_entry_never_emptied', 34, 'refuse_change'),
		('log_tile', 'log_tile_never_changes', 27, 'refuse_tile_change'),
		('log_tile', 'log_tile_never_emptied', 34, 'refuse_tile_change'),
		('incarnation', 'incarnation_never_changes', 27, 'refuse_change'),
		('incarnation', 'incarnation_never_emptied', 34, 'refuse_change'),
		('checkpoint', 'checkpoint_never_changes', 27, 'refuse_change'),
		('checkpoint', 'checkpoint_never_emptied', 34, 'refuse_change'),
		('log_key', 'log_key_never_changes', 27, 'refuse_key_change'),
		('log_key', 'log_key_never_emptied', 34, 'refuse_key_change'),
		('checkpoint_signature', 'checkpoint_signature_never_changes', 27, 'refuse_change'),
		('checkpoint_signature', 'checkpoint_signature_never_emptied', 34, 'refuse_change')) AS g (guarded, guard, type, function)
	LEFT JOIN pg_trigger AS t ON t.tgrelid = to_regclass('creditbank.' || g.guarded) AND t.tgname = g.guard
	WHERE (t.tgenabled = 'A'
		AND t.tgtype = g.type
		AND t.tgqual IS NULL
		AND t.tgnargs = 0
		AND (cardinality(t.tgattr::smallint[]) = 0) = (g.guarded <> 'bank')
		AND EXISTS (
			SELECT FROM pg_proc AS p
			JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
			WHERE p.oid = t.tgfoid AND p.pronamespace = 'creditbank'::regnamespace AND p.proname = g.function)) IS NOT TRUE
	UNION ALL
	SELECT 'missing_guard', NULL, NULL, format('unique index %s', u.guard), 'none that is valid'
	FROM (VALUES ('ledger_entry_pkey'), ('ledger_entry_reversed_once'), ('ledger_head_pkey')) AS u (guard)
	WHERE NOT EXISTS (
		SELECT FROM pg_index AS i
		WHERE i.indexrelid = to_regclass('creditbank.' || u.guard) AND i.indisunique AND i.indisvalid)
	UNION ALL
	SELECT 'missing_guard', NULL, NULL, 'entry ids one by one, none twice',
		format('cache %s, increment %s%s', s.seqcache, s.seqincrement, CASE WHEN s.seqcycle THEN ', cycling' ELSE '' END)
	FROM pg_sequence AS s
	WHERE s.seqrelid = to_regclass('creditbank.ledger_entry_entry_id_seq')
		AND (s.seqcache <> 1 OR s.seqincrement <> 1 OR s.seqcycle)
	UNION ALL
	-- A head that is ahead of its time would date the next entry.
	SELECT 'differing_head', h.account_id, h.seq, coalesce(e.recorded_at, '-infinity')::text, h.recorded_at::text
	FROM creditbank.ledger_head AS h
	LEFT JOIN creditbank.ledger_entry AS e ON e.account_id = h.account_id AND e.seq = h.seq
	WHERE h.recorded_at > clock_timestamp()
		AND h.recorded_at IS DISTINCT FROM e.recorded_at
	ORDER BY 4
$$;
COMMENT ON FUNCTION creditbank.verify_guards() IS
'What keeps rows from being changed, doubled or misdated, and is not as it was made: triggers, unique indexes and the sequence of entry ids (missing_guard, of no account), and heads that claim a time to come (differing_head). A part of verify_ledger.';

CREATE FUNCTION creditbank.detail_document(detail text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
BEGIN
	RETURN detail::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
	RETURN NULL; -- whoever put that there is to be reported, not to stop the report
END
$$;
COMMENT ON FUNCTION creditbank.detail_document(text) IS
'The detail of a ledger entry as jsonb; NULL when it is none. Not in parallel: it begins a subtransaction, which parallel mode forbids.';

CREATE FUNCTION creditbank.verify_rules(except_accounts bigint[] DEFAULT '{}')
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT e.seq, k.name AS kind, e.actor, creditbank.detail_document(e.detail) AS detail
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		WHERE e.account_id = 0
			AND k.name IN ('published', 'superseded')
			AND 0 <> ALL (except_accounts)),
	-- What was published, and closed since.
	said AS (
		SELECT p.seq, p.detail ->> 'name' AS name, p.detail ->> 'version' AS version,
			p.detail || jsonb_build_object(
				'state', coalesce(c.kind, p.kind),
				'published_by', p.actor,
				'in_force', coalesce(c.detail, p.detail) -> 'in_force') AS document
		FROM entry AS p
		LEFT JOIN LATERAL (
			SELECT x.kind, x.detail
			FROM entry AS x
			WHERE x.kind = 'superseded'
				AND x.detail ->> 'name' = p.detail ->> 'name'
				AND x.detail ->> 'version' = p.detail ->> 'version'
			ORDER BY x.seq DESC
			LIMIT 1) AS c ON true
		WHERE p.kind = 'published'),
	book AS (
		SELECT b.name, b.version::text AS version, b.state, b.rule_book_id,
			d.document || jsonb_build_object(
				'state', b.state,
				'published_by', b.published_by,
				'in_force', creditbank.days_text(b.in_force)) AS document,
			d.document || jsonb_build_object(
				'name', b.name,
				'version', b.version,
				'digest', encode(b.digest, 'hex'),
				'programmes', b.programmes,
				'effective', creditbank.days_text(b.effective)) AS columns,
			d.document AS rules
		FROM creditbank.rule_book AS b
		CROSS JOIN LATERAL creditbank.rule_book_document(b.rule_book_id) AS d (document))
	SELECT 'altered_rules', CASE WHEN s.seq IS NOT NULL THEN 0::bigint END, s.seq,
		CASE WHEN b.columns <> b.rules THEN b.columns ELSE s.document END::text, -- what the columns, or the ledger, say
		CASE WHEN b.columns <> b.rules THEN b.rules ELSE b.document END::text
	FROM said AS s
	FULL JOIN book AS b ON b.name = s.name AND b.version = s.version
	WHERE b.columns <> b.rules
		OR CASE
			WHEN 0 = ANY (except_accounts) THEN false
			WHEN s.seq IS NULL THEN b.state IN ('published', 'superseded')
			ELSE s.document IS DISTINCT FROM b.document END
	ORDER BY b.rule_book_id, s.seq;
END
$$;
COMMENT ON FUNCTION creditbank.verify_rules(bigint[]) IS
'Rule books that are not what their digest, name, version, days and programmes say, or not what the bank''s own account says was published and closed: altered_rules, of that account where it has an entry of the publication. The account is not asked when it is in the list, of those whose entries cannot be believed. A part of verify_archive.';

CREATE FUNCTION creditbank.verify_file(of_account bigint DEFAULT NULL, except_accounts bigint[] DEFAULT '{}')
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
-- The work is in functions: compiling what calls them takes longer than it saves.
SET jit = off
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH entry AS MATERIALIZED (
		SELECT e.account_id, e.seq, k.name AS kind, e.ref, e.amount, creditbank.detail_document(e.detail) AS detail,
			EXISTS (
				SELECT FROM creditbank.ledger_entry AS r
				WHERE r.account_id = e.account_id AND r.reverses = e.seq) AS taken_back
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		WHERE (of_account IS NULL OR e.account_id = of_account)
			AND e.account_id <> ALL (except_accounts)),
	held AS (
		SELECT a.*,
			CASE WHEN a.state IN ('recognised', 'appealed', 'frozen') THEN a.amount::text
				WHEN a.state = 'revoked' THEN a.amount::text || ', ' || (-a.amount)::text END AS amounts
		FROM creditbank.achievement AS a
		WHERE (of_account IS NULL OR a.account_id = of_account)
			AND a.account_id <> ALL (except_accounts)),
	decided AS (
		SELECT d.*
		FROM creditbank.decision AS d
		WHERE (of_account IS NULL OR d.account_id = of_account)
			AND d.account_id <> ALL (except_accounts)),
	-- What was brought in without a document is the ledger's alone.
	step AS (
		SELECT e.account_id, e.seq, e.detail ->> 'id' AS id, e.kind, k.state, e.detail -> 'achievement' AS document, e.taken_back, e.amount,
			lag(k.state) OVER (PARTITION BY e.account_id, e.detail ->> 'id' ORDER BY e.seq) AS state_before
		FROM entry AS e
		JOIN creditbank.achievement_step_kinds() AS k ON k.kind = e.kind
		WHERE e.detail ? 'achievement'),
	achievement_said AS (
		SELECT DISTINCT ON (s.account_id, s.id)
			s.account_id, s.seq, s.id, s.document, s.taken_back,
			CASE WHEN bool_and(p.permitted) OVER (PARTITION BY s.account_id, s.id) THEN s.state ELSE 'of other steps' END AS state,
			-- What its steps added and took, and was not taken back.
			string_agg(s.amount::text, ', ') FILTER (WHERE NOT s.taken_back) OVER (PARTITION BY s.account_id, s.id ORDER BY s.seq) AS amounts
		FROM step AS s
		CROSS JOIN LATERAL (
			SELECT CASE
				WHEN s.state_before IS NULL THEN s.kind = 'deposited'
				ELSE EXISTS (
					SELECT FROM creditbank.achievement_transition AS t
					WHERE t.from_state = s.state_before AND t.kind = s.kind) END AS permitted) AS p
		ORDER BY s.account_id, s.id, s.seq DESC)
	SELECT 'differing_achievement', coalesce(s.account_id, a.account_id), s.seq,
		s.state || ' ' || s.document || u.said, a.state || ' ' || creditbank.achievement_document(a.achievement_id) || u.held
	FROM achievement_said AS s
	FULL JOIN held AS a ON a.account_id = s.account_id AND a.achievement_id::text = s.id
	CROSS JOIN LATERAL (
		SELECT CASE WHEN differs THEN format(', in the balance: %s', coalesce(s.amounts, 'nothing')) ELSE '' END,
			CASE WHEN differs THEN format(', in the balance: %s', coalesce(a.amounts, 'nothing')) ELSE '' END,
			differs
		FROM (VALUES (s.amounts IS DISTINCT FROM a.amounts)) AS v (differs)) AS u (said, held, differs)
	WHERE s.taken_back IS NOT TRUE
		AND (u.differs
			OR s.state IS DISTINCT FROM a.state
			OR s.document IS DISTINCT FROM creditbank.achievement_document(a.achievement_id))
	UNION ALL
	SELECT 'differing_evidence', coalesce(e.account_id, n.account_id), e.seq,
		coalesce(e.ref || ': ' || e.detail, 'none'), coalesce(n.ref || ': ' || n.document, 'none')
	FROM (SELECT * FROM entry WHERE kind = 'evidenced') AS e
	FULL JOIN (
		SELECT a.account_id, a.ref, a.achievement_id, v.number,
			creditbank.evidence_document(v.achievement_id, v.number, v.digest, v.title, v.added_on) AS document
		FROM creditbank.evidence AS v
		JOIN held AS a ON a.achievement_id = v.achievement_id) AS n
		ON n.account_id = e.account_id
		AND n.achievement_id::text = e.detail ->> 'id'
		AND n.number::text = e.detail ->> 'number'
	WHERE e.taken_back IS NOT TRUE
		AND (e.ref IS DISTINCT FROM n.ref
			OR e.detail IS DISTINCT FROM n.document)
	UNION ALL
	SELECT 'differing_consumption', coalesce(e.account_id, c.account_id), coalesce(e.seq, c.seq),
		CASE WHEN e.taken_back THEN 'taken back'
			ELSE format('%s used for %s of %s, left over: %s', e.ref, coalesce(e.detail ->> 'purpose', 'credit'), e.detail ->> 'programme',
				coalesce(e.detail ->> 'remainder', 'nothing')) END,
		format('%s used for %s of %s, left over: %s', c.ref, c.purpose, c.used_for, coalesce(c.remainder::text, 'nothing'))
	FROM (SELECT * FROM entry WHERE kind = 'consumed') AS e
	FULL JOIN (
		SELECT a.account_id, a.ref, n.purpose, n.used_for, n.remainder, n.seq
		FROM creditbank.consumption AS n
		JOIN held AS a ON a.achievement_id = n.achievement_id) AS c
		ON c.account_id = e.account_id AND c.seq = e.seq
	WHERE CASE WHEN e.taken_back THEN c.seq IS NOT NULL
		ELSE e.ref IS DISTINCT FROM c.ref
			OR coalesce(e.detail ->> 'purpose', 'credit') IS DISTINCT FROM c.purpose
			OR e.detail ->> 'programme' IS DISTINCT FROM c.used_for
			OR e.detail ->> 'remainder' IS DISTINCT FROM c.remainder::text END
	UNION ALL
	SELECT 'differing_decision', coalesce(e.account_id, l.account_id), e.seq,
		format('%s for %s: %s%s', e.amount, e.ref, e.detail, CASE WHEN e.taken_back THEN ', taken back' END),
		format('%s for %s: %s%s', l.granted, l.target, l.document, CASE WHEN NOT l.in_ledger THEN ', reversed' END)
	FROM (
		-- The course's title is the registry's, which may change it; when points expire is their lot's.
		SELECT converted.account_id, converted.seq, converted.ref, converted.amount,
			converted.detail - '{title,expires_on}'::text[] AS detail, converted.taken_back
		FROM entry AS converted
		WHERE converted.kind = 'converted'
			OR (converted.kind = 'earned' AND converted.detail ? 'decision')) AS e
	FULL JOIN (
		SELECT d.account_id, d.in_ledger, n.decision_id, n.line, n.target, n.granted,
			creditbank.decision_line_document(n.decision_id, n.line) AS document
		FROM decided AS d
		JOIN creditbank.decision_line AS n ON n.decision_id = d.decision_id
		WHERE d.first_seq IS NOT NULL
			AND n.granted IS NOT NULL) AS l
		ON l.account_id = e.account_id
		AND l.decision_id::text = e.detail ->> 'decision'
		AND l.line::text = e.detail ->> 'line'
	-- An entry that was taken back without a decision is nothing to look at.
	WHERE (l.decision_id IS NOT NULL OR NOT e.taken_back)
		AND (e.taken_back IS NOT DISTINCT FROM l.in_ledger
			OR e.amount IS DISTINCT FROM l.granted
			OR e.ref::text IS DISTINCT FROM l.target
			OR e.detail IS DISTINCT FROM l.document)
	UNION ALL
	-- The state is where the steps led, and the entries are those it was posted as.
	SELECT 'differing_decision', d.account_id, p.first_seq,
		format('decision %s %s, posted as entries %s to %s', d.decision_id,
			CASE WHEN s.unbroken THEN s.state ELSE 'of other steps' END, coalesce(p.first_seq::text, 'none'), coalesce(p.last_seq::text, 'none')),
		format('decision %s %s, posted as entries %s to %s', d.decision_id, d.state,
			coalesce(d.first_seq::text, 'none'), coalesce(d.last_seq::text, 'none'))
	FROM decided AS d
	LEFT JOIN (
		SELECT n.decision_id, (array_agg(n.to_state ORDER BY n.number DESC))[1] AS state,
			bool_and(n.permitted) AND max(n.number) = count(*) AS unbroken
		FROM (
			SELECT step.decision_id, step.number, step.to_state,
				step.from_state IS NOT DISTINCT FROM lag(step.to_state) OVER (PARTITION BY step.decision_id ORDER BY step.number)
				AND (step.from_state IS NULL OR EXISTS (
					SELECT FROM creditbank.decision_transition AS t
					WHERE t.from_state = step.from_state AND t.step = step.step AND t.to_state = step.to_state)) AS permitted
			FROM creditbank.decision_step AS step
			WHERE step.decision_id IN (SELECT own.decision_id FROM decided AS own)) AS n
		GROUP BY n.decision_id) AS s
		ON s.decision_id = d.decision_id
	LEFT JOIN (
		SELECT e.account_id, e.detail ->> 'decision' AS decision, min(e.seq) AS first_seq, max(e.seq) AS last_seq, count(*) AS entries
		FROM entry AS e
		WHERE e.kind IN ('consumed', 'converted', 'earned')
		GROUP BY 1, 2) AS p
		ON p.account_id = d.account_id AND p.decision = d.decision_id::text
	WHERE (s.unbroken AND s.state = d.state) IS NOT TRUE
		OR (p.first_seq, p.last_seq) IS DISTINCT FROM (d.first_seq, d.last_seq)
		OR p.entries <> p.last_seq - p.first_seq + 1
	UNION ALL
	-- An erased holder is no difference; another one in their place is.
	SELECT 'differing_account', e.account_id, e.seq,
		'committed to ' || (e.detail ->> 'commitment'),
		format('committed to %s, holder to %s', encode(a.commitment, 'hex'), coalesce(h.commitment, 'nobody'))
	FROM (
		SELECT DISTINCT ON (n.account_id) n.*
		FROM entry AS n
		WHERE n.kind IN ('opened', 'renamed')
		ORDER BY n.account_id, n.seq DESC) AS e
	JOIN creditbank.account AS a ON a.account_id = e.account_id
	LEFT JOIN (
		SELECT holder.account_id,
			encode(creditbank.digest(holder.salt || convert_to(holder.full_name, 'UTF8'), bank.suite), 'hex') AS commitment
		FROM creditbank.holder AS holder
		CROSS JOIN creditbank.bank AS bank) AS h
		ON h.account_id = e.account_id
	WHERE e.detail ->> 'commitment' IS DISTINCT FROM encode(a.commitment, 'hex')
		OR e.detail ->> 'commitment' <> h.commitment
	UNION ALL
	SELECT 'differing_account', e.account_id, e.seq, 'no holder: erased', 'a holder'
	FROM entry AS e
	JOIN creditbank.holder AS h ON h.account_id = e.account_id
	WHERE e.kind = 'erased'
	UNION ALL
	-- Entries about the account itself name no achievement; of a merger, only
	-- that into another account moves the state.
	SELECT 'differing_account', s.account_id, s.seq, 'state ' || s.state, 'state ' || a.state
	FROM (
		SELECT DISTINCT ON (e.account_id) e.account_id, e.seq,
			CASE WHEN e.kind <> 'opened' THEN t.to_state
				WHEN e.detail -> 'activated' = 'false' THEN 'opened'
				ELSE 'active' END AS state
		FROM entry AS e
		LEFT JOIN (SELECT DISTINCT kind, to_state FROM creditbank.account_transition) AS t ON t.kind = e.kind
		WHERE e.kind = 'opened'
			OR (t.kind IS NOT NULL AND e.ref IS NULL AND (e.kind <> 'merged' OR e.detail ? 'into'))
		ORDER BY e.account_id, e.seq DESC) AS s
	JOIN creditbank.account AS a ON a.account_id = s.account_id
	WHERE a.state IS DISTINCT FROM s.state
	ORDER BY 2, 3, 1;
END
$$;
COMMENT ON FUNCTION creditbank.verify_file(bigint, bigint[]) IS
'Where the lifelong file with its evidence, what is noted as used up, the decisions with their inputs and rules, or the account''s holder differ from what the ledger says of them: differing_achievement, differing_evidence, differing_consumption, differing_decision, differing_account. One account, or all for NULL, but for those of the list, whose entries cannot be believed. Of what an entry said that was taken back, only that it no longer counts is looked at. A part of verify_account and verify_archive.';

CREATE FUNCTION creditbank.verify_requests(of_account bigint DEFAULT NULL, except_accounts bigint[] DEFAULT '{}')
RETURNS TABLE (class text, account_id bigint, seq bigint, expected text, found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH step_kind AS MATERIALIZED (
		SELECT k.kind, s.state
		FROM creditbank.achievement_step_kinds() AS s
		JOIN creditbank.entry_kinds() AS k ON k.name = s.kind),
	entry AS MATERIALIZED (
		SELECT e.account_id, e.seq, k.name AS kind, e.ref, e.occurred_on, e.actor,
			creditbank.detail_document(e.detail) AS detail
		FROM creditbank.ledger_entry AS e
		JOIN creditbank.entry_kinds() AS k ON k.kind = e.kind
		WHERE k.name IN ('submitted', 'returned', 'assessed', 'appealed', 'recognised', 'declined')
			AND strpos(e.detail, '"request": ') > 0
			AND (of_account IS NULL OR e.account_id = of_account)
			AND e.account_id <> ALL (except_accounts)),
	asked AS (
		SELECT r.*
		FROM creditbank.recognition_request AS r
		WHERE (of_account IS NULL OR r.account_id = of_account)
			AND r.account_id <> ALL (except_accounts)),
	-- A request ends with the next step of its achievement.
	request_said AS (
		SELECT e.account_id, e.seq, e.detail ->> 'request' AS id,
			(e.detail - 'achievement') || jsonb_build_object('ref', e.ref, 'is_appeal', e.kind = 'appealed', 'asked_on', e.occurred_on,
				'asked_by', e.actor, 'closed_on', n.occurred_on, 'outcome', n.state) AS document
		FROM entry AS e
		LEFT JOIN LATERAL (
			SELECT later.occurred_on, s.state
			FROM creditbank.ledger_entry AS later
			JOIN step_kind AS s ON s.kind = later.kind
			WHERE later.account_id = e.account_id
				AND later.seq > e.seq
				AND later.ref = e.ref
				AND starts_with(later.detail, format('{"id": %s, ', e.detail ->> 'id'))
			ORDER BY later.seq
			LIMIT 1) AS n ON true
		WHERE e.kind IN ('submitted', 'appealed')),
	request_held AS (
		SELECT r.account_id, r.request_id::text AS id,
			creditbank.request_document(r.request_id, r.round, r.body, r.assessors, r.due_on, r.note)
				|| jsonb_build_object('id', r.achievement_id, 'ref', r.ref, 'is_appeal', r.is_appeal, 'asked_on', r.asked_on,
					'asked_by', r.asked_by, 'closed_on', r.closed_on, 'outcome', r.outcome) AS document
		FROM asked AS r),
	opinion_said AS (
		SELECT e.account_id, e.seq, e.detail ->> 'request' AS id, e.actor,
			e.detail - '{id,achievement,for,against}'::text[] AS document
		FROM entry AS e
		WHERE e.detail ? 'opinion'),
	opinion_held AS (
		SELECT r.account_id, r.request_id::text AS id, o.assessor AS actor,
			creditbank.opinion_document(o.request_id, o.verdict, o.amount, o.level, o.overlap, o.note) AS document
		FROM asked AS r
		JOIN creditbank.recognition_opinion AS o ON o.request_id = r.request_id)
	SELECT 'differing_request', coalesce(s.account_id, h.account_id), s.seq, s.document::text, h.document::text
	FROM request_said AS s
	FULL JOIN request_held AS h ON h.account_id = s.account_id AND h.id = s.id
	WHERE s.document IS DISTINCT FROM h.document
	UNION ALL
	SELECT 'differing_request', coalesce(s.account_id, h.account_id), s.seq,
		format('%s: %s', s.actor, s.document), format('%s: %s', h.actor, h.document)
	FROM opinion_said AS s
	FULL JOIN opinion_held AS h ON h.account_id = s.account_id AND h.id = s.id AND h.actor = s.actor
	WHERE s.document IS DISTINCT FROM h.document
	ORDER BY 2, 3, 4;
END
$$;
COMMENT ON FUNCTION creditbank.verify_requests(bigint, bigint[]) IS
'Where requests for recognition, how they ended, and the opinions on them differ from what the ledger says of them: differing_request. One account, or all for NULL, but for those of the list, whose entries cannot be believed. A part of verify_account and verify_archive.';

CREATE FUNCTION creditbank.break_meaning(class text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE class
	WHEN 'altered_entry' THEN 'the entry is not what was written: its hash differs from the one the chain holds of it'
	WHEN 'altered_start' THEN 'the first entry does not begin this account''s chain in this ledger'
	WHEN 'missing_entry' THEN 'an entry is missing from the chain'
	WHEN 'inserted_entry' THEN 'an entry stands behind the end of the chain'
	WHEN 'reordered_entry' THEN 'the entry stands in another place of its chain'
	WHEN 'moved_entry' THEN 'the entry stands in another account than it was written for'
	WHEN 'malformed_entry' THEN 'the entry has a form that the bank never writes'
	WHEN 'forked_chain' THEN 'two entries claim the same place'
	WHEN 'differing_head' THEN 'the head does not hold the hash of the account''s last entry, and it is the head that was altered'
	WHEN 'missing_head' THEN 'the account has no head: nothing says where its chain ends'
	WHEN 'missing_account' THEN 'the ledger has a chain, but the account is gone'
	WHEN 'differing_balance' THEN 'the balance is not the sum of the entries'
	WHEN 'negative_balance' THEN 'the balance is below zero in a unit that may not be'
	WHEN 'wrong_reversal' THEN 'the entry takes back what is not there, what may not be taken back, or something else than it was'
	WHEN 'unsealed_entry' THEN 'the entry stands under a sealed id, but the tree does not hold it there: it was altered after sealing, put in late, or moved'
	WHEN 'missing_leaf' THEN 'the tree holds a leaf that no entry has'
	WHEN 'doubled_leaf' THEN 'the tree holds one leaf in several places'
	WHEN 'missing_tile' THEN 'a tile of the tree is missing'
	WHEN 'altered_tile' THEN 'a tile of the tree is not what it was'
	WHEN 'altered_checkpoint' THEN 'the checkpoint does not follow from the tree, or its size and last id do not fit'
	WHEN 'unknown_key' THEN 'a checkpoint is signed by a key that is not registered as it is'
	WHEN 'retired_key' THEN 'a checkpoint is signed by a key that was retired before its size'
	WHEN 'invalid_signature' THEN 'the signature is not one of the checkpoint'
	WHEN 'missing_guard' THEN 'what keeps rows from being changed or doubled is disabled, gone or another'
	WHEN 'unexplained' THEN 'two sides of the ledger disagree, and no place was found where'
	WHEN 'differing_achievement' THEN 'an achievement in the file is not what the ledger says of it'
	WHEN 'differing_evidence' THEN 'evidence in the file is not what the ledger says was handed in'
	WHEN 'differing_request' THEN 'a request for recognition, how it ended, or an opinion on it is not what the ledger says'
	WHEN 'differing_consumption' THEN 'what is noted as used up is not what the ledger says'
	WHEN 'differing_points' THEN 'points or a redemption are not what the ledger says of them'
	WHEN 'differing_decision' THEN 'a decision is not what was posted: its line, its inputs, its rules or its state'
	WHEN 'differing_certificate' THEN 'a certificate, its lines, its document or its revocation is not what the ledger says of it'
	WHEN 'altered_rules' THEN 'a rule book is not what was published, or not in force when it was said to be'
	WHEN 'differing_consent' THEN 'a consent, how it ended, or a look by it is not what the ledger says'
	WHEN 'differing_account' THEN 'the account''s state or its holder is not what the ledger says'
END;
COMMENT ON FUNCTION creditbank.break_meaning(text) IS
'A class of break in words. NULL for NULL or an unknown class.';

CREATE FUNCTION creditbank.explaining_classes(part text)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE part
	WHEN 'chain' THEN ARRAY['altered_entry', 'altered_start', 'reordered_entry', 'moved_entry', 'missing_entry',
		'inserted_entry', 'forked_chain', 'malformed_entry', 'differing_head', 'missing_head']
	WHEN 'starts' THEN ARRAY['altered_start', 'reordered_entry', 'moved_entry', 'malformed_entry', 'forked_chain']
	WHEN 'accounts' THEN ARRAY['missing_head', 'missing_account']
	WHEN 'balances' THEN ARRAY['differing_balance', 'missing_head']
	WHEN 'negative' THEN ARRAY['negative_balance']
	WHEN 'entries' THEN ARRAY['malformed_entry', 'altered_entry', 'altered_start', 'wrong_reversal']
	WHEN 'leaves' THEN ARRAY['unsealed_entry', 'missing_leaf', 'doubled_leaf', 'missing_tile', 'altered_tile', 'altered_checkpoint']
	WHEN 'tiles' THEN ARRAY['missing_tile', 'altered_tile', 'altered_checkpoint']
	WHEN 'heads' THEN ARRAY['differing_head', 'differing_balance', 'inserted_entry', 'altered_entry']
	ELSE '{}'::text[]
END;
COMMENT ON FUNCTION creditbank.explaining_classes(text) IS
'The classes of break that can make a part of ledger_disagreements disagree: none for an unknown part, NULL for NULL.';

CREATE FUNCTION creditbank.verify_account(
	INOUT account text,
	OUT class text,
	OUT seq bigint,
	OUT entry_id bigint,
	OUT meaning text,
	OUT expected text,
	OUT found text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_account bigint;
BEGIN
	PERFORM creditbank.require_bank();
	of_account := creditbank.account_id(verify_account.account, may_be_bank => true);
	RETURN QUERY
	WITH chain AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.verify_chain(of_account) AS c),
	finding AS (
		SELECT * FROM chain
		UNION ALL
		SELECT b.* FROM creditbank.verify_balances(of_account) AS b
		UNION ALL
		SELECT r.* FROM creditbank.verify_reversals(of_account) AS r
		UNION ALL
		SELECT l.* FROM creditbank.verify_leaves(of_account) AS l
		UNION ALL
		SELECT f.*
		FROM creditbank.verify_file(of_account) AS f
		WHERE NOT EXISTS (SELECT FROM chain)
		UNION ALL
		SELECT q.*
		FROM creditbank.verify_requests(of_account) AS q
		WHERE NOT EXISTS (SELECT FROM chain)
		UNION ALL
		SELECT p.*
		FROM creditbank.verify_points(of_account) AS p
		WHERE NOT EXISTS (SELECT FROM chain)
		UNION ALL
		SELECT d.*
		FROM creditbank.verify_certificates(of_account) AS d
		WHERE NOT EXISTS (SELECT FROM chain)
		UNION ALL
		SELECT n.*
		FROM creditbank.verify_consents(of_account) AS n
		WHERE NOT EXISTS (SELECT FROM chain))
	SELECT creditbank.account_number(f.account_id), f.class, f.seq, e.entry_id,
		creditbank.break_meaning(f.class), f.expected, f.found
	FROM finding AS f
	LEFT JOIN creditbank.ledger_entry AS e
		ON e.account_id = f.account_id AND e.seq = f.seq
	ORDER BY f.account_id, f.seq, f.class, f.expected;
END
$$;
COMMENT ON FUNCTION creditbank.verify_account(text) IS
'Verifies one account: recomputes its chain, balances and reversals, finds its sealed entries in the tree, and holds its file against the ledger. One row per finding: the account''s number, the class of break, the seq and id of the entry, the class in words, what was expected and what was found. No rows when all is well. Errors: bank_not_open, unknown_account.';

CREATE FUNCTION creditbank.verify_ledger(since_checkpoint bigint DEFAULT NULL)
RETURNS TABLE (
	account text,
	class text,
	seq bigint,
	entry_id bigint,
	meaning text,
	expected text,
	found text)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	after_id bigint;
	after_size bigint := coalesce(since_checkpoint, 0);
BEGIN
	PERFORM creditbank.require_bank();
	IF since_checkpoint IS NOT NULL THEN
		SELECT c.last_entry_id
		INTO after_id
		FROM creditbank.find_checkpoint(since_checkpoint) AS c;
	END IF;
	RETURN QUERY
	WITH disagreement AS MATERIALIZED (
		SELECT d.*
		FROM creditbank.ledger_disagreements() AS d
		WHERE after_id IS NULL),
	stated AS MATERIALIZED (
		SELECT k.*
		FROM creditbank.verify_checkpoints(after_size) AS k),
	-- In the order of the chains only where something is to be found.
	finding AS MATERIALIZED (
		SELECT c.*
		FROM creditbank.verify_chain(NULL, after_id) AS c
		WHERE after_id IS NOT NULL
			OR EXISTS (SELECT FROM disagreement WHERE part IN ('chain', 'starts', 'accounts', 'entries', 'heads'))
		UNION ALL
		SELECT b.*
		FROM creditbank.verify_balances(NULL, after_id) AS b
		WHERE after_id IS NOT NULL
			OR EXISTS (SELECT FROM disagreement WHERE part IN ('balances', 'negative', 'entries', 'heads'))
		UNION ALL
		SELECT r.*
		FROM creditbank.verify_reversals(NULL, after_id) AS r
		UNION ALL
		SELECT l.*
		FROM creditbank.verify_leaves(NULL, after_size, after_id) AS l
		WHERE after_id IS NOT NULL
			OR EXISTS (SELECT FROM disagreement WHERE part IN ('leaves', 'tiles', 'entries'))
		UNION ALL
		SELECT t.*
		FROM creditbank.verify_tiles(after_size) AS t
		WHERE after_id IS NOT NULL
			OR EXISTS (SELECT FROM disagreement WHERE part IN ('leaves', 'tiles'))
			OR EXISTS (SELECT FROM stated WHERE class = 'altered_checkpoint')
		UNION ALL
		SELECT * FROM stated
		UNION ALL
		SELECT g.*
		FROM creditbank.verify_guards() AS g),
	told AS (
		SELECT * FROM finding
		UNION ALL
		SELECT 'unexplained', NULL, NULL, 'agreement', d.found
		FROM disagreement AS d
		WHERE NOT EXISTS (
			SELECT FROM finding AS f
			WHERE f.class = ANY (creditbank.explaining_classes(d.part))))
	SELECT creditbank.account_number(t.account_id), t.class, t.seq, e.entry_id,
		creditbank.break_meaning(t.class), t.expected, t.found
	FROM told AS t
	LEFT JOIN creditbank.ledger_entry AS e
		ON e.account_id = t.account_id AND e.seq = t.seq
	ORDER BY t.account_id, t.seq, t.class, t.expected;
END
$$;
COMMENT ON FUNCTION creditbank.verify_ledger(bigint) IS
'Verifies the whole ledger, or with since_checkpoint (a tree size) what was written after that checkpoint: every chain, head, balance and reversal, every sealed entry''s leaf, the tree''s tiles, its checkpoints and their signatures, and the triggers that guard them. One row per finding, as verify_account returns them; class unexplained, of no account, when sides disagree and no place is found. No rows when all is well. Reports progress by NOTICE every creditbank.progress_interval seconds. Errors: bank_not_open; not_sealed when no checkpoint has the size.';

CREATE FUNCTION creditbank.verify_archive()
RETURNS TABLE (
	account text,
	class text,
	seq bigint,
	entry_id bigint,
	meaning text,
	expected text,
	found text)
LANGUAGE plpgsql STABLE STRICT PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, creditbank, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	broken bigint[] := '{}';
BEGIN
	PERFORM creditbank.require_bank();
	IF EXISTS (SELECT FROM creditbank.ledger_disagreements()) THEN
		broken := ARRAY(
			SELECT DISTINCT c.account_id
			FROM creditbank.verify_chain() AS c);
	END IF;
	RETURN QUERY
	SELECT creditbank.account_number(f.account_id), f.class, f.seq, e.entry_id,
		creditbank.break_meaning(f.class), f.expected, f.found
	FROM (
		SELECT * FROM creditbank.verify_file(NULL, broken)
		UNION ALL
		SELECT * FROM creditbank.verify_requests(NULL, broken)
		UNION ALL
		SELECT * FROM creditbank.verify_points(NULL, broken)
		UNION ALL
		SELECT * FROM creditbank.verify_certificates(NULL, broken)
		UNION ALL
		SELECT * FROM creditbank.verify_consents(NULL, broken)
		UNION ALL
		SELECT * FROM creditbank.verify_rules(broken)) AS f
	LEFT JOIN creditbank.ledger_entry AS e
		ON e.account_id = f.account_id AND e.seq = f.seq
	ORDER BY f.account_id, f.seq, f.class, f.expected;
END
$$;
COMMENT ON FUNCTION creditbank.verify_archive() IS
'Holds what was made from the ledger against it: the lifelong file with its evidence, what is noted as used up, points and redemptions, certificates, consents and looks, the decisions, the rule books (class altered_rules, of the bank''s own account) and the holders. Accounts whose chain is broken are left out: mend those first. One row per finding, as verify_account returns them; no rows when all is well. Errors: bank_not_open.';
