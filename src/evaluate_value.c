/*
 * evaluate_value.c
 *		What a grant is worth for a set of achievements: exact, then rounded.
 *
 * Promise: integers of 128 bits throughout, no floating point; a value is
 * rounded once, by the rule's own rounding, and one that does not fit is an
 * error.  What is stated as an amount is not rounded: only what is worked out
 * in proportion, by a share, or among duplicates.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "compat.h"
#include "errors.h"
#include "evaluate.h"

/* decimals of a value that has no end, such as two thirds */
#define VALUE_DECIMALS	12

/*
 * How large the parts of a rational may grow.  That leaves room for the divisor
 * times the steps of rounding and decimals, and twice that.
 */
#define DIVIDEND_MAX	((int128) 1 << 125)
#define DIVISOR_MAX		((int128) 1 << 100)

char *
amount_text(CreditAmount amount)
{
	char		buffer[CREDIT_AMOUNT_TEXT_SIZE];

	credit_amount_format(amount, buffer);
	return pstrdup(buffer);
}

/* a unit as people of a language call it */
char *
unit_said(EvaluationLanguage language, int unit)
{
	static const Saying units[] = {
		[UNIT_CR] = SAY_CR, [UNIT_PT] = SAY_PT, [UNIT_HR] = SAY_HR,
		[UNIT_ECTS] = SAY_ECTS, [UNIT_CATS] = SAY_CATS
	};

	return say(language, units[unit]);
}

