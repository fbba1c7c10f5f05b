/*
 * credit_amount_ops.c
 *		Arithmetic, rounding and casts of credit_amount.
 *
 * Promise: every result is exact or an error (22C02), and fits or is an error
 * (22003).  It must never touch a floating-point number, and never let two
 * units meet without an error (22C01).
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "compat.h"
#include "credit_amount.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(credit_amount_pl);
PG_FUNCTION_INFO_V1(credit_amount_mi);
PG_FUNCTION_INFO_V1(credit_amount_um);
PG_FUNCTION_INFO_V1(credit_amount_up);
PG_FUNCTION_INFO_V1(credit_amount_abs);
PG_FUNCTION_INFO_V1(credit_amount_sign);
PG_FUNCTION_INFO_V1(credit_amount_mul_numeric);
PG_FUNCTION_INFO_V1(numeric_mul_credit_amount);
PG_FUNCTION_INFO_V1(credit_amount_div_numeric);
PG_FUNCTION_INFO_V1(credit_amount_div);
PG_FUNCTION_INFO_V1(credit_amount_round);
PG_FUNCTION_INFO_V1(credit_amount_from_numeric);
PG_FUNCTION_INFO_V1(credit_amount_from_numeric_unit);
PG_FUNCTION_INFO_V1(credit_amount_from_int2);
PG_FUNCTION_INFO_V1(credit_amount_from_int4);
PG_FUNCTION_INFO_V1(credit_amount_from_int8);
PG_FUNCTION_INFO_V1(credit_amount_to_numeric);

typedef enum Fit
{
	FIT_EXACT,
	FIT_INEXACT,
	FIT_OUT_OF_RANGE
} Fit;

typedef enum RoundingMode
{
	HALF_UP,					/* ties away from zero */
	HALF_EVEN,
	DOWN						/* towards zero */
} RoundingMode;

static const char *const rounding_mode_names[] = {
	[HALF_UP] = "half_up",
	[HALF_EVEN] = "half_even",
	[DOWN] = "down"
};

/* the number of ten-thousandths that a rounding to so many digits keeps */
static const int rounding_steps[] = {10000, 1000, 100, 10, 1};

static inline bool
same_unit(CreditAmount a, CreditAmount b)
{
	return (((uint64) a ^ (uint64) b) & ~CREDIT_COUNT_MASK) == 0;
}

static char *
amount_text(CreditAmount amount)
{
	char	   *text = palloc(CREDIT_AMOUNT_TEXT_SIZE);

	credit_amount_format(amount, text);
	return text;
}

static char *
numeric_text(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

/* reports why what was computed is not an amount */
static void
report_misfit(Fit fit, const char *what, const char *hint)
{
	if (fit == FIT_OUT_OF_RANGE)
		credit_amount_out_of_range(what);
	ereport(ERROR,
			(errcode(ERRCODE_CB_INEXACT_AMOUNT),
			 errmsg("%s is not exact in four decimals", what),
			 errdetail("Amounts count ten-thousandths and are never rounded silently."),
			 errhint("%s", hint)));
}

/* sum() calls this once a row: the failures stay out of the way */
static inline CreditAmount
add_amounts(CreditAmount a, CreditAmount b)
{
	int64		count;

	if (unlikely(!same_unit(a, b)))
		credit_amount_unit_mismatch(a, "+", b);
	count = credit_amount_count(a) + credit_amount_count(b);
	if (unlikely(!credit_count_fits(count)))
		credit_amount_out_of_range(psprintf("%s + %s", amount_text(a), amount_text(b)));
	return credit_amount_pack(credit_amount_unit_code(a), count);
}

CreditAmount
credit_amount_add(CreditAmount a, CreditAmount b)
{
	return add_amounts(a, b);
}

Datum
credit_amount_pl(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(add_amounts(PG_GETARG_CREDIT_AMOUNT(0),
										PG_GETARG_CREDIT_AMOUNT(1)));
}

Datum
credit_amount_mi(PG_FUNCTION_ARGS)
{
	CreditAmount a = PG_GETARG_CREDIT_AMOUNT(0);
	CreditAmount b = PG_GETARG_CREDIT_AMOUNT(1);
	int64		count;

	if (unlikely(!same_unit(a, b)))
		credit_amount_unit_mismatch(a, "-", b);
	count = credit_amount_count(a) - credit_amount_count(b);
	if (unlikely(!credit_count_fits(count)))
		credit_amount_out_of_range(psprintf("%s - %s", amount_text(a), amount_text(b)));
	PG_RETURN_CREDIT_AMOUNT(credit_amount_pack(credit_amount_unit_code(a), count));
}

/* the smallest amount is the only one whose negative does not fit */
static CreditAmount
negate(CreditAmount amount)
{
	int64		count = -credit_amount_count(amount);

	if (unlikely(!credit_count_fits(count)))
		credit_amount_out_of_range(psprintf("-(%s)", amount_text(amount)));
	return credit_amount_pack(credit_amount_unit_code(amount), count);
}

Datum
credit_amount_um(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(negate(PG_GETARG_CREDIT_AMOUNT(0)));
}

Datum
credit_amount_up(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(PG_GETARG_CREDIT_AMOUNT(0));
}

Datum
credit_amount_abs(PG_FUNCTION_ARGS)
{
	CreditAmount amount = PG_GETARG_CREDIT_AMOUNT(0);

	PG_RETURN_CREDIT_AMOUNT(credit_amount_count(amount) < 0 ? negate(amount) : amount);
}

Datum
credit_amount_sign(PG_FUNCTION_ARGS)
{
	int64		count = credit_amount_count(PG_GETARG_CREDIT_AMOUNT(0));

	PG_RETURN_INT32((count > 0) - (count < 0));
}

static bool
numeric_is_below(Numeric a, Numeric b)
{
	return DatumGetBool(DirectFunctionCall2(numeric_lt, NumericGetDatum(a), NumericGetDatum(b)));
}

static bool
numerics_differ(Numeric a, Numeric b)
{
	return DatumGetBool(DirectFunctionCall2(numeric_ne, NumericGetDatum(a), NumericGetDatum(b)));
}

static Numeric
multiply_numeric(Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_mul, NumericGetDatum(a), NumericGetDatum(b)));
}

