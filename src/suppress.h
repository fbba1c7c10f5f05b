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
	int64		count;
	int64		learners;
	int32		change;			/* while a move is tried */
	bool		touched;
	bool		covered;		/* some move changes it */
	CellFate	fate;
} SuppressCell;

/*
 * Regions and members are trees, numbered from 1, a parent before its children;
 * region 1 is the whole, member 1 the total.  Members of one dimension under one
 * parent add up to it.
 */
typedef struct SuppressTable
{
	int			size;
	int			regions;
	int			members;
	int			dimensions;
	int		   *region_parent;
	int		   *member_parent;
	int		   *member_dimension;	/* 0 of the total */
	bool	   *everywhere;		/* published in every region, not only the whole */
	bool	   *disjoint;		/* no learner is in two members of its dimension */
	SuppressCell *cells;

	int			leaf_count;
	int		   *leaves;			/* regions without parts, those of a region together */
	int		   *first_leaf;		/* of a region: its place among them */
	int		   *last_leaf;
	bool	   *member_is_leaf;
	bool	   *member_is_local_leaf;	/* a leaf of what is published everywhere */
} SuppressTable;

static inline bool
suppress_is_published(const SuppressTable *table, int region, int member)
{
	return region == 1 || table->everywhere[member];
}

static inline SuppressCell *
suppress_cell(const SuppressTable *table, int region, int member)
{
	return &table->cells[(Size) (region - 1) * table->members + (member - 1)];
}

extern void suppress_cover(SuppressTable *table, int region, int member);

#endif							/* CREDITBANK_SUPPRESS_H */
