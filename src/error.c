/*
 * error.c
 *		SQL code raises the conditions of errors.h by name.
 *
 * Promise: the SQLSTATE of a condition stands in errors.h alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "compat.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(creditbank_sqlstate);
PG_FUNCTION_INFO_V1(creditbank_error_conditions);

typedef struct Condition
{
	const char *name;
	int			code;
} Condition;

#define CONDITION_ROW(name, code) {name, code},
static const Condition conditions[] = {
	CREDITBANK_CONDITIONS(CONDITION_ROW)
};

static int
condition_code(const char *name)
{
	for (size_t i = 0; i < lengthof(conditions); i++)
	{
		if (strcmp(conditions[i].name, name) == 0)
			return conditions[i].code;
	}
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("unknown error condition \"%s\"", name),
			 errhint("SELECT * FROM creditbank.error_conditions() lists the conditions.")));
}

/*
 * sqlstate(condition text) -> text
 */
Datum
creditbank_sqlstate(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));

	PG_RETURN_TEXT_P(cstring_to_text(unpack_sql_state(condition_code(name))));
}

/*
 * error_conditions() -> rows (condition text, sqlstate text)
 */
Datum
creditbank_error_conditions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (size_t i = 0; i < lengthof(conditions); i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		values[0] = CStringGetTextDatum(conditions[i].name);
		values[1] = CStringGetTextDatum(unpack_sql_state(conditions[i].code));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
