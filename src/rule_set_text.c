/*
 * rule_set_text.c
 *		A rule_set written in the words of the rule language.
 *
 * Promise: the text of a canonical tree is canonical: parsed again it gives
 * the same tree, on every server and under every setting.  It must never
 * depend on a locale or a date style.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/date.h"

#include "achievement_ref.h"
#include "compat.h"
#include "rule_set.h"

static void
append_name(StringInfo buffer, const char *name)
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

static void
append_names(StringInfo buffer, const List *names, const char *separator)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (foreach_current_index(cell) > 0)
			appendStringInfoString(buffer, separator);
		append_name(buffer, lfirst(cell));
	}
}

static void
append_amount(StringInfo buffer, CreditAmount amount)
{
	char		text[CREDIT_AMOUNT_TEXT_SIZE];

	credit_amount_format(amount, text);
	appendStringInfoString(buffer, text);
}

/* one year, two years */
static void
append_period(StringInfo buffer, int32 number, RulePeriodUnit unit)
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
			append_name(buffer, scope->name);
			break;
		case SCOPE_ISSUER:
			appendStringInfoString(buffer, "issuer ");
			append_name(buffer, scope->name);
			break;
		case SCOPE_EACH_ISSUER:
			appendStringInfoString(buffer, "each issuer");
			break;
		case SCOPE_TAG:
			appendStringInfoString(buffer, "tag ");
			append_name(buffer, scope->name);
			break;
		case SCOPE_COMPULSORY:
			appendStringInfoString(buffer, "compulsory");
			break;
		case SCOPE_RULE:
			break;
	}
}

static void
append_scopes(StringInfo buffer, const List *scopes)
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
	append_scopes(&buffer, scopes);
	return buffer.data;
}

static void
append_percentage(StringInfo buffer, const RuleCap *cap)
{
	appendStringInfo(buffer, "%s%% of ", rule_decimal_text(cap->percent));
	if (cap->percent_of == OF_CATEGORY)
	{
		appendStringInfoString(buffer, "category ");
		append_name(buffer, cap->percent_category);
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
		append_amount(buffer, cap->amount);
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

/*
 * Without the word "cap", which the list it stands in repeats or leaves out.
 */
static void
append_cap(StringInfo buffer, const RuleCap *cap)
{
	const RuleScope *scope = linitial(cap->scopes);

	if (scope->kind != SCOPE_RULE)
	{
		append_scopes(buffer, cap->scopes);
		appendStringInfoChar(buffer, ' ');
	}
	append_cap_limits(buffer, cap);
}

char *
rule_cap_text(const RuleCap *cap)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	append_cap(&buffer, cap);
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
		append_names(buffer, test->words, ", ");
		appendStringInfoChar(buffer, ')');
		return;
	}
	appendStringInfo(buffer, " %s ", rule_operator_sign(test->operator));
	if (test->kind == TEST_GRADE)
		append_name(buffer, linitial(test->words));
	else
		appendStringInfoString(buffer, rule_decimal_text(test->value));
	if (test->kind == TEST_TARGET)
		appendStringInfoString(buffer, "% of target");
	if (test->scale != NULL)
	{
		appendStringInfoString(buffer, " on ");
		append_name(buffer, test->scale);
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
		append_period(buffer, source->within, source->within_unit);
	}
	if (source->valid_for != 0)
	{
		appendStringInfoString(buffer, " valid for ");
		append_period(buffer, source->valid_for, source->valid_for_unit);
	}
}

static void
append_condition(StringInfo buffer, const RuleCondition *condition)
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
		append_condition(buffer, lfirst(cell));
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
	append_condition(&buffer, condition);
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
		append_name(buffer, grant->table);
	}
	else
		append_amount(buffer, grant->amount);
	if (grant->has_per)
	{
		appendStringInfoString(buffer, " per ");
		append_amount(buffer, grant->per);
	}
	if (grant->by_share)
		appendStringInfoString(buffer, " by share");
}

static void
append_grants(StringInfo buffer, const Rule *rule)
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
	append_grants(&buffer, rule);
	return buffer.data;
}

