/*
 * ledger_append_many.c
 *		Appends any number of entries in one call.
 *
 * The rows come from a query or an array, sorted by account and by their place
 * in the input; each account's head is locked once, in ascending order, its
 * entries are chained here and written in batches.  Promise: all rows are
 * posted or none; with skip_refused, all but those it returns.  Memory stays
 * within work_mem (the server's sort) and a constant.  It must never be granted
 * to a client: the rooms above decide what may be written.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "bank.h"
#include "compat.h"
#include "errors.h"
#include "ledger_write.h"

PG_FUNCTION_INFO_V1(creditbank_append_entries_of_query);
PG_FUNCTION_INFO_V1(creditbank_append_entries_of_array);

/* Rows are fetched, and entries written, up to so many and so many bytes. */
#define FIRST_FETCH		10
#define LONGEST_FETCH	1000
#define BATCH_BYTES		(1024 * 1024)

/* The columns of the sorted input, in order. */
enum InputColumn
{
	INPUT_ROW_NUMBER = 1,
	INPUT_ACCOUNT_ID,
	INPUT_KIND,
	INPUT_AMOUNT,
	INPUT_REF,
	INPUT_OCCURRED_ON,
	INPUT_DETAIL,
	INPUT_REVERSES
};

#define SORTED_INPUT \
	"SELECT n.row_number, n.account_id::pg_catalog.int8, n.kind::pg_catalog.text," \
	" n.amount::creditbank.credit_amount, n.ref::creditbank.achievement_ref," \
	" n.occurred_on::pg_catalog.date, n.detail::pg_catalog.text, n.reverses::pg_catalog.int8" \
	" FROM (SELECT pg_catalog.row_number() OVER () AS row_number, q.* FROM (\n%s\n) AS q) AS n" \
	" ORDER BY 2, 1"

/* A table whose rows go into it by an array of its row type. */
typedef struct RowTarget
{
	const char *table;
	const char *statement;		/* $1 is the array */
	const char *const *columns; /* those that are filled */
	int			column_count;
	SPIPlanPtr	plan;			/* kept for the session, while row_type stays */
	Oid			row_type;
} RowTarget;

static const char *const entry_columns[] = {
	"account_id", "seq", "recorded_at", "amount", "reverses", "occurred_on", "kind", "ref",
	"actor", "detail", "prev_hash"
};
static const char *const head_columns[] = {
	"account_id", "seq", "recorded_at", "balances", "prev_hash", "head_hash"
};
static RowTarget entry_target = {
	.table = "ledger_entry",
	.columns = entry_columns,
	.column_count = lengthof(entry_columns),
	.statement =
	"INSERT INTO creditbank.ledger_entry"
	" (account_id, seq, recorded_at, amount, reverses, occurred_on, kind, ref, actor, detail, prev_hash)"
	" SELECT n.account_id, n.seq, n.recorded_at, n.amount, n.reverses, n.occurred_on, n.kind, n.ref,"
	" n.actor, n.detail, n.prev_hash"
	" FROM pg_catalog.unnest($1) AS n"
};
static RowTarget head_target = {
	.table = "ledger_head",
	.columns = head_columns,
	.column_count = lengthof(head_columns),
	.statement =
	"UPDATE creditbank.ledger_head AS h"
	" SET seq = n.seq, recorded_at = n.recorded_at, balances = n.balances,"
	" prev_hash = n.prev_hash, head_hash = n.head_hash"
	" FROM pg_catalog.unnest($1) AS n"
	" WHERE h.account_id OPERATOR(pg_catalog.=) n.account_id"
};

/* Rows that are not written yet. */
typedef struct PendingRows
{
	RowTarget  *target;
	TupleDesc	tupdesc;
	AttrNumber *columns;		/* of the target's columns */
	Datum	   *rows;
	int			count;
} PendingRows;

typedef struct AppendMany
{
	ReturnSetInfo *refused;		/* where refused rows go; NULL: raise instead */
	LedgerHead *heads;			/* of this fetch, ascending */
	int			head_count;
	int			head_index;		/* the account being worked on */
	int			first_unwritten_head;
	LedgerHead	last_head;		/* of the fetch before: locked already */
	bool		has_last_head;
	text	   *actor;
	TimestampTz recorded_at;
	Oid			amount_type;
	StringInfoData workspace;
	PendingRows pending_entries;
	PendingRows pending_heads;
	MemoryContext pending_context;	/* holds the rows of both */
	Size		pending_bytes;
} AppendMany;

