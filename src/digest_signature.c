/*
 * digest_signature.c
 *		Signatures by OpenSSL: Ed25519 and SM2.
 *
 * Promise: a signature is valid, or it is not; malformed keys and signatures are
 * not, and no bytes whatsoever raise an error.  An OpenSSL without the algorithm
 * does raise one: it cannot tell.  It must never hold a key longer than a call.
 */
#include "postgres.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "digest.h"
#include "digest_openssl.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(creditbank_verify_signature);

#define ED25519_PUBLIC_KEY_LENGTH 32

#define SM2_COORDINATE_LENGTH 32
#define SM2_PUBLIC_KEY_LENGTH (1 + 2 * SM2_COORDINATE_LENGTH)
#define SM2_POINT_UNCOMPRESSED 0x04
#define SM2_DISTINGUISHING_ID "1234567812345678"	/* GM/T 0009-2012, section 10 */

struct SignatureScheme
{
	SignatureAlgorithm algorithm;
	const char *name;
	const char *openssl_name;
	const char *digest_name;	/* NULL where the algorithm has its own */
	EVP_SIGNATURE *implementation;	/* fetched at first use, kept for good */
};

static SignatureScheme schemes[] = {
	{SIGNATURE_ED25519, "ed25519", "ED25519", NULL, NULL},
	{SIGNATURE_SM2, "sm2", "SM2", "SM3", NULL}
};

/* EVP_DigestSignInit_ex or EVP_DigestVerifyInit_ex */
typedef int (*SignatureInit) (EVP_MD_CTX *, EVP_PKEY_CTX **, const char *, OSSL_LIB_CTX *,
							  const char *, EVP_PKEY *, const OSSL_PARAM[]);

SignatureAlgorithm
signature_algorithm_from_name(const char *name)
{
	for (size_t i = 0; i < lengthof(schemes); i++)
	{
		if (strcmp(schemes[i].name, name) == 0)
			return schemes[i].algorithm;
	}
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("unknown signature algorithm \"%s\"", name),
			 errhint("The algorithms are \"ed25519\" and \"sm2\".")));
}

/*
 * Some builds of OpenSSL leave SM2 out.  Without this test every signature
 * would look invalid there.
 */
static const SignatureScheme *
fetch_scheme(SignatureAlgorithm algorithm)
{
	for (size_t i = 0; i < lengthof(schemes); i++)
	{
		SignatureScheme *scheme = &schemes[i];

		if (scheme->algorithm != algorithm)
			continue;
		if (scheme->implementation == NULL)
			scheme->implementation = EVP_SIGNATURE_fetch(NULL, scheme->openssl_name, NULL);
		if (scheme->implementation == NULL)
			report_openssl_failure(scheme->openssl_name);
		return scheme;
	}
	elog(ERROR, "no signature scheme for algorithm %d", (int) algorithm);
}

/* the scheme a key is of, or NULL */
const SignatureScheme *
signature_scheme_of_key(EVP_PKEY *key)
{
	for (size_t i = 0; i < lengthof(schemes); i++)
	{
		if (EVP_PKEY_is_a(key, schemes[i].openssl_name))
			return &schemes[i];
	}
	return NULL;
}

bool
signature_scheme_is_ed25519(const SignatureScheme *scheme)
{
	return scheme->algorithm == SIGNATURE_ED25519;
}

const char *
signature_scheme_name(const SignatureScheme *scheme)
{
	return scheme->name;
}

/*
 * Of the forms of a point only the uncompressed one is let in, so that a key has
 * one form.  OpenSSL refuses points that are not on the curve.
 */
static EVP_PKEY *
sm2_public_key(const uint8 *bytes, size_t length)
{
	EVP_PKEY   *key = NULL;
	EVP_PKEY_CTX *context;
	OSSL_PARAM	params[3];

	if (length != SM2_PUBLIC_KEY_LENGTH || bytes[0] != SM2_POINT_UNCOMPRESSED)
		return NULL;
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *) "SM2", 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *) bytes, length);
	params[2] = OSSL_PARAM_construct_end();

	context = EVP_PKEY_CTX_new_from_name(NULL, "SM2", NULL);
	if (context != NULL && EVP_PKEY_fromdata_init(context) == 1)
		(void) EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
	EVP_PKEY_CTX_free(context);
	return key;
}

/* NULL for bytes that are no public key */
static EVP_PKEY *
public_key_from_bytes(const SignatureScheme *scheme, const uint8 *bytes, size_t length)
{
	if (scheme->algorithm == SIGNATURE_SM2)
		return sm2_public_key(bytes, length);
	if (length != ED25519_PUBLIC_KEY_LENGTH)
		return NULL;
	return EVP_PKEY_new_raw_public_key_ex(NULL, scheme->openssl_name, NULL, bytes, length);
}

