/*
 * evaluate_lint_pair.c
 *		Rules that take each other's achievements.
 *
 * A source is compared with the sources of the patterns that cover its own,
 * found by look-up; of those with one pattern, with the nearest.
 *
 * Promise: a rule is called shadowed only when others, tried before it, take
 * all that it could, as long as what a learner has does not stop them.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "achievement_ref.h"
#include "compat.h"
#include "evaluate_lint.h"

/* sources of one pattern that a source is compared with */
#define NEIGHBOURS_MAX 100

static const char *
pattern_of(const Lint *lint, int source)
{
	return lint->sources[source].condition->pattern;
}

static int
compare_sources(const void *a, const void *b, void *argument)
{
	const Lint *lint = argument;
	int			left = *(const int *) a;
	int			right = *(const int *) b;
	int			order = strcmp(pattern_of(lint, left), pattern_of(lint, right));

	return order != 0 ? order : left - right;
}

void
lint_index_sources(Lint *lint)
{
	lint->by_pattern = palloc_extended(sizeof(int) * Max(lint->source_count, 1),
									   MCXT_ALLOC_HUGE);
	for (int i = 0; i < lint->source_count; i++)
		lint->by_pattern[i] = i;
	qsort_arg(lint->by_pattern, lint->source_count, sizeof(int), compare_sources, lint);
}

