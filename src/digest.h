/*
 * digest.h
 *		Message digests for the rooms above.
 *
 * Promise: digest.c is the only file that touches OpenSSL.
 */
#ifndef CREDITBANK_DIGEST_H
#define CREDITBANK_DIGEST_H

#define DIGEST_LENGTH 32		/* SHA-256 and SM3 alike */

/*
 * Algorithm suites of a ledger.  The numbers are part of the canonical bytes:
 * never change or reuse one.
 */
typedef enum DigestSuite
{
	SUITE_SHA256_ED25519 = 1,
	SUITE_SM3_SM2 = 2
} DigestSuite;

extern DigestSuite digest_suite_from_name(const char *name);
extern void digest_compute(DigestSuite suite, const void *data, size_t length,
						   uint8 result[DIGEST_LENGTH]);
extern bytea *digest_to_bytea(const uint8 digest[DIGEST_LENGTH]);
extern bytea *digest_varlena(const struct varlena *data, const char *suite_name);

#endif							/* CREDITBANK_DIGEST_H */
