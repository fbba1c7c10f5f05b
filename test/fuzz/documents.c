/*
 * documents.c
 *		evaluate and explain on a rule_set and documents.
 *
 * An input is texts with a line "====" between them: rules, portfolio,
 * programme, history; what is missing is empty.  Where evaluate answers, so must
 * explain; both must say the same of the portfolio in reverse order; convertible
 * must answer with their sum; and the best allocation must grant no less than that
 * by priority.
 */
#include "documents.h"

#include "access/htup_details.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "credit_amount.h"

#define DIVIDER			"\n====\n"
#define PARTS			4
#define AS_OF			9677	/* 2026-06-30 */
#define ARGUMENTS_MAX	8

extern Datum rule_set_in(PG_FUNCTION_ARGS);

#define GRANTED_COLUMN	6		/* of evaluate, from 0 */

/* what lines grant, in ten-thousandths of each unit */
typedef struct Totals
{
	int64		counts[CREDIT_UNIT_COUNT];
} Totals;

/* a function that returns rows, and its arguments */
typedef struct RowsCall
{
	bool		is_evaluate;
	Totals		granted;		/* by evaluate, when it was called last */
	FmgrInfo	function;
	int			argument_count;
	Datum		arguments[ARGUMENTS_MAX];
} RowsCall;

static void
call_prepare(RowsCall *call, const char *signature)
{
	Oid			function = DatumGetObjectId(DirectFunctionCall1(regprocedurein,
																CStringGetDatum(signature)));

	fmgr_info(function, &call->function);
	call->argument_count = call->function.fn_nargs;
	call->is_evaluate = false;
}

static void
append_slot(StringInfo rows, TupleTableSlot *slot)
{
	TupleDesc	columns = slot->tts_tupleDescriptor;

	slot_getallattrs(slot);
	for (int i = 0; i < columns->natts; i++)
	{
		Oid			output;
		bool		is_varlena;

		appendStringInfoChar(rows, i == 0 ? '\n' : '|');
		if (slot->tts_isnull[i])
			continue;
		getTypeOutputInfo(TupleDescAttr(columns, i)->atttypid, &output, &is_varlena);
		appendStringInfoString(rows, OidOutputFunctionCall(output, slot->tts_values[i]));
	}
}

static void
add_granted(Totals *totals, TupleTableSlot *slot)
{
	CreditAmount granted;

	if (slot->tts_isnull[GRANTED_COLUMN])
		return;
	granted = DatumGetCreditAmount(slot->tts_values[GRANTED_COLUMN]);
	totals->counts[credit_amount_unit_code(granted)] += credit_amount_count(granted);
}

/* the units in the order in which the best allocation looks at them */
static int
compare_totals(const Totals *a, const Totals *b)
{
	static const int units[] = {UNIT_CR, UNIT_ECTS, UNIT_CATS, UNIT_HR, UNIT_PT};

	for (size_t i = 0; i < lengthof(units); i++)
	{
		if (a->counts[units[i]] != b->counts[units[i]])
			return a->counts[units[i]] < b->counts[units[i]] ? -1 : 1;
	}
	return 0;
}

static char *
call_rows(RowsCall *call)
{
	LOCAL_FCINFO(fcinfo, ARGUMENTS_MAX);
	ExprContext *context = makeNode(ExprContext);
	ReturnSetInfo result = {.type = T_ReturnSetInfo, .econtext = context,
	.allowedModes = SFRM_Materialize};
	StringInfoData rows;
	TupleTableSlot *slot;

	context->ecxt_per_query_memory = CurrentMemoryContext;
	InitFunctionCallInfoData(*fcinfo, &call->function, call->argument_count, InvalidOid,
							 NULL, (Node *) &result);
	for (int i = 0; i < call->argument_count; i++)
		fcinfo->args[i] = (NullableDatum) {call->arguments[i], false};
	(void) FunctionCallInvoke(fcinfo);

	initStringInfo(&rows);
	memset(&call->granted, 0, sizeof(Totals));
	slot = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(result.setResult, true, false, slot))
	{
		append_slot(&rows, slot);
		if (call->is_evaluate)
			add_granted(&call->granted, slot);
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(result.setResult);
	if (!pg_verify_mbstr(PG_UTF8, rows.data, rows.len, true))
		finding("rows are not UTF-8: %s", rows.data);
	return rows.data;
}

char *
rows_of_rules(Datum rules)
{
	RowsCall	call;

	call_prepare(&call, "creditbank.rule_set_rules(creditbank.rule_set)");
	call.arguments[0] = rules;
	return call_rows(&call);
}

static Datum
jsonb_of(const char *text)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
}

/* the same members from the last to the first */
static Datum
reversed(Datum portfolio)
{
	Jsonb	   *array = DatumGetJsonbP(portfolio);
	JsonbParseState *state = NULL;

	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (int i = JB_ROOT_COUNT(array) - 1; i >= 0; i--)
		pushJsonbValue(&state, WJB_ELEM, getIthJsonbValueFromContainer(&array->root, i));
	return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)));
}

