/*
 * documents.h
 *		The targets that evaluate documents, and rows as text.
 */
#ifndef CREDITBANK_FUZZ_DOCUMENTS_H
#define CREDITBANK_FUZZ_DOCUMENTS_H

#include "fuzz.h"

/* the longest text at the start of the bytes, as a string */
extern char *valid_text(const uint8 *data, size_t size);

extern void run_documents(const uint8 *data, size_t size);
extern void run_best(const uint8 *data, size_t size);

/* the rows of rule_set_rules, a line for each */
extern char *rows_of_rules(Datum rules);

#endif							/* CREDITBANK_FUZZ_DOCUMENTS_H */
