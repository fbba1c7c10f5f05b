/*
 * rule_set_to_json.c
 *		A rule_set written as jsonb, for programs and forms.
 *
 * Promise: everything the text says is in the jsonb, under the words of the
 * language, and rule_set_from_json.c makes the same rules of it.  It must
 * never add what a rule does not say.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"

#include "achievement_ref.h"
#include "compat.h"
#include "rule_set.h"

PG_FUNCTION_INFO_V1(rule_set_to_jsonb);

/*
 * The tree becomes json text first: its escaping is the server's own.
 */

static void
put_key(StringInfo json, const char *key)
{
	char		last = json->data[json->len - 1];

	if (last != '{' && last != '[')
		appendStringInfoString(json, ", ");
	appendStringInfo(json, "\"%s\": ", key);
}

static void
put_item(StringInfo json)
{
	if (json->data[json->len - 1] != '[')
		appendStringInfoString(json, ", ");
	CHECK_FOR_INTERRUPTS();
}

static void
put_text(StringInfo json, const char *key, const char *value)
{
	put_key(json, key);
	escape_json(json, value);
}

static void
put_number(StringInfo json, const char *key, const char *value)
{
	put_key(json, key);
	appendStringInfoString(json, value);
}

static void
put_amount(StringInfo json, const char *key, CreditAmount amount)
{
	char		text[CREDIT_AMOUNT_TEXT_SIZE];

	credit_amount_format(amount, text);
	put_text(json, key, text);
}

static void
put_names(StringInfo json, const char *key, const List *names)
{
	ListCell   *cell;

	if (names == NIL)
		return;
	put_key(json, key);
	appendStringInfoChar(json, '[');
	foreach(cell, names)
	{
		put_item(json);
		escape_json(json, lfirst(cell));
	}
	appendStringInfoChar(json, ']');
}

/* an array of objects or arrays, each put by a function of its own */
typedef void (*ItemPutter) (StringInfo json, const void *item);

static void
put_list(StringInfo json, const char *key, const List *list, ItemPutter put)
{
	ListCell   *cell;

	if (list == NIL)
		return;
	put_key(json, key);
	appendStringInfoChar(json, '[');
	foreach(cell, list)
	{
		put_item(json);
		put(json, lfirst(cell));
	}
	appendStringInfoChar(json, ']');
}

/*
 * Scopes and caps
 */

static void
put_scope(StringInfo json, const void *item)
{
	const RuleScope *scope = item;
	const char *key = NULL;

	switch (scope->kind)
	{
		case SCOPE_TOTAL:
			escape_json(json, "total");
			break;
		case SCOPE_CLASS:
			escape_json(json, achievement_class_name(scope->achievement_class));
			break;
		case SCOPE_EACH_ISSUER:
			escape_json(json, "each_issuer");
			break;
		case SCOPE_COMPULSORY:
			escape_json(json, "compulsory");
			break;
		case SCOPE_CATEGORY:
			key = "category";
			break;
		case SCOPE_ISSUER:
			key = "issuer";
			break;
		case SCOPE_TAG:
			key = "tag";
			break;
		case SCOPE_RULE:
			break;
	}
	if (key == NULL)
		return;
	appendStringInfoChar(json, '{');
	put_text(json, key, scope->name);
	appendStringInfoChar(json, '}');
}

/* the total or a class alone is a word, all else an array */
static void
put_scopes(StringInfo json, const List *scopes)
{
	const RuleScope *first = linitial(scopes);

	if (first->kind == SCOPE_RULE)
		return;
	if (list_length(scopes) == 1 &&
		(first->kind == SCOPE_TOTAL || first->kind == SCOPE_CLASS))
	{
		put_key(json, "scope");
		put_scope(json, first);
	}
	else
		put_list(json, "scope", scopes, put_scope);
}

