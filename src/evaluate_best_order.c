/*
 * evaluate_best_order.c
 *		The order in which a part's achievements have their turn.
 *
 * Where all count in one row, those that may bring most come first: what is
 * skipped then leaves too little to fill it.  Elsewhere the order keeps few
 * targets and rows open, so that states come up again.
 *
 * Promise: the order changes how long a search takes, never what it finds.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

/* ---- what achievements touch ---- */

static void
touch(BestOrder *touches, int item, int node, int *fill)
{
	if (fill != NULL)
		touches->nodes[fill[item]++] = node;
	else
		touches->starts[item + 1]++;
}

static void
touch_all(const BestProblem *problem, BestOrder *touches, int *fill)
{
	int			targets = problem->item_count;
	int			rows = targets + problem->target_count;

	for (int i = 0; i < problem->option_count; i++)
	{
		const BestOption *option = &problem->options[i];

		for (int j = 0; j < option->item_count && option->state != BEST_DROPPED; j++)
		{
			int			item = problem->items[option->first_item + j];

			if (option->item_count > 1)
				touch(touches, item, problem->items[option->first_item], fill);
			for (int k = 0; k < option->line_count; k++)
			{
				const BestLine *line = &problem->lines[option->first_line + k];

				if (line->state == BEST_DROPPED)
					continue;
				if (line->target >= 0)
					touch(touches, item, targets + line->target, fill);
				for (int u = 0; u < line->use_count; u++)
					touch(touches, item, rows + problem->uses[line->first_use + u].row, fill);
			}
		}
	}
}

static void
find_touches(const BestProblem *problem, BestOrder *touches)
{
	int		   *fill = palloc(sizeof(int) * (problem->item_count + 1));

	touches->starts = palloc0(sizeof(int) * (problem->item_count + 1));
	touch_all(problem, touches, NULL);
	for (int i = 0; i < problem->item_count; i++)
		touches->starts[i + 1] += touches->starts[i];
	memcpy(fill, touches->starts, sizeof(int) * (problem->item_count + 1));
	touches->nodes = palloc_extended(sizeof(int) * Max(touches->starts[problem->item_count], 1),
									 MCXT_ALLOC_HUGE);
	touch_all(problem, touches, fill);
	pfree(fill);
}

/* the most that an option of each achievement brings, for each that it uses */
static void
find_most(const BestProblem *problem, Worth *most)
{
	for (int i = 0; i < problem->option_count; i++)
	{
		const BestOption *option = &problem->options[i];
		Worth		worth = 0;

		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
			worth += problem->lines[j].state == BEST_DROPPED ? 0 : problem->lines[j].weight;
		for (int j = 0; j < option->item_count && option->state != BEST_DROPPED; j++)
		{
			int			item = problem->items[option->first_item + j];

			most[item] = Max(most[item], worth / option->item_count);
		}
	}
}

BestOrder *
best_order_make(const BestProblem *problem)
{
	BestOrder  *order = palloc(sizeof(BestOrder));

	order->first_row = problem->item_count + problem->target_count;
	order->node_count = order->first_row + problem->row_count;
	find_touches(problem, order);
	order->most = palloc0(sizeof(Worth) * Max(problem->item_count, 1));
	find_most(problem, order->most);
	order->open = palloc0(sizeof(bool) * Max(order->node_count, 1));
	order->stamps = palloc0(sizeof(int) * Max(order->node_count, 1));
	return order;
}

/* ---- the order that keeps little open ---- */

/* how much an achievement would open; each node is counted once, by a stamp */
static int
count_new(const BestOrder *order, int item, int stamp)
{
	int			count = 0;

	for (int i = order->starts[item]; i < order->starts[item + 1]; i++)
	{
		int			node = order->nodes[i];

		if (order->open[node] || order->stamps[node] == stamp)
			continue;
		order->stamps[node] = stamp;
		count++;
	}
	return count;
}

/* next is always the achievement that opens least, the first of equals */
static void
order_by_opening(BestPart *part, BestOrder *order)
{
	int			stamp = 0;

	memset(order->stamps, 0, sizeof(int) * order->node_count);
	for (int i = 0; i < part->stage_count; i++)
	{
		int			best = i;
		int			least = PG_INT32_MAX;
		int			item;

		for (int j = i; j < part->stage_count && part->stage_count <= 1000; j++)
		{
			int			count = count_new(order, part->stages[j], ++stamp);

			if (count < least)
			{
				least = count;
				best = j;
			}
		}
		best_spend(part->problem, 1 + (part->stage_count - i) / 16);
		item = part->stages[best];
		memmove(&part->stages[i + 1], &part->stages[i], sizeof(int) * (best - i));
		part->stages[i] = item;
		for (int j = order->starts[item]; j < order->starts[item + 1]; j++)
			order->open[order->nodes[j]] = true;
	}
}

/* ---- the order by what they bring ---- */

/* is there a row that all achievements count in? */
static bool
share_row(const BestPart *part, const BestOrder *order)
{
	int		   *counts = palloc0(sizeof(int) * Max(order->node_count, 1));
	bool		shared = false;

	memset(order->stamps, 0, sizeof(int) * order->node_count);
	for (int i = 0; i < part->stage_count; i++)
	{
		int			item = part->stages[i];

		for (int j = order->starts[item]; j < order->starts[item + 1]; j++)
		{
			int			node = order->nodes[j];

			if (node < order->first_row || order->stamps[node] == i + 1)
				continue;
			order->stamps[node] = i + 1;
			shared |= ++counts[node] == part->stage_count;
		}
	}
	pfree(counts);
	return shared;
}

static int
compare_most(const void *a, const void *b, void *argument)
{
	const Worth *most = argument;
	Worth		left = most[*(const int *) a];
	Worth		right = most[*(const int *) b];

	if (left != right)
		return left > right ? -1 : 1;
	return *(const int *) a - *(const int *) b;
}

void
best_order_stages(BestPart *part, BestOrder *order)
{
	if (share_row(part, order))
		qsort_arg(part->stages, part->stage_count, sizeof(int), compare_most, order->most);
	else
		order_by_opening(part, order);
	for (int i = 0; i < part->stage_count; i++)
		part->stage_of[part->stages[i]] = i;
}
