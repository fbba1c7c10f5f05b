/*
 * verify.c
 *		Verifies the whole ledger in any order, by comparing multisets.
 *
 * Runs the aggregates of verify_sums.c over the ledger's tables, in parallel
 * where the server's settings let it, and says which sides disagree; where, is
 * then for the ordered passes in SQL to find.
 * Promise: reads only, all of it under the snapshot of the calling statement;
 * every run draws its own random point, so what is stored cannot be made to
 * suit it.  It must never let the point out before the comparison.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"

#include "bank.h"
#include "compat.h"
#include "statement.h"
#include "verify_progress.h"
#include "verify_sums.h"

PG_FUNCTION_INFO_V1(creditbank_ledger_disagreements);

static Datum
only_value(const char *what)
{
	if (SPI_processed != 1)
		elog(ERROR, "there is not one row of %s", what);
	return statement_column(0, 1);
}

/* Runs a query for its one value, under the caller's snapshot, in parallel if it may. */
static Datum
query_value(const char *query, int count, Oid *types, Datum *values, const char *what)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(query, count, types, CURSOR_OPT_PARALLEL_OK);

	/* A limit of rows would forbid parallel workers. */
	if (plan == NULL || SPI_execute_plan(plan, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot run \"%s\": %s", query, SPI_result_code_string(SPI_result));
	SPI_freeplan(plan);
	return only_value(what);
}

/* What is stored now, not what the session knows, is held against the ledger. */
static void
read_bank(VerifyKey *key)
{
	BankChoices *bank = bank_read_choices();

	key->ledger_id = bank->ledger_id;
	key->suite = bank->suite;
	for (int unit = 0; unit < CREDIT_UNIT_COUNT; unit++)
	{
		if (bank->may_be_negative[unit])
			key->negative_units |= 1 << unit;
	}
}

/* A number from the latest checkpoint; 0 before the first. */
static int64
read_checkpoint(const char *column)
{
	return DatumGetInt64(query_value(
		psprintf("SELECT coalesce((SELECT c.%s FROM creditbank.checkpoint AS c"
				 " ORDER BY c.tree_size DESC, c.incarnation DESC LIMIT 1), 0::pg_catalog.int8)",
				 column),
		0, NULL, NULL, "the latest checkpoint"));
}

static void
add_pass(LedgerSums *sums, const char *query, bytea *key)
{
	LedgerSums	more;
	Datum		value = PointerGetDatum(key);

	ledger_sums_from_bytea(&more, DatumGetByteaPP(
		query_value(query, 1, (Oid[]) {BYTEAOID}, &value, "sums")));
	ledger_sums_join(sums, &more);
}

/* Adds up all of the ledger; returns how many leaves its tree should have. */
static int64
sum_ledger(LedgerSums *sums)
{
	int64		tree_size;
	VerifyKey	key;
	dsm_segment *progress;
	bytea	   *key_bytes;

	verify_draw_key(&key);
	read_bank(&key);
	key.sealed_id = read_checkpoint("last_entry_id");
	tree_size = read_checkpoint("tree_size");
	progress = verify_progress_begin(DatumGetInt64(
		query_value("SELECT c.reltuples::pg_catalog.int8 FROM pg_catalog.pg_class AS c"
					" WHERE c.oid OPERATOR(pg_catalog.=) 'creditbank.ledger_entry'::pg_catalog.regclass",
					0, NULL, NULL, "the number of entries")));
	key.progress = progress ? dsm_segment_handle(progress) : DSM_HANDLE_INVALID;
	key_bytes = verify_key_to_bytea(&key);

	ledger_sums_init(sums);
	add_pass(sums,
			 "SELECT creditbank.account_sums($1, a.account_id)"
			 " FROM creditbank.account AS a", key_bytes);
	add_pass(sums,
			 "SELECT creditbank.head_sums($1, h.account_id, h.seq, h.balances, h.head_hash)"
			 " FROM creditbank.ledger_head AS h", key_bytes);
	add_pass(sums,
			 "SELECT creditbank.entry_sums($1, e.entry_id, e.account_id, e.seq, e.recorded_at,"
			 " e.amount, e.reverses, e.occurred_on, e.kind, e.ref, e.actor, e.detail, e.prev_hash)"
			 " FROM creditbank.ledger_entry AS e", key_bytes);
	add_pass(sums,
			 "SELECT creditbank.tile_sums($1, t.level, t.tile, t.hashes)"
			 " FROM creditbank.log_tile AS t", key_bytes);
	if (progress != NULL)
		dsm_detach(progress);
	return tree_size;
}

static void
disagree(ReturnSetInfo *rsinfo, const char *part, const char *found)
{
	Datum		values[2] = {CStringGetTextDatum(part), CStringGetTextDatum(found)};
	bool		nulls[2] = {false, false};

	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
compare_products(ReturnSetInfo *rsinfo, const LedgerSums *sums, const char *part,
				 LedgerProduct one, LedgerProduct other, const char *found)
{
	if (sums->products[one] != sums->products[other])
		disagree(rsinfo, part, found);
}

static void
expect_none(ReturnSetInfo *rsinfo, const LedgerSums *sums, const char *part,
			LedgerCount count, const char *what)
{
	if (sums->counts[count] != 0)
		disagree(rsinfo, part,
				 psprintf("%s: %llu", what, (unsigned long long) sums->counts[count]));
}

/* ledger_disagreements() -> rows (part, found); none when all agrees */
Datum
creditbank_ledger_disagreements(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	LedgerSums	sums;
	int64		tree_size;

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	tree_size = sum_ledger(&sums);
	SPI_finish();

	compare_products(rsinfo, &sums, "chain", PRODUCT_WRITTEN, PRODUCT_LINKED,
					 "the hashes of the entries are not those that the next entries and the heads hold");
	compare_products(rsinfo, &sums, "accounts", PRODUCT_ACCOUNTS, PRODUCT_HEADS,
					 "the accounts are not those that have a head");
	for (int unit = 0; unit < CREDIT_UNIT_COUNT; unit++)
	{
		if (sums.balances[unit] != 0)
			disagree(rsinfo, "balances",
					 psprintf("the balances in %s are not the sums of the entries",
							  credit_unit_name(unit)));
	}
	compare_products(rsinfo, &sums, "leaves", PRODUCT_SEALED, PRODUCT_LEAVES,
					 "the leaves of the sealed entries are not those in the tree");
	compare_products(rsinfo, &sums, "tiles", PRODUCT_TILE_ROOTS, PRODUCT_UPPER_HASHES,
					 "the roots of the full tiles are not those in the tiles above");
	if (sums.counts[COUNT_LEAVES] != (uint64) tree_size)
		disagree(rsinfo, "tiles",
				 psprintf("the tree has %llu leaves, the latest checkpoint %lld",
						  (unsigned long long) sums.counts[COUNT_LEAVES], (long long) tree_size));
	expect_none(rsinfo, &sums, "tiles", COUNT_MALFORMED_TILES, "malformed tiles");
	expect_none(rsinfo, &sums, "starts", COUNT_FALSE_STARTS,
				"first entries that do not begin their account's chain");
	expect_none(rsinfo, &sums, "entries", COUNT_MALFORMED_ENTRIES, "malformed entries");
	expect_none(rsinfo, &sums, "heads", COUNT_MALFORMED_HEADS, "malformed heads");
	expect_none(rsinfo, &sums, "negative", COUNT_NEGATIVE_HEADS, "accounts below zero");
	return (Datum) 0;
}
