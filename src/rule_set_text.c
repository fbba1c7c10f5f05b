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

#include "compat.h"
#include "rule_set_text.h"

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
	rule_append_names(buffer, programmes, ", ");
}

static void
append_scale(StringInfo buffer, const RuleScale *scale)
{
	appendStringInfoString(buffer, "\nscale ");
	rule_append_name(buffer, scale->name);
	appendStringInfoChar(buffer, ' ');
	rule_append_names(buffer, scale->words, " < ");
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
			rule_append_name(buffer, cell->word);
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
	rule_append_amount(buffer, row->amount);
}

static void
append_table(StringInfo buffer, const RuleTable *table)
{
	ListCell   *cell;

	appendStringInfoString(buffer, "\ntable ");
	rule_append_name(buffer, table->name);
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
		rule_append_scopes(buffer, life->scopes);
		appendStringInfoChar(buffer, ' ');
	}
	rule_append_period(buffer, life->period, life->unit);
}

static void
append_points_expire(StringInfo buffer, const RuleSet *rules)
{
	const RuleMonthDay *year = rules->points_year;

	if (rules->points_period == 0)
		return;
	appendStringInfoString(buffer, "\npoints expire after ");
	rule_append_period(buffer, rules->points_period, rules->points_unit);
	if (year == NULL)
		return;
	appendStringInfoString(buffer, ", at the end of the year");
	if (year->month != 1 || year->day != 1)
		appendStringInfo(buffer, " starting %02d-%02d", year->month, year->day);
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
	rule_append_name(buffer, rules->name);
	appendStringInfo(buffer, " version %d", rules->version);
	append_programmes(buffer, "\n", rules->programmes);
	append_range(buffer, "\n", rules->effective_from, rules->effective_to);
	append_declarations(buffer, rules);
	if (rules->exclusions != NIL)
	{
		appendStringInfoString(buffer, "\nexclude ");
		rule_append_scopes(buffer, rules->exclusions);
	}
	foreach(cell, rules->shelf_lives)
		append_shelf_life(buffer, lfirst(cell));
	append_points_expire(buffer, rules);
	foreach(cell, rules->caps)
	{
		appendStringInfoString(buffer, "\ncap ");
		rule_append_cap(buffer, lfirst(cell));
	}
	foreach(cell, rules->minimums)
	{
		appendStringInfoString(buffer, "\nminimum ");
		rule_append_cap(buffer, lfirst(cell));
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
append_carry(StringInfo buffer, const char *before, const Rule *rule)
{
	switch (rule->carry)
	{
		case CARRY_ORIGINAL:
			break;
		case CARRY_AVERAGE:
			appendStringInfo(buffer, "%scarry average grade", before);
			break;
		case CARRY_NONE:
			appendStringInfo(buffer, "%scarry no grade", before);
			break;
		case CARRY_GRADE:
			appendStringInfo(buffer, "%scarry grade ", before);
			rule_append_name(buffer, rule->carry_text);
			break;
		case CARRY_MARK:
			appendStringInfo(buffer, "%scarry mark ", before);
			rule_append_name(buffer, rule->carry_text);
			break;
	}
}

static void
append_uses(StringInfo buffer, const char *before, const Rule *rule)
{
	if (!rule->has_uses)
		return;
	appendStringInfo(buffer, "%susing ", before);
	rule_append_amount(buffer, rule->uses);
}

/* what stands behind the caps */
static void
append_terms(StringInfo buffer, const char *before, const Rule *rule)
{
	if (rule->has_round)
		appendStringInfo(buffer, "%sround %s %d", before,
						 rule_word(rule_rounding_words, rule->round_mode), rule->round_digits);
	if (rule->partial != PARTIAL_UNSAID)
		appendStringInfo(buffer, "%spartial%s", before, rule->partial == PARTIAL_NO ? " no" : "");
	append_carry(buffer, before, rule);
	if (rule->exempt_exam)
		appendStringInfo(buffer, "%sexempt from exam", before);
	if (rule->needs_assessor)
		appendStringInfo(buffer, "%sneeds assessor", before);
}

/* all that a rule says beside its condition, grants and caps */
char *
rule_terms_text(const Rule *rule)
{
	StringInfoData buffer;

	initStringInfo(&buffer);
	append_programmes(&buffer, "; ", rule->programmes);
	append_range(&buffer, "; ", rule->effective_from, rule->effective_to);
	append_uses(&buffer, "; ", rule);
	append_terms(&buffer, "; ", rule);
	return buffer.len == 0 ? buffer.data : buffer.data + strlen("; ");
}

static void
append_rule(StringInfo buffer, const Rule *rule)
{
	ListCell   *cell;

	CHECK_FOR_INTERRUPTS();
	appendStringInfoString(buffer, "\n\nrule ");
	rule_append_name(buffer, rule->name);
	if (rule->priority != 0)
		appendStringInfo(buffer, " priority %d", rule->priority);
	append_programmes(buffer, "\n  ", rule->programmes);
	append_range(buffer, "\n  ", rule->effective_from, rule->effective_to);
	appendStringInfoString(buffer, "\n  when ");
	rule_append_condition(buffer, rule->when);
	appendStringInfoString(buffer, "\n  grant ");
	rule_append_grants(buffer, rule);
	append_uses(buffer, "\n  ", rule);
	foreach(cell, rule->caps)
	{
		appendStringInfoString(buffer, "\n  cap ");
		rule_append_cap(buffer, lfirst(cell));
	}
	append_terms(buffer, "\n  ", rule);
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
