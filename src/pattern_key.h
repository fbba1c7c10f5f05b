/*
 * pattern_key.h
 *		A pattern of achievements as the key of a hash table.
 *
 * Promise: keys are equal when their bytes in UTF-8 are; nothing is copied.
 */
#ifndef CREDITBANK_PATTERN_KEY_H
#define CREDITBANK_PATTERN_KEY_H

#include "common/hashfn.h"

/* a pattern, or part of a buffer or record: no NUL ends it */
typedef struct PatternKey
{
	const char *text;
	int			length;
} PatternKey;

static inline bool
pattern_key_equal(PatternKey a, PatternKey b)
{
	return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static inline uint32
pattern_key_hash(PatternKey key)
{
	return hash_bytes((const unsigned char *) key.text, key.length);
}

#endif							/* CREDITBANK_PATTERN_KEY_H */
