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

#include "miscadmin.h"

#include "compat.h"
#include "errors.h"
#include "rule_set_bytes.h"

/* parameter, sign, value */
static RuleTest *
read_comparison(RuleReader *record, RuleTestKind kind)
{
	RuleTest   *test = palloc0(sizeof(RuleTest));

	rule_expect_length(record, 2 + sizeof(int64));
	test->kind = kind;
	test->parameter = rule_take_code(record, rule_parameter_words);
	test->operator = rule_take_code(record, rule_operator_words);
	test->value = rule_take_int64(record);
	return test;
}

/* what a group of records says of a test; which kind it is, its tag says */
static void
read_test_head(RuleReader *record, RuleTest *test)
{
	if (record->end - record->next > 2)
	{
		*test = *read_comparison(record, TEST_NUMBER);
		return;
	}
	rule_expect_length(record, 2);
	test->parameter = rule_take_code(record, rule_parameter_words);
	if (test->kind == TEST_WORDS)
		test->negated = rule_take_byte(record) != 0;
	else
		test->operator = rule_take_code(record, rule_operator_words);
}

static RuleTest *
read_test_group(RuleReader *group, RuleTestKind kind)
{
	RuleTest   *test = palloc0(sizeof(RuleTest));
	char	   *scale = NULL;
	RuleReader	record;
	int			tag;

	test->kind = kind;
	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (tag == TAG_NAME)
			scale = rule_read_string(&record);
		else if (tag == TAG_TEST)
			read_test_head(&record, test);
		else if (tag == TAG_MEMBER)
			test->words = lappend(test->words, rule_read_string(&record));
		else
			rule_refuse_bytes(&record, "unknown record in a test");
	}
	test->scale = scale;
	if (test->parameter == 0 ||
		(test->kind == TEST_NUMBER) != (test->words == NIL) ||
		(kind == TEST_GRADE) != (scale != NULL) ||
		(test->kind == TEST_GRADE && list_length(test->words) != 1) ||
		(kind == TEST_WORDS && test->kind != TEST_WORDS))
		rule_refuse_bytes(group, "a test lacks a part or has one too many");
	return test;
}

static void
read_source(RuleReader *group, RuleCondition *source)
{
	RuleReader		record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_PATTERN:
				source->pattern = rule_read_string(&record);
				break;
			case TAG_TEST:
				source->tests = lappend(source->tests, read_comparison(&record, TEST_NUMBER));
				break;
			case TAG_WITHIN:
				rule_read_period(&record, &source->within, &source->within_unit);
				break;
			case TAG_WORDS_TEST:
				source->tests = lappend(source->tests, read_test_group(&record, TEST_WORDS));
				break;
			case TAG_GRADE_TEST:
				source->tests = lappend(source->tests, read_test_group(&record, TEST_GRADE));
				break;
			case TAG_TARGET_TEST:
				source->tests = lappend(source->tests, read_comparison(&record, TEST_TARGET));
				break;
			case TAG_VALID_FOR:
				rule_read_period(&record, &source->valid_for, &source->valid_for_unit);
				break;
			default:
				rule_refuse_bytes(&record, "unknown record in a source");
		}
	}
	if (source->pattern == NULL)
		rule_refuse_bytes(group, "a source has no pattern");
}

static RuleCondition *read_condition(RuleReader *group, int tag, int depth);

static void
read_some_of(RuleReader *group, RuleCondition *some_of, int depth)
{
	RuleReader		record;
	int			tag;

	if (depth > RULE_SET_MAX_DEPTH)
		rule_refuse_bytes(group, "conditions are nested too deeply");
	while ((tag = rule_next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_TEST:
				some_of->tests = lappend(some_of->tests, read_comparison(&record, TEST_NUMBER));
				break;
			case TAG_TARGET_TEST:
				some_of->tests = lappend(some_of->tests, read_comparison(&record, TEST_TARGET));
				break;
			case TAG_NEEDED:
				some_of->needed = rule_read_int32(&record);
				break;
			case TAG_SOURCE:
			case TAG_SOME_OF:
				some_of->children = lappend(some_of->children,
											read_condition(&record, tag, depth));
				break;
			default:
				rule_refuse_bytes(&record, "unknown record in a condition");
		}
	}
	if (some_of->needed < 1 || some_of->needed > list_length(some_of->children))
		rule_refuse_bytes(group, "a condition needs more than it lists");
}

static RuleCondition *
read_condition(RuleReader *group, int tag, int depth)
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
read_grant(RuleReader *group)
{
	RuleGrant  *grant = palloc0(sizeof(RuleGrant));
	bool		has_amount = false;
	RuleReader		record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_TARGET:
				grant->target = rule_read_string(&record);
				break;
			case TAG_GRANT_AMOUNT:
				has_amount = true;
				grant->amount = rule_read_amount(&record);
				break;
			case TAG_PER:
				grant->has_per = true;
				grant->per = rule_read_amount(&record);
				break;
			case TAG_LEFTOVER:
				grant->leftover = rule_read_code(&record, rule_leftover_words);
				break;
			case TAG_IN_FULL:
				rule_read_mark(&record);
				grant->in_full = true;
				break;
			case TAG_TABLE_NAME:
				grant->table = rule_read_string(&record);
				break;
			case TAG_BY_SHARE:
				rule_read_mark(&record);
				grant->by_share = true;
				break;
			default:
				rule_refuse_bytes(&record, "unknown record in a grant");
		}
	}
	if (has_amount + grant->in_full + (grant->table != NULL) != 1)
		rule_refuse_bytes(group, "a grant has no amount");
	return grant;
}

