/*
 * evaluate_best_part.c
 *		A problem taken apart: achievements that share nothing are decided by
 *		themselves.
 *
 * Promise: parts share no achievement, target or binding row, so that the best
 * of each is the best of all.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

/* a part so large is not searched: rows times achievements */
#define PART_CELLS_MAX	4000000

/* ---- which achievements belong together ---- */

static int
root_of(int *parents, int node)
{
	while (parents[node] != node)
	{
		parents[node] = parents[parents[node]];
		node = parents[node];
	}
	return node;
}

static void
join(int *parents, int a, int b)
{
	int			left = root_of(parents, a);
	int			right = root_of(parents, b);

	parents[Max(left, right)] = Min(left, right);
}

/* nodes: achievements, then targets, then rows */
static int *
join_all(const BestProblem *problem)
{
	int			targets = problem->item_count;
	int			rows = targets + problem->target_count;
	int			count = rows + problem->row_count;
	int		   *parents = palloc(sizeof(int) * Max(count, 1));

	for (int i = 0; i < count; i++)
		parents[i] = i;
	for (int i = 0; i < problem->option_count; i++)
	{
		const BestOption *option = &problem->options[i];
		int			first = problem->items[option->first_item];

		if (option->state == BEST_DROPPED)
			continue;
		for (int j = 1; j < option->item_count; j++)
			join(parents, first, problem->items[option->first_item + j]);
		for (int j = 0; j < option->line_count; j++)
		{
			const BestLine *line = &problem->lines[option->first_line + j];

			if (line->state == BEST_DROPPED)
				continue;
			if (line->target >= 0)
				join(parents, first, targets + line->target);
			for (int k = 0; k < line->use_count; k++)
				join(parents, first, rows + problem->uses[line->first_use + k].row);
		}
	}
	return parents;
}

/* ---- what a part holds ---- */

/* lists of numbers by a key, all in one array */
static int **
make_lists(const int *counts, int count)
{
	int		  **lists = palloc(sizeof(int *) * Max(count, 1));
	int64		sum = 0;
	int		   *space;

	for (int i = 0; i < count; i++)
		sum += counts[i];
	space = palloc(sizeof(int) * Max(sum, 1));
	for (int i = 0; i < count; i++)
	{
		lists[i] = space;
		space += counts[i];
	}
	return lists;
}

/* an option is decided when the first of its achievements has its turn */
static void
list_stage_options(BestPart *part)
{
	BestProblem *problem = part->problem;
	int		   *counts = palloc0(sizeof(int) * Max(part->stage_count, 1));

	for (int i = 0; i < part->option_count; i++)
	{
		BestOption *option = &problem->options[part->options[i]];

		option->stage = PG_INT32_MAX;
		for (int j = 0; j < option->item_count; j++)
			option->stage = Min(option->stage, part->stage_of[problem->items[option->first_item + j]]);
		counts[option->stage]++;
	}
	part->stage_options = make_lists(counts, part->stage_count);
	part->stage_option_count = memset(counts, 0, sizeof(int) * part->stage_count);
	for (int i = 0; i < part->option_count; i++)
	{
		int			stage = problem->options[part->options[i]].stage;

		part->stage_options[stage][part->stage_option_count[stage]++] = part->options[i];
	}
}

/* closing[s] .. closing[s + 1] - 1 are the targets wanted last at stage s - 1 */
static void
sort_targets(BestPart *part)
{
	int		   *sorted = palloc(sizeof(int) * Max(part->target_count, 1));
	int		   *closing = palloc0(sizeof(int) * (part->stage_count + 2));
	int		   *fill = palloc(sizeof(int) * (part->stage_count + 2));

	for (int i = 0; i < part->target_count; i++)
		closing[part->target_end[part->targets[i]] + 2]++;
	for (int i = 1; i < part->stage_count + 2; i++)
		closing[i] += closing[i - 1];
	memcpy(fill, closing, sizeof(int) * (part->stage_count + 2));
	for (int i = 0; i < part->target_count; i++)
		sorted[fill[part->target_end[part->targets[i]] + 1]++] = part->targets[i];
	pfree(fill);
	pfree(part->targets);
	part->targets = sorted;
	part->closing = closing;
}

