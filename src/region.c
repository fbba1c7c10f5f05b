/*
 * region.c
 *		The codes of regions: GB/T 2260 and the twelve digits of townships.
 *
 * Two digits number the province, two the city, two the county, three the
 * township, three the village.
 *
 * Promise: the forms that a code may be written in have one canonical form, and
 * what contains what follows from that alone.  Nothing here knows which regions
 * there are.
 */
#include "postgres.h"

#include <ctype.h>

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"
#include "errors.h"

#define REGION_DIGITS 12
#define REGION_SHORT_DIGITS 6

/* the digits up to and with those of a level */
#define PROVINCE_DIGITS 2
#define CITY_DIGITS 4
#define COUNTY_DIGITS 6
#define TOWNSHIP_DIGITS 9

typedef struct RegionCode
{
	char		digits[REGION_DIGITS];
	int			length;			/* of the canonical code: 6 or 12 */
	int			stem;			/* so many say it all */
	int			level;			/* 1 province to 4 township */
} RegionCode;

PG_FUNCTION_INFO_V1(creditbank_region_code);
PG_FUNCTION_INFO_V1(creditbank_region_stem);
PG_FUNCTION_INFO_V1(creditbank_region_level);
PG_FUNCTION_INFO_V1(creditbank_region_contains);

static bool
all_zero(const char *digits, int from, int to)
{
	for (int i = from; i < to; i++)
	{
		if (digits[i] != '0')
			return false;
	}
	return true;
}

/* so many characters as a code may have, all of them digits? */
static bool
looks_like_code(const char *text, int length)
{
	if (length != PROVINCE_DIGITS && length != CITY_DIGITS && length != COUNTY_DIGITS &&
		length != TOWNSHIP_DIGITS && length != REGION_DIGITS)
		return false;
	for (int i = 0; i < length; i++)
	{
		if (!isdigit((unsigned char) text[i]))
			return false;
	}
	return true;
}

/* what is wrong with twelve digits, or NULL */
static const char *
digits_problem(const char *digits)
{
	if (digits[0] == '0')
		return "The number of a province does not begin with 0.";
	if (all_zero(digits, PROVINCE_DIGITS, CITY_DIGITS) && !all_zero(digits, CITY_DIGITS, REGION_DIGITS))
		return "What lies in a province has a city's number, not 00, in its third and fourth digits.";
	if (!all_zero(digits, TOWNSHIP_DIGITS, REGION_DIGITS))
		return "Its last three digits number a village or neighbourhood; regions end with the township.";
	return NULL;
}

static void
refuse_code(const text *value, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_CB_UNKNOWN_REGION),
			 errmsg("\"%s\" is not a region code", text_to_cstring(value)),
			 errdetail("%s", problem),
			 errhint("Codes are those of GB/T 2260, like 330106, and twelve-digit statistical codes, like 330106001000.")));
}

static void
region_read(RegionCode *region, const text *value)
{
	const char *text = VARDATA_ANY(value);
	int			length = VARSIZE_ANY_EXHDR(value);
	const char *problem;

	while (length > 0 && text[length - 1] == ' ')
		length--;
	while (length > 0 && *text == ' ')
	{
		text++;
		length--;
	}
	if (!looks_like_code(text, length))
		refuse_code(value, "A code has 6 digits, that of a township 12; 2, 4 or 9 are read, too.");
	memset(region->digits, '0', REGION_DIGITS);
	memcpy(region->digits, text, length);
	problem = digits_problem(region->digits);
	if (problem != NULL)
		refuse_code(value, problem);

	if (!all_zero(region->digits, COUNTY_DIGITS, REGION_DIGITS))
	{
		region->level = 4;
		region->stem = TOWNSHIP_DIGITS;
	}
	else if (!all_zero(region->digits, CITY_DIGITS, COUNTY_DIGITS))
	{
		region->level = 3;
		region->stem = COUNTY_DIGITS;
	}
	else if (!all_zero(region->digits, PROVINCE_DIGITS, CITY_DIGITS))
	{
		region->level = 2;
		region->stem = CITY_DIGITS;
	}
	else
	{
		region->level = 1;
		region->stem = PROVINCE_DIGITS;
	}
	region->length = region->level == 4 ? REGION_DIGITS : REGION_SHORT_DIGITS;
}

Datum
creditbank_region_code(PG_FUNCTION_ARGS)
{
	RegionCode	region;

	region_read(&region, PG_GETARG_TEXT_PP(0));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(region.digits, region.length));
}

Datum
creditbank_region_stem(PG_FUNCTION_ARGS)
{
	RegionCode	region;

	region_read(&region, PG_GETARG_TEXT_PP(0));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(region.digits, region.stem));
}

Datum
creditbank_region_level(PG_FUNCTION_ARGS)
{
	RegionCode	region;

	region_read(&region, PG_GETARG_TEXT_PP(0));
	PG_RETURN_INT16(region.level);
}

Datum
creditbank_region_contains(PG_FUNCTION_ARGS)
{
	RegionCode	outer;
	RegionCode	inner;

	region_read(&outer, PG_GETARG_TEXT_PP(0));
	region_read(&inner, PG_GETARG_TEXT_PP(1));
	PG_RETURN_BOOL(memcmp(outer.digits, inner.digits, outer.stem) == 0);
}
