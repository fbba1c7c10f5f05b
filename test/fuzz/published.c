/*
 * published.c
 *		Tables of figures of which some cells are hidden, and QR codes.
 *
 * The bytes of an input are entries that are counted in regions and members, so
 * that parts add up and no table may be refused; what is left of them damages
 * the arrays, which may then be refused.  Every small cell must be hidden, and
 * none alone under a sum that is shown.
 */
#include "published.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "documents.h"

extern Datum creditbank_suppressed_cells(PG_FUNCTION_ARGS);
extern Datum creditbank_qr_code_svg(PG_FUNCTION_ARGS);

#define REGIONS_MAX		12
#define MEMBERS_MAX		16
#define DIMENSIONS_MAX	3
#define CELLS_MAX		(REGIONS_MAX * MEMBERS_MAX)
#define ARRAYS			9

typedef struct Bytes
{
	const uint8 *next;
	const uint8 *end;
} Bytes;

/* the arrays that suppressed_cells takes, in its order */
typedef struct Figures
{
	int			size;
	int			regions;
	int			members;
	int			dimensions;
	int			cells;
	int64		region_parent[REGIONS_MAX];
	int64		member_parent[MEMBERS_MAX];
	int64		member_dimension[MEMBERS_MAX];
	int64		everywhere[MEMBERS_MAX];
	int64		disjoint[MEMBERS_MAX];
	int64		region[CELLS_MAX];
	int64		member[CELLS_MAX];
	int64		count[CELLS_MAX];
	int64		learners[CELLS_MAX];
} Figures;

typedef int64 Counts[REGIONS_MAX + 1][MEMBERS_MAX + 1];

/* 0 when there are no more */
static int
next_byte(Bytes *bytes)
{
	return bytes->next < bytes->end ? *bytes->next++ : 0;
}

static void
read_regions(Figures *figures, Bytes *bytes)
{
	figures->regions = 1 + next_byte(bytes) % REGIONS_MAX;
	figures->region_parent[0] = 0;
	for (int i = 1; i < figures->regions; i++)
		figures->region_parent[i] = 1 + next_byte(bytes) % i;
}

/* Of each dimension there is one; the parts of a part may be published in the whole only. */
static void
read_members(Figures *figures, Bytes *bytes)
{
	int			kinds = next_byte(bytes);

	figures->dimensions = next_byte(bytes) % (DIMENSIONS_MAX + 1);
	figures->members = figures->dimensions == 0 ? 1 :
		1 + figures->dimensions + next_byte(bytes) % (MEMBERS_MAX - figures->dimensions);
	for (int i = 0; i < figures->members; i++)
	{
		int			above = i == 0 ? 0 : 1 + next_byte(bytes) % i;
		int			dimension = i == 0 ? 0 :
			i <= figures->dimensions ? i : 1 + next_byte(bytes) % figures->dimensions;

		if (above > 1 && figures->member_dimension[above - 1] != dimension)
			above = 1;
		figures->member_parent[i] = above;
		figures->member_dimension[i] = dimension;
		figures->everywhere[i] = above <= 1 || (figures->everywhere[above - 1] && (kinds & 1) != 0);
		figures->disjoint[i] = (kinds >> (1 + dimension)) & 1;
	}
}

/* down from a node to one without parts, of those that are of a dimension; from the first on */
static int
leaf_below(const int64 *parent, const int64 *dimension, int of_dimension, int count, Bytes *bytes)
{
	int			node = 1;

	for (;;)
	{
		int			parts[MEMBERS_MAX];
		int			found = 0;

		for (int i = node; i < count; i++)
			if (parent[i] == node && (dimension == NULL || dimension[i] == of_dimension))
				parts[found++] = i + 1;
		if (found == 0)
			return node;
		node = parts[next_byte(bytes) % found];
	}
}

static void
count_in(const Figures *figures, Counts counts, int leaf, int member, int stop, int weight)
{
	for (int region = leaf; region != 0; region = figures->region_parent[region - 1])
		for (int each = member; each != stop; each = figures->member_parent[each - 1])
			if (region == 1 || figures->everywhere[each - 1])
				counts[region][each] += weight;
}

static void
read_entries(Figures *figures, Bytes *bytes)
{
	Counts		counts = {{0}};
	int			entries = next_byte(bytes) % 64;
	int			share = 1 + next_byte(bytes) % 3;

	for (int i = 0; i < entries; i++)
	{
		int			weight = 1 + next_byte(bytes) % 8;
		int			leaf = leaf_below(figures->region_parent, NULL, 0, figures->regions, bytes);

		count_in(figures, counts, leaf, 1, 0, weight);
		for (int dimension = 1; dimension <= figures->dimensions; dimension++)
			count_in(figures, counts, leaf,
					 leaf_below(figures->member_parent, figures->member_dimension, dimension, figures->members, bytes),
					 1, weight);
	}
	figures->cells = 0;
	for (int region = 1; region <= figures->regions; region++)
		for (int member = 1; member <= figures->members; member++)
		{
			int64		count = counts[region][member];

			if (count == 0)
				continue;
			figures->region[figures->cells] = region;
			figures->member[figures->cells] = member;
			figures->count[figures->cells] = count;
			figures->learners[figures->cells++] = (count + share - 1) / share;
		}
}

