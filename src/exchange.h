/*
 * exchange.h
 *		Texts that are written plainly: what they hold, or false.
 */
#ifndef CREDITBANK_EXCHANGE_H
#define CREDITBANK_EXCHANGE_H

#include "utils/date.h"

/* digits with so many before the point and after it at most, in units of the last; moves on */
extern bool plain_number(const char **cursor, int whole, int decimals, int64 *count);
extern bool plain_whole_number(const char *text, int whole, int decimals, int64 *count);

/* YYYY-MM-DD or YYYY/MM/DD */
extern bool plain_day(const char *text, DateADT *day);

/* one line of at most so many characters; has_word: not of spaces alone, for certain */
extern bool plain_line(const char *text, int longest, bool *has_word);

/* hexadecimal digits; bytes has room for the longest */
extern bool plain_bytes(const char *text, size_t shortest, size_t longest, uint8 *bytes,
						size_t *length);

#endif							/* CREDITBANK_EXCHANGE_H */
