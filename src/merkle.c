/*
 * merkle.c
 *		The tree hash of RFC 6962, section 2.1, and its functions in SQL.
 *
 * Promise: pure functions; the bytes are those of doc/merkle.md and never
 * change.  A malformed proof is false, and a list of leaf hashes that is none
 * is an error.  It must never hash a leaf as a node or a node as a leaf.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "errors.h"
#include "merkle.h"

PG_FUNCTION_INFO_V1(creditbank_merkle_leaf_hash);
PG_FUNCTION_INFO_V1(creditbank_merkle_root);
PG_FUNCTION_INFO_V1(creditbank_merkle_inclusion_proof);
PG_FUNCTION_INFO_V1(creditbank_merkle_consistency_proof);
PG_FUNCTION_INFO_V1(creditbank_verify_inclusion);
PG_FUNCTION_INFO_V1(creditbank_verify_consistency);

/* What stands before the bytes of a leaf, and before the two hashes of a node. */
#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

void
merkle_leaf(DigestSuite suite, const void *data, size_t length,
			uint8 hash[DIGEST_LENGTH])
{
	uint8		small[1 + 4 * DIGEST_LENGTH];
	uint8	   *prefixed = small;

	/* a bytea is never as long as palloc can give */
	if (length >= sizeof(small))
		prefixed = palloc(length + 1);
	prefixed[0] = LEAF_PREFIX;
	memcpy(prefixed + 1, data, length);
	digest_compute(suite, prefixed, length + 1, hash);
	if (prefixed != small)
		pfree(prefixed);
}

/* hash may be left or right */
void
merkle_node(DigestSuite suite, const uint8 left[DIGEST_LENGTH],
			const uint8 right[DIGEST_LENGTH], uint8 hash[DIGEST_LENGTH])
{
	uint8		prefixed[1 + 2 * DIGEST_LENGTH];

	prefixed[0] = NODE_PREFIX;
	memcpy(prefixed + 1, left, DIGEST_LENGTH);
	memcpy(prefixed + 1 + DIGEST_LENGTH, right, DIGEST_LENGTH);
	digest_compute(suite, prefixed, sizeof(prefixed), hash);
}

void
merkle_empty_root(DigestSuite suite, uint8 root[DIGEST_LENGTH])
{
	digest_compute(suite, "", 0, root);
}

/*
 * The stack holds the roots of the complete subtrees of what was read, the
 * greatest first: as many as the number of hashes read has bits set.
 */
void
merkle_root_over(DigestSuite suite, const uint8 *hashes, int64 count,
				 uint8 root[DIGEST_LENGTH])
{
	uint8		stack[MERKLE_MAX_PROOF][DIGEST_LENGTH];
	int			depth = 0;

	Assert(count > 0);
	for (int64 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		memcpy(stack[depth++], hashes + i * DIGEST_LENGTH, DIGEST_LENGTH);
		/* each bit carried when counting on joins two subtrees of one size */
		for (int64 carried = i; (carried & 1) != 0; carried >>= 1)
		{
			depth--;
			merkle_node(suite, stack[depth - 1], stack[depth], stack[depth - 1]);
		}
	}
	for (; depth > 1; depth--)
		merkle_node(suite, stack[depth - 2], stack[depth - 1], stack[depth - 2]);
	memcpy(root, stack[0], DIGEST_LENGTH);
}

/*
 * Copies the hashes of an array that has at most max_count of them side by side,
 * into hashes or, if that is NULL, new memory.  Answers NULL and says what is
 * wrong if it is not a list of hashes.
 */
static uint8 *
read_hashes(ArrayType *array, int max_count, uint8 *hashes, int *count, char **wrong)
{
	Datum	   *elements;
	bool	   *nulls;

	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) > 1 || *count > max_count)
	{
		*wrong = psprintf("It has %d elements in %d dimensions.", *count, ARR_NDIM(array));
		return NULL;
	}
	deconstruct_array(array, BYTEAOID, -1, false, TYPALIGN_INT, &elements, &nulls, count);
	if (hashes == NULL)
		hashes = palloc((Size) *count * DIGEST_LENGTH);
	for (int i = 0; i < *count; i++)
	{
		struct varlena *element = (struct varlena *) DatumGetPointer(elements[i]);

		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
		{
			*wrong = psprintf("Element %d is NULL.", i + 1);
			return NULL;
		}
		if (VARSIZE_ANY_EXHDR(element) != DIGEST_LENGTH)
		{
			*wrong = psprintf("The length of element %d is %d.", i + 1, (int) VARSIZE_ANY_EXHDR(element));
			return NULL;
		}
		memcpy(hashes + (Size) i * DIGEST_LENGTH, VARDATA_ANY(element), DIGEST_LENGTH);
	}
	pfree(elements);
	pfree(nulls);
	return hashes;
}

/*
 * A tree whose leaf hashes stand side by side in memory.
 */
typedef struct LeafTree
{
	DigestSuite suite;
	int			size;
	uint8	   *leaf_hashes;
} LeafTree;

static LeafTree
leaf_tree(ArrayType *array, text *suite_name)
{
	LeafTree	tree;
	char	   *wrong;

	tree.suite = digest_suite_from_name(text_to_cstring(suite_name));
	tree.leaf_hashes = read_hashes(array, PG_INT32_MAX, NULL, &tree.size, &wrong);
	if (tree.leaf_hashes == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("leaf_hashes is not a list of hashes of %d bytes", DIGEST_LENGTH),
				 errdetail_internal("%s", wrong),
				 errhint("creditbank.merkle_leaf_hash() makes the hash of a leaf.")));
	return tree;
}