/* what is left of the bytes, three for each value; whether there were any */
static bool
damage(Figures *figures, Bytes *bytes)
{
	int64	   *arrays[ARRAYS] = {figures->region_parent, figures->member_parent, figures->member_dimension,
		figures->everywhere, figures->disjoint, figures->region, figures->member, figures->count, figures->learners};
	bool		damaged = false;

	for (; bytes->end - bytes->next >= 3; damaged = true)
	{
		int64	   *array = arrays[next_byte(bytes) % ARRAYS];
		int			place = next_byte(bytes) % REGIONS_MAX;

		array[place] = (int8) next_byte(bytes) * (place % 2 == 0 ? 1 : INT64CONST(1) << 24);
	}
	return damaged;
}

static Datum
array_of(const int64 *values, int count, Oid type)
{
	Datum		datums[CELLS_MAX];
	int			length = type == INT8OID ? 8 : type == INT4OID ? 4 : 1;

	for (int i = 0; i < count; i++)
		datums[i] = type == INT8OID ? Int64GetDatum(values[i]) :
			type == INT4OID ? Int32GetDatum((int32) values[i]) : BoolGetDatum(values[i] != 0);
	return PointerGetDatum(construct_array(datums, count, type, length, true,
										   type == INT8OID ? TYPALIGN_DOUBLE : type == INT4OID ? TYPALIGN_INT : TYPALIGN_CHAR));
}

static const int16 *
fates_of(const Figures *figures)
{
	LOCAL_FCINFO(fcinfo, 10);
	Datum		arguments[10] = {
		Int32GetDatum(figures->size),
		array_of(figures->region_parent, figures->regions, INT4OID),
		array_of(figures->member_parent, figures->members, INT4OID),
		array_of(figures->member_dimension, figures->members, INT4OID),
		array_of(figures->everywhere, figures->members, BOOLOID),
		array_of(figures->disjoint, figures->members, BOOLOID),
		array_of(figures->region, figures->cells, INT4OID),
		array_of(figures->member, figures->cells, INT4OID),
		array_of(figures->count, figures->cells, INT8OID),
		array_of(figures->learners, figures->cells, INT8OID)
	};

	InitFunctionCallInfoData(*fcinfo, NULL, 10, InvalidOid, NULL, NULL);
	for (int i = 0; i < 10; i++)
		fcinfo->args[i] = (NullableDatum) {arguments[i], false};
	return (const int16 *) ARR_DATA_PTR(DatumGetArrayTypeP(creditbank_suppressed_cells(fcinfo)));
}

/* how many parts of a cell are hidden: in the regions below its own, or of the members of a dimension */
static int
hidden_parts(const Figures *figures, const int16 *fates, int cell, int dimension)
{
	int			hidden = 0;

	for (int i = 0; i < figures->cells; i++)
	{
		bool		is_part = dimension == 0 ?
			figures->member[i] == figures->member[cell] &&
			figures->region_parent[figures->region[i] - 1] == figures->region[cell] :
			figures->region[i] == figures->region[cell] &&
			figures->member_dimension[figures->member[i] - 1] == dimension &&
			figures->member_parent[figures->member[i] - 1] == figures->member[cell];

		if (is_part && fates[i] != 0)
			hidden++;
	}
	return hidden;
}

static void
judge_fates(const Figures *figures, const int16 *fates)
{
	for (int i = 0; i < figures->cells; i++)
	{
		if (fates[i] == 0 && figures->learners[i] < figures->size)
			finding("the cell of region " INT64_FORMAT " and member " INT64_FORMAT " is shown",
					figures->region[i], figures->member[i]);
		for (int dimension = 0; fates[i] == 0 && dimension <= figures->dimensions; dimension++)
			if (hidden_parts(figures, fates, i, dimension) == 1)
				finding("one part of the cell of region " INT64_FORMAT " and member " INT64_FORMAT " is hidden alone",
						figures->region[i], figures->member[i]);
	}
}

void
run_figures(const uint8 *data, size_t size)
{
	Bytes		bytes = {data, data + size};
	Figures    *figures = palloc0(sizeof(Figures));
	const int16 *fates;

	figures->size = next_byte(&bytes) % 16;
	read_regions(figures, &bytes);
	read_members(figures, &bytes);
	read_entries(figures, &bytes);
	if (damage(figures, &bytes))
	{
		(void) fates_of(figures);
		return;
	}
	accepted_as = "a table that adds up";
	fates = fates_of(figures);
	judge_fates(figures, fates);
}

/* The first bytes are the level and the widths. */
void
run_qr_code(const uint8 *data, size_t size)
{
	static const char *const levels[] = {"L", "M", "Q", "H", ""};
	char	   *drawing;

	if (size < 3)
		return;
	drawing = TextDatumGetCString(DirectFunctionCall4Coll(creditbank_qr_code_svg, InvalidOid,
														  CStringGetTextDatum(valid_text(data + 3, size - 3)),
														  CStringGetTextDatum(levels[data[0] % lengthof(levels)]),
														  Int32GetDatum((int8) data[1]),
														  Int32GetDatum((int8) data[2])));
	accepted_as = "a text for a QR code";
	if (strspn(drawing + strlen("<svg"), " \"#%+,-./0123456789:<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz") != strlen(drawing) - strlen("<svg"))
		finding("the drawing holds something else: %s", drawing);
}
