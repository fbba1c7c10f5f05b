/*
 * unicode_text.c
 *		Unicode without a locale, for values that must be the same everywhere.
 *
 * Promise: pure functions of the text.  It must never ask the C library or
 * ICU about a character, since their answers change with locale and version,
 * and the answers given here are stored and indexed.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "common/unicode_norm.h"
#include "lib/stringinfo.h"

#include "compat.h"
#include "unicode_text.h"

typedef struct CaseRange
{
	pg_wchar	first;			/* small letter */
	pg_wchar	last;
	int			stride;			/* 2 where capital and small letters alternate */
	int			delta;			/* from small letter to capital */
} CaseRange;

/*
 * Capitals of Latin, Greek, Cyrillic and Armenian letters, where one letter
 * has one capital in normalized text (Unicode 14, ascending).  Other scripts
 * with case are left as they are written.
 */
static const CaseRange case_ranges[] = {
	{0x00E0, 0x00F6, 1, -32}, {0x00F8, 0x00FE, 1, -32}, {0x00FF, 0x00FF, 1, 121},
	{0x0101, 0x012F, 2, -1}, {0x0131, 0x0131, 1, -232}, {0x0135, 0x0137, 2, -1},
	{0x013A, 0x013E, 2, -1}, {0x0142, 0x0148, 2, -1}, {0x014B, 0x0177, 2, -1},
	{0x017A, 0x017E, 2, -1}, {0x0180, 0x0180, 1, 195}, {0x0183, 0x0185, 2, -1},
	{0x0188, 0x0188, 1, -1}, {0x018C, 0x018C, 1, -1}, {0x0192, 0x0192, 1, -1},
	{0x0195, 0x0195, 1, 97}, {0x0199, 0x0199, 1, -1}, {0x019A, 0x019A, 1, 163},
	{0x019E, 0x019E, 1, 130}, {0x01A1, 0x01A5, 2, -1}, {0x01A8, 0x01A8, 1, -1},
	{0x01AD, 0x01AD, 1, -1}, {0x01B0, 0x01B0, 1, -1}, {0x01B4, 0x01B6, 2, -1},
	{0x01B9, 0x01B9, 1, -1}, {0x01BD, 0x01BD, 1, -1}, {0x01BF, 0x01BF, 1, 56},
	{0x01CE, 0x01DC, 2, -1}, {0x01DD, 0x01DD, 1, -79}, {0x01DF, 0x01EF, 2, -1},
	{0x01F5, 0x01F5, 1, -1}, {0x01F9, 0x021F, 2, -1}, {0x0223, 0x0233, 2, -1},
	{0x023C, 0x023C, 1, -1}, {0x0242, 0x0242, 1, -1}, {0x0247, 0x024F, 2, -1},
	{0x0253, 0x0253, 1, -210}, {0x0254, 0x0254, 1, -206}, {0x0256, 0x0257, 1, -205},
	{0x0259, 0x0259, 1, -202}, {0x025B, 0x025B, 1, -203}, {0x0260, 0x0260, 1, -205},
	{0x0263, 0x0263, 1, -207}, {0x0268, 0x0268, 1, -209}, {0x0269, 0x0269, 1, -211},
	{0x026F, 0x026F, 1, -211}, {0x0272, 0x0272, 1, -213}, {0x0275, 0x0275, 1, -214},
	{0x0280, 0x0280, 1, -218}, {0x0283, 0x0283, 1, -218}, {0x0288, 0x0288, 1, -218},
	{0x0289, 0x0289, 1, -69}, {0x028A, 0x028B, 1, -217}, {0x028C, 0x028C, 1, -71},
	{0x0292, 0x0292, 1, -219}, {0x0371, 0x0373, 2, -1}, {0x0377, 0x0377, 1, -1},
	{0x037B, 0x037D, 1, 130}, {0x03AC, 0x03AC, 1, -38}, {0x03AD, 0x03AF, 1, -37},
	{0x03B1, 0x03C1, 1, -32}, {0x03C2, 0x03C2, 1, -31}, {0x03C3, 0x03CB, 1, -32},
	{0x03CC, 0x03CC, 1, -64}, {0x03CD, 0x03CE, 1, -63}, {0x03D7, 0x03D7, 1, -8},
	{0x03D9, 0x03EF, 2, -1}, {0x03F3, 0x03F3, 1, -116}, {0x03F8, 0x03F8, 1, -1},
	{0x03FB, 0x03FB, 1, -1}, {0x0430, 0x044F, 1, -32}, {0x0450, 0x045F, 1, -80},
	{0x0461, 0x0481, 2, -1}, {0x048B, 0x04BF, 2, -1}, {0x04C2, 0x04CE, 2, -1},
	{0x04CF, 0x04CF, 1, -15}, {0x04D1, 0x052F, 2, -1}, {0x0561, 0x0586, 1, -48},
	{0x1E01, 0x1E95, 2, -1}, {0x1EA1, 0x1EFF, 2, -1}
};

