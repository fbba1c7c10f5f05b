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
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
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

typedef struct EntryKind
{
	int16		number;
	const char *name;
	const char *meaning;
} EntryKind;

#define KIND_ROW(number, name, meaning) \
	{number, name, meaning},
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

/* Whether a value is present is a byte of its own, so NULL differs from empty. */
static void
put_presence(StringInfo bytes, bool present)
{
	pq_sendint8(bytes, present ? 1 : 0);
}

static void
put_counted(StringInfo bytes, const char *data, int length)
{
	put_presence(bytes, true);
	pq_sendint32(bytes, length);
	appendBinaryStringInfo(bytes, data, length);
}

/* server-encoded text as UTF-8 */
static void
put_text(StringInfo bytes, const text *value)
{
	const char *data;
	char	   *utf8;
	int			length;

	if (value == NULL)
	{
		put_presence(bytes, false);
		return;
	}
	data = VARDATA_ANY(value);
	length = VARSIZE_ANY_EXHDR(value);
	utf8 = pg_server_to_any(data, length, PG_UTF8);
	if (utf8 == data)
		put_counted(bytes, data, length);
	else
	{
		put_counted(bytes, utf8, strlen(utf8));
		pfree(utf8);
	}
}

/* an achievement_ref is stored as UTF-8 whatever the server encoding */
static void
put_ref(StringInfo bytes, const struct varlena *ref)
{
	if (ref == NULL)
		put_presence(bytes, false);
	else
		put_counted(bytes, VARDATA_ANY(ref), VARSIZE_ANY_EXHDR(ref));
}

static void
put_amount(StringInfo bytes, bool has_amount, CreditAmount amount)
{
	put_presence(bytes, has_amount);
	if (!has_amount)
		return;
	pq_sendint8(bytes, credit_amount_unit_code(amount));
	pq_sendint64(bytes, credit_amount_count(amount));
}

static void
put_chain_identity(StringInfo bytes, const char *domain, DigestSuite suite,
				   const pg_uuid_t *ledger_id, int64 account_id)
{
	appendBinaryStringInfo(bytes, domain, strlen(domain));
	pq_sendint8(bytes, LEDGER_BYTES_VERSION);
	pq_sendint8(bytes, suite);
	appendBinaryStringInfo(bytes, (const char *) ledger_id->data, UUID_LEN);
	pq_sendint64(bytes, account_id);
}

void
ledger_entry_bytes(const LedgerEntry *entry, StringInfo bytes)
{
	int64		days = (int64) entry->occurred_on +
		(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE);
	int64		microseconds;

	if (DATE_NOT_FINITE(entry->occurred_on) || TIMESTAMP_NOT_FINITE(entry->recorded_at))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DATE),
				 errmsg("a ledger entry cannot carry an infinite date")));
	if (pg_add_s64_overflow(entry->recorded_at,
							(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY,
							&microseconds))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DATE),
				 errmsg("a ledger entry cannot be recorded after the year 294246")));

	resetStringInfo(bytes);
	put_chain_identity(bytes, ENTRY_DOMAIN, entry->suite, &entry->ledger_id,
					   entry->account_id);
	pq_sendint64(bytes, entry->seq);
	pq_sendint16(bytes, entry->kind);
	put_amount(bytes, entry->has_amount, entry->amount);
	put_ref(bytes, entry->ref);
	pq_sendint32(bytes, (int32) days);
	pq_sendint64(bytes, microseconds);
	put_text(bytes, entry->actor);
	put_text(bytes, entry->detail);
	put_presence(bytes, entry->has_reverses);
	if (entry->has_reverses)
		pq_sendint64(bytes, entry->reverses);
	appendBinaryStringInfo(bytes, (const char *) entry->prev_hash, DIGEST_LENGTH);
}

void
ledger_entry_hash(const LedgerEntry *entry, StringInfo workspace,
				  uint8 hash[DIGEST_LENGTH])
{
	ledger_entry_bytes(entry, workspace);
	digest_compute(entry->suite, workspace->data, workspace->len, hash);
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
	PG_RETURN_BYTEA_P(cstring_to_text_with_len(bytes.data, bytes.len));
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
	pg_uuid_t  *ledger_id = PG_GETARG_UUID_P(0);
	DigestSuite suite = digest_suite_from_name(required_text(fcinfo, 1));
	int64		account_id = PG_GETARG_INT64(2);
	StringInfoData bytes;
	uint8		hash[DIGEST_LENGTH];

	initStringInfo(&bytes);
	put_chain_identity(&bytes, GENESIS_DOMAIN, suite, ledger_id, account_id);
	digest_compute(suite, bytes.data, bytes.len, hash);
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
