/*
 * evaluate_best_solve.c
 *		The best choice: first what it is worth, then the first that is worth it.
 *
 * Of choices that are worth the same, the better one grants the first line, in
 * the order of the problem, that the other does not.  It is found line by line:
 * is there a best choice with all that was settled and this line too?  Then the
 * line is settled, else it is dropped.
 *
 * Promise: never worse than what it started from.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "evaluate_best.h"

/* a search goes as deep as a part has achievements and lines of options */
#define DEPTH_MAX	2000

static int
search_depth(const BestPart *part)
{
	int			depth = 0;

	for (int i = 0; i < part->stage_count; i++)
	{
		int			lines = 0;

		for (int j = 0; j < part->stage_option_count[i]; j++)
			lines = Max(lines, part->problem->options[part->stage_options[i][j]].line_count);
		depth += 1 + lines;
	}
	return depth;
}

/* finding a good choice to begin with: how often, and rounds of pricing each */
#define START_ROUNDS	5
#define START_PRICES	40

/* of the steps, one in so many is for looking from above */
#define ABOVE_SHARE		3

/* ---- settling lines ---- */

/* Can the line be in a best choice?  Then it is settled, else dropped. */
static void
settle_line(BestPart *part, BestSearch *search, int number)
{
	BestProblem *problem = part->problem;
	BestState  *saved;

	if (problem->lines[number].state != BEST_OPEN ||
		problem->options[problem->lines[number].option].state == BEST_DROPPED)
		return;
	if (part->chosen[number])
	{
		best_force_line(part, number);
		return;
	}
	saved = best_save_states(part);
	best_force_line(part, number);
	if (!best_look_for(search, part->best, true) && !search->stopped)
	{
		best_restore_states(part, saved);
		best_drop_line(problem, number);
	}
	pfree(saved);
}

static void
settle(BestPart *part, BestSearch *search)
{
	best_drop_hopeless(part);
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &part->problem->options[part->options[i]];

		for (int j = 0; j < option->line_count && !search->stopped; j++)
			settle_line(part, search, option->first_line + j);
	}
}

/* ---- one part ---- */

/* takes what a part starts from: the lines that are granted something */
static void
take_start(BestPart *part)
{
	const BestProblem *problem = part->problem;

	part->best = 0;
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];
		bool		granted = false;

		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
		{
			const BestLine *line = &problem->lines[j];

			part->chosen[j] = problem->granted[j] > 0;
			granted |= part->chosen[j];
			part->best += problem->granted[j] / problem->rank_step[line->rank] *
				problem->rank_worth[line->rank];
		}
		if (granted)
			part->best -= option->item_count;
	}
}

/* what the rows leave when the chosen lines that do not trim have theirs */
static void
find_left(const BestPart *part, int64 *left, int64 *sums)
{
	const BestProblem *problem = part->problem;

	for (int i = 0; i < part->row_count; i++)
		left[part->rows[i]] = problem->rows[part->rows[i]].left;
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];

		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
		{
			const BestLine *line = &problem->lines[j];

			if (!part->chosen[j])
				continue;
			if (line->trims)
				sums[line->group] += line->value;
			for (int k = 0; k < line->use_count && !line->trims; k++)
				left[problem->uses[line->first_use + k].row] -=
					problem->uses[line->first_use + k].amount;
		}
	}
}

/* what a line that trims gets of what is left, in order */
static int64
trim_line(const BestPart *part, const BestLine *line, int64 *left, int64 *filled)
{
	const BestProblem *problem = part->problem;
	int64		amount = line->value;

	if (!part->laminar)
	{
		amount = Min(amount, filled[line->group]);
		filled[line->group] -= amount;
		return amount;
	}
	for (int round = 0; round < 2; round++)
	{
		for (int i = 0; i < line->use_count; i++)
		{
			int			row = problem->uses[line->first_use + i].row;

			if (problem->rows[row].items)
				continue;
			if (round == 0)
				amount = Min(amount, left[row]);
			else
				left[row] -= amount;
		}
	}
	return amount;
}

