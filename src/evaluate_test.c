/*
 * evaluate_test.c
 *		The tests of one source on one achievement.
 *
 * Promise: numbers are compared exactly as they were written; a test on
 * something an achievement does not state fails, and says so.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

#include "compat.h"
#include "evaluate.h"

/* what an achievement states for a parameter, or NULL */
static Numeric
stated_number(const Achievement *achievement, RuleParameter parameter)
{
	int64		count;

	switch (parameter)
	{
		case PARAM_LEVEL:
			return achievement->level;
		case PARAM_GRADE:
			return achievement->grade_number;
		case PARAM_ATTENDANCE:
			return achievement->attendance;
		case PARAM_OVERLAP:
			return achievement->overlap;
		case PARAM_HOURS:
			return achievement_amount_in(achievement, UNIT_HR, &count) ?
				int64_div_fast_to_numeric(count, 4) : NULL;
		case PARAM_CREDITS:
			return achievement_amount_in(achievement, UNIT_CR, &count) ?
				int64_div_fast_to_numeric(count, 4) : NULL;
		default:
			return NULL;
	}
}

static const char *
parameter_suffix(RuleParameter parameter)
{
	switch (parameter)
	{
		case PARAM_ATTENDANCE:
		case PARAM_OVERLAP:
			return "%";
		case PARAM_HOURS:
			return " hr";
		case PARAM_CREDITS:
			return " cr";
		default:
			return "";
	}
}

static char *
quantity_text(Numeric number, RuleParameter parameter)
{
	return psprintf("%s%s", numeric_normalize(number), parameter_suffix(parameter));
}

static char *
required_text(const RuleTest *test)
{
	return psprintf("%s %s%s", rule_operator_sign(test->operator),
					rule_decimal_text(test->value), parameter_suffix(test->parameter));
}

/* NULL when nothing is stated */
static char *
found_text(const Achievement *achievement, RuleParameter parameter)
{
	Numeric		number = stated_number(achievement, parameter);

	if (parameter == PARAM_GRADE)
		return achievement->grade;
	return number ? quantity_text(number, parameter) : NULL;
}

