/*
 * suppress_move.c
 *		What a move costs, and what is hidden when it is taken.
 *
 * Promise: a move is taken only when it leads to another table of whole numbers
 * without a zero among the hidden, in which the cell asked for differs; then all
 * that it changes is hidden, and counts as covered.  It must never hide a zero.
 */
#include "postgres.h"

#include "suppress_move.h"

/* How many there are in all is what everybody asks for first: it is hidden where little else would do. */
#define WHOLE_WEIGHT	16

/* What hiding the cells of a chain costs: what they count, and one for each. */
int64
suppress_chain_cost(const SuppressTable *table, Chain chain)
{
	int64		cost = 0;

	for (int region = chain.region; region != chain.top; region = table->region_parent[region])
		for (int member = chain.member; member != chain.stop; member = table->member_parent[member])
		{
			SuppressCell *cell;

			if (!suppress_is_published(table, region, member))
				continue;
			cell = suppress_cell(table, region, member);
			if (cell->count == 0 || cell->count + chain.sign < 1)
				return NOT_POSSIBLE;
			if (cell->fate == CELL_SHOWN)
				cost += ((int64) cell->count + 1) * (region == 1 && member == 1 ? WHOLE_WEIGHT : 1);
		}
	return cost;
}

void
suppress_add_chain(Move *move, Chain chain)
{
	if (move->chain_count == MOST_CHAINS)
		elog(ERROR, "a table has too many dimensions");
	move->chains[move->chain_count++] = chain;
}

/* Adds a move's changes to its cells, or with -1 takes them away. */
static void
change_cells(const SuppressTable *table, const Move *move, int times)
{
	for (int i = 0; i < move->chain_count; i++)
	{
		const Chain *chain = &move->chains[i];

		for (int region = chain->region; region != chain->top; region = table->region_parent[region])
			for (int member = chain->member; member != chain->stop; member = table->member_parent[member])
				if (suppress_is_published(table, region, member))
					suppress_cell(table, region, member)->change += times * chain->sign;
	}
}

/* Whether a move, whose changes are in the cells, leaves no hidden cell at zero. */
static bool
leaves_none_at_zero(const SuppressTable *table, const Move *move)
{
	for (int i = 0; i < move->chain_count; i++)
	{
		const Chain *chain = &move->chains[i];

		for (int region = chain->region; region != chain->top; region = table->region_parent[region])
			for (int member = chain->member; member != chain->stop; member = table->member_parent[member])
			{
				SuppressCell *cell = suppress_cell(table, region, member);

				if (suppress_is_published(table, region, member) && cell->change != 0 &&
					(cell->count == 0 || cell->count + cell->change < 1))
					return false;
			}
	}
	return true;
}

static void
hide_changed(SuppressTable *table, const Move *move)
{
	for (int i = 0; i < move->chain_count; i++)
	{
		const Chain *chain = &move->chains[i];

		for (int region = chain->region; region != chain->top; region = table->region_parent[region])
			for (int member = chain->member; member != chain->stop; member = table->member_parent[member])
			{
				SuppressCell *cell = suppress_cell(table, region, member);

				if (!suppress_is_published(table, region, member) || cell->change == 0)
					continue;
				cell->covered = true;
				if (cell->fate == CELL_SHOWN)
					cell->fate = CELL_COVER;
			}
	}
}

/* Takes a move if it is one, and covers the cell; false when it does not. */
bool
suppress_take_move(SuppressTable *table, const Move *move, SuppressCell *asked)
{
	bool		good;

	change_cells(table, move, 1);
	good = asked->change != 0 && leaves_none_at_zero(table, move);
	if (good)
		hide_changed(table, move);
	change_cells(table, move, -1);
	return good;
}
