/*
 * rule_set_format.h
 *		The stored bytes of a rule_set: format version and record tags.
 *
 * One byte of format version, then records: a tag byte, the length of the
 * payload in four bytes, the payload.  What is not said has no record.
 * Integers are big-endian, strings UTF-8.  doc/rule_set.md has the table.
 *
 * Promise: a tag is never renumbered and never reused: stored bytes are read
 * forever, and they are what is signed.
 */
#ifndef CREDITBANK_RULE_SET_FORMAT_H
#define CREDITBANK_RULE_SET_FORMAT_H

#define RULE_SET_FORMAT	1
#define RECORD_HEADER	5	/* tag and length */

/*
 * Within a group, records stand in the order of these numbers.  Numbers never
 * change meaning and are never reused; gaps are room for growth.
 */
typedef enum RecordTag
{
	TAG_NAME = 1,
	TAG_VERSION = 2,
	TAG_PROGRAMME = 3,			/* any number of times */
	TAG_EFFECTIVE_FROM = 4,
	TAG_EFFECTIVE_TO = 5,
	TAG_ROUND = 6,

	TAG_RULE_NAME = 16,
	TAG_PRIORITY = 17,

	TAG_PATTERN = 32,
	TAG_TEST = 33,				/* any number of times */
	TAG_WITHIN = 34,

	TAG_NEEDED = 40,
	TAG_SOURCE = 41,			/* group; any number of times */
	TAG_SOME_OF = 42,			/* group; any number of times */

	TAG_GRANT = 48,				/* group; any number of times */
	TAG_TARGET = 49,
	TAG_GRANT_AMOUNT = 50,
	TAG_PER = 51,
	TAG_LEFTOVER = 52,

	TAG_CAP = 56,				/* group; any number of times */
	TAG_CAP_SCOPE = 57,
	TAG_CAP_AMOUNT = 58,
	TAG_CAP_PERCENT = 59,
	TAG_CAP_ITEMS = 60,
	TAG_CAP_YEAR = 61,

	TAG_RULE = 64				/* group; any number of times */
} RecordTag;

#endif							/* CREDITBANK_RULE_SET_FORMAT_H */
