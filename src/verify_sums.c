/*
 * verify_sums.c
 *		The aggregates that verification runs over the ledger's tables.
 *
 * Promise: what is stored is only ever counted, never an error and never
 * believed; the order of rows and the number of processes change nothing; the
 * memory used is constant.  A state that did not come from here is refused.
 * They must never be granted to a client: the key names shared memory.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "errors.h"
#include "merkle.h"
#include "verify_progress.h"
#include "verify_sums.h"

PG_FUNCTION_INFO_V1(creditbank_sums_add_entry);
PG_FUNCTION_INFO_V1(creditbank_sums_add_head);
PG_FUNCTION_INFO_V1(creditbank_sums_add_account);
PG_FUNCTION_INFO_V1(creditbank_sums_add_tile);
PG_FUNCTION_INFO_V1(creditbank_sums_join);
PG_FUNCTION_INFO_V1(creditbank_sums_write);
PG_FUNCTION_INFO_V1(creditbank_sums_read);
PG_FUNCTION_INFO_V1(creditbank_sums_result);
PG_FUNCTION_INFO_V1(creditbank_is_amount);

#define SUMS_MAGIC	UINT64CONST(0x6372656473756d73)
#define KEY_MAGIC	UINT64CONST(0x637265646b657973)

/* the words of a hash in an element */
#define HASH_WORDS	(DIGEST_LENGTH / sizeof(uint64))

/* The state of an aggregate; all but the sums serves to add rows. */
typedef struct SumState
{
	LedgerSums	sums;
	bool		ready;			/* what follows is filled */
	VerifyKey	key;
	FieldPowers powers;			/* of key.balance_base */
	LedgerEntry entry;			/* ledger and suite are the bank's */
	StringInfoData workspace;
	VerifyProgress *progress;
} SumState;

static void
refuse(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("invalid %s of verification", what),
			 errhint("Call creditbank.verify_ledger() instead of its support functions.")));
}

void
verify_draw_key(VerifyKey *key)
{
	memset(key, 0, sizeof(*key));
	key->magic = KEY_MAGIC;
	multiset_draw_key(&key->multiset);
	key->balance_base = field_random();
}

bytea *
verify_key_to_bytea(const VerifyKey *key)
{
	return bytes_to_bytea(key, sizeof(*key));
}

void
ledger_sums_init(LedgerSums *sums)
{
	memset(sums, 0, sizeof(*sums));
	sums->magic = SUMS_MAGIC;
	for (int i = 0; i < LEDGER_PRODUCTS; i++)
		sums->products[i] = 1;
}

void
ledger_sums_join(LedgerSums *sums, const LedgerSums *more)
{
	for (int i = 0; i < LEDGER_COUNTS; i++)
		sums->counts[i] += more->counts[i];
	for (int i = 0; i < LEDGER_PRODUCTS; i++)
		sums->products[i] = field_multiply(sums->products[i], more->products[i]);
	for (int i = 0; i < CREDIT_UNIT_COUNT; i++)
		sums->balances[i] = field_add(sums->balances[i], more->balances[i]);
}

void
ledger_sums_from_bytea(LedgerSums *sums, const bytea *bytes)
{
	bool		sound = VARSIZE_ANY_EXHDR(bytes) == sizeof(*sums);

	if (sound)
	{
		memcpy(sums, VARDATA_ANY(bytes), sizeof(*sums));
		sound = sums->magic == SUMS_MAGIC;
		for (int i = 0; i < LEDGER_PRODUCTS; i++)
			sound = sound && field_has(sums->products[i]);
		for (int i = 0; i < CREDIT_UNIT_COUNT; i++)
			sound = sound && field_has(sums->balances[i]);
	}
	if (!sound)
		refuse("state");
}

static SumState *
new_state(FunctionCallInfo fcinfo)
{
	MemoryContext aggregate_context;
	SumState   *state;

	if (!AggCheckCallContext(fcinfo, &aggregate_context))
		refuse("call");
	state = MemoryContextAllocZero(aggregate_context, sizeof(SumState));
	ledger_sums_init(&state->sums);
	return state;
}

/* Fills what is needed to add rows, from the key in the second argument. */
static void
make_ready(FunctionCallInfo fcinfo, SumState *state)
{
	MemoryContext aggregate_context;
	MemoryContext caller_context;
	bytea	   *key;

	if (PG_ARGISNULL(1))
		refuse("key");
	key = PG_GETARG_BYTEA_PP(1);
	if (VARSIZE_ANY_EXHDR(key) != sizeof(VerifyKey))
		refuse("key");
	memcpy(&state->key, VARDATA_ANY(key), sizeof(VerifyKey));
	if (state->key.magic != KEY_MAGIC)
		refuse("key");
	field_powers_init(&state->powers, state->key.balance_base);
	state->entry.ledger_id = state->key.ledger_id;
	state->entry.suite = state->key.suite;
	state->progress = verify_progress_attach(state->key.progress);

	(void) AggCheckCallContext(fcinfo, &aggregate_context);
	caller_context = MemoryContextSwitchTo(aggregate_context);
	initStringInfo(&state->workspace);
	MemoryContextSwitchTo(caller_context);
	state->ready = true;
}

