/*
 * digest.c
 *		Message digests by OpenSSL.
 *
 * Promise: with the other digest_*.c the only files that touch OpenSSL.  Each
 * algorithm is fetched once in a backend's life, and its one context serves
 * every call, so that no error path can leak a handle.  It must never be given a
 * length or pointer that a user chose without a check.
 */
#include "postgres.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "digest.h"
#include "digest_openssl.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(creditbank_digest);

typedef struct DigestAlgorithm
{
	DigestSuite suite;
	const char *suite_name;
	const char *algorithm_name; /* as OpenSSL knows it */
	EVP_MD_CTX *context;		/* made at first use, kept for good */
} DigestAlgorithm;

static DigestAlgorithm algorithms[] = {
	{SUITE_SHA256_ED25519, "sha256-ed25519", "SHA2-256", NULL},
	{SUITE_SM3_SM2, "sm3-sm2", "SM3", NULL}
};

/* reasons are strings that OpenSSL keeps for good */
void
report_openssl_failure(const char *what)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	ereport(ERROR,
			(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
			 errmsg("%s failed", what),
			 errdetail("OpenSSL says: %s.", reason ? reason : "no reason given")));
}

DigestSuite
digest_suite_from_name(const char *name)
{
	for (size_t i = 0; i < lengthof(algorithms); i++)
	{
		if (strcmp(algorithms[i].suite_name, name) == 0)
			return algorithms[i].suite;
	}
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("unknown algorithm suite \"%s\"", name),
			 errhint("The suites are \"sha256-ed25519\" and \"sm3-sm2\".")));
}

/*
 * The context of a suite's algorithm, which is fetched once.  Begun anew without
 * naming the algorithm again, it keeps what it has allocated: that is a tenth
 * of the time of a short digest.
 */
static EVP_MD_CTX *
find_context(DigestSuite suite)
{
	for (size_t i = 0; i < lengthof(algorithms); i++)
	{
		DigestAlgorithm *candidate = &algorithms[i];
		EVP_MD	   *algorithm;
		EVP_MD_CTX *context;

		if (candidate->suite != suite)
			continue;
		if (candidate->context != NULL)
			return candidate->context;
		algorithm = EVP_MD_fetch(NULL, candidate->algorithm_name, NULL);
		context = EVP_MD_CTX_new();
		if (algorithm == NULL || context == NULL ||
			!EVP_DigestInit_ex2(context, algorithm, NULL))
		{
			EVP_MD_CTX_free(context);
			EVP_MD_free(algorithm);
			report_openssl_failure(candidate->algorithm_name);
		}
		EVP_MD_free(algorithm); /* the context holds it */
		candidate->context = context;
		return context;
	}
	elog(ERROR, "no digest algorithm for suite %d", (int) suite);
}

void
digest_compute(DigestSuite suite, const void *data, size_t length,
			   uint8 result[DIGEST_LENGTH])
{
	EVP_MD_CTX *context = find_context(suite);

	if (!EVP_DigestInit_ex2(context, NULL, NULL) ||
		!EVP_DigestUpdate(context, data, length) ||
		!EVP_DigestFinal_ex(context, result, NULL))
		report_openssl_failure("computing a digest");
}

bytea *
bytes_to_bytea(const void *bytes, size_t length)
{
	bytea	   *result = palloc(VARHDRSZ + length);

	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), bytes, length);
	return result;
}

bytea *
digest_to_bytea(const uint8 digest[DIGEST_LENGTH])
{
	return bytes_to_bytea(digest, DIGEST_LENGTH);
}

/* the digest of a value's bytes, its header aside */
bytea *
digest_varlena(const struct varlena *data, const char *suite_name)
{
	uint8		result[DIGEST_LENGTH];

	digest_compute(digest_suite_from_name(suite_name),
				   VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data), result);
	return digest_to_bytea(result);
}

/*
 * digest(data bytea, suite text) -> bytea of 32 bytes
 */
Datum
creditbank_digest(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(digest_varlena(PG_GETARG_VARLENA_PP(0),
									 text_to_cstring(PG_GETARG_TEXT_PP(1))));
}
