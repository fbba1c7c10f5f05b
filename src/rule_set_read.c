/*
 * rule_set_read.c
 *		The tree of a rule_set, read from stored bytes.
 *
 * Promise: reading never leaves the given bytes whatever they hold: an unknown
 * tag, a wrong length, a record out of place or a missing one is refused.  It
 * must never check what rule_set_check() checks: bytes on disk have passed it,
 * and bytes from the wire are passed through it.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"

#include "compat.h"
#include "errors.h"
#include "rule_set.h"
#include "rule_set_format.h"

typedef struct Reader
{
	const uint8 *next;
	const uint8 *end;
	const uint8 *start;			/* of all the bytes, to name places */
	int			sqlstate;
	int			last_tag;		/* of this group; 0 before the first */
} Reader;

pg_noreturn static void
refuse_bytes(const Reader *reader, const char *what)
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
		case TAG_TEST:
		case TAG_SOURCE:
		case TAG_SOME_OF:
		case TAG_GRANT:
		case TAG_CAP:
		case TAG_RULE:
			return true;
		default:
			return false;
	}
}

/*
 * Steps to the next record of a group.  Returns its tag, or 0 at the end.
 */
static int
next_record(Reader *group, Reader *record)
{
	size_t		left = group->end - group->next;
	uint32		length;
	int			tag;

	CHECK_FOR_INTERRUPTS();
	if (left == 0)
		return 0;
	if (left < RECORD_HEADER)
		refuse_bytes(group, "cut short");
	tag = group->next[0];
	memcpy(&length, group->next + 1, sizeof(length));
	length = pg_ntoh32(length);
	if (length > left - RECORD_HEADER)
		refuse_bytes(group, "a record is longer than what holds it");
	if (tag < group->last_tag || (tag == group->last_tag && !may_repeat(tag)))
		refuse_bytes(group, "a record is out of place");
	*record = *group;
	record->next = group->next + RECORD_HEADER;
	record->end = record->next + length;
	record->last_tag = 0;
	group->next = record->end;
	group->last_tag = tag;
	return tag;
}

static void
expect_length(const Reader *record, size_t length)
{
	if ((size_t) (record->end - record->next) != length)
		refuse_bytes(record, "a record has the wrong length");
}

static uint8
take_byte(Reader *record)
{
	return *record->next++;
}

static int32
take_int32(Reader *record)
{
	uint32		value;

	memcpy(&value, record->next, sizeof(value));
	record->next += sizeof(value);
	return (int32) pg_ntoh32(value);
}

static int64
take_int64(Reader *record)
{
	uint64		value;

	memcpy(&value, record->next, sizeof(value));
	record->next += sizeof(value);
	return (int64) pg_ntoh64(value);
}

static int
read_code(Reader *record, const RuleWord *words)
{
	int			code = take_byte(record);

	if (rule_word(words, code) == NULL)
		refuse_bytes(record, "unknown code");
	return code;
}

static char *
read_string(Reader *record)
{
	size_t		length = record->end - record->next;
	char	   *utf8;

	if (length == 0 || length > RULE_SET_MAX_TEXT)
		refuse_bytes(record, "a string is empty or too long");
	utf8 = pnstrdup((const char *) record->next, length);

	/* checks what it need not convert; a zero byte is refused too */
	return pg_any_to_server(utf8, length, PG_UTF8);
}

static int32
read_int32(Reader *record)
{
	expect_length(record, sizeof(int32));
	return take_int32(record);
}

static int64
read_int64(Reader *record)
{
	expect_length(record, sizeof(int64));
	return take_int64(record);
}

static CreditAmount
read_amount(Reader *record)
{
	int			unit;
	int64		count;

	expect_length(record, 1 + sizeof(int64));
	unit = take_byte(record);
	count = take_int64(record);
	if (unit >= CREDIT_UNIT_COUNT || !credit_count_fits(count))
		refuse_bytes(record, "not an amount");
	return credit_amount_pack(unit, count);
}

static DateADT
read_date(Reader *record)
{
	DateADT		date = read_int32(record);

	if (!IS_VALID_DATE(date))
		refuse_bytes(record, "not a date");
	return date;
}

static RuleCap *
read_cap(Reader *group)
{
	RuleCap    *cap = palloc0(sizeof(RuleCap));
	Reader		record;
	int			tag;

	while ((tag = next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_CAP_SCOPE:
				expect_length(&record, 2);
				cap->scopes = rule_scope_list(take_byte(&record), 0);
				((RuleScope *) linitial(cap->scopes))->achievement_class = take_byte(&record);
				break;
			case TAG_CAP_AMOUNT:
				cap->has_amount = true;
				cap->amount = read_amount(&record);
				break;
			case TAG_CAP_PERCENT:
				cap->percent = read_int64(&record);
				cap->percent_of = OF_PROGRAMME;
				break;
			case TAG_CAP_ITEMS:
				cap->max_items = read_int32(&record);
				break;
			case TAG_CAP_YEAR:
				expect_length(&record, 2);
				cap->starts = list_make1(rule_month_day(take_byte(&record), 0));
				((RuleMonthDay *) linitial(cap->starts))->day = take_byte(&record);
				break;
			default:
				refuse_bytes(&record, "unknown record in a cap");
		}
	}
	if (cap->scopes == NIL)
		refuse_bytes(group, "a cap has no known scope");
	return cap;
}

static RuleTest *
read_test(Reader *record)
{
	RuleTest   *test = palloc0(sizeof(RuleTest));

	expect_length(record, 2 + sizeof(int64));
	test->parameter = read_code(record, rule_parameter_words);
	test->kind = TEST_NUMBER;
	test->operator = read_code(record, rule_operator_words);
	test->value = take_int64(record);
	return test;
}