static SumState *
state_to_add_to(FunctionCallInfo fcinfo)
{
	SumState   *state = PG_ARGISNULL(0) ? new_state(fcinfo) : (SumState *) PG_GETARG_POINTER(0);

	if (!state->ready)
		make_ready(fcinfo, state);
	return state;
}

/* a hash with the two numbers of its place: account and seq, or level and index */
static void
add_hash(SumState *state, LedgerProduct product, int64 row, int64 column,
		 const uint8 hash[DIGEST_LENGTH])
{
	uint64		words[2 + HASH_WORDS];

	words[0] = row;
	words[1] = column;
	memcpy(&words[2], hash, DIGEST_LENGTH);
	multiset_add(&state->sums.products[product], &state->key.multiset, words, lengthof(words));
}

/* a hash that may stand anywhere */
static void
add_leaf(SumState *state, LedgerProduct product, const uint8 hash[DIGEST_LENGTH])
{
	uint64		words[HASH_WORDS];

	memcpy(words, hash, DIGEST_LENGTH);
	multiset_add(&state->sums.products[product], &state->key.multiset, words, lengthof(words));
}

static void
add_account(SumState *state, LedgerProduct product, int64 account_id)
{
	uint64		word = account_id;

	multiset_add(&state->sums.products[product], &state->key.multiset, &word, 1);
}

/* count * base^account, of either sign, for the sum of one unit */
static void
add_balance(SumState *state, int64 account_id, int unit, int64 count)
{
	uint128		term = field_multiply(field_from_int64(count),
									  field_power(&state->powers, account_id));

	state->sums.balances[unit] = field_add(state->sums.balances[unit], term);
}

static bool
unit_is_known(CreditAmount amount)
{
	return credit_amount_unit_code(amount) < CREDIT_UNIT_COUNT;
}

static bool
is_genesis(const SumState *state, int64 account_id, const uint8 hash[DIGEST_LENGTH])
{
	uint8		genesis[DIGEST_LENGTH];

	ledger_genesis_hash(state->key.suite, &state->key.ledger_id, account_id, genesis);
	return memcmp(genesis, hash, DIGEST_LENGTH) == 0;
}

/* Copies a stored hash; false when it has not the length of one. */
static bool
read_hash(const bytea *stored, uint8 hash[DIGEST_LENGTH])
{
	if (VARSIZE_ANY_EXHDR(stored) != DIGEST_LENGTH)
		return false;
	memcpy(hash, VARDATA_ANY(stored), DIGEST_LENGTH);
	return true;
}

/* What is stored of an entry: all of it, or not enough to be hashed, or not even that. */
typedef enum EntryForm
{
	ENTRY_WHOLE,
	ENTRY_WITHOUT_BYTES,
	ENTRY_INCOMPLETE
} EntryForm;

/* Reads the arguments after the key. */
static EntryForm
read_entry(FunctionCallInfo fcinfo, LedgerEntry *entry)
{
	static const int required[] = {2, 3, 4, 5, 8, 9, 13};

	for (size_t i = 0; i < lengthof(required); i++)
	{
		if (PG_ARGISNULL(required[i]))
			return ENTRY_INCOMPLETE;
	}
	entry->account_id = PG_GETARG_INT64(3);
	entry->seq = PG_GETARG_INT64(4);
	entry->recorded_at = PG_GETARG_TIMESTAMPTZ(5);
	entry->has_amount = !PG_ARGISNULL(6);
	entry->amount = entry->has_amount ? PG_GETARG_CREDIT_AMOUNT(6) : 0;
	entry->has_reverses = !PG_ARGISNULL(7);
	entry->reverses = entry->has_reverses ? PG_GETARG_INT64(7) : 0;
	entry->occurred_on = PG_GETARG_DATEADT(8);
	entry->kind = PG_GETARG_INT16(9);
	entry->ref = PG_ARGISNULL(10) ? NULL : PG_GETARG_VARLENA_PP(10);
	entry->actor = PG_ARGISNULL(11) ? NULL : PG_GETARG_TEXT_PP(11);
	entry->detail = PG_ARGISNULL(12) ? NULL : PG_GETARG_TEXT_PP(12);
	if (!read_hash(PG_GETARG_BYTEA_PP(13), entry->prev_hash) || !ledger_entry_has_bytes(entry))
		return ENTRY_WITHOUT_BYTES;
	return ENTRY_WHOLE;
}