static void
put_percentage(StringInfo json, const RuleCap *cap)
{
	if (cap->percent == 0)
		return;
	put_number(json, "percent", rule_decimal_text(cap->percent));
	if (cap->percent_of == OF_COMPULSORY)
		put_text(json, "percent_of", "compulsory");
	else if (cap->percent_of == OF_CATEGORY)
	{
		put_key(json, "percent_of");
		appendStringInfoChar(json, '{');
		put_text(json, "category", cap->percent_category);
		appendStringInfoChar(json, '}');
	}
}

static char *
month_day_text(const RuleMonthDay *start)
{
	return psprintf("%02d-%02d", start->month, start->day);
}

static void
put_start(StringInfo json, const void *item)
{
	escape_json(json, month_day_text(item));
}

/* a cap or a minimum */
static void
put_cap(StringInfo json, const void *item)
{
	const RuleCap *cap = item;

	appendStringInfoChar(json, '{');
	put_scopes(json, cap->scopes);
	if (cap->has_amount)
		put_amount(json, "amount", cap->amount);
	put_percentage(json, cap);
	if (cap->max_items != 0)
		put_number(json, "items", psprintf("%d", cap->max_items));
	if (list_length(cap->starts) == 1)
		put_text(json, "per_year", month_day_text(linitial(cap->starts)));
	else
		put_list(json, "per_term", cap->starts, put_start);
	appendStringInfoChar(json, '}');
}

/*
 * Conditions
 */

static void
put_test(StringInfo json, const void *item)
{
	const RuleTest *test = item;

	appendStringInfoChar(json, '{');
	put_text(json, "test", rule_parameter_name(test->parameter));
	if (test->kind == TEST_WORDS)
		put_names(json, test->negated ? "not_in" : "in", test->words);
	else
	{
		put_text(json, "is", rule_operator_sign(test->operator));
		if (test->kind == TEST_GRADE)
			put_text(json, "value", linitial(test->words));
		else
			put_number(json, test->kind == TEST_TARGET ? "percent_of_target" : "value",
					   rule_decimal_text(test->value));
		if (test->scale != NULL)
			put_text(json, "scale", test->scale);
	}
	appendStringInfoChar(json, '}');
}

static void
put_period(StringInfo json, int32 number, RulePeriodUnit unit)
{
	put_number(json, rule_word(rule_period_words, unit), psprintf("%d", number));
}

static void
put_age(StringInfo json, const char *key, int32 number, RulePeriodUnit unit)
{
	if (number == 0)
		return;
	put_key(json, key);
	appendStringInfoChar(json, '{');
	put_period(json, number, unit);
	appendStringInfoChar(json, '}');
}

static void
put_source(StringInfo json, const RuleCondition *source)
{
	put_text(json, "source", source->pattern);
	put_list(json, "tests", source->tests, put_test);
	put_age(json, "within", source->within, source->within_unit);
	put_age(json, "valid_for", source->valid_for, source->valid_for_unit);
}

static void
put_condition(StringInfo json, const RuleCondition *condition)
{
	check_stack_depth();
	appendStringInfoChar(json, '{');
	if (condition->kind == COND_SOURCE)
		put_source(json, condition);
	else
	{
		ListCell   *cell;

		if (condition->needed == list_length(condition->children))
			put_key(json, "all_of");
		else if (condition->needed == 1)
			put_key(json, "any_of");
		else
		{
			put_number(json, "needed", psprintf("%d", condition->needed));
			put_key(json, "some_of");
		}
		appendStringInfoChar(json, '[');
		foreach(cell, condition->children)
		{
			put_item(json);
			put_condition(json, lfirst(cell));
		}
		appendStringInfoChar(json, ']');
		put_list(json, "tests", condition->tests, put_test);
	}
	appendStringInfoChar(json, '}');
}

/*
 * Rules
 */

