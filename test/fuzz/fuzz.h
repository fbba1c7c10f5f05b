/*
 * fuzz.h
 *		The fuzzer: random texts, bytes and documents for the built extension.
 *
 * The extension is built with the address and undefined behaviour sanitizers
 * and libFuzzer into a library of its own, together with
 *
 *	fuzz.c		the loop, in a backend: an input, its target, what is a finding
 *	targets.c	what is done with an input, and what must hold of the result
 *	context.c	memory contexts whose every block the sanitizer watches
 *	mutate.c	changes to words and brackets instead of bytes
 *
 * Promise: a refusal in the words of the house is no finding; a crash, a wrong
 * access, an error that no user is meant to see, an input that takes too long
 * and a value that does not come back the same are.
 */
#ifndef CREDITBANK_FUZZ_H
#define CREDITBANK_FUZZ_H

#include "postgres.h"

typedef struct Target
{
	const char *name;
	bool		of_words;		/* its inputs are text */
	void		(*run) (const uint8 *data, size_t size);
} Target;

/* ends with an entry without a name */
extern const Target targets[];

/*
 * What an input was taken for, once it was taken: whatever is refused from then
 * on is a finding.  NULL while it may be refused.
 */
extern const char *accepted_as;

/*
 * Set while what an input is refused for is another target's affair: what such
 * an input reached is forgotten, so that it is no start for others.
 */
extern bool passing_through;

/* prints what is wrong and ends the process, so that the input is kept */
extern void finding(const char *format,...) pg_attribute_noreturn();

/* stands in for AllocSetContextCreateInternal in all that is built here */
extern MemoryContext watched_context_create(MemoryContext parent, const char *name,
											Size least_size, Size first_block, Size largest_block);

/* both return the new size, at most max_size */
extern size_t words_mutate(uint8 *data, size_t size, size_t max_size, unsigned seed);
extern size_t words_cross(const uint8 *a, size_t a_size, const uint8 *b, size_t b_size,
						  uint8 *out, size_t max_size, unsigned seed);

#endif							/* CREDITBANK_FUZZ_H */
