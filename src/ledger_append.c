/*
 * ledger_append.c
 *		Appends one entry to an account's chain.
 *
 * The account's head row is locked first, so entries of one account are
 * written one after another and their hashes chain; different accounts do not
 * meet.  Promise: the entry and the new head are written together or not at
 * all, and no balance goes below zero.  It must never be granted to a client:
 * the rooms above decide what may be written.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "bank.h"
#include "compat.h"
#include "errors.h"
#include "ledger.h"

PG_FUNCTION_INFO_V1(creditbank_append_entry);

/* The head of an account's chain, and the bank it belongs to. */
typedef struct LedgerHead
{
	int64		seq;
	Oid			amount_type;
	CreditAmount balances[CREDIT_UNIT_COUNT];
	bool		has_balance[CREDIT_UNIT_COUNT];
	uint8		hash[DIGEST_LENGTH];
	pg_uuid_t	ledger_id;
	DigestSuite suite;
} LedgerHead;

static SPIPlanPtr lock_head_plan = NULL;
static SPIPlanPtr write_entry_plan = NULL;
static Oid	write_entry_amount_type = InvalidOid;

static SPIPlanPtr
prepare_kept(const char *query, int count, Oid *types)
{
	SPIPlanPtr	plan = SPI_prepare(query, count, types);

	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "cannot prepare \"%s\": %s", query, SPI_result_code_string(SPI_result));
	return plan;
}

static Datum
head_column(int column)
{
	bool		is_null;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
									  column, &is_null);

	if (is_null)
		elog(ERROR, "column %d of a ledger head is NULL", column);
	return value;
}

static void
read_balances(LedgerHead *head, ArrayType *array)
{
	Datum	   *elements;
	int			count;

	head->amount_type = ARR_ELEMTYPE(array);
	deconstruct_array(array, head->amount_type, sizeof(CreditAmount), true,
					  TYPALIGN_DOUBLE, &elements, NULL, &count);
	for (int i = 0; i < count; i++)
	{
		CreditAmount balance = DatumGetCreditAmount(elements[i]);
		int			unit = credit_amount_unit_code(balance);

		(void) credit_unit_name(unit);	/* raises on a code that is none */
		head->balances[unit] = balance;
		head->has_balance[unit] = true;
	}
}

static Datum
balances_array(const LedgerHead *head)
{
	Datum		elements[CREDIT_UNIT_COUNT];
	int			count = 0;

	for (int unit = 0; unit < CREDIT_UNIT_COUNT; unit++)
	{
		if (head->has_balance[unit])
			elements[count++] = CreditAmountGetDatum(head->balances[unit]);
	}
	return PointerGetDatum(construct_array(elements, count, head->amount_type,
										   sizeof(CreditAmount), true, TYPALIGN_DOUBLE));
}

/* Locks the account's head row until the transaction ends and reads it. */
static void
lock_head(int64 account_id, LedgerHead *head)
{
	Datum		value = Int64GetDatum(account_id);

	if (lock_head_plan == NULL)
		lock_head_plan = prepare_kept(
			"SELECT h.seq, h.balances, h.head_hash, b.ledger_id, b.suite"
			" FROM creditbank.ledger_head AS h"
			" CROSS JOIN creditbank.bank AS b"
			" WHERE h.account_id OPERATOR(pg_catalog.=) $1"
			" FOR UPDATE OF h",
			1, (Oid[]) {INT8OID});
	if (SPI_execute_plan(lock_head_plan, &value, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "cannot lock the head of account %lld", (long long) account_id);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_CB_UNKNOWN_ACCOUNT),
				 errmsg("account %lld has no ledger", (long long) account_id),
				 errhint("Open it with creditbank.open_account().")));

	memset(head, 0, sizeof(*head));
	head->seq = DatumGetInt64(head_column(1));
	read_balances(head, DatumGetArrayTypeP(head_column(2)));
	ledger_copy_hash(DatumGetByteaPP(head_column(3)), head->hash);
	head->ledger_id = *DatumGetUUIDP(head_column(4));
	head->suite = digest_suite_from_name(TextDatumGetCString(head_column(5)));
}

