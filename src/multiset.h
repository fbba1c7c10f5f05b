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

extern uint128 field_multiply(uint128 a, uint128 b);
extern uint128 field_random(void);
extern void field_powers_init(FieldPowers *powers, uint128 base);
extern uint128 field_power(const FieldPowers *powers, uint64 exponent);

extern void multiset_draw_key(MultisetKey *key);

/* the product of no elements is 1, and that of two parts field_multiply's */
extern void multiset_add(uint128 *product, const MultisetKey *key,
						 const uint64 *words, int count);

#endif							/* CREDITBANK_MULTISET_H */
