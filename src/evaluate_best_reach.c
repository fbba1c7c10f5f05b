/*
 * evaluate_best_reach.c
 *		Which sums can be reached: of a row that counts every line of a part,
 *		with what is decided from a stage on, by how many achievements.
 *
 * Prices say little about a cap that is to be filled to the last bit: whether
 * some amounts add up to it is the subset sum problem, and prices know nothing
 * of sums.  A table of all sums, in units of the greatest common divisor, does.
 * It passes over targets, other rows and achievements that are used already.
 *
 * Promise: a sum that some choice has is in the table; memory stays below a
 * fixed size.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "evaluate_best.h"

#define LAYERS_MAX		32
#define WORDS_MAX		(4 * 1024 * 1024)
#define LINES_MAX		6		/* of an option, for all its sums */
#define ADDENDS_MAX		500		/* of a stage */
#define COMPARES_PER_STEP	256
#define WORDS_PER_STEP	128

/* layers: sums by any number of achievements, then by at most 0, 1, 2 ... */
#define ANY_NUMBER		0

/* ---- the row ---- */

static bool
counts_in(const BestProblem *problem, const BestLine *line, int row)
{
	for (int i = 0; i < line->use_count; i++)
	{
		const BestUse *use = &problem->uses[line->first_use + i];

		if (use->row == row)
			return use->amount == line->value && !problem->rows[row].items;
	}
	return false;
}

/*
 * Do all lines count in the row, in one unit, and all or none of them trim?
 * Then their divisor, else 0.
 */
static int64
row_unit(const BestPart *part, int row, int *rank, bool *trims)
{
	const BestProblem *problem = part->problem;
	int64		unit = 0;

	for (int i = 0; i < part->option_count; i++)
	{
		const BestOption *option = &problem->options[part->options[i]];

		if (option->line_count > LINES_MAX)
			return 0;
		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
		{
			const BestLine *line = &problem->lines[j];

			if (line->state == BEST_DROPPED)
				continue;
			if (!counts_in(problem, line, row) ||
				(unit > 0 && (*rank != line->rank || *trims != line->trims)))
				return 0;
			*rank = line->rank;
			*trims = line->trims;
			unit = line->trims ? 1 : best_divisor(line->value, unit);
		}
	}
	return unit;
}

/* ---- the table ---- */

static uint64 *
layer_bits(const BestReach *reach, int layer, int stage)
{
	return reach->bits + ((Size) layer * (reach->stage_count + 1) + stage) * reach->words;
}

static int *
layer_words(const BestReach *reach, int layer, int stage)
{
	return &reach->filled[layer * (reach->stage_count + 1) + stage];
}

/* to |= from << shift, less than a word; the word after the last is written too */
static void
or_shifted(uint64 *to, const uint64 *from, int words, int shift)
{
	to[0] |= from[0] << shift;
	if (shift == 0)
	{
		for (int i = 1; i < words; i++)
			to[i] |= from[i];
		return;
	}
	for (int i = 1; i < words; i++)
		to[i] |= from[i] << shift | from[i - 1] >> (64 - shift);
	to[words] |= from[words - 1] >> (64 - shift);
}

/* sets each bit whose sum is that of a bit of the next stage and an addend's */
static void
add_shifted(const BestReach *reach, int layer, int stage, int from_layer, int64 addend)
{
	uint64	   *to = layer_bits(reach, layer, stage);
	int		   *to_words = layer_words(reach, layer, stage);
	int			skip = addend / 64;
	int			words = Min(*layer_words(reach, from_layer, stage + 1), reach->words - 1 - skip);

	while (*to_words < skip + words + 1)
		to[(*to_words)++] = 0;
	or_shifted(to + skip, layer_bits(reach, from_layer, stage + 1), words, addend % 64);
	while (to[*to_words - 1] == 0)
		(*to_words)--;
}

/* the sums of an option's lines that are not there yet */
static int
option_addends(const BestReach *reach, const BestProblem *problem, const BestOption *option,
			   BestAddend *addends, int count)
{
	for (int set = 1; set < 1 << option->line_count; set++)
	{
		int64		sum = 0;
		int			known = 0;

		for (int i = 0; i < option->line_count; i++)
		{
			const BestLine *line = &problem->lines[option->first_line + i];

			if (set >> i & 1)
				sum += line->state == BEST_DROPPED ? reach->size + 1 : line->value / reach->unit;
		}
		while (known < count && (addends[known].sum != sum || addends[known].items != option->item_count))
			known++;
		if (sum <= reach->size && known == count)
			addends[count++] = (BestAddend) {sum, option->item_count};
	}
	return count;
}

