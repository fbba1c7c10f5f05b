/*
 * suppress.h
 *		A table to be published, with its regions, members and cells, and what of
 *		it is hidden.
 */
#ifndef CREDITBANK_SUPPRESS_H
#define CREDITBANK_SUPPRESS_H

/* What becomes of a cell. */
typedef enum CellFate
{
	CELL_SHOWN = 0,
	CELL_SMALL = 1,				/* hidden for its own sake */
	CELL_COVER = 2				/* hidden for the sake of others */
} CellFate;

typedef struct SuppressCell
{
	int32		count;
	int32		learners;
	int32		change;			/* while a move is tried */
	bool		covered;		/* some move changes it */
	uint8		fate;			/* a CellFate */
} SuppressCell;

/* Lists of integers, one for each key; those of a key are items[first[key]] to before items[first[key + 1]]. */
typedef struct IntegerLists
{
	int		   *items;
	int		   *first;
} IntegerLists;

/*
 * Regions and members are trees, numbered from 1, a parent before its children;
 * region 1 is the whole, member 1 the total.  That may be of sub-totals, whose
 * dimension is 0 like its own.  Members of one dimension under one parent add up
 * to it; each dimension is of one total or sub-total.
 */
typedef struct SuppressTable
{
	int			size;
	int			regions;
	int			members;
	int			dimensions;
	bool		has_subtotals;
	int		   *region_parent;
	int		   *member_parent;
	int		   *member_dimension;	/* 0 of totals */
	int		   *member_total;	/* the total or sub-total that it is a part of, or is */
	int		   *dimension_total;
	bool	   *everywhere;		/* published in every region, not only the whole */
	bool	   *disjoint;		/* no learner is in two members of its dimension */
	int			local_members;	/* how many are published in every region */
	int		   *local_number;	/* of these their place among them, from 0 */
	SuppressCell *whole_cells;	/* of region 1, by member */
	SuppressCell *cells;		/* of the others, by region and local number */

	int			leaf_count;
	int		   *leaves;			/* regions without parts, those of a region together */
	int		   *first_leaf;		/* of a region: its place among them */
	int		   *last_leaf;
	IntegerLists leaf_members;	/* of each dimension */
	IntegerLists local_leaf_members;	/* leaves of what is published everywhere */
	IntegerLists places;		/* of each local member: the places among leaves where it is not zero */
	IntegerLists givers;		/* of each total: the places where somebody may be missing */
} SuppressTable;

static inline bool
suppress_is_published(const SuppressTable *table, int region, int member)
{
	return region == 1 || table->everywhere[member];
}

static inline SuppressCell *
suppress_cell(const SuppressTable *table, int region, int member)
{
	if (region == 1)
		return &table->whole_cells[member];
	return &table->cells[(Size) (region - 2) * table->local_members + table->local_number[member]];
}

extern void suppress_cover(SuppressTable *table, int region, int member);

#endif							/* CREDITBANK_SUPPRESS_H */
