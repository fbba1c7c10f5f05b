/*
 * evaluate_best_search.c
 *		The search: achievements have their turn one after another, each takes
 *		one of its options or none, and an option some of its lines.
 *
 * What is left to decide depends only on what is left of the rows and which
 * targets and achievements are used: a state.  States met before are not
 * searched again (evaluate_best_memory.c).  What cannot reach the worth needed
 * is cut off by the bound at the prices, which is kept up to date with the
 * targets that are gone.
 *
 * Promise: a search that ends by itself has found a choice of the worth needed
 * if there is one.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

static void decide_stage(BestSearch *search, int stage);

bool
best_search_over(const BestSearch *search)
{
	return search->stopped || (search->found && search->first_will_do);
}

static bool
is_over(const BestSearch *search)
{
	return search->gave_up || best_search_over(search);
}

static void
spend(BestSearch *search, int64 steps)
{
	search->stopped |= !best_spend(search->problem, steps);
	search->gave_up |= search->problem->steps > search->patience_end;
}

/* ---- bounds ---- */

/* what may still be taken of a row; with lines that trim, all that is left */
static int64
row_open(const BestSearch *search, int row, int stage)
{
	if (search->part->group_count > 0)
		return search->left[row];
	return Min(search->left[row], search->part->row_future[row][Max(stage, 0)]);
}

/* may the choice still reach the worth needed? */
static bool
may_reach(BestSearch *search, int stage, Worth more)
{
	const BestPart *part = search->part;
	Worth		bound = search->value * BOUND_SCALE + search->trim_gain + search->rest + more;

	for (int i = 0; i < part->row_count; i++)
	{
		int			row = part->rows[i];

		if (part->row_price[row] != 0)
			bound += part->row_price[row] * row_open(search, row, stage);
	}
	return bound >= search->needed * BOUND_SCALE;
}

/* what the chosen lines that trim bring at the most */
static int64
most_trimmed(const BestSearch *search, int group)
{
	const BestLine *line = &search->problem->lines[search->part->group_lines[group]];
	int64		amount = search->trimmed[group];

	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &search->problem->uses[line->first_use + i];

		if (!search->problem->rows[use->row].items)
			amount = Min(amount, search->left[use->row]);
	}
	return amount;
}

/* do the amounts that are left add up to what is needed? */
static bool
may_add_up(const BestSearch *search, int stage)
{
	const BestReach *reach = search->part->reach;
	Worth		needed = search->needed - search->value;
	int64		left;
	int64		chosen = 0;

	if (reach == NULL)
		return true;
	left = search->left[reach->row];
	if (!reach->trims)
		return best_reach_may(reach, stage, left, needed);
	for (int i = 0; i < search->part->group_count; i++)
		chosen += most_trimmed(search, i);
	return best_reach_trimmed_may(reach, stage, left, chosen, needed);
}

static Worth
best_profit(const BestPart *part, int stage)
{
	Worth		best = 0;

	for (int i = 0; i < part->stage_option_count[stage]; i++)
	{
		const BestOption *option = &part->problem->options[part->stage_options[stage][i]];

		if (option->state == BEST_FORCED)
			return option->profit;
		if (option->state != BEST_DROPPED && option->profit > best)
			best = option->profit;
	}
	return best;
}

static void
flip(BestSearch *search, int bit)
{
	search->used_bits[bit / 64] ^= UINT64CONST(1) << (bit % 64);
}

static bool
is_used(const BestSearch *search, int bit)
{
	return (search->used_bits[bit / 64] >> (bit % 64)) & 1;
}

/* later options lose a line with the target, or get it back */
static void
change_target(BestSearch *search, int target, int stage, bool use)
{
	BestPart   *part = search->part;

	flip(search, search->bit_of_target[target]);
	search->rest += use ? -part->target_price[target] : part->target_price[target];
	for (int i = 0; i < part->target_line_count[target]; i++)
	{
		BestLine   *line = &search->problem->lines[part->target_lines[target][i]];
		BestOption *option = &search->problem->options[line->option];
		Worth		before = option->profit;
		Worth	   *best = &part->stage_best[option->stage];
		Worth		new_best;

		line->gone = use;
		if (option->stage <= stage || option->state == BEST_DROPPED ||
			line->state == BEST_DROPPED || line->gain <= 0)
			continue;
		option->profit = best_lines_gain(search->problem, option) - option->cost;
		if (use ? before < *best : option->profit <= *best)
			continue;
		new_best = best_profit(part, option->stage);
		if (!is_used(search, part->target_count + option->stage))
			search->rest += new_best - *best;
		*best = new_best;
	}
}

