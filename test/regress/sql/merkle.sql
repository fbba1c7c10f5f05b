-- merkle: the tree hash of RFC 6962, its proofs, and what is no proof.
\set ECHO none
\i test/regress/error_of.sql
\set ECHO all
SET search_path = creditbank, public;

-- The published test tree of RFC 6962: 8 leaves, the roots of sizes 0 to 8, and
-- proofs (github.com/transparency-dev/merkle, testonly/constants.go and
-- cmd/proofgen; the same values are in the reference implementation of RFC 6962).
CREATE TEMP TABLE published AS
SELECT array_agg(merkle_leaf_hash(data) ORDER BY number) AS leaves
FROM unnest(ARRAY['', '\x00', '\x10', '\x2021', '\x3031', '\x40414243', '\x5051525354555657',
	'\x606162636465666768696a6b6c6d6e6f']::bytea[]) WITH ORDINALITY AS t (data, number);
SELECT number - 1 AS leaf_index, encode(hash, 'hex') AS leaf_hash
FROM published, unnest(leaves) WITH ORDINALITY AS t (hash, number)
ORDER BY number;
SELECT size, encode(merkle_root(leaves[:size]), 'hex') = root AS published_root
FROM published, unnest(ARRAY[
	'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
	'6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
	'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
	'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
	'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
	'4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
	'76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
	'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
	'5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'
]) WITH ORDINALITY AS t (root, number), LATERAL (SELECT number::integer - 1) AS n (size)
ORDER BY size;
SELECT leaf_index, size, merkle_inclusion_proof(leaves[:size], leaf_index) = proof AS published_proof
FROM published, (VALUES
	(0, 1, '{}'::bytea[]),
	(0, 8, ARRAY['\x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '\x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '\x6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']::bytea[]),
	(5, 8, ARRAY['\xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b', '\xca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', '\xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']::bytea[]),
	(2, 3, ARRAY['\xfac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']::bytea[]),
	(1, 5, ARRAY['\x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', '\x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '\xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']::bytea[])
) AS v (leaf_index, size, proof);
SELECT size1, size2, merkle_consistency_proof(leaves[:size2], size1) = proof AS published_proof
FROM published, (VALUES
	(1, 1, '{}'::bytea[]),
	(1, 8, ARRAY['\x96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '\x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '\x6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4']::bytea[]),
	(6, 8, ARRAY['\x0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', '\xca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', '\xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']::bytea[]),
	(2, 5, ARRAY['\x5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '\xbc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b']::bytea[]),
	(6, 7, ARRAY['\x0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a', '\xb08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f', '\xd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7']::bytea[])
) AS v (size1, size2, proof);

-- Two suites, and leaves of 0 to 300 bytes, by the definition.
SELECT suite, count(*), bool_and(merkle_leaf_hash(data, suite) = digest('\x00'::bytea || data, suite)) AS as_defined
FROM unnest(ARRAY['sha256-ed25519', 'sm3-sm2']) AS suite, generate_series(0, 300) AS length,
	LATERAL (SELECT convert_to(repeat('x', length), 'UTF8')) AS d (data)
GROUP BY suite ORDER BY suite;

-- The definition once more, as RFC 6962 writes it: a tree of n > 1 leaves is
-- split at the greatest power of two below n.
CREATE FUNCTION pg_temp.split(n bigint)
RETURNS bigint LANGUAGE sql AS
$$ SELECT CASE WHEN n > 1 THEN 1::bigint << length(ltrim((n - 1)::bit(64)::text, '0')) - 1 END $$;
CREATE FUNCTION pg_temp.tree_hash(leaves bytea[], suite text)
RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	n CONSTANT integer = cardinality(leaves);
	k CONSTANT integer = pg_temp.split(n);
BEGIN
	IF n <= 1 THEN
		RETURN coalesce(leaves[1], creditbank.digest('', suite));
	END IF;
	RETURN creditbank.digest('\x01'::bytea || pg_temp.tree_hash(leaves[:k], suite) || pg_temp.tree_hash(leaves[k + 1:], suite), suite);
END
$$;
-- The way from a leaf to the root: on which side each sibling stands.
CREATE FUNCTION pg_temp.way(m bigint, n bigint)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	k CONSTANT bigint = pg_temp.split(n);
BEGIN
	RETURN CASE
		WHEN n = 1 THEN ''
		WHEN m < k THEN pg_temp.way(m, k) || 'R'
		ELSE pg_temp.way(m - k, n - k) || 'L'
	END;
END
$$;
-- The way from a tree of m leaves to one of n: = begins with what is known, the
-- whole smaller tree, and . with a hash of the proof.
CREATE FUNCTION pg_temp.growth(m bigint, n bigint, whole boolean DEFAULT true)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	k CONSTANT bigint = pg_temp.split(n);
BEGIN
	RETURN CASE
		WHEN m = 0 THEN '0'
		WHEN m = n THEN CASE WHEN whole THEN '=' ELSE '.' END
		WHEN m <= k THEN pg_temp.growth(m, k, whole) || 'R'
		ELSE pg_temp.growth(m - k, n - k, false) || 'L'
	END;
END
$$;

CREATE TEMP TABLE tree AS
SELECT suite, size, leaves, merkle_root(leaves, suite) AS root
FROM (VALUES ('sha256-ed25519', 70), ('sm3-sm2', 13)) AS s (suite, greatest_size),
	generate_series(0, greatest_size) AS size,
	LATERAL (SELECT ARRAY(SELECT merkle_leaf_hash(int4send(i), suite) FROM generate_series(1, size) AS i)) AS l (leaves);
SELECT suite, count(*), bool_and(root = pg_temp.tree_hash(leaves, suite)) AS roots_as_defined
FROM tree GROUP BY suite ORDER BY suite;

-- Every proof of inclusion and of consistency. It verifies, and has as many
-- hashes as there are on the way.
CREATE FUNCTION pg_temp.verdict(kind text, suite text, number1 bigint, number2 bigint, proof bytea[], hash1 bytea, hash2 bytea)
RETURNS boolean LANGUAGE sql AS $$
	SELECT CASE kind
		WHEN 'inclusion' THEN creditbank.verify_inclusion(hash1, number1, number2, proof, hash2, suite)
		WHEN 'consistency' THEN creditbank.verify_consistency(number1, number2, proof, hash1, hash2, suite)
	END
$$;
CREATE TEMP TABLE proven AS
SELECT 'inclusion' AS kind, suite, leaf_index AS number1, size::bigint AS number2,
	merkle_inclusion_proof(leaves, leaf_index, suite) AS proof, leaves[leaf_index + 1] AS hash1, root AS hash2,
	pg_temp.way(leaf_index, size) AS way
FROM tree, generate_series(0::bigint, size - 1) AS leaf_index
UNION ALL
SELECT 'consistency', suite, size1, t.size, merkle_consistency_proof(t.leaves, size1, suite), smaller.root, t.root,
	pg_temp.growth(size1, t.size)
FROM tree AS t, generate_series(0::bigint, size) AS size1, LATERAL (
	SELECT s.root FROM tree AS s WHERE s.suite = t.suite AND s.size = size1) AS smaller;
SELECT kind, suite, count(*), max(cardinality(proof)) AS longest,
	bool_and(cardinality(proof) = length(translate(way, '0=', ''))) AS as_long_as_the_way,
	bool_and(pg_temp.verdict(kind, suite, number1, number2, proof, hash1, hash2)) AS all_verify
FROM proven GROUP BY kind, suite ORDER BY kind, suite;

-- What is not the proof is refused: each with the number of times it was tried.
CREATE FUNCTION pg_temp.flip(hash bytea, place integer)
RETURNS bytea LANGUAGE sql AS
$$ SELECT set_bit(hash, place % 256, 1 - get_bit(hash, place % 256)) $$;
CREATE FUNCTION pg_temp.swap(proof bytea[], i integer, j integer)
RETURNS bytea[] LANGUAGE sql AS
$$ SELECT proof[:i - 1] || proof[j] || proof[i + 1:j - 1] || proof[i] || proof[j + 1:] $$;
SELECT kind, suite, what, count(*) AS tried, count(*) FILTER (WHERE verdict IS DISTINCT FROM false) AS accepted
FROM proven, LATERAL (
	SELECT what, pg_temp.verdict(kind, suite, number1, number2, mutant, hash1, hash2) AS verdict
	FROM (
		SELECT 'dropped', proof[:i - 1] || proof[i + 1:] FROM generate_subscripts(proof, 1) AS i
		UNION ALL
		SELECT 'doubled', proof[:i] || proof[i:] FROM generate_subscripts(proof, 1) AS i
		UNION ALL
		SELECT 'swapped', pg_temp.swap(proof, i, j) FROM generate_subscripts(proof, 1) AS i, generate_series(i + 1, cardinality(proof)) AS j
		UNION ALL
		SELECT 'appended', proof || hash FROM unnest(ARRAY[hash1, hash2, digest('')]) AS hash
		UNION ALL
		SELECT 'prepended', hash || proof FROM unnest(ARRAY[hash1, hash2, digest('')]) AS hash
		UNION ALL
		SELECT 'emptied', '{}' WHERE proof <> '{}'
		UNION ALL
		SELECT 'cut hash', proof[:i - 1] || substr(proof[i], 1, 31) || proof[i + 1:] FROM generate_subscripts(proof, 1) AS i
		UNION ALL
		SELECT 'NULL hash', proof[:i - 1] || NULL::bytea || proof[i + 1:] FROM generate_subscripts(proof, 1) AS i
	) AS m (what, mutant)
	UNION ALL
	SELECT 'hashes exchanged', pg_temp.verdict(kind, suite, number1, number2, proof, hash2, hash1) WHERE hash1 <> hash2
) AS v
GROUP BY kind, suite, what ORDER BY kind, suite, what;

-- Each single bit of the proof and of the two hashes: of some trees every bit,
-- of all others one in each hash. Of root2 of the proof from the empty tree
-- nothing is said.
SELECT kind, suite, what, count(*) AS tried, count(*) FILTER (WHERE verdict IS DISTINCT FROM false) AS accepted
FROM (SELECT *, number2 IN (1, 2, 7, 8, 11) AS every_bit FROM proven) AS p, LATERAL (
	SELECT 'proof', pg_temp.verdict(kind, suite, number1, number2, proof[:i - 1] || pg_temp.flip(proof[i], place) || proof[i + 1:], hash1, hash2)
	FROM generate_subscripts(proof, 1) AS i, generate_series(number1::integer + i, number1::integer + i + CASE WHEN every_bit THEN 255 ELSE 0 END) AS place
	UNION ALL
	SELECT which, pg_temp.verdict(kind, suite, number1, number2, proof, CASE which WHEN 'hash 1' THEN flipped ELSE hash1 END, CASE which WHEN 'hash 2' THEN flipped ELSE hash2 END)
	FROM (VALUES ('hash 1', hash1), ('hash 2', hash2)) AS h (which, hash),
		generate_series(number1::integer, number1::integer + CASE WHEN every_bit THEN 255 ELSE 0 END) AS place,
		LATERAL (SELECT pg_temp.flip(hash, place)) AS f (flipped)
	WHERE NOT (kind = 'consistency' AND number1 = 0 AND which = 'hash 2')
) AS v (what, verdict)
GROUP BY kind, suite, what ORDER BY kind, suite, what;

-- Each other pair of numbers is refused, unless the way is the same: a root does
-- not know how many leaves are below it, so sizes are as good as their source.
SELECT kind, same_way, verdict, count(*)
FROM proven AS p, LATERAL (
	SELECT q.way = p.way AS same_way, pg_temp.verdict(kind, suite, q.number1, q.number2, p.proof, p.hash1, p.hash2) AS verdict
	FROM proven AS q
	WHERE q.kind = p.kind AND q.suite = p.suite AND q.number2 <= 16 AND q.number1 > 0
		AND (q.number1, q.number2) <> (p.number1, p.number2)) AS v
WHERE p.suite = 'sha256-ed25519' AND p.number2 <= 16 AND p.number1 > 0
GROUP BY kind, same_way, verdict ORDER BY kind, same_way, verdict;
SELECT kind, count(*) AS tried, count(*) FILTER (WHERE verdict IS DISTINCT FROM false) AS accepted
FROM proven, LATERAL (
	SELECT pg_temp.verdict(kind, suite, n1, n2, proof, hash1, hash2) AS verdict
	FROM (VALUES
		(number1, 0::bigint), (number1, -1), (number1, -number2), (number1, number1 - 1), (number1, -9223372036854775808), (number1, 9223372036854775807),
		(-1, number2), (-1 - number1, number2), (number2 + 1, number2), (9223372036854775807, number2), (-9223372036854775808, number2),
		(9223372036854775807, 9223372036854775807), (-1, -1), (-9223372036854775808, -9223372036854775808), (-9223372036854775808, 9223372036854775807)
	) AS n (n1, n2)
	WHERE NOT (kind = 'consistency' AND (number1 = 0 OR hash1 = hash2))) AS v
GROUP BY kind ORDER BY kind;

-- The empty tree: with itself and everything, by the empty proof and its own root.
SELECT size1, size2, proof, root1 = digest('') AS root1_is_empty_root, root2 = digest('') AS root2_is_empty_root,
	verify_consistency(size1, size2, proof, root1, root2)
FROM (VALUES (0, 0), (0, 1), (0, 8), (1, 0), (-1, -1), (-1, 0), (-1, 8), (-9223372036854775808, 0)) AS s (size1, size2),
	(VALUES ('{}'::bytea[]), (ARRAY[digest('')])) AS p (proof),
	(VALUES (digest(''), digest('')), (digest(''), digest('x')), (digest('x'), digest('')), (digest('x'), digest('x'))) AS r (root1, root2)
WHERE verify_consistency(size1, size2, proof, root1, root2)
ORDER BY size1, size2, root2_is_empty_root;
SELECT verify_consistency(0, 0, '{}', '', '') AS empty_hashes,
	verify_consistency(0, 8, '{}', digest(''), '') AS empty_root2,
	verify_consistency(0, 8, '{}', digest('', 'sm3-sm2'), digest('x')) AS root_of_other_suite,
	verify_consistency(8, 8, '{}', digest('x'), digest('x')) AS equal,
	verify_consistency(8, 8, '{}', digest('x'), digest('y')) AS unequal,
	verify_consistency(8, 8, ARRAY[digest('x')], digest('x'), digest('x')) AS equal_with_proof;

-- A leaf is never taken for a node, nor a proof of one suite for one of the other.
SELECT verify_inclusion(merkle_leaf_hash(leaves[1] || leaves[2]), 0, 1, '{}', merkle_root(leaves[:2])) AS node_as_leaf,
	verify_inclusion(merkle_root(leaves[:2]), 0, 1, '{}', merkle_root(leaves[:2])) AS one_leaf,
	verify_inclusion(leaves[1], 0, 2, ARRAY[leaves[2]], merkle_root(leaves[:2]), 'sm3-sm2') AS other_suite
FROM published;

-- What doc/merkle.md warns of: a root does not show its size, nor a hash whether
-- it is a leaf's. Who takes these from the prover is told what the prover likes.
SELECT verify_inclusion(leaves[1], 0, 5, merkle_inclusion_proof(leaves, 0), merkle_root(leaves)) AS other_size,
	verify_inclusion(merkle_root(leaves[:2]), 0, 4, (merkle_inclusion_proof(leaves, 0))[2:], merkle_root(leaves)) AS node_given_as_leaf
FROM published;

-- Malformed in every way, each beside the same call in good form.
CREATE TEMP TABLE good AS
SELECT leaves, leaves[6] AS leaf, merkle_inclusion_proof(leaves, 5) AS inclusion,
	merkle_root(leaves[:6]) AS root6, merkle_root(leaves) AS root8, merkle_consistency_proof(leaves, 6) AS consistency
FROM published;
CREATE FUNCTION pg_temp.malformed(p bytea[])
RETURNS TABLE (what text, proof bytea[]) LANGUAGE sql AS $$
	VALUES
		('in good form', p),
		('from 0', ('[0:2]=' || p::text)::bytea[]),
		('two dimensions', ARRAY[p]),
		('two dimensions, two rows', ARRAY[p, p]),
		('three dimensions', ARRAY[ARRAY[p[:1], p[2:2], p[3:]]]),
		('NULL first', NULL::bytea || p[2:]),
		('NULL last', p[:2] || NULL::bytea),
		('NULL beyond', p || NULL::bytea),
		('only NULL', ARRAY[NULL]::bytea[]),
		('31 bytes', p[:2] || substr(p[3], 1, 31)),
		('33 bytes', p[:2] || (p[3] || '\x00'::bytea)),
		('no bytes', p[:2] || ''::bytea),
		('all in one', ARRAY[p[1] || p[2] || p[3]]),
		('64 hashes', array_fill(p[1], ARRAY[64])),
		('65 hashes', array_fill(p[1], ARRAY[65])),
		('100000 hashes', array_fill(p[1], ARRAY[100000]))
$$;
SELECT i.what, verify_inclusion(leaf, 5, 8, i.proof, root8) AS inclusion, verify_consistency(6, 8, c.proof, root6, root8) AS consistency
FROM good, pg_temp.malformed(inclusion) WITH ORDINALITY AS i (what, proof, number) JOIN pg_temp.malformed(consistency) AS c USING (what)
ORDER BY i.number;
SELECT what,
	verify_inclusion(CASE WHEN which = 1 THEN bad ELSE leaf END, 5, 8, inclusion, CASE WHEN which = 2 THEN bad ELSE root8 END) AS inclusion,
	verify_consistency(6, 8, consistency, CASE WHEN which = 1 THEN bad ELSE root6 END, CASE WHEN which = 2 THEN bad ELSE root8 END) AS consistency
FROM good, generate_series(0, 2) AS which, LATERAL (VALUES
	('31 bytes', substr(CASE WHEN which = 1 THEN leaf ELSE root8 END, 1, 31)),
	('33 bytes', CASE WHEN which = 1 THEN leaf ELSE root8 END || '\x00'::bytea),
	('no bytes', ''::bytea)) AS b (what, bad)
ORDER BY which, what;
SELECT verify_inclusion(NULL, 5, 8, inclusion, root8) IS NULL AND verify_inclusion(leaf, NULL, 8, inclusion, root8) IS NULL
	AND verify_inclusion(leaf, 5, NULL, inclusion, root8) IS NULL AND verify_inclusion(leaf, 5, 8, NULL, root8) IS NULL
	AND verify_inclusion(leaf, 5, 8, inclusion, NULL) IS NULL AND verify_inclusion(leaf, 5, 8, inclusion, root8, NULL) IS NULL
	AND verify_consistency(6, 8, NULL, root6, root8) IS NULL AND merkle_root(NULL) IS NULL AND merkle_leaf_hash(NULL) IS NULL
	AND merkle_inclusion_proof(leaves, NULL) IS NULL AND merkle_consistency_proof(leaves, NULL) IS NULL AS null_in_null_out
FROM good;

-- Trees of nearly 2^63 leaves: made-up siblings, folded along the way as RFC 6962
-- defines it; the proof is accepted, and with one hash more or less it is not.
CREATE FUNCTION pg_temp.fold(begin bytea, proof bytea[], way text, only_left boolean)
RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	hash bytea = begin;
BEGIN
	FOR i IN 1 .. length(way) LOOP
		IF substr(way, i, 1) = 'L' THEN
			hash = creditbank.digest('\x01'::bytea || proof[i] || hash);
		ELSIF NOT only_left THEN
			hash = creditbank.digest('\x01'::bytea || hash || proof[i]);
		END IF;
	END LOOP;
	RETURN hash;
END
$$;
SELECT size - leaf_index AS from_end, cardinality(proof) AS hashes,
	verify_inclusion(digest('leaf'), leaf_index, size, proof, root) AS proof,
	verify_inclusion(digest('leaf'), leaf_index, size, proof || digest('more'), root) AS more,
	verify_inclusion(digest('leaf'), leaf_index, size, proof[:cardinality(proof) - 1], root) AS less
FROM (VALUES (0, 9223372036854775807), (5, 9223372036854775807), (4611686018427387904, 9223372036854775807),
	(9223372036854775805, 9223372036854775807), (9223372036854775806, 9223372036854775807), (4611686018427387904, 4611686018427387905)) AS n (leaf_index, size),
	LATERAL (SELECT pg_temp.way(leaf_index, size)) AS w (way),
	LATERAL (SELECT ARRAY(SELECT digest(int4send(i)) FROM generate_series(1, length(way)) AS i)) AS p (proof),
	LATERAL (SELECT pg_temp.fold(digest('leaf'), proof, way, false)) AS r (root);
SELECT size1, size2 - size1 AS more_leaves, left(way, 1) AS begins, cardinality(proof) AS hashes,
	verify_consistency(size1, size2, proof, root1, root2) AS proof,
	verify_consistency(size1, size2, proof || digest('more'), root1, root2) AS more,
	verify_consistency(size1, size2, proof[:cardinality(proof) - 1], root1, root2) AS less
FROM (VALUES (1, 9223372036854775807), (3, 9223372036854775807), (4611686018427387904, 9223372036854775807), (4611686018427387905, 9223372036854775807),
	(9223372036854775806, 9223372036854775807), (4611686018427387904, 4611686018427387905)) AS n (size1, size2),
	LATERAL (SELECT pg_temp.growth(size1, size2)) AS w (way),
	LATERAL (SELECT ARRAY(SELECT digest(int4send(i)) FROM generate_series(1, length(way) - 1) AS i)) AS s (siblings),
	LATERAL (SELECT CASE WHEN way LIKE '=%' THEN siblings ELSE digest('seed') || siblings END) AS p (proof),
	LATERAL (SELECT pg_temp.fold(digest('seed'), siblings, substr(way, 2), true), pg_temp.fold(digest('seed'), siblings, substr(way, 2), false)) AS r (root1, root2);

-- What cannot be made is an error.
SELECT e.* FROM unnest(ARRAY[
	$$ SELECT merkle_leaf_hash('', 'md5') $$,
	$$ SELECT merkle_root('{}', 'md5') $$,
	$$ SELECT verify_inclusion('', 0, 0, '{}', '', 'md5') $$,
	$$ SELECT verify_consistency(0, 0, '{}', '', '', 'md5') $$,
	$$ SELECT merkle_root(ARRAY[digest(''), NULL]) $$,
	$$ SELECT merkle_root(ARRAY['\x00'::bytea]) $$,
	$$ SELECT merkle_root(ARRAY[ARRAY[digest('')], ARRAY[digest('')]]) $$,
	$$ SELECT merkle_inclusion_proof(ARRAY[digest(''), ''], 0) $$,
	$$ SELECT merkle_inclusion_proof('{}', 0) $$,
	$$ SELECT merkle_inclusion_proof(ARRAY[digest('')], 1) $$,
	$$ SELECT merkle_inclusion_proof(ARRAY[digest('')], -1) $$,
	$$ SELECT merkle_inclusion_proof(ARRAY[digest('')], 9223372036854775807) $$,
	$$ SELECT merkle_consistency_proof(ARRAY[NULL::bytea], 0) $$,
	$$ SELECT merkle_consistency_proof(ARRAY[digest('')], 2) $$,
	$$ SELECT merkle_consistency_proof(ARRAY[digest('')], -1) $$
]) WITH ORDINALITY AS t (statement, number), LATERAL pg_temp.error_of(statement) AS e ORDER BY number;
SELECT merkle_consistency_proof('{}', 0) AS of_nothing, merkle_inclusion_proof(ARRAY[digest('')], 0) AS of_one, merkle_root('{}') = digest('') AS empty_root;
