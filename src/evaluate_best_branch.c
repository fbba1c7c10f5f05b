/*
 * evaluate_best_branch.c
 *		The search divided: where it takes long, an option is forced and then
 *		dropped, and prices are found anew for each half.
 *
 * Prices that fit all choices bound each of them badly; those of a half are
 * better, and drop many options that cannot be in a choice worth what is needed.
 *
 * A dive through the halves that seem best finds a good choice to begin with.
 *
 * Promise: both halves are looked at, so that nothing is missed.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

#define FIRST_ROUNDS	200		/* of finding prices */
#define NEXT_ROUNDS		30
#define DROP_ROUNDS		50		/* before lines are settled */
#define PATIENCE_STEPS	50000	/* of a search before it is divided */
#define NO_SUMS_STEPS	1000	/* the same without a table of sums */
#define TRIAL_STEPS		1000	/* of a search before prices are found for it */
#define DEPTH_MAX		150

/* ---- forcing and dropping ---- */

void
best_drop_line(BestProblem *problem, int number)
{
	BestOption *option = &problem->options[problem->lines[number].option];

	problem->lines[number].state = BEST_DROPPED;
	for (int i = 0; i < option->line_count; i++)
	{
		if (problem->lines[option->first_line + i].state != BEST_DROPPED)
			return;
	}
	option->state = BEST_DROPPED;
}

static bool
share_item(const BestProblem *problem, const BestOption *a, const BestOption *b)
{
	for (int i = 0; i < a->item_count; i++)
	{
		for (int j = 0; j < b->item_count; j++)
		{
			if (problem->items[a->first_item + i] == problem->items[b->first_item + j])
				return true;
		}
	}
	return false;
}

/* options that share an achievement with a forced one can be no more */
static void
force_option(BestPart *part, BestOption *forced)
{
	BestProblem *problem = part->problem;

	if (forced->state == BEST_FORCED)
		return;
	for (int i = 0; i < part->option_count; i++)
	{
		BestOption *option = &problem->options[part->options[i]];

		if (option != forced && option->state != BEST_DROPPED && share_item(problem, option, forced))
			option->state = BEST_DROPPED;
	}
	forced->state = BEST_FORCED;
}

void
best_force_line(BestPart *part, int number)
{
	BestProblem *problem = part->problem;
	BestLine   *line = &problem->lines[number];

	line->state = BEST_FORCED;
	force_option(part, &problem->options[line->option]);
	for (int i = 0; line->target >= 0 && i < part->target_line_count[line->target]; i++)
	{
		int			other = part->target_lines[line->target][i];

		if (other != number && problem->lines[other].state != BEST_DROPPED)
			best_drop_line(problem, other);
	}
}

/* the states of a part's options and lines, to go back to */
BestState *
best_save_states(const BestPart *part)
{
	const BestProblem *problem = part->problem;
	BestState  *saved = palloc(sizeof(BestState) * (part->option_count + part->line_count));
	BestState  *next = saved;

	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];

		*next++ = option->state;
		for (int j = 0; j < option->line_count; j++)
			*next++ = problem->lines[option->first_line + j].state;
	}
	return saved;
}

void
best_restore_states(BestPart *part, const BestState *saved)
{
	BestProblem *problem = part->problem;

	for (int i = 0; i < part->option_count; i++)
	{
		BestOption *option = &problem->options[part->options[i]];

		option->state = *saved++;
		for (int j = 0; j < option->line_count; j++)
			problem->lines[option->first_line + j].state = *saved++;
	}
}

/* ---- dividing ---- */

/* options that no choice worth what is needed has, by the bound */
static void
drop_hopeless(BestPart *part, Worth needed)
{
	BestProblem *problem = part->problem;

	for (int i = 0; i < part->option_count; i++)
	{
		BestOption *option = &problem->options[part->options[i]];

		if (option->state == BEST_OPEN &&
			part->bound - part->stage_best[option->stage] + option->profit < needed * BOUND_SCALE)
			option->state = BEST_DROPPED;
	}
}

