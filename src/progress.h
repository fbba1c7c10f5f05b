/*
 * progress.h
 *		Telling by NOTICE how far a long question is.
 */
#ifndef CREDITBANK_PROGRESS_H
#define CREDITBANK_PROGRESS_H

#include "datatype/timestamp.h"

/*
 * "verified 512 of about 2000 entries (25 %), 100 entries a second"; expected
 * is about, and not told when done is beyond it.
 */
extern void progress_report(const char *what, const char *things, uint64 done,
							int64 expected, TimestampTz began, TimestampTz now);

#endif							/* CREDITBANK_PROGRESS_H */
