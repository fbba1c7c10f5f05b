/*
 * evaluate_value.c
 *		What a grant is worth for an achievement: exact, then rounded.
 *
 * Promise: integers of 128 bits throughout, no floating point; a value is
 * rounded once, by the rule set's own rounding, and one that does not fit is an
 * error.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "compat.h"
#include "errors.h"
#include "evaluate.h"

#ifndef HAVE_INT128
#error "creditbank needs a compiler with 128-bit integers"
#endif

/* decimals of a value that has no end, such as two thirds */
#define VALUE_DECIMALS	12
#define VALUE_SCALE		INT64CONST(1000000000000)

char *
amount_text(CreditAmount amount)
{
	char		buffer[CREDIT_AMOUNT_TEXT_SIZE];

	credit_amount_format(amount, buffer);
	return pstrdup(buffer);
}

char *
date_text(DateADT date)
{
	struct pg_tm tm = {0};
	char		buffer[MAXDATELEN + 1];

	j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, buffer);
	return pstrdup(buffer);
}

static Numeric
count_as_numeric(int64 count)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale,
											   NumericGetDatum(int64_div_fast_to_numeric(count, 4))));
}

static void
set_value(Line *line, int unit, int64 count)
{
	line->has_value = true;
	line->value = count_as_numeric(count);
	line->before_caps = credit_amount_pack(unit, count);
}

static void
refuse_overflow(const RuleGrant *grant, const Achievement *source)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the value of \"%s\" is out of range", source->ref),
			 errdetail("%s for every %s is more than an amount can hold.",
					   amount_text(grant->amount), amount_text(grant->per)),
			 errhint("Correct the amount of portfolio item %d.", source->number)));
}

/* dividend and divisor are positive */
static int128
round_quotient(int128 dividend, int128 divisor, RuleRoundingMode mode)
{
	int128		quotient = dividend / divisor;
	int128		twice = (dividend % divisor) * 2;

	if (mode == ROUND_DOWN || twice < divisor)
		return quotient;
	if (twice == divisor && mode == ROUND_HALF_EVEN)
		return quotient + quotient % 2;
	return quotient + 1;
}

/* dividend / divisor to VALUE_DECIMALS, the last one rounded half up */
static Numeric
quotient_as_numeric(int128 dividend, int128 divisor)
{
	int64		whole = (int64) (dividend / divisor);
	int64		part = (int64) round_quotient((dividend % divisor) * VALUE_SCALE, divisor,
											  ROUND_HALF_UP);
	char	   *text;
	Datum		number;

	if (part == VALUE_SCALE)
	{
		whole++;
		part = 0;
	}
	text = psprintf("%lld.%0*lld", (long long) whole, VALUE_DECIMALS, (long long) part);
	number = DirectFunctionCall3(numeric_in, CStringGetDatum(text),
								 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, number));
}

/*
 * What an achievement brings in a unit: its hours for hr, else its amount if
 * that is the amount's unit.
 */
bool
achievement_amount_in(const Achievement *achievement, int unit, int64 *count)
{
	if (unit == UNIT_HR && achievement->hours.given)
	{
		*count = credit_amount_count(achievement->hours.amount);
		return true;
	}
	if (achievement->amount.given && credit_amount_unit_code(achievement->amount.amount) == unit)
	{
		*count = credit_amount_count(achievement->amount.amount);
		return true;
	}
	return false;
}

/* What is left to count of an achievement that was used in part, or all of it. */
bool
achievement_remaining_in(const Achievement *achievement, int unit, int64 *count)
{
	if (achievement->remaining.given &&
		credit_amount_unit_code(achievement->remaining.amount) == unit)
	{
		*count = credit_amount_count(achievement->remaining.amount);
		return true;
	}
	return achievement_amount_in(achievement, unit, count);
}

/* the grant's amount for every whole `per`; the rest is left over */
static void
value_of_multiples(const RuleGrant *grant, const Achievement *source, int64 count, Line *line)
{
	int64		per = credit_amount_count(grant->per);
	int128		value = (int128) (count / per) * credit_amount_count(grant->amount);

	if (value > CREDIT_COUNT_MAX)
		refuse_overflow(grant, source);
	set_value(line, credit_amount_unit_code(grant->amount), (int64) value);
	line->leftover.given = true;
	line->leftover.amount = credit_amount_pack(credit_amount_unit_code(grant->per), count % per);
	line->leftover_kept = grant->leftover == LEFTOVER_KEEP;
}

/* the grant's amount in proportion, rounded */
static void
value_in_proportion(const RuleGrant *grant, const RuleSet *rule_set,
					const Achievement *source, int64 count, Line *line)
{
	int128		dividend = (int128) count * credit_amount_count(grant->amount);
	int64		per = credit_amount_count(grant->per);
	int64		step = 1;
	int128		rounded;

	for (int digits = rule_set->round_digits; digits < 4; digits++)
		step *= 10;
	rounded = round_quotient(dividend, (int128) per * step, rule_set->round_mode) * step;
	if (rounded > CREDIT_COUNT_MAX)
		refuse_overflow(grant, source);
	set_value(line, credit_amount_unit_code(grant->amount), (int64) rounded);
	line->value = quotient_as_numeric(dividend, (int128) per * CREDIT_SCALE);
}

/*
 * Fills the line's value, amount before caps and leftover.  False when the
 * source has no amount in the unit that the grant counts by; the line then has
 * no value.  The source is looked at only by a grant that counts.
 */
bool
grant_value(const RuleGrant *grant, const RuleSet *rule_set,
			const Achievement *source, Line *line)
{
	int64		count;

	if (!grant->has_per)
		set_value(line, credit_amount_unit_code(grant->amount),
				  credit_amount_count(grant->amount));
	else if (!achievement_remaining_in(source, credit_amount_unit_code(grant->per), &count))
		return false;
	else if (grant->leftover == LEFTOVER_NONE)
		value_in_proportion(grant, rule_set, source, count, line);
	else
		value_of_multiples(grant, source, count, line);
	return true;
}
