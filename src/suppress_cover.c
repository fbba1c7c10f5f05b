/*
 * suppress_cover.c
 *		Hides as much beside a hidden cell as keeps it from being computed.
 *
 * A reader knows the cells shown, that a hidden one is not zero, and that parts
 * add up.  A hidden cell is safe when there is another table of whole numbers
 * with the same cells shown in which it differs.  Such tables are made by moves:
 * somebody counted in one place is counted in another.  What a move changes is
 * hidden, all of it: then nobody can tell the two tables apart.
 *
 * Promise: after suppress_cover() every cell that it hid, and the one it was
 * asked for, is changed by some move between tables without a zero among the
 * hidden.  Of the moves that it tries it takes the one that hides least: within
 * the nearest regions first.
 */
#include "postgres.h"

#include "miscadmin.h"

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

#define MOST_CHAINS	64

typedef struct Move
{
	int			chain_count;
	Chain		chains[MOST_CHAINS];
	int64		cost;
} Move;

#define NOT_POSSIBLE	PG_INT64_MAX

/* So many places of the cell itself are tried. */
#define MOST_PLACES		8

static int64
plus(int64 a, int64 b)
{
	return a == NOT_POSSIBLE || b == NOT_POSSIBLE ? NOT_POSSIBLE : a + b;
}

/* What hiding the cells of a chain costs: what they count, and one for each. */
static int64
chain_cost(const SuppressTable *table, Chain chain)
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
				cost += cell->count + 1;
		}
	return cost;
}

/* Could somebody more be counted there as one of a member? */
static bool
is_possible_place(const SuppressTable *table, int region, int member)
{
	return chain_cost(table, (Chain) {region, 0, member, 0, 1}) != NOT_POSSIBLE;
}

static bool
lies_in(const int *parent, int inner, int outer)
{
	while (inner > outer)
		inner = parent[inner];
	return inner == outer;
}

/* The nearest member above both, or 0. */
static int
meeting_member(const SuppressTable *table, int a, int b)
{
	while (a != b)
	{
		if (a > b)
			a = table->member_parent[a];
		else
			b = table->member_parent[b];
	}
	return a;
}

static void
add_chain(Move *move, Chain chain)
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
static bool
take_move(SuppressTable *table, const Move *move, SuppressCell *asked)
{
	bool		good;

	change_cells(table, move, 1);
	good = asked->change != 0 && leaves_none_at_zero(table, move);
	if (good)
		hide_changed(table, move);
	change_cells(table, move, -1);
	return good;
}

/*
 * The place among some leaves where it costs least that somebody of member a is
 * of member b instead, or the other way round.
 */
static int64
best_exchange(const SuppressTable *table, int first, int last, int but_first, int but_last,
			  int top, int a, int b, int stop, int sign, int *best_region)
{
	int64		best = NOT_POSSIBLE;

	for (int place = first; place <= last; place++)
	{
		int			region;
		int64		cost;

		if (place >= but_first && place <= but_last)
		{
			place = but_last;
			continue;
		}
		region = table->leaves[place];
		cost = plus(chain_cost(table, (Chain) {region, top, a, stop, sign}),
					chain_cost(table, (Chain) {region, top, b, stop, -sign}));
		if (cost < best)
		{
			best = cost;
			*best_region = region;
		}
		/* Where no region below the whole is touched, one is like another. */
		if (top == 0 && table->member_parent[a] == stop && table->member_parent[b] == stop &&
			!table->everywhere[a] && !table->everywhere[b])
			break;
	}
	return best;
}

static bool
is_leaf_here(const SuppressTable *table, int member, int top)
{
	return top == 0 ? table->member_is_leaf[member] : table->member_is_local_leaf[member];
}

/*
 * Exchanges: within the cell's region somebody moves from one member to another,
 * and elsewhere below the same region above somebody moves back; or with no
 * region above, nobody does.
 */