char *
amount_said(EvaluationLanguage language, CreditAmount amount)
{
	return joined(rule_decimal_text(credit_amount_count(amount)), " ",
				  unit_said(language, credit_amount_unit_code(amount)), NULL);
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

/* ---- rationals: neither part negative, the divisor positive ---- */

static int128
common_divisor(int128 a, int128 b)
{
	while (b != 0)
	{
		int128		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* a * b where that is at most the limit; b is positive */
static bool
multiply_within(int128 a, int128 b, int128 limit, int128 *product)
{
	if (a > limit / b)
		return false;
	*product = a * b;
	return true;
}

/* times multiplier / divisor, both positive; false when it does not fit */
static bool
rational_multiply(Rational *value, int128 multiplier, int128 divisor)
{
	int128		common = common_divisor(multiplier, divisor);

	multiplier /= common;
	divisor /= common;
	common = common_divisor(value->dividend, divisor);
	value->dividend /= common;
	divisor /= common;
	common = common_divisor(multiplier, value->divisor);
	multiplier /= common;
	value->divisor /= common;
	return multiply_within(value->dividend, multiplier, DIVIDEND_MAX, &value->dividend) &&
		multiply_within(value->divisor, divisor, DIVISOR_MAX, &value->divisor);
}

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

/* the decimals of rest / divisor, the last one rounded half up; true: it is 1 */
static bool
write_decimals(int128 rest, int128 divisor, char *decimals)
{
	int64		part = 0;
	int64		whole = 1;

	for (int i = 0; i < VALUE_DECIMALS; i += 3)
	{
		part = part * 1000 + (int64) (rest * 1000 / divisor);
		rest = rest * 1000 % divisor;
		whole *= 1000;
	}
	if (rest * 2 >= divisor)
		part++;
	snprintf(decimals, VALUE_DECIMALS + 1, "%0*lld", VALUE_DECIMALS, (long long) (part % whole));
	return part == whole;
}

/* a line's exact value, as a number of its unit */
Numeric
line_value(const Line *line)
{
	int128		divisor = line->value.divisor * CREDIT_SCALE;
	int64		whole = (int64) (line->value.dividend / divisor);
	int128		rest = line->value.dividend % divisor;
	char		decimals[VALUE_DECIMALS + 1];
	Datum		number;

	if (rest == 0)
		return int64_to_numeric(whole);
	if (write_decimals(rest, divisor, decimals))
		whole++;
	number = DirectFunctionCall3(numeric_in,
								 CStringGetDatum(psprintf("%lld.%s", (long long) whole, decimals)),
								 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	return DatumGetNumeric(DirectFunctionCall1(numeric_trim_scale, number));
}

/* ---- what achievements bring ---- */

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

/* ---- what a grant is worth ---- */

/* a grant while its worth is worked out */
typedef struct Valuing
{
	Evaluation *evaluation;
	const Rule *rule;
	const RuleGrant *grant;
	const Course *course;
	Candidate **set;
	int			set_count;
	const Achievement *source;	/* the one that counts */
	int			unit;
	Rational	value;
	bool		worked_out;		/* so that it is to be rounded */
} Valuing;

static void
refuse_overflow(const Valuing *valuing)
{
	const RuleGrant *grant = valuing->grant;
	const Achievement *source = valuing->source;

	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the value of \"%s\" is out of range", source->ref),
			 grant->by_share ? errdetail("Its share of the outcome has too many decimals for an amount as large.") :
			 grant->has_per ? errdetail("%s for every %s is more than an amount can hold.",
										amount_text(grant->amount), amount_text(grant->per)) :
			 errdetail("Divided among so many duplicates it is too fine."),
			 errhint("Correct the %s of portfolio item %d.",
					 grant->by_share ? "share" : "amount", source->number)));
}

static void
state_value(Valuing *valuing, CreditAmount amount)
{
	valuing->unit = credit_amount_unit_code(amount);
	valuing->value = (Rational) {credit_amount_count(amount), 1};
}

static void
leave_over(Line *line, int unit, int64 count, bool kept)
{
	line->leftover = (OptionalAmount) {true, credit_amount_pack(unit, count)};
	line->leftover_kept = kept;
}

/* the rule uses so much of its one source, and the rest stays usable */
static ValueLack
use_source(const Valuing *valuing, Line *line)
{
	int			unit = credit_amount_unit_code(valuing->rule->uses);
	int64		used = credit_amount_count(valuing->rule->uses);
	int64		count;

	if (!achievement_remaining_in(valuing->source, unit, &count))
		return LACKS_UNIT_USED;
	if (count < used)
		return LACKS_AMOUNT_USED;
	leave_over(line, unit, count - used, true);
	return LACKS_NOTHING;
}

/* the grant's amount for every `per`: in proportion, or whole ones alone */
static ValueLack
count_source(Valuing *valuing, Line *line)
{
	const RuleGrant *grant = valuing->grant;
	int			unit = credit_amount_unit_code(grant->per);
	int64		per = credit_amount_count(grant->per);
	int64		amount = credit_amount_count(grant->amount);
	int64		count;

	if (!achievement_remaining_in(valuing->source, unit, &count))
		return LACKS_UNIT;
	valuing->unit = credit_amount_unit_code(grant->amount);
	if (grant->leftover == LEFTOVER_NONE)
	{
		valuing->value = (Rational) {(int128) count * amount, per};
		valuing->worked_out = true;
		return LACKS_NOTHING;
	}
	valuing->value = (Rational) {(int128) (count / per) * amount, 1};
	leave_over(line, unit, count % per, grant->leftover == LEFTOVER_KEEP);
	return count < per ? LACKS_WHOLE_PER : LACKS_NOTHING;
}

/* what the grant is worth before shares */
static ValueLack
value_whole(Valuing *valuing, Line *line)
{
	const RuleGrant *grant = valuing->grant;
	CreditAmount amount;

	if (grant->has_per)
		return count_source(valuing, line);
	if (grant->in_full)
	{
		if (valuing->course == NULL || !valuing->course->credits.given)
			return LACKS_CREDITS;
		state_value(valuing, valuing->course->credits.amount);
	}
	else if (grant->table != NULL)
	{
		if (!table_amount(valuing->evaluation, grant->table, valuing->source, &amount))
			return LACKS_ROW;
		state_value(valuing, amount);
	}
	else
		state_value(valuing, grant->amount);
	return LACKS_NOTHING;
}

/* times the source's share of the outcome, taken exactly as it is written */
static ValueLack
take_share(Valuing *valuing)
{
	int128		digits = 0;
	int128		whole = 1;
	bool		fits = true;
	bool		decimals = false;
	char	   *text;

	if (valuing->source->share == NULL)
		return LACKS_SHARE;
	text = numeric_normalize(valuing->source->share);
	for (const char *cursor = text; *cursor != '\0'; cursor++)
	{
		if (*cursor == '.')
			decimals = true;
		else
		{
			fits &= multiply_within(digits, 10, DIVISOR_MAX, &digits);
			digits += *cursor - '0';
			if (decimals)
				fits &= multiply_within(whole, 10, DIVISOR_MAX, &whole);
		}
	}
	valuing->worked_out = true;
	if (digits == 0)
		valuing->value = (Rational) {0, 1};
	else if (!fits || !rational_multiply(&valuing->value, digits, 100 * whole))
		refuse_overflow(valuing);
	return LACKS_NOTHING;
}

/* Duplicates that share have each its part; of a set the smallest part counts. */
static void
divide_among_duplicates(Valuing *valuing)
{
	int			sharing = 1;

	for (int i = 0; i < valuing->set_count; i++)
		sharing = Max(sharing, valuing->set[i]->sharing);
	if (sharing == 1)
		return;
	valuing->worked_out = true;
	if (!rational_multiply(&valuing->value, 1, sharing))
		refuse_overflow(valuing);
}

RuleRoundingMode
rule_rounding(const RuleSet *rule_set, const Rule *rule, int *digits)
{
	*digits = rule->has_round ? rule->round_digits : rule_set->round_digits;
	return rule->has_round ? rule->round_mode : rule_set->round_mode;
}

static int128
rounded_count(const Valuing *valuing)
{
	int			digits;
	RuleRoundingMode mode = rule_rounding(valuing->evaluation->prepared->rule_set,
										  valuing->rule, &digits);
	int64		step = 1;

	if (!valuing->worked_out)
		return valuing->value.dividend;
	for (; digits < 4; digits++)
		step *= 10;
	return round_quotient(valuing->value.dividend, valuing->value.divisor * step, mode) * step;
}

static ValueLack
put_value(const Valuing *valuing, Line *line)
{
	int128		count = rounded_count(valuing);

	if (count > CREDIT_COUNT_MAX)
		refuse_overflow(valuing);
	line->has_value = true;
	line->value = valuing->value;
	line->before_caps = credit_amount_pack(valuing->unit, (int64) count);
	return count > 0 ? LACKS_NOTHING : LACKS_WORTH;
}

/*
 * Fills the line's value, amount before caps and leftover, and says what is
 * lacking for it to be worth something.  Of a set the first achievement counts.
 */
ValueLack
grant_value(Evaluation *evaluation, const Rule *rule, const RuleGrant *grant,
			const Course *course, Candidate **set, int set_count, Line *line)
{
	Valuing		valuing = {
		.evaluation = evaluation,
		.rule = rule,
		.grant = grant,
		.course = course,
		.set = set,
		.set_count = set_count,
		.source = set[0]->achievement
	};
	ValueLack	lack = LACKS_NOTHING;

	if (rule->has_uses)
		lack = use_source(&valuing, line);
	if (lack == LACKS_NOTHING)
		lack = value_whole(&valuing, line);
	if (lack == LACKS_NOTHING && grant->by_share)
		lack = take_share(&valuing);
	if (lack == LACKS_WHOLE_PER)
		put_value(&valuing, line);
	if (lack != LACKS_NOTHING)
		return lack;
	divide_among_duplicates(&valuing);
	return put_value(&valuing, line);
}
