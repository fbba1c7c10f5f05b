-- checkpoint: bodies, keys, signatures, sealing and proofs. The roots, bodies,
-- verifier keys and signatures expected are those of doc/checkpoint.md; they were
-- computed from its words by another program and the openssl command.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
\set log_key 'bank.example.org+3d24aabf+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea'
\set witness_key 'witness.example.net+a75bacdc+BD1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM'
\set log_line '— bank.example.org PSSqvx1w3DD4AOgYvOS0ipD/+Baf+Hi+dbhaICTuJ87DcpZwy4QHBPlFsUdRc3rhE63sSUyqxa8kqFyEwj4cu8fHhwo='
\set witness_line '— witness.example.net p1us3AAAAABlU/EACbDjlJNfOi9kgGdruvrrCt9qQTYhdi9uwZ+qN/0vn1ehazX7jzjdr10S7uo3XQkuXwvhNaYxx2R1xblRD3K4CA=='
\set sm2_key 'bank.example.org+bd8016aa+/2NyZWRpdGJhbmsvc20yBFmrHP/SLwA9DJhMMG/tuyg0Kcs4CnXGicrJ0R0itt/Ap21sB2zeWhU47eBnwCOohHRY+AJ/RZN8CtI5tpnH+c4='
\set sm2_witness_key 'witness.example.net+e067a5db+/2NyZWRpdGJhbmsvc20yLWNvc2lnbmF0dXJlBClQmkHP/OrGvZAVWf0A/PggCNPm/ZXxwid8QJ64IdcdAaokQlG+DD/Rb/vNz1pMV6CdgRmPGScyCeZ9sMzlJ3Q='
\set sm2_line '— bank.example.org vYAWqjBEAiBJ5rMZjPL2VbCVZPYzWYxTbC/qrnZH38SUIYzkTspWOQIgfhj0dDZjoRgvLrrGCiXauo/RHVVEksjToY9CE1ScDAI='
\set sm2_witness_line '— witness.example.net 4Gel2wAAAABlU/EAMEQCIBXC77IXDtOGHiiurOfCwyrm1gKVgE2vFfk9+zo4CdJXAiAG/NaIhJdDF+SGLTfClk3F00hFbIOpjylZWfld5oFiTQ=='

