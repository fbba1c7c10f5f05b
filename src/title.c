/*
 * title.c
 *		Are two titles the same course under a different spelling?
 *
 * Each title is reduced to a key, and equal keys are the same title.
 * doc/achievement_ref.md states the rules to the letter.
 *
 * Promise: a pure function of the text; see unicode_text.h for why that
 * matters.  It must never be changed in a way that changes keys already
 * indexed.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "title.h"
#include "unicode_text.h"

PG_FUNCTION_INFO_V1(creditbank_title_key);
PG_FUNCTION_INFO_V1(creditbank_same_title);

/*
 * Normalization cannot be interrupted and takes quadratic time in a run of
 * combining marks, so a title has a largest length, in bytes.
 */
#define TITLE_MAX_LENGTH 4096

typedef struct TitleKey
{
	pg_wchar   *points;
	int			length;
} TitleKey;

static const char *const roman_numbers[] = {
	"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"
};

#define ROMAN_LONGEST 4

static bool
is_digit(pg_wchar point)
{
	return point >= '0' && point <= '9';
}

static bool
is_letter(pg_wchar point)
{
	return unicode_is_word(point) && !is_digit(point);
}

/*
 * 1 to 12 for a Roman number that is one code point, else 0.
 */
static int
roman_point_value(pg_wchar point)
{
	if (point >= 0x2160 && point <= 0x216B)
		return point - 0x2160 + 1;
	if (point >= 0x2170 && point <= 0x217B)
		return point - 0x2170 + 1;
	return 0;
}

/*
 * Rewrites Roman numbers that are one code point with Arabic digits, as words
 * of their own, before normalization makes letters of them.
 */
static pg_wchar *
spell_roman_points(const pg_wchar *points)
{
	pg_wchar   *result = palloc((unicode_length(points) * 4 + 1) * sizeof(pg_wchar));
	int			length = 0;

	for (; *points != 0; points++)
	{
		int			value = roman_point_value(*points);

		if (value == 0)
		{
			result[length++] = *points;
			continue;
		}
		result[length++] = ' ';
		if (value >= 10)
			result[length++] = '1';
		result[length++] = '0' + value % 10;
		result[length++] = ' ';
	}
	result[length] = 0;
	return result;
}

/*
 * Does the mark at i join the letters on its two sides to one word, as in
 * E.D.P.S, S/W, R&D and Bachelor's?
 */
static bool
joins_word(const pg_wchar *points, int i)
{
	switch (points[i])
	{
		case '.':
		case '/':
		case '&':
		case '\'':
		case 0x2019:
			return i > 0 && unicode_is_word(points[i - 1]) && unicode_is_word(points[i + 1]);
		default:
			return false;
	}
}

/*
 * A plus or number sign names something other than the letter before it does:
 * C, C++ and C#.
 */
static bool
is_kept_sign(const pg_wchar *points, int i)
{
	while (i > 0 && (points[i] == '+' || points[i] == '#'))
	{
		if (is_letter(points[--i]))
			return true;
	}
	return false;
}

static bool
can_begin_roman(const pg_wchar *points, int i)
{
	pg_wchar	before;

	if (i == 0)
		return true;
	before = points[i - 1];
	if (unicode_is_word(before))
		return !is_digit(before) && !unicode_is_latin(before);
	return !joins_word(points, i - 1);
}

static bool
can_end_roman(const pg_wchar *points, int i)
{
	if (points[i] == 0)
		return true;
	return !unicode_is_word(points[i]) && !joins_word(points, i) && !is_kept_sign(points, i);
}

/*
 * The value of the Roman number at i and its length, or 0.
 */
static int
roman_word_value(const pg_wchar *points, int i, int *length)
{
	char		word[ROMAN_LONGEST + 1];
	int			count = 0;

	while (points[i + count] == 'I' || points[i + count] == 'V' || points[i + count] == 'X')
	{
		if (count == ROMAN_LONGEST)
			return 0;
		word[count] = (char) points[i + count];
		count++;
	}
	word[count] = '\0';
	*length = count;
	if (count == 0 || !can_begin_roman(points, i) || !can_end_roman(points, i + count))
		return 0;
	for (size_t n = 0; n < lengthof(roman_numbers); n++)
	{
		if (strcmp(roman_numbers[n], word) == 0)
			return n + 1;
	}
	return 0;
}

/*
 * Adds one point.  Where something was left out between two digits, a space
 * keeps 2.0 apart from 20.
 */
