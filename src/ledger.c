/*
 * ledger.c
 *		The canonical bytes of a ledger entry, and their hash.
 *
 * Promise: the bytes are injective (different entries, different bytes) and
 * depend on no setting, locale, output function or server encoding; doc/
 * ledger.md specifies them so that a stranger can write a verifier.  It must
 * never read a table: everything hashed comes in as an argument.
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "errors.h"
#include "ledger.h"

PG_FUNCTION_INFO_V1(creditbank_entry_bytes);
PG_FUNCTION_INFO_V1(creditbank_entry_hash);
PG_FUNCTION_INFO_V1(creditbank_genesis_hash);
PG_FUNCTION_INFO_V1(creditbank_entry_kinds);

#define ENTRY_DOMAIN	"creditbank.entry"
#define GENESIS_DOMAIN	"creditbank.genesis"

/* What stands before the account's own bytes: version, suite, ledger, account. */
#define IDENTITY_BYTES	(1 + 1 + UUID_LEN + 8)

/* The most bytes an entry has but for those of ref, actor and detail. */
#define ENTRY_BYTES_BESIDE_TEXTS \
	(strlen(ENTRY_DOMAIN) + IDENTITY_BYTES + 8 + 2 + (1 + 1 + 8) + (1 + 4) + 4 + 8 + \
	 (1 + 4) + (1 + 4) + (1 + 8) + DIGEST_LENGTH)

typedef struct EntryKind
{
	int16		number;
	const char *name;
	LedgerKindAmount amount;
	const char *meaning;
} EntryKind;

#define KIND_ROW(number, name, amount, meaning) \
	{number, name, amount, meaning},
static const EntryKind entry_kinds[] = {
	LEDGER_ENTRY_KINDS(KIND_ROW)
};

bool
ledger_find_kind(const char *name, int16 *number)
{
	for (size_t i = 0; i < lengthof(entry_kinds); i++)
	{
		if (strcmp(entry_kinds[i].name, name) == 0)
		{
			*number = entry_kinds[i].number;
			return true;
		}
	}
	return false;
}

int16
ledger_kind_number(const char *name)
{
	int16		number;

	if (!ledger_find_kind(name, &number))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("unknown kind of ledger entry \"%s\"", name),
				 errhint(LEDGER_KINDS_HINT)));
	return number;
}

static const EntryKind *
find_kind(int16 number)
{
	for (size_t i = 0; i < lengthof(entry_kinds); i++)
	{
		if (entry_kinds[i].number == number)
			return &entry_kinds[i];
	}
	return NULL;
}

bool
ledger_kind_is_known(int16 kind)
{
	return find_kind(kind) != NULL;
}

bool
ledger_kind_fits_account(int16 kind, int64 account_id)
{
	bool		of_bank = kind == LEDGER_KIND_PUBLISHED || kind == LEDGER_KIND_SUPERSEDED;

	return kind == LEDGER_KIND_OPENED || of_bank == (account_id == LEDGER_BANK_ACCOUNT);
}

bool
ledger_kind_can_be_taken_back(int16 kind)
{
	return kind != LEDGER_KIND_OPENED && kind != LEDGER_KIND_REVERSED &&
		kind != LEDGER_KIND_PUBLISHED && kind != LEDGER_KIND_SUPERSEDED;
}

LedgerKindAmount
ledger_kind_amount(int16 kind)
{
	return find_kind(kind)->amount;
}

const char *
ledger_kind_name(int16 kind)
{
	return find_kind(kind)->name;
}

/* Text as it is hashed: in UTF-8, or NULL. */
typedef struct HashedText
{
	const char *data;
	uint32		length;
	bool		converted;		/* data is a copy of our own */
} HashedText;

/* Each of these writes at a place and returns the one behind what it wrote. */

static inline char *
put_u8(char *at, uint8 value)
{
	*at = (char) value;
	return at + 1;
}

