/*
 * evaluate_lint_rule.c
 *		One rule by itself: whether it can fire, and whether what it grants fits
 *		its caps and the programme.
 *
 * Promise: a rule is said never to fire only when nothing a learner could hold
 * would make it.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "evaluate_lint.h"

/*
 * Never
 */

static void
report_never(Lint *lint, LintRule *rule, const char *why, const char *hint)
{
	rule->never = true;
	lint_report(lint, rule->rule, "never_fires", psprintf("The rule can never fire: %s.", why), hint);
}

static bool
check_days(Lint *lint, LintRule *rule)
{
	const Rule *said = rule->rule;
	const RuleSet *book = lint->book;

	if (said->effective_from <= book->effective_to && said->effective_to >= book->effective_from)
		return true;
	report_never(lint, rule, "its days lie outside those of the book", "Mend one of the two ranges.");
	return false;
}

static bool
check_programmes(Lint *lint, LintRule *rule)
{
	const List *programmes = rule->rule->programmes;
	int			foreign = 0;
	const char *last = NULL;
	ListCell   *cell;

	if (lint->book->programmes == NIL)
		return true;
	foreach(cell, programmes)
	{
		if (rule_word_place(lint->book->programmes, lfirst(cell)) >= 0)
			continue;
		foreign++;
		last = lfirst(cell);
	}
	if (foreign == 0)
		return true;
	if (foreign == list_length(programmes))
	{
		report_never(lint, rule, "none of its programmes is one of the book's",
					 "Add them to the heading, or correct their codes.");
		return false;
	}
	lint_report(lint, rule->rule, "other_programme",
				psprintf("The book is not for programme '%s', which the rule names.", last),
				"Add it to the heading, or correct the code.");
	return true;
}

/* does every achievement that meets the source have an excluded tag? */
static bool
tags_are_excluded(const Lint *lint, const RuleTest *test)
{
	ListCell   *word;
	ListCell   *cell;

	if (test->kind != TEST_WORDS || test->parameter != PARAM_TAG || test->negated)
		return false;
	foreach(word, test->words)
	{
		bool		excluded = false;

		CHECK_FOR_INTERRUPTS();
		foreach(cell, lint->book->exclusions)
		{
			const RuleScope *scope = lfirst(cell);

			excluded |= scope->kind == SCOPE_TAG && strcmp(scope->name, lfirst(word)) == 0;
		}
		if (!excluded)
			return false;
	}
	return true;
}

/* the exclusion that no achievement of a source gets past, or NULL */
static char *
exclusion_of(const Lint *lint, const RuleCondition *source)
{
	const char *pattern = lint_covering_pattern(lint, source);
	int			achievement_class = lint_pattern_class(pattern);
	char	   *issuer = lint_pattern_issuer(pattern);
	ListCell   *cell;

	foreach(cell, lint->book->exclusions)
	{
		RuleScope  *scope = lfirst(cell);

		if ((scope->kind == SCOPE_CLASS && scope->achievement_class == achievement_class) ||
			(scope->kind == SCOPE_ISSUER && issuer != NULL && strcmp(scope->name, issuer) == 0))
			return rule_scopes_text(list_make1(scope));
	}
	foreach(cell, source->tests)
	{
		if (tags_are_excluded(lint, lfirst(cell)))
			return psprintf("every achievement with %s", rule_test_text(lfirst(cell)));
	}
	return NULL;
}

static char *
impossibility(const Lint *lint, const RuleCondition *source)
{
	char	   *excluded = exclusion_of(lint, source);

	if (excluded != NULL)
		return psprintf("the book excludes %s, and so %s", excluded, source->pattern);
	return lint_contradiction(lint->book, lint_covering_pattern(lint, source), source->tests);
}

/* can the condition be met? if not, why a source that it lacks is impossible */
static bool
can_be_met(Lint *lint, const RuleCondition *condition, int *source, char **why)
{
	int			met = 0;
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
	{
		char	   *reason = impossibility(lint, condition);

		lint->sources[(*source)++].impossible = reason != NULL;
		if (reason != NULL)
			*why = reason;
		return reason == NULL;
	}
	foreach(cell, condition->children)
		met += can_be_met(lint, lfirst(cell), source, why);
	if (met < condition->needed)
		return false;
	*why = lint_contradiction(lint->book, NULL, condition->tests);
	return *why == NULL;
}

static bool
check_condition(Lint *lint, LintRule *rule)
{
	int			source = rule->first_source;
	char	   *why = NULL;

	if (can_be_met(lint, rule->rule->when, &source, &why))
		return true;
	report_never(lint, rule, why, "Correct the condition, or leave the rule out.");
	return false;
}

/*
 * Caps
 */

/* what a grant is worth when nothing of the source decides it, or 0 */
static CreditAmount
fixed_worth(const Lint *lint, const RuleGrant *grant)
{
	const Course *course;

	if (grant->has_per || grant->by_share || grant->table != NULL)
		return 0;
	if (!grant->in_full)
		return grant->amount;
	course = lint->programme ? programme_course(lint->programme, grant->target) : NULL;
	return course != NULL && course->credits.given ? course->credits.amount : 0;
}

