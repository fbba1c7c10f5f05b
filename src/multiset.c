/*
 * multiset.c
 *		The field of 2^127 - 1 elements, and products that stand for multisets.
 *
 * Promise: exact arithmetic; every result is below the prime when the arguments
 * are.  Randomness is the server's strong source or an error, never a weaker one.
 */
#include "postgres.h"

#include "multiset.h"

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
