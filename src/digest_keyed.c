/*
 * digest_keyed.c
 *		Keyed digests: HMAC (RFC 2104) over the hash of a suite.
 *
 * Promise: what a key was turned into is wiped before returning.  It must never
 * keep a key.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "digest.h"

PG_FUNCTION_INFO_V1(creditbank_keyed_digest);

#define BLOCK_LENGTH 64			/* SHA-256 and SM3 alike */
#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

static void
pad_key(const uint8 key[BLOCK_LENGTH], uint8 pad, uint8 *result)
{
	for (int i = 0; i < BLOCK_LENGTH; i++)
		result[i] = key[i] ^ pad;
}

void
digest_compute_keyed(DigestSuite suite, const void *key, size_t key_length,
					 const void *data, size_t length, uint8 result[DIGEST_LENGTH])
{
	uint8		block[BLOCK_LENGTH] = {0};
	uint8		outer[BLOCK_LENGTH + DIGEST_LENGTH];
	uint8	   *inner = palloc(BLOCK_LENGTH + length);

	if (key_length > BLOCK_LENGTH)
		digest_compute(suite, key, key_length, block);
	else
		memcpy(block, key, key_length);
	pad_key(block, INNER_PAD, inner);
	memcpy(inner + BLOCK_LENGTH, data, length);
	pad_key(block, OUTER_PAD, outer);
	digest_compute(suite, inner, BLOCK_LENGTH + length, outer + BLOCK_LENGTH);
	digest_compute(suite, outer, sizeof(outer), result);

	explicit_bzero(inner, BLOCK_LENGTH + length);
	explicit_bzero(outer, sizeof(outer));
	explicit_bzero(block, sizeof(block));
	pfree(inner);
}

/*
 * keyed_digest(data bytea, key bytea, suite text) -> bytea of 32 bytes
 */
Datum
creditbank_keyed_digest(PG_FUNCTION_ARGS)
{
	bytea	   *data = PG_GETARG_BYTEA_PP(0);
	bytea	   *key = PG_GETARG_BYTEA_PP(1);
	uint8		result[DIGEST_LENGTH];

	digest_compute_keyed(digest_suite_from_name(text_to_cstring(PG_GETARG_TEXT_PP(2))),
						 VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key),
						 VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data), result);
	PG_RETURN_BYTEA_P(digest_to_bytea(result));
}
