/*
 * evaluate_test_words.c
 *		What the tests of a source ask for, find and miss, in words.
 *
 * Promise: an explanation and the reason of a line take their words from here,
 * the one in the language asked for, the other always in English, because lines
 * are stored.  It must never decide whether a test holds.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "compat.h"
#include "evaluate_match.h"

/* one check that is put into words */
typedef struct Wording
{
	Evaluation *evaluation;
	EvaluationLanguage language;
	const PreparedSource *source;
	const RuleTest *test;		/* NULL: the age or the validity */
	const Achievement *achievement;
	bool		passed;
	Explanation *words;			/* to be filled */
} Wording;

static const char *
parameter_suffix(EvaluationLanguage language, RuleParameter parameter)
{
	switch (parameter)
	{
		case PARAM_ATTENDANCE:
		case PARAM_OVERLAP:
		case PARAM_SHARE:
			return "%";
		case PARAM_HOURS:
		case PARAM_CREDITS:
			return joined(" ", unit_said(language, parameter_unit(parameter)), NULL);
		default:
			return "";
	}
}

static char *
quantity_text(EvaluationLanguage language, Numeric number, RuleParameter parameter)
{
	return joined(numeric_normalize(number), parameter_suffix(language, parameter), NULL);
}

static Numeric
subtract(Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_sub, NumericGetDatum(a),
											   NumericGetDatum(b)));
}

/* what something that is off by a gap lacks to pass a comparison */
static char *
lacking_text(EvaluationLanguage language, RuleOperator operator, bool too_low, char *gap)
{
	switch (operator)
	{
		case OP_GE:
			return gap;
		case OP_GT:
			return say(language, SAY_GAP_ABOVE, gap);
		case OP_LE:
			return say(language, SAY_GAP_LESS, gap);
		case OP_LT:
			return say(language, SAY_GAP_BELOW, gap);
		case OP_EQ:
			return say(language, too_low ? SAY_GAP_MORE : SAY_GAP_LESS, gap);
	}
	pg_unreachable();
}

/* what a number lacks to pass a comparison with a bound */
char *
number_lacking_text(EvaluationLanguage language, const RuleTest *test, Numeric found, Numeric bound)
{
	bool		too_low = numbers_compare(found, bound) < 0;
	Numeric		gap = too_low ? subtract(bound, found) : subtract(found, bound);

	return lacking_text(language, test->operator, too_low, quantity_text(language, gap, test->parameter));
}

static char *
not_stated(EvaluationLanguage language, RuleParameter parameter)
{
	return say(language, SAY_NOT_STATED,
			   parameter_text(language, rule_parameter_name(parameter)));
}

/* ---- the age and the validity ---- */

static void
word_age(const Wording *wording)
{
	EvaluationLanguage language = wording->language;
	const RuleCondition *condition = wording->source->condition;
	OptionalDate awarded_on = wording->achievement->awarded_on;
	Explanation *words = wording->words;

	words->parameter = "within";
	words->required = span_text(language, condition->within, condition->within_unit);
	if (awarded_on.given)
		words->found = date_text(awarded_on.date);
	if (!wording->passed && !awarded_on.given)
		words->missing = say(language, SAY_NO_AWARD);
	else if (!wording->passed)
		words->missing = span_text(language, (int64) wording->evaluation->as_of -
								   span_end(awarded_on.date, condition->within,
											condition->within_unit), PERIOD_DAYS);
}

static void
word_validity(const Wording *wording)
{
	const RuleCondition *condition = wording->source->condition;
	OptionalDate expires_on = wording->achievement->expires_on;
	Explanation *words = wording->words;

	words->parameter = "valid_for";
	words->required = span_text(wording->language, condition->valid_for, condition->valid_for_unit);
	if (expires_on.given)
		words->found = date_text(expires_on.date);
	if (!wording->passed)
		words->missing = span_text(wording->language,
								   (int64) span_end(wording->evaluation->as_of, condition->valid_for,
													condition->valid_for_unit) - expires_on.date,
								   PERIOD_DAYS);
}

/* ---- numbers ---- */

static char *
with_scale(EvaluationLanguage language, char *text, const char *scale)
{
	return scale ? say(language, SAY_ON_SCALE, text, scale) : text;
}

/* a number in the achievement's hours or credits, too; or NULL */
static Numeric
stated_number(const Wording *wording, RuleParameter parameter)
{
	int64		count;

	if (!parameter_is_amount(parameter))
		return achievement_number(wording->evaluation, wording->source, wording->achievement,
								  parameter);
	return achievement_amount_in(wording->achievement, parameter_unit(parameter), &count) ?
		int64_div_fast_to_numeric(count, 4) : NULL;
}