/* A form that the bank never writes, whatever its hash is. */
static bool
entry_is_malformed(const LedgerEntry *entry)
{
	return entry->seq < 1 || entry->seq > LEDGER_GREATEST_SEQ ||
		!ledger_kind_is_known(entry->kind) ||
		!ledger_kind_fits_account(entry->kind, entry->account_id) ||
		(entry->kind == LEDGER_KIND_REVERSED) != entry->has_reverses ||
		(entry->has_amount && !unit_is_known(entry->amount));
}

/* The links of an entry that has bytes, and its leaf when it is sealed. */
static void
add_links(SumState *state, int64 entry_id)
{
	const LedgerEntry *entry = &state->entry;
	uint8		hash[DIGEST_LENGTH];
	uint8		leaf[DIGEST_LENGTH];

	ledger_entry_hash(entry, &state->workspace, hash);
	add_hash(state, PRODUCT_WRITTEN, entry->account_id, entry->seq, hash);
	if (entry->seq > 1)
		add_hash(state, PRODUCT_LINKED, entry->account_id, entry->seq - 1, entry->prev_hash);
	else if (!is_genesis(state, entry->account_id, entry->prev_hash))
		state->sums.counts[COUNT_FALSE_STARTS]++;
	if (entry_id <= state->key.sealed_id)
	{
		merkle_leaf(entry->suite, hash, DIGEST_LENGTH, leaf);
		add_leaf(state, PRODUCT_SEALED, leaf);
	}
}

static void
add_entry(SumState *state, EntryForm form, int64 entry_id)
{
	const LedgerEntry *entry = &state->entry;

	if (form == ENTRY_WHOLE)
		add_links(state, entry_id);
	if (form != ENTRY_WHOLE || entry_is_malformed(entry))
		state->sums.counts[COUNT_MALFORMED_ENTRIES]++;
	if (form != ENTRY_INCOMPLETE && entry->has_amount && unit_is_known(entry->amount))
		add_balance(state, entry->account_id, credit_amount_unit_code(entry->amount),
					credit_amount_count(entry->amount));
}

/* state, key, the columns of ledger_entry in their order -> state */
Datum
creditbank_sums_add_entry(PG_FUNCTION_ARGS)
{
	SumState   *state = state_to_add_to(fcinfo);

	add_entry(state, read_entry(fcinfo, &state->entry),
			  PG_ARGISNULL(2) ? PG_INT64_MAX : PG_GETARG_INT64(2));
	if (++state->sums.counts[COUNT_ENTRIES] % VERIFY_PROGRESS_STEP == 0 &&
		state->progress != NULL)
		verify_progress_add(state->progress, VERIFY_PROGRESS_STEP);
	PG_RETURN_POINTER(state);
}

/* Takes a head's balances from the sums; false when they are not one for a unit. */
static bool
subtract_balances(SumState *state, int64 account_id, ArrayType *balances)
{
	const CreditAmount *amounts = (const CreditAmount *) ARR_DATA_PTR(balances);
	int			count = ArrayGetNItems(ARR_NDIM(balances), ARR_DIMS(balances));
	uint32		seen = 0;
	bool		negative = false;

	if (ARR_NDIM(balances) > 1 || ARR_HASNULL(balances))
		return false;
	for (int i = 0; i < count; i++)
	{
		int			unit = credit_amount_unit_code(amounts[i]);
		int64		amount = credit_amount_count(amounts[i]);

		if (unit >= CREDIT_UNIT_COUNT || (seen & (1 << unit)))
			return false;
		seen |= 1 << unit;
		add_balance(state, account_id, unit, -amount);
		if (amount < 0 && !(state->key.negative_units & (1 << unit)))
			negative = true;
	}
	if (negative)
		state->sums.counts[COUNT_NEGATIVE_HEADS]++;
	return true;
}

/* state, key, the columns of ledger_head in their order -> state */
Datum
creditbank_sums_add_head(PG_FUNCTION_ARGS)
{
	SumState   *state = state_to_add_to(fcinfo);
	int64		account_id;
	int64		seq;
	uint8		hash[DIGEST_LENGTH];
	bool		sound;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4) || PG_ARGISNULL(5))
	{
		state->sums.counts[COUNT_MALFORMED_HEADS]++;
		PG_RETURN_POINTER(state);
	}
	account_id = PG_GETARG_INT64(2);
	seq = PG_GETARG_INT64(3);
	add_account(state, PRODUCT_HEADS, account_id);
	sound = subtract_balances(state, account_id, PG_GETARG_ARRAYTYPE_P(4));
	if (!read_hash(PG_GETARG_BYTEA_PP(5), hash) || seq < 0)
		sound = false;
	else if (seq == 0)
		sound = sound && is_genesis(state, account_id, hash);
	else
		add_hash(state, PRODUCT_LINKED, account_id, seq, hash);
	if (!sound)
		state->sums.counts[COUNT_MALFORMED_HEADS]++;
	PG_RETURN_POINTER(state);
}