-- Verifier keys: the example of C2SP signed-note, with the note that it verifies.
SELECT name, role, algorithm, encode(key_id, 'hex') AS key_id, encode(public_key, 'hex') AS public_key
FROM creditbank.read_verifier_key('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
SELECT creditbank.verify_signature(convert_to(E'This is an example message.\n', 'UTF8'),
	substr(decode('Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=', 'base64'), 5), public_key, algorithm)
FROM creditbank.read_verifier_key('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
SELECT name, role, algorithm, encode(key_id, 'hex') AS key_id,
	creditbank.verifier_key(name, role, algorithm, public_key) = k.key AS written_again_the_same
FROM (VALUES (:'log_key'), (:'witness_key'), (:'sm2_key'), (:'sm2_witness_key')) AS k (key)
CROSS JOIN creditbank.read_verifier_key(k.key);
SELECT creditbank.verifier_key('bank.example.org', 'log', 'ed25519', '\xd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a') = :'log_key' AS as_documented,
	creditbank.verifier_key(NULL, 'log', 'ed25519', '') IS NULL AS of_null,
	(SELECT count(*) FROM creditbank.read_verifier_key(NULL)) AS rows_of_null;
SELECT e.*
FROM (VALUES
	(1, 'example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'), -- another id
	(2, 'example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'), -- another name
	(3, 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0'), -- cut short
	(4, 'example.com/foo'),
	(5, 'x+00000000+AAAA')) AS k (place, key)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.read_verifier_key(%L)', k.key)) AS e
ORDER BY place;
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.verifier_key('a b', 'log', 'ed25519', sha256('')) $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.verifier_key('a', 'log', 'ed25519', 'short') $$);
SELECT * FROM pg_temp.error_of($$ SELECT creditbank.verifier_key('a', 'notary', 'ed25519', sha256('')) $$);

-- Bodies.
SELECT creditbank.checkpoint_body('bank.example.org', 3, '\x63d2cc051594103144f7147e71ce4dfade3cd7ae4180b97fd5861a28ab5cbf9a',
	'sha256-ed25519', 1, '01234567-89AB-4cde-8f01-23456789abcd');
SELECT creditbank.cosignature_message(E'body\n', 1679315147) = E'cosignature/v1\ntime 1679315147\nbody\n' AS as_c2sp;
SELECT e.*
FROM (VALUES
	(1, $$ 'bank example', 3, sha256(''), 'sha256-ed25519', 1 $$),
	(2, $$ E'bank\u0001', 3, sha256(''), 'sha256-ed25519', 1 $$),
	(3, $$ 'bank', -1, sha256(''), 'sha256-ed25519', 1 $$),
	(4, $$ 'bank', 3, 'x', 'sha256-ed25519', 1 $$),
	(5, $$ 'bank', 3, sha256(''), 'sha256-ed25519', 0 $$),
	(6, $$ 'bank', 3, sha256(''), 'md5', 1 $$)) AS k (place, arguments)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.checkpoint_body(%s, gen_random_uuid())', k.arguments)) AS e
ORDER BY place;

-- Without a bank.
SELECT DISTINCT e.sqlstate_
FROM unnest(ARRAY['seal()', 'latest_checkpoint()', 'checkpoint(1)', 'inclusion_proof(''1'', 1)', 'consistency_proof(0, 1)',
	'proof_bundle(''1'', 1)', 'add_key(''x'', ''log'')', 'retire_key(''x'')', 'add_signature(1, ''x'')', 'declare_incarnation(''x'')']) AS call
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || call) AS e;

-- A ledger whose three entries are the golden ones of doc/ledger.md.
BEGIN;
CALL creditbank.create_bank('bank.example.org', ledger_id => '00112233-4455-6677-8899-aabbccddeeff');
SELECT count(*) FROM creditbank.latest_checkpoint();
SELECT tree_size, last_entry_id, newest_entry_id, unsealed_ids, oldest_unsealed_at, lag, signed_size FROM creditbank.log_status;
SELECT * FROM pg_temp.error_of('SELECT creditbank.checkpoint(0)');
SELECT * FROM pg_temp.error_of('SELECT creditbank.consistency_proof(0, 0)');
INSERT INTO creditbank.account (opened_on, commitment)
VALUES ('2024-02-29', sha256(''));
INSERT INTO creditbank.incarnation
SELECT 1, now(), 'opened', d.*, '01234567-89ab-4cde-8f01-23456789abcd'
FROM creditbank.database_identity() AS d;
SELECT * FROM pg_temp.error_of('SELECT creditbank.inclusion_proof(''00000000000195'', 1)');
-- An empty ledger has a head, too: the digest of nothing.
SELECT tree_size, incarnation, new_entries, root_hash = sha256('') AS of_nothing, note IS NULL AS unsigned FROM creditbank.seal();
INSERT INTO creditbank.ledger_entry (account_id, seq, kind, amount, ref, occurred_on, recorded_at, actor, detail, reverses, prev_hash)
VALUES
	(1, 1, 1, NULL, NULL, '2024-02-29', '2024-02-29 12:34:56.789012+00', 'registrar', '{"commitment": "00"}', NULL,
		'\xd12b3d597d250d78e6982e65404a4db4cefc60a797ab6f0721c4a3d0dc1e1c68'),
	(1, 2, 3, '48 hr', 'training/SH-TRAIN/COLD-CHAIN#T-0815', '1969-12-31', '1969-12-31 23:59:59.999999+00', '', U&'\5B66\5206\94F6\884C', NULL,
		'\x7533cab6bbaf0b731009ba2cae22b3407b50a9fef1fbc7e3ad09c81a9221779d');
SELECT tree_size, incarnation, new_entries, root_hash = '\xcbeefa6aa7dd73c1d3d6a4a13812a463022fa4338814a6d12433f32d683f7a92' AS as_documented
FROM creditbank.seal();
-- An id that was handed out and never used leaves no hole in the tree.
SELECT nextval('creditbank.ledger_entry_entry_id_seq');
SELECT tree_size, new_entries FROM creditbank.seal();
INSERT INTO creditbank.ledger_entry (account_id, seq, kind, amount, ref, occurred_on, recorded_at, actor, detail, reverses, prev_hash)
VALUES
	(1, 3, 5, '-48 hr', NULL, '2024-02-29', '2024-02-29 12:34:56.789012+00', NULL, NULL, 2,
		'\x0e07e7d0d366d2318f13a9e1f424fabdc3a7d154f4ad3286b8df1dc18eae0584');
SELECT tree_size, last_entry_id, newest_entry_id, unsealed_ids, oldest_unsealed_at = '2024-02-29 12:34:56.789012+00' AS oldest, lag > '1 year' AS late
FROM creditbank.log_status;
SELECT * FROM pg_temp.error_of('SELECT creditbank.inclusion_proof(''00000000000195'', 3)');
SELECT tree_size, incarnation, new_entries, root_hash = '\x63d2cc051594103144f7147e71ce4dfade3cd7ae4180b97fd5861a28ab5cbf9a' AS as_documented, note
FROM creditbank.seal();
SELECT tree_size, new_entries FROM creditbank.seal();
SELECT level, tile, first_entry_id, last_entry_id, octet_length(hashes) FROM creditbank.log_tile;
SELECT tree_size, incarnation, last_entry_id FROM creditbank.checkpoint ORDER BY tree_size;

-- Proofs.
SELECT leaf_index, tree_size, encode(leaf_hash, 'hex') AS leaf_hash, (SELECT string_agg(encode(h, 'hex'), E'\n') FROM unnest(proof) AS h) AS proof
FROM creditbank.inclusion_proof('00000000000195', 2);
SELECT seq, p.tree_size, p.leaf_index, cardinality(p.proof),
	creditbank.verify_inclusion(p.leaf_hash, p.leaf_index, p.tree_size, p.proof, p.root_hash, 'sha256-ed25519') AS verifies
FROM (VALUES (1, 2), (2, 2), (1, 3), (2, 3), (3, 3), (3, NULL)) AS s (seq, size)
CROSS JOIN LATERAL creditbank.inclusion_proof('00000000000195', seq, size) AS p
ORDER BY p.tree_size, seq;
SELECT encode((creditbank.consistency_proof(2, 3))[1], 'hex') AS leaf_2, creditbank.consistency_proof(0, 3), creditbank.consistency_proof(3, 3);
SELECT a, b, creditbank.verify_consistency(a, b, creditbank.consistency_proof(a, b), (creditbank.checkpoint(a)).root_hash, (creditbank.checkpoint(b)).root_hash, 'sha256-ed25519') AS verifies
FROM (VALUES (2, 3), (3, 3)) AS s (a, b);
SELECT cardinality(creditbank.consistency_proof(1, 3)) AS from_a_size_between;
SELECT e.*
FROM (VALUES
	(1, 'inclusion_proof(''00000000000195'', 3, 2)'),
	(2, 'inclusion_proof(''00000000000195'', 1, 1)'),
	(3, 'inclusion_proof(''00000000000195'', 4)'),
	(4, 'inclusion_proof(''00000000000195'', NULL)'),
	(5, 'inclusion_proof(''00000000000196'', 1)'),
	(6, 'consistency_proof(2, 4)'),
	(7, 'consistency_proof(3, 2)'),
	(8, 'consistency_proof(-1, 2)'),
	(9, 'consistency_proof(NULL, 2)'),
	(10, 'checkpoint(1)'),
	(11, 'add_signature(1, ''x'')')) AS c (place, call)
CROSS JOIN LATERAL pg_temp.error_of('SELECT creditbank.' || call) AS e
ORDER BY place;

-- Keys.
SELECT e.*
FROM (VALUES
	(1, :'log_key', 'witness'),
	(2, creditbank.verifier_key('other.example.org', 'log', 'ed25519', sha256('')), 'log'),
	(3, :'sm2_key', 'log'),
	(4, creditbank.verifier_key('bank.example.org', 'witness', 'ed25519', sha256('')), 'witness'),
	(5, NULL, 'log'),
	(6, :'log_key', NULL),
	(7, 'x', 'log')) AS k (place, key, role)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.add_key(%L, %L)', k.key, k.role)) AS e
ORDER BY place;
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.add_signature(3, %L)', :'log_line'));
SELECT creditbank.add_key(:'log_key', 'log'), creditbank.add_key(:'log_key', 'log'), creditbank.add_key(:'witness_key', 'witness');
SELECT name, role, algorithm, encode(key_id, 'hex') AS key_id, retired_after FROM creditbank.log_key ORDER BY role;

-- Signatures: refused ones leave nothing behind.
SELECT e.*
FROM (VALUES
	(1, 3, NULL),
	(2, 3, 'no signature'),
	(3, 3, replace(:'log_line', '—', '-')),
	(4, 3, :'log_line' || E'\n\n'),
	(5, 3, replace(:'log_line', 'hwo=', 'hwp=')), -- stray bits in the padding
	(6, 3, replace(:'log_line', 'PSSqvx1', 'PSSqvx2')),
	(7, 2, :'log_line'), -- of another size
	(8, NULL, :'log_line'),
	(9, 3, replace(:'witness_line', 'AAAAABlU/EA', 'AAAAABlU/EB')), -- at another time
	(10, 3, '— witness.example.net p1us3AA='),
	(11, 3, '— witness.example.net ' || creditbank.base64_line('\xa75bacdcffffffffffffffff00')),
	(12, 3, replace(:'log_line', 'PSSq', 'PSSr'))) AS s (place, size, line)
CROSS JOIN LATERAL pg_temp.error_of(format('SELECT creditbank.add_signature(%L, %L)', s.size, s.line)) AS e
ORDER BY place;
SELECT count(*) FROM creditbank.checkpoint_signature;
SELECT creditbank.add_signature(3, :'witness_line') IS NOT NULL AS witnessed;
SELECT signed_size FROM creditbank.log_status; -- a witness's signature is not the log's
SELECT creditbank.add_signature(3, :'log_line' || E'\n');
SELECT count(creditbank.add_signature(3, :'log_line')) AS taken_again, (SELECT note FROM creditbank.latest_checkpoint()) = creditbank.add_signature(3, :'log_line') AS the_note;
SELECT tree_size, verifier_key = :'log_key' AS by_the_log, signed_time, octet_length(signature) FROM creditbank.checkpoint_signature ORDER BY 2;
SELECT signed_size FROM creditbank.log_status;
SELECT size, note IS NULL AS unsigned FROM (VALUES (2), (3)) AS s (size) CROSS JOIN LATERAL creditbank.checkpoint(size);
SELECT jsonb_pretty(creditbank.proof_bundle('00000000000195', 2));
SELECT b ->> 'tree_size' AS tree_size, b -> 'proof' AS proof, b ->> 'checkpoint' = k.body AS bare_body, b -> 'entry' ->> 'detail' AS detail
FROM creditbank.checkpoint(2) AS k, creditbank.proof_bundle('00000000000195', 1, 2) AS b;

-- A retired key: what it signed stays, larger trees it does not sign.
SELECT creditbank.retire_key(:'log_key'), creditbank.retire_key(:'log_key');
SELECT * FROM pg_temp.error_of('SELECT creditbank.retire_key(''x'')');
INSERT INTO creditbank.ledger_entry (account_id, seq, kind, occurred_on, recorded_at, prev_hash)
VALUES (1, 4, 4, '2024-02-29', '2024-02-29 12:34:56.789012+00', '\xcb5e87b9297566677a3311b24eed6fea0cbdf357a2c81e6e9135eb93c399ff43');
SELECT tree_size, new_entries FROM creditbank.seal();
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.add_signature(4, %L)', :'log_line'));
SELECT (creditbank.checkpoint(3)).note LIKE '%' || :'log_line' || '%' AS stays;

-- An incarnation declared: the next seal states it, though no entry is new.
SELECT * FROM pg_temp.error_of('SELECT creditbank.declare_incarnation('' '')');
SELECT * FROM pg_temp.error_of('SELECT creditbank.declare_incarnation(NULL)');
SELECT creditbank.declare_incarnation('cloned from a storage snapshot');
SELECT tree_size, incarnation, new_entries FROM creditbank.seal();
SELECT incarnation, reason FROM creditbank.incarnation ORDER BY 1;
SELECT incarnation, body LIKE E'%\nincarnation 2 ________-____-____-____-____________\n' AS states_it FROM creditbank.checkpoint(4);

-- Nothing of it changes, not for a superuser either while the triggers stand.
SET LOCAL session_replication_role = replica;
SELECT e.*
FROM (VALUES
	(1, 'UPDATE creditbank.log_tile SET hashes = sha256('''') || hashes'),
	(2, 'UPDATE creditbank.log_tile SET hashes = substr(hashes, 1, 32)'),
	(3, 'UPDATE creditbank.log_tile SET first_entry_id = 0, hashes = hashes || sha256('''')'),
	(4, 'DELETE FROM creditbank.log_tile'),
	(5, 'TRUNCATE creditbank.log_tile'),
	(6, 'UPDATE creditbank.checkpoint SET sealed_at = now()'),
	(7, 'DELETE FROM creditbank.checkpoint_signature'),
	(8, 'UPDATE creditbank.incarnation SET reason = '''''),
	(9, 'UPDATE creditbank.log_key SET retired_after = NULL'),
	(10, 'UPDATE creditbank.log_key SET public_key = ''x'', retired_after = 9 WHERE retired_after IS NULL'),
	(11, 'DELETE FROM creditbank.log_key')) AS c (place, call)
CROSS JOIN LATERAL pg_temp.error_of(call) AS e
ORDER BY place;
RESET session_replication_role;

-- A superuser who takes the triggers away is found out by the proof.
ALTER TABLE creditbank.ledger_entry DISABLE TRIGGER ALL;
ALTER TABLE creditbank.log_tile DISABLE TRIGGER ALL;
UPDATE creditbank.ledger_entry SET amount = '480 hr' WHERE seq = 2;
SELECT * FROM pg_temp.error_of('SELECT creditbank.inclusion_proof(''00000000000195'', 2)');
UPDATE creditbank.log_tile SET hashes = substr(hashes, 1, 32);
SELECT * FROM pg_temp.error_of('SELECT creditbank.inclusion_proof(''00000000000195'', 1)');
INSERT INTO creditbank.ledger_entry (account_id, seq, kind, occurred_on, recorded_at, prev_hash)
VALUES (1, 5, 4, '2024-02-29', '2024-02-29 12:34:56.789012+00', sha256(''));
SELECT * FROM pg_temp.error_of('SELECT creditbank.seal()');
DELETE FROM creditbank.log_tile;
SELECT * FROM pg_temp.error_of('SELECT creditbank.consistency_proof(1, 2)');
ROLLBACK;

-- Above READ COMMITTED the snapshot is too old, and a read-only transaction cannot write.
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL creditbank.create_bank('bank.example.org');
SELECT * FROM pg_temp.error_of('SELECT creditbank.seal()');
SELECT * FROM pg_temp.error_of('SELECT creditbank.declare_incarnation(''x'')');
SELECT sqlstate_, message FROM pg_temp.error_of('SELECT creditbank.retire_key(''x'')');
ROLLBACK;
BEGIN;
CALL creditbank.create_bank('bank.example.org');
SET TRANSACTION READ ONLY;
SELECT * FROM pg_temp.error_of('SELECT creditbank.seal()');
ROLLBACK;

-- SM3 and SM2.
BEGIN;
CALL creditbank.create_bank('bank.example.org', 'sm3-sm2');
SELECT root_hash = creditbank.digest('', 'sm3-sm2') AS of_nothing FROM creditbank.seal();
INSERT INTO creditbank.incarnation
VALUES (2, now(), 'test', 1, 1, 1, '01234567-89ab-4cde-8f01-23456789abcd');
INSERT INTO creditbank.checkpoint
VALUES (3, 1, '\xb8fe73f0dccb89fc685ae8606c8eb8435424c5c356b9fa1bf5cb0c4f850358df', 3, now());
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.add_key(%L, ''log'')', :'log_key'));
SELECT creditbank.add_key(:'sm2_key', 'log'), creditbank.add_key(:'sm2_witness_key', 'witness'), creditbank.add_key(:'witness_key', 'witness');
-- The first incarnation's marker is another; the signatures are of this one's.
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.add_signature(3, %L)', :'sm2_line'));
ROLLBACK;
BEGIN;
CALL creditbank.create_bank('bank.example.org', 'sm3-sm2');
INSERT INTO creditbank.incarnation
VALUES (1, now(), 'test', 1, 1, 1, '01234567-89ab-4cde-8f01-23456789abcd');
INSERT INTO creditbank.checkpoint
VALUES (3, 1, '\xb8fe73f0dccb89fc685ae8606c8eb8435424c5c356b9fa1bf5cb0c4f850358df', 3, now());
-- A later incarnation stated the same size: the signatures still find theirs.
INSERT INTO creditbank.incarnation
VALUES (2, now(), 'test', 1, 1, 1, gen_random_uuid());
INSERT INTO creditbank.checkpoint
VALUES (3, 2, '\xb8fe73f0dccb89fc685ae8606c8eb8435424c5c356b9fa1bf5cb0c4f850358df', 3, now());
SELECT creditbank.add_key(:'sm2_key', 'log'), creditbank.add_key(:'sm2_witness_key', 'witness');
SELECT creditbank.add_signature(3, :'sm2_line') IS NULL AS the_latest_is_unsigned;
SELECT creditbank.add_signature(3, :'sm2_witness_line') IS NULL AS the_latest_is_unsigned;
SELECT * FROM pg_temp.error_of(format('SELECT creditbank.add_signature(3, %L)', replace(:'sm2_line', 'vYAWqjB', 'vYAWqjC')));
SELECT tree_size, incarnation, signed_time FROM creditbank.checkpoint_signature ORDER BY signed_time;
ROLLBACK;

-- Many leaves: tiles fill, and every proof verifies at every size that was sealed.
BEGIN;
CALL creditbank.create_bank('bank.example.org');
CREATE FUNCTION pg_temp.grow(entries integer)
RETURNS TABLE (tree_size bigint, new_entries bigint, right_root boolean)
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO creditbank.account (opened_on, commitment)
	SELECT '2024-02-29', sha256('')
	FROM generate_series(1, entries);
	INSERT INTO creditbank.ledger_entry (account_id, seq, kind, occurred_on, recorded_at, prev_hash)
	SELECT a.account_id, 1, 1, '2024-02-29', '2024-02-29 12:34:56.789012+00', sha256('')
	FROM creditbank.account AS a
	WHERE a.account_id > coalesce((SELECT max(e.account_id) FROM creditbank.ledger_entry AS e), 0)
	ORDER BY a.account_id;
	RETURN QUERY
	SELECT s.tree_size, s.new_entries, s.root_hash = (
		SELECT creditbank.merkle_root(array_agg(creditbank.merkle_leaf_hash(decode(l.entry_hash, 'hex')) ORDER BY l.account))
		FROM creditbank.ledger AS l)
	FROM creditbank.seal() AS s;
END
$$;
SELECT g.*
FROM (VALUES (1, 255), (2, 1), (3, 1), (4, 255), (5, 600), (6, 0), (7, 1)) AS s (place, entries)
CROSS JOIN LATERAL pg_temp.grow(s.entries) AS g
ORDER BY place;
SELECT level, tile, first_entry_id, last_entry_id, octet_length(hashes) FROM creditbank.log_tile ORDER BY level, tile;
SELECT c.tree_size, count(*) AS leaves, bool_and(p.leaf_index = a.account_id - 1) AS in_order,
	bool_and(creditbank.verify_inclusion(p.leaf_hash, p.leaf_index, p.tree_size, p.proof, p.root_hash, 'sha256-ed25519')) AS verify
FROM creditbank.checkpoint AS c
JOIN creditbank.account AS a ON a.account_id <= c.tree_size
CROSS JOIN LATERAL creditbank.inclusion_proof(creditbank.account_number(a.account_id), 1, c.tree_size) AS p
GROUP BY c.tree_size
ORDER BY c.tree_size;
SELECT count(*) AS pairs, bool_and(creditbank.verify_consistency(a.tree_size, b.tree_size, creditbank.consistency_proof(a.tree_size, b.tree_size),
	a.root_hash, b.root_hash, 'sha256-ed25519')) AS verify
FROM creditbank.checkpoint AS a
JOIN creditbank.checkpoint AS b ON a.tree_size <= b.tree_size;
-- They are the proofs that the pure functions make from the bare leaves.
WITH leaves AS (
	SELECT array_agg(creditbank.merkle_leaf_hash(decode(l.entry_hash, 'hex')) ORDER BY l.account) AS hashes
	FROM creditbank.ledger AS l)
SELECT count(*), bool_and(creditbank.consistency_proof(n, 1113) = creditbank.merkle_consistency_proof(hashes, n)) AS same
FROM leaves, generate_series(0, 1113, 7) AS n;
ROLLBACK;
