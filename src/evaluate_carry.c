/*
 * evaluate_carry.c
 *		What becomes of the sources' grades, and the mark of a granted line.
 *
 * Promise: a grade is carried over as it is written, or worked out exactly and
 * rounded once, as the rule rounds; it is never guessed from words.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "compat.h"
#include "evaluate_match.h"

static Numeric
compute(PGFunction function, Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(function, NumericGetDatum(a), NumericGetDatum(b)));
}

/* sum / count rounded to a whole number; half up means away from zero */
static Numeric
round_mean(Numeric sum, Numeric count, RuleRoundingMode mode)
{
	Numeric		zero = int64_to_numeric(0);
	Numeric		two = int64_to_numeric(2);
	Numeric		one = int64_to_numeric(numbers_compare(sum, zero) < 0 ? -1 : 1);
	Numeric		quotient = compute(numeric_div_trunc, sum, count);
	Numeric		rest = compute(numeric_sub, sum, compute(numeric_mul, quotient, count));
	int			half = numbers_compare(compute(numeric_mul, compute(numeric_mul, rest, two), one), count);
	bool		odd = numbers_compare(compute(numeric_mod, quotient, two), zero) != 0;

	if (mode == ROUND_DOWN || half < 0 || (half == 0 && mode == ROUND_HALF_EVEN && !odd))
		return quotient;
	return compute(numeric_add, quotient, one);
}

/* the mean of the sources' grades; NULL when one is not a number */
static char *
average_grade(const Evaluation *evaluation, const Rule *rule, const Line *line)
{
	Numeric		sum = int64_to_numeric(0);
	int64		scale = 1;
	int			digits;
	RuleRoundingMode mode = rule_rounding(evaluation->prepared->rule_set, rule, &digits);
	Numeric		mean;

	for (int i = 0; i < line->source_count; i++)
	{
		if (line->achievements[i]->grade_number == NULL)
			return NULL;
		sum = compute(numeric_add, sum, line->achievements[i]->grade_number);
	}
	for (int i = 0; i < digits; i++)
		scale *= 10;
	mean = round_mean(compute(numeric_mul, sum, int64_to_numeric(scale)),
					  int64_to_numeric(line->source_count), mode);
	return numeric_normalize(compute(numeric_mul, mean, int64_div_fast_to_numeric(1, digits)));
}

static const char *
carried_grade(const Evaluation *evaluation, const Rule *rule, const Line *line)
{
	switch (rule->carry)
	{
		case CARRY_ORIGINAL:
			return line->source_count == 1 ? line->achievements[0]->grade : NULL;
		case CARRY_AVERAGE:
			return average_grade(evaluation, rule, line);
		case CARRY_GRADE:
			return rule->carry_text;
		case CARRY_MARK:
		case CARRY_NONE:
			return NULL;
	}
	pg_unreachable();
}

/* the grade and the mark of a granted line */
void
line_carry(const Evaluation *evaluation, const Rule *rule, Line *line)
{
	line->grade = carried_grade(evaluation, rule, line);
	if (rule->carry == CARRY_MARK)
		line->mark = rule->carry_text;
	else if (line->target == NULL)
		line->mark = "credit";
	else
		line->mark = rule->exempt_exam ? "exempt_exam" : "exempt";
}
