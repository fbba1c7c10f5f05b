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

/* without its length: the rest of a record */
static void
append_string(StringInfo buffer, const char *string)
{
	appendStringInfoString(buffer, pg_server_to_any(string, strlen(string), PG_UTF8));
}

static void
write_string(StringInfo buffer, RecordTag tag, const char *string)
{
	int			start = begin_record(buffer, tag);

	append_string(buffer, string);
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
write_byte(StringInfo buffer, RecordTag tag, uint8 byte)
{
	int			start = begin_record(buffer, tag);

	pq_sendint8(buffer, byte);
	end_record(buffer, start);
}

static void
write_mark(StringInfo buffer, RecordTag tag)
{
	end_record(buffer, begin_record(buffer, tag));
}

static void
write_strings(StringInfo buffer, RecordTag tag, const List *strings)
{
	ListCell   *cell;

	foreach(cell, strings)
		write_string(buffer, tag, lfirst(cell));
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
write_period(StringInfo buffer, RecordTag tag, RulePeriodUnit unit, int32 number)
{
	int			start = begin_record(buffer, tag);

	pq_sendint8(buffer, unit);
	pq_sendint32(buffer, number);
	end_record(buffer, start);
}

static void
write_scopes(StringInfo buffer, RecordTag tag, const List *scopes)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		const RuleScope *scope = lfirst(cell);
		int			start = begin_record(buffer, tag);

		pq_sendint8(buffer, scope->kind);
		pq_sendint8(buffer, scope->achievement_class);
		if (scope->name != NULL)
			append_string(buffer, scope->name);
		end_record(buffer, start);
	}
}

static void
write_percent_of(StringInfo buffer, const RuleCap *cap)
{
	int			start = begin_record(buffer, TAG_CAP_PERCENT_OF);

	pq_sendint8(buffer, cap->percent_of);
	if (cap->percent_of == OF_CATEGORY)
		append_string(buffer, cap->percent_category);
	end_record(buffer, start);
}

static void
write_starts(StringInfo buffer, const List *starts)
{
	RecordTag	tag = list_length(starts) == 1 ? TAG_CAP_YEAR : TAG_CAP_TERM;
	ListCell   *cell;

	foreach(cell, starts)
	{
		const RuleMonthDay *start = lfirst(cell);

		write_two_bytes(buffer, tag, start->month, start->day);
	}
}

/* a cap or a minimum */
static void
write_cap(StringInfo buffer, RecordTag tag, const RuleCap *cap)
{
	int			start = begin_record(buffer, tag);

	write_scopes(buffer, TAG_CAP_SCOPE, cap->scopes);
	if (cap->has_amount)
		write_amount(buffer, TAG_CAP_AMOUNT, cap->amount);
	if (cap->percent != 0)
		write_int64(buffer, TAG_CAP_PERCENT, cap->percent);
	if (cap->max_items != 0)
		write_int32(buffer, TAG_CAP_ITEMS, cap->max_items);
	if (list_length(cap->starts) == 1)
		write_starts(buffer, cap->starts);
	if (cap->percent != 0 && cap->percent_of != OF_PROGRAMME)
		write_percent_of(buffer, cap);
	if (list_length(cap->starts) > 1)
		write_starts(buffer, cap->starts);
	end_record(buffer, start);
}

/*
 * Conditions
 */

/* parameter, sign, value */
static void
write_comparison(StringInfo buffer, RecordTag tag, const RuleTest *test)
{
	int			start = begin_record(buffer, tag);

	pq_sendint8(buffer, test->parameter);
	pq_sendint8(buffer, test->operator);
	pq_sendint64(buffer, test->value);
	end_record(buffer, start);
}

static void
write_words_test(StringInfo buffer, const RuleTest *test)
{
	int			start = begin_record(buffer, TAG_WORDS_TEST);

	write_two_bytes(buffer, TAG_TEST, test->parameter, test->negated);
	write_strings(buffer, TAG_MEMBER, test->words);
	end_record(buffer, start);
}

/* a grade on a scale: a word, or a number */
static void
write_grade_test(StringInfo buffer, const RuleTest *test)
{
	int			start = begin_record(buffer, TAG_GRADE_TEST);

	write_string(buffer, TAG_NAME, test->scale);
	if (test->kind == TEST_NUMBER)
		write_comparison(buffer, TAG_TEST, test);
	else
		write_two_bytes(buffer, TAG_TEST, test->parameter, test->operator);
	write_strings(buffer, TAG_MEMBER, test->words);
	end_record(buffer, start);
}

