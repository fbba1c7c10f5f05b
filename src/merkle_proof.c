/*
 * merkle_proof.c
 *		Proofs of inclusion and consistency: making them from complete subtrees,
 *		and verifying them.
 *
 * Promise: the proofs are those of RFC 6962, sections 2.1.1 and 2.1.2; the
 * verifiers follow RFC 9162, sections 2.1.3.2 and 2.1.4.2, and read no more of a
 * proof than it says it has.  It must never accept two proofs of one statement,
 * nor read a node that it can do without.
 *
 * On level l of a tree the nodes are numbered from 0; the last one, (size - 1)
 * >> l, may stand over fewer than 2^l leaves, all others are complete.
 */
#include "postgres.h"

#include "compat.h"
#include "merkle.h"

typedef struct NodeReader
{
	DigestSuite suite;
	int64		size;			/* of the tree that is read */
	MerkleReadNode read_node;
	void	   *source;
} NodeReader;

/*
 * The root over the last count leaves, which begin where a subtree of at least
 * that many may begin.  Each bit of count is one complete subtree, the greatest
 * on the left.
 */
static void
root_of_last(const NodeReader *reader, int64 count, uint8 root[DIGEST_LENGTH])
{
	bool		begun = false;

	for (int level = 0; (count >> level) > 0; level++)
	{
		uint8		left[DIGEST_LENGTH];

		if (((count >> level) & 1) == 0)
			continue;
		reader->read_node(reader->source, level, (reader->size >> level) - 1, left);
		if (begun)
			merkle_node(reader->suite, left, root, root);
		else
			memcpy(root, left, DIGEST_LENGTH);
		begun = true;
	}
}

void
merkle_root_at(DigestSuite suite, int64 size, MerkleReadNode read_node,
			   void *source, uint8 root[DIGEST_LENGTH])
{
	NodeReader	reader = {suite, size, read_node, source};

	Assert(size >= 0);
	if (size == 0)
		merkle_empty_root(suite, root);
	else
		root_of_last(&reader, size, root);
}

/*
 * Appends the siblings of the way from a node up to the root.
 */
static void
append_path(const NodeReader *reader, int level, int64 index, MerkleProof *proof)
{
	int64		last = (reader->size - 1) >> level;

	for (; last > 0; level++, index >>= 1, last >>= 1)
	{
		int64		sibling = index ^ 1;
		uint8	   *hash = proof->hashes[proof->length];

		if (sibling > last)
			continue;			/* the node goes up as it is */
		if (sibling < last)
			reader->read_node(reader->source, level, sibling, hash);
		else
			root_of_last(reader, reader->size - (sibling << level), hash);
		proof->length++;
	}
}

void
merkle_prove_inclusion(DigestSuite suite, int64 leaf_index, int64 size,
					   MerkleReadNode read_node, void *source, MerkleProof *proof)
{
	NodeReader	reader = {suite, size, read_node, source};

	Assert(leaf_index >= 0 && leaf_index < size);
	proof->length = 0;
	append_path(&reader, 0, leaf_index, proof);
}

/*
 * From the last complete subtree of the smaller tree up to the root of the
 * greater one.  If that subtree is the whole smaller tree, its hash is known to
 * whoever verifies, and left out.
 */
void
merkle_prove_consistency(DigestSuite suite, int64 size1, int64 size2,
						 MerkleReadNode read_node, void *source, MerkleProof *proof)
{
	NodeReader	reader = {suite, size2, read_node, source};
	int			level = 0;
	int64		index;

	Assert(size1 >= 0 && size1 <= size2);
	proof->length = 0;
	if (size1 == 0 || size1 == size2)
		return;
	while (((size1 >> level) & 1) == 0)
		level++;
	index = (size1 >> level) - 1;
	if (index > 0)
		read_node(source, level, index, proof->hashes[proof->length++]);
	append_path(&reader, level, index, proof);
}