/* ---- one option ---- */

/* how many more achievements a line counts in a row than its fellows do */
static int64
more_items(const BestSearch *search, const BestLine *line, const BestUse *use)
{
	const BestOption *option = &search->problem->options[line->option];
	int64		counted = 0;

	for (int i = 0; i < option->line_count; i++)
	{
		const BestLine *other = &search->problem->lines[option->first_line + i];

		if (other == line || !search->chosen[option->first_line + i])
			continue;
		for (int j = 0; j < other->use_count; j++)
		{
			const BestUse *taken = &search->problem->uses[other->first_use + j];

			if (taken->row == use->row)
				counted = Max(counted, taken->amount);
		}
	}
	return Max(use->amount - counted, 0);
}

static int64
use_amount(const BestSearch *search, const BestLine *line, const BestUse *use)
{
	if (search->problem->rows[use->row].items)
		return more_items(search, line, use);
	return line->trims ? 0 : use->amount;
}

static bool
line_possible(const BestSearch *search, const BestLine *line)
{
	if (line->state == BEST_DROPPED ||
		(line->target >= 0 && is_used(search, search->bit_of_target[line->target])))
		return false;
	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &search->problem->uses[line->first_use + i];

		if (search->left[use->row] < use_amount(search, line, use) ||
			(line->trims && search->left[use->row] == 0 && !search->problem->rows[use->row].items))
			return false;
	}
	return true;
}

/* Counts are taken before the line is marked chosen, and given back after. */
static void
change_line(BestSearch *search, int number, int stage, bool choose)
{
	const BestLine *line = &search->problem->lines[number];
	int			sign = choose ? 1 : -1;

	if (!choose)
		search->chosen[number] = false;
	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &search->problem->uses[line->first_use + i];

		search->left[use->row] -= sign * use_amount(search, line, use);
	}
	if (choose)
		search->chosen[number] = true;
	if (line->trims)
	{
		Worth		price = line->target >= 0 ? search->part->target_price[line->target] : 0;

		search->trimmed[line->group] += sign * line->value;
		search->trim_gain += sign * (line->gain + price);
	}
	else
		search->value += sign * line->weight;
	if (line->target >= 0)
		change_target(search, line->target, stage, choose);
}

/* what the lines from one on can bring */
static Worth
open_gain(const BestSearch *search, const BestOption *option, int from)
{
	Worth		gain = 0;

	if (from == 0 && option->most_lines < option->line_count)
		return best_lines_gain(search->problem, option);
	for (int i = from; i < option->line_count; i++)
	{
		const BestLine *line = &search->problem->lines[option->first_line + i];

		if (line->state == BEST_FORCED || (line->gain > 0 && line_possible(search, line)))
			gain += line->gain;
	}
	return gain;
}

/* decides the lines of an option from one on, then the later stages */
static void
decide_lines(BestSearch *search, const BestOption *option, int from, int granted, int stage)
{
	const BestLine *line;
	int			number = option->first_line + from;

	if (from == option->line_count)
	{
		if (granted > 0)
			decide_stage(search, stage + 1);
		return;
	}
	spend(search, 1);
	if (is_over(search) || !may_reach(search, stage, open_gain(search, option, from)))
		return;
	line = &search->problem->lines[number];
	if (line_possible(search, line))
	{
		change_line(search, number, stage, true);
		decide_lines(search, option, from + 1, granted + 1, stage);
		change_line(search, number, stage, false);
		if (line->sure)
			return;
	}
	if (line->state != BEST_FORCED && !is_over(search))
		decide_lines(search, option, from + 1, granted, stage);
}

static bool
option_possible(const BestSearch *search, const BestOption *option)
{
	const BestPart *part = search->part;

	if (option->state == BEST_DROPPED)
		return false;
	for (int i = 0; i < option->item_count; i++)
	{
		int			item = search->problem->items[option->first_item + i];

		if (is_used(search, part->target_count + part->stage_of[item]))
			return false;
	}
	return true;
}