static inline char *
put_u16(char *at, uint16 value)
{
	value = pg_hton16(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static inline char *
put_u32(char *at, uint32 value)
{
	value = pg_hton32(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static inline char *
put_u64(char *at, uint64 value)
{
	value = pg_hton64(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static inline char *
put_bytes(char *at, const void *data, size_t length)
{
	memcpy(at, data, length);
	return at + length;
}

/* Whether a value is present is a byte of its own, so NULL differs from empty. */
static inline char *
put_presence(char *at, bool present)
{
	return put_u8(at, present ? 1 : 0);
}

static char *
put_text(char *at, const HashedText *value)
{
	at = put_presence(at, value->data != NULL);
	if (value->data == NULL)
		return at;
	at = put_u32(at, value->length);
	return put_bytes(at, value->data, value->length);
}

static char *
put_amount(char *at, bool has_amount, CreditAmount amount)
{
	at = put_presence(at, has_amount);
	if (!has_amount)
		return at;
	at = put_u8(at, credit_amount_unit_code(amount));
	return put_u64(at, credit_amount_count(amount));
}

static char *
put_chain_identity(char *at, const char *domain, size_t domain_length, DigestSuite suite,
				   const pg_uuid_t *ledger_id, int64 account_id)
{
	at = put_bytes(at, domain, domain_length);
	at = put_u8(at, LEDGER_BYTES_VERSION);
	at = put_u8(at, suite);
	at = put_bytes(at, ledger_id->data, UUID_LEN);
	return put_u64(at, account_id);
}

/* server-encoded text */
static HashedText
text_as_hashed(const text *value)
{
	HashedText	result = {NULL, 0, false};
	const char *data;

	if (value == NULL)
		return result;
	data = VARDATA_ANY(value);
	result.length = VARSIZE_ANY_EXHDR(value);
	result.data = pg_server_to_any(data, result.length, PG_UTF8);
	if (result.data != data)
	{
		result.length = strlen(result.data);
		result.converted = true;
	}
	return result;
}

/* an achievement_ref is stored as UTF-8 whatever the server encoding */
static HashedText
ref_as_hashed(const struct varlena *ref)
{
	HashedText	result = {NULL, 0, false};

	if (ref != NULL)
	{
		result.data = VARDATA_ANY(ref);
		result.length = VARSIZE_ANY_EXHDR(ref);
	}
	return result;
}

static void
free_hashed_text(HashedText *value)
{
	if (value->converted)
		pfree(unconstify(char *, value->data));
}

/* microseconds since 1970-01-01; false beyond what 64 bits hold */
static bool
unix_microseconds(TimestampTz time, int64 *microseconds)
{
	return !pg_add_s64_overflow(time,
								(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY,
								microseconds);
}

bool
ledger_entry_has_bytes(const LedgerEntry *entry)
{
	int64		microseconds;

	return !DATE_NOT_FINITE(entry->occurred_on) &&
		!TIMESTAMP_NOT_FINITE(entry->recorded_at) &&
		unix_microseconds(entry->recorded_at, &microseconds);
}

void
ledger_entry_bytes(const LedgerEntry *entry, StringInfo bytes)
{
	int64		days = (int64) entry->occurred_on +
		(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE);
	int64		microseconds;
	HashedText	ref = ref_as_hashed(entry->ref);
	HashedText	actor;
	HashedText	detail;
	uint64		length;
	char	   *at;

	if (DATE_NOT_FINITE(entry->occurred_on) || TIMESTAMP_NOT_FINITE(entry->recorded_at))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DATE),
				 errmsg("a ledger entry cannot carry an infinite date")));
	if (!unix_microseconds(entry->recorded_at, &microseconds))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DATE),
				 errmsg("a ledger entry cannot be recorded after the year 294246")));

	actor = text_as_hashed(entry->actor);
	detail = text_as_hashed(entry->detail);
	resetStringInfo(bytes);
	length = (uint64) ENTRY_BYTES_BESIDE_TEXTS + ref.length + actor.length + detail.length;
	enlargeStringInfo(bytes, (int) Min(length, PG_INT32_MAX));	/* raises beyond a gigabyte */
	at = put_chain_identity(bytes->data, ENTRY_DOMAIN, strlen(ENTRY_DOMAIN), entry->suite,
							&entry->ledger_id, entry->account_id);
	at = put_u64(at, entry->seq);
	at = put_u16(at, entry->kind);
	at = put_amount(at, entry->has_amount, entry->amount);
	at = put_text(at, &ref);
	at = put_u32(at, (int32) days);
	at = put_u64(at, microseconds);
	at = put_text(at, &actor);
	at = put_text(at, &detail);
	at = put_presence(at, entry->has_reverses);
	if (entry->has_reverses)
		at = put_u64(at, entry->reverses);
	at = put_bytes(at, entry->prev_hash, DIGEST_LENGTH);
	bytes->len = at - bytes->data;
	free_hashed_text(&actor);
	free_hashed_text(&detail);
}

void
ledger_entry_hash(const LedgerEntry *entry, StringInfo workspace,
				  uint8 hash[DIGEST_LENGTH])
{
	ledger_entry_bytes(entry, workspace);
	digest_compute(entry->suite, workspace->data, workspace->len, hash);
}

void
ledger_genesis_hash(DigestSuite suite, const pg_uuid_t *ledger_id, int64 account_id,
					uint8 hash[DIGEST_LENGTH])
{
	char		bytes[sizeof(GENESIS_DOMAIN) + IDENTITY_BYTES];
	char	   *end = put_chain_identity(bytes, GENESIS_DOMAIN, strlen(GENESIS_DOMAIN),
										 suite, ledger_id, account_id);

	digest_compute(suite, bytes, end - bytes, hash);
}

void
ledger_copy_hash(const bytea *source, uint8 hash[DIGEST_LENGTH])
{
	if (VARSIZE_ANY_EXHDR(source) != DIGEST_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("a hash has %d bytes, not %d",
						DIGEST_LENGTH, (int) VARSIZE_ANY_EXHDR(source))));
	memcpy(hash, VARDATA_ANY(source), DIGEST_LENGTH);
}

