/*
 * evaluate_best_bound.c
 *		Prices of achievements, targets and rows, and the bound they give.
 *
 * With prices that are not negative, no choice is worth more than all that is
 * there at its price, and what the best option of each achievement brings above
 * the prices of what it takes (Lagrange's relaxation).  Any prices do; good ones
 * are found by raising the price of what is wanted too often and lowering it of
 * what is left over.
 *
 * Promise: every bound is valid, however good the prices are.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

#define DIRECTION_UNIT	1024
#define KEEP_OF_LAST	5		/* eighths */
#define PACE_WHOLE		1024	/* of the gap */
#define PATIENCE		10		/* rounds without a better bound */

/* ---- profits at the prices ---- */

/* what granting a line brings above the prices of what it takes */
static Worth
line_gain(const BestPart *part, const BestLine *line)
{
	const BestProblem *problem = part->problem;
	Worth		gain = line->weight << BOUND_BITS;

	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &problem->uses[line->first_use + i];

		if (!problem->rows[use->row].items)
			gain -= part->row_price[use->row] * use->amount;
	}
	/* a line that may be trimmed may also get nothing, but takes its target */
	if (line->trims && gain < 0)
		gain = 0;
	if (line->target >= 0)
		gain -= part->target_price[line->target];
	return gain;
}

/*
 * What every line of an option takes of rows that count achievements; less may
 * be charged than is taken, never more.
 */
static Worth
items_charge(const BestPart *part, const BestOption *option)
{
	const BestProblem *problem = part->problem;
	const BestLine *first = NULL;
	Worth		charge = 0;

	for (int i = 0; i < option->line_count && first == NULL; i++)
	{
		if (problem->lines[option->first_line + i].state != BEST_DROPPED)
			first = &problem->lines[option->first_line + i];
	}
	for (int i = 0; first != NULL && i < first->use_count; i++)
	{
		const BestUse *use = &problem->uses[first->first_use + i];
		int64		least = use->amount;

		if (!problem->rows[use->row].items || part->row_price[use->row] == 0)
			continue;
		for (int j = 0; j < option->line_count && least > 0; j++)
		{
			const BestLine *line = &problem->lines[option->first_line + j];
			int64		amount = 0;

			if (line->state == BEST_DROPPED)
				continue;
			for (int k = 0; k < line->use_count; k++)
			{
				if (problem->uses[line->first_use + k].row == use->row)
					amount = problem->uses[line->first_use + k].amount;
			}
			least = Min(least, amount);
		}
		charge += part->row_price[use->row] * least;
	}
	return charge;
}

/* of two lines of an option, the order in which they are taken */
static bool
comes_before(const BestLine *a, const BestLine *b)
{
	if ((a->state == BEST_FORCED) != (b->state == BEST_FORCED))
		return a->state == BEST_FORCED;
	return a->gain != b->gain ? a->gain > b->gain : a < b;
}

/*
 * The next line of an option, by what it brings above its price: those that are
 * forced first, and none that brings nothing.
 */
const BestLine *
best_next_line(const BestProblem *problem, const BestOption *option, const BestLine *last)
{
	const BestLine *next = NULL;

	for (int i = 0; i < option->line_count; i++)
	{
		const BestLine *line = &problem->lines[option->first_line + i];

		if (line->state == BEST_DROPPED || line->gone || line == last ||
			(line->gain <= 0 && line->state != BEST_FORCED) ||
			(last != NULL && comes_before(line, last)))
			continue;
		if (next == NULL || comes_before(line, next))
			next = line;
	}
	return next;
}

/* what the lines of an option bring, as many as rows have room for */
Worth
best_lines_gain(const BestProblem *problem, const BestOption *option)
{
	const BestLine *line = NULL;
	Worth		gain = 0;

	if (option->most_lines < option->line_count)
	{
		for (int i = 0; i < option->most_lines; i++)
		{
			line = best_next_line(problem, option, line);
			if (line == NULL)
				break;
			gain += line->gain;
		}
		return gain;
	}
	for (int i = 0; i < option->line_count; i++)
	{
		line = &problem->lines[option->first_line + i];
		if (line->state == BEST_FORCED || (line->state == BEST_OPEN && !line->gone && line->gain > 0))
			gain += line->gain;
	}
	return gain;
}

