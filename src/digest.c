/*
 * digest.c
 *		Message digests by OpenSSL.
 *
 * Promise: with the other digest_*.c the only files that touch OpenSSL.  Each
 * algorithm is fetched once in a backend's life and one context serves every call, so that no error path
 * can leak a handle.  It must never be given a length or pointer that a user
 * chose without a check.
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
	EVP_MD	   *algorithm;		/* fetched at first use, kept for good */
} DigestAlgorithm;

static DigestAlgorithm algorithms[] = {
	{SUITE_SHA256_ED25519, "sha256-ed25519", "SHA2-256", NULL},
	{SUITE_SM3_SM2, "sm3-sm2", "SM3", NULL}
};

static EVP_MD_CTX *digest_context = NULL;

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

static const EVP_MD *
fetch_algorithm(DigestSuite suite)
{
	for (size_t i = 0; i < lengthof(algorithms); i++)
	{
		DigestAlgorithm *candidate = &algorithms[i];

		if (candidate->suite != suite)
			continue;
		if (candidate->algorithm == NULL)
			candidate->algorithm = EVP_MD_fetch(NULL, candidate->algorithm_name, NULL);
		if (candidate->algorithm == NULL)
			report_openssl_failure(candidate->algorithm_name);
		return candidate->algorithm;
	}
	elog(ERROR, "no digest algorithm for suite %d", (int) suite);
}

void
digest_compute(DigestSuite suite, const void *data, size_t length,
			   uint8 result[DIGEST_LENGTH])
{
	const EVP_MD *algorithm = fetch_algorithm(suite);

	if (digest_context == NULL)
		digest_context = EVP_MD_CTX_new();
	if (digest_context == NULL ||
		!EVP_DigestInit_ex2(digest_context, algorithm, NULL) ||
		!EVP_DigestUpdate(digest_context, data, length) ||
		!EVP_DigestFinal_ex(digest_context, result, NULL))
		report_openssl_failure("computing a digest");
}

bytea *
digest_to_bytea(const uint8 digest[DIGEST_LENGTH])
{
	bytea	   *result = palloc(VARHDRSZ + DIGEST_LENGTH);

	SET_VARSIZE(result, VARHDRSZ + DIGEST_LENGTH);
	memcpy(VARDATA(result), digest, DIGEST_LENGTH);
	return result;
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
