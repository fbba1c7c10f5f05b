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

PG_FUNCTION_INFO_V1(creditbank_raise_error);
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
	elog(ERROR, "unknown error condition \"%s\"", name);
}

static char *
optional_text(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NULL :
		text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/*
 * raise_error(condition, message, detail, hint, table, column, constraint)
 */
Datum
creditbank_raise_error(PG_FUNCTION_ARGS)
{
	char	   *condition = optional_text(fcinfo, 0);
	char	   *message = optional_text(fcinfo, 1);
	char	   *detail = optional_text(fcinfo, 2);
	char	   *hint = optional_text(fcinfo, 3);
	char	   *table = optional_text(fcinfo, 4);
	char	   *column = optional_text(fcinfo, 5);
	char	   *constraint = optional_text(fcinfo, 6);

	if (condition == NULL || message == NULL)
		elog(ERROR, "an error needs a condition and a message");
	ereport(ERROR,
			(errcode(condition_code(condition)),
			 errmsg_internal("%s", message),
			 detail ? errdetail_internal("%s", detail) : 0,
			 hint ? errhint("%s", hint) : 0,
			 table ? err_generic_string(PG_DIAG_SCHEMA_NAME, "creditbank") : 0,
			 table ? err_generic_string(PG_DIAG_TABLE_NAME, table) : 0,
			 column ? err_generic_string(PG_DIAG_COLUMN_NAME, column) : 0,
			 constraint ? err_generic_string(PG_DIAG_CONSTRAINT_NAME, constraint) : 0));
	PG_RETURN_VOID();
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
