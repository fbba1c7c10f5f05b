/*
 * credit_amount_cmp.c
 *		Comparison of credit_amount, with itself and with numbers, and what
 *		index access methods need of it.
 *
 * Promise: one total order, by unit and then by value, in which a number
 * stands among the credits; comparing never raises an error.  It must never
 * put an amount elsewhere than its stored form, read as a signed integer,
 * does: sorting relies on it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/sortsupport.h"

#include "compat.h"
#include "credit_amount.h"

PG_FUNCTION_INFO_V1(credit_amount_sortsupport);
PG_FUNCTION_INFO_V1(credit_amount_in_range);
PG_FUNCTION_INFO_V1(credit_amount_hash);
PG_FUNCTION_INFO_V1(credit_amount_hash_extended);
PG_FUNCTION_INFO_V1(credit_amount_smaller);
PG_FUNCTION_INFO_V1(credit_amount_larger);

static inline int
compare_amounts(CreditAmount a, CreditAmount b)
{
	return (a > b) - (a < b);
}

/*
 * The number is not turned into an amount: it may have more decimals, or be
 * larger, than an amount can.
 */
static int
compare_with_numeric(CreditAmount amount, Numeric number)
{
	Numeric		value;
	int			result;

	if (credit_amount_unit_code(amount) != UNIT_CR)
		return credit_amount_unit_code(amount) - UNIT_CR;
	value = int64_div_fast_to_numeric(credit_amount_count(amount), 4);
	result = DatumGetInt32(DirectFunctionCall2(numeric_cmp,
											   NumericGetDatum(value), NumericGetDatum(number)));
	pfree(value);
	return result;
}

static int
compare_with_numeric_argument(CreditAmount amount, FunctionCallInfo fcinfo, int argument)
{
	Numeric		number = PG_GETARG_NUMERIC(argument);
	int			result = compare_with_numeric(amount, number);

	/* index searches call this in contexts that live long */
	PG_FREE_IF_COPY(number, argument);
	return result;
}

/* The order of the two arguments, for each pair of types. */
#define ORDER_OF_AMOUNTS \
	compare_amounts(PG_GETARG_CREDIT_AMOUNT(0), PG_GETARG_CREDIT_AMOUNT(1))
#define ORDER_OF_AMOUNT_AND_NUMERIC \
	compare_with_numeric_argument(PG_GETARG_CREDIT_AMOUNT(0), fcinfo, 1)
#define ORDER_OF_NUMERIC_AND_AMOUNT \
	(-compare_with_numeric_argument(PG_GETARG_CREDIT_AMOUNT(1), fcinfo, 0))

#define DEFINE_COMPARISON(name, order, sign) \
	PG_FUNCTION_INFO_V1(name); \
	Datum \
	name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_BOOL(order sign 0); \
	} \
	extern int no_such_variable

#define DEFINE_COMPARISONS(types, order) \
	DEFINE_COMPARISON(types##_eq, order, ==); \
	DEFINE_COMPARISON(types##_ne, order, !=); \
	DEFINE_COMPARISON(types##_lt, order, <); \
	DEFINE_COMPARISON(types##_le, order, <=); \
	DEFINE_COMPARISON(types##_gt, order, >); \
	DEFINE_COMPARISON(types##_ge, order, >=); \
	PG_FUNCTION_INFO_V1(types##_cmp); \
	Datum \
	types##_cmp(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_INT32(order); \
	} \
	extern int no_such_variable

DEFINE_COMPARISONS(credit_amount, ORDER_OF_AMOUNTS);
DEFINE_COMPARISONS(credit_amount_numeric, ORDER_OF_AMOUNT_AND_NUMERIC);
DEFINE_COMPARISONS(numeric_credit_amount, ORDER_OF_NUMERIC_AND_AMOUNT);

/* The stored form sorts as a signed integer, which sorting has a fast way for. */
Datum
credit_amount_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = ssup_datum_signed_cmp;
	PG_RETURN_VOID();
}

/*
 * in_range(value, base, offset, sub, less): value <= base + offset and its
 * like, for RANGE frames.  Counts have 60 bits: no sum of two overflows.
 */
Datum
credit_amount_in_range(PG_FUNCTION_ARGS)
{
	CreditAmount value = PG_GETARG_CREDIT_AMOUNT(0);
	CreditAmount base = PG_GETARG_CREDIT_AMOUNT(1);
	CreditAmount offset = PG_GETARG_CREDIT_AMOUNT(2);
	bool		sub = PG_GETARG_BOOL(3);
	bool		less = PG_GETARG_BOOL(4);
	int64		distance = credit_amount_count(offset);
	int64		bound;

	if (distance < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PRECEDING_OR_FOLLOWING_SIZE),
				 errmsg("invalid preceding or following size in window function"),
				 errdetail("The offset is negative."),
				 errhint("Give an offset of zero or more; PRECEDING and FOLLOWING say the direction.")));
	if (credit_amount_unit_code(base) != credit_amount_unit_code(offset))
		credit_amount_unit_mismatch(base, sub ? "-" : "+", offset);
	if (credit_amount_unit_code(value) != credit_amount_unit_code(base))
		PG_RETURN_BOOL(less ? value < base : value > base);
	bound = credit_amount_count(base) + (sub ? -distance : distance);
	PG_RETURN_BOOL(less ? credit_amount_count(value) <= bound : credit_amount_count(value) >= bound);
}

Datum
credit_amount_hash(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(hashint8, PG_GETARG_DATUM(0));
}

Datum
credit_amount_hash_extended(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall2(hashint8extended, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
}

Datum
credit_amount_smaller(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(Min(PG_GETARG_CREDIT_AMOUNT(0), PG_GETARG_CREDIT_AMOUNT(1)));
}

Datum
credit_amount_larger(PG_FUNCTION_ARGS)
{
	PG_RETURN_CREDIT_AMOUNT(Max(PG_GETARG_CREDIT_AMOUNT(0), PG_GETARG_CREDIT_AMOUNT(1)));
}
