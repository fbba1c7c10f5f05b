/*
 * evaluate_best.h
 *		The best allocation: which firings, and which of their lines.
 *
 *	evaluate_best_problem.c	a problem made small: what cannot matter is dropped
 *	evaluate_best_part.c	parts that share nothing
 *	evaluate_best_order.c	the order in which achievements are decided
 *	evaluate_best_trim.c	lines that may be granted in part
 *	evaluate_best_bound.c	prices, and what no choice can exceed
 *	evaluate_best_greedy.c	a good choice quickly
 *	evaluate_best_reach.c	sums that fill a cap
 *	evaluate_best_search.c	the search through the achievements
 *	evaluate_best_memory.c	states it has been through
 *	evaluate_best_branch.c	the search divided where it takes long
 *	evaluate_best_solve.c	the best value, then the first choice that has it
 *
 * These work on plain arrays and know nothing of rules and documents.
 *
 * Promise: all numbers are integers; what is called proven is proven.  The
 * result depends on the problem alone, never on time or addresses.
 */
#ifndef CREDITBANK_EVALUATE_BEST_H
#define CREDITBANK_EVALUATE_BEST_H

#include "credit_amount.h"
#include "compat.h"

/* worth of lines, all units in one number; and bounds, times BOUND_SCALE */
typedef int128 Worth;

#define BOUND_BITS	24
#define BOUND_SCALE	((Worth) 1 << BOUND_BITS)

#define UNIT_RANKS	5			/* cr, ects, cats, hr, pt: most important first */

/* so much of a row a line takes */
typedef struct BestUse
{
	int			row;
	int64		amount;			/* its value, or a number of achievements */
} BestUse;

/* one period of a cap's limit */
typedef struct BestRow
{
	int64		left;
	bool		items;			/* counts achievements, each once in a firing */
	bool		binds;			/* else it can be forgotten */
} BestRow;

typedef enum BestState
{
	BEST_OPEN,
	BEST_FORCED,
	BEST_DROPPED
} BestState;

typedef struct BestLine
{
	int			option;
	int			grant;			/* its place among the rule's grants */
	int			rank;			/* of its unit */
	int64		value;
	int			target;			/* -1: none */
	bool		trims;			/* may be granted in part */
	int			first_use;
	int			use_count;
	/* the solver's own */
	Worth		weight;
	BestState	state;
	bool		sure;			/* nothing speaks against granting it */
	bool		gone;			/* its target is used */
	int			group;			/* of lines that trim in the same rows; -1 */
	Worth		gain;			/* at the prices, scaled */
} BestLine;

/* a rule and a set of achievements that meets it */
typedef struct BestOption
{
	int			rule;
	int			first_item;		/* in BestProblem.items, ascending */
	int			item_count;
	int			first_line;
	int			line_count;
	/* the solver's own */
	BestState	state;
	int			stage;			/* at which it is decided */
	int			stand_in;		/* the option that makes it needless; -1 */
	int			most_lines;		/* that rows have room for together */
	Worth		cost;			/* of its achievements at the prices, scaled */
	Worth		profit;			/* at the prices, scaled */
	int			picked;			/* rounds in which prices made it the best */
} BestOption;

typedef struct BestProblem
{
	int			item_count;		/* achievements */
	int			target_count;
	BestRow    *rows;
	int			row_count;
	BestOption *options;		/* in the order in which rules try them */
	int			option_count;
	BestLine   *lines;			/* by option */
	int			line_count;
	int		   *items;
	BestUse    *uses;
	int64	   *granted;		/* for each line; before: what to start from */
	/* the solver's own */
	int64		rank_step[UNIT_RANKS];	/* values are multiples of it */
	Worth		rank_worth[UNIT_RANKS]; /* of a step */
	int64		steps;			/* done */
	int64		step_limit;
	bool		proven;
} BestProblem;

extern void best_solve(BestProblem *problem);

/* ---- within the solver ---- */

/* what an option may add to a sum */
typedef struct BestAddend
{
	int64		sum;			/* in units */
	int			items;
} BestAddend;

/* sums of a row that counts every line of a part: evaluate_best_reach.c */
typedef struct BestReach
{
	int			row;
	int			stage_count;
	bool		trims;			/* all lines may be trimmed: only the most counts */
	int64		unit;			/* amounts are multiples of it */
	int64		size;			/* what is left of the row, in units */
	Worth		worth;			/* of a unit */
	int64	   *most;			/* by stage and achievements, where lines trim */
	BestAddend **addends;		/* by stage */
	int		   *addend_count;
	int			layers;			/* filled, by number of achievements */
	int			layers_max;
	int			words;			/* of a layer's stage */
	uint64	   *bits;			/* by layer and stage: one for each sum */
	int		   *filled;			/* words of each; beyond, nothing is reached */
} BestReach;

/* what achievements touch: others, targets and rows, as nodes */
typedef struct BestOrder
{
	int		   *starts;			/* by achievement, one more */
	int		   *nodes;
	int			first_row;		/* as a node */
	int			node_count;
	Worth	   *most;			/* that each achievement brings */
	bool	   *open;			/* by node */
	int		   *stamps;
} BestOrder;

