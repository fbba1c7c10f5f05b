/*
 * suppress.c
 *		Which cells of a table are hidden so that no small one is told.
 *
 * Promise: hidden are the cells of few learners, and of the others as many as
 * are needed so that (1) each hidden cell has another value in some other table
 * of whole numbers that agrees with everything shown and has no zero among the
 * hidden, and (2) what can be computed of the hidden parts of one sum whose total
 * is shown counts at least as many learners as a cell must.  The same table
 * always gives the same result.  It must never hide a zero.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "compat.h"
#include "errors.h"
#include "suppress.h"

PG_FUNCTION_INFO_V1(creditbank_suppressed_cells);

/* Of all totals together, and of each: what moves between two totals takes MOST_CHAINS. */
#define MOST_DIMENSIONS	100
#define MOST_DIMENSIONS_OF_TOTAL	15
#define MOST_CELLS		(64 * 1024 * 1024)	/* take 1 GB */

pg_noreturn static void
report_bad_table(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("the cells are no table that could be published"),
			 errdetail("%s", detail),
			 errhint("Regions and members are numbered from 1, parents first, and parts add up to what they are parts of.")));
}

static Datum *
read_array(FunctionCallInfo fcinfo, int argument, Oid type, int16 length, char align, int *count)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(argument);
	Datum	   *values;
	bool	   *nulls;

	if (ARR_NDIM(array) > 1)
		report_bad_table("An array has several dimensions.");
	deconstruct_array(array, type, length, true, align, &values, &nulls, count);
	for (int i = 0; i < *count; i++)
		if (nulls[i])
			report_bad_table("An array has a NULL.");
	return values;
}

/* An array of integers, as one that begins at 1. */
static int *
read_integers(FunctionCallInfo fcinfo, int argument, int *count)
{
	Datum	   *values = read_array(fcinfo, argument, INT4OID, 4, TYPALIGN_INT, count);
	int		   *integers = palloc((*count + 1) * sizeof(int));

	for (int i = 0; i < *count; i++)
		integers[i + 1] = DatumGetInt32(values[i]);
	return integers;
}

static bool *
read_booleans(FunctionCallInfo fcinfo, int argument, int expected)
{
	int			count;
	Datum	   *values = read_array(fcinfo, argument, BOOLOID, 1, TYPALIGN_CHAR, &count);
	bool	   *booleans = palloc(count + 1);

	if (count != expected)
		report_bad_table("What is said of members is not said of each.");
	for (int i = 0; i < count; i++)
		booleans[i + 1] = DatumGetBool(values[i]);
	return booleans;
}

static void
check_tree(const int *parent, int count)
{
	if (count < 1 || parent[1] != 0)
		report_bad_table("The first region or member is no whole.");
	for (int i = 2; i <= count; i++)
		if (parent[i] < 1 || parent[i] >= i)
			report_bad_table("A parent does not stand before its parts.");
}

/* Begins lists of which it is counted in first how many items each gets. */
static void
begin_lists(IntegerLists *lists, int keys)
{
	for (int key = 1; key <= keys + 1; key++)
		lists->first[key] += lists->first[key - 1];
	lists->items = palloc_extended(((Size) lists->first[keys + 1] + 1) * sizeof(int), MCXT_ALLOC_HUGE);
}

/* Lists the members of each dimension that have no parts, among all or among some. */
static void
list_leaf_members(const SuppressTable *table, const bool *among, IntegerLists *lists)
{
	bool	   *has_parts = palloc0(table->members + 1);
	int		   *filled;

	for (int i = 2; i <= table->members; i++)
		if (among == NULL || among[i])
			has_parts[table->member_parent[i]] = true;
	lists->first = palloc0((table->dimensions + 2) * sizeof(int));
	for (int i = 2; i <= table->members; i++)
		if (!has_parts[i] && table->member_dimension[i] > 0 && (among == NULL || among[i]))
			lists->first[table->member_dimension[i] + 1]++;
	begin_lists(lists, table->dimensions);
	filled = palloc0((table->dimensions + 1) * sizeof(int));
	for (int i = 2; i <= table->members; i++)
	{
		int			dimension = table->member_dimension[i];

		if (!has_parts[i] && dimension > 0 && (among == NULL || among[i]))
			lists->items[lists->first[dimension] + filled[dimension]++] = i;
	}
}

