/*
 * canonical_json.c
 *		JSON in one form: the JSON Canonicalization Scheme, RFC 8785.
 *
 * Promise: two documents have the same canonical bytes exactly when they mean the
 * same, numbers being doubles; and a canonical form is its own.  All is done in
 * UTF-8, whatever the server's encoding is.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "canonical_json.h"
#include "compat.h"
#include "digest.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(creditbank_canonical_json);
PG_FUNCTION_INFO_V1(creditbank_canonical_jsonb);
PG_FUNCTION_INFO_V1(creditbank_canonical_json_bytes);
PG_FUNCTION_INFO_V1(creditbank_canonical_jsonb_bytes);

#define SHOWN_BYTES 60

/* a conversion that may end early; its result has a zero byte at the end, or is NULL */
static char *
convert(const char *text, int length, int from, int to, int *converted_length)
{
	Oid			function = FindDefaultConversionProc(from, to);
	Size		room = (Size) length * MAX_CONVERSION_GROWTH + 1;
	char	   *result;

	if (!OidIsValid(function) || room > MaxAllocSize)
		return NULL;
	result = palloc(room);
	if (pg_do_encoding_conversion_buf(function, from, to, (unsigned char *) text, length,
									  (unsigned char *) result, (int) room, true) != length)
		return NULL;
	*converted_length = strlen(result);
	return result;
}

/* a text of the server in UTF-8, with a zero byte at its end; NULL where it has none */
static char *
utf8_of_server(const char *server_text, int length, int *utf8_length)
{
	int			encoding = GetDatabaseEncoding();

	*utf8_length = length;
	if (encoding == PG_UTF8)
		return pnstrdup(server_text, length);
	if (encoding != PG_SQL_ASCII)
		return convert(server_text, length, encoding, PG_UTF8, utf8_length);
	return pg_verify_mbstr(PG_UTF8, server_text, length, true) ? pnstrdup(server_text, length) : NULL;
}

/* the tree of a text in the server's encoding; false, and the reason, where it has none */
bool
jcs_read_text(const char *server_text, int length, JcsValue *result, const char **problem)
{
	int			utf8_length;
	char	   *utf8;

	if (length > JCS_LONGEST_TEXT)
	{
		*problem = psprintf("It is longer than %d bytes.", JCS_LONGEST_TEXT);
		return false;
	}
	utf8 = utf8_of_server(server_text, length, &utf8_length);
	if (utf8 == NULL)
	{
		*problem = "It cannot be converted to UTF-8.";
		return false;
	}
	return jcs_read(utf8, utf8_length, result, problem);
}

bool
jcs_read_jsonb(Jsonb *jsonb, JcsValue *result, const char **problem)
{
	StringInfoData text;

	initStringInfo(&text);
	(void) JsonbToCString(&text, &jsonb->root, VARSIZE(jsonb));
	return jcs_read_text(text.data, text.len, result, problem);
}

/*
 * Bytes of UTF-8 are in the order of code points.  In UTF-16, code points above
 * U+FFFF come before those from U+E000 on.
 */
static int
utf16_rank(unsigned char c)
{
	return c >= 0xF0 ? c - 2 : c >= 0xEE ? c + 8 : c;
}

int
jcs_compare_names(const void *one, const void *other, void *unused)
{
	const JcsValue *a = &((const JcsMember *) one)->name;
	const JcsValue *b = &((const JcsMember *) other)->name;
	int			shared = Min(a->length, b->length);

	for (int i = 0; i < shared; i++)
	{
		unsigned char x = a->has.bytes[i];
		unsigned char y = b->has.bytes[i];

		if (x != y)
			return utf16_rank(x) - utf16_rank(y);
	}
	return a->length - b->length;
}

