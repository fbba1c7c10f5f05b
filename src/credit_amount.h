/*
 * credit_amount.h
 *		An exact amount of credit with its unit, in eight bytes.
 *
 * The stored form, to the bit:
 *
 *	bits 63..60	unit code (CreditUnit) with its highest bit inverted
 *	bits 59..0	count of ten-thousandths plus 2^59
 *
 * so that comparing two stored forms as signed 64-bit integers orders amounts
 * by unit and then by value, and every bit pattern whose unit is known is a
 * valid amount.
 *
 * Promise: no floating point; a sum that does not fit is an error, never a
 * wrong amount.  Unit codes and this layout never change: they are on disk.
 */
#ifndef CREDITBANK_CREDIT_AMOUNT_H
#define CREDITBANK_CREDIT_AMOUNT_H

#include "fmgr.h"
#include "nodes/nodes.h"

typedef int64 CreditAmount;

/* Unit codes are stored and hashed: never change or reuse one. */
typedef enum CreditUnit
{
	UNIT_CR = 0,				/* credit 学分 */
	UNIT_PT = 1,				/* point 积分 */
	UNIT_HR = 2,				/* learning hour 学时 */
	UNIT_ECTS = 3,				/* ECTS credit */
	UNIT_CATS = 4				/* CATS credit */
} CreditUnit;

#define CREDIT_UNIT_COUNT		5
#define CREDIT_SCALE			10000	/* ten-thousandths in one */
#define CREDIT_BIAS				(INT64CONST(1) << 59)
#define CREDIT_COUNT_MAX		(CREDIT_BIAS - 1)
#define CREDIT_COUNT_MIN		(-CREDIT_BIAS)
#define CREDIT_COUNT_MASK		((UINT64CONST(1) << 60) - 1)

/* longest text: sign, 14 digits, point, 4 digits, space, unit, NUL */
#define CREDIT_AMOUNT_TEXT_SIZE	32

static inline int64
credit_amount_count(CreditAmount amount)
{
	return (int64) ((uint64) amount & CREDIT_COUNT_MASK) - CREDIT_BIAS;
}

static inline int
credit_amount_unit_code(CreditAmount amount)
{
	return (int) (((uint64) amount >> 60) ^ 8);
}

static inline bool
credit_count_fits(int64 count)
{
	return count >= CREDIT_COUNT_MIN && count <= CREDIT_COUNT_MAX;
}

/* the count must fit */
static inline CreditAmount
credit_amount_pack(int unit, int64 count)
{
	return (CreditAmount) ((((uint64) unit ^ 8) << 60) | (uint64) (count + CREDIT_BIAS));
}

#define DatumGetCreditAmount(d)		((CreditAmount) DatumGetInt64(d))
#define CreditAmountGetDatum(a)		Int64GetDatum((int64) (a))
#define PG_GETARG_CREDIT_AMOUNT(n)	DatumGetCreditAmount(PG_GETARG_DATUM(n))
#define PG_RETURN_CREDIT_AMOUNT(a)	return CreditAmountGetDatum(a)

/* "cr", "pt", ...: the unit must be a known code */
extern const char *credit_unit_name(int unit);

/* the unit of a name of the given length in any case, or -1 */
extern int	credit_unit_from_name(const char *name, int length);

/*
 * Reads an amount; unit-less text is cr.  On bad text reports through escontext
 * (which may be NULL, then it raises) and returns false.
 */
extern bool credit_amount_parse(const char *text, CreditAmount *result, Node *escontext);

/* writes ten-thousandths as a plain decimal number; returns where it ends */
extern char *credit_count_format(int64 count, char *buffer);

/* writes canonical text, at most CREDIT_AMOUNT_TEXT_SIZE bytes with the NUL */
extern void credit_amount_format(CreditAmount amount, char *buffer);

/* a + b; raises on different units and on overflow */
extern CreditAmount credit_amount_add(CreditAmount a, CreditAmount b);

/*
 * The units, for the hint of every error about a unit that is not known.  (In
 * ASCII, as messages must be valid in every server encoding.)
 */
#define CREDIT_UNITS_HINT \
	"The units are cr (credit), pt (point), hr (learning hour), ects and cats; a number without a unit is cr."

/* the unit that SQL code names in an argument or a type modifier; or 22C07 */
extern int	credit_unit_of_argument(const char *name, int length);

/* raises 22C01: "a sign b" needs one unit */
extern void credit_amount_unit_mismatch(CreditAmount a, const char *sign, CreditAmount b);

/* raises 22003 about what was written or computed */
extern void credit_amount_out_of_range(const char *what);

#endif							/* CREDITBANK_CREDIT_AMOUNT_H */
