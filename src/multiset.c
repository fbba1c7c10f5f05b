/*
 * multiset.c
 *		The field of 2^127 - 1 elements, and products that stand for multisets.
 *
 * Promise: exact arithmetic; every result is below the prime when the arguments
 * are.  Randomness is the server's strong source or an error, never a weaker one.
 */
#include "postgres.h"

#include "multiset.h"

#define LOW_WORD(x)		((uint64) (x))
#define HIGH_WORD(x)	((uint64) ((x) >> 64))

uint128
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

/* a * b, not yet brought below 2^127 + 2^66 */
static inline uint128
multiply_by_word(uint128 a, uint64 b)
{
	uint128		low = (uint128) LOW_WORD(a) * b;
	uint128		high = (uint128) HIGH_WORD(a) * b + HIGH_WORD(low);

	return ((high << 64 | LOW_WORD(low)) & FIELD_PRIME) + (high >> 63);
}

uint128
field_random(void)
{
	uint128		value;

	do
	{
		if (!pg_strong_random(&value, sizeof(value)))
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not draw a random number")));
		value &= FIELD_PRIME;
	} while (!field_has(value));
	return value;
}

void
multiset_draw_key(MultisetKey *key)
{
	key->point = field_random();
	for (int i = 0; i < MULTISET_WORDS; i++)
		key->weights[i] = field_random();
}

void
multiset_add(uint128 *product, const MultisetKey *key, const uint64 *words, int count)
{
	uint128		sum = 0;

	for (int i = 0; i < count; i++)
	{
		sum += multiply_by_word(key->weights[i], words[i]);
		sum = (sum & FIELD_PRIME) + (sum >> 127);
	}
	*product = field_multiply(*product, field_subtract(key->point, field_reduce(sum)));
}

void
field_powers_init(FieldPowers *powers, uint128 base)
{
	for (int i = 0; i < 8; i++)
	{
		uint128		power = 1;

		for (int b = 0; b < 256; b++)
		{
			powers->of_byte[i][b] = power;
			power = field_multiply(power, base);
		}
		base = power;
	}
}

uint128
field_power(const FieldPowers *powers, uint64 exponent)
{
	uint128		power = 1;

	for (int i = 0; exponent != 0; i++, exponent >>= 8)
	{
		if (exponent & 0xFF)
			power = field_multiply(power, powers->of_byte[i][exponent & 0xFF]);
	}
	return power;
}
