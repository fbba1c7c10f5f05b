/*
 * evaluate_judge.c
 *		Lines judged by the caps they fall under.
 *
 * Promise: a line is granted only when every cap it falls under holds after it,
 * counting the history and the lines granted before it.  A rule that trims is
 * granted the least that is left under all of them, and refused only where
 * nothing is left.
 */
#include "postgres.h"

#include "compat.h"
#include "evaluate.h"

/* one line on its way through the caps */
typedef struct Judging
{
	RuleRun    *run;
	const Line *line;
	const LineFacts *facts;
	bool		trims;			/* the line may be granted in part */
	int64		left;			/* the least that is left so far */
	char	   *reason;			/* of the first refusal, NULL: none */
	bool		in_every_set;	/* some refusal meets every other set too */
} Judging;

bool
rule_trims(const RuleRun *run)
{
	if (run->rule->partial == PARTIAL_UNSAID)
		return run->evaluation->prepared->rule_set->partial;
	return run->rule->partial == PARTIAL_YES;
}

/* ---- would another set fare better? ---- */

typedef struct Membership
{
	const Tally *tally;
	bool		found;
} Membership;

static void
look_for_tally(CapState *state, Tally *tally, const int *items, int item_count, void *argument)
{
	Membership *membership = argument;

	membership->found |= tally == membership->tally &&
		(state->cap->max_items == 0 ||
		 (item_count == 1 && !bms_is_member(items[0], tally->items)));
}

/* would a line of this candidate alone count in the tally, and as a new item? */
static bool
candidate_counts(Judging *judging, CapState *state, const Tally *tally, const Candidate *candidate)
{
	Evaluation *evaluation = judging->run->evaluation;
	const Achievement *achievement = candidate->achievement;
	DateADT		day = achievement->awarded_on.given ?
		achievement->awarded_on.date : evaluation->as_of;
	LineFacts	facts = {judging->facts->course, &achievement->item, 1, &achievement};
	CapList		one = {state, 1};
	Membership	membership = {tally, false};

	caps_visit(&one, evaluation, &facts, day, look_for_tally, &membership);
	return membership.found;
}

/*
 * Would a refused set's fellows all be refused by the cap too?  They are when
 * all achievements the rule could use fall under it as the refused line does,
 * and none counts already: then no set fares better than another, as long as
 * they are worth the same.  That ends the search where it can only fail.  A rule
 * of one source searches nothing.
 */
static bool
refuses_every_set(Judging *judging, CapState *state, const Tally *tally)
{
	RuleRun    *run = judging->run;

	if (run->prepared->source_count == 1)
		return true;
	for (int i = 0; i < run->prepared->source_count; i++)
	{
		const MatchList *list = &run->matches[i];

		evaluation_spend(run->evaluation, 1 + list->count, run->rule);
		for (int j = 0; j < list->count; j++)
		{
			if (list->candidates[j]->sharing > 1 ||
				!candidate_counts(judging, state, tally, list->candidates[j]))
				return false;
		}
	}
	return true;
}

/* ---- words ---- */

/* the name of the issuer that a tally is about, or NULL */
static const char *
issuer_name(const Judging *judging, const Tally *tally)
{
	const InputItem *items = judging->run->evaluation->inputs.items;

	for (int i = 0; i < judging->facts->item_count; i++)
	{
		const InputItem *item = &items[judging->facts->items[i]];

		if (item->issuer_number == tally->issuer)
			return item->issuer;
	}
	return NULL;
}

/* a limit with the issuer and the period that it is for */
static char *
scoped_text(const Judging *judging, EvaluationLanguage language, const CapState *state,
			const Tally *tally, char *limit)
{
	const char *issuer = issuer_name(judging, tally);

	if (issuer != NULL)
		limit = say(language, SAY_LIMIT_OF_ISSUER, limit, issuer);
	if (state->cap->starts == NIL)
		return limit;
	return say(language, list_length(state->cap->starts) == 1 ?
			   SAY_LIMIT_IN_YEAR : SAY_LIMIT_IN_TERM, limit, date_text(tally->start));
}

static char *
items_text(EvaluationLanguage language, int64 count)
{
	return say(language, count == 1 ? SAY_ITEM : SAY_ITEMS, psprintf("%lld", (long long) count));
}

static void
explain_cap(Judging *judging, const char *parameter, const char *required,
			const char *found, const char *missing)
{
	evaluation_explain(judging->run->evaluation,
					   &(Explanation) {
						   .rule = judging->run->rule->name,
						   .source = judging->run->set_text,
						   .target = judging->line->target,
						   .parameter = parameter,
						   .required = required,
						   .found = found,
						   .missing = missing,
						   .passed = missing == NULL});
}

/* ---- amounts ---- */

static char *
amount_in_unit(EvaluationLanguage language, int unit, int64 count)
{
	return amount_said(language, credit_amount_pack(unit, Min(count, CREDIT_COUNT_MAX)));
}

static void
explain_limit(Judging *judging, const CapState *state, const Tally *tally, int number,
			  int64 excess)
{
	EvaluationLanguage language = judging->run->evaluation->language;
	const CapLimit *limit = &state->limits[number];

	explain_cap(judging, cap_name(state),
				scoped_text(judging, language, state, tally, limit_text(language, limit)),
				amount_in_unit(language, limit->unit, tally->counts[number]),
				excess > 0 ? amount_in_unit(language, limit->unit, excess) : NULL);
}

