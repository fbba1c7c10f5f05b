/*
 * credit_amount.c
 *		The type credit_amount: its units, its text and its wire form.
 *
 * Promise: text in and text out lose nothing: reading what was written gives
 * the same eight bytes, and what does not fit exactly is refused, never
 * rounded.  Reading never leaves the soft-error path.  It must never let a
 * setting or locale change how an amount is read or written.
 *
 *	credit_amount_ops.c		arithmetic, rounding, casts
 *	credit_amount_cmp.c		comparison and index support
 *	credit_amount_agg.c		aggregates
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "credit_amount.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(credit_amount_in);
PG_FUNCTION_INFO_V1(credit_amount_out);
PG_FUNCTION_INFO_V1(credit_amount_recv);
PG_FUNCTION_INFO_V1(credit_amount_send);
PG_FUNCTION_INFO_V1(credit_amount_typmod_in);
PG_FUNCTION_INFO_V1(credit_amount_typmod_out);
PG_FUNCTION_INFO_V1(credit_amount_pin);
PG_FUNCTION_INFO_V1(credit_amount_unit);

#define WIRE_VERSION		1
#define CREDIT_DECIMALS		4

/* a unit's name is at most two ideographs or four letters */
#define UNIT_NAME_MAX_BYTES	8
#define UNIT_NAME_BUFFER_SIZE	(UNIT_NAME_MAX_BYTES * MAX_CONVERSION_GROWTH + 1)

#define RANGE_DETAIL \
	"An amount lies between -57646075230342.3488 and 57646075230342.3487."
#define RANGE_HINT "Look for a misplaced decimal point or a wrong unit."

/*
 * A type modifier is the unit's code plus one: some clients take 0 for "none".
 */
#define TYPMOD_OF_UNIT(unit)	((unit) + 1)
#define UNIT_OF_TYPMOD(typmod)	((typmod) - 1)

/* indexed by CreditUnit */
static const char *const unit_names[CREDIT_UNIT_COUNT] = {
	"cr", "pt", "hr", "ects", "cats"
};

/* what else is read, in UTF-8 */
static const struct
{
	const char *name;
	CreditUnit	unit;
}			unit_aliases[] = {
	{"学分", UNIT_CR},
	{"积分", UNIT_PT},
	{"学时", UNIT_HR}
};

/* A decimal number as it was written, before it is an amount. */
typedef struct WrittenNumber
{
	bool		negative;
	bool		too_large;
	bool		inexact;
	uint64		magnitude;		/* in ten-thousandths */
} WrittenNumber;

const char *
credit_unit_name(int unit)
{
	if (unit < 0 || unit >= CREDIT_UNIT_COUNT)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a credit amount has the unknown unit code %d", unit)));
	return unit_names[unit];
}

static bool
equal_in_any_case(const char *name, int length, const char *lower_case)
{
	if ((int) strlen(lower_case) != length)
		return false;
	for (int i = 0; i < length; i++)
	{
		if (pg_ascii_tolower((unsigned char) name[i]) != (unsigned char) lower_case[i])
			return false;
	}
	return true;
}

/*
 * Writes the name in UTF-8, NUL-terminated; what has no UTF-8 form is left
 * out, without an error.
 */
static void
copy_as_utf8(const char *name, int length, char buffer[UNIT_NAME_BUFFER_SIZE])
{
	int			encoding = GetDatabaseEncoding();
	Oid			conversion = InvalidOid;

	if (encoding != PG_UTF8 && encoding != PG_SQL_ASCII)
		conversion = FindDefaultConversionProc(encoding, PG_UTF8);
	if (OidIsValid(conversion))
		pg_do_encoding_conversion_buf(conversion, encoding, PG_UTF8,
									  (unsigned char *) name, length,
									  (unsigned char *) buffer, UNIT_NAME_BUFFER_SIZE, true);
	else
	{
		memcpy(buffer, name, length);
		buffer[length] = '\0';
	}
}

