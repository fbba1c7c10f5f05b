/*
 * evaluate_cap.c
 *		Caps, and what counts towards them.
 *
 * Promise: a line is granted only when every cap it falls under holds after it,
 * counting the history and the lines granted before it.  A percentage is turned
 * into an amount once, exactly, and never rounded up.  Amounts are compared with
 * amounts of the same unit alone.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "achievement_ref.h"
#include "compat.h"
#include "errors.h"
#include "evaluate.h"

/* a percentage is stored in ten-thousandths of a percent */
#define PERCENT_WHOLE (100 * CREDIT_SCALE)

static const char *
cap_name(const RuleCap *cap)
{
	const RuleScope *scope = linitial(cap->scopes);

	switch (scope->kind)
	{
		case SCOPE_TOTAL:
			return "cap total";
		case SCOPE_CLASS:
			return psprintf("cap %s", achievement_class_name(scope->achievement_class));
		default:
			return "cap rule";
	}
}

static void
add_limit(CapState *state, CreditAmount amount, char *text)
{
	state->limits[state->limit_count++] =
		(CapLimit) {credit_amount_unit_code(amount), credit_amount_count(amount), text};
}

/*
 * What is granted is a whole number of ten-thousandths, so that comparing it
 * with the share's whole part decides as the exact share would.
 */
static void
add_percentage(CapState *state, int64 percent, CreditAmount total)
{
	int64		count = (int64) ((int128) percent * credit_amount_count(total) / PERCENT_WHOLE);
	CreditAmount share = credit_amount_pack(credit_amount_unit_code(total), count);

	add_limit(state, share, psprintf("%s (%s%% of %s)", amount_text(share),
									 rule_decimal_text(percent), amount_text(total)));
}

/* the year in which the cap's period around a date begins; 0: no periods */
static int
period_year(const RuleCap *cap, DateADT date)
{
	int			year,
				month,
				day;
	const RuleMonthDay *start = cap->starts ? linitial(cap->starts) : NULL;

	if (start == NULL)
		return 0;
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	if (month < start->month || (month == start->month && day < start->day))
		year--;
	return year;
}

static char *
period_text(const RuleCap *cap, DateADT date)
{
	int			year = period_year(cap, date);

	const RuleMonthDay *start = cap->starts ? linitial(cap->starts) : NULL;

	if (start == NULL)
		return "";
	return psprintf(" in the year from %s",
					date_text(date2j(year, start->month, start->day) - POSTGRES_EPOCH_JDATE));
}

static Tally *
tally_for(Evaluation *evaluation, CapState *state, DateADT date)
{
	int			year = period_year(state->cap, date);

	evaluation_spend(evaluation, 1 + state->tally_count / 16, NULL);
	for (int i = 0; i < state->tally_count; i++)
	{
		if (state->tallies[i].year == year)
			return &state->tallies[i];
	}
	if (state->tally_count == state->tally_space)
	{
		state->tally_space = state->tally_space * 2 + 2;
		state->tallies = state->tallies ?
			repalloc(state->tallies, sizeof(Tally) * state->tally_space) :
			palloc(sizeof(Tally) * state->tally_space);
	}
	state->tallies[state->tally_count] = (Tally) {year, {0, 0}, NULL};
	return &state->tallies[state->tally_count++];
}

static bool
cap_covers_item(const RuleCap *cap, const Inputs *inputs, int item)
{
	const RuleScope *scope = linitial(cap->scopes);

	return scope->kind != SCOPE_CLASS || inputs->items[item].achievement_class == scope->achievement_class;
}

static bool
cap_covers_line(const RuleCap *cap, const Inputs *inputs, const int *items, int item_count)
{
	const RuleScope *scope = linitial(cap->scopes);

	if (scope->kind != SCOPE_CLASS)
		return true;
	for (int i = 0; i < item_count; i++)
	{
		if (cap_covers_item(cap, inputs, items[i]))
			return true;
	}
	return false;
}

static void
refuse_overflow(const CapState *state)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the amounts counted towards %s are out of range", state->name),
			 errhint("Correct the granted amounts of the history.")));
}

/* a set of achievements may grow large: each of its words is a step */
static void
count_item(Evaluation *evaluation, Tally *tally, int item)
{
	int			words = tally->items ? tally->items->nwords : 0;

	tally->items = bms_add_member(tally->items, item);
	evaluation_spend(evaluation, tally->items->nwords - words, NULL);
}

