/*
 * evaluate_match.c
 *		Which achievements meet the tests of each source of a rule.
 *
 * Promise: a rule looks at the achievements that its patterns cover and at no
 * others, found by the index; a rule out of its own days or programmes is not
 * tried.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"

#include "compat.h"
#include "evaluate_match.h"

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

static inline int
compare_hits(const Hit *left, const Hit *right)
{
	if (left->source != right->source)
		return left->source < right->source ? -1 : 1;
	return left->candidate - right->candidate;
}

#define ST_SORT sort_hits
#define ST_ELEMENT_TYPE Hit
#define ST_COMPARE(a, b) compare_hits(a, b)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

void
hits_find(Evaluation *evaluation)
{
	for (int i = 0; i < evaluation->candidate_count; i++)
	{
		HitVisit	visit = {evaluation, i};
		int			item = evaluation->candidates[i].achievement->item;

		CHECK_FOR_INTERRUPTS();
		rules_visit_covering(evaluation->prepared, &evaluation->inputs.items[item],
							 add_hit, &visit);
	}
	if (evaluation->hit_count > 1)
		sort_hits(evaluation->hits, evaluation->hit_count);
}

/* ---- the achievements that meet a source's tests ---- */

/* Is it a rule for this day and programme?  What it does not say is so. */
static bool
rule_is_tried(Evaluation *evaluation, const Rule *rule)
{
	bool		in_force = true;
	bool		meant = true;

	if (!DATE_IS_NOBEGIN(rule->effective_from) || !DATE_IS_NOEND(rule->effective_to))
		in_force = evaluation_in_force(evaluation, rule, rule->effective_from, rule->effective_to);
	if (rule->programmes != NIL)
		meant = evaluation_in_programme(evaluation, rule, rule->programmes);
	return in_force && meant;
}

/* the tests that do not depend on the source, once for each achievement */
static void
explain_general_tests(RuleRun *run, const Candidate *candidate, Bitmapset **explained)
{
	if (bms_is_member(candidate->achievement->item, *explained))
		return;
	*explained = bms_add_member(*explained, candidate->achievement->item);
	candidate_explain(run->evaluation, candidate, run->rule);
}

static void
note_near_miss(Candidate *candidate, const PreparedSource *source, const Rule *rule,
			   SourceResult result)
{
	if (candidate->near.rule == NULL || result.failures < candidate->near.result.failures)
		candidate->near = (NearMiss) {rule, source, result};
}

static void
explain_no_achievement(RuleRun *run, const RuleCondition *condition)
{
	evaluation_explain(run->evaluation,
					   &(Explanation) {
						   .rule = run->rule->name,
						   .parameter = "achievement",
						   .required = condition->pattern,
						   .missing = say(run->evaluation->language, SAY_ACHIEVEMENT)});
}

/* Tests a covered achievement; true when the source can take it. */
static bool
match_source(RuleRun *run, const PreparedSource *source, Candidate *candidate,
			 Bitmapset **explained)
{
	Evaluation *evaluation = run->evaluation;
	bool		usable = candidate->refusal == NULL && candidate->used_by == NULL;
	SourceResult result;

	evaluation_spend(evaluation, 1 + source->test_count, run->rule);
	if (evaluation->explaining)
		explain_general_tests(run, candidate, explained);
	else if (!usable)
		return false;
	result = source_test(evaluation, source, candidate->achievement);
	note_near_miss(candidate, source, run->rule, result);
	return usable && result.failures == 0;
}

/* ---- by what they bring ---- */

/* a candidate with what a rule would grant for it */
typedef struct ValuedCandidate
{
	Candidate  *candidate;
	int64		count;
} ValuedCandidate;

static bool
looks_at_source(const Rule *rule)
{
	ListCell   *cell;

	foreach(cell, rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);

		if (grant->has_per || grant->table != NULL || grant->by_share)
			return true;
	}
	return false;
}

/* units do not add up: the first that is granted counts */
static int64
candidate_worth(RuleRun *run, Candidate *candidate)
{
	Evaluation *evaluation = run->evaluation;
	int64		count = 0;
	int			unit = -1;
	ListCell   *cell;

	foreach(cell, run->rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);
		const Course *course = programme_course(&evaluation->inputs.programme, grant->target);
		Line		line = {.source_count = 1};

		evaluation_spend(evaluation, 1, run->rule);
		if (grant_value(evaluation, run->rule, grant, course, &candidate, 1, &line) != LACKS_NOTHING)
			continue;
		if (unit < 0)
			unit = credit_amount_unit_code(line.before_caps);
		if (unit == credit_amount_unit_code(line.before_caps) &&
			pg_add_s64_overflow(count, credit_amount_count(line.before_caps), &count))
			return PG_INT64_MAX;
	}
	return count;
}

/* larger first; what is worth the same stays in the order of preference */
static int
compare_worths(const void *a, const void *b)
{
	const ValuedCandidate *left = a;
	const ValuedCandidate *right = b;

	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return left->candidate < right->candidate ? -1 : 1;
}

/*
 * Where it depends on the achievement what a rule grants, those come first that
 * bring the most.
 */
static void
order_by_worth(RuleRun *run, MatchList *list)
{
	ValuedCandidate *worths = palloc(sizeof(ValuedCandidate) * list->count);

	for (int i = 0; i < list->count; i++)
		worths[i] = (ValuedCandidate) {list->candidates[i], candidate_worth(run, list->candidates[i])};
	qsort(worths, list->count, sizeof(ValuedCandidate), compare_worths);
	for (int i = 0; i < list->count; i++)
		list->candidates[i] = worths[i].candidate;
	pfree(worths);
}

/*
 * Tests the achievements that the rule covers, hits[first_hit .. hit_end - 1],
 * and lists for each of its sources those that meet it.  False when the rule is
 * not tried at all.
 */
bool
rule_match(RuleRun *run, int first_hit, int hit_end)
{
	Evaluation *evaluation = run->evaluation;
	Bitmapset  *explained = NULL;
	int			hit = first_hit;

	int			source_count = run->prepared->source_count;
	Candidate **next;

	run->matches = palloc(sizeof(MatchList) * source_count + sizeof(Candidate *) * (hit_end - first_hit));
	next = (Candidate **) (run->matches + source_count);
	if (!rule_is_tried(evaluation, run->rule))
		return false;
	for (int i = 0; i < source_count; i++)
	{
		int			number = run->prepared->first_source + i;
		const PreparedSource *source = &evaluation->prepared->sources[number];
		MatchList  *list = &run->matches[i];
		int			end = hit;

		*list = (MatchList) {next, 0};
		while (end < hit_end && evaluation->hits[end].source == number)
			end++;
		next += end - hit;
		if (end == hit && evaluation->explaining)
			explain_no_achievement(run, source->condition);
		for (; hit < end; hit++)
		{
			Candidate  *candidate = &evaluation->candidates[evaluation->hits[hit].candidate];

			if (match_source(run, source, candidate, &explained))
				list->candidates[list->count++] = candidate;
		}
	}
	if (source_count == 1 && run->matches[0].count > 1 && looks_at_source(run->rule))
		order_by_worth(run, &run->matches[0]);
	bms_free(explained);
	return true;
}
