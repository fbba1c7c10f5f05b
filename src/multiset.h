/*
 * multiset.h
 *		Comparing two multisets in any order, in constant memory.
 *
 * Two multisets are equal exactly when the polynomials that have them as roots
 * are; these are compared at a point drawn at random.  An element is a vector
 * of 64-bit words x; with the field of p = 2^127 - 1 elements, a point r and
 * weights k, a multiset M stands for
 *
 *		product over x in M of (r - (k[0] x[0] + k[1] x[1] + ...)) mod p
 *
 * As polynomials in r and k the factors of different vectors are different
 * primes, so the products of different multisets are different polynomials, of
 * degree at most |M|: by the lemma of Schwartz and Zippel they agree at a
 * random point with a probability of at most |M| / p.  That holds whatever the
 * data are, as long as they cannot depend on the point.
 *
 * Promise: products commute and combine, so parts may be taken in any order by
 * any number of processes.  The point must be drawn anew for every comparison
 * and must never be shown before it.
 */
#ifndef CREDITBANK_MULTISET_H
#define CREDITBANK_MULTISET_H

#include "compat.h"

#define FIELD_PRIME		((((uint128) 1) << 127) - 1)

/* The longest vector: two numbers and the four words of a hash. */
#define MULTISET_WORDS	6

typedef struct MultisetKey
{
	uint128		point;
	uint128		weights[MULTISET_WORDS];
} MultisetKey;

/* base^(b * 256^i), for powers with any 64-bit exponent */
typedef struct FieldPowers
{
	uint128		of_byte[8][256];
} FieldPowers;

/* a number of the field from one of any sign */
static inline uint128
field_from_int64(int64 value)
{
	return value >= 0 ? (uint128) value : FIELD_PRIME - (uint128) (-(int128) value);
}

/* a number below 2^128 - 1 brought into the field */
static inline uint128
field_reduce(uint128 value)
{
	value = (value & FIELD_PRIME) + (value >> 127);
	return value >= FIELD_PRIME ? value - FIELD_PRIME : value;
}

static inline uint128
field_add(uint128 a, uint128 b)
{
	return field_reduce(a + b);
}

static inline uint128
field_subtract(uint128 a, uint128 b)
{
	return field_reduce(a + (FIELD_PRIME - b));
}

static inline bool
field_has(uint128 value)
{
	return value < FIELD_PRIME;
}

#define LOW_WORD(x)		((uint64) (x))
#define HIGH_WORD(x)	((uint64) ((x) >> 64))

static inline uint128
field_multiply(uint128 a, uint128 b)
{
	uint128		low = (uint128) LOW_WORD(a) * LOW_WORD(b);
	uint128		middle = (uint128) HIGH_WORD(a) * LOW_WORD(b) +
		(uint128) LOW_WORD(a) * HIGH_WORD(b);
	uint128		high = (uint128) HIGH_WORD(a) * HIGH_WORD(b) + HIGH_WORD(middle);

	middle <<= 64;
	low += middle;
	high += low < middle;
	/* 2^127 is 1 */
	return field_reduce((low & FIELD_PRIME) + ((high << 1) | (low >> 127)));
}

extern uint128 field_random(void);
extern void field_powers_init(FieldPowers *powers, uint128 base);
extern uint128 field_power(const FieldPowers *powers, uint64 exponent);

extern void multiset_draw_key(MultisetKey *key);

/*
 * The product of no elements is 1, and that of two parts field_multiply's.
 * Inline, so that the number of words is known where it is called.
 */
static inline void
multiset_add(uint128 *product, const MultisetKey *key, const uint64 *words, int count)
{
	/* The sum by words of 64 bits, each with its carries still above it. */
	uint128		low = 0;
	uint128		middle = 0;
	uint128		high = 0;
	uint128		sum;

	for (int i = 0; i < count; i++)
	{
		uint128		of_low = (uint128) LOW_WORD(key->weights[i]) * words[i];
		uint128		of_high = (uint128) HIGH_WORD(key->weights[i]) * words[i];

		low += LOW_WORD(of_low);
		middle += (uint128) HIGH_WORD(of_low) + LOW_WORD(of_high);
		high += HIGH_WORD(of_high);
	}
	middle += HIGH_WORD(low);
	high += HIGH_WORD(middle);
	sum = middle << 64 | LOW_WORD(low);
	/* 2^127 is 1 */
	sum = field_reduce((sum & FIELD_PRIME) + ((high << 1) | (sum >> 127)));
	*product = field_multiply(*product, field_subtract(key->point, sum));
}

#endif							/* CREDITBANK_MULTISET_H */
