/*
 * pathway.c
 *		What a portfolio would bring in many programmes, as one sum for each.
 *
 *	pathway_programme.c		a programme from columns of the registry
 *	pathway_pattern.c		by which patterns rules can name an achievement
 *	pathway_words.c			steps in words
 *
 * Promise: the sum is that of the lines that evaluate() grants for the same
 * inputs, since it is the same evaluation.  A call site reads a portfolio once
 * for all programmes; it must never keep anything of one programme for another.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "compat.h"
#include "errors.h"
#include "pathway.h"

PG_FUNCTION_INFO_V1(creditbank_convertible);
PG_FUNCTION_INFO_V1(creditbank_convertible_columns);

#define ARGUMENTS_WITH_ITEM 6

/* what is granted in credits, all lines together */
static int64
sum_credits(const Evaluation *evaluation)
{
	int64		count = 0;

	for (int i = 0; i < evaluation->line_count; i++)
	{
		const Line *line = &evaluation->lines[i];

		if (!line->granted || credit_amount_unit_code(line->granted_amount) != UNIT_CR)
			continue;
		count += credit_amount_count(line->granted_amount);
		if (!credit_count_fits(count))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("the credits granted in programme \"%s\" are out of range",
							evaluation->inputs.programme.code),
					 errhint("Correct the amounts that its rules grant.")));
	}
	return count;
}

/* The portfolio that was kept serves where there is no history to number with it. */
static void
read_inputs(Inputs *inputs, FunctionCallInfo fcinfo, CallSite *site, const Programme *programme)
{
	Jsonb	   *history = PG_GETARG_JSONB_P(2);

	if (PG_NARGS() == ARGUMENTS_WITH_ITEM)
	{
		inputs_read_item(inputs, call_site_portfolio(site, fcinfo, 1), PG_GETARG_JSONB_P(5), programme, history);
		return;
	}
	if (!JB_ROOT_IS_ARRAY(history) || JB_ROOT_COUNT(history) > 0)
	{
		inputs_read(inputs, PG_GETARG_JSONB_P(1), programme, history);
		return;
	}
	*inputs = *call_site_portfolio(site, fcinfo, 1);
	inputs->programme = *programme;
}

/* the first four arguments are the same for all forms */
static CreditAmount
convertible_credits(FunctionCallInfo fcinfo, CallSite *site, const Programme *programme)
{
	Evaluation *evaluation = palloc0(sizeof(Evaluation));

	evaluation->as_of = PG_GETARG_DATEADT(3);
	evaluation_check_day(evaluation->as_of);
	evaluation->prepared = call_site_rules(site, fcinfo, 0);
	read_inputs(&evaluation->inputs, fcinfo, site, programme);
	evaluation_run(evaluation);
	return credit_amount_pack(UNIT_CR, sum_credits(evaluation));
}

/*
 * convertible(rules, portfolio, history, as_of, programme jsonb [, item]) -> credits
 */
Datum
creditbank_convertible(PG_FUNCTION_ARGS)
{
	CallSite   *site = call_site(fcinfo->flinfo);
	MemoryContext old_context = MemoryContextSwitchTo(site->call_context);
	CreditAmount credits = convertible_credits(fcinfo, site, call_site_programme(site, fcinfo, 4));

	MemoryContextSwitchTo(old_context);
	MemoryContextReset(site->call_context);
	PG_RETURN_CREDIT_AMOUNT(credits);
}

/* Is an error about this programme and its rules, so that others can do without? */
static bool
is_about_programme(int sqlstate)
{
	return sqlstate == ERRCODE_CB_INVALID_DOCUMENT ||
		sqlstate == ERRCODE_CB_INVALID_RULE_SET ||
		sqlstate == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
		sqlstate == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
}

static void
warn_of_programme(const char *code, const ErrorData *error)
{
	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("programme \"%s\" was left out", code),
			 errdetail("It cannot be evaluated: %s.", error->message),
			 errhint("An administrator corrects the programme or its rule book; creditbank.explain_conversion() shows the error.")));
}

/*
 * convertible(rules, portfolio, history, as_of, code, total, categories,
 * category_credits, courses, course_credits, course_hours, course_categories,
 * compulsory, excluded) -> credits, or NULL
 *
 * One programme in a thousand whose rules ask for what it does not say must not
 * hide all others.  An evaluation reads arguments and allocates memory, and does
 * nothing that would have to be rolled back.
 */
Datum
creditbank_convertible_columns(PG_FUNCTION_ARGS)
{
	CallSite   *site = call_site(fcinfo->flinfo);
	MemoryContext old_context = MemoryContextSwitchTo(site->call_context);
	volatile bool known = false;
	volatile CreditAmount credits = 0;

	/* what is wrong with it is the caller's error, not the programme's */
	(void) call_site_portfolio(site, fcinfo, 1);
	PG_TRY();
	{
		credits = convertible_credits(fcinfo, site, programme_from_columns(fcinfo, 4));
		known = true;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(site->call_context);
		error = CopyErrorData();
		if (!is_about_programme(error->sqlerrcode))
			PG_RE_THROW();
		FlushErrorState();
		warn_of_programme(text_to_cstring(PG_GETARG_TEXT_PP(4)), error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(site->call_context);
	if (!known)
		PG_RETURN_NULL();
	PG_RETURN_CREDIT_AMOUNT(credits);
}