/* the first place in the index that is not before this source of this pattern */
static int
index_place(const Lint *lint, const char *pattern, int source)
{
	int			low = 0;
	int			high = lint->source_count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;
		int			order = strcmp(pattern_of(lint, lint->by_pattern[middle]), pattern);

		if (order < 0 || (order == 0 && lint->by_pattern[middle] < source))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* the patterns that cover a pattern, itself first */
static int
covering_patterns(const char *pattern, char *covering[])
{
	int			count = 0;
	const char *issuer = strchr(pattern, '/');
	const char *code = issuer ? strchr(issuer + 1, '/') : NULL;
	const char *serial = strchr(pattern, '#');

	covering[count++] = pstrdup(pattern);
	if (serial != NULL)
		covering[count++] = pnstrdup(pattern, serial - pattern);
	if (pattern[0] != '*')
	{
		if (code != NULL && strcmp(code, "/*") != 0)
			covering[count++] = psprintf("%.*s/*", (int) (code - pattern), pattern);
		if (code != NULL)
			covering[count++] = psprintf("%.*s/*", (int) (issuer - pattern), pattern);
		if (code != NULL)
			covering[count++] = psprintf("*%.*s/*", (int) (code - issuer), issuer);
	}
	if (strcmp(pattern, "*") != 0)
		covering[count++] = pstrdup("*");
	return count;
}

#define COVERING_MAX 6

/*
 * Shadows
 */

static bool
covers_days(const Rule *wide, const Rule *narrow)
{
	return wide->effective_from <= narrow->effective_from &&
		wide->effective_to >= narrow->effective_to;
}

static bool
shares_days(const Rule *a, const Rule *b)
{
	return a->effective_from <= b->effective_to && b->effective_from <= a->effective_to;
}

static bool
covers_programmes(const Rule *wide, const Rule *narrow)
{
	ListCell   *cell;

	if (wide->programmes == NIL)
		return true;
	foreach(cell, narrow->programmes)
	{
		if (rule_word_place(wide->programmes, lfirst(cell)) < 0)
			return false;
	}
	return narrow->programmes != NIL;
}

static bool
shares_programmes(const Rule *a, const Rule *b)
{
	ListCell   *cell;

	if (a->programmes == NIL || b->programmes == NIL)
		return true;
	foreach(cell, a->programmes)
	{
		if (rule_word_place(b->programmes, lfirst(cell)) >= 0)
			return true;
	}
	return false;
}

/*
 * Does the rule take whatever its one source covers, again and again?  Not when
 * a course stands behind it that is granted once (but a reference without a
 * star is taken to be of one achievement), when its own cap can stop it, when a
 * value may be lacking, or when something is left for others.
 */
static bool
takes_all(const Rule *rule)
{
	bool		is_star = rule->when->pattern[strlen(rule->when->pattern) - 1] == '*';
	bool		is_sure = false;
	ListCell   *cell;

	if (rule->has_uses || rule->caps != NIL)
		return false;
	foreach(cell, rule->grants)
	{
		const RuleGrant *grant = lfirst(cell);

		if (!grant->has_per && grant->table == NULL && !grant->by_share && !grant->in_full &&
			(grant->target == NULL || !is_star))
			is_sure = true;
	}
	return is_sure;
}

/*
 * Does a source whose pattern covers that of another cover what stands in for
 * it, too?
 */
static bool
covers_substitutes(const Lint *lint, int wide, int narrow)
{
	const char *pattern = lint_covering_pattern(lint, lint->sources[narrow].condition);

	return strcmp(pattern_of(lint, wide), pattern_of(lint, narrow)) == 0 ||
		strcmp(pattern_of(lint, wide), pattern) == 0 ||
		strcmp(pattern_of(lint, narrow), pattern) == 0;
}

static bool
shadows(const Lint *lint, int wide, int narrow)
{
	const LintSource *source = &lint->sources[wide];
	const Rule *first = lint->rules[source->rule].rule;
	const Rule *second = lint->rules[lint->sources[narrow].rule].rule;

	return source->rule < lint->sources[narrow].rule &&
		first->when->kind == COND_SOURCE && !source->impossible &&
		takes_all(first) && covers_substitutes(lint, wide, narrow) &&
		covers_days(first, second) && covers_programmes(first, second) &&
		lint_implies(lint->book, lint->sources[narrow].condition, source->condition);
}

/* the first of the sources of a pattern for which a question is answered yes */
typedef bool (*PairQuestion) (const Lint *lint, int wide, int narrow);

static int
ask_pattern(const Lint *lint, const char *pattern, int source, PairQuestion question)
{
	bool		is_own = strcmp(pattern, pattern_of(lint, source)) == 0;
	int			end = is_own ? index_place(lint, pattern, source) :
		index_place(lint, pattern, PG_INT32_MAX);
	int			begin = Max(index_place(lint, pattern, 0), end - NEIGHBOURS_MAX);

	for (int i = begin; i < end; i++)
	{
		if (question(lint, lint->by_pattern[i], source))
			return lint->by_pattern[i];
	}
	return -1;
}

/* a source whose pattern covers that of the source, or -1 */
static int
ask(const Lint *lint, int source, PairQuestion question)
{
	char	   *covering[COVERING_MAX];
	int			count = covering_patterns(pattern_of(lint, source), covering);
	int			found = -1;

	for (int i = 0; i < count; i++)
	{
		if (found < 0)
			found = ask_pattern(lint, covering[i], source, question);
		pfree(covering[i]);
	}
	return found;
}

/*
 * How many achievements the condition can still have is what counts: shadowed
 * sources are lost to it.  Returns whether it can be met, and names a source
 * that shadows one that it lacks.
 */
static bool
can_be_met(const Lint *lint, const RuleCondition *condition, int *source, int *shadow)
{
	int			met = 0;
	ListCell   *cell;

	check_stack_depth();
	if (condition->kind == COND_SOURCE)
	{
		int			found = ask(lint, *source, shadows);

		if (found >= 0)
			*shadow = found;
		(*source)++;
		return found < 0;
	}
	foreach(cell, condition->children)
		met += can_be_met(lint, lfirst(cell), source, shadow);
	return met >= condition->needed;
}

/*
 * Overlaps
 */

/* what both patterns cover: of class/star and star/issuer/star, class/issuer/star */
static const char *
common_pattern(const char *wide, const char *narrow)
{
	if (strncmp(narrow, "*/", 2) == 0 && wide[0] != '*')
		return psprintf("%.*s%s", (int) strcspn(wide, "/"), wide, narrow + 1);
	return narrow;
}

static bool
overlaps(const Lint *lint, int wide, int narrow)
{
	const LintSource *a = &lint->sources[wide];
	const LintSource *b = &lint->sources[narrow];
	const Rule *first = lint->rules[a->rule].rule;
	const Rule *second = lint->rules[b->rule].rule;

	return first != second && first->priority == second->priority &&
		first->when->kind == COND_SOURCE && !a->impossible && !lint->rules[a->rule].never &&
		shares_days(first, second) && shares_programmes(first, second) &&
		lint_together(lint->book, common_pattern(a->condition->pattern, b->condition->pattern),
					  a->condition->tests, b->condition->tests);
}

/* a source whose pattern crosses that of this one, or -1 */
static int
ask_crossing(const Lint *lint, int source)
{
	int			found = -1;

	if (strncmp(pattern_of(lint, source), "*/", 2) != 0)
		return -1;
	for (int i = CLASS_COURSE; i <= CLASS_INTERNSHIP && found < 0; i++)
		found = ask_pattern(lint, psprintf("%s/*", achievement_class_name(i)), source, overlaps);
	return found;
}

static void
report_overlap(Lint *lint, const LintRule *rule, int other)
{
	const LintRule *second = &lint->rules[lint->sources[other].rule];
	const LintRule *first = rule;

	if (second < first)
	{
		first = second;
		second = rule;
	}
	lint_report(lint, second->rule, "overlaps",
				psprintf("Rule \"%s\" and rule \"%s\" can take the same achievement and have the same priority, so that the order in which they stand decides.",
						 first->rule->name, second->rule->name),
				"Give the one that is to be tried first a higher priority.");
}

void
lint_pairs(Lint *lint, LintRule *rule)
{
	int			source = rule->first_source;
	int			shadow = -1;
	int			other;

	CHECK_FOR_INTERRUPTS();
	if (rule->never)
		return;
	if (!can_be_met(lint, rule->rule->when, &source, &shadow))
	{
		const Rule *first = lint->rules[lint->sources[shadow].rule].rule;

		rule->never = true;
		lint_report(lint, rule->rule, "shadowed",
					psprintf("Rule \"%s\" is tried earlier, asks for no more and takes every achievement that this rule could use: %s.",
							 first->name, rule_condition_text(first->when)),
					"Give this rule a higher priority, or say in the other what it is not for.");
		return;
	}
	if (rule->rule->when->kind != COND_SOURCE)
		return;
	other = ask(lint, rule->first_source, overlaps);
	if (other < 0)
		other = ask_crossing(lint, rule->first_source);
	if (other >= 0)
		report_overlap(lint, rule, other);
}