static void
count_towards(CapState *state, Evaluation *evaluation, CreditAmount granted,
			  DateADT dated, const int *items, int item_count)
{
	Tally	   *tally = tally_for(evaluation, state, dated);

	for (int i = 0; i < state->limit_count; i++)
	{
		if (state->limits[i].unit != credit_amount_unit_code(granted))
			continue;
		tally->counts[i] += credit_amount_count(granted);
		if (!credit_count_fits(tally->counts[i]))
			refuse_overflow(state);
	}
	if (state->cap->max_items == 0)
		return;
	for (int i = 0; i < item_count; i++)
	{
		if (cap_covers_item(state->cap, &evaluation->inputs, items[i]))
			count_item(evaluation, tally, items[i]);
	}
}

/* counts a granted line towards every cap of the list that it falls under */
void
caps_count(CapList *caps, Evaluation *evaluation, CreditAmount granted,
		   DateADT dated, const int *items, int item_count)
{
	for (int i = 0; i < caps->count; i++)
	{
		if (cap_covers_line(caps->caps[i].cap, &evaluation->inputs, items, item_count))
			count_towards(&caps->caps[i], evaluation, granted, dated, items, item_count);
	}
}

static void
count_history(CapList *caps, Evaluation *evaluation, const char *rule)
{
	for (int i = 0; i < evaluation->inputs.history_count; i++)
	{
		const HistoryLine *line = &evaluation->inputs.history[i];

		evaluation_spend(evaluation, 1, NULL);
		if (rule == NULL || (line->rule != NULL && strcmp(line->rule, rule) == 0))
			caps_count(caps, evaluation, line->granted.amount, line->dated.date,
					   line->items, line->sources.count);
	}
}

/*
 * The caps of the rule set (rule NULL) or of a rule, with the history counted
 * towards them.  Where a cap is a percentage the programme has a total.
 */
CapList
caps_make(Evaluation *evaluation, List *rule_caps, const char *rule)
{
	CapList		caps = {NULL, 0};
	ListCell   *cell;

	if (rule_caps == NIL)
		return caps;
	caps.caps = palloc0(sizeof(CapState) * list_length(rule_caps));
	foreach(cell, rule_caps)
	{
		const RuleCap *cap = lfirst(cell);
		CapState   *state = &caps.caps[caps.count++];

		state->cap = cap;
		state->name = cap_name(cap);
		if (cap->has_amount)
			add_limit(state, cap->amount, amount_text(cap->amount));
		if (cap->percent > 0)
			add_percentage(state, cap->percent, evaluation->inputs.programme.total.amount);
	}
	count_history(&caps, evaluation, rule);
	return caps;
}

static void
explain_cap(RuleRun *run, const Line *line, const CapState *state, const char *required,
			const char *found, const char *missing)
{
	evaluation_explain(run->evaluation,
					   &(Explanation) {
						   .rule = run->rule->name,
						   .source = run->set_text,
						   .target = line->target,
						   .parameter = state->name,
						   .required = required,
						   .found = found,
						   .missing = missing,
						   .passed = missing == NULL});
}

/* why a line would pass an amount, or NULL */
static char *
judge_limit(RuleRun *run, const Line *line, CapState *state, int number)
{
	const CapLimit *limit = &state->limits[number];
	int64		counted = tally_for(run->evaluation, state, line->dated.date)->counts[number];
	int64		excess = counted + credit_amount_count(line->before_caps) - limit->count;
	char	   *found;
	char	   *missing;
	char	   *required;

	if (excess <= 0 && !run->evaluation->explaining)
		return NULL;
	required = psprintf("%s%s", limit->text, period_text(state->cap, line->dated.date));
	found = amount_text(credit_amount_pack(limit->unit, counted));
	missing = excess <= 0 ? NULL :
		amount_text(credit_amount_pack(limit->unit, Min(excess, CREDIT_COUNT_MAX)));
	explain_cap(run, line, state, required, found, missing);
	if (missing == NULL)
		return NULL;
	return psprintf("over %s by %s: the limit is %s, %s counted so far",
					state->name, missing, required, found);
}

static char *
items_text(int64 count)
{
	return psprintf("%lld item%s", (long long) count, count == 1 ? "" : "s");
}