static size_t
sm2_public_key_bytes(EVP_PKEY *key, uint8 *result)
{
	BIGNUM	   *x = NULL;
	BIGNUM	   *y = NULL;
	bool		done;

	result[0] = SM2_POINT_UNCOMPRESSED;
	done = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
		EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 &&
		BN_bn2binpad(x, result + 1, SM2_COORDINATE_LENGTH) == SM2_COORDINATE_LENGTH &&
		BN_bn2binpad(y, result + 1 + SM2_COORDINATE_LENGTH, SM2_COORDINATE_LENGTH) == SM2_COORDINATE_LENGTH;
	BN_free(x);
	BN_free(y);
	return done ? SM2_PUBLIC_KEY_LENGTH : 0;
}

/* the bytes of a key's public half, in the form that verification takes */
size_t
signature_public_key(const SignatureScheme *scheme, EVP_PKEY *key,
					 uint8 result[PUBLIC_KEY_MAX_LENGTH])
{
	size_t		length = ED25519_PUBLIC_KEY_LENGTH;

	if (scheme->algorithm == SIGNATURE_SM2)
		length = sm2_public_key_bytes(key, result);
	else if (EVP_PKEY_get_raw_public_key(key, result, &length) != 1)
		length = 0;
	ERR_clear_error();
	return length;
}

/* a context ready to sign or verify one message, or NULL */
static EVP_MD_CTX *
begin(const SignatureScheme *scheme, EVP_PKEY *key, SignatureInit init)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_context = NULL;

	if (context != NULL &&
		init(context, &key_context, scheme->digest_name, NULL, NULL, key, NULL) == 1 &&
		(scheme->algorithm != SIGNATURE_SM2 ||
		 EVP_PKEY_CTX_set1_id(key_context, SM2_DISTINGUISHING_ID, strlen(SM2_DISTINGUISHING_ID)) == 1))
		return context;
	EVP_MD_CTX_free(context);
	return NULL;
}

static bool
verify_with_key(const SignatureScheme *scheme, EVP_PKEY *key, const bytea *message,
				const uint8 *signature, size_t length)
{
	EVP_MD_CTX *context = begin(scheme, key, EVP_DigestVerifyInit_ex);
	bool		valid;

	valid = context != NULL &&
		EVP_DigestVerify(context, signature, length,
						 (const uint8 *) VARDATA_ANY(message), VARSIZE_ANY_EXHDR(message)) == 1;
	EVP_MD_CTX_free(context);
	return valid;
}

/*
 * A signature, checked by the key's own public half: a file may hold two halves
 * that do not belong together.
 */
size_t
signature_sign(const SignatureScheme *scheme, EVP_PKEY *key, const bytea *message,
			   uint8 result[SIGNATURE_MAX_LENGTH])
{
	EVP_MD_CTX *context = begin(scheme, key, EVP_DigestSignInit_ex);
	size_t		length = SIGNATURE_MAX_LENGTH;

	if (context == NULL ||
		EVP_DigestSign(context, result, &length,
					   (const uint8 *) VARDATA_ANY(message), VARSIZE_ANY_EXHDR(message)) != 1 ||
		!verify_with_key(scheme, key, message, result, length))
		length = 0;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return length;
}

bool
signature_verify(SignatureAlgorithm algorithm, const bytea *public_key,
				 const bytea *message, const bytea *signature)
{
	const SignatureScheme *scheme = fetch_scheme(algorithm);
	EVP_PKEY   *key;
	bool		valid;

	key = public_key_from_bytes(scheme, (const uint8 *) VARDATA_ANY(public_key),
								VARSIZE_ANY_EXHDR(public_key));
	valid = key != NULL &&
		verify_with_key(scheme, key, message,
						(const uint8 *) VARDATA_ANY(signature), VARSIZE_ANY_EXHDR(signature));
	EVP_PKEY_free(key);
	ERR_clear_error();
	return valid;
}

/*
 * verify_signature(message bytea, signature bytea, public_key bytea,
 *		algorithm text) -> boolean
 */
Datum
creditbank_verify_signature(PG_FUNCTION_ARGS)
{
	bytea	   *message = PG_GETARG_BYTEA_PP(0);
	bytea	   *signature = PG_GETARG_BYTEA_PP(1);
	bytea	   *public_key = PG_GETARG_BYTEA_PP(2);
	char	   *algorithm = text_to_cstring(PG_GETARG_TEXT_PP(3));

	PG_RETURN_BOOL(signature_verify(signature_algorithm_from_name(algorithm),
									public_key, message, signature));
}
