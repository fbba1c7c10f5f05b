/*
 * rule_set_write.c
 *		The stored bytes of a rule_set, written from the canonical tree.
 *
 * Promise: one canonical tree has one sequence of bytes, the same on every
 * server.  It must never write anything for what a rule does not say.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"

#include "compat.h"
#include "rule_set.h"
#include "rule_set_format.h"

static int
begin_record(StringInfo buffer, RecordTag tag)
{
	pq_sendint8(buffer, tag);
	pq_sendint32(buffer, 0);
	return buffer->len;
}

static void
end_record(StringInfo buffer, int start)
{
	uint32		length = pg_hton32((uint32) (buffer->len - start));

	memcpy(buffer->data + start - sizeof(length), &length, sizeof(length));
}

static void
write_string(StringInfo buffer, RecordTag tag, const char *string)
{
	int			start = begin_record(buffer, tag);
	char	   *utf8 = pg_server_to_any(string, strlen(string), PG_UTF8);

	appendStringInfoString(buffer, utf8);
	end_record(buffer, start);
}

static void
write_int32(StringInfo buffer, RecordTag tag, int32 value)
{
	int			start = begin_record(buffer, tag);

	pq_sendint32(buffer, value);
	end_record(buffer, start);
}

static void
write_int64(StringInfo buffer, RecordTag tag, int64 value)
{
	int			start = begin_record(buffer, tag);

	pq_sendint64(buffer, value);
	end_record(buffer, start);
}

static void
write_two_bytes(StringInfo buffer, RecordTag tag, uint8 first, uint8 second)
{
	int			start = begin_record(buffer, tag);

	pq_sendint8(buffer, first);
	pq_sendint8(buffer, second);
	end_record(buffer, start);
}

static void
write_amount(StringInfo buffer, RecordTag tag, CreditAmount amount)
{
	int			start = begin_record(buffer, tag);

	pq_sendint8(buffer, credit_amount_unit_code(amount));
	pq_sendint64(buffer, credit_amount_count(amount));
	end_record(buffer, start);
}

static void
write_cap(StringInfo buffer, const RuleCap *cap)
{
	int			start = begin_record(buffer, TAG_CAP);

	const RuleScope *scope = linitial(cap->scopes);

	write_two_bytes(buffer, TAG_CAP_SCOPE, scope->kind, scope->achievement_class);
	if (cap->has_amount)
		write_amount(buffer, TAG_CAP_AMOUNT, cap->amount);
	if (cap->percent != 0)
		write_int64(buffer, TAG_CAP_PERCENT, cap->percent);
	if (cap->max_items != 0)
		write_int32(buffer, TAG_CAP_ITEMS, cap->max_items);
	if (cap->starts != NIL)
	{
		const RuleMonthDay *start_day = linitial(cap->starts);

		write_two_bytes(buffer, TAG_CAP_YEAR, start_day->month, start_day->day);
	}
	end_record(buffer, start);
}

static void
write_source(StringInfo buffer, const RuleCondition *source)
{
	ListCell   *cell;

	write_string(buffer, TAG_PATTERN, source->pattern);
	foreach(cell, source->tests)
	{
		RuleTest   *test = lfirst(cell);
		int			start = begin_record(buffer, TAG_TEST);

		pq_sendint8(buffer, test->parameter);
		pq_sendint8(buffer, test->operator);
		pq_sendint64(buffer, test->value);
		end_record(buffer, start);
	}
	if (source->within != 0)
	{
		int			start = begin_record(buffer, TAG_WITHIN);

		pq_sendint8(buffer, source->within_unit);
		pq_sendint32(buffer, source->within);
		end_record(buffer, start);
	}
}

void
rule_condition_write(StringInfo buffer, const RuleCondition *condition)
{
	bool		is_source = condition->kind == COND_SOURCE;
	int			start = begin_record(buffer, is_source ? TAG_SOURCE : TAG_SOME_OF);

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (is_source)
		write_source(buffer, condition);
	else
	{
		ListCell   *cell;

		write_int32(buffer, TAG_NEEDED, condition->needed);
		foreach(cell, condition->children)
			rule_condition_write(buffer, lfirst(cell));
	}
	end_record(buffer, start);
}

static void
write_grant(StringInfo buffer, const RuleGrant *grant)
{
	int			start = begin_record(buffer, TAG_GRANT);

	if (grant->target != NULL)
		write_string(buffer, TAG_TARGET, grant->target);
	write_amount(buffer, TAG_GRANT_AMOUNT, grant->amount);
	if (grant->has_per)
		write_amount(buffer, TAG_PER, grant->per);
	if (grant->leftover != LEFTOVER_NONE)
	{
		int			leftover = begin_record(buffer, TAG_LEFTOVER);

		pq_sendint8(buffer, grant->leftover);
		end_record(buffer, leftover);
	}
	end_record(buffer, start);
}

static void
write_rule(StringInfo buffer, const Rule *rule)
{
	int			start = begin_record(buffer, TAG_RULE);
	ListCell   *cell;

	write_string(buffer, TAG_RULE_NAME, rule->name);
	if (rule->priority != 0)
		write_int32(buffer, TAG_PRIORITY, rule->priority);
	rule_condition_write(buffer, rule->when);
	foreach(cell, rule->grants)
	{
		CHECK_FOR_INTERRUPTS();
		write_grant(buffer, lfirst(cell));
	}
	foreach(cell, rule->caps)
		write_cap(buffer, lfirst(cell));
	end_record(buffer, start);
}

RuleSetData *
rule_set_write(const RuleSet *rules)
{
	StringInfoData buffer;
	ListCell   *cell;

	initStringInfo(&buffer);
	appendStringInfoSpaces(&buffer, VARHDRSZ);	/* overwritten below */
	pq_sendint8(&buffer, RULE_SET_FORMAT);
	write_string(&buffer, TAG_NAME, rules->name);
	write_int32(&buffer, TAG_VERSION, rules->version);
	foreach(cell, rules->programmes)
		write_string(&buffer, TAG_PROGRAMME, lfirst(cell));
	if (!DATE_NOT_FINITE(rules->effective_from))
		write_int32(&buffer, TAG_EFFECTIVE_FROM, rules->effective_from);
	if (!DATE_NOT_FINITE(rules->effective_to))
		write_int32(&buffer, TAG_EFFECTIVE_TO, rules->effective_to);
	if (rules->round_mode != ROUND_HALF_UP || rules->round_digits != 4)
		write_two_bytes(&buffer, TAG_ROUND, rules->round_mode, rules->round_digits);
	foreach(cell, rules->caps)
		write_cap(&buffer, lfirst(cell));
	foreach(cell, rules->rules)
		write_rule(&buffer, lfirst(cell));
	SET_VARSIZE(buffer.data, buffer.len);
	return (RuleSetData *) buffer.data;
}