/* a count of ten-thousandths, if the number is one */
static Fit
numeric_to_count(Numeric number, int64 *count)
{
	if (numeric_is_nan(number) || numeric_is_inf(number) ||
		numeric_is_below(number, int64_to_numeric(CREDIT_COUNT_MIN)) ||
		numeric_is_below(int64_to_numeric(CREDIT_COUNT_MAX), number))
		return FIT_OUT_OF_RANGE;
	*count = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(number)));
	return numerics_differ(int64_to_numeric(*count), number) ? FIT_INEXACT : FIT_EXACT;
}

static CreditAmount
amount_from_numeric(Numeric number, int unit)
{
	int64		count = 0;
	Fit			fit = numeric_to_count(multiply_numeric(number, int64_to_numeric(CREDIT_SCALE)), &count);

	if (fit != FIT_EXACT)
		report_misfit(fit, numeric_text(number),
					  "Round the number explicitly first, for example round(2.66667, 4).");
	return credit_amount_pack(unit, count);
}

static CreditAmount
multiply(CreditAmount amount, Numeric factor)
{
	Numeric		product = multiply_numeric(int64_to_numeric(credit_amount_count(amount)), factor);
	int64		count = 0;
	Fit			fit = numeric_to_count(product, &count);

	if (fit != FIT_EXACT)
		report_misfit(fit, psprintf("%s * %s", amount_text(amount), numeric_text(factor)),
					  "Multiply as numeric and round: creditbank.credit_amount(round(amount::numeric * factor, 4), creditbank.unit(amount)).");
	return credit_amount_pack(credit_amount_unit_code(amount), count);
}

Datum
credit_amount_mul_numeric(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(multiply(PG_GETARG_CREDIT_AMOUNT(0), PG_GETARG_NUMERIC(1)));
}

Datum
numeric_mul_credit_amount(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(multiply(PG_GETARG_CREDIT_AMOUNT(1), PG_GETARG_NUMERIC(0)));
}

static void
report_division_by_zero(CreditAmount dividend)
{
	ereport(ERROR,
			(errcode(ERRCODE_DIVISION_BY_ZERO),
			 errmsg("division by zero"),
			 errdetail("%s was divided by zero.", amount_text(dividend)),
			 errhint("Test the divisor first, or turn zero into NULL with nullif().")));
}

/*
 * The whole quotient, and whether it leaves nothing over: both are exact,
 * which a quotient with decimals would not be.
 */
static Fit
divide_count(int64 count, Numeric divisor, int64 *quotient)
{
	Numeric		dividend = int64_to_numeric(count);
	Numeric		whole;
	Numeric		back;
	Fit			fit;

	if (numeric_is_nan(divisor) || numeric_is_inf(divisor))
		return FIT_OUT_OF_RANGE;
	whole = DatumGetNumeric(DirectFunctionCall2(numeric_div_trunc,
												NumericGetDatum(dividend),
												NumericGetDatum(divisor)));
	fit = numeric_to_count(whole, quotient);
	if (fit != FIT_EXACT)
		return fit;
	back = multiply_numeric(whole, divisor);
	return numerics_differ(back, dividend) ? FIT_INEXACT : FIT_EXACT;
}