/* what the achievement states for a test of a number, or NULL */
static char *
number_found(const Wording *wording)
{
	const Achievement *achievement = wording->achievement;
	RuleParameter parameter = wording->test->parameter;
	const char *label = parameter == PARAM_GRADE || parameter == PARAM_RANK ?
		achievement_word(wording->evaluation, achievement, parameter) : NULL;
	Numeric		number = stated_number(wording, parameter);

	if (label != NULL)
		return with_scale(wording->language, pstrdup(label),
						  wording->test->scale ? achievement->scale : NULL);
	return number ? quantity_text(wording->language, number, parameter) : NULL;
}

/* is the scale that the test is on the one that the achievement states? */
static bool
on_the_scale(const Wording *wording)
{
	const char *scale = wording->achievement->scale;

	if (wording->test->scale == NULL)
		return true;
	return scale ? strcmp(scale, wording->test->scale) == 0 : wording->test->kind == TEST_GRADE;
}

static char *
number_missing(const Wording *wording)
{
	EvaluationLanguage language = wording->language;
	const RuleTest *test = wording->test;
	Numeric		found = stated_number(wording, test->parameter);

	if (wording->words->found == NULL)
		return not_stated(language, test->parameter);
	if (!on_the_scale(wording))
		return say(language, SAY_GRADE_ON, test->scale);
	if (found == NULL)
		return say(language, SAY_NUMERIC,
				   parameter_text(language, rule_parameter_name(test->parameter)));
	return number_lacking_text(language, test, found, int64_div_fast_to_numeric(test->value, 4));
}

char *
number_required_text(EvaluationLanguage language, const RuleTest *test)
{
	return joined(rule_operator_sign(test->operator), " ", rule_decimal_text(test->value),
				  parameter_suffix(language, test->parameter), NULL);
}

static void
word_number(const Wording *wording)
{
	wording->words->required = with_scale(wording->language,
										  number_required_text(wording->language, wording->test),
										  wording->test->scale);
	wording->words->found = number_found(wording);
	if (!wording->passed)
		wording->words->missing = number_missing(wording);
}

/* ---- a percentage of the targets ---- */

/* what it comes to: a percentage of a sum */
Numeric
target_bound(const RuleTest *test, int64 sum)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_mul,
											   NumericGetDatum(int64_div_fast_to_numeric(sum, 4)),
											   NumericGetDatum(int64_div_fast_to_numeric(test->value, 6))));
}

char *
target_required_text(EvaluationLanguage language, const RuleTest *test, const int64 *sum)
{
	const char *sign = rule_operator_sign(test->operator);
	char	   *percent = rule_decimal_text(test->value);

	if (sum == NULL)
		return say(language, SAY_PERCENT_OF_TARGET, sign, percent);
	return say(language, SAY_PERCENT_OF_SUM, sign,
			   quantity_text(language, target_bound(test, *sum), test->parameter), percent,
			   quantity_text(language, int64_div_fast_to_numeric(*sum, 4), test->parameter));
}

static void
word_target(const Wording *wording)
{
	EvaluationLanguage language = wording->language;
	const RuleTest *test = wording->test;
	const Rule *rule = wording->evaluation->prepared->rules[wording->source->rule].rule;
	Explanation *words = wording->words;
	int64		sum;
	bool		known = targets_sum(wording->evaluation, rule, parameter_unit(test->parameter), &sum);
	Numeric		found = stated_number(wording, test->parameter);

	words->required = target_required_text(language, test, known ? &sum : NULL);
	if (found != NULL)
		words->found = quantity_text(language, found, test->parameter);
	if (wording->passed)
		return;
	words->missing = found == NULL ? not_stated(language, test->parameter) :
		!known ? say(language, SAY_TARGET_UNKNOWN,
					 parameter_text(language, rule_parameter_name(test->parameter))) :
		number_lacking_text(language, test, found, target_bound(test, sum));
}

/* ---- words ---- */

static char *
join_words(const List *words)
{
	StringInfoData text;
	ListCell   *cell;

	initStringInfo(&text);
	foreach(cell, words)
		appendStringInfo(&text, "%s'%s'", text.len > 0 ? ", " : "", (char *) lfirst(cell));
	return text.data;
}

