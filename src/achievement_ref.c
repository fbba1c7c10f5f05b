/*
 * achievement_ref.c
 *		The identity of an achievement: reading, writing, taking apart.
 *
 * Promise: one canonical text for one achievement, whatever the width, case
 * and surrounding space it was written with, and whatever the locale and the
 * server encoding.  Nothing but canonical bytes may ever become a stored
 * value: input, the constructor and the binary form all pass canonicalise().
 */
#include "postgres.h"

#include <limits.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

#include "achievement_ref.h"
#include "compat.h"
#include "unicode_text.h"

PG_FUNCTION_INFO_V1(achievement_ref_in);
PG_FUNCTION_INFO_V1(achievement_ref_out);
PG_FUNCTION_INFO_V1(achievement_ref_recv);
PG_FUNCTION_INFO_V1(achievement_ref_send);
PG_FUNCTION_INFO_V1(achievement_ref_make);
PG_FUNCTION_INFO_V1(achievement_ref_get_class);
PG_FUNCTION_INFO_V1(achievement_ref_get_issuer);
PG_FUNCTION_INFO_V1(achievement_ref_get_code);
PG_FUNCTION_INFO_V1(achievement_ref_get_serial);
PG_FUNCTION_INFO_V1(achievement_ref_catalogue);

#define BINARY_VERSION 1

/* how many bytes one code point takes in UTF-8 at most */
#define POINT_BYTES_MAX 4

/*
 * Normalization makes text shorter by less than this factor, so longer text
 * is refused before the work is done.
 */
#define SHRINK_MAX 16

/* how much of a refused text the error shows */
#define SHOWN_MAX 300

typedef enum RefPart
{
	PART_CLASS,
	PART_ISSUER,
	PART_CODE,
	PART_SERIAL
} RefPart;

#define PART_COUNT (PART_SERIAL + 1)

static const char *const part_names[PART_COUNT] = {
	"class", "issuer", "code", "serial"
};

/* the separator that stands before a part */
static const char part_separators[PART_COUNT] = {'\0', '/', '/', '#'};

/* in the order of AchievementClass, which begins at 1 */
static const char *const class_names[] = {
	"course", "degree", "cert", "training", "patent",
	"award", "project", "mentoring", "work", "internship"
};

StaticAssertDecl(lengthof(class_names) == CLASS_INTERNSHIP,
				 "every achievement class needs a name");

int
achievement_class_from_name(const char *name, int length)
{
	for (size_t i = 0; i < lengthof(class_names); i++)
	{
		if (length > 0 && class_names[i][0] == name[0] &&
			strncmp(class_names[i], name, length) == 0 && class_names[i][length] == '\0')
			return i + 1;
	}
	return 0;
}

const char *
achievement_class_name(int achievement_class)
{
	Assert(achievement_class >= CLASS_COURSE && achievement_class <= CLASS_INTERNSHIP);
	return class_names[achievement_class - 1];
}

int
achievement_ref_class(const char *canonical, int length)
{
	const char *slash = memchr(canonical, '/', length);

	Assert(slash != NULL);
	return achievement_class_from_name(canonical, slash - canonical);
}

/* what a character may be in a part in plain capitals */
typedef enum PlainKind
{
	PLAIN_NOT,
	PLAIN_WITHIN,				/* after the first */
	PLAIN_WORD
} PlainKind;

static const unsigned char plain_kinds[UCHAR_MAX + 1] = {
	['A'] = PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD,
	PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD,
	PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD,
	PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD,
	['0'] = PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD,
	PLAIN_WORD, PLAIN_WORD, PLAIN_WORD, PLAIN_WORD,
	['-'] = PLAIN_WITHIN, ['.'] = PLAIN_WITHIN, ['_'] = PLAIN_WITHIN
};

/* skips a part in plain capitals; false when there is none */
static inline bool
skip_plain_part(const char **cursor, const char *end)
{
	const unsigned char *p = (const unsigned char *) *cursor;

	if (p == (const unsigned char *) end || plain_kinds[*p] != PLAIN_WORD)
		return false;
	do
		p++;
	while (p < (const unsigned char *) end && plain_kinds[*p] != PLAIN_NOT);
	*cursor = (const char *) p;
	return true;
}

