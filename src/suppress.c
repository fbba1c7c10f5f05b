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

#define MOST_DIMENSIONS	20
#define MOST_CELLS		(64 * 1024 * 1024)	/* take 2 GB */

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

/* Every dimension divides the total, so each has members. */
static void
check_dimensions(const SuppressTable *table)
{
	bool		has_members[MOST_DIMENSIONS + 1] = {false};

	for (int i = 1; i <= table->members; i++)
		has_members[table->member_dimension[i]] = true;
	for (int i = 1; i <= table->dimensions; i++)
		if (!has_members[i])
			report_bad_table("A dimension has no members.");
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
	table->dimensions = 0;
	for (int i = 1; i <= table->members; i++)
	{
		int			above = table->member_parent[i];

		if ((i == 1) != (table->member_dimension[i] == 0) || table->member_dimension[i] < 0 ||
			table->member_dimension[i] > MOST_DIMENSIONS ||
			(above > 1 && table->member_dimension[above] != table->member_dimension[i]) ||
			(above > 0 && table->everywhere[i] && !table->everywhere[above]))
			report_bad_table("A member is of another dimension than its parent, or published where that is not.");
		table->dimensions = Max(table->dimensions, table->member_dimension[i]);
	}
	check_dimensions(table);
	table->member_is_leaf = palloc(table->members + 1);
	table->member_is_local_leaf = palloc(table->members + 1);
	for (int i = 1; i <= table->members; i++)
	{
		table->member_is_leaf[i] = i > 1;
		table->member_is_local_leaf[i] = i > 1 && table->everywhere[i];
		table->member_is_leaf[table->member_parent[i]] = false;
		if (table->everywhere[i])
			table->member_is_local_leaf[table->member_parent[i]] = false;
	}
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
	if ((int64) table->regions * table->members > MOST_CELLS)
		report_bad_table(psprintf("It has more than %d cells, those that are zero among them.", MOST_CELLS));
	table->cells = palloc_extended((Size) table->regions * table->members * sizeof(SuppressCell),
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
		cell->count = DatumGetInt64(counts[i - 1]);
		cell->learners = DatumGetInt64(learners[i - 1]);
		if (cell->count < 1 || cell->count > PG_INT32_MAX || cell->learners < 1 || cell->learners > cell->count)
			report_bad_table("A cell counts nothing, too much, or fewer entries than learners.");
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
	{
		CHECK_FOR_INTERRUPTS();
		for (int member = 1; first[region] != 0 && member <= table->members; member++)
		{
			Sum			sum = {.total = suppress_cell(table, region, member)};

			if (!table->everywhere[member])
				continue;
			for (int part = first[region]; part != 0; part = next[part])
				add_part(table, &sum, part, member);
			/* A learner is in one region. */
			changed |= cover_sum(table, &sum, true);
		}
	}
	return changed;
}

/* The sums of a member's parts in each dimension, in each region. */
static bool
cover_member_sums(SuppressTable *table, const int *next, const int *first)
{
	bool		changed = false;

	for (int region = 1; region <= table->regions; region++)
		for (int member = 1; member <= table->members; member++)
		{
			CHECK_FOR_INTERRUPTS();
			for (int dimension = 1; first[member] != 0 && dimension <= table->dimensions; dimension++)
			{
				Sum			sum = {.total = suppress_cell(table, region, member)};
				bool		is_sum = false;
				bool		disjoint = true;

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

			if (cell->count > 0 && cell->learners < table->size)
				cell->fate = CELL_SMALL;
		}
	for (int region = 1; region <= table->regions; region++)
		for (int member = 1; member <= table->members; member++)
			if (suppress_cell(table, region, member)->fate == CELL_SMALL)
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
	suppress_table(&table);
	fates = palloc(count * sizeof(Datum));
	for (int i = 0; i < count; i++)
		fates[i] = Int16GetDatum(suppress_cell(&table, regions[i + 1], members[i + 1])->fate);
	PG_RETURN_ARRAYTYPE_P(construct_array(fates, count, INT2OID, 2, true, TYPALIGN_SHORT));
}