/* turns the lines that a search has chosen into amounts */
static void
grant_chosen(const BestPart *part)
{
	BestProblem *problem = part->problem;
	int64	   *left = palloc(sizeof(int64) * Max(problem->row_count, 1));
	int64	   *sums = palloc0(sizeof(int64) * Max(part->group_count, 1));
	int64	   *filled = palloc0(sizeof(int64) * Max(part->group_count, 1));

	find_left(part, left, sums);
	best_fill(part, left, sums, filled);
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];

		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
		{
			const BestLine *line = &problem->lines[j];

			problem->granted[j] = !part->chosen[j] ? 0 :
				line->trims ? trim_line(part, line, left, filled) : line->value;
		}
	}
	pfree(filled);
	pfree(sums);
	pfree(left);
}

/*
 * Looks for what amounts that add up may bring at the most, then the next less:
 * the first that is found is the best.
 */
static bool
find_from_above(BestPart *part, BestSearch *search)
{
	Worth		worth = part->bound / BOUND_SCALE + 1;

	while (part->reach != NULL && !search->stopped)
	{
		worth = best_reach_most(part->reach, part->problem, worth);
		if (worth <= part->best || best_look_for(search, worth, true))
			return true;
	}
	return false;
}

/* the same, within a share of the steps; false when that takes longer */
static bool
look_from_above(BestPart *part, BestSearch *search)
{
	BestProblem *problem = part->problem;
	int64		limit = problem->step_limit;
	bool		found;

	problem->step_limit -= (limit - problem->steps) / ABOVE_SHARE * (ABOVE_SHARE - 1);
	part->reach = best_reach_make(part);
	found = find_from_above(part, search);
	problem->step_limit = limit;
	search->stopped = false;
	return found;
}

/* The start is left as it is unless a choice at least as good is found. */
static void
solve_part(BestPart *part)
{
	BestSearch *search;

	take_start(part);
	if (search_depth(part) > DEPTH_MAX || !best_spend(part->problem, 1))
		return;
	best_first_prices(part);
	for (int i = 0; i < START_ROUNDS && (i == 0 || part->bound >= (part->best + 1) * BOUND_SCALE); i++)
	{
		best_greedy(part);
		best_price(part, part->best, START_PRICES);
	}
	search = best_search_make(part);
	if (!look_from_above(part, search))
	{
		if (part->reach == NULL)
			best_dive(part);
		best_look_for(search, part->best, false);
	}
	if (!search->stopped)
		settle(part, search);
	if (part->improved)
		grant_chosen(part);
	part->proven = !search->stopped && search->unresolved <= part->best;
}

/* ---- the whole ---- */

/* where an option of the start was needless, what stands in for it is granted */
static void
move_start(BestProblem *problem)
{
	for (int i = 0; i < problem->option_count; i++)
	{
		const BestOption *option = &problem->options[i];
		int			stand_in = i;

		while (problem->options[stand_in].stand_in >= 0)
			stand_in = problem->options[stand_in].stand_in;
		if (stand_in == i || problem->granted[option->first_line] == 0)
			continue;
		problem->granted[option->first_line] = 0;
		problem->granted[problem->options[stand_in].first_line] =
			problem->lines[problem->options[stand_in].first_line].value;
	}
}

/*
 * Makes problem->granted the best choice, or as good a one as the steps allow;
 * problem->proven says which.  It must hold a choice that is possible.
 */
void
best_solve(BestProblem *problem)
{
	BestPart   *parts;
	MemoryContext scratch;
	int			count;

	problem->proven = false;
	if (!best_prepare(problem))
		return;
	move_start(problem);
	count = best_parts(problem, &parts);
	problem->proven = count >= 0;
	scratch = AllocSetContextCreate(CurrentMemoryContext, "creditbank best allocation",
									ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < count; i++)
	{
		MemoryContext old_context = MemoryContextSwitchTo(scratch);

		solve_part(&parts[i]);
		MemoryContextSwitchTo(old_context);
		MemoryContextReset(scratch);
		problem->proven &= parts[i].proven;
	}
	MemoryContextDelete(scratch);
}
