/*
 * bank.c
 *		The bank of this database: what it was opened with, and who is asking.
 *
 * Promise: the one answer to "who is it".  session_user misses SET ROLE, on
 * which poolers and API servers rely; current_user inside a function with the
 * owner's rights is the owner.  What the bank was opened with is read once in a
 * session, and anew when its table is altered or made again; a trigger keeps it
 * as it is.  It must never be asked about what may change.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/memutils.h"

#include "bank.h"
#include "errors.h"
#include "statement.h"

PG_FUNCTION_INFO_V1(creditbank_caller);
PG_FUNCTION_INFO_V1(creditbank_commit_durably);

static BankChoices *choices = NULL; /* NULL: to be read */
static Oid	choices_table = InvalidOid;
static MemoryContext choices_context = NULL;

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

/* commit_durably(): what this transaction writes is on disk before its commit returns */
Datum
creditbank_commit_durably(PG_FUNCTION_ARGS)
{
	ForceSyncCommit();
	PG_RETURN_VOID();
}

void
bank_read_units(ArrayType *names, bool is_member[CREDIT_UNIT_COUNT])
{
	Datum	   *elements;
	int			count;

	memset(is_member, 0, sizeof(bool) * CREDIT_UNIT_COUNT);
	if (ARR_NDIM(names) == 0)
		return;
	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		text	   *name = DatumGetTextPP(elements[i]);

		is_member[credit_unit_of_argument(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name))] = true;
	}
}

static void
forget_choices(Datum argument, Oid relation)
{
	if (relation == choices_table || !OidIsValid(relation))
		choices = NULL;
}

BankChoices *
bank_read_choices(void)
{
	MemoryContext caller = CurrentMemoryContext;
	int			status = SPI_execute("SELECT b.ledger_id, b.suite, b.negative_units, b.tableoid"
									 " FROM creditbank.bank AS b", true, 0);
	BankChoices *read;

	MemoryContextSwitchTo(caller);
	if (status != SPI_OK_SELECT)
		elog(ERROR, "cannot read the bank: %s", SPI_result_code_string(status));
	if (SPI_processed != 1)
		ereport(ERROR,
				(errcode(ERRCODE_CB_BANK_NOT_OPEN),
				 errmsg("the table of the bank has " UINT64_FORMAT " rows, not one", SPI_processed)));
	read = palloc0(sizeof(BankChoices));
	read->ledger_id = *DatumGetUUIDP(statement_column(0, 1));
	read->suite_name = DatumGetTextPCopy(statement_column(0, 2));
	read->suite = digest_suite_from_name(text_to_cstring(read->suite_name));
	read->negative_units = DatumGetArrayTypePCopy(statement_column(0, 3));
	bank_read_units(read->negative_units, read->may_be_negative);
	read->table = DatumGetObjectId(statement_column(0, 4));
	SPI_freetuptable(SPI_tuptable);
	return read;
}

/* Keeps what was read until its table is altered or made again. */
static void
keep_choices(void)
{
	MemoryContext caller;

	MemoryContextReset(choices_context);
	caller = MemoryContextSwitchTo(choices_context);
	choices = bank_read_choices();
	choices_table = choices->table;
	MemoryContextSwitchTo(caller);
}

const BankChoices *
bank_choices(void)
{
	if (choices_context == NULL)
	{
		choices_context = AllocSetContextCreate(TopMemoryContext, "creditbank choices",
												ALLOCSET_SMALL_SIZES);
		CacheRegisterRelcacheCallback(forget_choices, (Datum) 0);
	}
	if (choices == NULL)
		keep_choices();
	return choices;
}