/* Checks what is said of a member, and notes of what total it is. */
static void
read_member(SuppressTable *table, int member)
{
	int			above = table->member_parent[member];
	int			dimension = table->member_dimension[member];

	if (dimension < 0 || dimension > MOST_DIMENSIONS ||
		(member == 1 && (dimension != 0 || !table->everywhere[member])) ||
		(member > 1 && dimension == 0 && (above != 1 || !table->everywhere[member])) ||
		(above > 0 && table->member_dimension[above] != 0 && table->member_dimension[above] != dimension) ||
		(above > 0 && table->everywhere[member] && !table->everywhere[above]))
		report_bad_table("A member is of another dimension than its parent, or published where that is not.");
	table->member_total[member] = dimension == 0 ? member : table->member_total[above];
	if (dimension > 0 && table->dimension_total[dimension] != 0 && table->dimension_total[dimension] != table->member_total[member])
		report_bad_table("A dimension is of two totals.");
	if (dimension > 0)
		table->dimension_total[dimension] = table->member_total[member];
	else if (member > 1)
		table->has_subtotals = true;
	table->dimensions = Max(table->dimensions, dimension);
}

static void
check_dimension(const SuppressTable *table, int dimension)
{
	int			of_same_total = 0;

	if (table->dimension_total[dimension] == 0)
		report_bad_table("A dimension has no members.");
	for (int i = 1; i <= table->dimensions; i++)
		of_same_total += table->dimension_total[i] == table->dimension_total[dimension];
	if (of_same_total > MOST_DIMENSIONS_OF_TOTAL)
		report_bad_table(psprintf("A total has more than %d dimensions.", MOST_DIMENSIONS_OF_TOTAL));
}

static void
read_members(FunctionCallInfo fcinfo, SuppressTable *table)
{
	int			count;

	table->member_parent = read_integers(fcinfo, 2, &table->members);
	check_tree(table->member_parent, table->members);
	table->member_dimension = read_integers(fcinfo, 3, &count);
	if (count != table->members)
		report_bad_table("What is said of members is not said of each.");
	table->everywhere = read_booleans(fcinfo, 4, table->members);
	table->disjoint = read_booleans(fcinfo, 5, table->members);
	table->member_total = palloc((table->members + 1) * sizeof(int));
	table->dimension_total = palloc0((MOST_DIMENSIONS + 1) * sizeof(int));
	for (int i = 1; i <= table->members; i++)
		read_member(table, i);
	for (int i = 1; i <= table->dimensions; i++)
		check_dimension(table, i);
	for (int i = 2; i <= table->members; i++)
		if (table->has_subtotals && table->member_dimension[i] > 0 && table->member_parent[i] == 1)
			report_bad_table("A total has sub-totals and other parts.");
	list_leaf_members(table, table->everywhere, &table->local_leaf_members);
	list_leaf_members(table, NULL, &table->leaf_members);
}

/* Puts the regions without parts in an order in which those of each region lie together. */
static void
order_leaves(SuppressTable *table)
{
	int		   *leaves_below = palloc0((table->regions + 1) * sizeof(int));
	int		   *taken = palloc0((table->regions + 1) * sizeof(int));
	bool	   *has_parts = palloc0(table->regions + 1);

	table->leaves = palloc(table->regions * sizeof(int));
	table->first_leaf = palloc((table->regions + 1) * sizeof(int));
	table->last_leaf = palloc((table->regions + 1) * sizeof(int));
	for (int i = table->regions; i >= 1; i--)
	{
		if (!has_parts[i])
			leaves_below[i] = 1;
		has_parts[table->region_parent[i]] = true;
		leaves_below[table->region_parent[i]] += leaves_below[i];
	}
	for (int i = 1; i <= table->regions; i++)
	{
		int			above = table->region_parent[i];

		table->first_leaf[i] = i == 1 ? 0 : table->first_leaf[above] + taken[above];
		table->last_leaf[i] = table->first_leaf[i] + leaves_below[i] - 1;
		taken[above] += leaves_below[i];
		if (!has_parts[i])
			table->leaves[table->first_leaf[i]] = i;
	}
	table->leaf_count = leaves_below[1];
}

