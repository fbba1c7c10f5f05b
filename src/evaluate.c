/*
 * evaluate.c
 *		The SQL functions evaluate and explain.
 *
 * Promise: both run the same evaluation and differ only in what they return.
 * What a call allocates lives in one memory context that is emptied at its
 * end; what outlives it is the affair of evaluate_cache.c.
 */
#include "postgres.h"

#include <ctype.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "compat.h"
#include "errors.h"
#include "evaluate_row.h"

PG_FUNCTION_INFO_V1(creditbank_evaluate);
PG_FUNCTION_INFO_V1(creditbank_explain);

#define EXPLAIN_COLUMNS		9

static void
check_date(DateADT as_of)
{
	if (DATE_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("the date of an evaluation must be finite"),
				 errhint("Pass the day on which the conversion is decided.")));
}

/* "best within N steps"; false when it reads otherwise */
static bool
read_steps(const char *allocation, int64 *steps)
{
	const char *cursor = allocation;

	if (strncmp(cursor, "best within ", 12) != 0)
		return false;
	*steps = 0;
	for (cursor += 12; isdigit((unsigned char) *cursor) && *steps <= BEST_STEPS_MAX; cursor++)
		*steps = *steps * 10 + (*cursor - '0');
	return strcmp(cursor, " steps") == 0 && *steps > 0 && *steps <= BEST_STEPS_MAX;
}

static void
read_allocation(Evaluation *evaluation, const char *allocation)
{
	if (strcmp(allocation, "priority") == 0)
		return;
	evaluation->best = true;
	evaluation->best_steps = BEST_STEPS_DEFAULT;
	if (strcmp(allocation, "best") == 0 || read_steps(allocation, &evaluation->best_steps))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("unknown allocation \"%s\"", allocation),
			 errhint("The allocations are \"priority\", where rules are tried in their order, \"best\", and \"best within N steps\" with N from 1 to %lld.",
					 (long long) BEST_STEPS_MAX)));
}

static void
read_language(Evaluation *evaluation, const char *language)
{
	if (!evaluation_language(language, &evaluation->language))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("unknown language \"%s\"", language),
				 errhint("The languages are \"en\" and \"zh\".")));
}

/* the first six arguments are the same for both functions */
static Evaluation *
evaluate_arguments(FunctionCallInfo fcinfo, CallSite *site, bool explaining)
{
	Evaluation *evaluation = palloc0(sizeof(Evaluation));

	evaluation->explaining = explaining;
	evaluation->as_of = PG_GETARG_DATEADT(4);
	check_date(evaluation->as_of);
	read_allocation(evaluation, text_to_cstring(PG_GETARG_TEXT_PP(5)));
	if (explaining)
		read_language(evaluation, text_to_cstring(PG_GETARG_TEXT_PP(6)));
	evaluation->prepared = call_site_rules(site, fcinfo, 0);
	inputs_read(&evaluation->inputs, PG_GETARG_JSONB_P(1),
				call_site_programme(site, fcinfo, 2), PG_GETARG_JSONB_P(3));
	evaluation_run(evaluation);
	return evaluation;
}

/*
 * Makes ready to return rows.  Whoever asks says what rows it expects: those
 * that the functions are declared with.  To look that up in the catalogue for
 * every call, or to hand out a copy of it to be compared with itself, would
 * take long.
 */
static void
begin_rows(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old_context;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo) || rsinfo->expectedDesc == NULL ||
		(rsinfo->allowedModes & SFRM_Materialize) == 0)
	{
		InitMaterializedSRF(fcinfo, 0);
		return;
	}
	old_context = MemoryContextSwitchTo(rsinfo->econtext->ecxt_per_query_memory);
	rsinfo->setResult = tuplestore_begin_heap((rsinfo->allowedModes & SFRM_Materialize_Random) != 0,
											  false, work_mem);
	rsinfo->returnMode = SFRM_Materialize;
	MemoryContextSwitchTo(old_context);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

static void
put_explanation(ReturnSetInfo *rsinfo, const Explanation *explanation)
{
	Datum		values[EXPLAIN_COLUMNS];
	bool		nulls[EXPLAIN_COLUMNS];

	put_text(values, nulls, 0, explanation->rule);
	put_text(values, nulls, 1, explanation->source);
	put_text(values, nulls, 2, explanation->target);
	put_text(values, nulls, 3, explanation->parameter);
	put_text(values, nulls, 4, explanation->required);
	put_text(values, nulls, 5, explanation->found);
	put_text(values, nulls, 6, explanation->missing);
	values[7] = BoolGetDatum(explanation->passed);
	nulls[7] = false;
	put_text(values, nulls, 8, explanation->sentence);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc ? rsinfo->setDesc : rsinfo->expectedDesc,
						 values, nulls);
}

/*
 * evaluate(rules, portfolio, programme, history, as_of, allocation) -> lines
 */
Datum
creditbank_evaluate(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	CallSite   *site = call_site(fcinfo->flinfo);
	MemoryContext old_context;
	Evaluation *evaluation;
	RowWriter  *row;

	begin_rows(fcinfo);
	old_context = MemoryContextSwitchTo(site->call_context);
	evaluation = evaluate_arguments(fcinfo, site, false);
	row = row_writer(rsinfo->setResult);
	for (int i = 0; i < evaluation->line_count; i++)
		row_put_line(row, evaluation, i);
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(site->call_context);
	return (Datum) 0;
}

/*
 * explain(rules, portfolio, programme, history, as_of, allocation, language)
 * -> tests
 */
Datum
creditbank_explain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	CallSite   *site = call_site(fcinfo->flinfo);
	MemoryContext old_context;
	Evaluation *evaluation;

	begin_rows(fcinfo);
	old_context = MemoryContextSwitchTo(site->call_context);
	evaluation = evaluate_arguments(fcinfo, site, true);
	for (int i = 0; i < evaluation->explanation_count; i++)
		put_explanation(rsinfo, &evaluation->explanations[i]);
	MemoryContextSwitchTo(old_context);
	MemoryContextReset(site->call_context);
	return (Datum) 0;
}