/* the option that prices made the best most often, or NULL */
static BestOption *
surest_option(BestPart *part)
{
	BestOption *best = NULL;

	for (int i = 0; i < part->option_count; i++)
	{
		BestOption *option = &part->problem->options[part->options[i]];

		if (option->state == BEST_OPEN && option->picked > (best ? best->picked : 0))
			best = option;
	}
	return best;
}

/*
 * Forces one option after another, finding prices anew each time: what is taken
 * at those prices is often much better than at the first ones.
 */
void
best_dive(BestPart *part)
{
	BestState  *saved = best_save_states(part);
	Worth	   *prices = best_price_space(part);
	BestOption *option;

	best_save_prices(part, prices);
	do
	{
		best_price(part, part->best, NEXT_ROUNDS);
		best_greedy(part);
		option = part->bound >= (part->best + 1) * BOUND_SCALE ? surest_option(part) : NULL;
		if (option != NULL)
			force_option(part, option);
	} while (option != NULL);
	best_restore_states(part, saved);
	best_restore_prices(part, prices);
	best_set_profits(part);
	part->bound = best_bound(part);
	pfree(prices);
	pfree(saved);
}

/* the option about which the prices were most in doubt, or NULL */
static BestOption *
doubtful_option(BestPart *part)
{
	BestOption *best = NULL;
	int			most = -1;

	for (int i = 0; i < part->option_count; i++)
	{
		BestOption *option = &part->problem->options[part->options[i]];
		int			doubt = Min(option->picked, part->rounds - option->picked);

		if (option->state != BEST_OPEN || doubt <= most)
			continue;
		most = doubt;
		best = option;
	}
	return best;
}

static int64
patience(const BestPart *part)
{
	return part->reach != NULL ? PATIENCE_STEPS : NO_SUMS_STEPS;
}

static void look_for(BestSearch *search, int depth);

static void
divide(BestSearch *search, BestOption *option, int depth)
{
	BestPart   *part = search->part;
	BestState  *saved = best_save_states(part);
	Worth	   *prices = best_price_space(part);
	bool		force_first = option->picked * 2 >= part->rounds;

	best_save_prices(part, prices);
	for (int half = 0; half < 2 && !best_search_over(search); half++)
	{
		if ((half == 0) == force_first)
			force_option(part, option);
		else
			option->state = BEST_DROPPED;
		look_for(search, depth + 1);
		best_restore_states(part, saved);
		best_restore_prices(part, prices);
	}
	pfree(prices);
	pfree(saved);
}

static void
look_for(BestSearch *search, int depth)
{
	BestPart   *part = search->part;
	BestOption *option;

	best_price(part, search->needed - 1, depth == 0 && !search->first_will_do ? FIRST_ROUNDS : NEXT_ROUNDS);
	if (best_greedy(part) && part->best >= search->needed)
	{
		search->found = true;
		search->needed = part->best + 1;
	}
	if (part->bound < search->needed * BOUND_SCALE)
		return;
	drop_hopeless(part, search->needed);
	option = depth < DEPTH_MAX ? doubtful_option(part) : NULL;
	if (!best_search_try(search, option ? patience(part) : PG_INT64_MAX))
		divide(search, option, depth);
}

/* a table of sums makes a search worth half of the steps that are left */
static int64
trial_steps(const BestSearch *search)
{
	const BestProblem *problem = search->problem;

	return search->part->reach ? (problem->step_limit - problem->steps) / 2 : TRIAL_STEPS;
}

/*
 * Looks for a choice worth what is needed: the best, or the first that will
 * do.  It is left in part->chosen, its worth in part->best.  The states of
 * options and lines are left as they were.
 */
bool
best_look_for(BestSearch *search, Worth needed, bool first_will_do)
{
	BestState  *saved = best_save_states(search->part);

	search->needed = needed;
	search->first_will_do = first_will_do;
	search->found = false;
	if (!first_will_do || !best_search_try(search, trial_steps(search)))
		look_for(search, 0);
	best_restore_states(search->part, saved);
	pfree(saved);
	return search->found;
}

/* drops for good what no choice as good as the best can have */
void
best_drop_hopeless(BestPart *part)
{
	best_price(part, part->best - 1, DROP_ROUNDS);
	drop_hopeless(part, part->best);
}