int
credit_unit_from_name(const char *name, int length)
{
	char		utf8[UNIT_NAME_BUFFER_SIZE];

	if (length <= 0 || length > UNIT_NAME_MAX_BYTES)
		return -1;
	for (int unit = 0; unit < CREDIT_UNIT_COUNT; unit++)
	{
		if (equal_in_any_case(name, length, unit_names[unit]))
			return unit;
	}
	if (!IS_HIGHBIT_SET(name[0]))
		return -1;
	copy_as_utf8(name, length, utf8);
	for (size_t i = 0; i < lengthof(unit_aliases); i++)
	{
		if (strcmp(utf8, unit_aliases[i].name) == 0)
			return unit_aliases[i].unit;
	}
	return -1;
}

int
credit_unit_of_argument(const char *name, int length)
{
	int			unit = credit_unit_from_name(name, length);

	if (unit < 0)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("unknown unit \"%.*s\"", length, name),
				 errhint(CREDIT_UNITS_HINT)));
	return unit;
}

/* what the server's scanner takes for white space, whatever the locale */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
append_digit(WrittenNumber *number, int digit)
{
	if (number->magnitude > (uint64) CREDIT_BIAS)
		number->too_large = true;
	else
		number->magnitude = number->magnitude * 10 + digit;
}

/*
 * Reads [+-]digits[.digits] and leaves the cursor behind it; false when there
 * is no digit at all.
 */
static bool
read_number(const char **cursor, WrittenNumber *number)
{
	const char *p = *cursor;
	int			digits = 0;
	int			decimals = 0;

	memset(number, 0, sizeof(WrittenNumber));
	if (*p == '+' || *p == '-')
		number->negative = *p++ == '-';
	for (; is_digit(*p); p++, digits++)
		append_digit(number, *p - '0');
	if (*p == '.')
	{
		for (p++; is_digit(*p); p++, digits++)
		{
			if (decimals < CREDIT_DECIMALS)
			{
				append_digit(number, *p - '0');
				decimals++;
			}
			else if (*p != '0')
				number->inexact = true;
		}
	}
	for (; decimals < CREDIT_DECIMALS; decimals++)
		append_digit(number, 0);
	if (number->magnitude > (uint64) CREDIT_COUNT_MAX + number->negative)
		number->too_large = true;
	*cursor = p;
	return digits > 0;
}

/* an exponent is told from a unit such as "ects" by what follows the e */
static bool
is_exponent(const char *text)
{
	return (text[0] == 'e' || text[0] == 'E') &&
		(text[1] == '+' || text[1] == '-' || is_digit(text[1]));
}

static bool
number_to_amount(const char *text, const WrittenNumber *number, int unit,
				 CreditAmount *result, Node *escontext)
{
	if (number->too_large)
		ereturn(escontext, false,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("credit amount out of range: \"%s\"", text),
				 errdetail(RANGE_DETAIL),
				 errhint(RANGE_HINT)));
	if (number->inexact)
		ereturn(escontext, false,
				(errcode(ERRCODE_CB_INEXACT_AMOUNT),
				 errmsg("\"%s\" is not exact in four decimals", text),
				 errdetail("Amounts count ten-thousandths and are never rounded silently."),
				 errhint("Round the number explicitly first, for example round(2.66667, 4).")));
	*result = credit_amount_pack(unit, number->negative ?
								 -(int64) number->magnitude : (int64) number->magnitude);
	return true;
}

bool
credit_amount_parse(const char *text, CreditAmount *result, Node *escontext)
{
	const char *p = text;
	const char *end = text + strlen(text);
	WrittenNumber number;
	int			unit = UNIT_CR;

	while (is_space(*p))
		p++;
	while (end > p && is_space(end[-1]))
		end--;
	if (!read_number(&p, &number) || is_exponent(p))
		ereturn(escontext, false,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "credit_amount", text),
				 errdetail("An amount is a plain decimal number and a unit."),
				 errhint("Write it like '8 cr', '2.6667 cr' or '16 hr'.")));
	while (p < end && is_space(*p))
		p++;
	if (p < end)
		unit = credit_unit_from_name(p, end - p);
	if (unit < 0)
		ereturn(escontext, false,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "credit_amount", text),
				 errdetail("\"%.*s\" is not a unit.", (int) (end - p), p),
				 errhint(CREDIT_UNITS_HINT)));
	return number_to_amount(text, &number, unit, result, escontext);
}

