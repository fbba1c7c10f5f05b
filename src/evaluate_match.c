/*
 * evaluate_match.c
 *		Which achievements may be converted at all, and which of them meet the
 *		tests of each source of a rule.
 *
 * Promise: the order in which achievements are tried is fixed by what they are
 * (unit and amount, age, reference), never by where the portfolio lists them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "compat.h"
#include "evaluate.h"

/* ---- candidates ---- */

/* the amount it is preferred by: its own, else its hours */
static OptionalAmount
preferred_amount(const Achievement *achievement)
{
	return achievement->amount.given ? achievement->amount : achievement->hours;
}

/* by unit, larger first; without an amount last */
static int
compare_amounts(OptionalAmount a, OptionalAmount b)
{
	int			unit_a,
				unit_b;

	if (!a.given || !b.given)
		return (int) b.given - (int) a.given;
	unit_a = credit_amount_unit_code(a.amount);
	unit_b = credit_amount_unit_code(b.amount);
	if (unit_a != unit_b)
		return unit_a - unit_b;
	return (a.amount < b.amount) - (a.amount > b.amount);
}

/* older first; without a date last */
static int
compare_awards(OptionalDate a, OptionalDate b)
{
	if (!a.given || !b.given)
		return (int) b.given - (int) a.given;
	return (a.date > b.date) - (a.date < b.date);
}

static int
compare_candidates(const void *a, const void *b)
{
	const Achievement *left = ((const Candidate *) a)->achievement;
	const Achievement *right = ((const Candidate *) b)->achievement;
	int			difference = compare_amounts(preferred_amount(left), preferred_amount(right));

	if (difference == 0)
		difference = compare_awards(left->awarded_on, right->awarded_on);
	return difference != 0 ? difference : strcmp(left->ref, right->ref);
}

static void
explain_candidate(Evaluation *evaluation, const Rule *rule, const Achievement *achievement,
				  const char *parameter, const char *required, const char *found,
				  const char *missing)
{
	evaluation_explain(evaluation,
					   &(Explanation) {
						   .rule = rule->name,
						   .source = achievement->ref,
						   .parameter = parameter,
						   .required = required,
						   .found = found,
						   .missing = missing,
						   .passed = missing == NULL});
}

/*
 * Why an achievement may not be converted at all, or NULL.  With a rule, the
 * tests are explained beside it.
 */
static char *
judge_candidate(Evaluation *evaluation, const Achievement *achievement, const Rule *rule)
{
	const char *as_of = date_text(evaluation->as_of);
	const char *state = achievement->state ? achievement->state : "recognised";
	const char *awarded_on = achievement->awarded_on.given ? date_text(achievement->awarded_on.date) : NULL;
	const char *expires_on = achievement->expires_on.given ? date_text(achievement->expires_on.date) : NULL;
	bool		recognised = strcmp(state, "recognised") == 0;
	int64		too_early = awarded_on ? (int64) achievement->awarded_on.date - evaluation->as_of : 0;
	int64		too_late = expires_on ? (int64) evaluation->as_of - achievement->expires_on.date : 0;

	if (rule != NULL)
	{
		explain_candidate(evaluation, rule, achievement, "state", "recognised", state,
						  recognised ? NULL : "recognition");
		explain_candidate(evaluation, rule, achievement, "consumed", "no",
						  achievement->consumed ? "yes" : "no",
						  achievement->consumed ? "an achievement not consumed" : NULL);
		explain_candidate(evaluation, rule, achievement, "awarded_on",
						  psprintf("on or before %s", as_of), awarded_on,
						  too_early > 0 ? days_text(too_early) : NULL);
		explain_candidate(evaluation, rule, achievement, "expires_on",
						  psprintf("on or after %s", as_of), expires_on,
						  too_late > 0 ? days_text(too_late) : NULL);
	}
	if (!recognised)
		return psprintf("its state is '%s', not 'recognised'", state);
	if (achievement->consumed)
		return "already consumed";
	if (too_early > 0)
		return psprintf("awarded on %s, after %s", awarded_on, as_of);
	if (too_late > 0)
		return psprintf("expired on %s", expires_on);
	return NULL;
}

