/*
 * ledger_append.c
 *		Appends one entry to an account's chain.
 *
 * The account's head row is locked first, so entries of one account are
 * written one after another and their hashes chain; different accounts do not
 * meet.  Promise: the entry and the new head are written together or not at
 * all, and no balance goes below zero where the bank allows none.  It must
 * never be granted to a client: the rooms above decide what may be written.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "bank.h"
#include "compat.h"
#include "errors.h"
#include "ledger_write.h"

PG_FUNCTION_INFO_V1(creditbank_append_entry);
PG_FUNCTION_INFO_V1(creditbank_reverse_entry);

static SPIPlanPtr write_entry_plan = NULL;
static Oid	write_entry_amount_type = InvalidOid;

static void
prepare_write_entry(Oid amount_type, Oid ref_type)
{
	/* The extension may have been dropped and made again in this session. */
	if (write_entry_plan != NULL && write_entry_amount_type == amount_type)
		return;
	if (write_entry_plan != NULL)
	{
		SPI_freeplan(write_entry_plan);
		write_entry_plan = NULL;
	}
	write_entry_plan = ledger_prepare(
		"WITH head AS ("
		"UPDATE creditbank.ledger_head"
		" SET seq = $2, balances = $11, head_hash = $12"
		" WHERE account_id OPERATOR(pg_catalog.=) $1)"
		" INSERT INTO creditbank.ledger_entry"
		" (account_id, seq, kind, amount, ref, occurred_on, recorded_at,"
		" actor, detail, prev_hash, reverses)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $13)"
		" RETURNING entry_id",
		13, (Oid[]) {INT8OID, INT8OID, INT2OID, amount_type, ref_type,
			DATEOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, BYTEAOID,
			get_array_type(amount_type), BYTEAOID, INT8OID}, 0);
	write_entry_amount_type = amount_type;
}

/* Writes the entry and the head that follows from it; returns the entry's id. */
static int64
write_entry(const LedgerEntry *entry, const LedgerHead *head)
{
	Datum		values[13];
	char		nulls[13];
	bool		is_null;

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(entry->account_id);
	values[1] = Int64GetDatum(entry->seq);
	values[2] = Int16GetDatum(entry->kind);
	values[3] = CreditAmountGetDatum(entry->amount);
	nulls[3] = entry->has_amount ? ' ' : 'n';
	values[4] = PointerGetDatum(entry->ref);
	nulls[4] = entry->ref ? ' ' : 'n';
	values[5] = DateADTGetDatum(entry->occurred_on);
	values[6] = TimestampTzGetDatum(entry->recorded_at);
	values[7] = PointerGetDatum(entry->actor);
	values[8] = PointerGetDatum(entry->detail);
	nulls[8] = entry->detail ? ' ' : 'n';
	values[9] = PointerGetDatum(digest_to_bytea(entry->prev_hash));
	values[10] = ledger_balances_array(head, write_entry_amount_type);
	values[11] = PointerGetDatum(digest_to_bytea(head->hash));
	values[12] = Int64GetDatum(entry->reverses);
	nulls[12] = entry->has_reverses ? ' ' : 'n';
	if (SPI_execute_plan(write_entry_plan, values, nulls, false, 0) != SPI_OK_INSERT_RETURNING)
		elog(ERROR, "cannot write the ledger entry");
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
									   1, &is_null));
}

/*
 * Locks the entry's account, admits the entry, writes it; the function's
 * result, a row (entry_id, seq, entry_hash).
 */
static Datum
append(FunctionCallInfo fcinfo, LedgerEntry *entry, Oid amount_type, Oid ref_type)
{
	TupleDesc	tupdesc;
	LedgerBank	bank;
	LedgerHead	head;
	LedgerRefusal refusal;
	StringInfoData workspace;
	bytea	   *entry_hash;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};
	int64		entry_id;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "a function that appends must return a row");
	entry->actor = bank_caller();
	initStringInfo(&workspace);
	entry_hash = digest_to_bytea(entry->prev_hash);

	SPI_connect();
	if (ledger_lock_heads(&entry->account_id, 1, &bank, &head) == 0)
	{
		ledger_refuse_unknown_account(entry->account_id, &refusal);
		ledger_raise(&refusal, 0);
	}
	if (entry->has_reverses && !ledger_complete_reversal(entry, &refusal))
		ledger_raise(&refusal, 0);
	entry->recorded_at = GetCurrentTimestamp();
	if (!ledger_admit(&bank, &head, entry, &workspace, &refusal))
		ledger_raise(&refusal, 0);
	prepare_write_entry(amount_type, ref_type);
	entry_id = write_entry(entry, &head);
	SPI_finish();

	memcpy(VARDATA(entry_hash), head.hash, DIGEST_LENGTH);
	values[0] = Int64GetDatum(entry_id);
	values[1] = Int64GetDatum(entry->seq);
	values[2] = PointerGetDatum(entry_hash);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls));
}

/*
 * append_entry(account_id bigint, kind text, amount credit_amount,
 *				ref achievement_ref, occurred_on date, detail text)
 *		-> row (entry_id, seq, entry_hash)
 */
Datum
creditbank_append_entry(PG_FUNCTION_ARGS)
{
	LedgerEntry entry;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(4))
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("an entry needs an account, a kind and a date")));
	memset(&entry, 0, sizeof(entry));
	entry.account_id = PG_GETARG_INT64(0);
	entry.kind = ledger_kind_number(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	if (entry.kind == LEDGER_KIND_REVERSED)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("an entry of kind \"reversed\" names the entry it takes back"),
				 errhint("Use creditbank.reverse_entry().")));
	entry.has_amount = !PG_ARGISNULL(2);
	entry.amount = entry.has_amount ? PG_GETARG_CREDIT_AMOUNT(2) : 0;
	entry.ref = PG_ARGISNULL(3) ? NULL : PG_GETARG_VARLENA_PP(3);
	entry.occurred_on = PG_GETARG_DATEADT(4);
	entry.detail = PG_ARGISNULL(5) ? NULL : PG_GETARG_TEXT_PP(5);
	return append(fcinfo, &entry, get_fn_expr_argtype(fcinfo->flinfo, 2),
				  get_fn_expr_argtype(fcinfo->flinfo, 3));
}

/*
 * reverse_entry(account_id bigint, seq bigint, occurred_on date, detail text)
 *		-> row (entry_id, seq, entry_hash)
 */
Datum
creditbank_reverse_entry(PG_FUNCTION_ARGS)
{
	LedgerEntry entry;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("a reversal needs an account, an entry and a date")));
	memset(&entry, 0, sizeof(entry));
	entry.account_id = PG_GETARG_INT64(0);
	entry.kind = LEDGER_KIND_REVERSED;
	entry.has_reverses = true;
	entry.reverses = PG_GETARG_INT64(1);
	entry.occurred_on = PG_GETARG_DATEADT(2);
	entry.detail = PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3);
	return append(fcinfo, &entry, ledger_type("creditbank.credit_amount"),
				  ledger_type("creditbank.achievement_ref"));
}
