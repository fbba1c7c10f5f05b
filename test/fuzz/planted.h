/*
 * planted.h
 *		Mistakes made on purpose, so that a fuzzer that finds nothing is seen.
 */
#ifndef CREDITBANK_FUZZ_PLANTED_H
#define CREDITBANK_FUZZ_PLANTED_H

#include "fuzz.h"

extern void run_planted(const uint8 *data, size_t size);
extern void run_hidden(const uint8 *data, size_t size);

#endif							/* CREDITBANK_FUZZ_PLANTED_H */
