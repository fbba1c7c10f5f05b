/*
 * digest_key_file.c
 *		Signing in the server, with the key file of creditbank.signing_key_file.
 *
 * Promise: the file is read at each call and the key kept nowhere; no error shows
 * a byte of it, nor its path, which only superusers may know.  It must never read
 * the file but by key_file.c.
 */
#include "postgres.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "compat.h"
#include "creditbank.h"
#include "digest.h"
#include "digest_openssl.h"
#include "errors.h"
#include "key_file.h"

PG_FUNCTION_INFO_V1(creditbank_signing_key);
PG_FUNCTION_INFO_V1(creditbank_sign_with_key_file);

static bool
signing_key_is_set(void)
{
	return creditbank_signing_key_file != NULL && creditbank_signing_key_file[0] != '\0';
}

pg_noreturn static void
refuse_key_file(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_SIGNING_FAILED),
			 errmsg("the key file of creditbank.signing_key_file cannot be used"),
			 errdetail_internal("%s", detail),
			 errhint("It must be an unencrypted PEM private key, Ed25519 or SM2, that belongs to the server's user with mode 0600, or to root with mode 0640, or less.")));
}

/* OpenSSL asks for the passphrase of an encrypted key: there is none */
static int
note_encryption(char *buffer, int size, int writing, void *encrypted)
{
	*(bool *) encrypted = true;
	return -1;
}

static EVP_PKEY *
parse_key(const char *content, int length, bool *encrypted)
{
	BIO		   *source = BIO_new_mem_buf(content, length);
	EVP_PKEY   *key = NULL;

	*encrypted = false;
	if (source != NULL)
		key = PEM_read_bio_PrivateKey(source, NULL, note_encryption, encrypted);
	BIO_free(source);
	ERR_clear_error();
	return key;
}

/* the caller frees the key, and before that calls nothing that may raise */
static EVP_PKEY *
load_key(const SignatureScheme **scheme)
{
	char		content[KEY_FILE_MAX_LENGTH];
	const char *refusal;
	int			length = key_file_read(creditbank_signing_key_file, content, &refusal);
	bool		encrypted;
	EVP_PKEY   *key;
	char		type[32] = "unknown";

	if (refusal != NULL)
		refuse_key_file(refusal);
	key = parse_key(content, length, &encrypted);
	explicit_bzero(content, sizeof(content));
	if (encrypted)
	{
		EVP_PKEY_free(key);
		refuse_key_file("The private key is encrypted.");
	}
	if (key == NULL)
		refuse_key_file("It holds no private key in PEM form.");
	*scheme = signature_scheme_of_key(key);
	if (*scheme != NULL)
		return key;

	if (EVP_PKEY_get0_type_name(key) != NULL)
		strlcpy(type, EVP_PKEY_get0_type_name(key), sizeof(type));
	EVP_PKEY_free(key);
	refuse_key_file(psprintf("The algorithm of the private key is %s.", type));
}

/*
 * signing_key() -> rows (algorithm text, public_key bytea)
 */
Datum
creditbank_signing_key(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const SignatureScheme *scheme;
	EVP_PKEY   *key;
	uint8		public_key[PUBLIC_KEY_MAX_LENGTH];
	size_t		length;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	InitMaterializedSRF(fcinfo, 0);
	if (!signing_key_is_set())
		return (Datum) 0;
	key = load_key(&scheme);
	length = signature_public_key(scheme, key, public_key);
	EVP_PKEY_free(key);
	if (length == 0)
		refuse_key_file("The private key has no public half.");

	values[0] = CStringGetTextDatum(signature_scheme_name(scheme));
	values[1] = PointerGetDatum(bytes_to_bytea(public_key, length));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	return (Datum) 0;
}

/*
 * sign_with_key_file(message bytea) -> bytea
 */
Datum
creditbank_sign_with_key_file(PG_FUNCTION_ARGS)
{
	bytea	   *message = PG_GETARG_BYTEA_PP(0);
	const SignatureScheme *scheme;
	EVP_PKEY   *key;
	uint8		signature[SIGNATURE_MAX_LENGTH];
	size_t		length;

	if (!signing_key_is_set())
		ereport(ERROR,
				(errcode(ERRCODE_CB_SIGNING_FAILED),
				 errmsg("there is no key to sign with"),
				 errdetail("The setting creditbank.signing_key_file is empty."),
				 errhint("Set it to the absolute path of a private key, as a superuser.")));
	key = load_key(&scheme);
	length = signature_sign(scheme, key, message, signature);
	EVP_PKEY_free(key);
	if (length == 0)
		refuse_key_file("The private key makes no signature that its public half verifies.");
	PG_RETURN_BYTEA_P(bytes_to_bytea(signature, length));
}
