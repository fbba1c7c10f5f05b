-- ledger: the canonical bytes. The vectors are those of doc/ledger.md; they were
-- computed from its words by another program.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;
CREATE TEMP TABLE vector AS
SELECT *
FROM (VALUES
	(1, 1, NULL::credit_amount, NULL::achievement_ref, date '2024-02-29', timestamptz '2024-02-29 12:34:56.789012+00', 'registrar', '{"commitment": "00"}', NULL::bigint,
		'd12b3d597d250d78e6982e65404a4db4cefc60a797ab6f0721c4a3d0dc1e1c68',
		'63726564697462616e6b2e656e747279010100112233445566778899aabbccddeeff000000000000000100000000000000010001000000004d46000612847caa6614010000000972656769737472617201000000147b22636f6d6d69746d656e74223a20223030227d00d12b3d597d250d78e6982e65404a4db4cefc60a797ab6f0721c4a3d0dc1e1c68',
		'7533cab6bbaf0b731009ba2cae22b3407b50a9fef1fbc7e3ad09c81a9221779d'),
	(2, 3, '48 hr', 'training/SH-TRAIN/COLD-CHAIN#T-0815', '1969-12-31', '1969-12-31 23:59:59.999999+00', '', U&'\5B66\5206\94F6\884C', NULL,
		'7533cab6bbaf0b731009ba2cae22b3407b50a9fef1fbc7e3ad09c81a9221779d',
		'63726564697462616e6b2e656e747279010100112233445566778899aabbccddeeff000000000000000100000000000000020003010200000000000753000100000023747261696e696e672f53482d545241494e2f434f4c442d434841494e23542d30383135ffffffffffffffffffffffff0100000000010000000ce5ada6e58886e993b6e8a18c007533cab6bbaf0b731009ba2cae22b3407b50a9fef1fbc7e3ad09c81a9221779d',
		'0e07e7d0d366d2318f13a9e1f424fabdc3a7d154f4ad3286b8df1dc18eae0584'),
	(3, 5, '-48 hr', NULL, '2024-02-29', '2024-02-29 12:34:56.789012+00', NULL, NULL, 2,
		'0e07e7d0d366d2318f13a9e1f424fabdc3a7d154f4ad3286b8df1dc18eae0584',
		'63726564697462616e6b2e656e747279010100112233445566778899aabbccddeeff0000000000000001000000000000000300050102fffffffffff8ad000000004d46000612847caa661400000100000000000000020e07e7d0d366d2318f13a9e1f424fabdc3a7d154f4ad3286b8df1dc18eae0584',
		'cb5e87b9297566677a3311b24eed6fea0cbdf357a2c81e6e9135eb93c399ff43')
	) AS v (seq, kind, amount, ref, occurred_on, recorded_at, actor, detail, reverses, prev_hash, bytes, hash);