/* achievements beside the one whose turn it is leave the rest, or come back */
static void
change_items(BestSearch *search, const BestOption *option, int stage, bool use)
{
	const BestPart *part = search->part;

	search->value += use ? -option->item_count : option->item_count;
	for (int i = 0; i < option->item_count; i++)
	{
		int			other = part->stage_of[search->problem->items[option->first_item + i]];
		Worth		share = part->stage_best[other] + part->item_price[part->stages[other]];

		if (other == stage)
			continue;
		flip(search, part->target_count + other);
		search->rest += use ? -share : share;
	}
}

static void
try_option(BestSearch *search, const BestOption *option, int stage)
{
	if (!option_possible(search, option))
		return;
	change_items(search, option, stage, true);
	decide_lines(search, option, 0, 0, stage);
	change_items(search, option, stage, false);
}

/* ---- one stage ---- */

static void
set_state(const BestSearch *search, int stage, uint64 *state)
{
	const BestPart *part = search->part;
	const uint64 *open = search->open_bits + (Size) stage * search->bit_words;

	*state++ = stage;
	for (int i = 0; i < search->bit_words; i++)
		*state++ = search->used_bits[i] & open[i];
	for (int i = 0; i < part->row_count; i++)
		*state++ = row_open(search, part->rows[i], stage);
	for (int i = 0; i < part->group_count; i++)
		*state++ = search->trimmed[i];
}

/* what the chosen lines that trim bring; more may be possible where rows cross */
static Worth
finish_trimmed(BestSearch *search)
{
	const BestPart *part = search->part;
	Worth		most = 0;
	Worth		worth;

	for (int i = 0; i < part->group_count; i++)
		most += most_trimmed(search, i) *
			search->problem->rank_worth[search->problem->lines[part->group_lines[i]].rank];
	worth = best_fill(part, search->left, search->trimmed, NULL);
	if (!part->laminar && most > worth)
		search->unresolved = Max(search->unresolved, search->value + most);
	return worth;
}

/* all is decided: is it worth what was needed? */
static void
finish(BestSearch *search)
{
	BestPart   *part = search->part;
	Worth		value = search->value;

	if (part->group_count > 0)
		value += finish_trimmed(search);
	if (value < search->needed)
		return;
	search->found = true;
	search->needed = value + 1;
	part->best = value;
	part->improved = true;
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &search->problem->options[part->options[i]];

		memcpy(&part->chosen[option->first_line], &search->chosen[option->first_line],
			   sizeof(bool) * option->line_count);
	}
}

/* the targets that nobody wants from a stage on leave the rest */
static Worth
closing_price(const BestSearch *search, int stage)
{
	const BestPart *part = search->part;
	Worth		price = 0;

	for (int i = part->closing[stage]; i < part->closing[stage + 1]; i++)
	{
		if (!is_used(search, i))
			price += part->target_price[part->targets[i]];
	}
	return price;
}

static void
search_stage(BestSearch *search, int stage)
{
	const BestPart *part = search->part;
	Worth		share = part->stage_best[stage] + part->item_price[part->stages[stage]];

	search->rest -= share;
	for (int i = 0; i < part->stage_option_count[stage] && !is_over(search); i++)
		try_option(search, &search->problem->options[part->stage_options[stage][i]], stage);
	if (!part->stage_forced[stage] && !is_over(search))
		decide_stage(search, stage + 1);
	search->rest += share;
}

/* searches a stage, unless its state is known to bring too little */
static void
search_state(BestSearch *search, int stage)
{
	uint64	   *state = search->states + (Size) stage * search->memory.words;
	Worth		most;

	set_state(search, stage, state);
	if (best_memory_find(&search->memory, state, &most) && search->value + most < search->needed)
		return;
	search_stage(search, stage);
	if (is_over(search))
		return;
	most = Max(search->needed - 1, search->unresolved) - search->value;
	best_memory_keep(&search->memory, state, most);
}

/*
 * Gives the achievement of a stage its turn, unless it is used already; stages
 * below 0 are the forced options.
 */
static void
decide_stage(BestSearch *search, int stage)
{
	const BestPart *part = search->part;
	Worth		closing;

	if (stage < 0)
	{
		try_option(search, search->forced[stage + search->forced_count], stage);
		return;
	}
	closing = closing_price(search, stage);
	spend(search, 1 + search->memory.words / 8);
	if (is_over(search))
		return;
	search->rest -= closing;
	if (stage == part->stage_count)
		finish(search);
	else if (is_used(search, part->target_count + stage))
		decide_stage(search, stage + 1);
	else if (may_reach(search, stage, 0) && may_add_up(search, stage))
		search_state(search, stage);
	search->rest += closing;
}

