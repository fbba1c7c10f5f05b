/*
 * rule_set_check_cap.c
 *		Scopes, and what stands behind them: caps, minimums, exclusions, shelf
 *		lives.
 *
 * Promise: scopes, periods and caps come out in one order, each once.  It must
 * never let two clauses through that contradict each other.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "rule_set_check.h"

/*
 * Scopes
 */

static bool
scope_has_name(const RuleScope *scope)
{
	return scope->kind == SCOPE_CATEGORY || scope->kind == SCOPE_ISSUER ||
		scope->kind == SCOPE_TAG;
}

static int
compare_scopes(const ListCell *a, const ListCell *b)
{
	const RuleScope *x = lfirst(a);
	const RuleScope *y = lfirst(b);

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->achievement_class != y->achievement_class)
		return x->achievement_class < y->achievement_class ? -1 : 1;
	return scope_has_name(x) ? rule_compare_names(x->name, y->name) : 0;
}

/* the first difference decides; a list that only goes on comes later */
static int
compare_lists(const List *a, const List *b, list_sort_comparator compare)
{
	int			shorter = Min(list_length(a), list_length(b));

	for (int i = 0; i < shorter; i++)
	{
		int			order = compare(list_nth_cell(a, i), list_nth_cell(b, i));

		if (order != 0)
			return order;
	}
	return list_length(a) - list_length(b);
}

static bool
check_scope_name(const RuleCheck *check, RuleScope *scope)
{
	const char *what = scope->kind == SCOPE_CATEGORY ? "category" :
		scope->kind == SCOPE_ISSUER ? "issuer" : "tag";

	if (!rule_check_name(check, what, scope->name))
		return false;
	if (scope->kind == SCOPE_ISSUER)
		scope->name = rule_issuer_parse(scope->name, check->escontext);
	return scope->name != NULL;
}

/* one of the kinds that have a meaning there, as bits */
static bool
check_scope(const RuleCheck *check, const char *what, RuleScope *scope, int kinds)
{
	if ((kinds & (1 << scope->kind)) == 0)
		return rule_refuse(check, psprintf("%s %s cannot be of %s", rule_article(what), what,
										   scope->kind == SCOPE_RULE ? "a rule" :
										   rule_scopes_text(list_make1(scope))),
						   "Exclusions are of classes, categories, issuers and tags, shelf lives of classes, issuers and tags, minimums not of each issuer; caps in a rule name nothing.");
	if ((scope->kind == SCOPE_CLASS) != (scope->achievement_class != 0) ||
		(scope->kind == SCOPE_CLASS && !rule_class_exists(scope->achievement_class)))
		return rule_refuse(check, psprintf("%s %s names no class that exists", rule_article(what), what),
						   "Name a class of achievements, such as cert or training.");
	return !scope_has_name(scope) || check_scope_name(check, scope);
}

static bool
check_scopes(const RuleCheck *check, const char *what, List **scopes, int kinds)
{
	ListCell   *cell;

	foreach(cell, *scopes)
	{
		if (!check_scope(check, what, lfirst(cell), kinds))
			return false;
	}
	*scopes = rule_sort_unique(*scopes, compare_scopes);
	foreach(cell, *scopes)
	{
		const RuleScope *scope = lfirst(cell);

		if (list_length(*scopes) > 1 &&
			(scope->kind == SCOPE_TOTAL || scope->kind == SCOPE_EACH_ISSUER))
			return rule_refuse(check, psprintf("a %s of %s names something else besides", what,
											   scope->kind == SCOPE_TOTAL ? "the total" : "each issuer"),
							   "Total and each issuer stand alone.");
	}
	return true;
}

#define KIND(kind)	(1 << (kind))
#define SOURCE_KINDS (KIND(SCOPE_CLASS) | KIND(SCOPE_ISSUER) | KIND(SCOPE_TAG))
#define LINE_KINDS \
	(SOURCE_KINDS | KIND(SCOPE_TOTAL) | KIND(SCOPE_CATEGORY) | KIND(SCOPE_COMPULSORY))