static void
add_point(TitleKey *key, pg_wchar point, bool after_gap)
{
	if (after_gap && key->length > 0 &&
		is_digit(point) && is_digit(key->points[key->length - 1]))
		key->points[key->length++] = ' ';
	key->points[key->length++] = point;
}

static void
drop_trailing_one(TitleKey *key)
{
	pg_wchar	before;

	if (key->length < 2 || key->points[key->length - 1] != '1')
		return;
	before = key->points[key->length - 2];
	if (!is_digit(before) && before != ' ')
		key->length--;
}

/*
 * The key of a normalized title.
 */
static TitleKey
make_key(const pg_wchar *normal)
{
	int			length = unicode_length(normal);
	pg_wchar   *points = palloc((length + 1) * sizeof(pg_wchar));
	bool		after_gap = false;
	TitleKey	key = {palloc((length * 2 + 1) * sizeof(pg_wchar)), 0};

	for (int i = 0; i <= length; i++)
		points[i] = unicode_upper(normal[i]);

	for (int i = 0; i < length; i++)
	{
		int			roman_length;
		int			roman = roman_word_value(points, i, &roman_length);
		bool		is_stray_mark = unicode_is_mark(points[i]) && (i == 0 || after_gap);

		if (roman > 0)
		{
			if (roman >= 10)
			{
				add_point(&key, '1', after_gap);
				after_gap = false;
			}
			add_point(&key, '0' + roman % 10, after_gap);
			after_gap = false;
			i += roman_length - 1;
		}
		else if ((unicode_is_word(points[i]) && !is_stray_mark) || is_kept_sign(points, i))
		{
			add_point(&key, points[i], after_gap);
			after_gap = false;
		}
		else
			after_gap = true;
	}
	drop_trailing_one(&key);
	return key;
}

static pg_wchar *
normalize_title(const char *title, int length)
{
	if (length > TITLE_MAX_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("title is too long to compare"),
				 errdetail("It is %d bytes long; at most %d are compared.",
						   length, TITLE_MAX_LENGTH),
				 errhint("Compare the title alone, without a description.")));
	return unicode_compatible(spell_roman_points(unicode_from_server(title, length, NULL)));
}

static pg_wchar *
normalize_text(text *title)
{
	return normalize_title(VARDATA_ANY(title), VARSIZE_ANY_EXHDR(title));
}

/*
 * title_key(text) -> text
 */
Datum
creditbank_title_key(PG_FUNCTION_ARGS)
{
	TitleKey	key = make_key(normalize_text(PG_GETARG_TEXT_PP(0)));
	char	   *utf8 = palloc(key.length * 4 + 1);
	int			length = unicode_to_utf8_bytes(key.points, key.length, utf8);

	utf8[length] = '\0';
	PG_RETURN_TEXT_P(cstring_to_text(pg_any_to_server(utf8, length, PG_UTF8)));
}

static bool
points_equal(const pg_wchar *a, int a_length, const pg_wchar *b, int b_length)
{
	return a_length == b_length && memcmp(a, b, a_length * sizeof(pg_wchar)) == 0;
}

/*
 * same_title(text, text) -> boolean.  Where nothing is left to compare, the
 * normalized titles themselves decide.
 */
Datum
creditbank_same_title(PG_FUNCTION_ARGS)
{
	pg_wchar   *a = normalize_text(PG_GETARG_TEXT_PP(0));
	pg_wchar   *b = normalize_text(PG_GETARG_TEXT_PP(1));
	TitleKey	a_key = make_key(a);
	TitleKey	b_key = make_key(b);

	if (a_key.length == 0 && b_key.length == 0)
		PG_RETURN_BOOL(points_equal(a, unicode_length(a), b, unicode_length(b)));
	PG_RETURN_BOOL(points_equal(a_key.points, a_key.length, b_key.points, b_key.length));
}

char *
title_comparison_key(const char *title)
{
	pg_wchar   *normal = normalize_title(title, strlen(title));
	TitleKey	key = make_key(normal);
	char	   *utf8;

	if (key.length == 0)
	{
		/* no key begins with a space */
		key.points = palloc((unicode_length(normal) + 1) * sizeof(pg_wchar));
		key.points[key.length++] = ' ';
		for (; *normal != 0; normal++)
			key.points[key.length++] = *normal;
	}
	utf8 = palloc(key.length * 4 + 1);
	utf8[unicode_to_utf8_bytes(key.points, key.length, utf8)] = '\0';
	return utf8;
}
