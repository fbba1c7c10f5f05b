/*
 * ledger_head.c
 *		The heads of chains: locking them, and what may be put behind them.
 *
 * Promise: whoever writes to an account holds its head's row lock first, and
 * no balance goes below zero in a unit in which the bank allows none.  It must
 * never write: it decides what the writers may.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "errors.h"
#include "ledger_write.h"

#define LOCK_HEADS(condition) \
	"SELECT h.account_id, h.seq, h.balances, h.head_hash, h.recorded_at" \
	" FROM creditbank.ledger_head AS h" \
	" WHERE h.account_id OPERATOR(pg_catalog.=) " condition \
	" ORDER BY h.account_id" \
	" FOR UPDATE"

PG_FUNCTION_INFO_V1(creditbank_changed_balances);

static SPIPlanPtr lock_head_plan = NULL;
static SPIPlanPtr lock_heads_plan = NULL;
static SPIPlanPtr find_entry_plan = NULL;

Oid
ledger_type(const char *name)
{
	return DatumGetObjectId(DirectFunctionCall1(regtypein, CStringGetDatum(name)));
}

static void
read_balances(LedgerHead *head, ArrayType *array)
{
	Datum	   *elements;
	int			count;

	deconstruct_array(array, ARR_ELEMTYPE(array), sizeof(CreditAmount), true,
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

static void
read_head(uint64 row, LedgerHead *head)
{
	memset(head, 0, sizeof(*head));
	head->account_id = DatumGetInt64(statement_column(row, 1));
	head->seq = DatumGetInt64(statement_column(row, 2));
	read_balances(head, DatumGetArrayTypeP(statement_column(row, 3)));
	ledger_copy_hash(DatumGetByteaPP(statement_column(row, 4)), head->hash);
	head->recorded_at = DatumGetTimestampTz(statement_column(row, 5));
}

/* one account is by far the most frequent case: its plan needs no array */
static void
select_heads_for_update(const int64 *account_ids, int count)
{
	Datum		value;
	Datum	   *elements;
	int			status;

	if (count == 1)
	{
		if (lock_head_plan == NULL)
			lock_head_plan = statement_keep(LOCK_HEADS("$1"), 1, (Oid[]) {INT8OID}, 0);
		value = Int64GetDatum(account_ids[0]);
		status = statement_execute(lock_head_plan, &value, NULL);
	}
	else
	{
		if (lock_heads_plan == NULL)
			lock_heads_plan = statement_keep(LOCK_HEADS("ANY ($1)"), 1, (Oid[]) {INT8ARRAYOID},
											 CURSOR_OPT_GENERIC_PLAN);
		elements = palloc(sizeof(Datum) * count);
		for (int i = 0; i < count; i++)
			elements[i] = Int64GetDatum(account_ids[i]);
		value = PointerGetDatum(construct_array(elements, count, INT8OID, sizeof(int64), true,
												TYPALIGN_DOUBLE));
		status = statement_execute(lock_heads_plan, &value, NULL);
	}
	if (status != SPI_OK_SELECT)
		elog(ERROR, "cannot lock heads: %s", SPI_result_code_string(status));
}

int
ledger_lock_heads(const int64 *account_ids, int count, LedgerHead *heads)
{
	SPITupleTable *table;
	int			found;

	select_heads_for_update(account_ids, count);
	table = SPI_tuptable;
	found = (int) SPI_processed;
	for (int i = 0; i < found; i++)
		read_head(i, &heads[i]);
	SPI_freetuptable(table);
	return found;
}

Datum
ledger_balances_array(const LedgerHead *head, Oid amount_type)
{
	Datum		elements[CREDIT_UNIT_COUNT];
	int			count = 0;

	for (int unit = 0; unit < CREDIT_UNIT_COUNT; unit++)
	{
		if (head->has_balance[unit])
			elements[count++] = CreditAmountGetDatum(head->balances[unit]);
	}
	return PointerGetDatum(construct_array(elements, count, amount_type,
										   sizeof(CreditAmount), true, TYPALIGN_DOUBLE));
}

static bool
refuse(LedgerRefusal *refusal, int code, char *message, char *detail, char *hint)
{
	refusal->code = code;
	refusal->message = message;
	refusal->detail = detail;
	refusal->hint = hint;
	return false;
}

void
ledger_refuse_unknown_account(int64 account_id, LedgerRefusal *refusal)
{
	refuse(refusal, ERRCODE_CB_UNKNOWN_ACCOUNT,
		   psprintf("account %lld has no ledger", (long long) account_id), NULL,
		   "Open it with creditbank.open_account().");
}

pg_noreturn void
ledger_raise(const LedgerRefusal *refusal, int64 row_number)
{
	ereport(ERROR,
			(errcode(refusal->code),
			 errmsg("%s", refusal->message),
			 refusal->detail ? errdetail("%s", refusal->detail) : 0,
			 refusal->hint ? errhint("%s", refusal->hint) : 0,
			 row_number > 0 ? errcontext("row %lld of the entries to append", (long long) row_number) : 0));
}

