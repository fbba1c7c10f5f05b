/*
 * multibase.h
 *		Bytes as text that says how it is to be read: multibase, as Controlled
 *		Identifiers v1.0, section 2.4, has it.
 */
#ifndef CREDITBANK_MULTIBASE_H
#define CREDITBANK_MULTIBASE_H

/* What base58btc costs grows with the square of the length. */
#define BASE58_MAX_BYTES 1024
#define BASE58_MAX_CHARS 1400
#define BASE64_MAX_BYTES (512 * 1024 * 1024)	/* whose text fits into a value */

typedef enum Multibase
{
	MULTIBASE_BASE58BTC = 'z',
	MULTIBASE_BASE64URL = 'u'
} Multibase;

extern text *multibase_encode(const uint8 *bytes, int length, Multibase base);

/* NULL, and the reason, for a text that is none */
extern bytea *multibase_decode(const char *text, int length, const char **problem);

#endif							/* CREDITBANK_MULTIBASE_H */
