/*
 * evaluate_line.c
 *		One line of a rule that fires: its target, its value, its caps.
 *
 * Promise: a refused line says why, in English, since that is stored; what is
 * explained beside it is said in the language asked for.  A granted line counts
 * at once, for the lines after it.
 */
#include "postgres.h"

#include "compat.h"
#include "evaluate_plan.h"

static void
explain_line(RuleRun *run, const Line *line, const char *parameter, const char *required,
			 const char *found, const char *missing)
{
	evaluation_explain(run->evaluation,
					   &(Explanation) {
						   .rule = run->rule->name,
						   .source = run->set_text,
						   .target = line->target,
						   .parameter = parameter,
						   .required = required,
						   .found = found,
						   .missing = missing,
						   .passed = missing == NULL});
}

/* a row for what must not be; missing is said when it is */
static void
explain_must_not(RuleRun *run, const Line *line, const char *parameter, bool is, Saying missing)
{
	EvaluationLanguage language = run->evaluation->language;

	explain_line(run, line, parameter, say(language, SAY_NO), say(language, is ? SAY_YES : SAY_NO),
				 is ? say(language, missing) : NULL);
}

/* ---- the target ---- */

static bool
is_about_targets(const RuleScope *scope)
{
	return scope->kind == SCOPE_CATEGORY || scope->kind == SCOPE_COMPULSORY;
}

/*
 * Why the heading excludes a course, or NULL.  What it excludes by achievement
 * is no candidate.
 */
static char *
judge_exclusions(RuleRun *run, const Line *line, const Course *course)
{
	Evaluation *evaluation = run->evaluation;
	LineFacts	facts = {.course = course};
	char	   *reason = NULL;
	ListCell   *cell;

	scopes_spend(evaluation->prepared->rule_set->exclusions, evaluation, &facts);
	foreach(cell, evaluation->prepared->rule_set->exclusions)
	{
		List	   *scopes;
		bool		excluded;

		if (!is_about_targets(lfirst(cell)))
			continue;
		scopes = list_make1(lfirst(cell));
		excluded = scopes_hold(scopes, &evaluation->inputs, &facts);
		if (evaluation->explaining)
			explain_must_not(run, line, psprintf("exclude %s", rule_scopes_text(scopes)),
							 excluded, SAY_OPEN_COURSE);
		if (excluded && reason == NULL)
			reason = say(LANGUAGE_ENGLISH, SAY_SCOPE_EXCLUDED, rule_scopes_text(scopes));
	}
	return reason;
}

static void
explain_target(RuleRun *run, const Line *line, const Course *course)
{
	EvaluationLanguage language = run->evaluation->language;

	explain_line(run, line, "course",
				 say(language, SAY_COURSE_OF_PROGRAMME, run->evaluation->inputs.programme.code),
				 course ? course->ref : NULL, course ? NULL : say(language, SAY_THE_COURSE));
	if (course == NULL)
		return;
	explain_must_not(run, line, "excluded", course->excluded, SAY_OPEN_COURSE);
	explain_must_not(run, line, "granted", course->granted, SAY_COURSE_NOT_GRANTED);
}

/* why the target cannot be granted, or NULL */
static char *
judge_target(RuleRun *run, const Line *line, const Course *course)
{
	char	   *excluded = NULL;

	if (run->evaluation->explaining)
		explain_target(run, line, course);
	if (course == NULL)
		return say(LANGUAGE_ENGLISH, SAY_NOT_IN_PROGRAMME);
	if (run->evaluation->prepared->rule_set->exclusions != NIL)
		excluded = judge_exclusions(run, line, course);
	if (course->excluded)
		return say(LANGUAGE_ENGLISH, SAY_COURSE_EXCLUDED);
	if (excluded != NULL)
		return excluded;
	if (course->granted)
		return say(LANGUAGE_ENGLISH, SAY_COURSE_GRANTED);
	return NULL;
}

/* ---- the value ---- */

/* what is left of a source in the unit of an amount, or NULL */
static char *
remaining_text(EvaluationLanguage language, const Achievement *source, CreditAmount amount)
{
	int			unit = credit_amount_unit_code(amount);
	int64		count;

	return achievement_remaining_in(source, unit, &count) ?
		amount_said(language, credit_amount_pack(unit, count)) : NULL;
}

