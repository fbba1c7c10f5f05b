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

#include "compat.h"
#include "errors.h"
#include "ledger_write.h"

PG_FUNCTION_INFO_V1(creditbank_append_entry);
PG_FUNCTION_INFO_V1(creditbank_reverse_entry);

static SPIPlanPtr move_head_plan = NULL;
static SPIPlanPtr write_entry_plan = NULL;
static Oid	plans_amount_type = InvalidOid;

/*
 * When another transaction moved the head meanwhile, the server computes what
 * is set anew from the head as it is then.
 */
#define MOVE_HEAD \
	"UPDATE creditbank.ledger_head" \
	" SET seq = seq OPERATOR(pg_catalog.+) 1," \
	" recorded_at = GREATEST(recorded_at, $7)," \
	" balances = creditbank.changed_balances(balances, $3, $10)," \
	" prev_hash = head_hash," \
	" head_hash = creditbank.entry_hash($11, $12, account_id, seq OPERATOR(pg_catalog.+) 1," \
	" $2, $3, $4, $5, GREATEST(recorded_at, $7), $8, $6, $9, head_hash)" \
	" WHERE account_id OPERATOR(pg_catalog.=) $1" \
	" RETURNING seq, recorded_at, prev_hash, head_hash"

#define WRITE_ENTRY \
	"INSERT INTO creditbank.ledger_entry" \
	" (account_id, seq, kind, amount, ref, occurred_on, recorded_at, actor, detail, prev_hash, reverses)" \
	" VALUES ($1, $10, $2, $3, $4, $5, $7, $8, $6, $11, $9)" \
	" RETURNING entry_id"

/* The parameters of both statements: the first nine are the same. */
enum AppendParameter
{
	ACCOUNT_ID, KIND, AMOUNT, REF, OCCURRED_ON, DETAIL, RECORDED_AT, ACTOR, REVERSES,
	NEGATIVE_UNITS, LEDGER_ID, SUITE, MOVE_HEAD_PARAMETERS,
	SEQ = NEGATIVE_UNITS, PREV_HASH, WRITE_ENTRY_PARAMETERS
};

static void
prepare_plans(Oid amount_type, Oid ref_type)
{
	Oid			types[MOVE_HEAD_PARAMETERS] = {
		INT8OID, INT2OID, amount_type, ref_type, DATEOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, INT8OID,
		TEXTARRAYOID, UUIDOID, TEXTOID
	};

	/* The extension may have been dropped and made again in this session. */
	if (write_entry_plan != NULL && plans_amount_type == amount_type)
		return;
	if (move_head_plan != NULL)
		SPI_freeplan(move_head_plan);
	if (write_entry_plan != NULL)
		SPI_freeplan(write_entry_plan);
	move_head_plan = write_entry_plan = NULL;
	move_head_plan = statement_keep(MOVE_HEAD, MOVE_HEAD_PARAMETERS, types, CURSOR_OPT_GENERIC_PLAN);
	types[SEQ] = INT8OID;
	types[PREV_HASH] = BYTEAOID;
	write_entry_plan = statement_keep(WRITE_ENTRY, WRITE_ENTRY_PARAMETERS, types, CURSOR_OPT_GENERIC_PLAN);
	plans_amount_type = amount_type;
}

static Datum
returned(int column)
{
	bool		is_null;

	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &is_null);
}

/* What appending gives back. */
typedef struct Appended
{
	Datum		entry_id;
	Datum		seq;
	Datum		entry_hash;
} Appended;

/* Moves the head, which locks it, and writes the entry that it follows from. */
static void
execute_plans(LedgerEntry *entry, Appended *appended)
{
	const BankChoices *bank = bank_choices();
	LedgerRefusal refusal;
	Datum		values[MOVE_HEAD_PARAMETERS];
	char		nulls[MOVE_HEAD_PARAMETERS];

	memset(nulls, ' ', sizeof(nulls));
	values[ACCOUNT_ID] = Int64GetDatum(entry->account_id);
	values[KIND] = Int16GetDatum(entry->kind);
	values[AMOUNT] = CreditAmountGetDatum(entry->amount);
	nulls[AMOUNT] = entry->has_amount ? ' ' : 'n';
	values[REF] = PointerGetDatum(entry->ref);
	nulls[REF] = entry->ref ? ' ' : 'n';
	values[OCCURRED_ON] = DateADTGetDatum(entry->occurred_on);
	values[DETAIL] = PointerGetDatum(entry->detail);
	nulls[DETAIL] = entry->detail ? ' ' : 'n';
	values[RECORDED_AT] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[ACTOR] = PointerGetDatum(bank_caller());
	values[REVERSES] = Int64GetDatum(entry->reverses);
	nulls[REVERSES] = entry->has_reverses ? ' ' : 'n';
	values[NEGATIVE_UNITS] = PointerGetDatum(bank->negative_units);
	values[LEDGER_ID] = UUIDPGetDatum(&bank->ledger_id);
	values[SUITE] = PointerGetDatum(bank->suite_name);
	if (statement_execute(move_head_plan, values, nulls) != SPI_OK_UPDATE_RETURNING)
		elog(ERROR, "cannot move the head of account %lld", (long long) entry->account_id);
	if (SPI_processed == 0)
	{
		ledger_refuse_unknown_account(entry->account_id, &refusal);
		ledger_raise(&refusal, 0);
	}
	values[SEQ] = appended->seq = returned(1);
	entry->seq = DatumGetInt64(values[SEQ]);
	if (!ledger_kind_fits(entry, &refusal))
		ledger_raise(&refusal, 0);
	values[RECORDED_AT] = returned(2);
	values[PREV_HASH] = returned(3);
	appended->entry_hash = returned(4);
	if (statement_execute(write_entry_plan, values, nulls) != SPI_OK_INSERT_RETURNING)
		elog(ERROR, "cannot write an entry of account %lld", (long long) entry->account_id);
	if (SPI_processed == 0)
		ledger_report_lost_rows("ledger_entry");
	appended->entry_id = returned(1);
}

/* Completes a reversal while its account is locked: of two, one finds the other. */
static void
complete_reversal(LedgerEntry *entry)
{
	LedgerHead	head;
	LedgerRefusal refusal;

	if (ledger_lock_heads(&entry->account_id, 1, &head) == 0)
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
	TupleDesc	tupdesc = ((ReturnSetInfo *) fcinfo->resultinfo)->expectedDesc;
	Appended	appended;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};
	Datum		result;

	SPI_connect();
	if (entry->has_reverses)
		complete_reversal(entry);
	prepare_plans(amount_type, ref_type);
	execute_plans(entry, &appended);
	values[0] = appended.entry_id;
	values[1] = appended.seq;
	values[2] = appended.entry_hash;
	BlessTupleDesc(tupdesc);
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