static char *
effective_text(const RuleSet *rule_set)
{
	bool		begins = !DATE_IS_NOBEGIN(rule_set->effective_from);
	bool		ends = !DATE_IS_NOEND(rule_set->effective_to);

	if (!begins && !ends)
		return "any day";
	return psprintf("%s%s..%s%s",
					begins ? date_text(rule_set->effective_from) : "", begins ? " " : "",
					ends ? " " : "", ends ? date_text(rule_set->effective_to) : "");
}

static char *
programmes_text(const RuleSet *rule_set)
{
	StringInfoData text;
	ListCell   *cell;

	initStringInfo(&text);
	foreach(cell, rule_set->programmes)
		appendStringInfo(&text, "%s'%s'", text.len > 0 ? ", " : "", (char *) lfirst(cell));
	return text.len > 0 ? text.data : "any";
}

static bool
in_scope(const RuleSet *rule_set, const char *code)
{
	ListCell   *cell;

	foreach(cell, rule_set->programmes)
	{
		if (strcmp(lfirst(cell), code) == 0)
			return true;
	}
	return rule_set->programmes == NIL;
}

/* why the rule set as a whole has no say here, or NULL */
static char *
judge_rule_set(Evaluation *evaluation)
{
	const RuleSet *rule_set = evaluation->prepared->rule_set;
	const char *code = evaluation->inputs.programme.code;
	bool		in_force = evaluation->as_of >= rule_set->effective_from &&
		evaluation->as_of <= rule_set->effective_to;
	bool		scoped = in_scope(rule_set, code);

	if (evaluation->explaining)
	{
		evaluation_explain(evaluation,
						   &(Explanation) {
							   .parameter = "effective",
							   .required = effective_text(rule_set),
							   .found = date_text(evaluation->as_of),
							   .missing = in_force ? NULL : "a rule set in force",
							   .passed = in_force});
		evaluation_explain(evaluation,
						   &(Explanation) {
							   .parameter = "programme",
							   .required = programmes_text(rule_set),
							   .found = code,
							   .missing = scoped ? NULL : "a rule set for this programme",
							   .passed = scoped});
	}
	if (!in_force)
		return psprintf("rule set '%s' is not in force on %s", rule_set->name,
						date_text(evaluation->as_of));
	if (!scoped)
		return psprintf("rule set '%s' is not for programme '%s'", rule_set->name, code);
	return NULL;
}

/* the achievements in order of preference, each with its refusal, if any */
void
candidates_make(Evaluation *evaluation)
{
	int			count = evaluation->inputs.achievement_count;
	char	   *refusal = judge_rule_set(evaluation);

	evaluation->candidates = palloc0(sizeof(Candidate) * Max(count, 1));
	evaluation->candidate_count = count;
	for (int i = 0; i < count; i++)
	{
		Candidate  *candidate = &evaluation->candidates[i];

		candidate->achievement = &evaluation->inputs.achievements[i];
		candidate->refusal = refusal ? refusal :
			judge_candidate(evaluation, candidate->achievement, NULL);
	}
	qsort(evaluation->candidates, count, sizeof(Candidate), compare_candidates);
}

/* ---- which sources cover which achievements ---- */

typedef struct HitVisit
{
	Evaluation *evaluation;
	int			candidate;
} HitVisit;

static void
add_hit(int source, void *argument)
{
	HitVisit   *visit = argument;
	Evaluation *evaluation = visit->evaluation;

	evaluation_spend(evaluation, 1, NULL);
	if (evaluation->hit_count == evaluation->hit_space)
	{
		evaluation->hit_space = evaluation->hit_space * 2 + 16;
		evaluation->hits = evaluation->hits ?
			repalloc(evaluation->hits, sizeof(Hit) * evaluation->hit_space) :
			palloc(sizeof(Hit) * evaluation->hit_space);
	}
	evaluation->hits[evaluation->hit_count++] = (Hit) {source, visit->candidate};
}