static int
compare_numbers(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

static bool
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

/* what a number that failed lacks to pass */
static char *
missing_text(const RuleTest *test, Numeric found, Numeric required)
{
	bool		too_low = compare_numbers(found, required) < 0 || test->operator == OP_GT;
	Numeric		low = too_low ? found : required;
	Numeric		high = too_low ? required : found;
	Numeric		gap = DatumGetNumeric(DirectFunctionCall2(numeric_sub, NumericGetDatum(high),
														  NumericGetDatum(low)));
	char	   *text = quantity_text(gap, test->parameter);

	switch (test->operator)
	{
		case OP_GE:
			return text;
		case OP_GT:
			return psprintf("more than %s", text);
		case OP_LE:
			return psprintf("%s less", text);
		case OP_LT:
			return psprintf("more than %s less", text);
		case OP_EQ:
			return psprintf("%s %s", text, too_low ? "more" : "less");
	}
	pg_unreachable();
}

static void
explain_test(Evaluation *evaluation, const Rule *rule, const Achievement *achievement,
			 const PreparedTest *prepared, bool passed)
{
	const RuleTest *test = prepared->test;
	Numeric		found = stated_number(achievement, test->parameter);
	const char *name = rule_parameter_name(test->parameter);
	char	   *missing = NULL;

	if (!passed)
		missing = found ? missing_text(test, found, prepared->value) :
			found_text(achievement, test->parameter) ? "a numeric grade" :
			psprintf("no %s stated", name);
	evaluation_explain(evaluation,
					   &(Explanation) {
						   .rule = rule->name,
						   .source = achievement->ref,
						   .parameter = name,
						   .required = required_text(test),
						   .found = found_text(achievement, test->parameter),
						   .missing = missing,
						   .passed = passed});
}

/*
 * The same day so many months later, or the month's last day where it is
 * shorter; no date beyond what a date can hold.
 */
static DateADT
add_months(DateADT date, int64 months)
{
	int			year,
				month,
				day;
	int64		later;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	later = (int64) year * MONTHS_PER_YEAR + (month - 1) + months;
	if (later / MONTHS_PER_YEAR >= JULIAN_MAXYEAR)
		return DATEVAL_NOEND;
	year = (int) (later / MONTHS_PER_YEAR);
	month = (int) (later % MONTHS_PER_YEAR) + 1;
	return date2j(year, month, Min(day, day_tab[isleap(year)][month - 1])) - POSTGRES_EPOCH_JDATE;
}

/* the last day on which an award is young enough */
static DateADT
last_day(DateADT awarded_on, const RuleCondition *condition)
{
	int64		day;

	switch (condition->within_unit)
	{
		case PERIOD_DAYS:
			day = (int64) awarded_on + condition->within;
			return day < DATEVAL_NOEND ? (DateADT) day : DATEVAL_NOEND;
		case PERIOD_MONTHS:
			return add_months(awarded_on, condition->within);
		case PERIOD_YEARS:
			return add_months(awarded_on, (int64) condition->within * MONTHS_PER_YEAR);
	}
	pg_unreachable();
}

static char *
within_text(const RuleCondition *condition)
{
	const char *unit = condition->within_unit == PERIOD_DAYS ? "day" :
		condition->within_unit == PERIOD_MONTHS ? "month" : "year";

	return psprintf("%d %s%s", condition->within, unit, condition->within == 1 ? "" : "s");
}

static bool
age_test(Evaluation *evaluation, const Rule *rule, const RuleCondition *condition,
		 const Achievement *achievement)
{
	bool		stated = achievement->awarded_on.given;
	int64		overdue = 0;
	bool		passed;

	if (stated)
		overdue = (int64) evaluation->as_of - last_day(achievement->awarded_on.date, condition);
	passed = stated && overdue <= 0;
	if (evaluation->explaining)
		evaluation_explain(evaluation,
						   &(Explanation) {
							   .rule = rule->name,
							   .source = achievement->ref,
							   .parameter = "within",
							   .required = within_text(condition),
							   .found = stated ? date_text(achievement->awarded_on.date) : NULL,
							   .missing = passed ? NULL :
							   stated ? days_text(overdue) : "no awarded_on stated",
							   .passed = passed});
	return passed;
}

/* all tests of a source on an achievement that its pattern covers */
SourceResult
source_test(Evaluation *evaluation, const Rule *rule,
			const PreparedSource *source, const Achievement *achievement)
{
	SourceResult result = {0, NULL};
	const RuleCondition *condition = source->condition;

	if (condition->within > 0 && !age_test(evaluation, rule, condition, achievement))
		result.failures++;
	for (int i = 0; i < source->test_count; i++)
	{
		const PreparedTest *prepared = &source->tests[i];
		Numeric		found = stated_number(achievement, prepared->test->parameter);
		bool		passed = found != NULL &&
			comparison_holds(prepared->test->operator, compare_numbers(found, prepared->value));

		if (evaluation->explaining)
			explain_test(evaluation, rule, achievement, prepared, passed);
		if (!passed && result.failures++ == 0)
			result.first_failed = prepared->test;
	}
	return result;
}

/* why no rule used a candidate, by the rule that came nearest */
char *
near_miss_text(const Candidate *candidate)
{
	const NearMiss *near = &candidate->near;
	const Achievement *achievement = candidate->achievement;
	const char *found;

	if (near->rule == NULL)
		return "no rule covers it";
	if (near->failures == 0)
		return psprintf("rule '%s' needs further achievements", near->rule->name);
	if (near->test == NULL)
		return psprintf("rule '%s' requires an award within %s, found %s", near->rule->name,
						within_text(near->condition),
						achievement->awarded_on.given ? date_text(achievement->awarded_on.date) : "none");
	found = found_text(achievement, near->test->parameter);
	return psprintf("rule '%s' requires %s %s, found %s", near->rule->name,
					rule_parameter_name(near->test->parameter), required_text(near->test),
					found ? found : "none");
}