char *
credit_count_format(int64 count, char *buffer)
{
	uint64		magnitude = count < 0 ? -(uint64) count : (uint64) count;
	int			fraction = magnitude % CREDIT_SCALE;
	char	   *p = buffer;

	if (count < 0)
		*p++ = '-';
	p += pg_ulltoa_n(magnitude / CREDIT_SCALE, p);
	if (fraction != 0)
	{
		*p++ = '.';
		p = pg_ultostr_zeropad(p, fraction, CREDIT_DECIMALS);
		while (p[-1] == '0')
			p--;
	}
	*p = '\0';
	return p;
}

void
credit_amount_format(CreditAmount amount, char *buffer)
{
	char	   *p = credit_count_format(credit_amount_count(amount), buffer);

	*p++ = ' ';
	strcpy(p, credit_unit_name(credit_amount_unit_code(amount)));
}

void
credit_amount_unit_mismatch(CreditAmount a, const char *sign, CreditAmount b)
{
	char		a_text[CREDIT_AMOUNT_TEXT_SIZE];
	char		b_text[CREDIT_AMOUNT_TEXT_SIZE];

	credit_amount_format(a, a_text);
	credit_amount_format(b, b_text);
	ereport(ERROR,
			(errcode(ERRCODE_CB_UNIT_MISMATCH),
			 errmsg("amounts of different units: %s %s %s", a_text, sign, b_text),
			 errdetail("The first amount is in %s, the second in %s.",
					   credit_unit_name(credit_amount_unit_code(a)),
					   credit_unit_name(credit_amount_unit_code(b))),
			 errhint("Group or filter by creditbank.unit(amount): no unit turns into another without a rule.")));
}

void
credit_amount_out_of_range(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("credit amount out of range: %s", what),
			 errdetail(RANGE_DETAIL),
			 errhint(RANGE_HINT)));
}

/* the unit that a type modifier from anywhere stands for, or -1 for any */
static int
unit_of_typmod(int32 typmod)
{
	if (typmod < 0)
		return -1;
	if (typmod < TYPMOD_OF_UNIT(0) || typmod >= TYPMOD_OF_UNIT(CREDIT_UNIT_COUNT))
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("invalid type modifier %d for type %s", typmod, "credit_amount"),
				 errhint("Write the unit instead: credit_amount(cr).")));
	return UNIT_OF_TYPMOD(typmod);
}

/* does the amount fit a type pinned to a unit? */
static bool
check_pinned_unit(CreditAmount amount, int32 typmod, Node *escontext)
{
	int			pinned = unit_of_typmod(typmod);
	int			unit = credit_amount_unit_code(amount);
	char		text[CREDIT_AMOUNT_TEXT_SIZE];
	char		number[CREDIT_AMOUNT_TEXT_SIZE];

	if (pinned < 0 || pinned == unit)
		return true;
	credit_amount_format(amount, text);
	credit_count_format(credit_amount_count(amount), number);
	ereturn(escontext, false,
			(errcode(ERRCODE_CB_UNIT_MISMATCH),
			 errmsg("\"%s\" does not fit type credit_amount(%s)", text, unit_names[pinned]),
			 errdetail("The amount is in %s, the type takes %s only.",
					   credit_unit_name(unit), unit_names[pinned]),
			 unit == UNIT_CR ?
			 errhint("A number without a unit is credits, everywhere. If %s is meant, write '%s %s'.",
					 unit_names[pinned], number, unit_names[pinned]) :
			 errhint("Write the amount in %s: no unit turns into another without a rule.",
					 unit_names[pinned])));
}

