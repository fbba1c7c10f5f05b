/*
 * evaluate_best_trim.c
 *		Lines that may be granted in part: gathered in groups that fall under
 *		the same rows, and filled with what the rows leave.
 *
 * Promise: where rows are nested, filling the groups in any order brings the
 * most; where they cross, it brings what is possible, and more may be.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

static bool
uses_row(const BestProblem *problem, const BestLine *line, int row)
{
	for (int i = 0; i < line->use_count; i++)
	{
		if (problem->uses[line->first_use + i].row == row)
			return true;
	}
	return false;
}

static bool
same_amount_rows(const BestProblem *problem, const BestLine *a, const BestLine *b)
{
	for (int i = 0; i < a->use_count; i++)
	{
		int			row = problem->uses[a->first_use + i].row;

		if (!problem->rows[row].items && !uses_row(problem, b, row))
			return false;
	}
	for (int i = 0; i < b->use_count; i++)
	{
		int			row = problem->uses[b->first_use + i].row;

		if (!problem->rows[row].items && !uses_row(problem, a, row))
			return false;
	}
	return true;
}

static void
put_into_group(BestPart *part, int number)
{
	BestProblem *problem = part->problem;
	BestLine   *line = &problem->lines[number];

	line->group = -1;
	if (!line->trims || line->state == BEST_DROPPED)
		return;
	line->group = 0;
	while (line->group < part->group_count &&
		   !same_amount_rows(problem, &problem->lines[part->group_lines[line->group]], line))
		line->group++;
	best_spend(problem, line->group);
	if (line->group == part->group_count)
		part->group_lines[part->group_count++] = number;
}

static void
find_groups(BestPart *part)
{
	BestProblem *problem = part->problem;
	int			count = 0;

	for (int i = 0; i < part->option_count; i++)
		count += problem->options[part->options[i]].line_count;
	part->group_lines = palloc(sizeof(int) * Max(count, 1));
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];

		for (int j = 0; j < option->line_count; j++)
			put_into_group(part, option->first_line + j);
	}
}

/* do some groups fall under both rows, and others under each alone? */
static bool
rows_cross(const BestPart *part, int a, int b)
{
	bool		both = false;
	bool		only_a = false;
	bool		only_b = false;

	for (int i = 0; i < part->group_count; i++)
	{
		const BestLine *line = &part->problem->lines[part->group_lines[i]];
		bool		in_a = uses_row(part->problem, line, a);
		bool		in_b = uses_row(part->problem, line, b);

		both |= in_a && in_b;
		only_a |= in_a && !in_b;
		only_b |= in_b && !in_a;
	}
	return both && only_a && only_b;
}

static bool
rows_are_nested(const BestPart *part)
{
	for (int i = 0; i < part->row_count && part->group_count > 1; i++)
	{
		for (int j = 0; j < i; j++)
		{
			if (!part->problem->rows[part->rows[i]].items &&
				!part->problem->rows[part->rows[j]].items &&
				rows_cross(part, part->rows[i], part->rows[j]))
				return false;
		}
		if (!best_spend(part->problem, i * part->group_count / 8))
			return false;
	}
	return true;
}

static int
count_amount_rows(const BestPart *part, int group)
{
	const BestLine *line = &part->problem->lines[part->group_lines[group]];
	int			count = 0;

	for (int i = 0; i < line->use_count; i++)
		count += !part->problem->rows[part->problem->uses[line->first_use + i].row].items;
	return count;
}

/*
 * Where rows are nested, groups may be filled in any order; where they cross,
 * those under fewer rows come first.
 */
static void
order_groups(BestPart *part)
{
	part->group_order = palloc(sizeof(int) * Max(part->group_count, 1));
	for (int i = 0; i < part->group_count; i++)
	{
		int			place = i;

		for (; place > 0 && !part->laminar; place--)
		{
			if (count_amount_rows(part, part->group_order[place - 1]) <= count_amount_rows(part, i))
				break;
			part->group_order[place] = part->group_order[place - 1];
		}
		part->group_order[place] = i;
	}
}

/* the groups of a part, and in which order they are filled */
void
best_find_groups(BestPart *part)
{
	find_groups(part);
	part->laminar = rows_are_nested(part);
	order_groups(part);
}

/*
 * Gives each group what the rows leave, up to the sum that its lines could
 * take; returns what that is worth, and the amounts in filled unless NULL.
 */
Worth
best_fill(const BestPart *part, const int64 *left, const int64 *sums, int64 *filled)
{
	BestProblem *problem = part->problem;
	int64	   *rest = part->row_rest;
	Worth		worth = 0;

	for (int i = 0; i < part->row_count; i++)
		rest[part->rows[i]] = left[part->rows[i]];
	for (int i = 0; i < part->group_count; i++)
	{
		int			group = part->group_order[i];
		const BestLine *line = &problem->lines[part->group_lines[group]];
		int64		amount = sums[group];

		for (int round = 0; round < 2; round++)
		{
			for (int j = 0; j < line->use_count; j++)
			{
				int			row = problem->uses[line->first_use + j].row;

				if (problem->rows[row].items)
					continue;
				if (round == 0)
					amount = Min(amount, rest[row]);
				else
					rest[row] -= amount;
			}
		}
		worth += amount * problem->rank_worth[line->rank];
		if (filled != NULL)
			filled[group] = amount;
	}
	return worth;
}
