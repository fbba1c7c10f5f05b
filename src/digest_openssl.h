/*
 * digest_openssl.h
 *		What the files of the room share about OpenSSL.
 *
 * Promise: only src/digest*.c include it.  Between getting a handle from OpenSSL
 * and freeing it, these files call nothing that may raise an error, so that no
 * error path can leak one; and they leave OpenSSL's error queue empty.
 */
#ifndef CREDITBANK_DIGEST_OPENSSL_H
#define CREDITBANK_DIGEST_OPENSSL_H

#include <openssl/evp.h>

#include "compat.h"
#include "digest.h"

#define PUBLIC_KEY_MAX_LENGTH 65	/* SM2 */
#define SIGNATURE_MAX_LENGTH 72 /* SM2 */

typedef struct SignatureScheme SignatureScheme;

pg_noreturn extern void report_openssl_failure(const char *what);

extern const SignatureScheme *signature_scheme_of_key(EVP_PKEY *key);
extern bool signature_scheme_is_ed25519(const SignatureScheme *scheme);
extern const char *signature_scheme_name(const SignatureScheme *scheme);

/* these return lengths, 0 for failure */
extern size_t signature_public_key(const SignatureScheme *scheme, EVP_PKEY *key,
								   uint8 result[PUBLIC_KEY_MAX_LENGTH]);
extern size_t signature_sign(const SignatureScheme *scheme, EVP_PKEY *key, const bytea *message,
							 uint8 result[SIGNATURE_MAX_LENGTH]);

#endif							/* CREDITBANK_DIGEST_OPENSSL_H */
