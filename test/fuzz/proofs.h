/*
 * proofs.h
 *		The targets that read what a stranger says is proven.
 */
#ifndef CREDITBANK_FUZZ_PROOFS_H
#define CREDITBANK_FUZZ_PROOFS_H

#include "fuzz.h"

extern void run_proof(const uint8 *data, size_t size);
extern void run_status_list(const uint8 *data, size_t size);
extern void run_multibase(const uint8 *data, size_t size);

#endif							/* CREDITBANK_FUZZ_PROOFS_H */
