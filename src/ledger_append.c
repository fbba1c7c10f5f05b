/*
 * ledger_append.c
 *		Appends one entry to an account's chain.
 *
 * The account's head row is moved on by an UPDATE, which holds its lock, so
 * entries of one account are written one after another and their hashes chain;
 * different accounts do not meet.  Promise: the entry and the new head are written together or not at
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

static SPIPlanPtr append_plan = NULL;
static Oid	append_amount_type = InvalidOid;

/*
 * One statement moves the head and writes the entry.  When another transaction
 * moved the head meanwhile, the server computes what is set anew from the head
 * as it is then.
 */
#define APPEND \
	"WITH head AS (" \
	"UPDATE creditbank.ledger_head AS h" \
	" SET seq = h.seq OPERATOR(pg_catalog.+) 1," \
	" recorded_at = GREATEST(h.recorded_at, $7)," \
	" balances = creditbank.changed_balances(h.balances, $3, b.negative_units)," \
	" prev_hash = h.head_hash," \
	" head_hash = creditbank.entry_hash(b.ledger_id, b.suite, h.account_id," \
	" h.seq OPERATOR(pg_catalog.+) 1, $2, $3, $4, $5, GREATEST(h.recorded_at, $7), $8, $6, $9, h.head_hash)" \
	" FROM creditbank.bank AS b" \
	" WHERE h.account_id OPERATOR(pg_catalog.=) $1" \
	" RETURNING h.seq, h.recorded_at, h.prev_hash, h.head_hash)" \
	" INSERT INTO creditbank.ledger_entry" \
	" (account_id, seq, kind, amount, ref, occurred_on, recorded_at," \
	" actor, detail, prev_hash, reverses)" \
	" SELECT $1, head.seq, $2, $3, $4, $5, head.recorded_at, $8, $6, head.prev_hash, $9" \
	" FROM head" \
	" RETURNING entry_id, seq, (SELECT head.head_hash FROM head)"

static void
prepare_append(Oid amount_type, Oid ref_type)
{
	/* The extension may have been dropped and made again in this session. */
	if (append_plan != NULL && append_amount_type == amount_type)
		return;
	if (append_plan != NULL)
	{
		SPI_freeplan(append_plan);
		append_plan = NULL;
	}
	append_plan = ledger_prepare(APPEND,
								 9, (Oid[]) {INT8OID, INT2OID, amount_type, ref_type,
									 DATEOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, INT8OID},
								 CURSOR_OPT_GENERIC_PLAN);
	append_amount_type = amount_type;
}

static void
execute_append(const LedgerEntry *entry)
{
	Datum		values[9];
	char		nulls[9];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(entry->account_id);
	values[1] = Int16GetDatum(entry->kind);
	values[2] = CreditAmountGetDatum(entry->amount);
	nulls[2] = entry->has_amount ? ' ' : 'n';
	values[3] = PointerGetDatum(entry->ref);
	nulls[3] = entry->ref ? ' ' : 'n';
	values[4] = DateADTGetDatum(entry->occurred_on);
	values[5] = PointerGetDatum(entry->detail);
	nulls[5] = entry->detail ? ' ' : 'n';
	values[6] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[7] = PointerGetDatum(bank_caller());
	values[8] = Int64GetDatum(entry->reverses);
	nulls[8] = entry->has_reverses ? ' ' : 'n';
	if (ledger_execute(append_plan, values, nulls) != SPI_OK_INSERT_RETURNING)
		elog(ERROR, "cannot write the ledger entry");
	if (SPI_processed == 0)
	{
		LedgerRefusal refusal;

		ledger_refuse_unknown_account(entry->account_id, &refusal);
		ledger_raise(&refusal, 0);
	}
}

/* Completes a reversal while its account is locked: of two, one finds the other. */
static void
complete_reversal(LedgerEntry *entry)
{
	LedgerBank	bank;
	LedgerHead	head;
	LedgerRefusal refusal;

	if (ledger_lock_heads(&entry->account_id, 1, &bank, &head) == 0)
	{
		ledger_refuse_unknown_account(entry->account_id, &refusal);
		ledger_raise(&refusal, 0);
	}
	if (!ledger_complete_reversal(entry, &refusal))
		ledger_raise(&refusal, 0);
}

/* Appends the entry; the function's result, a row (entry_id, seq, entry_hash). */
static Datum
append(FunctionCallInfo fcinfo, LedgerEntry *entry, Oid amount_type, Oid ref_type)
{
	TupleDesc	tupdesc;
	HeapTuple	written;
	Datum		values[3];
	bool		nulls[3];
	Datum		result;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "a function that appends must return a row");
	tupdesc = BlessTupleDesc(tupdesc);
	SPI_connect();
	if (entry->has_reverses)
		complete_reversal(entry);
	prepare_append(amount_type, ref_type);
	execute_append(entry);
	written = SPI_tuptable->vals[0];
	for (int i = 0; i < 3; i++)
		values[i] = SPI_getbinval(written, SPI_tuptable->tupdesc, i + 1, &nulls[i]);
	result = PointerGetDatum(SPI_returntuple(heap_form_tuple(tupdesc, values, nulls), tupdesc));
	SPI_finish();
	return result;
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
