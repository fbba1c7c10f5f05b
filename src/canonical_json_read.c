/*
 * canonical_json_read.c
 *		JSON text into a tree, for which the server's own lexer finds the tokens.
 *
 * Promise: a tree has one meaning.  A name twice in an object and half of a
 * surrogate pair are refused, which the server's type json lets through.  It must
 * never raise an error for what a text holds.
 */
#include "postgres.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "canonical_json.h"
#include "compat.h"

#define FIRST_ROOM 4

typedef struct Reader
{
	JsonLexContext *lex;
	const char *text;
	const char *problem;
} Reader;

static bool read_value(Reader *reader, JcsValue *result);

static bool
refuse(Reader *reader, const char *problem)
{
	reader->problem = problem;
	return false;
}

static bool
refuse_token(Reader *reader)
{
	if (reader->lex->token_start == NULL)
		return refuse(reader, "It is no JSON: it ends too early.");
	return refuse(reader, psprintf("It is no JSON from byte %d on.",
								   (int) (reader->lex->token_start - reader->text) + 1));
}

static bool
advance(Reader *reader)
{
	return json_lex(reader->lex) == JSON_SUCCESS || refuse_token(reader);
}

/* advances when the token is the one expected */
static bool
accept_token(Reader *reader, JsonTokenType type)
{
	return reader->lex->token_type == type ? advance(reader) : refuse_token(reader);
}

