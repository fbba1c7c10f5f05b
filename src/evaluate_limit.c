/*
 * evaluate_limit.c
 *		How much a cap allows and a minimum asks for.
 *
 * Promise: a percentage is turned into an amount once, exactly: what a cap
 * allows is never rounded up, what a minimum asks for never down.  Of what is
 * not stated no percentage is guessed: that is an error which names it.
 */
#include "postgres.h"

#include "compat.h"
#include "errors.h"
#include "evaluate.h"

static void
refuse_programme(Evaluation *evaluation, const char *message, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_DOCUMENT),
			 errmsg("%s", message),
			 errdetail("Rule set '%s' asks for a percentage of it.",
					   evaluation->prepared->rule_set->name),
			 errhint("%s", hint)));
}

static CreditAmount
total_credits(Evaluation *evaluation)
{
	const Programme *programme = &evaluation->inputs.programme;

	if (!programme->total.given)
		refuse_programme(evaluation, "the programme has no \"total\"",
						 "State the credits of the whole programme as \"total\".");
	return programme->total.amount;
}

static CreditAmount
category_credits(Evaluation *evaluation, const char *name)
{
	const Category *category = programme_category(&evaluation->inputs.programme, name);

	if (category == NULL)
		refuse_programme(evaluation, psprintf("the programme has no category '%s'", name),
						 "List it in \"categories\" with its \"credits\".");
	if (!category->credits.given)
		refuse_programme(evaluation, psprintf("category '%s' of the programme has no \"credits\"", name),
						 "State the credits of the category.");
	return category->credits.amount;
}

/* the sum over the compulsory courses; no credits when there are none */
static CreditAmount
compulsory_credits(Evaluation *evaluation)
{
	const Programme *programme = &evaluation->inputs.programme;
	OptionalAmount sum = {false, credit_amount_pack(UNIT_CR, 0)};

	evaluation_spend(evaluation, 1 + programme->course_count / 16, NULL);
	for (int i = 0; i < programme->course_count; i++)
	{
		const Course *course = &programme->courses[i];

		if (!course->compulsory)
			continue;
		if (!course->credits.given)
			refuse_programme(evaluation, psprintf("compulsory course \"%s\" has no \"credits\"", course->ref),
							 "State the credits of every compulsory course.");
		sum.amount = sum.given ? credit_amount_add(sum.amount, course->credits.amount) :
			course->credits.amount;
		sum.given = true;
	}
	return sum.amount;
}

static CreditAmount
percentage_base(Evaluation *evaluation, const RuleCap *cap)
{
	switch (cap->percent_of)
	{
		case OF_PROGRAMME:
			return total_credits(evaluation);
		case OF_CATEGORY:
			return category_credits(evaluation, cap->percent_category);
		case OF_COMPULSORY:
			return compulsory_credits(evaluation);
	}
	pg_unreachable();
}

/*
 * What is granted is a whole number of ten-thousandths, so that comparing it
 * with the share's whole part decides as the exact share would: a cap allows no
 * more than that, and a minimum, which asks for no less, takes the next whole.
 */
static CapLimit
percentage_limit(Evaluation *evaluation, const RuleCap *cap, bool least)
{
	CreditAmount base = percentage_base(evaluation, cap);
	int128		share = (int128) cap->percent * credit_amount_count(base);

	return (CapLimit) {
		.unit = credit_amount_unit_code(base),
		.count = (int64) ((share + (least ? RULE_WHOLE_PERCENT - 1 : 0)) / RULE_WHOLE_PERCENT),
		.percent = cap->percent,
		.base = base
	};
}

/* the limits of a cap, or of a minimum (least); how many there are */
int
limits_make(Evaluation *evaluation, const RuleCap *cap, bool least, CapLimit *limits)
{
	int			count = 0;

	if (cap->has_amount)
		limits[count++] = (CapLimit) {
			.unit = credit_amount_unit_code(cap->amount),
			.count = credit_amount_count(cap->amount)
		};
	if (cap->percent > 0)
		limits[count++] = percentage_limit(evaluation, cap, least);
	return count;
}

/*
 * Is everything stated that any evaluation by the rule set needs?  A rule's own
 * percentage of a category is looked at when the rule is.
 */
void
limits_check(Evaluation *evaluation)
{
	ListCell   *cell;

	if (evaluation->prepared->needs_total)
		total_credits(evaluation);
	foreach(cell, evaluation->prepared->rule_set->minimums)
	{
		CapLimit	limits[2];

		limits_make(evaluation, lfirst(cell), true, limits);
	}
}

/* "40 cr", or "40 cr (50% of 80 cr)" */
char *
limit_text(EvaluationLanguage language, const CapLimit *limit)
{
	char	   *amount = amount_said(language, credit_amount_pack(limit->unit, limit->count));

	if (limit->percent == 0)
		return amount;
	return say(language, SAY_PERCENT_OF, amount, rule_decimal_text(limit->percent),
			   amount_said(language, limit->base));
}