/*
 * A way up while it is verified: the node's number on its level, and the number
 * of the last node there.
 */
typedef struct Way
{
	uint64		index;
	uint64		last;
} Way;

static inline void
go_up(Way *way)
{
	way->index >>= 1;
	way->last >>= 1;
}

/*
 * Whether the next sibling stands on the left.  Goes up to the level where it
 * stands: the last node, if it is a left one, has no sibling and goes up as it
 * is.
 */
static bool
next_is_left(Way *way)
{
	if ((way->index & 1) == 0 && way->index != way->last)
		return false;
	while ((way->index & 1) == 0 && way->index != 0)
		go_up(way);
	return true;
}

bool
merkle_verify_inclusion(DigestSuite suite, const uint8 leaf_hash[DIGEST_LENGTH],
						int64 leaf_index, int64 size, const MerkleProof *proof,
						const uint8 root[DIGEST_LENGTH])
{
	Way			way = {leaf_index, (uint64) size - 1};
	uint8		hash[DIGEST_LENGTH];

	if (leaf_index < 0 || leaf_index >= size)
		return false;
	memcpy(hash, leaf_hash, DIGEST_LENGTH);
	for (int i = 0; i < proof->length; i++)
	{
		if (way.last == 0)
			return false;		/* the proof goes on above the root */
		if (next_is_left(&way))
			merkle_node(suite, proof->hashes[i], hash, hash);
		else
			merkle_node(suite, hash, proof->hashes[i], hash);
		go_up(&way);
	}
	return way.last == 0 && memcmp(hash, root, DIGEST_LENGTH) == 0;
}

/*
 * The proof from a tree that is neither empty nor the whole: climbs from the
 * smaller tree's last complete subtree, and builds both roots on the way.
 */
static bool
verify_growth(DigestSuite suite, int64 size1, int64 size2, const MerkleProof *proof,
			  const uint8 root1[DIGEST_LENGTH], const uint8 root2[DIGEST_LENGTH])
{
	Way			way = {size1 - 1, size2 - 1};
	uint8		hash1[DIGEST_LENGTH];
	uint8		hash2[DIGEST_LENGTH];
	int			used = 0;

	if (proof->length == 0)
		return false;
	while ((way.index & 1) != 0)
		go_up(&way);
	/* a whole smaller tree is not repeated in the proof */
	memcpy(hash1, way.index == 0 ? root1 : proof->hashes[used++], DIGEST_LENGTH);
	memcpy(hash2, hash1, DIGEST_LENGTH);
	for (; used < proof->length; used++)
	{
		if (way.last == 0)
			return false;
		if (next_is_left(&way))
		{
			merkle_node(suite, proof->hashes[used], hash1, hash1);
			merkle_node(suite, proof->hashes[used], hash2, hash2);
		}
		else
			merkle_node(suite, hash2, proof->hashes[used], hash2);
		go_up(&way);
	}
	return way.last == 0 &&
		memcmp(hash1, root1, DIGEST_LENGTH) == 0 &&
		memcmp(hash2, root2, DIGEST_LENGTH) == 0;
}

bool
merkle_verify_consistency(DigestSuite suite, int64 size1, int64 size2,
						  const MerkleProof *proof,
						  const uint8 root1[DIGEST_LENGTH],
						  const uint8 root2[DIGEST_LENGTH])
{
	uint8		empty_root[DIGEST_LENGTH];

	if (size1 < 0 || size1 > size2)
		return false;
	if (size1 > 0 && size1 < size2)
		return verify_growth(suite, size1, size2, proof, root1, root2);
	if (proof->length != 0)
		return false;
	if (size1 == size2 && memcmp(root1, root2, DIGEST_LENGTH) != 0)
		return false;
	merkle_empty_root(suite, empty_root);
	return size1 > 0 || memcmp(root1, empty_root, DIGEST_LENGTH) == 0;
}