pg_noreturn void
ledger_report_lost_rows(const char *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
			 errmsg("a row that was to be written is not in %s", table),
			 errhint("A trigger or a rule on creditbank.%s keeps rows from it: take it away.", table)));
}

static bool
add_to_balance(const bool may_be_negative[CREDIT_UNIT_COUNT], LedgerHead *head,
			   CreditAmount amount, LedgerRefusal *refusal)
{
	int			unit = credit_amount_unit_code(amount);
	const char *unit_name = credit_unit_name(unit); /* raises on a code that is none */
	int64		before = head->has_balance[unit] ? credit_amount_count(head->balances[unit]) : 0;
	int64		after = before + credit_amount_count(amount);	/* two of 60 bits fit */
	char		have[CREDIT_AMOUNT_TEXT_SIZE];
	char		change[CREDIT_AMOUNT_TEXT_SIZE];

	if (credit_count_fits(after) && (after >= 0 || may_be_negative[unit]))
	{
		head->balances[unit] = credit_amount_pack(unit, after);
		head->has_balance[unit] = true;
		return true;
	}
	credit_amount_format(credit_amount_pack(unit, before), have);
	credit_amount_format(amount, change);
	if (!credit_count_fits(after))
		return refuse(refusal, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
					  psprintf("the balance in %s would be out of range", unit_name),
					  psprintf("The account holds %s; the entry would change it by %s.", have, change),
					  "Look for a misplaced decimal point or a wrong unit.");
	return refuse(refusal, ERRCODE_CB_INSUFFICIENT_BALANCE,
				  "the balance does not suffice",
				  psprintf("The account holds %s; the entry would change it by %s.", have, change),
				  "creditbank.balance() gives the balances of an account.");
}

bool
ledger_kind_fits(const LedgerEntry *entry, LedgerRefusal *refusal)
{
	LedgerKindAmount wanted = ledger_kind_amount(entry->kind);
	int64		count = entry->has_amount ? credit_amount_count(entry->amount) : 0;
	char		amount[CREDIT_AMOUNT_TEXT_SIZE];

	if ((entry->kind == LEDGER_KIND_OPENED) != (entry->seq == 1))
		return refuse(refusal, ERRCODE_CB_INVALID_PARAMETER,
					  "the first entry of an account, and no other, is of kind \"opened\"",
					  psprintf("Entry %lld of account %lld would be of kind \"%s\".",
							   (long long) entry->seq, (long long) entry->account_id,
							   ledger_kind_name(entry->kind)),
					  NULL);
	if (!ledger_kind_fits_account(entry->kind, entry->account_id))
		return refuse(refusal, ERRCODE_CB_INVALID_PARAMETER,
					  psprintf("an entry of kind \"%s\" has no place in account %lld",
							   ledger_kind_name(entry->kind), (long long) entry->account_id),
					  "What the bank does is recorded in its own account, and nothing else is.",
					  LEDGER_KINDS_HINT);
	if (!entry->has_amount || wanted == KIND_OPPOSES ||
		(wanted == KIND_ADDS && count >= 0) || (wanted == KIND_TAKES && count <= 0))
		return true;
	credit_amount_format(entry->amount, amount);
	return refuse(refusal, ERRCODE_CB_INVALID_PARAMETER,
				  psprintf("an entry of kind \"%s\" cannot change the balance by %s",
						   ledger_kind_name(entry->kind), amount),
				  wanted == KIND_HAS_NO_AMOUNT ? "This kind has no amount." :
				  wanted == KIND_ADDS ? "This kind only adds." : "This kind only takes.",
				  LEDGER_KINDS_HINT);
}

bool
ledger_admit(LedgerHead *head, LedgerEntry *entry, StringInfo workspace, LedgerRefusal *refusal)
{
	const BankChoices *bank = bank_choices();

	if (DATE_NOT_FINITE(entry->occurred_on))
		return refuse(refusal, ERRCODE_CB_INVALID_DATE,
					  "a ledger entry cannot carry an infinite date", NULL, NULL);
	entry->seq = head->seq + 1;
	if (!ledger_kind_fits(entry, refusal))
		return false;
	if (entry->has_amount && !add_to_balance(bank->may_be_negative, head, entry->amount, refusal))
		return false;
	entry->ledger_id = bank->ledger_id;
	entry->suite = bank->suite;
	entry->recorded_at = Max(entry->recorded_at, head->recorded_at);
	memcpy(entry->prev_hash, head->hash, DIGEST_LENGTH);
	memcpy(head->prev_hash, head->hash, DIGEST_LENGTH);
	ledger_entry_hash(entry, workspace, head->hash);
	head->seq = entry->seq;
	head->recorded_at = entry->recorded_at;
	head->is_changed = true;
	return true;
}

