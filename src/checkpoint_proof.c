/*
 * checkpoint_proof.c
 *		Proofs from the stored tiles.
 *
 * Promise: a proof takes a few tiles, whatever the size of the ledger; it reads
 * no entry and writes nothing.  It must never answer from a tile that lacks what
 * is asked for.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "checkpoint.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(creditbank_log_leaf_index);
PG_FUNCTION_INFO_V1(creditbank_log_inclusion_proof);
PG_FUNCTION_INFO_V1(creditbank_log_consistency_proof);

/* Tiles that one proof may touch: on each level the way's own and the last one. */
#define TILES_OF_PROOF	(2 * LOG_TILE_LEVELS)

typedef struct ReadTile
{
	int			level;
	int64		number;
	bytea	   *hashes;
} ReadTile;

/* What a proof has read so far. */
typedef struct TileReader
{
	DigestSuite suite;
	int			count;
	ReadTile	tiles[TILES_OF_PROOF];
} TileReader;

static SPIPlanPtr read_tile_plan = NULL;
static SPIPlanPtr find_tile_plan = NULL;

void
log_report_damage(int tile_level, int64 tile, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("tile %lld of level %d is not what the checkpoints say",
					(long long) tile, tile_level),
			 errdetail("%s", detail),
			 errhint("Run creditbank.verify_ledger().")));
}

/*
 * The tree's level is that of the tiles times 8 and some levels within a tile.
 */
LogNodePlace
log_node_place(int level, int64 index)
{
	int			within = level % MERKLE_TILE_HEIGHT;
	int64		first = index << within;
	LogNodePlace place;

	place.tile_level = level / MERKLE_TILE_HEIGHT;
	place.tile = first >> MERKLE_TILE_HEIGHT;
	place.first = first & (MERKLE_TILE_WIDTH - 1);
	place.count = 1 << within;
	return place;
}

bytea *
log_find_tile(int tile_level, int64 tile, bool read_only)
{
	Datum		values[2] = {Int16GetDatum(tile_level), Int64GetDatum(tile)};

	if (read_tile_plan == NULL)
		read_tile_plan = statement_keep(
			"SELECT hashes FROM creditbank.log_tile"
			" WHERE level OPERATOR(pg_catalog.=) $1 AND tile OPERATOR(pg_catalog.=) $2",
			2, (Oid[]) {INT2OID, INT8OID}, 0);
	if (SPI_execute_plan(read_tile_plan, values, NULL, read_only, 1) != SPI_OK_SELECT)
		elog(ERROR, "cannot read tile %lld", (long long) tile);
	return SPI_processed == 0 ? NULL : DatumGetByteaPP(statement_column(0, 1));
}

bytea *
log_read_tile(int tile_level, int64 tile, bool read_only)
{
	bytea	   *hashes = log_find_tile(tile_level, tile, read_only);

	if (hashes == NULL)
		log_report_damage(tile_level, tile, "There is no such tile.");
	return hashes;
}

static bytea *
read_tile_once(TileReader *reader, const LogNodePlace *place)
{
	ReadTile   *tile;

	for (int i = 0; i < reader->count; i++)
	{
		tile = &reader->tiles[i];
		if (tile->level == place->tile_level && tile->number == place->tile)
			return tile->hashes;
	}
	if (reader->count == TILES_OF_PROOF)
		elog(ERROR, "a proof needs more than %d tiles", TILES_OF_PROOF);
	tile = &reader->tiles[reader->count];
	tile->level = place->tile_level;
	tile->number = place->tile;
	tile->hashes = log_read_tile(place->tile_level, place->tile, true);
	reader->count++;
	return tile->hashes;
}

/* MerkleReadNode over the stored tiles */
static void
read_stored_node(void *source, int level, int64 index, uint8 hash[DIGEST_LENGTH])
{
	TileReader *reader = source;
	LogNodePlace place = log_node_place(level, index);
	bytea	   *hashes = read_tile_once(reader, &place);

	if ((int) VARSIZE_ANY_EXHDR(hashes) < (place.first + place.count) * DIGEST_LENGTH)
		log_report_damage(place.tile_level, place.tile,
						  psprintf("It holds %d bytes; hash %d is asked for.",
								   (int) VARSIZE_ANY_EXHDR(hashes), place.first + place.count));
	merkle_root_over(reader->suite,
					 (const uint8 *) VARDATA_ANY(hashes) + place.first * DIGEST_LENGTH,
					 place.count, hash);
}

