/*
 * exchange_plain.c
 *		Texts that are written plainly, read without ever raising an error.
 *
 * Promise: what is read here, the input functions of the types read to the same
 * value; of any other text it is only said that it is not plain.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/datetime.h"

#include "compat.h"
#include "exchange.h"

/* Digits, with at most so many before the point and after it, in units of the last. */
bool
plain_number(const char **cursor, int whole, int decimals, int64 *count)
{
	const char *p = *cursor;
	int			digits = 0;

	*count = 0;
	for (; *p >= '0' && *p <= '9'; p++, digits++)
		*count = *count * 10 + (*p - '0');
	if (digits == 0 || digits > whole)
		return false;
	digits = 0;
	if (*p == '.')
	{
		for (p++; *p >= '0' && *p <= '9' && digits < decimals; p++, digits++)
			*count = *count * 10 + (*p - '0');
		if (digits == 0)
			return false;
	}
	for (; digits < decimals; digits++)
		*count *= 10;
	*cursor = p;
	return true;
}

bool
plain_whole_number(const char *text, int whole, int decimals, int64 *count)
{
	return plain_number(&text, whole, decimals, count) && *text == '\0';
}

/* YYYY-MM-DD or YYYY/MM/DD, of a day that there is */
bool
plain_day(const char *text, DateADT *day)
{
	int			part[10];
	int			year,
				month,
				number;

	for (int i = 0; i < 10; i++)
	{
		if ((i == 4 || i == 7) ? (text[i] != '-' && text[i] != '/') || text[i] != text[4] :
			(text[i] < '0' || text[i] > '9'))
			return false;
		part[i] = text[i] - '0';
	}
	year = part[0] * 1000 + part[1] * 100 + part[2] * 10 + part[3];
	month = part[5] * 10 + part[6];
	number = part[8] * 10 + part[9];
	if (text[10] != '\0' || year < 1 || month < 1 || month > MONTHS_PER_YEAR ||
		number < 1 || number > day_tab[isleap(year)][month - 1])
		return false;
	*day = date2j(year, month, number) - POSTGRES_EPOCH_JDATE;
	return true;
}

/*
 * Is a text one line of at most so many characters?  has_word tells whether
 * something in it is surely no space.
 */
bool
plain_line(const char *text, int longest, bool *has_word)
{
	int			count = 0;

	*has_word = false;
	for (const char *p = text; *p != '\0'; count++)
	{
		pg_wchar	point = (unsigned char) *p;

		if (!IS_HIGHBIT_SET(*p))
			p++;
		else if (GetDatabaseEncoding() != PG_UTF8)
			return false;
		else
		{
			point = utf8_to_unicode((const unsigned char *) p);
			p += pg_utf_mblen((const unsigned char *) p);
		}
		if (point < ' ' || (point >= 0x7F && point < 0xA0) || point == 0x2028 || point == 0x2029)
			return false;
		*has_word |= (point > ' ' && point < 0x7F) || point > 0x3000;
	}
	return count <= longest;
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Hexadecimal digits, of at least so many bytes and at most, perhaps behind \x. */
bool
plain_bytes(const char *text, size_t shortest, size_t longest, uint8 *bytes, size_t *length)
{
	if (text[0] == '\\' && text[1] == 'x')
		text += 2;
	*length = strlen(text) / 2;
	if (strlen(text) % 2 != 0 || *length < shortest || *length > longest)
		return false;
	for (size_t i = 0; i < *length; i++)
	{
		int			high = hex_digit(text[2 * i]);
		int			low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8) (high * 16 + low);
	}
	return true;
}
