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
	TAG_PARTIAL = 7,			/* no payload */
	TAG_DUPLICATES = 8,
	TAG_SAME = 9,				/* group; any number of times */
	TAG_SUBSTITUTES = 10,		/* group; any number of times */
	TAG_SHELF_LIFE = 11,		/* group; any number of times */
	TAG_EXCLUDE = 12,			/* any number of times */
	TAG_SCALE = 13,				/* group; any number of times */
	TAG_TABLE = 14,				/* group; any number of times */
	TAG_MINIMUM = 15,			/* group; any number of times */

	TAG_RULE_NAME = 16,
	TAG_PRIORITY = 17,
	TAG_RULE_PROGRAMME = 18,	/* any number of times */
	TAG_RULE_FROM = 19,
	TAG_RULE_TO = 20,
	TAG_RULE_ROUND = 21,
	TAG_RULE_PARTIAL = 22,
	TAG_CARRY = 23,
	TAG_EXEMPT_EXAM = 24,		/* no payload */
	TAG_ASSESSOR = 25,			/* no payload */
	TAG_USES = 26,

	TAG_POINTS_EXPIRE = 31,		/* of the book */

	TAG_PATTERN = 32,
	TAG_TEST = 33,				/* any number of times */
	TAG_WITHIN = 34,
	TAG_WORDS_TEST = 35,		/* group; any number of times */
	TAG_GRADE_TEST = 36,		/* group; any number of times */
	TAG_TARGET_TEST = 37,		/* any number of times */
	TAG_VALID_FOR = 38,

	TAG_NEEDED = 40,
	TAG_SOURCE = 41,			/* group; any number of times */
	TAG_SOME_OF = 42,			/* group; any number of times */

	TAG_GRANT = 48,				/* group; any number of times */
	TAG_TARGET = 49,
	TAG_GRANT_AMOUNT = 50,
	TAG_PER = 51,
	TAG_LEFTOVER = 52,
	TAG_IN_FULL = 53,			/* no payload */
	TAG_TABLE_NAME = 54,
	TAG_BY_SHARE = 55,			/* no payload */

	TAG_CAP = 56,				/* group; any number of times */
	TAG_CAP_SCOPE = 57,			/* any number of times */
	TAG_CAP_AMOUNT = 58,
	TAG_CAP_PERCENT = 59,
	TAG_CAP_ITEMS = 60,
	TAG_CAP_YEAR = 61,
	TAG_CAP_PERCENT_OF = 62,
	TAG_CAP_TERM = 63,			/* any number of times */

	TAG_RULE = 64,				/* group; any number of times */

	TAG_MEMBER = 80,			/* any number of times */
	TAG_KEY = 81,				/* any number of times */
	TAG_ROW = 82,				/* group; any number of times */
	TAG_CELL = 83				/* any number of times */
} RecordTag;

#endif							/* CREDITBANK_RULE_SET_FORMAT_H */