/* those of one record */
static void
write_tests(StringInfo buffer, RecordTag tag, const List *tests)
{
	ListCell   *cell;

	foreach(cell, tests)
	{
		const RuleTest *test = lfirst(cell);

		if (tag == TAG_TEST && test->kind == TEST_NUMBER && test->scale == NULL)
			write_comparison(buffer, tag, test);
		else if (tag == TAG_WORDS_TEST && test->kind == TEST_WORDS)
			write_words_test(buffer, test);
		else if (tag == TAG_GRADE_TEST && test->scale != NULL)
			write_grade_test(buffer, test);
		else if (tag == TAG_TARGET_TEST && test->kind == TEST_TARGET)
			write_comparison(buffer, tag, test);
	}
}

static void
write_source(StringInfo buffer, const RuleCondition *source)
{
	write_string(buffer, TAG_PATTERN, source->pattern);
	write_tests(buffer, TAG_TEST, source->tests);
	if (source->within != 0)
		write_period(buffer, TAG_WITHIN, source->within_unit, source->within);
	write_tests(buffer, TAG_WORDS_TEST, source->tests);
	write_tests(buffer, TAG_GRADE_TEST, source->tests);
	write_tests(buffer, TAG_TARGET_TEST, source->tests);
	if (source->valid_for != 0)
		write_period(buffer, TAG_VALID_FOR, source->valid_for_unit, source->valid_for);
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

		write_tests(buffer, TAG_TEST, condition->tests);
		write_tests(buffer, TAG_TARGET_TEST, condition->tests);
		write_int32(buffer, TAG_NEEDED, condition->needed);
		foreach(cell, condition->children)
			rule_condition_write(buffer, lfirst(cell));
	}
	end_record(buffer, start);
}

/*
 * Rules
 */

static void
write_grant(StringInfo buffer, const RuleGrant *grant)
{
	int			start = begin_record(buffer, TAG_GRANT);

	if (grant->target != NULL)
		write_string(buffer, TAG_TARGET, grant->target);
	if (!grant->in_full && grant->table == NULL)
		write_amount(buffer, TAG_GRANT_AMOUNT, grant->amount);
	if (grant->has_per)
		write_amount(buffer, TAG_PER, grant->per);
	if (grant->leftover != LEFTOVER_NONE)
		write_byte(buffer, TAG_LEFTOVER, grant->leftover);
	if (grant->in_full)
		write_mark(buffer, TAG_IN_FULL);
	if (grant->table != NULL)
		write_string(buffer, TAG_TABLE_NAME, grant->table);
	if (grant->by_share)
		write_mark(buffer, TAG_BY_SHARE);
	end_record(buffer, start);
}

static void
write_carry(StringInfo buffer, const Rule *rule)
{
	int			start;

	if (rule->carry == CARRY_ORIGINAL)
		return;
	start = begin_record(buffer, TAG_CARRY);
	pq_sendint8(buffer, rule->carry);
	if (rule->carry_text != NULL)
		append_string(buffer, rule->carry_text);
	end_record(buffer, start);
}

/* what stands before the condition, in the order of the tags */
static void
write_rule_heading(StringInfo buffer, const Rule *rule)
{
	write_string(buffer, TAG_RULE_NAME, rule->name);
	if (rule->priority != 0)
		write_int32(buffer, TAG_PRIORITY, rule->priority);
	write_strings(buffer, TAG_RULE_PROGRAMME, rule->programmes);
	if (!DATE_NOT_FINITE(rule->effective_from))
		write_int32(buffer, TAG_RULE_FROM, rule->effective_from);
	if (!DATE_NOT_FINITE(rule->effective_to))
		write_int32(buffer, TAG_RULE_TO, rule->effective_to);
	if (rule->has_round)
		write_two_bytes(buffer, TAG_RULE_ROUND, rule->round_mode, rule->round_digits);
	if (rule->partial != PARTIAL_UNSAID)
		write_byte(buffer, TAG_RULE_PARTIAL, rule->partial);
	write_carry(buffer, rule);
	if (rule->exempt_exam)
		write_mark(buffer, TAG_EXEMPT_EXAM);
	if (rule->needs_assessor)
		write_mark(buffer, TAG_ASSESSOR);
	if (rule->has_uses)
		write_amount(buffer, TAG_USES, rule->uses);
}

static void
write_rule(StringInfo buffer, const Rule *rule)
{
	int			start = begin_record(buffer, TAG_RULE);
	ListCell   *cell;

	write_rule_heading(buffer, rule);
	rule_condition_write(buffer, rule->when);
	foreach(cell, rule->grants)
	{
		CHECK_FOR_INTERRUPTS();
		write_grant(buffer, lfirst(cell));
	}
	foreach(cell, rule->caps)
		write_cap(buffer, TAG_CAP, lfirst(cell));
	end_record(buffer, start);
}

/*
 * The heading
 */