bool
achievement_ref_is_plain(const char *text, int length)
{
	const char *cursor = memchr(text, '/', length);
	const char *end = text + length;

	if (length > ACHIEVEMENT_REF_MAX_LENGTH || cursor == NULL ||
		achievement_class_from_name(text, cursor - text) == 0)
		return false;
	cursor++;
	if (!skip_plain_part(&cursor, end) || cursor == end || *cursor++ != '/' ||
		!skip_plain_part(&cursor, end))
		return false;
	return cursor == end || (*cursor++ == '#' && skip_plain_part(&cursor, end) && cursor == end);
}

/*
 * "*" for what prints, U+3001 for what may not.
 */
static char *
describe_point(pg_wchar point)
{
	if (point == ' ')
		return pstrdup("a space");
	if (point > ' ' && point < 0x7F)
		return psprintf("\"%c\"", (char) point);
	return psprintf("U+%04X", point);
}

static bool
is_allowed(pg_wchar point)
{
	return point == '-' || point == '.' || point == '_' || unicode_is_word(point);
}

/*
 * What is wrong with a part that must not be empty, or NULL.
 */
static char *
find_fault(RefPart part, const pg_wchar *points, int length)
{
	if (length == 0)
		return psprintf("The %s is empty.", part_names[part]);
	for (int i = 0; i < length; i++)
	{
		if (!is_allowed(points[i]))
			return psprintf("The %s holds %s, which is not allowed there.",
							part_names[part], describe_point(points[i]));
	}
	if (!unicode_is_word(points[0]) || unicode_is_mark(points[0]))
		return psprintf("The %s begins with %s, not with a letter or digit.",
						part_names[part], describe_point(points[0]));
	return NULL;
}

/*
 * The class is lower case; NULL if there is no such class.
 */
static const char *
find_class(const pg_wchar *points, int length)
{
	char		name[16];
	int			achievement_class;

	if (length > (int) sizeof(name))
		return NULL;
	for (int i = 0; i < length; i++)
	{
		if (points[i] >= 0x80)
			return NULL;
		name[i] = pg_ascii_tolower((unsigned char) points[i]);
	}
	achievement_class = achievement_class_from_name(name, length);
	return achievement_class ? achievement_class_name(achievement_class) : NULL;
}

static bool
is_ascii(const pg_wchar *points)
{
	while (*points != 0)
	{
		if (*points++ >= 0x80)
			return false;
	}
	return true;
}

/*
 * Normalized, without surrounding space.
 */
static pg_wchar *
normalize(pg_wchar *points)
{
	int			length;

	if (!is_ascii(points))
		points = unicode_compatible(points);
	while (unicode_is_space(*points))
		points++;
	length = unicode_length(points);
	while (length > 0 && unicode_is_space(points[length - 1]))
		length--;
	points[length] = 0;
	return points;
}

/*
 * Capital letters.  Normalized again, because a capital may compose with a
 * mark that its small letter did not compose with.
 */
static pg_wchar *
capitalize(pg_wchar *points)
{
	for (pg_wchar *point = points; *point != 0; point++)
		*point = unicode_upper(*point);
	return is_ascii(points) ? points : unicode_compatible(points);
}

/*
 * Cuts normalized text at its separators, in place.  Parts that are not there
 * are left NULL; a separator too many stays in its part.
 */
static void
split(pg_wchar *points, pg_wchar *parts[PART_COUNT])
{
	RefPart		part = PART_CLASS;

	memset(parts, 0, PART_COUNT * sizeof(pg_wchar *));
	parts[part] = points;
	for (; *points != 0 && part < PART_SERIAL; points++)
	{
		if (*points != (pg_wchar) part_separators[part + 1])
			continue;
		*points = 0;
		parts[++part] = points + 1;
	}
}

/*
 * Makes the stored value of normalized parts; on bad parts returns NULL and
 * says in *fault what is wrong, or NULL when that is reported already.
 */