static void
read_carry(RuleReader *record, Rule *rule)
{
	rule->carry = rule_read_first_byte(record);
	if (rule->carry < CARRY_AVERAGE || rule->carry > CARRY_NONE)
		rule_refuse_bytes(record, "unknown code");
	if (rule->carry == CARRY_GRADE || rule->carry == CARRY_MARK)
		rule->carry_text = rule_read_string(record);
	else
		rule_expect_length(record, 0);
}

static void
read_rule_partial(RuleReader *record, Rule *rule)
{
	rule_expect_length(record, 1);
	rule->partial = rule_take_byte(record);
	if (rule->partial != PARTIAL_YES && rule->partial != PARTIAL_NO)
		rule_refuse_bytes(record, "unknown code");
}

/* what stands before the condition; false when the tag is of none of that */
static bool
read_rule_heading(Rule *rule, int tag, RuleReader *record)
{
	switch (tag)
	{
		case TAG_RULE_NAME:
			rule->name = rule_read_string(record);
			return true;
		case TAG_PRIORITY:
			rule->priority = rule_read_int32(record);
			return true;
		case TAG_RULE_PROGRAMME:
			rule->programmes = lappend(rule->programmes, rule_read_string(record));
			return true;
		case TAG_RULE_FROM:
			rule->effective_from = rule_read_date(record);
			return true;
		case TAG_RULE_TO:
			rule->effective_to = rule_read_date(record);
			return true;
		case TAG_RULE_ROUND:
			rule->has_round = true;
			rule_read_rounding(record, &rule->round_mode, &rule->round_digits);
			return true;
		case TAG_RULE_PARTIAL:
			read_rule_partial(record, rule);
			return true;
		case TAG_CARRY:
			read_carry(record, rule);
			return true;
		case TAG_EXEMPT_EXAM:
			rule_read_mark(record);
			rule->exempt_exam = true;
			return true;
		case TAG_ASSESSOR:
			rule_read_mark(record);
			rule->needs_assessor = true;
			return true;
		case TAG_USES:
			rule->has_uses = true;
			rule->uses = rule_read_amount(record);
			return true;
		default:
			return false;
	}
}

static Rule *
read_rule(RuleReader *group)
{
	Rule	   *rule = rule_new();
	RuleReader	record;
	int			tag;

	while ((tag = rule_next_record(group, &record)) != 0)
	{
		if (read_rule_heading(rule, tag, &record))
			continue;
		switch (tag)
		{
			case TAG_SOURCE:
			case TAG_SOME_OF:
				if (rule->when != NULL)
					rule_refuse_bytes(&record, "a rule has two conditions");
				rule->when = read_condition(&record, tag, 0);
				break;
			case TAG_GRANT:
				rule->grants = lappend(rule->grants, read_grant(&record));
				break;
			case TAG_CAP:
				rule->caps = lappend(rule->caps, rule_read_cap(&record));
				break;
			default:
				rule_refuse_bytes(&record, "unknown record in a rule");
		}
	}
	if (rule->name == NULL || rule->when == NULL || rule->grants == NIL)
		rule_refuse_bytes(group, "a rule lacks its name, condition or grant");
	return rule;
}

RuleSet *
rule_set_decode(const char *bytes, size_t length, int sqlstate)
{
	RuleSet    *rules = rule_set_new();
	RuleReader		group,
				record;
	int			tag;

	group.start = group.next = (const uint8 *) bytes;
	group.end = group.next + length;
	group.sqlstate = sqlstate;
	group.last_tag = 0;
	if (length == 0 || rule_take_byte(&group) != RULE_SET_FORMAT)
		rule_refuse_bytes(&group, "unknown format version");
	while ((tag = rule_next_record(&group, &record)) != 0)
	{
		switch (tag)
		{
			case TAG_NAME:
				rules->name = rule_read_string(&record);
				break;
			case TAG_VERSION:
				rules->version = rule_read_int32(&record);
				break;
			case TAG_PROGRAMME:
				rules->programmes = lappend(rules->programmes, rule_read_string(&record));
				break;
			case TAG_EFFECTIVE_FROM:
				rules->effective_from = rule_read_date(&record);
				break;
			case TAG_EFFECTIVE_TO:
				rules->effective_to = rule_read_date(&record);
				break;
			case TAG_ROUND:
				rule_read_rounding(&record, &rules->round_mode, &rules->round_digits);
				break;
			case TAG_RULE:
				rules->rules = lappend(rules->rules, read_rule(&record));
				break;
			default:
				if (!rule_read_clause(rules, tag, &record))
					rule_refuse_bytes(&record, "unknown record");
		}
	}
	if (rules->name == NULL || rules->version < 1 || rules->rules == NIL)
		rule_refuse_bytes(&group, "the name, version or rules are missing");
	return rules;
}

RuleSet *
rule_set_read(const RuleSetData *stored)
{
	return rule_set_decode(VARDATA_ANY(stored), VARSIZE_ANY_EXHDR(stored),
						   ERRCODE_CB_INVALID_RULE_SET);
}
