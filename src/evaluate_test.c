/*
 * evaluate_test.c
 *		The tests of one source on one achievement.
 *
 * A source makes a number of checks: the age of the award, the validity that is
 * left, then each test of the rule.
 *
 * Promise: numbers are compared exactly as they were written; a test on
 * something an achievement does not state fails, unless it asks that something
 * is not among words.  Nothing is put into words here.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "achievement_ref.h"
#include "compat.h"
#include "evaluate_match.h"

int
numbers_compare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

bool
comparison_holds(RuleOperator operator, int comparison)
{
	switch (operator)
	{
		case OP_GE:
			return comparison >= 0;
		case OP_GT:
			return comparison > 0;
		case OP_LE:
			return comparison <= 0;
		case OP_LT:
			return comparison < 0;
		case OP_EQ:
			return comparison == 0;
	}
	pg_unreachable();
}

/* ---- what is stated ---- */

static int
compare_to_overlap(const void *course, const void *overlap)
{
	return strcmp(course, ((const CourseOverlap *) overlap)->course);
}

/*
 * Where courses are told apart, the least overlap with those that the rule
 * grants, or NULL when one of them is not stated.
 */
static Numeric
achievement_overlap(Evaluation *evaluation, const PreparedSource *source,
					const Achievement *achievement)
{
	const Rule *rule = evaluation->prepared->rules[source->rule].rule;
	Numeric		least = NULL;
	ListCell   *cell;

	if (achievement->overlap_list == NULL)
		return achievement->overlap;
	foreach(cell, rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);
		const CourseOverlap *found;

		evaluation_spend(evaluation, 1, rule);
		if (grant->target == NULL)
			continue;
		found = bsearch(grant->target, achievement->overlaps, achievement->overlap_count,
						sizeof(CourseOverlap), compare_to_overlap);
		if (found == NULL)
			return NULL;
		if (least == NULL || numbers_compare(found->overlap, least) < 0)
			least = found->overlap;
	}
	return least != NULL ? least : achievement->overlap;
}

/* a number other than hours and credits, or NULL */
Numeric
achievement_number(Evaluation *evaluation, const PreparedSource *source,
				   const Achievement *achievement, RuleParameter parameter)
{
	switch (parameter)
	{
		case PARAM_LEVEL:
			return achievement->level;
		case PARAM_GRADE:
			return achievement->grade_number;
		case PARAM_ATTENDANCE:
			return achievement->attendance;
		case PARAM_OVERLAP:
			return achievement_overlap(evaluation, source, achievement);
		case PARAM_PLACE:
			return achievement->team_place;
		case PARAM_SHARE:
			return achievement->share;
		case PARAM_RANK:
			return achievement->rank_number;
		default:
			return NULL;
	}
}

bool
parameter_is_amount(RuleParameter parameter)
{
	return parameter == PARAM_HOURS || parameter == PARAM_CREDITS;
}

int
parameter_unit(RuleParameter parameter)
{
	return parameter == PARAM_HOURS ? UNIT_HR : UNIT_CR;
}

/* a word other than tags, or NULL */
const char *
achievement_word(const Evaluation *evaluation, const Achievement *achievement,
				 RuleParameter parameter)
{
	const InputItem *item = &evaluation->inputs.items[achievement->item];

	switch (parameter)
	{
		case PARAM_GRADE:
			return achievement->grade;
		case PARAM_RANK:
			return achievement->rank;
		case PARAM_ISSUER:
			return item->issuer;
		case PARAM_INSTITUTION:
			return achievement->institution;
		case PARAM_SCALE:
			return achievement->scale;
		case PARAM_CLASS:
			return achievement_class_name(item->achievement_class);
		default:
			return NULL;
	}
}

/*
 * The sum of what the rule's targets are worth in a unit; false when it has
 * none, or one states nothing.
 */
bool
targets_sum(Evaluation *evaluation, const Rule *rule, int unit, int64 *sum)
{
	bool		known = false;
	ListCell   *cell;

	*sum = 0;
	foreach(cell, rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);
		const Course *course;
		const OptionalAmount *worth;

		evaluation_spend(evaluation, 1, rule);
		if (grant->target == NULL)
			continue;
		course = programme_course(&evaluation->inputs.programme, grant->target);
		worth = course == NULL ? NULL : unit == UNIT_HR ? &course->hours : &course->credits;
		if (worth == NULL || !worth->given || credit_amount_unit_code(worth->amount) != unit ||
			!credit_count_fits(*sum + credit_amount_count(worth->amount)))
			return false;
		*sum += credit_amount_count(worth->amount);
		known = true;
	}
	return known;
}

/* ---- does it hold? ---- */

