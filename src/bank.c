/*
 * bank.c
 *		On whose behalf a statement runs.
 *
 * Promise: the one answer to "who is it".  session_user misses SET ROLE, on
 * which poolers and API servers rely; current_user inside a function with the
 * owner's rights is the owner.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "bank.h"

PG_FUNCTION_INFO_V1(creditbank_caller);

/* the role of the outermost statement, SET ROLE included */
text *
bank_caller(void)
{
	return cstring_to_text(GetUserNameFromId(GetOuterUserId(), false));
}

/* caller() */
Datum
creditbank_caller(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(bank_caller());
}
