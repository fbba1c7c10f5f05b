/*
 * suppress_move.h
 *		Moves: somebody counted in one place of a table is counted in another.
 */
#ifndef CREDITBANK_SUPPRESS_MOVE_H
#define CREDITBANK_SUPPRESS_MOVE_H

#include "suppress.h"

/* Adds sign to a member and those above it, below stop, in a region and those above, below top. */
typedef struct Chain
{
	int			region;
	int			top;
	int			member;
	int			stop;
	int			sign;
} Chain;

#define MOST_CHAINS	128			/* of two totals two, and four of each of their dimensions */

typedef struct Move
{
	int			chain_count;
	Chain		chains[MOST_CHAINS];
	int64		cost;
} Move;

#define NOT_POSSIBLE	PG_INT64_MAX

extern int64 suppress_chain_cost(const SuppressTable *table, Chain chain);
extern void suppress_add_chain(Move *move, Chain chain);
extern bool suppress_take_move(SuppressTable *table, const Move *move, SuppressCell *asked);

#endif							/* CREDITBANK_SUPPRESS_MOVE_H */