/* false when there are too many */
static bool
list_addends(BestReach *reach, BestPart *part, int stage)
{
	BestAddend *addends = palloc(sizeof(BestAddend) * (ADDENDS_MAX + (1 << LINES_MAX)));
	int			count = 0;

	for (int i = 0; i < part->stage_option_count[stage]; i++)
	{
		const BestOption *option = &part->problem->options[part->stage_options[stage][i]];

		if (option->state == BEST_DROPPED)
			continue;
		count = option_addends(reach, part->problem, option, addends, count);
		if (count > ADDENDS_MAX ||
			!best_spend(part->problem, (count << option->line_count) / COMPARES_PER_STEP))
			return false;
	}
	reach->addends[stage] = addends;
	reach->addend_count[stage] = count;
	return true;
}

/* what can be reached from each stage on, by what can from the next one on */
static bool
fill_layer(BestReach *reach, BestProblem *problem, int layer)
{
	*layer_words(reach, layer, reach->stage_count) = 1;
	*layer_bits(reach, layer, reach->stage_count) = 1;
	for (int stage = reach->stage_count - 1; stage >= 0; stage--)
	{
		*layer_words(reach, layer, stage) = 0;
		add_shifted(reach, layer, stage, layer, 0);
		for (int i = 0; i < reach->addend_count[stage]; i++)
		{
			const BestAddend *addend = &reach->addends[stage][i];

			if (layer == ANY_NUMBER || addend->items < layer)
				add_shifted(reach, layer, stage, layer == ANY_NUMBER ? layer : layer - addend->items,
							addend->sum);
			if (!best_spend(problem, *layer_words(reach, layer, stage) / WORDS_PER_STEP))
				return false;
		}
		if (!best_spend(problem, 1))
			return false;
	}
	reach->layers = layer + 1;
	return true;
}

/* ---- where lines trim ---- */

/* what an option may bring: no more than a row leaves that counts all its lines */
static int64
option_most(const BestProblem *problem, const BestOption *option)
{
	const BestLine *last = NULL;
	int64		sum = 0;
	int			lines = 0;

	for (int i = option->first_line; i < option->first_line + option->line_count; i++)
	{
		if (problem->lines[i].state == BEST_DROPPED)
			continue;
		last = &problem->lines[i];
		sum += last->value;
		lines++;
	}
	for (int i = 0; i < lines && i < last->use_count; i++)
	{
		int			row = problem->uses[last->first_use + i].row;
		int			count = 0;

		for (int j = option->first_line; j < option->first_line + option->line_count; j++)
			count += problem->lines[j].state != BEST_DROPPED && counts_in(problem, &problem->lines[j], row);
		if (count == lines)
			sum = Min(sum, problem->rows[row].left);
	}
	return sum;
}

/* the most from each stage on, by so many achievements */
static bool
fill_most(BestReach *reach, const BestPart *part)
{
	const BestProblem *problem = part->problem;
	int			stages = part->stage_count;

	if ((int64) (stages + 1) * (stages + 1) > WORDS_MAX)
		return false;
	reach->most = palloc0(sizeof(int64) * (stages + 1) * (stages + 1));
	for (int stage = stages - 1; stage >= 0; stage--)
	{
		int64	   *most = reach->most + stage * (stages + 1);
		const int64 *next = most + stages + 1;

		memcpy(most, next, sizeof(int64) * (stages + 1));
		for (int i = 0; i < part->stage_option_count[stage]; i++)
		{
			const BestOption *option = &problem->options[part->stage_options[stage][i]];
			int64		sum = option->state == BEST_DROPPED ? 0 : option_most(problem, option);

			for (int count = option->item_count; count <= stages; count++)
				most[count] = Max(most[count], sum + next[count - option->item_count]);
		}
		if (!best_spend(part->problem, 1 + part->stage_option_count[stage] * stages / WORDS_PER_STEP))
			return false;
	}
	return true;
}

/* the same as best_reach_may, beside what the chosen lines bring at the most */
bool
best_reach_trimmed_may(const BestReach *reach, int stage, int64 left, int64 chosen, Worth needed)
{
	const int64 *most = reach->most + stage * (reach->stage_count + 1);
	Worth		spare = left * reach->worth - needed;

	for (int count = 0; count <= reach->stage_count && count <= spare; count++)
	{
		if (Min(left, chosen + most[count]) * reach->worth - count >= needed)
			return true;
	}
	return false;
}

/* ---- all of it ---- */