/* ---- a search ---- */

/* which targets and achievements matter from each stage on */
static void
set_open_bits(BestSearch *search)
{
	const BestPart *part = search->part;

	for (int stage = 0; stage <= part->stage_count; stage++)
	{
		uint64	   *open = search->open_bits + (Size) stage * search->bit_words;

		for (int i = part->closing[stage + 1]; i < part->target_count; i++)
			open[i / 64] |= UINT64CONST(1) << (i % 64);
		for (int i = part->target_count + stage; i < part->target_count + part->stage_count; i++)
			open[i / 64] |= UINT64CONST(1) << (i % 64);
	}
}

BestSearch *
best_search_make(BestPart *part)
{
	BestProblem *problem = part->problem;
	BestSearch *search = palloc0(sizeof(BestSearch));
	int			stages = part->stage_count + 1;

	search->part = part;
	search->problem = problem;
	search->bit_words = (part->target_count + part->stage_count + 63) / 64;
	search->used_bits = palloc0(sizeof(uint64) * search->bit_words);
	search->open_bits = palloc0(sizeof(uint64) * search->bit_words * stages);
	search->bit_of_target = palloc(sizeof(int) * Max(problem->target_count, 1));
	for (int i = 0; i < part->target_count; i++)
		search->bit_of_target[part->targets[i]] = i;
	set_open_bits(search);
	search->left = palloc(sizeof(int64) * Max(problem->row_count, 1));
	search->trimmed = palloc0(sizeof(int64) * Max(part->group_count, 1));
	search->forced = palloc(sizeof(BestOption *) * part->stage_count);
	search->chosen = palloc0(sizeof(bool) * problem->line_count);
	best_memory_init(&search->memory,
					 1 + search->bit_words + part->row_count + part->group_count);
	search->states = palloc(sizeof(uint64) * search->memory.words * stages);
	return search;
}

/* is one of its lines in the best choice so far? */
static bool
is_chosen(const BestPart *part, const BestOption *option)
{
	for (int i = 0; i < option->line_count; i++)
	{
		if (part->chosen[option->first_line + i])
			return true;
	}
	return false;
}

/* the order in which a stage's options are tried: the chosen, then by profit */
static void
sort_stage(const BestPart *part, int *options, int count)
{
	const BestOption *all = part->problem->options;

	for (int i = 1; i < count; i++)
	{
		int			moved = options[i];
		bool		chosen = is_chosen(part, &all[moved]);
		int			place = i;

		for (; place > 0; place--)
		{
			const BestOption *other = &all[options[place - 1]];
			bool		other_chosen = is_chosen(part, other);

			if (chosen != other_chosen ? other_chosen :
				all[moved].profit != other->profit ? all[moved].profit < other->profit :
				moved > options[place - 1])
				break;
			options[place] = options[place - 1];
		}
		options[place] = moved;
	}
}

/*
 * Goes through all choices with the options and lines that are left, as
 * search->needed says; false when that takes more steps than its patience.
 */
bool
best_search_try(BestSearch *search, int64 patience)
{
	BestPart   *part = search->part;

	search->gave_up = false;
	search->patience_end = patience == PG_INT64_MAX ? patience : search->problem->steps + patience;
	search->memory.generation++;
	best_set_profits(part);
	search->rest = 0;
	for (int i = 0; i < part->stage_count; i++)
	{
		search->rest += part->stage_best[i] + part->item_price[part->stages[i]];
		sort_stage(part, part->stage_options[i], part->stage_option_count[i]);
	}
	for (int i = 0; i < part->target_count; i++)
		search->rest += part->target_price[part->targets[i]];
	for (int i = 0; i < part->row_count; i++)
		search->left[part->rows[i]] = search->problem->rows[part->rows[i]].left;
	search->forced_count = 0;
	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &search->problem->options[part->options[i]];

		if (option->state == BEST_FORCED)
			search->forced[search->forced_count++] = option;
	}
	spend(search, part->option_count / 8);
	decide_stage(search, -search->forced_count);
	return !search->gave_up;
}