static void
put_grant(StringInfo json, const void *item)
{
	const RuleGrant *grant = item;

	appendStringInfoChar(json, '{');
	if (grant->target != NULL)
		put_text(json, "target", grant->target);
	if (grant->in_full)
		put_number(json, "in_full", "true");
	else if (grant->table != NULL)
		put_text(json, "table", grant->table);
	else
		put_amount(json, "amount", grant->amount);
	if (grant->has_per)
		put_amount(json, "per", grant->per);
	if (grant->by_share)
		put_number(json, "by_share", "true");
	appendStringInfoChar(json, '}');
}

static RuleLeftover
leftover_of(const Rule *rule)
{
	ListCell   *cell;

	foreach(cell, rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);

		if (grant->leftover != LEFTOVER_NONE)
			return grant->leftover;
	}
	return LEFTOVER_NONE;
}

static void
put_carry(StringInfo json, const Rule *rule)
{
	switch (rule->carry)
	{
		case CARRY_ORIGINAL:
			break;
		case CARRY_AVERAGE:
			put_text(json, "carry", "average_grade");
			break;
		case CARRY_NONE:
			put_text(json, "carry", "no_grade");
			break;
		case CARRY_GRADE:
		case CARRY_MARK:
			put_key(json, "carry");
			appendStringInfoChar(json, '{');
			put_text(json, rule->carry == CARRY_GRADE ? "grade" : "mark", rule->carry_text);
			appendStringInfoChar(json, '}');
			break;
	}
}

static void
put_range(StringInfo json, DateADT from, DateADT to)
{
	if (DATE_NOT_FINITE(from) && DATE_NOT_FINITE(to))
		return;
	put_key(json, "effective");
	appendStringInfoChar(json, '{');
	if (!DATE_NOT_FINITE(from))
		put_text(json, "from", rule_date_text(from));
	if (!DATE_NOT_FINITE(to))
		put_text(json, "to", rule_date_text(to));
	appendStringInfoChar(json, '}');
}

static void
put_rounding(StringInfo json, RuleRoundingMode mode, int32 digits)
{
	put_key(json, "round");
	appendStringInfo(json, "{\"mode\": \"%s\", \"digits\": %d}",
					 rule_word(rule_rounding_words, mode), digits);
}

/* what stands behind the grants */
static void
put_terms(StringInfo json, const Rule *rule)
{
	if (leftover_of(rule) != LEFTOVER_NONE)
		put_text(json, "leftover", rule_word(rule_leftover_words, leftover_of(rule)));
	if (rule->has_uses)
		put_amount(json, "using", rule->uses);
	put_list(json, "cap", rule->caps, put_cap);
	if (rule->has_round)
		put_rounding(json, rule->round_mode, rule->round_digits);
	if (rule->partial != PARTIAL_UNSAID)
		put_number(json, "partial", rule->partial == PARTIAL_YES ? "true" : "false");
	put_carry(json, rule);
	if (rule->exempt_exam)
		put_number(json, "exempt_exam", "true");
	if (rule->needs_assessor)
		put_number(json, "needs_assessor", "true");
}

static void
put_rule(StringInfo json, const void *item)
{
	const Rule *rule = item;

	appendStringInfoChar(json, '{');
	put_text(json, "rule", rule->name);
	if (rule->priority != 0)
		put_number(json, "priority", psprintf("%d", rule->priority));
	put_names(json, "programme", rule->programmes);
	put_range(json, rule->effective_from, rule->effective_to);
	put_key(json, "when");
	put_condition(json, rule->when);
	put_list(json, "grant", rule->grants, put_grant);
	put_terms(json, rule);
	appendStringInfoChar(json, '}');
}

/*
 * The heading
 */

static void
put_scale(StringInfo json, const void *item)
{
	const RuleScale *scale = item;

	appendStringInfoChar(json, '{');
	put_text(json, "scale", scale->name);
	put_names(json, "grades", scale->words);
	appendStringInfoChar(json, '}');
}