/* the four digits behind \u, which the lexer has seen */
static pg_wchar
code_unit(const char *digits)
{
	pg_wchar	unit = 0;

	for (int i = 0; i < 4; i++)
	{
		char		c = digits[i];

		unit = unit * 16 + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return unit;
}

/* a \u escape, or two of them, at the cursor, which is moved behind */
static bool
read_unicode_escape(const char **cursor, const char *end, char **target)
{
	pg_wchar	point = code_unit(*cursor + 2);

	*cursor += 6;
	if (is_utf16_surrogate_second(point))
		return false;
	if (is_utf16_surrogate_first(point))
	{
		pg_wchar	second;

		if (end - *cursor < 6 || (*cursor)[0] != '\\' || (*cursor)[1] != 'u')
			return false;
		second = code_unit(*cursor + 2);
		if (!is_utf16_surrogate_second(second))
			return false;
		*cursor += 6;
		point = surrogate_pair_to_codepoint(point, second);
	}
	unicode_to_utf8(point, (unsigned char *) *target);
	*target += pg_utf_mblen((unsigned char *) *target);
	return true;
}

static char
simple_escape(char c)
{
	switch (c)
	{
		case 'b':
			return '\b';
		case 'f':
			return '\f';
		case 'n':
			return '\n';
		case 'r':
			return '\r';
		case 't':
			return '\t';
		default:
			return c;
	}
}

/* what the string at the reader means; a string without escapes is not copied */
static bool
read_string(Reader *reader, JcsValue *result)
{
	const char *cursor = reader->lex->token_start + 1;
	const char *end = reader->lex->token_terminator - 1;
	char	   *copy,
			   *target;

	result->kind = JCS_STRING;
	result->has.bytes = cursor;
	result->length = end - cursor;
	if (memchr(cursor, '\\', end - cursor) == NULL)
		return advance(reader);

	copy = target = palloc(end - cursor);
	while (cursor < end)
	{
		if (*cursor != '\\')
			*target++ = *cursor++;
		else if (cursor[1] != 'u')
		{
			*target++ = simple_escape(cursor[1]);
			cursor += 2;
		}
		else if (!read_unicode_escape(&cursor, end, &target))
			return refuse(reader, "A string holds half of a surrogate pair.");
	}
	result->has.bytes = copy;
	result->length = target - copy;
	return advance(reader);
}

/* makes room for one more in an array that has a power of two of them, or none */
static void *
make_room(void *array, int length, size_t size)
{
	if (length == 0)
		return palloc(FIRST_ROOM * size);
	if (length < FIRST_ROOM || (length & (length - 1)) != 0)
		return array;
	return repalloc_huge(array, 2 * (Size) length * size);
}

static bool
read_array(Reader *reader, JcsValue *result)
{
	result->kind = JCS_ARRAY;
	result->length = 0;
	result->has.elements = NULL;
	if (!advance(reader))
		return false;
	while (reader->lex->token_type != JSON_TOKEN_ARRAY_END)
	{
		if (result->length > 0 && !accept_token(reader, JSON_TOKEN_COMMA))
			return false;
		result->has.elements = make_room(result->has.elements, result->length, sizeof(JcsValue));
		if (!read_value(reader, &result->has.elements[result->length]))
			return false;
		result->length++;
	}
	return advance(reader);
}

static bool
read_member(Reader *reader, JcsMember *result)
{
	if (reader->lex->token_type != JSON_TOKEN_STRING)
		return refuse_token(reader);
	return read_string(reader, &result->name) &&
		accept_token(reader, JSON_TOKEN_COLON) &&
		read_value(reader, &result->value);
}

static bool
sort_members(Reader *reader, JcsValue *object)
{
	JcsMember  *members = object->has.members;

	qsort_interruptible(members, object->length, sizeof(JcsMember), jcs_compare_names, NULL);
	for (int i = 1; i < object->length; i++)
	{
		if (jcs_compare_names(&members[i - 1], &members[i], NULL) == 0)
			return refuse(reader, psprintf("The key %s occurs twice in one object.",
										   jcs_show(members[i].name.has.bytes, members[i].name.length)));
	}
	return true;
}

static bool
read_object(Reader *reader, JcsValue *result)
{
	result->kind = JCS_OBJECT;
	result->length = 0;
	result->has.members = NULL;
	if (!advance(reader))
		return false;
	while (reader->lex->token_type != JSON_TOKEN_OBJECT_END)
	{
		if (result->length > 0 && !accept_token(reader, JSON_TOKEN_COMMA))
			return false;
		result->has.members = make_room(result->has.members, result->length, sizeof(JcsMember));
		if (!read_member(reader, &result->has.members[result->length]))
			return false;
		result->length++;
	}
	return sort_members(reader, result) && advance(reader);
}

static bool
read_plain(Reader *reader, JcsKind kind, JcsValue *result)
{
	result->kind = kind;
	result->has.bytes = reader->lex->token_start;
	result->length = reader->lex->token_terminator - reader->lex->token_start;
	return advance(reader);
}

static bool
read_value(Reader *reader, JcsValue *result)
{
	CHECK_FOR_INTERRUPTS();
	if (stack_is_too_deep())
		return refuse(reader, "It is nested too deeply.");
	switch (reader->lex->token_type)
	{
		case JSON_TOKEN_OBJECT_START:
			return read_object(reader, result);
		case JSON_TOKEN_ARRAY_START:
			return read_array(reader, result);
		case JSON_TOKEN_STRING:
			return read_string(reader, result);
		case JSON_TOKEN_NUMBER:
			return read_plain(reader, JCS_NUMBER, result);
		case JSON_TOKEN_TRUE:
		case JSON_TOKEN_FALSE:
		case JSON_TOKEN_NULL:
			return read_plain(reader, JCS_WORD, result);
		default:
			return refuse_token(reader);
	}
}

/*
 * The text must be valid UTF-8 with a zero byte behind it.  False, and the reason,
 * for a text that is refused.
 */
bool
jcs_read(const char *utf8, int length, JcsValue *result, const char **problem)
{
	Reader		reader;
	bool		good;

	reader.lex = MAKE_JSON_LEXER(utf8, length);
	reader.text = utf8;
	reader.problem = NULL;
	good = advance(&reader) && read_value(&reader, result) &&
		(reader.lex->token_type == JSON_TOKEN_END || refuse_token(&reader));
	*problem = reader.problem;
	return good;
}