/* is every source of the rule of that class or issuer, or sure to have that tag? */
static bool
all_sources_in(const Lint *lint, const LintRule *rule, const RuleScope *scope)
{
	for (int i = 0; i < rule->source_count; i++)
	{
		const char *pattern = lint_covering_pattern(lint, lint->sources[rule->first_source + i].condition);
		char	   *issuer = lint_pattern_issuer(pattern);

		if (scope->kind == SCOPE_CLASS &&
			lint_pattern_class(pattern) == scope->achievement_class)
			continue;
		if (scope->kind == SCOPE_ISSUER && issuer != NULL && strcmp(issuer, scope->name) == 0)
			continue;
		return false;
	}
	return true;
}

static bool
scope_holds(const Lint *lint, const LintRule *rule, const RuleGrant *grant, const RuleScope *scope)
{
	const Course *course = lint->programme && grant->target ?
		programme_course(lint->programme, grant->target) : NULL;

	switch (scope->kind)
	{
		case SCOPE_TOTAL:
		case SCOPE_RULE:
			return true;
		case SCOPE_EACH_ISSUER:
			return rule->source_count == 1;
		case SCOPE_CLASS:
		case SCOPE_ISSUER:
			return all_sources_in(lint, rule, scope);
		case SCOPE_CATEGORY:
			return course != NULL && course->category != NULL &&
				strcmp(course->category, scope->name) == 0;
		case SCOPE_COMPULSORY:
			return course != NULL && course->compulsory;
		case SCOPE_TAG:
			break;
	}
	return false;
}

static bool
falls_under(const Lint *lint, const LintRule *rule, const RuleGrant *grant, const RuleCap *cap)
{
	ListCell   *cell;

	foreach(cell, cap->scopes)
	{
		if (scope_holds(lint, rule, grant, lfirst(cell)))
			return true;
	}
	return false;
}

/* what a percentage is of, where the programme says so */
static OptionalAmount
whole_of(const Lint *lint, const RuleCap *cap)
{
	OptionalAmount none = {false, 0};
	const Category *category;

	if (lint->programme == NULL || cap->percent == 0)
		return none;
	switch (cap->percent_of)
	{
		case OF_PROGRAMME:
			return lint->programme->total;
		case OF_CATEGORY:
			category = programme_category(lint->programme, cap->percent_category);
			return category != NULL ? category->credits : none;
		case OF_COMPULSORY:
			return lint->compulsory;
	}
	return none;
}

/* what the cap lets through of a unit at most; false: nothing is known */
static bool
cap_limit(const Lint *lint, const RuleCap *cap, int unit, int64 *limit)
{
	bool		known = cap->has_amount && credit_amount_unit_code(cap->amount) == unit;
	OptionalAmount whole = whole_of(lint, cap);

	*limit = known ? credit_amount_count(cap->amount) : PG_INT64_MAX;
	if (whole.given && credit_amount_unit_code(whole.amount) == unit)
	{
		int128		share = (int128) credit_amount_count(whole.amount) * cap->percent /
			RULE_WHOLE_PERCENT;

		*limit = Min(*limit, (int64) share);
		known = true;
	}
	return known;
}

static bool
is_partial(const Lint *lint, const Rule *rule)
{
	return rule->partial == PARTIAL_UNSAID ? lint->book->partial : rule->partial == PARTIAL_YES;
}

static char *
amount_of(int64 count, int unit)
{
	return amount_text(credit_amount_pack(unit, count));
}

/* the largest single grant of a unit under a cap, and all of them together */
static void
check_cap_unit(Lint *lint, const LintRule *rule, const RuleCap *cap, int unit)
{
	int64		limit;
	int64		largest = 0;
	int64		sum = 0;
	ListCell   *cell;

	if (!cap_limit(lint, cap, unit, &limit))
		return;
	foreach(cell, rule->rule->grants)
	{
		CreditAmount worth = fixed_worth(lint, lfirst(cell));
		int64		count = worth == 0 ? 0 : credit_amount_count(worth);

		if (count == 0 || credit_amount_unit_code(worth) != unit ||
			!falls_under(lint, rule, lfirst(cell), cap))
			continue;
		largest = Max(largest, count);
		sum = Min(sum + count, CREDIT_COUNT_MAX);
	}
	if (sum <= limit)
		return;
	lint_report(lint, rule->rule, "exceeds_cap",
				psprintf("The rule grants %s%s, but cap %s lets %s through at most: it is %s.",
						 amount_of(largest > limit ? largest : sum, unit),
						 largest > limit ? "" : " together",
						 rule_cap_text(cap), amount_of(limit, unit),
						 is_partial(lint, rule->rule) ? "always trimmed" : "never posted whole"),
				"Grant less, or raise the cap.");
}

