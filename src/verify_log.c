/*
 * verify_log.c
 *		The root of the tree from the stored tiles, for verification.
 *
 * Promise: what is stored is never an error here: where tiles are missing or
 * too short there is no root, and the caller says which.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "checkpoint.h"

PG_FUNCTION_INFO_V1(creditbank_log_root);

/* The one tile on each level that the root of a tree needs. */
typedef struct RootTiles
{
	DigestSuite suite;
	bool		lacking;
	int64		numbers[LOG_TILE_LEVELS];
	bytea	   *hashes[LOG_TILE_LEVELS];	/* NULL: not read */
} RootTiles;

/* MerkleReadNode; a node that is lacking is zeros */
static void
read_node(void *source, int level, int64 index, uint8 hash[DIGEST_LENGTH])
{
	RootTiles  *tiles = source;
	LogNodePlace place = log_node_place(level, index);
	bytea	   *hashes = tiles->hashes[place.tile_level];

	if (hashes == NULL || tiles->numbers[place.tile_level] != place.tile)
	{
		hashes = log_find_tile(place.tile_level, place.tile, true);
		tiles->hashes[place.tile_level] = hashes;
		tiles->numbers[place.tile_level] = place.tile;
	}
	if (hashes == NULL ||
		(int) VARSIZE_ANY_EXHDR(hashes) < (place.first + place.count) * DIGEST_LENGTH)
	{
		tiles->lacking = true;
		memset(hash, 0, DIGEST_LENGTH);
		return;
	}
	merkle_root_over(tiles->suite,
					 (const uint8 *) VARDATA_ANY(hashes) + place.first * DIGEST_LENGTH,
					 place.count, hash);
}

/* log_root(tree_size bigint, suite text) -> bytea, or NULL when tiles lack it */
Datum
creditbank_log_root(PG_FUNCTION_ARGS)
{
	int64		size = PG_GETARG_INT64(0);
	RootTiles	tiles = {digest_suite_from_name(text_to_cstring(PG_GETARG_TEXT_PP(1)))};
	uint8		root[DIGEST_LENGTH];

	if (size < 0)
		PG_RETURN_NULL();
	SPI_connect();
	if (size == 0)
		merkle_empty_root(tiles.suite, root);
	else
		merkle_root_at(tiles.suite, size, read_node, &tiles, root);
	SPI_finish();
	if (tiles.lacking)
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(digest_to_bytea(root));
}