typedef struct PointRange
{
	pg_wchar	first;
	pg_wchar	last;
} PointRange;

/*
 * What is no part of a word (Unicode 14, ascending): general categories Z, P,
 * S and C, and the invisible fillers and variation selectors.  Points that
 * normalization replaces, or that were unassigned, go with their neighbours.
 */
static const PointRange not_word_ranges[] = {
	{0x0000, 0x002F}, {0x003A, 0x0040}, {0x005B, 0x0060}, {0x007B, 0x00BF},
	{0x00D7, 0x00D7}, {0x00F7, 0x00F7}, {0x02C2, 0x02C5}, {0x02D2, 0x02EB},
	{0x02ED, 0x02ED}, {0x02EF, 0x02FF}, {0x034F, 0x034F}, {0x0375, 0x0375},
	{0x03F6, 0x03F6}, {0x0482, 0x0482}, {0x055A, 0x055F}, {0x0589, 0x058F},
	{0x05BE, 0x05BE}, {0x05C0, 0x05C0}, {0x05C3, 0x05C3}, {0x05C6, 0x05C6},
	{0x05F3, 0x060F}, {0x061B, 0x061F}, {0x066A, 0x066D}, {0x06D4, 0x06D4},
	{0x06DD, 0x06DE}, {0x06E9, 0x06E9}, {0x06FD, 0x06FE}, {0x0700, 0x070F},
	{0x07F6, 0x07F9}, {0x07FE, 0x07FF}, {0x0830, 0x083E}, {0x085E, 0x085E},
	{0x0888, 0x0888}, {0x0890, 0x0891}, {0x08E2, 0x08E2}, {0x0964, 0x0965},
	{0x0970, 0x0970}, {0x09F2, 0x09F3}, {0x09FA, 0x09FB}, {0x09FD, 0x09FD},
	{0x0A76, 0x0A76}, {0x0AF0, 0x0AF1}, {0x0B70, 0x0B70}, {0x0BF3, 0x0BFA},
	{0x0C77, 0x0C77}, {0x0C7F, 0x0C7F}, {0x0C84, 0x0C84}, {0x0D4F, 0x0D4F},
	{0x0D79, 0x0D79}, {0x0DF4, 0x0DF4}, {0x0E3F, 0x0E3F}, {0x0E4F, 0x0E4F},
	{0x0E5A, 0x0E5B}, {0x0F01, 0x0F17}, {0x0F1A, 0x0F1F}, {0x0F34, 0x0F34},
	{0x0F36, 0x0F36}, {0x0F38, 0x0F38}, {0x0F3A, 0x0F3D}, {0x0F85, 0x0F85},
	{0x0FBE, 0x0FC5}, {0x0FC7, 0x0FDA}, {0x104A, 0x104F}, {0x109E, 0x109F},
	{0x10FB, 0x10FB}, {0x115F, 0x1160}, {0x1360, 0x1368}, {0x1390, 0x1399},
	{0x1400, 0x1400}, {0x166D, 0x166E}, {0x1680, 0x1680}, {0x169B, 0x169C},
	{0x16EB, 0x16ED}, {0x1735, 0x1736}, {0x17B4, 0x17B5}, {0x17D4, 0x17D6},
	{0x17D8, 0x17DB}, {0x1800, 0x180F}, {0x1940, 0x1945}, {0x19DE, 0x19FF},
	{0x1A1E, 0x1A1F}, {0x1AA0, 0x1AA6}, {0x1AA8, 0x1AAD}, {0x1B5A, 0x1B6A},
	{0x1B74, 0x1B7E}, {0x1BFC, 0x1BFF}, {0x1C3B, 0x1C3F}, {0x1C7E, 0x1C7F},
	{0x1CC0, 0x1CC7}, {0x1CD3, 0x1CD3}, {0x200B, 0x20C0}, {0x2104, 0x212E},
	{0x213A, 0x214D}, {0x214F, 0x214F}, {0x218A, 0x244A}, {0x2500, 0x2775},
	{0x2794, 0x2BFF}, {0x2CE5, 0x2CEA}, {0x2CF9, 0x2CFC}, {0x2CFE, 0x2CFF},
	{0x2D70, 0x2D70}, {0x2E00, 0x2E2E}, {0x2E30, 0x3004}, {0x3008, 0x3020},
	{0x3030, 0x3030}, {0x3037, 0x3037}, {0x303D, 0x303F}, {0x30A0, 0x30A0},
	{0x30FB, 0x30FB}, {0x3190, 0x3191}, {0x31C0, 0x31E3}, {0x327F, 0x327F},
	{0x4DC0, 0x4DFF}, {0xA490, 0xA4C6}, {0xA4FE, 0xA4FF}, {0xA60D, 0xA60F},
	{0xA673, 0xA673}, {0xA67E, 0xA67E}, {0xA6F2, 0xA716}, {0xA720, 0xA721},
	{0xA789, 0xA78A}, {0xA828, 0xA82B}, {0xA836, 0xA839}, {0xA874, 0xA877},
	{0xA8CE, 0xA8CF}, {0xA8F8, 0xA8FA}, {0xA8FC, 0xA8FC}, {0xA92E, 0xA92F},
	{0xA95F, 0xA95F}, {0xA9C1, 0xA9CD}, {0xA9DE, 0xA9DF}, {0xAA5C, 0xAA5F},
	{0xAA77, 0xAA79}, {0xAADE, 0xAADF}, {0xAAF0, 0xAAF1}, {0xAB5B, 0xAB5B},
	{0xAB6A, 0xAB6B}, {0xABEB, 0xABEB}, {0xD800, 0xF8FF}, {0xFBB2, 0xFE0F},
	{0xFE45, 0xFE46}, {0xFEFF, 0xFFFD}, {0x10100, 0x10102}, {0x10137, 0x1013F},
	{0x10179, 0x10189}, {0x1018C, 0x101FC}, {0x1039F, 0x1039F}, {0x103D0, 0x103D0},
	{0x1056F, 0x1056F}, {0x10857, 0x10857}, {0x10877, 0x10878}, {0x1091F, 0x1091F},
	{0x1093F, 0x1093F}, {0x10A50, 0x10A58}, {0x10A7F, 0x10A7F}, {0x10AC8, 0x10AC8},
	{0x10AF0, 0x10AF6}, {0x10B39, 0x10B3F}, {0x10B99, 0x10B9C}, {0x10EAD, 0x10EAD},
	{0x10F55, 0x10F59}, {0x10F86, 0x10F89}, {0x11047, 0x1104D}, {0x110BB, 0x110C1},
	{0x110CD, 0x110CD}, {0x11140, 0x11143}, {0x11174, 0x11175}, {0x111C5, 0x111C8},
	{0x111CD, 0x111CD}, {0x111DB, 0x111DB}, {0x111DD, 0x111DF}, {0x11238, 0x1123D},
	{0x112A9, 0x112A9}, {0x1144B, 0x1144F}, {0x1145A, 0x1145D}, {0x114C6, 0x114C6},
	{0x115C1, 0x115D7}, {0x11641, 0x11643}, {0x11660, 0x1166C}, {0x116B9, 0x116B9},
	{0x1173C, 0x1173F}, {0x1183B, 0x1183B}, {0x11944, 0x11946}, {0x119E2, 0x119E2},
	{0x11A3F, 0x11A46}, {0x11A9A, 0x11A9C}, {0x11A9E, 0x11AA2}, {0x11C41, 0x11C45},
	{0x11C70, 0x11C71}, {0x11EF7, 0x11EF8}, {0x11FD5, 0x11FFF}, {0x12470, 0x12474},
	{0x12FF1, 0x12FF2}, {0x13430, 0x13438}, {0x16A6E, 0x16A6F}, {0x16AF5, 0x16AF5},
	{0x16B37, 0x16B3F}, {0x16B44, 0x16B45}, {0x16E97, 0x16E9A}, {0x16FE2, 0x16FE2},
	{0x1BC9C, 0x1BC9C}, {0x1BC9F, 0x1BCA3}, {0x1CF50, 0x1D15D}, {0x1D16A, 0x1D16C},
	{0x1D173, 0x1D17A}, {0x1D183, 0x1D184}, {0x1D18C, 0x1D1A9}, {0x1D1AE, 0x1D241},
	{0x1D245, 0x1D245}, {0x1D300, 0x1D356}, {0x1D800, 0x1D9FF}, {0x1DA37, 0x1DA3A},
	{0x1DA6D, 0x1DA74}, {0x1DA76, 0x1DA83}, {0x1DA85, 0x1DA8B}, {0x1E14F, 0x1E14F},
	{0x1E2FF, 0x1E2FF}, {0x1E95E, 0x1E95F}, {0x1ECAC, 0x1ECAC}, {0x1ECB0, 0x1ECB0},
	{0x1ED2E, 0x1ED2E}, {0x1EEF0, 0x1F0F5}, {0x1F10D, 0x1FBCA}, {0xE0001, 0x10FFFF}
};

