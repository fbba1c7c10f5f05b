/*
 * merkle.h
 *		The tree hash of RFC 6962 and its proofs.
 *
 * Promise: pure functions; what they answer follows from their arguments
 * alone, and a malformed proof is never accepted.  The hash is that of an
 * algorithm suite; with SHA-256 every value is the one of RFC 6962.
 */
#ifndef CREDITBANK_MERKLE_H
#define CREDITBANK_MERKLE_H

#include "utils/array.h"

#include "digest.h"

/* A tile holds this many hashes of one level, as in C2SP tlog-tiles. */
#define MERKLE_TILE_HEIGHT	8
#define MERKLE_TILE_WIDTH	(1 << MERKLE_TILE_HEIGHT)

/* The longest path in a tree of 2^63 - 1 leaves, and the longest proof. */
#define MERKLE_MAX_DEPTH	63
#define MERKLE_MAX_PROOF	(MERKLE_MAX_DEPTH + 1)

typedef struct MerkleProof
{
	int			length;
	uint8		hashes[MERKLE_MAX_PROOF][DIGEST_LENGTH];
} MerkleProof;

/*
 * Reads the hash of a complete subtree: that over the 2^level leaves from
 * leaf index << level on.  Raises when it is not there.
 */
typedef void (*MerkleReadNode) (void *source, int level, int64 index,
								uint8 hash[DIGEST_LENGTH]);

extern void merkle_leaf(DigestSuite suite, const void *data, size_t length,
						uint8 hash[DIGEST_LENGTH]);
extern void merkle_node(DigestSuite suite, const uint8 left[DIGEST_LENGTH],
						const uint8 right[DIGEST_LENGTH], uint8 hash[DIGEST_LENGTH]);

/*
 * The root over count >= 1 hashes that stand side by side on one level; with
 * leaf hashes that is the tree's root.  Uses a constant amount of memory.
 */
extern void merkle_root_over(DigestSuite suite, const uint8 *hashes, int64 count,
							 uint8 root[DIGEST_LENGTH]);

/* a proof as SQL has it: bytea[] */
extern ArrayType *merkle_proof_array(const MerkleProof *proof);

/* The root of the empty tree, the digest of nothing. */
extern void merkle_empty_root(DigestSuite suite, uint8 root[DIGEST_LENGTH]);

/* From complete subtrees: the root of the first size leaves, and proofs. */
extern void merkle_root_at(DigestSuite suite, int64 size, MerkleReadNode read_node,
						   void *source, uint8 root[DIGEST_LENGTH]);
extern void merkle_prove_inclusion(DigestSuite suite, int64 leaf_index, int64 size,
								   MerkleReadNode read_node, void *source, MerkleProof *proof);
extern void merkle_prove_consistency(DigestSuite suite, int64 size1, int64 size2,
									 MerkleReadNode read_node, void *source, MerkleProof *proof);

/* True for exactly the proof that proving makes; any numbers may be given. */
extern bool merkle_verify_inclusion(DigestSuite suite, const uint8 leaf_hash[DIGEST_LENGTH],
									int64 leaf_index, int64 size, const MerkleProof *proof,
									const uint8 root[DIGEST_LENGTH]);
extern bool merkle_verify_consistency(DigestSuite suite, int64 size1, int64 size2,
									  const MerkleProof *proof,
									  const uint8 root1[DIGEST_LENGTH],
									  const uint8 root2[DIGEST_LENGTH]);

#endif							/* CREDITBANK_MERKLE_H */