static void
read_source(Reader *group, RuleCondition *source)
{
	Reader		record;
	int			tag;

	while ((tag = next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_PATTERN:
				source->pattern = read_string(&record);
				break;
			case TAG_TEST:
				source->tests = lappend(source->tests, read_test(&record));
				break;
			case TAG_WITHIN:
				expect_length(&record, 1 + sizeof(int32));
				source->within_unit = read_code(&record, rule_period_words);
				source->within = take_int32(&record);
				break;
			default:
				refuse_bytes(&record, "unknown record in a source");
		}
	}
	if (source->pattern == NULL)
		refuse_bytes(group, "a source has no pattern");
}

static RuleCondition *read_condition(Reader *group, int tag, int depth);

static void
read_some_of(Reader *group, RuleCondition *some_of, int depth)
{
	Reader		record;
	int			tag;

	if (depth > RULE_SET_MAX_DEPTH)
		refuse_bytes(group, "conditions are nested too deeply");
	while ((tag = next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_NEEDED:
				some_of->needed = read_int32(&record);
				break;
			case TAG_SOURCE:
			case TAG_SOME_OF:
				some_of->children = lappend(some_of->children,
											read_condition(&record, tag, depth));
				break;
			default:
				refuse_bytes(&record, "unknown record in a condition");
		}
	}
	if (some_of->needed < 1 || some_of->needed > list_length(some_of->children))
		refuse_bytes(group, "a condition needs more than it lists");
}

static RuleCondition *
read_condition(Reader *group, int tag, int depth)
{
	RuleCondition *condition = palloc0(sizeof(RuleCondition));

	check_stack_depth();
	if (tag == TAG_SOURCE)
	{
		condition->kind = COND_SOURCE;
		read_source(group, condition);
	}
	else
	{
		condition->kind = COND_SOME_OF;
		read_some_of(group, condition, depth + 1);
	}
	return condition;
}

static RuleGrant *
read_grant(Reader *group)
{
	RuleGrant  *grant = palloc0(sizeof(RuleGrant));
	bool		has_amount = false;
	Reader		record;
	int			tag;

	while ((tag = next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_TARGET:
				grant->target = read_string(&record);
				break;
			case TAG_GRANT_AMOUNT:
				has_amount = true;
				grant->amount = read_amount(&record);
				break;
			case TAG_PER:
				grant->has_per = true;
				grant->per = read_amount(&record);
				break;
			case TAG_LEFTOVER:
				expect_length(&record, 1);
				grant->leftover = read_code(&record, rule_leftover_words);
				break;
			default:
				refuse_bytes(&record, "unknown record in a grant");
		}
	}
	if (!has_amount)
		refuse_bytes(group, "a grant has no amount");
	return grant;
}

static Rule *
read_rule(Reader *group)
{
	Rule	   *rule = rule_new();
	Reader		record;
	int			tag;

	while ((tag = next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_RULE_NAME:
				rule->name = read_string(&record);
				break;
			case TAG_PRIORITY:
				rule->priority = read_int32(&record);
				break;
			case TAG_SOURCE:
			case TAG_SOME_OF:
				if (rule->when != NULL)
					refuse_bytes(&record, "a rule has two conditions");
				rule->when = read_condition(&record, tag, 0);
				break;
			case TAG_GRANT:
				rule->grants = lappend(rule->grants, read_grant(&record));
				break;
			case TAG_CAP:
				rule->caps = lappend(rule->caps, read_cap(&record));
				break;
			default:
				refuse_bytes(&record, "unknown record in a rule");
		}
	}
	if (rule->name == NULL || rule->when == NULL || rule->grants == NIL)
		refuse_bytes(group, "a rule lacks its name, condition or grant");
	return rule;
}

RuleSet *
rule_set_decode(const char *bytes, size_t length, int sqlstate)
{
	RuleSet    *rules = rule_set_new();
	Reader		group,
				record;
	int			tag;

	group.start = group.next = (const uint8 *) bytes;
	group.end = group.next + length;
	group.sqlstate = sqlstate;
	group.last_tag = 0;
	if (length == 0 || take_byte(&group) != RULE_SET_FORMAT)
		refuse_bytes(&group, "unknown format version");
	while ((tag = next_record(&group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_NAME:
				rules->name = read_string(&record);
				break;
			case TAG_VERSION:
				rules->version = read_int32(&record);
				break;
			case TAG_PROGRAMME:
				rules->programmes = lappend(rules->programmes, read_string(&record));
				break;
			case TAG_EFFECTIVE_FROM:
				rules->effective_from = read_date(&record);
				break;
			case TAG_EFFECTIVE_TO:
				rules->effective_to = read_date(&record);
				break;
			case TAG_ROUND:
				expect_length(&record, 2);
				rules->round_mode = read_code(&record, rule_rounding_words);
				rules->round_digits = take_byte(&record);
				break;
			case TAG_CAP:
				rules->caps = lappend(rules->caps, read_cap(&record));
				break;
			case TAG_RULE:
				rules->rules = lappend(rules->rules, read_rule(&record));
				break;
			default:
				refuse_bytes(&record, "unknown record");
		}
	}
	if (rules->name == NULL || rules->version < 1 || rules->rules == NIL)
		refuse_bytes(&group, "the name, version or rules are missing");
	return rules;
}

RuleSet *
rule_set_read(const RuleSetData *stored)
{
	return rule_set_decode(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored),
						   ERRCODE_CB_INVALID_RULE_SET);
}