/* the targets that several lines want, and who wants them last */
static void
list_targets(BestPart *part, int *counts)
{
	BestProblem *problem = part->problem;
	int			space = 0;

	part->targets = palloc(sizeof(int) * Max(problem->target_count, 1));
	for (int round = 0; round < 2; round++)
	{
		for (int i = 0; i < part->option_count; i++)
		{
			const BestOption *option = &problem->options[part->options[i]];

			for (int j = 0; j < option->line_count; j++)
			{
				const BestLine *line = &problem->lines[option->first_line + j];

				if (line->state == BEST_DROPPED || line->target < 0)
					continue;
				if (round == 0 && counts[line->target]++ == 0)
					part->targets[part->target_count++] = line->target;
				else if (round == 1)
				{
					part->target_lines[line->target]
						[part->target_line_count[line->target]++] = option->first_line + j;
					part->target_end[line->target] =
						Max(part->target_end[line->target], option->stage);
				}
			}
		}
		for (int i = 0; i < part->target_count && round == 0; i++)
		{
			int			target = part->targets[i];

			part->target_lines[target] = palloc(sizeof(int) * counts[target]);
			part->target_line_count[target] = 0;
			part->target_end[target] = 0;
			space += counts[target];
		}
	}
	best_spend(problem, space / 16);
	sort_targets(part);
}

/* what an option's lines from one on take of a row */
static int64
option_takes(const BestProblem *problem, const BestOption *option, int row)
{
	int64		sum = 0;

	for (int i = 0; i < option->line_count; i++)
	{
		const BestLine *line = &problem->lines[option->first_line + i];

		for (int j = 0; j < line->use_count && line->state != BEST_DROPPED; j++)
		{
			const BestUse *use = &problem->uses[line->first_use + j];

			if (use->row == row)
				sum += Min(use->amount, CREDIT_COUNT_MAX - sum);
		}
	}
	return sum;
}

/* the most of each row that can be taken from a stage on */
static void
add_row_future(BestPart *part, int stage)
{
	const BestProblem *problem = part->problem;

	for (int i = 0; i < part->row_count; i++)
		part->row_future[part->rows[i]][stage] = part->row_future[part->rows[i]][stage + 1];
	for (int i = 0; i < part->stage_option_count[stage]; i++)
	{
		const BestOption *option = &problem->options[part->stage_options[stage][i]];

		for (int j = 0; j < option->line_count; j++)
		{
			const BestLine *line = &problem->lines[option->first_line + j];

			for (int k = 0; k < line->use_count && line->state != BEST_DROPPED; k++)
			{
				int			row = problem->uses[line->first_use + k].row;
				int64	   *future = part->row_future[row];
				int64		sum = option_takes(problem, option, row);

				future[stage] = Max(future[stage],
									future[stage + 1] + Min(sum, CREDIT_COUNT_MAX - future[stage + 1]));
			}
		}
	}
}

static void
list_rows(BestPart *part, const int *parents, int first_row, int root)
{
	BestProblem *problem = part->problem;

	part->rows = palloc(sizeof(int) * Max(problem->row_count, 1));
	for (int i = 0; i < problem->row_count; i++)
	{
		if (!problem->rows[i].binds || root_of((int *) parents, first_row + i) != root)
			continue;
		part->rows[part->row_count++] = i;
		part->row_future[i] = palloc0(sizeof(int64) * (part->stage_count + 1));
	}
	for (int stage = part->stage_count - 1; stage >= 0; stage--)
		add_row_future(part, stage);
}

/* ---- all parts ---- */

/* the arrays by target and row, which parts do not share but fit into one */
static BestPart
shared_arrays(BestProblem *problem)
{
	BestPart	part = {.problem = problem};
	int			rows = Max(problem->row_count, 1);
	int			targets = Max(problem->target_count, 1);

	part.stage_of = palloc(sizeof(int) * Max(problem->item_count, 1));
	part.row_future = palloc0(sizeof(int64 *) * rows);
	part.row_price = palloc0(sizeof(Worth) * rows);
	part.target_price = palloc0(sizeof(Worth) * targets);
	part.item_price = palloc0(sizeof(Worth) * Max(problem->item_count, 1));
	part.target_end = palloc0(sizeof(int) * targets);
	part.target_lines = palloc0(sizeof(int *) * targets);
	part.target_line_count = palloc0(sizeof(int) * targets);
	part.row_rest = palloc(sizeof(int64) * rows);
	part.chosen = palloc0(sizeof(bool) * Max(problem->line_count, 1));
	return part;
}

