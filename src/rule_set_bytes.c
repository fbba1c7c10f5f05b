/*
 * rule_set_bytes.c
 *		The records of a rule_set's stored bytes, taken apart.
 *
 * Promise: reading never leaves the given bytes whatever they hold: a wrong
 * length, a record out of place or one that is longer than what holds it is
 * refused.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"

#include "compat.h"
#include "errors.h"
#include "rule_set_bytes.h"

void
rule_refuse_bytes(const RuleReader *reader, const char *what)
{
	ereport(ERROR,
			(errcode(reader->sqlstate),
			 errmsg("invalid rule_set bytes: %s", what),
			 errdetail("At byte %zu of the value.",
					   (size_t) (reader->next - reader->start)),
			 errhint("The bytes must be those that a rule_set was sent as; doc/rule_set.md describes them.")));
}

static bool
may_repeat(int tag)
{
	switch (tag)
	{
		case TAG_PROGRAMME:
		case TAG_SAME:
		case TAG_SUBSTITUTES:
		case TAG_SHELF_LIFE:
		case TAG_EXCLUDE:
		case TAG_SCALE:
		case TAG_TABLE:
		case TAG_MINIMUM:
		case TAG_RULE_PROGRAMME:
		case TAG_TEST:
		case TAG_WORDS_TEST:
		case TAG_GRADE_TEST:
		case TAG_TARGET_TEST:
		case TAG_SOURCE:
		case TAG_SOME_OF:
		case TAG_GRANT:
		case TAG_CAP:
		case TAG_CAP_SCOPE:
		case TAG_CAP_TERM:
		case TAG_RULE:
		case TAG_MEMBER:
		case TAG_KEY:
		case TAG_ROW:
		case TAG_CELL:
			return true;
		default:
			return false;
	}
}

int
rule_next_record(RuleReader *group, RuleReader *record)
{
	size_t		left = group->end - group->next;
	uint32		length;
	int			tag;

	CHECK_FOR_INTERRUPTS();
	if (left == 0)
		return 0;
	if (left < RECORD_HEADER)
		rule_refuse_bytes(group, "cut short");
	tag = group->next[0];
	memcpy(&length, group->next + 1, sizeof(length));
	length = pg_ntoh32(length);
	if (length > left - RECORD_HEADER)
		rule_refuse_bytes(group, "a record is longer than what holds it");
	if (tag < group->last_tag || (tag == group->last_tag && !may_repeat(tag)))
		rule_refuse_bytes(group, "a record is out of place");
	*record = *group;
	record->next = group->next + RECORD_HEADER;
	record->end = record->next + length;
	record->last_tag = 0;
	group->next = record->end;
	group->last_tag = tag;
	return tag;
}

void
rule_expect_length(const RuleReader *record, size_t length)
{
	if ((size_t) (record->end - record->next) != length)
		rule_refuse_bytes(record, "a record has the wrong length");
}

uint8
rule_take_byte(RuleReader *record)
{
	return *record->next++;
}

static int32
take_int32(RuleReader *record)
{
	uint32		value;

	memcpy(&value, record->next, sizeof(value));
	record->next += sizeof(value);
	return (int32) pg_ntoh32(value);
}

int64
rule_take_int64(RuleReader *record)
{
	uint64		value;

	memcpy(&value, record->next, sizeof(value));
	record->next += sizeof(value);
	return (int64) pg_ntoh64(value);
}

int
rule_take_code(RuleReader *record, const RuleWord *words)
{
	int			code = rule_take_byte(record);

	if (rule_word(words, code) == NULL)
		rule_refuse_bytes(record, "unknown code");
	return code;
}

char *
rule_read_string(RuleReader *record)
{
	size_t		length = record->end - record->next;
	char	   *utf8;

	if (length == 0 || length > RULE_SET_MAX_TEXT)
		rule_refuse_bytes(record, "a string is empty or too long");
	utf8 = palloc(length + 1);
	memcpy(utf8, record->next, length);
	utf8[length] = '\0';

	/* checks all of it, also what it need not convert; a zero byte is refused */
	return pg_any_to_server(utf8, length, PG_UTF8);
}

int32
rule_read_int32(RuleReader *record)
{
	rule_expect_length(record, sizeof(int32));
	return take_int32(record);
}

int64
rule_read_int64(RuleReader *record)
{
	rule_expect_length(record, sizeof(int64));
	return rule_take_int64(record);
}

CreditAmount
rule_read_amount(RuleReader *record)
{
	int			unit;
	int64		count;

	rule_expect_length(record, 1 + sizeof(int64));
	unit = rule_take_byte(record);
	count = rule_take_int64(record);
	if (unit >= CREDIT_UNIT_COUNT || !credit_count_fits(count))
		rule_refuse_bytes(record, "not an amount");
	return credit_amount_pack(unit, count);
}

DateADT
rule_read_date(RuleReader *record)
{
	DateADT		date = rule_read_int32(record);

	if (!IS_VALID_DATE(date))
		rule_refuse_bytes(record, "not a date");
	return date;
}

int
rule_read_code(RuleReader *record, const RuleWord *words)
{
	rule_expect_length(record, 1);
	return rule_take_code(record, words);
}

/* a record that says all by being there */
void
rule_read_mark(RuleReader *record)
{
	rule_expect_length(record, 0);
}

void
rule_read_rounding(RuleReader *record, RuleRoundingMode *mode, int32 *digits)
{
	rule_expect_length(record, 2);
	*mode = rule_take_code(record, rule_rounding_words);
	*digits = rule_take_byte(record);
}

void
rule_read_period(RuleReader *record, int32 *number, RulePeriodUnit *unit)
{
	rule_expect_length(record, RULE_PERIOD_LENGTH);
	*unit = rule_take_code(record, rule_period_words);
	*number = take_int32(record);
}

uint8
rule_read_first_byte(RuleReader *record)
{
	if (record->next == record->end)
		rule_refuse_bytes(record, "a record has the wrong length");
	return rule_take_byte(record);
}