/*
 * The heading
 */

static void
append_range(StringInfo buffer, const char *before, DateADT from, DateADT to)
{
	if (DATE_NOT_FINITE(from) && DATE_NOT_FINITE(to))
		return;
	appendStringInfo(buffer, "%seffective ", before);
	if (!DATE_NOT_FINITE(from))
		appendStringInfo(buffer, "%s ", rule_date_text(from));
	appendStringInfoString(buffer, "..");
	if (!DATE_NOT_FINITE(to))
		appendStringInfo(buffer, " %s", rule_date_text(to));
}

static void
append_programmes(StringInfo buffer, const char *before, const List *programmes)
{
	if (programmes == NIL)
		return;
	appendStringInfo(buffer, "%sprogramme ", before);
	append_names(buffer, programmes, ", ");
}

static void
append_scale(StringInfo buffer, const RuleScale *scale)
{
	appendStringInfoString(buffer, "\nscale ");
	append_name(buffer, scale->name);
	appendStringInfoChar(buffer, ' ');
	append_names(buffer, scale->words, " < ");
}

static void
append_row(StringInfo buffer, const RuleRow *row)
{
	const char *separator = "\n  ";
	ListCell   *place;

	foreach(place, row->cells)
	{
		const RuleCell *cell = lfirst(place);

		appendStringInfoString(buffer, separator);
		separator = ", ";
		if (cell->kind == CELL_WORD)
			append_name(buffer, cell->word);
		else if (cell->kind == CELL_ANY)
			appendStringInfoString(buffer, "any");
		else
		{
			if (cell->operator != OP_EQ)
				appendStringInfo(buffer, "%s ", rule_operator_sign(cell->operator));
			appendStringInfoString(buffer, rule_decimal_text(cell->value));
		}
	}
	appendStringInfoString(buffer, " is ");
	append_amount(buffer, row->amount);
}

static void
append_table(StringInfo buffer, const RuleTable *table)
{
	ListCell   *cell;

	appendStringInfoString(buffer, "\ntable ");
	append_name(buffer, table->name);
	foreach(cell, table->keys)
		appendStringInfo(buffer, "%s%s", foreach_current_index(cell) > 0 ? ", " : " by ",
						 rule_parameter_name(lfirst_int(cell)));
	foreach(cell, table->rows)
	{
		CHECK_FOR_INTERRUPTS();
		append_row(buffer, lfirst(cell));
	}
}

static void
append_members(StringInfo buffer, const char *before, const List *groups)
{
	ListCell   *group;
	ListCell   *member;

	foreach(group, groups)
	{
		const char *separator = before;

		CHECK_FOR_INTERRUPTS();
		foreach(member, (List *) lfirst(group))
		{
			appendStringInfo(buffer, "%s%s", separator, (char *) lfirst(member));
			separator = ", ";
		}
	}
}

static void
append_shelf_life(StringInfo buffer, const RuleShelfLife *life)
{
	const RuleScope *scope = linitial(life->scopes);

	appendStringInfoString(buffer, "\nshelf life ");
	if (scope->kind != SCOPE_TOTAL)
	{
		append_scopes(buffer, life->scopes);
		appendStringInfoChar(buffer, ' ');
	}
	append_period(buffer, life->period, life->unit);
}

/* what is told apart: scales, tables, and what is the same */
static void
append_declarations(StringInfo buffer, const RuleSet *rules)
{
	ListCell   *cell;

	foreach(cell, rules->scales)
		append_scale(buffer, lfirst(cell));
	foreach(cell, rules->tables)
		append_table(buffer, lfirst(cell));
	append_members(buffer, "\nsame ", rules->same);
	append_members(buffer, "\nsubstitutes ", rules->substitutes);
	if (rules->duplicates != DUPLICATES_COUNT)
		appendStringInfo(buffer, "\nduplicates %s%s", rules->duplicates_by_title ? "by title " : "",
						 rule_word(rule_duplicates_words, rules->duplicates));
}

