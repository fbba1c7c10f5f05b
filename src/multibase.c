/*
 * multibase.c
 *		Bytes as text: base58btc and base64url behind a letter that names them;
 *		and public keys in that form, Multikey.
 *
 * Promise: bytes have one text in each encoding, and only that is read: no
 * padding, no blanks, no bits left over.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "compat.h"
#include "digest.h"
#include "errors.h"
#include "multibase.h"

PG_FUNCTION_INFO_V1(creditbank_multibase_encode);
PG_FUNCTION_INFO_V1(creditbank_multibase_decode);
PG_FUNCTION_INFO_V1(creditbank_multikey);
PG_FUNCTION_INFO_V1(creditbank_multikey_public_key);

static const char base58_letters[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static const char base64_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#define ED25519_KEY_LENGTH 32
#define MULTIKEY_LENGTH (2 + ED25519_KEY_LENGTH)

static const uint8 multikey_ed25519[2] = {0xED, 0x01};	/* multicodec ed25519-pub, as a varint */

static int
letter_value(const char *letters, char letter)
{
	const char *found = letter == '\0' ? NULL : strchr(letters, letter);

	return found == NULL ? -1 : found - letters;
}

/*
 * number = number * factor + digit, where number is in base, its lowest place
 * first; the places that it takes.
 */
static int
multiply_add(uint8 *number, int places, int base, int factor, int digit)
{
	int			carry = digit;

	for (int i = 0; i < places; i++)
	{
		carry += number[i] * factor;
		number[i] = carry % base;
		carry /= base;
	}
	for (; carry > 0; carry /= base)
		number[places++] = carry % base;
	return places;
}

/* the text behind the letter; bytes that are zero at the beginning are ones */
static int
encode_base58(const uint8 *bytes, int length, char *result)
{
	uint8		places[BASE58_MAX_CHARS];
	int			count = 0;
	int			zeros = 0;

	while (zeros < length && bytes[zeros] == 0)
		result[zeros++] = base58_letters[0];
	for (int i = zeros; i < length; i++)
		count = multiply_add(places, count, 58, 256, bytes[i]);
	for (int i = 0; i < count; i++)
		result[zeros + i] = base58_letters[places[count - 1 - i]];
	return zeros + count;
}

static bytea *
decode_base58(const char *text, int length, const char **problem)
{
	uint8		places[BASE58_MAX_CHARS];
	uint8		bytes[BASE58_MAX_CHARS];
	int			count = 0;
	int			zeros = 0;

	if (length > BASE58_MAX_CHARS)
	{
		*problem = psprintf("More than %d characters of base58btc are not read.", BASE58_MAX_CHARS);
		return NULL;
	}
	while (zeros < length && text[zeros] == base58_letters[0])
		bytes[zeros++] = 0;
	for (int i = zeros; i < length; i++)
	{
		int			digit = letter_value(base58_letters, text[i]);

		if (digit < 0)
		{
			*problem = psprintf("Character %d is none of base58btc.", i + 2);
			return NULL;
		}
		count = multiply_add(places, count, 256, 58, digit);
	}
	for (int i = 0; i < count; i++)
		bytes[zeros + i] = places[count - 1 - i];
	return bytes_to_bytea(bytes, zeros + count);
}

static int
encode_base64(const uint8 *bytes, int length, char *result)
{
	uint32		bits = 0;
	int			held = 0;
	int			count = 0;

	for (int i = 0; i < length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		bits = (bits << 8 | bytes[i]) & 0xFFFF;
		for (held += 8; held >= 6; held -= 6)
			result[count++] = base64_letters[bits >> (held - 6) & 0x3F];
	}
	if (held > 0)
		result[count++] = base64_letters[bits << (6 - held) & 0x3F];
	return count;
}

static bytea *
decode_base64(const char *text, int length, const char **problem)
{
	bytea	   *result = palloc(VARHDRSZ + (Size) length);
	uint8	   *bytes = (uint8 *) VARDATA(result);
	uint32		bits = 0;
	int			held = 0;

	for (int i = 0; i < length; i++)
	{
		int			digit = letter_value(base64_letters, text[i]);

		CHECK_FOR_INTERRUPTS();
		if (digit < 0)
		{
			*problem = psprintf("Character %d is none of base64url without padding.", i + 2);
			return NULL;
		}
		bits = (bits << 6 | digit) & 0xFFFF;
		held += 6;
		if (held >= 8)
		{
			held -= 8;
			*bytes++ = bits >> held;
		}
	}
	if (held >= 6 || (bits & ((1 << held) - 1)) != 0)
	{
		*problem = "The last character of the base64url cannot stand there.";
		return NULL;
	}
	SET_VARSIZE(result, (char *) bytes - (char *) result);
	return result;
}

