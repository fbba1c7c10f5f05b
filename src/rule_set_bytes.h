/*
 * rule_set_bytes.h
 *		Records of stored bytes, taken apart: for the files that read them.
 *
 *	rule_set_bytes.c		records and what they hold
 *	rule_set_read_clause.c	the clauses of the heading, and caps
 *	rule_set_read.c			rules, and the whole
 *
 * Promise: no function leaves the record it is given; a record that holds
 * something else than expected is refused.
 */
#ifndef CREDITBANK_RULE_SET_BYTES_H
#define CREDITBANK_RULE_SET_BYTES_H

#include "rule_set.h"
#include "rule_set_format.h"

typedef struct RuleReader
{
	const uint8 *next;
	const uint8 *end;
	const uint8 *start;			/* of all the bytes, to name places */
	int			sqlstate;
	int			last_tag;		/* of this group; 0 before the first */
} RuleReader;

pg_noreturn extern void rule_refuse_bytes(const RuleReader *reader, const char *what);

/* steps to the next record of a group; returns its tag, or 0 at the end */
extern int	rule_next_record(RuleReader *group, RuleReader *record);

extern void rule_expect_length(const RuleReader *record, size_t length);

/* a part of a record whose length has been expected */
extern uint8 rule_take_byte(RuleReader *record);
extern int64 rule_take_int64(RuleReader *record);
extern int	rule_take_code(RuleReader *record, const RuleWord *words);

/* a whole record, or what is left of one */
extern char *rule_read_string(RuleReader *record);
extern int32 rule_read_int32(RuleReader *record);
extern int64 rule_read_int64(RuleReader *record);
extern CreditAmount rule_read_amount(RuleReader *record);
extern DateADT rule_read_date(RuleReader *record);
extern int	rule_read_code(RuleReader *record, const RuleWord *words);
extern void rule_read_mark(RuleReader *record);
extern void rule_read_rounding(RuleReader *record, RuleRoundingMode *mode, int32 *digits);
#define RULE_PERIOD_LENGTH	(1 + sizeof(int32))
extern void rule_read_period(RuleReader *record, int32 *number, RulePeriodUnit *unit);

/* one byte at least: for what goes on with a name */
extern uint8 rule_read_first_byte(RuleReader *record);

/* rule_set_read_clause.c */
extern RuleCap *rule_read_cap(RuleReader *group);
extern bool rule_read_clause(RuleSet *rules, int tag, RuleReader *record);

#endif							/* CREDITBANK_RULE_SET_BYTES_H */