static void
must_not_mind_order(RowsCall *call, const char *what)
{
	Datum		portfolio = call->arguments[1];
	char	   *forth = call_rows(call);
	char	   *back;

	call->arguments[1] = reversed(portfolio);
	back = call_rows(call);
	call->arguments[1] = portfolio;
	if (strcmp(forth, back) != 0)
		finding("%s of a reversed portfolio differs:%s\nis not%s", what, forth, back);
}

/* the texts of an input, which is cut up */
static void
split_parts(char *text, const char *parts[PARTS])
{
	for (int i = 0; i < PARTS && text != NULL; i++)
	{
		char	   *divider = strstr(text, DIVIDER);

		parts[i] = text;
		if (divider != NULL)
			*divider = '\0';
		text = divider == NULL ? NULL : divider + strlen(DIVIDER);
	}
}

static void
documents_prepare(RowsCall *evaluate, const uint8 *data, size_t size)
{
	const char *parts[PARTS] = {"", "[]", "{\"code\": \"p\"}", "[]"};

	passing_through = true;
	split_parts(valid_text(data, size), parts);
	call_prepare(evaluate, "creditbank.evaluate(creditbank.rule_set,jsonb,jsonb,jsonb,date,text)");
	evaluate->is_evaluate = true;
	evaluate->arguments[0] = DirectFunctionCall1(rule_set_in, CStringGetDatum(parts[0]));
	for (int i = 1; i < PARTS; i++)
		evaluate->arguments[i] = jsonb_of(parts[i]);
	evaluate->arguments[PARTS] = DateADTGetDatum(AS_OF);
	passing_through = false;
}

static void
allocate(RowsCall *call, const char *allocation)
{
	call->arguments[PARTS + 1] = CStringGetTextDatum(allocation);
}

/* the same arguments, for explain */
static void
explain_prepare(RowsCall *explain, const RowsCall *evaluate, const char *language)
{
	call_prepare(explain, "creditbank.explain(creditbank.rule_set,jsonb,jsonb,jsonb,date,text,text)");
	memcpy(explain->arguments, evaluate->arguments, sizeof(Datum) * (PARTS + 2));
	explain->arguments[PARTS + 2] = CStringGetTextDatum(language);
}

/* the arguments of evaluate in the order of convertible; item 0: none */
static int64
convertible(const RowsCall *evaluate, Datum item)
{
	LOCAL_FCINFO(fcinfo, 6);
	RowsCall	call;
	Datum		arguments[6] = {evaluate->arguments[0], evaluate->arguments[1], evaluate->arguments[3],
	evaluate->arguments[4], evaluate->arguments[2], item};
	Datum		credits;

	call_prepare(&call, item == 0 ? "creditbank.convertible(creditbank.rule_set,jsonb,jsonb,date,jsonb)" :
				 "creditbank.convertible(creditbank.rule_set,jsonb,jsonb,date,jsonb,jsonb)");
	InitFunctionCallInfoData(*fcinfo, &call.function, call.argument_count, InvalidOid, NULL, NULL);
	for (int i = 0; i < call.argument_count; i++)
		fcinfo->args[i] = (NullableDatum) {arguments[i], false};
	credits = FunctionCallInvoke(fcinfo);
	return credit_amount_count(DatumGetCreditAmount(credits));
}

/* The sum for a pathway is that of the lines, also with an item in its own place. */
static void
must_convert_as_much(const RowsCall *evaluate)
{
	Jsonb	   *portfolio = DatumGetJsonbP(evaluate->arguments[1]);
	int64		granted = evaluate->granted.counts[UNIT_CR];

	if (!credit_count_fits(granted))
		return;
	if (convertible(evaluate, (Datum) 0) != granted)
		finding("the credits convertible are not those that are granted");
	if (JB_ROOT_COUNT(portfolio) == 0)
		return;
	if (convertible(evaluate, JsonbPGetDatum(JsonbValueToJsonb(getIthJsonbValueFromContainer(&portfolio->root, 0)))) != granted)
		finding("an item in its own place changes the credits convertible");
}

void
run_documents(const uint8 *data, size_t size)
{
	RowsCall	evaluate;
	RowsCall	explain;

	documents_prepare(&evaluate, data, size);
	allocate(&evaluate, "priority");
	(void) call_rows(&evaluate);

	accepted_as = "documents";
	must_convert_as_much(&evaluate);
	must_not_mind_order(&evaluate, "evaluation");
	explain_prepare(&explain, &evaluate, "en");
	must_not_mind_order(&explain, "explanation");
	explain_prepare(&explain, &evaluate, "zh");
	(void) call_rows(&explain);
}

void
run_best(const uint8 *data, size_t size)
{
	RowsCall	evaluate;
	RowsCall	explain;
	Totals		by_priority;
	Totals		best;

	documents_prepare(&evaluate, data, size);
	allocate(&evaluate, "priority");
	(void) call_rows(&evaluate);
	by_priority = evaluate.granted;

	accepted_as = "documents for the best allocation";
	allocate(&evaluate, "best within 3000 steps");
	must_not_mind_order(&evaluate, "the best evaluation");
	best = evaluate.granted;
	if (compare_totals(&best, &by_priority) < 0)
		finding("the best allocation grants less than that by priority");
	explain_prepare(&explain, &evaluate, "en");
	must_not_mind_order(&explain, "the best explanation");
}