static void
try_exchanges(const SuppressTable *table, int region, int member, int branch, int top, Move *best)
{
	int			dimension = table->member_dimension[member];

	for (int a = member; a <= table->members; a++)
	{
		if (table->member_dimension[a] != dimension || !is_leaf_here(table, a, top) ||
			!lies_in(table->member_parent, a, member))
			continue;
		for (int b = 2; b <= table->members; b++)
		{
			int			stop;

			CHECK_FOR_INTERRUPTS();
			if (table->member_dimension[b] != dimension || !is_leaf_here(table, b, top) ||
				lies_in(table->member_parent, b, member))
				continue;
			stop = meeting_member(table, a, b);
			for (int sign = 1; sign >= -1; sign -= 2)
			{
				int			here = 0;
				int			there = 0;
				int64		cost = best_exchange(table, table->first_leaf[region], table->last_leaf[region], -1, -1,
												 top, a, b, stop, sign, &here);

				if (cost < best->cost && top != 0)
					cost = plus(cost, best_exchange(table, table->first_leaf[top], table->last_leaf[top],
													table->first_leaf[branch], table->last_leaf[branch],
													top, a, b, stop, -sign, &there));
				if (cost >= best->cost)
					continue;
				best->cost = cost;
				best->chain_count = 0;
				add_chain(best, (Chain) {here, top, a, stop, sign});
				add_chain(best, (Chain) {here, top, b, stop, -sign});
				if (top != 0)
				{
					add_chain(best, (Chain) {there, top, a, stop, -sign});
					add_chain(best, (Chain) {there, top, b, stop, sign});
				}
			}
		}
	}
}

/* The member of a dimension, below within if that is one of it, whose chain costs least. */
static int64
best_member(const SuppressTable *table, int dimension, int within, int region, int top, int sign, int *best_member)
{
	int64		best = NOT_POSSIBLE;

	for (int member = 2; member <= table->members; member++)
	{
		int64		cost;

		if (table->member_dimension[member] != dimension || !is_leaf_here(table, member, top) ||
			(table->member_dimension[within] == dimension && !lies_in(table->member_parent, member, within)))
			continue;
		cost = chain_cost(table, (Chain) {region, top, member, 1, sign});
		if (cost < best)
		{
			best = cost;
			*best_member = member;
		}
	}
	return best;
}

/* The member whose chains in two places cost least together. */
static int64
best_shared_member(const SuppressTable *table, int dimension, int within, int here, int there, int top, int sign, int *best_member)
{
	int64		best = NOT_POSSIBLE;

	for (int member = 2; member <= table->members; member++)
	{
		int64		cost;

		if (table->member_dimension[member] != dimension || !is_leaf_here(table, member, top) ||
			(table->member_dimension[within] == dimension && !lies_in(table->member_parent, member, within)))
			continue;
		cost = plus(chain_cost(table, (Chain) {here, top, member, 1, sign}),
					chain_cost(table, (Chain) {there, top, member, 1, -sign}));
		if (cost < best)
		{
			best = cost;
			*best_member = member;
		}
	}
	return best;
}

/*
 * Somebody counted here would be counted there, or the other way round: with the
 * same members if both places have one of them in common, else with others.
 */
static int64
plan_removal(const SuppressTable *table, int here, int there, int top, int member, int sign, Move *move, int64 limit)
{
	move->chain_count = 0;
	move->cost = plus(chain_cost(table, (Chain) {here, top, 1, 0, sign}),
					  chain_cost(table, (Chain) {there, top, 1, 0, -sign}));
	add_chain(move, (Chain) {here, top, 1, 0, sign});
	add_chain(move, (Chain) {there, top, 1, 0, -sign});
	for (int dimension = 1; dimension <= table->dimensions && move->cost < limit; dimension++)
	{
		int			a = 0;
		int			b = 0;
		int64		cost = best_shared_member(table, dimension, member, here, there, top, sign, &a);

		if (cost != NOT_POSSIBLE)
		{
			add_chain(move, (Chain) {here, top, a, 1, sign});
			add_chain(move, (Chain) {there, top, a, 1, -sign});
		}
		else
		{
			cost = plus(best_member(table, dimension, member, here, 0, sign, &a),
						best_member(table, dimension, 1, there, 0, -sign, &b));
			if (cost != NOT_POSSIBLE)
			{
				add_chain(move, (Chain) {here, 0, a, 1, sign});
				add_chain(move, (Chain) {there, 0, b, 1, -sign});
			}
		}
		move->cost = plus(move->cost, cost);
	}
	return move->cost;
}