/*
 * Caps and minimums
 */

static int
compare_month_days(const ListCell *a, const ListCell *b)
{
	const RuleMonthDay *x = lfirst(a);
	const RuleMonthDay *y = lfirst(b);

	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	return x->day - y->day;
}

/* where two caps stand, whatever their limits */
static int
compare_places(const RuleCap *x, const RuleCap *y)
{
	int			order = compare_lists(x->scopes, y->scopes, compare_scopes);

	return order != 0 ? order : compare_lists(x->starts, y->starts, compare_month_days);
}

/* caps in one place stand side by side when their percentages are of different things */
static int
compare_caps(const ListCell *a, const ListCell *b)
{
	const RuleCap *x = lfirst(a);
	const RuleCap *y = lfirst(b);
	int			order = compare_places(x, y);

	if (order != 0)
		return order;
	if (x->percent_of != y->percent_of)
		return x->percent_of < y->percent_of ? -1 : 1;
	return x->percent_of == OF_CATEGORY ?
		rule_compare_names(x->percent_category, y->percent_category) : 0;
}

static bool
check_percentage(const RuleCheck *check, const char *what, const RuleCap *cap)
{
	if (cap->percent == 0)
		return true;
	if (cap->percent_of < OF_PROGRAMME || cap->percent_of > OF_COMPULSORY)
		return rule_refuse(check, psprintf("the percentage of a %s is of nothing known", what),
						   "A percentage is of programme, of category 'name' or of compulsory.");
	if (cap->percent_of == OF_CATEGORY && !rule_check_name(check, "category", cap->percent_category))
		return false;
	if (cap->percent < 0 || cap->percent > RULE_WHOLE_PERCENT)
		return rule_refuse(check, psprintf("the percentage of %s %s is not above 0 and at most 100",
										   what, rule_cap_text(cap)),
						   "A percentage is of credits of the programme.");
	return true;
}

static bool
check_limits(const RuleCheck *check, const char *what, const RuleCap *cap)
{
	if (!cap->has_amount && cap->percent == 0 && cap->max_items == 0)
		return rule_refuse(check, psprintf("a %s limits nothing", what),
						   "Give it an amount, a percentage or a number of items.");
	if (!check_percentage(check, what, cap))
		return false;
	if (cap->has_amount &&
		(!rule_is_credit(cap->amount) || credit_amount_count(cap->amount) <= 0))
		return rule_refuse(check, psprintf("the amount of %s %s is not an amount of credit or points above zero",
										   what, rule_cap_text(cap)),
						   "Limits are in cr or pt.");
	if (cap->max_items < 0)
		return rule_refuse(check, psprintf("the number of items of %s %s is not above zero",
										   what, rule_cap_text(cap)),
						   "Give the largest number of achievements that may count.");
	return true;
}

static bool
check_starts(const RuleCheck *check, RuleCap *cap)
{
	ListCell   *cell;

	foreach(cell, cap->starts)
	{
		const RuleMonthDay *start = lfirst(cell);

		if (!rule_month_day_valid(start->month, start->day))
			return rule_refuse(check, psprintf("no year can start on %02d-%02d",
											   start->month, start->day),
							   "Name a month and a day that every year has, such as 09-01.");
	}
	cap->starts = rule_sort_unique(cap->starts, compare_month_days);
	return true;
}

static bool
check_cap(const RuleCheck *check, const char *what, RuleCap *cap, int kinds)
{
	if (cap->scopes == NIL)
		return rule_refuse(check, psprintf("a %s is of nothing", what), "Name its scope, such as total.");
	return check_scopes(check, what, &cap->scopes, kinds) &&
		check_starts(check, cap) &&
		check_limits(check, what, cap);
}

static bool
refuse_place(const RuleCheck *check, const char *what, const RuleCap *x, const RuleCap *y)
{
	return rule_refuse(check, psprintf("two %ss on the same thing: %s, and %s", what,
									   rule_cap_text(x), rule_cap_text(y)),
					   psprintf("Put all limits of one scope and period into one %s, with commas between them.", what));
}

