/*
 * checkpoint_seal.c
 *		Takes the ledger's new entries into the tree.
 *
 * Ids are not handed out in the order of commits, so the sealer reads the last
 * id handed out, waits until every transaction that had taken an id has ended,
 * and only then reads, with a fresh snapshot, the entries up to that id.
 * Promise: no entry up to the last id is left out, writers never wait for the
 * sealer, and the memory used does not grow with the number of entries.  It must
 * never change a hash that is stored already.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "compat.h"
#include "checkpoint.h"
#include "errors.h"
#include "ledger.h"

PG_FUNCTION_INFO_V1(creditbank_database_identity);
PG_FUNCTION_INFO_V1(creditbank_lock_log);
PG_FUNCTION_INFO_V1(creditbank_wait_for_writers);
PG_FUNCTION_INFO_V1(creditbank_writes_ledger);
PG_FUNCTION_INFO_V1(creditbank_grow_log);

/* Entries fetched at a time. */
#define BATCH_SIZE	4096

/* The last tile of a level while it grows. */
typedef struct GrowingTile
{
	int64		number;
	int			count;			/* hashes in it */
	int			stored;			/* how many of them are in the table */
	int64		first_entry_id; /* of level 0 only */
	int64		last_entry_id;
	uint8		hashes[MERKLE_TILE_WIDTH * DIGEST_LENGTH];
} GrowingTile;

typedef struct LogBuilder
{
	DigestSuite suite;
	int64		size;			/* leaves */
	MemoryContext batch;		/* reset after each batch */
	GrowingTile tiles[LOG_TILE_LEVELS];
} LogBuilder;

static SPIPlanPtr insert_tile_plan = NULL;
static SPIPlanPtr extend_tile_plan = NULL;
static SPIPlanPtr new_entries_plan = NULL;

static Oid
bank_table(const char *name)
{
	return get_relname_relid(name, get_namespace_oid("creditbank", false));
}

/*
 * database_identity() -> row (system_identifier, timeline, database_oid)
 */
Datum
creditbank_database_identity(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	TimeLineID	timeline;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "database_identity must return a row");
	if (RecoveryInProgress())
		(void) GetXLogReplayRecPtr(&timeline);
	else
		timeline = GetWALInsertionTimeLine();
	values[0] = Int64GetDatum((int64) GetSystemIdentifier());
	values[1] = Int32GetDatum((int32) timeline);
	values[2] = Int64GetDatum((int64) MyDatabaseId);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}

/*
 * lock_log(): one who adds to the tree after another, until the transaction ends
 */
Datum
creditbank_lock_log(PG_FUNCTION_ARGS)
{
	PreventCommandDuringRecovery("seal()");
	PreventCommandIfReadOnly("seal()");
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("the log is changed under READ COMMITTED only"),
				 errdetail("This transaction's snapshot would miss what is written while it waits."),
				 errhint("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, or call it in a transaction of its own.")));
	LockRelationOid(bank_table("log_tile"), ShareRowExclusiveLock);
	PG_RETURN_VOID();
}

/*
 * wait_for_writers(): until every transaction that has taken an id for an entry,
 * but this one, has ended.  Whoever takes an id locks its sequence before and
 * until the end; the table's lock would also be that of VACUUM, which writes
 * nothing, and whose autovacuum a waiter would cancel.
 */
Datum
creditbank_wait_for_writers(PG_FUNCTION_ARGS)
{
	LOCKTAG		tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, bank_table("ledger_entry_entry_id_seq"));
	WaitForLockers(tag, ShareLock, false);
	PG_RETURN_VOID();
}

static bool
holds_lock(const char *table, LOCKMODE lock)
{
	Relation	relation = relation_open(bank_table(table), AccessShareLock);
	bool		held = CheckRelationLockedByMe(relation, lock, true);

	relation_close(relation, AccessShareLock);
	return held;
}

/*
 * writes_ledger() -> boolean: by the lock of whoever takes an id, and by that of
 * lock_log(), both of which are held until the end
 */
Datum
creditbank_writes_ledger(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(holds_lock("ledger_entry_entry_id_seq", RowExclusiveLock) ||
				   holds_lock("log_tile", ShareRowExclusiveLock));
}