static void
try_removals(const SuppressTable *table, int region, int member, int branch, int top, Move *best)
{
	Move		move;
	int			tried = 0;

	for (int place = table->first_leaf[region]; place <= table->last_leaf[region] && tried < MOST_PLACES; place++)
	{
		int			here = table->leaves[place];

		CHECK_FOR_INTERRUPTS();
		if (!is_possible_place(table, here, member))
			continue;
		tried++;
		for (int other = table->first_leaf[top]; other <= table->last_leaf[top]; other++)
		{
			CHECK_FOR_INTERRUPTS();
			if (other == table->first_leaf[branch])
			{
				other = table->last_leaf[branch];
				continue;
			}
			if (suppress_cell(table, table->leaves[other], 1)->count == 0)
				continue;
			for (int sign = 1; sign >= -1; sign -= 2)
				if (plan_removal(table, here, table->leaves[other], top, member, sign, &move, best->cost) < best->cost)
					*best = move;
		}
	}
}

/* Somebody more would be counted here. */
static void
try_additions(const SuppressTable *table, int region, int member, Move *best)
{
	int			tried = 0;

	for (int place = table->first_leaf[region]; place <= table->last_leaf[region] && tried < MOST_PLACES; place++)
	{
		int			here = table->leaves[place];
		Move		move;

		CHECK_FOR_INTERRUPTS();
		if (!is_possible_place(table, here, member))
			continue;
		tried++;
		move.chain_count = 0;
		move.cost = chain_cost(table, (Chain) {here, 0, 1, 0, 1});
		add_chain(&move, (Chain) {here, 0, 1, 0, 1});
		for (int dimension = 1; dimension <= table->dimensions; dimension++)
		{
			int			a = 0;

			move.cost = plus(move.cost, best_member(table, dimension, member, here, 0, 1, &a));
			if (a != 0)
				add_chain(&move, (Chain) {here, 0, a, 1, 1});
		}
		if (move.cost < best->cost)
			*best = move;
	}
}

/*
 * Hides what keeps a hidden cell from being computed, unless that is done.
 */
void
suppress_cover(SuppressTable *table, int region, int member)
{
	SuppressCell *asked = suppress_cell(table, region, member);
	Move		best;

	CHECK_FOR_INTERRUPTS();
	if (asked->covered)
		return;
	/* Exchanges of members change no total. */
	for (int branch = region; member > 1 && branch != 0; branch = table->region_parent[branch])
	{
		best.cost = NOT_POSSIBLE;
		try_exchanges(table, region, member, branch, table->region_parent[branch], &best);
		if (best.cost != NOT_POSSIBLE && take_move(table, &best, asked))
			return;
	}
	for (int branch = region; branch != 1; branch = table->region_parent[branch])
	{
		CHECK_FOR_INTERRUPTS();
		best.cost = NOT_POSSIBLE;
		try_removals(table, region, member, branch, table->region_parent[branch], &best);
		if (best.cost == NOT_POSSIBLE)
			continue;
		try_additions(table, region, member, &best);
		if (take_move(table, &best, asked))
			return;
	}
	best.cost = NOT_POSSIBLE;
	try_additions(table, region, member, &best);
	if (best.cost == NOT_POSSIBLE || !take_move(table, &best, asked))
		elog(ERROR, "no move covers cell (%d, %d)", region, member);
}