/* achievements that the condition takes at least */
static int
smallest_set(const RuleCondition *condition)
{
	List	   *sizes = NIL;
	int			sum = 0;
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		return 1;
	foreach(cell, condition->children)
		sizes = lappend_int(sizes, smallest_set(lfirst(cell)));
	list_sort(sizes, list_int_cmp);
	for (int i = 0; i < condition->needed; i++)
		sum += list_nth_int(sizes, i);
	list_free(sizes);
	return sum;
}

static void
check_cap_items(Lint *lint, LintRule *rule, const RuleCap *cap)
{
	int			needed;
	ListCell   *cell;

	if (cap->max_items == 0 || rule->never)
		return;
	needed = smallest_set(rule->rule->when);
	if (needed <= cap->max_items)
		return;
	foreach(cell, cap->scopes)
	{
		const RuleScope *scope = lfirst(cell);

		if (scope->kind == SCOPE_TOTAL || scope->kind == SCOPE_RULE ||
			((scope->kind == SCOPE_CLASS || scope->kind == SCOPE_ISSUER) &&
			 all_sources_in(lint, rule, scope)))
		{
			report_never(lint, rule, psprintf("it takes %d achievements, and cap %s lets fewer through",
											  needed, rule_cap_text(cap)),
						 "Ask for fewer, or raise the cap.");
			return;
		}
	}
}

static void
check_caps(Lint *lint, LintRule *rule, const List *caps)
{
	ListCell   *cell;

	foreach(cell, caps)
	{
		check_cap_items(lint, rule, lfirst(cell));
		check_cap_unit(lint, rule, lfirst(cell), UNIT_CR);
		check_cap_unit(lint, rule, lfirst(cell), UNIT_PT);
	}
}

/*
 * Targets
 */

static const RuleTest *
any_target_test(const RuleCondition *condition, RuleParameter parameter)
{
	ListCell   *cell;

	check_stack_depth();
	foreach(cell, condition->tests)
	{
		const RuleTest *test = lfirst(cell);

		if (test->kind == TEST_TARGET && test->parameter == parameter)
			return test;
	}
	foreach(cell, condition->children)
	{
		const RuleTest *test = any_target_test(lfirst(cell), parameter);

		if (test != NULL)
			return test;
	}
	return NULL;
}

static bool
is_excluded(const Lint *lint, const Course *course)
{
	ListCell   *cell;

	if (course->excluded)
		return true;
	foreach(cell, lint->book->exclusions)
	{
		const RuleScope *scope = lfirst(cell);

		if (scope->kind == SCOPE_CATEGORY && course->category != NULL &&
			strcmp(scope->name, course->category) == 0)
			return true;
	}
	return false;
}

static void
check_statements(Lint *lint, const Rule *rule, const RuleGrant *grant, const Course *course)
{
	const char *hint = "State them in the programme.";

	if (!course->credits.given &&
		(grant->in_full || any_target_test(rule->when, PARAM_CREDITS) != NULL))
		lint_report(lint, rule, "no_credits",
					psprintf("The programme states no credits of %s, and the rule needs them.", grant->target), hint);
	if (!course->hours.given && any_target_test(rule->when, PARAM_HOURS) != NULL)
		lint_report(lint, rule, "no_credits",
					psprintf("The programme states no hours of %s, and the rule needs them.", grant->target), hint);
}

/* can the grant be posted at all? */
static bool
check_target(Lint *lint, const Rule *rule, const RuleGrant *grant)
{
	const Course *course = programme_course(lint->programme, grant->target);

	if (course == NULL)
		lint_report(lint, rule, "unknown_target",
					psprintf("Programme '%s' has no course %s.", lint->programme->code, grant->target),
					"Correct the reference, or say which programmes the rule is for.");
	else if (is_excluded(lint, course))
		lint_report(lint, rule, "excluded_target",
					psprintf("%s is excluded from conversion in programme '%s'.",
							 grant->target, lint->programme->code),
					"Leave the course out of the rule.");
	else
	{
		check_statements(lint, rule, grant, course);
		return true;
	}
	return false;
}

static void
check_targets(Lint *lint, LintRule *rule)
{
	int			possible = 0;
	ListCell   *cell;

	foreach(cell, rule->rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);

		possible += grant->target == NULL || check_target(lint, rule->rule, grant);
	}
	if (possible == 0 && !rule->never)
		report_never(lint, rule, "none of its courses can be granted in this programme",
					 "Correct its courses, or leave the rule out.");
}

void
lint_rule(Lint *lint, LintRule *rule)
{
	CHECK_FOR_INTERRUPTS();
	if (!check_days(lint, rule) || !check_programmes(lint, rule) || !check_condition(lint, rule))
		return;
	check_caps(lint, rule, rule->rule->caps);
	check_caps(lint, rule, lint->book->caps);
	if (lint->programme != NULL && lint_rule_is_for_programme(lint, rule->rule))
		check_targets(lint, rule);
}