/* a MerkleReadNode */
static void
read_leaf_tree(void *source, int level, int64 index, uint8 hash[DIGEST_LENGTH])
{
	LeafTree   *tree = source;

	merkle_root_over(tree->suite, tree->leaf_hashes + (index << level) * DIGEST_LENGTH,
					 INT64CONST(1) << level, hash);
}

ArrayType *
merkle_proof_array(const MerkleProof *proof)
{
	Datum		hashes[MERKLE_MAX_PROOF];

	for (int i = 0; i < proof->length; i++)
		hashes[i] = PointerGetDatum(digest_to_bytea(proof->hashes[i]));
	return construct_array(hashes, proof->length, BYTEAOID, -1, false, TYPALIGN_INT);
}

static bool
proof_of_array(ArrayType *array, MerkleProof *proof)
{
	char	   *wrong;

	return read_hashes(array, MERKLE_MAX_PROOF, proof->hashes[0], &proof->length, &wrong) != NULL;
}

/* NULL if it is not as long as a hash */
static uint8 *
hash_of_bytea(bytea *value)
{
	return VARSIZE_ANY_EXHDR(value) == DIGEST_LENGTH ? (uint8 *) VARDATA_ANY(value) : NULL;
}

/*
 * merkle_leaf_hash(data bytea, suite text) -> bytea
 */
Datum
creditbank_merkle_leaf_hash(PG_FUNCTION_ARGS)
{
	bytea	   *data = PG_GETARG_BYTEA_PP(0);
	DigestSuite suite = digest_suite_from_name(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	uint8		hash[DIGEST_LENGTH];

	merkle_leaf(suite, VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data), hash);
	PG_RETURN_BYTEA_P(digest_to_bytea(hash));
}

/*
 * merkle_root(leaf_hashes bytea[], suite text) -> bytea
 */
Datum
creditbank_merkle_root(PG_FUNCTION_ARGS)
{
	LeafTree	tree = leaf_tree(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_TEXT_PP(1));
	uint8		root[DIGEST_LENGTH];

	if (tree.size == 0)
		merkle_empty_root(tree.suite, root);
	else
		merkle_root_over(tree.suite, tree.leaf_hashes, tree.size, root);
	PG_RETURN_BYTEA_P(digest_to_bytea(root));
}

/*
 * merkle_inclusion_proof(leaf_hashes bytea[], leaf_index bigint, suite text) -> bytea[]
 */
Datum
creditbank_merkle_inclusion_proof(PG_FUNCTION_ARGS)
{
	LeafTree	tree = leaf_tree(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_TEXT_PP(2));
	int64		leaf_index = PG_GETARG_INT64(1);
	MerkleProof proof;

	if (leaf_index < 0 || leaf_index >= tree.size)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("there is no leaf with index %lld", (long long) leaf_index),
				 errdetail("The number of leaves is %d, and the first has index 0.", tree.size)));
	merkle_prove_inclusion(tree.suite, leaf_index, tree.size, read_leaf_tree, &tree, &proof);
	PG_RETURN_ARRAYTYPE_P(merkle_proof_array(&proof));
}

/*
 * merkle_consistency_proof(leaf_hashes bytea[], size1 bigint, suite text) -> bytea[]
 */
Datum
creditbank_merkle_consistency_proof(PG_FUNCTION_ARGS)
{
	LeafTree	tree = leaf_tree(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_TEXT_PP(2));
	int64		size1 = PG_GETARG_INT64(1);
	MerkleProof proof;

	if (size1 < 0 || size1 > tree.size)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("the tree never had %lld leaves", (long long) size1),
				 errdetail("The number of leaves is %d.", tree.size)));
	merkle_prove_consistency(tree.suite, size1, tree.size, read_leaf_tree, &tree, &proof);
	PG_RETURN_ARRAYTYPE_P(merkle_proof_array(&proof));
}

/*
 * verify_inclusion(leaf_hash bytea, leaf_index bigint, tree_size bigint,
 *					proof bytea[], root bytea, suite text) -> boolean
 */
Datum
creditbank_verify_inclusion(PG_FUNCTION_ARGS)
{
	uint8	   *leaf_hash = hash_of_bytea(PG_GETARG_BYTEA_PP(0));
	uint8	   *root = hash_of_bytea(PG_GETARG_BYTEA_PP(4));
	DigestSuite suite = digest_suite_from_name(text_to_cstring(PG_GETARG_TEXT_PP(5)));
	MerkleProof proof;

	PG_RETURN_BOOL(leaf_hash != NULL && root != NULL &&
				   proof_of_array(PG_GETARG_ARRAYTYPE_P(3), &proof) &&
				   merkle_verify_inclusion(suite, leaf_hash, PG_GETARG_INT64(1),
										   PG_GETARG_INT64(2), &proof, root));
}

/*
 * verify_consistency(size1 bigint, size2 bigint, proof bytea[], root1 bytea,
 *					  root2 bytea, suite text) -> boolean
 */
Datum
creditbank_verify_consistency(PG_FUNCTION_ARGS)
{
	uint8	   *root1 = hash_of_bytea(PG_GETARG_BYTEA_PP(3));
	uint8	   *root2 = hash_of_bytea(PG_GETARG_BYTEA_PP(4));
	DigestSuite suite = digest_suite_from_name(text_to_cstring(PG_GETARG_TEXT_PP(5)));
	MerkleProof proof;

	PG_RETURN_BOOL(root1 != NULL && root2 != NULL &&
				   proof_of_array(PG_GETARG_ARRAYTYPE_P(2), &proof) &&
				   merkle_verify_consistency(suite, PG_GETARG_INT64(0), PG_GETARG_INT64(1),
											 &proof, root1, root2));
}