static void
put_cell(StringInfo json, const void *item)
{
	const RuleCell *cell = item;

	if (cell->kind == CELL_ANY)
		appendStringInfoString(json, "null");
	else if (cell->kind == CELL_WORD)
		escape_json(json, cell->word);
	else if (cell->operator == OP_EQ)
		appendStringInfoString(json, rule_decimal_text(cell->value));
	else
	{
		appendStringInfoChar(json, '{');
		put_text(json, "is", rule_operator_sign(cell->operator));
		put_number(json, "value", rule_decimal_text(cell->value));
		appendStringInfoChar(json, '}');
	}
}

static void
put_row(StringInfo json, const void *item)
{
	const RuleRow *row = item;

	appendStringInfoChar(json, '{');
	put_list(json, "cells", row->cells, put_cell);
	put_amount(json, "amount", row->amount);
	appendStringInfoChar(json, '}');
}

static void
put_table(StringInfo json, const void *item)
{
	const RuleTable *table = item;
	List	   *keys = NIL;
	ListCell   *cell;

	foreach(cell, table->keys)
		keys = lappend(keys, pstrdup(rule_parameter_name(lfirst_int(cell))));
	appendStringInfoChar(json, '{');
	put_text(json, "table", table->name);
	put_names(json, "by", keys);
	put_list(json, "rows", table->rows, put_row);
	appendStringInfoChar(json, '}');
}

static void
put_group(StringInfo json, const void *item)
{
	ListCell   *cell;

	appendStringInfoChar(json, '[');
	foreach(cell, (const List *) item)
	{
		put_item(json);
		escape_json(json, lfirst(cell));
	}
	appendStringInfoChar(json, ']');
}

static void
put_duplicates(StringInfo json, const RuleSet *rules)
{
	if (rules->duplicates == DUPLICATES_COUNT)
		return;
	put_key(json, "duplicates");
	appendStringInfoChar(json, '{');
	put_text(json, "take", rule_word(rule_duplicates_words, rules->duplicates));
	if (rules->duplicates_by_title)
		put_number(json, "by_title", "true");
	appendStringInfoChar(json, '}');
}

static void
put_shelf_life(StringInfo json, const void *item)
{
	const RuleShelfLife *life = item;
	const RuleScope *scope = linitial(life->scopes);

	appendStringInfoChar(json, '{');
	if (scope->kind != SCOPE_TOTAL)
		put_scopes(json, life->scopes);
	put_period(json, life->period, life->unit);
	appendStringInfoChar(json, '}');
}

static void
put_points_expire(StringInfo json, const RuleSet *rules)
{
	const RuleMonthDay *year = rules->points_year;

	if (rules->points_period == 0)
		return;
	put_key(json, "points_expire");
	appendStringInfoChar(json, '{');
	put_period(json, rules->points_period, rules->points_unit);
	if (year != NULL)
		put_text(json, "end_of_year", psprintf("%02d-%02d", year->month, year->day));
	appendStringInfoChar(json, '}');
}

static void
put_heading(StringInfo json, const RuleSet *rules)
{
	put_text(json, "rule_set", rules->name);
	put_number(json, "version", psprintf("%d", rules->version));
	put_names(json, "programme", rules->programmes);
	put_range(json, rules->effective_from, rules->effective_to);
	put_list(json, "scale", rules->scales, put_scale);
	put_list(json, "table", rules->tables, put_table);
	put_list(json, "same", rules->same, put_group);
	put_list(json, "substitutes", rules->substitutes, put_group);
	put_duplicates(json, rules);
	put_list(json, "exclude", rules->exclusions, put_scope);
	put_list(json, "shelf_life", rules->shelf_lives, put_shelf_life);
	put_points_expire(json, rules);
	put_list(json, "cap", rules->caps, put_cap);
	put_list(json, "minimum", rules->minimums, put_cap);
	if (rules->round_mode != ROUND_HALF_UP || rules->round_digits != 4)
		put_rounding(json, rules->round_mode, rules->round_digits);
	if (rules->partial)
		put_number(json, "partial", "true");
}

Datum
rule_set_to_jsonb(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	put_heading(&json, rules);
	put_list(&json, "rules", rules->rules, put_rule);
	appendStringInfoChar(&json, '}');
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}