/*
 * changed_balances(balances credit_amount[], amount credit_amount,
 *					negative_units text[]) -> credit_amount[]
 */
Datum
creditbank_changed_balances(PG_FUNCTION_ARGS)
{
	bool		may_be_negative[CREDIT_UNIT_COUNT];
	LedgerHead	head;
	LedgerRefusal refusal;
	ArrayType  *balances;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	balances = PG_GETARG_ARRAYTYPE_P(0);
	memset(&head, 0, sizeof(head));
	read_balances(&head, balances);
	bank_read_units(PG_GETARG_ARRAYTYPE_P(2), may_be_negative);
	if (!add_to_balance(may_be_negative, &head, PG_GETARG_CREDIT_AMOUNT(1), &refusal))
		ledger_raise(&refusal, 0);
	PG_RETURN_DATUM(ledger_balances_array(&head, ARR_ELEMTYPE(balances)));
}

/* An entry as a reversal needs to know it. */
typedef struct FoundEntry
{
	int16		kind;
	bool		has_amount;
	CreditAmount amount;
	struct varlena *ref;		/* or NULL */
	bool		is_reversed;
	int64		reversed_by;
} FoundEntry;

static bool
find_entry(int64 account_id, int64 seq, FoundEntry *found)
{
	Datum		values[2] = {Int64GetDatum(account_id), Int64GetDatum(seq)};
	HeapTuple	row;
	TupleDesc	tupdesc;
	bool		is_null;
	Datum		value;

	if (find_entry_plan == NULL)
		find_entry_plan = statement_keep(
			"SELECT e.kind, e.amount, e.ref, r.seq"
			" FROM creditbank.ledger_entry AS e"
			" LEFT JOIN creditbank.ledger_entry AS r"
			" ON r.account_id OPERATOR(pg_catalog.=) e.account_id"
			" AND r.reverses OPERATOR(pg_catalog.=) e.seq"
			" AND r.reverses IS NOT NULL"
			" WHERE e.account_id OPERATOR(pg_catalog.=) $1"
			" AND e.seq OPERATOR(pg_catalog.=) $2",
			2, (Oid[]) {INT8OID, INT8OID}, CURSOR_OPT_GENERIC_PLAN);
	if (statement_execute(find_entry_plan, values, NULL) != SPI_OK_SELECT)
		elog(ERROR, "cannot look up entry %lld of account %lld", (long long) seq, (long long) account_id);
	if (SPI_processed == 0)
		return false;
	row = SPI_tuptable->vals[0];
	tupdesc = SPI_tuptable->tupdesc;
	found->kind = DatumGetInt16(SPI_getbinval(row, tupdesc, 1, &is_null));
	found->amount = DatumGetCreditAmount(SPI_getbinval(row, tupdesc, 2, &is_null));
	found->has_amount = !is_null;
	value = SPI_getbinval(row, tupdesc, 3, &is_null);
	found->ref = is_null ? NULL : PG_DETOAST_DATUM_COPY(value);
	found->reversed_by = DatumGetInt64(SPI_getbinval(row, tupdesc, 4, &is_null));
	found->is_reversed = !is_null;
	SPI_freetuptable(SPI_tuptable);
	return true;
}

bool
ledger_complete_reversal(LedgerEntry *entry, LedgerRefusal *refusal)
{
	FoundEntry	found;
	int64		opposite;

	if (!find_entry(entry->account_id, entry->reverses, &found))
		return refuse(refusal, ERRCODE_CB_UNKNOWN_ENTRY,
					  psprintf("account %lld has no entry %lld to take back",
							   (long long) entry->account_id, (long long) entry->reverses),
					  NULL, "The entries of the account are in creditbank.ledger.");
	if (!ledger_kind_can_be_taken_back(found.kind))
		return refuse(refusal, ERRCODE_CB_ALREADY_REVERSED,
					  psprintf("entry %lld cannot be taken back", (long long) entry->reverses),
					  "The opening of an account, what takes an entry back, and what the bank did stand for good.",
					  "Write a new entry instead.");
	if (found.is_reversed)
		return refuse(refusal, ERRCODE_CB_ALREADY_REVERSED,
					  psprintf("entry %lld was taken back before", (long long) entry->reverses),
					  psprintf("Entry %lld did.", (long long) found.reversed_by), NULL);
	entry->has_amount = found.has_amount;
	if (found.has_amount)
	{
		opposite = -credit_amount_count(found.amount);
		if (!credit_count_fits(opposite))
			return refuse(refusal, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
						  psprintf("entry %lld cannot be taken back: no amount is its opposite",
								   (long long) entry->reverses), NULL, NULL);
		entry->amount = credit_amount_pack(credit_amount_unit_code(found.amount), opposite);
	}
	entry->ref = found.ref;
	return true;
}