static char *
limit_reason(const Judging *judging, const CapState *state, const Tally *tally, int number,
			 int64 excess)
{
	const CapLimit *limit = &state->limits[number];

	return say(LANGUAGE_ENGLISH, SAY_OVER_CAP, cap_name(state),
			   amount_in_unit(LANGUAGE_ENGLISH, limit->unit, excess),
			   scoped_text(judging, LANGUAGE_ENGLISH, state, tally,
						   limit_text(LANGUAGE_ENGLISH, limit)),
			   amount_in_unit(LANGUAGE_ENGLISH, limit->unit, tally->counts[number]));
}

static void
judge_limit(Judging *judging, CapState *state, const Tally *tally, int number)
{
	int64		left = state->limits[number].count - tally->counts[number];
	int64		excess = credit_amount_count(judging->line->before_caps) - left;

	if (judging->run->evaluation->explaining)
		explain_limit(judging, state, tally, number, excess);
	judging->left = Min(judging->left, left);
	if (excess <= 0 || (judging->trims && left > 0))
		return;
	if (judging->reason == NULL)
		judging->reason = limit_reason(judging, state, tally, number, excess);
	judging->in_every_set |= refuses_every_set(judging, state, tally);
}

/* ---- numbers of items ---- */

static void
explain_items(Judging *judging, const CapState *state, const Tally *tally, int counted,
			  int64 excess)
{
	EvaluationLanguage language = judging->run->evaluation->language;
	char	   *limit = say(language, SAY_AT_MOST, items_text(language, state->cap->max_items));

	explain_cap(judging, cap_name(state),
				scoped_text(judging, language, state, tally, limit),
				psprintf("%d", counted), excess > 0 ? items_text(language, excess) : NULL);
}

static char *
items_reason(const Judging *judging, const CapState *state, const Tally *tally, int counted,
			 int64 excess)
{
	char	   *limit = say(LANGUAGE_ENGLISH, SAY_AT_MOST,
							items_text(LANGUAGE_ENGLISH, state->cap->max_items));

	return say(LANGUAGE_ENGLISH, SAY_OVER_CAP, cap_name(state),
			   items_text(LANGUAGE_ENGLISH, excess),
			   scoped_text(judging, LANGUAGE_ENGLISH, state, tally, limit),
			   psprintf("%d", counted));
}

static void
judge_items(Judging *judging, CapState *state, const Tally *tally, const int *items,
			int item_count)
{
	int			counted = bms_num_members(tally->items);
	int64		excess = (int64) counted - state->cap->max_items;

	for (int i = 0; i < item_count; i++)
	{
		if (!bms_is_member(items[i], tally->items))
			excess++;
	}
	if (judging->run->evaluation->explaining)
		explain_items(judging, state, tally, counted, excess);
	if (excess <= 0)
		return;
	if (judging->reason == NULL)
		judging->reason = items_reason(judging, state, tally, counted, excess);
	/* Would as few achievements as the rule can take be too many already? */
	judging->in_every_set |= (int64) counted + judging->run->prepared->smallest_set > state->cap->max_items &&
		refuses_every_set(judging, state, tally);
}

/* ---- a line ---- */

static void
judge_in_tally(CapState *state, Tally *tally, const int *items, int item_count, void *argument)
{
	Judging    *judging = argument;

	caps_note(judging->run->evaluation, state, tally, items, item_count);
	for (int i = 0; i < state->limit_count; i++)
	{
		if (state->limits[i].unit == credit_amount_unit_code(judging->line->before_caps))
			judge_limit(judging, state, tally, i);
	}
	if (state->cap->max_items > 0)
		judge_items(judging, state, tally, items, item_count);
}

/* what of a line is granted, in words, where that is not all of it */
static void
explain_trimming(Judging *judging, int64 count)
{
	EvaluationLanguage language = judging->run->evaluation->language;
	CreditAmount whole = judging->line->before_caps;
	const char *something = say(language, SAY_SOMETHING_LEFT);

	explain_cap(judging, "partial", something,
				say(language, SAY_PART_OF,
					amount_in_unit(language, credit_amount_unit_code(whole), Max(count, 0)),
					amount_said(language, whole)),
				count > 0 ? NULL : something);
}

/*
 * Why the caps refuse a line, or NULL; then its granted amount is what they
 * leave of it.  in_every_set is set when they would refuse it for whatever set
 * the rule fired on.
 */
char *
caps_judge(RuleRun *run, Line *line, const LineFacts *facts, bool *in_every_set)
{
	int64		whole = credit_amount_count(line->before_caps);
	Judging		judging = {
		.run = run,
		.line = line,
		.facts = facts,
		.trims = rule_trims(run),
		.left = whole
	};

	run->evaluation->note_count = 0;
	caps_visit(&run->evaluation->caps, run->evaluation, facts, line->dated.date,
			   judge_in_tally, &judging);
	caps_visit(&run->caps, run->evaluation, facts, line->dated.date,
			   judge_in_tally, &judging);
	*in_every_set |= judging.in_every_set;
	if (judging.trims && judging.left < whole && run->evaluation->explaining)
		explain_trimming(&judging, judging.left);
	line->granted_amount = credit_amount_pack(credit_amount_unit_code(line->before_caps),
											  Max(judging.left, 0));
	return judging.reason;
}
