/*
 * digest_key_file.c
 *		Signing in the server, with the key files that settings name: one for
 *		checkpoints, one for certificates.
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
PG_FUNCTION_INFO_V1(creditbank_certificate_key);
PG_FUNCTION_INFO_V1(creditbank_sign_with_certificate_key);

/* a setting that names a key file, and what keys may be in it */
typedef struct KeySetting
{
	const char *name;
	char	  **path;
	bool		only_ed25519;
} KeySetting;

static const KeySetting signing_setting = {
	"creditbank.signing_key_file", &creditbank_signing_key_file, false
};
static const KeySetting certificate_setting = {
	"creditbank.certificate_key_file", &creditbank_certificate_key_file, true
};

static bool
is_set(const KeySetting *setting)
{
	return *setting->path != NULL && (*setting->path)[0] != '\0';
}

pg_noreturn static void
refuse_key_file(const KeySetting *setting, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_SIGNING_FAILED),
			 errmsg("the key file of %s cannot be used", setting->name),
			 errdetail_internal("%s", detail),
			 errhint("It must be an unencrypted PEM private key, %s, that belongs to the server's user with mode 0600, or to root with mode 0640, or less.",
					 setting->only_ed25519 ? "Ed25519" : "Ed25519 or SM2")));
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
load_key(const KeySetting *setting, const SignatureScheme **scheme)
{
	char		content[KEY_FILE_MAX_LENGTH];
	const char *refusal;
	int			length = key_file_read(*setting->path, content, &refusal);
	bool		encrypted;
	EVP_PKEY   *key;
	char		type[32] = "unknown";

	if (refusal != NULL)
		refuse_key_file(setting, refusal);
	key = parse_key(content, length, &encrypted);
	explicit_bzero(content, sizeof(content));
	if (encrypted)
	{
		EVP_PKEY_free(key);
		refuse_key_file(setting, "The private key is encrypted.");
	}
	if (key == NULL)
		refuse_key_file(setting, "It holds no private key in PEM form.");
	*scheme = signature_scheme_of_key(key);
	if (*scheme != NULL && (!setting->only_ed25519 || signature_scheme_is_ed25519(*scheme)))
		return key;

	if (EVP_PKEY_get0_type_name(key) != NULL)
		strlcpy(type, EVP_PKEY_get0_type_name(key), sizeof(type));
	EVP_PKEY_free(key);
	refuse_key_file(setting, psprintf("The algorithm of the private key is %s.", type));
}

/* a row of the key that a setting names, or none */
static Datum
key_row(FunctionCallInfo fcinfo, const KeySetting *setting)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const SignatureScheme *scheme;
	EVP_PKEY   *key;
	uint8		public_key[PUBLIC_KEY_MAX_LENGTH];
	size_t		length;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	InitMaterializedSRF(fcinfo, 0);
	if (!is_set(setting))
		return (Datum) 0;
	key = load_key(setting, &scheme);
	length = signature_public_key(scheme, key, public_key);
	EVP_PKEY_free(key);
	if (length == 0)
		refuse_key_file(setting, "The private key has no public half.");

	values[0] = CStringGetTextDatum(signature_scheme_name(scheme));
	values[1] = PointerGetDatum(bytes_to_bytea(public_key, length));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	return (Datum) 0;
}

static bytea *
sign_with(const KeySetting *setting, const bytea *message)
{
	const SignatureScheme *scheme;
	EVP_PKEY   *key;
	uint8		signature[SIGNATURE_MAX_LENGTH];
	size_t		length;

	if (!is_set(setting))
		ereport(ERROR,
				(errcode(ERRCODE_CB_SIGNING_FAILED),
				 errmsg("there is no key to sign with"),
				 errdetail("The setting %s is empty.", setting->name),
				 errhint("Set it to the absolute path of a private key, as a superuser.")));
	key = load_key(setting, &scheme);
	length = signature_sign(scheme, key, message, signature);
	EVP_PKEY_free(key);
	if (length == 0)
		refuse_key_file(setting, "The private key makes no signature that its public half verifies.");
	return bytes_to_bytea(signature, length);
}

/*
 * signing_key() -> rows (algorithm text, public_key bytea)
 */
Datum
creditbank_signing_key(PG_FUNCTION_ARGS)
{
	return key_row(fcinfo, &signing_setting);
}

/*
 * sign_with_key_file(message bytea) -> bytea
 */
Datum
creditbank_sign_with_key_file(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(sign_with(&signing_setting, PG_GETARG_BYTEA_PP(0)));
}

/*
 * certificate_key() -> rows (algorithm text, public_key bytea)
 */
Datum
creditbank_certificate_key(PG_FUNCTION_ARGS)
{
	return key_row(fcinfo, &certificate_setting);
}

/*
 * sign_with_certificate_key(message bytea) -> bytea
 */
Datum
creditbank_sign_with_certificate_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(sign_with(&certificate_setting, PG_GETARG_BYTEA_PP(0)));
}