/* state, key, account_id -> state */
Datum
creditbank_sums_add_account(PG_FUNCTION_ARGS)
{
	SumState   *state = state_to_add_to(fcinfo);

	if (!PG_ARGISNULL(2))
		add_account(state, PRODUCT_ACCOUNTS, PG_GETARG_INT64(2));
	PG_RETURN_POINTER(state);
}

/* state, key, level, tile, hashes -> state */
Datum
creditbank_sums_add_tile(PG_FUNCTION_ARGS)
{
	SumState   *state = state_to_add_to(fcinfo);
	int64		level;
	int64		tile;
	bytea	   *stored;
	const uint8 *hashes;
	int64		length;
	uint8		root[DIGEST_LENGTH];

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
	{
		state->sums.counts[COUNT_MALFORMED_TILES]++;
		PG_RETURN_POINTER(state);
	}
	level = PG_GETARG_INT16(2);
	tile = PG_GETARG_INT64(3);
	stored = PG_GETARG_BYTEA_PP(4);
	hashes = (const uint8 *) VARDATA_ANY(stored);
	length = VARSIZE_ANY_EXHDR(stored);
	if (level < 0 || tile < 0 || length % DIGEST_LENGTH != 0 ||
		length == 0 || length > MERKLE_TILE_WIDTH * DIGEST_LENGTH)
		state->sums.counts[COUNT_MALFORMED_TILES]++;
	for (int64 i = 0; i < length / DIGEST_LENGTH; i++)
	{
		if (level > 0)
			add_hash(state, PRODUCT_UPPER_HASHES, level, tile * MERKLE_TILE_WIDTH + i,
					 hashes + i * DIGEST_LENGTH);
		else
			add_leaf(state, PRODUCT_LEAVES, hashes + i * DIGEST_LENGTH);
	}
	if (level == 0)
		state->sums.counts[COUNT_LEAVES] += length / DIGEST_LENGTH;
	if (length == MERKLE_TILE_WIDTH * DIGEST_LENGTH)
	{
		merkle_root_over(state->key.suite, hashes, MERKLE_TILE_WIDTH, root);
		add_hash(state, PRODUCT_TILE_ROOTS, level + 1, tile, root);
	}
	PG_RETURN_POINTER(state);
}

/* state, state -> state */
Datum
creditbank_sums_join(PG_FUNCTION_ARGS)
{
	SumState   *state = PG_ARGISNULL(0) ? new_state(fcinfo) : (SumState *) PG_GETARG_POINTER(0);

	if (!AggCheckCallContext(fcinfo, NULL))
		refuse("call");
	if (!PG_ARGISNULL(1))
		ledger_sums_join(&state->sums, &((SumState *) PG_GETARG_POINTER(1))->sums);
	PG_RETURN_POINTER(state);
}

/* state -> bytea, for its way between processes */
Datum
creditbank_sums_write(PG_FUNCTION_ARGS)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		refuse("call");
	PG_RETURN_BYTEA_P(bytes_to_bytea(&((SumState *) PG_GETARG_POINTER(0))->sums, sizeof(LedgerSums)));
}

/* bytea, internal -> state */
Datum
creditbank_sums_read(PG_FUNCTION_ARGS)
{
	SumState   *state;

	if (!AggCheckCallContext(fcinfo, NULL))
		refuse("call");
	state = palloc0(sizeof(SumState));
	ledger_sums_from_bytea(&state->sums, PG_GETARG_BYTEA_PP(0));
	PG_RETURN_POINTER(state);
}

/* state -> bytea; the sums of no rows when there is none */
Datum
creditbank_sums_result(PG_FUNCTION_ARGS)
{
	LedgerSums	none;

	if (!AggCheckCallContext(fcinfo, NULL))
		refuse("call");
	ledger_sums_init(&none);
	PG_RETURN_BYTEA_P(bytes_to_bytea(PG_ARGISNULL(0) ? &none : &((SumState *) PG_GETARG_POINTER(0))->sums,
							   sizeof(LedgerSums)));
}

/*
 * is_amount(amount credit_amount): whether its unit is a known one, as that of
 * every amount is unless its page was written to behind the server's back
 */
Datum
creditbank_is_amount(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(unit_is_known(PG_GETARG_CREDIT_AMOUNT(0)));
}
