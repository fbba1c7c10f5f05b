/*
 * rule_set_text_part.c
 *		Parts of a rule_set written in the words of the rule language: scopes,
 *		caps, conditions, grants.
 *
 * Promise: as rule_set_text.c, whose parts they are; and the same words stand
 * in explanations and errors.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "rule_set_text.h"

void
rule_append_name(StringInfo buffer, const char *name)
{
	appendStringInfoChar(buffer, '\'');
	for (; *name; name++)
	{
		if (*name == '\'')
			appendStringInfoChar(buffer, '\'');
		appendStringInfoChar(buffer, *name);
	}
	appendStringInfoChar(buffer, '\'');
}

void
rule_append_names(StringInfo buffer, const List *names, const char *separator)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (foreach_current_index(cell) > 0)
			appendStringInfoString(buffer, separator);
		rule_append_name(buffer, lfirst(cell));
	}
}

void
rule_append_amount(StringInfo buffer, CreditAmount amount)
{
	char		text[CREDIT_AMOUNT_TEXT_SIZE];

	credit_amount_format(amount, text);
	appendStringInfoString(buffer, text);
}

/* one year, two years */
void
rule_append_period(StringInfo buffer, int32 number, RulePeriodUnit unit)
{
	const char *word = rule_word(rule_period_words, unit);
	int			length = strlen(word);

	appendStringInfo(buffer, "%d %.*s", number, number == 1 ? length - 1 : length, word);
}

/*
 * Scopes and limits
 */

static void
append_scope(StringInfo buffer, const RuleScope *scope)
{
	switch (scope->kind)
	{
		case SCOPE_TOTAL:
			appendStringInfoString(buffer, "total");
			break;
		case SCOPE_CLASS:
			appendStringInfoString(buffer, achievement_class_name(scope->achievement_class));
			break;
		case SCOPE_CATEGORY:
			appendStringInfoString(buffer, "category ");
			rule_append_name(buffer, scope->name);
			break;
		case SCOPE_ISSUER:
			appendStringInfoString(buffer, "issuer ");
			rule_append_name(buffer, scope->name);
			break;
		case SCOPE_EACH_ISSUER:
			appendStringInfoString(buffer, "each issuer");
			break;
		case SCOPE_TAG:
			appendStringInfoString(buffer, "tag ");
			rule_append_name(buffer, scope->name);
			break;
		case SCOPE_COMPULSORY:
			appendStringInfoString(buffer, "compulsory");
			break;
		case SCOPE_RULE:
			break;
	}
}

void
rule_append_scopes(StringInfo buffer, const List *scopes)
{
	ListCell   *cell;

	foreach(cell, scopes)
	{
		if (foreach_current_index(cell) > 0)
			appendStringInfoString(buffer, ", ");
		append_scope(buffer, lfirst(cell));
	}
}

char *
rule_scopes_text(const List *scopes)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	rule_append_scopes(&buffer, scopes);
	return buffer.data;
}

static void
append_percentage(StringInfo buffer, const RuleCap *cap)
{
	appendStringInfo(buffer, "%s%% of ", rule_decimal_text(cap->percent));
	if (cap->percent_of == OF_CATEGORY)
	{
		appendStringInfoString(buffer, "category ");
		rule_append_name(buffer, cap->percent_category);
	}
	else
		appendStringInfoString(buffer, cap->percent_of == OF_COMPULSORY ? "compulsory" : "programme");
}

static void
append_starts(StringInfo buffer, const List *starts)
{
	const RuleMonthDay *first = linitial(starts);
	ListCell   *cell;

	if (list_length(starts) == 1 && first->month == 1 && first->day == 1)
	{
		appendStringInfoString(buffer, " per year");
		return;
	}
	appendStringInfoString(buffer, list_length(starts) == 1 ? " per year starting" : " per term starting");
	foreach(cell, starts)
	{
		const RuleMonthDay *start = lfirst(cell);

		appendStringInfo(buffer, "%s %02d-%02d", foreach_current_index(cell) > 0 ? "," : "",
						 start->month, start->day);
	}
}

static void
append_cap_limits(StringInfo buffer, const RuleCap *cap)
{
	const char *separator = "";

	if (cap->has_amount)
	{
		rule_append_amount(buffer, cap->amount);
		separator = ", ";
	}
	if (cap->percent != 0)
	{
		appendStringInfoString(buffer, separator);
		append_percentage(buffer, cap);
		separator = ", ";
	}
	if (cap->max_items != 0)
		appendStringInfo(buffer, "%sat most %d %s", separator, cap->max_items,
						 cap->max_items == 1 ? "item" : "items");
	if (cap->starts != NIL)
		append_starts(buffer, cap->starts);
}