Datum
credit_amount_div_numeric(PG_FUNCTION_ARGS)
{
	CreditAmount amount = PG_GETARG_CREDIT_AMOUNT(0);
	Numeric		divisor = PG_GETARG_NUMERIC(1);
	int64		count = 0;
	Fit			fit;

	if (!numerics_differ(divisor, int64_to_numeric(0)))
		report_division_by_zero(amount);
	fit = divide_count(credit_amount_count(amount), divisor, &count);
	if (fit != FIT_EXACT)
		report_misfit(fit, psprintf("%s / %s", amount_text(amount), numeric_text(divisor)),
					  "Divide as numeric and round: creditbank.credit_amount(round(amount::numeric / divisor, 4), creditbank.unit(amount)).");
	PG_RETURN_CREDIT_AMOUNT(credit_amount_pack(credit_amount_unit_code(amount), count));
}

/* the ratio of two amounts of one unit, a plain number */
Datum
credit_amount_div(PG_FUNCTION_ARGS)
{
	CreditAmount a = PG_GETARG_CREDIT_AMOUNT(0);
	CreditAmount b = PG_GETARG_CREDIT_AMOUNT(1);

	if (!same_unit(a, b))
		credit_amount_unit_mismatch(a, "/", b);
	if (credit_amount_count(b) == 0)
		report_division_by_zero(a);
	return DirectFunctionCall2(numeric_div,
							   NumericGetDatum(int64_to_numeric(credit_amount_count(a))),
							   NumericGetDatum(int64_to_numeric(credit_amount_count(b))));
}

static RoundingMode
rounding_mode_from_name(const char *name, int length)
{
	for (size_t i = 0; i < lengthof(rounding_mode_names); i++)
	{
		if ((int) strlen(rounding_mode_names[i]) == length &&
			memcmp(rounding_mode_names[i], name, length) == 0)
			return (RoundingMode) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("unknown rounding mode \"%.*s\"", length, name),
			 errhint("The modes are half_up (ties away from zero), half_even and down (towards zero).")));
	return DOWN;
}

static int64
round_count(int64 count, int64 step, RoundingMode mode)
{
	int64		quotient = count / step;
	int64		remainder = count % step;
	int64		twice = 2 * (remainder < 0 ? -remainder : remainder);
	bool		away = false;

	if (mode == HALF_UP)
		away = twice >= step;
	else if (mode == HALF_EVEN)
		away = twice > step || (twice == step && quotient % 2 != 0);
	if (away)
		quotient += count < 0 ? -1 : 1;
	return quotient * step;
}

Datum
credit_amount_round(PG_FUNCTION_ARGS)
{
	CreditAmount amount = PG_GETARG_CREDIT_AMOUNT(0);
	int32		digits = PG_GETARG_INT32(1);
	text	   *mode_name = PG_GETARG_TEXT_PP(2);
	RoundingMode mode = rounding_mode_from_name(VARDATA_ANY(mode_name),
												VARSIZE_ANY_EXHDR(mode_name));
	int64		count;

	if (digits < 0 || digits >= (int32) lengthof(rounding_steps))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("cannot round an amount to %d digits", digits),
				 errhint("The number of digits after the decimal point is 0 to 4.")));
	count = round_count(credit_amount_count(amount), rounding_steps[digits], mode);
	if (!credit_count_fits(count))
		credit_amount_out_of_range(psprintf("%s rounded to %d digits", amount_text(amount), digits));
	PG_RETURN_CREDIT_AMOUNT(credit_amount_pack(credit_amount_unit_code(amount), count));
}

/* A number alone is credits. */
Datum
credit_amount_from_numeric(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(amount_from_numeric(PG_GETARG_NUMERIC(0), UNIT_CR));
}

Datum
credit_amount_from_numeric_unit(PG_FUNCTION_ARGS)
{
	Numeric		number = PG_GETARG_NUMERIC(0);
	text	   *name = PG_GETARG_TEXT_PP(1);
	int			unit = credit_unit_of_argument(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	PG_RETURN_CREDIT_AMOUNT(amount_from_numeric(number, unit));
}

static CreditAmount
amount_from_integer(int64 number)
{
	int64		count;

	if (pg_mul_s64_overflow(number, CREDIT_SCALE, &count) || !credit_count_fits(count))
		credit_amount_out_of_range(psprintf(INT64_FORMAT, number));
	return credit_amount_pack(UNIT_CR, count);
}

Datum
credit_amount_from_int2(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(amount_from_integer(PG_GETARG_INT16(0)));
}

Datum
credit_amount_from_int4(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(amount_from_integer(PG_GETARG_INT32(0)));
}

Datum
credit_amount_from_int8(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(amount_from_integer(PG_GETARG_INT64(0)));
}

Datum
credit_amount_to_numeric(PG_FUNCTION_ARGS)
{
	int64		count = credit_amount_count(PG_GETARG_CREDIT_AMOUNT(0));

	PG_RETURN_NUMERIC(int64_div_fast_to_numeric(count, 4));
}