static char *
join_tags(const WordList *tags)
{
	StringInfoData text;

	if (tags->count == 0)
		return NULL;
	initStringInfo(&text);
	for (int i = 0; i < tags->count; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "", tags->words[i]);
	return text.data;
}

static void
word_words(const Wording *wording)
{
	EvaluationLanguage language = wording->language;
	const RuleTest *test = wording->test;
	Explanation *words = wording->words;

	words->required = say(language, test->negated ? SAY_NOT_IN : SAY_IN,
						  join_words(test->words));
	words->found = test->parameter == PARAM_TAG ? join_tags(&wording->achievement->tags) :
		achievement_word(wording->evaluation, wording->achievement, test->parameter);
	if (!wording->passed)
		words->missing = words->found == NULL ? not_stated(language, test->parameter) :
			say(language, test->negated ? SAY_NONE_OF_THESE : SAY_ONE_OF_THESE);
}

/* ---- a grade on a scale of words ---- */

static char *
grade_missing(const Wording *wording)
{
	EvaluationLanguage language = wording->language;
	const RuleTest *test = wording->test;
	const RuleScale *scale = rule_scale_named(wording->evaluation->prepared->rule_set, test->scale);
	const char *grade = wording->achievement->grade;
	int			found = grade ? rule_word_place(scale->words, grade) : -1;
	int			gap = found - rule_word_place(scale->words, linitial(test->words));

	if (grade == NULL)
		return not_stated(language, PARAM_GRADE);
	if (found < 0 || !on_the_scale(wording))
		return say(language, SAY_GRADE_ON, test->scale);
	return lacking_text(language, test->operator, gap < 0,
						say(language, abs(gap) == 1 ? SAY_STEP : SAY_STEPS,
							psprintf("%d", abs(gap))));
}

static void
word_grade(const Wording *wording)
{
	const RuleTest *test = wording->test;

	wording->words->required = with_scale(wording->language,
										  psprintf("%s '%s'", rule_operator_sign(test->operator),
												   (char *) linitial(test->words)),
										  test->scale);
	wording->words->found = number_found(wording);
	if (!wording->passed)
		wording->words->missing = grade_missing(wording);
}

/* ---- any check ---- */

/* fills parameter, required, found and, where it failed, missing */
static void
word_check(Evaluation *evaluation, EvaluationLanguage language, const PreparedSource *source,
		   int check, const Achievement *achievement, Explanation *words)
{
	static void (*const tests[]) (const Wording *wording) = {
		[TEST_NUMBER] = word_number,
		[TEST_WORDS] = word_words,
		[TEST_GRADE] = word_grade,
		[TEST_TARGET] = word_target
	};
	Wording		wording = {
		evaluation, language, source, NULL, achievement, words->passed, words
	};

	if (check == CHECK_AGE)
		word_age(&wording);
	else if (check == CHECK_VALIDITY)
		word_validity(&wording);
	else
	{
		wording.test = source->tests[check - CHECK_TESTS].test;
		words->parameter = rule_parameter_name(wording.test->parameter);
		tests[wording.test->kind] (&wording);
	}
}

void
source_check_explain(Evaluation *evaluation, const PreparedSource *source, int check,
					 const Achievement *achievement, bool passed)
{
	Explanation explanation = {
		.rule = evaluation->prepared->rules[source->rule].rule->name,
		.source = achievement->ref,
		.passed = passed
	};

	if ((check == CHECK_AGE && source->condition->within == 0) ||
		(check == CHECK_VALIDITY && source->condition->valid_for == 0))
		return;
	word_check(evaluation, evaluation->language, source, check, achievement, &explanation);
	evaluation_explain(evaluation, &explanation);
}

/* why no rule used a candidate, by the rule that came nearest; in English */
char *
near_miss_text(Evaluation *evaluation, const Candidate *candidate)
{
	const NearMiss *near = &candidate->near;
	int			check = near->result.first_failed;
	Explanation words = {.passed = true};	/* what is missing is not told */
	const char *what;
	char	   *text;

	if (near->rule == NULL)
		return "no rule covers it";
	if (near->result.failures == 0)
		return psprintf("rule '%s' needs further achievements", near->rule->name);
	word_check(evaluation, LANGUAGE_ENGLISH, near->source, check, candidate->achievement, &words);
	what = check == CHECK_AGE ? "an award within" : check == CHECK_VALIDITY ? "validity for" :
		words.parameter;
	text = joined("rule '", near->rule->name, "' requires ", what, " ", words.required,
				  ", found ", words.found ? words.found : "none", NULL);
	evaluation_spend_text(evaluation, text);
	return text;
}