void
rule_append_cap(StringInfo buffer, const RuleCap *cap)
{
	const RuleScope *scope = linitial(cap->scopes);

	if (scope->kind != SCOPE_RULE)
	{
		rule_append_scopes(buffer, cap->scopes);
		appendStringInfoChar(buffer, ' ');
	}
	append_cap_limits(buffer, cap);
}

char *
rule_cap_text(const RuleCap *cap)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	rule_append_cap(&buffer, cap);
	return buffer.data;
}

/*
 * Conditions
 */

static void
append_test(StringInfo buffer, const RuleTest *test)
{
	appendStringInfoString(buffer, rule_parameter_name(test->parameter));
	if (test->kind == TEST_WORDS)
	{
		appendStringInfoString(buffer, test->negated ? " not in (" : " in (");
		rule_append_names(buffer, test->words, ", ");
		appendStringInfoChar(buffer, ')');
		return;
	}
	appendStringInfo(buffer, " %s ", rule_operator_sign(test->operator));
	if (test->kind == TEST_GRADE)
		rule_append_name(buffer, linitial(test->words));
	else
		appendStringInfoString(buffer, rule_decimal_text(test->value));
	if (test->kind == TEST_TARGET)
		appendStringInfoString(buffer, "% of target");
	if (test->scale != NULL)
	{
		appendStringInfoString(buffer, " on ");
		rule_append_name(buffer, test->scale);
	}
}

char *
rule_test_text(const RuleTest *test)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	append_test(&buffer, test);
	return buffer.data;
}

static void
append_tests(StringInfo buffer, const List *tests)
{
	ListCell   *cell;

	foreach(cell, tests)
	{
		appendStringInfoString(buffer, foreach_current_index(cell) > 0 ? " and " : " ");
		append_test(buffer, lfirst(cell));
	}
}

static void
append_source(StringInfo buffer, const RuleCondition *source)
{
	size_t		length = strlen(source->pattern);

	if (source->pattern[length - 1] == '*')
		appendStringInfoString(buffer, "any ");
	appendStringInfoString(buffer, source->pattern);
	append_tests(buffer, source->tests);
	if (source->within != 0)
	{
		appendStringInfoString(buffer, " within ");
		rule_append_period(buffer, source->within, source->within_unit);
	}
	if (source->valid_for != 0)
	{
		appendStringInfoString(buffer, " valid for ");
		rule_append_period(buffer, source->valid_for, source->valid_for_unit);
	}
}

void
rule_append_condition(StringInfo buffer, const RuleCondition *condition)
{
	const char *separator = "";
	ListCell   *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	if (condition->kind == COND_SOURCE)
	{
		append_source(buffer, condition);
		return;
	}
	if (condition->needed == list_length(condition->children))
		appendStringInfoString(buffer, "all of (");
	else if (condition->needed == 1)
		appendStringInfoString(buffer, "any of (");
	else
		appendStringInfo(buffer, "%d of (", condition->needed);
	foreach(cell, condition->children)
	{
		appendStringInfoString(buffer, separator);
		rule_append_condition(buffer, lfirst(cell));
		separator = ", ";
	}
	appendStringInfoChar(buffer, ')');
	append_tests(buffer, condition->tests);
}

char *
rule_condition_text(const RuleCondition *condition)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	rule_append_condition(&buffer, condition);
	return buffer.data;
}

/*
 * Grants
 */

static void
append_grant(StringInfo buffer, const RuleGrant *grant)
{
	if (grant->target != NULL)
		appendStringInfo(buffer, "%s ", grant->target);
	if (grant->in_full)
		appendStringInfoString(buffer, "in full");
	else if (grant->table != NULL)
	{
		appendStringInfoString(buffer, "from table ");
		rule_append_name(buffer, grant->table);
	}
	else
		rule_append_amount(buffer, grant->amount);
	if (grant->has_per)
	{
		appendStringInfoString(buffer, " per ");
		rule_append_amount(buffer, grant->per);
	}
	if (grant->by_share)
		appendStringInfoString(buffer, " by share");
}

void
rule_append_grants(StringInfo buffer, const Rule *rule)
{
	const char *separator = "";
	RuleLeftover leftover = LEFTOVER_NONE;
	ListCell   *cell;

	foreach(cell, rule->grants)
	{
		RuleGrant  *grant = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(buffer, separator);
		append_grant(buffer, grant);
		if (grant->has_per)
			leftover = grant->leftover;
		separator = ", ";
	}
	if (leftover != LEFTOVER_NONE)
		appendStringInfo(buffer, ", leftover %s",
						 rule_word(rule_leftover_words, leftover));
}

char *
rule_grants_text(const Rule *rule)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	rule_append_grants(&buffer, rule);
	return buffer.data;
}