\set ledger '''00112233-4455-6677-8899-aabbccddeeff'''
CREATE FUNCTION pg_temp.check_vectors()
RETURNS TABLE (seq integer, same_bytes boolean, same_hash boolean)
LANGUAGE sql AS $$
	SELECT seq,
		entry_bytes('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, seq, kind::smallint, amount, ref, occurred_on, recorded_at, actor, detail, reverses, decode(prev_hash, 'hex')) = decode(bytes, 'hex'),
		entry_hash('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, seq, kind::smallint, amount, ref, occurred_on, recorded_at, actor, detail, reverses, decode(prev_hash, 'hex')) = decode(hash, 'hex')
	FROM vector
	ORDER BY seq
$$;
SELECT * FROM pg_temp.check_vectors();
SELECT encode(genesis_hash(:ledger, 'sha256-ed25519', 1), 'hex') = 'd12b3d597d250d78e6982e65404a4db4cefc60a797ab6f0721c4a3d0dc1e1c68' AS genesis,
	encode(genesis_hash(:ledger, 'sm3-sm2', 1), 'hex') = '2e25c872eeafa96d665f4bbda00e4d0d149361fc332b80ffb9a37b6a0284f92f' AS genesis_sm3;

-- No setting changes a byte.
SET TimeZone = 'Pacific/Chatham';
SET DateStyle = 'German, DMY';
SET IntervalStyle = 'iso_8601';
SET extra_float_digits = 0;
SET bytea_output = 'escape';
SET lc_monetary = 'C';
SELECT bool_and(same_bytes AND same_hash) AS same_under_other_settings FROM pg_temp.check_vectors();
RESET TimeZone;
RESET DateStyle;
RESET IntervalStyle;
RESET extra_float_digits;
RESET bytea_output;
RESET lc_monetary;

-- NULL differs from empty, and text never slips over a field's border.
CREATE FUNCTION pg_temp.hash_of(ref achievement_ref, actor text, detail text)
RETURNS text
LANGUAGE sql AS $$
	SELECT encode(entry_hash('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, 1, 1::smallint, NULL, ref, '2024-01-01', '2024-01-01 00:00+00', actor, detail, NULL, digest('')), 'hex')
$$;
SELECT count(DISTINCT hash) AS distinct_hashes, count(*) AS entries
FROM (VALUES
	(pg_temp.hash_of(NULL, NULL, NULL)),
	(pg_temp.hash_of(NULL, '', NULL)),
	(pg_temp.hash_of(NULL, NULL, '')),
	(pg_temp.hash_of(NULL, '', '')),
	(pg_temp.hash_of(NULL, 'ab', 'c')),
	(pg_temp.hash_of(NULL, 'a', 'bc')),
	(pg_temp.hash_of(NULL, 'abc', '')),
	(pg_temp.hash_of(NULL, 'abc', NULL)),
	(pg_temp.hash_of('course/A/B', 'a', 'bc')),
	(pg_temp.hash_of('course/A/BA', '', 'bc'))) AS v (hash);

-- Every hashed argument changes the hash.
SELECT count(DISTINCT hash) AS distinct_hashes
FROM (VALUES
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash('10112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, 1, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sm3-sm2', 1, 1, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 2, 1, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 2, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 2::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, '1 pt', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, '1.0001 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, '1 cr', NULL, '2024-01-02', '2024-01-01 00:00+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00:00.000001+00', 'a', 'b', NULL, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', 0, digest(''))),
	(entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, '1 cr', NULL, '2024-01-01', '2024-01-01 00:00+00', 'a', 'b', NULL, digest('x')))) AS v (hash);

-- What is missing, and what is wrong.
SELECT entry_bytes(NULL, 'sha256-ed25519', 1, 1, 1::smallint, NULL, NULL, '2024-01-01', '2024-01-01 00:00+00', NULL, NULL, NULL, digest('')) IS NULL AS no_ledger,
	entry_hash(:ledger, 'sha256-ed25519', 1, 1, 1::smallint, NULL, NULL, '2024-01-01', '2024-01-01 00:00+00', NULL, NULL, NULL, NULL) IS NULL AS no_previous_hash;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.entry_hash('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, 1, 1::smallint, NULL, NULL, 'infinity', '2024-01-01 00:00+00', NULL, NULL, NULL, creditbank.digest('')) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.entry_hash('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, 1, 1::smallint, NULL, NULL, '2024-01-01', '-infinity', NULL, NULL, NULL, creditbank.digest('')) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.entry_hash('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, 1, 1::smallint, NULL, NULL, '2024-01-01', '2024-01-01', NULL, NULL, NULL, '\x00') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.entry_hash('00112233-4455-6677-8899-aabbccddeeff', 'sha256-ed25519', 1, 1, 1::smallint, NULL, NULL, '2024-01-01', '294276-12-31 00:00+00', NULL, NULL, NULL, creditbank.digest('')) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.genesis_hash('00112233-4455-6677-8899-aabbccddeeff', 'md5', 1) $$);

-- The kinds and their numbers are part of the format.
SELECT kind, name FROM entry_kinds() ORDER BY kind;
