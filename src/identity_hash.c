/*
 * identity_hash.c
 *		The keyed hash that an identity number is known by.
 *
 * The key stands in the file of creditbank.identity_key_file, outside of the
 * database, so that whoever has the tables alone cannot try numbers out.
 * Promise: the key is kept no longer than the expression that needs it, and
 * wiped; all hashes of a bank are of one key.  It must never show a byte of the
 * key or of a number, nor the file's path.
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "bank.h"
#include "compat.h"
#include "creditbank.h"
#include "digest.h"
#include "errors.h"
#include "identity.h"
#include "key_file.h"
#include "statement.h"

PG_FUNCTION_INFO_V1(creditbank_identity_hash);

#define KEY_MIN_LENGTH 32
#define KEY_MAX_LENGTH 64		/* what is longer HMAC would shorten */
#define HASH_DOMAIN "creditbank identity v1"
#define CHECK_DOMAIN "creditbank identity key v1"

typedef struct IdentityKey
{
	char	   *path;			/* of the file it was read from */
	DigestSuite suite;
	int			length;
	uint8		bytes[KEY_MAX_LENGTH];
	MemoryContextCallback wiping;
} IdentityKey;

pg_noreturn static void
refuse_key(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_IDENTITY_KEY_MISSING),
			 errmsg("identity numbers cannot be hashed"),
			 errdetail_internal("%s", detail),
			 errhint("Set creditbank.identity_key_file, as a superuser, to the absolute path of a file that holds 64 to 128 hexadecimal digits and belongs to the server's user with mode 0600, or to root with mode 0640, or less; always the same file.")));
}

static int
hexadecimal_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* NULL, or why the content is no key */
static const char *
parse_key(const char *content, int length, IdentityKey *key)
{
	while (length > 0 && isspace((unsigned char) content[length - 1]))
		length--;
	if (length < 2 * KEY_MIN_LENGTH || length > 2 * KEY_MAX_LENGTH || length % 2 != 0)
		return psprintf("The key file of creditbank.identity_key_file holds %d characters, not an even number of 64 to 128 hexadecimal digits.", length);
	for (int i = 0; i < length; i += 2)
	{
		int			high = hexadecimal_value(content[i]);
		int			low = hexadecimal_value(content[i + 1]);

		if (high < 0 || low < 0)
			return "The key file of creditbank.identity_key_file holds a character that is not a hexadecimal digit.";
		key->bytes[i / 2] = (uint8) (high << 4 | low);
	}
	key->length = length / 2;
	return NULL;
}

static void
wipe_key(void *key)
{
	explicit_bzero(((IdentityKey *) key)->bytes, KEY_MAX_LENGTH);
}

static void
read_key(IdentityKey *key)
{
	char		content[KEY_FILE_MAX_LENGTH];
	const char *refusal;
	int			length;

	if (creditbank_identity_key_file == NULL || creditbank_identity_key_file[0] == '\0')
		refuse_key("The setting creditbank.identity_key_file is empty.");
	length = key_file_read(creditbank_identity_key_file, content, &refusal);
	if (refusal != NULL)
		refuse_key(psprintf("The key file of creditbank.identity_key_file cannot be used. %s", refusal));
	refusal = parse_key(content, length, key);
	explicit_bzero(content, sizeof(content));
	if (refusal != NULL)
		refuse_key(refusal);
}

/* NULL before the first use */
static bytea *
stored_check_value(void)
{
	int			status = SPI_execute("SELECT k.check_value FROM creditbank.identity_key AS k", false, 1);

	if (status != SPI_OK_SELECT)
		elog(ERROR, "cannot read identity_key: %s", SPI_result_code_string(status));
	return SPI_processed == 0 ? NULL : DatumGetByteaPP(statement_column(0, 1));
}

/* Of two who come first at once the second waits, and then finds the other's. */
static void
store_check_value(bytea *check_value)
{
	Oid			types[] = {BYTEAOID};
	Datum		values[] = {PointerGetDatum(check_value)};
	int			status = SPI_execute_with_args("INSERT INTO creditbank.identity_key (check_value)"
											   " VALUES ($1) ON CONFLICT DO NOTHING",
											   1, types, values, NULL, false, 0);

	if (status != SPI_OK_INSERT)
		elog(ERROR, "cannot write identity_key: %s", SPI_result_code_string(status));
}

static void
check_key(IdentityKey *key)
{
	uint8		computed[DIGEST_LENGTH];
	bytea	   *stored;

	SPI_connect();
	key->suite = bank_choices()->suite;
	digest_compute_keyed(key->suite, key->bytes, key->length,
						 CHECK_DOMAIN, strlen(CHECK_DOMAIN), computed);
	stored = stored_check_value();
	if (stored == NULL)
	{
		store_check_value(digest_to_bytea(computed));
		stored = stored_check_value();
	}
	if (stored == NULL || VARSIZE_ANY_EXHDR(stored) != DIGEST_LENGTH ||
		memcmp(VARDATA_ANY(stored), computed, DIGEST_LENGTH) != 0)
		refuse_key("The key in the file is not the one that the bank's identity numbers are hashed with.");
	SPI_finish();
}

/* The key of an expression is read once, and anew when the setting changes. */
static const IdentityKey *
key_of_expression(FmgrInfo *expression)
{
	IdentityKey *key = expression->fn_extra;

	if (key != NULL && strcmp(key->path, creditbank_identity_key_file) == 0)
		return key;
	expression->fn_extra = NULL;
	key = MemoryContextAllocZero(expression->fn_mcxt, sizeof(IdentityKey));
	key->wiping.func = wipe_key;
	key->wiping.arg = key;
	MemoryContextRegisterResetCallback(expression->fn_mcxt, &key->wiping);
	read_key(key);
	check_key(key);
	key->path = MemoryContextStrdup(expression->fn_mcxt, creditbank_identity_key_file);
	expression->fn_extra = key;
	return key;
}

/*
 * identity_hash(kind text, number text) -> bytea of 32 bytes
 */
Datum
creditbank_identity_hash(PG_FUNCTION_ARGS)
{
	char		message[sizeof(HASH_DOMAIN) + 32 + IDENTITY_MAX_LENGTH];
	int			length;
	uint8		result[DIGEST_LENGTH];
	Identity	identity;
	const IdentityKey *key;

	identity_require(identity_kind_from_name(PG_GETARG_TEXT_PP(0)), PG_GETARG_TEXT_PP(1), &identity);
	key = key_of_expression(fcinfo->flinfo);
	length = snprintf(message, sizeof(message), "%s:%s:%s",
					  HASH_DOMAIN, identity_kind_name(identity.kind), identity.number);
	digest_compute_keyed(key->suite, key->bytes, key->length, message, length, result);
	explicit_bzero(message, sizeof(message));
	explicit_bzero(&identity, sizeof(identity));
	PG_RETURN_BYTEA_P(digest_to_bytea(result));
}
