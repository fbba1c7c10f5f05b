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

#define EVALUATE_COLUMNS	18
#define EXPLAIN_COLUMNS		9

void
evaluation_check_day(DateADT as_of)
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

EvaluationLanguage
evaluation_language_named(const char *name)
{
	EvaluationLanguage language;

	if (!evaluation_language(name, &language))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("unknown language \"%s\"", name),
				 errhint("The languages are \"en\" and \"zh\".")));
	return language;
}

/* the first six arguments are the same for both functions */
static Evaluation *
evaluate_arguments(FunctionCallInfo fcinfo, CallSite *site, bool explaining)
{
	Evaluation *evaluation = palloc0(sizeof(Evaluation));

	evaluation->explaining = explaining;
	evaluation->as_of = PG_GETARG_DATEADT(4);
	evaluation_check_day(evaluation->as_of);
	read_allocation(evaluation, text_to_cstring(PG_GETARG_TEXT_PP(5)));
	if (explaining)
		evaluation->language = evaluation_language_named(text_to_cstring(PG_GETARG_TEXT_PP(6)));
	evaluation->prepared = call_site_rules(site, fcinfo, 0);
	inputs_read(&evaluation->inputs, PG_GETARG_JSONB_P(1),
				call_site_programme(site, fcinfo, 2), PG_GETARG_JSONB_P(3));
	evaluation_run(evaluation);
	return evaluation;
}

/*
 * Makes ready to return rows.  Whoever asks says what rows it expects; to look
 * that up in the catalogue for every call would take long.
 */
static void
begin_rows(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		expected = rsinfo != NULL && IsA(rsinfo, ReturnSetInfo) && rsinfo->expectedDesc != NULL;

	InitMaterializedSRF(fcinfo, expected ? MAT_SRF_USE_EXPECTED_DESC : 0);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

/*
 * An array of texts, where NULL stands for nothing.  It is written at once: an
 * array of Datums first would take longer than all the rest of a line.
 */
static Datum
text_array(const char *const *texts, int count)
{
	Size		nulls = 0;
	Size		size = 0;
	Size		header;
	ArrayType  *array;
	char	   *next;

	for (int i = 0; i < count; i++)
	{
		if (texts[i] == NULL)
			nulls++;
		else
			size += INTALIGN(VARHDRSZ + strlen(texts[i]));
	}
	header = nulls > 0 ? ARR_OVERHEAD_WITHNULLS(1, count) : ARR_OVERHEAD_NONULLS(1);
	array = palloc0(header + size);
	SET_VARSIZE(array, header + size);
	array->ndim = 1;
	array->dataoffset = nulls > 0 ? header : 0;
	array->elemtype = TEXTOID;
	ARR_DIMS(array)[0] = count;
	ARR_LBOUND(array)[0] = 1;
	next = ARR_DATA_PTR(array);
	for (int i = 0; i < count; i++)
	{
		Size		length;

		if (texts[i] == NULL)
			continue;
		if (nulls > 0)
			ARR_NULLBITMAP(array)[i / BITS_PER_BYTE] |= 1 << (i % BITS_PER_BYTE);
		length = VARHDRSZ + strlen(texts[i]);
		SET_VARSIZE(next, length);
		memcpy(VARDATA(next), texts[i], length - VARHDRSZ);
		next += INTALIGN(length);
	}
	return PointerGetDatum(array);
}

static void
put_sources(Datum *values, const Line *line)
{
	int			count = line->source_count;
	const char **amounts = palloc((sizeof(char *) * 2 + CREDIT_AMOUNT_TEXT_SIZE) * count);
	const char **grades = amounts + count;
	char	   *text = (char *) (grades + count);

	for (int i = 0; i < count; i++, text += CREDIT_AMOUNT_TEXT_SIZE)
	{
		const Achievement *source = line->achievements[i];
		OptionalAmount amount = source->amount.given ? source->amount : source->hours;

		grades[i] = source->grade;
		amounts[i] = amount.given ? text : NULL;
		if (amount.given)
			credit_amount_format(amount.amount, text);
	}
	values[2] = text_array(line->sources, count);
	values[3] = text_array(amounts, count);
	values[4] = text_array(grades, count);
}

static void
put_line(ReturnSetInfo *rsinfo, const Evaluation *evaluation, int number)
{
	const Line *line = &evaluation->lines[number];
	Datum		values[EVALUATE_COLUMNS] = {0};
	bool		nulls[EVALUATE_COLUMNS] = {0};

	values[0] = Int32GetDatum(number + 1);
	put_text(values, nulls, 1, line->rule);
	put_sources(values, line);
	put_text(values, nulls, 5, line->target);
	values[6] = CreditAmountGetDatum(line->granted_amount);
	nulls[6] = !line->granted;
	if (line->has_value)
		values[7] = NumericGetDatum(line_value(line));
	values[8] = CreditAmountGetDatum(line->before_caps);
	nulls[7] = nulls[8] = !line->has_value;
	put_text(values, nulls, 9, line->grade);
	put_text(values, nulls, 10, line->mark);
	values[11] = CreditAmountGetDatum(line->leftover.amount);
	values[12] = BoolGetDatum(line->leftover_kept);
	nulls[11] = nulls[12] = !line->leftover.given;
	values[13] = DateADTGetDatum(line->dated.date);
	nulls[13] = !line->dated.given;
	nulls[14] = line->tags.count == 0;
	if (!nulls[14])
		values[14] = text_array((const char *const *) line->tags.words, line->tags.count);
	values[15] = BoolGetDatum(line->needs_assessor);
	values[16] = BoolGetDatum(evaluation->proven);
	nulls[16] = !evaluation->best;
	put_text(values, nulls, 17, line->reason);
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
	put_text(values, nulls, 8, explanation->sentence);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
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

	begin_rows(fcinfo);
	old_context = MemoryContextSwitchTo(site->call_context);
	evaluation = evaluate_arguments(fcinfo, site, false);
	for (int i = 0; i < evaluation->line_count; i++)
		put_line(rsinfo, evaluation, i);
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
