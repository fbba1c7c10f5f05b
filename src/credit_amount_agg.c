/*
 * credit_amount_agg.c
 *		The average of credit amounts.
 *
 * The state is an SQL array, bigint[] {count, sum of ten-thousandths, unit
 * code}, so that it travels between parallel workers without a format of its
 * own.  sum, min and max keep a plain amount as their state and need no code
 * here.
 *
 * Promise: amounts of different units are never averaged (22C01), and a state
 * that did not come from these functions is refused, never trusted.  It must
 * never write to a state in place unless an aggregate owns it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "credit_amount.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(credit_amount_avg_accum);
PG_FUNCTION_INFO_V1(credit_amount_avg_accum_inv);
PG_FUNCTION_INFO_V1(credit_amount_avg_combine);
PG_FUNCTION_INFO_V1(credit_amount_avg_final);

typedef struct AverageState
{
	int64		count;
	int64		sum;			/* of ten-thousandths */
	int64		unit;			/* means nothing while count is zero */
} AverageState;

#define AVERAGE_STATE_LENGTH ((int) (sizeof(AverageState) / sizeof(int64)))

static void
report_bad_state(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("invalid state of avg(credit_amount)"),
			 errdetail("The state is three numbers: count, sum of ten-thousandths and unit code."),
			 errhint("Call avg(credit_amount) instead of its support functions.")));
}

static AverageState *
state_of_array(ArrayType *array)
{
	AverageState *state = (AverageState *) ARR_DATA_PTR(array);

	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != AVERAGE_STATE_LENGTH ||
		ARR_HASNULL(array) || ARR_ELEMTYPE(array) != INT8OID ||
		state->count < 0 || state->unit < 0 || state->unit >= CREDIT_UNIT_COUNT)
		report_bad_state();
	return state;
}

/* the state an aggregate owns, to be changed in place, or else a copy of it */
static ArrayType *
own_state_array(FunctionCallInfo fcinfo)
{
	return AggCheckCallContext(fcinfo, NULL) ?
		PG_GETARG_ARRAYTYPE_P(0) : PG_GETARG_ARRAYTYPE_P_COPY(0);
}

static void
report_mixed_units(int64 a, int64 b)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_UNIT_MISMATCH),
			 errmsg("cannot average amounts of different units"),
			 errdetail("Some amounts are in %s, some in %s.",
					   credit_unit_name(a), credit_unit_name(b)),
			 errhint("Group or filter by creditbank.unit(amount): no unit turns into another without a rule.")));
}

static void
add_to_state(AverageState *state, const AverageState *more)
{
	if (more->count == 0)
		return;
	if (state->count == 0)
	{
		*state = *more;
		return;
	}
	if (unlikely(state->unit != more->unit))
		report_mixed_units(state->unit, more->unit);
	if (unlikely(pg_add_s64_overflow(state->sum, more->sum, &state->sum) ||
				 pg_add_s64_overflow(state->count, more->count, &state->count)))
		credit_amount_out_of_range("the sum behind an average");
}

Datum
credit_amount_avg_accum(PG_FUNCTION_ARGS)
{
	ArrayType  *array = own_state_array(fcinfo);
	CreditAmount amount = PG_GETARG_CREDIT_AMOUNT(1);
	AverageState one = {1, credit_amount_count(amount), credit_amount_unit_code(amount)};

	add_to_state(state_of_array(array), &one);
	PG_RETURN_ARRAYTYPE_P(array);
}

/* takes back an amount that was added before, as a moving frame does */
Datum
credit_amount_avg_accum_inv(PG_FUNCTION_ARGS)
{
	ArrayType  *array = own_state_array(fcinfo);
	AverageState *state = state_of_array(array);
	CreditAmount amount = PG_GETARG_CREDIT_AMOUNT(1);

	if (state->count == 0)
		report_bad_state();
	if (state->unit != credit_amount_unit_code(amount))
		report_mixed_units(state->unit, credit_amount_unit_code(amount));
	if (pg_sub_s64_overflow(state->sum, credit_amount_count(amount), &state->sum))
		credit_amount_out_of_range("the sum behind an average");
	state->count--;
	PG_RETURN_ARRAYTYPE_P(array);
}

Datum
credit_amount_avg_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *array = own_state_array(fcinfo);

	add_to_state(state_of_array(array), state_of_array(PG_GETARG_ARRAYTYPE_P(1)));
	PG_RETURN_ARRAYTYPE_P(array);
}

/* the quotient to the nearest whole, ties away from zero */
static int64
divide_half_up(int64 sum, int64 count)
{
	int64		quotient = sum / count;
	int64		remainder = sum % count;

	if (remainder < 0)
		remainder = -remainder;
	if (remainder >= count - remainder)
		quotient += sum < 0 ? -1 : 1;
	return quotient;
}

Datum
credit_amount_avg_final(PG_FUNCTION_ARGS)
{
	AverageState *state = state_of_array(PG_GETARG_ARRAYTYPE_P(0));
	int64		average;

	if (state->count == 0)
		PG_RETURN_NULL();
	average = divide_half_up(state->sum, state->count);
	if (!credit_count_fits(average))
		credit_amount_out_of_range("an average");
	PG_RETURN_CREDIT_AMOUNT(credit_amount_pack((int) state->unit, average));
}