static void
set_profit(BestPart *part, BestOption *option)
{
	const BestProblem *problem = part->problem;
	Worth		cost = ((Worth) option->item_count << BOUND_BITS) + items_charge(part, option);

	for (int i = 0; i < option->item_count; i++)
		cost += part->item_price[problem->items[option->first_item + i]];
	for (int i = 0; i < option->line_count; i++)
	{
		BestLine   *line = &part->problem->lines[option->first_line + i];

		if (line->state != BEST_DROPPED)
			line->gain = line_gain(part, line);
	}
	option->cost = cost;
	option->profit = best_lines_gain(problem, option) - cost;
}

/* the profits of all options, and the best at each stage */
void
best_set_profits(BestPart *part)
{
	BestProblem *problem = part->problem;

	for (int i = 0; i < part->stage_count; i++)
	{
		part->stage_best[i] = 0;
		part->stage_forced[i] = false;
	}
	for (int i = 0; i < part->option_count; i++)
	{
		BestOption *option = &problem->options[part->options[i]];

		if (option->state == BEST_DROPPED)
			continue;
		set_profit(part, option);
		if (option->state == BEST_FORCED)
		{
			part->stage_forced[option->stage] = true;
			part->stage_best[option->stage] = option->profit;
		}
		else if (!part->stage_forced[option->stage])
			part->stage_best[option->stage] = Max(part->stage_best[option->stage], option->profit);
	}
}

/* what no choice of the part exceeds, scaled; profits are set */
Worth
best_bound(BestPart *part)
{
	const BestProblem *problem = part->problem;
	Worth		bound = 0;

	for (int i = 0; i < part->stage_count; i++)
		bound += part->stage_best[i] + part->item_price[part->stages[i]];
	for (int i = 0; i < part->target_count; i++)
		bound += part->target_price[part->targets[i]];
	for (int i = 0; i < part->row_count; i++)
	{
		int			row = part->rows[i];

		bound += part->row_price[row] * Min(problem->rows[row].left, part->row_future[row][0]);
	}
	return bound;
}

/* ---- better prices ---- */

/* how far what is wanted exceeds what is there, in units of a typical use */
typedef struct Direction
{
	int64	   *rows;			/* by row of the problem */
	int64	   *row_scale;
	int64	   *targets;
	int64	   *items;
	int64	   *last;			/* the direction before, in the order of prices */
} Direction;

/* what the best option of each stage takes */
static void
take_best(const BestPart *part, Direction *direction)
{
	const BestProblem *problem = part->problem;

	for (int stage = 0; stage < part->stage_count; stage++)
	{
		BestOption *best = NULL;
		const BestLine *line = NULL;

		for (int i = 0; i < part->stage_option_count[stage] && best == NULL; i++)
		{
			BestOption *option = &problem->options[part->stage_options[stage][i]];

			if (option->state != BEST_DROPPED && option->profit == part->stage_best[stage] &&
				(option->profit > 0 || option->state == BEST_FORCED))
				best = option;
		}
		if (best == NULL)
			continue;
		best->picked++;
		for (int i = 0; i < best->item_count; i++)
			direction->items[problem->items[best->first_item + i]]++;
		for (int i = 0; i < best->most_lines; i++)
		{
			line = best_next_line(problem, best, line);
			if (line == NULL)
				break;
			if (line->target >= 0)
				direction->targets[line->target]++;
			for (int j = 0; j < line->use_count; j++)
				direction->rows[problem->uses[line->first_use + j].row] +=
					problem->uses[line->first_use + j].amount;
		}
	}
}