/* Reads the last tile of a level, as far as it is filled. */
static void
load_tile(LogBuilder *builder, int level)
{
	GrowingTile *tile = &builder->tiles[level];
	int64		hashes = builder->size >> (MERKLE_TILE_HEIGHT * level);
	bytea	   *stored;

	tile->number = hashes >> MERKLE_TILE_HEIGHT;
	tile->count = tile->stored = hashes & (MERKLE_TILE_WIDTH - 1);
	if (tile->count == 0)
		return;
	stored = log_read_tile(level, tile->number, false);
	if ((int) VARSIZE_ANY_EXHDR(stored) != tile->count * DIGEST_LENGTH)
		log_report_damage(level, tile->number,
						  psprintf("It holds %d bytes; the latest checkpoint needs %d.",
								   (int) VARSIZE_ANY_EXHDR(stored), tile->count * DIGEST_LENGTH));
	memcpy(tile->hashes, VARDATA_ANY(stored), tile->count * DIGEST_LENGTH);
}

static void
insert_tile(LogBuilder *builder, int level)
{
	const GrowingTile *tile = &builder->tiles[level];
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};

	if (insert_tile_plan == NULL)
		insert_tile_plan = statement_keep(
			"INSERT INTO creditbank.log_tile"
			" (level, tile, first_entry_id, last_entry_id, hashes)"
			" VALUES ($1, $2, $3, $4, $5)",
			5, (Oid[]) {INT2OID, INT8OID, INT8OID, INT8OID, BYTEAOID}, 0);
	values[0] = Int16GetDatum(level);
	values[1] = Int64GetDatum(tile->number);
	values[2] = Int64GetDatum(tile->first_entry_id);
	values[3] = Int64GetDatum(tile->last_entry_id);
	values[4] = PointerGetDatum(bytes_to_bytea(tile->hashes, tile->count * DIGEST_LENGTH));
	if (level > 0)
		nulls[2] = nulls[3] = 'n';
	if (SPI_execute_plan(insert_tile_plan, values, nulls, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "cannot write tile %lld", (long long) tile->number);
}

static void
extend_tile(LogBuilder *builder, int level)
{
	const GrowingTile *tile = &builder->tiles[level];
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};

	if (extend_tile_plan == NULL)
		extend_tile_plan = statement_keep(
			"UPDATE creditbank.log_tile"
			" SET last_entry_id = $3, hashes = $4"
			" WHERE level OPERATOR(pg_catalog.=) $1 AND tile OPERATOR(pg_catalog.=) $2",
			4, (Oid[]) {INT2OID, INT8OID, INT8OID, BYTEAOID}, 0);
	values[0] = Int16GetDatum(level);
	values[1] = Int64GetDatum(tile->number);
	values[2] = Int64GetDatum(tile->last_entry_id);
	values[3] = PointerGetDatum(bytes_to_bytea(tile->hashes, tile->count * DIGEST_LENGTH));
	if (level > 0)
		nulls[2] = 'n';
	if (SPI_execute_plan(extend_tile_plan, values, nulls, false, 0) != SPI_OK_UPDATE ||
		SPI_processed != 1)
		log_report_damage(level, tile->number, "It cannot be extended.");
}

/* Writes what a tile has beyond what is stored. */
static void
store_tile(LogBuilder *builder, int level)
{
	GrowingTile *tile = &builder->tiles[level];
	MemoryContext old_context = MemoryContextSwitchTo(builder->batch);

	if (tile->stored == 0 && tile->count > 0)
		insert_tile(builder, level);
	else if (tile->stored < tile->count)
		extend_tile(builder, level);
	MemoryContextSwitchTo(old_context);
}

/* Adds a hash to a level; a tile that is full adds its root to the level above. */
static void
add_hash(LogBuilder *builder, int level, const uint8 hash[DIGEST_LENGTH])
{
	GrowingTile *tile = &builder->tiles[level];
	uint8		root[DIGEST_LENGTH];

	memcpy(tile->hashes + tile->count * DIGEST_LENGTH, hash, DIGEST_LENGTH);
	if (++tile->count < MERKLE_TILE_WIDTH)
		return;
	store_tile(builder, level);
	merkle_root_over(builder->suite, tile->hashes, tile->count, root);
	tile->number++;
	tile->count = tile->stored = 0;
	Assert(level + 1 < LOG_TILE_LEVELS);
	add_hash(builder, level + 1, root);
}