static int
count_rows(const BestProblem *problem)
{
	int			count = 0;

	for (int i = 0; i < problem->row_count; i++)
		count += problem->rows[i].binds;
	return count;
}

/* achievements that some option uses, and options, by the part they are in */
static int
deal_out(BestProblem *problem, int *parents, BestPart *parts, const BestPart *shared)
{
	int			count = 0;
	int		   *part_of = palloc(sizeof(int) * Max(problem->item_count, 1));
	int		   *items = palloc0(sizeof(int) * Max(problem->item_count, 1));
	int		   *options = palloc0(sizeof(int) * Max(problem->item_count, 1));
	bool	   *wanted = palloc0(sizeof(bool) * Max(problem->item_count, 1));

	for (int i = 0; i < problem->option_count; i++)
	{
		const BestOption *option = &problem->options[i];

		for (int j = 0; j < option->item_count && option->state != BEST_DROPPED; j++)
			wanted[problem->items[option->first_item + j]] = true;
		if (option->state != BEST_DROPPED)
			options[root_of(parents, problem->items[option->first_item])]++;
	}
	for (int i = 0; i < problem->item_count; i++)
		items[root_of(parents, i)] += wanted[i];
	for (int i = 0; i < problem->item_count; i++)
	{
		int			root = root_of(parents, i);

		if (!wanted[i])
			continue;
		if (root == i)
		{
			part_of[i] = count;
			parts[count] = *shared;
			parts[count].stages = palloc(sizeof(int) * items[i]);
			parts[count++].options = palloc(sizeof(int) * options[i]);
		}
		parts[part_of[root]].stages[parts[part_of[root]].stage_count++] = i;
	}
	for (int i = 0; i < problem->option_count; i++)
	{
		BestPart   *part;

		if (problem->options[i].state == BEST_DROPPED)
			continue;
		part = &parts[part_of[root_of(parents, problem->items[problem->options[i].first_item])]];
		part->options[part->option_count++] = i;
		part->line_count += problem->options[i].line_count;
	}
	pfree(wanted);
	pfree(options);
	pfree(items);
	pfree(part_of);
	return count;
}

/* fewer options first, so that one hard part costs the others nothing */
static int
compare_parts(const void *a, const void *b)
{
	const BestPart *left = a;
	const BestPart *right = b;

	if (left->option_count != right->option_count)
		return left->option_count < right->option_count ? -1 : 1;
	return (left->options[0] > right->options[0]) - (left->options[0] < right->options[0]);
}

/* the parts of a problem; negative when it is too large to be taken apart */
int
best_parts(BestProblem *problem, BestPart **parts)
{
	BestPart	shared = shared_arrays(problem);
	int		   *parents = join_all(problem);
	int			rows = problem->item_count + problem->target_count;
	BestOrder  *order = best_order_make(problem);
	int		   *counts = palloc0(sizeof(int) * Max(problem->target_count, 1));
	int			count;

	if ((int64) count_rows(problem) * problem->item_count > PART_CELLS_MAX)
		return -1;
	*parts = palloc(sizeof(BestPart) * Max(problem->item_count, 1));
	count = deal_out(problem, parents, *parts, &shared);
	qsort(*parts, count, sizeof(BestPart), compare_parts);
	for (int i = 0; i < count; i++)
	{
		BestPart   *part = &(*parts)[i];

		best_order_stages(part, order);
		list_stage_options(part);
		list_targets(part, counts);
		list_rows(part, parents, rows, root_of(parents, part->stages[0]));
		best_find_groups(part);
		part->stage_best = palloc0(sizeof(Worth) * part->stage_count);
		part->stage_forced = palloc0(sizeof(bool) * part->stage_count);
	}
	return count;
}
