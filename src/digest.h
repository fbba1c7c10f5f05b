/*
 * digest.h
 *		Message digests and signatures for the rooms above.
 *
 * Promise: the files digest*.c are the only ones that touch OpenSSL.
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
extern void digest_compute_keyed(DigestSuite suite, const void *key, size_t key_length,
								 const void *data, size_t length, uint8 result[DIGEST_LENGTH]);
extern bytea *bytes_to_bytea(const void *bytes, size_t length);
extern bytea *digest_to_bytea(const uint8 digest[DIGEST_LENGTH]);
extern bytea *digest_varlena(const struct varlena *data, const char *suite_name);

/*
 * Signatures, in digest_signature.c.  A public key is the 32 bytes of RFC 8032
 * (Ed25519), or the 65 bytes of an uncompressed point (SM2); a signature the 64
 * bytes of RFC 8032, or the DER form of GM/T 0009 (SM2), whose distinguishing
 * id is always "1234567812345678".  Malformed ones are false, never an error.
 */
typedef enum SignatureAlgorithm
{
	SIGNATURE_ED25519,
	SIGNATURE_SM2
} SignatureAlgorithm;

extern SignatureAlgorithm signature_algorithm_from_name(const char *name);
extern bool signature_verify(SignatureAlgorithm algorithm, const bytea *public_key,
							 const bytea *message, const bytea *signature);

#endif							/* CREDITBANK_DIGEST_H */
