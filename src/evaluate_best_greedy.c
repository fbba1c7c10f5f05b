/*
 * evaluate_best_greedy.c
 *		A good choice quickly: options by what they bring at the prices.
 *
 * Promise: what it leaves in part->chosen is possible, and worth part->best.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

typedef struct Greedy
{
	BestPart   *part;
	bool	   *item_used;
	bool	   *target_used;
	int64	   *left;
	int64	   *counted;		/* by row: of the option at hand, for items */
	bool	   *chosen;			/* by line */
	Worth		worth;
} Greedy;

/* the profit of an option for each achievement it uses */
static int
compare_options(const void *a, const void *b, void *argument)
{
	const BestProblem *problem = argument;
	const BestOption *left = &problem->options[*(const int *) a];
	const BestOption *right = &problem->options[*(const int *) b];
	Worth		left_worth = left->profit * right->item_count;
	Worth		right_worth = right->profit * left->item_count;

	if ((left->state == BEST_FORCED) != (right->state == BEST_FORCED))
		return left->state == BEST_FORCED ? -1 : 1;
	if (left_worth != right_worth)
		return left_worth > right_worth ? -1 : 1;
	return *(const int *) a - *(const int *) b;
}

static int64
more_of(const Greedy *greedy, const BestUse *use)
{
	if (greedy->part->problem->rows[use->row].items)
		return Max(use->amount - greedy->counted[use->row], 0);
	return use->amount;
}

static bool
fits(const Greedy *greedy, const BestLine *line)
{
	const BestProblem *problem = greedy->part->problem;

	if (line->state == BEST_DROPPED || (line->target >= 0 && greedy->target_used[line->target]))
		return false;
	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &problem->uses[line->first_use + i];

		if (greedy->left[use->row] < more_of(greedy, use))
			return false;
	}
	return true;
}

static void
take_line(Greedy *greedy, int number)
{
	const BestProblem *problem = greedy->part->problem;
	const BestLine *line = &problem->lines[number];

	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &problem->uses[line->first_use + i];
		int64		more = more_of(greedy, use);

		greedy->left[use->row] -= more;
		if (problem->rows[use->row].items)
			greedy->counted[use->row] += more;
	}
	if (line->target >= 0)
		greedy->target_used[line->target] = true;
	greedy->chosen[number] = true;
	greedy->worth += line->weight;
}

static void
take_option(Greedy *greedy, const BestOption *option)
{
	const BestProblem *problem = greedy->part->problem;
	bool		taken = false;

	for (int i = 0; i < option->item_count; i++)
	{
		if (greedy->item_used[problem->items[option->first_item + i]])
			return;
	}
	for (int i = 0; i < greedy->part->row_count; i++)
		greedy->counted[greedy->part->rows[i]] = 0;
	for (int i = option->first_line; i < option->first_line + option->line_count; i++)
	{
		if (!fits(greedy, &problem->lines[i]))
			continue;
		take_line(greedy, i);
		taken = true;
	}
	if (!taken)
		return;
	greedy->worth -= option->item_count;
	for (int i = 0; i < option->item_count; i++)
		greedy->item_used[problem->items[option->first_item + i]] = true;
}

static void
keep_choice(const Greedy *greedy)
{
	BestPart   *part = greedy->part;

	part->best = greedy->worth;
	part->improved = true;
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &part->problem->options[part->options[i]];

		memcpy(&part->chosen[option->first_line], &greedy->chosen[option->first_line],
			   sizeof(bool) * option->line_count);
	}
}

/*
 * Takes options at the prices there are, as far as they fit; true when that is
 * better than what was known.  Parts with lines that trim are left alone.
 */
bool
best_greedy(BestPart *part)
{
	BestProblem *problem = part->problem;
	Greedy		greedy = {part};
	int		   *order = palloc(sizeof(int) * Max(part->option_count, 1));
	bool		better;

	if (part->group_count > 0)
		return false;
	greedy.item_used = palloc0(sizeof(bool) * Max(problem->item_count, 1));
	greedy.target_used = palloc0(sizeof(bool) * Max(problem->target_count, 1));
	greedy.left = palloc(sizeof(int64) * Max(problem->row_count, 1));
	greedy.counted = palloc0(sizeof(int64) * Max(problem->row_count, 1));
	greedy.chosen = palloc0(sizeof(bool) * Max(problem->line_count, 1));
	for (int i = 0; i < part->row_count; i++)
		greedy.left[part->rows[i]] = problem->rows[part->rows[i]].left;
	memcpy(order, part->options, sizeof(int) * part->option_count);
	qsort_arg(order, part->option_count, sizeof(int), compare_options, problem);
	best_spend(problem, part->option_count + problem->line_count / 512);
	for (int i = 0; i < part->option_count; i++)
	{
		if (problem->options[order[i]].state != BEST_DROPPED)
			take_option(&greedy, &problem->options[order[i]]);
	}
	better = greedy.worth > part->best;
	if (better)
		keep_choice(&greedy);
	pfree(greedy.chosen);
	pfree(greedy.counted);
	pfree(greedy.left);
	pfree(greedy.target_used);
	pfree(greedy.item_used);
	pfree(order);
	return better;
}
