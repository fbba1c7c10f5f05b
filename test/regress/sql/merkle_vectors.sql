-- merkle_vectors: every proof, right and wrong, of a published collection.
-- data/merkle_vectors.csv holds the cases of testdata/inclusion and
-- testdata/consistency of github.com/transparency-dev/merkle, commit
-- 417fb0c314750d94e53942e9f92e79b6d35915db (copyright Google LLC, Apache License
-- 2.0): the path of each file there, its two numbers (leafIdx and treeSize, or
-- size1 and size2), its two hashes (leafHash and root, or root1 and root2), its
-- proof, with - for a hash of no bytes, and whether it is valid (not wantErr).
-- The hashes are in base64 as they are there.
CREATE TEMP TABLE vector (
	name text PRIMARY KEY,
	number1 numeric,
	number2 numeric,
	hash1 text,
	hash2 text,
	proof text,
	valid boolean NOT NULL
);
\copy vector FROM 'test/regress/data/merkle_vectors.csv' (FORMAT csv, HEADER, FORCE_NOT_NULL (hash1, hash2, proof))
SELECT split_part(name, '/', 1) AS kind, count(*), count(*) FILTER (WHERE valid) AS valid,
	sum(cardinality(string_to_array(proof, ' '))) AS hashes
FROM vector GROUP BY 1 ORDER BY 1;

-- 2^64 - 1, an index moved below 0, is a number there and none here: -1 stands for it
SELECT name FROM vector WHERE greatest(number1, number2) > 9223372036854775807 ORDER BY name;
UPDATE vector SET number1 = -1 WHERE number1 = 18446744073709551615;

CREATE TEMP TABLE verdict AS
SELECT name, valid,
	CASE split_part(name, '/', 1)
		WHEN 'inclusion' THEN creditbank.verify_inclusion(decode(hash1, 'base64'), number1::bigint, number2::bigint, hashes, decode(hash2, 'base64'))
		WHEN 'consistency' THEN creditbank.verify_consistency(number1::bigint, number2::bigint, hashes, decode(hash1, 'base64'), decode(hash2, 'base64'))
	END AS answer
FROM vector, LATERAL (
	SELECT ARRAY(
		SELECT decode(trim('-' FROM part), 'base64')
		FROM string_to_table(nullif(proof, ''), ' ') WITH ORDINALITY AS t (part, number)
		ORDER BY number) AS hashes) AS p;
SELECT answer, count(*) FROM verdict GROUP BY answer ORDER BY answer;
-- One case differs: equal roots for equal sizes, but roots of 12 bytes, which
-- are no hashes here, whatever the sizes.
SELECT name, valid, answer, number1, number2, hash1 = hash2 AS equal_roots, length(decode(hash1, 'base64')) AS length_of_root
FROM verdict JOIN vector USING (name, valid)
WHERE answer IS DISTINCT FROM valid
ORDER BY name;

-- There, nothing is consistent with the empty tree; here everything is, by the
-- empty proof. In the collection every such case is wrong for another reason
-- as well: a proof that is not empty, or a root that is not a hash.
SELECT name, number2, proof = '' AS empty_proof,
	decode(hash1, 'base64') = creditbank.digest('') AS root1_is_empty_root,
	length(decode(hash2, 'base64')) AS length_of_root2
FROM vector
WHERE name LIKE 'consistency/%' AND number1 = 0
ORDER BY name;
