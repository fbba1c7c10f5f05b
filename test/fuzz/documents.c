/*
 * documents.c
 *		evaluate and explain on a rule_set and documents.
 *
 * An input is texts with a line "====" between them: rules, portfolio,
 * programme, history, allocation; what is missing is empty.  Where evaluate
 * answers, so must explain, and both must say the same of the portfolio in
 * reverse order.
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

#define DIVIDER			"\n====\n"
#define PARTS			5
#define AS_OF			9677	/* 2026-06-30 */
#define ARGUMENTS_MAX	8

extern Datum rule_set_in(PG_FUNCTION_ARGS);

/* a function that returns rows, and its arguments */
typedef struct RowsCall
{
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
	slot = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
	while (tuplestore_gettupleslot(result.setResult, true, false, slot))
		append_slot(&rows, slot);
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

void
run_documents(const uint8 *data, size_t size)
{
	const char *parts[PARTS] = {"", "[]", "{\"code\": \"p\"}", "[]", "priority"};
	RowsCall	evaluate;
	RowsCall	explain;

	split_parts(valid_text(data, size), parts);
	call_prepare(&evaluate, "creditbank.evaluate(creditbank.rule_set,jsonb,jsonb,jsonb,date,text)");
	evaluate.arguments[0] = DirectFunctionCall1(rule_set_in, CStringGetDatum(parts[0]));
	for (int i = 1; i < 4; i++)
		evaluate.arguments[i] = jsonb_of(parts[i]);
	evaluate.arguments[4] = DateADTGetDatum(AS_OF);
	evaluate.arguments[5] = CStringGetTextDatum(parts[4]);
	(void) call_rows(&evaluate);

	accepted_as = "documents";
	must_not_mind_order(&evaluate, "evaluation");
	call_prepare(&explain, "creditbank.explain(creditbank.rule_set,jsonb,jsonb,jsonb,date,text,text)");
	memcpy(explain.arguments, evaluate.arguments, sizeof(Datum) * 6);
	explain.arguments[6] = CStringGetTextDatum("en");
	must_not_mind_order(&explain, "explanation");
	explain.arguments[6] = CStringGetTextDatum("zh");
	(void) call_rows(&explain);
}
