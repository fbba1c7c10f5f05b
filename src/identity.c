/*
 * identity.c
 *		Identity numbers: what they may be, in one form.
 *
 * Residents' numbers and residence permits follow GB 11643-1999: six digits of
 * a region, eight of the date of birth, three to tell people apart, and a check
 * character by ISO 7064 MOD 11-2.  Passports follow ICAO Doc 9303: up to nine
 * letters and digits.  Promise: no message repeats a number or a part of one.
 * It must never depend on the day, a table or a setting.
 */
#include "postgres.h"

#include <ctype.h>

#include "utils/builtins.h"
#include "utils/datetime.h"

#include "compat.h"
#include "errors.h"
#include "identity.h"

PG_FUNCTION_INFO_V1(creditbank_identity_problem);
PG_FUNCTION_INFO_V1(creditbank_identity_canonical);
PG_FUNCTION_INFO_V1(creditbank_identity_birth_date);

#define LENGTH 18				/* of a number by GB 11643 */
#define OLD_LENGTH 15			/* with two digits of the year and no check character */
#define BIRTH_PLACE 6			/* where the date of birth begins */
#define PASSPORT_MAX_LENGTH 9
#define SHORTEST_LENGTH 4		/* of numbers that no standard fixes */
#define FIRST_YEAR 1900

static const char *const kind_names[] = {
	[IDENTITY_RESIDENT_ID] = "resident_id",
	[IDENTITY_RESIDENCE_PERMIT] = "residence_permit",
	[IDENTITY_PASSPORT] = "passport",
	[IDENTITY_OTHER] = "other"
};

/* GB/T 2260: the provinces by their first two digits */
static const char *const provinces =
	"11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
	"50 51 52 53 54 61 62 63 64 65 71 ";

IdentityKind
identity_kind_from_name(const text *name)
{
	char	   *given = text_to_cstring(name);

	for (size_t i = 0; i < lengthof(kind_names); i++)
	{
		if (strcmp(kind_names[i], given) == 0)
			return (IdentityKind) i;
	}
	/* the arguments may have been swapped: what was given may be the number */
	identity_hide_statement();
	ereport(ERROR,
			(errcode(ERRCODE_CB_INVALID_PARAMETER),
			 errmsg("the kind of an identity number is not known"),
			 errhint("The kinds are \"resident_id\", \"residence_permit\", \"passport\" and \"other\".")));
}

const char *
identity_kind_name(IdentityKind kind)
{
	return kind_names[kind];
}

/*
 * Upper case, without the spaces and hyphens that people write; false for a
 * number too long for any kind.
 */
static const char *
fold_number(const text *number, Identity *identity)
{
	const char *source = VARDATA_ANY(number);

	identity->length = 0;
	for (size_t i = 0; i < VARSIZE_ANY_EXHDR(number); i++)
	{
		char		c = source[i];

		if (IS_HIGHBIT_SET(c))
			return "It holds a character that is not ASCII, such as a full-width digit; identity numbers are written in plain ASCII letters and digits.";
		if (c == ' ' || c == '-' || c == '\t')
			continue;
		if (c < ' ' || c > '~')
			return "It holds a control character.";
		if (identity->length == IDENTITY_MAX_LENGTH)
			return psprintf("It has more than %d characters.", IDENTITY_MAX_LENGTH);
		identity->number[identity->length++] = pg_ascii_toupper((unsigned char) c);
	}
	identity->number[identity->length] = '\0';
	return identity->length == 0 ? "It is blank." : NULL;
}

/* ISO 7064 MOD 11-2: the character that makes the whole leave 1 */
static char
check_character(const char *digits)
{
	int			remainder = 0;

	for (int i = 0; i < LENGTH - 1; i++)
		remainder = (remainder + digits[i] - '0') * 2 % 11;
	return "10X98765432"[remainder];
}

static int
read_digits(const char *digits, int count)
{
	int			value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + digits[i] - '0';
	return value;
}

/* NULL, or what is wrong with its characters, the place of which may be told */
static const char *
refuse_characters(const Identity *identity)
{
	for (int i = 0; i < identity->length; i++)
	{
		char		c = identity->number[i];

		if (isdigit((unsigned char) c) || (c == 'X' && i == LENGTH - 1))
			continue;
		return i == LENGTH - 1 ? "Its last character is neither a digit nor X." :
			psprintf("Its character %d is not a digit.", i + 1);
	}
	return NULL;
}

static const char *
refuse_resident_region(const char *number)
{
	char		province[] = {number[0], number[1], ' ', '\0'};

	if (strstr(provinces, province) != NULL)
		return NULL;
	if (number[0] == '8' || number[0] == '9')
		return "Its first two digits are those of a residence permit, not of a resident's identity number: the kind is residence_permit.";
	return "Its first two digits are not those of a province.";
}

/*
 * Hong Kong, Macao and Taiwan residents' permits name the region alone; a
 * foreigner's permanent residence card has 9, the province and the country.
 */
static const char *
refuse_permit_region(const char *number)
{
	char		province[] = {number[1], number[2], ' ', '\0'};

	if (strncmp(number, "810000", BIRTH_PLACE) == 0 ||
		strncmp(number, "820000", BIRTH_PLACE) == 0 ||
		strncmp(number, "830000", BIRTH_PLACE) == 0)
		return NULL;
	if (number[0] != '9')
		return "It begins neither with 810000, 820000 or 830000 (permits of Hong Kong, Macao and Taiwan residents) nor with 9 (foreigners' permanent residence cards).";
	if (strstr(provinces, province) == NULL)
		return "Its second and third digit are not those of a province.";
	return NULL;
}