static const PointRange mark_ranges[] = {
	{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05C7}, {0x064B, 0x065F},
	{0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},
	{0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0x302A, 0x302F}, {0x3099, 0x309A},
	{0xFE20, 0xFE2F}
};

static const PointRange latin_ranges[] = {
	{'A', 'Z'}, {'a', 'z'}, {0x00AA, 0x00AA}, {0x00BA, 0x00BA},
	{0x00C0, 0x036F}, {0x1D00, 0x1DFF}, {0x1E00, 0x1EFF}, {0x2C60, 0x2C7F},
	{0xA720, 0xA7FF}, {0xAB30, 0xAB6F}
};

static const PointRange space_ranges[] = {
	{0x0009, 0x000D}, {0x0020, 0x0020}, {0x0085, 0x0085}, {0x00A0, 0x00A0},
	{0x1680, 0x1680}, {0x2000, 0x200B}, {0x2028, 0x2029}, {0x202F, 0x202F},
	{0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}
};

static bool
is_in_ranges(pg_wchar point, const PointRange *ranges, int count)
{
	int			low = 0;
	int			high = count;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (point > ranges[middle].last)
			low = middle + 1;
		else if (point < ranges[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}

bool
unicode_is_word(pg_wchar point)
{
	bool		is_noncharacter = (point & 0xFFFE) == 0xFFFE;

	return !is_noncharacter &&
		!is_in_ranges(point, not_word_ranges, lengthof(not_word_ranges));
}

bool
unicode_is_mark(pg_wchar point)
{
	return is_in_ranges(point, mark_ranges, lengthof(mark_ranges));
}

bool
unicode_is_latin(pg_wchar point)
{
	return is_in_ranges(point, latin_ranges, lengthof(latin_ranges));
}

bool
unicode_is_space(pg_wchar point)
{
	return is_in_ranges(point, space_ranges, lengthof(space_ranges));
}

pg_wchar
unicode_upper(pg_wchar point)
{
	int			low = 0;
	int			high = lengthof(case_ranges);

	if (point < 0x80)
		return pg_ascii_toupper((unsigned char) point);
	while (low < high)
	{
		int			middle = (low + high) / 2;
		const CaseRange *range = &case_ranges[middle];

		if (point > range->last)
			low = middle + 1;
		else if (point < range->first)
			high = middle;
		else if ((point - range->first) % range->stride != 0)
			return point;
		else
			return point + range->delta;
	}
	return point;
}

pg_wchar *
unicode_from_utf8(const char *utf8, int length)
{
	pg_wchar   *points = palloc(((Size) length + 1) * sizeof(pg_wchar));
	const char *end = utf8 + length;
	int			count = 0;

	while (utf8 < end)
	{
		points[count++] = utf8_to_unicode((const unsigned char *) utf8);
		utf8 += pg_encoding_mblen(PG_UTF8, utf8);
	}
	points[count] = 0;
	return points;
}

static char *
shown_bytes(const char *bytes, int count)
{
	StringInfoData shown;

	initStringInfo(&shown);
	appendStringInfoString(&shown, "0x");
	for (int i = 0; i < count; i++)
		appendStringInfo(&shown, "%02x", (unsigned char) bytes[i]);
	return shown.data;
}

/*
 * The server's own conversions raise, so they are asked to stop instead, and
 * where they stopped is reported.
 */
static char *
convert(const char *text, int length, int from, int to, Node *escontext)
{
	Oid			conversion = FindDefaultConversionProc(from, to);
	Size		size = (Size) length * MAX_CONVERSION_GROWTH + 1;
	char	   *converted;
	int			done;

	/* raises: the server lacks the conversion, whatever the text is */
	if (!OidIsValid(conversion))
		return (char *) pg_do_encoding_conversion((unsigned char *) unconstify(char *, text),
												  length, from, to);
	converted = palloc(size);
	done = pg_do_encoding_conversion_buf(conversion, from, to,
										 (unsigned char *) unconstify(char *, text), length,
										 (unsigned char *) converted, size, true);
	if (done < length)
		ereturn(escontext, NULL,
				(errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
				 errmsg("a character of encoding %s has no form in encoding %s",
						pg_encoding_to_char(from), pg_encoding_to_char(to)),
				 errdetail("The character is %s.",
						   shown_bytes(text + done, pg_encoding_mblen_bounded(from, text + done))),
				 errhint("Write it with other characters, or keep the bank in a database of encoding UTF8.")));
	return converted;
}

/* a server of encoding SQL_ASCII knows nothing of its text but the bytes */
static char *
verify_utf8(const char *text, int length, Node *escontext)
{
	int			valid = pg_encoding_verifymbstr(PG_UTF8, text, length);

	if (valid < length)
		ereturn(escontext, NULL,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("text that is not UTF-8 in a database of encoding SQL_ASCII"),
				 errdetail("The first byte that is wrong is %s.", shown_bytes(text + valid, 1)),
				 errhint("Send the text in UTF-8, or keep the bank in a database of encoding UTF8.")));
	return unconstify(char *, text);
}

char *
unicode_server_to_utf8(const char *text, int length, Node *escontext)
{
	switch (GetDatabaseEncoding())
	{
		case PG_UTF8:
			return unconstify(char *, text);
		case PG_SQL_ASCII:
			return verify_utf8(text, length, escontext);
		default:
			return convert(text, length, GetDatabaseEncoding(), PG_UTF8, escontext);
	}
}

char *
unicode_utf8_to_server(const char *utf8, int length, Node *escontext)
{
	switch (GetDatabaseEncoding())
	{
		case PG_UTF8:
		case PG_SQL_ASCII:
			return unconstify(char *, utf8);
		default:
			return convert(utf8, length, PG_UTF8, GetDatabaseEncoding(), escontext);
	}
}

pg_wchar *
unicode_from_server(const char *text, int length, Node *escontext)
{
	char	   *utf8 = unicode_server_to_utf8(text, length, escontext);

	if (utf8 == NULL)
		return NULL;
	return unicode_from_utf8(utf8, utf8 == text ? length : (int) strlen(utf8));
}

int
unicode_to_utf8_bytes(const pg_wchar *points, int count, char *utf8)
{
	char	   *start = utf8;

	for (int i = 0; i < count; i++)
	{
		unicode_to_utf8(points[i], (unsigned char *) utf8);
		utf8 += pg_encoding_mblen(PG_UTF8, utf8);
	}
	return utf8 - start;
}

int
unicode_length(const pg_wchar *points)
{
	int			length = 0;

	while (points[length] != 0)
		length++;
	return length;
}

pg_wchar *
unicode_compatible(const pg_wchar *points)
{
	return unicode_normalize(UNICODE_NFKC, points);
}