static void
add_to_balance(LedgerHead *head, CreditAmount amount)
{
	int			unit = credit_amount_unit_code(amount);
	CreditAmount before = head->has_balance[unit] ? head->balances[unit] :
		credit_amount_pack(unit, 0);
	CreditAmount after = credit_amount_add(before, amount);

	if (credit_amount_count(after) < 0)
	{
		char		have[CREDIT_AMOUNT_TEXT_SIZE];
		char		change[CREDIT_AMOUNT_TEXT_SIZE];

		credit_amount_format(before, have);
		credit_amount_format(amount, change);
		ereport(ERROR,
				(errcode(ERRCODE_CB_INSUFFICIENT_BALANCE),
				 errmsg("the balance does not suffice"),
				 errdetail("The account holds %s; the entry would change it by %s.",
						   have, change),
				 errhint("Verify the account with creditbank.verify_account().")));
	}
	head->balances[unit] = after;
	head->has_balance[unit] = true;
}

/* Writes the entry and the head that follows from it; returns the entry's id. */
static int64
write_entry(const LedgerEntry *entry, const LedgerHead *head, Oid ref_type,
			bytea *prev_hash, bytea *entry_hash)
{
	Datum		values[12];
	char		nulls[12];
	bool		is_null;

	/* The extension may have been dropped and made again in this session. */
	if (write_entry_plan != NULL && write_entry_amount_type != head->amount_type)
	{
		SPI_freeplan(write_entry_plan);
		write_entry_plan = NULL;
	}
	if (write_entry_plan == NULL)
		write_entry_plan = prepare_kept(
			"WITH head AS ("
			"UPDATE creditbank.ledger_head"
			" SET seq = $2, balances = $11, head_hash = $12"
			" WHERE account_id OPERATOR(pg_catalog.=) $1)"
			" INSERT INTO creditbank.ledger_entry"
			" (account_id, seq, kind, amount, ref, occurred_on, recorded_at,"
			" actor, detail, prev_hash)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
			" RETURNING entry_id",
			12, (Oid[]) {INT8OID, INT8OID, INT2OID, head->amount_type, ref_type,
				DATEOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, BYTEAOID,
				get_array_type(head->amount_type), BYTEAOID});

	write_entry_amount_type = head->amount_type;

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
	values[9] = PointerGetDatum(prev_hash);
	values[10] = balances_array(head);
	values[11] = PointerGetDatum(entry_hash);
	if (SPI_execute_plan(write_entry_plan, values, nulls, false, 0) != SPI_OK_INSERT_RETURNING)
		elog(ERROR, "cannot write the ledger entry");
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
									   1, &is_null));
}

/*
 * append_entry(account_id bigint, kind text, amount credit_amount,
 *				ref achievement_ref, occurred_on date, detail text)
 *		-> row (entry_id, seq, entry_hash)
 */
Datum
creditbank_append_entry(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	LedgerEntry entry;
	LedgerHead	head;
	StringInfoData workspace;
	uint8		hash[DIGEST_LENGTH];
	bytea	   *entry_hash;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};
	int64		entry_id;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(4))
		elog(ERROR, "an entry needs an account, a kind and a date");
	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "append_entry must return a row");

	memset(&entry, 0, sizeof(entry));
	entry.account_id = PG_GETARG_INT64(0);
	entry.kind = ledger_kind_number(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	entry.has_amount = !PG_ARGISNULL(2);
	entry.amount = entry.has_amount ? PG_GETARG_CREDIT_AMOUNT(2) : 0;
	entry.ref = PG_ARGISNULL(3) ? NULL : PG_GETARG_VARLENA_PP(3);
	entry.occurred_on = PG_GETARG_DATEADT(4);
	entry.detail = PG_ARGISNULL(5) ? NULL : PG_GETARG_TEXT_PP(5);
	entry.actor = bank_caller();
	initStringInfo(&workspace);
	entry_hash = digest_to_bytea(entry.prev_hash);

	SPI_connect();
	lock_head(entry.account_id, &head);
	entry.ledger_id = head.ledger_id;
	entry.suite = head.suite;
	entry.seq = head.seq + 1;
	entry.recorded_at = GetCurrentTimestamp();
	memcpy(entry.prev_hash, head.hash, DIGEST_LENGTH);
	if (entry.has_amount)
		add_to_balance(&head, entry.amount);
	ledger_entry_hash(&entry, &workspace, hash);
	memcpy(VARDATA(entry_hash), hash, DIGEST_LENGTH);
	entry_id = write_entry(&entry, &head, get_fn_expr_argtype(fcinfo->flinfo, 3),
						   digest_to_bytea(entry.prev_hash), entry_hash);
	SPI_finish();

	values[0] = Int64GetDatum(entry_id);
	values[1] = Int64GetDatum(entry.seq);
	values[2] = PointerGetDatum(entry_hash);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}