Datum
credit_amount_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	int32		typmod = PG_GETARG_INT32(2);
	CreditAmount amount;

	if (!credit_amount_parse(text, &amount, fcinfo->context) ||
		!check_pinned_unit(amount, typmod, fcinfo->context))
		PG_RETURN_NULL();
	PG_RETURN_CREDIT_AMOUNT(amount);
}

Datum
credit_amount_out(PG_FUNCTION_ARGS)
{
	char	   *buffer = palloc(CREDIT_AMOUNT_TEXT_SIZE);

	credit_amount_format(PG_GETARG_CREDIT_AMOUNT(0), buffer);
	PG_RETURN_CSTRING(buffer);
}

static void
report_bad_wire_form(const char *part, int64 value)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary form of type %s", "credit_amount"),
			 errdetail("The %s is " INT64_FORMAT ".", part, value),
			 errhint("Send version 1, a unit code and a 60-bit count of ten-thousandths, or send text.")));
}

Datum
credit_amount_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int32		typmod = PG_GETARG_INT32(2);
	int			version = pq_getmsgbyte(message);
	int			unit = pq_getmsgbyte(message);
	int64		count = pq_getmsgint64(message);
	CreditAmount amount;

	if (version != WIRE_VERSION)
		report_bad_wire_form("version", version);
	if (unit >= CREDIT_UNIT_COUNT)
		report_bad_wire_form("unit code", unit);
	if (!credit_count_fits(count))
		report_bad_wire_form("count", count);
	amount = credit_amount_pack(unit, count);
	check_pinned_unit(amount, typmod, NULL);
	PG_RETURN_CREDIT_AMOUNT(amount);
}

Datum
credit_amount_send(PG_FUNCTION_ARGS)
{
	CreditAmount amount = PG_GETARG_CREDIT_AMOUNT(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbyte(&message, WIRE_VERSION);
	pq_sendbyte(&message, credit_amount_unit_code(amount));
	pq_sendint64(&message, credit_amount_count(amount));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

Datum
credit_amount_typmod_in(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	Datum	   *modifiers;
	int			n;
	const char *name;

	if (ARR_ELEMTYPE(array) != CSTRINGOID || ARR_NDIM(array) != 1 || array_contains_nulls(array))
		n = 0;
	else
		deconstruct_array(array, CSTRINGOID, -2, false, TYPALIGN_CHAR, &modifiers, NULL, &n);
	if (n != 1)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_PARAMETER),
				 errmsg("invalid type modifier for type %s", "credit_amount"),
				 errdetail("The modifier is exactly one unit."),
				 errhint("Write credit_amount(cr), or credit_amount to take every unit.")));
	name = DatumGetCString(modifiers[0]);
	PG_RETURN_INT32(TYPMOD_OF_UNIT(credit_unit_of_argument(name, strlen(name))));
}

Datum
credit_amount_typmod_out(PG_FUNCTION_ARGS)
{
	int			unit = unit_of_typmod(PG_GETARG_INT32(0));

	PG_RETURN_CSTRING(unit < 0 ? pstrdup("") : psprintf("(%s)", unit_names[unit]));
}

/*
 * credit_amount(amount, typmod, explicit) -> the same amount, if it fits
 *
 * An explicit cast refuses as an assignment does: a cast that dropped the unit
 * would turn hours into credits.
 */
Datum
credit_amount_pin(PG_FUNCTION_ARGS)
{
	CreditAmount amount = PG_GETARG_CREDIT_AMOUNT(0);

	check_pinned_unit(amount, PG_GETARG_INT32(1), NULL);
	PG_RETURN_CREDIT_AMOUNT(amount);
}

Datum
credit_amount_unit(PG_FUNCTION_ARGS)
{
	int			unit = credit_amount_unit_code(PG_GETARG_CREDIT_AMOUNT(0));

	PG_RETURN_TEXT_P(cstring_to_text(credit_unit_name(unit)));
}