/*
 * All limits of one place hold at once: which of its caps says the amount and
 * the number of items means nothing, so the first does.
 */
static bool
gather_limits(const RuleCheck *check, const char *what, RuleCap *first, RuleCap *cap)
{
	if ((first->has_amount && cap->has_amount) ||
		(first->max_items != 0 && cap->max_items != 0))
		return refuse_place(check, what, first, cap);
	if (cap->has_amount)
	{
		first->has_amount = true;
		first->amount = cap->amount;
		cap->has_amount = false;
		cap->amount = 0;
	}
	first->max_items += cap->max_items;
	cap->max_items = 0;
	return true;
}

static bool
check_places_differ(const RuleCheck *check, const char *what, List *caps)
{
	RuleCap    *first = NULL;	/* of the caps in one place */

	list_sort(caps, compare_caps);
	for (int i = 0; i < list_length(caps); i++)
	{
		RuleCap    *cap = list_nth(caps, i);

		if (first == NULL || compare_places(first, cap) != 0)
		{
			first = cap;
			continue;
		}
		if (first->percent == 0 ||
			compare_caps(list_nth_cell(caps, i - 1), list_nth_cell(caps, i)) == 0)
			return refuse_place(check, what, list_nth(caps, i - 1), cap);
		if (!gather_limits(check, what, first, cap))
			return false;
	}
	return true;
}

bool
rule_check_caps(const RuleCheck *check, const char *what, List *caps)
{
	int			kinds = check->rule_name != NULL ? KIND(SCOPE_RULE) :
		LINE_KINDS | KIND(SCOPE_EACH_ISSUER);
	ListCell   *cell;

	foreach(cell, caps)
	{
		CHECK_FOR_INTERRUPTS();
		if (!check_cap(check, what, lfirst(cell), kinds))
			return false;
	}
	return check_places_differ(check, what, caps);
}

bool
rule_check_minimums(const RuleCheck *check, List *minimums)
{
	ListCell   *cell;

	foreach(cell, minimums)
	{
		RuleCap    *minimum = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (minimum->max_items != 0 || minimum->starts != NIL)
			return rule_refuse(check, "a minimum counts items or a period",
							   "A minimum is an amount or a percentage of the whole.");
		if (!check_cap(check, "minimum", minimum, LINE_KINDS))
			return false;
	}
	return check_places_differ(check, "minimum", minimums);
}

/*
 * Exclusions and shelf lives
 */

bool
rule_check_exclusions(const RuleCheck *check, List **exclusions)
{
	return check_scopes(check, "exclusion", exclusions, SOURCE_KINDS | KIND(SCOPE_CATEGORY));
}

static int
compare_shelf_lives(const ListCell *a, const ListCell *b)
{
	const RuleShelfLife *x = lfirst(a);
	const RuleShelfLife *y = lfirst(b);

	return compare_lists(x->scopes, y->scopes, compare_scopes);
}

bool
rule_check_shelf_lives(const RuleCheck *check, List *lives)
{
	ListCell   *cell;

	foreach(cell, lives)
	{
		RuleShelfLife *life = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (life->scopes == NIL)
			return rule_refuse(check, "a shelf life is of nothing",
							   "Name what it is of, or leave that out where it is of everything.");
		if (!check_scopes(check, "shelf life", &life->scopes, SOURCE_KINDS | KIND(SCOPE_TOTAL)) ||
			!rule_check_period(check, "the shelf life", life->period, life->unit))
			return false;
	}
	list_sort(lives, compare_shelf_lives);
	for (int i = 1; i < list_length(lives); i++)
	{
		const RuleShelfLife *life = list_nth(lives, i);

		if (compare_shelf_lives(list_nth_cell(lives, i - 1), list_nth_cell(lives, i)) == 0)
			return rule_refuse(check, psprintf("two shelf lives of the same thing: %s",
											   rule_scopes_text(life->scopes)),
							   "Say the shorter one.");
	}
	return true;
}
