-- merkle.sql: the tree hash of RFC 6962 and its proofs.
-- Promise: pure functions over bytes; a malformed proof is false, never an
-- error and never true.

CREATE FUNCTION creditbank.merkle_leaf_hash(data bytea, suite text DEFAULT 'sha256-ed25519')
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_merkle_leaf_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.merkle_leaf_hash(bytea, text) IS
'The 32-byte hash of a leaf with these data (RFC 6962, section 2.1): the digest of a byte 00 and the data, by the hash of the suite. NULL when an argument is NULL. Errors: 22C07 unknown suite.';

CREATE FUNCTION creditbank.merkle_root(leaf_hashes bytea[], suite text DEFAULT 'sha256-ed25519')
RETURNS bytea
AS 'MODULE_PATHNAME', 'creditbank_merkle_root'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.merkle_root(bytea[], text) IS
'The 32-byte root of the tree over these leaf hashes, in their order (RFC 6962, section 2.1); of no leaves, the digest of nothing. NULL when an argument is NULL. Errors: 22C07 unknown suite, or leaf_hashes is not a one-dimensional array of values of 32 bytes.';

CREATE FUNCTION creditbank.merkle_inclusion_proof(
	leaf_hashes bytea[],
	leaf_index bigint,
	suite text DEFAULT 'sha256-ed25519'
)
RETURNS bytea[]
AS 'MODULE_PATHNAME', 'creditbank_merkle_inclusion_proof'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.merkle_inclusion_proof(bytea[], bigint, text) IS
'The proof that the leaf with this index, counted from 0, is in the tree over these leaf hashes (RFC 6962, section 2.1.1): the hashes from the leaf''s sibling upwards. NULL when an argument is NULL. Errors: 22C07 unknown suite, no such leaf, or leaf_hashes is not a one-dimensional array of values of 32 bytes.';

CREATE FUNCTION creditbank.merkle_consistency_proof(
	leaf_hashes bytea[],
	size1 bigint,
	suite text DEFAULT 'sha256-ed25519'
)
RETURNS bytea[]
AS 'MODULE_PATHNAME', 'creditbank_merkle_consistency_proof'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.merkle_consistency_proof(bytea[], bigint, text) IS
'The proof that the tree over the first size1 of these leaf hashes grew into the tree over all of them (RFC 6962, section 2.1.2); empty for size1 = 0 and for all. NULL when an argument is NULL. Errors: 22C07 unknown suite, size1 negative or above the number of leaves, or leaf_hashes is not a one-dimensional array of values of 32 bytes.';

CREATE FUNCTION creditbank.verify_inclusion(
	leaf_hash bytea,
	leaf_index bigint,
	tree_size bigint,
	proof bytea[],
	root bytea,
	suite text DEFAULT 'sha256-ed25519'
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_verify_inclusion'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.verify_inclusion(bytea, bigint, bigint, bytea[], bytea, text) IS
'Whether the proof shows that leaf_hash is the hash of the leaf with this index, counted from 0, in the tree of tree_size leaves with this root (RFC 9162, section 2.1.3.2). True for exactly one proof; one that is malformed in any way, and numbers that no tree has, are false. NULL when an argument is NULL. Errors: 22C07 unknown suite.';

CREATE FUNCTION creditbank.verify_consistency(
	size1 bigint,
	size2 bigint,
	proof bytea[],
	root1 bytea,
	root2 bytea,
	suite text DEFAULT 'sha256-ed25519'
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'creditbank_verify_consistency'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION creditbank.verify_consistency(bigint, bigint, bytea[], bytea, bytea, text) IS
'Whether the proof shows that the tree of size1 leaves with root1 grew into the tree of size2 leaves with root2 (RFC 9162, section 2.1.4.2). True for exactly one proof; one that is malformed in any way, and numbers that no tree has, are false. For equal sizes: the proof is empty and the roots are equal. For size1 = 0: the proof is empty and root1 that of the empty tree; it says nothing about root2. NULL when an argument is NULL. Errors: 22C07 unknown suite.';