/*
 * Part of the last direction is kept, which smooths the way; a price of 0 does
 * not fall.  Adds the square to the length.
 */
static int64
bend(int64 *last, int128 wanted, bool at_zero, int128 *length)
{
	*last = (int64) (wanted + *last * KEEP_OF_LAST / 8);
	if (*last < 0 && at_zero)
		*last = 0;
	*length += (int128) *last * *last;
	return *last;
}

/* returns the square of the direction's length */
static int128
find_direction(BestPart *part, Direction *direction)
{
	const BestProblem *problem = part->problem;
	int64	   *last = direction->last;
	int128		length = 0;

	for (int i = 0; i < part->row_count; i++)
		direction->rows[part->rows[i]] = 0;
	for (int i = 0; i < part->target_count; i++)
		direction->targets[part->targets[i]] = -1;
	for (int i = 0; i < part->stage_count; i++)
		direction->items[part->stages[i]] = -1;
	take_best(part, direction);
	for (int i = 0; i < part->row_count; i++)
	{
		int			row = part->rows[i];
		int64		left = Min(problem->rows[row].left, part->row_future[row][0]);
		int128		excess = (int128) direction->rows[row] - left;

		direction->rows[row] = bend(last++, excess * DIRECTION_UNIT / direction->row_scale[row],
									part->row_price[row] == 0, &length);
	}
	for (int i = 0; i < part->target_count; i++)
		direction->targets[part->targets[i]] =
			bend(last++, (int128) direction->targets[part->targets[i]] * DIRECTION_UNIT,
				 part->target_price[part->targets[i]] == 0, &length);
	for (int i = 0; i < part->stage_count; i++)
		direction->items[part->stages[i]] =
			bend(last++, (int128) direction->items[part->stages[i]] * DIRECTION_UNIT,
				 part->item_price[part->stages[i]] == 0, &length);
	return length;
}

static void
move_price(Worth *price, Worth step, int64 direction, int64 scale)
{
	Worth		move = step * direction / scale;

	*price = Max(*price + move, 0);
}

static void
move_prices(BestPart *part, const Direction *direction, Worth step)
{
	for (int i = 0; i < part->row_count; i++)
		move_price(&part->row_price[part->rows[i]], step, direction->rows[part->rows[i]],
				   direction->row_scale[part->rows[i]]);
	for (int i = 0; i < part->target_count; i++)
		move_price(&part->target_price[part->targets[i]], step,
				   direction->targets[part->targets[i]], 1);
	for (int i = 0; i < part->stage_count; i++)
		move_price(&part->item_price[part->stages[i]], step,
				   direction->items[part->stages[i]], 1);
}

static int
price_count(const BestPart *part)
{
	return part->row_count + part->target_count + part->stage_count;
}

/* the prices of a part, as one array */
void
best_save_prices(const BestPart *part, Worth *saved)
{
	for (int i = 0; i < part->row_count; i++)
		*saved++ = part->row_price[part->rows[i]];
	for (int i = 0; i < part->target_count; i++)
		*saved++ = part->target_price[part->targets[i]];
	for (int i = 0; i < part->stage_count; i++)
		*saved++ = part->item_price[part->stages[i]];
}

void
best_restore_prices(BestPart *part, const Worth *saved)
{
	for (int i = 0; i < part->row_count; i++)
		part->row_price[part->rows[i]] = *saved++;
	for (int i = 0; i < part->target_count; i++)
		part->target_price[part->targets[i]] = *saved++;
	for (int i = 0; i < part->stage_count; i++)
		part->item_price[part->stages[i]] = *saved++;
}

Worth *
best_price_space(const BestPart *part)
{
	return palloc(sizeof(Worth) * price_count(part));
}

