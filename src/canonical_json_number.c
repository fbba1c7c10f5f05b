/*
 * canonical_json_number.c
 *		Numbers of JSON as RFC 8785 writes them: IEEE 754 doubles in the form of
 *		ECMAScript, section Number::toString.
 *
 * Promise: the form depends on the double alone, and is the shortest decimal that
 * reads back as it.  An integer that no double is, a number too large for one and
 * one that would become zero are refused; other digits beyond a double's precision
 * are rounded away.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "common/shortest_dec.h"

#include "canonical_json.h"

#define SHOWN_DIGITS 40
#define EXACT_SIZE (DBL_MAX_10_EXP + 3)
#define EXPONENT_LIMIT 1000000000

/* Any two decimals with so many digits are different doubles, but for the smallest. */
#define DISTINCT_DIGITS DBL_DIG

/* the decimal 0.DIGITS times ten to the power of point; its sign aside */
typedef struct Decimal
{
	char	   *digits;			/* significant ones, no zero at either end */
	int			count;			/* 0: the value is zero */
	int64		point;
} Decimal;

/* digits has room for length bytes; what is read was found well formed before */
static void
read_decimal(const char *text, int length, char *digits, Decimal *result)
{
	const char *end = text + length;
	bool		after_point = false;
	int64		exponent = 0;

	result->digits = digits;
	result->count = 0;
	result->point = 0;
	for (; text < end && *text != 'e' && *text != 'E'; text++)
	{
		if (*text == '.')
			after_point = true;
		if (*text < '0' || *text > '9')
			continue;
		if (result->count > 0 || *text != '0')
			digits[result->count++] = *text;
		if (result->count > 0 && !after_point)
			result->point++;
		else if (result->count == 0 && after_point)
			result->point--;
	}
	if (text < end)
	{
		bool		negative = text[1] == '-';

		for (text++; text < end; text++)
		{
			if (*text >= '0' && *text <= '9' && exponent < EXPONENT_LIMIT)
				exponent = exponent * 10 + (*text - '0');
		}
		result->point += negative ? -exponent : exponent;
	}
	while (result->count > 0 && digits[result->count - 1] == '0')
		result->count--;
}

static bool
same_decimal(const Decimal *one, const Decimal *other)
{
	return one->count == other->count && one->point == other->point &&
		memcmp(one->digits, other->digits, one->count) == 0;
}

static double
double_of_decimal(const Decimal *decimal)
{
	char		text[64];

	snprintf(text, sizeof(text), "0.%.*se%d", decimal->count, decimal->digits, (int) decimal->point);
	return strtod(text, NULL);
}

/* one digit less, rounded down or up */
static void
drop_digit(const Decimal *decimal, bool up, char *digits, Decimal *result)
{
	*result = *decimal;
	result->digits = digits;
	result->count--;
	memcpy(digits, decimal->digits, result->count);
	if (up)
	{
		while (result->count > 0 && digits[result->count - 1] == '9')
			result->count--;
		if (result->count > 0)
			digits[result->count - 1]++;
		else
		{
			digits[result->count++] = '1';
			result->point++;
		}
	}
	while (result->count > 0 && digits[result->count - 1] == '0')
		result->count--;
}

/*
 * The server's shortest decimal lies strictly between the midpoints to the next
 * doubles.  ECMAScript also takes a midpoint itself that reads back as this double,
 * where that is shorter: 1e+23, not 9.999999999999999e+22.  There is at most one,
 * and it is a neighbour of the server's among the decimals with a digit less.
 */
static void
shortest_decimal(double value, char *digits, Decimal *result)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	char		shorter_digits[DOUBLE_SHORTEST_DECIMAL_LEN];
	Decimal		shorter;

	read_decimal(text, double_to_shortest_decimal_buf(value, text), digits, result);
	if (result->count <= DISTINCT_DIGITS && (value >= DBL_MIN || result->count < 2))
		return;
	for (int up = 0; up <= 1; up++)
	{
		drop_digit(result, up, shorter_digits, &shorter);
		if (double_of_decimal(&shorter) != value)
			continue;
		memcpy(digits, shorter_digits, shorter.count);
		result->count = shorter.count;
		result->point = shorter.point;
		return;
	}
}

/* Number::toString; n and k are the names of the standard */
static void
write_decimal(const Decimal *decimal, char *result)
{
	int			k = decimal->count;
	int			n = (int) decimal->point;

	if (k <= n && n <= 21)
		sprintf(result, "%.*s%.*s", k, decimal->digits, n - k, "00000000000000000000");
	else if (0 < n && n <= 21)
		sprintf(result, "%.*s.%.*s", n, decimal->digits, k - n, decimal->digits + n);
	else if (-6 < n && n <= 0)
		sprintf(result, "0.%.*s%.*s", -n, "00000", k, decimal->digits);
	else
		sprintf(result, "%c%s%.*se%+d", decimal->digits[0], k > 1 ? "." : "",
				k - 1, decimal->digits + 1, n - 1);
}

/* Is a decimal, to the last digit, what a double is? */
static bool
is_exactly(const Decimal *decimal, double value)
{
	char		text[EXACT_SIZE];
	char		digits[EXACT_SIZE];
	Decimal		exact;

	read_decimal(text, snprintf(text, sizeof(text), "%.0f", value), digits, &exact);
	return same_decimal(decimal, &exact);
}

static const char *
refuse_number(const char *token, int length, const char *why)
{
	return psprintf("The number %.*s%s %s.", Min(length, SHOWN_DIGITS), token,
					length > SHOWN_DIGITS ? "..." : "", why);
}

/* digits and perhaps a sign */
static bool
is_integer(const char *token, int length)
{
	return (int) strspn(token, "-0123456789") == length;
}

/*
 * An integer is often the name of something, so it may not become another one on
 * the way: it has to be a double, or the canonical form of one.
 */
bool
jcs_number(const char *token, int length, char result[JCS_NUMBER_SIZE], const char **problem)
{
	double		value = fabs(strtod(token, NULL));
	char	   *written_digits = palloc(length);
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];
	Decimal		written,
				shortest;

	read_decimal(token, length, written_digits, &written);
	if (isinf(value))
		*problem = refuse_number(token, length, "is too large for a double");
	else if (value == 0 && written.count > 0)
		*problem = refuse_number(token, length, "is too small for a double");
	else if (value == 0)
		strcpy(result, "0");
	else
	{
		shortest_decimal(value, digits, &shortest);
		if (is_integer(token, length) && !same_decimal(&written, &shortest) &&
			!is_exactly(&written, value))
			*problem = refuse_number(token, length, "is an integer that no double is; write it as a string");
		else
		{
			result[0] = '-';
			write_decimal(&shortest, token[0] == '-' ? result + 1 : result);
		}
	}
	pfree(written_digits);
	return *problem == NULL;
}