/*
 * log_leaf_index(entry_id bigint, leaf_hash bytea) -> bigint: the place of an
 * entry's leaf in the tree, or NULL when the tile of its ids lacks it
 */
Datum
creditbank_log_leaf_index(PG_FUNCTION_ARGS)
{
	Datum		entry_id = PG_GETARG_DATUM(0);
	bytea	   *leaf_hash = PG_GETARG_BYTEA_PP(1);
	int64		leaf_index = -1;

	SPI_connect();
	if (find_tile_plan == NULL)
		find_tile_plan = statement_keep(
			"SELECT tile, hashes FROM creditbank.log_tile"
			" WHERE level OPERATOR(pg_catalog.=) 0"
			" AND first_entry_id OPERATOR(pg_catalog.<=) $1"
			" ORDER BY first_entry_id DESC LIMIT 1",
			1, (Oid[]) {INT8OID}, 0);
	if (SPI_execute_plan(find_tile_plan, &entry_id, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "cannot find the tile of entry %lld", (long long) DatumGetInt64(entry_id));
	if (SPI_processed == 1 && VARSIZE_ANY_EXHDR(leaf_hash) == DIGEST_LENGTH)
	{
		int64		tile = DatumGetInt64(statement_column(0, 1));
		bytea	   *hashes = DatumGetByteaPP(statement_column(0, 2));
		int			count = VARSIZE_ANY_EXHDR(hashes) / DIGEST_LENGTH;

		for (int i = 0; i < count && leaf_index < 0; i++)
		{
			if (memcmp(VARDATA_ANY(hashes) + i * DIGEST_LENGTH,
					   VARDATA_ANY(leaf_hash), DIGEST_LENGTH) == 0)
				leaf_index = (tile << MERKLE_TILE_HEIGHT) + i;
		}
	}
	SPI_finish();
	if (leaf_index < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(leaf_index);
}

static TileReader *
begin_proof(text *suite)
{
	TileReader *reader = palloc0(sizeof(TileReader));

	reader->suite = digest_suite_from_name(text_to_cstring(suite));
	SPI_connect();
	return reader;
}

/*
 * log_inclusion_proof(leaf_index bigint, tree_size bigint, suite text) -> bytea[]
 */
Datum
creditbank_log_inclusion_proof(PG_FUNCTION_ARGS)
{
	TileReader *reader = begin_proof(PG_GETARG_TEXT_PP(2));
	int64		leaf_index = PG_GETARG_INT64(0);
	int64		tree_size = PG_GETARG_INT64(1);
	MerkleProof proof;

	if (leaf_index < 0 || leaf_index >= tree_size)
		elog(ERROR, "a tree of size %lld has no leaf %lld",
			 (long long) tree_size, (long long) leaf_index);
	merkle_prove_inclusion(reader->suite, leaf_index, tree_size,
						   read_stored_node, reader, &proof);
	SPI_finish();
	PG_RETURN_ARRAYTYPE_P(merkle_proof_array(&proof));
}

/*
 * log_consistency_proof(size1 bigint, size2 bigint, suite text) -> bytea[]
 */
Datum
creditbank_log_consistency_proof(PG_FUNCTION_ARGS)
{
	TileReader *reader = begin_proof(PG_GETARG_TEXT_PP(2));
	int64		size1 = PG_GETARG_INT64(0);
	int64		size2 = PG_GETARG_INT64(1);
	MerkleProof proof;

	if (size1 < 0 || size1 > size2)
		elog(ERROR, "no tree grows from size %lld to %lld",
			 (long long) size1, (long long) size2);
	merkle_prove_consistency(reader->suite, size1, size2, read_stored_node, reader, &proof);
	SPI_finish();
	PG_RETURN_ARRAYTYPE_P(merkle_proof_array(&proof));
}