static char *
required_text(FunctionCallInfo fcinfo, int argument)
{
	return text_to_cstring(PG_GETARG_TEXT_PP(argument));
}

/*
 * Reads the arguments that entry_bytes and entry_hash share; false when one
 * that may not be NULL is NULL.
 */
static bool
entry_from_arguments(FunctionCallInfo fcinfo, LedgerEntry *entry)
{
	static const int required[] = {0, 1, 2, 3, 4, 7, 8, 12};

	for (size_t i = 0; i < lengthof(required); i++)
	{
		if (PG_ARGISNULL(required[i]))
			return false;
	}
	entry->ledger_id = *PG_GETARG_UUID_P(0);
	entry->suite = digest_suite_from_name(required_text(fcinfo, 1));
	entry->account_id = PG_GETARG_INT64(2);
	entry->seq = PG_GETARG_INT64(3);
	entry->kind = PG_GETARG_INT16(4);
	entry->has_amount = !PG_ARGISNULL(5);
	entry->amount = entry->has_amount ? PG_GETARG_CREDIT_AMOUNT(5) : 0;
	entry->ref = PG_ARGISNULL(6) ? NULL : PG_GETARG_VARLENA_PP(6);
	entry->occurred_on = PG_GETARG_DATEADT(7);
	entry->recorded_at = PG_GETARG_TIMESTAMPTZ(8);
	entry->actor = PG_ARGISNULL(9) ? NULL : PG_GETARG_TEXT_PP(9);
	entry->detail = PG_ARGISNULL(10) ? NULL : PG_GETARG_TEXT_PP(10);
	entry->has_reverses = !PG_ARGISNULL(11);
	entry->reverses = entry->has_reverses ? PG_GETARG_INT64(11) : 0;
	ledger_copy_hash(PG_GETARG_BYTEA_PP(12), entry->prev_hash);
	return true;
}

/*
 * entry_bytes(ledger_id, suite, account_id, seq, kind, amount, ref,
 *			   occurred_on, recorded_at, actor, detail, reverses, prev_hash)
 */
Datum
creditbank_entry_bytes(PG_FUNCTION_ARGS)
{
	LedgerEntry entry;
	StringInfoData bytes;

	if (!entry_from_arguments(fcinfo, &entry))
		PG_RETURN_NULL();
	initStringInfo(&bytes);
	ledger_entry_bytes(&entry, &bytes);
	PG_RETURN_BYTEA_P(bytes_to_bytea(bytes.data, bytes.len));
}

/* entry_hash(the same arguments) */
Datum
creditbank_entry_hash(PG_FUNCTION_ARGS)
{
	LedgerEntry entry;
	StringInfoData workspace;
	uint8		hash[DIGEST_LENGTH];

	if (!entry_from_arguments(fcinfo, &entry))
		PG_RETURN_NULL();
	initStringInfo(&workspace);
	ledger_entry_hash(&entry, &workspace, hash);
	PG_RETURN_BYTEA_P(digest_to_bytea(hash));
}

/*
 * genesis_hash(ledger_id, suite, account_id): the prev_hash of an account's
 * first entry
 */
Datum
creditbank_genesis_hash(PG_FUNCTION_ARGS)
{
	DigestSuite suite = digest_suite_from_name(required_text(fcinfo, 1));
	uint8		hash[DIGEST_LENGTH];

	ledger_genesis_hash(suite, PG_GETARG_UUID_P(0), PG_GETARG_INT64(2), hash);
	PG_RETURN_BYTEA_P(digest_to_bytea(hash));
}

/* entry_kinds() -> rows (kind, name, meaning) */
Datum
creditbank_entry_kinds(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (size_t i = 0; i < lengthof(entry_kinds); i++)
	{
		const EntryKind *kind = &entry_kinds[i];
		Datum		values[3];
		bool		nulls[3] = {false, false, false};

		values[0] = Int16GetDatum(kind->number);
		values[1] = CStringGetTextDatum(kind->name);
		values[2] = CStringGetTextDatum(kind->meaning);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