static void
read_cells(FunctionCallInfo fcinfo, SuppressTable *table, int **regions, int **members, int *count)
{
	int			member_count;
	int			value_count;
	int			learner_count;
	Datum	   *counts;
	Datum	   *learners;

	*regions = read_integers(fcinfo, 6, count);
	*members = read_integers(fcinfo, 7, &member_count);
	counts = read_array(fcinfo, 8, INT8OID, 8, TYPALIGN_DOUBLE, &value_count);
	learners = read_array(fcinfo, 9, INT8OID, 8, TYPALIGN_DOUBLE, &learner_count);
	if (member_count != *count || value_count != *count || learner_count != *count)
		report_bad_table("What is said of cells is not said of each.");
	table->local_number = palloc0((table->members + 1) * sizeof(int));
	for (int i = 1; i <= table->members; i++)
		if (table->everywhere[i])
			table->local_number[i] = table->local_members++;
	if ((int64) table->regions * table->local_members > MOST_CELLS)
		report_bad_table(psprintf("It has more than %d cells, those that are zero among them.", MOST_CELLS));
	table->whole_cells = palloc0((table->members + 1) * sizeof(SuppressCell));
	table->cells = palloc_extended((Size) table->regions * table->local_members * sizeof(SuppressCell),
								   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 1; i <= *count; i++)
	{
		SuppressCell *cell;

		if ((*regions)[i] < 1 || (*regions)[i] > table->regions || (*members)[i] < 1 || (*members)[i] > table->members ||
			!suppress_is_published(table, (*regions)[i], (*members)[i]))
			report_bad_table("A cell is of no region or member where it is published.");
		cell = suppress_cell(table, (*regions)[i], (*members)[i]);
		if (cell->count != 0)
			report_bad_table("A cell stands twice.");
		if (DatumGetInt64(counts[i - 1]) < 1 || DatumGetInt64(counts[i - 1]) >= PG_INT32_MAX ||
			DatumGetInt64(learners[i - 1]) < 1 || DatumGetInt64(learners[i - 1]) > DatumGetInt64(counts[i - 1]))
			report_bad_table("A cell counts nothing, too much, or fewer entries than learners.");
		cell->count = (int32) DatumGetInt64(counts[i - 1]);
		cell->learners = (int32) DatumGetInt64(learners[i - 1]);
	}
}

/* Whether at a place somebody counted in a total may be missing and nothing becomes zero. */
static bool
can_give(const SuppressTable *table, int region, int total)
{
	CHECK_FOR_INTERRUPTS();
	if (suppress_cell(table, region, total)->count < 2)
		return false;
	for (int dimension = 1; dimension <= table->dimensions; dimension++)
	{
		bool		found = table->dimension_total[dimension] != total;

		for (int i = table->local_leaf_members.first[dimension]; !found && i < table->local_leaf_members.first[dimension + 1]; i++)
			found = suppress_cell(table, region, table->local_leaf_members.items[i])->count > 1;
		if (!found)
			return false;
	}
	return true;
}

static bool
is_listed_place(const SuppressTable *table, int place, int member, bool giving)
{
	int			region = table->leaves[place];

	if (!suppress_is_published(table, region, member) || suppress_cell(table, region, member)->count == 0)
		return false;
	return !giving || (table->member_dimension[member] == 0 && can_give(table, region, member));
}

/* Lists of each member the places where it is not zero, or those that can give. */
static void
list_places(const SuppressTable *table, bool giving, IntegerLists *lists)
{
	int			filled = 0;

	lists->first = palloc0((table->members + 2) * sizeof(int));
	for (int member = 1; member <= table->members; member++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int place = 0; table->everywhere[member] && place < table->leaf_count; place++)
			lists->first[member + 1] += is_listed_place(table, place, member, giving);
	}
	begin_lists(lists, table->members);
	for (int member = 1; member <= table->members; member++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int place = 0; table->everywhere[member] && place < table->leaf_count; place++)
			if (is_listed_place(table, place, member, giving))
				lists->items[filled++] = place;
	}
}

/* The parts of one sum that is published. */
typedef struct Sum
{
	SuppressCell *total;
	int64		parts;			/* of all of them */
	int			hidden;
	int64		hidden_most;	/* learners of the hidden part that has most */
	int64		hidden_learners;	/* of all of them together */
	bool		some_shown;
	int			cheapest_region;	/* the smallest shown that is not zero */
	int			cheapest_member;
	int64		cheapest;
} Sum;

static void
add_part(const SuppressTable *table, Sum *sum, int region, int member)
{
	SuppressCell *cell = suppress_cell(table, region, member);

	sum->parts += cell->count;
	if (cell->count == 0)
		return;
	if (cell->fate != CELL_SHOWN)
	{
		sum->hidden++;
		sum->hidden_most = Max(sum->hidden_most, cell->learners);
		sum->hidden_learners += cell->learners;
	}
	else if (!sum->some_shown || cell->count < sum->cheapest)
	{
		sum->some_shown = true;
		sum->cheapest = cell->count;
		sum->cheapest_region = region;
		sum->cheapest_member = member;
	}
}

/* Hides another part of a sum whose hidden parts are of too few learners; whether it did. */
static bool
cover_sum(SuppressTable *table, const Sum *sum, bool disjoint)
{
	if (sum->parts != sum->total->count)
		report_bad_table("Parts do not add up.");
	if (sum->total->fate != CELL_SHOWN || sum->hidden == 0 || !sum->some_shown ||
		(disjoint ? sum->hidden_learners : sum->hidden_most) >= table->size)
		return false;
	suppress_cell(table, sum->cheapest_region, sum->cheapest_member)->fate = CELL_COVER;
	suppress_cover(table, sum->cheapest_region, sum->cheapest_member);
	return true;
}