/* why a line would pass a number of achievements, or NULL */
static char *
judge_items(RuleRun *run, const Line *line, const int *items, CapState *state)
{
	const Inputs *inputs = &run->evaluation->inputs;
	const Tally *tally = tally_for(run->evaluation, state, line->dated.date);
	int			counted = bms_num_members(tally->items);
	int			more = 0;
	int64		excess;
	char	   *required;
	char	   *missing;

	for (int i = 0; i < line->source_count; i++)
	{
		if (cap_covers_item(state->cap, inputs, items[i]) && !bms_is_member(items[i], tally->items))
			more++;
	}
	excess = (int64) counted + more - state->cap->max_items;
	if (excess <= 0 && !run->evaluation->explaining)
		return NULL;
	required = psprintf("at most %s%s", items_text(state->cap->max_items),
						period_text(state->cap, line->dated.date));
	missing = excess <= 0 ? NULL : items_text(excess);
	explain_cap(run, line, state, required, psprintf("%d", counted), missing);
	if (missing == NULL)
		return NULL;
	return psprintf("over %s by %s: the limit is %s, %d counted so far",
					state->name, missing, required, counted);
}

/* the day a set would be dated by, were it this candidate alone */
static DateADT
candidate_day(const RuleRun *run, const Candidate *candidate)
{
	return candidate->achievement->awarded_on.given ?
		candidate->achievement->awarded_on.date : run->evaluation->as_of;
}

/*
 * Would a refused set's fellows all be refused by the cap too?  They are when
 * all achievements the rule could use fall under it, in the period of the
 * refused line, and none counts already: then no set fares better than another.
 * That ends the search where it can only fail.  A rule of one source searches
 * nothing.
 */
static bool
refuses_every_set(RuleRun *run, CapState *state, const Line *line)
{
	const Inputs *inputs = &run->evaluation->inputs;
	const Tally *tally = tally_for(run->evaluation, state, line->dated.date);

	if (run->prepared->source_count == 1)
		return true;
	for (int i = 0; i < run->prepared->source_count; i++)
	{
		const MatchList *list = &run->matches[i];

		evaluation_spend(run->evaluation, 1 + list->count, run->rule);
		for (int j = 0; j < list->count; j++)
		{
			const Candidate *candidate = list->candidates[j];

			if (!cap_covers_item(state->cap, inputs, candidate->achievement->item) ||
				bms_is_member(candidate->achievement->item, tally->items) ||
				period_year(state->cap, candidate_day(run, candidate)) != tally->year)
				return false;
		}
	}
	return true;
}

/* Would as few achievements as the rule can take be too many already? */
static bool
smallest_set_passes(const RuleRun *run, CapState *state, const Line *line)
{
	const Tally *tally = tally_for(run->evaluation, state, line->dated.date);
	int			counted = bms_num_members(tally->items);

	return (int64) counted + run->prepared->smallest_set > state->cap->max_items;
}

/* The first reason is kept, and whether some refusal meets every other set. */
typedef struct CapVerdict
{
	char	   *reason;
	bool		in_every_set;
} CapVerdict;

static void
note_refusal(CapVerdict *verdict, char *reason, bool in_every_set)
{
	if (verdict->reason == NULL)
		verdict->reason = reason;
	verdict->in_every_set |= in_every_set;
}

static void
judge_cap(RuleRun *run, CapState *state, const Line *line, const int *items,
		  CapVerdict *verdict)
{
	char	   *reason;

	for (int i = 0; i < state->limit_count; i++)
	{
		if (state->limits[i].unit != credit_amount_unit_code(line->before_caps))
			continue;
		reason = judge_limit(run, line, state, i);
		if (reason != NULL)
			note_refusal(verdict, reason, refuses_every_set(run, state, line));
	}
	if (state->cap->max_items == 0)
		return;
	reason = judge_items(run, line, items, state);
	if (reason != NULL)
		note_refusal(verdict, reason, smallest_set_passes(run, state, line) &&
					 refuses_every_set(run, state, line));
}

static void
judge_list(RuleRun *run, CapList *caps, const Line *line, const int *items, CapVerdict *verdict)
{
	for (int i = 0; i < caps->count; i++)
	{
		CapState   *state = &caps->caps[i];

		if (cap_covers_line(state->cap, &run->evaluation->inputs, items, line->source_count))
			judge_cap(run, state, line, items, verdict);
	}
}

/*
 * Why the caps refuse a line, or NULL; in_every_set is set when they would
 * refuse it for whatever set the rule fired on.
 */
char *
caps_judge(RuleRun *run, const Line *line, const int *items, bool *in_every_set)
{
	CapVerdict	verdict = {NULL, false};

	judge_list(run, &run->evaluation->caps, line, items, &verdict);
	judge_list(run, &run->caps, line, items, &verdict);
	*in_every_set |= verdict.in_every_set;
	return verdict.reason;
}
