/*
 * evaluate_best_memory.c
 *		States that the search has been through, and what they can bring.
 *
 * What was found holds for the options and lines that were left then: each
 * search is a generation, and sees only what it found itself.
 *
 * Promise: a state is found only when it is equal in every word; memory stays
 * below a fixed size, older states giving way.
 */
#include "postgres.h"

#include "evaluate_best.h"

#define FIRST_BITS		4
#define BYTES_MAX		(8 * 1024 * 1024)
#define PROBES			4

/*
 * An entry: the most it can bring in two words, its generation (0: no entry),
 * the state.
 */
#define ENTRY_EXTRA		3

static uint64 *
make_table(const BestMemory *memory, int bits)
{
	return palloc_extended(((Size) memory->words + ENTRY_EXTRA) * sizeof(uint64) << bits,
						   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

void
best_memory_init(BestMemory *memory, int words)
{
	memory->words = words;
	memory->generation = 1;
	memory->bits = FIRST_BITS;
	memory->kept = 0;
	memory->table = make_table(memory, FIRST_BITS);
}

/* spreads a word over all its bits (the finalizer of MurmurHash3) */
static uint64
mix_bits(uint64 word)
{
	word ^= word >> 33;
	word *= UINT64CONST(0xff51afd7ed558ccd);
	word ^= word >> 33;
	word *= UINT64CONST(0xc4ceb9fe1a85ec53);
	return word ^ (word >> 33);
}

static uint64
hash_state(const BestMemory *memory, const uint64 *state)
{
	uint64		hash = 0;

	for (int i = 0; i < memory->words; i++)
		hash = mix_bits(hash ^ state[i]);
	return hash;
}

static uint64 *
entry_at(const BestMemory *memory, uint64 hash, int probe)
{
	uint64		place = (hash + probe) & (((uint64) 1 << memory->bits) - 1);

	return memory->table + place * (memory->words + ENTRY_EXTRA);
}

static bool
is_live(const BestMemory *memory, const uint64 *entry)
{
	return entry[2] == memory->generation;
}

static bool
holds(const BestMemory *memory, const uint64 *entry, const uint64 *state)
{
	return is_live(memory, entry) &&
		memcmp(entry + ENTRY_EXTRA, state, sizeof(uint64) * memory->words) == 0;
}

/* is the state known? then the most that what is left can bring */
bool
best_memory_find(const BestMemory *memory, const uint64 *state, Worth *most)
{
	uint64		hash = hash_state(memory, state);

	for (int i = 0; i < PROBES; i++)
	{
		const uint64 *entry = entry_at(memory, hash, i);

		if (!holds(memory, entry, state))
			continue;
		memcpy(most, entry, sizeof(Worth));
		return true;
	}
	return false;
}

static void
put(BestMemory *memory, const uint64 *state, const uint64 *most)
{
	uint64		hash = hash_state(memory, state);
	uint64	   *place = NULL;

	for (int i = 0; i < PROBES && place == NULL; i++)
	{
		uint64	   *entry = entry_at(memory, hash, i);

		if (!is_live(memory, entry) || holds(memory, entry, state))
			place = entry;
	}
	if (place == NULL)
		place = entry_at(memory, hash, 0);
	memory->kept += !is_live(memory, place);
	memcpy(place, most, sizeof(Worth));
	place[2] = memory->generation;
	memcpy(place + ENTRY_EXTRA, state, sizeof(uint64) * memory->words);
}

static void
grow(BestMemory *memory)
{
	uint64	   *old = memory->table;
	Size		old_count = (Size) 1 << memory->bits;
	Size		entry_words = memory->words + ENTRY_EXTRA;

	memory->bits += 2;
	memory->kept = 0;
	memory->table = make_table(memory, memory->bits);
	for (Size i = 0; i < old_count; i++)
	{
		const uint64 *entry = old + i * entry_words;

		if (is_live(memory, entry))
			put(memory, entry + ENTRY_EXTRA, entry);
	}
	pfree(old);
}

void
best_memory_keep(BestMemory *memory, const uint64 *state, Worth most)
{
	uint64		words[2];

	if (memory->kept > (int64) 1 << (memory->bits - 1) &&
		((Size) memory->words + ENTRY_EXTRA) * sizeof(uint64) << (memory->bits + 2) <= BYTES_MAX)
		grow(memory);
	memcpy(words, &most, sizeof(Worth));
	put(memory, state, words);
}
