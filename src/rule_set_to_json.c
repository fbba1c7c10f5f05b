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
put_caps(StringInfo json, const List *caps)
{
	ListCell   *cell;

	if (caps == NIL)
		return;
	put_key(json, "cap");
	appendStringInfoChar(json, '[');
	foreach(cell, caps)
	{
		RuleCap    *cap = lfirst(cell);
		RuleScope  *scope = linitial(cap->scopes);

		put_item(json);
		appendStringInfoChar(json, '{');
		if (scope->kind != SCOPE_RULE)
			put_text(json, "scope", scope->kind == SCOPE_TOTAL ? "total" :
					 achievement_class_name(scope->achievement_class));
		if (cap->has_amount)
			put_amount(json, "amount", cap->amount);
		if (cap->percent != 0)
			put_number(json, "percent", rule_decimal_text(cap->percent));
		if (cap->max_items != 0)
			put_number(json, "items", psprintf("%d", cap->max_items));
		if (cap->starts != NIL)
		{
			RuleMonthDay *start = linitial(cap->starts);

			put_text(json, "per_year", psprintf("%02d-%02d", start->month, start->day));
		}
		appendStringInfoChar(json, '}');
	}
	appendStringInfoChar(json, ']');
}

static void
put_source(StringInfo json, const RuleCondition *source)
{
	ListCell   *cell;

	put_text(json, "source", source->pattern);
	if (source->tests != NIL)
	{
		put_key(json, "tests");
		appendStringInfoChar(json, '[');
		foreach(cell, source->tests)
		{
			RuleTest   *test = lfirst(cell);

			put_item(json);
			appendStringInfoChar(json, '{');
			put_text(json, "test", rule_parameter_name(test->parameter));
			put_text(json, "is", rule_operator_sign(test->operator));
			put_number(json, "value", rule_decimal_text(test->value));
			appendStringInfoChar(json, '}');
		}
		appendStringInfoChar(json, ']');
	}
	if (source->within != 0)
	{
		put_key(json, "within");
		appendStringInfo(json, "{\"%s\": %d}",
						 rule_word(rule_period_words, source->within_unit),
						 source->within);
	}
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
	}
	appendStringInfoChar(json, '}');
}

static void
put_grants(StringInfo json, const Rule *rule)
{
	RuleLeftover leftover = LEFTOVER_NONE;
	ListCell   *cell;

	put_key(json, "grant");
	appendStringInfoChar(json, '[');
	foreach(cell, rule->grants)
	{
		RuleGrant  *grant = lfirst(cell);

		put_item(json);
		appendStringInfoChar(json, '{');
		if (grant->target != NULL)
			put_text(json, "target", grant->target);
		put_amount(json, "amount", grant->amount);
		if (grant->has_per)
		{
			put_amount(json, "per", grant->per);
			leftover = grant->leftover;
		}
		appendStringInfoChar(json, '}');
	}
	appendStringInfoChar(json, ']');
	if (leftover != LEFTOVER_NONE)
		put_text(json, "leftover", rule_word(rule_leftover_words, leftover));
}

static void
put_rule(StringInfo json, const Rule *rule)
{
	put_item(json);
	appendStringInfoChar(json, '{');
	put_text(json, "rule", rule->name);
	if (rule->priority != 0)
		put_number(json, "priority", psprintf("%d", rule->priority));
	put_key(json, "when");
	put_condition(json, rule->when);
	put_grants(json, rule);
	put_caps(json, rule->caps);
	appendStringInfoChar(json, '}');
}

static void
put_heading(StringInfo json, const RuleSet *rules)
{
	ListCell   *cell;

	put_text(json, "rule_set", rules->name);
	put_number(json, "version", psprintf("%d", rules->version));
	if (rules->programmes != NIL)
	{
		put_key(json, "programme");
		appendStringInfoChar(json, '[');
		foreach(cell, rules->programmes)
		{
			put_item(json);
			escape_json(json, lfirst(cell));
		}
		appendStringInfoChar(json, ']');
	}
	if (!DATE_NOT_FINITE(rules->effective_from) || !DATE_NOT_FINITE(rules->effective_to))
	{
		put_key(json, "effective");
		appendStringInfoChar(json, '{');
		if (!DATE_NOT_FINITE(rules->effective_from))
			put_text(json, "from", rule_date_text(rules->effective_from));
		if (!DATE_NOT_FINITE(rules->effective_to))
			put_text(json, "to", rule_date_text(rules->effective_to));
		appendStringInfoChar(json, '}');
	}
	put_caps(json, rules->caps);
	if (rules->round_mode != ROUND_HALF_UP || rules->round_digits != 4)
	{
		put_key(json, "round");
		appendStringInfo(json, "{\"mode\": \"%s\", \"digits\": %d}",
						 rule_word(rule_rounding_words, rules->round_mode),
						 rules->round_digits);
	}
}

Datum
rule_set_to_jsonb(PG_FUNCTION_ARGS)
{
	RuleSet    *rules = rule_set_read(PG_GETARG_RULE_SET_P(0));
	StringInfoData json;
	ListCell   *cell;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	put_heading(&json, rules);
	put_key(&json, "rules");
	appendStringInfoChar(&json, '[');
	foreach(cell, rules->rules)
		put_rule(&json, lfirst(cell));
	appendStringInfoString(&json, "]}");
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}