static void
write_string(StringInfo result, const char *bytes, int length)
{
	const char *end = bytes + length;
	const char *written = bytes;

	appendStringInfoChar(result, '"');
	for (const char *c = bytes; c < end; c++)
	{
		static const char letters[] = "btn\0fr";	/* of U+0008 to U+000D */

		if ((unsigned char) *c >= ' ' && *c != '"' && *c != '\\')
			continue;
		appendBinaryStringInfo(result, written, c - written);
		written = c + 1;
		if (*c == '"' || *c == '\\')
			appendStringInfo(result, "\\%c", *c);
		else if (*c >= '\b' && *c <= '\r' && letters[*c - '\b'] != '\0')
			appendStringInfo(result, "\\%c", letters[*c - '\b']);
		else
			appendStringInfo(result, "\\u%04x", *c);
	}
	appendBinaryStringInfo(result, written, end - written);
	appendStringInfoChar(result, '"');
}

/* the beginning of a string, in quotes and in the server's encoding, for messages */
char *
jcs_show(const char *utf8, int length)
{
	int			shown = Min(length, SHOWN_BYTES);
	StringInfoData result;
	char	   *converted;

	while (shown > 0 && shown < length && (utf8[shown] & 0xC0) == 0x80)
		shown--;
	initStringInfo(&result);
	write_string(&result, utf8, shown);
	if (shown < length)
		appendStringInfoString(&result, "...");
	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return result.data;
	converted = convert(result.data, result.len, PG_UTF8, GetDatabaseEncoding(), &shown);
	if (converted != NULL)
		return converted;
	for (char *c = result.data; *c != '\0'; c++)
	{
		if (IS_HIGHBIT_SET(*c))
			*c = '?';
	}
	return result.data;
}

static bool
write_array(StringInfo result, const JcsValue *array, const char **problem)
{
	appendStringInfoChar(result, '[');
	for (int i = 0; i < array->length; i++)
	{
		if (i > 0)
			appendStringInfoChar(result, ',');
		if (!jcs_write(result, &array->has.elements[i], problem))
			return false;
	}
	appendStringInfoChar(result, ']');
	return true;
}

static bool
write_object(StringInfo result, const JcsValue *object, const char **problem)
{
	appendStringInfoChar(result, '{');
	for (int i = 0; i < object->length; i++)
	{
		const JcsMember *member = &object->has.members[i];

		if (i > 0)
			appendStringInfoChar(result, ',');
		write_string(result, member->name.has.bytes, member->name.length);
		appendStringInfoChar(result, ':');
		if (!jcs_write(result, &member->value, problem))
			return false;
	}
	appendStringInfoChar(result, '}');
	return true;
}

/* The canonical form, in UTF-8; false, and the reason, where there is none. */
bool
jcs_write(StringInfo result, const JcsValue *value, const char **problem)
{
	char		number[JCS_NUMBER_SIZE];

	CHECK_FOR_INTERRUPTS();
	if (stack_is_too_deep())
	{
		*problem = "It is nested too deeply.";
		return false;
	}
	switch (value->kind)
	{
		case JCS_WORD:
			appendBinaryStringInfo(result, value->has.bytes, value->length);
			return true;
		case JCS_NUMBER:
			if (!jcs_number(value->has.bytes, value->length, number, problem))
				return false;
			appendStringInfoString(result, number);
			return true;
		case JCS_STRING:
			write_string(result, value->has.bytes, value->length);
			return true;
		case JCS_ARRAY:
			return write_array(result, value, problem);
		case JCS_OBJECT:
			return write_object(result, value, problem);
	}
	return false;
}

/* the value of a name in an object, or NULL; also for what is no object */
const JcsValue *
jcs_member(const JcsValue *object, const char *name)
{
	if (object->kind != JCS_OBJECT)
		return NULL;
	for (int i = 0; i < object->length; i++)
	{
		if (jcs_is_string(&object->has.members[i].name, name))
			return &object->has.members[i].value;
	}
	return NULL;
}

/* also for NULL */
bool
jcs_is_string(const JcsValue *value, const char *content)
{
	return value != NULL && value->kind == JCS_STRING && value->length == (int) strlen(content) &&
		memcmp(value->has.bytes, content, value->length) == 0;
}

