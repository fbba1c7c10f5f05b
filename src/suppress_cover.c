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

#include "suppress_move.h"

/* So many places of the cell itself are tried, and with each so many others. */
#define MOST_PLACES		8
#define MOST_OTHERS		40

/* So many places are looked at for an exchange, and so many pairs and places for all of a cell with the same region above. */
#define MOST_EXCHANGES	1000
#define MOST_LOOKS		2000

static int64
plus(int64 a, int64 b)
{
	return a == NOT_POSSIBLE || b == NOT_POSSIBLE ? NOT_POSSIBLE : a + b;
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

static int
place_count(const SuppressTable *table, int member)
{
	return table->places.first[member + 1] - table->places.first[member];
}

/*
 * The place among some leaves where it costs least that somebody of member a is
 * of member b instead, or the other way round.
 */
static int64
best_exchange(const SuppressTable *table, int first, int last, int but_first, int but_last,
			  int top, int a, int b, int stop, int sign, int *looks, int *best_region)
{
	int64		best = NOT_POSSIBLE;
	int			rare = local_member(table, a);
	int			looked = 0;

	if (place_count(table, local_member(table, b)) < place_count(table, rare))
		rare = local_member(table, b);
	for (int i = first_item(&table->places, rare, first);
		 i < table->places.first[rare + 1] && table->places.items[i] <= last && looked < MOST_EXCHANGES && *looks < MOST_LOOKS && best > 0; i++)
	{
		int			place = table->places.items[i];
		int			region = table->leaves[place];
		int64		cost;

		if (place >= but_first && place <= but_last)
		{
			i = first_item(&table->places, rare, but_last + 1) - 1;
			continue;
		}
		looked++;
		(*looks)++;
		cost = plus(suppress_chain_cost(table, (Chain) {region, top, a, stop, sign}),
					suppress_chain_cost(table, (Chain) {region, top, b, stop, -sign}));
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

/* The leaves of what is published down to below top. */
static const IntegerLists *
leaves_here(const SuppressTable *table, int top)
{
	return top == 0 ? &table->leaf_members : &table->local_leaf_members;
}

static void
plan_exchange(const SuppressTable *table, int region, int branch, int top, int a, int b, int sign, int *looks, Move *best)
{
	int			stop = meeting_member(table, a, b);
	int			here = 0;
	int			there = 0;
	int64		cost;

	(*looks)++;
	/* What lies within the region costs no less than the region. */
	if (plus(suppress_chain_cost(table, (Chain) {region, top, a, stop, sign}),
			 suppress_chain_cost(table, (Chain) {region, top, b, stop, -sign})) >= best->cost)
		return;
	cost = best_exchange(table, table->first_leaf[region], table->last_leaf[region], -1, -1,
						 top, a, b, stop, sign, looks, &here);
	if (cost < best->cost && top != 0)
		cost = plus(cost, best_exchange(table, table->first_leaf[top], table->last_leaf[top],
										table->first_leaf[branch], table->last_leaf[branch],
										top, a, b, stop, -sign, looks, &there));
	if (cost >= best->cost)
		return;
	best->cost = cost;
	best->chain_count = 0;
	suppress_add_chain(best, (Chain) {here, top, a, stop, sign});
	suppress_add_chain(best, (Chain) {here, top, b, stop, -sign});
	if (top != 0)
	{
		suppress_add_chain(best, (Chain) {there, top, a, stop, -sign});
		suppress_add_chain(best, (Chain) {there, top, b, stop, sign});
	}
}

/*
 * Exchanges: within the cell's region somebody moves from one member to another,
 * and elsewhere below the same region above somebody moves back; or with no
 * region above, nobody does.
 */
static void
try_exchanges(const SuppressTable *table, int region, int member, int branch, int top, Move *best)
{
	const IntegerLists *leaves = leaves_here(table, top);
	int			dimension = table->member_dimension[member];
	int			looks = 0;

	for (int i = leaves->first[dimension]; i < leaves->first[dimension + 1]; i++)
	{
		int			a = leaves->items[i];

		if (!lies_in(table->member_parent, a, member) ||
			(suppress_is_published(table, region, a) && suppress_cell(table, region, a)->count == 0))
			continue;
		CHECK_FOR_INTERRUPTS();
		for (int j = leaves->first[dimension]; j < leaves->first[dimension + 1] && best->cost > 0 && looks < MOST_LOOKS; j++)
		{
			int			b = leaves->items[j];

			if (lies_in(table->member_parent, b, member) ||
				(suppress_is_published(table, region, b) && suppress_cell(table, region, b)->count == 0))
				continue;
			plan_exchange(table, region, branch, top, a, b, 1, &looks, best);
			plan_exchange(table, region, branch, top, a, b, -1, &looks, best);
		}
	}
}

/* The member of a dimension, below within if that is one of it, whose chains here and there, if anywhere, cost least. */
static int64
best_member(const SuppressTable *table, int dimension, int within, int here, int there, int top, int sign, int *best_member)
{
	const IntegerLists *leaves = leaves_here(table, top);
	int			stop = table->dimension_total[dimension];
	int64		best = NOT_POSSIBLE;

	for (int i = leaves->first[dimension]; i < leaves->first[dimension + 1] && best > 0; i++)
	{
		int			member = leaves->items[i];
		int64		cost;

		if (table->member_dimension[within] == dimension && !lies_in(table->member_parent, member, within))
			continue;
		cost = suppress_chain_cost(table, (Chain) {here, top, member, stop, sign});
		if (there != 0 && cost < best)
			cost = plus(cost, suppress_chain_cost(table, (Chain) {there, top, member, stop, -sign}));
		if (cost < best)
		{
			best = cost;
			*best_member = member;
		}
	}
	return best;
}

static void
add_costly_chain(const SuppressTable *table, Move *move, Chain chain)
{
	move->cost = plus(move->cost, suppress_chain_cost(table, chain));
	suppress_add_chain(move, chain);
}

/*
 * Adds to a move between two places what changes in a dimension of which they
 * have no member in common: here one, there another; and elsewhere below the
 * nearest region above that knows both, somebody of the one is of the other
 * instead, so that in that region nothing changes.  If none does, the whole changes.
 */
static void
add_unlike_members(const SuppressTable *table, int dimension, int here, int there, int top, int total, int within, int sign, Move *move)
{
	for (int bound = top;; bound = table->region_parent[bound])
	{
		int			a = 0;
		int			b = 0;
		int			stop;
		int			elsewhere = 0;
		int			looks = 0;

		if (best_member(table, dimension, within, here, 0, bound, sign, &a) == NOT_POSSIBLE ||
			best_member(table, dimension, total, there, 0, bound, -sign, &b) == NOT_POSSIBLE)
		{
			move->cost = NOT_POSSIBLE;
			return;
		}
		stop = meeting_member(table, a, b);
		if (bound > 0 && best_exchange(table, table->first_leaf[bound], table->last_leaf[bound],
									   table->first_leaf[here], table->last_leaf[here],
									   bound, a, b, stop, -sign, &looks, &elsewhere) == NOT_POSSIBLE)
			continue;
		add_costly_chain(table, move, (Chain) {here, bound, a, total, sign});
		add_costly_chain(table, move, (Chain) {there, bound, b, total, -sign});
		if (bound > 0)
		{
			add_costly_chain(table, move, (Chain) {elsewhere, bound, a, stop, -sign});
			add_costly_chain(table, move, (Chain) {elsewhere, bound, b, stop, sign});
		}
		return;
	}
}

/*
 * Adds to a move that somebody of a total counted here would be counted there,
 * or the other way round: with the same members if both places have one of them
 * in common, else with others.
 */
static void
add_removal(const SuppressTable *table, int here, int there, int top, int total, int stop, int within, int sign, Move *move, int64 limit)
{
	add_costly_chain(table, move, (Chain) {here, top, total, stop, sign});
	add_costly_chain(table, move, (Chain) {there, top, total, stop, -sign});
	for (int dimension = 1; dimension <= table->dimensions && move->cost < limit; dimension++)
	{
		int			member = 0;

		if (table->dimension_total[dimension] != total)
			continue;
		if (best_member(table, dimension, within, here, there, top, sign, &member) == NOT_POSSIBLE)
			add_unlike_members(table, dimension, here, there, top, total, within, sign, move);
		else
		{
			add_costly_chain(table, move, (Chain) {here, top, member, total, sign});
			add_costly_chain(table, move, (Chain) {there, top, member, total, -sign});
		}
	}
}

/* Adds to a move that somebody more of a total would be counted here, or fewer. */
static void
add_addition(const SuppressTable *table, int here, int total, int stop, int within, int sign, Move *move, int64 limit)
{
	add_costly_chain(table, move, (Chain) {here, 0, total, stop, sign});
	for (int dimension = 1; dimension <= table->dimensions && move->cost < limit; dimension++)
	{
		int			a = 0;

		if (table->dimension_total[dimension] != total)
			continue;
		if (best_member(table, dimension, within, here, 0, 0, sign, &a) == NOT_POSSIBLE)
			move->cost = NOT_POSSIBLE;
		else
			add_costly_chain(table, move, (Chain) {here, 0, a, total, sign});
	}
}

/* The next place among some leaves, but for a branch, where a member is not zero, from item on; -1 for none. */
static int
next_place(const SuppressTable *table, const IntegerLists *lists, int member, int last, int branch, int *item)
{
	while (*item < lists->first[member + 1] && lists->items[*item] <= last)
	{
		int			place = lists->items[*item];

		if (branch != 0 && place >= table->first_leaf[branch] && place <= table->last_leaf[branch])
		{
			*item = first_item(lists, member, table->last_leaf[branch] + 1);
			continue;
		}
		(*item)++;
		return place;
	}
	return -1;
}

/* The totals that a move of a member may be about: its own; of the total of sub-totals, each of these. */
static bool
is_moved_total(const SuppressTable *table, int total, int member)
{
	if (table->member_dimension[total] != 0 || (total == 1) == table->has_subtotals)
		return false;
	return member == 1 || table->member_total[member] == total;
}

/* Of a total, somebody counted here would be counted elsewhere below top, or the other way round. */
static void
try_removals_of(const SuppressTable *table, int here, int total, int member, int branch, int top, int sign, Move *best)
{
	/* Who comes here is missing there. */
	const IntegerLists *lists = sign > 0 ? &table->givers : &table->places;
	int			item = first_item(lists, total, table->first_leaf[top]);

	for (int looked = 0; looked < MOST_OTHERS && best->cost > 0; looked++)
	{
		int			place = next_place(table, lists, total, table->last_leaf[top], branch, &item);
		Move		move = {0};

		if (place < 0)
			return;
		add_removal(table, here, table->leaves[place], top, total, 0, member, sign, &move, best->cost);
		if (move.cost < best->cost)
			*best = move;
	}
}

static void
try_removals(const SuppressTable *table, int region, int member, int branch, int top, Move *best)
{
	for (int total = 1; total <= table->members; total++)
	{
		int			listed = local_member(table, member == 1 ? total : member);
		int			item;

		if (!is_moved_total(table, total, member))
			continue;
		item = first_item(&table->places, listed, table->first_leaf[region]);
		for (int tried = 0; tried < MOST_PLACES; tried++)
		{
			int			place = next_place(table, &table->places, listed, table->last_leaf[region], 0, &item);

			if (place < 0)
				break;
			try_removals_of(table, table->leaves[place], total, member, branch, top, 1, best);
			try_removals_of(table, table->leaves[place], total, member, branch, top, -1, best);
		}
	}
}

/* Somebody more would be counted here. */
static void
try_additions(const SuppressTable *table, int region, int member, Move *best)
{
	for (int total = 1; total <= table->members; total++)
	{
		int			listed = local_member(table, member == 1 ? total : member);
		int			item;

		if (!is_moved_total(table, total, member))
			continue;
		item = first_item(&table->places, listed, table->first_leaf[region]);
		for (int tried = 0; tried < MOST_PLACES; tried++)
		{
			int			place = next_place(table, &table->places, listed, table->last_leaf[region], 0, &item);
			Move		move = {0};

			if (place < 0)
				break;
			add_addition(table, table->leaves[place], total, 0, member, 1, &move, best->cost);
			if (move.cost < best->cost)
				*best = move;
		}
	}
}

/* Here somebody of one sub-total would be of another, and elsewhere below top somebody the other way round, or nobody. */
static void
try_transfers_of(const SuppressTable *table, int here, int total, int other, int member, int branch, int top, int sign, Move *best)
{
	int			item = top == 0 ? 0 : first_item(&table->places, total, table->first_leaf[top]);

	for (int looked = 0; looked < MOST_OTHERS && best->cost > 0; looked++)
	{
		Move		move = {0};

		if (top == 0)
		{
			add_addition(table, here, total, 1, member, sign, &move, best->cost);
			add_addition(table, here, other, 1, other, -sign, &move, best->cost);
		}
		else
		{
			int			place = next_place(table, &table->places, total, table->last_leaf[top], branch, &item);

			if (place < 0)
				return;
			if (suppress_cell(table, table->leaves[place], other)->count == 0)
				continue;
			add_removal(table, here, table->leaves[place], top, total, 1, member, sign, &move, best->cost);
			add_removal(table, here, table->leaves[place], top, other, 1, other, -sign, &move, best->cost);
		}
		if (move.cost < best->cost)
			*best = move;
		if (top == 0)
			return;
	}
}

static void
try_transfers(const SuppressTable *table, int region, int member, int branch, int top, Move *best)
{
	int			total = table->member_total[member];
	int			listed = local_member(table, member);
	int			item = first_item(&table->places, listed, table->first_leaf[region]);

	for (int tried = 0; tried < MOST_PLACES; tried++)
	{
		int			place = next_place(table, &table->places, listed, table->last_leaf[region], 0, &item);

		if (place < 0)
			return;
		for (int other = 2; other <= table->members; other++)
		{
			if (table->member_dimension[other] != 0 || other == total ||
				suppress_cell(table, table->leaves[place], other)->count == 0)
				continue;
			try_transfers_of(table, table->leaves[place], total, other, member, branch, top, 1, best);
			try_transfers_of(table, table->leaves[place], total, other, member, branch, top, -1, best);
		}
	}
}

/*
 * Takes what hides less, a move within some region or one that changes the
 * whole, or else the other; nothing when there is none within.
 */
static bool
take_one(SuppressTable *table, const Move *within, const Move *whole, SuppressCell *asked)
{
	const Move *first = whole->cost < within->cost ? whole : within;
	const Move *second = first == whole ? within : whole;

	if (within->cost == NOT_POSSIBLE)
		return false;
	return suppress_take_move(table, first, asked) || (second->cost != NOT_POSSIBLE && suppress_take_move(table, second, asked));
}

/* Covers a cell by what leaves the region above branch as it is, if that hides less than an exchange that does not. */
static bool
cover_within(SuppressTable *table, int region, int member, int branch, const Move *whole, SuppressCell *asked)
{
	int			top = table->region_parent[branch];
	Move		best = {.cost = NOT_POSSIBLE};

	CHECK_FOR_INTERRUPTS();
	/* Transfers between sub-totals do not change the total of these. */
	if (table->has_subtotals && member > 1)
		try_transfers(table, region, member, branch, top, &best);
	if (take_one(table, &best, whole, asked))
		return true;
	best.cost = NOT_POSSIBLE;
	try_removals(table, region, member, branch, top, &best);
	if (best.cost != NOT_POSSIBLE)
		try_additions(table, region, member, &best);
	return take_one(table, &best, whole, asked);
}

/*
 * Hides what keeps a hidden cell from being computed, unless that is done.
 */
void
suppress_cover(SuppressTable *table, int region, int member)
{
	SuppressCell *asked = suppress_cell(table, region, member);
	Move		whole = {.cost = NOT_POSSIBLE};
	Move		best;

	CHECK_FOR_INTERRUPTS();
	if (asked->covered)
		return;
	/* Exchanges of members change no total. */
	for (int branch = region; table->member_dimension[member] > 0 && branch != 1; branch = table->region_parent[branch])
	{
		best.cost = NOT_POSSIBLE;
		try_exchanges(table, region, member, branch, table->region_parent[branch], &best);
		if (best.cost != NOT_POSSIBLE && suppress_take_move(table, &best, asked))
			return;
	}
	if (table->member_dimension[member] > 0)
		try_exchanges(table, region, member, 1, 0, &whole);
	for (int branch = region; branch != 1; branch = table->region_parent[branch])
		if (cover_within(table, region, member, branch, &whole, asked))
			return;
	if (whole.cost != NOT_POSSIBLE && suppress_take_move(table, &whole, asked))
		return;
	best.cost = NOT_POSSIBLE;
	if (table->has_subtotals && member > 1)
		try_transfers(table, region, member, 1, 0, &best);
	if (best.cost != NOT_POSSIBLE && suppress_take_move(table, &best, asked))
		return;
	best.cost = NOT_POSSIBLE;
	try_additions(table, region, member, &best);
	if (best.cost == NOT_POSSIBLE || !suppress_take_move(table, &best, asked))
		elog(ERROR, "no move covers cell (%d, %d)", region, member);
}