static void
append_heading(StringInfo buffer, const RuleSet *rules)
{
	ListCell   *cell;

	appendStringInfoString(buffer, "rule_set ");
	append_name(buffer, rules->name);
	appendStringInfo(buffer, " version %d", rules->version);
	append_programmes(buffer, "\n", rules->programmes);
	append_range(buffer, "\n", rules->effective_from, rules->effective_to);
	append_declarations(buffer, rules);
	if (rules->exclusions != NIL)
	{
		appendStringInfoString(buffer, "\nexclude ");
		append_scopes(buffer, rules->exclusions);
	}
	foreach(cell, rules->shelf_lives)
		append_shelf_life(buffer, lfirst(cell));
	foreach(cell, rules->caps)
	{
		appendStringInfoString(buffer, "\ncap ");
		append_cap(buffer, lfirst(cell));
	}
	foreach(cell, rules->minimums)
	{
		appendStringInfoString(buffer, "\nminimum ");
		append_cap(buffer, lfirst(cell));
	}
	if (rules->round_mode != ROUND_HALF_UP || rules->round_digits != 4)
		appendStringInfo(buffer, "\nround %s %d",
						 rule_word(rule_rounding_words, rules->round_mode),
						 rules->round_digits);
	if (rules->partial)
		appendStringInfoString(buffer, "\npartial");
}

/*
 * Rules
 */

static void
append_carry(StringInfo buffer, const Rule *rule)
{
	switch (rule->carry)
	{
		case CARRY_ORIGINAL:
			break;
		case CARRY_AVERAGE:
			appendStringInfoString(buffer, "\n  carry average grade");
			break;
		case CARRY_NONE:
			appendStringInfoString(buffer, "\n  carry no grade");
			break;
		case CARRY_GRADE:
			appendStringInfoString(buffer, "\n  carry grade ");
			append_name(buffer, rule->carry_text);
			break;
		case CARRY_MARK:
			appendStringInfoString(buffer, "\n  carry mark ");
			append_name(buffer, rule->carry_text);
			break;
	}
}

/* what stands behind the grants */
static void
append_terms(StringInfo buffer, const Rule *rule)
{
	ListCell   *cell;

	if (rule->has_uses)
	{
		appendStringInfoString(buffer, "\n  using ");
		append_amount(buffer, rule->uses);
	}
	foreach(cell, rule->caps)
	{
		appendStringInfoString(buffer, "\n  cap ");
		append_cap(buffer, lfirst(cell));
	}
	if (rule->has_round)
		appendStringInfo(buffer, "\n  round %s %d",
						 rule_word(rule_rounding_words, rule->round_mode), rule->round_digits);
	if (rule->partial != PARTIAL_UNSAID)
		appendStringInfo(buffer, "\n  partial%s", rule->partial == PARTIAL_NO ? " no" : "");
	append_carry(buffer, rule);
	if (rule->exempt_exam)
		appendStringInfoString(buffer, "\n  exempt from exam");
	if (rule->needs_assessor)
		appendStringInfoString(buffer, "\n  needs assessor");
}

static void
append_rule(StringInfo buffer, const Rule *rule)
{
	CHECK_FOR_INTERRUPTS();
	appendStringInfoString(buffer, "\n\nrule ");
	append_name(buffer, rule->name);
	if (rule->priority != 0)
		appendStringInfo(buffer, " priority %d", rule->priority);
	append_programmes(buffer, "\n  ", rule->programmes);
	append_range(buffer, "\n  ", rule->effective_from, rule->effective_to);
	appendStringInfoString(buffer, "\n  when ");
	append_condition(buffer, rule->when);
	appendStringInfoString(buffer, "\n  grant ");
	append_grants(buffer, rule);
	append_terms(buffer, rule);
}

char *
rule_set_text(const RuleSet *rules)
{
	StringInfoData buffer;
	ListCell   *cell;

	initStringInfo(&buffer);
	append_heading(&buffer, rules);
	foreach(cell, rules->rules)
		append_rule(&buffer, lfirst(cell));
	return buffer.data;
}