text *
multibase_encode(const uint8 *bytes, int length, Multibase base)
{
	text	   *result = palloc(VARHDRSZ + 1 + (Size) length * 3 / 2 + 1);
	char	   *letters = VARDATA(result);
	int			count;

	letters[0] = base;
	count = base == MULTIBASE_BASE58BTC ? encode_base58(bytes, length, letters + 1) :
		encode_base64(bytes, length, letters + 1);
	SET_VARSIZE(result, VARHDRSZ + 1 + count);
	return result;
}

bytea *
multibase_decode(const char *text, int length, const char **problem)
{
	if (length > 0 && text[0] == MULTIBASE_BASE58BTC)
		return decode_base58(text + 1, length - 1, problem);
	if (length > 0 && text[0] == MULTIBASE_BASE64URL)
		return decode_base64(text + 1, length - 1, problem);
	*problem = "It begins with neither \"z\" nor \"u\".";
	return NULL;
}

static Multibase
multibase_from_name(const char *name)
{
	if (strcmp(name, "base58btc") == 0)
		return MULTIBASE_BASE58BTC;
	if (strcmp(name, "base64url") == 0)
		return MULTIBASE_BASE64URL;
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("unknown multibase encoding \"%s\"", name),
			 errhint("The encodings are \"base58btc\" and \"base64url\".")));
}

/*
 * multibase_encode(data bytea, encoding text) -> text
 */
Datum
creditbank_multibase_encode(PG_FUNCTION_ARGS)
{
	bytea	   *data = PG_GETARG_BYTEA_PP(0);
	Multibase	base = multibase_from_name(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	Size		longest = base == MULTIBASE_BASE58BTC ? BASE58_MAX_BYTES : BASE64_MAX_BYTES;

	if (VARSIZE_ANY_EXHDR(data) > longest)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("the data is too long for this encoding"),
				 errdetail("It has %d bytes; at most %d are written so.", (int) VARSIZE_ANY_EXHDR(data), (int) longest),
				 base == MULTIBASE_BASE58BTC ? errhint("Write it in \"base64url\".") : 0));
	PG_RETURN_TEXT_P(multibase_encode((uint8 *) VARDATA_ANY(data), VARSIZE_ANY_EXHDR(data), base));
}

/*
 * multibase_decode(value text) -> bytea
 */
Datum
creditbank_multibase_decode(PG_FUNCTION_ARGS)
{
	text	   *value = PG_GETARG_TEXT_PP(0);
	const char *problem = NULL;
	bytea	   *result = multibase_decode(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &problem);

	if (result == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("the text is no multibase value"),
				 errdetail_internal("%s", problem),
				 errhint("It must be \"z\" and base58btc, or \"u\" and base64url without padding.")));
	PG_RETURN_BYTEA_P(result);
}

/*
 * multikey(public_key bytea) -> text
 */
Datum
creditbank_multikey(PG_FUNCTION_ARGS)
{
	bytea	   *public_key = PG_GETARG_BYTEA_PP(0);
	uint8		bytes[MULTIKEY_LENGTH];

	if (VARSIZE_ANY_EXHDR(public_key) != ED25519_KEY_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("the public key is not one of Ed25519"),
				 errdetail("It has %d bytes.", (int) VARSIZE_ANY_EXHDR(public_key)),
				 errhint("It must have %d bytes.", ED25519_KEY_LENGTH)));
	memcpy(bytes, multikey_ed25519, sizeof(multikey_ed25519));
	memcpy(bytes + sizeof(multikey_ed25519), VARDATA_ANY(public_key), ED25519_KEY_LENGTH);
	PG_RETURN_TEXT_P(multibase_encode(bytes, MULTIKEY_LENGTH, MULTIBASE_BASE58BTC));
}

/*
 * multikey_public_key(multikey text) -> bytea
 */
Datum
creditbank_multikey_public_key(PG_FUNCTION_ARGS)
{
	text	   *multikey = PG_GETARG_TEXT_PP(0);
	const char *problem = NULL;
	bytea	   *bytes = multibase_decode(VARDATA_ANY(multikey), VARSIZE_ANY_EXHDR(multikey), &problem);

	if (bytes != NULL && (VARDATA_ANY(multikey)[0] != MULTIBASE_BASE58BTC ||
						  VARSIZE_ANY_EXHDR(bytes) != MULTIKEY_LENGTH ||
						  memcmp(VARDATA_ANY(bytes), multikey_ed25519, sizeof(multikey_ed25519)) != 0))
		problem = "Its bytes are not ed01 and 32 more, in base58btc.";
	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("the text is no Multikey of an Ed25519 public key"),
				 errdetail_internal("%s", problem),
				 errhint("It begins with \"z6Mk\" and has 48 characters.")));
	PG_RETURN_BYTEA_P(bytes_to_bytea(VARDATA_ANY(bytes) + sizeof(multikey_ed25519), ED25519_KEY_LENGTH));
}