/*
 * The table of a part, or NULL when no row counts all its lines, or when it
 * would be too large.
 */
BestReach *
best_reach_make(BestPart *part)
{
	BestProblem *problem = part->problem;
	BestReach  *reach = palloc0(sizeof(BestReach));
	int			rank = 0;

	for (int i = 0; i < part->row_count && reach->unit == 0; i++)
	{
		reach->row = part->rows[i];
		reach->unit = row_unit(part, reach->row, &rank, &reach->trims);
	}
	if (reach->unit == 0)
		return NULL;
	reach->stage_count = part->stage_count;
	reach->size = problem->rows[reach->row].left / reach->unit;
	reach->worth = problem->rank_worth[rank] * (reach->unit / problem->rank_step[rank]);
	if (reach->trims)
		return fill_most(reach, part) ? reach : NULL;
	if (reach->size / 64 + 2 > WORDS_MAX / (part->stage_count + 1) / 2)
		return NULL;
	reach->words = reach->size / 64 + 2;
	reach->layers_max = Min(WORDS_MAX / (part->stage_count + 1) / reach->words, LAYERS_MAX);
	reach->bits = palloc_extended(sizeof(uint64) * reach->words * reach->layers_max * (part->stage_count + 1),
								  MCXT_ALLOC_HUGE);
	reach->filled = palloc(sizeof(int) * reach->layers_max * (part->stage_count + 1));
	reach->addends = palloc(sizeof(BestAddend *) * part->stage_count);
	reach->addend_count = palloc(sizeof(int) * part->stage_count);
	for (int stage = 0; stage < part->stage_count; stage++)
	{
		if (!list_addends(reach, part, stage))
			return NULL;
	}
	return fill_layer(reach, problem, ANY_NUMBER) ? reach : NULL;
}

/* ---- what it says ---- */

static bool
has_sum(const BestReach *reach, int layer, int stage, int64 sum)
{
	return sum / 64 < *layer_words(reach, layer, stage) &&
		(layer_bits(reach, layer, stage)[sum / 64] >> (sum % 64) & 1);
}

/* the largest sum from least to most, by any number of achievements, or -1 */
static int64
largest_sum(const BestReach *reach, int stage, int64 least, int64 most)
{
	const uint64 *bits = layer_bits(reach, ANY_NUMBER, stage);
	int64		sum = Min(most, (int64) *layer_words(reach, ANY_NUMBER, stage) * 64 - 1);

	while (sum >= least)
	{
		uint64		word = bits[sum / 64] << (63 - sum % 64);

		if (word >> 63)
			return sum;
		sum -= word == 0 ? sum % 64 + 1 : 1;
	}
	return -1;
}

/*
 * Can what is decided from a stage on, with so much of the row left, be worth
 * what is needed?  Only the least sum that is enough asks how many
 * achievements bring it: any larger one is worth more than all of them.
 */
bool
best_reach_may(const BestReach *reach, int stage, int64 left, Worth needed)
{
	int64		most = left / reach->unit;
	int64		least;
	Worth		spare;

	if (needed <= 0)
		return true;
	if (needed > most * reach->worth)
		return false;
	least = (int64) ((needed + reach->worth - 1) / reach->worth);
	spare = least * reach->worth - needed;
	return has_sum(reach, spare + 1 < reach->layers ? spare + 1 : ANY_NUMBER, stage, least) ||
		largest_sum(reach, stage, least + 1, most) >= 0;
}

/* the most that a whole part can be worth, less than a bound */
Worth
best_reach_most(BestReach *reach, BestProblem *problem, Worth bound)
{
	int64		most = problem->rows[reach->row].left / reach->unit;
	int64		sum = Min(most, (int64) ((bound + reach->worth - 1) / reach->worth));

	while (reach->trims)
	{
		if (best_reach_trimmed_may(reach, 0, most, 0, --bound) || bound <= 0)
			return bound;
	}
	for (; (sum = largest_sum(reach, 0, 1, sum)) > 0; sum--)
	{
		for (int layer = 1; layer < reach->layers_max; layer++)
		{
			Worth		worth = sum * reach->worth - (layer - 1);

			if (layer >= reach->layers && !fill_layer(reach, problem, layer))
				return bound - 1;
			if (worth < bound && has_sum(reach, layer, 0, sum))
				return worth;
		}
		/* by more achievements than there are layers */
		if (bound - 1 > (sum - 1) * reach->worth)
			return Min(bound - 1, sum * reach->worth - (reach->layers_max - 1));
	}
	return 0;
}