static bool
number_test_holds(Evaluation *evaluation, const PreparedSource *source,
				  const PreparedTest *prepared, const Achievement *achievement)
{
	const RuleTest *test = prepared->test;
	Numeric		number;
	int64		count;

	if (parameter_is_amount(test->parameter))
		return achievement_amount_in(achievement, parameter_unit(test->parameter), &count) &&
			comparison_holds(test->operator, (count > test->value) - (count < test->value));
	if (test->scale != NULL &&
		(achievement->scale == NULL || strcmp(achievement->scale, test->scale) != 0))
		return false;
	number = achievement_number(evaluation, source, achievement, test->parameter);
	return number != NULL && comparison_holds(test->operator, numbers_compare(number, prepared->value));
}

/* a grade and a word of the scale; the grade may be stated without the scale */
static bool
grade_test_holds(Evaluation *evaluation, const RuleTest *test, const Achievement *achievement)
{
	const RuleScale *scale = rule_scale_named(evaluation->prepared->rule_set, test->scale);
	int			found;

	evaluation_spend(evaluation, list_length(scale->words), NULL);
	if (achievement->grade == NULL ||
		(achievement->scale != NULL && strcmp(achievement->scale, test->scale) != 0))
		return false;
	found = rule_word_place(scale->words, achievement->grade);
	return found >= 0 &&
		comparison_holds(test->operator, found - rule_word_place(scale->words, linitial(test->words)));
}

/* found * 100% against the percentage of the targets' sum, exactly */
static bool
target_test_holds(Evaluation *evaluation, const PreparedSource *source, const RuleTest *test,
				  const Achievement *achievement)
{
	const Rule *rule = evaluation->prepared->rules[source->rule].rule;
	int			unit = parameter_unit(test->parameter);
	int64		count;
	int64		sum;
	int128		found;
	int128		required;

	if (!achievement_amount_in(achievement, unit, &count) ||
		!targets_sum(evaluation, rule, unit, &sum))
		return false;
	found = (int128) count * RULE_WHOLE_PERCENT;
	required = (int128) sum * test->value;
	return comparison_holds(test->operator, (found > required) - (found < required));
}

static bool
words_test_holds(Evaluation *evaluation, const RuleTest *test, const Achievement *achievement)
{
	const WordList *tags = &achievement->tags;
	const char *word;
	bool		found = false;

	if (test->parameter != PARAM_TAG)
	{
		evaluation_spend(evaluation, list_length(test->words), NULL);
		word = achievement_word(evaluation, achievement, test->parameter);
		return (word != NULL && rule_word_place(test->words, word) >= 0) != test->negated;
	}
	for (int i = 0; i < tags->count && !found; i++)
	{
		evaluation_spend(evaluation, list_length(test->words), NULL);
		found = rule_word_place(test->words, tags->words[i]) >= 0;
	}
	return found != test->negated;
}

static bool
test_holds(Evaluation *evaluation, const PreparedSource *source, const PreparedTest *prepared,
		   const Achievement *achievement)
{
	const RuleTest *test = prepared->test;

	switch (test->kind)
	{
		case TEST_NUMBER:
			return number_test_holds(evaluation, source, prepared, achievement);
		case TEST_WORDS:
			return words_test_holds(evaluation, test, achievement);
		case TEST_GRADE:
			return grade_test_holds(evaluation, test, achievement);
		case TEST_TARGET:
			return target_test_holds(evaluation, source, test, achievement);
	}
	pg_unreachable();
}

/* An achievement that states no end is valid for any time. */
static bool
validity_holds(const Evaluation *evaluation, const RuleCondition *condition,
			   const Achievement *achievement)
{
	return !achievement->expires_on.given || achievement->expires_on.date >=
		span_end(evaluation->as_of, condition->valid_for, condition->valid_for_unit);
}

static bool
age_holds(const Evaluation *evaluation, const RuleCondition *condition,
		  const Achievement *achievement)
{
	return achievement->awarded_on.given && evaluation->as_of <=
		span_end(achievement->awarded_on.date, condition->within, condition->within_unit);
}

/* does a check of a source, by its number, hold? */
static bool
source_check_holds(Evaluation *evaluation, const PreparedSource *source, int check,
				   const Achievement *achievement)
{
	const RuleCondition *condition = source->condition;

	if (check == CHECK_AGE)
		return condition->within == 0 || age_holds(evaluation, condition, achievement);
	if (check == CHECK_VALIDITY)
		return condition->valid_for == 0 || validity_holds(evaluation, condition, achievement);
	return test_holds(evaluation, source, &source->tests[check - CHECK_TESTS], achievement);
}

/* all checks of a source on an achievement that its pattern covers */
SourceResult
source_test(Evaluation *evaluation, const PreparedSource *source, const Achievement *achievement)
{
	SourceResult result = {0, 0};

	for (int check = 0; check < CHECK_TESTS + source->test_count; check++)
	{
		bool		passed = source_check_holds(evaluation, source, check, achievement);

		if (evaluation->explaining)
			source_check_explain(evaluation, source, check, achievement, passed);
		if (!passed && result.failures++ == 0)
			result.first_failed = check;
	}
	return result;
}