/* what a source lacks to come to an amount */
static char *
gap_text(EvaluationLanguage language, const Achievement *source, CreditAmount amount)
{
	int			unit = credit_amount_unit_code(amount);
	int64		count;

	if (!achievement_remaining_in(source, unit, &count))
		return say(language, SAY_AN_AMOUNT_IN, unit_said(language, unit));
	return amount_said(language, credit_amount_pack(unit, credit_amount_count(amount) - count));
}

static void
explain_amounts(RuleRun *run, const RuleGrant *grant, const Achievement *source,
				const Line *line, ValueLack lack)
{
	EvaluationLanguage language = run->evaluation->language;
	CreditAmount uses = run->rule->uses;

	if (run->rule->has_uses)
		explain_line(run, line, "using", amount_said(language, uses),
					 remaining_text(language, source, uses),
					 lack == LACKS_UNIT_USED || lack == LACKS_AMOUNT_USED ?
					 gap_text(language, source, uses) : NULL);
	if (grant->has_per)
		explain_line(run, line, "per", amount_said(language, grant->per),
					 remaining_text(language, source, grant->per),
					 lack == LACKS_UNIT || lack == LACKS_WHOLE_PER ?
					 gap_text(language, source, grant->per) :
					 lack == LACKS_WORTH ? say(language, SAY_MORE) : NULL);
	else if (lack == LACKS_WORTH)
		explain_line(run, line, "value", say(language, SAY_MORE_THAN, "0"),
					 amount_said(language, line->before_caps), say(language, SAY_MORE));
}

static void
explain_share(RuleRun *run, const Line *line, const char *share)
{
	EvaluationLanguage language = run->evaluation->language;

	explain_line(run, line, "share", "> 0%", share ? psprintf("%s%%", share) : NULL,
				 share == NULL ? say(language, SAY_A_SHARE) :
				 strcmp(share, "0") == 0 ? say(language, SAY_MORE) : NULL);
}

static void
explain_credits(RuleRun *run, const Line *line, const Course *course)
{
	EvaluationLanguage language = run->evaluation->language;
	char	   *credits = say(language, SAY_COURSE_CREDITS);
	bool		given = course != NULL && course->credits.given;

	explain_line(run, line, "in full", credits,
				 given ? amount_said(language, course->credits.amount) : NULL, given ? NULL : credits);
}

static void
explain_table(RuleRun *run, const Line *line, const char *table, const Achievement *source)
{
	Evaluation *evaluation = run->evaluation;
	CreditAmount amount;

	explain_line(run, line, "table", say(evaluation->language, SAY_ROW_OF_TABLE, table),
				 table_keys_text(evaluation, table, source),
				 table_amount(evaluation, table, source, &amount) ? NULL :
				 say(evaluation->language, SAY_A_ROW));
}

/* Each is looked at by itself, whichever the line is refused for. */
static void
explain_value(RuleRun *run, const RuleGrant *grant, const Course *course,
			  const Achievement *source, const Line *line, ValueLack lack)
{
	explain_amounts(run, grant, source, line, lack);
	if (grant->in_full)
		explain_credits(run, line, course);
	if (grant->table != NULL)
		explain_table(run, line, grant->table, source);
	if (grant->by_share)
		explain_share(run, line, source->share ? numeric_normalize(source->share) : NULL);
}

static char *
less_text(const Achievement *source, CreditAmount amount)
{
	return say(LANGUAGE_ENGLISH, SAY_LESS_THAN,
			   remaining_text(LANGUAGE_ENGLISH, source, amount), amount_text(amount));
}

static char *
unit_text(CreditAmount amount)
{
	return say(LANGUAGE_ENGLISH, SAY_NO_AMOUNT_IN,
			   credit_unit_name(credit_amount_unit_code(amount)));
}

/* the reason for what is lacking, or NULL */
static char *
lack_text(const Rule *rule, const RuleGrant *grant, const Achievement *source, ValueLack lack)
{
	switch (lack)
	{
		case LACKS_NOTHING:
			return NULL;
		case LACKS_UNIT_USED:
			return unit_text(rule->uses);
		case LACKS_AMOUNT_USED:
			return less_text(source, rule->uses);
		case LACKS_UNIT:
			return unit_text(grant->per);
		case LACKS_WHOLE_PER:
			return less_text(source, grant->per);
		case LACKS_CREDITS:
			return say(LANGUAGE_ENGLISH, SAY_NO_COURSE_CREDITS);
		case LACKS_ROW:
			return say(LANGUAGE_ENGLISH, SAY_NO_ROW, grant->table);
		case LACKS_SHARE:
			return say(LANGUAGE_ENGLISH, SAY_NO_SHARE);
		case LACKS_WORTH:
			return say(LANGUAGE_ENGLISH, SAY_ROUNDS_TO_ZERO);
	}
	pg_unreachable();
}