/* the largest use of each row */
static void
find_row_scales(const BestPart *part, int64 *scales)
{
	const BestProblem *problem = part->problem;

	for (int i = 0; i < part->row_count; i++)
		scales[part->rows[i]] = 1;
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];

		for (int j = 0; j < option->line_count; j++)
		{
			const BestLine *line = &problem->lines[option->first_line + j];

			for (int k = 0; k < line->use_count && line->state != BEST_DROPPED; k++)
			{
				const BestUse *use = &problem->uses[line->first_use + k];

				scales[use->row] = Max(scales[use->row], use->amount);
			}
		}
	}
}

static Direction
make_direction(const BestPart *part)
{
	const BestProblem *problem = part->problem;
	Direction	direction;

	direction.rows = palloc(sizeof(int64) * Max(problem->row_count, 1));
	direction.row_scale = palloc(sizeof(int64) * Max(problem->row_count, 1));
	direction.targets = palloc(sizeof(int64) * Max(problem->target_count, 1));
	direction.items = palloc(sizeof(int64) * Max(problem->item_count, 1));
	direction.last = palloc0(sizeof(int64) * price_count(part));
	find_row_scales(part, direction.row_scale);
	return direction;
}

/* what an amount that is counted in a row is worth, at the most, scaled */
static Worth
row_worth(const BestPart *part, int row)
{
	const BestProblem *problem = part->problem;

	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];

		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
		{
			const BestLine *line = &problem->lines[j];

			for (int k = 0; k < line->use_count && line->state != BEST_DROPPED; k++)
			{
				if (problem->uses[line->first_use + k].row == row)
					return problem->rank_worth[line->rank] * BOUND_SCALE /
						problem->rank_step[line->rank];
			}
		}
	}
	return 0;
}

/*
 * Prices to begin with: rows that alone bound the part better than it was, as
 * a cap does that can be filled whole, cost all that they count.
 */
void
best_first_prices(BestPart *part)
{
	Worth		least;

	best_set_profits(part);
	least = best_bound(part);
	for (int i = 0; i < part->row_count; i++)
	{
		int			row = part->rows[i];
		Worth		bound;

		if (part->problem->rows[row].items || !best_spend(part->problem, part->option_count))
			continue;
		part->row_price[row] = row_worth(part, row);
		best_set_profits(part);
		bound = best_bound(part);
		if (bound < least)
			least = bound;
		else
			part->row_price[row] = 0;
	}
}

/*
 * Finds prices, beginning with those there are; part->bound is then the bound
 * they give.  The nearer to the goal the shorter the steps; a bound of no more
 * than that will do.
 */
void
best_price(BestPart *part, Worth wanted, int rounds)
{
	Direction	direction = make_direction(part);
	Worth	   *saved = best_price_space(part);
	Worth		goal = wanted * BOUND_SCALE;
	int64		pace = PACE_WHOLE;
	int			waited = 0;
	Worth		bound;

	for (int i = 0; i < part->option_count; i++)
		part->problem->options[part->options[i]].picked = 0;
	part->rounds = 0;
	best_save_prices(part, saved);
	best_set_profits(part);
	part->bound = bound = best_bound(part);
	while (rounds-- > 0 && pace > 0 && part->bound >= goal + BOUND_SCALE &&
		   best_spend(part->problem, part->option_count))
	{
		int128		length = find_direction(part, &direction);

		part->rounds++;
		if (length == 0)
			break;
		move_prices(part, &direction,
					Max((bound - goal) * DIRECTION_UNIT / length * pace / PACE_WHOLE, 1));
		best_set_profits(part);
		bound = best_bound(part);
		if (bound < part->bound)
		{
			part->bound = bound;
			best_save_prices(part, saved);
			waited = 0;
		}
		else if (++waited == PATIENCE)
		{
			waited = 0;
			pace /= 2;
			best_restore_prices(part, saved);
			best_set_profits(part);
			bound = part->bound;
			memset(direction.last, 0, sizeof(int64) * price_count(part));
		}
	}
	best_restore_prices(part, saved);
	best_set_profits(part);
	pfree(direction.last);
	pfree(direction.items);
	pfree(direction.targets);
	pfree(direction.row_scale);
	pfree(direction.rows);
	pfree(saved);
}
