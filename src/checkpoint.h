/*
 * checkpoint.h
 *		The tree over the whole ledger, stored as tiles.
 *
 * A tile holds up to 256 hashes of one level side by side: level 0 leaf hashes,
 * each level above the roots of the full tiles of the level below.  Promise: a
 * tile only grows, so the tree of every earlier size stays in them.
 */
#ifndef CREDITBANK_CHECKPOINT_H
#define CREDITBANK_CHECKPOINT_H

#include "executor/spi.h"

#include "merkle.h"

/* Levels of tiles that a tree of 2^63 - 1 leaves has. */
#define LOG_TILE_LEVELS		8

/* The hashes that a node of some level of the tree is the root of. */
typedef struct LogNodePlace
{
	int			tile_level;
	int64		tile;
	int			first;			/* within the tile */
	int			count;
} LogNodePlace;

extern LogNodePlace log_node_place(int level, int64 index);

extern SPIPlanPtr log_prepare_kept(const char *query, int count, Oid *types);

/* a column of the last result, which may not be NULL */
extern Datum log_result_column(int row, int column);

/* a tile's stored hashes, side by side; raises when there is no such tile */
extern bytea *log_read_tile(int tile_level, int64 tile, bool read_only);
pg_noreturn extern void log_report_damage(int tile_level, int64 tile, const char *detail);

#endif							/* CREDITBANK_CHECKPOINT_H */