static struct varlena *
canonicalise(pg_wchar *parts[PART_COUNT], char **fault, Node *escontext)
{
	StringInfoData text;
	const char *class_name;
	struct varlena *result;

	initStringInfo(&text);
	*fault = find_fault(PART_CLASS, parts[PART_CLASS], unicode_length(parts[PART_CLASS]));
	if (*fault != NULL)
		return NULL;
	class_name = find_class(parts[PART_CLASS], unicode_length(parts[PART_CLASS]));
	if (class_name == NULL)
	{
		*fault = pstrdup("The class is unknown.");
		return NULL;
	}
	appendStringInfoString(&text, class_name);

	for (RefPart part = PART_ISSUER; part < PART_COUNT; part++)
	{
		pg_wchar   *points = parts[part];
		int			length;

		if (points == NULL && part == PART_SERIAL)
			break;
		if (points == NULL)
		{
			*fault = psprintf("The %s is missing.", part_names[part]);
			return NULL;
		}
		points = capitalize(points);
		length = unicode_length(points);
		*fault = find_fault(part, points, length);
		if (*fault != NULL)
			return NULL;
		appendStringInfoChar(&text, part_separators[part]);
		enlargeStringInfo(&text, length * POINT_BYTES_MAX);
		text.len += unicode_to_utf8_bytes(points, length, text.data + text.len);
	}

	if (text.len > ACHIEVEMENT_REF_MAX_LENGTH)
	{
		*fault = psprintf("The text is %d bytes long in UTF-8; at most %d are allowed.",
						  text.len, ACHIEVEMENT_REF_MAX_LENGTH);
		return NULL;
	}

	/* a value that this server could not show must not get in */
	if (unicode_utf8_to_server(text.data, text.len, escontext) == NULL)
		return NULL;

	result = palloc(VARHDRSZ + text.len);
	SET_VARSIZE(result, VARHDRSZ + text.len);
	memcpy(VARDATA(result), text.data, text.len);
	return result;
}

static struct varlena *
refuse(const char *text, int length, const char *fault, Node *escontext)
{
	ereturn(escontext, NULL,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type achievement_ref: \"%.*s\"",
					pg_mbcliplen(text, length, SHOWN_MAX), text),
			 errdetail_internal("%s", fault),
			 errhint("Write class/issuer/code or class/issuer/code#serial, as in cert/CN-POST/EXP-OPERATOR#2023-000123. "
					 "The classes are course, degree, cert, training, patent, award, project, mentoring, work, internship.")));
}

struct varlena *
achievement_ref_parse(const char *text, int length, Node *escontext)
{
	pg_wchar   *points;
	pg_wchar   *parts[PART_COUNT];
	char	   *fault;
	struct varlena *result;

	while (length > 0 && scanner_isspace(text[0]))
	{
		text++;
		length--;
	}
	while (length > 0 && scanner_isspace(text[length - 1]))
		length--;
	if (achievement_ref_is_plain(text, length))
		return cstring_to_text_with_len(text, length);
	if (length > ACHIEVEMENT_REF_MAX_LENGTH * SHRINK_MAX)
		return refuse(text, length,
					  psprintf("The text is %d bytes long; at most %d are allowed.",
							   length, ACHIEVEMENT_REF_MAX_LENGTH),
					  escontext);

	points = unicode_from_server(text, length, escontext);
	if (points == NULL)
		return NULL;
	split(normalize(points), parts);
	result = canonicalise(parts, &fault, escontext);
	return result != NULL || fault == NULL ? result :
		refuse(text, length, fault, escontext);
}

Datum
achievement_ref_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	struct varlena *result = achievement_ref_parse(text, strlen(text), fcinfo->context);

	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(result);
}

/*
 * Canonical bytes in the server encoding, with a NUL.
 */
static char *
show(const char *canonical, int length)
{
	char	   *text = pg_any_to_server(canonical, length, PG_UTF8);

	return text == canonical ? pnstrdup(canonical, length) : text;
}

Datum
achievement_ref_out(PG_FUNCTION_ARGS)
{
	struct varlena *ref = PG_GETARG_VARLENA_PP(0);

	PG_RETURN_CSTRING(show(VARDATA_ANY(ref), VARSIZE_ANY_EXHDR(ref)));
}

static void
refuse_binary(const char *fault)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary achievement_ref"),
			 errdetail_internal("%s", fault),
			 errhint("Send a version byte of %d and the canonical text in UTF-8.", BINARY_VERSION)));
}

Datum
achievement_ref_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(message);
	int			length = message->len - message->cursor;
	const char *canonical = pq_getmsgbytes(message, length);
	pg_wchar   *parts[PART_COUNT];
	char	   *fault;
	struct varlena *result;

	if (version != BINARY_VERSION)
		refuse_binary(psprintf("The version is %d.", version));
	if (length > ACHIEVEMENT_REF_MAX_LENGTH)
		refuse_binary(psprintf("The text is %d bytes long in UTF-8; at most %d are allowed.",
							   length, ACHIEVEMENT_REF_MAX_LENGTH));
	if (!pg_verify_mbstr(PG_UTF8, canonical, length, true))
		refuse_binary("The text is not UTF-8.");

	split(normalize(unicode_from_utf8(canonical, length)), parts);
	result = canonicalise(parts, &fault, NULL);
	if (result == NULL)
		refuse_binary(fault);
	if (VARSIZE_ANY_EXHDR(result) != (Size) length ||
		memcmp(VARDATA_ANY(result), canonical, length) != 0)
		refuse_binary("The text is not in canonical form.");
	PG_RETURN_POINTER(result);
}

