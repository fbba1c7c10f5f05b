/*
 * statement.c
 *		SQL statements run from C, in the one way they are run here.
 *
 * Promise: what is kept is kept for good, and SPI's habit of leaving its caller
 * in another memory context stays in here.  It must never build a statement: it
 * takes them as they are.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/memutils.h"

#include "statement.h"

SPIPlanPtr
statement_keep(const char *query, int count, Oid *types, int options)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(query, count, types, options);

	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "cannot prepare \"%s\": %s", query, SPI_result_code_string(SPI_result));
	return plan;
}

int
statement_execute(SPIPlanPtr plan, Datum *values, const char *nulls)
{
	MemoryContext caller = CurrentMemoryContext;
	int			status = SPI_execute_plan(plan, values, nulls, false, 0);

	MemoryContextSwitchTo(caller);
	return status;
}

Datum
statement_column(uint64 row, int column)
{
	TupleDesc	tupdesc = SPI_tuptable->tupdesc;
	bool		is_null;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], tupdesc, column, &is_null);

	if (is_null)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("column \"%s\" of a table of the bank is NULL",
						NameStr(TupleDescAttr(tupdesc, column - 1)->attname)),
				 errhint("Run creditbank.verify_ledger().")));
	return value;
}
