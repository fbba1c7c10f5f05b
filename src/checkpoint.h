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


#include "merkle.h"
#include "statement.h"

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

/* a tile's stored hashes, side by side, or NULL */
extern bytea *log_find_tile(int tile_level, int64 tile, bool read_only);

/* the same; raises when there is no such tile */
extern bytea *log_read_tile(int tile_level, int64 tile, bool read_only);
pg_noreturn extern void log_report_damage(int tile_level, int64 tile, const char *detail);

#endif							/* CREDITBANK_CHECKPOINT_H */