static void
add_entry(LogBuilder *builder, int64 entry_id, const bytea *entry_hash)
{
	GrowingTile *tile = &builder->tiles[0];
	uint8		leaf[DIGEST_LENGTH];

	if (tile->count == 0)
		tile->first_entry_id = entry_id;
	tile->last_entry_id = entry_id;
	merkle_leaf(builder->suite, VARDATA_ANY(entry_hash), VARSIZE_ANY_EXHDR(entry_hash), leaf);
	add_hash(builder, 0, leaf);
	builder->size++;
}

static Portal
open_new_entries(Datum ledger_id, Datum suite, int64 after, int64 up_to)
{
	Datum		values[4];

	if (new_entries_plan == NULL)
		new_entries_plan = statement_keep(
			"SELECT e.entry_id, creditbank.entry_hash($1, $2, e.account_id, e.seq,"
			" e.kind, e.amount, e.ref, e.occurred_on, e.recorded_at, e.actor,"
			" e.detail, e.reverses, e.prev_hash)"
			" FROM creditbank.ledger_entry AS e"
			" WHERE e.entry_id OPERATOR(pg_catalog.>) $3"
			" AND e.entry_id OPERATOR(pg_catalog.<=) $4"
			" ORDER BY e.entry_id",
			4, (Oid[]) {UUIDOID, TEXTOID, INT8OID, INT8OID}, 0);
	values[0] = ledger_id;
	values[1] = suite;
	values[2] = Int64GetDatum(after);
	values[3] = Int64GetDatum(up_to);
	return SPI_cursor_open(NULL, new_entries_plan, values, NULL, false);
}

/* Adds the next batch; false when there was none. */
static bool
add_batch(LogBuilder *builder, Portal entries)
{
	SPITupleTable *batch;
	uint64		count;

	SPI_cursor_fetch(entries, true, BATCH_SIZE);
	batch = SPI_tuptable;
	count = SPI_processed;
	for (uint64 i = 0; i < count; i++)
	{
		bool		is_null;
		Datum		entry_id = SPI_getbinval(batch->vals[i], batch->tupdesc, 1, &is_null);
		Datum		entry_hash = SPI_getbinval(batch->vals[i], batch->tupdesc, 2, &is_null);

		CHECK_FOR_INTERRUPTS();
		add_entry(builder, DatumGetInt64(entry_id), DatumGetByteaPP(entry_hash));
	}
	SPI_freetuptable(batch);
	MemoryContextReset(builder->batch);
	return count > 0;
}

/* MerkleReadNode over the growing tiles: the root needs no others. */
static void
read_growing_node(void *source, int level, int64 index, uint8 hash[DIGEST_LENGTH])
{
	LogBuilder *builder = source;
	LogNodePlace place = log_node_place(level, index);
	GrowingTile *tile = &builder->tiles[place.tile_level];

	if (tile->number != place.tile || place.first + place.count > tile->count)
		elog(ERROR, "node %lld of level %d is in no growing tile", (long long) index, level);
	merkle_root_over(builder->suite, tile->hashes + place.first * DIGEST_LENGTH,
					 place.count, hash);
}

/*
 * grow_log(ledger_id uuid, suite text, tree_size bigint, after bigint, up_to bigint)
 *		-> row (tree_size, root_hash)
 */
Datum
creditbank_grow_log(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	LogBuilder *builder = palloc0(sizeof(LogBuilder));
	uint8		root[DIGEST_LENGTH];
	Portal		entries;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "grow_log must return a row");
	tupdesc = BlessTupleDesc(tupdesc);
	builder->suite = digest_suite_from_name(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	builder->size = PG_GETARG_INT64(2);
	builder->batch = AllocSetContextCreate(CurrentMemoryContext, "creditbank batch",
										   ALLOCSET_DEFAULT_SIZES);

	SPI_connect();
	for (int level = 0; level < LOG_TILE_LEVELS; level++)
		load_tile(builder, level);
	entries = open_new_entries(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1),
							   PG_GETARG_INT64(3), PG_GETARG_INT64(4));
	while (add_batch(builder, entries))
		 /* more */ ;
	SPI_cursor_close(entries);
	for (int level = 0; level < LOG_TILE_LEVELS; level++)
		store_tile(builder, level);
	merkle_root_at(builder->suite, builder->size, read_growing_node, builder, root);
	SPI_finish();

	values[0] = Int64GetDatum(builder->size);
	values[1] = PointerGetDatum(digest_to_bytea(root));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
}
