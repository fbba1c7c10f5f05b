/*
 * evaluate_prepare.c
 *		A rule tree made ready: arrays, and an index from patterns to sources.
 *
 * Promise: an achievement finds the sources that cover it by four look-ups,
 * however many rules there are.  rule_pattern_covers() has the last word, so the
 * index can never give a pattern a meaning of its own.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "compat.h"
#include "evaluate.h"

static int
count_sources(const RuleCondition *condition)
{
	ListCell   *cell;
	int			count = 0;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		return 1;
	foreach(cell, condition->children)
		count += count_sources(lfirst(cell));
	return count;
}

static int
compare_integers(const void *a, const void *b)
{
	int			left = *(const int *) a;
	int			right = *(const int *) b;

	return (left > right) - (left < right);
}

/* how many achievements meet a condition at the least */
static int
smallest_set(const RuleCondition *condition)
{
	int		   *sizes;
	int			count = 0;
	int			sum = 0;
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		return 1;
	sizes = palloc(sizeof(int) * list_length(condition->children));
	foreach(cell, condition->children)
		sizes[count++] = smallest_set(lfirst(cell));
	qsort(sizes, count, sizeof(int), compare_integers);
	for (int i = 0; i < condition->needed; i++)
		sum += sizes[i];
	pfree(sizes);
	return sum;
}

static void
prepare_source(PreparedSource *source, const RuleCondition *condition, int rule)
{
	ListCell   *cell;

	source->rule = rule;
	source->condition = condition;
	source->test_count = 0;
	source->tests = palloc(sizeof(PreparedTest) * Max(list_length(condition->tests), 1));
	foreach(cell, condition->tests)
	{
		const RuleTest *test = lfirst(cell);

		source->tests[source->test_count++] =
			(PreparedTest) {test, int64_div_fast_to_numeric(test->value, 4)};
	}
}

static void
prepare_sources(PreparedRules *prepared, const RuleCondition *condition, int rule)
{
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
		prepare_source(&prepared->sources[prepared->source_count++], condition, rule);
	else
		foreach(cell, condition->children)
			prepare_sources(prepared, lfirst(cell), rule);
}

static bool
any_percentage(const List *caps)
{
	ListCell   *cell;

	foreach(cell, caps)
	{
		if (((const RuleCap *) lfirst(cell))->percent_of == OF_PROGRAMME)
			return true;
	}
	return false;
}

static const char *
source_pattern(const PreparedRules *prepared, int source)
{
	return prepared->sources[source].condition->pattern;
}

static int
compare_patterns(const void *a, const void *b, void *argument)
{
	const PreparedRules *prepared = argument;
	int			left = *(const int *) a;
	int			right = *(const int *) b;
	int			difference = strcmp(source_pattern(prepared, left),
									source_pattern(prepared, right));

	return difference != 0 ? difference : left - right;
}

static void
index_patterns(PreparedRules *prepared)
{
	prepared->by_pattern = palloc(sizeof(int) * Max(prepared->source_count, 1));
	for (int i = 0; i < prepared->source_count; i++)
		prepared->by_pattern[i] = i;
	qsort_arg(prepared->by_pattern, prepared->source_count, sizeof(int),
			  compare_patterns, prepared);
}

PreparedRules *
rules_prepare(const RuleSet *rule_set)
{
	PreparedRules *prepared = palloc0(sizeof(PreparedRules));
	ListCell   *cell;
	int			source_count = 0;

	prepared->rule_set = rule_set;
	prepared->same = ref_groups_make(rule_set->same);
	prepared->needs_total = any_percentage(rule_set->caps) ||
		any_percentage(rule_set->minimums);
	prepared->rules = palloc(sizeof(PreparedRule) * Max(list_length(rule_set->rules), 1));
	foreach(cell, rule_set->rules)
	{
		const Rule *rule = lfirst(cell);
		PreparedRule *place = &prepared->rules[prepared->rule_count++];

		CHECK_FOR_INTERRUPTS();
		place->rule = rule;
		place->first_source = source_count;
		place->source_count = count_sources(rule->when);
		place->smallest_set = smallest_set(rule->when);
		source_count += place->source_count;
		prepared->needs_total |= any_percentage(rule->caps);
	}
	prepared->sources = palloc_extended(sizeof(PreparedSource) * Max(source_count, 1),
										MCXT_ALLOC_HUGE);
	for (int i = 0; i < prepared->rule_count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		prepare_sources(prepared, prepared->rules[i].rule->when, i);
	}
	index_patterns(prepared);
	return prepared;
}

/* the first place in the index whose pattern is not below the key */
static int
lower_bound(const PreparedRules *prepared, const char *key)
{
	int			low = 0;
	int			high = prepared->source_count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (strcmp(source_pattern(prepared, prepared->by_pattern[middle]), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
visit_pattern(const PreparedRules *prepared, const char *pattern, const char *ref,
			  SourceVisitor visit, void *argument)
{
	for (int i = lower_bound(prepared, pattern); i < prepared->source_count; i++)
	{
		int			source = prepared->by_pattern[i];

		if (strcmp(source_pattern(prepared, source), pattern) != 0)
			return;
		if (rule_pattern_covers(pattern, ref))
			visit(source, argument);
	}
}

/*
 * The patterns that can cover a reference are itself, itself without its
 * serial, its issuer's star and its class's star.
 */
void
rules_visit_covering(const PreparedRules *prepared, const char *ref,
					 SourceVisitor visit, void *argument)
{
	const char *serial = strchr(ref, '#');
	const char *issuer = strchr(ref, '/') + 1;
	const char *code = strchr(issuer, '/') + 1;

	visit_pattern(prepared, ref, ref, visit, argument);
	if (serial != NULL)
		visit_pattern(prepared, pnstrdup(ref, serial - ref), ref, visit, argument);
	visit_pattern(prepared, psprintf("%.*s*", (int) (code - ref), ref), ref, visit, argument);
	visit_pattern(prepared, psprintf("%.*s*", (int) (issuer - ref), ref), ref, visit, argument);
}
