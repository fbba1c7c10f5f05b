-- ledger_vectors: the golden vectors of doc/ledger.md, each kind and each extreme
-- in both suites. They were computed from the document by a program in another
-- language (test/verifier), which checks the same file.
SET search_path = creditbank, public;
CREATE TEMP TABLE vector (name text, suite text, ledger_id uuid, account_id bigint, seq bigint, kind smallint,
	amount_text text, unit smallint, count bigint, ref text, date_text text, occurred_on integer, time_text text, recorded_at bigint,
	actor text, detail text, detail_times integer, reverses bigint, prev_hash text, bytes text, hash text,
	PRIMARY KEY (name, suite));
\copy vector FROM test/regress/data/ledger_vectors.csv (FORMAT csv, HEADER MATCH, ENCODING 'UTF8')
SELECT suite, count(*) AS vectors, count(DISTINCT hash) AS hashes, array_agg(DISTINCT kind ORDER BY kind) AS kinds
FROM vector
GROUP BY suite
ORDER BY suite;

CREATE TEMP VIEW genesis AS
SELECT name, suite, ledger_id, account_id, bytes, hash
FROM vector
WHERE kind IS NULL;
SELECT name, suite,
	encode(genesis_hash(ledger_id, suite, account_id), 'hex') = hash AS same_hash,
	encode(digest(decode(bytes, 'hex'), suite), 'hex') = hash AS same_bytes
FROM genesis
ORDER BY suite, name;

CREATE FUNCTION pg_temp.check_vectors()
RETURNS TABLE (suite text, name text, same_bytes boolean, same_hash boolean)
LANGUAGE sql AS $$
	SELECT v.suite, v.name, e.bytes = decode(v.bytes, 'hex'), e.hash = decode(v.hash, 'hex') AND digest(e.bytes, v.suite) = e.hash
	FROM vector AS v
	CROSS JOIN LATERAL (
		SELECT v.amount_text::credit_amount, v.ref::achievement_ref, v.date_text::date, v.time_text::timestamptz,
			repeat(v.detail, v.detail_times), decode(v.prev_hash, 'hex')) AS f (amount, ref, occurred_on, recorded_at, detail, prev_hash)
	CROSS JOIN LATERAL (
		SELECT entry_bytes(v.ledger_id, v.suite, v.account_id, v.seq, v.kind, f.amount, f.ref, f.occurred_on, f.recorded_at, v.actor, f.detail, v.reverses, f.prev_hash),
			entry_hash(v.ledger_id, v.suite, v.account_id, v.seq, v.kind, f.amount, f.ref, f.occurred_on, f.recorded_at, v.actor, f.detail, v.reverses, f.prev_hash)) AS e (bytes, hash)
	WHERE v.kind IS NOT NULL
	ORDER BY v.suite, v.name
$$;
SELECT * FROM pg_temp.check_vectors();

-- No setting changes a byte.
SET TimeZone = 'Pacific/Chatham';
SET DateStyle = 'German, DMY';
SET bytea_output = 'escape';
SELECT bool_and(coalesce(same_bytes, true) AND same_hash) AS same_under_other_settings, count(*)
FROM pg_temp.check_vectors();
RESET TimeZone;
RESET DateStyle;
RESET bytea_output;