/* an object without a name that it may have; the rest is shared */
JcsValue
jcs_without(const JcsValue *object, const char *name)
{
	JcsValue	result = *object;

	result.has.members = palloc_extended((Size) object->length * sizeof(JcsMember) + 1, MCXT_ALLOC_HUGE);
	result.length = 0;
	for (int i = 0; i < object->length; i++)
	{
		if (!jcs_is_string(&object->has.members[i].name, name))
			result.has.members[result.length++] = object->has.members[i];
	}
	return result;
}

/* an object in which a name has this value; the rest is shared */
JcsValue
jcs_with(const JcsValue *object, const char *name, const JcsValue *value)
{
	JcsValue	rest = jcs_without(object, name);
	JcsValue	result = rest;
	JcsMember	added = {{JCS_STRING, (int) strlen(name), {.bytes = name}}, *value};
	int			place = 0;

	result.length = rest.length + 1;
	result.has.members = palloc_extended((Size) result.length * sizeof(JcsMember), MCXT_ALLOC_HUGE);
	while (place < rest.length && jcs_compare_names(&rest.has.members[place], &added, NULL) < 0)
		place++;
	memcpy(result.has.members, rest.has.members, place * sizeof(JcsMember));
	result.has.members[place] = added;
	memcpy(result.has.members + place + 1, rest.has.members + place,
		   (rest.length - place) * sizeof(JcsMember));
	return result;
}

/* the form of a document that was read, unless there was a problem */
static StringInfoData
write_or_refuse(const JcsValue *document, const char *problem)
{
	StringInfoData result;

	initStringInfo(&result);
	if (problem == NULL)
		(void) jcs_write(&result, document, &problem);
	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_DOCUMENT),
				 errmsg("the document has no canonical form"),
				 errdetail_internal("%s", problem),
				 errhint("RFC 8785 asks for JSON with each key once in an object, whole Unicode characters, and numbers that are doubles.")));
	return result;
}

static StringInfoData
canonical_form_of_json(FunctionCallInfo fcinfo)
{
	text	   *given = PG_GETARG_TEXT_PP(0);
	const char *problem = NULL;
	JcsValue	document;

	(void) jcs_read_text(VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given), &document, &problem);
	return write_or_refuse(&document, problem);
}

static StringInfoData
canonical_form_of_jsonb(FunctionCallInfo fcinfo)
{
	const char *problem = NULL;
	JcsValue	document;

	(void) jcs_read_jsonb(PG_GETARG_JSONB_P(0), &document, &problem);
	return write_or_refuse(&document, problem);
}

/* a canonical form holds no zero byte */
static text *
text_of_utf8(const StringInfoData *utf8)
{
	return cstring_to_text(pg_any_to_server(utf8->data, utf8->len, PG_UTF8));
}

/*
 * canonical_json(document json) -> text
 */
Datum
creditbank_canonical_json(PG_FUNCTION_ARGS)
{
	StringInfoData form = canonical_form_of_json(fcinfo);

	PG_RETURN_TEXT_P(text_of_utf8(&form));
}

/*
 * canonical_json(document jsonb) -> text
 */
Datum
creditbank_canonical_jsonb(PG_FUNCTION_ARGS)
{
	StringInfoData form = canonical_form_of_jsonb(fcinfo);

	PG_RETURN_TEXT_P(text_of_utf8(&form));
}

/*
 * canonical_json_bytes(document json) -> bytea
 */
Datum
creditbank_canonical_json_bytes(PG_FUNCTION_ARGS)
{
	StringInfoData form = canonical_form_of_json(fcinfo);

	PG_RETURN_BYTEA_P(bytes_to_bytea(form.data, form.len));
}

/*
 * canonical_json_bytes(document jsonb) -> bytea
 */
Datum
creditbank_canonical_jsonb_bytes(PG_FUNCTION_ARGS)
{
	StringInfoData form = canonical_form_of_jsonb(fcinfo);

	PG_RETURN_BYTEA_P(bytes_to_bytea(form.data, form.len));
}
