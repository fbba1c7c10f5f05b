/*
 * published.h
 *		The targets of what is published: figures, and codes to be scanned.
 */
#ifndef CREDITBANK_FUZZ_PUBLISHED_H
#define CREDITBANK_FUZZ_PUBLISHED_H

#include "fuzz.h"

extern void run_figures(const uint8 *data, size_t size);
extern void run_qr_code(const uint8 *data, size_t size);

#endif							/* CREDITBANK_FUZZ_PUBLISHED_H */