/* achievements that have to do with each other, and what they share */
typedef struct BestPart
{
	BestProblem *problem;
	int		   *stages;			/* achievements in the order they are decided */
	int			stage_count;
	int		   *stage_of;		/* of each achievement of the problem */
	int		   *options;
	int			option_count;
	int			line_count;
	int		  **stage_options;	/* those decided at each stage */
	int		   *stage_option_count;
	int		   *rows;
	int			row_count;
	int		   *targets;		/* by the last stage that wants them */
	int		   *closing;		/* by stage: the first target that ended no
								 * earlier than the stage before it */
	int			target_count;
	int		   *target_end;		/* by target: the last stage that wants it */
	int		  **target_lines;	/* by target: the lines that want it */
	int		   *target_line_count;
	int			group_count;	/* of lines that trim alike */
	int		   *group_lines;	/* one line of each */
	int		   *group_order;	/* in which they are filled */
	bool		laminar;		/* rows of lines that trim are nested */
	int64	  **row_future;		/* by row and stage: what can still be taken */
	int64	   *row_rest;		/* by row of the problem: for filling groups */
	BestReach  *reach;			/* or NULL */
	/* prices, scaled */
	Worth	   *row_price;		/* by row of the problem */
	Worth	   *target_price;
	Worth	   *item_price;
	Worth	   *stage_best;		/* the best profit at each stage */
	bool	   *stage_forced;	/* one of its options is forced */
	Worth		bound;			/* of the whole part */
	int			rounds;			/* of finding prices */
	/* the best so far */
	Worth		best;
	bool	   *chosen;			/* by line of the problem */
	bool		improved;		/* it is not what the part started from */
	bool		proven;
} BestPart;

extern bool best_prepare(BestProblem *problem);
extern int	best_parts(BestProblem *problem, BestPart **parts);
extern void best_price(BestPart *part, Worth wanted, int rounds);
extern bool best_greedy(BestPart *part);
extern Worth *best_price_space(const BestPart *part);
extern void best_save_prices(const BestPart *part, Worth *saved);
extern void best_restore_prices(BestPart *part, const Worth *saved);
extern void best_first_prices(BestPart *part);
extern Worth best_bound(BestPart *part);
extern void best_set_profits(BestPart *part);
extern const BestLine *best_next_line(const BestProblem *problem, const BestOption *option,
									  const BestLine *last);
extern Worth best_lines_gain(const BestProblem *problem, const BestOption *option);

extern bool best_spend(BestProblem *problem, int64 steps);
extern int64 best_divisor(int64 a, int64 b);
extern BestReach *best_reach_make(BestPart *part);
extern bool best_reach_may(const BestReach *reach, int stage, int64 left, Worth needed);
extern bool best_reach_trimmed_may(const BestReach *reach, int stage, int64 left, int64 chosen,
								   Worth needed);
extern Worth best_reach_most(BestReach *reach, BestProblem *problem, Worth bound);
extern BestOrder *best_order_make(const BestProblem *problem);
extern void best_order_stages(BestPart *part, BestOrder *order);
extern void best_find_groups(BestPart *part);
extern Worth best_fill(const BestPart *part, const int64 *left, const int64 *sums, int64 *filled);

/* ---- the search: evaluate_best_search.c, evaluate_best_memory.c ---- */

/* what is known of states that were searched: nothing there is worth more */
typedef struct BestMemory
{
	int			words;			/* of a state, and of an entry: three more */
	int			bits;			/* the table has two to the power of it */
	int64		kept;
	uint64		generation;		/* of the search that goes on */
	uint64	   *table;
} BestMemory;

typedef struct BestSearch
{
	BestPart   *part;
	BestProblem *problem;
	BestMemory	memory;
	uint64	   *states;			/* by stage: the one being searched */
	uint64	   *used_bits;		/* targets, then achievements, of the part */
	uint64	   *open_bits;		/* those that matter, by stage */
	int			bit_words;
	int		   *bit_of_target;
	int64	   *left;			/* of each row */
	int64	   *trimmed;		/* of each group: what its chosen lines would get */
	const BestOption **forced;		/* options that are decided before all stages */
	int			forced_count;
	bool	   *chosen;			/* lines, by number */
	Worth		value;			/* of the lines chosen, less the achievements */
	Worth		trim_gain;		/* of the chosen lines that trim, scaled */
	Worth		rest;			/* bound of what is not decided, less rows */
	Worth		needed;			/* a choice must be worth so much */
	Worth		unresolved;		/* some choice may be worth so much */
	bool		first_will_do;
	bool		found;
	bool		stopped;		/* out of steps */
	int64		patience_end;	/* steps after which it gives up, to be divided */
	bool		gave_up;
} BestSearch;

extern BestSearch *best_search_make(BestPart *part);
extern bool best_search_try(BestSearch *search, int64 patience);
extern bool best_search_over(const BestSearch *search);
extern void best_memory_init(BestMemory *memory, int words);
extern bool best_memory_find(const BestMemory *memory, const uint64 *state, Worth *most);
extern void best_memory_keep(BestMemory *memory, const uint64 *state, Worth most);

/* ---- dividing it: evaluate_best_branch.c ---- */

extern bool best_look_for(BestSearch *search, Worth needed, bool first_will_do);
extern void best_drop_hopeless(BestPart *part);
extern void best_dive(BestPart *part);
extern void best_force_line(BestPart *part, int number);
extern void best_drop_line(BestProblem *problem, int number);
extern BestState *best_save_states(const BestPart *part);
extern void best_restore_states(BestPart *part, const BestState *saved);

#endif							/* CREDITBANK_EVALUATE_BEST_H */