static int
compare_hits(const void *a, const void *b)
{
	const Hit  *left = a;
	const Hit  *right = b;

	if (left->source != right->source)
		return left->source < right->source ? -1 : 1;
	return left->candidate - right->candidate;
}

void
hits_find(Evaluation *evaluation)
{
	for (int i = 0; i < evaluation->candidate_count; i++)
	{
		HitVisit	visit = {evaluation, i};

		CHECK_FOR_INTERRUPTS();
		rules_visit_covering(evaluation->prepared, evaluation->candidates[i].achievement->ref,
							 add_hit, &visit);
	}
	qsort(evaluation->hits, evaluation->hit_count, sizeof(Hit), compare_hits);
}

/* ---- the achievements that meet a source's tests ---- */

static void
explain_used(Evaluation *evaluation, const Rule *rule, const Candidate *candidate)
{
	const Rule *used_by = candidate->used_by;

	explain_candidate(evaluation, rule, candidate->achievement, "used", "no",
					  used_by ? psprintf("by rule '%s'", used_by->name) : "no",
					  used_by ? "an achievement not used" : NULL);
}

/* the tests that do not depend on the source, once for each achievement */
static void
explain_general_tests(RuleRun *run, const Candidate *candidate, Bitmapset **explained)
{
	Evaluation *evaluation = run->evaluation;

	if (bms_is_member(candidate->achievement->item, *explained))
		return;
	*explained = bms_add_member(*explained, candidate->achievement->item);
	judge_candidate(evaluation, candidate->achievement, run->rule);
	explain_used(evaluation, run->rule, candidate);
}

static void
note_near_miss(Candidate *candidate, const Rule *rule, const RuleCondition *condition,
			   const SourceResult *result)
{
	if (candidate->near.rule == NULL || result->failures < candidate->near.failures)
		candidate->near = (NearMiss) {rule, result->failures, condition, result->first_failed};
}

static void
explain_no_achievement(RuleRun *run, const RuleCondition *condition)
{
	evaluation_explain(run->evaluation,
					   &(Explanation) {
						   .rule = run->rule->name,
						   .parameter = "achievement",
						   .required = condition->pattern,
						   .missing = "an achievement"});
}

/*
 * Tests the achievements that the rule covers, hits[first_hit .. hit_end - 1],
 * and lists for each of its sources those that meet it.
 */
void
rule_match(RuleRun *run, int first_hit, int hit_end)
{
	Evaluation *evaluation = run->evaluation;
	Bitmapset  *explained = NULL;
	int			hit = first_hit;

	run->matches = palloc0(sizeof(MatchList) * run->prepared->source_count);
	for (int i = 0; i < run->prepared->source_count; i++)
	{
		int			number = run->prepared->first_source + i;
		const PreparedSource *source = &evaluation->prepared->sources[number];
		MatchList  *list = &run->matches[i];
		int			end = hit;

		while (end < hit_end && evaluation->hits[end].source == number)
			end++;
		list->candidates = palloc(sizeof(Candidate *) * Max(end - hit, 1));
		if (end == hit && evaluation->explaining)
			explain_no_achievement(run, source->condition);
		for (; hit < end; hit++)
		{
			Candidate  *candidate = &evaluation->candidates[evaluation->hits[hit].candidate];
			SourceResult result;

			evaluation_spend(evaluation, 1 + source->test_count, run->rule);
			if (evaluation->explaining)
				explain_general_tests(run, candidate, &explained);
			else if (candidate->refusal != NULL || candidate->used_by != NULL)
				continue;
			result = source_test(evaluation, run->rule, source, candidate->achievement);
			note_near_miss(candidate, run->rule, source->condition, &result);
			if (candidate->refusal == NULL && candidate->used_by == NULL && result.failures == 0)
				list->candidates[list->count++] = candidate;
		}
	}
	bms_free(explained);
}
