/*
 * status_bits.c
 *		Lists of bits, compressed: the encodedList of W3C Bitstring Status List v1.0.
 *
 * Promise: bit 0 is the highest bit of the first byte; a list has no fewer places
 * than the standard's least, so that a place says little about whom it is of; and
 * whatever a text claims to hold, expanding it takes little memory and ends at
 * the size of the longest list.
 */
#include "postgres.h"

#include <zlib.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "errors.h"
#include "multibase.h"

PG_FUNCTION_INFO_V1(creditbank_status_bits);
PG_FUNCTION_INFO_V1(creditbank_status_bit);

#define SMALLEST_LIST 131072
#define LARGEST_LIST (64 * 1024 * 1024)
#define GZIP_WINDOW (15 + 16)	/* the largest, and the format of gzip */
#define PORTION 8192

/* zlib's memory is the server's, so that no error leaves any behind */
static voidpf
allocate(voidpf context, uInt count, uInt size)
{
	return palloc_extended((Size) count * size, MCXT_ALLOC_NO_OOM);
}

static void
release(voidpf context, voidpf memory)
{
	pfree(memory);
}

pg_noreturn static void
report_zlib_failure(const char *message, int code)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("%s", message),
			 errdetail("zlib says %d.", code)));
}

static text *
compress_bits(uint8 *bits, int length)
{
	z_stream	stream = {.zalloc = allocate, .zfree = release};
	uint8	   *compressed;
	uLong		room;
	int			code = deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY);

	if (code != Z_OK)
		report_zlib_failure("the status list cannot be compressed", code);
	room = deflateBound(&stream, length);
	compressed = palloc(room);
	stream.next_in = bits;
	stream.next_out = compressed;
	stream.avail_out = room;
	while (code == Z_OK)
	{
		/* zlib takes half a minute for all of the largest */
		CHECK_FOR_INTERRUPTS();
		stream.avail_in = Min(length, PORTION);
		length -= stream.avail_in;
		code = deflate(&stream, length > 0 ? Z_NO_FLUSH : Z_FINISH);
	}
	if (code != Z_STREAM_END)
		report_zlib_failure("the status list cannot be compressed", code);
	(void) deflateEnd(&stream);
	return multibase_encode(compressed, stream.total_out, MULTIBASE_BASE64URL);
}

static void
check_size(int size)
{
	if (size < SMALLEST_LIST || size > LARGEST_LIST || size % 8 != 0)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("a status list of %d places cannot be made", size),
				 errhint("The number of places is a multiple of 8 from %d to %d.",
						 SMALLEST_LIST, LARGEST_LIST)));
}

/*
 * status_bits(places integer[], size integer) -> text
 */
Datum
creditbank_status_bits(PG_FUNCTION_ARGS)
{
	ArrayType  *places = PG_GETARG_ARRAYTYPE_P(0);
	int			size = PG_GETARG_INT32(1);
	uint8	   *bits;
	Datum	   *values;
	bool	   *nulls;
	int			count;

	check_size(size);
	bits = palloc0(size / 8);
	deconstruct_array(places, INT4OID, sizeof(int32), true, TYPALIGN_INT, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		int			place = nulls[i] ? -1 : DatumGetInt32(values[i]);

		if (place < 0 || place >= size)
			ereport(ERROR,
					(errcode(ERRCODE_CB_INVALID_PARAMETER),
					 nulls[i] ? errmsg("a place in a status list is missing") :
					 errmsg("a status list of %d places has no place %d", size, place),
					 errhint("Places count from 0.")));
		bits[place / 8] |= 0x80 >> place % 8;
	}
	PG_RETURN_TEXT_P(compress_bits(bits, size / 8));
}

pg_noreturn static void
refuse_list(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("the text is no status list"),
			 errdetail_internal("%s", detail),
			 errhint("It must be the encodedList of a BitstringStatusListCredential: \"u\", then base64url of gzip.")));
}

/*
 * Expands a list, keeping one byte of it; the number of its bytes.  All of it is
 * expanded, so that its check value is looked at.
 */
static int
expand_bits(const bytea *compressed, int wanted, uint8 *byte)
{
	z_stream	stream = {.zalloc = allocate, .zfree = release};
	uint8		portion[PORTION];
	int			code = inflateInit2(&stream, GZIP_WINDOW);
	int			rest = VARSIZE_ANY_EXHDR(compressed);
	int			length = 0;

	if (code != Z_OK)
		report_zlib_failure("the status list cannot be expanded", code);
	stream.next_in = (Bytef *) VARDATA_ANY(compressed);
	while (code != Z_STREAM_END)
	{
		int			got;

		/* there is gzip of any length that expands to nothing */
		CHECK_FOR_INTERRUPTS();
		if (stream.avail_in == 0)
		{
			stream.avail_in = Min(rest, PORTION);
			rest -= stream.avail_in;
		}
		stream.next_out = portion;
		stream.avail_out = PORTION;
		code = inflate(&stream, Z_NO_FLUSH);
		got = PORTION - stream.avail_out;
		if (code != Z_OK && code != Z_STREAM_END)
			refuse_list("It cannot be expanded.");
		if (wanted >= length && wanted < length + got)
			*byte = portion[wanted - length];
		length += got;
		if (length > LARGEST_LIST / 8)
			refuse_list(psprintf("It has more than %d places.", LARGEST_LIST));
	}
	if (stream.avail_in > 0 || rest > 0)
		refuse_list("Something stands behind the compressed bits.");
	(void) inflateEnd(&stream);
	return length;
}

/*
 * status_bit(encoded text, place integer) -> boolean
 */
Datum
creditbank_status_bit(PG_FUNCTION_ARGS)
{
	text	   *encoded = PG_GETARG_TEXT_PP(0);
	int			place = PG_GETARG_INT32(1);
	const char *problem = "It does not begin with \"u\".";
	bytea	   *compressed = NULL;
	uint8		byte = 0;
	int			length;

	if (VARSIZE_ANY_EXHDR(encoded) > 0 && VARDATA_ANY(encoded)[0] == MULTIBASE_BASE64URL)
		compressed = multibase_decode(VARDATA_ANY(encoded), VARSIZE_ANY_EXHDR(encoded), &problem);
	if (compressed == NULL)
		refuse_list(problem);
	length = expand_bits(compressed, place / 8, &byte);
	if (length < SMALLEST_LIST / 8)
		refuse_list(psprintf("It has %d places, fewer than %d.", length * 8, SMALLEST_LIST));
	if (place < 0 || place >= length * 8)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("a status list of %d places has no place %d", length * 8, place),
				 errhint("Places count from 0.")));
	PG_RETURN_BOOL((byte & 0x80 >> place % 8) != 0);
}