/* The attribute numbers of a table's columns, in the order of their names. */
static AttrNumber *
find_columns(TupleDesc tupdesc, const char *const *names, int count)
{
	AttrNumber *numbers = palloc(sizeof(AttrNumber) * count);

	for (int i = 0; i < count; i++)
	{
		numbers[i] = SPI_fnumber(tupdesc, names[i]);
		if (numbers[i] <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of a table of the ledger is gone", names[i])));
	}
	return numbers;
}

static void
open_target(RowTarget *target, PendingRows *pending)
{
	Oid			array_type = ledger_type(psprintf("creditbank.%s[]", target->table));
	Oid			row_type = get_element_type(array_type);

	/* The bank may have been dropped and made again in this session. */
	if (target->plan != NULL && target->row_type != row_type)
	{
		SPI_freeplan(target->plan);
		target->plan = NULL;
	}
	if (target->plan == NULL)
		target->plan = statement_keep(target->statement, 1, &array_type, CURSOR_OPT_GENERIC_PLAN);
	target->row_type = row_type;
	pending->target = target;
	pending->tupdesc = lookup_rowtype_tupdesc_copy(row_type, -1);
	pending->columns = find_columns(pending->tupdesc, target->columns, target->column_count);
	pending->rows = palloc(sizeof(Datum) * LONGEST_FETCH);
	pending->count = 0;
}

static void
write_pending(PendingRows *pending, int expected_status)
{
	RowTarget  *target = pending->target;
	Datum		array;

	array = PointerGetDatum(construct_array(pending->rows, pending->count, target->row_type,
											-1, false, TYPALIGN_DOUBLE));
	if (statement_execute(target->plan, &array, NULL) != expected_status)
		elog(ERROR, "cannot write to %s", target->table);
	if (SPI_processed != (uint64) pending->count)
		ledger_report_lost_rows(target->table);
	pending->count = 0;
}

/* Adds a row whose values stand in the order of the target's column names. */
static void
add_row(PendingRows *pending, const Datum *values, const bool *nulls)
{
	TupleDesc	tupdesc = pending->tupdesc;
	Datum		row_values[MaxHeapAttributeNumber];
	bool		row_nulls[MaxHeapAttributeNumber];
	HeapTuple	tuple;

	memset(row_nulls, true, sizeof(bool) * tupdesc->natts);
	for (int i = 0; i < pending->target->column_count; i++)
	{
		row_values[pending->columns[i] - 1] = values[i];
		row_nulls[pending->columns[i] - 1] = nulls[i];
	}
	tuple = heap_form_tuple(tupdesc, row_values, row_nulls);
	/* every value was made or detoasted here, so nothing in it is out of line */
	pending->rows[pending->count++] = HeapTupleHeaderGetDatum(tuple->t_data);
}

static void
add_entry(AppendMany *many, const LedgerEntry *entry)
{
	Datum		values[] = {
		Int64GetDatum(entry->account_id),
		Int64GetDatum(entry->seq),
		TimestampTzGetDatum(entry->recorded_at),
		CreditAmountGetDatum(entry->amount),
		Int64GetDatum(entry->reverses),
		DateADTGetDatum(entry->occurred_on),
		Int16GetDatum(entry->kind),
		PointerGetDatum(entry->ref),
		PointerGetDatum(entry->actor),
		PointerGetDatum(entry->detail),
		PointerGetDatum(digest_to_bytea(entry->prev_hash))
	};
	bool		nulls[] = {
		false, false, false, !entry->has_amount, !entry->has_reverses, false, false,
		entry->ref == NULL, false, entry->detail == NULL, false
	};

	add_row(&many->pending_entries, values, nulls);
}

static void
add_head(AppendMany *many, const LedgerHead *head)
{
	Datum		values[] = {
		Int64GetDatum(head->account_id),
		Int64GetDatum(head->seq),
		TimestampTzGetDatum(head->recorded_at),
		ledger_balances_array(head, many->amount_type),
		PointerGetDatum(digest_to_bytea(head->prev_hash)),
		PointerGetDatum(digest_to_bytea(head->hash))
	};
	bool		nulls[] = {false, false, false, false, false, false};

	add_row(&many->pending_heads, values, nulls);
}

/* Writes the entries that are pending, and the heads that follow from them. */
static void
flush(AppendMany *many)
{
	MemoryContext caller = MemoryContextSwitchTo(many->pending_context);

	if (many->pending_entries.count > 0)
	{
		for (int i = many->first_unwritten_head; i <= many->head_index && i < many->head_count; i++)
		{
			if (many->heads[i].is_changed)
				add_head(many, &many->heads[i]);
			many->heads[i].is_changed = false;
		}
		many->first_unwritten_head = many->head_index;
		write_pending(&many->pending_entries, SPI_OK_INSERT);
		write_pending(&many->pending_heads, SPI_OK_UPDATE);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(many->pending_context);
	many->pending_bytes = 0;
}

/* Reads a row of the input; false when it is not complete. */
static bool
read_row(AppendMany *many, HeapTuple tuple, TupleDesc tupdesc, LedgerEntry *entry,
		 LedgerRefusal *refusal)
{
	Datum		values[INPUT_REVERSES];
	bool		nulls[INPUT_REVERSES];
	char	   *kind;

	heap_deform_tuple(tuple, tupdesc, values, nulls);
	if (nulls[INPUT_ACCOUNT_ID - 1] || nulls[INPUT_KIND - 1] || nulls[INPUT_OCCURRED_ON - 1])
	{
		refusal->code = ERRCODE_NOT_NULL_VIOLATION;
		refusal->message = "an entry needs an account, a kind and a date";
		refusal->detail = NULL;
		refusal->hint = NULL;
		return false;
	}
	memset(entry, 0, sizeof(*entry));
	entry->account_id = DatumGetInt64(values[INPUT_ACCOUNT_ID - 1]);
	kind = TextDatumGetCString(values[INPUT_KIND - 1]);
	if (!ledger_find_kind(kind, &entry->kind))
	{
		refusal->code = ERRCODE_CB_INVALID_PARAMETER;
		refusal->message = psprintf("unknown kind of ledger entry \"%s\"", kind);
		refusal->detail = NULL;
		refusal->hint = LEDGER_KINDS_HINT;
		return false;
	}
	entry->has_amount = !nulls[INPUT_AMOUNT - 1];
	entry->amount = entry->has_amount ? DatumGetCreditAmount(values[INPUT_AMOUNT - 1]) : 0;
	entry->ref = nulls[INPUT_REF - 1] ? NULL : PG_DETOAST_DATUM_PACKED(values[INPUT_REF - 1]);
	entry->occurred_on = DatumGetDateADT(values[INPUT_OCCURRED_ON - 1]);
	entry->detail = nulls[INPUT_DETAIL - 1] ? NULL : DatumGetTextPP(values[INPUT_DETAIL - 1]);
	entry->has_reverses = !nulls[INPUT_REVERSES - 1];
	entry->reverses = entry->has_reverses ? DatumGetInt64(values[INPUT_REVERSES - 1]) : 0;
	entry->actor = many->actor;
	entry->recorded_at = many->recorded_at;
	if (entry->detail)
		many->pending_bytes += VARSIZE_ANY(entry->detail);
	return true;
}

/* The head of an account among those locked; NULL when the account has none. */
static LedgerHead *
move_to_head(AppendMany *many, int64 account_id)
{
	while (many->head_index < many->head_count &&
		   many->heads[many->head_index].account_id < account_id)
		many->head_index++;
	if (many->head_index < many->head_count &&
		many->heads[many->head_index].account_id == account_id)
		return &many->heads[many->head_index];
	return NULL;
}

static bool
complete_reversal(LedgerEntry *entry, LedgerRefusal *refusal)
{
	if ((entry->kind == LEDGER_KIND_REVERSED) != entry->has_reverses ||
		(entry->has_reverses && (entry->has_amount || entry->ref)))
	{
		refusal->code = ERRCODE_CB_INVALID_PARAMETER;
		refusal->message = "only an entry of kind \"reversed\" takes another back";
		refusal->detail = "It names that one in reverses; its amount and ref follow from it and are left NULL.";
		refusal->hint = NULL;
		return false;
	}
	if (!entry->has_reverses)
		return true;
	return ledger_complete_reversal(entry, refusal);
}

static bool
append_row(AppendMany *many, HeapTuple tuple, TupleDesc tupdesc, LedgerRefusal *refusal)
{
	LedgerEntry entry;
	LedgerHead *head;

	if (!read_row(many, tuple, tupdesc, &entry, refusal))
		return false;
	head = move_to_head(many, entry.account_id);
	if (head == NULL)
	{
		ledger_refuse_unknown_account(entry.account_id, refusal);
		return false;
	}
	if (!complete_reversal(&entry, refusal))
		return false;
	if (!ledger_admit(head, &entry, &many->workspace, refusal))
		return false;
	add_entry(many, &entry);
	return true;
}

static void
report_refusal(AppendMany *many, int64 row_number, HeapTuple tuple, TupleDesc tupdesc,
			   const LedgerRefusal *refusal)
{
	Datum		values[6];
	bool		nulls[6];

	if (many->refused == NULL)
		ledger_raise(refusal, row_number);
	values[0] = Int64GetDatum(row_number);
	nulls[0] = false;
	values[1] = heap_getattr(tuple, INPUT_ACCOUNT_ID, tupdesc, &nulls[1]);
	values[2] = CStringGetTextDatum(unpack_sql_state(refusal->code));
	nulls[2] = false;
	values[3] = CStringGetTextDatum(refusal->message);
	nulls[3] = false;
	nulls[4] = refusal->detail == NULL;
	values[4] = nulls[4] ? (Datum) 0 : CStringGetTextDatum(refusal->detail);
	nulls[5] = refusal->hint == NULL;
	values[5] = nulls[5] ? (Datum) 0 : CStringGetTextDatum(refusal->hint);
	tuplestore_putvalues(many->refused->setResult, many->refused->setDesc, values, nulls);
}

/* Locks the heads of the accounts of a fetch, but for one held already. */
static void
lock_heads_of(AppendMany *many, SPITupleTable *table, uint64 row_count)
{
	int64	   *account_ids = palloc(sizeof(int64) * row_count);
	int			count = 0;

	many->heads = palloc(sizeof(LedgerHead) * row_count);
	many->head_count = 0;
	many->head_index = 0;
	many->first_unwritten_head = 0;
	for (uint64 i = 0; i < row_count; i++)
	{
		bool		is_null;
		int64		account_id = DatumGetInt64(heap_getattr(table->vals[i], INPUT_ACCOUNT_ID,
															table->tupdesc, &is_null));

		if (is_null || (count > 0 && account_ids[count - 1] == account_id))
			continue;
		if (!many->has_last_head || many->last_head.account_id != account_id)
			account_ids[count++] = account_id;
		else if (many->head_count == 0)
			many->heads[many->head_count++] = many->last_head;
	}
	/* the head held is of the account the rows go on with: it comes first */
	if (count > 0)
		many->head_count += ledger_lock_heads(account_ids, count, &many->heads[many->head_count]);
}

/* What a reversal takes back is looked up, so it must have been written. */
static bool
needs_what_is_pending(AppendMany *many, HeapTuple tuple, TupleDesc tupdesc)
{
	bool		is_null;
	Datum		account_id;

	if (many->pending_entries.count == 0)
		return false;
	(void) heap_getattr(tuple, INPUT_REVERSES, tupdesc, &is_null);
	if (is_null)
		return false;
	account_id = heap_getattr(tuple, INPUT_ACCOUNT_ID, tupdesc, &is_null);
	return !is_null && many->head_index < many->head_count &&
		many->heads[many->head_index].account_id == DatumGetInt64(account_id);
}

static void
append_fetched(AppendMany *many, SPITupleTable *table, uint64 row_count)
{
	MemoryContext caller = CurrentMemoryContext;

	lock_heads_of(many, table, row_count);
	for (uint64 i = 0; i < row_count; i++)
	{
		HeapTuple	tuple = table->vals[i];
		LedgerRefusal refusal;
		bool		is_null;

		if (many->pending_bytes > BATCH_BYTES || many->pending_entries.count == LONGEST_FETCH ||
			needs_what_is_pending(many, tuple, table->tupdesc))
			flush(many);
		MemoryContextSwitchTo(many->pending_context);
		if (!append_row(many, tuple, table->tupdesc, &refusal))
			report_refusal(many,
						   DatumGetInt64(heap_getattr(tuple, INPUT_ROW_NUMBER, table->tupdesc, &is_null)),
						   tuple, table->tupdesc, &refusal);
		MemoryContextSwitchTo(caller);
	}
	flush(many);
	many->has_last_head = many->head_count > 0;
	if (many->has_last_head)
		many->last_head = many->heads[many->head_count - 1];
}

static Size
fetched_bytes(SPITupleTable *table, uint64 row_count)
{
	Size		bytes = 0;

	for (uint64 i = 0; i < row_count; i++)
		bytes += table->vals[i]->t_len;
	return bytes;
}

/* As many rows as a batch should hold, judged by those fetched before. */
static long
next_fetch(long fetched, Size bytes)
{
	Size		fitting = bytes > 0 ? BATCH_BYTES / (bytes / fetched + 1) : LONGEST_FETCH;

	return Max(1, Min(Min((long) fitting, fetched * 10), LONGEST_FETCH));
}

static void
append_all(AppendMany *many, Portal input)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext fetch_context = AllocSetContextCreate(caller, "creditbank append fetch",
														ALLOCSET_DEFAULT_SIZES);
	long		fetch = FIRST_FETCH;

	many->pending_context = AllocSetContextCreate(caller, "creditbank append batch",
												  ALLOCSET_DEFAULT_SIZES);
	for (;;)
	{
		SPITupleTable *table;
		uint64		fetched;

		CHECK_FOR_INTERRUPTS();
		SPI_cursor_fetch(input, true, fetch);
		table = SPI_tuptable;
		fetched = SPI_processed;
		if (fetched == 0)
			break;
		MemoryContextSwitchTo(fetch_context);
		append_fetched(many, table, fetched);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(fetch_context);
		fetch = next_fetch((long) fetched, fetched_bytes(table, fetched));
		SPI_freetuptable(table);
	}
	SPI_freetuptable(SPI_tuptable);
}

/* Appends the rows of a query; argument is its $1, if it has one. */
static Datum
append_entries(FunctionCallInfo fcinfo, const char *query, Oid argument_type, Datum argument)
{
	AppendMany	many;
	Portal		input;
	char	   *sorted = psprintf(SORTED_INPUT, query);

	memset(&many, 0, sizeof(many));
	InitMaterializedSRF(fcinfo, 0);
	if (PG_GETARG_BOOL(1))
		many.refused = (ReturnSetInfo *) fcinfo->resultinfo;
	many.actor = bank_caller();
	many.recorded_at = GetCurrentTimestamp();
	many.amount_type = ledger_type("creditbank.credit_amount");
	initStringInfo(&many.workspace);

	SPI_connect();
	open_target(&entry_target, &many.pending_entries);
	open_target(&head_target, &many.pending_heads);
	input = SPI_cursor_open_with_args(NULL, sorted, OidIsValid(argument_type) ? 1 : 0,
									  &argument_type, &argument, NULL, false, CURSOR_OPT_NO_SCROLL);
	append_all(&many, input);
	SPI_cursor_close(input);
	SPI_finish();
	return (Datum) 0;
}

/*
 * append_entries(query text, skip_refused boolean)
 *		-> rows (row_number, account_id, sqlstate, message, detail, hint)
 */
Datum
creditbank_append_entries_of_query(PG_FUNCTION_ARGS)
{
	return append_entries(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(0)), InvalidOid, (Datum) 0);
}

/* append_entries(entries new_entry[], skip_refused boolean) -> the same */
Datum
creditbank_append_entries_of_array(PG_FUNCTION_ARGS)
{
	return append_entries(fcinfo, "SELECT * FROM pg_catalog.unnest($1)",
						  get_fn_expr_argtype(fcinfo->flinfo, 0), PG_GETARG_DATUM(0));
}
