/*
 * evaluate_best_problem.c
 *		A problem made small: worth in one number, what cannot matter dropped.
 *
 * Promise: what is dropped is in no best choice, or an earlier choice of the
 * same worth does without it; so the answer is that of the whole problem.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

/* the worth of a whole problem at most, so that scaled bounds fit */
#define WORTH_MAX	((Worth) 1 << 80)

/* counts work; false when it is at its end */
bool
best_spend(BestProblem *problem, int64 steps)
{
	CHECK_FOR_INTERRUPTS();
	problem->steps += steps;
	return problem->steps <= problem->step_limit;
}

/* the greatest common one */
int64
best_divisor(int64 a, int64 b)
{
	while (b != 0)
	{
		int64		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* ---- worth ---- */

/*
 * A unit's step is worth more than all that less important units and saved
 * achievements can bring.  False when that is more than a number can hold.
 */
static bool
weigh(BestProblem *problem)
{
	Worth		below = problem->item_count;

	for (int rank = UNIT_RANKS - 1; rank >= 0; rank--)
	{
		Worth		sum = 0;
		int64		step = 0;

		for (int i = 0; i < problem->line_count; i++)
		{
			const BestLine *line = &problem->lines[i];

			if (line->rank != rank)
				continue;
			sum += line->value;
			step = line->trims ? 1 : best_divisor(line->value, step);
		}
		problem->rank_step[rank] = Max(step, 1);
		problem->rank_worth[rank] = below + 1;
		if (sum / Max(step, 1) > WORTH_MAX / (below + 1))
			return false;
		below += sum / Max(step, 1) * (below + 1);
		if (below > WORTH_MAX)
			return false;
	}
	for (int i = 0; i < problem->line_count; i++)
	{
		BestLine   *line = &problem->lines[i];

		line->weight = line->value / problem->rank_step[line->rank] *
			problem->rank_worth[line->rank];
	}
	return true;
}

/* ---- what cannot be ---- */

static bool
line_fits(const BestProblem *problem, const BestLine *line)
{
	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &problem->uses[line->first_use + i];
		const BestRow *row = &problem->rows[use->row];

		if (row->left < 0 || (use->amount > row->left && (row->items || !line->trims)) ||
			(row->left == 0 && !row->items))
			return false;
	}
	return true;
}

static void
drop_impossible(BestProblem *problem)
{
	for (int i = 0; i < problem->option_count; i++)
	{
		BestOption *option = &problem->options[i];
		int			kept = 0;

		option->state = BEST_OPEN;
		option->stand_in = -1;
		for (int j = 0; j < option->line_count; j++)
		{
			BestLine   *line = &problem->lines[option->first_line + j];

			line->state = line->value > 0 && line_fits(problem, line) ? BEST_OPEN : BEST_DROPPED;
			kept += line->state == BEST_OPEN;
		}
		if (kept == 0)
			option->state = BEST_DROPPED;
	}
}

/* ---- rows that bind ---- */

/* the options that are left, by their first achievement; -1 ends a list */
typedef struct OptionLists
{
	int		   *first;
	int		   *next;
} OptionLists;

static OptionLists
list_options(const BestProblem *problem)
{
	OptionLists lists = {palloc(sizeof(int) * (problem->item_count + 1)),
	palloc(sizeof(int) * (problem->option_count + 1))};

	for (int i = 0; i < problem->item_count; i++)
		lists.first[i] = -1;
	for (int i = problem->option_count - 1; i >= 0; i--)
	{
		const BestOption *option = &problem->options[i];

		if (option->state == BEST_DROPPED)
			continue;
		lists.next[i] = lists.first[problem->items[option->first_item]];
		lists.first[problem->items[option->first_item]] = i;
	}
	return lists;
}

/* the most that an option can take of each row; as many as in touched */
static int
option_uses(const BestProblem *problem, const BestOption *option, int64 *taken, int *touched)
{
	int			count = 0;

	for (int i = 0; i < option->line_count; i++)
	{
		const BestLine *line = &problem->lines[option->first_line + i];

		if (line->state == BEST_DROPPED)
			continue;
		for (int j = 0; j < line->use_count; j++)
		{
			const BestUse *use = &problem->uses[line->first_use + j];

			if (use->amount > 0 && taken[use->row] == 0)
				touched[count++] = use->row;
			if (problem->rows[use->row].items)
				taken[use->row] = Max(taken[use->row], use->amount);
			else
				taken[use->row] += use->amount;
		}
	}
	return count;
}

/* adds to each row's sum the most that one of an achievement's options takes */
static void
add_most(const BestProblem *problem, int option, const int *next, int64 *taken, int64 *most,
		 int *touched, int128 *sums)
{
	int			most_count = 0;

	for (; option >= 0; option = next[option])
	{
		int		   *rows = touched + most_count;
		int			count = option_uses(problem, &problem->options[option], taken, rows);

		for (int i = 0; i < count; i++)
		{
			int			row = rows[i];
			int64		amount = taken[row];

			taken[row] = 0;
			if (most[row] == 0)
				touched[most_count++] = row;
			if (amount > most[row])
			{
				sums[row] += amount - most[row];
				most[row] = amount;
			}
		}
	}
	while (most_count > 0)
		most[touched[--most_count]] = 0;
}

/* A row binds when the achievements could take more of it than is left. */
static void
find_binding_rows(BestProblem *problem)
{
	int			space = problem->row_count + 1;
	int64	   *taken = palloc0(sizeof(int64) * space);
	int64	   *most = palloc0(sizeof(int64) * space);
	int		   *touched = palloc(sizeof(int) * space * 2);
	int128	   *sums = palloc0(sizeof(int128) * space);
	OptionLists lists = list_options(problem);

	for (int i = 0; i < problem->item_count; i++)
		add_most(problem, lists.first[i], lists.next, taken, most, touched, sums);
	for (int i = 0; i < problem->row_count; i++)
		problem->rows[i].binds = sums[i] > problem->rows[i].left;
	pfree(lists.first);
	pfree(lists.next);
	pfree(sums);
	pfree(touched);
	pfree(most);
	pfree(taken);
}

/* what rows forget: uses of rows that do not bind are taken out of lines */
static void
forget_loose_rows(BestProblem *problem)
{
	for (int i = 0; i < problem->line_count; i++)
	{
		BestLine   *line = &problem->lines[i];
		int			kept = 0;
		bool		amounts = false;

		for (int j = 0; j < line->use_count; j++)
		{
			BestUse		use = problem->uses[line->first_use + j];

			if (!problem->rows[use.row].binds || use.amount == 0)
				continue;
			problem->uses[line->first_use + kept++] = use;
			amounts |= !problem->rows[use.row].items;
		}
		line->use_count = kept;
		line->trims &= amounts;
	}
}

/* ---- options that others make needless ---- */

/* are all achievements of one among those of the other? */
static bool
items_within(const BestProblem *problem, const BestOption *inner, const BestOption *outer)
{
	const int  *in = &problem->items[inner->first_item];
	const int  *out = &problem->items[outer->first_item];
	int			place = 0;

	for (int i = 0; i < inner->item_count; i++)
	{
		while (place < outer->item_count && out[place] < in[i])
			place++;
		if (place == outer->item_count || out[place] != in[i])
			return false;
	}
	return true;
}

static bool
takes_no_more(const BestProblem *problem, const BestLine *a, const BestLine *b)
{
	for (int i = 0; i < a->use_count; i++)
	{
		const BestUse *use = &problem->uses[a->first_use + i];
		bool		found = false;

		for (int j = 0; j < b->use_count && !found; j++)
		{
			const BestUse *other = &problem->uses[b->first_use + j];

			found = other->row == use->row && other->amount >= use->amount;
		}
		if (!found)
			return false;
	}
	return true;
}

/* Can every choice with b, of one line each, be made with a, and not be worse? */
static bool
makes_needless(const BestProblem *problem, int a, int b)
{
	const BestOption *better = &problem->options[a];
	const BestOption *worse = &problem->options[b];
	const BestLine *line = &problem->lines[better->first_line];
	const BestLine *other = &problem->lines[worse->first_line];

	if (line->weight < other->weight || line->trims || other->trims ||
		(line->target >= 0 && line->target != other->target) ||
		!items_within(problem, better, worse))
		return false;
	if (line->weight == other->weight && better->item_count == worse->item_count && a > b)
		return false;
	return takes_no_more(problem, line, other);
}

/* the option that makes another needless, or -1 */
static int
find_stand_in(const BestProblem *problem, int option, const OptionLists *lists)
{
	const BestOption *judged = &problem->options[option];

	for (int i = 0; i < judged->item_count; i++)
	{
		int			other = lists->first[problem->items[judged->first_item + i]];

		for (; other >= 0; other = lists->next[other])
		{
			if (other != option && problem->options[other].line_count == 1 &&
				problem->options[other].state != BEST_DROPPED &&
				makes_needless(problem, other, option))
				return other;
		}
	}
	return -1;
}

static void
drop_needless(BestProblem *problem)
{
	OptionLists lists = list_options(problem);

	for (int i = 0; i < problem->option_count; i++)
	{
		BestOption *option = &problem->options[i];

		CHECK_FOR_INTERRUPTS();
		if (option->state == BEST_DROPPED || option->line_count != 1)
			continue;
		option->stand_in = find_stand_in(problem, i, &lists);
		if (option->stand_in >= 0)
			option->state = BEST_DROPPED;
	}
	pfree(lists.next);
	pfree(lists.first);
}

/* ---- what is left ---- */

/*
 * A row that sums multiples of a step never gets beyond the last one below what
 * is left of it.
 */
static void
round_rows(BestProblem *problem)
{
	int64	   *steps = palloc0(sizeof(int64) * Max(problem->row_count, 1));

	for (int i = 0; i < problem->line_count; i++)
	{
		const BestLine *line = &problem->lines[i];

		for (int j = 0; j < line->use_count && line->state != BEST_DROPPED; j++)
		{
			const BestUse *use = &problem->uses[line->first_use + j];

			steps[use->row] = line->trims ? 1 : best_divisor(use->amount, steps[use->row]);
		}
	}
	for (int i = 0; i < problem->row_count; i++)
	{
		if (steps[i] > 1 && problem->rows[i].left > 0 && !problem->rows[i].items)
			problem->rows[i].left -= problem->rows[i].left % steps[i];
	}
	pfree(steps);
}

/* as many lines of an option as fit into a row, if all that are left use it */
static int
lines_fitting(const BestProblem *problem, const BestOption *option, int row)
{
	int64		least = PG_INT64_MAX;

	for (int i = 0; i < option->line_count; i++)
	{
		const BestLine *line = &problem->lines[option->first_line + i];
		int64		amount = 0;

		if (line->state == BEST_DROPPED)
			continue;
		for (int j = 0; j < line->use_count && !line->trims; j++)
		{
			if (problem->uses[line->first_use + j].row == row)
				amount = problem->uses[line->first_use + j].amount;
		}
		least = Min(least, amount);
	}
	return least <= 0 ? option->line_count :
		(int) Min(problem->rows[row].left / least, option->line_count);
}

/* how many lines of each option can be granted together, at the most */
static void
find_most_lines(BestProblem *problem)
{
	for (int i = 0; i < problem->option_count; i++)
	{
		BestOption *option = &problem->options[i];
		const BestLine *line;
		int			first = option->first_line;
		int			end = first + option->line_count;

		option->most_lines = option->line_count;
		while (first < end && problem->lines[first].state == BEST_DROPPED)
			first++;
		if (first == end)
			continue;
		line = &problem->lines[first];
		for (int j = 0; j < line->use_count; j++)
		{
			int			row = problem->uses[line->first_use + j].row;

			if (!problem->rows[row].items)
				option->most_lines = Min(option->most_lines, lines_fitting(problem, option, row));
		}
	}
}

/* lines of dropped options are dropped too; some are sure to be granted */
static void
find_sure_lines(BestProblem *problem)
{
	int		   *wanted = palloc0(sizeof(int) * Max(problem->target_count, 1));

	for (int i = 0; i < problem->line_count; i++)
	{
		BestLine   *line = &problem->lines[i];

		if (problem->options[line->option].state == BEST_DROPPED)
			line->state = BEST_DROPPED;
		if (line->state != BEST_DROPPED && line->target >= 0)
			wanted[line->target]++;
	}
	for (int i = 0; i < problem->line_count; i++)
	{
		BestLine   *line = &problem->lines[i];

		if (line->target >= 0 && wanted[line->target] == 1)
			line->target = -1;
		line->sure = line->target < 0 && line->use_count == 0;
		line->gone = false;
	}
	pfree(wanted);
}

/* false when the amounts are too large to be weighed together */
bool
best_prepare(BestProblem *problem)
{
	if (!weigh(problem))
		return false;
	drop_impossible(problem);
	for (int round = 0; round < 2; round++)
	{
		find_binding_rows(problem);
		forget_loose_rows(problem);
		drop_needless(problem);
		find_sure_lines(problem);
		round_rows(problem);
	}
	find_most_lines(problem);
	return true;
}
