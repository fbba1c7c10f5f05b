/*
 * evaluate_minimum.c
 *		What a programme asks to be reached at the least.
 *
 * Promise: a minimum blocks no line: it is explained as met or missing, after
 * everything else, from the lines of the history (also those earned in the
 * programme itself) and those granted now.
 */
#include "postgres.h"

#include "compat.h"
#include "errors.h"
#include "evaluate.h"

typedef struct Reached
{
	const RuleCap *minimum;
	int			unit;
	int64		count;
} Reached;

static void
refuse_overflow(const Reached *reached)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the amounts counted towards minimum %s are out of range",
					rule_scopes_text(reached->minimum->scopes)),
			 errhint("Correct the granted amounts of the history.")));
}

static void
count_line(Evaluation *evaluation, Reached *reached, const LineFacts *facts, CreditAmount granted)
{
	const List *scopes = reached->minimum->scopes;

	scopes_spend(scopes, evaluation, facts);
	if (credit_amount_unit_code(granted) != reached->unit ||
		!scopes_hold(scopes, &evaluation->inputs, facts))
		return;
	reached->count += credit_amount_count(granted);
	if (!credit_count_fits(reached->count))
		refuse_overflow(reached);
}

static void
count_granted(Evaluation *evaluation, Reached *reached, const Line *line)
{
	int		   *items = palloc(sizeof(int) * line->source_count);
	LineFacts	facts = {
		.course = programme_course(&evaluation->inputs.programme, line->target),
		.items = items,
		.item_count = line->source_count,
		.achievements = line->achievements,
		.tags = line->tags
	};

	for (int i = 0; i < line->source_count; i++)
		items[i] = line->achievements[i]->item;
	count_line(evaluation, reached, &facts, line->granted_amount);
	pfree(items);
}

/* what counts towards a minimum in a unit */
static int64
count_reached(Evaluation *evaluation, const RuleCap *minimum, int unit)
{
	Reached		reached = {minimum, unit, 0};

	for (int i = 0; i < evaluation->inputs.history_count; i++)
	{
		const HistoryLine *line = &evaluation->inputs.history[i];
		LineFacts	facts = history_facts(line);

		count_line(evaluation, &reached, &facts, line->granted.amount);
	}
	for (int i = 0; i < evaluation->line_count; i++)
	{
		if (evaluation->lines[i].granted)
			count_granted(evaluation, &reached, &evaluation->lines[i]);
	}
	return reached.count;
}

static void
explain_limit(Evaluation *evaluation, const RuleCap *minimum, const CapLimit *limit)
{
	int64		count = count_reached(evaluation, minimum, limit->unit);
	int64		lacking = limit->count - count;
	EvaluationLanguage language = evaluation->language;

	evaluation_explain(evaluation,
					   &(Explanation) {
						   .parameter = psprintf("minimum %s", rule_scopes_text(minimum->scopes)),
						   .required = limit_text(language, limit),
						   .found = amount_said(language, credit_amount_pack(limit->unit, count)),
						   .missing = lacking > 0 ?
						   amount_said(language, credit_amount_pack(limit->unit, Min(lacking, CREDIT_COUNT_MAX))) : NULL,
						   .passed = lacking <= 0});
}

/* one explanation for each limit of each minimum */
void
minimums_explain(Evaluation *evaluation)
{
	ListCell   *cell;

	if (!evaluation->explaining)
		return;
	foreach(cell, evaluation->prepared->rule_set->minimums)
	{
		const RuleCap *minimum = lfirst(cell);
		CapLimit	limits[2];
		int			count = limits_make(evaluation, minimum, true, limits);

		for (int i = 0; i < count; i++)
			explain_limit(evaluation, minimum, &limits[i]);
	}
}