static const char *
refuse_birth_date(const Identity *identity)
{
	DateADT		birth_date;

	if (read_digits(identity->number + BIRTH_PLACE, 4) < FIRST_YEAR)
		return psprintf("Its date of birth lies before %d.", FIRST_YEAR);
	if (!identity_birth_date(identity, &birth_date))
		return "Its date of birth is not a day of the calendar.";
	return NULL;
}

/* the old form left the century out: everybody who has one was born in the last */
static void
lengthen_old_form(Identity *identity)
{
	char	   *year = identity->number + BIRTH_PLACE;

	memmove(year + 2, year, OLD_LENGTH - BIRTH_PLACE);
	memcpy(year, "19", 2);
	identity->length = LENGTH;
	identity->number[LENGTH - 1] = check_character(identity->number);
	identity->number[LENGTH] = '\0';
}

static const char *
refuse_gb11643(Identity *identity)
{
	bool		resident = identity->kind == IDENTITY_RESIDENT_ID;
	const char *refusal;

	if (identity->length != LENGTH && !(resident && identity->length == OLD_LENGTH))
		return psprintf("Its length is %d; %s.", identity->length,
						resident ? "a resident's identity number has 18 characters, or 15 in its old form" :
						"the number of a residence permit has 18 characters (those of older cards are of kind other)");
	refusal = refuse_characters(identity);
	if (refusal == NULL && identity->length == OLD_LENGTH)
		lengthen_old_form(identity);
	if (refusal == NULL)
		refusal = resident ? refuse_resident_region(identity->number) :
			refuse_permit_region(identity->number);
	if (refusal == NULL)
		refusal = refuse_birth_date(identity);
	if (refusal == NULL && check_character(identity->number) != identity->number[LENGTH - 1])
		refusal = "Its check character does not fit: a digit was mistyped or two were swapped.";
	return refusal;
}

static const char *
refuse_other(const Identity *identity)
{
	bool		passport = identity->kind == IDENTITY_PASSPORT;
	bool		has_digit = false;

	if (identity->length < SHORTEST_LENGTH)
		return psprintf("Its length is %d; a number of this kind has at least %d characters.",
						identity->length, SHORTEST_LENGTH);
	if (passport && identity->length > PASSPORT_MAX_LENGTH)
		return psprintf("Its length is %d; the number of a passport has at most %d characters.",
						identity->length, PASSPORT_MAX_LENGTH);
	for (int i = 0; i < identity->length; i++)
	{
		unsigned char c = identity->number[i];

		if (passport && !isalnum(c))
			return "It holds a character that is neither a letter nor a digit.";
		has_digit |= isdigit(c) != 0;
	}
	return has_digit ? NULL : "It holds no digit.";
}

const char *
identity_read(IdentityKind kind, const text *number, Identity *identity)
{
	const char *refusal = fold_number(number, identity);

	identity->kind = kind;
	if (refusal != NULL)
		return refusal;
	if (kind == IDENTITY_RESIDENT_ID || kind == IDENTITY_RESIDENCE_PERMIT)
		return refuse_gb11643(identity);
	return refuse_other(identity);
}

void
identity_require(IdentityKind kind, const text *number, Identity *identity)
{
	const char *refusal;

	identity_hide_statement();
	refusal = identity_read(kind, number, identity);
	if (refusal != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CB_INVALID_IDENTITY),
				 errmsg("the identity number cannot be one of kind \"%s\"", identity_kind_name(kind)),
				 errdetail_internal("%s", refusal),
				 errhint("Correct the number, or name the kind of the document that it stands on.")));
}

bool
identity_birth_date(const Identity *identity, DateADT *birth_date)
{
	const char *digits = identity->number + BIRTH_PLACE;
	int			year = read_digits(digits, 4);
	int			month = read_digits(digits + 4, 2);
	int			day = read_digits(digits + 6, 2);

	if (identity->kind != IDENTITY_RESIDENT_ID && identity->kind != IDENTITY_RESIDENCE_PERMIT)
		return false;
	if (year < 1 || month < 1 || month > MONTHS_PER_YEAR || day < 1 ||
		day > day_tab[isleap(year)][month - 1])
		return false;
	*birth_date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return true;
}

/*
 * identity_problem(kind text, number text) -> text
 */
Datum
creditbank_identity_problem(PG_FUNCTION_ARGS)
{
	IdentityKind kind = identity_kind_from_name(PG_GETARG_TEXT_PP(0));
	Identity	identity;
	const char *refusal;

	identity_hide_statement();
	refusal = identity_read(kind, PG_GETARG_TEXT_PP(1), &identity);
	if (refusal == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(refusal));
}

/*
 * identity_canonical(kind text, number text) -> text
 */
Datum
creditbank_identity_canonical(PG_FUNCTION_ARGS)
{
	Identity	identity;

	identity_require(identity_kind_from_name(PG_GETARG_TEXT_PP(0)), PG_GETARG_TEXT_PP(1), &identity);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(identity.number, identity.length));
}

/*
 * identity_birth_date(kind text, number text) -> date
 */
Datum
creditbank_identity_birth_date(PG_FUNCTION_ARGS)
{
	Identity	identity;
	DateADT		birth_date;

	identity_require(identity_kind_from_name(PG_GETARG_TEXT_PP(0)), PG_GETARG_TEXT_PP(1), &identity);
	if (!identity_birth_date(&identity, &birth_date))
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(birth_date);
}
