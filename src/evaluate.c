/*
 * evaluate.c
 *		The SQL functions evaluate and explain.
 *
 * Promise: both run the same evaluation and differ only in what they return.
 * What a call allocates lives in one memory context that ends with it; the
 * prepared rules alone outlive it, for as long as the calling query repeats the
 * call with the same rule_set.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "compat.h"
#include "errors.h"
#include "evaluate.h"

PG_FUNCTION_INFO_V1(creditbank_evaluate);
PG_FUNCTION_INFO_V1(creditbank_explain);

#define EVALUATE_COLUMNS	13
#define EXPLAIN_COLUMNS		8

/* rules prepared for a call site */
typedef struct RuleCache
{
	MemoryContext context;
	RuleSetData *stored;		/* what they were prepared from */
	PreparedRules *prepared;	/* NULL: nothing */
} RuleCache;

static RuleCache *
rule_cache(FmgrInfo *flinfo)
{
	RuleCache  *cache = flinfo->fn_extra;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(RuleCache));
		cache->context = AllocSetContextCreate(flinfo->fn_mcxt, "creditbank prepared rules",
											   ALLOCSET_DEFAULT_SIZES);
		flinfo->fn_extra = cache;
	}
	return cache;
}

static const PreparedRules *
prepared_rules(FmgrInfo *flinfo, const RuleSetData *stored)
{
	RuleCache  *cache = rule_cache(flinfo);
	Size		size = VARSIZE(stored);
	MemoryContext old_context;

	if (cache->prepared != NULL && VARSIZE(cache->stored) == size &&
		memcmp(cache->stored, stored, size) == 0)
		return cache->prepared;

	cache->prepared = NULL;
	MemoryContextReset(cache->context);
	old_context = MemoryContextSwitchTo(cache->context);
	cache->stored = memcpy(palloc(size), stored, size);
	cache->prepared = rules_prepare(rule_set_read(cache->stored));
	MemoryContextSwitchTo(old_context);
	return cache->prepared;
}

static void
check_date(DateADT as_of)
{
	if (DATE_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("the date of an evaluation must be finite"),
				 errhint("Pass the day on which the conversion is decided.")));
}

static void
check_allocation(const char *allocation)
{
	if (strcmp(allocation, "priority") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("unknown allocation \"%s\"", allocation),
				 errhint("The one allocation is \"priority\": rules are tried in their order.")));
}

/* the first five arguments are the same for both functions */
static Evaluation *
evaluate_arguments(FunctionCallInfo fcinfo, bool explaining)
{
	Evaluation *evaluation = palloc0(sizeof(Evaluation));

	evaluation->explaining = explaining;
	evaluation->as_of = PG_GETARG_DATEADT(4);
	check_date(evaluation->as_of);
	evaluation->prepared = prepared_rules(fcinfo->flinfo, PG_GETARG_RULE_SET_P(0));
	inputs_read(&evaluation->inputs, PG_GETARG_JSONB_P(1), PG_GETARG_JSONB_P(2),
				PG_GETARG_JSONB_P(3));
	evaluation_run(evaluation);
	return evaluation;
}

static MemoryContext
enter_call_context(void)
{
	return MemoryContextSwitchTo(AllocSetContextCreate(CurrentMemoryContext,
													   "creditbank evaluation",
													   ALLOCSET_DEFAULT_SIZES));
}

static void
leave_call_context(MemoryContext old_context)
{
	MemoryContextDelete(MemoryContextSwitchTo(old_context));
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

static Datum
sources_array(const Line *line)
{
	Datum	   *sources = palloc(sizeof(Datum) * line->source_count);

	for (int i = 0; i < line->source_count; i++)
		sources[i] = CStringGetTextDatum(line->sources[i]);
	return PointerGetDatum(construct_array(sources, line->source_count, TEXTOID,
										   -1, false, TYPALIGN_INT));
}

static void
put_line(ReturnSetInfo *rsinfo, const Line *line, int number)
{
	Datum		values[EVALUATE_COLUMNS] = {0};
	bool		nulls[EVALUATE_COLUMNS] = {0};

	values[0] = Int32GetDatum(number);
	put_text(values, nulls, 1, line->rule);
	values[2] = sources_array(line);
	put_text(values, nulls, 3, line->target);
	values[4] = CreditAmountGetDatum(line->before_caps);
	nulls[4] = !line->granted;
	values[5] = NumericGetDatum(line->value);
	values[6] = CreditAmountGetDatum(line->before_caps);
	nulls[5] = nulls[6] = !line->has_value;
	put_text(values, nulls, 7, line->grade);
	put_text(values, nulls, 8, line->mark);
	values[9] = CreditAmountGetDatum(line->leftover.amount);
	values[10] = BoolGetDatum(line->leftover_kept);
	nulls[9] = nulls[10] = !line->leftover.given;
	values[11] = DateADTGetDatum(line->dated.date);
	nulls[11] = !line->dated.given;
	put_text(values, nulls, 12, line->reason);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
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
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * evaluate(rules, portfolio, programme, history, as_of, allocation) -> lines
 */
Datum
creditbank_evaluate(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old_context;
	Evaluation *evaluation;

	InitMaterializedSRF(fcinfo, 0);
	old_context = enter_call_context();
	check_allocation(text_to_cstring(PG_GETARG_TEXT_PP(5)));
	evaluation = evaluate_arguments(fcinfo, false);
	for (int i = 0; i < evaluation->line_count; i++)
		put_line(rsinfo, &evaluation->lines[i], i + 1);
	leave_call_context(old_context);
	return (Datum) 0;
}

/*
 * explain(rules, portfolio, programme, history, as_of) -> tests
 */
Datum
creditbank_explain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old_context;
	Evaluation *evaluation;

	InitMaterializedSRF(fcinfo, 0);
	old_context = enter_call_context();
	evaluation = evaluate_arguments(fcinfo, true);
	for (int i = 0; i < evaluation->explanation_count; i++)
		put_explanation(rsinfo, &evaluation->explanations[i]);
	leave_call_context(old_context);
	return (Datum) 0;
}