/* ---- what was converted before ---- */

/* does the rule, or its grant, count by a unit? */
static bool
counts_by(const Rule *rule, const RuleGrant *grant, int unit)
{
	return (rule->has_uses && credit_amount_unit_code(rule->uses) == unit) ||
		(grant->has_per && credit_amount_unit_code(grant->per) == unit);
}

/*
 * Why a grant cannot rest on what is left of an achievement that was used in
 * part, or NULL: only one that counts that remainder can.
 */
static char *
judge_remainder(RuleRun *run, const RuleGrant *grant, const Line *line)
{
	EvaluationLanguage language = run->evaluation->language;

	for (int i = 0; i < line->source_count; i++)
	{
		const Achievement *source = line->achievements[i];

		if (!source->remaining.given ||
			counts_by(run->rule, grant, credit_amount_unit_code(source->remaining.amount)))
			continue;
		if (run->evaluation->explaining)
			explain_line(run, line, "remaining", say(language, SAY_ALL_OF_IT),
						 amount_said(language, source->remaining.amount), say(language, SAY_PART_CONVERTED));
		return say(LANGUAGE_ENGLISH, SAY_CONVERTED_BEFORE, source->ref);
	}
	return NULL;
}

/* ---- the line ---- */

/* why a line is refused, or NULL */
static const char *
judge(RuleRun *run, const RuleGrant *grant, Line *line, const Course *course,
	  Candidate **set, const LineFacts *facts, bool *in_every_set)
{
	const char *target_reason = grant->target ? judge_target(run, line, course) : NULL;
	ValueLack	lack = grant_value(run->evaluation, run->rule, grant, course, set,
								   line->source_count, line);
	const char *remainder_reason;
	const char *cap_reason = NULL;

	if (run->evaluation->explaining)
		explain_value(run, grant, course, set[0]->achievement, line, lack);
	remainder_reason = judge_remainder(run, grant, line);
	*in_every_set = target_reason != NULL || lack == LACKS_CREDITS;
	if (lack == LACKS_NOTHING)
		cap_reason = caps_judge(run, line, facts, in_every_set);
	if (target_reason != NULL)
		return target_reason;
	if (lack != LACKS_NOTHING)
		return lack_text(run->rule, grant, set[0]->achievement, lack);
	return remainder_reason ? remainder_reason : cap_reason;
}

static void
grant_line(RuleRun *run, Line *line, Course *course)
{
	line_carry(run->evaluation, run->rule, line);
	line->needs_assessor = run->rule->needs_assessor;
	if (course != NULL)
		course->granted = true;
	caps_count_noted(run->evaluation, line->granted_amount);
}

/* What a line would be, were it to be granted now; nothing is counted. */
Line
line_weigh(RuleRun *run, const RuleGrant *grant, const Line *common,
		   Candidate **set, const int *items, LineFacts *facts)
{
	Line		line = *common;
	Course	   *course = programme_course(&run->evaluation->inputs.programme, grant->target);
	bool		in_every_set;

	*facts = (LineFacts) {course, items, line.source_count, line.achievements, line.tags};
	line.target = grant->target;
	line.reason = judge(run, grant, &line, course, set, facts, &in_every_set);
	return line;
}

/*
 * Judges one line of a rule that fires on a set.  Whether its refusal would
 * meet any other set too is told apart, so that the search knows when to stop.
 */
Line
line_judge(RuleRun *run, const RuleGrant *grant, const Line *common,
		   Candidate **set, const int *items, bool *in_every_set)
{
	Line		line = *common;
	Course	   *course = programme_course(&run->evaluation->inputs.programme, grant->target);
	LineFacts	facts = {course, items, line.source_count, line.achievements, line.tags};

	line.target = grant->target;
	line.reason = judge(run, grant, &line, course, set, &facts, in_every_set);
	if (line.reason == NULL)
		line.reason = plan_limit(run, grant, &line);
	line.granted = line.reason == NULL;
	if (line.granted)
		grant_line(run, &line, course);
	else
	{
		line.leftover.given = false;
		evaluation_spend_text(run->evaluation, line.reason);
	}
	return line;
}