Datum
achievement_ref_send(PG_FUNCTION_ARGS)
{
	struct varlena *ref = PG_GETARG_VARLENA_PP(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, BINARY_VERSION);
	pq_sendbytes(&message, VARDATA_ANY(ref), VARSIZE_ANY_EXHDR(ref));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * achievement_ref(class text, issuer text, code text, serial text): each part
 * is read by itself, so that no part can smuggle in a separator.
 */
Datum
achievement_ref_make(PG_FUNCTION_ARGS)
{
	pg_wchar   *parts[PART_COUNT] = {NULL};
	StringInfoData whole;
	char	   *fault;
	struct varlena *result;

	if (PG_ARGISNULL(PART_CLASS) || PG_ARGISNULL(PART_ISSUER) || PG_ARGISNULL(PART_CODE))
		PG_RETURN_NULL();

	initStringInfo(&whole);
	for (int part = PART_CLASS; part < PART_COUNT && !PG_ARGISNULL(part); part++)
	{
		text	   *value = PG_GETARG_TEXT_PP(part);
		int			length = VARSIZE_ANY_EXHDR(value);

		if (part > PART_CLASS)
			appendStringInfoChar(&whole, part_separators[part]);
		appendBinaryStringInfo(&whole, VARDATA_ANY(value),
							   pg_mbcliplen(VARDATA_ANY(value), length, SHOWN_MAX));
		if (length > ACHIEVEMENT_REF_MAX_LENGTH * SHRINK_MAX)
			(void) refuse(whole.data, whole.len,
						  psprintf("The %s is %d bytes long; the whole may have at most %d.",
								   part_names[part], length, ACHIEVEMENT_REF_MAX_LENGTH),
						  NULL);
		parts[part] = normalize(unicode_from_server(VARDATA_ANY(value), length, NULL));
	}

	result = canonicalise(parts, &fault, NULL);
	if (result == NULL)
		(void) refuse(whole.data, whole.len, fault, NULL);
	PG_RETURN_POINTER(result);
}

/*
 * Finds a part of canonical text; false if there is no such part, which only
 * the serial may be.
 */
static bool
find_part(struct varlena *ref, RefPart wanted, const char **start, int *length)
{
	const char *end = VARDATA_ANY(ref) + VARSIZE_ANY_EXHDR(ref);
	const char *begin = VARDATA_ANY(ref);

	for (RefPart part = PART_CLASS;; part++)
	{
		const char *stop = NULL;

		if (part < PART_SERIAL)
			stop = memchr(begin, part_separators[part + 1], end - begin);
		if (part == wanted)
		{
			*start = begin;
			*length = (stop != NULL ? stop : end) - begin;
			return true;
		}
		if (stop == NULL)
			return false;
		begin = stop + 1;
	}
}

static Datum
part_datum(FunctionCallInfo fcinfo, RefPart part)
{
	const char *start;
	int			length;

	if (!find_part(PG_GETARG_VARLENA_PP(0), part, &start, &length))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(show(start, length)));
}

Datum
achievement_ref_get_class(PG_FUNCTION_ARGS)
{
	return part_datum(fcinfo, PART_CLASS);
}

Datum
achievement_ref_get_issuer(PG_FUNCTION_ARGS)
{
	return part_datum(fcinfo, PART_ISSUER);
}

Datum
achievement_ref_get_code(PG_FUNCTION_ARGS)
{
	return part_datum(fcinfo, PART_CODE);
}

Datum
achievement_ref_get_serial(PG_FUNCTION_ARGS)
{
	return part_datum(fcinfo, PART_SERIAL);
}

/*
 * catalogue_ref(achievement_ref): the same without its serial.
 */
Datum
achievement_ref_catalogue(PG_FUNCTION_ARGS)
{
	struct varlena *ref = PG_GETARG_VARLENA_PP(0);
	const char *text = VARDATA_ANY(ref);
	const char *code;
	int			code_length;
	int			length;
	struct varlena *result;

	(void) find_part(ref, PART_CODE, &code, &code_length);
	length = code + code_length - text;
	result = palloc(VARHDRSZ + length);
	SET_VARSIZE(result, VARHDRSZ + length);
	memcpy(VARDATA(result), text, length);
	PG_RETURN_POINTER(result);
}