static void
write_groups(StringInfo buffer, RecordTag tag, const List *groups)
{
	ListCell   *cell;

	foreach(cell, groups)
	{
		int			start = begin_record(buffer, tag);

		CHECK_FOR_INTERRUPTS();
		write_strings(buffer, TAG_MEMBER, lfirst(cell));
		end_record(buffer, start);
	}
}

static void
write_shelf_life(StringInfo buffer, const RuleShelfLife *life)
{
	int			start = begin_record(buffer, TAG_SHELF_LIFE);
	const RuleScope *scope = linitial(life->scopes);

	write_period(buffer, TAG_WITHIN, life->unit, life->period);
	if (scope->kind != SCOPE_TOTAL)
		write_scopes(buffer, TAG_CAP_SCOPE, life->scopes);
	end_record(buffer, start);
}

static void
write_scale(StringInfo buffer, const RuleScale *scale)
{
	int			start = begin_record(buffer, TAG_SCALE);

	write_string(buffer, TAG_NAME, scale->name);
	write_strings(buffer, TAG_MEMBER, scale->words);
	end_record(buffer, start);
}

static void
write_row(StringInfo buffer, const RuleRow *row)
{
	int			row_start = begin_record(buffer, TAG_ROW);
	ListCell   *place;

	CHECK_FOR_INTERRUPTS();
	write_amount(buffer, TAG_GRANT_AMOUNT, row->amount);
	foreach(place, row->cells)
	{
		const RuleCell *cell = lfirst(place);
		int			start = begin_record(buffer, TAG_CELL);

		pq_sendint8(buffer, cell->kind);
		if (cell->kind == CELL_WORD)
			append_string(buffer, cell->word);
		else if (cell->kind == CELL_NUMBER)
		{
			pq_sendint8(buffer, cell->operator);
			pq_sendint64(buffer, cell->value);
		}
		end_record(buffer, start);
	}
	end_record(buffer, row_start);
}

static void
write_table(StringInfo buffer, const RuleTable *table)
{
	int			start = begin_record(buffer, TAG_TABLE);
	ListCell   *cell;

	write_string(buffer, TAG_NAME, table->name);
	foreach(cell, table->keys)
		write_byte(buffer, TAG_KEY, lfirst_int(cell));
	foreach(cell, table->rows)
		write_row(buffer, lfirst(cell));
	end_record(buffer, start);
}

static void
write_points_expire(StringInfo buffer, const RuleSet *rules)
{
	int			start = begin_record(buffer, TAG_POINTS_EXPIRE);

	pq_sendint8(buffer, rules->points_unit);
	pq_sendint32(buffer, rules->points_period);
	if (rules->points_year != NULL)
	{
		pq_sendint8(buffer, rules->points_year->month);
		pq_sendint8(buffer, rules->points_year->day);
	}
	end_record(buffer, start);
}

static void
write_declarations(StringInfo buffer, const RuleSet *rules)
{
	ListCell   *cell;

	if (rules->partial)
		write_mark(buffer, TAG_PARTIAL);
	if (rules->duplicates != DUPLICATES_COUNT)
		write_two_bytes(buffer, TAG_DUPLICATES, rules->duplicates, rules->duplicates_by_title);
	write_groups(buffer, TAG_SAME, rules->same);
	write_groups(buffer, TAG_SUBSTITUTES, rules->substitutes);
	foreach(cell, rules->shelf_lives)
		write_shelf_life(buffer, lfirst(cell));
	write_scopes(buffer, TAG_EXCLUDE, rules->exclusions);
	foreach(cell, rules->scales)
		write_scale(buffer, lfirst(cell));
	foreach(cell, rules->tables)
		write_table(buffer, lfirst(cell));
	foreach(cell, rules->minimums)
		write_cap(buffer, TAG_MINIMUM, lfirst(cell));
	if (rules->points_period != 0)
		write_points_expire(buffer, rules);
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
	write_strings(&buffer, TAG_PROGRAMME, rules->programmes);
	if (!DATE_NOT_FINITE(rules->effective_from))
		write_int32(&buffer, TAG_EFFECTIVE_FROM, rules->effective_from);
	if (!DATE_NOT_FINITE(rules->effective_to))
		write_int32(&buffer, TAG_EFFECTIVE_TO, rules->effective_to);
	if (rules->round_mode != ROUND_HALF_UP || rules->round_digits != 4)
		write_two_bytes(&buffer, TAG_ROUND, rules->round_mode, rules->round_digits);
	write_declarations(&buffer, rules);
	foreach(cell, rules->caps)
		write_cap(&buffer, TAG_CAP, lfirst(cell));
	foreach(cell, rules->rules)
		write_rule(&buffer, lfirst(cell));
	SET_VARSIZE(buffer.data, buffer.len);
	return (RuleSetData *) buffer.data;
}