/* The sums of a region's parts, of each member. */
static bool
cover_region_sums(SuppressTable *table, const int *next, const int *first)
{
	bool		changed = false;

	for (int region = 1; region <= table->regions; region++)
		for (int member = 1; first[region] != 0 && member <= table->members; member++)
		{
			Sum			sum = {0};

			CHECK_FOR_INTERRUPTS();
			if (!table->everywhere[member])
				continue;
			sum.total = suppress_cell(table, region, member);
			for (int part = first[region]; part != 0; part = next[part])
				add_part(table, &sum, part, member);
			/* A learner is in one region. */
			changed |= cover_sum(table, &sum, true);
		}
	return changed;
}

/* The sums of a member's parts in each dimension, in each region. */
static bool
cover_member_sums(SuppressTable *table, const int *next, const int *first)
{
	bool		changed = false;

	for (int region = 1; region <= table->regions; region++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int member = 1; member <= table->members; member++)
			for (int dimension = 0; suppress_is_published(table, region, member) &&
				 first[member] != 0 && dimension <= table->dimensions; dimension++)
			{
				Sum			sum = {.total = suppress_cell(table, region, member)};
				bool		is_sum = false;
				bool		disjoint = true;

				CHECK_FOR_INTERRUPTS();
				if (dimension == 0 ? member != 1 : table->dimension_total[dimension] != table->member_total[member])
					continue;
				for (int part = first[member]; part != 0; part = next[part])
				{
					if (table->member_dimension[part] != dimension || !suppress_is_published(table, region, part))
						continue;
					is_sum = true;
					disjoint &= table->disjoint[part];
					add_part(table, &sum, region, part);
				}
				if (is_sum)
					changed |= cover_sum(table, &sum, disjoint);
			}
	}
	return changed;
}

/* For each node its first part, and for each part the next; in ascending order. */
static void
list_parts(const int *parent, int count, int **first, int **next)
{
	*first = palloc0((count + 1) * sizeof(int));
	*next = palloc0((count + 1) * sizeof(int));
	for (int i = count; i >= 2; i--)
	{
		(*next)[i] = (*first)[parent[i]];
		(*first)[parent[i]] = i;
	}
}

static void
suppress_table(SuppressTable *table)
{
	int		   *first_region;
	int		   *next_region;
	int		   *first_member;
	int		   *next_member;
	bool		changed;

	list_parts(table->region_parent, table->regions, &first_region, &next_region);
	list_parts(table->member_parent, table->members, &first_member, &next_member);
	/* Nothing is hidden yet: this only checks that parts add up. */
	cover_region_sums(table, next_region, first_region);
	cover_member_sums(table, next_member, first_member);
	for (int region = 1; region <= table->regions; region++)
		for (int member = 1; member <= table->members; member++)
		{
			SuppressCell *cell = suppress_cell(table, region, member);

			if (suppress_is_published(table, region, member) && cell->count > 0 && cell->learners < table->size)
				cell->fate = CELL_SMALL;
		}
	for (int region = 1; region <= table->regions; region++)
		for (int member = 1; member <= table->members; member++)
			if (suppress_is_published(table, region, member) && suppress_cell(table, region, member)->fate == CELL_SMALL)
				suppress_cover(table, region, member);
	do
	{
		changed = cover_region_sums(table, next_region, first_region);
		changed |= cover_member_sums(table, next_member, first_member);
	} while (changed);
}

/*
 * suppressed_cells(size integer, region_parents integer[], member_parents integer[],
 *		member_dimensions integer[], everywhere boolean[], disjoint boolean[],
 *		regions integer[], members integer[], counts bigint[], learners bigint[])
 *		-> smallint[]
 */
Datum
creditbank_suppressed_cells(PG_FUNCTION_ARGS)
{
	SuppressTable table = {.size = PG_GETARG_INT32(0)};
	int		   *regions;
	int		   *members;
	int			count;
	Datum	   *fates;

	table.region_parent = read_integers(fcinfo, 1, &table.regions);
	check_tree(table.region_parent, table.regions);
	read_members(fcinfo, &table);
	order_leaves(&table);
	read_cells(fcinfo, &table, &regions, &members, &count);
	list_places(&table, false, &table.places);
	list_places(&table, true, &table.givers);
	suppress_table(&table);
	fates = palloc(count * sizeof(Datum));
	for (int i = 0; i < count; i++)
		fates[i] = Int16GetDatum(suppress_cell(&table, regions[i + 1], members[i + 1])->fate);
	PG_RETURN_ARRAYTYPE_P(construct_array(fates, count, INT2OID, 2, true, TYPALIGN_SHORT));
}
